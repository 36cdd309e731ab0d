/* RevokeCertificate: true for OCSP the moment it returned; lists follow within seconds (crl.c). */
#include "service/pca/authority.h"
#include "service/pca/pca.h"
#include "service/pca/status_cache.h"
#include "service/pca/template.h"
#include "store/issued.h"
#include "x509/crl.h"

struct revoking {
	struct authority authority;
	struct bytes serial;
	enum crl_reason reason;
};

/* By the model's numbers. */
static const enum crl_reason reasons[] = {
	[PCA_REVOCATION_REASON_UNSPECIFIED] = CRL_REASON_UNSPECIFIED,
	[PCA_REVOCATION_REASON_KEY_COMPROMISE] = CRL_REASON_KEY_COMPROMISE,
	[PCA_REVOCATION_REASON_CERTIFICATE_AUTHORITY_COMPROMISE] = CRL_REASON_CA_COMPROMISE,
	[PCA_REVOCATION_REASON_AFFILIATION_CHANGED] = CRL_REASON_AFFILIATION_CHANGED,
	[PCA_REVOCATION_REASON_SUPERSEDED] = CRL_REASON_SUPERSEDED,
	[PCA_REVOCATION_REASON_CESSATION_OF_OPERATION] = CRL_REASON_CESSATION_OF_OPERATION,
	[PCA_REVOCATION_REASON_PRIVILEGE_WITHDRAWN] = CRL_REASON_PRIVILEGE_WITHDRAWN,
	[PCA_REVOCATION_REASON_A_A_COMPROMISE] = CRL_REASON_AA_COMPROMISE,
};

static bool
read_serial(struct str text, struct arena *arena, struct bytes *out, struct fault *fault)
{
	return pca_serial_parse(text, arena, out) ||
	       fault_set(fault, FAULT_INVALID_ARGS,
		       "CertificateSerial %.*s is not a serial number. Write it in hexadecimal, with or without colons "
		       "between its octets: it is the last part of the certificate's ARN.",
		       STR_ARG(text));
}

/* Terraform looks for the first sentence whenever it destroys a root. */
static bool
refuse_self_signed(struct fault *fault)
{
	return fault_set(fault, FAULT_INVALID_REQUEST,
		"Self-signed certificate can not be revoked. Who trusts a root trusts it without asking anybody: "
		"delete the certificate authority, and take its certificate out of the trust stores.");
}

static bool
not_found(const struct revoking *revoking, struct arena *arena, struct fault *fault)
{
	struct str arn = pca_arn_render_certificate(arena, revoking->authority.arn, revoking->serial);

	return fault_set(fault, FAULT_NOT_FOUND, "Could not find certificate %.*s.", STR_ARG(arn));
}

static bool
already_revoked(const struct revoking *revoking, struct arena *arena, struct fault *fault)
{
	struct str serial = pca_serial_colons(revoking->serial, arena);

	return fault_set(fault, FAULT_ALREADY_PROCESSED,
		"Your request has already been completed. Certificate %.*s is revoked.", STR_ARG(serial));
}

/* A root's own certificate, today's or an earlier one. */
static bool
check_self_signed(
	const struct revoking *revoking, const struct authority_row *row, struct str template, struct fault *fault)
{
	const struct template *issued_by = template.p != NULL ? template_named(template) : NULL;
	bool own = row->type == AUTHORITY_ROOT && bytes_equal(revoking->serial, row->serial);

	return (!own && (issued_by == NULL || !issued_by->is_root)) || refuse_self_signed(fault);
}

static bool
check_certificate(struct call *call, const struct revoking *revoking, struct fault *fault)
{
	const struct authority_row *row = &revoking->authority.row;
	struct issued_row issued;

	if (!check_self_signed(revoking, row, (struct str){ 0 }, fault))
		return false;
	if (!store_issued_get(call->store, row->number, revoking->serial, call->arena, &issued, fault))
		return fault->code == FAULT_NOT_FOUND ? not_found(revoking, call->arena, fault) : false;
	if (!check_self_signed(revoking, row, issued.template, fault))
		return false;
	if (issued.revoked_ms != 0)
		return already_revoked(revoking, call->arena, fault);
	if (issued.not_after_ms < call->now_ms)
		return fault_set(fault, FAULT_INVALID_REQUEST,
			"The certificate ended at %.*s. What has expired is not valid any more, and cannot be revoked.",
			STR_ARG(clock_render_iso(issued.not_after_ms, call->arena)));
	return true;
}

static bool
write(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct revoking *revoking = context;

	if (store_issued_revoke(transaction, revoking->authority.row.number, revoking->serial, revoking->reason,
		    call->now_ms, fault))
		return true;
	if (fault->code == FAULT_CONFLICT)
		return already_revoked(revoking, call->arena, fault);
	return fault->code == FAULT_NOT_FOUND ? not_found(revoking, call->arena, fault) : false;
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
pca_revoke_certificate(struct call *call, const struct pca_revoke_certificate_request *in, struct fault *fault)
{
	const struct authority_use use = { .action = "RevokeCertificate" };
	struct revoking *revoking = ARENA_NEW(call->arena, struct revoking);

	if (!authority_load(call, in->certificate_authority_arn, &use, &revoking->authority, fault) ||
		!authority_require(&revoking->authority, CONDITION_ACTIVE | CONDITION_DISABLED, fault,
			"The certificate authority is not in a valid state for revoking certificates.") ||
		!read_serial(in->certificate_serial, call->arena, &revoking->serial, fault) ||
		!check_certificate(call, revoking, fault))
		return false;
	revoking->reason = reasons[in->revocation_reason.v];
	call_write(call, write, revoking);
	call_committed(call, committed, revoking);
	return true;
}
