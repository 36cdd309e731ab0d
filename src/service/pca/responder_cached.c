#include "service/pca/responder.h"

#include <string.h>

#include "service/pca/responder_parts.h"
#include "service/pca/status_cache.h"
#include "x509/ocsp.h"

struct bytes
responder_question(struct str authority_id, struct bytes certificate_id, struct arena *arena)
{
	if (authority_id.n == 0)
		return certificate_id;
	uint8_t *both = arena_alloc(arena, authority_id.n + certificate_id.n);
	memcpy(both, authority_id.p, authority_id.n);
	memcpy(both + authority_id.n, certificate_id.p, certificate_id.n);
	return (struct bytes){ both, authority_id.n + certificate_id.n };
}

/* One question without a nonce: its answer is the same for everybody who asks. */
bool
responder_answer_cached(
	const struct call *call, struct str authority_id, struct bytes request, struct responder_answer *out)
{
	struct ocsp_request asked;
	struct responder_answer answer;
	const char *why;

	if (!ocsp_request_read(request, call->arena, &asked, &why))
		return false;
	if (asked.count != 1 || asked.nonce.p != NULL)
		return false;
	struct bytes question = responder_question(authority_id, asked.ids[0].der, call->arena);
	if (!status_cache_find(call->statuses, question, call->now_ms, call->arena, &answer.response, &answer.signed_ms,
		    &answer.until_ms))
		return false;
	*out = answer;
	return true;
}
