/* RenewCertificate: who imported a certificate renews it, by importing the next one under the same ARN. */
#include "service/acm/acm.h"
#include "service/acm/record.h"

bool
acm_renew_certificate(struct call *call, const struct acm_renew_certificate_request *in, struct fault *fault)
{
	struct certificate_row row;

	if (!acm_record_get(call, in->certificate_arn, &row, fault))
		return false;
	return fault_set(fault, FAULT_VALIDATION,
		"Certificate %.*s is not eligible for renewal. It was imported: obtain a new certificate from its "
		"issuer and import it with this CertificateArn.",
		STR_ARG(in->certificate_arn));
}
