/* csr.h — certificate signing requests (PKCS #10, RFC 2986).
 *
 * A struct csr exists only if it is well-formed DER with nothing after it, within the limits below, and signed by its
 * own key; nobody need check again. Immutable; lives in the arena it was read into. */
#ifndef CHANCERY_X509_CSR_H
#define CHANCERY_X509_CSR_H

#include "base/fault.h"
#include "x509/certificate.h"
#include "x509/signing.h"
#include "x509/verifier.h"

enum { CSR_MAX_EXTENSIONS = 100 }; /* CERTIFICATE_MAX_EXTENSIONS of what may come of it */

struct csr {
	struct bytes der;
	struct bytes info; /* CertificationRequestInfo: what is signed */
	struct bytes subject;
	struct name subject_name;
	struct bytes spki;
	struct key_description key;
	/* Of the extensionRequest attribute (RFC 2985, 5.4.2); none, and empty, when it is not there. */
	const struct certificate_extension *extensions;
	size_t extension_count;
	/* Of those, read: subjectAltName. */
	const struct general_name *names;
	size_t name_count;
	bool names_critical;
};

/* Reads one PEM block (CERTIFICATE REQUEST or NEW CERTIFICATE REQUEST, text around it is fine) and proves possession by
 * its signature. FAULT_MALFORMED_CSR says what is wrong and what to do: PEM, DER, key kind (RSA of 1024 to 8192 bits,
 * P-256, P-384, P-521, Ed25519, Ed448; ML-DSA where OpenSSL has it), signature algorithm (SHA-1 still proves
 * possession, MD5 does not), signature, a repeated extension or attribute, another block beside the request. Extensions
 * are not judged, subjectAltName apart, which must be readable: that is for what they end up in (tbs_lint). */
MUST_CHECK bool csr_read(
	struct bytes pem, struct verifier *verifier, struct arena *arena, const struct csr **out, struct fault *fault);

/* CertificationRequestInfo, to be signed; extensions may be none. And the request itself. */
struct bytes csr_info_build(struct bytes subject, struct bytes spki, const struct certificate_extension *extensions,
	size_t count, struct arena *arena);
struct bytes csr_assemble(
	struct bytes info, enum signing_algorithm algorithm, struct bytes signature, struct arena *arena);
/* The parts of an info that csr_info_build() made, octet for octet: for the signer, which signs no other. */
MUST_CHECK bool csr_info_read(
	struct bytes info, struct arena *arena, struct bytes *subject, struct bytes *spki, const char **why);

#endif
