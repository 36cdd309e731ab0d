/* RenewCertificate: at once, what managed renewal would do in its time. Whether it went well is in the certificate's
 * RenewalSummary. */
#include "service/acm/acm.h"
#include "service/acm/record.h"
#include "service/acm/renewal.h"

/* Why not, and what to do instead. */
static const char *
reason(const struct certificate_row *row, int64_t now_ms)
{
	if (row->type == CERTIFICATE_IMPORTED)
		return "It was imported: obtain a new certificate from its issuer and import it with this "
		       "CertificateArn.";
	if (row->state == CERTIFICATE_REVOKED)
		return "It is revoked: request a new certificate.";
	if (row->state != CERTIFICATE_ISSUED)
		return "It has never been issued: DescribeCertificate tells why, and RequestCertificate requests "
		       "another.";
	if (row->not_after_ms < now_ms)
		return "It has expired: request a new certificate.";
	return "A private certificate is eligible when it has been exported since it was issued or last renewed.";
}

bool
acm_renew_certificate(struct call *call, const struct acm_renew_certificate_request *in, struct fault *fault)
{
	struct certificate_row row;

	if (!acm_record_get(call, in->certificate_arn, &row, fault))
		return false;
	if (!renewal_possible(&row, call->now_ms))
		return fault_set(fault, FAULT_VALIDATION, "Certificate %.*s is not eligible for renewal. %s",
			STR_ARG(in->certificate_arn), reason(&row, call->now_ms));
	return renewal_begin(call, &row, in->certificate_arn, fault);
}
