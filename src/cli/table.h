/* table.h — aligned columns, and colours where they help. */
#ifndef CHANCERY_CLI_TABLE_H
#define CHANCERY_CLI_TABLE_H

#include "base/arena.h"
#include "base/buffer.h"

enum { TABLE_MAX_COLUMNS = 8 };

enum tint { TINT_NONE, TINT_GOOD, TINT_DOUBTFUL, TINT_BAD, TINT_GONE };

struct cell {
	struct str text; /* absent: an empty cell */
	enum tint tint;
};

struct table {
	const char *const *titles;
	size_t columns;
	bool coloured;
	size_t widths[TABLE_MAX_COLUMNS]; /* in characters, of all that was printed so far */
	bool begun;
};

/* Prints `rows` times `columns` cells, the titles above the first. May be called again with the next rows: a column
 * that has grown stays as wide. Texts are made printable. */
void table_put(struct table *table, const struct cell *cells, size_t rows, struct arena *arena, struct buffer *out);

/* "ISSUED", "ACTIVE", … as it is to be coloured. */
enum tint tint_of_status(struct str status);
void tint_put(struct buffer *out, struct str text, enum tint tint, bool coloured);
/* Whether standard output is to be coloured: `wish` is --color's word or NULL. Only on a terminal that can, and not
 * where NO_COLOR is set (https://no-color.org), unless asked for. */
bool tint_wanted(const char *wish);

#endif
