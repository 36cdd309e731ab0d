#include "test.h"

#include "model/acm.h"

#define ARN "arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-7cde-8f01-23456789abcd"
#define ARN_PATTERN "arn:[\\w+=/,.@-]+:acm:[\\w+=/,.@-]*:[0-9]+:[\\w+=,.@-]+(/[\\w+=,.@-]+)*"
#define TAG_PATTERN "[\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]*"
#define DOMAIN_PATTERN "^(\\*\\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$"

static struct arena arena;

/* Decodes and validates; the message of the fault, absent when all is well. */
static struct str
violations(const struct shape *shape, const char *json)
{
	static struct fault fault;

	fault = (struct fault){ 0 };
	arena_done(&arena);
	void *in = arena_alloc(&arena, shape->size);
	CHECK_OK(model_decode(shape, str_of(json), &arena, in, &fault), fault);
	if (model_validate(shape, in, &arena, &fault)) {
		arena_done(&arena);
		return (struct str){ 0 };
	}
	CHECK(fault.code == FAULT_VALIDATION);
	arena_done(&arena);
	return str_of(fault.say);
}

#define VIOLATIONS(operation, json) violations(&acm_##operation##_request_shape, (json))

TEST(validate, finds_nothing_where_nothing_is_wrong)
{
	static const struct {
		const struct shape *shape;
		const char *json;
	} good[] = {
		{ &acm_describe_certificate_request_shape, "{\"CertificateArn\":\"" ARN "\"}" },
		{ &acm_list_certificates_request_shape, "{}" },
		{ &acm_list_certificates_request_shape,
			"{\"MaxItems\":1000,\"NextToken\":\"a\\t\\u00ff\",\"CertificateStatuses\":[],"
			"\"Includes\":{\"keyTypes\":[\"EC_secp521r1\"],\"exportOption\":\"ENABLED\"},\"SortOrder\":"
			"\"ASCENDING\"}" },
		{ &acm_import_certificate_request_shape,
			"{\"Certificate\":\"YQ==\",\"PrivateKey\":\"YQ==\","
			"\"Tags\":[{\"Key\":\"\\u00e4\\u3000 _.:/=+-@9\",\"Value\":\"\"}]}" },
		{ &acm_request_certificate_request_shape,
			"{\"DomainName\":\"*.example.com\",\"SubjectAlternativeNames\":[\"a.b.example.com\",\"1-2."
			"example\"]}" },
		{ &acm_search_certificates_request_shape, "{\"FilterStatement\":{\"Or\":[{\"Filter\":{"
							  "\"X509AttributeFilter\":{\"SerialNumber\":\"03:e9\"}}}]}}" },
	};

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct str told = violations(good[i].shape, good[i].json);
		if (told.p != NULL)
			fail_msg("%s: %.*s", good[i].json, STR_ARG(told));
	}
	struct fault fault = { 0 };
	CHECK_OK(model_validate(NULL, NULL, &arena, &fault), fault);
}

TEST(validate, tells_of_a_missing_member)
{
	CHECK_TEXT(VIOLATIONS(describe_certificate, "{}"),
		"1 validation error detected: Value null at 'certificateArn' failed to satisfy constraint: "
		"Member must not be null");
	CHECK_TEXT(VIOLATIONS(describe_certificate, "{\"CertificateArn\":null}"),
		"1 validation error detected: Value null at 'certificateArn' failed to satisfy constraint: "
		"Member must not be null");
}

TEST(validate, tells_of_all_violations_at_once)
{
	CHECK_TEXT(VIOLATIONS(import_certificate, "{\"CertificateChain\":\"\"}"),
		"3 validation errors detected: Value null at 'certificate' failed to satisfy constraint: "
		"Member must not be null; Value at 'privateKey' failed to satisfy constraint: Member must not be null; "
		"Value 'java.nio.HeapByteBuffer[pos=0 lim=0 cap=0]' at 'certificateChain' failed to satisfy "
		"constraint: "
		"Member must have length greater than or equal to 1");
}

TEST(validate, tells_of_several_failures_of_one_member_in_their_order)
{
	CHECK_TEXT(VIOLATIONS(describe_certificate, "{\"CertificateArn\":\"x\"}"),
		"2 validation errors detected: Value 'x' at 'certificateArn' failed to satisfy constraint: "
		"Member must satisfy regular expression pattern: " ARN_PATTERN
		"; Value 'x' at 'certificateArn' failed to satisfy constraint: "
		"Member must have length greater than or equal to 20");
}

TEST(validate, prints_an_empty_string)
{
	CHECK_TEXT(VIOLATIONS(list_certificates, "{\"NextToken\":\"\"}"),
		"1 validation error detected: Value '' at 'nextToken' failed to satisfy constraint: "
		"Member must have length greater than or equal to 1");
}

TEST(validate, tells_of_a_pattern_with_the_path_of_the_element)
{
	CHECK_TEXT(
		VIOLATIONS(add_tags_to_certificate,
			"{\"CertificateArn\":\"" ARN "\",\"Tags\":[{\"Key\":\"a\"},{\"Key\":\"b\",\"Value\":\"x!\"}]}"),
		"1 validation error detected: Value 'x!' at 'tags.2.member.value' failed to satisfy constraint: "
		"Member must satisfy regular expression pattern: " TAG_PATTERN);
	CHECK_TEXT(VIOLATIONS(add_tags_to_certificate,
			   "{\"CertificateArn\":\"" ARN "\",\"Tags\":[{\"Value\":\"x\"},null]}"),
		"2 validation errors detected: Value null at 'tags.1.member.key' failed to satisfy constraint: "
		"Member must not be null; Value null at 'tags.2.member.key' failed to satisfy constraint: "
		"Member must not be null");
}

/* Recorded from AWS, except for the order of the two members, which is the model's here. */
TEST(validate, tells_of_scalars_in_a_list_on_the_list)
{
	CHECK_TEXT(VIOLATIONS(request_certificate, "{\"DomainName\":\"ccc\",\"SubjectAlternativeNames\":[\"ccc\"]}"),
		"2 validation errors detected: Value 'ccc' at 'domainName' failed to satisfy constraint: "
		"Member must satisfy regular expression pattern: " DOMAIN_PATTERN
		"; Value '[ccc]' at 'subjectAlternativeNames' failed to satisfy constraint: Member must satisfy "
		"constraint: "
		"[Member must have length less than or equal to 253, Member must have length greater than or equal to "
		"1, "
		"Member must satisfy regular expression pattern: " DOMAIN_PATTERN "]");
}

TEST(validate, tells_of_an_enum)
{
	CHECK_TEXT(VIOLATIONS(list_certificates, "{\"SortOrder\":\"UP\"}"),
		"1 validation error detected: Value 'UP' at 'sortOrder' failed to satisfy constraint: "
		"Member must satisfy enum value set: [ASCENDING, DESCENDING]");
	CHECK_TEXT(VIOLATIONS(list_certificates, "{\"Includes\":{\"keyUsage\":[\"ANY\",\"any\",null]}}"),
		"1 validation error detected: Value '[ANY, any, null]' at 'includes.keyUsage' failed to satisfy "
		"constraint: "
		"Member must satisfy constraint: [Member must satisfy enum value set: [DIGITAL_SIGNATURE, "
		"NON_REPUDIATION, "
		"KEY_ENCIPHERMENT, DATA_ENCIPHERMENT, KEY_AGREEMENT, CERTIFICATE_SIGNING, CRL_SIGNING, ENCIPHER_ONLY, "
		"DECIPHER_ONLY, ANY, CUSTOM], Member must not be null]");
}

TEST(validate, tells_of_numbers_out_of_range)
{
	CHECK_TEXT(VIOLATIONS(list_certificates, "{\"MaxItems\":0}"),
		"1 validation error detected: Value '0' at 'maxItems' failed to satisfy constraint: "
		"Member must have value greater than or equal to 1");
	CHECK_TEXT(VIOLATIONS(list_certificates, "{\"MaxItems\":5000000000}"),
		"1 validation error detected: Value '5000000000' at 'maxItems' failed to satisfy constraint: "
		"Member must have value less than or equal to 1000");
}

TEST(validate, tells_of_the_length_of_lists)
{
	CHECK_TEXT(VIOLATIONS(add_tags_to_certificate, "{\"CertificateArn\":\"" ARN "\",\"Tags\":[]}"),
		"1 validation error detected: Value '[]' at 'tags' failed to satisfy constraint: "
		"Member must have length greater than or equal to 1");

	struct buffer json = { 0 };
	buffer_put_cstr(&json, "{\"CertificateArn\":\"" ARN "\",\"Tags\":[");
	for (int i = 0; i < 51; i++)
		buffer_printf(&json, "%s{\"Key\":\"k%d\"}", i > 0 ? "," : "", i);
	buffer_put_cstr(&json, "]}");
	struct str told = VIOLATIONS(add_tags_to_certificate, json.p);
	buffer_done(&json);
	CHECK(str_starts_with(
		told, STR("1 validation error detected: Value '[Tag(key=k0, value=null), Tag(key=k1, value=null), ")));
	CHECK(strstr(told.p, "...' at 'tags' failed to satisfy constraint: Member must have length less than or equal "
			     "to 50") != NULL);
}

TEST(validate, counts_characters_not_bytes)
{
	char key[2 * 129 + 1] = "";
	char json[512];

	for (int i = 0; i < 128; i++)
		strcat(key, "\xc3\xa4");
	(void)snprintf(json, sizeof json, "{\"CertificateArn\":\"" ARN "\",\"Tags\":[{\"Key\":\"%s\"}]}", key);
	CHECK(VIOLATIONS(add_tags_to_certificate, json).p == NULL);
	strcat(key, "\xc3\xa4");
	(void)snprintf(json, sizeof json, "{\"CertificateArn\":\"" ARN "\",\"Tags\":[{\"Key\":\"%s\"}]}", key);
	struct str told = VIOLATIONS(add_tags_to_certificate, json);
	CHECK(told.p != NULL);
	CHECK(strstr(told.p, "Member must have length less than or equal to 128") != NULL);
	/* The value was cut at a character. */
	CHECK(utf8_valid(told));
	CHECK(strstr(told.p, "\xc3\xa4...' at 'tags.1.member.key'") != NULL);
}

TEST(validate, never_prints_what_is_sensitive)
{
	/* "key" */
	CHECK_TEXT(VIOLATIONS(export_certificate, "{\"CertificateArn\":\"" ARN "\",\"Passphrase\":\"a2V5\"}"),
		"1 validation error detected: Value at 'passphrase' failed to satisfy constraint: "
		"Member must have length greater than or equal to 4");

	struct buffer json = { 0 };
	buffer_put_cstr(&json, "{\"Certificate\":\"YQ==\",\"PrivateKey\":\"");
	for (int i = 0; i < 5124 / 3; i++)
		buffer_put_cstr(&json, "a2V5");
	buffer_put_cstr(&json, "\"}");
	CHECK_TEXT(VIOLATIONS(import_certificate, json.p),
		"1 validation error detected: Value at 'privateKey' failed to satisfy constraint: "
		"Member must have length less than or equal to 5120");
	buffer_done(&json);
}

TEST(validate, tells_of_unions_with_none_or_several_members)
{
	CHECK_TEXT(VIOLATIONS(search_certificates, "{\"FilterStatement\":{}}"),
		"1 validation error detected: Value 'CertificateFilterStatement(0 members)' at 'filterStatement' "
		"failed to "
		"satisfy constraint: Member must have exactly one member set");
	CHECK_TEXT(VIOLATIONS(search_certificates, "{\"FilterStatement\":{\"And\":[{\"Not\":{},\"Or\":[]},null]}}"),
		"2 validation errors detected: Value 'CertificateFilterStatement(2 members)' at "
		"'filterStatement.and.1.member' failed to satisfy constraint: Member must have exactly one member set; "
		"Value 'CertificateFilterStatement(0 members)' at 'filterStatement.and.2.member' failed to satisfy "
		"constraint: "
		"Member must have exactly one member set");
}

TEST(validate, looks_into_the_member_of_a_union)
{
	CHECK_TEXT(VIOLATIONS(search_certificates,
			   "{\"FilterStatement\":{\"Filter\":{\"X509AttributeFilter\":{\"SerialNumber\":\"3\"}}}}"),
		"2 validation errors detected: Value '3' at 'filterStatement.filter.x509AttributeFilter.serialNumber' "
		"failed to "
		"satisfy constraint: Member must satisfy regular expression pattern: [0-9a-f]{2}(:[0-9a-f]{2}){1,19}; "
		"Value '3' at 'filterStatement.filter.x509AttributeFilter.serialNumber' failed to satisfy constraint: "
		"Member must have length greater than or equal to 2");
	CHECK_TEXT(VIOLATIONS(search_certificates, "{\"FilterStatement\":{\"Filter\":{\"X509AttributeFilter\":{"
						   "\"Subject\":{\"CommonName\":{}}}}}}"),
		"2 validation errors detected: Value null at "
		"'filterStatement.filter.x509AttributeFilter.subject.commonName.value' failed to satisfy constraint: "
		"Member must not be null; Value null at "
		"'filterStatement.filter.x509AttributeFilter.subject.commonName.comparisonOperator' failed to satisfy "
		"constraint: Member must not be null");
	CHECK(VIOLATIONS(search_certificates,
		      "{\"FilterStatement\":{\"Filter\":{\"AcmCertificateMetadataFilter\":{\"InUse\":false}}}}")
			.p == NULL);
}

TEST(validate, matches_a_pattern_from_end_to_end)
{
	CHECK(VIOLATIONS(put_account_configuration, "{\"IdempotencyToken\":\"abc\"}").p == NULL);
	CHECK(VIOLATIONS(put_account_configuration, "{\"IdempotencyToken\":\"abc\\n\"}").p != NULL);
	CHECK(VIOLATIONS(put_account_configuration, "{\"IdempotencyToken\":\" abc\"}").p != NULL);
	/* \w is ASCII. */
	CHECK(VIOLATIONS(put_account_configuration, "{\"IdempotencyToken\":\"\\u00e4\"}").p != NULL);
}

TEST(validate, says_how_many_there_are_and_lists_what_fits)
{
	struct buffer json = { 0 };

	buffer_put_cstr(&json, "{\"CertificateArn\":\"" ARN "\",\"Tags\":[");
	for (int i = 0; i < 50; i++)
		buffer_printf(&json, "%s{}", i > 0 ? "," : "");
	buffer_put_cstr(&json, "]}");
	struct str told = VIOLATIONS(add_tags_to_certificate, json.p);
	buffer_done(&json);

	CHECK(str_starts_with(told, STR("50 validation errors detected: Value null at 'tags.1.member.key' failed to "
					"satisfy constraint: Member "
					"must not be null; Value null at 'tags.2.member.key'")));
	size_t listed = 0;
	for (const char *at = told.p; (at = strstr(at, "Value null")) != NULL; at++)
		listed++;
	const char *end = strstr(told.p, "; and ");
	CHECK(end != NULL);
	CHECK(listed > 10 && listed < 50);
	char expected[32];
	(void)snprintf(expected, sizeof expected, "; and %zu more", 50 - listed);
	CHECK_TEXT(str_of(end), expected);
}

TEST(validate, repeats_little_of_a_long_value)
{
	struct buffer json = { 0 };

	buffer_put_cstr(&json, "{\"CertificateArn\":\"");
	for (int i = 0; i < 4 * 1024 * 1024; i++)
		buffer_put_char(&json, 'a');
	buffer_put_cstr(&json, "\"}");
	struct str told = VIOLATIONS(describe_certificate, json.p);
	buffer_done(&json);
	/* So long a text is not run through its pattern: only its length is told. */
	CHECK(str_starts_with(told, STR("1 validation error detected: Value 'aaaa")));
	CHECK(told.n < 512);
	CHECK(strstr(told.p,
		      "aaa...' at 'certificateArn' failed to satisfy constraint: Member must have length less than or "
		      "equal to 2048") != NULL);
}

TEST_MAIN("validate");
