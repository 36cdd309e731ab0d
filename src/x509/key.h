/* key.h — public keys as certificates carry them, and private keys proved to belong to them.
 *
 * A private key is *proved*, not compared by the public copy it carries. RSA: n = pq, e odd and
 * 3 <= e < 2^64, p != q, e·d = 1 modulo p-1 and q-1, dP, dQ, qInv consistent, n and e the certificate's; no primality
 * test, which would be a cheap denial of service. EC: named curve, 1 <= d < n, d·G = Q. */
#ifndef CHANCERY_X509_KEY_H
#define CHANCERY_X509_KEY_H

#include <openssl/types.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/fault.h"
#include "x509/rules.h"

/* What ACM can hold. The numbers are stored: never renumber. */
enum key_algorithm {
	KEY_UNSUPPORTED = 0,
	KEY_RSA_1024 = 1,
	KEY_RSA_2048 = 2,
	KEY_RSA_3072 = 3,
	KEY_RSA_4096 = 4,
	KEY_EC_P256 = 5,
	KEY_EC_P384 = 6,
	KEY_EC_P521 = 7,
};

enum key_family { KEY_FAMILY_OTHER, KEY_FAMILY_RSA, KEY_FAMILY_EC };

struct key_description {
	enum key_algorithm algorithm;
	enum key_family family;
	size_t odd_bits; /* of a plain RSA key whose modulus has a size that is not supported; 0 for any other key */
	char words[96];  /* for people: "RSA 2048", "EC P-256", "Ed25519", "EC with explicit parameters", "RSA-PSS 2048"
			  */
};

/* Looks at a SubjectPublicKeyInfo without making an EVP_PKEY. False when it is not well-formed DER. */
MUST_CHECK bool key_describe(struct bytes spki, struct key_description *out);

/* Per thread: decoder contexts are dear to make (130 us) and cheap to use again. */
struct key_reader;
struct key_reader *key_reader_new(void);
void key_reader_free(struct key_reader *reader);

/* A supported public key; the caller's to EVP_PKEY_free(). False when unsupported or malformed (a point off the curve,
 * an even exponent). */
MUST_CHECK bool key_read_public(struct key_reader *reader, struct bytes spki, EVP_PKEY **out);
/* The same for a key that is used once: also to be freed, but when the reader is used again it may be another key. */
MUST_CHECK bool key_read_public_once(struct key_reader *reader, struct bytes spki, EVP_PKEY **out);

/* Reads the PEM of one unencrypted private key (PRIVATE KEY, RSA PRIVATE KEY, EC PRIVATE KEY, the last also behind an
 * EC PARAMETERS block) and proves that it is the private half of `spki`. On success *der is the key as PKCS#8
 * (PrivateKeyInfo, RFC 5958 v1), in the arena, to be sealed. Refusals follow the rules' table: IMPORT_RULE_KEY_*. */
MUST_CHECK bool key_prove_private(struct key_reader *reader, struct bytes pem, struct bytes spki,
	const struct import_rules *rules, struct arena *arena, struct bytes *der, struct fault *fault);

#endif
