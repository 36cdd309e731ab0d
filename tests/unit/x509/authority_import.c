/* What goes through as a CA's own certificate, and where the line runs. Refusals rule by rule are in rules.c. */
#include "x509/authority_import.h"

#include "authority_papers.h"
#include "base/buffer.h"
#include "test.h"

struct attempt {
	struct arena arena;
	struct fault fault;
	struct authority_claim claim;
	struct authority_import import;
	struct import_rules rules;
};

static bool
attempt(struct attempt *attempt, struct str certificate, struct str chain)
{
	struct verifier *verifier = verifier_new();
	bool done = authority_import_check(bytes_of_str(certificate), bytes_of_str(chain), &attempt->claim,
		FORGE_NOW_MS, &attempt->rules, verifier, &attempt->arena, &attempt->import, &attempt->fault);

	verifier_free(verifier);
	return done;
}

#define ACCEPTED(try, certificate, chain) CHECK_OK(attempt((try), (certificate), (chain)), (try)->fault)

static const struct str no_chain;

/* Of a root that is brought its own certificate. */
static bool
attempt_root(struct attempt *try, const struct recipe *own)
{
	try->claim = papers_claim(own, true, &try->arena);
	return attempt(try, forge_certificate_pem(own, &try->arena), no_chain);
}

static bool
attempt_subordinate(struct attempt *try, const struct recipe *own, size_t count, const struct recipe *chain)
{
	try->claim = papers_claim(own, false, &try->arena);
	return attempt(try, forge_certificate_pem(own, &try->arena), papers_chain(chain, count, &try->arena));
}

static void
check_says(const struct attempt *try, const char *words)
{
	if (strstr(try->fault.say, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", try->fault.say, words);
}

/* ---- The three scenarios ---- */

static const enum forge_kind kinds[] = { FORGE_P256, FORGE_P384, FORGE_P521, FORGE_RSA_2048 };

TEST(authority, takes_its_own_root)
{
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		struct attempt try = { 0 };
		struct recipe own = papers_root(kinds[i]);
		CHECK_OK(attempt_root(&try, &own), try.fault);
		CHECK(name_equal(try.import.certificate->subject, try.claim.subject));
		CHECK(try.import.chain_count == 0);
		arena_done(&try.arena);
	}
}

TEST(authority, takes_a_subordinate_under_a_root)
{
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		struct attempt try = { 0 };
		struct recipe own = papers_subordinate(kinds[i]);
		struct recipe root = forge_root(kinds[i]);
		CHECK_OK(attempt_subordinate(&try, &own, 1, &root), try.fault);
		CHECK(bytes_equal(try.import.certificate->spki, try.claim.spki));
		CHECK(try.import.chain_count == 1);
		CHECK(name_equal(try.import.chain[0]->subject, try.import.certificate->issuer));
		arena_done(&try.arena);
	}
}

TEST(authority, takes_a_subordinate_under_a_hierarchy_of_other_keys)
{
	struct attempt try = { 0 };
	struct recipe own = papers_lower(FORGE_P256);
	struct recipe chain[] = { papers_policy(FORGE_RSA_2048), forge_root(FORGE_P521) };

	own.issuer_key = chain[0].key;
	chain[0].issuer_key = chain[1].key;
	chain[1].digest = "SHA512";
	CHECK_OK(attempt_subordinate(&try, &own, 2, chain), try.fault);
	CHECK(try.import.chain_count == 2 && certificate_is_self_issued(try.import.chain[1]));
	arena_done(&try.arena);
}

TEST(authority, takes_an_absent_an_empty_and_a_blank_chain_for_none)
{
	struct attempt try = { 0 };
	struct recipe own = papers_root(FORGE_P256);
	struct str pem = forge_certificate_pem(&own, &try.arena);

	try.claim = papers_claim(&own, true, &try.arena);
	ACCEPTED(&try, pem, no_chain);
	ACCEPTED(&try, pem, STR(""));
	ACCEPTED(&try, pem, STR(" \t\r\n"));
	arena_done(&try.arena);
}

static struct str
with_carriage_returns(struct str pem, struct arena *arena)
{
	struct buffer out = { 0 };

	for (size_t i = 0; i < pem.n; i++) {
		buffer_put_cstr(&out, pem.p[i] == '\n' ? "\r" : "");
		buffer_put_char(&out, pem.p[i]);
	}
	struct str text = arena_str(arena, buffer_str(&out));
	buffer_done(&out);
	return text;
}

TEST(authority, takes_text_around_its_blocks_and_carriage_returns)
{
	struct attempt try = { 0 };
	struct recipe own = papers_lower(FORGE_P256);
	struct recipe chain[] = { papers_policy(FORGE_P256), forge_root(FORGE_P256) };
	struct str chain_pem = papers_chain(chain, 2, &try.arena);

	try.claim = papers_claim(&own, false, &try.arena);
	struct str pem = forge_certificate_pem(&own, &try.arena);
	struct str certificate = arena_printf(&try.arena, "subject=CN = Own CA\n\n%.*s\nthe end", STR_ARG(pem));
	struct str chain_crlf = with_carriage_returns(chain_pem, &try.arena);
	ACCEPTED(&try, with_carriage_returns(certificate, &try.arena),
		arena_printf(&try.arena, "# bundle\r\n%.*s", STR_ARG(chain_crlf)));
	chain_pem.n--;
	ACCEPTED(&try, certificate, chain_pem);
	arena_done(&try.arena);
}

/* ---- Names ---- */

TEST(authority, compares_names_as_rfc_5280_does)
{
	struct attempt try = { 0 };
	struct recipe csr = papers_subordinate(FORGE_P256);
	struct recipe own = csr;
	struct recipe root = forge_root(FORGE_P256);

	own.subject = "CN=own  ca,O=EXAMPLE";
	own.issuer = "CN=ROOT ca";
	try.claim = papers_claim(&csr, false, &try.arena);
	ACCEPTED(&try, forge_certificate_pem(&own, &try.arena), forge_certificate_pem(&root, &try.arena));

	/* Other attributes, or in another order, are another name. */
	own.subject = "O=Example,CN=Own CA";
	CHECK(!attempt(&try, forge_certificate_pem(&own, &try.arena), forge_certificate_pem(&root, &try.arena)));
	CHECK(try.fault.code == FAULT_CERTIFICATE_MISMATCH);
	arena_done(&try.arena);
}

TEST(authority, shows_where_two_long_names_begin)
{
	struct attempt try = { 0 };
	struct recipe own = papers_root(FORGE_P256);
	char subject[2000] = "CN=Own Root,O=";

	try.claim = papers_claim(&own, true, &try.arena);
	memset(subject + strlen(subject), 'x', sizeof subject - 1 - strlen(subject));
	own.subject = subject;
	CHECK(!attempt(&try, forge_certificate_pem(&own, &try.arena), no_chain));
	check_says(&try, "xxx…, that of the authority's CSR CN=Own Root,O=Example. Have");
	arena_done(&try.arena);
}

/* ---- Time ---- */

TEST(authority, is_valid_from_its_first_second_to_its_last)
{
	struct attempt try = { 0 };
	struct recipe own = papers_subordinate(FORGE_P256);
	struct recipe root = forge_root(FORGE_P256);

	own.not_before = "260701000000Z";
	root.not_after = "260701000000Z"; /* the certificate outlives it: what counts is now */
	CHECK_OK(attempt_subordinate(&try, &own, 1, &root), try.fault);
	own.not_before = NULL;
	own.not_after = "260701000000Z";
	root.not_after = NULL;
	root.not_before = "260701000000Z";
	CHECK_OK(attempt_subordinate(&try, &own, 1, &root), try.fault);
	arena_done(&try.arena);
}

/* ---- Depth and path length ---- */

/* CA of level n (1: the root) and those above it, nearest first. */
static void
levels(size_t count, struct recipe *out, struct arena *arena)
{
	for (size_t i = 0; i < count; i++) {
		size_t above = i + 1 < count ? i + 1 : i;
		out[i] = forge_root(FORGE_P256);
		out[i].subject = arena_printf(arena, "CN=Level %zu", count - i).p;
		out[i].issuer = arena_printf(arena, "CN=Level %zu", count - above).p;
		out[i].key = forge_key(FORGE_P256, (unsigned)i % FORGE_SLOTS);
		out[i].issuer_key = forge_key(FORGE_P256, (unsigned)above % FORGE_SLOTS);
	}
}

TEST(authority, stands_on_the_fifth_level_at_most)
{
	struct attempt try = { 0 };
	struct recipe all[PAPERS_MAX_CHAIN];

	for (size_t count = 2; count <= AUTHORITY_MAX_LEVELS; count++) {
		levels(count, all, &try.arena);
		CHECK_OK(attempt_subordinate(&try, &all[0], count - 1, &all[1]), try.fault);
		CHECK(try.import.chain_count == count - 1);
	}
	levels(AUTHORITY_MAX_LEVELS + 1, all, &try.arena);
	CHECK(!attempt_subordinate(&try, &all[0], AUTHORITY_MAX_LEVELS, &all[1]));
	CHECK(try.fault.code == FAULT_VALIDATION);
	check_says(&try, "(CN=Level 6) makes 6 levels; a hierarchy has at most 5, the root included.");
	try.rules.relaxed[IMPORT_RULE_CA_DEPTH] = 1;
	CHECK_OK(attempt_subordinate(&try, &all[0], AUTHORITY_MAX_LEVELS, &all[1]), try.fault);
	arena_done(&try.arena);
}

TEST(authority, counts_itself_into_the_path_lengths_above_it)
{
	struct attempt try = { 0 };
	struct recipe all[4];

	/* The certificate on level 4; above it level 3 allows 1, level 2 allows 2, the root allows 3: one each too many
	 * is not. Its own path length is its own affair. */
	levels(4, all, &try.arena);
	all[0].path_length = 8;
	for (size_t i = 1; i < 4; i++)
		all[i].path_length = (int)i + 1;
	CHECK_OK(attempt_subordinate(&try, &all[0], 3, &all[1]), try.fault);
	for (size_t i = 1; i < 4; i++) {
		all[i].path_length--;
		CHECK(!attempt_subordinate(&try, &all[0], 3, &all[1]));
		CHECK(try.fault.code == FAULT_VALIDATION);
		check_says(
			&try, arena_printf(&try.arena,
				      "certificate %zu of 3 in CertificateChain (CN=Level %zu) is %zu, the number of "
				      "CAs that may stand below it; found: %zu.",
				      i, 4 - i, i - 1, i)
				      .p);
		all[i].path_length++;
	}
	arena_done(&try.arena);
}

TEST(authority, does_not_count_self_issued_certificates_into_a_path_length)
{
	/* The CA above changed its key: new key signed by the old one, under the same name (RFC 5280, 4.2.1.9). */
	struct attempt try = { 0 };
	struct recipe own = papers_lower(FORGE_P256);
	struct recipe chain[] = { papers_policy(FORGE_P256), papers_policy(FORGE_P256), forge_root(FORGE_P256) };

	chain[0].issuer = chain[0].subject;
	chain[0].issuer_key = chain[1].key = forge_key(FORGE_P256, 4);
	chain[0].path_length = chain[1].path_length = 2;
	chain[2].path_length = 3;
	CHECK_OK(attempt_subordinate(&try, &own, 3, chain), try.fault);
	chain[2].path_length = 2;
	CHECK(!attempt_subordinate(&try, &own, 3, chain));
	check_says(&try, "(CN=Root CA) is 1, the number of CAs that may stand below it; found: 2.");
	arena_done(&try.arena);
}

TEST(authority, may_have_the_name_of_its_issuer_without_being_self_signed)
{
	struct attempt try = { 0 };
	struct recipe own = papers_subordinate(FORGE_P256);
	struct recipe older = papers_root(FORGE_P256);

	own.subject = own.issuer = older.subject;
	older.key = older.issuer_key = own.issuer_key;
	older.path_length = 1; /* 0: a self-issued certificate does not count */
	CHECK_OK(attempt_subordinate(&try, &own, 1, &older), try.fault);

	try.claim.is_root = true;
	CHECK(!attempt(&try, forge_certificate_pem(&own, &try.arena), no_chain));
	CHECK(try.fault.code == FAULT_INVALID_REQUEST);
	check_says(&try, "Only a self-signed certificate can be imported as a root CA. The certificate (CN=Own Root)");
	arena_done(&try.arena);
}

/* ---- Critical extensions ---- */

/* All of AWS's list but basic constraints, which are there and critical anyway. */
static const char *const allowed[] = { "2.5.29.17", "2.5.29.15", "2.5.29.37", "2.5.29.35", "2.5.29.14", "2.5.29.18",
	"2.5.29.9", "1.3.6.1.5.5.7.1.11", "2.5.29.32", "2.5.29.33", "2.5.29.54" };

static const struct denied {
	const char *oid;
	const char *words;
} denied[] = {
	{ "2.5.29.30", "name constraints (2.5.29.30)" },
	{ "2.5.29.36", "policy constraints (2.5.29.36)" },
	{ "2.5.29.31", "CRL distribution points (2.5.29.31)" },
	{ "1.3.6.1.5.5.7.1.1", "authority information access (1.3.6.1.5.5.7.1.1)" },
	{ "2.5.29.46", "freshest CRL (2.5.29.46)" },
	{ "2.5.29.16", "private key usage period (2.5.29.16)" },
	{ "1.3.6.1.5.5.7.1.24", "TLS feature (1.3.6.1.5.5.7.1.24)" },
	{ "1.3.6.1.4.1.11129.2.4.3", "Certificate Transparency precertificate poison (1.3.6.1.4.1.11129.2.4.3)" },
	{ "2.5.29.99", "an extension unknown here (2.5.29.99)" },
	{ "1.3.6.1.4.1.55555.1", "an extension unknown here (1.3.6.1.4.1.55555.1)" },
};

/* With the extension in the certificate (place 0), in the policy CA's (1) or in the root's (2). */
static bool
attempt_extension(struct attempt *try, const char *oid, bool critical, size_t place)
{
	struct recipe path[] = { papers_lower(FORGE_P256), papers_policy(FORGE_P256), forge_root(FORGE_P256) };

	path[place].extensions = papers_extension(oid, critical, &try->arena);
	path[place].key_usage = 0;
	return attempt_subordinate(try, &path[0], 2, &path[1]);
}

TEST(authority, may_have_what_is_on_the_list_critical_and_so_may_those_above)
{
	for (size_t i = 0; i < ARRAY_COUNT(allowed); i++)
		for (size_t place = 0; place < 3; place++) {
			struct attempt try = { 0 };
			CHECK_OK(attempt_extension(&try, allowed[i], true, place), try.fault);
			CHECK_OK(attempt_extension(&try, allowed[i], false, place), try.fault);
			arena_done(&try.arena);
		}
}

TEST(authority, may_have_nothing_else_critical_nor_may_those_above)
{
	static const char *const places[] = { "the certificate (CN=Own CA)",
		"certificate 1 of 2 in CertificateChain (CN=Policy CA)",
		"certificate 2 of 2 in CertificateChain (CN=Root CA)" };

	for (size_t i = 0; i < ARRAY_COUNT(denied); i++)
		for (size_t place = 0; place < 3; place++) {
			struct attempt try = { 0 };
			CHECK(!attempt_extension(&try, denied[i].oid, true, place));
			CHECK(try.fault.code == FAULT_MALFORMED_CERTIFICATE);
			check_says(&try, "The certificate contains an unsupported critical extension. Marked critical");
			check_says(&try,
				arena_printf(&try.arena, "Marked critical in %s: %s.", places[place], denied[i].words)
					.p);
			try.fault = (struct fault){ 0 };
			CHECK_OK(attempt_extension(&try, denied[i].oid, false, place), try.fault);
			arena_done(&try.arena);
		}
}

TEST(authority, may_have_critical_name_constraints_and_nothing_more_when_told_to)
{
	struct attempt try = { .rules.relaxed[IMPORT_RULE_CA_CRITICAL_NAME_CONSTRAINTS] = 1 };

	for (size_t place = 0; place < 3; place++) {
		CHECK_OK(attempt_extension(&try, "2.5.29.30", true, place), try.fault);
		CHECK(!attempt_extension(&try, "2.5.29.36", true, place));
	}
	arena_done(&try.arena);
}

/* ---- What a chain can lack ---- */

TEST(authority, is_told_what_is_missing_in_the_middle_of_its_chain)
{
	struct attempt try = { 0 };
	struct recipe own = papers_lower(FORGE_P256);
	struct recipe chain[] = { papers_policy(FORGE_P256), forge_root(FORGE_P256) };

	chain[1].subject = "CN=Older Root CA";
	CHECK(!attempt_subordinate(&try, &own, 2, chain));
	CHECK(try.fault.code == FAULT_MALFORMED_CERTIFICATE);
	CHECK_TEXT(str_of(try.fault.say),
		"The certificate chain is not valid. The issuer of certificate 1 of 2 in CertificateChain (CN=Policy "
		"CA) is CN=Root CA, but it is followed by certificate 2 of 2 in CertificateChain (CN=Older Root CA). "
		"Put the issuer's certificate between them, or take out what follows number 1.");

	chain[1] = forge_root(FORGE_P256);
	chain[1].key = forge_key(FORGE_P256, 4);
	CHECK(!attempt_subordinate(&try, &own, 2, chain));
	check_says(&try, "has the issuer's name, but its key did not make the signature");
	arena_done(&try.arena);
}

TEST(authority, refuses_more_than_it_can_hold_before_it_looks_at_it)
{
	struct attempt try = { 0 };
	struct recipe own = papers_subordinate(FORGE_P256);
	struct recipe root = forge_root(FORGE_P256);
	struct str pem = forge_certificate_pem(&root, &try.arena);
	struct buffer many = { 0 };

	try.claim = papers_claim(&own, false, &try.arena);
	for (int i = 0; i < AUTHORITY_MAX_CHAIN; i++)
		buffer_put_str(&many, pem);
	CHECK(!attempt(&try, forge_certificate_pem(&own, &try.arena), buffer_str(&many)));
	check_says(&try, "makes 1501 levels");
	buffer_put_str(&many, pem);
	CHECK(!attempt(&try, forge_certificate_pem(&own, &try.arena), buffer_str(&many)));
	check_says(&try, "CertificateChain holds 1501 certificates; at most 1500 are taken");
	buffer_done(&many);
	arena_done(&try.arena);
}

/* ---- Relaxed ---- */

TEST(authority, gives_a_chain_in_order_when_order_does_not_matter)
{
	struct attempt try = { .rules.relaxed[IMPORT_RULE_CA_CHAIN_ORDER] = 1 };
	struct recipe own = papers_lower(FORGE_P256);
	struct recipe chain[] = { forge_root(FORGE_P256), { .subject = "CN=Unrelated" }, papers_policy(FORGE_P256) };

	CHECK_OK(attempt_subordinate(&try, &own, 3, chain), try.fault);
	CHECK(try.import.chain_count == 2);
	CHECK(certificate_is_issued_by(try.import.certificate, try.import.chain[0]));
	CHECK(certificate_is_issued_by(try.import.chain[0], try.import.chain[1]));
	arena_done(&try.arena);
}

TEST(authority, gives_a_chain_without_the_certificate_itself)
{
	struct attempt try = { .rules.relaxed[IMPORT_RULE_CA_CHAIN_NO_LEAF] = 1 };
	struct recipe own = papers_subordinate(FORGE_P256);
	struct recipe chain[] = { own, forge_root(FORGE_P256) };

	/* Byte by byte the same: an ECDSA signature is another one each time. */
	try.claim = papers_claim(&own, false, &try.arena);
	struct str pem = forge_certificate_pem(&own, &try.arena);
	struct str parts[] = { pem, forge_certificate_pem(&chain[1], &try.arena) };
	ACCEPTED(&try, pem, forge_join(&try.arena, 2, parts));
	CHECK(try.import.chain_count == 1 && certificate_is_self_issued(try.import.chain[0]));

	CHECK(!attempt(&try, pem, pem));
	check_says(&try, "The issuer of CN=Own CA is CN=Root CA, which is not the subject of any certificate");
	try.rules.relaxed[IMPORT_RULE_CA_CHAIN_ISSUER] = 1;
	CHECK(!attempt(&try, pem, pem));
	check_says(&try, "CertificateChain holds nothing but the certificate itself: put");
	arena_done(&try.arena);
}

TEST(authority, gives_a_root_no_chain_whatever_came_with_it)
{
	struct attempt try = { .rules.relaxed[IMPORT_RULE_CA_ROOT_NO_CHAIN] = 1 };
	struct recipe own = papers_root(FORGE_P256);
	struct str pem = forge_certificate_pem(&own, &try.arena);

	try.claim = papers_claim(&own, true, &try.arena);
	ACCEPTED(&try, pem, pem);
	CHECK(try.import.chain_count == 0);
	arena_done(&try.arena);
}

TEST(authority, cannot_do_without_a_certificate_of_its_key_whatever_is_relaxed)
{
	struct attempt try = { 0 };
	struct recipe own = papers_subordinate(FORGE_P256);
	struct recipe other = own;
	struct str pem = forge_certificate_pem(&own, &try.arena);
	struct str broken = STR("-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n");

	memset(try.rules.relaxed, 1, sizeof try.rules.relaxed);
	try.claim = papers_claim(&own, false, &try.arena);
	other.key = forge_key(FORGE_P256, 4);
	CHECK(!attempt(&try, STR(""), no_chain));
	CHECK(!attempt(&try, STR("junk"), no_chain));
	CHECK(!attempt(&try, broken, no_chain));
	CHECK(!attempt(&try, forge_certificate_pem(&other, &try.arena), no_chain));
	CHECK(!attempt(&try, pem, broken));
	CHECK(!attempt(&try, pem, STR("junk")));
	CHECK(try.import.certificate == NULL);
	ACCEPTED(&try, pem, no_chain);
	ACCEPTED(&try, pem, pem);
	arena_done(&try.arena);
}

/* ---- What a field can hold instead ---- */

TEST(authority, is_told_what_its_fields_hold_instead)
{
	struct attempt try = { 0 };
	struct recipe own = papers_subordinate(FORGE_P256);
	struct str pem = forge_certificate_pem(&own, &try.arena);
	struct str key = forge_key_pem(own.key, &try.arena);
	struct str csr = forge_pem("CERTIFICATE REQUEST", forge_text("\x30\0"), &try.arena);
	struct str key_der = str_of_bytes(forge_der(&try.arena, 0x30, forge_text("\2\1\0\x30\0")));

	try.claim = papers_claim(&own, false, &try.arena);
	CHECK(!attempt(&try, STR(""), no_chain));
	CHECK_TEXT(
		str_of(try.fault.say), "The certificate is malformed. This field holds no certificate. It is empty.");
	CHECK(!attempt(&try, csr, no_chain));
	check_says(&try, "import the certificate that a CA made of it");
	CHECK(!attempt(&try, key, no_chain));
	check_says(&try, "A private key was found: take it out.");
	CHECK(strstr(try.fault.say, "PrivateKey") == NULL);
	CHECK(!attempt(&try, key_der, no_chain));
	check_says(&try, "A private key was found: take it out.");
	CHECK(!attempt(&try, pem, key));
	CHECK_TEXT(str_of(try.fault.say),
		"The certificate chain is malformed. CertificateChain holds no certificate. A private key was found: "
		"take it out. The authority has its key already, and no other is imported.");
	CHECK(!attempt(&try, pem, STR("chain.pem")));
	check_says(&try, "It is the name of a file, not its content");
	arena_done(&try.arena);
}

TEST(authority, whose_claim_cannot_be_read_has_no_certificate)
{
	struct attempt try = { 0 };
	struct recipe own = papers_root(FORGE_P256);
	struct str pem = forge_certificate_pem(&own, &try.arena);

	CHECK(!attempt(&try, pem, no_chain));
	check_says(&try, "that of the authority of a kind unknown here.");
	try.claim = papers_claim(&own, true, &try.arena);
	try.claim.subject = (struct bytes){ 0 };
	CHECK(!attempt(&try, pem, no_chain));
	check_says(&try, "that of the authority's CSR empty.");
	arena_done(&try.arena);
}

TEST_MAIN("authority_import");
