/* own.h — what Chancery offers beyond AWS's APIs: one plain function each, declared from the model's own list.
 *
 * service/call.h says what a handler is. A handler gets an input that was decoded and validated: required members are
 * there, enums are known. */
#ifndef CHANCERY_SERVICE_OWN_OWN_H
#define CHANCERY_SERVICE_OWN_OWN_H

#include "model/own.h"
#include "model/own_operations.h"
#include "service/call.h"

#define DECLARE_IN_OUT(Name, name)                                                                                     \
	MUST_CHECK bool own_##name(struct call *call, const struct own_##name##_request *in,                           \
		struct own_##name##_response *out, struct fault *fault);
#define DECLARE_IN_ONLY(Name, name)                                                                                    \
	MUST_CHECK bool own_##name(struct call *call, const struct own_##name##_request *in, struct fault *fault);
#define DECLARE_OUT_ONLY(Name, name)                                                                                   \
	MUST_CHECK bool own_##name(struct call *call, struct own_##name##_response *out, struct fault *fault);
OWN_OPERATIONS(DECLARE_IN_OUT, DECLARE_IN_ONLY, DECLARE_OUT_ONLY)
#undef DECLARE_IN_OUT
#undef DECLARE_IN_ONLY
#undef DECLARE_OUT_ONLY

enum {
	OWN_LIST_DEFAULT_PAGE = 100,
};

#endif
