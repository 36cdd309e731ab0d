/* What people have in files, made by libcrypto here and read by bundle_read(). */
#include "x509/bundle.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include "base/base64.h"
#include "forge.h"
#include "test.h"

static struct arena arena;

static struct secret
secret_of(const char *text)
{
	return text != NULL ? arena_secret(&arena, text, strlen(text)) : (struct secret){ 0 };
}

static struct bundle
read(struct bytes bytes, const char *passphrase)
{
	struct fault fault = { 0 };
	struct bundle bundle;

	CHECK_OK(bundle_read(bytes, secret_of(passphrase), BUNDLE_MAX_ROUNDS, &arena, &bundle, &fault), fault);
	return bundle;
}

static bool
remarks_hold(const struct bundle *bundle, const char *words)
{
	for (size_t i = 0; i < bundle->remark_count; i++)
		if (strstr(bundle->remarks[i].p, words) != NULL)
			return true;
	return false;
}

/* What libcrypto has made, as ours. */
static struct bytes
keep(unsigned char *der, int n)
{
	CHECK(n > 0);
	struct bytes copy = arena_bytes(&arena, (struct bytes){ der, (size_t)n });
	OPENSSL_free(der);
	return copy;
}

static X509 *
x509_of(struct bytes der)
{
	const unsigned char *p = der.p;
	X509 *certificate = d2i_X509(NULL, &p, (long)der.n);

	CHECK(certificate != NULL);
	return certificate;
}

static STACK_OF(X509) * issuers_of(const struct forge_chain *chain)
{
	STACK_OF(X509) *others = sk_X509_new_null();

	sk_X509_push(others, x509_of(chain->intermediate));
	sk_X509_push(others, x509_of(chain->root));
	return others;
}

static struct bytes
pkcs12_of(const struct forge_chain *chain, const char *passphrase, int rounds)
{
	STACK_OF(X509) *others = issuers_of(chain);
	X509 *leaf = x509_of(chain->leaf);
	unsigned char *der = NULL;

	PKCS12 *file = PKCS12_create(passphrase, "x", chain->leaf_key, leaf, others, 0, 0, rounds, rounds, 0);
	CHECK(file != NULL);
	int n = i2d_PKCS12(file, &der);
	PKCS12_free(file);
	X509_free(leaf);
	sk_X509_pop_free(others, X509_free);
	return keep(der, n);
}

static struct bytes
pkcs7_of(const struct forge_chain *chain)
{
	PKCS7 *bundle = PKCS7_new();
	unsigned char *der = NULL;

	CHECK(PKCS7_set_type(bundle, NID_pkcs7_signed) == 1 && PKCS7_content_new(bundle, NID_pkcs7_data) == 1);
	STACK_OF(X509) *others = issuers_of(chain);
	for (int i = 0; i < sk_X509_num(others); i++)
		CHECK(PKCS7_add_certificate(bundle, sk_X509_value(others, i)) == 1);
	int n = i2d_PKCS7(bundle, &der);
	PKCS7_free(bundle);
	sk_X509_pop_free(others, X509_free);
	return keep(der, n);
}

/* EncryptedPrivateKeyInfo by that algorithm; `scrypt`: N of r = 8, p = 1 in its place. */
static struct bytes
sealed_key(EVP_PKEY *key, const char *passphrase, int rounds, uint64_t scrypt)
{
	PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(key);
	unsigned char *der = NULL;
	X509_ALGOR *algorithm =
		scrypt > 0 ? PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 0, NULL, scrypt, 8, 1)
			   : PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), rounds, NULL, 0, NULL, NID_hmacWithSHA256);

	X509_SIG *sealed = PKCS8_set0_pbe(passphrase, (int)strlen(passphrase), plain, algorithm);
	CHECK(sealed != NULL);
	int n = i2d_X509_SIG(sealed, &der);
	X509_SIG_free(sealed);
	PKCS8_PRIV_KEY_INFO_free(plain);
	return keep(der, n);
}

static struct bytes
key_der(EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int n = i2d_PrivateKey(key, &der);

	return keep(der, n);
}

/* The text of an encrypted key as old as the Proc-Type header. */
static struct bytes
old_key(EVP_PKEY *key, const char *passphrase)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;

	CHECK(PEM_write_bio_PrivateKey_traditional(bio, key, EVP_aes_128_cbc(), (const unsigned char *)passphrase,
		      (int)strlen(passphrase), NULL, NULL) == 1);
	long n = BIO_get_mem_data(bio, &text);
	struct bytes out = arena_bytes(&arena, (struct bytes){ (const uint8_t *)text, (size_t)n });
	BIO_free(bio);
	return out;
}

static struct bytes
text(const char *words)
{
	return bytes_of_str(str_of(words));
}

/* Is it the chain's leaf, intermediate and root in any order, and the leaf's key? */
static void
check_whole(const struct bundle *bundle, const struct forge_chain *chain)
{
	const struct bytes wanted[] = { chain->leaf, chain->intermediate, chain->root };
	size_t found = 0;

	assert_int_equal(bundle->certificate_count, 3);
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < 3; k++)
			found += bytes_equal(bundle->certificates[i]->der, wanted[k]);
	assert_int_equal(found, 3);
	assert_int_equal(bundle->key_count, 1);
	for (size_t i = 0; i < 3; i++)
		CHECK(bundle_key_fits(&bundle->keys[0], bundle->certificates[i]->spki) ==
			bytes_equal(bundle->certificates[i]->der, chain->leaf));
	assert_int_equal(bundle->locked_count, 0);
}

TEST(bundle, reads_pem_with_anything_around_it)
{
	struct forge_chain chain = forge_chain_make(FORGE_P256, &arena);
	struct str parts[] = { STR("Bag Attributes: none\n"), chain.root_pem, forge_key_pem(chain.leaf_key, &arena),
		STR("and\r\n"), chain.leaf_pem, chain.intermediate_pem,
		STR("-----BEGIN DH PARAMETERS-----\nMAA=\n"
		    "-----END DH PARAMETERS-----\n") };
	struct bundle bundle = read(bytes_of_str(forge_join(&arena, 7, parts)), NULL);

	CHECK(bundle.form == BUNDLE_PEM && !bundle.was_wrapped && bundle.remark_count == 0);
	check_whole(&bundle, &chain);
	assert_string_equal(bundle.keys[0].label, "PRIVATE KEY");
	CHECK(!bundle.keys[0].was_encrypted);
}

TEST(bundle, reads_der_of_certificates_and_of_keys)
{
	struct forge_chain chain = forge_chain_make(FORGE_RSA_2048, &arena);
	struct bytes both = forge_der(&arena, -1, chain.root, chain.leaf);

	struct bundle bundle = read(both, NULL);
	CHECK(bundle.form == BUNDLE_DER && bundle.certificate_count == 2 && bundle.key_count == 0);
	bundle = read(forge_der(&arena, -1, chain.root, text("xyz")), NULL);
	CHECK(bundle.certificate_count == 1 && remarks_hold(&bundle, "no certificate follows"));
	bundle = read(key_der(chain.leaf_key), NULL);
	CHECK(bundle.form == BUNDLE_DER && bundle.key_count == 1);
	assert_string_equal(bundle.keys[0].label, "RSA PRIVATE KEY");
	bundle = read(key_der(forge_key(FORGE_P384, 0)), NULL);
	assert_string_equal(bundle.keys[0].label, "EC PRIVATE KEY");
}

TEST(bundle, opens_pkcs12_under_its_passphrase_alone)
{
	struct forge_chain chain = forge_chain_make(FORGE_P256, &arena);
	struct bytes file = pkcs12_of(&chain, "p\xc3\xa4ss", 2048);

	struct bundle bundle = read(file, "p\xc3\xa4ss");
	CHECK(bundle.form == BUNDLE_PKCS12);
	check_whole(&bundle, &chain);
	CHECK(bundle.keys[0].was_encrypted);
	for (int i = 0; i < 3; i++) {
		static const char *const wrong[] = { NULL, "", "pass" };
		bundle = read(file, wrong[i]);
		CHECK(bundle.locked_count == 1 && bundle.certificate_count == 0 && bundle.key_count == 0);
		assert_string_equal(bundle.locked, "a PKCS #12 file");
	}
}

TEST(bundle, opens_pkcs12_without_a_passphrase_without_being_told)
{
	struct forge_chain chain = forge_chain_make(FORGE_P256, &arena);
	static const char *const kinds[] = { "", NULL };

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		struct bundle bundle = read(pkcs12_of(&chain, kinds[i], 1), NULL);
		check_whole(&bundle, &chain);
		bundle = read(pkcs12_of(&chain, kinds[i], 1), "something else");
		check_whole(&bundle, &chain);
	}
}

TEST(bundle, reads_pkcs7)
{
	struct forge_chain chain = forge_chain_make(FORGE_P256, &arena);
	struct bytes der = pkcs7_of(&chain);

	struct bundle bundle = read(der, NULL);
	CHECK(bundle.form == BUNDLE_PKCS7 && bundle.certificate_count == 2);
	bundle = read(bytes_of_str(forge_pem("PKCS7", der, &arena)), NULL);
	CHECK(bundle.form == BUNDLE_PEM && bundle.certificate_count == 2);
	bundle = read(bytes_of_str(forge_pem("CMS", der, &arena)), NULL);
	CHECK(bundle.certificate_count == 2);
	bundle = read(bytes_of_str(forge_pem("PKCS7", chain.leaf, &arena)), NULL);
	CHECK(bundle.certificate_count == 0 && remarks_hold(&bundle, "PKCS #7 bundle in it is damaged"));
}

TEST(bundle, opens_encrypted_keys)
{
	EVP_PKEY *key = forge_key(FORGE_P256, 0);
	const struct bytes files[] = {
		sealed_key(key, "secret", 2048, 0),
		sealed_key(key, "secret", 0, 1024),
		bytes_of_str(forge_pem("ENCRYPTED PRIVATE KEY", sealed_key(key, "secret", 1, 0), &arena)),
		old_key(key, "secret"),
	};

	for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
		struct bundle bundle = read(files[i], "secret");
		CHECK(bundle.key_count == 1 && bundle.keys[0].was_encrypted && bundle.locked_count == 0);
		CHECK(bundle.keys[0].spki.p != NULL);
		bundle = read(files[i], "wrong");
		CHECK(bundle.key_count == 0 && bundle.locked_count == 1);
		assert_string_equal(bundle.locked, "a private key");
		bundle = read(files[i], NULL);
		CHECK(bundle.key_count == 0 && bundle.locked_count == 1);
	}
}

TEST(bundle, spends_no_more_than_it_may)
{
	struct forge_chain chain = forge_chain_make(FORGE_P256, &arena);
	const struct {
		struct bytes file;
		uint64_t enough;
	} cases[] = {
		{ sealed_key(chain.leaf_key, "secret", 5000, 0), 5000 },
		{ sealed_key(chain.leaf_key, "secret", 0, 1024), 8192 },
		/* MAC, certificates, key. */
		{ pkcs12_of(&chain, "secret", 3000), 9000 },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct fault fault = { 0 };
		struct bundle bundle;
		CHECK_OK(bundle_read(cases[i].file, secret_of("secret"), cases[i].enough, &arena, &bundle, &fault),
			fault);
		CHECK(bundle.key_count == 1);
		CHECK(!bundle_read(cases[i].file, secret_of("secret"), cases[i].enough - 1, &arena, &bundle, &fault));
		CHECK(fault.code == FAULT_INVALID_ARGS && strstr(fault.say, "rounds or more") != NULL);
	}
}

/* Counts of rounds that no number holds: patched into what was made with 65,537 of them. */
TEST(bundle, is_not_kept_busy)
{
	static const uint8_t rounds[] = { 0x02, 0x03, 0x01, 0x00, 0x01 };
	struct bytes file = sealed_key(forge_key(FORGE_P256, 0), "secret", 65537, 0);
	struct fault fault = { 0 };
	struct bundle bundle;

	uint8_t *at = memmem((void *)(uintptr_t)file.p, file.n, rounds, sizeof rounds);
	CHECK(at != NULL);
	at[2] = 0x7f;
	at[3] = 0xff;
	CHECK(!bundle_read(file, secret_of("x"), 8000000, &arena, &bundle, &fault));
	CHECK(strstr(fault.say, "8388353 rounds") != NULL);
	at[2] = 0x80; /* negative */
	CHECK(!bundle_read(file, secret_of("x"), BUNDLE_MAX_ROUNDS, &arena, &bundle, &fault));
	CHECK(fault.code == FAULT_INVALID_ARGS);
}

TEST(bundle, has_limits)
{
	struct forge_chain chain = forge_chain_make(FORGE_P256, &arena);
	struct fault fault = { 0 };
	struct bundle bundle;
	struct buffer many = { 0 };

	for (int i = 0; i <= BUNDLE_MAX_CERTIFICATES; i++)
		buffer_put(&many, chain.root.p, chain.root.n);
	CHECK(!bundle_read(bytes_of_str(buffer_str(&many)), secret_of(NULL), 0, &arena, &bundle, &fault));
	assert_string_equal(fault.say, "It holds more than 5000 certificates.");
	while (many.n <= BUNDLE_MAX_BYTES)
		buffer_put_cstr(&many, "----------------------------------------------------------------\n");
	CHECK(!bundle_read(bytes_of_str(buffer_str(&many)), secret_of(NULL), 0, &arena, &bundle, &fault));
	assert_string_equal(fault.say, "It is longer than 8388608 bytes.");
	CHECK(!bundle_read(text("x"), (struct secret){ (uint8_t *)many.p, BUNDLE_MAX_PASSPHRASE_BYTES + 1 }, 0, &arena,
		&bundle, &fault));
	assert_string_equal(fault.say, "The passphrase is longer than 1000 bytes.");
	buffer_done(&many);
	/* Remarks are counted no further than people read. */
	for (int i = 0; i < 2 * BUNDLE_MAX_REMARKS; i++)
		buffer_put_cstr(&many, "-----BEGIN X-----\nMAA=\n-----END X-----\n");
	CHECK(bundle_read(bytes_of_str(buffer_str(&many)), secret_of(NULL), 0, &arena, &bundle, &fault));
	assert_int_equal(bundle.remark_count, BUNDLE_MAX_REMARKS);
	buffer_done(&many);
}

TEST(bundle, undoes_what_editors_and_mail_do)
{
	struct forge_chain chain = forge_chain_make(FORGE_P256, &arena);
	struct buffer wide = { 0 };
	struct buffer base64 = { 0 };

	buffer_put(&wide, "\xff\xfe", 2);
	for (size_t i = 0; i < chain.leaf_pem.n; i++)
		buffer_put(&wide, (char[]){ chain.leaf_pem.p[i], '\0' }, 2);
	struct bundle bundle = read(bytes_of_str(buffer_str(&wide)), NULL);
	CHECK(bundle.was_wrapped && bundle.certificate_count == 1);
	base64_encode(&base64, bytes_of_str(chain.leaf_pem), 64);
	bundle = read(bytes_of_str(buffer_str(&base64)), NULL);
	CHECK(bundle.was_wrapped && bundle.form == BUNDLE_PEM && bundle.certificate_count == 1);
	buffer_reset(&base64);
	base64_encode(&base64, chain.leaf, 76);
	bundle = read(bytes_of_str(buffer_str(&base64)), NULL);
	CHECK(bundle.was_wrapped && bundle.form == BUNDLE_DER && bundle.certificate_count == 1);
	buffer_done(&base64);
	buffer_done(&wide);
}

TEST(bundle, remarks_on_what_it_passes_over)
{
	static const struct {
		const char *text;
		const char *remark;
	} cases[] = {
		{ "", "It is empty." },
		{ "hello", "No line -----BEGIN CERTIFICATE-----" },
		{ "-----BEGIN CERTIFICATE-----\nMII\n", "\"CERTIFICATE\" cannot be read: its END line is missing" },
		{ "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
			"A certificate in it cannot be read" },
		{ "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n", "signing request" },
		{ "-----BEGIN OPENSSH PRIVATE KEY-----\nMAA=\n-----END OPENSSH PRIVATE KEY-----\n", "ssh-keygen" },
		{ "-----BEGIN DSA PRIVATE KEY-----\nMAA=\n-----END DSA PRIVATE KEY-----\n", "DSA" },
		{ "-----BEGIN X-----\nMAA=\n-----END X-----\n", "A block labelled \"X\" was passed over." },
		{ "-----BEGIN TRUSTED CERTIFICATE-----\nMAA=\n-----END TRUSTED CERTIFICATE-----\n", "is damaged" },
		{ "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n", "is damaged" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct bundle bundle = read(text(cases[i].text), "secret");
		CHECK(bundle.certificate_count == 0 && bundle.key_count == 0 && bundle.locked_count == 0);
		if (bundle.remark_count != 1 || !remarks_hold(&bundle, cases[i].remark))
			fail_msg("%s: %.*s", cases[i].remark, STR_ARG(bundle.remarks[0]));
	}
}

/* A key fits by its public half, however the point is written. */
TEST(bundle, knows_a_point_in_both_forms)
{
	EVP_PKEY *key = EVP_PKEY_dup(forge_key(FORGE_P256, 1));
	struct bundle bundle = read(key_der(key), NULL);
	unsigned char *spki = NULL;

	CHECK(EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed") == 1);
	int n = i2d_PUBKEY(key, &spki);
	struct bytes compressed = keep(spki, n);
	CHECK(compressed.n < bundle.keys[0].spki.n);
	CHECK(bundle_key_fits(&bundle.keys[0], compressed));
	EVP_PKEY_free(key);
	spki = NULL;
	n = i2d_PUBKEY(forge_key(FORGE_P256, 2), &spki);
	CHECK(!bundle_key_fits(&bundle.keys[0], keep(spki, n)));
	spki = NULL;
	n = i2d_PUBKEY(forge_key(FORGE_ED25519, 0), &spki);
	CHECK(!bundle_key_fits(&bundle.keys[0], keep(spki, n)));
}

TEST(bundle, survives_every_cut_and_flip)
{
	struct forge_chain chain = forge_chain_make(FORGE_P256, &arena);
	struct bytes file = pkcs12_of(&chain, "secret", 1);
	uint8_t *bent = arena_alloc(&arena, file.n);
	struct arena scratch = { 0 };

	for (size_t i = 0; i < file.n; i += 3) {
		struct fault fault = { 0 };
		struct bundle bundle;
		memcpy(bent, file.p, file.n);
		bent[i] ^= (uint8_t)(1u << (i % 8));
		(void)!bundle_read(
			(struct bytes){ bent, file.n }, secret_of("secret"), 5000, &scratch, &bundle, &fault);
		(void)!bundle_read((struct bytes){ file.p, i }, secret_of("secret"), 5000, &scratch, &bundle, &fault);
		arena_reset(&scratch);
	}
	arena_done(&scratch);
}

TEST(bundle, leaves_nothing_behind)
{
	arena_done(&arena);
}

TEST_MAIN("x509_bundle");
