#include "cli/table.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/printable.h"

static const char gap[] = "  ";

void
tint_put(struct buffer *out, struct str text, enum tint tint, bool coloured)
{
	/* ECMA-48 SGR; only the eight colours that every palette keeps readable. */
	static const char *const codes[] = {
		[TINT_NONE] = "",
		[TINT_GOOD] = "\033[32m",
		[TINT_DOUBTFUL] = "\033[33m",
		[TINT_BAD] = "\033[31m",
		[TINT_GONE] = "\033[2m",
	};
	bool tinted = coloured && tint != TINT_NONE;

	buffer_put_cstr(out, tinted ? codes[tint] : "");
	buffer_put_str(out, text);
	buffer_put_cstr(out, tinted ? "\033[0m" : "");
}

enum tint
tint_of_status(struct str status)
{
	static const struct {
		const char *status;
		enum tint tint;
	} tints[] = {
		{ "ACTIVE", TINT_GOOD },
		{ "ISSUED", TINT_GOOD },
		{ "REVOKED", TINT_BAD },
		{ "FAILED", TINT_BAD },
		{ "DELETED", TINT_GONE },
		{ "EXPIRED", TINT_DOUBTFUL },
		{ "DISABLED", TINT_DOUBTFUL },
		{ "CREATING", TINT_DOUBTFUL },
		{ "PENDING", TINT_DOUBTFUL },
		{ "PENDING_CERTIFICATE", TINT_DOUBTFUL },
	};

	for (size_t i = 0; i < ARRAY_COUNT(tints); i++) {
		if (str_is(status, tints[i].status))
			return tints[i].tint;
	}
	return TINT_NONE;
}

bool
tint_wanted(const char *wish)
{
	const char *no_color = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	if (wish != NULL && strcmp(wish, "auto") != 0)
		return strcmp(wish, "on") == 0;
	return isatty(STDOUT_FILENO) && (no_color == NULL || no_color[0] == '\0') &&
	       (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

/* The last column of a line needs no padding. */
static void
put_line(const struct table *table, const struct cell *cells, struct buffer *out)
{
	size_t last = table->columns;

	while (last > 0 && cells[last - 1].text.n == 0)
		last--;
	for (size_t i = 0; i < last; i++) {
		tint_put(out, cells[i].text, cells[i].tint, table->coloured);
		for (size_t n = utf8_length(cells[i].text); i + 1 < last && n < table->widths[i]; n++)
			buffer_put_char(out, ' ');
		buffer_put_cstr(out, i + 1 < last ? gap : "");
	}
	buffer_put_char(out, '\n');
}

static void
measure(struct table *table, const struct cell *line)
{
	for (size_t i = 0; i < table->columns; i++) {
		size_t n = utf8_length(line[i].text);
		if (n > table->widths[i])
			table->widths[i] = n;
	}
}

void
table_put(struct table *table, const struct cell *cells, size_t rows, struct arena *arena, struct buffer *out)
{
	struct cell titles[TABLE_MAX_COLUMNS] = { 0 };
	struct cell *clean = ARENA_ARRAY(arena, struct cell, rows * table->columns);

	for (size_t i = 0; i < table->columns; i++)
		titles[i].text = str_of(table->titles[i]);
	measure(table, titles);
	for (size_t i = 0; i < rows * table->columns; i++)
		clean[i] = (struct cell){ printable(cells[i].text, arena), cells[i].tint };
	for (size_t i = 0; i < rows; i++)
		measure(table, clean + i * table->columns);
	if (!table->begun)
		put_line(table, titles, out);
	table->begun = true;
	for (size_t i = 0; i < rows; i++)
		put_line(table, clean + i * table->columns, out);
}
