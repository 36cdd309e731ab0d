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

/* TBSCertificate, version 3. An extension's OID that is none is written so that tbs_read() refuses it; times are years
 * 1950 to 9999. */
struct bytes tbs_build(const struct tbs *tbs, struct arena *arena);
/* SEQUENCE { tbs, algorithm, BIT STRING signature }: a certificate, or a CRL, of its signed part. */
struct bytes signed_assemble(
	struct bytes tbs, enum signing_algorithm algorithm, struct bytes signature, struct arena *arena);

/* Reads a TBSCertificate into a certificate whose der and signature are absent; its algorithm is the inner one. `tbs`
 * is the input itself, which must outlive the result. Strict as certificate_parse(). */
MUST_CHECK bool tbs_read(struct bytes der, struct arena *arena, const struct certificate **out, const char **why);

/* Holds a certificate to be signed against RFC 5280's profile, and refuses nothing that it allows: what this house
 * signs has no flaw that a reader could stumble over. Checked: version 3; serial positive, 1 to 20 octets; validity in
 * order, in the right time types; an issuer; a subject (a CA must have one) or a critical subjectAltName; the subject's
 * string types, their characters, and lengths by RFC 5280's own upper bounds (the issuer's are its own affair: it
 * stands as in the CA's certificate); subjectAltName not empty, its DNS names IA5 without blanks, e-mail addresses
 * local@domain, URIs with a scheme, addresses of 4 or 16 octets; extensions: none twice, those of RFC 5280 well-formed
 * and not empty, criticality as it demands (basicConstraints of a CA critical; subjectKeyIdentifier,
 * authorityKeyIdentifier, freshestCRL, authorityInfoAccess, subjectInfoAccess, subjectDirectoryAttributes never;
 * nameConstraints, policyConstraints, inhibitAnyPolicy always, and these and policyMappings in CA certificates only);
 * keyCertSign only with CA:TRUE, a path length only with both; keyUsage not all zero. FAULT_INVALID_ARGS: a sentence
 * for the caller that names the field, the clause and what to change. */
MUST_CHECK bool tbs_lint(const struct certificate *tbs, struct arena *arena, struct fault *fault);

#endif
