/* What goes through, and what a field is told that holds something else. Refusals rule by rule are in rules.c. */
#include "x509/import.h"

#include <openssl/ec.h>

#include "base/base64.h"
#include "base/buffer.h"
#include "forge.h"
#include "test.h"

struct attempt {
	struct arena arena;
	struct fault fault;
	struct import import;
	struct import_rules rules;
};

static bool
attempt(struct attempt *attempt, struct str certificate, struct str chain)
{
	struct verifier *verifier = verifier_new();
	bool done = import_read(bytes_of_str(certificate), &attempt->rules, &attempt->arena, &attempt->import,
			    &attempt->fault) &&
		    import_check(&attempt->import, bytes_of_str(chain), FORGE_NOW_MS, &attempt->rules, verifier,
			    &attempt->arena, &attempt->fault);

	verifier_free(verifier);
	return done;
}

#define ACCEPTED(try, certificate, chain) CHECK_OK(attempt((try), (certificate), (chain)), (try)->fault)

static const struct str no_chain;

static struct str
pair(struct attempt *try, struct str a, struct str b)
{
	return forge_join(&try->arena, 2, (const struct str[]){ a, b });
}

TEST(import, takes_a_certificate_with_its_chain)
{
	static const enum forge_kind kinds[] = { FORGE_P256, FORGE_P384, FORGE_P521, FORGE_RSA_1024, FORGE_RSA_2048 };

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		struct attempt try = { 0 };
		struct forge_chain chain = forge_chain_make(kinds[i], &try.arena);
		ACCEPTED(&try, chain.leaf_pem, chain.intermediate_pem);
		CHECK(!try.import.self_signed && try.import.chain_count == 1);
		ACCEPTED(&try, chain.leaf_pem, pair(&try, chain.intermediate_pem, chain.root_pem));
		CHECK(try.import.chain_count == 2 && bytes_equal(try.import.chain[1]->der, chain.root));
		CHECK(bytes_equal(try.import.certificate->der, chain.leaf));
		arena_done(&try.arena);
	}
}

TEST(import, takes_a_self_signed_certificate_with_and_without_itself_as_chain)
{
	struct attempt try = { 0 };
	struct str pem = forge_certificate_pem(&(struct recipe){ 0 }, &try.arena);

	ACCEPTED(&try, pem, no_chain);
	CHECK(try.import.self_signed && try.import.chain_count == 0);
	ACCEPTED(&try, pem, pem);
	CHECK(try.import.self_signed && try.import.chain_count == 1);
	arena_done(&try.arena);
}

TEST(import, takes_a_self_signed_ca_that_another_has_signed_across)
{
	struct attempt try = { 0 };
	struct recipe root = forge_root(FORGE_P256);
	struct recipe cross = root;

	cross.issuer = "CN=Older CA";
	cross.issuer_key = forge_key(FORGE_P256, 4);
	ACCEPTED(&try, forge_certificate_pem(&root, &try.arena), forge_certificate_pem(&cross, &try.arena));
	CHECK(try.import.self_signed);
	arena_done(&try.arena);
}

TEST(import, follows_a_chain_signed_across)
{
	/* leaf, intermediate, root as signed by an older CA, that CA */
	struct attempt try = { 0 };
	struct forge_chain chain = forge_chain_make(FORGE_P256, &try.arena);
	struct recipe older = { .subject = "CN=Older CA", .key = forge_key(FORGE_P256, 4), .ca = FORGE_CA_TRUE };
	struct recipe cross = forge_root(FORGE_P256);

	cross.issuer = older.subject;
	cross.issuer_key = older.key;
	struct str parts[] = { chain.intermediate_pem, forge_certificate_pem(&cross, &try.arena),
		forge_certificate_pem(&older, &try.arena) };
	ACCEPTED(&try, chain.leaf_pem, forge_join(&try.arena, 3, parts));
	arena_done(&try.arena);
}

TEST(import, does_not_count_self_issued_certificates_into_a_path_length)
{
	/* A CA that changed its key: new key signed by the old one, under the same name (RFC 5280, 4.2.1.9). */
	struct attempt try = { 0 };
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe renewed = forge_intermediate(FORGE_P256);
	struct recipe chain[] = { renewed, renewed, forge_root(FORGE_P256) };
	struct str parts[3];

	chain[0].issuer = chain[0].subject;
	chain[0].issuer_key = forge_key(FORGE_P256, 4);
	chain[1].key = forge_key(FORGE_P256, 4);
	chain[1].path_length = 1;
	chain[2].path_length = 2;
	for (size_t i = 0; i < 3; i++)
		parts[i] = forge_certificate_pem(&chain[i], &try.arena);
	ACCEPTED(&try, forge_certificate_pem(&leaf, &try.arena), forge_join(&try.arena, 3, parts));
	arena_done(&try.arena);
}

TEST(import, takes_old_hashes_and_odd_shapes_that_are_right)
{
	struct attempt try = { 0 };
	struct recipe recipes[] = {
		{ .digest = "SHA1" },
		{ .digest = "MD5", .key = forge_key(FORGE_RSA_1024, 0) },
		{ .pss = true, .key = forge_key(FORGE_RSA_2048, 0) },
		{ .subject = "CN=localhost" },
		{ .subject = "O=no common name", .names = "IP:::1" },
		{ .names = "DNS:localhost.localstack.cloudIP:127.0.0.1" },
		{ .extended_key_usage = "2.5.29.37.0" },
		{ .extended_key_usage = "1.3.6.1.5.5.7.3.3,1.3.6.1.5.5.7.3.2" },
		{ .not_before = "260701000000Z" },
		{ .not_after = "260701000000Z" },
		{ .not_after = "99991231235959Z" },
		{ .serial = "7fffffffffffffffffffffffffffffffffffffff" },
		{ .serial = "00" },
		{ .ca = FORGE_CA_TRUE, .key_usage = KEY_USAGE_KEY_CERT_SIGN },
	};

	for (size_t i = 0; i < ARRAY_COUNT(recipes); i++)
		ACCEPTED(&try, forge_certificate_pem(&recipes[i], &try.arena), no_chain);
	arena_done(&try.arena);
}

TEST(import, takes_an_ocsp_url_of_1000_characters)
{
	struct attempt try = { 0 };
	char url[1001] = "http://ocsp.example.com/";

	memset(url + strlen(url), 'a', sizeof url - 1 - strlen(url));
	ACCEPTED(&try, forge_certificate_pem(&(struct recipe){ .ocsp_url = url }, &try.arena), no_chain);
	arena_done(&try.arena);
}

TEST(import, takes_a_certificate_of_3000_names)
{
	struct attempt try = { 0 };
	struct buffer names = { 0 };

	for (int i = 0; i < 3000; i++)
		buffer_printf(&names, "%sDNS:h%d", i > 0 ? "," : "", i);
	ACCEPTED(&try, forge_certificate_pem(&(struct recipe){ .names = names.p }, &try.arena), no_chain);
	CHECK(try.import.certificate->name_count == 3000);
	buffer_done(&names);
	arena_done(&try.arena);
}

/* ---- Relaxed ---- */

TEST(import, sorts_a_chain_whose_order_does_not_matter)
{
	struct attempt try = { .rules.relaxed[IMPORT_RULE_CHAIN_ORDER] = 1 };
	struct forge_chain chain = forge_chain_make(FORGE_P256, &try.arena);
	struct recipe expired = { .subject = "CN=Unrelated", .not_after = "260101000001Z" };
	struct recipe short_root = forge_root(FORGE_P256);

	/* What has no place in it is not looked at, expired and no CA as it may be; it is kept as it was given. */
	struct str parts[] = { chain.root_pem, forge_certificate_pem(&expired, &try.arena), chain.intermediate_pem };
	ACCEPTED(&try, chain.leaf_pem, forge_join(&try.arena, 3, parts));
	CHECK(try.import.chain_count == 3 && bytes_equal(try.import.chain[0]->der, chain.root));

	/* What has a place is: the root allows no CA below it. */
	short_root.path_length = 1;
	parts[0] = forge_certificate_pem(&short_root, &try.arena);
	CHECK(!attempt(&try, chain.leaf_pem, forge_join(&try.arena, 3, parts)));
	CHECK(strstr(try.fault.say, "(CN=Root CA) is 0") != NULL);
	arena_done(&try.arena);
}

TEST(import, passes_over_the_certificate_in_its_chain_when_told_to)
{
	struct attempt try = { .rules.relaxed[IMPORT_RULE_CHAIN_NO_LEAF] = 1 };
	struct forge_chain chain = forge_chain_make(FORGE_P256, &try.arena);

	ACCEPTED(&try, chain.leaf_pem, pair(&try, chain.leaf_pem, chain.intermediate_pem));
	ACCEPTED(&try, chain.leaf_pem, pair(&try, chain.intermediate_pem, chain.leaf_pem));
	CHECK(!attempt(&try, chain.leaf_pem, chain.leaf_pem));
	CHECK(strstr(try.fault.say, "CN=Intermediate CA, which is not the subject") != NULL);
	arena_done(&try.arena);
}

TEST(import, names_the_place_of_a_certificate_further_on_in_its_chain)
{
	struct attempt try = { 0 };
	struct forge_chain chain = forge_chain_make(FORGE_P256, &try.arena);

	CHECK(!attempt(&try, chain.leaf_pem, pair(&try, chain.intermediate_pem, chain.leaf_pem)));
	CHECK(strstr(try.fault.say, "invalid certificate is: 1. CertificateChain repeats") != NULL);
	arena_done(&try.arena);
}

TEST(import, tells_a_chain_that_is_not_valid_yet_from_one_that_has_expired)
{
	struct attempt try = { 0 };
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe issuer = forge_intermediate(FORGE_P256);

	issuer.not_before = "260702000000Z";
	CHECK(!attempt(&try, forge_certificate_pem(&leaf, &try.arena), forge_certificate_pem(&issuer, &try.arena)));
	CHECK(strstr(try.fault.say,
		      "The certificate chain is not in effect yet, is not valid. Valid from 2026-07-02") != NULL);
	arena_done(&try.arena);
}

TEST(import, cannot_do_without_a_certificate_whatever_is_relaxed)
{
	struct attempt try = { 0 };
	struct str good = forge_certificate_pem(&(struct recipe){ 0 }, &try.arena);

	memset(try.rules.relaxed, 1, sizeof try.rules.relaxed);
	CHECK(!attempt(&try, STR(""), no_chain));
	CHECK(!attempt(&try, STR("junk"), no_chain));
	CHECK(!attempt(&try, STR("-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n"), no_chain));
	CHECK(!attempt(&try, good, STR("-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n")));
	CHECK(!attempt(&try, good, STR("junk")));
	CHECK(!attempt(&try, forge_certificate_pem(&(struct recipe){ .key = forge_key(FORGE_ED25519, 0) }, &try.arena),
		no_chain));
	ACCEPTED(&try, good, good);
	arena_done(&try.arena);
}

/* ---- What else a field can hold ---- */

static void
check_told(struct attempt *try, struct str certificate, const char *words)
{
	static const char aws[] = "The certificate field contains more than one certificate.";

	CHECK(!attempt(try, certificate, no_chain));
	CHECK(try->fault.code == FAULT_VALIDATION);
	if (strstr(try->fault.say, words) == NULL || strncmp(try->fault.say, aws, sizeof aws - 1) != 0)
		fail_msg("\"%s\" does not say \"%s\"", try->fault.say, words);
}

/* PEM of a block of this kind is told what it is. */
static void
check_label(const char *label, const char *words)
{
	struct attempt try = { 0 };

	check_told(&try, forge_pem(label, forge_text("\x30\0"), &try.arena), words);
	arena_done(&try.arena);
}

TEST(field, is_told_what_kind_of_pem_it_holds)
{
	check_label("PRIVATE KEY", "it belongs in PrivateKey");
	check_label("RSA PRIVATE KEY", "it belongs in PrivateKey");
	check_label("ENCRYPTED PRIVATE KEY", "openssl pkey -in");
	check_label("CERTIFICATE REQUEST", "signing request");
	check_label("PKCS7", "openssl pkcs7 -print_certs");
	check_label("CMS", "openssl cms -cmsout -inform PEM -in bundle.pem -noout -certsout certificates.pem");
	check_label("TRUSTED CERTIFICATE", "openssl x509 -in");
	check_label("PUBLIC KEY", "bare public key");
	check_label("X509 CRL", "revocation list");
	check_label("SOMETHING ELSE", "labelled \"SOMETHING ELSE\"");
}

/* Hexadecimal of the first octets of DER, filled up to the length it says. */
static struct str
der_start(const char *hex, struct arena *arena)
{
	struct bytes inside = forge_hex(hex, arena);

	return str_of_bytes(forge_der(arena, 0x30, inside));
}

TEST(field, is_told_what_kind_of_der_it_holds)
{
	struct attempt try = { 0 };

	check_told(&try, der_start("06092a864886f70d010702a000", &try.arena), "PKCS #7 bundle in DER");
	check_told(&try, der_start("020103300d06092a864886f70d010701a000", &try.arena), "PKCS #12");
	check_told(&try, der_start("020100300d06092a864886f70d0101010500", &try.arena), "private key in DER");
	check_told(&try, der_start("300302010030000000", &try.arena), "signing request in DER");
	check_told(&try, der_start("0500", &try.arena), "It is DER, but not a certificate.");
	arena_done(&try.arena);
}

TEST(field, of_a_chain_is_told_what_kind_of_der_it_holds)
{
	struct attempt try = { 0 };
	struct str good = forge_certificate_pem(&(struct recipe){ 0 }, &try.arena);

	for (unsigned char relaxed = 0; relaxed <= 1; relaxed++) {
		try.rules.relaxed[IMPORT_RULE_CHAIN_PEM] = relaxed;
		CHECK(!attempt(&try, good, der_start("06092a864886f70d010702a000", &try.arena)));
		CHECK(strstr(try.fault.say, "PKCS #7 bundle in DER: openssl pkcs7 -inform DER") != NULL);
		CHECK(!attempt(&try, good, der_start("020103300d06092a864886f70d010701a000", &try.arena)));
		CHECK(strstr(try.fault.say, "PKCS #12") != NULL);
	}
	arena_done(&try.arena);
}

TEST(field, is_told_how_its_text_went_wrong)
{
	struct attempt try = { 0 };
	struct str pem = forge_certificate_pem(&(struct recipe){ 0 }, &try.arena);
	struct buffer text = { 0 };

	check_told(&try, STR(""), "It is empty.");
	check_told(&try, STR(" \r\n\t"), "white space only");
	check_told(&try, STR("hello there"), "No line -----BEGIN CERTIFICATE----- is in its 11 bytes.");
	check_told(&try, STR("certificate.pem"), "the name of a file");
	check_told(&try, STR("fileb://x"), "the name of a file");
	check_told(&try, STR("----BEGIN CERTIFICATE----\nAQID\n"), "misspelt");
	check_told(&try, STR("AQID\n-----END CERTIFICATE-----\n"), "Its BEGIN line is missing.");
	check_told(&try, STR("\xfe\xed\xfe\xed\0\0\0\2"), "Java key store");
	check_told(&try, STR("\xff\xfe-\0-\0-\0"), "UTF-16");
	check_told(&try, STR("-\0-\0-\0-\0-\0"), "UTF-16");

	base64_encode(&text, bytes_of_str(pem), 0);
	check_told(&try, buffer_str(&text), "encoded in base64 once more");
	buffer_reset(&text);
	base64_encode(&text, forge_certificate(&(struct recipe){ 0 }, &try.arena), 64);
	check_told(&try, buffer_str(&text), "It is base64 without its frame");
	buffer_done(&text);
	arena_done(&try.arena);
}

/* What a lenient base64 decoder, told to decode PEM, makes of it. */
static struct str
misread(struct str pem, struct arena *arena)
{
	char *kept = arena_alloc(arena, pem.n);
	size_t n = 0;
	struct bytes decoded = { 0 };

	for (size_t i = 0; i < pem.n && pem.p[i] != '='; i++)
		if (strchr("-\n ", pem.p[i]) == NULL)
			kept[n++] = pem.p[i];
	CHECK(base64_decode((struct str){ kept, n / 4 * 4 }, arena, &decoded));
	return str_of_bytes(decoded);
}

TEST(field, is_told_that_the_client_decoded_a_pem_file)
{
	struct attempt try = { 0 };
	struct forge_chain chain = forge_chain_make(FORGE_P256, &try.arena);

	check_told(&try, misread(chain.leaf_pem, &try.arena), "This PEM file (CERTIFICATE) was decoded as base64");
	check_told(&try, misread(forge_key_pem(chain.leaf_key, &try.arena), &try.arena), "(PRIVATE KEY) was decoded");
	CHECK(!attempt(&try, chain.leaf_pem, misread(chain.intermediate_pem, &try.arena)));
	CHECK(strstr(try.fault.say, "use fileb://") != NULL);
	arena_done(&try.arena);
}

TEST(field, never_repeats_a_private_key)
{
	struct attempt try = { 0 };
	struct str key = forge_key_pem(forge_key(FORGE_P256, 0), &try.arena);
	struct str body = { key.p + 40, 40 };

	CHECK(!attempt(&try, key, no_chain));
	CHECK(memmem(try.fault.say, strlen(try.fault.say), body.p, body.n) == NULL);
	CHECK(!attempt(&try, (struct str){ key.p, key.n - 30 }, no_chain));
	CHECK(memmem(try.fault.say, strlen(try.fault.say), body.p, body.n) == NULL);
	arena_done(&try.arena);
}

TEST(field, says_what_is_broken_in_a_block)
{
	struct attempt try = { 0 };
	struct str good = forge_certificate_pem(&(struct recipe){ 0 }, &try.arena);
	struct str broken = STR("-----BEGIN CERTIFICATE-----\nAQ*D\n-----END CERTIFICATE-----\n");

	CHECK(!attempt(&try, broken, no_chain));
	CHECK_TEXT(str_of(try.fault.say), "Unable to parse certificate. Please ensure the certificate is in PEM "
					  "format. The field holds one CERTIFICATE "
					  "block, but its base64 is broken.");
	CHECK(!attempt(&try, good, pair(&try, good, broken)));
	CHECK(strstr(try.fault.say, "Certificate 2 of 2 in CertificateChain cannot be read: its base64 is broken.") !=
		NULL);
	CHECK(!attempt(&try, forge_pem("CERTIFICATE", forge_text("\x30\x03\x02\1\0"), &try.arena), no_chain));
	CHECK(strstr(try.fault.say, "is no X.509 certificate: it is DER, but not a certificate.") != NULL);
	arena_done(&try.arena);
}

/* ---- Size ---- */

/* A chain of `count` CAs, the first of which signs the leaf; keys alternate between two. */
static struct str
long_chain(size_t count, struct arena *arena)
{
	struct buffer text = { 0 };

	for (size_t i = 0; i < count; i++) {
		struct str subject = arena_printf(arena, "CN=CA %zu", i);
		struct str issuer = arena_printf(arena, "CN=CA %zu", i + 1 < count ? i + 1 : i);
		EVP_PKEY *key = forge_key(FORGE_P256, (unsigned)(i % 2));
		struct recipe recipe = { .subject = subject.p,
			.issuer = issuer.p,
			.key = key,
			.ca = FORGE_CA_TRUE,
			.issuer_key = i + 1 < count ? forge_key(FORGE_P256, (unsigned)((i + 1) % 2)) : key };
		buffer_put_str(&text, forge_certificate_pem(&recipe, arena));
	}
	struct str chain = arena_str(arena, buffer_str(&text));
	buffer_done(&text);
	return chain;
}

TEST(import, takes_a_chain_of_1000_and_refuses_more_than_it_can_hold)
{
	struct attempt try = { 0 };
	struct recipe leaf = forge_leaf(FORGE_P256);

	leaf.issuer = "CN=CA 0";
	leaf.issuer_key = forge_key(FORGE_P256, 0);
	struct str pem = forge_certificate_pem(&leaf, &try.arena);
	ACCEPTED(&try, pem, long_chain(1000, &try.arena));
	CHECK(try.import.chain_count == 1000);
	CHECK(!attempt(&try, pem, long_chain(IMPORT_MAX_CHAIN + 1, &try.arena)));
	CHECK(strstr(try.fault.say, "CertificateChain holds 1501 certificates; at most 1500 are taken") != NULL);
	arena_done(&try.arena);
}

TEST(import, spends_no_more_verifications_than_a_chain_has_links)
{
	/* A thousand namesakes of the issuer, none of which signed: sixteen are tried. The rest costs a look at its
	 * name. */
	struct attempt try = { .rules.relaxed[IMPORT_RULE_CHAIN_ORDER] = 1 };
	struct recipe leaf = forge_leaf(FORGE_P256);
	struct recipe namesake = forge_intermediate(FORGE_P521);
	struct str pem = forge_certificate_pem(&leaf, &try.arena);
	struct str parts[1000];

	parts[0] = forge_certificate_pem(&namesake, &try.arena);
	for (size_t i = 1; i < ARRAY_COUNT(parts); i++)
		parts[i] = parts[0];
	CHECK(!attempt(&try, pem, forge_join(&try.arena, ARRAY_COUNT(parts), parts)));
	CHECK(strstr(try.fault.say, "its key did not make the signature") != NULL);
	arena_done(&try.arena);
}

/* ---- A re-import that may be ---- */

static void
check_replaces(const struct recipe *current, const struct recipe *next)
{
	struct attempt try = { 0 };
	const struct certificate *certificates[2] = { NULL };
	const char *why = NULL;

	CHECK(certificate_parse(forge_certificate(current, &try.arena), &try.arena, &certificates[0], &why));
	CHECK(certificate_parse(forge_certificate(next, &try.arena), &try.arena, &certificates[1], &why));
	CHECK_OK(import_replace_check(certificates[0], certificates[1], &try.rules, &try.arena, &try.fault), try.fault);
	arena_done(&try.arena);
}

TEST(replace, may_change_what_nobody_relies_on)
{
	struct recipe leaf = forge_leaf(FORGE_P256);

	check_replaces(&leaf, &leaf);
	check_replaces(
		&leaf, &(struct recipe){ .subject = "CN=other", .key = forge_key(FORGE_P256, 3), .serial = "05" });
	check_replaces(&(struct recipe){ .names = "DNS:a,DNS:b" }, &(struct recipe){ .names = "DNS:c" });
	check_replaces(&(struct recipe){ .subject = "O=x", .names = "IP:::1" },
		&(struct recipe){ .subject = "O=x", .names = "IP:::2" });
	/* Usages may be added, and clientAuth may go. */
	check_replaces(&(struct recipe){ .key_usage = 1 }, &(struct recipe){ .key_usage = 5 });
	check_replaces(&(struct recipe){ .extended_key_usage = "1.3.6.1.5.5.7.3.1,1.3.6.1.5.5.7.3.2" },
		&(struct recipe){ .extended_key_usage = "1.3.6.1.5.5.7.3.1" });
	check_replaces(&(struct recipe){ 0 }, &(struct recipe){ .extended_key_usage = "2.5.29.37.0" });
	check_replaces(&(struct recipe){ .extended_key_usage = "1.3.6.1.5.5.7.3.1" }, &(struct recipe){ 0 });
}

TEST_MAIN("import");
