#include "cli/pages.h"

#include <string.h>

#include "base/base64.h"
#include "cli/check.h"
#include "cli/json.h"

struct pager {
	const struct operation *operation;
	struct arena *arena;
	struct fault *fault;
	struct value *input;
	int64_t count;     /* of items of all pages so far */
	struct str token;  /* that the next request carries; absent for the first page */
	struct str resume; /* NextToken of a cut list; absent otherwise */
	int64_t skip;      /* items of the first page that an earlier run has printed */
	int64_t max_items; /* -1: no limit */
};

bool
pages_wanted(const struct operation *operation, const struct globals *globals, const struct value *input)
{
	return operation->page_input_token != NULL && !globals->no_paginate &&
	       value_get(input, str_of(operation->page_input_token)) == NULL &&
	       (operation->page_limit == NULL || value_get(input, str_of(operation->page_limit)) == NULL);
}

static bool
read_number(const char *text, const char *option, int64_t *out, struct fault *fault)
{
	if (text == NULL || str_to_i64(str_of(text), out))
		return true;
	return fault_set(fault, FAULT_INVALID_ARGS, "argument --%s: '%s' is not a whole number", option, text);
}

/* The limit of one request, which the check of the input has not seen. */
static bool
set_page_size(struct pager *pager, const char *text)
{
	const struct operation *operation = pager->operation;
	bool is_negative = text != NULL && text[0] == '-';
	struct fault inner = { 0 };
	int64_t size;

	if (text == NULL || operation->page_limit == NULL)
		return true;
	if (!read_number(text + is_negative, "page-size", &size, pager->fault))
		return false;
	value_set(pager->input, str_of(operation->page_limit),
		value_number(
			arena_printf(pager->arena, "%s%lld", is_negative ? "-" : "", (long long)size), pager->arena),
		pager->arena);
	return check_input(operation->input, pager->input, pager->arena, &inner) ||
	       fault_set(pager->fault, FAULT_INVALID_ARGS, "%s", inner.say);
}

/* A token of ours is base64 of {"NextToken": …, "boto_truncate_amount": N}, as botocore makes it, so that either tool
 * goes on where the other stopped. Anything else is taken for the service's own. */
static void
read_starting_token(struct pager *pager, const char *text)
{
	struct fault ignored = { 0 };
	struct bytes bytes;
	struct value *map;

	pager->token = str_of(text);
	if (text == NULL || !base64_decode(str_of(text), pager->arena, &bytes) ||
		!json_read(str_of_bytes(bytes), pager->arena, &map, &ignored) || map->kind != VALUE_MAP)
		return;
	struct value *token = value_get(map, str_of(pager->operation->page_input_token));
	struct value *amount = value_get(map, STR("boto_truncate_amount"));
	pager->token = token != NULL && token->kind == VALUE_STRING ? token->text : (struct str){ 0 };
	if (amount != NULL && amount->kind == VALUE_NUMBER && !str_to_i64(amount->text, &pager->skip))
		pager->skip = 0;
}

/* `amount` is how many items of the token's page were printed; negative when it is the next, untouched page. */
static struct str
make_token(const struct pager *pager, struct str token, int64_t amount)
{
	struct buffer json = { 0 };
	struct buffer text = { 0 };

	buffer_printf(&json, "{\"%s\": ", pager->operation->page_input_token);
	if (token.p != NULL)
		json_write(value_string(token, pager->arena), &json);
	else
		buffer_put_cstr(&json, "null");
	if (amount >= 0)
		buffer_printf(&json, ", \"boto_truncate_amount\": %lld", (long long)amount);
	buffer_put_char(&json, '}');
	base64_encode(&text, bytes_of_str(buffer_str(&json)), 0);
	struct str made = arena_str(pager->arena, buffer_str(&text));
	buffer_done(&json);
	buffer_done(&text);
	return made;
}

/* Cuts a page at both ends: what an earlier run has printed, and what is beyond the limit. True when the limit was
 * passed: the rest of this page is for another run. */
static bool
cut_page(struct pager *pager, struct value *page)
{
	struct value *list = value_get(page, str_of(pager->operation->page_result));
	size_t skip = (size_t)pager->skip;

	pager->skip = 0;
	if (list == NULL || list->kind != VALUE_LIST)
		return false;
	skip = skip < list->count ? skip : list->count;
	list->items += skip;
	list->count -= skip;
	list->room -= skip;
	if (pager->max_items < 0 || pager->count + (int64_t)list->count <= pager->max_items) {
		pager->count += (int64_t)list->count;
		return false;
	}
	list->count = (size_t)(pager->max_items - pager->count);
	pager->count = pager->max_items;
	pager->resume = make_token(pager, pager->token, (int64_t)(skip + list->count));
	return true;
}

/* What stands behind the page. False at the end, or at a page's end that is the limit as well. */
static bool
turn_page(struct pager *pager, const struct value *page, bool *done)
{
	const struct value *next = value_get(page, str_of(pager->operation->page_output_token));

	*done = true;
	if (next == NULL || next->kind != VALUE_STRING || next->text.n == 0)
		return true;
	if (pager->count == pager->max_items) {
		pager->resume = make_token(pager, next->text, -1);
		return true;
	}
	if (str_equal(next->text, pager->token))
		return fault_set(pager->fault, FAULT_INTERNAL,
			"Error during pagination: The same next token was received twice: %.*s", STR_ARG(next->text));
	pager->token = next->text;
	value_set(pager->input, str_of(pager->operation->page_input_token), value_string(next->text, pager->arena),
		pager->arena);
	*done = false;
	return true;
}

bool
pages_each(const struct operation *operation, const struct globals *globals, struct value *input,
	const struct pages_user *user, struct arena *arena, struct str *resume, struct fault *fault)
{
	struct pager pager = {
		.operation = operation, .arena = arena, .fault = fault, .input = input, .max_items = -1
	};
	bool done = false;

	if (!read_number(globals->max_items, "max-items", &pager.max_items, fault) ||
		!set_page_size(&pager, globals->page_size))
		return false;
	read_starting_token(&pager, globals->starting_token);
	if (pager.token.p != NULL)
		value_set(input, str_of(operation->page_input_token), value_string(pager.token, arena), arena);
	while (!done) {
		struct value *page;
		if (!user->call(user->context, input, &page))
			return false;
		done = cut_page(&pager, page);
		if (!user->take(user->context, page))
			return false;
		if (!done && !turn_page(&pager, page, &done))
			return false;
	}
	*resume = pager.resume;
	return true;
}

/* Pages on their way into one answer. */
struct collection {
	const struct operation *operation;
	struct arena *arena;
	struct value *items; /* of all pages so far; NULL while no page had any list */
	pages_call *call;
	void *context;
};

static bool
call_for_collection(void *context, const struct value *input, struct value **answer)
{
	const struct collection *collection = context;

	return collection->call(collection->context, input, answer);
}

static bool
collect_page(void *context, struct value *page)
{
	struct collection *collection = context;
	const struct value *list = value_get(page, str_of(collection->operation->page_result));

	if (list == NULL || list->kind != VALUE_LIST)
		return true;
	if (collection->items == NULL)
		collection->items = value_new(VALUE_LIST, collection->arena);
	for (size_t i = 0; i < list->count; i++)
		value_append(collection->items, list->items[i].value, collection->arena);
	return true;
}

bool
pages_collect(const struct operation *operation, const struct globals *globals, struct value *input, pages_call *call,
	void *context, struct arena *arena, struct value **out, struct fault *fault)
{
	struct collection collection = { .operation = operation, .arena = arena, .call = call, .context = context };
	const struct pages_user user = { call_for_collection, collect_page, &collection };
	struct str resume;

	if (!pages_each(operation, globals, input, &user, arena, &resume, fault))
		return false;
	*out = value_new(VALUE_MAP, arena);
	if (collection.items != NULL)
		value_set(*out, str_of(operation->page_result), collection.items, arena);
	if (resume.p != NULL)
		value_set(*out, STR("NextToken"), value_string(resume, arena), arena);
	return true;
}

/* As many items as the API gives at once, unless fewer are wanted. */
static void
limit_page(const struct pages_walk *walk, int64_t left)
{
	const struct shape *input = walk->operation->input;
	int64_t size = left;

	for (size_t i = 0; i < input->member_count; i++) {
		const struct member *member = &input->members[i];
		if (strcmp(member->name, walk->operation->page_limit) == 0 && (left < 0 || left > member->shape->max))
			size = member->shape->max;
	}
	value_set(walk->input, str_of(walk->operation->page_limit),
		value_number(arena_printf(walk->arena, "%lld", (long long)size), walk->arena), walk->arena);
}

bool
pages_walk(const struct pages_walk *walk, bool *more, struct fault *fault)
{
	struct str token_name = str_of(walk->operation->page_input_token);
	int64_t left = walk->limit;
	struct value *page;

	for (;;) {
		limit_page(walk, left);
		if (!walk->call(walk->context, walk->input, &page))
			return false;
		struct value *items = value_get(page, str_of(walk->operation->page_result));
		struct str next = value_text(page, walk->operation->page_output_token);
		bool cut = items != NULL && left >= 0 && (int64_t)items->count > left;
		if (cut)
			items->count = (size_t)left;
		if (items != NULL && !walk->take(walk->context, items))
			return false;
		if (items != NULL && left >= 0)
			left -= (int64_t)items->count;
		*more = cut || (left == 0 && next.n > 0);
		if (next.n == 0 || left == 0)
			return true;
		if (str_equal(next, value_text(walk->input, walk->operation->page_input_token)))
			return fault_set(fault, FAULT_INTERNAL,
				"Error during pagination: The same next token was received twice: %.*s", STR_ARG(next));
		value_set(
			walk->input, token_name, value_string(arena_str(walk->arena, next), walk->arena), walk->arena);
		arena_reset(walk->page);
	}
}
