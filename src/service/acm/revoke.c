/* RevokeCertificate: of a private certificate whose key has left the house. Its authority revokes it and the
 * certificate says so, in one write; what was not exported is used by nobody, and can simply be deleted (AWS). */
#include "service/acm/acm.h"
#include "service/acm/arn.h"
#include "service/acm/record.h"
#include "service/pca/authority.h"
#include "service/pca/status_cache.h"
#include "store/issued.h"
#include "x509/crl.h"

/* Two of the model's reasons are no way to end a certificate: a hold could be taken back, and the other takes it back.
 */
enum { NO_REASON = -1 };
static const int reasons[] = {
	[ACM_REVOCATION_REASON_UNSPECIFIED] = CRL_REASON_UNSPECIFIED,
	[ACM_REVOCATION_REASON_KEY_COMPROMISE] = CRL_REASON_KEY_COMPROMISE,
	[ACM_REVOCATION_REASON_CA_COMPROMISE] = CRL_REASON_CA_COMPROMISE,
	[ACM_REVOCATION_REASON_AFFILIATION_CHANGED] = CRL_REASON_AFFILIATION_CHANGED,
	[ACM_REVOCATION_REASON_SUPERCEDED] = CRL_REASON_SUPERSEDED,
	[ACM_REVOCATION_REASON_SUPERSEDED] = CRL_REASON_SUPERSEDED,
	[ACM_REVOCATION_REASON_CESSATION_OF_OPERATION] = CRL_REASON_CESSATION_OF_OPERATION,
	[ACM_REVOCATION_REASON_CERTIFICATE_HOLD] = NO_REASON,
	[ACM_REVOCATION_REASON_REMOVE_FROM_CRL] = NO_REASON,
	[ACM_REVOCATION_REASON_PRIVILEGE_WITHDRAWN] = CRL_REASON_PRIVILEGE_WITHDRAWN,
	[ACM_REVOCATION_REASON_A_A_COMPROMISE] = CRL_REASON_AA_COMPROMISE,
};

struct revoking {
	struct str arn;
	struct certificate_row row;
	struct certificate_private private;
	struct authority authority;
	struct bytes serial;
	int reason; /* enum crl_reason */
};

static bool
refuse(struct str arn, const char *why, struct fault *fault)
{
	return fault_set(fault, FAULT_VALIDATION, "Certificate %.*s cannot be revoked. %s", STR_ARG(arn), why);
}

static bool
already_revoked(struct str arn, struct fault *fault)
{
	return fault_set(fault, FAULT_CONFLICT, "Certificate %.*s is revoked already.", STR_ARG(arn));
}

static bool
check_row(const struct certificate_row *row, struct str arn, int64_t now_ms, struct fault *fault)
{
	if (row->type == CERTIFICATE_IMPORTED)
		return refuse(arn,
			"It was imported: ask the authority that issued it to revoke it, then delete it or import its "
			"replacement here.",
			fault);
	if (row->state == CERTIFICATE_REVOKED)
		return already_revoked(arn, fault);
	if (row->state != CERTIFICATE_ISSUED)
		return refuse(arn, "It has never been issued.", fault);
	if (row->not_after_ms < now_ms)
		return refuse(arn, "It has expired, and is not valid any more.", fault);
	return row->exported ||
	       refuse(arn,
		       "It has never been exported, so that nobody can have its private key. "
		       "DeleteCertificate deletes it; its authority's own RevokeCertificate revokes it.",
		       fault);
}

/* Only an authority's own account revokes what it has issued (AWS: sharing allows no RevokeCertificate). */
static bool
load_authority(struct call *call, struct revoking *revoking, struct fault *fault)
{
	struct pca_arn parsed;

	if (!pca_arn_parse(revoking->private.authority_arn, &parsed, fault))
		return false;
	if (!str_equal(parsed.owner.account, call->owner.account))
		return fault_set(fault, FAULT_ACCESS_DENIED,
			"Certificate %.*s was issued by a certificate authority of account %.*s, which alone can "
			"revoke it.",
			STR_ARG(revoking->arn), STR_ARG(parsed.owner.account));
	if (!authority_load(call, revoking->private.authority_arn, NULL, &revoking->authority, fault))
		return fault->code == FAULT_NOT_FOUND
			       ? refuse(revoking->arn, "Its certificate authority has been deleted.", fault)
			       : false;
	if ((authority_condition(&revoking->authority) & (CONDITION_ACTIVE | CONDITION_DISABLED)) == 0)
		return refuse(revoking->arn, "Its certificate authority has expired or is deleted.", fault);
	return true;
}

static bool
write_revoked(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct revoking *revoking = context;

	if (store_issued_revoke(transaction, revoking->authority.row.number, revoking->serial, revoking->reason,
		    call->now_ms, fault) &&
		store_certificate_mark(transaction, &call->owner, &revoking->row, fault))
		return store_certificate_private_put(
			transaction, &call->owner, revoking->row.id, &revoking->private, fault);
	if (fault->code == FAULT_NOT_FOUND)
		return acm_arn_not_found(revoking->arn, fault);
	return fault->code == FAULT_CONFLICT
		       ? fault_set(fault, FAULT_CONFLICT,
				 "Certificate %.*s was revoked by its authority, or renewed, meanwhile. Describe it.",
				 STR_ARG(revoking->arn))
		       : false;
}

static void
committed(struct call *call, void *context)
{
	const struct revoking *revoking = context;

	if (call->statuses != NULL)
		status_cache_forget(call->statuses, revoking->authority.row.number);
	if (call->hurry != NULL)
		call->hurry(call->hurry_context);
}

bool
acm_revoke_certificate(struct call *call, const struct acm_revoke_certificate_request *in,
	struct acm_revoke_certificate_response *out, struct fault *fault)
{
	struct revoking *revoking = ARENA_NEW(call->arena, struct revoking);
	struct certificate_row *row = &revoking->row;
	const struct certificate *certificate;

	revoking->arn = in->certificate_arn;
	revoking->reason = reasons[in->revocation_reason.v];
	if (!acm_record_get(call, in->certificate_arn, row, fault) ||
		!check_row(row, in->certificate_arn, call->now_ms, fault))
		return false;
	if (revoking->reason == NO_REASON)
		return refuse(in->certificate_arn,
			"RevocationReason cannot be CERTIFICATE_HOLD or REMOVE_FROM_CRL: a revocation is for good.",
			fault);
	if (!store_certificate_private_get(call->store, &call->owner, row->id, call->arena, &revoking->private, fault))
		return fault->code == FAULT_NOT_FOUND ? acm_arn_not_found(in->certificate_arn, fault) : false;
	if (!load_authority(call, revoking, fault) || !acm_record_certificate(row, call->arena, &certificate, fault))
		return false;
	revoking->serial = certificate->serial;
	row->state = CERTIFICATE_REVOKED;
	row->revoked_ms = call->now_ms;
	row->renewal_eligible = false;
	revoking->private.revocation_reason = in->revocation_reason.v;
	revoking->private.renew_at_ms = INT64_MAX;
	call_write(call, write_revoked, revoking);
	call_committed(call, committed, revoking);
	out->certificate_arn = in->certificate_arn;
	return true;
}
