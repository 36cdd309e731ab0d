#include "x509/csr.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/base64.h"
#include "base/buffer.h"
#include "forge.h"
#include "test.h"
#include "x509/build.h"

AUTO_FREE(X509_REQ, X509_REQ_free);
AUTO_FREE(X509_EXTENSION, X509_EXTENSION_free);
AUTO_FREE(EVP_PKEY, EVP_PKEY_free);
AUTO_FREE(EVP_MD_CTX, EVP_MD_CTX_free);

/* What a request is to be. Zero-initialised: CN=example.com, P-256, no attributes, signed as it should be. */
struct wish {
	EVP_PKEY *key, *signer; /* NULL: P-256; the key */
	const char *digest;     /* NULL: SHA256, or none for Ed25519 and Ed448 */
	bool pss;
	int version;
	struct bytes subject, spki, algorithm; /* in place of what would be written */
	struct bytes attributes;               /* one after another, without [0] */
	bool without_attributes;               /* not even [0] */
};

static struct bytes
spki_of(EVP_PKEY *key, struct arena *arena)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);
	struct bytes spki = arena_bytes(arena, (struct bytes){ der, (size_t)n });

	OPENSSL_free(der);
	return spki;
}

static struct bytes
common_name(const char *value, struct arena *arena)
{
	struct name_part part = { STR("2.5.4.3"), str_of(value) };
	struct fault fault = { 0 };
	struct bytes der = { 0 };

	CHECK_OK(name_build(&part, 1, arena, &der, &fault), fault);
	return der;
}

static struct bytes
attribute(const char *oid, struct bytes values, struct arena *arena)
{
	return forge_der(arena, 0x30, forge_oid(oid, arena), forge_der(arena, 0x31, values));
}

/* extensionRequest. */
static struct bytes
extensions_attribute(struct bytes extensions, struct arena *arena)
{
	return attribute("1.2.840.113549.1.9.14", forge_der(arena, 0x30, extensions), arena);
}

/* Signs, and tells by what algorithm, as OpenSSL would write it into a certificate. */
static struct bytes
sign(const struct wish *wish, EVP_PKEY *key, struct bytes bytes, struct bytes *algorithm, struct arena *arena)
{
	bool edwards = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 || EVP_PKEY_get_base_id(key) == EVP_PKEY_ED448;
	const char *digest = edwards ? NULL : wish->digest != NULL ? wish->digest : "SHA256";
	EVP_PKEY_CTX *options = NULL;
	unsigned char *identifier = NULL;
	X509_ALGOR *algor = NULL;
	size_t n = 0;
	AUTO(EVP_MD_CTX) context = EVP_MD_CTX_new();

	CHECK(EVP_DigestSignInit_ex(context, &options, digest, NULL, NULL, key, NULL) == 1);
	if (wish->pss)
		CHECK(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
			EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1);
	/* OpenSSL writes the identifier that goes with a context into what it signs. */
	AUTO(EVP_MD_CTX) copy = EVP_MD_CTX_new();
	CHECK(EVP_MD_CTX_copy_ex(copy, context) == 1);
	AUTO(X509_REQ) request = X509_REQ_new();
	CHECK(X509_REQ_set_pubkey(request, key) == 1 && X509_REQ_sign_ctx(request, copy) > 0);
	X509_REQ_get0_signature(request, NULL, (const X509_ALGOR **)&algor);
	int identifier_n = i2d_X509_ALGOR(algor, &identifier);
	*algorithm = arena_bytes(arena, (struct bytes){ identifier, (size_t)identifier_n });
	OPENSSL_free(identifier);

	CHECK(EVP_DigestSign(context, NULL, &n, bytes.p, bytes.n) == 1);
	uint8_t *signature = arena_alloc(arena, n);
	CHECK(EVP_DigestSign(context, signature, &n, bytes.p, bytes.n) == 1);
	return (struct bytes){ signature, n };
}

static struct bytes
wish_info(const struct wish *wish, EVP_PKEY *key, struct arena *arena)
{
	uint8_t version = (uint8_t)wish->version;

	return forge_der(arena, 0x30, forge_der(arena, 0x02, { &version, 1 }),
		wish->subject.p != NULL ? wish->subject : common_name("example.com", arena),
		wish->spki.p != NULL ? wish->spki : spki_of(key, arena),
		wish->without_attributes ? (struct bytes){ 0 } : forge_der(arena, 0xa0, wish->attributes));
}

static struct bytes
wish_der(const struct wish *wish, struct arena *arena)
{
	EVP_PKEY *key = wish->key != NULL ? wish->key : forge_key(FORGE_P256, 0);
	struct bytes info = wish_info(wish, key, arena);
	struct bytes algorithm;
	struct bytes signature = sign(wish, wish->signer != NULL ? wish->signer : key, info, &algorithm, arena);

	return forge_der(arena, 0x30, info, wish->algorithm.p != NULL ? wish->algorithm : algorithm,
		forge_der(arena, 0x03, forge_text("\0"), signature));
}

static struct bytes
pem_of(struct bytes der, struct arena *arena)
{
	return bytes_of_str(forge_pem("CERTIFICATE REQUEST", der, arena));
}

static void
check_refused(struct bytes pem, const char *words)
{
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct verifier *verifier = verifier_new();
	const struct csr *csr = NULL;

	if (csr_read(pem, verifier, &arena, &csr, &fault))
		fail_msg("nobody said \"%s\"", words);
	CHECK(csr == NULL && fault.code == FAULT_MALFORMED_CSR && utf8_valid(str_of(fault.say)));
	if (strncmp(fault.say, "The certificate signing request is malformed", 44) != 0 ||
		strstr(fault.say, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fault.say, words);
	CHECK(ERR_peek_error() == 0);
	verifier_free(verifier);
	arena_done(&arena);
}

static void
check_wish_refused(const struct wish *wish, const char *words)
{
	struct arena arena = { 0 };

	check_refused(pem_of(wish_der(wish, &arena), &arena), words);
	arena_done(&arena);
}

static const struct csr *
read_pem(struct bytes pem, struct arena *arena)
{
	struct fault fault = { 0 };
	struct verifier *verifier = verifier_new();
	const struct csr *csr = NULL;

	CHECK_OK(csr_read(pem, verifier, arena, &csr, &fault), fault);
	CHECK(ERR_peek_error() == 0);
	verifier_free(verifier);
	return csr;
}

static const struct csr *
read_wish(const struct wish *wish, struct arena *arena)
{
	return read_pem(pem_of(wish_der(wish, arena), arena), arena);
}

/* ---- Right ones ---- */

TEST(csr, tells_what_it_says)
{
	struct arena arena = { 0 };
	struct wish wish = { 0 };
	struct bytes names = forge_hex("3013820b6578616d706c652e636f6d870401020304", &arena);

	wish.attributes = forge_der(&arena, -1, attribute("1.2.840.113549.1.9.7", forge_text("\x0c\x01x"), &arena),
		extensions_attribute(
			forge_der(&arena, -1, forge_extension("2.5.29.17", true, names, &arena),
				forge_extension("2.5.29.15", false, forge_text("\x03\x02\x07\x80"), &arena)),
			&arena));
	struct bytes der = wish_der(&wish, &arena);
	const struct csr *csr = read_pem(pem_of(der, &arena), &arena);

	CHECK(bytes_equal(csr->der, der) && csr->info.n < der.n);
	CHECK(bytes_equal(csr->subject, common_name("example.com", &arena)));
	CHECK_TEXT(name_get(&csr->subject_name, NAME_OID_COMMON_NAME), "example.com");
	CHECK(bytes_equal(csr->spki, spki_of(forge_key(FORGE_P256, 0), &arena)));
	CHECK(csr->key.algorithm == KEY_EC_P256 && csr->extension_count == 2);
	CHECK_TEXT(csr->extensions[0].oid, "2.5.29.17");
	CHECK_TEXT(csr->extensions[1].oid, "2.5.29.15");
	CHECK(csr->extensions[0].critical && !csr->extensions[1].critical && csr->names_critical);
	CHECK(csr->name_count == 2);
	CHECK_TEXT(csr->names[0].text, "example.com");
	CHECK_TEXT(csr->names[1].text, "1.2.3.4");
	arena_done(&arena);
}

TEST(csr, needs_no_attributes)
{
	struct arena arena = { 0 };
	struct wish wish = { 0 };

	const struct csr *csr = read_wish(&wish, &arena);
	CHECK(csr->extension_count == 0 && csr->name_count == 0 && !csr->names_critical);
	/* They are no OPTIONAL field, but some leave them out. */
	wish.without_attributes = true;
	CHECK(read_wish(&wish, &arena)->extension_count == 0);
	/* An empty list of extensions, and an empty subject. */
	wish = (struct wish){ .attributes = extensions_attribute((struct bytes){ 0 }, &arena),
		.subject = forge_text("\x30\x00") };
	csr = read_wish(&wish, &arena);
	CHECK(csr->extension_count == 0 && csr->subject_name.n == 0);
	arena_done(&arena);
}

TEST(csr, takes_the_extensions_under_windows_own_name)
{
	struct arena arena = { 0 };
	struct bytes extension = forge_extension("2.5.29.17", false,
		forge_text("\x30\x03\x82\x01"
			   "a"),
		&arena);
	struct wish wish = { .attributes =
				     attribute("1.3.6.1.4.1.311.2.1.14", forge_der(&arena, 0x30, extension), &arena) };

	CHECK(read_wish(&wish, &arena)->name_count == 1);
	arena_done(&arena);
}

TEST(csr, takes_every_kind_of_key_and_signature_that_it_promises)
{
	static const enum forge_kind kinds[] = { FORGE_P256, FORGE_P384, FORGE_P521, FORGE_RSA_1024, FORGE_RSA_2048 };
	static const char *const digests[] = { "SHA1", "SHA224", "SHA256", "SHA384", "SHA512" };

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		for (size_t k = 0; k < ARRAY_COUNT(digests); k++) {
			struct arena arena = { 0 };
			struct wish wish = { .key = forge_key(kinds[i], 2), .digest = digests[k] };
			(void)read_wish(&wish, &arena);
			wish.pss = kinds[i] == FORGE_RSA_2048;
			(void)read_wish(&wish, &arena);
			arena_done(&arena);
		}
}

TEST(csr, takes_keys_that_acm_would_not)
{
	struct arena arena = { 0 };
	AUTO(EVP_PKEY) ed448 = EVP_PKEY_Q_keygen(NULL, NULL, "ED448");
	AUTO(EVP_PKEY) odd = EVP_RSA_gen(1280);
	struct wish wish = { .key = ed448 };

	CHECK_TEXT(str_of(read_wish(&wish, &arena)->key.words), "Ed448");
	wish.key = forge_key(FORGE_ED25519, 0);
	CHECK_TEXT(str_of(read_wish(&wish, &arena)->key.words), "Ed25519");
	wish.key = odd;
	CHECK_TEXT(str_of(read_wish(&wish, &arena)->key.words), "RSA 1280");
	arena_done(&arena);
}

TEST(csr, takes_text_around_its_block_and_both_labels)
{
	struct arena arena = { 0 };
	struct wish wish = { 0 };
	struct bytes der = wish_der(&wish, &arena);
	struct str pem = forge_pem("NEW CERTIFICATE REQUEST", der, &arena);

	(void)read_pem(bytes_of_str(pem), &arena);
	(void)read_pem(
		bytes_of_str(arena_printf(&arena, "Certificate Request:\n  Data:\n%.*s\nbye\n", STR_ARG(pem))), &arena);
	/* Lines that end in CR LF. */
	struct buffer crlf = { 0 };
	for (size_t i = 0; i < pem.n; i++)
		buffer_printf(&crlf, "%s%c", pem.p[i] == '\n' ? "\r" : "", pem.p[i]);
	(void)read_pem(bytes_of_str(buffer_str(&crlf)), &arena);
	buffer_done(&crlf);
	arena_done(&arena);
}

/* Many, and each as OpenSSL reads it. */
TEST(csr, agrees_with_openssl)
{
	static const char *const names[] = { "DNS:a.example,IP:192.0.2.1", "critical,email:a@b.example,URI:urn:x:y",
		NULL };
	static const enum forge_kind kinds[] = { FORGE_P256, FORGE_RSA_2048, FORGE_ED25519 };

	for (size_t i = 0; i < ARRAY_COUNT(names) * ARRAY_COUNT(kinds); i++) {
		struct arena arena = { 0 };
		unsigned char *der = NULL;
		const char *wanted = names[i % ARRAY_COUNT(names)];
		EVP_PKEY *key = forge_key(kinds[i / ARRAY_COUNT(names)], 1);
		X509_NAME *subject;
		AUTO(X509_REQ) request = X509_REQ_new();
		CHECK(X509_REQ_set_version(request, 0) == 1 && X509_REQ_set_pubkey(request, key) == 1);
		subject = X509_REQ_get_subject_name(request);
		CHECK(X509_NAME_add_entry_by_txt(subject, "C", MBSTRING_UTF8, (const unsigned char *)"DE", -1, -1, 0) ==
			1);
		CHECK(X509_NAME_add_entry_by_txt(
			      subject, "O", MBSTRING_UTF8, (const unsigned char *)"Grüße", -1, -1, 0) == 1);
		if (wanted != NULL) {
			STACK_OF(X509_EXTENSION) *extensions = sk_X509_EXTENSION_new_null();
			CHECK(sk_X509_EXTENSION_push(
				      extensions, X509V3_EXT_nconf_nid(NULL, NULL, NID_subject_alt_name, wanted)) == 1);
			CHECK(X509_REQ_add_extensions(request, extensions) == 1);
			sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
		}
		CHECK(X509_REQ_sign(
			      request, key, kinds[i / ARRAY_COUNT(names)] == FORGE_ED25519 ? NULL : EVP_sha256()) > 0);
		int n = i2d_X509_REQ(request, &der);
		const struct csr *csr = read_pem(pem_of((struct bytes){ der, (size_t)n }, &arena), &arena);
		CHECK(csr->name_count == (wanted != NULL ? 2 : 0));
		CHECK(csr->names_critical == (wanted != NULL && strncmp(wanted, "critical", 8) == 0));
		CHECK_TEXT(name_render(&csr->subject_name, &arena), "C=DE,O=Grüße");
		OPENSSL_free(der);
		arena_done(&arena);
	}
}

/* ---- Wrong ones ---- */

TEST(csr, refuses_a_signature_that_is_not_its_own)
{
	struct arena arena = { 0 };
	struct wish wish = { .signer = forge_key(FORGE_P256, 1) };

	check_wish_refused(&wish, "signature does not verify");
	wish = (struct wish){ .key = forge_key(FORGE_RSA_2048, 0), .signer = forge_key(FORGE_RSA_2048, 1) };
	check_wish_refused(&wish, "signature does not verify");
	wish = (struct wish){ .key = forge_key(FORGE_ED25519, 0), .signer = forge_key(FORGE_ED25519, 1) };
	check_wish_refused(&wish, "signature does not verify");
	/* Of another family. */
	wish = (struct wish){ .key = forge_key(FORGE_RSA_2048, 0), .signer = forge_key(FORGE_P256, 0) };
	check_wish_refused(&wish, "signature does not verify");
	arena_done(&arena);
}

/* Whatever octet is changed, nobody has signed that. */
TEST(csr, refuses_each_change_of_what_was_signed)
{
	struct arena arena = { 0 };
	struct wish wish = { 0 };
	struct bytes der = wish_der(&wish, &arena);
	struct verifier *verifier = verifier_new();

	for (size_t i = 0; i < der.n; i++) {
		struct arena call = { 0 };
		struct fault fault = { 0 };
		const struct csr *csr = NULL;
		uint8_t *changed = (uint8_t *)arena_bytes(&call, der).p;
		changed[i] ^= 1;
		CHECK(!csr_read(pem_of((struct bytes){ changed, der.n }, &call), verifier, &call, &csr, &fault));
		CHECK(fault.code == FAULT_MALFORMED_CSR && csr == NULL);
		arena_done(&call);
	}
	verifier_free(verifier);
	arena_done(&arena);
}

TEST(csr, refuses_what_is_cut_or_longer_or_not_der)
{
	struct arena arena = { 0 };
	struct wish wish = { 0 };
	struct bytes der = wish_der(&wish, &arena);

	for (size_t n = 1; n < der.n; n += 7)
		check_refused(pem_of((struct bytes){ der.p, n }, &arena), "it is not DER, or it is cut short");
	check_refused(pem_of(forge_der(&arena, -1, der, forge_text("\0\0")), &arena), "2 stray bytes follow it");
	check_refused(pem_of(forge_text("\x30\x00"), &arena), "not a certificate signing request");
	/* BER: an indefinite length, a length in more octets than it needs. */
	check_refused(pem_of(forge_der(&arena, -1, forge_text("\x30\x80"), (struct bytes){ der.p + 3, der.n - 3 },
				     forge_text("\0\0")),
			      &arena),
		"not DER");
	check_refused(pem_of(forge_der(&arena, -1, forge_text("\x30\x82\x00"), (struct bytes){ der.p + 2, der.n - 2 }),
			      &arena),
		"not DER");
	/* A certificate under a request's label. */
	check_refused(pem_of(forge_certificate(&(struct recipe){ 0 }, &arena), &arena), "version");
	arena_done(&arena);
}

TEST(csr, refuses_malformed_fields)
{
	struct arena arena = { 0 };
	struct wish wish = { .version = 1 };

	check_wish_refused(&wish, "version");
	wish = (struct wish){ .subject = forge_text("\x30\x02\x31\x00") };
	check_wish_refused(&wish, "its subject is malformed");
	wish = (struct wish){ .spki = forge_text("\x30\x02\x30\x00") };
	check_wish_refused(&wish, "its public key is malformed");
	wish = (struct wish){ .attributes = forge_text("\x30\x00") };
	check_wish_refused(&wish, "one of its attributes is malformed");
	wish = (struct wish){ .attributes = attribute("1.2.840.113549.1.9.14", (struct bytes){ 0 }, &arena) };
	check_wish_refused(&wish, "not exactly one value");
	wish = (struct wish){ .attributes = attribute("1.2.840.113549.1.9.14",
				      forge_der(&arena, -1, forge_text("\x30\x00\x30\x00")), &arena) };
	check_wish_refused(&wish, "not exactly one value");
	wish = (struct wish){ .attributes = extensions_attribute(forge_text("\x30\x00"), &arena) };
	check_wish_refused(&wish, "one of its extensions is malformed");
	wish = (struct wish){ .attributes = extensions_attribute(
				      forge_extension("2.5.29.17", false, forge_text("\x30\x03xyz"), &arena), &arena) };
	check_wish_refused(&wish, "subjectAltName extension is malformed");
	arena_done(&arena);
}

TEST(csr, refuses_what_is_there_twice)
{
	struct arena arena = { 0 };
	struct bytes password = attribute("1.2.840.113549.1.9.7", forge_text("\x0c\x01x"), &arena);
	struct bytes names = forge_extension("2.5.29.17", false,
		forge_text("\x30\x03\x82\x01"
			   "a"),
		&arena);
	struct bytes unknown = forge_extension("1.2.3.4", false, forge_text("a"), &arena);
	struct bytes extensions = extensions_attribute(names, &arena);
	struct wish wish = { .attributes = forge_der(&arena, -1, password, password) };

	check_wish_refused(&wish, "its attribute 1.2.840.113549.1.9.7 is there twice");
	wish.attributes = forge_der(&arena, -1, extensions, extensions);
	check_wish_refused(&wish, "is there twice");
	wish.attributes = extensions_attribute(forge_der(&arena, -1, names, unknown, names), &arena);
	check_wish_refused(&wish, "the extension 2.5.29.17 twice");
	wish.attributes = extensions_attribute(forge_der(&arena, -1, unknown, names, unknown), &arena);
	check_wish_refused(&wish, "the extension 1.2.3.4 twice");
	wish.attributes = forge_der(
		&arena, -1, extensions, attribute("1.3.6.1.4.1.311.2.1.14", forge_der(&arena, 0x30, unknown), &arena));
	check_wish_refused(&wish, "more than one list of extensions");
	arena_done(&arena);
}

/* `count` names of 4 octets. */
static struct bytes
many_names(size_t count, struct arena *arena)
{
	uint8_t *names = arena_alloc(arena, count * 4);

	for (size_t i = 0; i < count; i++)
		memcpy(names + 4 * i, (uint8_t[]){ 0x82, 2, (uint8_t)('a' + i / 26 % 26), (uint8_t)('a' + i % 26) }, 4);
	return forge_extension("2.5.29.17", false, forge_der(arena, 0x30, { names, count * 4 }), arena);
}

TEST(csr, has_limits)
{
	struct arena arena = { 0 };
	struct bytes all = { 0 };
	struct wish wish = { .attributes = extensions_attribute(many_names(10000, &arena), &arena) };

	CHECK(read_wish(&wish, &arena)->name_count == 10000);
	wish.attributes = extensions_attribute(many_names(10001, &arena), &arena);
	check_wish_refused(&wish, "more than 10000 names");
	for (unsigned i = 0; i < 101; i++) {
		if (i == 100) {
			wish.attributes = extensions_attribute(all, &arena);
			CHECK(read_wish(&wish, &arena)->extension_count == CSR_MAX_EXTENSIONS);
		}
		char oid[16];
		(void)snprintf(oid, sizeof oid, "1.2.3.%u", i);
		all = forge_der(&arena, -1, all, forge_extension(oid, false, forge_text("a"), &arena));
	}
	wish.attributes = extensions_attribute(all, &arena);
	check_wish_refused(&wish, "more than 100 extensions");
	all = (struct bytes){ 0 };
	for (unsigned i = 0; i < 101; i++) {
		char oid[16];
		(void)snprintf(oid, sizeof oid, "1.2.3.%u", i);
		all = forge_der(&arena, -1, all, attribute(oid, forge_text("\x05\x00"), &arena));
	}
	wish.attributes = all;
	check_wish_refused(&wish, "more than 100 attributes");
	arena_done(&arena);
}

TEST(csr, refuses_signatures_that_prove_nothing)
{
	struct arena arena = { 0 };
	struct wish wish = { .key = forge_key(FORGE_RSA_2048, 0), .digest = "MD5" };

	check_wish_refused(&wish, "it is signed with MD5WITHRSA");
	wish.digest = NULL;
	wish.algorithm = forge_der(&arena, 0x30, forge_oid("1.2.840.113549.1.1.2", &arena), forge_text("\x05\x00"));
	check_wish_refused(&wish, "it is signed with MD2WITHRSA");
	wish.algorithm = forge_der(&arena, 0x30, forge_oid("1.2.840.10040.4.3", &arena));
	check_wish_refused(&wish, "it is signed with SHA1WITHDSA");
	wish.algorithm = forge_der(&arena, 0x30, forge_oid("1.2.3.4", &arena));
	check_wish_refused(&wish, "its signature algorithm 1.2.3.4 is not known here");
	wish.algorithm = forge_text("\x30\x00");
	check_wish_refused(&wish, "signature algorithm is malformed");
	wish.algorithm =
		forge_der(&arena, 0x30, forge_oid("1.2.840.113549.1.1.11", &arena), forge_text("\x05\x00\x05\x00"));
	check_wish_refused(&wish, "signature algorithm is malformed");
	arena_done(&arena);
}

static struct bytes
rsa_spki(const char *modulus, const char *exponent, struct arena *arena)
{
	return forge_der(arena, 0x30,
		forge_der(arena, 0x30, forge_oid("1.2.840.113549.1.1.1", arena), forge_text("\x05\x00")),
		forge_der(arena, 0x03, forge_text("\0"),
			forge_der(arena, 0x30, forge_der(arena, 0x02, forge_text("\0"), forge_hex(modulus, arena)),
				forge_der(arena, 0x02, forge_hex(exponent, arena)))));
}

TEST(csr, refuses_keys_that_are_weak_unknown_or_none)
{
	struct arena arena = { 0 };
	struct wish wish = { .key = forge_key(FORGE_RSA_512, 0) };
	char modulus[2049];
	AUTO(EVP_PKEY) secp256k1 = EVP_EC_gen("secp256k1");

	check_wish_refused(&wish, "its key is RSA 512, where RSA of 1024 to 8192 bits");
	wish = (struct wish){ .key = secp256k1 };
	check_wish_refused(&wish, "its key is EC secp256k1, where");

	memset(modulus, 'f', sizeof modulus - 1);
	modulus[256] = '\0';
	wish = (struct wish){ .spki = rsa_spki(modulus, "02", &arena) };
	check_wish_refused(&wish, "its public exponent is even");
	wish.spki = rsa_spki(modulus, "01", &arena);
	check_wish_refused(&wish, "its public exponent is 1");
	wish.spki = rsa_spki(modulus, "010000000000000001", &arena);
	check_wish_refused(&wish, "longer than 64 bits");
	modulus[255] = 'e';
	wish.spki = rsa_spki(modulus, "03", &arena);
	check_wish_refused(&wish, "modulus of its RSA key is even");
	modulus[255] = modulus[256] = 'f';
	modulus[2048] = '\0';
	wish.spki = rsa_spki(modulus, "03", &arena);
	check_wish_refused(&wish, "signature does not verify"); /* 8192 bits are no reason */
	char longer[2051];
	memcpy(longer, modulus, 2048);
	memcpy(longer + 2048, "ff", 3);
	wish.spki = rsa_spki(longer, "03", &arena);
	check_wish_refused(&wish, "its key is RSA 8200");

	/* RSA-PSS keys, Diffie-Hellman's X25519, a curve that spells itself out, a point off the curve. */
	struct bytes key = spki_of(forge_key(FORGE_RSA_1024, 0), &arena);
	wish.spki = forge_der(&arena, 0x30, forge_der(&arena, 0x30, forge_oid("1.2.840.113549.1.1.10", &arena)),
		(struct bytes){ key.p + 18, key.n - 18 });
	check_wish_refused(&wish, "its key is RSA-PSS 1024");
	wish.spki = forge_der(&arena, 0x30, forge_der(&arena, 0x30, forge_oid("1.3.101.110", &arena)),
		forge_der(&arena, 0x03,
			forge_text("\0"
				   "01234567890123456789012345678901")));
	check_wish_refused(&wish, "X25519");
	wish.spki = forge_der(&arena, 0x30,
		forge_der(&arena, 0x30, forge_oid("1.2.840.10045.2.1", &arena), forge_text("\x30\x00")),
		forge_der(&arena, 0x03, forge_text("\0\4xy")));
	check_wish_refused(&wish, "EC with explicit parameters");
	key = spki_of(forge_key(FORGE_P256, 0), &arena);
	uint8_t *off = (uint8_t *)arena_bytes(&arena, key).p;
	off[key.n - 1] ^= 1;
	wish.spki = (struct bytes){ off, key.n };
	check_wish_refused(&wish, "no valid key");
	arena_done(&arena);
}

/* ---- Fields that hold something else ---- */

TEST(csr, says_what_a_field_holds_instead)
{
	struct arena arena = { 0 };
	struct wish wish = { 0 };
	struct bytes der = wish_der(&wish, &arena);
	struct str pem = forge_pem("CERTIFICATE REQUEST", der, &arena);
	struct buffer base64 = { 0 };
	struct bytes decoded;

	check_refused((struct bytes){ 0 }, "It is empty");
	check_refused(forge_text(""), "It is empty");
	check_refused(forge_text(" \n"), "white space");
	check_refused(der, "openssl req -inform DER");
	check_refused(forge_certificate(&(struct recipe){ 0 }, &arena), "It is a certificate in DER");
	check_refused(forge_text("\x30\x05\x02\x01\x00\x30\x00"), "private key in DER");
	check_refused(forge_text("\x30\x02\x31\x00"), "not a certificate signing request");
	check_refused(forge_text("fileb://request.pem"), "name of a file");
	check_refused(forge_text("request.csr"), "name of a file");
	check_refused(forge_text("\xff\xfe-\0-\0"), "UTF-16");
	check_refused(forge_text("hello"), "No line -----BEGIN CERTIFICATE REQUEST----- is in its 5 bytes");
	base64_encode(&base64, der, 64);
	check_refused(bytes_of_str(buffer_str(&base64)), "base64 without its frame");
	buffer_reset(&base64);
	base64_encode(&base64, bytes_of_str(pem), 0);
	check_refused(bytes_of_str(buffer_str(&base64)), "encoded in base64 once more");
	buffer_done(&base64);
	/* The AWS CLI's file:// decodes base64, and passes over what is none. */
	CHECK(base64_decode(STR("BEGINCERTIFICATEREQUESTM"), &arena, &decoded));
	check_refused(decoded, "(CERTIFICATE REQUEST) was decoded as base64 by the client: use fileb://");
	CHECK(base64_decode(STR("BEGINNEWCERTIFICATEREQUESTMI"), &arena, &decoded));
	check_refused(decoded, "(NEW CERTIFICATE REQUEST) was decoded");
	arena_done(&arena);
}

TEST(csr, says_what_other_blocks_are)
{
	struct arena arena = { 0 };
	struct wish wish = { 0 };
	struct str pem = forge_pem("CERTIFICATE REQUEST", wish_der(&wish, &arena), &arena);
	struct str key = forge_key_pem(forge_key(FORGE_P256, 0), &arena);

	check_refused(bytes_of_str(key), "a key stays with its owner");
	check_refused(bytes_of_str(forge_join(&arena, 2, (struct str[]){ key, pem })), "a key stays with its owner");
	check_refused(bytes_of_str(forge_certificate_pem(&(struct recipe){ 0 }, &arena)), "It holds a certificate");
	check_refused(bytes_of_str(forge_pem("PUBLIC KEY", forge_text("x"), &arena)), "bare public key");
	check_refused(bytes_of_str(forge_pem("X509 CRL", forge_text("x"), &arena)), "labelled \"X509 CRL\"");
	check_refused(bytes_of_str(forge_join(&arena, 2, (struct str[]){ pem, pem })), "more than one request");
	check_refused(forge_text("-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n"), "END line is missing");
	check_refused(
		forge_text("-----BEGIN CERTIFICATE REQUEST-----\n*\n-----END CERTIFICATE REQUEST-----\n"), "base64");
	arena_done(&arena);
}

/* Nothing of a private key is ever said again. */
TEST(csr, never_quotes_a_key)
{
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct verifier *verifier = verifier_new();
	const struct csr *csr;
	struct str key = forge_key_pem(forge_key(FORGE_P256, 0), &arena);

	CHECK(!csr_read(bytes_of_str(key), verifier, &arena, &csr, &fault));
	struct str line = { strchr(key.p, '\n') + 1, 16 };
	CHECK(memmem(fault.say, strlen(fault.say), line.p, line.n) == NULL);
	verifier_free(verifier);
	arena_done(&arena);
}

/* ---- Built ---- */

TEST(csr, built_it_is_one_to_openssl_and_to_us)
{
	static const struct {
		enum forge_kind kind;
		enum signing_algorithm algorithm;
	} signers[] = { { FORGE_RSA_2048, SIGNING_SHA256_RSA }, { FORGE_RSA_2048, SIGNING_SHA512_RSA },
		{ FORGE_P256, SIGNING_SHA256_ECDSA }, { FORGE_P384, SIGNING_SHA384_ECDSA },
		{ FORGE_P521, SIGNING_SHA512_ECDSA } };

	for (size_t i = 0; i < 2 * ARRAY_COUNT(signers); i++) {
		struct arena arena = { 0 };
		EVP_PKEY *key = forge_key(signers[i / 2].kind, 0);
		struct wish wish = { .key = key, .digest = signing_digest(signers[i / 2].algorithm) };
		struct bytes spki = spki_of(key, &arena);
		struct bytes subject = common_name("Root CA", &arena);
		struct bytes algorithm;
		struct bytes read_subject;
		struct bytes read_spki;
		const char *why = "";
		unsigned char *again = NULL;
		struct certificate_extension extensions[] = { extension_basic_constraints(true, true, -1, &arena),
			extension_key_usage(true, KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN, &arena) };
		size_t count = i % 2 * 2;
		struct bytes info = csr_info_build(subject, spki, extensions, count, &arena);
		CHECK(csr_info_read(info, &arena, &read_subject, &read_spki, &why));
		CHECK(bytes_equal(read_subject, subject) && bytes_equal(read_spki, spki));
		struct bytes signature = sign(&wish, key, info, &algorithm, &arena);
		CHECK(bytes_equal(algorithm, signing_identifier(signers[i / 2].algorithm)));
		struct bytes der = csr_assemble(info, signers[i / 2].algorithm, signature, &arena);

		const unsigned char *p = der.p;
		AUTO(X509_REQ) request = d2i_X509_REQ(NULL, &p, (long)der.n);
		CHECK(request != NULL && p == der.p + der.n && X509_REQ_verify(request, key) == 1);
		STACK_OF(X509_EXTENSION) *theirs = X509_REQ_get_extensions(request);
		CHECK((theirs == NULL ? 0 : sk_X509_EXTENSION_num(theirs)) == (int)count);
		sk_X509_EXTENSION_pop_free(theirs, X509_EXTENSION_free);
		(void)i2d_re_X509_REQ_tbs(request, NULL);
		int n = i2d_X509_REQ(request, &again);
		CHECK(bytes_equal((struct bytes){ again, (size_t)n }, der));
		OPENSSL_free(again);

		const struct csr *csr = read_pem(pem_of(der, &arena), &arena);
		CHECK(csr->extension_count == count && bytes_equal(csr->info, info));
		arena_done(&arena);
	}
	ERR_clear_error();
}

static void
check_info_unread(struct bytes info, const char *words)
{
	struct arena arena = { 0 };
	struct bytes subject = { 0 };
	struct bytes spki = { 0 };
	const char *why = "nothing";

	CHECK(!csr_info_read(info, &arena, &subject, &spki, &why) && subject.p == NULL && spki.p == NULL);
	if (strstr(why, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", why, words);
	arena_done(&arena);
}

TEST(csr, the_signer_reads_no_info_that_this_house_would_not_build)
{
	struct arena arena = { 0 };
	EVP_PKEY *key = forge_key(FORGE_P256, 0);
	struct wish wish = { 0 };
	struct bytes info = wish_info(&wish, key, &arena);
	struct bytes certificate = forge_certificate(&(struct recipe){ 0 }, &arena);

	for (size_t n = 0; n < info.n; n++)
		check_info_unread((struct bytes){ info.p, n }, "");
	check_info_unread(forge_der(&arena, -1, info, forge_text("\0")), "something follows it");
	wish.attributes = attribute("1.2.840.113549.1.9.7", forge_text("\x0c\x01x"), &arena);
	check_info_unread(wish_info(&wish, key, &arena), "attributes that no request of this house has");
	wish.attributes = extensions_attribute((struct bytes){ 0 }, &arena);
	check_info_unread(wish_info(&wish, key, &arena), "attributes");
	/* critical FALSE, written out. */
	wish.attributes = extensions_attribute(
		forge_der(&arena, 0x30, forge_oid("1.2.3", &arena), forge_text("\x01\x01\x00\x04\x00")), &arena);
	check_info_unread(wish_info(&wish, key, &arena), "attributes");
	wish = (struct wish){ .without_attributes = true };
	check_info_unread(wish_info(&wish, key, &arena), "attributes");
	wish = (struct wish){ .version = 1 };
	check_info_unread(wish_info(&wish, key, &arena), "version");
	/* What is signed of a certificate is no request, nor the other way round. */
	const struct certificate *read;
	const char *why;
	CHECK(certificate_parse(certificate, &arena, &read, &why));
	check_info_unread(read->tbs, "version");
	arena_done(&arena);
}

TEST_MAIN("csr");
