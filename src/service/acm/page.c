#include "service/acm/page.h"

#include "base/buffer.h"
#include "service/page_token.h"

static void
put_number(struct buffer *binding, uint64_t number)
{
	uint8_t octets[8];

	for (int i = 7; i >= 0; i--, number >>= 8)
		octets[i] = (uint8_t)number;
	buffer_put(binding, octets, sizeof octets);
}

/* Length first, so that no two filters give the same binding. As deep as the filter, which the model bounds
 * (MODEL_MAX_DEPTH). */
static void
put_filter(struct buffer *binding, const struct store_filter *filter)
{
	put_number(binding, (uint64_t)filter->kind);
	put_number(binding, filter->child_count);
	for (size_t i = 0; i < filter->child_count; i++)
		put_filter(binding, filter->children[i]);
	if (filter->kind != STORE_FILTER_LEAF)
		return;
	put_number(binding, (uint64_t)filter->field);
	put_number(binding, (uint64_t)filter->operator);
	put_number(binding, (uint64_t)filter->low);
	put_number(binding, (uint64_t)filter->high);
	put_number(binding, filter->bits);
	put_number(binding, filter->text.n);
	buffer_put_str(binding, filter->text);
}

struct bytes
page_binding(const struct store_query *query, struct arena *arena)
{
	struct buffer binding = { 0 };

	put_number(&binding, (uint64_t)query->sort);
	put_number(&binding, query->descending);
	put_number(&binding, query->filter != NULL);
	if (query->filter != NULL)
		put_filter(&binding, query->filter);
	struct bytes bytes = arena_bytes(arena, bytes_of_str(buffer_str(&binding)));
	buffer_done(&binding);
	return bytes;
}

bool
page_find(const struct call *call, const char *operation, struct store_query *query, struct str token,
	enum fault_code refusal, struct store_page *page, struct str *next_token, struct fault *fault)
{
	struct bytes binding = page_binding(query, call->arena);

	if (!page_token_open(call, operation, binding, token, &query->after))
		return page_token_refuse(operation, refusal, fault);
	if (!store_certificate_find(call->store, &call->owner, query, call->arena, page, fault))
		return false;
	*next_token = page_token_seal(call, operation, binding, page->next);
	return true;
}
