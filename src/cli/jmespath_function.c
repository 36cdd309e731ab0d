#include <math.h>
#include <string.h>

#include "cli/jmespath_parts.h"

enum type {
	TYPE_END,
	TYPE_NUMBER,
	TYPE_STRING,
	TYPE_ARRAY,
	TYPE_OBJECT,
	TYPE_EXPREF,
	TYPE_ARRAY_NUMBER,
	TYPE_ARRAY_STRING,
};

enum { ARGUMENTS_MAX = 2, TYPES_MAX = 4 };

struct function {
	const char *name;
	function_run *run;
	size_t count;
	bool variadic;                             /* `count` at least */
	enum type types[ARGUMENTS_MAX][TYPES_MAX]; /* none: any; in the order of messages */
};

static bool
run_abs(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	struct number number = number_read(arguments[0].value->text, search->arena);

	(void)count;
	number.negative = false;
	number.real = fabs(number.real);
	*out = value_number(number_print(&number, search->arena), search->arena);
	return true;
}

static bool
add_all(struct search *search, const struct value *list, struct number *sum)
{
	*sum = number_read(STR("0"), search->arena);
	for (size_t i = 0; i < list->count; i++) {
		struct number number = number_read(list->items[i].value->text, search->arena);
		*sum = number_add(sum, &number, search->arena);
		if (!search_spend(search, 1))
			return false;
	}
	return true;
}

static bool
run_sum(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	struct number sum;

	(void)count;
	if (!add_all(search, arguments[0].value, &sum))
		return false;
	*out = value_number(number_print(&sum, search->arena), search->arena);
	return true;
}

static bool
run_avg(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	size_t n = arguments[0].value->count;
	struct number sum;

	(void)count;
	*out = search->null;
	if (n == 0)
		return true;
	if (!add_all(search, arguments[0].value, &sum))
		return false;
	double real = number_real(&sum, search->arena);
	if (!sum.is_real && isinf(real))
		return fault_set(search->fault, FAULT_INVALID_ARGS, "int too large to convert to float");
	sum = (struct number){ .is_real = true, .real = real / (double)n };
	*out = value_number(number_print(&sum, search->arena), search->arena);
	return true;
}

static bool
round_to(struct search *search, const struct value *value, double (*rounded)(double), const struct value **out)
{
	struct number number = number_read(value->text, search->arena);

	if (number.is_real && !isfinite(number.real))
		return fault_set(search->fault, FAULT_INVALID_ARGS, "cannot convert float %s to integer",
			isnan(number.real) ? "NaN" : "infinity");
	if (number.is_real)
		number = number_whole(rounded(number.real), search->arena);
	*out = value_number(number_print(&number, search->arena), search->arena);
	return true;
}

static bool
run_ceil(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	(void)count;
	return round_to(search, arguments[0].value, ceil, out);
}

static bool
run_floor(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	(void)count;
	return round_to(search, arguments[0].value, floor, out);
}

static bool
run_contains(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	const struct value *where = arguments[0].value, *what = arguments[1].value;
	bool found = false;

	(void)count;
	if (where->kind == VALUE_STRING && what->kind != VALUE_STRING)
		return fault_set(search->fault, FAULT_INVALID_ARGS,
			"'in <string>' requires string as left operand, not %s", words_type(what));
	if (where->kind == VALUE_STRING)
		found = what->text.n == 0 || memmem(where->text.p, where->text.n, what->text.p, what->text.n) != NULL;
	for (size_t i = 0; !found && i < where->count; i++) {
		if (!value_equal(search, where->items[i].value, what, &found))
			return false;
	}
	*out = search_truth(search, found);
	return true;
}

static bool
run_starts_with(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	(void)count;
	*out = search_truth(search, str_starts_with(arguments[0].value->text, arguments[1].value->text));
	return true;
}

static bool
run_ends_with(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	struct str text = arguments[0].value->text, end = arguments[1].value->text;

	(void)count;
	bool fits = end.n <= text.n;
	if (fits)
		text = (struct str){ text.p + (text.n - end.n), end.n };
	*out = search_truth(search, fits && (end.n == 0 || memcmp(text.p, end.p, end.n) == 0));
	return true;
}

static bool
run_join(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	struct str glue = arguments[0].value->text;
	const struct value *list = arguments[1].value;
	size_t n = 0;

	(void)count;
	if (!search_spend(search, list->count))
		return false;
	for (size_t i = 0; i < list->count; i++) {
		n += list->items[i].value->text.n + (i > 0 ? glue.n : 0);
		if (!search_afford(search, n))
			return false;
	}
	char *text = arena_alloc(search->arena, n);
	char *at = text;
	for (size_t i = 0; i < list->count; i++) {
		struct str part = list->items[i].value->text;
		if (i > 0 && glue.n > 0)
			at = mempcpy(at, glue.p, glue.n);
		if (part.n > 0)
			at = mempcpy(at, part.p, part.n);
	}
	*out = value_string((struct str){ text, n }, search->arena);
	return true;
}

static bool
run_keys(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	const struct value *map = arguments[0].value;
	struct value *list = value_new(VALUE_LIST, search->arena);

	(void)count;
	for (size_t i = 0; i < map->count; i++)
		value_append(list, value_string(map->items[i].key, search->arena), search->arena);
	*out = list;
	return search_spend(search, map->count);
}

static bool
run_values(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	const struct value *map = arguments[0].value;
	struct value *list = value_new(VALUE_LIST, search->arena);

	(void)count;
	for (size_t i = 0; i < map->count; i++)
		value_append(list, map->items[i].value, search->arena);
	*out = list;
	return search_spend(search, map->count);
}

static bool
run_length(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	const struct value *value = arguments[0].value;
	size_t length = value->kind == VALUE_STRING ? utf8_length(value->text) : value->count;

	(void)count;
	*out = value_number(arena_printf(search->arena, "%zu", length), search->arena);
	return true;
}

static bool
run_map(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	const struct value *given = arguments[1].value;
	struct value *list = value_new(VALUE_LIST, search->arena);

	(void)count;
	for (size_t i = 0; i < given->count; i++) {
		const struct value *made;
		if (!node_search(search, arguments[0].expression, given->items[i].value, &made))
			return false;
		value_append(list, value_share(made), search->arena);
	}
	*out = list;
	return true;
}

static bool
run_merge(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	struct value *merged = value_new(VALUE_MAP, search->arena);

	for (size_t i = 0; i < count; i++) {
		const struct value *map = arguments[i].value;
		for (size_t j = 0; j < map->count; j++) {
			/* Keys are looked for one by one. */
			if (!search_spend(search, 1 + merged->count))
				return false;
			value_set(merged, map->items[j].key, map->items[j].value, search->arena);
		}
	}
	*out = merged;
	return true;
}

static bool
run_not_null(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	*out = search->null;
	for (size_t i = 0; i < count && (*out)->kind == VALUE_NULL; i++)
		*out = arguments[i].value;
	return true;
}

/* Characters in the opposite order; the bytes of each keep theirs. */
static struct str
reverse_text(struct str text, struct arena *arena)
{
	char *reversed = arena_alloc(arena, text.n);
	size_t end = text.n;

	for (size_t i = 0; i < text.n;) {
		size_t n = 1;
		while (i + n < text.n && ((unsigned char)text.p[i + n] & 0xc0) == 0x80)
			n++;
		end -= n;
		memcpy(reversed + end, text.p + i, n);
		i += n;
	}
	return (struct str){ reversed, text.n };
}

static bool
run_reverse(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	const struct value *value = arguments[0].value;

	(void)count;
	if (value->kind == VALUE_STRING) {
		*out = value_string(reverse_text(value->text, search->arena), search->arena);
		return true;
	}
	struct value *list = value_new(VALUE_LIST, search->arena);
	for (size_t i = value->count; i > 0; i--)
		value_append(list, value->items[i - 1].value, search->arena);
	*out = list;
	return search_spend(search, value->count);
}

static bool
run_to_array(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	(void)count;
	*out = arguments[0].value;
	if ((*out)->kind == VALUE_LIST)
		return true;
	struct value *list = value_new(VALUE_LIST, search->arena);
	value_append(list, value_share(*out), search->arena);
	*out = list;
	return true;
}

static bool
run_to_number(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	const struct value *value = arguments[0].value;
	struct number number;

	(void)count;
	*out = value->kind == VALUE_NUMBER ? value : search->null;
	if (value->kind == VALUE_STRING && number_scan(value->text, search->arena, &number))
		*out = value_number(number_print(&number, search->arena), search->arena);
	return true;
}

static bool
run_to_string(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	const struct value *value = arguments[0].value;
	struct buffer json = { 0 };

	(void)count;
	*out = value;
	if (value->kind == VALUE_STRING)
		return true;
	bool done = words_json(search, value, &json);
	if (done)
		*out = value_string(arena_str(search->arena, buffer_str(&json)), search->arena);
	buffer_done(&json);
	return done;
}

static bool
run_type(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	const struct value *value = arguments[0].value;

	(void)count;
	*out = search->null;
	if (value->kind != VALUE_BYTES)
		*out = value_string(str_of(value_type_name(value)), search->arena);
	return true;
}

static const struct function functions[] = {
	{ "abs", run_abs, 1, false, { { TYPE_NUMBER } } },
	{ "avg", run_avg, 1, false, { { TYPE_ARRAY_NUMBER } } },
	{ "ceil", run_ceil, 1, false, { { TYPE_NUMBER } } },
	{ "contains", run_contains, 2, false, { { TYPE_ARRAY, TYPE_STRING } } },
	{ "ends_with", run_ends_with, 2, false, { { TYPE_STRING }, { TYPE_STRING } } },
	{ "floor", run_floor, 1, false, { { TYPE_NUMBER } } },
	{ "join", run_join, 2, false, { { TYPE_STRING }, { TYPE_ARRAY_STRING } } },
	{ "keys", run_keys, 1, false, { { TYPE_OBJECT } } },
	{ "length", run_length, 1, false, { { TYPE_STRING, TYPE_ARRAY, TYPE_OBJECT } } },
	{ "map", run_map, 2, false, { { TYPE_EXPREF }, { TYPE_ARRAY } } },
	{ "max", function_max, 1, false, { { TYPE_ARRAY_NUMBER, TYPE_ARRAY_STRING } } },
	{ "max_by", function_max_by, 2, false, { { TYPE_ARRAY }, { TYPE_EXPREF } } },
	{ "merge", run_merge, 1, true, { { TYPE_OBJECT } } },
	{ "min", function_min, 1, false, { { TYPE_ARRAY_NUMBER, TYPE_ARRAY_STRING } } },
	{ "min_by", function_min_by, 2, false, { { TYPE_ARRAY }, { TYPE_EXPREF } } },
	{ "not_null", run_not_null, 1, true, { { TYPE_END } } },
	{ "reverse", run_reverse, 1, false, { { TYPE_ARRAY, TYPE_STRING } } },
	{ "sort", function_sort, 1, false, { { TYPE_ARRAY_STRING, TYPE_ARRAY_NUMBER } } },
	{ "sort_by", function_sort_by, 2, false, { { TYPE_ARRAY }, { TYPE_EXPREF } } },
	{ "starts_with", run_starts_with, 2, false, { { TYPE_STRING }, { TYPE_STRING } } },
	{ "sum", run_sum, 1, false, { { TYPE_ARRAY_NUMBER } } },
	{ "to_array", run_to_array, 1, false, { { TYPE_END } } },
	{ "to_number", run_to_number, 1, false, { { TYPE_END } } },
	{ "to_string", run_to_string, 1, false, { { TYPE_END } } },
	{ "type", run_type, 1, false, { { TYPE_END } } },
	{ "values", run_values, 1, false, { { TYPE_OBJECT } } },
};

/* ---- what is given to them ---- */

const char *
value_type_name(const struct value *value)
{
	static const char *const names[] = {
		[VALUE_NULL] = "null",
		[VALUE_BOOLEAN] = "boolean",
		[VALUE_NUMBER] = "number",
		[VALUE_STRING] = "string",
		[VALUE_BYTES] = "unknown",
		[VALUE_LIST] = "array",
		[VALUE_MAP] = "object",
	};

	return names[value->kind];
}

bool
function_refuse_value(struct search *search, const char *function, const struct argument *argument,
	const char *expected, const char *received)
{
	struct str words = argument->value != NULL ? words_of(argument->value, search->arena) : STR("an expression");

	return fault_set(search->fault, FAULT_INVALID_ARGS,
		"In function %s(), invalid type for value: %.*s, expected one of: %s, received: \"%s\"", function,
		STR_ARG(words), expected, received);
}

/* "['array-number', 'array-string']" */
static const char *
type_words(const enum type *types, struct arena *arena)
{
	static const char *const names[] = {
		[TYPE_NUMBER] = "number",
		[TYPE_STRING] = "string",
		[TYPE_ARRAY] = "array",
		[TYPE_OBJECT] = "object",
		[TYPE_EXPREF] = "expref",
		[TYPE_ARRAY_NUMBER] = "array-number",
		[TYPE_ARRAY_STRING] = "array-string",
	};
	struct str words = STR("[");

	if (types[0] == TYPE_END)
		return "any value";
	for (size_t i = 0; types[i] != TYPE_END; i++)
		words = arena_printf(arena, "%.*s%s'%s'", STR_ARG(words), i > 0 ? ", " : "", names[types[i]]);
	return arena_printf(arena, "%.*s]", STR_ARG(words)).p;
}

static enum type
type_of(const struct argument *argument)
{
	if (argument->expression != NULL)
		return TYPE_EXPREF;
	switch (argument->value->kind) {
	case VALUE_NUMBER:
		return TYPE_NUMBER;
	case VALUE_STRING:
		return TYPE_STRING;
	case VALUE_LIST:
		return TYPE_ARRAY;
	case VALUE_MAP:
		return TYPE_OBJECT;
	default:
		return TYPE_END;
	}
}

/* The kind of value that a typed array holds; VALUE_NULL for any other type. */
static enum value_kind
element_kind(enum type type)
{
	return type == TYPE_ARRAY_NUMBER ? VALUE_NUMBER : type == TYPE_ARRAY_STRING ? VALUE_STRING : VALUE_NULL;
}

/* All elements are of one kind, and one of the types allows it. */
static bool
check_elements(struct search *search, const struct function *function, const enum type *types, const struct value *list)
{
	enum value_kind wanted = VALUE_NULL;

	if (list->count == 0 || element_kind(types[0]) == VALUE_NULL)
		return true;
	for (size_t i = 0; types[i] != TYPE_END; i++) {
		if (types[1] == TYPE_END || list->items[0].value->kind == element_kind(types[i]))
			wanted = element_kind(types[i]);
	}
	for (size_t i = 0; i < list->count; i++) {
		const struct argument element = { .value = list->items[i].value };
		if (wanted == VALUE_NULL || element.value->kind != wanted)
			return function_refuse_value(search, function->name, &element, type_words(types, search->arena),
				words_type(element.value));
	}
	return search_spend(search, list->count);
}

static bool
check_argument(
	struct search *search, const struct function *function, const enum type *types, const struct argument *argument)
{
	bool fits = types[0] == TYPE_END && argument->expression == NULL;

	for (size_t i = 0; types[i] != TYPE_END; i++)
		fits |= type_of(argument) == (element_kind(types[i]) != VALUE_NULL ? TYPE_ARRAY : types[i]);
	if (fits)
		return argument->value == NULL || check_elements(search, function, types, argument->value);
	return function_refuse_value(search, function->name, argument, type_words(types, search->arena),
		argument->expression != NULL ? "expref" : value_type_name(argument->value));
}

static bool
check_count(struct search *search, const struct function *function, size_t count)
{
	if (count == function->count || (count > function->count && function->variadic))
		return true;
	return fault_set(search->fault, FAULT_INVALID_ARGS, "Expected %s%zu argument%s for function %s(), received %zu",
		function->variadic ? "at least " : "", function->count, function->count == 1 ? "" : "s", function->name,
		count);
}

bool
function_call(struct search *search, struct str name, const struct argument *arguments, size_t count,
	const struct value **out)
{
	const struct function *function = NULL;

	for (size_t i = 0; function == NULL && i < ARRAY_COUNT(functions); i++) {
		if (str_is(name, functions[i].name))
			function = &functions[i];
	}
	if (function == NULL)
		return fault_set(search->fault, FAULT_INVALID_ARGS, "Unknown function: %.*s()", STR_ARG(name));
	if (!check_count(search, function, count))
		return false;
	for (size_t i = 0; i < count; i++) {
		/* One that takes any number takes them all alike. */
		const enum type *types = function->types[i < function->count ? i : function->count - 1];
		if (!check_argument(search, function, types, &arguments[i]))
			return false;
	}
	return function->run(search, arguments, count, out);
}
