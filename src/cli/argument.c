#include "cli/argument.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "cli/file.h"
#include "cli/json.h"
#include "cli/moment.h"
#include "cli/shorthand.h"
#include "cli/yaml.h"

struct reader {
	const char *option;
	bool blobs_are_raw;
	struct arena *arena;
	struct fault *fault;
};

static bool
refuse(const struct reader *reader, const char *what)
{
	(void)fault_set(reader->fault, FAULT_INVALID_ARGS, "Error parsing parameter '--%s': %s", reader->option, what);
	return false;
}

/* A number or base64 that is none. The AWS CLI finds it later than the rest, and ends with another code. */
static bool
refuse_value(const struct reader *reader, const char *what)
{
	(void)fault_set(
		reader->fault, FAULT_INVALID_PARAMETER, "Error parsing parameter '--%s': %s", reader->option, what);
	return false;
}

static bool
is_complex(const struct shape *shape)
{
	return shape->kind == SHAPE_LIST || shape->kind == SHAPE_STRUCTURE || shape->kind == SHAPE_UNION;
}

static bool
read_blob(const struct reader *reader, struct str text, struct value **out)
{
	struct bytes bytes;

	if (reader->blobs_are_raw) {
		*out = value_bytes(bytes_of_str(text), reader->arena);
		return true;
	}
	if (str_starts_with(text, STR("-----BEGIN ")))
		return refuse_value(reader, "Invalid base64: this is PEM text; put it into a file and say file://PATH");
	if (!base64_decode(text, reader->arena, &bytes))
		return refuse_value(reader, "Invalid base64: a blob is given as base64, or as file://PATH");
	*out = value_bytes(bytes, reader->arena);
	return true;
}

static bool
read_integer(const struct reader *reader, struct str text, struct value **out)
{
	struct str digits = str_trim(text);
	struct str unsigned_part = digits;
	int64_t value;

	if (digits.n > 0 && digits.p[0] == '-')
		unsigned_part = (struct str){ digits.p + 1, digits.n - 1 };
	if (!str_to_i64(unsigned_part, &value))
		return refuse_value(
			reader, arena_printf(reader->arena, "'%.*s' is not a whole number", STR_ARG(text)).p);
	*out = value_number(
		arena_printf(reader->arena, "%s%lld", digits.p[0] == '-' ? "-" : "", (long long)value), reader->arena);
	return true;
}

/* What is neither stays text, and the check says with its place that it is none. */
static bool
read_boolean(const struct reader *reader, struct str text, struct value **out)
{
	bool truth = text.n == 4 && strncasecmp(text.p, "true", 4) == 0;
	bool falsehood = text.n == 5 && strncasecmp(text.p, "false", 5) == 0;

	*out = truth || falsehood ? value_boolean(truth, reader->arena) : value_string(text, reader->arena);
	return true;
}

/* Text that stands for a scalar of this shape. */
static bool
read_scalar(const struct reader *reader, const struct shape *shape, struct str text, struct value **out)
{
	struct str number;

	switch (shape->kind) {
	case SHAPE_BLOB:
		return read_blob(reader, text, out);
	case SHAPE_INTEGER:
	case SHAPE_LONG:
		return read_integer(reader, text, out);
	case SHAPE_BOOLEAN:
		return read_boolean(reader, text, out);
	case SHAPE_TIMESTAMP:
		if (!moment_read(text, reader->arena, &number))
			return refuse(
				reader, arena_printf(reader->arena,
						"'%.*s' is no point in time; write 2026-11-21T08:05:54Z", STR_ARG(text))
						.p);
		*out = value_number(number, reader->arena);
		return true;
	default:
		if (!utf8_valid(text))
			return refuse(reader, "the text is not UTF-8");
		*out = value_string(text, reader->arena);
		return true;
	}
}

static const struct member *
member_of(const struct shape *shape, struct str name)
{
	for (size_t i = 0; i < shape->member_count; i++) {
		if (str_is(name, shape->members[i].name))
			return &shape->members[i];
	}
	return NULL;
}

/* Gives the leaves of a parsed tree their types. Shorthand knows text only, so there a number is text, and one value
 * may stand for a list of one; JSON says its types itself, and only blobs and times are text in it. What does not fit
 * is left as it is: the check names it with its place. */
static bool
give_types(const struct reader *reader, const struct shape *shape, bool is_shorthand, struct value **value)
{
	struct value *tree = *value;

	if (shape->kind == SHAPE_LIST && tree->kind != VALUE_LIST && is_shorthand) {
		*value = value_new(VALUE_LIST, reader->arena);
		value_append(*value, tree, reader->arena);
		tree = *value;
	}
	if (is_complex(shape)) {
		for (size_t i = 0; i < tree->count; i++) {
			const struct member *member =
				shape->kind == SHAPE_LIST ? NULL : member_of(shape, tree->items[i].key);
			const struct shape *inner = shape->kind == SHAPE_LIST ? shape->element
						    : member != NULL          ? member->shape
									      : NULL;
			if (inner != NULL && !give_types(reader, inner, is_shorthand, &tree->items[i].value))
				return false;
		}
		return true;
	}
	bool is_text = tree->kind == VALUE_STRING;
	bool reads_text = is_shorthand || shape->kind == SHAPE_BLOB || shape->kind == SHAPE_TIMESTAMP;
	return !is_text || !reads_text || read_scalar(reader, shape, tree->text, value);
}

static bool
read_json(const struct reader *reader, const struct shape *shape, struct str text, struct value **out)
{
	struct fault inner = { 0 };

	if (!json_read(text, reader->arena, out, &inner))
		return refuse(reader, arena_printf(reader->arena, "Invalid JSON: %s", inner.say).p);
	return give_types(reader, shape, false, out);
}

static bool
read_yaml(const struct reader *reader, const struct shape *shape, struct str text, struct value **out)
{
	struct fault inner = { 0 };

	if (!yaml_read(text, reader->arena, out, &inner))
		return refuse(reader, arena_printf(reader->arena, "Invalid YAML: %s", inner.say).p);
	return give_types(reader, shape, false, out);
}

/* '{' or '[' when the text starts like JSON, else NUL. */
static char
json_start(struct str text)
{
	while (text.n > 0 && (text.p[0] == ' ' || text.p[0] == '\t' || text.p[0] == '\r' || text.p[0] == '\n'))
		text = (struct str){ text.p + 1, text.n - 1 };
	return text.n > 0 && (text.p[0] == '{' || text.p[0] == '[') ? text.p[0] : '\0';
}

/* One structure, or one scalar. */
static bool
read_one(const struct reader *reader, const struct shape *shape, struct str text, struct value **out)
{
	struct fault inner = { 0 };

	if (!is_complex(shape))
		return read_scalar(reader, shape, text, out);
	if (json_start(text) != '\0')
		return read_json(reader, shape, text, out);
	if (!utf8_valid(text))
		return refuse(reader, "the text is not UTF-8");
	if (!shorthand_read(text, reader->arena, out, &inner))
		return refuse(reader, inner.say);
	return give_types(reader, shape, true, out);
}

/* What a word says, file or not. *is_raw: bytes of a file for a blob, which need no decoding. */
static bool
word_text(const struct reader *reader, const struct shape *shape, const char *word, struct str *out, bool *is_raw)
{
	struct fault inner = { 0 };
	enum file_kind kind = file_kind_of(word);
	struct bytes bytes;

	*is_raw = false;
	if (kind == FILE_NOT) {
		*out = str_of(word);
		return true;
	}
	if (!file_read(word, ARGUMENT_FILE_MAX_BYTES, reader->arena, &bytes, &inner))
		return refuse(reader, inner.say);
	*out = str_of_bytes(bytes);
	*is_raw = shape->kind == SHAPE_BLOB;
	if (!*is_raw && kind == FILE_TEXT && !utf8_valid(*out))
		return refuse(reader,
			arena_printf(reader->arena,
				"Unable to load paramfile (%s), text contents could not be decoded.  If this is a "
				"binary file, please use the fileb:// prefix instead of the file:// prefix.",
				word + strlen("file://"))
				.p);
	return true;
}

bool
argument_read(const char *option, const struct shape *shape, const char *const *words, size_t count, bool blobs_are_raw,
	struct arena *arena, struct value **out, struct fault *fault)
{
	struct reader reader = { option, blobs_are_raw, arena, fault };
	struct value *list;
	struct str text;
	bool is_raw;

	if (count == 0) {
		*out = value_new(VALUE_LIST, arena);
		return true;
	}
	if (!word_text(&reader, shape, words[0], &text, &is_raw))
		return false;
	if (is_raw) {
		*out = value_bytes(bytes_of_str(text), arena);
		return true;
	}
	if (shape->kind != SHAPE_LIST)
		return read_one(&reader, shape, text, out);
	if (count == 1 && json_start(text) == '[')
		return read_json(&reader, shape, text, out);
	list = value_new(VALUE_LIST, arena);
	for (size_t i = 0; i < count; i++) {
		struct value *item;
		if (i > 0)
			text = str_of(words[i]);
		if (!read_one(&reader, shape->element, text, &item))
			return false;
		value_append(list, item, arena);
	}
	*out = list;
	return true;
}

bool
argument_read_input(enum argument_language language, const struct shape *structure, const char *word,
	bool blobs_are_raw, struct arena *arena, struct value **out, struct fault *fault)
{
	bool is_yaml = language == ARGUMENT_YAML;
	struct reader reader = { is_yaml ? "cli-input-yaml" : "cli-input-json", blobs_are_raw, arena, fault };
	struct value *input;
	struct str text;
	bool is_raw;

	if (!word_text(&reader, structure, word, &text, &is_raw) ||
		!(is_yaml ? read_yaml(&reader, structure, text, &input) : read_json(&reader, structure, text, &input)))
		return false;
	if (input->kind != VALUE_MAP)
		return refuse(&reader,
			arena_printf(arena, "Invalid type: expecting map, received %s", value_kind_name(input->kind))
				.p);
	*out = input;
	return true;
}
