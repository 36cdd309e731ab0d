#include "x509/signing.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "x509/key_parts.h"

AUTO_FREE(EVP_PKEY_CTX, EVP_PKEY_CTX_free);

#define IDENTIFIER(literal)                                                                                            \
	{                                                                                                              \
		(const uint8_t *)(literal), sizeof(literal) - 1                                                        \
	}
/* AlgorithmIdentifiers: all but the last octets that tell one of a family from another. */
#define ECDSA_WITH(last) IDENTIFIER("\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03" last)
#define RSA_WITH(last) IDENTIFIER("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01" last "\x05\x00")
#define ML_DSA(last) IDENTIFIER("\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03" last)

/* Which keys sign by it: RSA and EC of any size, ML-DSA and SM2 of the one kind. */
enum kin { KIN_RSA, KIN_EC, KIN_ML_DSA_44, KIN_ML_DSA_65, KIN_ML_DSA_87, KIN_SM2 };

static const struct signing {
	const char *name;
	const char *digest;
	enum kin kin;
	struct bytes identifier;
} signings[] = {
	[SIGNING_SHA256_ECDSA] = { "SHA256WITHECDSA", "SHA256", KIN_EC, ECDSA_WITH("\x02") },
	[SIGNING_SHA384_ECDSA] = { "SHA384WITHECDSA", "SHA384", KIN_EC, ECDSA_WITH("\x03") },
	[SIGNING_SHA512_ECDSA] = { "SHA512WITHECDSA", "SHA512", KIN_EC, ECDSA_WITH("\x04") },
	[SIGNING_SHA256_RSA] = { "SHA256WITHRSA", "SHA256", KIN_RSA, RSA_WITH("\x0b") },
	[SIGNING_SHA384_RSA] = { "SHA384WITHRSA", "SHA384", KIN_RSA, RSA_WITH("\x0c") },
	[SIGNING_SHA512_RSA] = { "SHA512WITHRSA", "SHA512", KIN_RSA, RSA_WITH("\x0d") },
	[SIGNING_SM3_SM2] = { "SM3WITHSM2", "SM3", KIN_SM2,
		IDENTIFIER("\x30\x0a\x06\x08\x2a\x81\x1c\xcf\x55\x01\x83\x75") },
	[SIGNING_ML_DSA_44] = { "ML_DSA_44", NULL, KIN_ML_DSA_44, ML_DSA("\x11") },
	[SIGNING_ML_DSA_65] = { "ML_DSA_65", NULL, KIN_ML_DSA_65, ML_DSA("\x12") },
	[SIGNING_ML_DSA_87] = { "ML_DSA_87", NULL, KIN_ML_DSA_87, ML_DSA("\x13") },
};

static const struct signing_key_kind {
	enum signing_key key;
	enum kin kin;
	enum signing_algorithm usual;
	const char *provided; /* OpenSSL's name of a kind that not every OpenSSL has; NULL: all have it */
} kinds[] = {
	{ SIGNING_KEY_RSA_2048, KIN_RSA, SIGNING_SHA256_RSA, NULL },
	{ SIGNING_KEY_RSA_3072, KIN_RSA, SIGNING_SHA256_RSA, NULL },
	{ SIGNING_KEY_RSA_4096, KIN_RSA, SIGNING_SHA256_RSA, NULL },
	{ SIGNING_KEY_P256, KIN_EC, SIGNING_SHA256_ECDSA, NULL },
	{ SIGNING_KEY_P384, KIN_EC, SIGNING_SHA384_ECDSA, NULL },
	{ SIGNING_KEY_P521, KIN_EC, SIGNING_SHA512_ECDSA, NULL },
	{ SIGNING_KEY_ML_DSA_44, KIN_ML_DSA_44, SIGNING_ML_DSA_44, "ML-DSA-44" },
	{ SIGNING_KEY_ML_DSA_65, KIN_ML_DSA_65, SIGNING_ML_DSA_65, "ML-DSA-65" },
	{ SIGNING_KEY_ML_DSA_87, KIN_ML_DSA_87, SIGNING_ML_DSA_87, "ML-DSA-87" },
	{ SIGNING_KEY_SM2, KIN_SM2, SIGNING_SM3_SM2, NULL },
};

static const struct signing *
signing_entry(enum signing_algorithm algorithm)
{
	bool known = (size_t)algorithm < ARRAY_COUNT(signings) && signings[algorithm].name != NULL;

	return known ? &signings[algorithm] : NULL;
}

static const struct signing_key_kind *
kind_find(enum signing_key key)
{
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		if (kinds[i].key == key)
			return &kinds[i];
	return NULL;
}

bool
signing_fits(enum signing_algorithm algorithm, enum signing_key key)
{
	const struct signing *signing = signing_entry(algorithm);
	const struct signing_key_kind *kind = kind_find(key);

	return signing != NULL && kind != NULL && signing->kin == kind->kin;
}

enum signing_algorithm
signing_default(enum signing_key key)
{
	const struct signing_key_kind *kind = kind_find(key);

	return kind != NULL ? kind->usual : SIGNING_NONE;
}

/* A key's AlgorithmIdentifier is that of its signatures where a kind of key has one algorithm only (RFC 9881, 2). */
static int
ml_dsa_of(const struct key_public *public)
{
	if (public->type.parameters.tag != 0)
		return 0;
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		struct bytes identifier = signings[kinds[i].usual].identifier;
		struct bytes oid = { identifier.p + 4, identifier.n - 4 };
		if (kinds[i].provided != NULL && bytes_equal(oid, public->type.oid))
			return (int)kinds[i].key;
	}
	return 0;
}

int
signing_key_of(struct bytes spki)
{
	struct key_public public;

	if (!key_public_read(spki, &public))
		return 0;
	if (kind_find((enum signing_key) public.description.algorithm) != NULL)
		return (int)public.description.algorithm;
	return ml_dsa_of(&public);
}

bool
signing_key_available(enum signing_key key)
{
	const struct signing_key_kind *kind = kind_find(key);

	if (kind == NULL || kind->kin == KIN_SM2)
		return false;
	if (kind->provided == NULL)
		return true;
	AUTO(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_name(NULL, kind->provided, NULL);
	if (context == NULL)
		ERR_clear_error();
	return context != NULL;
}

bool
signing_available(enum signing_algorithm algorithm)
{
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		if (signing_fits(algorithm, kinds[i].key))
			return signing_key_available(kinds[i].key);
	return false;
}

const char *
signing_name(enum signing_algorithm algorithm)
{
	const struct signing *signing = signing_entry(algorithm);

	return signing != NULL ? signing->name : NULL;
}

const char *
signing_digest(enum signing_algorithm algorithm)
{
	const struct signing *signing = signing_entry(algorithm);

	return signing != NULL ? signing->digest : NULL;
}

struct bytes
signing_identifier(enum signing_algorithm algorithm)
{
	const struct signing *signing = signing_entry(algorithm);

	return signing != NULL ? signing->identifier : (struct bytes){ 0 };
}

enum signing_algorithm
signing_find(struct bytes algorithm_identifier)
{
	for (size_t i = 0; i < ARRAY_COUNT(signings); i++)
		if (signings[i].name != NULL && bytes_equal(signings[i].identifier, algorithm_identifier))
			return (enum signing_algorithm)i;
	return SIGNING_NONE;
}
