#include "client/profile.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"

struct reader {
	struct profile_file *file;
	struct arena *arena;
	struct str section; /* absent before the first */
	struct str parent;  /* the key that indented lines belong to */
};

static void
entry_add(struct reader *reader, struct str key, struct str value)
{
	struct profile_file *file = reader->file;

	if (file->count == file->room) {
		size_t room = file->room > 0 ? file->room * 2 : 16;
		struct profile_entry *entries = ARENA_ARRAY(reader->arena, struct profile_entry, room);
		if (file->count > 0)
			memcpy(entries, file->entries, file->count * sizeof *entries);
		file->entries = entries;
		file->room = room;
	}
	file->entries[file->count++] = (struct profile_entry){ reader->section, key, value };
}

static struct str
lower(struct str s, struct arena *arena)
{
	char *copy = arena_alloc(arena, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		copy[i] = (char)tolower((unsigned char)s.p[i]);
	return (struct str){ copy, s.n };
}

/* `profile "two words"` and `profile  plain` become "profile two words" and "profile plain". */
static struct str
section_name(struct str inner, struct arena *arena)
{
	struct str rest = str_trim(inner);
	struct str kind;

	if (!str_cut(&rest, ' ', &kind))
		return arena_str(arena, kind);
	rest = str_trim(rest);
	if (rest.n >= 2 && (rest.p[0] == '"' || rest.p[0] == '\'') && rest.p[rest.n - 1] == rest.p[0])
		rest = (struct str){ rest.p + 1, rest.n - 2 };
	return arena_printf(arena, "%.*s %.*s", STR_ARG(kind), STR_ARG(rest));
}

static struct str
without_comment(struct str value)
{
	for (size_t i = 1; i < value.n; i++) {
		if ((value.p[i] == '#' || value.p[i] == ';') && (value.p[i - 1] == ' ' || value.p[i - 1] == '\t'))
			return str_trim((struct str){ value.p, i });
	}
	return value;
}

static bool
read_line(struct reader *reader, struct str line)
{
	bool indented = line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t');
	struct str text = str_trim(line);
	struct str key;

	if (text.n == 0 || text.p[0] == '#' || text.p[0] == ';')
		return true;
	if (text.p[0] == '[' && !indented) {
		struct str inner = { text.p + 1, text.n - 1 };
		if (!str_cut(&inner, ']', &key))
			return false;
		reader->section = section_name(key, reader->arena);
		reader->parent = (struct str){ 0 };
		entry_add(reader, (struct str){ 0 }, (struct str){ 0 });
		return true;
	}
	if (reader->section.p == NULL || !str_cut(&text, '=', &key))
		return false;
	key = lower(str_trim(key), reader->arena);
	if (indented && reader->parent.p != NULL)
		key = arena_printf(reader->arena, "%.*s.%.*s", STR_ARG(reader->parent), STR_ARG(key));
	else
		reader->parent = key;
	entry_add(reader, key, without_comment(str_trim(text)));
	return true;
}

bool
profile_parse(struct str text, const char *path, struct arena *arena, struct profile_file *out, struct fault *fault)
{
	struct profile_file file = { 0 };
	struct reader reader = { .file = &file, .arena = arena };
	struct str rest = arena_str(arena, text);
	bool more = true;

	for (int number = 1; more; number++) {
		struct str line;
		more = str_cut(&rest, '\n', &line);
		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (!read_line(&reader, line))
			return fault_set(fault, FAULT_INVALID_ARGS,
				"Unable to parse config file: %s: line %d is no section, key = value or comment", path,
				number);
	}
	*out = file;
	return true;
}

static bool
slurp(FILE *file, struct buffer *text)
{
	char piece[4096];
	size_t n;

	while (text->n <= PROFILE_FILE_MAX_BYTES && (n = fread(piece, 1, sizeof piece, file)) > 0)
		buffer_put(text, piece, n);
	return ferror(file) == 0 && text->n <= PROFILE_FILE_MAX_BYTES;
}

bool
profile_read(const char *path, struct arena *arena, struct profile_file *out, struct fault *fault)
{
	FILE *file = fopen(path, "re");
	struct buffer text = { 0 };

	if (file == NULL && (errno == ENOENT || errno == ENOTDIR)) {
		*out = (struct profile_file){ 0 };
		return true;
	}
	if (file == NULL)
		return fault_set(
			fault, FAULT_INVALID_ARGS, "Unable to read config file: %s: %s", path, strerror(errno));
	bool read = slurp(file, &text);
	(void)fclose(file);
	bool done = read ? profile_parse(buffer_str(&text), path, arena, out, fault)
			 : fault_set(fault, FAULT_INVALID_ARGS,
				   "Unable to read config file: %s: not a file of at most %d bytes", path,
				   PROFILE_FILE_MAX_BYTES);
	buffer_done(&text);
	return done;
}

bool
profile_has_section(const struct profile_file *file, struct str section)
{
	for (size_t i = 0; i < file->count; i++) {
		if (str_equal(file->entries[i].section, section))
			return true;
	}
	return false;
}

struct str
profile_value(const struct profile_file *file, struct str section, const char *key)
{
	for (size_t i = file->count; i-- > 0;) {
		if (str_equal(file->entries[i].section, section) && str_is(file->entries[i].key, key))
			return file->entries[i].value;
	}
	return (struct str){ 0 };
}
