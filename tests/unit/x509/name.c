#include "x509/name.h"

#include "forge.h"
#include "test.h"
#include "x509/der.h"

static struct bytes
attribute(const char *oid, int tag, struct bytes value, struct arena *arena)
{
	return forge_der(arena, 0x30, forge_oid(oid, arena), forge_der(arena, tag, value));
}

/* A name of one attribute: CN, in a string of this tag. */
static struct bytes
common_name(int tag, struct bytes value, struct arena *arena)
{
	return forge_der(arena, 0x30, forge_der(arena, 0x31, attribute("2.5.4.3", tag, value, arena)));
}

static struct str
rendered(struct bytes der, struct arena *arena)
{
	struct name name;

	CHECK(name_parse(der, arena, &name));
	return name_render(&name, arena);
}

TEST(name, renders_in_certificate_order)
{
	struct arena arena = { 0 };
	struct bytes der = forge_der(&arena, 0x30,
		forge_der(&arena, 0x31, attribute("2.5.4.6", 0x13, forge_text("AU"), &arena)),
		forge_der(&arena, 0x31, attribute("2.5.4.8", 0x0c, forge_text("Some-State"), &arena)),
		forge_der(&arena, 0x31, attribute("2.5.4.10", 0x0c, forge_text("LocalStack Org"), &arena),
			attribute("2.5.4.11", 0x0c, forge_text("Testing"), &arena)),
		forge_der(&arena, 0x31, attribute("0.9.2342.19200300.100.1.25", 0x16, forge_text("example"), &arena)),
		forge_der(&arena, 0x31, attribute("2.5.4.3", 0x0c, forge_text("localhost"), &arena)));
	struct name name;

	CHECK(name_parse(der, &arena, &name));
	CHECK(name.n == 6 && name.attributes[3].continues_rdn && !name.attributes[2].continues_rdn);
	CHECK_TEXT(
		name_render(&name, &arena), "C=AU,ST=Some-State,O=LocalStack Org,OU=Testing,DC=example,CN=localhost");
	CHECK_TEXT(name_get(&name, NAME_OID_ORGANIZATION), "LocalStack Org");
	CHECK_TEXT(name_get(&name, NAME_OID_COMMON_NAME), "localhost");
	CHECK(name_get(&name, "2.5.4.5").p == NULL);
	arena_done(&arena);
}

TEST(name, gives_the_most_specific_of_several_values)
{
	struct arena arena = { 0 };
	struct name name;
	struct bytes der = forge_der(&arena, 0x30,
		forge_der(&arena, 0x31, attribute("2.5.4.3", 0x0c, forge_text("general"), &arena)),
		forge_der(&arena, 0x31, attribute("2.5.4.3", 0x0c, forge_text("specific"), &arena)));

	CHECK(name_parse(der, &arena, &name));
	CHECK_TEXT(name_get(&name, NAME_OID_COMMON_NAME), "specific");
	arena_done(&arena);
}

TEST(name, escapes_as_rfc_4514_wants)
{
	struct arena arena = { 0 };

	CHECK_TEXT(rendered(common_name(0x0c, forge_text("a,b+c\"d\\e<f>g;h"), &arena), &arena),
		"CN=a\\,b\\+c\\\"d\\\\e\\<f\\>g\\;h");
	CHECK_TEXT(rendered(common_name(0x0c, forge_text(" a "), &arena), &arena), "CN=\\ a\\ ");
	CHECK_TEXT(rendered(common_name(0x0c, forge_text("#a#"), &arena), &arena), "CN=\\#a#");
	CHECK_TEXT(rendered(common_name(0x0c, forge_text(""), &arena), &arena), "CN=");
	arena_done(&arena);
}

TEST(name, renders_what_it_does_not_know_in_hexadecimal)
{
	struct arena arena = { 0 };
	struct bytes unknown = attribute("1.2.3.4.55555", 0x0c, forge_text("hi"), &arena);
	struct bytes big = attribute("2.25.329800735698586629295641978511506172918", 0x0c, forge_text("a"), &arena);

	CHECK_TEXT(
		rendered(forge_der(&arena, 0x30, forge_der(&arena, 0x31, unknown)), &arena), "1.2.3.4.55555=#0c026869");
	CHECK_TEXT(rendered(forge_der(&arena, 0x30, forge_der(&arena, 0x31, big)), &arena),
		"2.25.329800735698586629295641978511506172918=#0c0161");
	CHECK_TEXT(rendered(common_name(0x02, forge_text("\x05"), &arena), &arena), "CN=#020105");
	CHECK_TEXT(rendered(common_name(0x0c, forge_text("\xff"), &arena), &arena), "CN=#0c01ff");
	arena_done(&arena);
}

TEST(name, reads_every_string_type_as_utf8)
{
	struct arena arena = { 0 };

	CHECK_TEXT(rendered(common_name(0x13, forge_text("abc"), &arena), &arena), "CN=abc");
	CHECK_TEXT(rendered(common_name(0x12, forge_text("123"), &arena), &arena), "CN=123");
	CHECK_TEXT(rendered(common_name(0x1a, forge_text("abc"), &arena), &arena), "CN=abc");
	CHECK_TEXT(rendered(common_name(0x14, forge_text("M\xfcnchen"), &arena), &arena), "CN=M\xc3\xbcnchen");
	CHECK_TEXT(rendered(common_name(0x1e, forge_text("\0M\0\xfc\x20\xac"), &arena), &arena),
		"CN=M\xc3\xbc\xe2\x82\xac");
	CHECK_TEXT(rendered(common_name(0x1c, forge_text("\0\1\xf6\0"), &arena), &arena), "CN=\xf0\x9f\x98\x80");
	CHECK_TEXT(rendered(common_name(0x16, forge_text("a\xe4"), &arena), &arena), "CN=a\xc3\xa4");
	/* Half a character, a surrogate: no text at all. */
	CHECK_TEXT(rendered(common_name(0x1e, forge_text("\0Mx"), &arena), &arena), "CN=#1e03004d78");
	CHECK_TEXT(rendered(common_name(0x1e, forge_text("\xd8\0"), &arena), &arena), "CN=#1e02d800");
	/* A NUL would cut the text short elsewhere. */
	CHECK_TEXT(rendered(common_name(0x0c, forge_text("a\0b"), &arena), &arena), "CN=a\xef\xbf\xbd"
										    "b");
	CHECK_TEXT(rendered(common_name(0x1e, forge_text("\0a\0\0"), &arena), &arena), "CN=a\xef\xbf\xbd");
	arena_done(&arena);
}

TEST(name, compares_without_case_white_space_and_string_type)
{
	struct arena arena = { 0 };
	struct bytes name = common_name(0x0c, forge_text("Example  CA"), &arena);
	struct bytes other_oid = forge_der(
		&arena, 0x30, forge_der(&arena, 0x31, attribute("2.5.4.10", 0x0c, forge_text("Example  CA"), &arena)));
	struct bytes two = attribute("2.5.4.3", 0x0c, forge_text("a"), &arena);

	CHECK(name_equal(name, common_name(0x13, forge_text(" example ca "), &arena)));
	CHECK(name_equal(name, common_name(0x1e, forge_text("\0E\0x\0a\0m\0p\0l\0e\0 \0C\0A"), &arena)));
	CHECK(!name_equal(name, common_name(0x0c, forge_text("ExampleCA"), &arena)));
	CHECK(!name_equal(name, other_oid));
	CHECK(!name_equal(name, forge_text("\x30\0")));
	CHECK(name_equal(forge_text("\x30\0"), forge_text("\x30\0")));
	/* One relative name of two attributes is not two relative names. */
	CHECK(!name_equal(forge_der(&arena, 0x30, forge_der(&arena, 0x31, two, two)),
		forge_der(&arena, 0x30, forge_der(&arena, 0x31, two), forge_der(&arena, 0x31, two))));
	/* A value that is no text is compared octet by octet. */
	CHECK(!name_equal(common_name(0x04, forge_text("a"), &arena), common_name(0x04, forge_text("A"), &arena)));
	CHECK(!name_equal(name, forge_text("junk")));
	arena_done(&arena);
}

TEST(name, refuses_what_is_no_name)
{
	struct arena arena = { 0 };
	struct name name;
	struct bytes good = common_name(0x0c, forge_text("a"), &arena);
	struct bytes bad[] = {
		forge_text(""),
		forge_text("\x31\0"),
		forge_text("\x30\x02\x31\0"), /* a relative name of nothing */
		forge_text("\x30\x80\0\0"),   /* BER's indefinite length */
		forge_der(&arena, -1, good, forge_text("x")),
		forge_der(&arena, 0x30, forge_der(&arena, 0x31, forge_der(&arena, 0x30, forge_oid("2.5.4.3", &arena)))),
		forge_der(&arena, 0x30, forge_der(&arena, 0x31, forge_der(&arena, 0x30, forge_text("\x06\0\x0c\0")))),
		forge_der(
			&arena, 0x30, forge_der(&arena, 0x31, forge_der(&arena, 0x30, forge_text("\x06\1\x80\x0c\0")))),
	};

	CHECK(name_parse(good, &arena, &name));
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		if (name_parse(bad[i], &arena, &name))
			fail_msg("number %zu is no name", i);
	arena_done(&arena);
}

static struct general_name
general(struct bytes der, struct arena *arena)
{
	struct der reader = der_of(der);
	struct general_name name = { 0 };
	struct der_item item;

	CHECK(der_next(&reader, &item) && general_name_read(&item, arena, &name));
	return name;
}

TEST(general_name, reads_every_kind)
{
	struct arena arena = { 0 };
	struct bytes directory = common_name(0x0c, forge_text("a"), &arena);
	struct bytes other = forge_der(&arena, -1, forge_oid("1.3.6.1.4.1.311.20.2.3", &arena),
		forge_der(&arena, 0xa0, forge_text("\x0c\1a")));
	struct general_name name = general(forge_der(&arena, 0x82, forge_text("a.example")), &arena);

	CHECK(name.kind == GENERAL_NAME_DNS && name.flaw == NULL);
	CHECK_TEXT(name.text, "a.example");
	/* As AWS does: what a careless tool wrote into a DNS name is passed through. */
	CHECK_TEXT(general(forge_der(&arena, 0x82, forge_text("a.cloudIP:127.0.0.1")), &arena).text,
		"a.cloudIP:127.0.0.1");
	CHECK(general(forge_der(&arena, 0x81, forge_text("a@b")), &arena).kind == GENERAL_NAME_EMAIL);
	CHECK(general(forge_der(&arena, 0x86, forge_text("http://a")), &arena).kind == GENERAL_NAME_URI);
	name = general(forge_der(&arena, 0xa4, directory), &arena);
	CHECK(name.kind == GENERAL_NAME_DIRECTORY && bytes_equal(name.der, directory));
	name = general(forge_der(&arena, 0xa0, other), &arena);
	CHECK(name.kind == GENERAL_NAME_OTHER && bytes_equal(name.der, forge_text("\x0c\1a")));
	CHECK_TEXT(name.text, "1.3.6.1.4.1.311.20.2.3");
	name = general(forge_der(&arena, 0x88, forge_text("\x2a\x03\x04")), &arena);
	CHECK(name.kind == GENERAL_NAME_REGISTERED_ID);
	CHECK_TEXT(name.text, "1.2.3.4");
	CHECK(general(forge_der(&arena, 0xa3, forge_text("")), &arena).kind == GENERAL_NAME_UNKNOWN);
	arena_done(&arena);
}

TEST(general_name, writes_addresses_as_rfc_5952)
{
	struct arena arena = { 0 };
	static const char six[] = { 0x20, 0x01, 0x0d, (char)0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, (char)0xab };
	struct general_name name = general(forge_der(&arena, 0x87, forge_text("\xc0\0\2\1")), &arena);

	CHECK(name.kind == GENERAL_NAME_IP && name.flaw == NULL);
	CHECK_TEXT(name.text, "192.0.2.1");
	CHECK_TEXT(general(forge_der(&arena, 0x87, { (const uint8_t *)six, 16 }), &arena).text, "2001:db8::1:0:0:ab");
	CHECK(general(forge_der(&arena, 0x87, forge_text("12345678")), &arena).flaw != NULL);
	arena_done(&arena);
}

TEST(general_name, refuses_what_is_none)
{
	static const char *const bad[] = { "0c0161", "a003020105", "a0050601020c0100", "a4020500", "8800", "880180",
		/* a [9], and a dNSName that is constructed */
		"890161", "a900", "a203820161",
		/* otherNames of no value, of half a one, and of two */
		"a00706032a0304a000", "a00a06032a0304a003300500", "a00b06032a0304a00405000500",
		/* ediPartyNames without a name, of a number, of half a value, and with two names */
		"a505a0030c0178", "a505a103020178", "a503300500", "a50aa1030c0178a1030c0179" };
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		struct der reader = der_of(forge_hex(bad[i], &arena));
		struct general_name name;
		struct der_item item;
		CHECK(der_next(&reader, &item));
		if (general_name_read(&item, &arena, &name))
			fail_msg("%s is no general name", bad[i]);
	}
	arena_done(&arena);
}

TEST(general_name, takes_the_kinds_that_it_does_not_read)
{
	static const char *const good[] = { "a300", "a505a1030c0178", "a50aa0030c0178a1030c0179" };
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
		struct der reader = der_of(forge_hex(good[i], &arena));
		struct general_name name;
		struct der_item item;
		CHECK(der_next(&reader, &item));
		if (!general_name_read(&item, &arena, &name) || name.kind != GENERAL_NAME_UNKNOWN)
			fail_msg("%s is a general name", good[i]);
	}
	arena_done(&arena);
}

TEST_MAIN("name");
