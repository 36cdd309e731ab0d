/* handler.h — declares the handlers of a service from its model's list: ACM_OPERATIONS(HANDLER_IN_OUT, HANDLER_IN_ONLY,
 * HANDLER_OUT_ONLY) gives `bool acm_import_certificate(struct call *, const struct acm_import_certificate_request *,
 * struct acm_import_certificate_response *, struct fault *)` and so on. service/call.h says what a handler is. */
#ifndef CHANCERY_SERVICE_HANDLER_H
#define CHANCERY_SERVICE_HANDLER_H

#include "service/call.h"

#define HANDLER_IN_OUT(prefix, Name, name)                                                                             \
	MUST_CHECK bool prefix##_##name(struct call *call, const struct prefix##_##name##_request *in,                 \
		struct prefix##_##name##_response *out, struct fault *fault);
#define HANDLER_IN_ONLY(prefix, Name, name)                                                                            \
	MUST_CHECK bool prefix##_##name(                                                                               \
		struct call *call, const struct prefix##_##name##_request *in, struct fault *fault);
#define HANDLER_OUT_ONLY(prefix, Name, name)                                                                           \
	MUST_CHECK bool prefix##_##name(struct call *call, struct prefix##_##name##_response *out, struct fault *fault);

#endif
