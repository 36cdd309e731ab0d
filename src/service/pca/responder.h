/* responder.h — the OCSP responder: an OCSPRequest in, an OCSPResponse out, for whoever may ask. */
#ifndef CHANCERY_SERVICE_PCA_RESPONDER_H
#define CHANCERY_SERVICE_PCA_RESPONDER_H

#include "service/call.h"
#include "store/authority.h"

struct responder_answer {
	struct bytes response;       /* DER */
	int64_t signed_ms, until_ms; /* 0: not to be kept by caches */
};

/* From the cache alone, without store or signer: on the HTTP thread. `authority_id` as for responder_answer(). False: a
 * worker has to see it. */
bool responder_answer_cached(
	const struct call *call, struct str authority_id, struct bytes request, struct responder_answer *out);
/* Never fails: what cannot be answered is malformedRequest, tryLater, internalError or unauthorized. `authority_id`
 * (absent: any) is the one the URL names: certificates of another issuer are then unauthorized. The fault, if its code
 * is set, is for the log. */
void responder_answer(struct call *call, struct str authority_id, struct bytes request, struct responder_answer *out,
	struct fault *fault);

/* Makes or renews an authority's delegated responder, if it will want one: OCSP is on and the authority may sign. */
MUST_CHECK bool responder_renew(struct call *call, const struct authority_row *row, struct fault *fault);

#endif
