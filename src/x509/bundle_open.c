/* bundle_open.c — what OpenSSL decodes and decrypts of what people have in files. */
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>
#include <openssl/provider.h>
#include <openssl/x509.h>
#include <string.h>

#include "x509/bundle_parts.h"
#include "x509/key_parts.h"

AUTO_FREE(BIO, BIO_free_all);
AUTO_FREE(EVP_PKEY, EVP_PKEY_free);
AUTO_FREE(OSSL_PROVIDER, (void)OSSL_PROVIDER_unload);
AUTO_FREE(PBE2PARAM, PBE2PARAM_free);
AUTO_FREE(PBEPARAM, PBEPARAM_free);
AUTO_FREE(PBKDF2PARAM, PBKDF2PARAM_free);
AUTO_FREE(PKCS12, PKCS12_free);
AUTO_FREE(PKCS7, PKCS7_free);
AUTO_FREE(PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free);
AUTO_FREE(SCRYPT_PARAMS, SCRYPT_PARAMS_free);
AUTO_FREE(X509, X509_free);
AUTO_FREE(X509_SIG, X509_SIG_free);

/* Bags in bags in bags: real files have one level. */
enum { BAGS_MAX_DEPTH = 8 };

static const char key_words[] = "a private key";
static const char pkcs12_words[] = "a PKCS #12 file";

/* OpenSSL 3 keeps RC2 and single DES, under which the files of a decade are, in a provider of its own. Without it they
 * count as unsupported. It borrows digests from the default one, which asking for it wakes; loading that one by name,
 * and unloading it, is what OpenSSL 3.0 does not survive. */
static OSSL_PROVIDER *
legacy_load(void)
{
	return OSSL_PROVIDER_available(NULL, "default") == 1 ? OSSL_PROVIDER_try_load(NULL, "legacy", 1) : NULL;
}

/* ---- What trying a passphrase costs ---- */

static uint64_t
number(const ASN1_INTEGER *integer)
{
	uint64_t n;

	return integer != NULL && ASN1_INTEGER_get_uint64(&n, integer) == 1 ? n : UINT64_MAX;
}

static uint64_t
times(uint64_t a, uint64_t b)
{
	return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

/* PBES2 (RFC 8018, 6.2): PBKDF2 or scrypt (RFC 7914), which costs N times r times p. */
static uint64_t
pbes2_rounds(const X509_ALGOR *algorithm)
{
	AUTO(PBE2PARAM) pbes2 = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter);

	if (pbes2 == NULL)
		return 0;
	const ASN1_TYPE *parameter = pbes2->keyfunc->parameter;
	if (OBJ_obj2nid(pbes2->keyfunc->algorithm) == NID_id_scrypt) {
		AUTO(SCRYPT_PARAMS) scrypt = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(SCRYPT_PARAMS), parameter);
		return scrypt == NULL ? 0
				      : times(times(number(scrypt->costParameter), number(scrypt->blockSize)),
						number(scrypt->parallelizationParameter));
	}
	AUTO(PBKDF2PARAM) pbkdf2 = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), parameter);
	return pbkdf2 == NULL ? 0 : number(pbkdf2->iter);
}

/* What cannot be read costs nothing: OpenSSL will not read it either. */
static uint64_t
algorithm_rounds(const X509_ALGOR *algorithm)
{
	if (algorithm->parameter == NULL)
		return 0;
	if (OBJ_obj2nid(algorithm->algorithm) == NID_pbes2)
		return pbes2_rounds(algorithm);
	AUTO(PBEPARAM) pbe = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter);
	return pbe == NULL ? 0 : number(pbe->iter);
}

static bool
spend(struct bundle_reader *reader, uint64_t rounds)
{
	if (rounds > reader->rounds)
		return fault_set(reader->fault, FAULT_INVALID_ARGS,
			"Trying a passphrase on it would take %llu rounds or more of key derivation, where at most "
			"%llu are "
			"spent on a file: it may have been made to keep a computer busy.",
			(unsigned long long)rounds, (unsigned long long)reader->rounds);
	reader->rounds -= rounds;
	return true;
}

/* ---- Passphrases ---- */

struct candidate {
	const char *p; /* NULL: none at all, which PKCS #12 tells from an empty one */
	int n;
};
enum { CANDIDATES = 3 };

static size_t
candidates_of(const struct bundle_reader *reader, struct candidate out[CANDIDATES])
{
	size_t n = 0;

	if (reader->passphrase.p != NULL)
		out[n++] = (struct candidate){ (const char *)reader->passphrase.p, (int)reader->passphrase.n };
	out[n++] = (struct candidate){ "", 0 };
	out[n++] = (struct candidate){ NULL, 0 };
	return n;
}

/* Was it not the passphrase, but that nothing here knows the algorithm? */
static bool
algorithm_unknown(void)
{
	unsigned long error;
	bool unknown = false;

	while ((error = ERR_get_error()) != 0) {
		int library = ERR_GET_LIB(error);
		int reason = ERR_GET_REASON(error);
		unknown |= library == ERR_LIB_EVP &&
			   (reason == EVP_R_UNSUPPORTED_ALGORITHM || reason == EVP_R_UNKNOWN_PBE_ALGORITHM ||
				   reason == EVP_R_UNKNOWN_CIPHER || reason == EVP_R_UNSUPPORTED_CIPHER ||
				   reason == ERR_R_UNSUPPORTED);
		unknown |= library == ERR_LIB_PKCS12 && reason == PKCS12_R_UNKNOWN_DIGEST_ALGORITHM;
		unknown |= library == ERR_LIB_PEM && reason == PEM_R_UNSUPPORTED_ENCRYPTION;
	}
	return unknown;
}

static void
remark_unknown(struct bundle_reader *reader, const char *what)
{
	bundle_remark(reader,
		"The encryption of %s in it is unknown here: write it anew, or where it is an old one, install "
		"OpenSSL's legacy provider.",
		what);
}

/* ---- Private keys ---- */

struct bytes
bundle_public_half(struct bytes der, struct arena *arena)
{
	const unsigned char *p = der.p;
	unsigned char *spki = NULL;

	AUTO(EVP_PKEY) key = d2i_AutoPrivateKey(NULL, &p, (long)der.n);
	if (key != NULL && EVP_PKEY_is_a(key, "EC"))
		(void)EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
			OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED);
	int n = key != NULL ? i2d_PUBKEY(key, &spki) : 0;
	ERR_clear_error();
	if (n <= 0)
		return (struct bytes){ 0 };
	struct bytes out = arena_bytes(arena, (struct bytes){ spki, (size_t)n });
	OPENSSL_free(spki);
	return out;
}

static bool
add_plain(struct bundle_reader *reader, const PKCS8_PRIV_KEY_INFO *plain, bool was_encrypted)
{
	unsigned char *der = NULL;
	int n = i2d_PKCS8_PRIV_KEY_INFO(plain, &der);

	if (n <= 0) {
		bundle_remark(reader, "A private key in it is damaged.");
		return true;
	}
	bool added =
		bundle_add_key(reader, (struct bytes){ der, (size_t)n }, key_form_label(KEY_FORM_PKCS8), was_encrypted);
	OPENSSL_clear_free(der, (size_t)n);
	return added;
}

/* With one candidate; *opened tells whether it was the one. A wrong passphrase can leave what looks like padding. */
static bool
key_try(struct bundle_reader *reader, const X509_SIG *sealed, struct candidate candidate, bool *opened)
{
	const X509_ALGOR *algorithm;

	*opened = false;
	X509_SIG_get0(sealed, &algorithm, NULL);
	if (!spend(reader, algorithm_rounds(algorithm)))
		return false;
	AUTO(PKCS8_PRIV_KEY_INFO) plain = PKCS8_decrypt(sealed, candidate.p, candidate.n);
	*opened = plain != NULL;
	return plain == NULL || add_plain(reader, plain, true);
}

bool
bundle_open_key(struct bundle_reader *reader, struct bytes der, bool *found)
{
	struct candidate candidates[CANDIDATES];
	const unsigned char *p = der.p;
	bool opened = false;

	AUTO(X509_SIG) sealed = d2i_X509_SIG(NULL, &p, (long)der.n);
	ERR_clear_error();
	*found = sealed != NULL && p == der.p + der.n;
	if (!*found)
		return true;
	__attribute__((unused)) AUTO(OSSL_PROVIDER) legacy = legacy_load(); /* until the scope's end */
	/* Here none at all and an empty one are the same. */
	size_t n = candidates_of(reader, candidates) - 1;
	for (size_t i = 0; i < n && !opened; i++)
		if (!key_try(reader, sealed, candidates[i], &opened))
			return false;
	if (!opened && algorithm_unknown())
		remark_unknown(reader, key_words);
	else if (!opened)
		bundle_lock(reader, key_words);
	ERR_clear_error();
	return true;
}

static int
give_passphrase(char *out, int size, int writing, void *context)
{
	const struct bundle_reader *reader = context;

	(void)writing;
	if (reader->passphrase.p == NULL || size < 0 || reader->passphrase.n > (size_t)size)
		return 0;
	memcpy(out, reader->passphrase.p, reader->passphrase.n);
	return (int)reader->passphrase.n;
}

/* One round of MD5 makes the key: nothing to spend. */
bool
bundle_open_old_key(struct bundle_reader *reader, const struct pem_block *block)
{
	struct str text = arena_printf(reader->arena, "%.*s\n", STR_ARG(block->text));
	unsigned char *der = NULL;
	char *label = NULL;
	enum key_form form;
	long n = 0;

	__attribute__((unused)) AUTO(OSSL_PROVIDER) legacy = legacy_load(); /* until the scope's end */
	AUTO(BIO) bio = BIO_new_mem_buf(text.p, (int)text.n);
	bool opened = bio != NULL &&
		      PEM_bytes_read_bio(&der, &n, &label, PEM_STRING_EVP_PKEY, bio, give_passphrase, reader) == 1;
	struct bytes key = { der, opened && n > 0 ? (size_t)n : 0 };
	/* A wrong passphrase fits one time in 256, and what comes of it is no key. */
	opened = key.n > 0 && key_form_of_der(key, &form);
	bool done = true;
	if (opened)
		done = bundle_add_key(reader, key, key_form_label(form), true);
	else if (algorithm_unknown())
		remark_unknown(reader, key_words);
	else
		bundle_lock(reader, key_words);
	OPENSSL_clear_free(der, key.n);
	OPENSSL_free(label);
	ERR_clear_error();
	return done;
}

/* ---- Certificates ---- */

static bool
add_x509(struct bundle_reader *reader, const X509 *certificate)
{
	unsigned char *der = NULL;
	int n = i2d_X509(certificate, &der);

	if (n <= 0) {
		bundle_remark(reader, "A certificate in it is damaged.");
		return true;
	}
	bool added = bundle_add_certificate(reader, (struct bytes){ der, (size_t)n });
	OPENSSL_free(der);
	return added;
}

bool
bundle_open_trusted(struct bundle_reader *reader, struct bytes der)
{
	const unsigned char *p = der.p;

	AUTO(X509) certificate = d2i_X509_AUX(NULL, &p, (long)der.n);
	ERR_clear_error();
	if (certificate != NULL)
		return add_x509(reader, certificate);
	bundle_remark(reader, "A certificate with trust settings in it is damaged.");
	return true;
}

bool
bundle_open_pkcs7(struct bundle_reader *reader, struct bytes der, bool *found)
{
	const unsigned char *p = der.p;

	AUTO(PKCS7) bundle = d2i_PKCS7(NULL, &p, (long)der.n);
	ERR_clear_error();
	*found = bundle != NULL;
	if (bundle == NULL)
		return true;
	if (OBJ_obj2nid(bundle->type) != NID_pkcs7_signed || bundle->d.sign == NULL) {
		bundle_remark(reader, "A PKCS #7 bundle in it holds no certificates, but data.");
		return true;
	}
	const STACK_OF(X509) *certificates = bundle->d.sign->cert;
	for (int i = 0; i < sk_X509_num(certificates); i++)
		if (!add_x509(reader, sk_X509_value(certificates, i)))
			return false;
	return true;
}

/* ---- PKCS #12 (RFC 7292) ---- */

static bool read_bags(
	struct bundle_reader *reader, const STACK_OF(PKCS12_SAFEBAG) * bags, struct candidate candidate, int depth);

static bool
read_shrouded(struct bundle_reader *reader, const PKCS12_SAFEBAG *bag, struct candidate candidate)
{
	const X509_SIG *sealed = PKCS12_SAFEBAG_get0_pkcs8(bag);
	bool opened;

	if (sealed == NULL)
		return true;
	if (!key_try(reader, sealed, candidate, &opened))
		return false;
	if (!opened && algorithm_unknown())
		remark_unknown(reader, key_words);
	else if (!opened)
		bundle_lock(reader, "a private key under another passphrase than its file");
	return true;
}

static bool
read_certificate_bag(struct bundle_reader *reader, const PKCS12_SAFEBAG *bag)
{
	if (PKCS12_SAFEBAG_get_bag_nid(bag) != NID_x509Certificate)
		return true;
	AUTO(X509) certificate = PKCS12_SAFEBAG_get1_cert(bag);
	if (certificate != NULL)
		return add_x509(reader, certificate);
	bundle_remark(reader, "A certificate in it is damaged.");
	return true;
}

static bool
read_bag(struct bundle_reader *reader, const PKCS12_SAFEBAG *bag, struct candidate candidate, int depth)
{
	switch (PKCS12_SAFEBAG_get_nid(bag)) {
	case NID_keyBag:
		return PKCS12_SAFEBAG_get0_p8inf(bag) == NULL ||
		       add_plain(reader, PKCS12_SAFEBAG_get0_p8inf(bag), false);
	case NID_pkcs8ShroudedKeyBag:
		return read_shrouded(reader, bag, candidate);
	case NID_certBag:
		return read_certificate_bag(reader, bag);
	case NID_safeContentsBag:
		return read_bags(reader, PKCS12_SAFEBAG_get0_safes(bag), candidate, depth + 1);
	default:
		bundle_remark(reader, "Something that is neither a certificate nor a private key is in it.");
		return true;
	}
}

static bool
read_bags(struct bundle_reader *reader, const STACK_OF(PKCS12_SAFEBAG) * bags, struct candidate candidate, int depth)
{
	if (depth > BAGS_MAX_DEPTH)
		return fault_set(
			reader->fault, FAULT_INVALID_ARGS, "Its bags are nested more than %d deep.", BAGS_MAX_DEPTH);
	for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); i++)
		if (!read_bag(reader, sk_PKCS12_SAFEBAG_value(bags, i), candidate, depth))
			return false;
	return true;
}

/* One safe of the file, in the clear or encrypted. *opened stays as it is unless a wrong passphrase is the likely
 * cause. */
static bool
read_safe(struct bundle_reader *reader, PKCS7 *safe, struct candidate candidate, bool *opened)
{
	STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
	int type = OBJ_obj2nid(safe->type);

	if (type == NID_pkcs7_data) {
		bags = PKCS12_unpack_p7data(safe);
	} else if (type == NID_pkcs7_encrypted && safe->d.encrypted != NULL) {
		if (!spend(reader, algorithm_rounds(safe->d.encrypted->enc_data->algorithm)))
			return false;
		bags = PKCS12_unpack_p7encdata(safe, candidate.p, candidate.n);
		if (bags == NULL && algorithm_unknown())
			remark_unknown(reader, "a part");
		else if (bags == NULL)
			*opened = false;
	} else {
		bundle_remark(reader, "A part of it is encrypted under a certificate, which is not supported.");
	}
	bool done = bags == NULL || read_bags(reader, bags, candidate, 0);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	ERR_clear_error();
	return done;
}

static bool
read_safes(struct bundle_reader *reader, const PKCS12 *file, struct candidate candidate, bool *opened)
{
	STACK_OF(PKCS7) *safes = PKCS12_unpack_authsafes(file);
	bool done = true;

	*opened = true;
	if (safes == NULL)
		bundle_remark(reader, "The PKCS #12 file is damaged.");
	for (int i = 0; done && i < sk_PKCS7_num(safes); i++)
		done = read_safe(reader, sk_PKCS7_value(safes, i), candidate, opened);
	sk_PKCS7_pop_free(safes, PKCS7_free);
	ERR_clear_error();
	return done;
}

/* The candidate by which the file's MAC is right; without a MAC the first, and what it opens tells. */
static bool
find_candidate(struct bundle_reader *reader, PKCS12 *file, struct candidate *out, bool *found)
{
	struct candidate candidates[CANDIDATES];
	size_t n = candidates_of(reader, candidates);
	const ASN1_INTEGER *rounds = NULL;

	*found = true;
	*out = candidates[0];
	if (PKCS12_mac_present(file) != 1)
		return true;
	PKCS12_get0_mac(NULL, NULL, NULL, &rounds, file);
	for (size_t i = 0; i < n; i++) {
		if (!spend(reader, rounds == NULL ? 1 : number(rounds)))
			return false;
		*out = candidates[i];
		if (PKCS12_verify_mac(file, out->p, out->n) == 1)
			return true;
	}
	*found = false;
	return true;
}

bool
bundle_open_pkcs12(struct bundle_reader *reader, struct bytes der, bool *found)
{
	const unsigned char *p = der.p;
	struct candidate candidate;
	bool opened;

	AUTO(PKCS12) file = d2i_PKCS12(NULL, &p, (long)der.n);
	ERR_clear_error();
	*found = file != NULL;
	if (file == NULL)
		return true;
	__attribute__((unused)) AUTO(OSSL_PROVIDER) legacy = legacy_load(); /* until the scope's end */
	if (!find_candidate(reader, file, &candidate, &opened))
		return false;
	if (!opened && algorithm_unknown()) {
		remark_unknown(reader, pkcs12_words);
		return true;
	}
	if (opened && !read_safes(reader, file, candidate, &opened))
		return false;
	if (!opened)
		bundle_lock(reader, pkcs12_words);
	ERR_clear_error();
	return true;
}
