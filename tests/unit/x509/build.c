/* What this house writes, held against what OpenSSL writes of the same. */
#include "x509/build.h"

#include <openssl/conf.h>
#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/buffer.h"
#include "forge.h"
#include "test.h"
#include "x509/der.h"

AUTO_FREE(X509_NAME, X509_NAME_free);
AUTO_FREE(X509_PUBKEY, X509_PUBKEY_free);
AUTO_FREE(X509_EXTENSION, X509_EXTENSION_free);
AUTO_FREE(GENERAL_NAMES, GENERAL_NAMES_free);
AUTO_FREE(CONF, NCONF_free);
AUTO_FREE(BIO, BIO_free);

/* ---- Names ---- */

static struct bytes
build_name(const struct name_part *parts, size_t count, struct arena *arena)
{
	struct fault fault = { 0 };
	struct bytes der = { 0 };

	CHECK_OK(name_build(parts, count, arena, &der, &fault), fault);
	return der;
}

static void
check_name_refused(const char *oid, struct str value, const char *words)
{
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct bytes der = { 0 };
	struct name_part parts[] = { { STR("2.5.4.3"), STR("fine") }, { str_of(oid), value } };

	CHECK(!name_build(parts, 2, &arena, &der, &fault));
	CHECK(der.p == NULL && fault.code == FAULT_INVALID_ARGS);
	if (strstr(fault.say, words) == NULL || strstr(fault.say, oid) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fault.say, words);
	arena_done(&arena);
}

TEST(build, names_have_openssls_bytes_and_the_string_types_of_their_attributes)
{
	static const struct {
		const char *oid;
		const char *value;
		int type;
	} attributes[] = {
		{ "2.5.4.6", "US", MBSTRING_ASC },
		{ "2.5.4.10", "Grüße & Söhne", V_ASN1_UTF8STRING },
		{ "2.5.4.11", "Sales", V_ASN1_UTF8STRING },
		{ "2.5.4.46", "a'()+,-./:=?b", V_ASN1_PRINTABLESTRING },
		{ "2.5.4.8", "WA", V_ASN1_UTF8STRING },
		{ "2.5.4.3", "*.example.com", V_ASN1_UTF8STRING },
		{ "2.5.4.5", "0815", V_ASN1_PRINTABLESTRING },
		{ "2.5.4.7", "Seattle", V_ASN1_UTF8STRING },
		{ "2.5.4.12", "Dr", V_ASN1_UTF8STRING },
		{ "2.5.4.4", "Doe", V_ASN1_UTF8STRING },
		{ "2.5.4.42", "Jane", V_ASN1_UTF8STRING },
		{ "2.5.4.43", "J", V_ASN1_UTF8STRING },
		{ "2.5.4.65", "jd", V_ASN1_UTF8STRING },
		{ "2.5.4.44", "3rd", V_ASN1_UTF8STRING },
		{ "0.9.2342.19200300.100.1.25", "example", V_ASN1_IA5STRING },
		{ "0.9.2342.19200300.100.1.1", "jd", V_ASN1_UTF8STRING },
		{ "1.2.840.113549.1.9.1", "a@example.com", V_ASN1_IA5STRING },
		{ "1.2.3.4.5.6", "custom \xf0\x9f\x94\x91", V_ASN1_UTF8STRING },
		{ "2.25.329800735698586629295641978511506172918", "by UUID", V_ASN1_UTF8STRING },
	};
	struct arena arena = { 0 };
	struct name_part parts[ARRAY_COUNT(attributes)];
	struct name name;
	AUTO(X509_NAME) expected = X509_NAME_new();

	for (size_t i = 0; i < ARRAY_COUNT(attributes); i++) {
		int type = attributes[i].type == MBSTRING_ASC ? V_ASN1_PRINTABLESTRING : attributes[i].type;
		parts[i] = (struct name_part){ str_of(attributes[i].oid), str_of(attributes[i].value) };
		CHECK(X509_NAME_add_entry_by_txt(expected, attributes[i].oid, type,
			      (const unsigned char *)attributes[i].value, -1, -1, 0) == 1);
	}
	struct bytes der = build_name(parts, ARRAY_COUNT(parts), &arena);
	unsigned char *p = NULL;
	int n = i2d_X509_NAME(expected, &p);
	CHECK(bytes_equal(der, (struct bytes){ p, (size_t)n }));
	OPENSSL_free(p);

	CHECK(name_parse(der, &arena, &name) && name.n == ARRAY_COUNT(parts));
	for (size_t i = 0; i < name.n; i++) {
		CHECK(str_equal(name.attributes[i].oid, parts[i].oid));
		CHECK(str_equal(name.attributes[i].value, parts[i].value));
		CHECK(name.attributes[i].flaw == NULL && !name.attributes[i].continues_rdn);
	}
	arena_done(&arena);
}

TEST(build, a_name_may_have_no_attribute)
{
	struct arena arena = { 0 };

	CHECK(bytes_equal(build_name(NULL, 0, &arena), forge_text("\x30\x00")));
	arena_done(&arena);
}

/* Characters count, not octets. */
TEST(build, attributes_have_their_limits)
{
	static const struct {
		const char *oid;
		size_t max;
	} limits[] = { { "2.5.4.3", 64 }, { "2.5.4.10", 64 }, { "2.5.4.11", 64 }, { "2.5.4.8", 128 },
		{ "2.5.4.7", 128 }, { "2.5.4.12", 64 }, { "2.5.4.4", 40 }, { "2.5.4.42", 16 }, { "2.5.4.43", 5 },
		{ "2.5.4.44", 3 }, { "2.5.4.65", 128 }, { "1.2.3.4", 256 } };

	for (size_t i = 0; i < ARRAY_COUNT(limits); i++) {
		struct arena arena = { 0 };
		char value[1024];
		for (size_t k = 0; k <= limits[i].max; k++)
			memcpy(value + 2 * k, "ü", 2);
		struct name_part part = { str_of(limits[i].oid), { value, 2 * limits[i].max } };
		(void)build_name(&part, 1, &arena);
		check_name_refused(limits[i].oid, (struct str){ value, 2 * limits[i].max + 2 }, "at most");
		arena_done(&arena);
	}
	char digits[66];
	memset(digits, '7', sizeof digits);
	check_name_refused("2.5.4.5", (struct str){ digits, 65 }, "at most 64 characters, but has 65");
	check_name_refused("2.5.4.46", (struct str){ digits, 65 }, "at most 64");
}

TEST(build, refuses_what_a_name_cannot_hold)
{
	check_name_refused("2.5.4.6", STR("USA"), "exactly two letters");
	check_name_refused("2.5.4.6", STR("U"), "exactly two letters");
	check_name_refused("2.5.4.6", STR("U1"), "exactly two letters");
	check_name_refused("2.5.4.6", STR("ü"), "exactly two letters");
	check_name_refused("2.5.4.5", STR("a*b"), "serialNumber");
	check_name_refused("2.5.4.5", STR("a_b"), "letters, digits");
	check_name_refused("2.5.4.46", STR("a@b"), "dnQualifier");
	check_name_refused("1.2.840.113549.1.9.1", STR("ü@example.com"), "ASCII");
	check_name_refused("0.9.2342.19200300.100.1.25", STR("ü"), "domainComponent");
	check_name_refused("2.5.4.10", STR(""), "must not be empty");
	check_name_refused("2.5.4.10", (struct str){ 0 }, "must not be empty");
	check_name_refused("2.5.4.10", (struct str){ "a\0b", 3 }, "NUL");
	check_name_refused("2.5.4.10", STR("\xc3\x28"), "UTF-8");
	check_name_refused("2.5.4.10", STR("\xed\xa0\x80"), "UTF-8");
	check_name_refused("1.2.x", STR("a"), "not an object identifier");
	check_name_refused("3.2.1", STR("a"), "not an object identifier");
	check_name_refused("", STR("a"), "not an object identifier");
}

/* ---- General names and extensions ---- */

static const char sections[] = "[directory]\nCN = Example\n"
			       "[cps]\npolicyIdentifier = 1.3.6.1.4.1.1\nCPS.1 = http://a.example/cps\n"
			       "CPS.2 = https://b.example/cps\n";

/* The value of an extension as OpenSSL's configuration language describes it. */
static struct certificate_extension
openssl_extension(const char *name, const char *description, struct arena *arena)
{
	AUTO(BIO) text = BIO_new_mem_buf(sections, -1);
	AUTO(CONF) conf = NCONF_new(NULL);
	X509V3_CTX context;

	CHECK(NCONF_load_bio(conf, text, NULL) == 1);
	X509V3_set_ctx(&context, NULL, NULL, NULL, NULL, 0);
	X509V3_set_nconf(&context, conf);
	AUTO(X509_EXTENSION) extension = X509V3_EXT_nconf(conf, &context, name, description);
	if (extension == NULL)
		fail_msg("OpenSSL makes no %s of \"%s\"", name, description);
	const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(extension);
	return (struct certificate_extension){ .critical = X509_EXTENSION_get_critical(extension) != 0,
		.value = arena_bytes(
			arena, (struct bytes){ ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value) }) };
}

static void
check_extension(struct certificate_extension extension, const char *oid, const char *name, const char *description)
{
	struct arena arena = { 0 };
	struct certificate_extension expected = openssl_extension(name, description, &arena);

	CHECK_TEXT(extension.oid, oid);
	CHECK(extension.critical == expected.critical);
	if (!bytes_equal(extension.value, expected.value))
		fail_msg("%s = %s has other bytes", name, description);
	arena_done(&arena);
}

TEST(build, general_names_have_openssls_bytes)
{
	static const struct {
		struct general_name_part part;
		const char *description;
	} names[] = {
		{ { .kind = GENERAL_NAME_DNS, .text = { "example.com", 11 } }, "DNS:example.com" },
		{ { .kind = GENERAL_NAME_DNS, .text = { "*.Example.com", 13 } }, "DNS:*.Example.com" },
		{ { .kind = GENERAL_NAME_DNS, .text = { "_x.localhost", 12 } }, "DNS:_x.localhost" },
		{ { .kind = GENERAL_NAME_EMAIL, .text = { "a@example.com", 13 } }, "email:a@example.com" },
		{ { .kind = GENERAL_NAME_URI, .text = { "spiffe://a/b", 12 } }, "URI:spiffe://a/b" },
		{ { .kind = GENERAL_NAME_IP, .text = { "192.0.2.1", 9 } }, "IP:192.0.2.1" },
		{ { .kind = GENERAL_NAME_IP, .text = { "2001:DB8::1", 11 } }, "IP:2001:db8::1" },
		{ { .kind = GENERAL_NAME_REGISTERED_ID, .text = { "1.2.3.4", 7 } }, "RID:1.2.3.4" },
		{ { .kind = GENERAL_NAME_OTHER, .text = { "jane", 4 }, .extra = { "1.3.6.1.4.1.311.20.2.3", 22 } },
			"otherName:1.3.6.1.4.1.311.20.2.3;UTF8:jane" },
	};
	struct general_name_part all[ARRAY_COUNT(names)];
	struct buffer description = { 0 };
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct bytes der;

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		CHECK_OK(general_names_build(&names[i].part, 1, "Names", &arena, &der, &fault), fault);
		check_extension(extension_subject_alternative_name(false, der, &arena), "2.5.29.17", "subjectAltName",
			names[i].description);
		all[i] = names[i].part;
		buffer_printf(&description, "%s%s", i > 0 ? "," : "", names[i].description);
	}
	CHECK_OK(general_names_build(all, ARRAY_COUNT(all), "Names", &arena, &der, &fault), fault);
	check_extension(extension_subject_alternative_name(false, der, &arena), "2.5.29.17", "subjectAltName",
		buffer_str(&description).p);
	buffer_done(&description);
	arena_done(&arena);
}

TEST(build, general_names_hold_directory_names)
{
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct name_part part = { STR("2.5.4.3"), STR("Example") };
	struct general_name_part name = { .kind = GENERAL_NAME_DIRECTORY, .der = build_name(&part, 1, &arena) };
	struct bytes der;

	CHECK_OK(general_names_build(&name, 1, "Names", &arena, &der, &fault), fault);
	check_extension(extension_subject_alternative_name(true, der, &arena), "2.5.29.17", "subjectAltName",
		"critical,dirName:directory");
	arena_done(&arena);
}

static void
check_edi_party(struct str party, struct str assigner)
{
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct general_name_part part = {
		.kind = GENERAL_NAME_UNKNOWN, .text = party, .extra = assigner, .is_edi_party = true
	};
	struct bytes der;

	CHECK_OK(general_names_build(&part, 1, "Names", &arena, &der, &fault), fault);
	const unsigned char *p = der.p;
	AUTO(GENERAL_NAMES) names = d2i_GENERAL_NAMES(NULL, &p, (long)der.n);
	CHECK(names != NULL && p == der.p + der.n && sk_GENERAL_NAME_num(names) == 1);
	const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, 0);
	CHECK(name->type == GEN_EDIPARTY);
	CHECK_TEXT(party, (const char *)ASN1_STRING_get0_data(name->d.ediPartyName->partyName));
	CHECK((name->d.ediPartyName->nameAssigner == NULL) == (assigner.p == NULL));
	if (assigner.p != NULL)
		CHECK_TEXT(assigner, (const char *)ASN1_STRING_get0_data(name->d.ediPartyName->nameAssigner));
	arena_done(&arena);
}

TEST(build, general_names_hold_edi_parties)
{
	check_edi_party(STR("party"), (struct str){ 0 });
	check_edi_party(STR("pärty"), STR("assigner"));
}

static void
check_names_refused(struct general_name_part part, const char *words)
{
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct bytes der = { 0 };
	struct general_name_part parts[] = { { .kind = GENERAL_NAME_DNS, .text = STR("fine.example") }, part, part };

	CHECK(!general_names_build(parts, 3, "SubjectAlternativeNames", &arena, &der, &fault));
	CHECK(der.p == NULL && fault.code == FAULT_INVALID_ARGS);
	/* The first that is wrong is named. */
	if (strncmp(fault.say, "SubjectAlternativeNames: ", 25) != 0 || strstr(fault.say, "position 2 ") == NULL ||
		strstr(fault.say, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fault.say, words);
	CHECK(utf8_valid(str_of(fault.say)));
	arena_done(&arena);
}

static struct general_name_part
part_of(enum general_name_kind kind, const char *text)
{
	return (struct general_name_part){ .kind = kind, .text = str_of(text) };
}

TEST(build, refuses_what_is_no_general_name)
{
	char label[80];
	char name[300];

	memset(label, 'a', sizeof label);
	memcpy(label + 64, ".example", 9);
	for (size_t i = 0; i < sizeof name - 1; i++)
		name[i] = i % 60 == 59 ? '.' : 'a';
	name[254] = '\0';
	check_names_refused(part_of(GENERAL_NAME_DNS, ""), "is empty");
	check_names_refused(part_of(GENERAL_NAME_DNS, NULL), "is empty");
	check_names_refused(part_of(GENERAL_NAME_DNS, "a..b"), "\"a..b\" at position 2 has an empty label");
	check_names_refused(part_of(GENERAL_NAME_DNS, ".a"), "empty label");
	check_names_refused(part_of(GENERAL_NAME_DNS, "a."), "empty label");
	check_names_refused(part_of(GENERAL_NAME_DNS, label), "more than 63");
	check_names_refused(part_of(GENERAL_NAME_DNS, name), "253");
	check_names_refused(part_of(GENERAL_NAME_DNS, "müller.example"), "xn--");
	check_names_refused(part_of(GENERAL_NAME_DNS, "a b.example"), "blank");
	check_names_refused(part_of(GENERAL_NAME_DNS, "a\n.example"), "blank or a control");
	check_names_refused((struct general_name_part){ .kind = GENERAL_NAME_DNS, .text = { "a\0b", 3 } }, "control");
	check_names_refused(part_of(GENERAL_NAME_DNS, "\xff\xfe"), "not ASCII");
	check_names_refused(part_of(GENERAL_NAME_EMAIL, "ü@example.com"), "not ASCII");
	check_names_refused(part_of(GENERAL_NAME_EMAIL, "somebody"), "local@domain");
	check_names_refused(part_of(GENERAL_NAME_EMAIL, "@example.com"), "local@domain");
	check_names_refused(part_of(GENERAL_NAME_EMAIL, ""), "is empty");
	check_names_refused(part_of(GENERAL_NAME_URI, "/relative"), "scheme");
	check_names_refused(part_of(GENERAL_NAME_URI, "1x:y"), "scheme");
	check_names_refused(part_of(GENERAL_NAME_URI, "http://a b"), "blank");
	check_names_refused(part_of(GENERAL_NAME_IP, "192.0.2"), "not an IP address");
	check_names_refused(part_of(GENERAL_NAME_IP, "192.0.2.256"), "not an IP address");
	check_names_refused(part_of(GENERAL_NAME_IP, "::g"), "not an IP address");
	check_names_refused(
		(struct general_name_part){ .kind = GENERAL_NAME_IP, .text = { "::1\0x", 5 } }, "not an IP");
	check_names_refused(part_of(GENERAL_NAME_IP, NULL), "not an IP");
	check_names_refused(part_of(GENERAL_NAME_REGISTERED_ID, "1"), "not an object identifier");
	check_names_refused(part_of(GENERAL_NAME_DIRECTORY, NULL), "is empty");
	check_names_refused(part_of(GENERAL_NAME_UNKNOWN, "x"), "no kind");
	check_names_refused(part_of(GENERAL_NAME_OTHER, "x"), "not an object identifier");
	check_names_refused((struct general_name_part){ .kind = GENERAL_NAME_OTHER, .extra = STR("1.2.3") }, "UTF-8");
	check_names_refused(
		(struct general_name_part){ .kind = GENERAL_NAME_UNKNOWN, .text = STR("\xff"), .is_edi_party = true },
		"UTF-8");
	check_names_refused(
		(struct general_name_part){
			.kind = GENERAL_NAME_UNKNOWN, .text = STR("x"), .extra = STR(""), .is_edi_party = true },
		"UTF-8");
}

TEST(build, general_names_must_be_some)
{
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct bytes der = { 0 };

	CHECK(!general_names_build(NULL, 0, "Names", &arena, &der, &fault));
	CHECK(fault.code == FAULT_INVALID_ARGS);
	arena_done(&arena);
}

TEST(build, simple_extensions_have_openssls_bytes)
{
	struct arena arena = { 0 };

	check_extension(extension_basic_constraints(true, true, -1, &arena), "2.5.29.19", "basicConstraints",
		"critical,CA:TRUE");
	check_extension(extension_basic_constraints(true, true, 0, &arena), "2.5.29.19", "basicConstraints",
		"critical,CA:TRUE,pathlen:0");
	check_extension(extension_basic_constraints(true, true, 200, &arena), "2.5.29.19", "basicConstraints",
		"critical,CA:TRUE,pathlen:200");
	check_extension(
		extension_basic_constraints(false, false, -1, &arena), "2.5.29.19", "basicConstraints", "CA:FALSE");
	check_extension(extension_ocsp_no_check(&arena), "1.3.6.1.5.5.7.48.1.5", "noCheck", "ignored");
	check_extension(extension_crl_distribution_point(STR("http://a.example/crl"), false, &arena), "2.5.29.31",
		"crlDistributionPoints", "URI:http://a.example/crl");
	check_extension(extension_crl_distribution_point(STR("http://a.example/d"), true, &arena), "2.5.29.46",
		"freshestCRL", "URI:http://a.example/d");
	check_extension(extension_ocsp_access(STR("http://a.example/ocsp"), &arena), "1.3.6.1.5.5.7.1.1",
		"authorityInfoAccess", "OCSP;URI:http://a.example/ocsp");
	check_extension(extension_authority_key_identifier(forge_text("\x01\x02\xff"), &arena), "2.5.29.35",
		"2.5.29.35", "DER:300580030102ff");
	arena_done(&arena);
}

TEST(build, key_usage_has_openssls_bytes_whatever_it_allows)
{
	static const char *const words[] = { "digitalSignature", "nonRepudiation", "keyEncipherment",
		"dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly" };
	struct arena arena = { 0 };

	for (unsigned bits = 1; bits < 1U << 9; bits++) {
		struct buffer description = { 0 };
		buffer_put_cstr(&description, "critical");
		for (size_t bit = 0; bit < 9; bit++)
			if ((bits >> bit & 1) != 0)
				buffer_printf(&description, ",%s", words[bit]);
		check_extension(
			extension_key_usage(true, bits, &arena), "2.5.29.15", "keyUsage", buffer_str(&description).p);
		buffer_done(&description);
		arena_reset(&arena);
	}
	arena_done(&arena);
}

TEST(build, extended_key_usage_has_openssls_bytes)
{
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct certificate_extension extension;
	const struct str oids[] = { STR("1.3.6.1.5.5.7.3.1"), STR("1.3.6.1.5.5.7.3.9"), STR("1.2.3.4") };
	const struct str wrong[] = { STR("1.3.6.1.5.5.7.3.1"), STR("serverAuth") };

	CHECK_OK(extension_extended_key_usage(false, oids, 3, &arena, &extension, &fault), fault);
	check_extension(extension, "2.5.29.37", "extendedKeyUsage", "serverAuth,OCSPSigning,1.2.3.4");
	CHECK_OK(extension_extended_key_usage(true, oids, 1, &arena, &extension, &fault), fault);
	check_extension(extension, "2.5.29.37", "extendedKeyUsage", "critical,serverAuth");
	CHECK(!extension_extended_key_usage(true, wrong, 2, &arena, &extension, &fault));
	CHECK(fault.code == FAULT_INVALID_ARGS && strstr(fault.say, "\"serverAuth\"") != NULL);
	CHECK(!extension_extended_key_usage(true, wrong, 0, &arena, &extension, &fault));
	arena_done(&arena);
}

TEST(build, certificate_policies_have_openssls_bytes)
{
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct certificate_extension extension;
	const struct str uris[] = { STR("http://a.example/cps"), STR("https://b.example/cps") };
	const struct str wrong[] = { STR("http://a.example/cps"), STR("no scheme") };
	struct policy_part policies[] = { { STR("1.2.3.4"), NULL, 0 }, { STR("1.3.6.1.4.1.1"), uris, 2 } };

	CHECK_OK(extension_certificate_policies(policies, 2, &arena, &extension, &fault), fault);
	check_extension(extension, "2.5.29.32", "certificatePolicies", "1.2.3.4,@cps");
	policies[1].cps_uris = wrong;
	CHECK(!extension_certificate_policies(policies, 2, &arena, &extension, &fault));
	CHECK(fault.code == FAULT_INVALID_ARGS && strstr(fault.say, "CertificatePolicies") != NULL);
	policies[1] = policies[0];
	CHECK(!extension_certificate_policies(policies, 2, &arena, &extension, &fault));
	CHECK(strstr(fault.say, "1.2.3.4 is there twice") != NULL);
	policies[1].oid = STR("x");
	CHECK(!extension_certificate_policies(policies, 2, &arena, &extension, &fault));
	CHECK(strstr(fault.say, "\"x\" is not an object identifier") != NULL);
	CHECK(!extension_certificate_policies(policies, 0, &arena, &extension, &fault));
	arena_done(&arena);
}

TEST(build, subject_information_access_has_openssls_bytes)
{
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct certificate_extension extension;
	struct access_part parts[] = {
		{ STR("1.3.6.1.5.5.7.48.5"), part_of(GENERAL_NAME_URI, "http://a.example/") },
		{ STR("1.2.3.4"), part_of(GENERAL_NAME_DNS, "b.example") },
	};

	CHECK_OK(extension_subject_information_access(parts, 2, &arena, &extension, &fault), fault);
	check_extension(extension, "1.3.6.1.5.5.7.1.11", "subjectInfoAccess",
		"caRepository;URI:http://a.example/,1.2.3.4;DNS:b.example");
	parts[1].location.text = STR("b..example");
	CHECK(!extension_subject_information_access(parts, 2, &arena, &extension, &fault));
	CHECK(strstr(fault.say, "SubjectInformationAccess: the DNS name \"b..example\" at position 2") != NULL);
	parts[0].method = STR("x");
	CHECK(!extension_subject_information_access(parts, 1, &arena, &extension, &fault));
	CHECK(!extension_subject_information_access(parts, 0, &arena, &extension, &fault));
	arena_done(&arena);
}

/* ---- Key identifiers ---- */

static struct bytes
spki_of(enum forge_kind kind, struct arena *arena)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(forge_key(kind, 0), &der);
	struct bytes spki = arena_bytes(arena, (struct bytes){ der, (size_t)n });

	OPENSSL_free(der);
	return spki;
}

TEST(build, key_identifiers_are_the_sha1_of_the_bit_string)
{
	static const enum forge_kind kinds[] = { FORGE_P256, FORGE_RSA_2048, FORGE_ED25519 };
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		struct bytes spki = spki_of(kinds[i], &arena);
		const unsigned char *p = spki.p;
		const unsigned char *bits = NULL;
		int n = 0;
		unsigned char sha1[SHA_DIGEST_LENGTH];
		unsigned char sha256[SHA256_DIGEST_LENGTH];
		struct bytes hash;
		AUTO(X509_PUBKEY) key = d2i_X509_PUBKEY(NULL, &p, (long)spki.n);
		CHECK(X509_PUBKEY_get0_param(NULL, &bits, &n, NULL, key) == 1);
		SHA1(bits, (size_t)n, sha1);
		SHA256(bits, (size_t)n, sha256);
		CHECK(key_hash(spki, "SHA1", &arena, &hash));
		CHECK(hash.n == KEY_HASH_SHA1_BYTES && memcmp(hash.p, sha1, hash.n) == 0);
		struct certificate_extension extension = extension_subject_key_identifier(spki, &arena);
		CHECK_TEXT(extension.oid, "2.5.29.14");
		CHECK(!extension.critical && bytes_equal(extension.value, forge_der(&arena, 0x04, hash)));
		CHECK(key_hash(spki, "SHA256", &arena, &hash));
		CHECK(hash.n == KEY_HASH_SHA256_BYTES && memcmp(hash.p, sha256, hash.n) == 0);
		CHECK(!key_hash(spki, "NO-SUCH-DIGEST", &arena, &hash));
	}
	ERR_clear_error();
	struct bytes hash = { 0 };
	CHECK(!key_hash(forge_text("\x30\x00"), "SHA1", &arena, &hash) && hash.p == NULL);
	arena_done(&arena);
}

TEST(build, an_issuer_is_known_by_its_own_identifier_or_by_its_key)
{
	struct arena arena = { 0 };
	struct recipe recipe = forge_root(FORGE_P256);
	const struct certificate *issuer;
	const char *why;
	struct bytes hash;

	CHECK(certificate_parse(forge_certificate(&recipe, &arena), &arena, &issuer, &why));
	CHECK(key_hash(issuer->spki, "SHA1", &arena, &hash));
	CHECK(bytes_equal(key_identifier_of(issuer, &arena), hash));
	/* The name's hash, and the key's behind it. */
	unsigned char name[SHA_DIGEST_LENGTH];
	struct bytes both;
	SHA1(issuer->subject.p, issuer->subject.n, name);
	CHECK(issuer_hash(issuer, "SHA1", &arena, &both) && both.n == sizeof name + hash.n);
	CHECK(memcmp(both.p, name, sizeof name) == 0 && memcmp(both.p + sizeof name, hash.p, hash.n) == 0);
	CHECK(!issuer_hash(issuer, "NO-SUCH-DIGEST", &arena, &both));
	ERR_clear_error();
	recipe.extensions = forge_extension("2.5.29.14", false, forge_text("\x04\x03xyz"), &arena);
	CHECK(certificate_parse(forge_certificate(&recipe, &arena), &arena, &issuer, &why));
	CHECK(bytes_equal(key_identifier_of(issuer, &arena), forge_text("xyz")));
	/* One that cannot be read, or says nothing. */
	recipe.extensions = forge_extension("2.5.29.14", false, forge_text("\x04\x05xyz"), &arena);
	CHECK(certificate_parse(forge_certificate(&recipe, &arena), &arena, &issuer, &why));
	CHECK(bytes_equal(key_identifier_of(issuer, &arena), hash));
	recipe.extensions = forge_extension("2.5.29.14", false, forge_text("\x04\x00"), &arena);
	CHECK(certificate_parse(forge_certificate(&recipe, &arena), &arena, &issuer, &why));
	CHECK(bytes_equal(key_identifier_of(issuer, &arena), hash));
	arena_done(&arena);
}

TEST(build, tells_valid_object_identifiers)
{
	CHECK(oid_text_valid(STR("1.2.3")) && oid_text_valid(STR("2.25.329800735698586629295641978511506172918")));
	CHECK(!oid_text_valid(STR("1.2.3.")) && !oid_text_valid(STR("")) && !oid_text_valid((struct str){ 0 }));
}

TEST_MAIN("build");
