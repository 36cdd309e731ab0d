/* page.h — pages of certificates: a query of the store between a NextToken and the next. */
#ifndef CHANCERY_SERVICE_ACM_PAGE_H
#define CHANCERY_SERVICE_ACM_PAGE_H

#include "service/call.h"

/* What a NextToken is bound to: filters and order, not the page size. In the arena. */
struct bytes page_binding(const struct store_query *query, struct arena *arena);

/* One page of the query: opens `token` into query->after, finds, seals what comes next. A token that is not this
 * query's is refused with `refusal`, which differs from operation to operation. */
MUST_CHECK bool page_find(const struct call *call, const char *operation, struct store_query *query, struct str token,
	enum fault_code refusal, struct store_page *page, struct str *next_token, struct fault *fault);

#endif
