#include "x509/certificate.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/base64.h"
#include "base/memory.h"
#include "forge.h"
#include "test.h"

AUTO_FREE(X509, X509_free);
AUTO_FREE(BIGNUM, BN_free);

static const struct certificate *
parse(struct bytes der, struct arena *arena)
{
	const struct certificate *certificate = NULL;
	const char *why = NULL;

	if (!certificate_parse(der, arena, &certificate, &why))
		fail_msg("%s", why);
	return certificate;
}

static void
check_refused(struct bytes der, const char *words)
{
	struct arena arena = { 0 };
	const struct certificate *certificate = NULL;
	const char *why = "nothing";

	CHECK(!certificate_parse(der, &arena, &certificate, &why));
	CHECK(certificate == NULL);
	if (strstr(why, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", why, words);
	arena_done(&arena);
}

static void
check_recipe_refused(const struct recipe *recipe, const char *words)
{
	struct arena arena = { 0 };

	check_refused(forge_certificate(recipe, &arena), words);
	arena_done(&arena);
}

TEST(certificate, tells_what_it_says)
{
	struct arena arena = { 0 };
	struct recipe recipe = forge_leaf(FORGE_P256);

	recipe.names = "DNS:a.example,IP:192.0.2.1,EMAIL:a@example.com,URI:http://a.example/";
	recipe.ocsp_url = "http://ocsp.example.com/";
	recipe.key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_DECIPHER_ONLY;
	const struct certificate *certificate = parse(forge_certificate(&recipe, &arena), &arena);

	CHECK(certificate->version == 3);
	CHECK(bytes_equal(certificate->serial, forge_text("\x03\xe9")) && !certificate->serial_negative);
	CHECK(certificate->not_before_ms == INT64_C(1767225600000) &&
		certificate->not_after_ms == INT64_C(1798761600000));
	CHECK(certificate->key.algorithm == KEY_EC_P256);
	CHECK_TEXT(str_of(certificate->signature_algorithm), "SHA256WITHECDSA");
	CHECK(certificate->has_key_usage && certificate->key_usage == recipe.key_usage);
	CHECK(certificate->has_extended_key_usage && certificate->extended_key_usage_count == 2);
	CHECK_TEXT(certificate->extended_key_usage[1], "1.3.6.1.5.5.7.3.2");
	CHECK(certificate->has_basic_constraints && !certificate->is_ca && certificate->path_length == -1);
	CHECK(certificate->name_count == 4 && certificate->names[3].kind == GENERAL_NAME_URI);
	CHECK_TEXT(certificate->names[1].text, "192.0.2.1");
	CHECK(certificate->ocsp_url_count == 1);
	CHECK_TEXT(certificate->ocsp_urls[0], "http://ocsp.example.com/");
	CHECK(certificate->flaw == NULL && certificate->ambiguity == NULL);
	CHECK(certificate_extension(certificate, "2.5.29.15") == &certificate->extensions[1]);
	CHECK(certificate->extensions[1].critical);
	CHECK(certificate_extension(certificate, "2.5.29.14") == NULL);
	CHECK_TEXT(certificate_label(certificate, &arena), "CN=leaf.example.com");
	CHECK_TEXT(certificate_issuer_label(certificate, &arena), "CN=Intermediate CA");
	CHECK(!certificate_is_self_issued(certificate));
	arena_done(&arena);
}

TEST(certificate, outlives_the_octets_it_was_read_from)
{
	struct arena arena = { 0 };
	struct bytes der = forge_certificate(&(struct recipe){ 0 }, &arena);
	uint8_t *copy = arena_alloc(&arena, der.n);

	memcpy(copy, der.p, der.n);
	const struct certificate *certificate = parse((struct bytes){ copy, der.n }, &arena);
	memset(copy, 0, der.n);
	CHECK(bytes_equal(certificate->der, der));
	CHECK_TEXT(certificate_label(certificate, &arena), "CN=example.com");
	arena_done(&arena);
}

TEST(certificate, has_a_serial_without_a_sign_octet)
{
	static const struct {
		const char *content;
		const char *magnitude;
		bool negative;
	} serials[] = { { "00", "00", false }, { "05", "05", false }, { "00ff", "ff", false },
		{ "7f00", "7f00", false }, { "ff", "01", true }, { "80", "80", true }, { "ff00", "0100", true },
		{ "8000", "8000", true } };
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(serials); i++) {
		const struct certificate *certificate =
			parse(forge_certificate(&(struct recipe){ .serial = serials[i].content }, &arena), &arena);
		CHECK(bytes_equal(certificate->serial, forge_hex(serials[i].magnitude, &arena)));
		CHECK(certificate->serial_negative == serials[i].negative);
	}
	arena_done(&arena);
	check_recipe_refused(&(struct recipe){ .serial = "0001" }, "its serial number is malformed");
	check_recipe_refused(&(struct recipe){ .serial = "ffff" }, "its serial number is malformed");
	check_recipe_refused(&(struct recipe){ .serial = "" }, "its serial number is malformed");
}

TEST(certificate, knows_the_times_of_rfc_5280)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} times[] = { { "700101000000Z", 0 }, { "500101000000Z", -631152000 }, { "491231235959Z", 2524607999 },
		{ "20500101000000Z", 2524608000 }, { "99991231235959Z", 253402300799 },
		{ "20000229120000Z", 951825600 }, { "00010101000000Z", -62135596800 },
		{ "00000101000000Z", -62167219200 }, { "00001231235959Z", -62135596801 } };
	static const char *const bad[] = { "2601010000Z", "260101000000+0100", "260101000000.5Z", "261301000000Z",
		"260001000000Z", "260229000000Z", "260431000000Z", "260101240000Z", "260101006000Z", "260101000060Z",
		"26010100000Z", "2601010000000", "19000229000000Z", "2601 1000000Z", "260101000000z", "" };
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(times); i++) {
		const struct certificate *certificate =
			parse(forge_certificate(&(struct recipe){ .not_after = times[i].text }, &arena), &arena);
		if (certificate->not_after_ms != times[i].seconds * 1000)
			fail_msg("%s is not %jd", times[i].text, (intmax_t)certificate->not_after_ms);
	}
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		check_recipe_refused(&(struct recipe){ .not_before = bad[i] }, "its validity is not two times");
	arena_done(&arena);
}

TEST(certificate, refuses_malformed_extensions_by_name)
{
	static const struct {
		const char *oid;
		const char *value;
		const char *words;
	} bad[] = {
		{ "2.5.29.15", "04020102", "keyUsage" },
		{ "2.5.29.15", "0300", "keyUsage" },
		{ "2.5.29.15", "030108", "keyUsage" },
		{ "2.5.29.15", "0302078000", "keyUsage" },
		{ "2.5.29.19", "30030101ff00", "basicConstraints" },
		{ "2.5.29.19", "3003010101", "basicConstraints" },
		{ "2.5.29.19", "30060101ff0201ff", "basicConstraints" },
		{ "2.5.29.19", "0500", "basicConstraints" },
		{ "2.5.29.37", "30020500", "extendedKeyUsage" },
		{ "2.5.29.37", "3003060180", "extendedKeyUsage" },
		{ "2.5.29.17", "30028201", "subjectAltName" },
		{ "2.5.29.17", "30020500", "subjectAltName" },
		{ "1.3.6.1.5.5.7.1.1", "3002300006", "authorityInfoAccess" },
		{ "1.3.6.1.5.5.7.1.1", "300c300a06082b06010505073001", "authorityInfoAccess" },
	};
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		check_recipe_refused(&(struct recipe){ .extensions = forge_extension(bad[i].oid, false,
							       forge_hex(bad[i].value, &arena), &arena) },
			bad[i].words);
	check_recipe_refused(&(struct recipe){ .extensions = forge_text("\x30\x02\x05\0") }, "one of its extensions");
	arena_done(&arena);
}

TEST(certificate, accepts_a_default_that_is_written_out)
{
	/* CA:FALSE and critical FALSE are defaults, which DER leaves out; many certificates have them. */
	struct arena arena = { 0 };
	struct bytes constraints = forge_der(&arena, 0x30, forge_oid("2.5.29.19", &arena), forge_text("\x01\x01\0"),
		forge_der(&arena, 0x04, forge_text("\x30\x03\x01\x01\0")));
	const struct certificate *certificate =
		parse(forge_certificate(&(struct recipe){ .extensions = constraints }, &arena), &arena);

	CHECK(certificate->has_basic_constraints && !certificate->is_ca && !certificate->extensions[0].critical);
	CHECK(certificate->flaw == NULL);
	arena_done(&arena);
}

TEST(certificate, caps_a_path_length_beyond_numbers)
{
	struct arena arena = { 0 };
	struct bytes huge =
		forge_extension("2.5.29.19", true, forge_hex("300e0101ff02090100000000000000ff", &arena), &arena);

	CHECK(parse(forge_certificate(&(struct recipe){ .extensions = huge }, &arena), &arena)->path_length ==
		INT32_MAX);
	arena_done(&arena);
}

TEST(certificate, keeps_its_limits)
{
	struct arena arena = { 0 };
	struct bytes extensions = { 0 };
	struct buffer names = { 0 };

	for (int i = 0; i <= CERTIFICATE_MAX_EXTENSIONS; i++) {
		struct str oid = arena_printf(&arena, "1.2.3.%d", i);
		if (i == CERTIFICATE_MAX_EXTENSIONS)
			CHECK(parse(forge_certificate(&(struct recipe){ .extensions = extensions }, &arena), &arena)
					->extension_count == CERTIFICATE_MAX_EXTENSIONS);
		extensions = forge_der(&arena, -1, extensions, forge_extension(oid.p, false, forge_text(""), &arena));
	}
	check_recipe_refused(&(struct recipe){ .extensions = extensions }, "more than 100 extensions");

	for (int i = 0; i < CERTIFICATE_MAX_NAMES; i++)
		buffer_put(&names, "\x82\x01x", 3);
	struct bytes many = bytes_of_str(buffer_str(&names));
	struct bytes list = forge_extension("2.5.29.17", false, forge_der(&arena, 0x30, many), &arena);
	CHECK(parse(forge_certificate(&(struct recipe){ .extensions = list }, &arena), &arena)->name_count ==
		CERTIFICATE_MAX_NAMES);
	list = forge_extension("2.5.29.17", false, forge_der(&arena, 0x30, many, forge_text("\x82\x01x")), &arena);
	check_recipe_refused(&(struct recipe){ .extensions = list }, "more than 10000 names");
	buffer_done(&names);
	arena_done(&arena);
}

TEST(certificate, labels_even_enormous_names)
{
	struct arena arena = { 0 };
	char name[4096];

	memset(name, 'x', sizeof name);
	struct str subject = arena_printf(&arena, "CN=%.*s", (int)sizeof name, name);
	struct str label = certificate_label(
		parse(forge_certificate(&(struct recipe){ .subject = subject.p }, &arena), &arena), &arena);
	CHECK(label.n < 200 && utf8_valid(label));
	label = certificate_label(parse(forge_certificate(&(struct recipe){ .subject = "" }, &arena), &arena), &arena);
	CHECK_TEXT(label, "a certificate without a subject");
	label = certificate_label(
		parse(forge_certificate(&(struct recipe){ .subject = "O=x" }, &arena), &arena), &arena);
	CHECK_TEXT(label, "O=x");
	arena_done(&arena);
}

TEST(certificate, refuses_what_follows_it_and_what_is_no_der)
{
	struct arena arena = { 0 };
	struct bytes der = forge_certificate(&(struct recipe){ 0 }, &arena);

	check_refused(forge_der(&arena, -1, der, forge_text("abc")), "3 stray bytes follow it");
	check_refused(forge_text(""), "it is not DER");
	check_refused(forge_text("hello"), "it is not DER");
	check_refused(forge_text("\x30\0"), "it is DER, but not a certificate");
	check_refused(forge_text("\x30\x80\0\0"), "it is not DER");
	/* The length once more, in an octet too many. */
	struct bytes body = { der.p + 4, der.n - 4 };
	check_refused(forge_der(&arena, -1, forge_text("\x30\x83\0"), { der.p + 2, 2 }, body), "it is not DER");
	arena_done(&arena);
}

TEST(certificate, cut_short_anywhere_is_refused)
{
	struct arena arena = { 0 };
	struct recipe recipe = forge_leaf(FORGE_RSA_1024);
	struct bytes der = forge_certificate(&recipe, &arena);
	const struct certificate *certificate;
	const char *why;

	for (size_t n = 0; n < der.n; n++) {
		struct arena inner = { 0 };
		/* On the heap, so that reading beyond is seen. */
		uint8_t *copy = memory_take(n);
		memcpy(copy, der.p, n);
		CHECK(!certificate_parse((struct bytes){ copy, n }, &inner, &certificate, &why));
		free(copy);
		arena_done(&inner);
	}
	arena_done(&arena);
}

/* ---- The same, read by libcrypto ---- */

static struct bytes
name_der(const X509_NAME *name)
{
	const unsigned char *der;
	size_t n;

	CHECK(X509_NAME_get0_der(name, &der, &n) == 1);
	return (struct bytes){ der, n };
}

static void
check_serial(const struct certificate *certificate, const X509 *x509)
{
	AUTO(BIGNUM) expected = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x509), NULL);
	AUTO(BIGNUM) found = BN_bin2bn(certificate->serial.p, (int)certificate->serial.n, NULL);

	BN_set_negative(found, certificate->serial_negative);
	CHECK(BN_cmp(expected, found) == 0);
}

static void
check_time(int64_t found_ms, const ASN1_TIME *time)
{
	struct tm tm;

	CHECK(ASN1_TIME_to_tm(time, &tm) == 1);
	CHECK(timegm(&tm) == found_ms / 1000);
}

static void
check_extensions(const struct certificate *certificate, const X509 *x509)
{
	CHECK(certificate->extension_count == (size_t)(X509_get_ext_count(x509) > 0 ? X509_get_ext_count(x509) : 0));
	for (size_t i = 0; i < certificate->extension_count; i++) {
		X509_EXTENSION *extension = X509_get_ext(x509, (int)i);
		const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(extension);
		char oid[256];
		CHECK(OBJ_obj2txt(oid, sizeof oid, X509_EXTENSION_get_object(extension), 1) > 0);
		CHECK_TEXT(certificate->extensions[i].oid, oid);
		CHECK(certificate->extensions[i].critical == (X509_EXTENSION_get_critical(extension) > 0));
		CHECK(bytes_equal(certificate->extensions[i].value,
			(struct bytes){ ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value) }));
	}
}

static void
check_agrees(const struct certificate *certificate, X509 *x509)
{
	unsigned char *spki = NULL;
	int spki_n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &spki);
	const ASN1_BIT_STRING *signature = NULL;

	CHECK(certificate->version == X509_get_version(x509) + 1);
	check_serial(certificate, x509);
	CHECK(bytes_equal(certificate->issuer, name_der(X509_get_issuer_name(x509))));
	CHECK(bytes_equal(certificate->subject, name_der(X509_get_subject_name(x509))));
	check_time(certificate->not_before_ms, X509_get0_notBefore(x509));
	check_time(certificate->not_after_ms, X509_get0_notAfter(x509));
	CHECK(bytes_equal(certificate->spki, (struct bytes){ spki, (size_t)spki_n }));
	OPENSSL_free(spki);
	X509_get0_signature(&signature, NULL, x509);
	CHECK(bytes_equal(certificate->signature,
		(struct bytes){ ASN1_STRING_get0_data(signature), (size_t)ASN1_STRING_length(signature) }));
	check_extensions(certificate, x509);
}

/* What the extensions mean, as libcrypto understands them: for whole certificates only. */
static void
check_meaning(const struct certificate *certificate, X509 *x509)
{
	uint32_t flags = X509_get_extension_flags(x509);
	GENERAL_NAMES *names = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
	EXTENDED_KEY_USAGE *usages = X509_get_ext_d2i(x509, NID_ext_key_usage, NULL, NULL);

	CHECK(certificate->is_ca == ((flags & EXFLAG_CA) != 0 && (flags & EXFLAG_BCONS) != 0));
	CHECK(certificate->path_length == X509_get_pathlen(x509));
	CHECK(certificate->name_count == (size_t)(names != NULL ? sk_GENERAL_NAME_num(names) : 0));
	CHECK(certificate->extended_key_usage_count == (size_t)(usages != NULL ? sk_ASN1_OBJECT_num(usages) : 0));
	if (certificate->has_key_usage) {
		CHECK(((certificate->key_usage & KEY_USAGE_KEY_CERT_SIGN) != 0) ==
			((X509_get_key_usage(x509) & KU_KEY_CERT_SIGN) != 0));
		CHECK(((certificate->key_usage & KEY_USAGE_DECIPHER_ONLY) != 0) ==
			((X509_get_key_usage(x509) & KU_DECIPHER_ONLY) != 0));
	}
	GENERAL_NAMES_free(names);
	EXTENDED_KEY_USAGE_free(usages);
}

static X509 *
libcrypto_parse(struct bytes der)
{
	const unsigned char *p = der.p;
	X509 *x509 = d2i_X509(NULL, &p, (long)der.n);

	ERR_clear_error();
	return x509;
}

TEST(certificate, reads_as_libcrypto_does)
{
	struct recipe recipes[] = {
		{ 0 },
		forge_leaf(FORGE_P256),
		forge_leaf(FORGE_P384),
		forge_leaf(FORGE_P521),
		forge_leaf(FORGE_RSA_1024),
		forge_leaf(FORGE_RSA_2048),
		forge_leaf(FORGE_ED25519),
		forge_intermediate(FORGE_P256),
		forge_root(FORGE_RSA_1024),
		{ .version = 1 },
		{ .version = 2 },
		{ .subject = "", .names = "DNS:a" },
		{ .subject = "C=DE,O=Example,CN=a,OU=b", .issuer = "O=x" },
		{ .serial = "00" },
		{ .serial = "80" },
		{ .serial = "00ffffffffffffffffffffffffffffffffffffff" },
		{ .not_before = "500101000000Z", .not_after = "99991231235959Z" },
		{ .names = "DNS:a,DNS:b,IP:::1,IP:10.0.0.1,URI:http://x,EMAIL:a@b" },
		{ .key_usage = 0x1ff,
			.ca = FORGE_CA_TRUE,
			.path_length = 4,
			.extended_key_usage = "2.5.29.37.0,1.2.3.4" },
		{ .ocsp_url = "http://ocsp", .digest = "SHA1" },
		{ .key = forge_key(FORGE_RSA_1024, 0), .pss = true },
		{ .key = forge_key(FORGE_RSA_1024, 0), .digest = "MD5" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(recipes); i++) {
		struct arena arena = { 0 };
		struct bytes der = forge_certificate(&recipes[i], &arena);
		AUTO(X509) x509 = libcrypto_parse(der);
		CHECK(x509 != NULL);
		check_agrees(parse(der, &arena), x509);
		check_meaning(parse(der, &arena), x509);
		arena_done(&arena);
	}
}

/* libcrypto refuses names with values that are no text; we keep those, in hexadecimal, and say so under a rule. */
static bool
has_odd_names(const struct certificate *certificate)
{
	for (size_t i = 0; i < certificate->subject_name.n; i++)
		if (certificate->subject_name.attributes[i].value.p == NULL)
			return true;
	for (size_t i = 0; i < certificate->issuer_name.n; i++)
		if (certificate->issuer_name.attributes[i].value.p == NULL)
			return true;
	return false;
}

/* Whatever single bit is turned: what we read, libcrypto reads, and reads the same. */
TEST(certificate, takes_nothing_that_libcrypto_refuses)
{
	struct recipe recipe = forge_leaf(FORGE_P256);
	struct arena arena = { 0 };
	size_t accepted = 0;

	recipe.ocsp_url = "http://ocsp.example.com/";
	struct bytes der = forge_certificate(&recipe, &arena);
	uint8_t *copy = arena_alloc(&arena, der.n);
	for (size_t bit = 0; bit < der.n * 8; bit++) {
		struct arena inner = { 0 };
		const struct certificate *certificate;
		const char *why = NULL;
		memcpy(copy, der.p, der.n);
		copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
		if (certificate_parse((struct bytes){ copy, der.n }, &inner, &certificate, &why)) {
			AUTO(X509) x509 = libcrypto_parse((struct bytes){ copy, der.n });
			/* A key of no kind we hold may be odd inside: it is refused by that. */
			if (x509 == NULL && !has_odd_names(certificate) &&
				certificate->key.algorithm != KEY_UNSUPPORTED)
				fail_msg("bit %zu", bit);
			if (x509 != NULL)
				check_agrees(certificate, x509);
			accepted += x509 != NULL;
		} else {
			CHECK(why != NULL);
		}
		arena_done(&inner);
	}
	CHECK(accepted > der.n); /* most of it is names, keys and signatures: any bit will do there */
	arena_done(&arena);
}

TEST_MAIN("certificate");
