/* record.h — between certificates and the rows that keep them: the one place that knows which column says what.
 *
 * An import and a rollback make their rows here, so that a search finds both alike. */
#ifndef CHANCERY_SERVICE_ACM_RECORD_H
#define CHANCERY_SERVICE_ACM_RECORD_H

#include "service/call.h"
#include "service/chain.h"
#include "x509/certificate.h"

/* Sets the columns that are read from the certificate itself: validity, key and usages, serial, names, DER. The rest
 * (id, type, state, version, times, options, chain, sealed key) is the caller's. FAULT_VALIDATION: its subject is no
 * well-formed name. */
MUST_CHECK bool acm_certificate_row(
	const struct certificate *certificate, struct arena *arena, struct certificate_row *row, struct fault *fault);

/* What a certificate's private key is sealed for: this ARN, in this version, of this owner. */
struct seal_context acm_seal_context(const struct owner *owner, struct str arn, int64_t version);

/* The caller's certificate of that ARN. FAULT_INVALID_ARN; FAULT_NOT_FOUND in AWS's words. */
MUST_CHECK bool acm_record_get(
	const struct call *call, struct str arn, struct certificate_row *out, struct fault *fault);
/* FAULT_IN_PROGRESS in AWS's words for a certificate that was never issued, or is not yet. */
MUST_CHECK bool acm_record_require_issued(
	const struct call *call, const struct certificate_row *row, struct str arn, struct fault *fault);
/* The certificate of a row, read again. */
MUST_CHECK bool acm_record_certificate(
	const struct certificate_row *row, struct arena *arena, const struct certificate **out, struct fault *fault);

/* The same for those who describe it. Of a certificate that was never issued, what was asked for: subject, DNS names
 * and key; its `der` is absent, and it has no usages. */
MUST_CHECK bool acm_record_described(const struct call *call, const struct certificate_row *row,
	const struct certificate **out, struct fault *fault);

/* As PEM; absent when there is none. */
struct str acm_chain_render(struct bytes chain, struct arena *arena);

/* Names as certificate_private has them, one a line; and back. */
struct str acm_names_join(const struct str *names, size_t count, struct arena *arena);
const struct str *acm_names_split(struct str lines, struct arena *arena, size_t *count);

#endif
