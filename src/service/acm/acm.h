/* acm.h — the operations of AWS Certificate Manager: one plain function each, declared from the model's own list.
 *
 * service/call.h says what a handler is. A handler gets an input that was decoded and validated: required members are
 * there, enums are known, unions have one member. */
#ifndef CHANCERY_SERVICE_ACM_ACM_H
#define CHANCERY_SERVICE_ACM_ACM_H

#include "model/acm.h"
#include "model/acm_operations.h"
#include "service/call.h"

#define DECLARE_IN_OUT(Name, name)                                                                                     \
	MUST_CHECK bool acm_##name(struct call *call, const struct acm_##name##_request *in,                           \
		struct acm_##name##_response *out, struct fault *fault);
#define DECLARE_IN_ONLY(Name, name)                                                                                    \
	MUST_CHECK bool acm_##name(struct call *call, const struct acm_##name##_request *in, struct fault *fault);
#define DECLARE_OUT_ONLY(Name, name)                                                                                   \
	MUST_CHECK bool acm_##name(struct call *call, struct acm_##name##_response *out, struct fault *fault);
ACM_OPERATIONS(DECLARE_IN_OUT, DECLARE_IN_ONLY, DECLARE_OUT_ONLY)
#undef DECLARE_IN_OUT
#undef DECLARE_IN_ONLY
#undef DECLARE_OUT_ONLY

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
