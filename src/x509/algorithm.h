/* algorithm.h — the signature algorithms certificates name. Private to this room. */
#ifndef CHANCERY_X509_ALGORITHM_H
#define CHANCERY_X509_ALGORITHM_H

#include "base/str.h"

enum signature_scheme {
	SCHEME_UNVERIFIABLE, /* known by name only: MD2 and DSA, which no CA has used this century */
	SCHEME_RSA,          /* PKCS #1 v1.5 */
	SCHEME_RSA_PSS,      /* digest, mask and salt are in the parameters (RFC 4055) */
	SCHEME_ECDSA,
	SCHEME_EDDSA,
	SCHEME_ML_DSA, /* FIPS 204; known to OpenSSL from 3.5 on */
};

struct signature_algorithm {
	const char *name;   /* upper-case Java name, as ACM prints it: "SHA256WITHRSA" */
	const char *digest; /* OpenSSL's name; NULL where the scheme brings its own */
	enum signature_scheme scheme;
	uint8_t n;
	uint8_t oid[9]; /* content of its OBJECT IDENTIFIER */
};

/* NULL when unknown. */
const struct signature_algorithm *signature_algorithm_find(struct bytes oid);
/* OpenSSL's name of a digest algorithm, for RFC 4055's parameters; NULL when unknown. */
const char *digest_algorithm_find(struct bytes oid);

#endif
