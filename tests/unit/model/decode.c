#include "test.h"

#include <stdlib.h>

#include "model/acm.h"

static struct arena arena;

static bool
decode_str(const struct shape *shape, struct str json, void *out, struct fault *fault)
{
	arena_reset(&arena);
	return model_decode(shape, json, &arena, out, fault);
}

#define DECODE(operation, json, out, fault) decode_str(&acm_##operation##_request_shape, str_of(json), (out), (fault))

/* The body is refused as no JSON: SerializationException without a message. */
static void
check_silent(const struct shape *shape, struct str json)
{
	uint64_t out[64] = { 0 };
	struct fault fault = { 0 };

	assert_true(shape->size <= sizeof out);
	if (decode_str(shape, json, out, &fault))
		fail_msg("accepted: %.*s", STR_ARG(json));
	CHECK(fault.code == FAULT_SERIALIZATION);
	CHECK_TEXT(str_of(fault.say), "");
}

static void
check_told(const struct shape *shape, const char *json, const char *expected)
{
	uint64_t out[64] = { 0 };
	struct fault fault = { 0 };

	assert_true(shape->size <= sizeof out);
	if (decode_str(shape, str_of(json), out, &fault))
		fail_msg("accepted: %s", json);
	CHECK(fault.code == FAULT_SERIALIZATION);
	if (strcmp(fault.say, expected) != 0)
		fail_msg("%s: \"%s\" is not \"%s\"", json, fault.say, expected);
}

TEST(decode, fills_a_request)
{
	struct acm_import_certificate_request in = { 0 };
	struct fault fault = { 0 };

	CHECK_OK(DECODE(import_certificate,
			 "{\"CertificateArn\":\"arn\",\"Certificate\":\"Y2VydA==\",\"PrivateKey\":\"a2V5\","
			 "\"CertificateChain\":\"\",\"Tags\":[{\"Key\":\"a\",\"Value\":\"\"},{\"Key\":\"\\u00e4\"}]}",
			 &in, &fault),
		fault);
	CHECK_TEXT(in.certificate_arn, "arn");
	CHECK_TEXT(str_of_bytes(in.certificate), "cert");
	CHECK_TEXT(str_of_bytes(secret_bytes(in.private_key)), "key");
	CHECK(in.certificate_chain.p != NULL && in.certificate_chain.n == 0);
	CHECK(in.tags.has && in.tags.n == 2);
	CHECK_TEXT(in.tags.v[0].key, "a");
	CHECK_TEXT(in.tags.v[0].value, "");
	CHECK_TEXT(in.tags.v[1].key, "\xc3\xa4");
	CHECK(in.tags.v[1].value.p == NULL);
}

TEST(decode, tells_absent_from_null_from_empty)
{
	struct acm_list_certificates_request in = { 0 };
	struct fault fault = { 0 };

	CHECK_OK(DECODE(list_certificates,
			 "{\"CertificateStatuses\":[],\"NextToken\":null,\"MaxItems\":0,\"Includes\":{\"keyUsage\":"
			 "null}}",
			 &in, &fault),
		fault);
	CHECK(in.certificate_statuses.has && in.certificate_statuses.n == 0);
	CHECK(in.next_token.p == NULL);
	CHECK(in.has_max_items && in.max_items == 0);
	CHECK(in.sort_by.v == CHOICE_ABSENT);
	CHECK(in.includes != NULL && !in.includes->key_usage.has && !in.includes->key_types.has);
}

TEST(decode, knows_the_values_of_an_enum_and_keeps_those_it_does_not_know)
{
	struct acm_list_certificates_request in = { 0 };
	struct fault fault = { 0 };

	CHECK_OK(DECODE(list_certificates,
			 "{\"CertificateStatuses\":[\"ISSUED\",\"issued\",null,\"\"],"
			 "\"Includes\":{\"keyTypes\":[\"EC_prime256v1\"]}}",
			 &in, &fault),
		fault);
	CHECK(in.certificate_statuses.n == 4);
	CHECK(in.certificate_statuses.v[0].v == ACM_CERTIFICATE_STATUS_ISSUED);
	CHECK(in.certificate_statuses.v[0].raw.p == NULL);
	CHECK(in.certificate_statuses.v[1].v == CHOICE_UNKNOWN);
	CHECK_TEXT(in.certificate_statuses.v[1].raw, "issued");
	CHECK(in.certificate_statuses.v[2].v == CHOICE_ABSENT && in.certificate_statuses.v[2].raw.p == NULL);
	CHECK_TEXT(in.certificate_statuses.v[3].raw, "");
	CHECK(in.includes->key_types.v[0].v == ACM_KEY_ALGORITHM_EC_PRIME256V1);
}

TEST(decode, ignores_unknown_members_at_every_level)
{
	struct acm_add_tags_to_certificate_request in = { 0 };
	struct fault fault = { 0 };

	CHECK_OK(
		DECODE(add_tags_to_certificate,
			"{\"X\":[{\"Tags\":[1]}],\"certificateArn\":5,\"Tags\":[{\"Key\":\"k\",\"key\":7,\"\":{}}],"
			"\"CertificateArn \":1,\"\\u0043ertificateArn\":\"by its escaped name\",\"Tag\":2,\"Tagss\":3}",
			&in, &fault),
		fault);
	CHECK_TEXT(in.certificate_arn, "by its escaped name");
	CHECK(in.tags.n == 1);
	CHECK_TEXT(in.tags.v[0].key, "k");
}

TEST(decode, takes_no_name_with_a_nul_or_of_great_length_for_a_member)
{
	struct acm_get_certificate_request in = { 0 };
	struct fault fault = { 0 };
	char json[2048] = "{\"CertificateArn\\u0000\":1,\"\\u0043";

	memset(json + strlen(json), 'x', 1000);
	strcat(json, "\":2}");
	CHECK_OK(DECODE(get_certificate, json, &in, &fault), fault);
	CHECK(in.certificate_arn.p == NULL);
}

TEST(decode, lets_the_last_of_two_equal_names_win)
{
	struct acm_list_certificates_request in = { 0 };
	struct fault fault = { 0 };

	CHECK_OK(DECODE(list_certificates,
			 "{\"NextToken\":\"a\",\"NextToken\":\"b\",\"MaxItems\":1,\"MaxItems\":null,"
			 "\"CertificateStatuses\":[\"ISSUED\"],\"CertificateStatuses\":null,\"SortBy\":\"CREATED_AT\","
			 "\"SortBy\":null,\"Includes\":{},\"Includes\":null}",
			 &in, &fault),
		fault);
	CHECK_TEXT(in.next_token, "b");
	CHECK(!in.has_max_items && in.max_items == 0);
	CHECK(!in.certificate_statuses.has);
	CHECK(in.sort_by.v == CHOICE_ABSENT);
	CHECK(in.includes == NULL);
}

TEST(decode, counts_the_members_of_a_union)
{
	static const struct {
		const char *json;
		unsigned members;
		enum acm_certificate_filter_statement_kind kind;
	} cases[] = {
		{ "{}", 0, 0 },
		{ "{\"Or\":null}", 0, 0 },
		{ "{\"Unknown\":1}", 0, 0 },
		{ "{\"And\":[]}", 1, ACM_CERTIFICATE_FILTER_STATEMENT_AND },
		{ "{\"And\":[],\"Or\":null}", 1, ACM_CERTIFICATE_FILTER_STATEMENT_AND },
		{ "{\"And\":[],\"And\":[{}]}", 1, ACM_CERTIFICATE_FILTER_STATEMENT_AND },
		{ "{\"And\":[],\"And\":null}", 0, 0 },
		{ "{\"And\":null,\"Not\":{}}", 1, ACM_CERTIFICATE_FILTER_STATEMENT_NOT },
		{ "{\"And\":[],\"Or\":[]}", 2, ACM_CERTIFICATE_FILTER_STATEMENT_OR },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct acm_search_certificates_request in = { 0 };
		struct fault fault = { 0 };
		char json[256];

		(void)snprintf(json, sizeof json, "{\"FilterStatement\":%s}", cases[i].json);
		CHECK_OK(DECODE(search_certificates, json, &in, &fault), fault);
		CHECK(in.filter_statement != NULL);
		CHECK(in.filter_statement->members == cases[i].members);
		CHECK(in.filter_statement->kind == cases[i].kind);
	}
}

TEST(decode, reads_a_tree_of_filters)
{
	struct acm_search_certificates_request in = { 0 };
	struct fault fault = { 0 };

	CHECK_OK(DECODE(search_certificates,
			 "{\"FilterStatement\":{\"And\":[{\"Not\":{\"Filter\":{\"AcmCertificateMetadataFilter\":{"
			 "\"InUse\":true}}}},"
			 "{\"Filter\":{\"X509AttributeFilter\":{\"NotAfter\":{\"Start\":1450137600.123,\"End\":2e9}}}}]"
			 "}}",
			 &in, &fault),
		fault);
	const struct acm_certificate_filter_statement *all = in.filter_statement;
	CHECK(all->kind == ACM_CERTIFICATE_FILTER_STATEMENT_AND && all->and.n == 2);
	const struct acm_certificate_filter_statement *first = &all->and.v[0];
	CHECK(first->kind == ACM_CERTIFICATE_FILTER_STATEMENT_NOT && first->not ->members == 1);
	const struct acm_acm_certificate_metadata_filter *known = first->not ->filter->acm_certificate_metadata_filter;
	CHECK(known->kind == ACM_ACM_CERTIFICATE_METADATA_FILTER_IN_USE && known->in_use);
	const struct acm_timestamp_range *range = all->and.v[1].filter->x509_attribute_filter->not_after;
	CHECK(range->has_start && range->start_ms == 1450137600123);
	CHECK(range->has_end && range->end_ms == 2000000000000);
}

TEST(decode, says_nothing_of_a_body_that_is_not_json)
{
	static const char *const bodies[] = { "", " ", "{", "{\"MaxItems\":1,}", "null", "\"text\"", "5", "true", "nul",
		"{}x", "{} {}", "{\"MaxItems\":1}]", "{\"NextToken\":\"a}", "{\"MaxItems\":01}", "{\"MaxItems\":NaN}",
		"{\"MaxItems\":Infinity}", "{\"MaxItems\":tru}", "{\"NextToken\":tru}", "{\"MaxItems\":0x1}",
		"{'MaxItems':1}", "{\"CertificateStatuses\":[\"ISSUED\",]}", "{\"NextToken\":\"\\ud800\"}",
		"{\"NextToken\":\"\xff\"}", "{\"Unknown\":\"\xc0\xaf\"}", "{\"Unknown\":[1,]}", "{\"NextToken\":}" };

	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
		check_silent(&acm_list_certificates_request_shape, str_of(bodies[i]));
	check_silent(&acm_list_certificates_request_shape, (struct str){ "{}\0", 3 });
	check_silent(&acm_list_certificates_request_shape, (struct str){ NULL, 0 });
}

TEST(decode, tells_a_list_at_the_top_from_other_bodies)
{
	check_told(&acm_list_certificates_request_shape, "[]", "Start of list found where not expected");
	check_told(&acm_list_certificates_request_shape, "[", "Start of list found where not expected");
}

TEST(decode, tells_of_another_type_than_an_integer)
{
	static const char *const cases[][2] = {
		{ "\"5\"", "STRING_VALUE can not be converted to an Integer" },
		{ "true", "TRUE_VALUE can not be converted to an Integer" },
		{ "false", "FALSE_VALUE can not be converted to an Integer" },
		{ "[1]", "Start of list found where not expected" },
		{ "{}", "Start of structure or map found where not expected." },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char json[64];
		(void)snprintf(json, sizeof json, "{\"MaxItems\":%s}", cases[i][0]);
		check_told(&acm_list_certificates_request_shape, json, cases[i][1]);
	}
}

TEST(decode, tells_of_another_type_than_a_string)
{
	static const char *const cases[][2] = {
		{ "5", "NUMBER_VALUE can not be converted to a String" },
		{ "1.5", "NUMBER_VALUE can not be converted to a String" },
		{ "true", "TRUE_VALUE can not be converted to a String" },
		{ "false", "FALSE_VALUE can not be converted to a String" },
		{ "[]", "Start of list found where not expected" },
		{ "{\"a\":1}", "Start of structure or map found where not expected." },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char json[64];
		(void)snprintf(json, sizeof json, "{\"NextToken\":%s}", cases[i][0]);
		check_told(&acm_list_certificates_request_shape, json, cases[i][1]);
		/* The same for enums, and for what stands in a list. */
		(void)snprintf(json, sizeof json, "{\"SortBy\":%s}", cases[i][0]);
		check_told(&acm_list_certificates_request_shape, json, cases[i][1]);
		(void)snprintf(json, sizeof json, "{\"CertificateStatuses\":[\"ISSUED\",%s]}", cases[i][0]);
		check_told(&acm_list_certificates_request_shape, json, cases[i][1]);
	}
}

TEST(decode, tells_of_another_type_than_a_list_or_a_structure)
{
	static const char *const scalars[] = { "5", "\"a\"", "true", "false", "1.5" };
	char json[64];

	for (size_t i = 0; i < sizeof scalars / sizeof scalars[0]; i++) {
		(void)snprintf(json, sizeof json, "{\"Tags\":%s}", scalars[i]);
		check_told(&acm_add_tags_to_certificate_request_shape, json, "Expected list or null");
		(void)snprintf(json, sizeof json, "{\"Tags\":[%s]}", scalars[i]);
		check_told(&acm_add_tags_to_certificate_request_shape, json, "Expected null");
		(void)snprintf(json, sizeof json, "{\"Includes\":%s}", scalars[i]);
		check_told(&acm_list_certificates_request_shape, json, "Expected null");
		(void)snprintf(json, sizeof json, "{\"FilterStatement\":%s}", scalars[i]);
		check_told(&acm_search_certificates_request_shape, json, "Expected null");
	}
	check_told(&acm_add_tags_to_certificate_request_shape, "{\"Tags\":{}}",
		"Start of structure or map found where not expected.");
	check_told(&acm_add_tags_to_certificate_request_shape, "{\"Tags\":[[]]}",
		"Start of list found where not expected");
	check_told(&acm_list_certificates_request_shape, "{\"Includes\":[]}", "Start of list found where not expected");
}

TEST(decode, tells_of_another_type_than_a_blob_a_boolean_or_a_time)
{
	static const char in_use[] =
		"{\"FilterStatement\":{\"Filter\":{\"AcmCertificateMetadataFilter\":{\"InUse\":%s}}}}";
	static const char start[] =
		"{\"FilterStatement\":{\"Filter\":{\"X509AttributeFilter\":{\"NotAfter\":{\"Start\":%s}}}}}";
	char json[128];

	check_told(&acm_import_certificate_request_shape, "{\"Certificate\":5}",
		"NUMBER_VALUE can not be converted to a Blob");
	check_told(
		&acm_import_certificate_request_shape, "{\"PrivateKey\":[]}", "Start of list found where not expected");
	(void)snprintf(json, sizeof json, in_use, "\"true\"");
	check_told(&acm_search_certificates_request_shape, json, "STRING_VALUE can not be converted to Boolean");
	(void)snprintf(json, sizeof json, in_use, "1");
	check_told(&acm_search_certificates_request_shape, json, "NUMBER_VALUE can not be converted to Boolean");
	(void)snprintf(json, sizeof json, start, "\"2020-01-01T00:00:00Z\"");
	check_told(&acm_search_certificates_request_shape, json,
		"STRING_VALUE can not be converted to milliseconds since epoch");
}

TEST(decode, refuses_what_is_not_strict_base64)
{
	static const char *const bad[] = { "YQ", "YQ=", "YQ===", "YR==", "Y Q==", "YQ==\\n",
		"Y-==", "====", "YQ==YQ==", "\\u0000", "-----BEGIN CERTIFICATE-----" };
	char json[128];

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct acm_import_certificate_request in = { 0 };
		struct fault fault = { 0 };

		(void)snprintf(json, sizeof json, "{\"Certificate\":\"%s\"}", bad[i]);
		CHECK(!DECODE(import_certificate, json, &in, &fault));
		CHECK(fault.code == FAULT_SERIALIZATION);
		CHECK(strncmp(fault.say, "Unable to decode base64", 23) == 0);
	}
}

TEST(decode, takes_base64_whose_slashes_are_escaped)
{
	struct acm_import_certificate_request in = { 0 };
	struct fault fault = { 0 };

	CHECK_OK(DECODE(import_certificate, "{\"Certificate\":\"\\/\\/\\u002f\\u002F\"}", &in, &fault), fault);
	CHECK(in.certificate.n == 3 && memcmp(in.certificate.p, "\xff\xff\xff", 3) == 0);
}

TEST(decode, refuses_a_nul_in_a_string)
{
	check_told(&acm_list_certificates_request_shape, "{\"NextToken\":\"a\\u0000b\"}",
		"A string must not contain the character U+0000.");
	check_told(&acm_list_certificates_request_shape, "{\"SortBy\":\"\\u0000\"}",
		"A string must not contain the character U+0000.");
}

/* {"FilterStatement":{"Not":{"Not":…{}}}}: the request is level 1, the innermost statement level 1 + statements. */
static bool
nested_not_decodes(int statements, struct fault *fault)
{
	struct acm_search_certificates_request in = { 0 };
	struct buffer json = { 0 };

	buffer_put_cstr(&json, "{\"FilterStatement\":");
	for (int i = 1; i < statements; i++)
		buffer_put_cstr(&json, "{\"Not\":");
	buffer_put_cstr(&json, "{}");
	for (int i = 1; i < statements; i++)
		buffer_put_char(&json, '}');
	buffer_put_char(&json, '}');
	bool decoded = decode_str(&acm_search_certificates_request_shape, buffer_str(&json), &in, fault);
	buffer_done(&json);
	return decoded;
}

TEST(decode, refuses_nesting_beyond_the_limit)
{
	struct fault fault = { 0 };

	CHECK_OK(nested_not_decodes(MODEL_MAX_DEPTH - 1, &fault), fault);
	CHECK(!nested_not_decodes(MODEL_MAX_DEPTH, &fault));
	CHECK(fault.code == FAULT_SERIALIZATION);
	CHECK_TEXT(str_of(fault.say), "The request is nested more than 16 levels deep.");
	fault = (struct fault){ 0 };
	CHECK(!nested_not_decodes(500000, &fault));
	CHECK(fault.code == FAULT_SERIALIZATION);
}

/* `head`, then `item` as often as fits into the largest body the wire lets in, then `tail`. */
static struct str
body_of(struct buffer *buffer, const char *head, const char *item, const char *tail)
{
	enum { BODY_BYTES = 4 * 1024 * 1024 };

	buffer_put_cstr(buffer, head);
	while (buffer->n < BODY_BYTES)
		buffer_put_cstr(buffer, item);
	buffer_put_cstr(buffer, tail);
	return buffer_str(buffer);
}

TEST(decode, keeps_no_memory_for_what_it_ignores)
{
	struct acm_list_certificates_request in = { 0 };
	struct fault fault = { 0 };
	struct buffer buffer = { 0 };

	CHECK_OK(decode_str(&acm_list_certificates_request_shape,
			 body_of(&buffer, "{", "\"\\u0061\":[{}],", "\"MaxItems\":7}"), &in, &fault),
		fault);
	CHECK(in.max_items == 7);
	CHECK(arena.taken == 0);
	buffer_done(&buffer);
}

TEST(decode, keeps_of_a_list_that_is_too_long_only_what_shows_it)
{
	struct acm_add_tags_to_certificate_request in = { 0 };
	struct fault fault = { 0 };
	struct buffer buffer = { 0 };

	CHECK_OK(decode_str(&acm_add_tags_to_certificate_request_shape, body_of(&buffer, "{\"Tags\":[", "{},", "{}]}"),
			 &in, &fault),
		fault);
	CHECK(in.tags.n == 51);
	CHECK(arena.taken < 16384);
	buffer_reset(&buffer);

	struct acm_list_certificates_request list = { 0 };
	CHECK(!decode_str(&acm_list_certificates_request_shape,
		body_of(&buffer, "{\"CertificateStatuses\":[", "\"\",", "\"\"]}"), &list, &fault));
	CHECK(fault.code == FAULT_SERIALIZATION);
	CHECK_TEXT(str_of(fault.say), "A list holds more than 100000 items.");
	buffer_done(&buffer);
}

TEST(decode, reads_absurd_numbers_as_the_largest_there_are)
{
	struct acm_list_certificates_request in = { 0 };
	struct fault fault = { 0 };
	struct buffer buffer = { 0 };

	CHECK_OK(DECODE(list_certificates, "{\"MaxItems\":1e999}", &in, &fault), fault);
	CHECK(in.max_items == INT64_MAX);
	CHECK_OK(DECODE(list_certificates, "{\"MaxItems\":-1000000000000000000000000000000}", &in, &fault), fault);
	CHECK(in.max_items == -INT64_MAX);
	CHECK_OK(decode_str(&acm_list_certificates_request_shape, body_of(&buffer, "{\"MaxItems\":1", "0", "}"), &in,
			 &fault),
		fault);
	CHECK(in.max_items == INT64_MAX);
	buffer_done(&buffer);
}

TEST(decode, reads_null_in_a_list_of_structures_as_one_without_members)
{
	struct acm_add_tags_to_certificate_request in = { 0 };
	struct fault fault = { 0 };

	CHECK_OK(DECODE(add_tags_to_certificate, "{\"Tags\":[null,{\"Key\":\"a\"}]}", &in, &fault), fault);
	CHECK(in.tags.n == 2);
	CHECK(in.tags.v[0].key.p == NULL);
	CHECK_TEXT(in.tags.v[1].key, "a");
}

TEST(decode, asks_an_operation_without_input_for_an_object_only)
{
	struct fault fault = { 0 };

	CHECK_OK(decode_str(NULL, STR("{}"), NULL, &fault), fault);
	CHECK_OK(decode_str(NULL, STR("{\"a\":[1]}"), NULL, &fault), fault);
	CHECK(!decode_str(NULL, STR(""), NULL, &fault));
	CHECK(!decode_str(NULL, STR("{\"a\":}"), NULL, &fault));
	CHECK(!decode_str(NULL, STR("[]"), NULL, &fault));
	CHECK_TEXT(str_of(fault.say), "Start of list found where not expected");
}

/* The text stands at the very end of its block, so that reading past it is seen under the sanitizers. */
TEST(decode, reads_no_byte_past_the_body)
{
	static const char whole[] =
		"{\"CertificateArn\":\"a\\u00e4\",\"Certificate\":\"YQ==\",\"Tags\":[{\"Key\":\"k\"},null]}";

	for (size_t n = 1; n < sizeof whole; n++) {
		struct acm_import_certificate_request in = { 0 };
		struct fault fault = { 0 };
		char *body = malloc(n);
		memcpy(body, whole, n);
		bool decoded = decode_str(&acm_import_certificate_request_shape, (struct str){ body, n }, &in, &fault);
		free(body);
		CHECK(decoded == (n == sizeof whole - 1));
	}
	arena_done(&arena);
}

TEST_MAIN("decode");
