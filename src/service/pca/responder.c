/* responder.c — what an OCSP answer says (RFC 6960), and when it is signed.
 *
 * A question about one certificate, without a nonce, has the same answer for everybody: it is signed once and kept
 * until something changes. All other answers are signed for one question each, up to a rate, because anybody may ask.
 * What was never issued is `unknown`, and is not kept: the next moment it may be issued. */
#include "service/pca/responder.h"

#include "service/iam/iam.h"
#include "service/pca/authority.h"
#include "service/pca/responder_parts.h"
#include "service/pca/status_cache.h"
#include "store/issued.h"
#include "x509/ocsp.h"

enum {
	ANSWER_LIFETIME_MS = 60 * 60 * 1000, /* until nextUpdate */
};

struct asking {
	struct call *call;
	struct str authority_id; /* that the URL names; absent: any */
	struct ocsp_request request;
	struct authority authority;
	uint64_t epoch; /* of before anything was read */
	struct ocsp_single *singles;
	bool has_unknown;
};

/* ---- Whom it is about ---- */

/* A name hash and a key hash, as the row has them: one after the other. */
static bool
names(const struct authority_row *row, const struct ocsp_certificate_id *id)
{
	struct bytes own = id->hash == OCSP_HASH_SHA1 ? row->issuer_sha1 : row->issuer_sha256;
	struct bytes name = { own.p, own.n / 2 }, key = { own.p + own.n / 2, own.n / 2 };

	return id->hash != 0 && own.n > 0 && bytes_equal(id->name_hash, name) && bytes_equal(id->key_hash, key);
}

static bool
all_name(const struct authority_row *row, const struct ocsp_request *request)
{
	for (size_t i = 0; i < request->count; i++) {
		if (!names(row, &request->ids[i]))
			return false;
	}
	return true;
}

/* The authority that all of the request is about. OCSP_UNAUTHORIZED (RFC 6960, 2.3; RFC 5019, 2.2.3): it is none of
 * ours, not the one that the URL names, or it does not answer. */
static enum ocsp_status
find_authority(struct asking *asking, struct fault *fault)
{
	struct call *call = asking->call;
	const struct ocsp_certificate_id *first = &asking->request.ids[0];
	struct fault missing = { 0 };
	struct authority_row row;

	if (first->hash == 0)
		return OCSP_UNAUTHORIZED;
	if (!store_authority_by_issuer(call->store, first->name_hash, first->key_hash, call->arena, &row, &missing)) {
		if (missing.code == FAULT_NOT_FOUND)
			return OCSP_UNAUTHORIZED;
		*fault = missing;
		return OCSP_INTERNAL_ERROR;
	}
	if ((asking->authority_id.p != NULL && !str_equal(asking->authority_id, row.id)) ||
		!all_name(&row, &asking->request))
		return OCSP_UNAUTHORIZED;
	/* Which one it is, is known; what it is now is read after the epoch, so that no answer outlives a change. */
	asking->epoch = status_cache_epoch(call->statuses, row.number);
	if (!store_authority_get_number(call->store, row.number, call->arena, &row, fault))
		return OCSP_INTERNAL_ERROR;
	call->owner = row.owner;
	call->partition = iam_partition(row.owner.region);
	if (!authority_of_row(call, &row, &asking->authority, fault))
		return OCSP_INTERNAL_ERROR;
	return responder_wanted(&asking->authority) ? OCSP_SUCCESSFUL : OCSP_UNAUTHORIZED;
}

/* ---- What is known of them ---- */

/* Nobody revokes a root's own certificate (revoke.c). It need not be issued here: a root may be imported anew. */
static bool
is_own_root(const struct authority_row *row, const struct ocsp_certificate_id *id)
{
	return row->type == AUTHORITY_ROOT && bytes_equal(row->serial, id->serial);
}

static bool
find_status(
	struct asking *asking, const struct ocsp_certificate_id *id, struct ocsp_single *single, struct fault *fault)
{
	const struct authority_row *row = &asking->authority.row;
	struct issued_status status;
	struct fault missing = { 0 };

	single->status = OCSP_UNKNOWN;
	if (id->serial_negative)
		return true;
	if (is_own_root(row, id)) {
		single->status = OCSP_GOOD;
		return true;
	}
	if (!store_issued_status(asking->call->store, row->number, id->serial, &status, &missing)) {
		if (missing.code == FAULT_NOT_FOUND)
			return true;
		*fault = missing;
		return false;
	}
	single->status = status.revoked_ms != 0 ? OCSP_REVOKED : OCSP_GOOD;
	single->revoked_ms = status.revoked_ms;
	single->reason = (enum crl_reason)status.reason;
	return true;
}

static bool
find_statuses(struct asking *asking, struct fault *fault)
{
	size_t count = asking->request.count;

	asking->singles = ARENA_ARRAY(asking->call->arena, struct ocsp_single, count);
	for (size_t i = 0; i < count; i++) {
		struct ocsp_single *single = &asking->singles[i];
		single->certificate_id = asking->request.ids[i].der;
		if (!find_status(asking, &asking->request.ids[i], single, fault))
			return false;
		asking->has_unknown = asking->has_unknown || single->status == OCSP_UNKNOWN;
	}
	return true;
}

/* ---- The answer ---- */

static bool
is_alone(const struct asking *asking)
{
	return asking->request.count == 1;
}

static bool
may_be_kept(const struct asking *asking)
{
	return is_alone(asking) && asking->request.nonce.p == NULL && !asking->has_unknown;
}

/* What its answer is kept by, when it asks about one certificate. */
static struct bytes
question_of(const struct asking *asking)
{
	return responder_question(asking->authority_id, asking->request.ids[0].der, asking->call->arena);
}

/* Too many were signed this second: an answer without the nonce, from the cache, is better than none (RFC 9654, 3). */
static enum ocsp_status
answer_unsigned(struct asking *asking, struct responder_answer *out)
{
	struct call *call = asking->call;
	struct responder_answer kept = { 0 };

	if (!is_alone(asking) || !status_cache_find(call->statuses, question_of(asking), call->now_ms, call->arena,
					 &kept.response, &kept.signed_ms, &kept.until_ms))
		return OCSP_TRY_LATER;
	out->response = kept.response;
	return OCSP_SUCCESSFUL;
}

/* What is wrong now and may be right later. */
static enum ocsp_status
status_of(const struct fault *fault)
{
	bool passing =
		fault->code == FAULT_IN_PROGRESS || fault->code == FAULT_UNAVAILABLE || fault->code == FAULT_CONFLICT;

	return passing ? OCSP_TRY_LATER : OCSP_INTERNAL_ERROR;
}

static bool
sign(struct asking *asking, const struct responder *responder, int64_t until_ms, struct bytes *response,
	struct fault *fault)
{
	struct call *call = asking->call;
	const struct authority *authority = &asking->authority;
	enum signing_algorithm algorithm = (enum signing_algorithm)authority->row.signing_algorithm;
	struct seal_context context = responder_seal_context(authority, responder->row.version);
	struct bytes hash, signature;

	for (size_t i = 0; i < asking->request.count; i++) {
		asking->singles[i].this_update_ms = call->now_ms;
		asking->singles[i].next_update_ms = until_ms;
	}
	if (!key_hash(responder->certificate->spki, "SHA1", call->arena, &hash))
		return fault_set(fault, FAULT_INTERNAL, "The key of an OCSP responder cannot be hashed.");
	struct bytes data = ocsp_response_data(
		hash, call->now_ms, asking->singles, asking->request.count, asking->request.nonce, call->arena);
	if (!signer_sign(call->signer, SIGNER_OCSP, data, algorithm, responder->row.sealed_key, &context, NULL,
		    call->arena, &signature, fault))
		return false;
	*response = ocsp_response_assemble(data, algorithm, signature, responder->row.certificate, call->arena);
	return true;
}

static enum ocsp_status
answer_signed(struct asking *asking, struct responder_answer *out, struct fault *fault)
{
	struct call *call = asking->call;
	int64_t until_ms = call->now_ms + ANSWER_LIFETIME_MS;
	struct responder responder;
	struct bytes response;

	if (!responder_find(call, &asking->authority, &responder, fault))
		return status_of(fault);
	if (until_ms > responder.row.not_after_ms)
		until_ms = responder.row.not_after_ms;
	if (!sign(asking, &responder, until_ms, &response, fault))
		return status_of(fault);
	out->response = response;
	if (may_be_kept(asking)) {
		out->signed_ms = call->now_ms;
		out->until_ms = until_ms;
		status_cache_put(call->statuses, question_of(asking), asking->authority.row.number, asking->epoch,
			response, out->signed_ms, out->until_ms);
	}
	return OCSP_SUCCESSFUL;
}

static enum ocsp_status
answer(struct asking *asking, struct bytes der, struct responder_answer *out, struct fault *fault)
{
	struct call *call = asking->call;
	const char *why;
	enum ocsp_status status;

	if (!ocsp_request_read(der, call->arena, &asking->request, &why))
		return OCSP_MALFORMED_REQUEST;
	status = find_authority(asking, fault);
	if (status != OCSP_SUCCESSFUL)
		return status;
	if (!find_statuses(asking, fault))
		return OCSP_INTERNAL_ERROR;
	if (!may_be_kept(asking) &&
		!status_cache_may_sign(call->statuses, call->now_ms, call->settings->ocsp_sign_rate))
		return answer_unsigned(asking, out);
	return answer_signed(asking, out, fault);
}

void
responder_answer(struct call *call, struct str authority_id, struct bytes request, struct responder_answer *out,
	struct fault *fault)
{
	struct asking asking = { .call = call, .authority_id = authority_id };
	struct responder_answer made = { 0 };
	enum ocsp_status status = answer(&asking, request, &made, fault);

	if (status != OCSP_SUCCESSFUL)
		made = (struct responder_answer){ .response = ocsp_response_error(status, call->arena) };
	*out = made;
}
