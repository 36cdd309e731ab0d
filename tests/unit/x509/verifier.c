#include "x509/verifier.h"

#include <openssl/ec.h>

#include "forge.h"
#include "test.h"
#include "x509/der.h"

static const struct certificate *
make(const struct recipe *recipe, struct arena *arena)
{
	const struct certificate *certificate = NULL;
	const char *why = NULL;

	if (!certificate_parse(forge_certificate(recipe, arena), arena, &certificate, &why))
		fail_msg("%s", why);
	return certificate;
}

/* A self-signed certificate of this recipe, verified by its own key. */
static enum verify_result
verified(const struct recipe *recipe)
{
	struct arena arena = { 0 };
	struct verifier *verifier = verifier_new();
	const struct certificate *certificate = make(recipe, &arena);
	enum verify_result result = verifier_verify(verifier, certificate, certificate, false);

	verifier_free(verifier);
	arena_done(&arena);
	return result;
}

TEST(verifier, verifies_every_algorithm_that_is_in_use)
{
	static const char *const digests[] = { "SHA1", "SHA224", "SHA256", "SHA384", "SHA512" };

	for (size_t i = 0; i < ARRAY_COUNT(digests); i++) {
		CHECK(verified(&(struct recipe){ .digest = digests[i] }) == VERIFY_OK);
		CHECK(verified(&(struct recipe){ .digest = digests[i], .key = forge_key(FORGE_RSA_1024, 0) }) ==
			VERIFY_OK);
		CHECK(verified(&(struct recipe){ .digest = digests[i], .spoilt = true }) == VERIFY_BAD_SIGNATURE);
	}
	CHECK(verified(&(struct recipe){ .digest = "MD5", .key = forge_key(FORGE_RSA_1024, 0) }) == VERIFY_OK);
	CHECK(verified(&(struct recipe){ .pss = true, .key = forge_key(FORGE_RSA_2048, 0) }) == VERIFY_OK);
	CHECK(verified(&(struct recipe){ .key = forge_key(FORGE_P384, 0) }) == VERIFY_OK);
	CHECK(verified(&(struct recipe){ .key = forge_key(FORGE_P521, 0) }) == VERIFY_OK);
}

TEST(verifier, uses_a_ca_key_that_a_certificate_may_not_have)
{
	CHECK(verified(&(struct recipe){ .key = forge_key(FORGE_ED25519, 0) }) == VERIFY_OK);
	CHECK(verified(&(struct recipe){ .key = forge_key(FORGE_ED25519, 0), .spoilt = true }) == VERIFY_BAD_SIGNATURE);
	CHECK(verified(&(struct recipe){ .key = forge_key(FORGE_RSA_512, 0) }) == VERIFY_OK);
	CHECK(verified(&(struct recipe){ .key = forge_key(FORGE_RSA_512, 0), .spoilt = true }) == VERIFY_BAD_SIGNATURE);
}

TEST(verifier, refuses_another_signature_key_and_family)
{
	struct arena arena = { 0 };
	struct verifier *verifier = verifier_new();
	const struct certificate *ec = make(&(struct recipe){ 0 }, &arena);
	const struct certificate *other = make(&(struct recipe){ .key = forge_key(FORGE_P256, 1) }, &arena);
	const struct certificate *rsa = make(&(struct recipe){ .key = forge_key(FORGE_RSA_1024, 0) }, &arena);

	CHECK(verifier_verify(verifier, ec, other, false) == VERIFY_BAD_SIGNATURE);
	CHECK(verifier_verify(verifier, ec, rsa, false) == VERIFY_BAD_SIGNATURE);
	CHECK(verifier_verify(verifier, rsa, ec, false) == VERIFY_BAD_SIGNATURE);
	CHECK(verified(&(struct recipe){ .pss = true, .key = forge_key(FORGE_RSA_2048, 0), .spoilt = true }) ==
		VERIFY_BAD_SIGNATURE);
	verifier_free(verifier);
	arena_done(&arena);
}

TEST(verifier, changes_schemes_under_one_issuer)
{
	struct arena arena = { 0 };
	struct verifier *verifier = verifier_new();
	struct recipe recipe = { .key = forge_key(FORGE_RSA_2048, 0) };
	const struct certificate *certificates[4];

	certificates[0] = make(&recipe, &arena);
	recipe.digest = "SHA512";
	certificates[1] = make(&recipe, &arena);
	recipe.digest = NULL;
	recipe.pss = true;
	certificates[2] = make(&recipe, &arena);
	recipe.spoilt = true;
	certificates[3] = make(&recipe, &arena);
	for (size_t round = 0; round < 3; round++)
		for (size_t i = 0; i < ARRAY_COUNT(certificates); i++)
			CHECK(verifier_verify(verifier, certificates[i], certificates[0], false) ==
				(i == 3 ? VERIFY_BAD_SIGNATURE : VERIFY_OK));
	verifier_free(verifier);
	arena_done(&arena);
}

TEST(verifier, says_what_it_cannot_do)
{
	struct arena arena = { 0 };
	struct verifier *verifier = verifier_new();
	/* The same certificate with the outer signature algorithm turned into MD2 with RSA: 1.2.840.113549.1.1.2. */
	struct bytes der = forge_certificate(&(struct recipe){ .key = forge_key(FORGE_RSA_1024, 0) }, &arena);
	static const uint8_t sha256_with_rsa[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b };
	const struct certificate *certificate = NULL;
	const char *why = NULL;
	uint8_t *copy = arena_alloc(&arena, der.n);
	size_t turned = 0;

	memcpy(copy, der.p, der.n);
	for (size_t i = 0; i + sizeof sha256_with_rsa <= der.n; i++)
		if (memcmp(copy + i, sha256_with_rsa, sizeof sha256_with_rsa) == 0) {
			copy[i + 8] = 0x02;
			turned++;
		}
	CHECK(turned == 2);
	CHECK(certificate_parse((struct bytes){ copy, der.n }, &arena, &certificate, &why));
	CHECK_TEXT(str_of(certificate->signature_algorithm), "MD2WITHRSA");
	CHECK(verifier_verify(verifier, certificate, certificate, false) == VERIFY_UNSUPPORTED);
	verifier_free(verifier);
	arena_done(&arena);
}

TEST(verifier, remembers_links_but_never_a_bad_one)
{
	struct arena arena = { 0 };
	struct verifier *verifier = verifier_new();
	struct recipe recipe = forge_intermediate(FORGE_P256);
	struct recipe root_recipe = forge_root(FORGE_P256);
	const struct certificate *root = make(&root_recipe, &arena);
	const struct certificate *good = make(&recipe, &arena);

	recipe.spoilt = true;
	const struct certificate *bad = make(&recipe, &arena);
	for (size_t i = 0; i < 3; i++) {
		CHECK(verifier_verify(verifier, good, root, true) == VERIFY_OK);
		CHECK(verifier_verify(verifier, bad, root, true) == VERIFY_BAD_SIGNATURE);
		CHECK(verifier_verify(verifier, good, good, true) == VERIFY_BAD_SIGNATURE);
	}
	verifier_free(verifier);
	arena_done(&arena);
}

TEST(verifier, forgets_the_oldest_issuer_and_goes_on)
{
	struct verifier *verifier = verifier_new();

	for (size_t i = 0; i < VERIFIER_MAX_ISSUERS + 10; i++) {
		struct arena arena = { 0 };
		EVP_PKEY *key = EVP_EC_gen("P-256");
		struct recipe recipe = { .key = key };
		const struct certificate *certificate = make(&recipe, &arena);
		CHECK(verifier_verify(verifier, certificate, certificate, false) == VERIFY_OK);
		EVP_PKEY_free(key);
		arena_done(&arena);
	}
	struct arena arena = { 0 };
	const struct certificate *certificate = make(&(struct recipe){ 0 }, &arena);
	CHECK(verifier_verify(verifier, certificate, certificate, false) == VERIFY_OK);
	verifier_free(verifier);
	arena_done(&arena);
}

TEST(verifier, verifies_bytes_by_a_key_that_comes_once)
{
	static const struct recipe recipes[] = { { .digest = "SHA384" }, { .digest = "SHA256", .pss = true } };
	struct arena arena = { 0 };
	struct verifier *verifier = verifier_new();

	for (size_t i = 0; i < ARRAY_COUNT(recipes); i++) {
		struct recipe recipe = recipes[i];
		struct der_item item;
		recipe.key = forge_key(recipe.pss ? FORGE_RSA_2048 : FORGE_P256, 1);
		const struct certificate *signed_one = make(&recipe, &arena);
		/* The algorithm stands between what is signed and the signature. */
		struct der rest = { signed_one->tbs.p + signed_one->tbs.n, signed_one->der.p + signed_one->der.n };
		CHECK(der_take(&rest, DER_SEQUENCE, &item));
		struct bytes algorithm = item.whole;
		struct bytes longer = { signed_one->tbs.p, signed_one->tbs.n + 1 };
		recipe.key = forge_key(recipe.pss ? FORGE_RSA_2048 : FORGE_P256, 2);
		const struct certificate *other = make(&recipe, &arena);

		CHECK(verifier_verify_bytes(verifier, signed_one->spki, algorithm, signed_one->tbs,
			      signed_one->signature) == VERIFY_OK);
		CHECK(verifier_verify_bytes(verifier, signed_one->spki, algorithm, longer, signed_one->signature) ==
			VERIFY_BAD_SIGNATURE);
		CHECK(verifier_verify_bytes(verifier, other->spki, algorithm, signed_one->tbs, signed_one->signature) ==
			VERIFY_BAD_SIGNATURE);
		CHECK(verifier_verify_bytes(verifier, signed_one->spki, forge_text("\x30\x00"), signed_one->tbs,
			      signed_one->signature) == VERIFY_UNSUPPORTED);
		CHECK(verifier_verify_bytes(verifier, forge_text("\x30\x00"), algorithm, signed_one->tbs,
			      signed_one->signature) == VERIFY_UNSUPPORTED);
	}
	verifier_free(verifier);
	arena_done(&arena);
}

/* Its algorithm stands between what is signed and the signature. */
static enum verify_result
verified_once(struct verifier *verifier, const struct certificate *certificate, struct bytes spki)
{
	struct der rest = { certificate->tbs.p + certificate->tbs.n, certificate->der.p + certificate->der.n };
	struct der_item item;

	CHECK(der_take(&rest, DER_SEQUENCE, &item));
	return verifier_verify_bytes(verifier, spki, item.whole, certificate->tbs, certificate->signature);
}

TEST(verifier, keeps_an_issuer_apart_from_keys_of_its_curve_that_come_once)
{
	struct arena arena = { 0 };
	struct verifier *verifier = verifier_new();
	const struct certificate *issuer = make(&(struct recipe){ .key = forge_key(FORGE_P256, 1) }, &arena);
	const struct certificate *other = make(&(struct recipe){ .key = forge_key(FORGE_P256, 2) }, &arena);
	struct bytes off_the_curve = arena_bytes(&arena, other->spki);

	((uint8_t *)(uintptr_t)off_the_curve.p)[off_the_curve.n - 1] ^= 1;
	for (int i = 0; i < 3; i++) {
		CHECK(verified_once(verifier, other, other->spki) == VERIFY_OK);
		CHECK(verifier_verify(verifier, issuer, issuer, false) == VERIFY_OK);
		CHECK(verified_once(verifier, other, off_the_curve) == VERIFY_UNSUPPORTED);
		CHECK(verified_once(verifier, other, issuer->spki) == VERIFY_BAD_SIGNATURE);
	}
	verifier_free(verifier);
	arena_done(&arena);
}

TEST_MAIN("verifier");
