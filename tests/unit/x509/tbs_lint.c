/* Certificates to be, held against the profile. */
#include "draft.h"
#include "test.h"

static void
check_lint_of(const struct certificate *read, struct arena *arena, const char *words)
{
	struct fault fault = { 0 };

	if (words == NULL) {
		CHECK_OK(tbs_lint(read, arena, &fault), fault);
		return;
	}
	if (tbs_lint(read, arena, &fault))
		fail_msg("nobody said \"%s\"", words);
	CHECK(fault.code == FAULT_INVALID_ARGS && utf8_valid(str_of(fault.say)));
	if (strstr(fault.say, "RFC 5280") == NULL || strstr(fault.say, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fault.say, words);
}

/* Ends the draft. `words` NULL: nothing is wrong with it. */
static void
check_lint(struct draft *draft, const char *words)
{
	check_lint_of(draft_read(draft), &draft->arena, words);
	arena_done(&draft->arena);
}

TEST(tbs_lint, has_nothing_against_what_is_right)
{
	static void (*const makers[])(struct draft *) = { draft_bare, draft_leaf, draft_authority };

	for (size_t i = 0; i < ARRAY_COUNT(makers); i++) {
		struct draft draft;
		makers[i](&draft);
		check_lint(&draft, NULL);
	}
}

static void
check_serial(const char *hex, const char *words)
{
	struct draft draft;

	draft_bare(&draft);
	draft.tbs.serial = forge_hex(hex, &draft.arena);
	check_lint(&draft, words);
}

TEST(tbs_lint, wants_a_serial_number_that_is_positive_and_not_too_long)
{
	check_serial("00", "not positive");
	check_serial("", "not positive");
	check_serial("7fffffffffffffffffffffffffffffffffffffff", NULL);
	check_serial("8fffffffffffffffffffffffffffffffffffffff", "21 octets");
	check_serial("0102030405060708090a0b0c0d0e0f1011121314ff", "21 octets");
}

TEST(tbs_lint, wants_a_validity_in_order)
{
	struct draft draft;

	draft_bare(&draft);
	draft.tbs.not_before_ms = NOT_AFTER_MS + 1000;
	check_lint(&draft, "ends (2027-01-01T00:00:00Z) before it begins (2027-01-01T00:00:01Z)");
	draft_bare(&draft);
	draft.tbs.not_before_ms = NOT_AFTER_MS;
	check_lint(&draft, NULL);
}

/* GeneralizedTime before 2050 can only be written by somebody else. */
TEST(tbs_lint, wants_the_right_time_types)
{
	struct draft draft;
	struct arena *arena = &draft.arena;
	const struct certificate *read;
	const char *why;

	draft_bare(&draft);
	struct bytes time = forge_der(arena, 0x18, forge_text("20260101000000Z"));
	struct bytes tbs = forge_der(arena, 0x30, forge_text("\xa0\x03\x02\x01\x02\x02\x01\x01"),
		signing_identifier(SIGNING_SHA256_ECDSA), draft.tbs.issuer, forge_der(arena, 0x30, time, time),
		draft.tbs.subject, draft.tbs.spki);
	CHECK(tbs_read(tbs, arena, &read, &why));
	check_lint_of(read, arena, "GeneralizedTime");
	/* And version 1. */
	tbs = forge_der(arena, 0x30, forge_text("\x02\x01\x01"), signing_identifier(SIGNING_SHA256_ECDSA),
		draft.tbs.issuer,
		forge_der(arena, 0x30,
			forge_text("\x17\x0d"
				   "260101000000Z\x17\x0d"
				   "270101000000Z")),
		draft.tbs.subject, draft.tbs.spki);
	CHECK(tbs_read(tbs, arena, &read, &why));
	check_lint_of(read, arena, "version 1");
	arena_done(arena);
}

TEST(tbs_lint, wants_a_name_for_everybody)
{
	struct draft draft;
	struct bytes nobody = forge_text("\x30\x00");

	draft_bare(&draft);
	draft.tbs.issuer = nobody;
	check_lint(&draft, "issuer has no name");

	draft_bare(&draft);
	draft.tbs.subject = nobody;
	check_lint(&draft, "neither a subject nor a subjectAltName");

	draft_leaf(&draft);
	draft.tbs.subject = nobody;
	check_lint(&draft, "must be critical");

	draft_leaf(&draft);
	draft.tbs.subject = nobody;
	draft.extensions[draft.tbs.extension_count - 1].critical = true;
	check_lint(&draft, NULL);

	draft_authority(&draft);
	draft.tbs.subject = nobody;
	draft_add(&draft, extension_subject_alternative_name(
				  true, draft_names(&draft.arena, GENERAL_NAME_DNS, "a.example"), &draft.arena));
	check_lint(&draft, "a CA must have a subject");
}

/* A subject of one attribute, in whatever type. */
static void
check_attribute(const char *oid, int tag, struct bytes value, const char *words)
{
	struct draft draft;

	draft_bare(&draft);
	struct arena *arena = &draft.arena;
	struct bytes attribute =
		forge_der(arena, 0x30, forge_oid(oid, arena), tag >= 0 ? forge_der(arena, tag, value) : value);
	draft.tbs.subject = forge_der(arena, 0x30, forge_der(arena, 0x31, attribute));
	check_lint(&draft, words);
}

static void
check_length(const char *oid, int tag, size_t length, const char *words)
{
	struct arena arena = { 0 };
	uint8_t *value = arena_alloc(&arena, length);

	memset(value, 'a', length);
	check_attribute(oid, tag, (struct bytes){ value, length }, words);
	arena_done(&arena);
}

enum {
	UTF8 = 0x0c,
	NUMERIC = 0x12,
	PRINTABLE = 0x13,
	T61 = 0x14,
	IA5 = 0x16,
	VISIBLE = 0x1a,
	UNIVERSAL = 0x1c,
	BMP = 0x1e
};

TEST(tbs_lint, keeps_to_the_upper_bounds_of_rfc_5280_and_to_no_others)
{
	static const struct {
		const char *oid;
		int tag;
		size_t max;
	} bounds[] = { { "2.5.4.3", UTF8, 64 }, { "2.5.4.10", UTF8, 64 }, { "2.5.4.11", PRINTABLE, 64 },
		{ "2.5.4.7", UTF8, 128 }, { "2.5.4.8", T61, 128 }, { "2.5.4.12", UTF8, 64 },
		{ "2.5.4.5", PRINTABLE, 64 }, { "1.2.840.113549.1.9.1", IA5, 255 }, { "2.5.4.65", UTF8, 128 },
		{ "2.5.4.4", UTF8, 32768 }, { "2.5.4.41", UTF8, 32768 }, { "2.5.4.42", UTF8, 32768 },
		{ "2.5.4.43", UTF8, 32768 }, { "2.5.4.44", UTF8, 32768 } };

	for (size_t i = 0; i < ARRAY_COUNT(bounds); i++) {
		char words[64];
		(void)snprintf(
			words, sizeof words, "has %zu characters, more than %zu", bounds[i].max + 1, bounds[i].max);
		check_length(bounds[i].oid, bounds[i].tag, 1, NULL);
		check_length(bounds[i].oid, bounds[i].tag, bounds[i].max, NULL);
		check_length(bounds[i].oid, bounds[i].tag, bounds[i].max + 1, words);
		check_length(bounds[i].oid, bounds[i].tag, 0, "is empty");
	}
	check_length("2.5.4.6", PRINTABLE, 2, NULL);
	check_length("2.5.4.6", PRINTABLE, 1, "1 characters instead of 2");
	check_length("2.5.4.6", PRINTABLE, 3, "countryName (2.5.4.6) has 3 characters");
	/* No bound: dnQualifier, domainComponent, and what RFC 5280 does not name. */
	check_length("2.5.4.46", PRINTABLE, 1000, NULL);
	check_length("0.9.2342.19200300.100.1.25", IA5, 1000, NULL);
	check_length("2.5.4.9", UTF8, 1000, NULL);
	check_length("1.2.3.4", UTF8, 1000, NULL);
	check_length("1.2.3.4", UTF8, 0, NULL);
}

TEST(tbs_lint, counts_characters_not_octets)
{
	struct arena arena = { 0 };
	uint8_t *value = arena_alloc(&arena, 130);

	for (size_t i = 0; i < 65; i++)
		memcpy(value + 2 * i, "\xc3\xbc", 2);
	check_attribute("2.5.4.3", UTF8, (struct bytes){ value, 128 }, NULL);
	check_attribute("2.5.4.3", UTF8, (struct bytes){ value, 130 }, "65 characters");
	for (size_t i = 0; i < 65; i++)
		memcpy(value + 2 * i, "\x00\xfc", 2);
	check_attribute("2.5.4.3", BMP, (struct bytes){ value, 128 }, NULL);
	check_attribute("2.5.4.3", BMP, (struct bytes){ value, 130 }, "65 characters");
	arena_done(&arena);
}

TEST(tbs_lint, wants_each_attribute_in_a_type_that_it_has)
{
	check_attribute("2.5.4.3", PRINTABLE, forge_text("Example 1"), NULL);
	check_attribute("2.5.4.3", T61, forge_text("M\xfcller"), NULL);
	check_attribute("2.5.4.3", UNIVERSAL, forge_text("\0\0\0M\0\1\xf5\x11"), NULL);
	check_attribute("2.5.4.3", IA5, forge_text("example"), "is a IA5String, where UTF8String");
	check_attribute("2.5.4.3", NUMERIC, forge_text("17"), "NumericString, where");
	check_attribute("2.5.4.3", 0x04, forge_text("x"), "no string");
	check_attribute("2.5.4.6", UTF8, forge_text("DE"), "is a UTF8String, where PrintableString");
	check_attribute("2.5.4.5", UTF8, forge_text("17"), "where PrintableString");
	check_attribute("0.9.2342.19200300.100.1.25", UTF8, forge_text("example"), "where IA5String");
	/* What has no rule may be anything. */
	check_attribute("1.2.3.4", -1, forge_text("\x02\x01\x05"), NULL);
	check_attribute("1.2.3.4", IA5, forge_text("x"), NULL);
}

TEST(tbs_lint, wants_characters_that_a_type_has)
{
	check_attribute("2.5.4.3", PRINTABLE, forge_text("*.example.com"), "character that no PrintableString has");
	check_attribute("2.5.4.3", PRINTABLE, forge_text("a@b"), "no PrintableString");
	check_attribute("2.5.4.3", PRINTABLE, forge_text("a_b"), "no PrintableString");
	check_attribute("2.5.4.3", PRINTABLE, forge_text("a'()+,-./:=? 9Z"), NULL);
	check_attribute("2.5.4.3", UTF8, forge_text("*.example.com"), NULL);
	check_attribute("2.5.4.3", UTF8, forge_text("a\0b"), "NUL");
	check_attribute("2.5.4.3", UTF8, forge_text("\xc3\x28"), "not well-formed");
	check_attribute("2.5.4.3", BMP, forge_text("\xd8\x00"), "not well-formed");
	check_attribute("2.5.4.3", BMP, forge_text("odd"), "not well-formed");
	check_attribute("1.2.840.113549.1.9.1", IA5, forge_text("m\xfc@example.com"), "string type does not have");
	check_attribute("1.2.3.4", NUMERIC, forge_text("17 4"), NULL);
	check_attribute("1.2.3.4", NUMERIC, forge_text("1a"), "no NumericString");
	check_attribute("1.2.3.4", VISIBLE, forge_text("a\nb"), "no VisibleString");
}

static void
check_name(int tag, struct bytes content, const char *words)
{
	struct draft draft;

	draft_bare(&draft);
	struct bytes value = forge_der(&draft.arena, 0x30, forge_der(&draft.arena, tag, content));
	draft_add(&draft, extension_subject_alternative_name(false, value, &draft.arena));
	check_lint(&draft, words);
}

enum {
	OTHER = 0xa0,
	EMAIL = 0x81,
	DNS = 0x82,
	X400 = 0xa3,
	DIRECTORY = 0xa4,
	EDI = 0xa5,
	URI = 0x86,
	IP = 0x87,
	RID = 0x88
};

TEST(tbs_lint, looks_at_every_name)
{
	struct arena arena = { 0 };
	struct bytes country = forge_der(&arena, 0x30,
		forge_der(&arena, 0x31,
			forge_der(&arena, 0x30, forge_oid("2.5.4.6", &arena), forge_text("\x13\x03USA"))));

	check_name(DNS, forge_text("example.com"), NULL);
	check_name(DNS, forge_text("*.example.com"), NULL);
	check_name(DNS, forge_text("_dmarc.Example.com"), NULL);
	check_name(DNS, forge_text("localhost"), NULL);
	check_name(DNS, forge_text(""), "name 1 of its subjectAltName, \"\", is empty");
	check_name(DNS, forge_text(" "), "blank");
	check_name(DNS, forge_text("a b"), "blank");
	check_name(DNS, forge_text("a\tb"), "control");
	check_name(DNS, forge_text("a\0b"), "NUL");
	check_name(DNS, forge_text("m\xc3\xbcller.example"), "string type does not have");
	check_name(EMAIL, forge_text("a@example.com"), NULL);
	check_name(EMAIL, forge_text("a"), "local@domain");
	check_name(URI, forge_text("spiffe://cluster/ns/a"), NULL);
	check_name(URI, forge_text("urn:uuid:1"), NULL);
	check_name(URI, forge_text("a.example/x"), "scheme");
	check_name(URI, forge_text("//a.example/x"), "scheme");
	check_name(IP, forge_text("\xc0\x00\x02\x01"), NULL);
	check_name(IP, forge_text("\xc0\x00\x02\x01\xff\xff\xff\x00"), "4 nor 16 octets");
	check_name(IP, forge_text(""), "4 nor 16 octets");
	check_name(RID, forge_text("\x2a\x03"), NULL);
	check_name(OTHER, forge_text("\x06\x02\x2a\x03\xa0\x03\x0c\x01x"), NULL);
	check_name(EDI, forge_text("\xa1\x03\x0c\x01x"), NULL);
	check_name(DIRECTORY, forge_text("\x30\x00"), NULL);
	check_name(DIRECTORY, country, "in name 1 of its subjectAltName, the countryName");
	arena_done(&arena);
}

TEST(tbs_lint, wants_names_in_a_list_of_names)
{
	struct draft draft;

	draft_bare(&draft);
	draft_add_raw(&draft, "2.5.29.17", false, forge_text("\x30\x00"));
	check_lint(&draft, "subjectAltName is empty");
}

/* An extension beside a leaf's (or a CA's) own. */
static void
check_extension_lint(bool of_ca, const char *oid, bool critical, const char *hex, const char *words)
{
	struct draft draft;

	if (of_ca)
		draft_authority(&draft);
	else
		draft_bare(&draft);
	draft_add_raw(&draft, oid, critical, forge_hex(hex, &draft.arena));
	check_lint(&draft, words);
}

TEST(tbs_lint, knows_what_must_and_what_must_not_be_critical)
{
	static const struct {
		const char *oid;
		bool always;
		const char *hex;
	} rules[] = {
		{ "2.5.29.9", false, "300c300a06032a030431030c0178" },
		{ "2.5.29.14", false, "04020102" },
		{ "2.5.29.35", false, "300480020102" },
		{ "2.5.29.46", false, "300b3009a007a0058603613a62" },
		{ "1.3.6.1.5.5.7.1.1", false, "3011300f06082b060105050730018603613a62" },
		{ "1.3.6.1.5.5.7.1.11", false, "3011300f06082b060105050730058603613a62" },
		{ "2.5.29.30", true, "3007a0053003820161" },
		{ "2.5.29.36", true, "3003800100" },
		{ "2.5.29.54", true, "020100" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(rules); i++) {
		check_extension_lint(true, rules[i].oid, rules[i].always, rules[i].hex, NULL);
		check_extension_lint(true, rules[i].oid, !rules[i].always, rules[i].hex,
			rules[i].always ? "must be critical" : "must not be critical");
		if (rules[i].always)
			check_extension_lint(false, rules[i].oid, true, rules[i].hex, "CAs only");
	}
	check_extension_lint(true, "2.5.29.33", false, "3008300606012a06012b", NULL);
	check_extension_lint(false, "2.5.29.33", false, "3008300606012a06012b", "CAs only");
	/* What RFC 5280 leaves open, or does not know. */
	check_extension_lint(false, "2.5.29.31", true, "300b3009a007a0058603613a62", NULL);
	check_extension_lint(false, "2.5.29.32", true, "3006300406022a03", NULL);
	check_extension_lint(false, "2.5.29.18", true, "3003820161", NULL);
	check_extension_lint(false, "1.2.3.4", true, "", NULL);
	check_extension_lint(false, "1.3.6.1.5.5.7.48.1.5", false, "0500", NULL);
}

TEST(tbs_lint, reads_the_extensions_that_it_knows)
{
	static const struct {
		const char *oid;
		const char *hex;
		const char *words;
	} wrong[] = {
		{ "2.5.29.9", "3000", "empty" },
		{ "2.5.29.9", "3007300506012a3100", "malformed" },
		{ "2.5.29.14", "0400", "subjectKeyIdentifier (2.5.29.14) is empty" },
		{ "2.5.29.14", "0401", "malformed" },
		{ "2.5.29.14", "0401000500", "malformed" },
		{ "2.5.29.35", "3000", "empty" },
		{ "2.5.29.35", "30028000", "malformed" },
		{ "2.5.29.35", "3003820101", "without a serial number, or the other way round" },
		{ "2.5.29.35", "3005a103820161", "without a serial number, or the other way round" },
		{ "2.5.29.35", "3002a100", "malformed" },
		{ "2.5.29.35", "3003830101", "malformed" },
		{ "2.5.29.18", "3000", "malformed" },
		{ "2.5.29.31", "3000", "empty" },
		{ "2.5.29.31", "30023000", "neither a place nor an issuer" },
		{ "2.5.29.31", "300630048102017e", "neither a place nor an issuer" },
		{ "2.5.29.31", "30053003a001a0", "malformed" },
		{ "2.5.29.31", "30063004a002a000", "malformed" },
		{ "2.5.29.46", "3000", "empty" },
		{ "2.5.29.32", "3000", "empty" },
		{ "2.5.29.32", "300a300306012a300306012a", "one policy twice" },
		{ "2.5.29.32", "3007300506012a3000", "malformed" },
		{ "2.5.29.32", "3003040100", "malformed" },
		{ "2.5.29.33", "3000", "empty" },
		{ "2.5.29.33", "300b30090604551d200006012a", "maps anyPolicy" },
		{ "2.5.29.30", "3000", "empty" },
		{ "2.5.29.30", "3002a000", "malformed" },
		{ "2.5.29.30", "300aa00830068201618001ff", "malformed" },
		{ "2.5.29.36", "3000", "empty" },
		{ "2.5.29.36", "30038001ff", "malformed" },
		{ "2.5.29.54", "0201ff", "malformed" },
		{ "2.5.29.37", "3000", "empty" },
		{ "1.3.6.1.5.5.7.1.1", "3000", "empty" },
		{ "1.3.6.1.5.5.7.1.11", "3000", "empty" },
		{ "1.3.6.1.5.5.7.1.11", "3005300306012a", "malformed" },
		{ "1.3.6.1.5.5.7.48.1.5", "3000", "malformed" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(wrong); i++)
		check_extension_lint(true, wrong[i].oid, false, wrong[i].hex, wrong[i].words);
	/* And takes what is unusual, but right. */
	check_extension_lint(true, "2.5.29.35", false, "300c80020102a103820161820101", NULL);
	check_extension_lint(true, "2.5.29.31", false, "30073005a203820161", NULL);
	check_extension_lint(true, "2.5.29.31", false, "3010300ea00ca10a300806035504030c0178", NULL);
	check_extension_lint(true, "2.5.29.30", true, "300ea0053003820161a1053003820162", NULL);
	check_extension_lint(true, "2.5.29.30", true, "300ea00c300a8708c0000200ffffff00", NULL);
}

TEST(tbs_lint, wants_no_extension_twice)
{
	struct draft draft;

	draft_leaf(&draft);
	draft_add(&draft, draft.extensions[0]);
	check_lint(&draft, "twice");
	draft_bare(&draft);
	draft_add_raw(&draft, "1.2.3.4", false, forge_text("a"));
	draft_add_raw(&draft, "1.2.3.4", false, forge_text("b"));
	check_lint(&draft, "twice");
}

static void
check_authority(bool critical, bool is_ca, int path_length, unsigned key_usage, const char *words)
{
	struct draft draft;

	draft_bare(&draft);
	draft_add(&draft, extension_basic_constraints(critical, is_ca, path_length, &draft.arena));
	if (key_usage != 0)
		draft_add(&draft, extension_key_usage(true, key_usage, &draft.arena));
	check_lint(&draft, words);
}

TEST(tbs_lint, holds_basic_constraints_and_key_usage_together)
{
	check_authority(true, true, -1, KEY_USAGE_KEY_CERT_SIGN, NULL);
	check_authority(true, true, 3, KEY_USAGE_KEY_CERT_SIGN, NULL);
	check_authority(true, true, -1, KEY_USAGE_CRL_SIGN, NULL);
	check_authority(true, true, -1, 0, NULL);
	check_authority(true, false, -1, KEY_USAGE_DIGITAL_SIGNATURE, NULL);
	check_authority(false, false, -1, KEY_USAGE_CRL_SIGN, NULL);
	check_authority(false, true, -1, KEY_USAGE_KEY_CERT_SIGN, "basicConstraints of a CA must be critical");
	check_authority(true, false, -1, KEY_USAGE_KEY_CERT_SIGN, "keyCertSign");
	check_authority(true, true, 0, KEY_USAGE_CRL_SIGN, "path length");
	check_authority(true, true, 0, 0, "path length");
	check_authority(true, false, 0, KEY_USAGE_DIGITAL_SIGNATURE, "path length");

	struct draft draft;
	draft_bare(&draft);
	draft_add(&draft, extension_key_usage(true, KEY_USAGE_KEY_CERT_SIGN, &draft.arena));
	check_lint(&draft, "keyCertSign");
	draft_bare(&draft);
	draft_add(&draft, extension_key_usage(true, 0, &draft.arena));
	check_lint(&draft, "allows nothing");
	check_extension_lint(false, "2.5.29.15", true, "030207ff", "keyUsage (2.5.29.15) is malformed");
}

TEST_MAIN("tbs_lint");
