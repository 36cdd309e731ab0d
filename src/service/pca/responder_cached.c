#include "service/pca/responder.h"
#include "service/pca/status_cache.h"
#include "x509/ocsp.h"

/* One question without a nonce: its answer is the same for everybody who asks. */
bool
responder_answer_cached(const struct call *call, struct bytes request, struct responder_answer *out)
{
	struct ocsp_request asked;
	struct responder_answer answer;
	const char *why;

	if (!ocsp_request_read(request, call->arena, &asked, &why))
		return false;
	if (asked.count != 1 || asked.nonce.p != NULL)
		return false;
	if (!status_cache_find(call->statuses, asked.ids[0].der, call->now_ms, call->arena, &answer.response,
		    &answer.signed_ms, &answer.until_ms))
		return false;
	*out = answer;
	return true;
}
