#include "cli/jmespath_parts.h"

static const struct search_limits generous = { .bytes = 1UL << 30, .steps = 1UL << 28 };

/* ---- limits ---- */

static bool
exhausted(struct search *search)
{
	return fault_set(search->fault, FAULT_INVALID_ARGS,
		"The expression makes more of the answer than there is room or time for; ask for less of it.");
}

bool
search_too_deep(struct search *search)
{
	return fault_set(search->fault, FAULT_INVALID_ARGS,
		"The expression makes values that nest deeper than %d levels.", SEARCH_MAX_DEPTH);
}

bool
search_afford(struct search *search, size_t bytes)
{
	if (search->arena->taken > search->left.bytes || bytes > search->left.bytes - search->arena->taken)
		return exhausted(search);
	return true;
}

bool
search_spend(struct search *search, uint64_t steps)
{
	if (steps > search->left.steps)
		return exhausted(search);
	search->left.steps -= steps;
	return search_afford(search, 0);
}

/* Whoever writes the result goes through all of it, parts that it shares as often as it has them. */
static bool
check_result(struct search *search, const struct value *value, int depth)
{
	if (depth > SEARCH_MAX_DEPTH)
		return search_too_deep(search);
	if (!search_spend(search, 1 + value->text.n / 64))
		return false;
	for (size_t i = 0; i < value->count; i++) {
		if (!check_result(search, value->items[i].value, depth + 1))
			return false;
	}
	return true;
}

/* ---- values ---- */

struct value *
value_share(const struct value *value)
{
	return (struct value *)value;
}

bool
value_is_false(const struct value *value)
{
	switch (value->kind) {
	case VALUE_NULL:
		return true;
	case VALUE_BOOLEAN:
		return !value->truth;
	case VALUE_STRING:
		return value->text.n == 0;
	case VALUE_LIST:
	case VALUE_MAP:
		return value->count == 0;
	default:
		return false;
	}
}

const struct value *
search_truth(const struct search *search, bool truth)
{
	return truth ? search->yes : search->no;
}

static bool
append(struct search *search, struct value *list, const struct value *item)
{
	value_append(list, value_share(item), search->arena);
	return search_spend(search, 1);
}

/* ---- nodes ---- */

static const struct value *
search_field(struct search *search, const struct node *node, const struct value *value)
{
	const struct value *member = value_get(value, node->name);

	return member != NULL ? member : search->null;
}

static const struct value *
search_index(struct search *search, const struct node *node, const struct value *value)
{
	int64_t at = node->bounds[0].at;
	int64_t count = (int64_t)value->count;

	if (value->kind != VALUE_LIST)
		return search->null;
	if (at < 0)
		at += count;
	return at >= 0 && at < count ? value->items[at].value : search->null;
}

/* Where a bound of a slice stands in a list: one before its start or after its end at most. */
static int64_t
bound_at(struct bound bound, int64_t count, bool backwards, int64_t otherwise)
{
	int64_t lowest = backwards ? -1 : 0;
	int64_t highest = backwards ? count - 1 : count;

	if (!bound.given)
		return otherwise;
	int64_t at = bound.at < 0 ? bound.at + count : bound.at;
	return at < lowest ? lowest : at > highest ? highest : at;
}

static bool
search_slice(struct search *search, const struct node *node, const struct value *value, const struct value **out)
{
	int64_t count = (int64_t)value->count;
	int64_t step = node->bounds[2].given ? node->bounds[2].at : 1;
	bool backwards = step < 0;

	*out = search->null;
	if (value->kind != VALUE_LIST)
		return true;
	if (step == 0)
		return fault_set(search->fault, FAULT_INVALID_ARGS, "slice step cannot be zero");

	int64_t at = bound_at(node->bounds[0], count, backwards, backwards ? count - 1 : 0);
	int64_t stop = bound_at(node->bounds[1], count, backwards, backwards ? -1 : count);
	struct value *list = value_new(VALUE_LIST, search->arena);
	/* No step longer than the list, so that nothing overflows. */
	step = step > count ? count + 1 : step < -count ? -count - 1 : step;
	for (; backwards ? at > stop : at < stop; at += step) {
		if (!append(search, list, value->items[at].value))
			return false;
	}
	*out = list;
	return true;
}

static bool
search_chain(struct search *search, const struct node *node, const struct value *value, const struct value **out)
{
	for (const struct node *child = node->first; child != NULL; child = child->next) {
		if (!node_search(search, child, value, &value))
			return false;
	}
	*out = value;
	return true;
}

/* Goes on while what it has is false (or), or true (and). */
static bool
search_either(struct search *search, const struct node *node, const struct value *value, const struct value **out)
{
	*out = search->null;
	for (const struct node *child = node->first; child != NULL; child = child->next) {
		if (!node_search(search, child, value, out))
			return false;
		if (value_is_false(*out) != (node->kind == NODE_OR))
			break;
	}
	return true;
}

static bool
compare(struct search *search, enum token_kind comparator, const struct value *a, const struct value *b,
	const struct value **out)
{
	static const char *const names[] = {
		[TOKEN_LT] = "<",
		[TOKEN_LTE] = "<=",
		[TOKEN_GT] = ">",
		[TOKEN_GTE] = ">=",
	};
	bool a_has_order = a->kind == VALUE_NUMBER || a->kind == VALUE_STRING;
	bool b_has_order = b->kind == VALUE_NUMBER || b->kind == VALUE_STRING;

	*out = search->null;
	if (!a_has_order || !b_has_order)
		return true;
	if (a->kind != b->kind)
		return order_refuse(search, names[comparator], a, b);
	enum order order = value_order(search, a, b);
	bool truth = (order == ORDER_LESS && (comparator == TOKEN_LT || comparator == TOKEN_LTE)) ||
		     (order == ORDER_MORE && (comparator == TOKEN_GT || comparator == TOKEN_GTE)) ||
		     (order == ORDER_SAME && (comparator == TOKEN_LTE || comparator == TOKEN_GTE));
	*out = search_truth(search, truth);
	return true;
}

static bool
search_compare(struct search *search, const struct node *node, const struct value *value, const struct value **out)
{
	const struct value *a, *b;
	bool same;

	if (!node_search(search, node->first, value, &a) || !node_search(search, node->last, value, &b))
		return false;
	if (node->comparator != TOKEN_EQ && node->comparator != TOKEN_NE)
		return compare(search, node->comparator, a, b, out);
	if (!value_equal(search, a, b, &same))
		return false;
	*out = search_truth(search, same == (node->comparator == TOKEN_EQ));
	return true;
}

static bool
search_not(struct search *search, const struct node *node, const struct value *value, const struct value **out)
{
	const struct value *inner;

	if (!node_search(search, node->first, value, &inner))
		return false;
	*out = search_truth(search, value_is_false(inner));
	return true;
}

static bool
search_flatten(struct search *search, const struct node *node, const struct value *value, const struct value **out)
{
	const struct value *base;

	if (!node_search(search, node->first, value, &base))
		return false;
	*out = search->null;
	if (base->kind != VALUE_LIST)
		return true;
	struct value *list = value_new(VALUE_LIST, search->arena);
	for (size_t i = 0; i < base->count; i++) {
		const struct value *inner = base->items[i].value;
		if (inner->kind != VALUE_LIST && !append(search, list, inner))
			return false;
		for (size_t j = 0; inner->kind == VALUE_LIST && j < inner->count; j++) {
			if (!append(search, list, inner->items[j].value))
				return false;
		}
	}
	*out = list;
	return true;
}

/* `condition` NULL: all. */
static bool
project(struct search *search, const struct node *right, const struct node *condition, const struct value *base,
	const struct value **out)
{
	struct value *list = value_new(VALUE_LIST, search->arena);

	for (size_t i = 0; i < base->count; i++) {
		const struct value *found;
		if (condition != NULL && !node_search(search, condition, base->items[i].value, &found))
			return false;
		if (condition != NULL && value_is_false(found))
			continue;
		if (!node_search(search, right, base->items[i].value, &found))
			return false;
		if (found->kind != VALUE_NULL && !append(search, list, found))
			return false;
	}
	*out = list;
	return true;
}

static bool
search_projection(struct search *search, const struct node *node, const struct value *value, const struct value **out)
{
	const struct value *base;
	const struct node *right = node->first->next;

	if (!node_search(search, node->first, value, &base))
		return false;
	*out = search->null;
	if (base->kind != (node->kind == NODE_PROJECT_VALUES ? VALUE_MAP : VALUE_LIST))
		return true;
	return project(search, right, right->next, base, out);
}

static bool
search_selection(struct search *search, const struct node *node, const struct value *value, const struct value **out)
{
	bool is_map = node->kind == NODE_SELECT_MAP;

	*out = search->null;
	if (value->kind == VALUE_NULL)
		return true;
	struct value *made = value_new(is_map ? VALUE_MAP : VALUE_LIST, search->arena);
	for (const struct node *child = node->first; child != NULL; child = child->next) {
		const struct value *item;
		if (!node_search(search, child, value, &item))
			return false;
		if (is_map)
			value_set(made, child->key, value_share(item), search->arena);
		else if (!append(search, made, item))
			return false;
	}
	*out = made;
	return true;
}

static bool
search_call(struct search *search, const struct node *node, const struct value *value, const struct value **out)
{
	size_t count = 0;
	size_t i = 0;

	for (const struct node *child = node->first; child != NULL; child = child->next)
		count++;
	struct argument *arguments = ARENA_ARRAY(search->arena, struct argument, count);
	for (const struct node *child = node->first; child != NULL; child = child->next, i++) {
		if (child->kind == NODE_EXPRESSION)
			arguments[i].expression = child->first;
		else if (!node_search(search, child, value, &arguments[i].value))
			return false;
	}
	return function_call(search, node->name, arguments, count, out);
}

bool
node_search(struct search *search, const struct node *node, const struct value *value, const struct value **out)
{
	if (!search_spend(search, 1))
		return false;
	switch (node->kind) {
	case NODE_CURRENT:
		*out = value;
		return true;
	case NODE_FIELD:
		*out = search_field(search, node, value);
		return true;
	case NODE_LITERAL:
		*out = node->literal;
		return true;
	case NODE_INDEX:
		*out = search_index(search, node, value);
		return true;
	case NODE_SLICE:
		return search_slice(search, node, value, out);
	case NODE_CHAIN:
		return search_chain(search, node, value, out);
	case NODE_OR:
	case NODE_AND:
		return search_either(search, node, value, out);
	case NODE_NOT:
		return search_not(search, node, value, out);
	case NODE_COMPARE:
		return search_compare(search, node, value, out);
	case NODE_FLATTEN:
		return search_flatten(search, node, value, out);
	case NODE_PROJECT:
	case NODE_PROJECT_VALUES:
	case NODE_FILTER:
		return search_projection(search, node, value, out);
	case NODE_SELECT_LIST:
	case NODE_SELECT_MAP:
		return search_selection(search, node, value, out);
	case NODE_CALL:
		return search_call(search, node, value, out);
	case NODE_EXPRESSION:
		break; /* the parser leaves it to calls alone */
	}
	return fault_set(search->fault, FAULT_INTERNAL, "An expression stands where a value is needed.");
}

bool
jmespath_search_within(const struct jmespath *expression, const struct value *value, const struct search_limits *limits,
	struct arena *arena, struct value **out, struct fault *fault)
{
	struct search search = { .left = *limits, .arena = arena, .fault = fault };
	const struct value *found;

	search.left.bytes += arena->taken;
	search.null = value_new(VALUE_NULL, arena);
	search.yes = value_boolean(true, arena);
	search.no = value_boolean(false, arena);
	if (!node_search(&search, expression->root, value, &found) || !check_result(&search, found, 0))
		return false;
	*out = value_share(found);
	return true;
}

bool
jmespath_search(const struct jmespath *expression, const struct value *value, struct arena *arena, struct value **out,
	struct fault *fault)
{
	return jmespath_search_within(expression, value, &generous, arena, out, fault);
}
