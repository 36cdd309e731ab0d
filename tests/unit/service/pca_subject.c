#include "service/pca/subject.h"

#include <openssl/x509.h>

#include "test.h"

static struct arena arena;

static struct bytes
built(const struct pca_asn1_subject *subject)
{
	struct fault fault = { 0 };
	struct bytes der = { 0 };

	CHECK_OK(subject_build(subject, "Subject", false, &arena, &der, &fault), fault);
	return der;
}

static struct str
audit(const struct pca_asn1_subject *subject)
{
	struct name name;

	CHECK(name_parse(built(subject), &arena, &name));
	return subject_render_audit(&name, &arena);
}

static void
refused(const struct pca_asn1_subject *subject, const char *words)
{
	struct fault fault = { 0 };
	struct bytes der = { 0 };

	CHECK(!subject_build(subject, "The.Subject", false, &arena, &der, &fault));
	CHECK(fault.code == FAULT_INVALID_ARGS && der.p == NULL);
	CHECK(strncmp(fault.say, "The.Subject", 11) == 0);
	if (strstr(fault.say, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fault.say, words);
}

static const struct pca_asn1_subject whole = {
	.country = { "US", 2 },
	.organization = { "Example Corp", 12 },
	.organizational_unit = { "Sales", 5 },
	.distinguished_name_qualifier = { "q1", 2 },
	.state = { "WA", 2 },
	.common_name = { "www.example.com", 15 },
	.serial_number = { "0001", 4 },
	.locality = { "Seattle", 7 },
	.title = { "Dr.", 3 },
	.surname = { "Doe", 3 },
	.given_name = { "Jane", 4 },
	.initials = { "JD", 2 },
	.pseudonym = { "jd", 2 },
	.generation_qualifier = { "III", 3 },
};

TEST(subject, has_its_attributes_in_the_order_of_the_model)
{
	static const int nids[] = { NID_countryName, NID_organizationName, NID_organizationalUnitName, NID_dnQualifier,
		NID_stateOrProvinceName, NID_commonName, NID_serialNumber, NID_localityName, NID_title, NID_surname,
		NID_givenName, NID_initials, NID_pseudonym, NID_generationQualifier };
	struct bytes der = built(&whole);
	const uint8_t *p = der.p;
	X509_NAME *name = d2i_X509_NAME(NULL, &p, (long)der.n);

	CHECK(name != NULL && X509_NAME_entry_count(name) == 14);
	for (int i = 0; i < 14; i++) {
		X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
		bool printable =
			nids[i] == NID_countryName || nids[i] == NID_serialNumber || nids[i] == NID_dnQualifier;
		CHECK(OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) == nids[i]);
		CHECK(X509_NAME_ENTRY_set(entry) == i);
		CHECK(ASN1_STRING_type(X509_NAME_ENTRY_get_data(entry)) ==
			(printable ? V_ASN1_PRINTABLESTRING : V_ASN1_UTF8STRING));
	}
	X509_NAME_free(name);
}

TEST(subject, may_be_made_of_custom_attributes)
{
	struct pca_custom_attribute attributes[] = { { STR("2.5.4.3"), STR("a") }, { STR("1.2.3.4"), STR("b") },
		{ STR("2.5.4.3"), STR("c") } };
	struct pca_asn1_subject subject = { .custom_attributes = { attributes, 3, true } };

	CHECK_TEXT(audit(&subject), "CN=c,1.2.3.4=#0c0162,CN=a");
}

TEST(subject, refuses_custom_attributes_beside_others)
{
	struct pca_custom_attribute attribute = { STR("2.5.4.3"), STR("a") };
	struct pca_asn1_subject subject = { .country = STR("AU"), .custom_attributes = { &attribute, 1, true } };

	refused(&subject, "CustomAttributes beside other attributes");
}

TEST(subject, refuses_to_be_empty_unless_it_may)
{
	struct pca_asn1_subject none = { 0 };
	struct fault fault = { 0 };
	struct bytes der;

	refused(&none, "is empty");
	CHECK_OK(subject_build(&none, "Subject", true, &arena, &der, &fault), fault);
	CHECK(der.n == 2);
}

TEST(subject, refuses_values_that_cannot_be)
{
	struct pca_custom_attribute attribute = { STR("2.5.4.6"), STR("Australia") };
	struct pca_asn1_subject subject = { .custom_attributes = { &attribute, 1, true } };
	struct pca_asn1_subject empty = { .common_name = STR("") };

	refused(&subject, "two letters");
	attribute = (struct pca_custom_attribute){ STR("1.99"), STR("a") };
	refused(&subject, "1.99");
	refused(&empty, "");
}

TEST(subject, prints_for_audit_reports_in_reverse_with_few_names)
{
	CHECK_TEXT(audit(&whole),
		"2.5.4.44=#0c03494949,2.5.4.65=#0c026a64,2.5.4.43=#0c024a44,2.5.4.42=#0c044a616e65,2.5.4.4=#0c03446f65,"
		"2.5.4.12=#0c0344722e,L=Seattle,2.5.4.5=#130430303031,CN=www.example.com,ST=WA,2.5.4.46=#13027131,"
		"OU=Sales,O=Example Corp,C=US");
}

TEST(subject, prints_what_would_mislead_with_a_backslash)
{
	struct pca_asn1_subject subject = { .common_name = STR("a,CN=b+c") };

	CHECK_TEXT(audit(&subject), "CN=a\\,CN=b\\+c");
}

TEST(subject, of_several_values_in_one_keeps_them_together)
{
	/* SET { CN=a, O=b }, then SET { C=AU }. */
	static const uint8_t der[] = { 0x30, 0x25, 0x31, 0x16, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x01,
		'a', 0x30, 0x0a, 0x06, 0x03, 0x55, 0x04, 0x0a, 0x0c, 0x03, 'b', 'b', 'b', 0x31, 0x0b, 0x30, 0x09, 0x06,
		0x03, 0x55, 0x04, 0x06, 0x13, 0x02, 'A', 'U' };
	struct name name;

	CHECK(name_parse((struct bytes){ der, sizeof der }, &arena, &name));
	CHECK_TEXT(subject_render_audit(&name, &arena), "C=AU,CN=a+O=bbb");
}

TEST(key_usage, has_a_bit_for_each_member)
{
	struct pca_key_usage usage = { 0 };

	CHECK(key_usage_of(&usage) == 0);
	usage = (struct pca_key_usage){ true, true, true, true, true, true, true, true, true, true, true, true, true,
		true, true, true, true, true };
	CHECK(key_usage_of(&usage) == 0x1ff);
	usage = (struct pca_key_usage){ .crl_sign = true, .has_crl_sign = true };
	CHECK(key_usage_of(&usage) == KEY_USAGE_CRL_SIGN);
	usage = (struct pca_key_usage){ .decipher_only = true };
	CHECK(key_usage_of(&usage) == KEY_USAGE_DECIPHER_ONLY);
	arena_done(&arena);
}

TEST_MAIN("subject");
