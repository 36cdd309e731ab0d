/* ExportCertificate: of certificates that were issued here, with the private key under a passphrase. An imported key
 * never leaves the house again. */
#include "service/acm/acm.h"
#include "service/acm/arn.h"
#include "service/acm/record.h"
#include "service/acm/renewal.h"
#include "x509/pem.h"

struct exporting {
	struct certificate_row row;
	struct certificate_private private;
	struct str arn;
};

/* AWS: any ASCII character but # $ %. It is never quoted. */
static bool
check_passphrase(struct secret passphrase, struct fault *fault)
{
	for (size_t i = 0; i < passphrase.n; i++) {
		uint8_t c = passphrase.p[i];
		if (c == 0 || c > 0x7f)
			return fault_set(fault, FAULT_VALIDATION,
				"The passphrase has a byte that is no ASCII character. It can have any ASCII "
				"character except #, $ and %%.");
		if (c == '#' || c == '$' || c == '%')
			return fault_set(fault, FAULT_VALIDATION,
				"The passphrase has one of the characters #, $ and %%. It can have any other ASCII "
				"character.");
	}
	return true;
}

static bool
check_type(const struct certificate_row *row, struct str arn, struct fault *fault)
{
	if (row->type == CERTIFICATE_PRIVATE)
		return true;
	return fault_set(fault, FAULT_VALIDATION,
		"Certificate ARN: %.*s is not a private certificate. It was imported: an imported private key cannot "
		"be exported. GetCertificate returns the certificate and its chain.",
		STR_ARG(arn));
}

static bool
changed_meanwhile(struct str arn, struct fault *fault)
{
	return fault_set(fault, FAULT_CONFLICT,
		"Certificate %.*s was renewed by another request at the same time. Export it again.", STR_ARG(arn));
}

static bool
write_exported(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct exporting *exporting = context;
	const struct certificate_row *row = &exporting->row;

	if (store_certificate_mark(transaction, &call->owner, row, fault) &&
		store_certificate_private_put(transaction, &call->owner, row->id, &exporting->private, fault))
		return true;
	if (fault->code == FAULT_CONFLICT)
		return changed_meanwhile(exporting->arn, fault);
	return fault->code == FAULT_NOT_FOUND ? acm_arn_not_found(exporting->arn, fault) : false;
}

/* From now on ACM renews it. What was marked by an earlier export needs no write. */
static bool
mark(struct call *call, struct exporting *exporting, struct fault *fault)
{
	struct certificate_row *row = &exporting->row;
	bool is_alive = row->state == CERTIFICATE_ISSUED && row->not_after_ms >= call->now_ms;

	if (row->exported && (row->renewal_eligible || !is_alive))
		return true;
	if (!store_certificate_private_get(call->store, &call->owner, row->id, call->arena, &exporting->private, fault))
		return fault->code == FAULT_NOT_FOUND ? acm_arn_not_found(exporting->arn, fault) : false;
	row->exported = true;
	row->renewal_eligible = is_alive;
	exporting->private.renew_at_ms = is_alive ? renewal_time(row) : INT64_MAX;
	call_write(call, write_exported, exporting);
	return true;
}

static bool
export_key(struct call *call, const struct exporting *exporting, struct secret passphrase, struct secret *out,
	struct fault *fault)
{
	struct bytes sealed, encrypted;
	int64_t version;

	if (!store_certificate_key(call->store, &call->owner, exporting->row.id, call->arena, &sealed, &version, fault))
		return fault->code == FAULT_NOT_FOUND ? acm_arn_not_found(exporting->arn, fault) : false;
	if (version != exporting->row.version)
		return changed_meanwhile(exporting->arn, fault);
	struct seal_context context = acm_seal_context(&call->owner, exporting->arn, version);
	if (!signer_export_key(call->signer, sealed, &context, passphrase, call->arena, &encrypted, fault))
		return false;
	struct str pem = pem_render("ENCRYPTED PRIVATE KEY", encrypted, call->arena);
	*out = arena_secret(call->arena, pem.p, pem.n);
	return true;
}

bool
acm_export_certificate(struct call *call, const struct acm_export_certificate_request *in,
	struct acm_export_certificate_response *out, struct fault *fault)
{
	struct exporting *exporting = ARENA_NEW(call->arena, struct exporting);
	struct certificate_row *row = &exporting->row;

	exporting->arn = in->certificate_arn;
	if (!check_passphrase(in->passphrase, fault))
		return false;
	if (!acm_record_get(call, in->certificate_arn, row, fault) || !check_type(row, in->certificate_arn, fault) ||
		!acm_record_require_issued(call, row, in->certificate_arn, fault))
		return false;
	if (!export_key(call, exporting, in->passphrase, &out->private_key, fault) || !mark(call, exporting, fault))
		return false;
	out->certificate = pem_render("CERTIFICATE", row->certificate, call->arena);
	out->certificate_chain = acm_chain_render(row->chain, call->arena);
	return true;
}
