#include "x509/verifier.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "x509/algorithm.h"
#include "x509/key_parts.h"

AUTO_FREE(EVP_PKEY, EVP_PKEY_free);
AUTO_FREE(EVP_PKEY_CTX, EVP_PKEY_CTX_free);
AUTO_FREE(EVP_MD_CTX, EVP_MD_CTX_free);

enum {
	HASH_BYTES = 32,
	/* What a CA's RSA key may be: verifying costs the square of the one times the other, and somebody else chose
	   both. */
	ISSUER_MAX_RSA_BITS = 8192,
	ISSUER_MAX_EXPONENT_BITS = 64,
	ISSUER_MAX_KEY_OCTETS = 8192, /* the largest such key takes 2,100 */
	SALT_MAX_OCTETS = 512,        /* a salt fits into the modulus */
};

/* What was signed, how, and the signature. */
struct sealed {
	const struct signature_algorithm *algorithm; /* NULL when unknown */
	struct bytes parameters;                     /* of the algorithm, DER; n == 0: none */
	struct bytes bytes;
	struct bytes signature;
};

struct scheme {
	enum signature_scheme kind;
	const char *key_name; /* ML-DSA alone: OpenSSL's name of the one kind of key that signs so */
	const EVP_MD *digest;
	const EVP_MD *mask_digest; /* PSS alone */
	int salt_octets;           /* PSS alone */
};

struct issuer {
	uint8_t key[HASH_BYTES]; /* SHA-256 of its SubjectPublicKeyInfo */
	EVP_PKEY *pkey;          /* NULL: a key we cannot verify with */
	EVP_PKEY_CTX *context;   /* prepared for `scheme`; NULL until wanted */
	struct scheme scheme;
};

struct link {
	uint8_t key[HASH_BYTES];
	uint8_t certificate[HASH_BYTES];
};

/* Digests that were looked up once: EVP_sha256() and its like are looked up again at each use. */
static const char *const digest_names[] = { "SHA256", "SHA384", "SHA512", "SHA224", "SHA1", "MD5" };

struct verifier {
	struct key_reader *reader;
	EVP_MD *digests[ARRAY_COUNT(digest_names)];
	EVP_MD_CTX *hashing;
	struct issuer issuers[VERIFIER_MAX_ISSUERS];
	size_t issuer_count;
	size_t issuer_oldest;
	struct link *links; /* a place for each hash: a newcomer takes it over */
};

struct verifier *
verifier_new(void)
{
	struct verifier *verifier = memory_take_zeroed(sizeof *verifier);

	verifier->reader = key_reader_new();
	for (size_t i = 0; i < ARRAY_COUNT(digest_names); i++)
		verifier->digests[i] = EVP_MD_fetch(NULL, digest_names[i], NULL);
	verifier->hashing = EVP_MD_CTX_new();
	verifier->links = memory_take_zeroed(VERIFIER_MAX_LINKS * sizeof *verifier->links);
	if (verifier->hashing == NULL || verifier->digests[0] == NULL)
		memory_exhausted(sizeof *verifier);
	ERR_clear_error(); /* a digest that this build lacks is no error */
	return verifier;
}

static void
issuer_done(struct issuer *issuer)
{
	EVP_PKEY_CTX_free(issuer->context);
	EVP_PKEY_free(issuer->pkey);
	*issuer = (struct issuer){ 0 };
}

void
verifier_free(struct verifier *verifier)
{
	if (verifier == NULL)
		return;
	for (size_t i = 0; i < verifier->issuer_count; i++)
		issuer_done(&verifier->issuers[i]);
	for (size_t i = 0; i < ARRAY_COUNT(digest_names); i++)
		EVP_MD_free(verifier->digests[i]);
	EVP_MD_CTX_free(verifier->hashing);
	key_reader_free(verifier->reader);
	free(verifier->links);
	free(verifier);
}

static const EVP_MD *
digest_named(const struct verifier *verifier, const char *name)
{
	for (size_t i = 0; name != NULL && i < ARRAY_COUNT(digest_names); i++)
		if (strcmp(name, digest_names[i]) == 0)
			return verifier->digests[i];
	return NULL;
}

static bool
digest_of(
	struct verifier *verifier, const EVP_MD *digest, struct bytes bytes, uint8_t out[EVP_MAX_MD_SIZE], unsigned *n)
{
	return EVP_DigestInit_ex(verifier->hashing, digest, NULL) == 1 &&
	       EVP_DigestUpdate(verifier->hashing, bytes.p, bytes.n) == 1 &&
	       EVP_DigestFinal_ex(verifier->hashing, out, n) == 1;
}

static bool
hash_of(struct verifier *verifier, struct bytes bytes, uint8_t out[HASH_BYTES])
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (!digest_of(verifier, verifier->digests[0], bytes, hash, &n))
		return false;
	memcpy(out, hash, HASH_BYTES);
	return true;
}

/* Takes an AlgorithmIdentifier out of its explicit tag; its digest, and whatever parameters it has. */
static bool
parameter_take(struct der *fields, unsigned number, struct der_item *oid, struct der *parameters)
{
	return der_enter(fields, DER_CONTEXT_CONSTRUCTED + number, parameters) &&
	       der_enter(parameters, DER_SEQUENCE, parameters) && der_take(parameters, DER_OID, oid);
}

/* RSASSA-PSS-params (RFC 4055, 3.1). What is left out is SHA-1 and a salt of 20 octets. */
static bool
pss_read(const struct verifier *verifier, struct bytes parameters, struct scheme *out)
{
	static const uint8_t mgf1[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08 };
	struct der outer = der_of(parameters);
	struct der fields;
	struct der inner;
	struct der_item item;
	int trailer = 1;

	out->digest = out->mask_digest = digest_named(verifier, "SHA1");
	out->salt_octets = 20;
	if (!der_enter(&outer, DER_SEQUENCE, &fields) || !der_at_end(&outer))
		return false;
	if (der_sees(&fields, DER_CONTEXT_CONSTRUCTED + 0)) {
		if (!parameter_take(&fields, 0, &item, &inner))
			return false;
		out->digest = digest_named(verifier, digest_algorithm_find(item.content));
	}
	if (der_sees(&fields, DER_CONTEXT_CONSTRUCTED + 1)) {
		if (!parameter_take(&fields, 1, &item, &inner) ||
			!bytes_equal(item.content, (struct bytes){ mgf1, sizeof mgf1 }) ||
			!der_enter(&inner, DER_SEQUENCE, &inner) || !der_take(&inner, DER_OID, &item))
			return false;
		out->mask_digest = digest_named(verifier, digest_algorithm_find(item.content));
	}
	if (der_sees(&fields, DER_CONTEXT_CONSTRUCTED + 2) &&
		(!der_enter(&fields, DER_CONTEXT_CONSTRUCTED + 2, &inner) || !der_take(&inner, DER_INTEGER, &item) ||
			!der_small_number(item.content, &out->salt_octets)))
		return false;
	if (der_sees(&fields, DER_CONTEXT_CONSTRUCTED + 3) &&
		(!der_enter(&fields, DER_CONTEXT_CONSTRUCTED + 3, &inner) || !der_take(&inner, DER_INTEGER, &item) ||
			!der_small_number(item.content, &trailer)))
		return false;
	return der_at_end(&fields) && out->digest != NULL && out->mask_digest != NULL &&
	       out->salt_octets <= SALT_MAX_OCTETS && trailer == 1;
}

/* What verifying this signature takes; false when we cannot. */
static bool
scheme_read(const struct verifier *verifier, const struct sealed *sealed, struct scheme *out)
{
	const struct signature_algorithm *algorithm = sealed->algorithm;

	if (algorithm == NULL || algorithm->scheme == SCHEME_UNVERIFIABLE)
		return false;
	*out = (struct scheme){ .kind = algorithm->scheme };
	if (algorithm->scheme == SCHEME_RSA_PSS)
		return pss_read(verifier, sealed->parameters, out);
	if (algorithm->scheme == SCHEME_ML_DSA)
		out->key_name = algorithm->name;
	if (algorithm->scheme == SCHEME_EDDSA || algorithm->scheme == SCHEME_ML_DSA)
		return true;
	out->digest = digest_named(verifier, algorithm->digest);
	return out->digest != NULL;
}

/* A curve spelled out in parameters of its own may be anything, slow or forged (CVE-2020-0601, CVE-2022-0778): it is
 * not even decoded. */
static bool
has_explicit_curve(struct bytes spki)
{
	static const uint8_t ec_public_key[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
	struct der outer = der_of(spki);
	struct der fields;
	struct der algorithm;
	struct der_item oid;

	if (!der_enter(&outer, DER_SEQUENCE, &fields) || !der_enter(&fields, DER_SEQUENCE, &algorithm) ||
		!der_take(&algorithm, DER_OID, &oid))
		return true;
	return bytes_equal(oid.content, (struct bytes){ ec_public_key, sizeof ec_public_key }) &&
	       !der_sees(&algorithm, DER_OID);
}

static bool
is_affordable(const EVP_PKEY *pkey)
{
	BIGNUM *exponent = NULL;

	if (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_RSA && EVP_PKEY_get_base_id(pkey) != EVP_PKEY_RSA_PSS)
		return true;
	bool affordable = EVP_PKEY_get_bits(pkey) <= ISSUER_MAX_RSA_BITS &&
			  EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1 &&
			  BN_num_bits(exponent) <= ISSUER_MAX_EXPONENT_BITS;
	BN_free(exponent);
	return affordable;
}

/* A signer's key may be of kinds that a certificate of ACM may not: those go the slow way. NULL: not usable. */
static EVP_PKEY *
signer_key_read(struct verifier *verifier, struct bytes spki, bool once)
{
	EVP_PKEY *read = NULL;

	if (once ? key_read_public_once(verifier->reader, spki, &read) : key_read_public(verifier->reader, spki, &read))
		return read;
	if (spki.n > ISSUER_MAX_KEY_OCTETS || has_explicit_curve(spki))
		return NULL;
	const unsigned char *p = spki.p;
	AUTO(EVP_PKEY) pkey = d2i_PUBKEY(NULL, &p, (long)spki.n);
	if (pkey == NULL || !is_affordable(pkey))
		return NULL;
	return GIVE(pkey);
}

/* The issuer's entry; the oldest makes room. */
static struct issuer *
issuer_get(struct verifier *verifier, const struct certificate *certificate, const uint8_t key[HASH_BYTES])
{
	for (size_t i = 0; i < verifier->issuer_count; i++)
		if (memcmp(verifier->issuers[i].key, key, HASH_BYTES) == 0)
			return &verifier->issuers[i];

	struct issuer *issuer = &verifier->issuers[verifier->issuer_oldest];
	verifier->issuer_oldest = (verifier->issuer_oldest + 1) % VERIFIER_MAX_ISSUERS;
	if (verifier->issuer_count < VERIFIER_MAX_ISSUERS)
		verifier->issuer_count++;
	else
		issuer_done(issuer);
	memcpy(issuer->key, key, HASH_BYTES);
	issuer->pkey = signer_key_read(verifier, certificate->spki, false);
	return issuer;
}

static bool
scheme_equal(const struct scheme *a, const struct scheme *b)
{
	return a->kind == b->kind && a->digest == b->digest && a->mask_digest == b->mask_digest &&
	       a->salt_octets == b->salt_octets;
}

static bool
scheme_fits(const struct scheme *scheme, const EVP_PKEY *pkey)
{
	if (scheme->kind == SCHEME_ML_DSA)
		return EVP_PKEY_is_a(pkey, scheme->key_name) == 1;
	switch (EVP_PKEY_get_base_id(pkey)) {
	case EVP_PKEY_RSA:
		return scheme->kind == SCHEME_RSA || scheme->kind == SCHEME_RSA_PSS;
	case EVP_PKEY_RSA_PSS:
		return scheme->kind == SCHEME_RSA_PSS;
	case EVP_PKEY_EC:
		return scheme->kind == SCHEME_ECDSA;
	case EVP_PKEY_ED25519:
	case EVP_PKEY_ED448:
		return scheme->kind == SCHEME_EDDSA;
	default:
		return false;
	}
}

/* Makes the issuer's context ready for this scheme; it stays so until another scheme is wanted. */
static bool
context_prepare(struct issuer *issuer, const struct scheme *scheme)
{
	if (issuer->context != NULL && scheme_equal(&issuer->scheme, scheme))
		return true;
	EVP_PKEY_CTX_free(issuer->context);
	issuer->context = NULL;

	AUTO(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_pkey(NULL, issuer->pkey, NULL);
	if (context == NULL || EVP_PKEY_verify_init(context) != 1)
		return false;
	if (scheme->kind != SCHEME_ECDSA &&
		EVP_PKEY_CTX_set_rsa_padding(
			context, scheme->kind == SCHEME_RSA_PSS ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) != 1)
		return false;
	if (EVP_PKEY_CTX_set_signature_md(context, scheme->digest) != 1)
		return false;
	if (scheme->kind == SCHEME_RSA_PSS &&
		(EVP_PKEY_CTX_set_rsa_mgf1_md(context, scheme->mask_digest) != 1 ||
			EVP_PKEY_CTX_set_rsa_pss_saltlen(context, scheme->salt_octets) != 1))
		return false;
	issuer->context = GIVE(context);
	issuer->scheme = *scheme;
	return true;
}

static enum verify_result
verify_pure(struct issuer *issuer, const struct sealed *sealed)
{
	AUTO(EVP_MD_CTX) context = EVP_MD_CTX_new();

	if (context == NULL || EVP_DigestVerifyInit(context, NULL, NULL, NULL, issuer->pkey) != 1)
		return VERIFY_UNSUPPORTED;
	return EVP_DigestVerify(context, sealed->signature.p, sealed->signature.n, sealed->bytes.p, sealed->bytes.n) ==
			       1
		       ? VERIFY_OK
		       : VERIFY_BAD_SIGNATURE;
}

static enum verify_result
verify_digest(
	struct verifier *verifier, struct issuer *issuer, const struct scheme *scheme, const struct sealed *sealed)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (!context_prepare(issuer, scheme) || !digest_of(verifier, scheme->digest, sealed->bytes, digest, &n))
		return VERIFY_UNSUPPORTED;
	return EVP_PKEY_verify(issuer->context, sealed->signature.p, sealed->signature.n, digest, n) == 1
		       ? VERIFY_OK
		       : VERIFY_BAD_SIGNATURE;
}

static enum verify_result
verify(struct verifier *verifier, struct issuer *issuer, const struct sealed *sealed)
{
	enum verify_result result = VERIFY_UNSUPPORTED;
	struct scheme scheme;

	if (issuer->pkey != NULL && scheme_read(verifier, sealed, &scheme)) {
		/* An algorithm of another family cannot have come from this key: no question of ability. */
		if (!scheme_fits(&scheme, issuer->pkey))
			result = VERIFY_BAD_SIGNATURE;
		else if (scheme.digest == NULL)
			result = verify_pure(issuer, sealed);
		else
			result = verify_digest(verifier, issuer, &scheme, sealed);
	}
	ERR_clear_error(); /* what OpenSSL says of a bad signature is of no use to the next caller */
	return result;
}

enum verify_result
verifier_verify_bytes(struct verifier *verifier, struct bytes spki, struct bytes algorithm_identifier,
	struct bytes bytes, struct bytes signature)
{
	struct der outer = der_of(algorithm_identifier);
	struct key_type type;

	if (!key_type_take(&outer, &type) || !der_at_end(&outer))
		return VERIFY_UNSUPPORTED;
	struct sealed sealed = { signature_algorithm_find(type.oid), type.parameters.whole, bytes, signature };
	struct issuer once = { .pkey = signer_key_read(verifier, spki, true) };
	enum verify_result result = verify(verifier, &once, &sealed);
	issuer_done(&once);
	return result;
}

enum verify_result
verifier_verify(struct verifier *verifier, const struct certificate *certificate, const struct certificate *issuer,
	bool remember)
{
	struct link link;
	struct link *place = NULL;

	if (!hash_of(verifier, issuer->spki, link.key))
		return VERIFY_UNSUPPORTED;
	if (remember) {
		if (!hash_of(verifier, certificate->der, link.certificate))
			return VERIFY_UNSUPPORTED;
		place = &verifier->links[(link.certificate[0] | link.certificate[1] << 8) % VERIFIER_MAX_LINKS];
		if (memcmp(place, &link, sizeof link) == 0)
			return VERIFY_OK;
	}

	struct sealed sealed = { certificate->algorithm, certificate->signature_parameters, certificate->tbs,
		certificate->signature };
	enum verify_result result = verify(verifier, issuer_get(verifier, issuer, link.key), &sealed);
	if (result == VERIFY_OK && place != NULL)
		*place = link;
	return result;
}

bool
verifier_self_signed(struct verifier *verifier, const struct certificate *certificate, bool remember)
{
	return certificate_is_self_issued(certificate) &&
	       verifier_verify(verifier, certificate, certificate, remember) == VERIFY_OK;
}
