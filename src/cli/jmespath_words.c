#include <string.h>

#include "base/base64.h"
#include "cli/jmespath_parts.h"

enum { WORDS_MAX_BYTES = 1024 }; /* of a value in a message */

/* Takes the first character of well-formed UTF-8. */
static uint32_t
take_character(struct str *text)
{
	unsigned char c = (unsigned char)text->p[0];
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	uint32_t character = n == 1 ? c : c & (0x7fU >> n);

	for (size_t i = 1; i < n && i < text->n; i++)
		character = character << 6 | ((unsigned char)text->p[i] & 0x3fU);
	n = n < text->n ? n : text->n;
	*text = (struct str){ text->p + n, text->n - n };
	return character;
}

static void
put_ascii(struct buffer *out, uint32_t c)
{
	static const char plain[] = "\"\\\b\f\n\r\t";
	static const char escaped[] = "\"\\bfnrt";
	const char *found = c > 0 && c < 0x80 ? strchr(plain, (int)c) : NULL;

	if (found != NULL)
		buffer_printf(out, "\\%c", escaped[found - plain]);
	else if (c >= 0x20 && c <= 0x7e)
		buffer_put_char(out, (char)c);
	else if (c < 0x10000)
		buffer_printf(out, "\\u%04x", c);
	else
		buffer_printf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + ((c - 0x10000) & 0x3ff));
}

static void
put_json_string(struct buffer *out, struct str text)
{
	buffer_put_char(out, '"');
	while (text.n > 0)
		put_ascii(out, take_character(&text));
	buffer_put_char(out, '"');
}

static void
put_json_scalar(const struct value *value, struct arena *arena, struct buffer *out)
{
	struct number number;

	switch (value->kind) {
	case VALUE_NUMBER:
		number = number_read(value->text, arena);
		buffer_put_str(out, number_print(&number, arena));
		return;
	case VALUE_STRING:
		put_json_string(out, value->text);
		return;
	default:
		/* null, true, false and bytes are ASCII anyway. */
		json_write(value, out);
	}
}

static bool
put_json(struct search *search, const struct value *value, int depth, struct buffer *out)
{
	bool is_map = value->kind == VALUE_MAP;

	if (depth > SEARCH_MAX_DEPTH)
		return search_too_deep(search);
	/* A character may take six bytes. */
	if (!search_spend(search, 1) || !search_afford(search, out->n + 6 * value->text.n))
		return false;
	if (!is_map && value->kind != VALUE_LIST) {
		put_json_scalar(value, search->arena, out);
		return true;
	}
	buffer_put_char(out, is_map ? '{' : '[');
	for (size_t i = 0; i < value->count; i++) {
		if (i > 0)
			buffer_put_char(out, ',');
		if (is_map) {
			put_json_string(out, value->items[i].key);
			buffer_put_char(out, ':');
		}
		if (!put_json(search, value->items[i].value, depth + 1, out))
			return false;
	}
	buffer_put_char(out, is_map ? '}' : ']');
	return true;
}

bool
words_json(struct search *search, const struct value *value, struct buffer *out)
{
	return put_json(search, value, 0, out);
}

/* ---- for messages ---- */

/* The first line of a text; more of it is only hinted at: it may be a private key. */
static struct str
first_line(struct str text, bool *is_cut)
{
	struct str line;

	*is_cut = str_cut(&text, '\n', &line);
	return line;
}

static void
put_quoted(struct buffer *out, struct str text)
{
	bool is_cut;
	struct str line = first_line(text, &is_cut);
	char quote = '\'';

	if (line.n > 0 && memchr(line.p, '\'', line.n) != NULL && memchr(line.p, '"', line.n) == NULL)
		quote = '"';
	buffer_put_char(out, quote);
	for (size_t i = 0; i < line.n; i++) {
		unsigned char c = (unsigned char)line.p[i];
		if (c == '\\' || c == (unsigned char)quote)
			buffer_printf(out, "\\%c", c);
		else if (c == '\r' || c == '\t')
			buffer_put_cstr(out, c == '\r' ? "\\r" : "\\t");
		else if (c < 0x20 || c == 0x7f)
			buffer_printf(out, "\\x%02x", c);
		else
			buffer_put_char(out, (char)c);
	}
	if (is_cut)
		buffer_put_cstr(out, "\\n…");
	buffer_put_char(out, quote);
}

static void
put_words(const struct value *value, int depth, struct arena *arena, struct buffer *out)
{
	bool is_map = value->kind == VALUE_MAP;

	switch (value->kind) {
	case VALUE_NULL:
		buffer_put_cstr(out, "None");
		return;
	case VALUE_BOOLEAN:
		buffer_put_cstr(out, value->truth ? "True" : "False");
		return;
	case VALUE_NUMBER:
		put_json_scalar(value, arena, out);
		return;
	case VALUE_STRING:
		put_quoted(out, value->text);
		return;
	case VALUE_BYTES:
		buffer_printf(out, "%zu bytes", value->bytes.n);
		return;
	default:
		break;
	}
	buffer_put_char(out, is_map ? '{' : '[');
	for (size_t i = 0; i < value->count && out->n < WORDS_MAX_BYTES && depth < SEARCH_MAX_DEPTH; i++) {
		if (i > 0)
			buffer_put_cstr(out, ", ");
		if (is_map) {
			put_quoted(out, value->items[i].key);
			buffer_put_cstr(out, ": ");
		}
		put_words(value->items[i].value, depth + 1, arena, out);
	}
	buffer_put_char(out, is_map ? '}' : ']');
}

struct str
words_of(const struct value *value, struct arena *arena)
{
	struct buffer out = { 0 };
	bool is_cut = false;

	/* Text stands without quotes, unless it stands in something. */
	if (value->kind == VALUE_STRING) {
		buffer_put_str(&out, first_line(value->text, &is_cut));
		if (is_cut)
			buffer_put_cstr(&out, "…");
	} else {
		put_words(value, 0, arena, &out);
	}
	struct str words = buffer_str(&out);
	if (words.n > WORDS_MAX_BYTES)
		words = arena_printf(arena, "%.*s…", (int)utf8_prefix(words, WORDS_MAX_BYTES), words.p);
	words = arena_str(arena, words);
	buffer_done(&out);
	return words;
}

const char *
words_type(const struct value *value)
{
	static const char *const names[] = {
		[VALUE_NULL] = "NoneType",
		[VALUE_BOOLEAN] = "bool",
		[VALUE_NUMBER] = "int",
		[VALUE_STRING] = "str",
		[VALUE_BYTES] = "bytes",
		[VALUE_LIST] = "list",
		[VALUE_MAP] = "dict",
	};
	struct arena arena = { 0 };
	bool is_real = value->kind == VALUE_NUMBER && number_read(value->text, &arena).is_real;

	arena_done(&arena);
	return is_real ? "float" : names[value->kind];
}
