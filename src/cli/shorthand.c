#include "cli/shorthand.h"

#include <ctype.h>
#include <string.h>

enum { SHORTHAND_MAX_DEPTH = 32 }; /* twice what the service itself decodes */

struct reader {
	struct str text;
	size_t at;
	int depth;
	struct arena *arena;
	struct fault *fault;
};

static bool read_nested(struct reader *reader, struct value **out);

static int
peek(const struct reader *reader)
{
	return reader->at < reader->text.n ? (unsigned char)reader->text.p[reader->at] : -1;
}

static void
skip_space(struct reader *reader)
{
	while (peek(reader) >= 0 && isspace(peek(reader)))
		reader->at++;
}

/* The text up to the end of the line with the place, a caret under the place, and the rest. */
static struct str
location(const struct reader *reader, size_t at)
{
	struct str text = reader->text;
	size_t line_end = at;
	size_t line_start = at;

	while (line_end < text.n && text.p[line_end] != '\n')
		line_end++;
	while (line_start > 0 && text.p[line_start - 1] != '\n')
		line_start--;
	size_t column = utf8_length((struct str){ text.p + line_start, at - line_start });
	return arena_printf(reader->arena, "%.*s\n%*s^%.*s", (int)line_end, text.p, (int)column, "",
		(int)(text.n - line_end), text.p + line_end);
}

static bool
complain(struct reader *reader, const char *what, const char *found)
{
	struct str place = location(reader, reader->at);

	(void)fault_set(reader->fault, FAULT_INVALID_ARGS, "Expected: '%s', received: '%s' for input:\n%.*s", what,
		found, STR_ARG(place));
	return false;
}

static bool
expect(struct reader *reader, char c)
{
	char what[2] = { c, '\0' };
	char found[2] = { 0 };

	skip_space(reader);
	if (peek(reader) < 0)
		return complain(reader, what, "EOF");
	found[0] = (char)peek(reader);
	if (found[0] != c)
		return complain(reader, what, found);
	reader->at++;
	skip_space(reader);
	return true;
}

static struct str
read_key(struct reader *reader)
{
	size_t start = reader->at;
	int c;

	while ((c = peek(reader)) > 0 && (isalnum(c) || strchr("-_.#/:", c) != NULL))
		reader->at++;
	return (struct str){ reader->text.p + start, reader->at - start };
}

/* Inside quotes a backslash takes the next quote or backslash as it is, and stands for itself before anything else. */
static bool
read_quoted(struct reader *reader, struct value **out)
{
	int quote = peek(reader);
	char *copy = arena_alloc(reader->arena, reader->text.n - reader->at);
	size_t n = 0;
	size_t at = reader->at + 1;

	for (; at < reader->text.n && reader->text.p[at] != quote; at++) {
		char c = reader->text.p[at];
		char next = at + 1 < reader->text.n ? reader->text.p[at + 1] : '\0';
		if (c == '\\' && (next == quote || next == '\\'))
			c = reader->text.p[++at];
		copy[n++] = c;
	}
	if (at >= reader->text.n)
		return complain(reader, quote == '"' ? "<double quoted>" : "<singled quoted>", "<none>");
	reader->at = at + 1;
	*out = value_string((struct str){ copy, n }, reader->arena);
	return true;
}

/* A word that starts a value may hold '=' but not the closing brackets around it; a further word of a list may not
 * hold '=', which tells it from the next pair. */
static bool
in_word(int c, bool is_first, bool is_start)
{
	if (c < 0 || c == ',' || c == '"' || c == '\'')
		return false;
	if (is_start)
		return c > ' ' && c != '=' && c != '[' && c != '{';
	return is_first ? c != ']' && c != '}' : c != '=';
}

/* Bare text, trailing white space removed. Empty when the first character starts none. */
static struct str
read_word(struct reader *reader, bool is_first)
{
	char *copy = arena_alloc(reader->arena, reader->text.n - reader->at + 1);
	size_t n = 0;

	for (bool is_start = true; reader->at < reader->text.n; is_start = false) {
		bool is_comma = peek(reader) == '\\' && reader->at + 1 < reader->text.n &&
				reader->text.p[reader->at + 1] == ',';
		if (!is_comma && !in_word(peek(reader), is_first, is_start))
			break;
		reader->at += is_comma;
		copy[n++] = reader->text.p[reader->at++];
	}
	while (n > 0 && isspace((unsigned char)copy[n - 1]))
		n--;
	return (struct str){ copy, n };
}

static bool
read_first(struct reader *reader, struct value **out)
{
	if (peek(reader) == '\'' || peek(reader) == '"')
		return read_quoted(reader, out);
	*out = value_string(read_word(reader, true), reader->arena);
	return true;
}

/* One more word of a list; false without a fault when what follows is the next pair. */
static bool
read_further(struct reader *reader, struct value **out, bool *is_pair)
{
	*is_pair = false;
	if (peek(reader) == '\'' || peek(reader) == '"') {
		if (!read_quoted(reader, out))
			return false;
	} else {
		struct str word = read_word(reader, false);
		if (word.n == 0) {
			*is_pair = peek(reader) >= 0;
			return *is_pair ? false : complain(reader, "<second>", "<none>");
		}
		*out = value_string(word, reader->arena);
	}
	skip_space(reader);
	*is_pair = peek(reader) >= 0 && peek(reader) != ',';
	return !*is_pair;
}

/* a · a,b,c: the reader goes back to the comma before a word that turns out to be the next key. */
static bool
read_words(struct reader *reader, struct value **out)
{
	struct value *list = value_new(VALUE_LIST, reader->arena);
	struct value *word = NULL;

	if (!read_first(reader, &word))
		return false;
	value_append(list, word, reader->arena);
	skip_space(reader);
	while (peek(reader) == ',') {
		size_t comma = reader->at++;
		bool is_pair;
		skip_space(reader);
		if (!read_further(reader, &word, &is_pair)) {
			reader->at = comma;
			if (!is_pair)
				return false;
			break;
		}
		value_append(list, word, reader->arena);
	}
	*out = list->count == 1 ? list->items[0].value : list;
	return true;
}

static bool
read_list(struct reader *reader, struct value **out)
{
	struct value *list = value_new(VALUE_LIST, reader->arena);

	if (!expect(reader, '['))
		return false;
	while (peek(reader) != ']') {
		struct value *value = NULL;
		if (!read_nested(reader, &value))
			return false;
		value_append(list, value, reader->arena);
		skip_space(reader);
		if (peek(reader) != ']' && !expect(reader, ','))
			return false;
	}
	*out = list;
	return expect(reader, ']');
}

static bool
read_map(struct reader *reader, struct value **out)
{
	struct value *map = value_new(VALUE_MAP, reader->arena);

	if (!expect(reader, '{'))
		return false;
	while (peek(reader) != '}') {
		struct value *value = NULL;
		struct str key = read_key(reader);
		if (!expect(reader, '=') || !read_nested(reader, &value))
			return false;
		value_set(map, key, value, reader->arena);
		skip_space(reader);
		if (peek(reader) != '}' && !expect(reader, ','))
			return false;
	}
	*out = map;
	return expect(reader, '}');
}

static bool
read_nested(struct reader *reader, struct value **out)
{
	bool done;

	if (reader->depth == SHORTHAND_MAX_DEPTH)
		return complain(reader, "fewer brackets", "<none>");
	reader->depth++;
	if (peek(reader) == '[')
		done = read_list(reader, out);
	else if (peek(reader) == '{')
		done = read_map(reader, out);
	else
		done = read_first(reader, out);
	reader->depth--;
	return done;
}

static bool
read_pair(struct reader *reader, struct value *map)
{
	size_t start = reader->at;
	struct str key = read_key(reader);
	struct value *value = NULL;

	if (!expect(reader, '='))
		return false;
	bool bracket = peek(reader) == '[' || peek(reader) == '{';
	if (!(bracket ? read_nested(reader, &value) : read_words(reader, &value)))
		return false;
	if (value_get(map, key) != NULL) {
		struct str place = location(reader, start);
		return fault_set(reader->fault, FAULT_INVALID_ARGS,
			"Second instance of key \"%.*s\" encountered for input:\n%.*s\n"
			"This is often because there is a preceding \",\" instead of a space.",
			STR_ARG(key), STR_ARG(place));
	}
	value_set(map, key, value, reader->arena);
	return true;
}

bool
shorthand_read(struct str text, struct arena *arena, struct value **out, struct fault *fault)
{
	struct reader reader = { .text = text, .arena = arena, .fault = fault };
	struct value *map = value_new(VALUE_MAP, arena);

	if (!read_pair(&reader, map))
		return false;
	while (reader.at < text.n) {
		if (!expect(&reader, ',') || !read_pair(&reader, map))
			return false;
	}
	*out = map;
	return true;
}
