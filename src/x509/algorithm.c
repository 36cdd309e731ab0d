#include "x509/algorithm.h"

#include <string.h>

#include "base/attributes.h"

#define PKCS1(last)                                                                                                    \
	9,                                                                                                             \
	{                                                                                                              \
		0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, last                                                   \
	} /* 1.2.840.113549.1.1 */
#define ECDSA_SHA2(last)                                                                                               \
	8,                                                                                                             \
	{                                                                                                              \
		0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, last                                                         \
	} /* 1.2.840.10045.4.3 */
#define NIST_SIGNATURE(last)                                                                                           \
	9,                                                                                                             \
	{                                                                                                              \
		0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, last                                                   \
	} /* 2.16.840.1.101.3.4.3 */

static const struct signature_algorithm signature_algorithms[] = {
	{ "SHA256WITHRSA", SCHEME_RSA, "SHA256", PKCS1(0x0b) },
	{ "SHA384WITHRSA", SCHEME_RSA, "SHA384", PKCS1(0x0c) },
	{ "SHA512WITHRSA", SCHEME_RSA, "SHA512", PKCS1(0x0d) },
	{ "SHA224WITHRSA", SCHEME_RSA, "SHA224", PKCS1(0x0e) },
	{ "SHA1WITHRSA", SCHEME_RSA, "SHA1", PKCS1(0x05) },
	{ "SHA1WITHRSA", SCHEME_RSA, "SHA1", 5, { 0x2b, 0x0e, 0x03, 0x02, 0x1d } }, /* OIW's spelling of the same */
	{ "MD5WITHRSA", SCHEME_RSA, "MD5", PKCS1(0x04) },
	{ "MD2WITHRSA", SCHEME_UNVERIFIABLE, NULL, PKCS1(0x02) },
	{ "RSASSA-PSS", SCHEME_RSA_PSS, NULL, PKCS1(0x0a) },
	{ "SHA256WITHECDSA", SCHEME_ECDSA, "SHA256", ECDSA_SHA2(0x02) },
	{ "SHA384WITHECDSA", SCHEME_ECDSA, "SHA384", ECDSA_SHA2(0x03) },
	{ "SHA512WITHECDSA", SCHEME_ECDSA, "SHA512", ECDSA_SHA2(0x04) },
	{ "SHA224WITHECDSA", SCHEME_ECDSA, "SHA224", ECDSA_SHA2(0x01) },
	{ "SHA1WITHECDSA", SCHEME_ECDSA, "SHA1", 7, { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01 } },
	{ "ED25519", SCHEME_EDDSA, NULL, 3, { 0x2b, 0x65, 0x70 } },
	{ "ED448", SCHEME_EDDSA, NULL, 3, { 0x2b, 0x65, 0x71 } },
	{ "SHA1WITHDSA", SCHEME_UNVERIFIABLE, NULL, 7, { 0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x03 } },
	{ "SHA224WITHDSA", SCHEME_UNVERIFIABLE, NULL, NIST_SIGNATURE(0x01) },
	{ "SHA256WITHDSA", SCHEME_UNVERIFIABLE, NULL, NIST_SIGNATURE(0x02) },
};

#define SHA2(last)                                                                                                     \
	9,                                                                                                             \
	{                                                                                                              \
		0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last                                                   \
	} /* 2.16.840.1.101.3.4.2 */

static const struct {
	const char *name;
	uint8_t n;
	uint8_t oid[9];
} digest_algorithms[] = {
	{ "SHA256", SHA2(0x01) },
	{ "SHA384", SHA2(0x02) },
	{ "SHA512", SHA2(0x03) },
	{ "SHA224", SHA2(0x04) },
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
