/* verifier.h — verifies signatures by issuers it has met before without decoding their keys again.
 *
 * One per thread. Keeps prepared verification contexts by SHA-256 of the issuer's SubjectPublicKeyInfo, and remembers
 * links between chain certificates (issuer key, certificate hash) that were verified. Both are bounded: the oldest
 * issuer makes room, a link takes the place that its hash says. */
#ifndef CHANCERY_X509_VERIFIER_H
#define CHANCERY_X509_VERIFIER_H

#include "x509/certificate.h"

enum {
	VERIFIER_MAX_ISSUERS = 256, /* about 3 KB each */
	VERIFIER_MAX_LINKS = 4096,  /* 64 bytes each */
};

struct verifier;
struct verifier *verifier_new(void);
void verifier_free(struct verifier *verifier);

enum verify_result {
	VERIFY_OK,
	VERIFY_BAD_SIGNATURE,
	VERIFY_UNSUPPORTED, /* the issuer's key or the signature algorithm is not one we know */
};

/* Was `certificate` signed by `issuer`'s key? `remember`: a link worth remembering (chain certificates, not leaves). */
enum verify_result verifier_verify(struct verifier *verifier, const struct certificate *certificate,
	const struct certificate *issuer, bool remember);
/* Is it its own issuer, by name and by signature? */
bool verifier_self_signed(struct verifier *verifier, const struct certificate *certificate, bool remember);
/* Were `bytes` signed by the key of that SubjectPublicKeyInfo? For keys that come once: nothing is remembered, and no
 * issuer loses its place. The algorithm is an AlgorithmIdentifier, DER. Where the certificates' signers may be of any
 * kind OpenSSL knows, so may this one: what is wanted of it is the caller's to check. */
enum verify_result verifier_verify_bytes(struct verifier *verifier, struct bytes spki,
	struct bytes algorithm_identifier, struct bytes bytes, struct bytes signature);

#endif
