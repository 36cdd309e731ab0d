/* RevokeCertificate: only the issuer of a certificate can revoke it. */
#include "service/acm/acm.h"
#include "service/acm/record.h"

bool
acm_revoke_certificate(struct call *call, const struct acm_revoke_certificate_request *in,
	struct acm_revoke_certificate_response *out, struct fault *fault)
{
	struct certificate_row row;

	(void)out;
	if (!acm_record_get(call, in->certificate_arn, &row, fault))
		return false;
	return fault_set(fault, FAULT_VALIDATION,
		"Certificate %.*s cannot be revoked. It was imported: ask the authority that issued it to revoke it, "
		"then delete it or import its replacement here.",
		STR_ARG(in->certificate_arn));
}
