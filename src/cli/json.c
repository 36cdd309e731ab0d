#include "cli/json.h"

#include <string.h>

#include "base/base64.h"
#include "cli/python.h"
#include "model/json.h"

struct reader {
	struct json json; /* where reading stands; where it stopped after a failure */
	struct arena *arena;
	int depth;
};

static bool read_value(struct reader *reader, struct value **out);

static struct str
unescape(struct json_text text, struct arena *arena)
{
	/* Most strings hold no escape; they are not copied. */
	if (!text.escaped)
		return text.raw;
	char *copy = arena_alloc(arena, text.raw.n);
	return (struct str){ copy, json_unescape(text, copy) };
}

static bool
read_list(struct reader *reader, struct value **out)
{
	struct value *list = value_new(VALUE_LIST, reader->arena);
	struct value *item;
	bool more = false;

	for (;;) {
		if (!json_list_next(&reader->json, &more))
			return false;
		if (!more)
			break;
		if (!read_value(reader, &item))
			return false;
		value_append(list, item, reader->arena);
	}
	*out = list;
	return true;
}

static bool
read_map(struct reader *reader, struct value **out)
{
	struct value *map = value_new(VALUE_MAP, reader->arena);
	struct json_text key;
	struct value *value;
	bool more = false;

	for (;;) {
		if (!json_object_next(&reader->json, &more, &key))
			return false;
		if (!more)
			break;
		if (map->count == JSON_MAX_KEYS || !read_value(reader, &value))
			return false;
		value_set(map, unescape(key, reader->arena), value, reader->arena);
	}
	*out = map;
	return true;
}

static bool
read_scalar(struct reader *reader, enum json_kind kind, struct value **out)
{
	struct json_text text;
	struct str number;

	switch (kind) {
	case JSON_STRING:
		if (!json_string(&reader->json, &text))
			return false;
		*out = value_string(unescape(text, reader->arena), reader->arena);
		return true;
	case JSON_NUMBER:
		if (!json_number(&reader->json, &number))
			return false;
		*out = value_number(number, reader->arena);
		return true;
	case JSON_TRUE:
	case JSON_FALSE:
		*out = value_boolean(kind == JSON_TRUE, reader->arena);
		return json_literal(&reader->json);
	case JSON_NULL:
		*out = value_new(VALUE_NULL, reader->arena);
		return json_literal(&reader->json);
	default:
		return false;
	}
}

static bool
read_value(struct reader *reader, struct value **out)
{
	enum json_kind kind = json_peek(&reader->json);
	bool done;

	if (reader->depth == JSON_MAX_DEPTH)
		return false;
	reader->depth++;
	if (kind == JSON_LIST)
		done = read_list(reader, out);
	else if (kind == JSON_OBJECT)
		done = read_map(reader, out);
	else
		done = read_scalar(reader, kind, out);
	reader->depth--;
	return done;
}

/* Lines and columns count characters from 1. */
static bool
stopped_at(struct str text, size_t at, struct fault *fault)
{
	size_t line = 1;
	size_t start = 0;

	for (size_t i = 0; i < at; i++) {
		if (text.p[i] == '\n') {
			line++;
			start = i + 1;
		}
	}
	size_t column = utf8_length((struct str){ text.p + start, at - start }) + 1;
	return fault_set(fault, FAULT_SERIALIZATION, "it stops making sense at line %zu column %zu", line, column);
}

bool
json_read(struct str text, struct arena *arena, struct value **out, struct fault *fault)
{
	struct reader reader = { .arena = arena };
	struct value *value;

	if (!json_open(&reader.json, text))
		return fault_set(fault, FAULT_SERIALIZATION, "it is not UTF-8 text");
	if (!read_value(&reader, &value) || !json_at_end(&reader.json))
		return stopped_at(text, (size_t)(reader.json.p - text.p), fault);
	*out = value;
	return true;
}

static void
write_string(struct str text, struct buffer *out)
{
	static const char plain[] = "\"\\\b\f\n\r\t";
	static const char escaped[] = "\"\\bfnrt";

	buffer_put_char(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		const char *found = c != '\0' ? strchr(plain, c) : NULL;
		if (found != NULL)
			buffer_printf(out, "\\%c", escaped[found - plain]);
		else if ((unsigned char)c < 0x20)
			buffer_printf(out, "\\u%04x", (unsigned)c);
		else
			buffer_put_char(out, c);
	}
	buffer_put_char(out, '"');
}

static void
write_break(int indent, struct buffer *out)
{
	if (indent < 0)
		return;
	buffer_put_char(out, '\n');
	for (int i = 0; i < indent; i++)
		buffer_put_cstr(out, "    ");
}

/* What people see has been through Python in the AWS CLI: 1e2 is 100.0, and 1e999 Infinity. */
static void
write_number(struct str text, bool pretty, struct buffer *out)
{
	size_t start = out->n;

	if (!pretty) {
		buffer_put_str(out, text);
		return;
	}
	python_put_number(text, out);
	if (out->p[out->n - 1] != 'f')
		return;
	bool negative = out->p[start] == '-';
	out->n = start;
	buffer_put_cstr(out, negative ? "-Infinity" : "Infinity");
}

/* `indent` is the depth, or negative for one line. */
static void
write_value(const struct value *value, int indent, struct buffer *out)
{
	bool is_map = value->kind == VALUE_MAP;
	int inner = indent < 0 ? indent : indent + 1;

	switch (value->kind) {
	case VALUE_NULL:
		buffer_put_cstr(out, "null");
		return;
	case VALUE_BOOLEAN:
		buffer_put_cstr(out, value->truth ? "true" : "false");
		return;
	case VALUE_NUMBER:
		write_number(value->text, indent >= 0, out);
		return;
	case VALUE_STRING:
		write_string(value->text, out);
		return;
	case VALUE_BYTES:
		buffer_put_char(out, '"');
		base64_encode(out, value->bytes, 0);
		buffer_put_char(out, '"');
		return;
	case VALUE_LIST:
	case VALUE_MAP:
		break;
	}
	buffer_put_char(out, is_map ? '{' : '[');
	for (size_t i = 0; i < value->count; i++) {
		if (i > 0)
			buffer_put_char(out, ',');
		write_break(inner, out);
		if (is_map) {
			write_string(value->items[i].key, out);
			buffer_put_cstr(out, indent < 0 ? ":" : ": ");
		}
		write_value(value->items[i].value, inner, out);
	}
	if (value->count > 0)
		write_break(indent, out);
	buffer_put_char(out, is_map ? '}' : ']');
}

void
json_write(const struct value *value, struct buffer *out)
{
	write_value(value, -1, out);
}

void
json_write_pretty(const struct value *value, struct buffer *out)
{
	write_value(value, 0, out);
}

void
json_write_pretty_at(const struct value *value, int depth, struct buffer *out)
{
	write_value(value, depth, out);
}
