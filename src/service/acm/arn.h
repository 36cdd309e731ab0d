/* arn.h — names of certificates: arn:<partition>:acm:<region>:<account>:certificate/<uuid>. */
#ifndef CHANCERY_SERVICE_ACM_ARN_H
#define CHANCERY_SERVICE_ACM_ARN_H

#include "service/call.h"

struct acm_arn {
	struct str partition;
	struct owner owner;
	struct str id; /* the lower-case UUID */
};

struct str acm_arn_render(struct arena *arena, const char *partition, const struct owner *owner, struct str id);

/* Reads an ARN; the parts point into it. FAULT_INVALID_ARN when it names no certificate. */
MUST_CHECK bool acm_arn_parse(struct str arn, struct acm_arn *out, struct fault *fault);

/* The id of a certificate of the caller's own account and region. Another's is FAULT_NOT_FOUND, so that nobody learns
 * whether it exists. */
MUST_CHECK bool acm_arn_resolve(const struct call *call, struct str arn, struct str *id, struct fault *fault);

/* The one sentence for a certificate that is not there. Returns false. */
bool acm_arn_not_found(struct str arn, struct fault *fault);

#endif
