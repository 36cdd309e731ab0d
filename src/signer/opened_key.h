/* opened_key.h — a private key out of its seal, made ready to sign.
 *
 * Immutable once made, so threads may share one; counted, and wiped when the last holder lets go. */
#ifndef CHANCERY_SIGNER_OPENED_KEY_H
#define CHANCERY_SIGNER_OPENED_KEY_H

#include <openssl/types.h>
#include <stdatomic.h>

#include "signer/key_plain.h"
#include "x509/build.h"

enum { OPENED_KEY_ALGORITHMS = SIGNING_ML_DSA_87 + 1, OPENED_KEY_IDENTITY_BYTES = 32 };

struct opened_key {
	enum seal_purpose purpose;
	enum signing_key kind;
	struct bytes subject; /* an authority's: the only issuer in whose name it signs; absent otherwise */
	struct bytes spki;
	uint8_t key_hash[KEY_HASH_SHA1_BYTES];       /* as an OCSP responder is known by (RFC 6960, 4.2.1) */
	uint8_t identity[OPENED_KEY_IDENTITY_BYTES]; /* SHA-256 of the SPKI: the same however often it is sealed anew */

	EVP_PKEY *key;
	/* By enum signing_algorithm: the digest, and a context to be copied; both NULL where the key does not fit, or
	 * the algorithm brings its own digest. */
	struct {
		EVP_MD *digest;
		EVP_PKEY_CTX *context;
	} ready[OPENED_KEY_ALGORITHMS];
	atomic_uint holders;
};

/* Of the plain text of a sealed key; *out has one holder. Nothing of `plain` is kept but the subject. */
MUST_CHECK bool opened_key_new(enum seal_purpose purpose, const struct key_plain *plain, struct arena *arena,
	struct opened_key **out, struct fault *fault);
struct opened_key *opened_key_ref(struct opened_key *key);
void opened_key_unref(struct opened_key *key);

/* `sha256` is the document's, where somebody knows it already; or NULL. The algorithm must fit the key. */
MUST_CHECK bool opened_key_sign(const struct opened_key *key, enum signing_algorithm algorithm, struct bytes document,
	const uint8_t *sha256, struct arena *arena, struct bytes *signature, struct fault *fault);

#endif
