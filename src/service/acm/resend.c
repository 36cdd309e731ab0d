/* ResendValidationEmail: nothing here waits for validation. */
#include "service/acm/acm.h"
#include "service/acm/record.h"

bool
acm_resend_validation_email(
	struct call *call, const struct acm_resend_validation_email_request *in, struct fault *fault)
{
	struct certificate_row row;

	if (!acm_record_get(call, in->certificate_arn, &row, fault))
		return false;
	return fault_set(fault, FAULT_INVALID_STATE,
		"Certificate %.*s %s and is not waiting for validation: there is no validation e-mail to send.",
		STR_ARG(in->certificate_arn),
		row.type == CERTIFICATE_PRIVATE ? "is of a private authority" : "was imported");
}
