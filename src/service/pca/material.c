/* GetCertificateAuthorityCsr, GetCertificateAuthorityCertificate: byte for byte the same at every call. */
#include "service/pca/authority.h"
#include "service/pca/pca.h"
#include "x509/pem.h"

/* AWS says so of the certificate, too (recorded). */
#define NO_REQUEST "The certificate authority %.*s is not in the correct state to have a certificate signing request."

bool
pca_get_certificate_authority_csr(struct call *call, const struct pca_get_certificate_authority_csr_request *in,
	struct pca_get_certificate_authority_csr_response *out, struct fault *fault)
{
	const struct authority_use use = { .action = "GetCertificateAuthorityCsr" };
	struct authority authority;

	if (!authority_load(call, in->certificate_authority_arn, &use, &authority, fault))
		return false;
	if (authority_condition(&authority) == CONDITION_CREATING)
		return fault_set(fault, FAULT_IN_PROGRESS,
			"The certificate authority %.*s is being created. Its request is there in a moment.",
			STR_ARG(authority.arn));
	if (!authority_require(&authority, ~(unsigned)(CONDITION_DELETED | CONDITION_FAILED), fault, NO_REQUEST,
		    STR_ARG(authority.arn)))
		return false;
	out->csr = pem_render("CERTIFICATE REQUEST", authority.row.csr, call->arena);
	return true;
}

bool
pca_get_certificate_authority_certificate(struct call *call,
	const struct pca_get_certificate_authority_certificate_request *in,
	struct pca_get_certificate_authority_certificate_response *out, struct fault *fault)
{
	const struct authority_use use = { .action = "GetCertificateAuthorityCertificate" };
	struct authority authority;

	if (!authority_load(call, in->certificate_authority_arn, &use, &authority, fault) ||
		!authority_require(&authority, CONDITION_ACTIVE | CONDITION_DISABLED | CONDITION_EXPIRED, fault,
			NO_REQUEST, STR_ARG(authority.arn)))
		return false;
	out->certificate = pem_render("CERTIFICATE", authority.row.certificate, call->arena);
	if (authority.chain_count > 0)
		out->certificate_chain = authority_chain_pem(&authority, false, call->arena);
	return true;
}
