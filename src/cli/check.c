#include "cli/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/json.h"
#include "cli/python.h"

/* Shapes may be recursive, and so may input be. */
enum { CHECK_MAX_DEPTH = JSON_MAX_DEPTH };

struct checker {
	struct arena *arena;
	struct buffer report;
	int depth;
};

static void check(struct checker *checker, const struct shape *shape, const struct value *value, struct str name);

/* What Python calls the type; these words are part of AWS's messages. */
static const char *
python_type(const struct value *value)
{
	switch (value->kind) {
	case VALUE_NULL:
		return "<class 'NoneType'>";
	case VALUE_BOOLEAN:
		return "<class 'bool'>";
	case VALUE_NUMBER:
		for (size_t i = 0; i < value->text.n; i++) {
			if (value->text.p[i] == '.' || (value->text.p[i] | 0x20) == 'e')
				return "<class 'float'>";
		}
		return "<class 'int'>";
	case VALUE_STRING:
		return "<class 'str'>";
	case VALUE_BYTES:
		return "<class 'bytes'>";
	case VALUE_LIST:
		return "<class 'list'>";
	case VALUE_MAP:
		break;
	}
	return "<class 'dict'>";
}

static struct str
quoted(struct checker *checker, const struct shape *shape, const struct value *value)
{
	struct buffer text = { 0 };

	if (shape->sensitive || shape->kind == SHAPE_BLOB)
		return STR("(not shown)");
	if (value->kind == VALUE_STRING)
		return value->text;
	if (value->kind == VALUE_BYTES)
		json_write(value, &text);
	else
		python_put(value, &text);
	struct str copy = arena_str(checker->arena, buffer_str(&text));
	buffer_done(&text);
	return copy;
}

static void
wrong_type(struct checker *checker, const struct shape *shape, const struct value *value, struct str name,
	const char *valid)
{
	struct str text = quoted(checker, shape, value);

	buffer_printf(&checker->report, "\nInvalid type for parameter %.*s, value: %.*s, type: %s, valid types: %s",
		STR_ARG(name), STR_ARG(text), python_type(value), valid);
}

static struct str
name_below(struct checker *checker, struct str name, struct str member)
{
	if (name.n == 0)
		return member;
	return arena_printf(checker->arena, "%.*s.%.*s", STR_ARG(name), STR_ARG(member));
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

static void
put_member_names(struct checker *checker, const struct shape *shape, const char *separator)
{
	for (size_t i = 0; i < shape->member_count; i++)
		buffer_printf(&checker->report, "%s%s", i > 0 ? separator : "", shape->members[i].name);
}

static void
check_choice_of_one(struct checker *checker, const struct shape *shape, const struct value *value, struct str where)
{
	if (value->count == 1)
		return;
	buffer_printf(&checker->report,
		value->count == 0 ? "\nMust set one of the following keys for tagged unionstructure %.*s: "
				  : "\nInvalid number of parameters set for tagged union structure %.*s. "
				    "Can only set one of the following keys: ",
		STR_ARG(where));
	put_member_names(checker, shape, ". ");
	buffer_put_char(&checker->report, '.');
}

static void
check_structure(struct checker *checker, const struct shape *shape, const struct value *value, struct str name)
{
	struct str where = name.n > 0 ? name : STR("input");

	if (value->kind != VALUE_MAP) {
		wrong_type(checker, shape, value, name, "<class 'dict'>");
		return;
	}
	if (shape->kind == SHAPE_UNION)
		check_choice_of_one(checker, shape, value, where);
	for (size_t i = 0; i < shape->member_count; i++) {
		const struct member *member = &shape->members[i];
		if (member->required && value_get(value, str_of(member->name)) == NULL)
			buffer_printf(&checker->report, "\nMissing required parameter in %.*s: \"%s\"", STR_ARG(where),
				member->name);
	}
	for (size_t i = 0; i < value->count; i++) {
		if (member_of(shape, value->items[i].key) != NULL)
			continue;
		buffer_printf(&checker->report,
			"\nUnknown parameter in %.*s: \"%.*s\", must be one of: ", STR_ARG(where),
			STR_ARG(value->items[i].key));
		put_member_names(checker, shape, ", ");
	}
	for (size_t i = 0; i < value->count; i++) {
		const struct member *member = member_of(shape, value->items[i].key);
		if (member != NULL)
			check(checker, member->shape, value->items[i].value,
				name_below(checker, name, value->items[i].key));
	}
}

static void
check_length(struct checker *checker, const struct shape *shape, size_t length, struct str name)
{
	if (shape->has_min && (int64_t)length < shape->min)
		buffer_printf(&checker->report,
			"\nInvalid length for parameter %.*s, value: %zu, valid min length: %lld", STR_ARG(name),
			length, (long long)shape->min);
}

static void
check_list(struct checker *checker, const struct shape *shape, const struct value *value, struct str name)
{
	if (value->kind != VALUE_LIST) {
		wrong_type(checker, shape, value, name, "<class 'list'>, <class 'tuple'>");
		return;
	}
	check_length(checker, shape, value->count, name);
	for (size_t i = 0; i < value->count; i++)
		check(checker, shape->element, value->items[i].value,
			arena_printf(checker->arena, "%.*s[%zu]", STR_ARG(name), i));
}

static void
check_integer(struct checker *checker, const struct shape *shape, const struct value *value, struct str name)
{
	if (value->kind != VALUE_NUMBER || str_is(str_of(python_type(value)), "<class 'float'>")) {
		wrong_type(checker, shape, value, name, "<class 'int'>");
		return;
	}
	/* strtoll stops at the ends of its range, which is all that a lower limit needs. */
	if (shape->has_min && strtoll(arena_cstr(checker->arena, value->text), NULL, 10) < shape->min)
		buffer_printf(&checker->report,
			"\nInvalid value for parameter %.*s, value: %.*s, valid min value: %lld", STR_ARG(name),
			STR_ARG(value->text), (long long)shape->min);
}

static void
check_scalar(struct checker *checker, const struct shape *shape, const struct value *value, struct str name)
{
	switch (shape->kind) {
	case SHAPE_INTEGER:
	case SHAPE_LONG:
		check_integer(checker, shape, value, name);
		return;
	case SHAPE_BOOLEAN:
		if (value->kind != VALUE_BOOLEAN)
			wrong_type(checker, shape, value, name, "<class 'bool'>");
		return;
	case SHAPE_TIMESTAMP:
		if (value->kind != VALUE_NUMBER)
			wrong_type(checker, shape, value, name, "<class 'datetime.datetime'>, timestamp-string");
		return;
	case SHAPE_BLOB:
		if (value->kind != VALUE_BYTES)
			wrong_type(
				checker, shape, value, name, "<class 'bytes'>, <class 'bytearray'>, file-like object");
		return;
	default:
		if (value->kind != VALUE_STRING)
			wrong_type(checker, shape, value, name, "<class 'str'>");
		else if (shape->kind == SHAPE_STRING)
			check_length(checker, shape, utf8_length(value->text), name);
	}
}

static void
check(struct checker *checker, const struct shape *shape, const struct value *value, struct str name)
{
	if (checker->depth == CHECK_MAX_DEPTH) {
		buffer_printf(&checker->report, "\nParameter %.*s is nested too deeply", STR_ARG(name));
		return;
	}
	checker->depth++;
	if (shape->kind == SHAPE_STRUCTURE || shape->kind == SHAPE_UNION)
		check_structure(checker, shape, value, name);
	else if (shape->kind == SHAPE_LIST)
		check_list(checker, shape, value, name);
	else
		check_scalar(checker, shape, value, name);
	checker->depth--;
}

bool
check_input(const struct shape *structure, const struct value *input, struct arena *arena, struct fault *fault)
{
	struct checker checker = { .arena = arena };

	check(&checker, structure, input, STR(""));
	bool fine = checker.report.n == 0;
	if (!fine)
		(void)fault_set(fault, FAULT_VALIDATION, "Parameter validation failed:%s", checker.report.p);
	buffer_done(&checker.report);
	return fine;
}
