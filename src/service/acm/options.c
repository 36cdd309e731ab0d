/* UpdateCertificateOptions: only what AWS itself issues has options to update. */
#include "service/acm/acm.h"
#include "service/acm/record.h"

bool
acm_update_certificate_options(
	struct call *call, const struct acm_update_certificate_options_request *in, struct fault *fault)
{
	struct certificate_row row;

	if (!acm_record_get(call, in->certificate_arn, &row, fault))
		return false;
	if (row.type == CERTIFICATE_PRIVATE)
		return fault_set(fault, FAULT_INVALID_STATE,
			"Certificate %.*s is private and has no options to update: what a private authority issues is "
			"in no certificate transparency log, and its key can always be exported.",
			STR_ARG(in->certificate_arn));
	return fault_set(fault, FAULT_INVALID_STATE,
		"Certificate %.*s is imported and has no options to update. Whether an imported certificate is in a "
		"certificate transparency log was decided when it was issued, and its key cannot be exported.",
		STR_ARG(in->certificate_arn));
}
