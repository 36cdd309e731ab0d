/* GetCertificate: the certificate and its chain, as canonical PEM. */
#include "service/acm/acm.h"
#include "service/acm/record.h"
#include "x509/pem.h"

bool
acm_get_certificate(struct call *call, const struct acm_get_certificate_request *in,
	struct acm_get_certificate_response *out, struct fault *fault)
{
	struct certificate_row row;

	if (!acm_record_get(call, in->certificate_arn, &row, fault) ||
		!acm_record_require_issued(call, &row, in->certificate_arn, fault))
		return false;
	out->certificate = pem_render("CERTIFICATE", row.certificate, call->arena);
	out->certificate_chain = acm_chain_render(row.chain, call->arena);
	return true;
}
