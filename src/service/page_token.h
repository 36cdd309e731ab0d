/* page_token.h — NextToken: where a page ended, in words that only this house can write.
 *
 * A token is bound to the operation, the owner and whatever else decides what the pages are (filters and order, not the
 * page size): with another of these it is as bad as a forged one. It says nothing that its holder has not been shown,
 * so it is authenticated, not encrypted. It does not age. */
#ifndef CHANCERY_SERVICE_PAGE_TOKEN_H
#define CHANCERY_SERVICE_PAGE_TOKEN_H

#include "service/call.h"

/* `binding`: bytes that differ wherever the pages would; empty when there is nothing to choose. Absent when `next` is:
 * there is no further page. */
struct str page_token_seal(const struct call *call, const char *operation, struct bytes binding, struct str next);

/* Gives what was sealed; *after is absent for an absent token. False: not a token of these pages. */
MUST_CHECK bool page_token_open(
	const struct call *call, const char *operation, struct bytes binding, struct str token, struct str *after);

/* The one sentence for a token that is none of these pages'. Returns false. */
bool page_token_refuse(const char *operation, enum fault_code code, struct fault *fault);

#endif
