/* ExportCertificate: the private key of an imported certificate never leaves the house again. */
#include "service/acm/acm.h"
#include "service/acm/record.h"

bool
acm_export_certificate(struct call *call, const struct acm_export_certificate_request *in,
	struct acm_export_certificate_response *out, struct fault *fault)
{
	struct certificate_row row;

	(void)out;
	if (!acm_record_get(call, in->certificate_arn, &row, fault))
		return false;
	return fault_set(fault, FAULT_VALIDATION,
		"Certificate ARN: %.*s is not a private certificate. It was imported: an imported private key cannot "
		"be exported. GetCertificate returns the certificate and its chain.",
		STR_ARG(in->certificate_arn));
}
