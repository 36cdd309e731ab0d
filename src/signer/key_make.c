#include "signer/key_make.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "signer/openssl_words.h"
#include "x509/pem.h"

AUTO_FREE(EVP_PKEY, EVP_PKEY_free);
AUTO_FREE(EVP_PKEY_CTX, EVP_PKEY_CTX_free);
AUTO_FREE(PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free);
AUTO_FREE(X509_SIG, X509_SIG_free);

/* As ACM exports keys: the parameters of the example in its manual, decoded. */
enum { EXPORT_SALT_BYTES = 20, EXPORT_ROUNDS = 2048 };

/* ---- Making ---- */

static const struct recipe {
	enum signing_key kind;
	const char *name;  /* as the API calls it */
	const char *type;  /* as OpenSSL does */
	int bits;          /* RSA */
	const char *curve; /* EC */
} recipes[] = {
	{ SIGNING_KEY_RSA_2048, "RSA_2048", "RSA", 2048, NULL },
	{ SIGNING_KEY_RSA_3072, "RSA_3072", "RSA", 3072, NULL },
	{ SIGNING_KEY_RSA_4096, "RSA_4096", "RSA", 4096, NULL },
	{ SIGNING_KEY_P256, "EC_prime256v1", "EC", 0, "P-256" },
	{ SIGNING_KEY_P384, "EC_secp384r1", "EC", 0, "P-384" },
	{ SIGNING_KEY_P521, "EC_secp521r1", "EC", 0, "P-521" },
	{ SIGNING_KEY_ML_DSA_44, "ML_DSA_44", "ML-DSA-44", 0, NULL },
	{ SIGNING_KEY_ML_DSA_65, "ML_DSA_65", "ML-DSA-65", 0, NULL },
	{ SIGNING_KEY_ML_DSA_87, "ML_DSA_87", "ML-DSA-87", 0, NULL },
};

static const struct recipe *
recipe_find(enum signing_key kind)
{
	for (size_t i = 0; i < ARRAY_COUNT(recipes); i++)
		if (recipes[i].kind == kind)
			return &recipes[i];
	return NULL;
}

/* The exponent is 65537 unless one asks for another. */
static bool
generate(const struct recipe *recipe, EVP_PKEY **out, struct fault *fault)
{
	AUTO(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_name(NULL, recipe->type, NULL);

	if (context == NULL) {
		ERR_clear_error();
		return fault_set(fault, FAULT_INVALID_ARGS,
			"The key algorithm %s needs OpenSSL 3.5 or later; this server is linked with %s.", recipe->name,
			OpenSSL_version(OPENSSL_VERSION_STRING));
	}
	if (EVP_PKEY_keygen_init(context) != 1 ||
		(recipe->bits != 0 && EVP_PKEY_CTX_set_rsa_keygen_bits(context, recipe->bits) != 1) ||
		(recipe->curve != NULL && EVP_PKEY_CTX_set_group_name(context, recipe->curve) != 1) ||
		EVP_PKEY_generate(context, out) != 1)
		return openssl_refuse(fault, "A key could not be made");
	return true;
}

static bool
spki_of(EVP_PKEY *key, struct arena *arena, struct bytes *out, struct fault *fault)
{
	int n = i2d_PUBKEY(key, NULL);
	uint8_t *der = arena_alloc(arena, n > 0 ? (size_t)n : 0);
	uint8_t *end = der;

	if (n <= 0 || i2d_PUBKEY(key, &end) != n)
		return openssl_refuse(fault, "A public key could not be written");
	*out = (struct bytes){ der, (size_t)n };
	return true;
}

static bool
pkcs8_of(EVP_PKEY *key, struct arena *arena, struct bytes *out, struct fault *fault)
{
	AUTO(PKCS8_PRIV_KEY_INFO) info = EVP_PKEY2PKCS8(key);
	int n = info != NULL ? i2d_PKCS8_PRIV_KEY_INFO(info, NULL) : 0;
	uint8_t *der = arena_alloc(arena, n > 0 ? (size_t)n : 0);
	uint8_t *end = der;

	if (n <= 0 || i2d_PKCS8_PRIV_KEY_INFO(info, &end) != n)
		return openssl_refuse(fault, "A private key could not be written");
	*out = (struct bytes){ der, (size_t)n };
	return true;
}

bool
key_make(enum signing_key kind, struct key_reader *reader, struct arena *arena, struct bytes *pkcs8, struct bytes *spki,
	struct fault *fault)
{
	static const struct import_rules strict = { 0 };
	const struct recipe *recipe = recipe_find(kind);
	AUTO(EVP_PKEY) key = NULL;
	struct bytes made;

	if (kind == SIGNING_KEY_SM2)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"The key algorithm SM2 is for AWS's regions in China; this server makes RSA, EC and ML-DSA "
			"keys.");
	if (recipe == NULL)
		return fault_set(fault, FAULT_INTERNAL, "There are no keys of kind %d.", (int)kind);
	if (!generate(recipe, &key, fault) || !spki_of(key, arena, spki, fault) || !pkcs8_of(key, arena, &made, fault))
		return false;
	/* ML-DSA proves itself: FIPS 204 keys are derived from their seed, and OpenSSL checks the pair. */
	if (recipe->bits == 0 && recipe->curve == NULL) {
		*pkcs8 = made;
		return true;
	}
	struct bytes pem = bytes_of_str(pem_render("PRIVATE KEY", made, arena));
	return key_prove_private(reader, pem, *spki, &strict, arena, pkcs8, fault) ||
	       fault_set(fault, FAULT_INTERNAL, "A key was made that does not stand its proof.");
}

/* ---- Exporting ---- */

bool
key_encrypt(
	struct bytes pkcs8, struct bytes passphrase, struct arena *arena, struct bytes *encrypted, struct fault *fault)
{
	const uint8_t *p = pkcs8.p;
	AUTO(PKCS8_PRIV_KEY_INFO) info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)pkcs8.n);

	if (passphrase.n == 0)
		return fault_set(fault, FAULT_INTERNAL, "A key is not exported without a passphrase.");
	if (info == NULL || p != pkcs8.p + pkcs8.n)
		return openssl_refuse(fault, "The sealed key cannot be read");
	/* HMAC-SHA1 is PBKDF2's default, and so is not written (RFC 8018, A.2); salt and IV are random. */
	AUTO(X509_SIG) closed = PKCS8_encrypt(NID_hmacWithSHA1, EVP_aes_256_cbc(), (const char *)passphrase.p,
		(int)passphrase.n, NULL, EXPORT_SALT_BYTES, EXPORT_ROUNDS, info);
	int n = closed != NULL ? i2d_X509_SIG(closed, NULL) : 0;
	uint8_t *der = arena_alloc(arena, n > 0 ? (size_t)n : 0);
	uint8_t *end = der;
	if (n <= 0 || i2d_X509_SIG(closed, &end) != n)
		return openssl_refuse(fault, "The key could not be encrypted");
	*encrypted = (struct bytes){ der, (size_t)n };
	return true;
}
