/* page.h — pages over a list by a place in it: a number behind which the next page begins. */
#ifndef CHANCERY_SERVICE_PCA_PAGE_H
#define CHANCERY_SERVICE_PCA_PAGE_H

#include "service/call.h"

struct page {
	int64_t after;       /* where the last one ended; 0: from the start */
	int64_t next;        /* where this one ends; 0: nothing follows */
	size_t first, count; /* of a list that is whole in memory: set by page_cut() */
};

/* `about` is what the list belongs to. FAULT_INVALID_NEXT_TOKEN. */
MUST_CHECK bool page_open(const struct call *call, const char *operation, struct str about, struct str token,
	struct page *out, struct fault *fault);
/* Of a list of `total` items, whose places are their positions: at most `limit`. */
void page_cut(struct page *page, size_t total, int64_t limit);
/* NextToken; absent when nothing follows. */
struct str page_close(const struct call *call, const char *operation, struct str about, const struct page *page);

#endif
