#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "draft.h"
#include "test.h"

AUTO_FREE(X509, X509_free);
AUTO_FREE(BIO, BIO_free);
AUTO_FREE(EVP_MD_CTX, EVP_MD_CTX_free);

static struct bytes
sign(EVP_PKEY *key, enum signing_algorithm algorithm, struct bytes tbs, struct arena *arena)
{
	AUTO(EVP_MD_CTX) context = EVP_MD_CTX_new();
	size_t n = 0;

	CHECK(EVP_DigestSignInit_ex(context, NULL, signing_digest(algorithm), NULL, NULL, key, NULL) == 1);
	CHECK(EVP_DigestSign(context, NULL, &n, tbs.p, tbs.n) == 1);
	uint8_t *signature = arena_alloc(arena, n);
	CHECK(EVP_DigestSign(context, signature, &n, tbs.p, tbs.n) == 1);
	return (struct bytes){ signature, n };
}

/* ---- Built ---- */

/* Is it, to OpenSSL, what the draft says? */
static void
check_by_openssl(const struct draft *draft, struct bytes der, EVP_PKEY *issuer_key)
{
	const unsigned char *p = der.p;
	unsigned char *again = NULL;
	struct tm time;
	AUTO(X509) certificate = d2i_X509(NULL, &p, (long)der.n);

	CHECK(certificate != NULL && p == der.p + der.n);
	CHECK(X509_verify(certificate, issuer_key) == 1);
	CHECK(X509_get_version(certificate) == X509_VERSION_3);
	CHECK(X509_get_ext_count(certificate) == (int)draft->tbs.extension_count);
	CHECK(ASN1_TIME_to_tm(X509_get0_notBefore(certificate), &time) == 1);
	CHECK(timegm(&time) == draft->tbs.not_before_ms / 1000);
	CHECK(ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) == 1);
	CHECK(timegm(&time) == draft->tbs.not_after_ms / 1000);
	/* Written anew by OpenSSL it has the same octets: nothing in it but DER. */
	(void)i2d_re_X509_tbs(certificate, NULL);
	int n = i2d_X509(certificate, &again);
	CHECK(bytes_equal((struct bytes){ again, (size_t)n }, der));
	OPENSSL_free(again);
}

/* Both readings, ours of the unsigned and ours of the signed, say the same. */
static void
check_same(const struct certificate *a, const struct certificate *b)
{
	CHECK(bytes_equal(a->tbs, b->tbs) && bytes_equal(a->serial, b->serial) && bytes_equal(a->issuer, b->issuer));
	CHECK(bytes_equal(a->subject, b->subject) && bytes_equal(a->spki, b->spki) && a->algorithm == b->algorithm);
	CHECK(a->version == b->version && a->serial_negative == b->serial_negative);
	CHECK(a->not_before_ms == b->not_before_ms && a->not_after_ms == b->not_after_ms);
	CHECK(a->extension_count == b->extension_count && a->name_count == b->name_count);
	CHECK(a->is_ca == b->is_ca && a->path_length == b->path_length && a->key_usage == b->key_usage);
	CHECK((a->flaw == NULL) == (b->flaw == NULL) && (a->ambiguity == NULL) == (b->ambiguity == NULL));
	CHECK_TEXT(str_of(a->signature_algorithm), b->signature_algorithm);
}

static void
check_signed(struct draft *draft, enum forge_kind kind, enum signing_algorithm algorithm)
{
	EVP_PKEY *key = forge_key(kind, 0);
	struct fault fault = { 0 };
	const struct certificate *whole;
	const char *why;

	draft->tbs.algorithm = algorithm;
	const struct certificate *read = draft_read(draft);
	CHECK_OK(tbs_lint(read, &draft->arena, &fault), fault);
	struct bytes signature = sign(key, algorithm, read->tbs, &draft->arena);
	struct bytes der = signed_assemble(read->tbs, algorithm, signature, &draft->arena);
	check_by_openssl(draft, der, key);
	CHECK(certificate_parse(der, &draft->arena, &whole, &why));
	CHECK(whole->flaw == NULL && whole->ambiguity == NULL && bytes_equal(whole->signature, signature));
	check_same(read, whole);
}

TEST(tbs, built_and_signed_it_is_a_certificate_to_openssl_and_to_us)
{
	static const struct {
		enum forge_kind kind;
		enum signing_algorithm algorithm;
	} signers[] = { { FORGE_RSA_2048, SIGNING_SHA256_RSA }, { FORGE_RSA_2048, SIGNING_SHA384_RSA },
		{ FORGE_RSA_2048, SIGNING_SHA512_RSA }, { FORGE_P256, SIGNING_SHA256_ECDSA },
		{ FORGE_P384, SIGNING_SHA384_ECDSA }, { FORGE_P521, SIGNING_SHA512_ECDSA } };
	static void (*const makers[])(struct draft *) = { draft_bare, draft_leaf, draft_authority };

	for (size_t i = 0; i < ARRAY_COUNT(signers); i++)
		for (size_t k = 0; k < ARRAY_COUNT(makers); k++) {
			struct draft draft;
			makers[k](&draft);
			check_signed(&draft, signers[i].kind, signers[i].algorithm);
			draft.tbs.not_after_ms = GENERALIZED_MS;
			check_signed(&draft, signers[i].kind, signers[i].algorithm);
			arena_done(&draft.arena);
		}
}

TEST(tbs, reads_back_as_it_was_given)
{
	struct draft draft;

	draft_leaf(&draft);
	const struct certificate *read = draft_read(&draft);

	CHECK(bytes_equal(read->serial, draft.tbs.serial) && bytes_equal(read->issuer, draft.tbs.issuer));
	CHECK(bytes_equal(read->subject, draft.tbs.subject) && bytes_equal(read->spki, draft.tbs.spki));
	CHECK(read->not_before_ms == NOT_BEFORE_MS && read->not_after_ms == NOT_AFTER_MS);
	CHECK(read->extension_count == draft.tbs.extension_count);
	for (size_t i = 0; i < read->extension_count; i++) {
		CHECK(str_equal(read->extensions[i].oid, draft.extensions[i].oid));
		CHECK(read->extensions[i].critical == draft.extensions[i].critical);
		CHECK(bytes_equal(read->extensions[i].value, draft.extensions[i].value));
	}
	CHECK(read->der.p == NULL && read->signature.p == NULL);
	CHECK_TEXT(str_of(read->signature_algorithm), "SHA256WITHECDSA");
	CHECK(read->has_key_usage && read->path_length == -1 && read->name_count == 1);
	CHECK_TEXT(read->ocsp_urls[0], "http://pki.example/ocsp");
	arena_done(&draft.arena);
}

TEST(tbs, openssl_prints_its_extensions_as_they_were_meant)
{
	static const struct {
		int nid;
		const char *printed;
	} expected[] = {
		{ NID_basic_constraints, "CA:FALSE" },
		{ NID_authority_key_identifier, "30:31:32:33:34:35:36:37:38:39:61:62:63:64:65:66:67:68:69:6A" },
		{ NID_key_usage, "Digital Signature, Key Encipherment" },
		{ NID_ext_key_usage, "TLS Web Server Authentication, TLS Web Client Authentication" },
		{ NID_crl_distribution_points, "Full Name:\n  URI:http://pki.example/crl" },
		{ NID_info_access, "OCSP - URI:http://pki.example/ocsp" },
		{ NID_subject_alt_name, "DNS:*.leaf_1.example.com" },
	};
	struct draft draft;

	draft_leaf(&draft);
	struct bytes tbs = tbs_build(&draft.tbs, &draft.arena);
	struct bytes der = signed_assemble(tbs, SIGNING_SHA256_ECDSA, forge_text("none"), &draft.arena);
	const unsigned char *p = der.p;
	AUTO(X509) certificate = d2i_X509(NULL, &p, (long)der.n);
	CHECK(certificate != NULL);
	for (size_t i = 0; i < ARRAY_COUNT(expected); i++) {
		AUTO(BIO) out = BIO_new(BIO_s_mem());
		char *text = NULL;
		int at = X509_get_ext_by_NID(certificate, expected[i].nid, -1);
		CHECK(at >= 0);
		CHECK(X509V3_EXT_print(out, X509_get_ext(certificate, at), X509V3_EXT_ERROR_UNKNOWN, 0) == 1);
		long n = BIO_get_mem_data(out, &text);
		struct str printed = { text, (size_t)n };
		while (printed.n > 0 && printed.p[printed.n - 1] == '\n')
			printed.n--;
		CHECK_TEXT(printed, expected[i].printed);
	}
	arena_done(&draft.arena);
}

TEST(tbs, a_serial_number_keeps_all_its_bits)
{
	static const char *const serials[] = { "01", "7f", "80", "ffffffffffffffffffffffffffffffff",
		"8000000000000000000000000000000f", "00ff" };

	for (size_t i = 0; i < ARRAY_COUNT(serials); i++) {
		struct draft draft;
		struct fault fault = { 0 };
		draft_bare(&draft);
		draft.tbs.serial = forge_hex(serials[i], &draft.arena);
		const struct certificate *read = draft_read(&draft);
		size_t zeros = draft.tbs.serial.p[0] == 0;
		CHECK(bytes_equal(
			read->serial, (struct bytes){ draft.tbs.serial.p + zeros, draft.tbs.serial.n - zeros }));
		CHECK(!read->serial_negative);
		CHECK_OK(tbs_lint(read, &draft.arena, &fault), fault);
		arena_done(&draft.arena);
	}
}

TEST(tbs, keeps_whole_seconds_and_the_right_time_types)
{
	struct draft draft;

	draft_bare(&draft);
	draft.tbs.not_before_ms = INT64_C(2524607999999); /* the last UTCTime */
	draft.tbs.not_after_ms = INT64_C(2524608000001);
	const struct certificate *read = draft_read(&draft);
	CHECK(read->not_before_ms == INT64_C(2524607999000) && read->not_after_ms == INT64_C(2524608000000));
	CHECK(read->flaw == NULL);
	CHECK(memmem(read->tbs.p, read->tbs.n,
		      "\x17\x0d"
		      "491231235959Z",
		      15) != NULL);
	CHECK(memmem(read->tbs.p, read->tbs.n,
		      "\x18\x0f"
		      "20500101000000Z",
		      17) != NULL);
	arena_done(&draft.arena);
}

/* Whatever its OID: UUIDs make arcs of 128 bits. */
TEST(tbs, an_extension_of_any_kind_is_carried)
{
	struct draft draft;

	draft_bare(&draft);
	draft_add_raw(&draft, "2.25.329800735698586629295641978511506172918", true, forge_text("any octets"));
	const struct certificate *read = draft_read(&draft);
	CHECK(str_equal(read->extensions[0].oid, draft.extensions[0].oid) && read->extensions[0].critical);
	CHECK(bytes_equal(read->extensions[0].value, forge_text("any octets")));
	arena_done(&draft.arena);
}

/* ---- Read ---- */

static void
check_unread(struct bytes der, const char *words)
{
	struct arena arena = { 0 };
	const struct certificate *read = NULL;
	const char *why = "nothing";

	CHECK(!tbs_read(der, &arena, &read, &why) && read == NULL);
	if (strstr(why, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", why, words);
	arena_done(&arena);
}

TEST(tbs, reads_nothing_that_is_cut_or_longer)
{
	struct draft draft;

	draft_leaf(&draft);
	struct bytes tbs = tbs_build(&draft.tbs, &draft.arena);
	for (size_t n = 0; n < tbs.n; n++)
		check_unread((struct bytes){ tbs.p, n }, "");
	check_unread(forge_der(&draft.arena, -1, tbs, forge_text("\0")), "something follows it");
	check_unread(forge_text("\x30\x00"), "serial number");
	check_unread(forge_text("\x30\x80\x00\x00"), "not DER");
	arena_done(&draft.arena);
}

TEST(tbs, an_oid_that_is_none_is_not_signed)
{
	struct draft draft;

	draft_bare(&draft);
	draft_add_raw(&draft, "not an oid", false, forge_text("x"));
	check_unread(tbs_build(&draft.tbs, &draft.arena), "one of its extensions is malformed");
	arena_done(&draft.arena);
}

TEST(tbs, malformed_extensions_are_not_read)
{
	static const char *const oids[] = { "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.37", "1.3.6.1.5.5.7.1.1" };

	for (size_t i = 0; i < ARRAY_COUNT(oids); i++) {
		struct draft draft;
		draft_bare(&draft);
		draft_add_raw(&draft, oids[i], false, forge_text("\x30\x03xyz"));
		check_unread(tbs_build(&draft.tbs, &draft.arena), "extension is malformed");
		arena_done(&draft.arena);
	}
}

TEST_MAIN("tbs");
