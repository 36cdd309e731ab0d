/* RequestCertificate: this house keeps certificates; it has no authority of its own that could issue one. */
#include "service/acm/acm.h"

bool
acm_request_certificate(struct call *call, const struct acm_request_certificate_request *in,
	struct acm_request_certificate_response *out, struct fault *fault)
{
	(void)call;
	(void)out;
	return fault_set(fault, FAULT_INVALID_STATE,
		"This server does not issue certificates: it has no certificate authority and validates no domains. "
		"Obtain a certificate for %.*s elsewhere and use ImportCertificate.",
		STR_ARG(in->domain_name));
}
