/* tag_set.h — the tags of a certificate: service/tag_set.h with ACM's own codes and limit. */
#ifndef CHANCERY_SERVICE_ACM_TAG_SET_H
#define CHANCERY_SERVICE_ACM_TAG_SET_H

#include "model/acm.h"
#include "service/tag_set.h"

/* As tag_set_check(); FAULT_INVALID_PARAMETER: one key twice. */
MUST_CHECK bool acm_tag_set_read(
	struct acm_tag_list list, struct arena *arena, struct tag_set *out, struct fault *fault);

/* In a closure: adds them to the certificate. FAULT_TOO_MANY_TAGS in AWS's words; FAULT_NOT_FOUND as the store has it.
 */
MUST_CHECK bool acm_tag_set_put(struct store_transaction *transaction, const struct owner *owner, struct str id,
	const struct tag_set *set, struct arena *arena, struct fault *fault);

#endif
