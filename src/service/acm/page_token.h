/* page_token.h — NextToken: where a page ended, in words that only this house can write.
 *
 * A token is bound to the operation, the owner and the query (filters and order, not the page size): with another of
 * these it is as bad as a forged one. It says nothing that its holder has not been shown, so it is authenticated, not
 * encrypted. It does not age. */
#ifndef CHANCERY_SERVICE_ACM_PAGE_TOKEN_H
#define CHANCERY_SERVICE_ACM_PAGE_TOKEN_H

#include "service/call.h"

/* Absent when `next` is: there is no further page. */
struct str page_token_seal(
	const struct call *call, const char *operation, const struct store_query *query, struct str next);

/* Gives what was sealed; *after is absent for an absent token. False: not a token of this query. */
MUST_CHECK bool page_token_open(const struct call *call, const char *operation, const struct store_query *query,
	struct str token, struct str *after);

/* One page of the query: opens `token` into query->after, finds, seals what comes next. A token that is not this
 * query's is refused with `refusal`, which differs from operation to operation. */
MUST_CHECK bool page_find(const struct call *call, const char *operation, struct store_query *query, struct str token,
	enum fault_code refusal, struct store_page *page, struct str *next_token, struct fault *fault);

#endif
