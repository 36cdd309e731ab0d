#include "service/pca/page.h"

#include "service/page_token.h"

bool
page_open(const struct call *call, const char *operation, struct str about, struct str token, struct page *out,
	struct fault *fault)
{
	struct str after;

	*out = (struct page){ 0 };
	if (!page_token_open(call, operation, bytes_of_str(about), token, &after) ||
		(after.p != NULL && !str_to_i64(after, &out->after)))
		return page_token_refuse(operation, FAULT_INVALID_NEXT_TOKEN, fault);
	return true;
}

void
page_cut(struct page *page, size_t total, int64_t limit)
{
	page->first = (uint64_t)page->after < total ? (size_t)page->after : total;
	page->count = total - page->first;
	if (page->count > (size_t)limit)
		page->count = (size_t)limit;
	page->next = page->first + page->count < total ? (int64_t)(page->first + page->count) : 0;
}

struct str
page_close(const struct call *call, const char *operation, struct str about, const struct page *page)
{
	struct str next = { 0 };

	if (page->next != 0)
		next = arena_printf(call->arena, "%lld", (long long)page->next);
	return page_token_seal(call, operation, bytes_of_str(about), next);
}
