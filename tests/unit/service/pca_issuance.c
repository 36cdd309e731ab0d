/* What stands in issued certificates, and who decides it. Judged by OpenSSL. */
#include <openssl/pem.h>

#include "service/pca/authority.h"
#include "service/pca/template.h"

#include "order.h"
#include "test.h"

#define OID_BASIC_CONSTRAINTS "2.5.29.19"
#define OID_KEY_USAGE "2.5.29.15"
#define OID_EXTENDED_KEY_USAGE "2.5.29.37"
#define OID_NAMES "2.5.29.17"
#define OID_CRL "2.5.29.31"
#define OID_POLICIES "2.5.29.32"
#define OID_ACCESS "1.3.6.1.5.5.7.1.1"

#define API "BlankEndEntityCertificate_APIPassthrough/V1"
#define BOTH "BlankEndEntityCertificate_APICSRPassthrough/V1"
#define CSR "BlankEndEntityCertificate_CSRPassthrough/V1"

static struct visit visit;
static char root[ARN_TEXT_BYTES], sub[ARN_TEXT_BYTES];

static void
begin(void)
{
	visit_begin(&visit, "100000000001", "eu-central-1");
	if (root[0] != '\0')
		return;
	visit_authority(&visit, (struct authority_wish){ 0 }, root);
	visit_authority(&visit, (struct authority_wish){ .parent = root }, sub);
}

static void
extension_is(const X509 *certificate, const char *oid, const char *expected)
{
	CHECK_TEXT(str_of(order_extension(certificate, oid, &visit.arena)), expected);
}

static void
subject_is(const X509 *certificate, const char *expected)
{
	char line[256];

	(void)X509_NAME_oneline(X509_get_subject_name(certificate), line, sizeof line);
	CHECK_TEXT(str_of(line), expected);
}

static struct order
wished(const char *template, struct request_wish wish)
{
	return (struct order){ .template = template, .wish = wish, .as_wished = true };
}

static struct pca_general_name
dns(const char *name)
{
	return (struct pca_general_name){ .dns_name = str_of(name) };
}

#define SAN(value)                                                                                                     \
	{                                                                                                              \
		"subjectAltName", value                                                                                \
	}

/* ---- Roots and what is below them ---- */

TEST(issuance, a_root_is_self_signed_and_has_three_extensions)
{
	begin();
	struct authority authority;
	CHECK_OK(authority_load(&visit.call, str_of(root), NULL, &authority, &visit.fault), visit.fault);
	const uint8_t *p = authority.row.certificate.p;
	X509 *certificate = d2i_X509(NULL, &p, (long)authority.row.certificate.n);

	CHECK(certificate != NULL);
	CHECK_TEXT(
		str_of(order_extensions(certificate, &visit.arena)), "basicConstraints subjectKeyIdentifier keyUsage");
	extension_is(certificate, OID_BASIC_CONSTRAINTS, "critical, CA:TRUE");
	extension_is(certificate, OID_KEY_USAGE, "critical, Digital Signature, Certificate Sign, CRL Sign");
	CHECK(X509_self_signed(certificate, 1) == 1);
	CHECK(X509_check_ca(certificate) == 1);
	X509_free(certificate);
	visit_end(&visit);
}

TEST(issuance, an_end_entity_verifies_up_to_the_root)
{
	char arn[ARN_TEXT_BYTES];
	struct str chain;

	begin();
	CHECK_OK(order_place(&visit, sub, &(struct order){ 0 }, arn), visit.fault);
	X509 *leaf = order_fetch(&visit, sub, arn, &chain);
	CHECK(order_verify(leaf, chain, X509_PURPOSE_SSL_SERVER) == 0);
	CHECK(order_verify(leaf, chain, X509_PURPOSE_SSL_CLIENT) == 0);
	CHECK(X509_check_ca(leaf) == 0);
	CHECK(X509_check_host(leaf, "leaf.example.com", 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) == 1);
	CHECK_TEXT(str_of(order_extensions(leaf, &visit.arena)),
		"basicConstraints authorityKeyIdentifier subjectKeyIdentifier keyUsage extendedKeyUsage "
		"subjectAltName");
	extension_is(leaf, OID_BASIC_CONSTRAINTS, "CA:FALSE");
	extension_is(leaf, OID_KEY_USAGE, "critical, Digital Signature, Key Encipherment");
	extension_is(leaf, OID_EXTENDED_KEY_USAGE, "TLS Web Server Authentication, TLS Web Client Authentication");
	X509_free(leaf);
	visit_end(&visit);
}

TEST(issuance, a_serial_is_128_random_bits)
{
	begin();
	X509 *a = order_take(&visit, sub, &(struct order){ 0 }), *b = order_take(&visit, sub, &(struct order){ 0 });
	BIGNUM *x = ASN1_INTEGER_to_BN(X509_get0_serialNumber(a), NULL);
	BIGNUM *y = ASN1_INTEGER_to_BN(X509_get0_serialNumber(b), NULL);

	CHECK(BN_num_bytes(x) == 16 && BN_num_bytes(y) == 16);
	CHECK(!BN_is_negative(x) && BN_cmp(x, y) != 0);
	BN_free(x);
	BN_free(y);
	X509_free(a);
	X509_free(b);
	visit_end(&visit);
}

/* By every template that makes no root: what is fixed is there, whatever the CSR asks for. */
TEST(issuance, every_template_gives_what_it_says)
{
	static const struct request_wish greedy = { .subject = "CN=greedy.example.com",
		.extensions = { SAN("DNS:greedy.example.com"), { "basicConstraints", "critical,CA:TRUE" },
			{ "extendedKeyUsage", "emailProtection" }, { "subjectKeyIdentifier", "01:02:03" } } };
	struct pca_key_usage certifies = { .key_cert_sign = true };
	struct pca_extensions extensions = { .key_usage = &certifies };
	char deep[ARN_TEXT_BYTES];

	begin();
	visit_authority(&visit, (struct authority_wish){ .common_name = "Deep Root" }, deep);
	for (size_t i = 0; i < template_count; i++) {
		const struct template *template = &templates[i];
		struct order order = wished(template->name, greedy);
		if (template->is_root)
			continue;
		if (template->is_ca && template->key_usage == 0) {
			order_refused(&visit, deep, &order,
				template->from_api ? FAULT_INVALID_ARGS : FAULT_MALFORMED_CSR, "leaves its KeyUsage");
			order.extensions = &extensions;
			order.wish.extensions[4][0] = "keyUsage";
			order.wish.extensions[4][1] = "keyCertSign";
		}
		X509 *certificate = order_take(&visit, deep, &order);
		uint32_t flags = X509_get_extension_flags(certificate);
		CHECK(((flags & EXFLAG_CA) != 0) == template->is_ca);
		CHECK((flags & EXFLAG_INVALID) == 0);
		CHECK(X509_get_pathlen(certificate) == template->path_length);
		if (template->key_usage != 0 || template->is_ca)
			CHECK(((X509_get_key_usage(certificate) & KU_KEY_CERT_SIGN) != 0) == template->is_ca);
		bool own_usage = template->extended_key_usage[0] != NULL;
		bool passed = !own_usage && template->from_csr;
		const char *usage = order_extension(certificate, OID_EXTENDED_KEY_USAGE, &visit.arena);
		CHECK((strstr(usage, "E-mail Protection") != NULL) == passed);
		CHECK(X509_get0_subject_key_id(certificate)->length == 20);
		subject_is(certificate, "/CN=greedy.example.com");
		extension_is(certificate, OID_NAMES, "DNS:greedy.example.com");
		X509_free(certificate);
	}
	visit_end(&visit);
}

TEST(issuance, base_templates_take_subject_names_and_key_and_nothing_else)
{
	struct order order = wished(NULL, (struct request_wish){ .subject = "CN=a.example.com",
						  .extensions = { SAN("DNS:a.example.com"), { "1.2.3.4.5", "DER:0500" },
							  { "certificatePolicies", "DER:3007300506032A0304" },
							  { "tlsfeature", "status_request" } } });

	begin();
	X509 *leaf = order_take(&visit, sub, &order);
	CHECK_TEXT(str_of(order_extensions(leaf, &visit.arena)),
		"basicConstraints authorityKeyIdentifier subjectKeyIdentifier keyUsage extendedKeyUsage "
		"subjectAltName");
	X509_free(leaf);
	visit_end(&visit);
}

/* ---- Passing the CSR's extensions ---- */

TEST(issuance, passes_a_csrs_extensions_where_the_template_does)
{
	struct order order = wished("EndEntityCertificate_CSRPassthrough/V1",
		(struct request_wish){ .subject = "CN=a.example.com",
			.extensions = { SAN("critical,DNS:a.example.com"), { "1.2.3.4.5", "critical,DER:0500" },
				{ "certificatePolicies", "DER:3007300506032A0304" },
				{ "keyUsage", "keyAgreement" } } });

	begin();
	X509 *leaf = order_take(&visit, sub, &order);
	extension_is(leaf, OID_NAMES, "critical, DNS:a.example.com");
	extension_is(leaf, OID_POLICIES, "Policy: 1.2.3.4");
	extension_is(leaf, OID_KEY_USAGE, "critical, Digital Signature, Key Encipherment");
	CHECK(strncmp(order_extension(leaf, "1.2.3.4.5", &visit.arena), "critical, ", 10) == 0);
	X509_free(leaf);
	visit_end(&visit);
}

TEST(issuance, lets_no_csr_become_a_ca)
{
	struct order order = wished(CSR, (struct request_wish){ .subject = "CN=evil.example.com",
						 .extensions = { { "basicConstraints", "critical,CA:TRUE,pathlen:3" },
							 { "keyUsage", "critical,digitalSignature" } } });

	begin();
	X509 *leaf = order_take(&visit, sub, &order);
	CHECK(X509_check_ca(leaf) == 0);
	extension_is(leaf, OID_BASIC_CONSTRAINTS, "CA:FALSE");
	extension_is(leaf, OID_KEY_USAGE, "critical, Digital Signature");
	X509_free(leaf);
	visit_end(&visit);
}

TEST(issuance, refuses_a_csr_that_wants_to_sign_certificates)
{
	struct order order = wished(CSR, (struct request_wish){ .subject = "CN=evil.example.com",
						 .extensions = { { "keyUsage", "critical,keyCertSign,cRLSign" } } });

	begin();
	order_refused(&visit, sub, &order, FAULT_MALFORMED_CSR, "keyCertSign");
	order.template = BOTH;
	order_refused(&visit, sub, &order, FAULT_MALFORMED_CSR, "keyCertSign");
	visit_end(&visit);
}

/* ---- Passing the API's ---- */

TEST(issuance, takes_the_apis_extensions_before_the_csrs)
{
	struct pca_general_name names[] = { dns("api.example.com"), { .ip_address = STR("192.0.2.7") } };
	struct pca_extended_key_usage usages[] = { { .extended_key_usage_type.v =
								   PCA_EXTENDED_KEY_USAGE_TYPE_EMAIL_PROTECTION },
		{ .extended_key_usage_object_identifier = STR("1.2.3.4") } };
	struct pca_qualifier where = { STR("https://example.com/cps") };
	struct pca_policy_qualifier_info qualifier = { .qualifier = &where };
	struct pca_policy_information policy = { STR("1.2.3.4.5"), { &qualifier, 1, true } };
	struct pca_custom_extension custom = { .object_identifier = STR("1.2.3.4.5.6"), .value = STR("BQA=") };
	struct pca_key_usage usage = { .digital_signature = true, .key_agreement = true };
	struct pca_extensions extensions = {
		.certificate_policies = { &policy, 1, true },
		.extended_key_usage = { usages, 2, true },
		.key_usage = &usage,
		.subject_alternative_names = { names, 2, true },
		.custom_extensions = { &custom, 1, true },
	};
	struct pca_asn1_subject subject = { .common_name = STR("api.example.com"), .country = STR("AU") };
	struct order order = wished(
		BOTH, (struct request_wish){ .subject = "CN=csr.example.com",
			      .extensions = { SAN("DNS:csr.example.com"), { "keyUsage", "keyEncipherment" },
				      { "extendedKeyUsage", "serverAuth" },
				      { "certificatePolicies", "DER:3007300506032A0305" },
				      { "1.2.3.4.5.6", "critical,DER:0101FF" }, { "1.2.3.4.5.7", "DER:0500" } } });

	begin();
	order.extensions = &extensions;
	order.subject = &subject;
	X509 *leaf = order_take(&visit, sub, &order);
	CHECK_TEXT(str_of(order_extensions(leaf, &visit.arena)),
		"basicConstraints authorityKeyIdentifier subjectKeyIdentifier keyUsage extendedKeyUsage subjectAltName "
		"certificatePolicies 1.2.3.4.5.6 1.2.3.4.5.7");
	subject_is(leaf, "/C=AU/CN=api.example.com");
	extension_is(leaf, OID_NAMES, "DNS:api.example.com, IP Address:192.0.2.7");
	extension_is(leaf, OID_KEY_USAGE, "critical, Digital Signature, Key Agreement");
	extension_is(leaf, OID_EXTENDED_KEY_USAGE, "E-mail Protection, 1.2.3.4");
	extension_is(leaf, OID_POLICIES, "Policy: 1.2.3.4.5\n  CPS: https://example.com/cps");
	CHECK(strncmp(order_extension(leaf, "1.2.3.4.5.6", &visit.arena), "critical", 8) != 0);
	X509_free(leaf);
	visit_end(&visit);
}

TEST(issuance, ignores_the_api_where_the_template_does)
{
	struct pca_asn1_subject subject = { .common_name = STR("api.example.com") };
	struct pca_general_name name = dns("api.example.com");
	struct pca_extensions extensions = { .subject_alternative_names = { &name, 1, true } };
	struct order order = {
		.template = "EndEntityCertificate_CSRPassthrough/V1", .subject = &subject, .extensions = &extensions
	};

	begin();
	X509 *leaf = order_take(&visit, sub, &order);
	subject_is(leaf, "/CN=leaf.example.com");
	extension_is(leaf, OID_NAMES, "DNS:leaf.example.com");
	X509_free(leaf);
	visit_end(&visit);
}

TEST(issuance, keeps_what_the_template_fixes_from_the_api)
{
	struct pca_key_usage usage = { .key_cert_sign = true };
	struct pca_extended_key_usage code = { .extended_key_usage_type.v = PCA_EXTENDED_KEY_USAGE_TYPE_CODE_SIGNING };
	struct pca_extensions extensions = { .key_usage = &usage, .extended_key_usage = { &code, 1, true } };
	struct order order = { .template = "EndEntityCertificate_APIPassthrough/V1", .extensions = &extensions };

	begin();
	X509 *leaf = order_take(&visit, sub, &order);
	extension_is(leaf, OID_KEY_USAGE, "critical, Digital Signature, Key Encipherment");
	extension_is(leaf, OID_EXTENDED_KEY_USAGE, "TLS Web Server Authentication, TLS Web Client Authentication");
	X509_free(leaf);
	visit_end(&visit);
}

TEST(issuance, refuses_an_api_that_wants_to_sign_certificates)
{
	struct pca_key_usage usage = { .digital_signature = true, .key_cert_sign = true }, nothing = { 0 };
	struct pca_extensions extensions = { .key_usage = &usage };
	struct order order = { .template = API, .extensions = &extensions };

	begin();
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "KeyUsage has KeyCertSign");
	extensions.key_usage = &nothing;
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "KeyUsage allows nothing");
	visit_end(&visit);
}

TEST(issuance, refuses_custom_extensions_that_are_not_the_callers_to_say)
{
	static const char *const pairs[][2] = {
		{ "2.5.29.19", "the template alone decides it" },
		{ "2.5.29.14", "made from the certificate's key" },
		{ "2.5.29.35", "made from the authority's key" },
		{ "2.5.29.15", "Extensions.KeyUsage" },
		{ "2.5.29.37", "Extensions.ExtendedKeyUsage" },
		{ "2.5.29.17", "Extensions.SubjectAlternativeNames" },
		{ "2.5.29.32", "Extensions.CertificatePolicies" },
		{ "2.5.29.31", "comes from the authority's own configuration" },
	};

	begin();
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		/* SEQUENCE { BOOLEAN TRUE }: CA:TRUE, where it is read as BasicConstraints. */
		struct pca_custom_extension custom = {
			.object_identifier = str_of(pairs[i][0]), .value = STR("MAMBAf8="), .critical = true
		};
		struct pca_extensions extensions = { .custom_extensions = { &custom, 1, true } };
		struct order order = { .template = API, .extensions = &extensions };
		order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, pairs[i][1]);
		order.template = "EndEntityCertificate_APIPassthrough/V1";
		order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, pairs[i][1]);
	}
	visit_end(&visit);
}

TEST(issuance, refuses_custom_extensions_that_cannot_be)
{
	struct pca_custom_extension custom[2] = { { .object_identifier = STR("1.2.3"), .value = STR("BQA=") },
		{ .object_identifier = STR("1.2.3"), .value = STR("BQA=") } };
	struct pca_extensions extensions = { .custom_extensions = { custom, 2, true } };
	struct order order = { .template = API, .extensions = &extensions };

	begin();
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "CustomExtensions[1] has the extension 1.2.3");
	custom[1].object_identifier = STR("1.40.3");
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "ObjectIdentifier 1.40.3");
	custom[1].object_identifier = STR("1.2.4");
	custom[1].value = STR("****");
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "not base64");
	custom[1].value = STR("");
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "not base64");
	/* nameConstraints in an end entity's certificate: RFC 5280, 4.2.1.10. */
	custom[1] = (struct pca_custom_extension){
		.object_identifier = STR("2.5.29.30"), .value = STR("MA6gDDAKgghleC5jb20="), .critical = true
	};
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "nameConstraints");
	visit_end(&visit);
}

TEST(issuance, counts_members_of_what_the_model_does_not)
{
	struct pca_general_name name = { 0 };
	struct pca_extended_key_usage usage = { 0 };
	struct pca_extensions names = { .subject_alternative_names = { &name, 1, true } };
	struct pca_extensions usages = { .extended_key_usage = { &usage, 1, true } };
	struct order order = { .template = API, .extensions = &names };

	begin();
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "SubjectAlternativeNames[0] has 0 members");
	name.dns_name = STR("a.example.com");
	name.rfc822_name = STR("a@example.com");
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "SubjectAlternativeNames[0] has 2 members");
	order.extensions = &usages;
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "neither a type nor an OID");
	usage.extended_key_usage_type.v = PCA_EXTENDED_KEY_USAGE_TYPE_SERVER_AUTH;
	usage.extended_key_usage_object_identifier = STR("1.2.3");
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "both a type and an OID");
	visit_end(&visit);
}

TEST(issuance, takes_every_kind_of_general_name)
{
	struct pca_other_name other = { STR("1.3.6.1.4.1.311.20.2.3"), STR("alice@example.com") };
	struct pca_edi_party_name edi = { STR("party"), STR("assigner") };
	struct pca_asn1_subject directory = { .common_name = STR("directory") };
	struct pca_general_name names[] = { { .other_name = &other }, { .rfc822_name = STR("a@example.com") },
		dns("*.example.com"), { .directory_name = &directory }, { .edi_party_name = &edi },
		{ .uniform_resource_identifier = STR("spiffe://example.com/x") }, { .ip_address = STR("2001:db8::1") },
		{ .registered_id = STR("1.2.3.4") } };
	struct pca_extensions extensions = { .subject_alternative_names = { names, ARRAY_COUNT(names), true } };
	struct order order = { .template = API, .extensions = &extensions };

	begin();
	X509 *leaf = order_take(&visit, sub, &order);
	GENERAL_NAMES *read = X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);
	CHECK(read != NULL && sk_GENERAL_NAME_num(read) == (int)ARRAY_COUNT(names));
	for (int i = 0; i < (int)ARRAY_COUNT(names); i++) {
		static const int types[] = { GEN_OTHERNAME, GEN_EMAIL, GEN_DNS, GEN_DIRNAME, GEN_EDIPARTY, GEN_URI,
			GEN_IPADD, GEN_RID };
		CHECK(sk_GENERAL_NAME_value(read, i)->type == types[i]);
	}
	GENERAL_NAMES_free(read);
	X509_free(leaf);
	visit_end(&visit);
}

TEST(issuance, a_time_stamps_usage_is_critical)
{
	struct pca_extended_key_usage usage = { .extended_key_usage_type.v =
							PCA_EXTENDED_KEY_USAGE_TYPE_TIME_STAMPING };
	struct pca_extensions extensions = { .extended_key_usage = { &usage, 1, true } };
	struct order order = { .template = API, .extensions = &extensions };

	begin();
	X509 *leaf = order_take(&visit, sub, &order);
	extension_is(leaf, OID_EXTENDED_KEY_USAGE, "critical, Time Stamping");
	X509_free(leaf);
	visit_end(&visit);
}

/* ---- Subjects and names ---- */

TEST(issuance, needs_a_subject_or_a_name)
{
	struct order order = wished(NULL, (struct request_wish){ 0 });

	begin();
	order_refused(&visit, sub, &order, FAULT_MALFORMED_CSR, "Must provide either a subject name or a SAN");
	visit_end(&visit);
}

TEST(issuance, names_of_a_certificate_without_a_subject_are_critical)
{
	struct order order = wished(NULL, (struct request_wish){ .extensions = { SAN("DNS:a.example.com") } });
	struct pca_asn1_subject subject = { .common_name = STR("a.example.com") }, none = { 0 };
	struct pca_general_name name = dns("b.example.com");
	struct pca_extensions extensions = { .subject_alternative_names = { &name, 1, true } };

	begin();
	order_refused(&visit, sub, &order, FAULT_MALFORMED_CSR,
		"CSR must mark the SAN extension critical when it has an empty subject");
	order.wish.extensions[0][1] = "critical,DNS:a.example.com";
	X509 *leaf = order_take(&visit, sub, &order);
	extension_is(leaf, OID_NAMES, "critical, DNS:a.example.com");
	X509_free(leaf);

	/* The API mends it: by a subject, or by names of its own, which are then critical. */
	order.template = API;
	order.wish.extensions[0][1] = "DNS:a.example.com";
	order.subject = &subject;
	leaf = order_take(&visit, sub, &order);
	extension_is(leaf, OID_NAMES, "DNS:a.example.com");
	X509_free(leaf);
	order.subject = NULL;
	order.extensions = &extensions;
	leaf = order_take(&visit, sub, &order);
	extension_is(leaf, OID_NAMES, "critical, DNS:b.example.com");
	X509_free(leaf);

	/* The API empties the subject of a CSR that has one. */
	order = (struct order){ .template = API, .subject = &none };
	leaf = order_take(&visit, sub, &order);
	subject_is(leaf, "");
	extension_is(leaf, OID_NAMES, "critical, DNS:leaf.example.com");
	X509_free(leaf);
	visit_end(&visit);
}

TEST(issuance, keeps_the_csrs_subject_byte_for_byte)
{
	struct order order = wished(NULL,
		(struct request_wish){
			.subject = "C=AU/O=Example/OU=One/OU=Two/CN=\xc3\xa4.example.com/emailAddress=a@b.example" });

	begin();
	order.csr = papers_request(&visit.arena, order.wish);
	BIO *bio = BIO_new_mem_buf(order.csr.p, (int)order.csr.n);
	X509_REQ *request = PEM_read_bio_X509_REQ(bio, NULL, NULL, NULL);
	order.csr = (struct bytes){ 0 };
	X509 *leaf = order_take(&visit, sub, &order);
	CHECK(X509_NAME_cmp(X509_get_subject_name(leaf), X509_REQ_get_subject_name(request)) == 0);
	X509_REQ_free(request);
	BIO_free(bio);
	X509_free(leaf);
	visit_end(&visit);
}

TEST(issuance, blames_the_csr_for_what_it_brought)
{
	struct order order = wished(NULL, (struct request_wish){ .subject = "CN=a.example.com" });

	begin();
	order.wish.extensions[0][0] = "subjectAltName";
	order.wish.extensions[0][1] = "DNS:a b.example.com";
	order_refused(&visit, sub, &order, FAULT_MALFORMED_CSR, "a b.example.com");
	/* SEQUENCE of nothing; then an address of five octets. */
	order.wish.extensions[0][0] = "2.5.29.17";
	order.wish.extensions[0][1] = "DER:3000";
	order_refused(&visit, sub, &order, FAULT_MALFORMED_CSR, "");
	order.wish.extensions[0][1] = "DER:300787050102030405";
	order_refused(&visit, sub, &order, FAULT_MALFORMED_CSR, "");
	order.wish.extensions[0][1] = "DER:0101";
	order_refused(&visit, sub, &order, FAULT_MALFORMED_CSR, "");
	/* A known extension that passes and is not well-formed; an unknown one that never passes is nobody's trouble.
	 */
	order.template = CSR;
	order.wish.extensions[0][0] = "2.5.29.37";
	order_refused(&visit, sub, &order, FAULT_MALFORMED_CSR, "");
	order.wish = (struct request_wish){ .subject = "CN=a",
		.extensions = { { "nameConstraints", "critical,permitted;DNS:example.com" } } };
	order_refused(&visit, sub, &order, FAULT_MALFORMED_CSR, "nameConstraints");
	visit_end(&visit);
}

TEST(issuance, blames_the_api_for_what_it_brought)
{
	struct pca_general_name name = dns("a b.example.com");
	struct pca_extensions extensions = { .subject_alternative_names = { &name, 1, true } };
	struct pca_custom_attribute attribute = { STR("2.5.4.6"), STR("Australia") };
	struct pca_asn1_subject subject = { .custom_attributes = { &attribute, 1, true } };
	struct order order = { .template = BOTH, .extensions = &extensions };

	begin();
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "SubjectAlternativeNames");
	name = (struct pca_general_name){ .ip_address = STR("300.1.1.1") };
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "SubjectAlternativeNames");
	order = (struct order){ .template = BOTH, .subject = &subject };
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "ApiPassthrough.Subject");
	subject.common_name = STR("both");
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "CustomAttributes beside other attributes");
	visit_end(&visit);
}

/* ---- Distribution points and OCSP ---- */

static void
authority_with(const char *name, const char *revocation, char arn[ARN_TEXT_BYTES])
{
	visit_authority(&visit, (struct authority_wish){ .common_name = name, .revocation = revocation }, arn);
}

TEST(issuance, says_where_revocation_is_told)
{
	char arn[ARN_TEXT_BYTES], expected[200];

	begin();
	office.settings.public_url = "http://pki.example.com";
	authority_with("Public",
		"{\"CrlConfiguration\":{\"Enabled\":true,\"ExpirationInDays\":7},"
		"\"OcspConfiguration\":{\"Enabled\":true}}",
		arn);
	X509 *leaf = order_take(&visit, arn, &(struct order){ 0 });
	const char *id = strrchr(arn, '/') + 1;
	(void)snprintf(expected, sizeof expected, "Full Name:\n  URI:http://pki.example.com/crl/%s.crl", id);
	extension_is(leaf, OID_CRL, expected);
	(void)snprintf(expected, sizeof expected, "OCSP - URI:http://pki.example.com/ocsp/%s", id);
	CHECK(strncmp(order_extension(leaf, OID_ACCESS, &visit.arena), expected, strlen(expected)) == 0);
	CHECK_TEXT(str_of(order_extensions(leaf, &visit.arena)),
		"basicConstraints authorityKeyIdentifier subjectKeyIdentifier keyUsage extendedKeyUsage "
		"crlDistributionPoints authorityInfoAccess subjectAltName");
	X509_free(leaf);
	office.settings.public_url = NULL;
	visit_end(&visit);
}

TEST(issuance, passes_a_distribution_point_only_where_none_is_configured)
{
	char arn[ARN_TEXT_BYTES];
	struct order order = wished("EndEntityCertificate_CSRPassthrough/V1",
		(struct request_wish){ .subject = "CN=a.example.com",
			.extensions = { { "crlDistributionPoints", "URI:http://csr.example.com/x.crl" } } });

	begin();
	X509 *leaf = order_take(&visit, sub, &order);
	extension_is(leaf, OID_CRL, "Full Name:\n  URI:http://csr.example.com/x.crl");
	X509_free(leaf);
	order.template = "EndEntityCertificate/V1";
	leaf = order_take(&visit, sub, &order);
	extension_is(leaf, OID_CRL, "");
	X509_free(leaf);
	/* The guide's oddity: a base template that lets it pass. */
	order.template = "EndEntityClientAuthCertificate/V1";
	leaf = order_take(&visit, sub, &order);
	extension_is(leaf, OID_CRL, "Full Name:\n  URI:http://csr.example.com/x.crl");
	X509_free(leaf);

	authority_with("Named",
		"{\"CrlConfiguration\":{\"Enabled\":true,\"ExpirationInDays\":7,\"CustomCname\":\"crl.example.com\"},"
		"\"OcspConfiguration\":{\"Enabled\":false}}",
		arn);
	order.template = "EndEntityCertificate_CSRPassthrough/V1";
	leaf = order_take(&visit, arn, &order);
	CHECK(strstr(order_extension(leaf, OID_CRL, &visit.arena), "URI:http://crl.example.com/crl/") != NULL);
	CHECK(strstr(order_extension(leaf, OID_CRL, &visit.arena), "csr.example.com") == NULL);
	X509_free(leaf);
	visit_end(&visit);
}

TEST(issuance, takes_a_distribution_point_of_the_api_by_the_templates_that_do)
{
	struct pca_custom_extension custom = { .object_identifier = STR(OID_CRL),
		.value = STR("MCQwIqAgoB6GHGh0dHA6Ly9hcGkuZXhhbXBsZS5jb20veC5jcmw=") };
	struct pca_extensions extensions = { .custom_extensions = { &custom, 1, true } };
	struct order order = { .template = "BlankEndEntityCertificate_CriticalBasicConstraints_APIPassthrough/V1",
		.extensions = &extensions };

	begin();
	X509 *leaf = order_take(&visit, sub, &order);
	extension_is(leaf, OID_CRL, "Full Name:\n  URI:http://api.example.com/x.crl");
	extension_is(leaf, OID_BASIC_CONSTRAINTS, "critical, CA:FALSE");
	X509_free(leaf);
	visit_end(&visit);
}

/* ---- Algorithms ---- */

TEST(issuance, signs_with_any_digest_of_the_keys_family)
{
	static const int algorithms[] = { PCA_SIGNING_ALGORITHM_SHA256WITHECDSA, PCA_SIGNING_ALGORITHM_SHA384WITHECDSA,
		PCA_SIGNING_ALGORITHM_SHA512WITHECDSA };
	static const int nids[] = { NID_ecdsa_with_SHA256, NID_ecdsa_with_SHA384, NID_ecdsa_with_SHA512 };

	begin();
	for (size_t i = 0; i < ARRAY_COUNT(algorithms); i++) {
		struct order order = { .algorithm = algorithms[i] };
		char arn[ARN_TEXT_BYTES];
		struct str chain;
		CHECK_OK(order_place(&visit, sub, &order, arn), visit.fault);
		X509 *leaf = order_fetch(&visit, sub, arn, &chain);
		CHECK(X509_get_signature_nid(leaf) == nids[i]);
		CHECK(order_verify(leaf, chain, X509_PURPOSE_SSL_SERVER) == 0);
		X509_free(leaf);
	}
	visit_end(&visit);
}

TEST(issuance, refuses_an_algorithm_of_another_family)
{
	struct order order = { .algorithm = PCA_SIGNING_ALGORITHM_SHA256WITHRSA };

	begin();
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "SHA256WITHRSA does not suit the key");
	order.algorithm = PCA_SIGNING_ALGORITHM_ML_DSA_65;
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "does not suit the key");
	order.algorithm = PCA_SIGNING_ALGORITHM_SM3WITHSM2;
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "does not suit the key");
	visit_end(&visit);
}

TEST(issuance, signs_any_key_with_an_rsa_authority)
{
	static const enum paper_key keys[] = { PAPER_P256, PAPER_P384, PAPER_RSA_1024, PAPER_RSA_2048 };
	char arn[ARN_TEXT_BYTES], certificate[ARN_TEXT_BYTES];
	struct str chain;

	begin();
	visit_authority(&visit, (struct authority_wish){ .key = SIGNING_KEY_RSA_2048 }, arn);
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		struct order order = wished(NULL, (struct request_wish){ .subject = "CN=a", .key = keys[i] });
		order.algorithm = PCA_SIGNING_ALGORITHM_SHA512WITHRSA;
		CHECK_OK(order_place(&visit, arn, &order, certificate), visit.fault);
		X509 *leaf = order_fetch(&visit, arn, certificate, &chain);
		CHECK(X509_get_signature_nid(leaf) == NID_sha512WithRSAEncryption);
		CHECK(order_verify(leaf, chain, X509_PURPOSE_SSL_CLIENT) == 0);
		X509_free(leaf);
	}
	visit_end(&visit);
}

/* ---- Hierarchies ---- */

TEST(issuance, keeps_path_lengths)
{
	char two[ARN_TEXT_BYTES], none[ARN_TEXT_BYTES];
	struct order order =
		wished("SubordinateCACertificate_PathLen2/V1", (struct request_wish){ .subject = "CN=Next" });

	begin();
	visit_authority(&visit,
		(struct authority_wish){
			.common_name = "Two", .parent = root, .template = "SubordinateCACertificate_PathLen2/V1" },
		two);
	order_refused(&visit, two, &order, FAULT_VALIDATION, "has path length 2, which is not less than the 2");
	order.template = "SubordinateCACertificate_PathLen3/V1";
	order_refused(&visit, two, &order, FAULT_VALIDATION, "Choose a template with a shorter one");
	order.template = "SubordinateCACertificate_PathLen1/V1";
	X509 *certificate = order_take(&visit, two, &order);
	CHECK(X509_get_pathlen(certificate) == 1);
	X509_free(certificate);

	visit_authority(&visit,
		(struct authority_wish){ .common_name = "None",
			.parent = two,
			.template = "SubordinateCACertificate_PathLen0/V1",
			.days = 900 },
		none);
	order.template = "SubordinateCACertificate_PathLen0/V1";
	order_refused(&visit, none, &order, FAULT_VALIDATION, "cannot issue CA certificates at all");
	certificate = order_take(&visit, none, &(struct order){ 0 });
	X509_free(certificate);
	visit_end(&visit);
}

TEST(issuance, keeps_hierarchies_to_five_levels)
{
	static const char *const names[] = { "One", "Two", "Three", "Four", "Five" };
	char arns[5][ARN_TEXT_BYTES], certificate[ARN_TEXT_BYTES];
	struct order order =
		wished("SubordinateCACertificate_PathLen0/V1", (struct request_wish){ .subject = "CN=Six" });
	struct str chain;

	begin();
	for (int i = 0; i < 5; i++) {
		char template[64];
		(void)snprintf(template, sizeof template, "SubordinateCACertificate_PathLen%d/V1", 4 - i);
		visit_authority(&visit,
			(struct authority_wish){ .common_name = names[i],
				.parent = i > 0 ? arns[i - 1] : NULL,
				.template = i > 0 ? template : NULL,
				.days = 1000 - i },
			arns[i]);
	}
	CHECK_OK(order_place(&visit, arns[4], &(struct order){ 0 }, certificate), visit.fault);
	X509 *leaf = order_fetch(&visit, arns[4], certificate, &chain);
	CHECK(order_verify(leaf, chain, X509_PURPOSE_SSL_SERVER) == 0);
	X509_free(leaf);
	order_refused(&visit, arns[4], &order, FAULT_VALIDATION, "");
	visit_end(&visit);
}

TEST(issuance, gives_a_subordinate_a_name_of_its_own)
{
	struct order order = wished(
		"SubordinateCACertificate_PathLen0/V1", (struct request_wish){ .subject = "O=Example/CN=Example Sub" });

	begin();
	order_refused(&visit, sub, &order, FAULT_MALFORMED_CSR, "the certificate authority's own name");
	order.wish = (struct request_wish){ .extensions = { SAN("critical,DNS:a.example.com") } };
	order_refused(&visit, sub, &order, FAULT_MALFORMED_CSR, "A certificate authority needs a name");
	visit_end(&visit);
}

TEST(issuance, gives_the_authoritys_name_to_nobody)
{
	struct order order = wished("BlankEndEntityCertificate_CSRPassthrough/V1",
		(struct request_wish){
			.subject = "O=Example/CN=Example Sub", .extensions = { { "keyUsage", "critical,cRLSign" } } });

	begin();
	order_refused(&visit, sub, &order, FAULT_MALFORMED_CSR, "the certificate authority's own name");
	order.template = "EndEntityCertificate/V1";
	order_refused(&visit, sub, &order, FAULT_MALFORMED_CSR, "the certificate authority's own name");
	visit_end(&visit);
}

OFFICE_MAIN("pca_issuance");
