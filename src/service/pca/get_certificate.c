/* GetCertificate: what an authority has issued, whatever became of it since, with the chain above it. */
#include "service/pca/authority.h"
#include "service/pca/pca.h"
#include "service/pca/template.h"
#include "store/issued.h"
#include "x509/pem.h"

static bool
not_found(struct str arn, struct fault *fault)
{
	return fault_set(fault, FAULT_NOT_FOUND, "Could not find certificate %.*s.", STR_ARG(arn));
}

/* The serial number, if the certificate's ARN is one of this authority's. */
static bool
read_serial(const struct call *call, const struct authority *authority, struct str arn, struct bytes *serial,
	struct fault *fault)
{
	struct pca_arn parsed;

	if (!pca_arn_parse(arn, &parsed, fault))
		return false;
	if (parsed.serial.p == NULL)
		return fault_set(fault, FAULT_INVALID_ARN,
			"The ARN %.*s is not valid as CertificateArn. It names an authority; IssueCertificate gave one "
			"that goes on with /certificate/ and a serial number.",
			STR_ARG(arn));
	if (!str_starts_with(arn, authority->arn) || !pca_serial_parse(parsed.serial, call->arena, serial))
		return not_found(arn, fault);
	return true;
}

/* A root fetches its own certificate before it is imported. */
static bool
check_state(const struct authority *authority, struct fault *fault)
{
	unsigned conditions = CONDITION_ACTIVE | CONDITION_DISABLED | CONDITION_EXPIRED;

	if (authority->row.type == AUTHORITY_ROOT)
		conditions |= CONDITION_PENDING;
	return authority_require(authority, conditions, fault,
		"The certificate authority %.*s is not in the correct state to have issued certificates.",
		STR_ARG(authority->arn));
}

/* There is no certificate under this serial number: is one on its way, or was one given up? */
static bool
explain(const struct call *call, const struct authority *authority, struct bytes serial, struct str arn,
	struct fault *fault)
{
	struct intention_row intention;
	struct fault missing = { 0 };

	if (!store_intention_get(call->store, authority->row.number, serial, call->arena, &intention, &missing)) {
		if (missing.code == FAULT_NOT_FOUND)
			return not_found(arn, fault);
		*fault = missing;
		return false;
	}
	if (!intention.failed)
		return fault_set(fault, FAULT_IN_PROGRESS, "The certificate is being issued.");
	return fault_set(fault, FAULT_REQUEST_FAILED,
		"Certificate %.*s could not be issued: the server was interrupted before it was signed. Its serial "
		"number is given up; send IssueCertificate again, with another IdempotencyToken or none.",
		STR_ARG(arn));
}

bool
pca_get_certificate(struct call *call, const struct pca_get_certificate_request *in,
	struct pca_get_certificate_response *out, struct fault *fault)
{
	struct authority_use use = { .action = "GetCertificate" };
	const struct template *template;
	struct authority authority;
	struct issued_row row;
	struct bytes serial;

	if (!authority_load(call, in->certificate_authority_arn, &use, &authority, fault) ||
		!read_serial(call, &authority, in->certificate_arn, &serial, fault) || !check_state(&authority, fault))
		return false;
	if (!store_issued_get(call->store, authority.row.number, serial, call->arena, &row, fault))
		return fault->code == FAULT_NOT_FOUND ? explain(call, &authority, serial, in->certificate_arn, fault)
						      : false;
	out->certificate = pem_render("CERTIFICATE", row.certificate, call->arena);
	template = template_named(row.template);
	if (template == NULL || !template->is_root)
		out->certificate_chain = authority_chain_pem(&authority, true, call->arena);
	return true;
}
