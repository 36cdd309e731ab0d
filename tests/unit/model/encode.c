#include "test.h"

#include "model/acm.h"
#include "model/json.h"

static struct str
encoded(const struct shape *shape, const void *value)
{
	static struct buffer json;

	buffer_reset(&json);
	model_encode(shape, value, &json);
	/* Kept short by the tests; copied so that the buffer need not outlive them. */
	static char text[4096];
	assert_true(json.n < sizeof text);
	memcpy(text, json.p, json.n + 1);
	struct str result = { text, json.n };
	buffer_done(&json);
	return result;
}

TEST(encode, leaves_out_what_is_absent)
{
	CHECK_TEXT(encoded(&acm_certificate_detail_shape, &(struct acm_certificate_detail){ 0 }), "{}");
	CHECK_TEXT(encoded(&acm_describe_certificate_response_shape, &(struct acm_describe_certificate_response){ 0 }),
		"{}");
}

TEST(encode, keeps_the_order_of_the_model)
{
	struct acm_tag tags[] = { { .value = STR(""), .key = STR("k") }, { .key = STR("\"\n\xc3\xa4") } };
	struct acm_list_tags_for_certificate_response out = { .tags = { tags, 2, true } };

	CHECK_TEXT(encoded(&acm_list_tags_for_certificate_response_shape, &out),
		"{\"Tags\":[{\"Key\":\"k\",\"Value\":\"\"},{\"Key\":\"\\\"\\n\xc3\xa4\"}]}");
}

TEST(encode, writes_a_list_that_is_there_and_empty)
{
	struct acm_certificate_detail detail = { .in_use_by.has = true };

	CHECK_TEXT(encoded(&acm_certificate_detail_shape, &detail), "{\"InUseBy\":[]}");
}

TEST(encode, writes_false_and_zero_where_they_are_there)
{
	struct acm_certificate_summary summary = { .has_in_use = true };
	struct acm_expiry_events_configuration expiry = { .has_days_before_expiry = true };

	CHECK_TEXT(encoded(&acm_certificate_summary_shape, &summary), "{\"InUse\":false}");
	CHECK_TEXT(encoded(&acm_expiry_events_configuration_shape, &expiry), "{\"DaysBeforeExpiry\":0}");
	expiry.days_before_expiry = INT64_MIN;
	CHECK_TEXT(encoded(&acm_expiry_events_configuration_shape, &expiry),
		"{\"DaysBeforeExpiry\":-9223372036854775808}");
}

TEST(encode, writes_times_as_seconds_without_exponent)
{
	static const struct {
		int64_t ms;
		const char *expected;
	} cases[] = {
		{ 1450137600000, "{\"CreatedAt\":1450137600.0}" },
		{ 1517001600213, "{\"CreatedAt\":1517001600.213}" },
		{ 1517001600210, "{\"CreatedAt\":1517001600.21}" },
		{ 1517001600200, "{\"CreatedAt\":1517001600.2}" },
		{ 1517001600003, "{\"CreatedAt\":1517001600.003}" },
		{ 0, "{\"CreatedAt\":0.0}" },
		{ -1, "{\"CreatedAt\":-0.001}" },
		{ -1500, "{\"CreatedAt\":-1.5}" },
		{ 253402300799000, "{\"CreatedAt\":253402300799.0}" },
		{ INT64_MIN, "{\"CreatedAt\":-9223372036854775.808}" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct acm_certificate_detail detail = { .created_at_ms = cases[i].ms, .has_created_at = true };
		CHECK_TEXT(encoded(&acm_certificate_detail_shape, &detail), cases[i].expected);
	}
}

TEST(encode, prefers_the_raw_text_of_a_choice)
{
	struct acm_certificate_detail detail = {
		.key_algorithm = { ACM_KEY_ALGORITHM_RSA_2048, STR("RSA-2048") },
		.status = { ACM_CERTIFICATE_STATUS_ISSUED, { 0 } },
	};

	CHECK_TEXT(encoded(&acm_certificate_detail_shape, &detail),
		"{\"Status\":\"ISSUED\",\"KeyAlgorithm\":\"RSA-2048\"}");
}

TEST(encode, writes_blobs_and_secrets)
{
	uint8_t key[] = "k\nk";
	struct acm_import_certificate_request in = {
		.certificate = { (const uint8_t *)"\xff\xff\xff\xff", 4 },
		.private_key = { key, 3 },
	};
	struct acm_export_certificate_response out = { .private_key = { key, 3 } };

	CHECK_TEXT(encoded(&acm_import_certificate_request_shape, &in),
		"{\"Certificate\":\"/////w==\",\"PrivateKey\":\"awpr\"}");
	CHECK_TEXT(encoded(&acm_export_certificate_response_shape, &out), "{\"PrivateKey\":\"k\\nk\"}");
}

TEST(encode, writes_the_one_member_of_a_union)
{
	struct acm_acm_certificate_metadata known = { .has_exported = true };
	struct acm_certificate_metadata metadata = {
		.kind = ACM_CERTIFICATE_METADATA_ACM_CERTIFICATE_METADATA,
		.members = 1,
		.acm_certificate_metadata = &known,
	};
	struct acm_general_name names[] = {
		{ .kind = ACM_GENERAL_NAME_DNS_NAME, .members = 1, .dns_name = STR("a.example") },
		{ .kind = ACM_GENERAL_NAME_IP_ADDRESS, .members = 1, .ip_address = STR("::1") },
		{ 0 },
	};
	struct acm_x509_attributes attributes = { .subject_alternative_names = { names, 3, true } };
	struct acm_certificate_search_result result = { .x509_attributes = &attributes,
		.certificate_metadata = &metadata };

	CHECK_TEXT(encoded(&acm_certificate_search_result_shape, &result),
		"{\"X509Attributes\":{\"SubjectAlternativeNames\":[{\"DnsName\":\"a.example\"},{\"IpAddress\":\"::1\"},"
		"{}]},"
		"\"CertificateMetadata\":{\"AcmCertificateMetadata\":{\"Exported\":false}}}");
}

/* What was encoded decodes to the same JSON. */
TEST(encode, comes_back_the_same_through_decode)
{
	static const char json[] =
		"{\"FilterStatement\":{\"And\":[{\"Or\":[]},{\"Not\":{\"Filter\":{\"X509AttributeFilter\":"
		"{\"NotAfter\":{\"Start\":1.5,\"End\":1000.0}}}}},{\"Filter\":{\"AcmCertificateMetadataFilter\":"
		"{\"Exported\":false}}},{\"Filter\":{\"X509AttributeFilter\":{\"KeyAlgorithm\":\"odd\"}}}]},"
		"\"MaxResults\":9,\"NextToken\":\"\xe2\x82\xac\",\"SortBy\":\"EXPORTED\"}";
	struct acm_search_certificates_request in = { 0 };
	struct arena arena = { 0 };
	struct fault fault = { 0 };

	CHECK_OK(model_decode(&acm_search_certificates_request_shape, STR(json), &arena, &in, &fault), fault);
	CHECK_TEXT(encoded(&acm_search_certificates_request_shape, &in), json);
	arena_done(&arena);
}

TEST_MAIN("encode");
