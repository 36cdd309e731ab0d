#include "x509/algorithm.h"

#include <string.h>

#include "base/attributes.h"

/* All but the last octet of families of object identifiers. */
#define PKCS1 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01          /* 1.2.840.113549.1.1 */
#define ECDSA_SHA2 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03           /* 1.2.840.10045.4.3 */
#define NIST_SIGNATURE 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03 /* 2.16.840.1.101.3.4.3 */
#define NIST_DIGEST 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02    /* 2.16.840.1.101.3.4.2 */

static const struct signature_algorithm signature_algorithms[] = {
	{ "SHA256WITHRSA", "SHA256", SCHEME_RSA, 9, { PKCS1, 0x0b } },
	{ "SHA384WITHRSA", "SHA384", SCHEME_RSA, 9, { PKCS1, 0x0c } },
	{ "SHA512WITHRSA", "SHA512", SCHEME_RSA, 9, { PKCS1, 0x0d } },
	{ "SHA224WITHRSA", "SHA224", SCHEME_RSA, 9, { PKCS1, 0x0e } },
	{ "SHA1WITHRSA", "SHA1", SCHEME_RSA, 9, { PKCS1, 0x05 } },
	{ "SHA1WITHRSA", "SHA1", SCHEME_RSA, 5, { 0x2b, 0x0e, 0x03, 0x02, 0x1d } }, /* OIW's spelling of the same */
	{ "MD5WITHRSA", "MD5", SCHEME_RSA, 9, { PKCS1, 0x04 } },
	{ "MD2WITHRSA", NULL, SCHEME_UNVERIFIABLE, 9, { PKCS1, 0x02 } },
	{ "RSASSA-PSS", NULL, SCHEME_RSA_PSS, 9, { PKCS1, 0x0a } },
	{ "SHA256WITHECDSA", "SHA256", SCHEME_ECDSA, 8, { ECDSA_SHA2, 0x02 } },
	{ "SHA384WITHECDSA", "SHA384", SCHEME_ECDSA, 8, { ECDSA_SHA2, 0x03 } },
	{ "SHA512WITHECDSA", "SHA512", SCHEME_ECDSA, 8, { ECDSA_SHA2, 0x04 } },
	{ "SHA224WITHECDSA", "SHA224", SCHEME_ECDSA, 8, { ECDSA_SHA2, 0x01 } },
	{ "SHA1WITHECDSA", "SHA1", SCHEME_ECDSA, 7, { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01 } },
	{ "ED25519", NULL, SCHEME_EDDSA, 3, { 0x2b, 0x65, 0x70 } },
	{ "ED448", NULL, SCHEME_EDDSA, 3, { 0x2b, 0x65, 0x71 } },
	{ "ML-DSA-44", NULL, SCHEME_ML_DSA, 9, { NIST_SIGNATURE, 0x11 } },
	{ "ML-DSA-65", NULL, SCHEME_ML_DSA, 9, { NIST_SIGNATURE, 0x12 } },
	{ "ML-DSA-87", NULL, SCHEME_ML_DSA, 9, { NIST_SIGNATURE, 0x13 } },
	{ "SHA1WITHDSA", NULL, SCHEME_UNVERIFIABLE, 7, { 0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x03 } },
	{ "SHA224WITHDSA", NULL, SCHEME_UNVERIFIABLE, 9, { NIST_SIGNATURE, 0x01 } },
	{ "SHA256WITHDSA", NULL, SCHEME_UNVERIFIABLE, 9, { NIST_SIGNATURE, 0x02 } },
};

static const struct {
	const char *name;
	uint8_t n;
	uint8_t oid[9];
} digest_algorithms[] = {
	{ "SHA256", 9, { NIST_DIGEST, 0x01 } },
	{ "SHA384", 9, { NIST_DIGEST, 0x02 } },
	{ "SHA512", 9, { NIST_DIGEST, 0x03 } },
	{ "SHA224", 9, { NIST_DIGEST, 0x04 } },
	{ "SHA1", 5, { 0x2b, 0x0e, 0x03, 0x02, 0x1a } },
};

const struct signature_algorithm *
signature_algorithm_find(struct bytes oid)
{
	for (size_t i = 0; i < ARRAY_COUNT(signature_algorithms); i++)
		if (bytes_equal(oid, (struct bytes){ signature_algorithms[i].oid, signature_algorithms[i].n }))
			return &signature_algorithms[i];
	return NULL;
}

const char *
digest_algorithm_find(struct bytes oid)
{
	for (size_t i = 0; i < ARRAY_COUNT(digest_algorithms); i++)
		if (bytes_equal(oid, (struct bytes){ digest_algorithms[i].oid, digest_algorithms[i].n }))
			return digest_algorithms[i].name;
	return NULL;
}
