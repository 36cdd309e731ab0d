#include "x509/signing.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include "forge.h"
#include "test.h"
#include "x509/algorithm.h"

AUTO_FREE(X509_ALGOR, X509_ALGOR_free);

static const enum signing_key keys[] = { SIGNING_KEY_RSA_2048, SIGNING_KEY_RSA_3072, SIGNING_KEY_RSA_4096,
	SIGNING_KEY_P256, SIGNING_KEY_P384, SIGNING_KEY_P521, SIGNING_KEY_ML_DSA_44, SIGNING_KEY_ML_DSA_65,
	SIGNING_KEY_ML_DSA_87, SIGNING_KEY_SM2 };

static struct bytes
spki_of(enum forge_kind kind, struct arena *arena)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(forge_key(kind, 0), &der);
	struct bytes spki = arena_bytes(arena, (struct bytes){ der, (size_t)n });

	OPENSSL_free(der);
	return spki;
}

TEST(signing, names_are_those_of_the_model)
{
	static const char *const names[] = { "SHA256WITHECDSA", "SHA384WITHECDSA", "SHA512WITHECDSA", "SHA256WITHRSA",
		"SHA384WITHRSA", "SHA512WITHRSA", "SM3WITHSM2", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87" };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		CHECK_TEXT(str_of(signing_name((enum signing_algorithm)(i + 1))), names[i]);
	CHECK(signing_name(SIGNING_NONE) == NULL);
	CHECK(signing_name((enum signing_algorithm)11) == NULL && signing_name((enum signing_algorithm) - 1) == NULL);
}

TEST(signing, identifiers_are_openssls)
{
	static const struct {
		enum signing_algorithm algorithm;
		int nid;
		int parameters;
	} known[] = {
		{ SIGNING_SHA256_ECDSA, NID_ecdsa_with_SHA256, V_ASN1_UNDEF },
		{ SIGNING_SHA384_ECDSA, NID_ecdsa_with_SHA384, V_ASN1_UNDEF },
		{ SIGNING_SHA512_ECDSA, NID_ecdsa_with_SHA512, V_ASN1_UNDEF },
		{ SIGNING_SHA256_RSA, NID_sha256WithRSAEncryption, V_ASN1_NULL },
		{ SIGNING_SHA384_RSA, NID_sha384WithRSAEncryption, V_ASN1_NULL },
		{ SIGNING_SHA512_RSA, NID_sha512WithRSAEncryption, V_ASN1_NULL },
		{ SIGNING_SM3_SM2, NID_SM2_with_SM3, V_ASN1_UNDEF },
	};

	for (size_t i = 0; i < ARRAY_COUNT(known); i++) {
		unsigned char *der = NULL;
		AUTO(X509_ALGOR) expected = X509_ALGOR_new();
		CHECK(X509_ALGOR_set0(expected, OBJ_nid2obj(known[i].nid), known[i].parameters, NULL) == 1);
		int n = i2d_X509_ALGOR(expected, &der);
		CHECK(bytes_equal(signing_identifier(known[i].algorithm), (struct bytes){ der, (size_t)n }));
		OPENSSL_free(der);
	}
}

/* RFC 9881, 2. */
TEST(signing, identifies_ml_dsa_by_an_oid_alone)
{
	struct arena arena = { 0 };

	CHECK(bytes_equal(signing_identifier(SIGNING_ML_DSA_44),
		forge_der(&arena, 0x30, forge_oid("2.16.840.1.101.3.4.3.17", &arena))));
	CHECK(bytes_equal(signing_identifier(SIGNING_ML_DSA_87),
		forge_der(&arena, 0x30, forge_oid("2.16.840.1.101.3.4.3.19", &arena))));
	arena_done(&arena);
}

TEST(signing, finds_an_algorithm_by_its_identifier)
{
	struct arena arena = { 0 };

	for (int i = SIGNING_SHA256_ECDSA; i <= SIGNING_ML_DSA_87; i++)
		CHECK((int)signing_find(signing_identifier((enum signing_algorithm)i)) == i);
	CHECK(signing_find((struct bytes){ 0 }) == SIGNING_NONE);
	CHECK(signing_identifier(SIGNING_NONE).p == NULL);
	/* RSA without its NULL, ECDSA with one. */
	CHECK(signing_find(forge_der(&arena, 0x30, forge_oid("1.2.840.113549.1.1.11", &arena))) == SIGNING_NONE);
	CHECK(signing_find(forge_der(&arena, 0x30, forge_oid("1.2.840.10045.4.3.2", &arena), forge_text("\x05\x00"))) ==
		SIGNING_NONE);
	arena_done(&arena);
}

TEST(signing, fits_keys_of_its_own_family)
{
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
		for (int a = SIGNING_NONE; a <= SIGNING_ML_DSA_87; a++) {
			bool rsa = a >= SIGNING_SHA256_RSA && a <= SIGNING_SHA512_RSA && i <= 2;
			bool ec = a >= SIGNING_SHA256_ECDSA && a <= SIGNING_SHA512_ECDSA && i >= 3 && i <= 5;
			bool ml_dsa = a >= SIGNING_ML_DSA_44 && a - SIGNING_ML_DSA_44 == (int)i - 6;
			bool sm2 = a == SIGNING_SM3_SM2 && keys[i] == SIGNING_KEY_SM2;
			CHECK(signing_fits((enum signing_algorithm)a, keys[i]) == (rsa || ec || ml_dsa || sm2));
		}
	CHECK(!signing_fits(SIGNING_SHA256_RSA, (enum signing_key)KEY_RSA_1024));
	CHECK(!signing_fits(SIGNING_SHA256_RSA, (enum signing_key)0));
}

TEST(signing, every_key_has_an_algorithm_of_its_strength)
{
	static const enum signing_algorithm expected[] = { SIGNING_SHA256_RSA, SIGNING_SHA256_RSA, SIGNING_SHA256_RSA,
		SIGNING_SHA256_ECDSA, SIGNING_SHA384_ECDSA, SIGNING_SHA512_ECDSA, SIGNING_ML_DSA_44, SIGNING_ML_DSA_65,
		SIGNING_ML_DSA_87, SIGNING_SM3_SM2 };

	for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
		CHECK(signing_default(keys[i]) == expected[i] && signing_fits(expected[i], keys[i]));
	CHECK(signing_default((enum signing_key)0) == SIGNING_NONE);
}

TEST(signing, brings_a_digest_unless_the_algorithm_has_its_own)
{
	CHECK_TEXT(str_of(signing_digest(SIGNING_SHA256_RSA)), "SHA256");
	CHECK_TEXT(str_of(signing_digest(SIGNING_SHA512_ECDSA)), "SHA512");
	CHECK(signing_digest(SIGNING_ML_DSA_44) == NULL && signing_digest(SIGNING_NONE) == NULL);
}

/* What there is says so by making a key of it. */
TEST(signing, is_available_when_openssl_can_make_such_a_key)
{
	static const struct {
		enum signing_key key;
		enum signing_algorithm algorithm;
		const char *name;
	} sometimes[] = {
		{ SIGNING_KEY_ML_DSA_44, SIGNING_ML_DSA_44, "ML-DSA-44" },
		{ SIGNING_KEY_ML_DSA_65, SIGNING_ML_DSA_65, "ML-DSA-65" },
		{ SIGNING_KEY_ML_DSA_87, SIGNING_ML_DSA_87, "ML-DSA-87" },
	};

	for (int a = SIGNING_SHA256_ECDSA; a <= SIGNING_SHA512_RSA; a++)
		CHECK(signing_available((enum signing_algorithm)a));
	for (size_t i = 0; i <= 5; i++)
		CHECK(signing_key_available(keys[i]));
	for (size_t i = 0; i < ARRAY_COUNT(sometimes); i++) {
		EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, sometimes[i].name);
		CHECK(signing_key_available(sometimes[i].key) == (key != NULL));
		CHECK(signing_available(sometimes[i].algorithm) == (key != NULL));
		EVP_PKEY_free(key);
		ERR_clear_error();
	}
	CHECK(!signing_key_available(SIGNING_KEY_SM2) && !signing_available(SIGNING_SM3_SM2));
	CHECK(!signing_key_available((enum signing_key)0) && !signing_available(SIGNING_NONE));
	CHECK(ERR_peek_error() == 0);
}

TEST(signing, tells_the_kind_of_a_key)
{
	struct arena arena = { 0 };
	struct bytes ml_dsa =
		forge_der(&arena, 0x30, forge_der(&arena, 0x30, forge_oid("2.16.840.1.101.3.4.3.18", &arena)),
			forge_der(&arena, 0x03, forge_text("\0some key")));

	CHECK(signing_key_of(spki_of(FORGE_RSA_2048, &arena)) == SIGNING_KEY_RSA_2048);
	CHECK(signing_key_of(spki_of(FORGE_P256, &arena)) == SIGNING_KEY_P256);
	CHECK(signing_key_of(spki_of(FORGE_P384, &arena)) == SIGNING_KEY_P384);
	CHECK(signing_key_of(spki_of(FORGE_P521, &arena)) == SIGNING_KEY_P521);
	CHECK(signing_key_of(ml_dsa) == SIGNING_KEY_ML_DSA_65);
	/* None that signs here. */
	CHECK(signing_key_of(spki_of(FORGE_RSA_1024, &arena)) == 0);
	CHECK(signing_key_of(spki_of(FORGE_ED25519, &arena)) == 0);
	CHECK(signing_key_of(forge_text("\x30\x00")) == 0);
	arena_done(&arena);
}

TEST_MAIN("signing");
