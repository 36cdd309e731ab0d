/* tbs.h — certificates before they are signed (RFC 5280, 4.1): built, read back, and held against the profile. */
#ifndef CHANCERY_X509_TBS_H
#define CHANCERY_X509_TBS_H

#include "base/fault.h"
#include "x509/build.h"
#include "x509/signing.h"

/* Serial numbers are 128 random bits (16 octets, a DER sign octet before them when the first bit is set). */
enum { SERIAL_BYTES = 16 };

struct tbs {
	struct bytes serial; /* magnitude; its first octet is not 0 */
	enum signing_algorithm algorithm;
	struct bytes issuer;                 /* Name, DER */
	int64_t not_before_ms, not_after_ms; /* whole seconds; UTCTime to 2049, GeneralizedTime from 2050 on */
	struct bytes subject;                /* Name, DER; may be an empty SEQUENCE */
	struct bytes spki;
	const struct certificate_extension *extensions; /* in this order */
	size_t extension_count;
};

/* TBSCertificate, version 3. */
struct bytes tbs_build(const struct tbs *tbs, struct arena *arena);
/* SEQUENCE { tbs, algorithm, BIT STRING signature }: a certificate, or a CRL, of its signed part. */
struct bytes signed_assemble(
	struct bytes tbs, enum signing_algorithm algorithm, struct bytes signature, struct arena *arena);

/* Reads a TBSCertificate into a certificate whose der and signature are absent; its algorithm is the inner one. `tbs`
 * is the input itself, which must outlive the result. Strict as certificate_parse(). */
MUST_CHECK bool tbs_read(struct bytes der, struct arena *arena, const struct certificate **out, const char **why);

/* Holds a certificate to be signed against RFC 5280's profile: what this house signs has no flaw that a reader could
 * stumble over. Checked: serial 1 to 20 octets and positive; validity in order, in the right time types; names: a
 * subject or a critical subjectAltName, attribute lengths (X.520 upper bounds), characters of string types; extensions:
 * none twice, well-formed where we know them, criticality as the RFC demands (basicConstraints of a CA critical;
 * subjectKeyIdentifier, authorityKeyIdentifier, freshestCRL, authorityInfoAccess, subjectInfoAccess never;
 * nameConstraints, policyConstraints and inhibitAnyPolicy always, and in CA certificates only); keyCertSign only with
 * CA:TRUE; cA and pathLen agree; SAN not empty, its DNS names IA5 without blanks, its addresses 4 or 16 octets; URIs
 * with a scheme; keyUsage not all zero. FAULT_INVALID_ARGS: a sentence for the caller that names the field and what to
 * change. */
MUST_CHECK bool tbs_lint(const struct certificate *tbs, struct arena *arena, struct fault *fault);

#endif
