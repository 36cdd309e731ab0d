/* Equality, order, and the functions that live on it. */
#include <stdlib.h>
#include <string.h>

#include "cli/jmespath_parts.h"

static bool
numbers_equal(struct search *search, const struct value *a, const struct value *b)
{
	return str_equal(a->text, b->text) || value_order(search, a, b) == ORDER_SAME;
}

static bool
scalars_equal(struct search *search, const struct value *a, const struct value *b)
{
	switch (a->kind) {
	case VALUE_NULL:
		return true;
	case VALUE_BOOLEAN:
		return a->truth == b->truth;
	case VALUE_NUMBER:
		return numbers_equal(search, a, b);
	case VALUE_STRING:
		return str_equal(a->text, b->text);
	default:
		return bytes_equal(a->bytes, b->bytes);
	}
}

/* A boolean equals no number at any depth, as the specification has it; in Python, 1 == True inside of lists. */
static bool
equal_at(struct search *search, const struct value *a, const struct value *b, int depth, bool *same)
{
	*same = a == b || (a->kind == b->kind && a->count == b->count);
	if (a == b || !*same)
		return true;
	if (depth > SEARCH_MAX_DEPTH)
		return search_too_deep(search);
	if (!search_spend(search, 1))
		return false;
	if (a->kind != VALUE_LIST && a->kind != VALUE_MAP) {
		*same = scalars_equal(search, a, b);
		return true;
	}
	for (size_t i = 0; *same && i < a->count; i++) {
		const struct value *other = b->items[i].value;
		if (a->kind == VALUE_MAP && !search_spend(search, b->count))
			return false;
		if (a->kind == VALUE_MAP)
			other = value_get(b, a->items[i].key);
		if (other == NULL)
			*same = false;
		else if (!equal_at(search, a->items[i].value, other, depth + 1, same))
			return false;
	}
	return true;
}

bool
value_equal(struct search *search, const struct value *a, const struct value *b, bool *same)
{
	return equal_at(search, a, b, 0, same);
}

/* Bytes of UTF-8 have the order of code points. */
static enum order
text_order(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int difference = n > 0 ? memcmp(a.p, b.p, n) : 0;

	if (difference == 0 && a.n == b.n)
		return ORDER_SAME;
	return difference < 0 || (difference == 0 && a.n < b.n) ? ORDER_LESS : ORDER_MORE;
}

enum order
value_order(struct search *search, const struct value *a, const struct value *b)
{
	if (a->kind == VALUE_NUMBER && b->kind == VALUE_NUMBER) {
		struct number x = number_read(a->text, search->arena);
		struct number y = number_read(b->text, search->arena);
		return number_order(&x, &y);
	}
	if (a->kind != VALUE_STRING || b->kind != VALUE_STRING)
		return ORDER_NONE;
	return text_order(a->text, b->text);
}

bool
order_refuse(struct search *search, const char *comparator, const struct value *a, const struct value *b)
{
	return fault_set(search->fault, FAULT_INVALID_ARGS, "'%s' not supported between instances of '%s' and '%s'",
		comparator, words_type(a), words_type(b));
}

/* ---- sorting ---- */

struct sortable {
	struct value *value;
	struct str text;      /* key, where keys are strings */
	struct number number; /* else */
	size_t place;         /* equals keep their order */
};

static int
compare_sortables(const void *a, const void *b)
{
	const struct sortable *x = a, *y = b;
	enum order order = x->text.p != NULL ? text_order(x->text, y->text) : number_order(&x->number, &y->number);

	if (order != ORDER_SAME && order != ORDER_NONE)
		return (int)order;
	return x->place < y->place ? -1 : x->place > y->place;
}

static struct sortable
sortable(struct search *search, struct value *value, const struct value *key, size_t place)
{
	struct sortable made = { .value = value, .place = place };

	if (key->kind == VALUE_STRING)
		made.text = key->text.p != NULL ? key->text : STR("");
	else
		made.number = number_read(key->text, search->arena);
	return made;
}

static const struct value *
sorted(struct search *search, struct sortable *list, size_t count)
{
	struct value *out = value_new(VALUE_LIST, search->arena);

	if (count > 0)
		qsort(list, count, sizeof *list, compare_sortables);
	for (size_t i = 0; i < count; i++)
		value_append(out, list[i].value, search->arena);
	return out;
}

bool
function_sort(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	const struct value *list = arguments[0].value;
	struct sortable *keys = ARENA_ARRAY(search->arena, struct sortable, list->count);

	(void)count;
	if (!search_spend(search, list->count))
		return false;
	for (size_t i = 0; i < list->count; i++)
		keys[i] = sortable(search, list->items[i].value, list->items[i].value, i);
	*out = sorted(search, keys, list->count);
	return true;
}

static bool
has_order(const struct value *value)
{
	return value->kind == VALUE_STRING || value->kind == VALUE_NUMBER;
}

/* The first key tells what all of them have to be. */
static bool
sort_key(struct search *search, const struct argument *arguments, size_t i, enum value_kind *kind,
	const struct value **key)
{
	const struct value *list = arguments[0].value;
	const struct argument element = { .value = list->items[i].value };

	if (!node_search(search, arguments[1].expression, element.value, key))
		return false;
	if (i == 0 && !has_order(*key))
		return function_refuse_value(
			search, "sort_by", &element, "['string', 'number']", value_type_name(*key));
	if (i == 0)
		*kind = (*key)->kind;
	if ((*key)->kind == *kind)
		return true;
	const struct argument result = { .value = *key };
	return function_refuse_value(
		search, "sort_by", &result, *kind == VALUE_STRING ? "['string']" : "['number']", value_type_name(*key));
}

bool
function_sort_by(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	const struct value *list = arguments[0].value;
	struct sortable *keys = ARENA_ARRAY(search->arena, struct sortable, list->count);
	enum value_kind kind = VALUE_NULL;

	(void)count;
	for (size_t i = 0; i < list->count; i++) {
		const struct value *key;
		if (!sort_key(search, arguments, i, &kind, &key))
			return false;
		keys[i] = sortable(search, list->items[i].value, key, i);
	}
	*out = sorted(search, keys, list->count);
	return true;
}

/* ---- extremes: of equals the first ---- */

/* The element of the list whose key stands furthest in one direction; without an expression it is its own key. */
static bool
extreme(struct search *search, const char *name, const struct argument *arguments, const struct node *expression,
	enum order direction, const struct value **out)
{
	const struct value *list = arguments[0].value;
	const struct value *best = NULL;

	*out = search->null;
	for (size_t i = 0; i < list->count; i++) {
		const struct value *key = list->items[i].value;
		if (!search_spend(search, 1))
			return false;
		if (expression != NULL && !node_search(search, expression, list->items[i].value, &key))
			return false;
		const struct argument result = { .value = key };
		if (!has_order(key))
			return function_refuse_value(
				search, name, &result, "['number', 'string']", value_type_name(key));
		if (best != NULL && best->kind != key->kind)
			return order_refuse(search, direction == ORDER_LESS ? "<" : ">", key, best);
		if (best != NULL && value_order(search, key, best) != direction)
			continue;
		best = key;
		*out = list->items[i].value;
	}
	return true;
}

bool
function_max(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	(void)count;
	return extreme(search, "max", arguments, NULL, ORDER_MORE, out);
}

bool
function_min(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	(void)count;
	return extreme(search, "min", arguments, NULL, ORDER_LESS, out);
}

bool
function_max_by(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	(void)count;
	return extreme(search, "max_by", arguments, arguments[1].expression, ORDER_MORE, out);
}

bool
function_min_by(struct search *search, const struct argument *arguments, size_t count, const struct value **out)
{
	(void)count;
	return extreme(search, "min_by", arguments, arguments[1].expression, ORDER_LESS, out);
}
