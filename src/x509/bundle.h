/* bundle.h — what people have in files: certificates and private keys in PEM with text around it, in DER, in PKCS #12
 * (RFC 7292) and PKCS #7 (RFC 2315) bundles, under passphrases or not. For tools, which are cold and have time: here
 * OpenSSL's decoders read, BER included, and what they give is read again by this room's own.
 *
 * Pure: the caller has the bytes, the passphrase, and says how much work it may cost to try it. */
#ifndef CHANCERY_X509_BUNDLE_H
#define CHANCERY_X509_BUNDLE_H

#include "base/secret.h"
#include "x509/certificate.h"

enum {
	BUNDLE_MAX_BYTES = 8 * 1024 * 1024,
	BUNDLE_MAX_CERTIFICATES = 5000,
	BUNDLE_MAX_KEYS = 5000,
	BUNDLE_MAX_REMARKS = 100,
	BUNDLE_MAX_PASSPHRASE_BYTES = 1000,
	/* Rounds of all key derivations of one file. OpenSSL writes 2,048 into a PKCS #12 file, careful people 600,000;
	 * ten million take some seconds. */
	BUNDLE_MAX_ROUNDS = 10 * 1000 * 1000,
};

enum bundle_form { BUNDLE_NOTHING, BUNDLE_PEM, BUNDLE_DER, BUNDLE_PKCS7, BUNDLE_PKCS12 };

struct bundle_key {
	struct bytes der;   /* without any encryption */
	const char *label;  /* of its PEM: "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY" */
	struct bytes spki;  /* its public half; absent when OpenSSL cannot read it */
	bool was_encrypted; /* in the file */
};

struct bundle {
	enum bundle_form form; /* of the outermost */
	bool was_wrapped;      /* in UTF-16, or in base64 once more */
	const struct certificate *const *certificates;
	size_t certificate_count;
	const struct bundle_key *keys;
	size_t key_count;
	/* What was found and passed over, or cannot be read: whole sentences. Nothing is ever quoted. */
	const struct str *remarks;
	size_t remark_count;
	/* Things that no passphrase has opened; what they are: "a PKCS #12 file", "a private key". */
	size_t locked_count;
	const char *locked;
};

/* `passphrase` absent: none is known; the empty one, and none at all, are always tried. On success everything lives in
 * the arena, and what could be read without (another) passphrase is there. FAULT_INVALID_ARGS when the bytes exceed a
 * limit above, or would cost more than `max_rounds`. */
MUST_CHECK bool bundle_read(struct bytes bytes, struct secret passphrase, uint64_t max_rounds, struct arena *arena,
	struct bundle *out, struct fault *fault);

/* Is it the key of this SubjectPublicKeyInfo, by its public half? A proof is key_prove_private(). */
bool bundle_key_fits(const struct bundle_key *key, struct bytes spki);

#endif
