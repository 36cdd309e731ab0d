/* key_parts.h — what key.c (public keys), key_field.c (what the PrivateKey field holds), key_private.c (whose key it
 * is) and key_proof.c (the arithmetic) share. Private to them. */
#ifndef CHANCERY_X509_KEY_PARTS_H
#define CHANCERY_X509_KEY_PARTS_H

#include <openssl/ec.h>

#include "x509/der.h"
#include "x509/key.h"

/* AlgorithmIdentifier (RFC 5280, 4.1.1.2). */
struct key_type {
	struct bytes oid;           /* inside the OBJECT IDENTIFIER */
	struct der_item parameters; /* tag 0 when absent */
};

extern const struct key_type key_type_rsa, key_type_ec; /* without parameters */

struct key_curve {
	enum key_algorithm algorithm;
	int nid;
	struct bytes oid;
	size_t bytes; /* of a private key; a coordinate is as long */
	const char *words;
};

enum { KEY_CURVE_COUNT = 3, KEY_CURVE_MAX_BYTES = 66 };
extern const struct key_curve key_curves[KEY_CURVE_COUNT];

/* A SubjectPublicKeyInfo, taken apart. */
struct key_public {
	struct key_type type;
	struct bytes key;  /* RSAPublicKey, or an EC point */
	struct bytes n, e; /* RSA alone: magnitudes */
	struct key_description description;
};

/* Takes an AlgorithmIdentifier. */
MUST_CHECK bool key_type_take(struct der *der, struct key_type *out);
/* Takes a non-negative INTEGER; *magnitude is without its sign byte, and empty for zero. */
MUST_CHECK bool key_take_unsigned(struct der *der, struct bytes *magnitude);
/* Writes one value: the tag over its parts, one after the other. */
struct bytes key_put(struct arena *arena, unsigned tag, const struct bytes *parts, size_t count);
#define KEY_PUT(arena, tag, ...)                                                                                       \
	key_put((arena), (tag), (const struct bytes[]){ __VA_ARGS__ },                                                 \
		sizeof((const struct bytes[]){ __VA_ARGS__ }) / sizeof(struct bytes))
/* The number of bits of a magnitude. */
size_t key_bit_length(struct bytes magnitude);
bool key_type_is_rsa(const struct key_type *type);
bool key_type_is_rsa_pss(const struct key_type *type);
bool key_type_is_ec(const struct key_type *type);
bool key_type_is_edwards(const struct key_type *type); /* Ed25519, Ed448 */
/* RFC 3279, 2.3.1: an RSA key's parameters are NULL; some old tools leave them out. */
bool key_type_is_plain(const struct key_type *type);
/* The curve whose OID this is; NULL if it is none of ours. */
const struct key_curve *key_curve_find(struct bytes oid);
/* The curve that EC parameters name; NULL when they name none of ours. */
const struct key_curve *key_type_curve(const struct key_type *type);

/* Algorithm, family and words for a key of this type; `modulus_bits` matters to RSA alone. False: an OID is malformed.
 */
MUST_CHECK bool key_type_describe(const struct key_type *type, size_t modulus_bits, struct key_description *out);
MUST_CHECK bool key_public_read(struct bytes spki, struct key_public *out);
/* NULL, or what is wrong with e: it must be odd and at least 3, and fit 64 bits. */
const char *key_exponent_fault(struct bytes e);

/* A curve's group, made once a reader. */
const EC_GROUP *key_reader_group(struct key_reader *reader, const struct key_curve *curve);

#define KEY_SUPPORTED_WORDS "RSA 1024, 2048, 3072 and 4096, and EC P-256, P-384 and P-521"

/* The one private key of a PrivateKey field, by the label it came under. */
enum key_form { KEY_FORM_PKCS8, KEY_FORM_RSA, KEY_FORM_EC };
struct key_field {
	enum key_form form;
	struct bytes der;
};
const char *key_form_label(enum key_form form);
/* Which of the three structures a DER key is: what follows the version tells. */
MUST_CHECK bool key_form_of_der(struct bytes der, enum key_form *out);
/* Finds it: rules KEY_PEM, KEY_COUNT, KEY_ENCRYPTED, and KEY_SUPPORTED for what a label alone gives away. */
MUST_CHECK bool key_field_read(struct bytes field, const struct import_rules *rules, struct arena *arena,
	struct key_field *out, struct fault *fault);

/* RSAPrivateKey (RFC 8017, A.1.2), magnitudes. */
enum key_rsa_number { KEY_RSA_N, KEY_RSA_E, KEY_RSA_D, KEY_RSA_P, KEY_RSA_Q, KEY_RSA_DP, KEY_RSA_DQ, KEY_RSA_QINV };
enum { KEY_RSA_NUMBERS = KEY_RSA_QINV + 1 };
struct key_rsa {
	struct bytes numbers[KEY_RSA_NUMBERS];
};
/* NULL, or the first thing that is wrong, as a clause. The size of n must have been found to be a supported one. */
const char *key_rsa_fault(const struct key_rsa *rsa);

enum { KEY_POINT_MAX_BYTES = 1 + 2 * KEY_CURVE_MAX_BYTES };
/* The public point d·G, uncompressed. NULL, or why there is none. */
const char *key_ec_multiply(
	struct key_reader *reader, const struct key_curve *curve, struct bytes d, uint8_t point[KEY_POINT_MAX_BYTES]);
/* Is `encoded` (of any form) that point? */
bool key_ec_point_is(const struct key_curve *curve, const uint8_t point[KEY_POINT_MAX_BYTES], struct bytes encoded);

#endif
