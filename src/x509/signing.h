/* signing.h — the algorithms by which this house signs (AWS's SigningAlgorithm), and what each asks of a key. */
#ifndef CHANCERY_X509_SIGNING_H
#define CHANCERY_X509_SIGNING_H

#include "x509/key.h"

/* In the order of AWS's model. Stored: never renumber. */
enum signing_algorithm {
	SIGNING_NONE = 0,
	SIGNING_SHA256_ECDSA = 1,
	SIGNING_SHA384_ECDSA = 2,
	SIGNING_SHA512_ECDSA = 3,
	SIGNING_SHA256_RSA = 4,
	SIGNING_SHA384_RSA = 5,
	SIGNING_SHA512_RSA = 6,
	SIGNING_SM3_SM2 = 7, /* named by the API; nothing here signs with it */
	SIGNING_ML_DSA_44 = 8,
	SIGNING_ML_DSA_65 = 9,
	SIGNING_ML_DSA_87 = 10,
};

/* What a key of this house's own is made as. The first seven are key.h's enum key_algorithm; ML-DSA needs an OpenSSL
 * that has it (3.5 on). Stored: never renumber. */
enum signing_key {
	SIGNING_KEY_RSA_2048 = KEY_RSA_2048,
	SIGNING_KEY_RSA_3072 = KEY_RSA_3072,
	SIGNING_KEY_RSA_4096 = KEY_RSA_4096,
	SIGNING_KEY_P256 = KEY_EC_P256,
	SIGNING_KEY_P384 = KEY_EC_P384,
	SIGNING_KEY_P521 = KEY_EC_P521,
	SIGNING_KEY_ML_DSA_44 = 16,
	SIGNING_KEY_ML_DSA_65 = 17,
	SIGNING_KEY_ML_DSA_87 = 18,
	SIGNING_KEY_SM2 = 24,
};

/* Can keys of this kind sign so? RSA with RSA, EC with ECDSA of any digest, ML-DSA with its own parameter set. */
bool signing_fits(enum signing_algorithm algorithm, enum signing_key key);
/* The algorithm for a key of this kind when nobody chose one: RSA and P-256 SHA-256, P-384 SHA-384, P-521 SHA-512. */
enum signing_algorithm signing_default(enum signing_key key);
/* The kind of key that a SubjectPublicKeyInfo holds; 0: none that signs here. */
int signing_key_of(struct bytes spki);
/* Does the linked OpenSSL have what this takes? */
bool signing_available(enum signing_algorithm algorithm);
bool signing_key_available(enum signing_key key);

/* "SHA256WITHRSA"; NULL for a number that is none. */
const char *signing_name(enum signing_algorithm algorithm);
/* OpenSSL's name of its digest; NULL where the algorithm brings its own. */
const char *signing_digest(enum signing_algorithm algorithm);
/* AlgorithmIdentifier, DER: constant, never freed (RSA with NULL parameters, RFC 4055, 5; ECDSA without, RFC 5758). */
struct bytes signing_identifier(enum signing_algorithm algorithm);
/* And back; SIGNING_NONE when it is none of ours. */
enum signing_algorithm signing_find(struct bytes algorithm_identifier);

#endif
