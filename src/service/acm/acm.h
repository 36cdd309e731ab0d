/* acm.h — the operations of AWS Certificate Manager: one plain function each, declared from the model's own list.
 *
 * service/handler.h says what they look like. A handler gets an input that was decoded and validated: required members
 * are there, enums are known, unions have one member. */
#ifndef CHANCERY_SERVICE_ACM_ACM_H
#define CHANCERY_SERVICE_ACM_ACM_H

#include "model/acm.h"
#include "model/acm_operations.h"
#include "service/handler.h"

ACM_OPERATIONS(HANDLER_IN_OUT, HANDLER_IN_ONLY, HANDLER_OUT_ONLY)

enum {
	ACM_LIST_DEFAULT_PAGE = 1000,  /* as many as one call may ask for */
	ACM_SEARCH_DEFAULT_PAGE = 100, /* the model's own default */
	ACM_SEARCH_MAX_FILTERS = 256,  /* one level of And or Or holds 15; nesting alone would allow 759,375 */
	ACM_MAX_TAGS = 50,             /* tags of one certificate (AWS) */
	ACM_SUMMARY_NAMES = 100,       /* names in a list's summary of one certificate (AWS) */
	ACM_MAX_DAYS_BEFORE_EXPIRY = 90,
	ACM_TOKEN_LIFETIME_MS = 60 * 60 * 1000, /* of an IdempotencyToken (AWS) */
};

#endif
