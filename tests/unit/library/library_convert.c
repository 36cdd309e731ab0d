#include "library/convert.h"

#include <chancery/acm-pca.h>
#include <chancery/acm.h>

#include "model/acm.h"
#include "model/pca.h"
#include "test.h"

/* Generated, and named by nothing but the generated functions. */
extern const struct layout acm_import_certificate_request_layout, acm_search_certificates_request_layout,
	acm_list_certificates_request_layout, acm_describe_certificate_response_layout,
	acm_list_certificates_response_layout, pca_issue_certificate_request_layout,
	pca_get_certificate_response_layout, acm_search_certificates_response_layout;

static struct arena arena;
static struct buffer json;

/* The JSON that a request becomes. */
static struct str
sent(const struct layout *layout, const void *request)
{
	struct fault fault = { 0 };
	void *in = arena_alloc(&arena, layout->shape->size);

	CHECK_OK(convert_request(layout, request, &arena, in, &fault), fault);
	buffer_reset(&json);
	model_encode(layout->shape, in, &json);
	return buffer_str(&json);
}

/* Why it cannot be sent. */
static struct str
refused(const struct layout *layout, const void *request)
{
	struct fault fault = { 0 };
	void *in = arena_alloc(&arena, layout->shape->size);

	CHECK(!convert_request(layout, request, &arena, in, &fault));
	CHECK(fault.code == FAULT_INVALID_ARGS);
	return arena_str(&arena, str_of(fault.say));
}

/* The public struct that an answer becomes; the answer itself is gone by then. */
static const void *
received(const struct layout *layout, const char *text)
{
	struct arena call = { 0 };
	struct fault fault = { 0 };
	void *answer = arena_alloc(&call, layout->shape->size);
	void *out = arena_alloc(&arena, layout->size);

	CHECK_OK(model_decode(layout->shape, str_of(text), &call, answer, &fault), fault);
	convert_response(layout, answer, &arena, out);
	arena_done(&call);
	return out;
}

static void
end(void)
{
	buffer_done(&json);
	arena_done(&arena);
}

TEST(request, sends_what_is_there_and_nothing_else)
{
	const struct chancery_acm_tag tags[] = { { .key = "a", .value = "" }, { .key = "b" } };
	const struct chancery_acm_import_certificate_request request = {
		.certificate = { "abc", 3 },
		.private_key = { "", 0 },
		.tags = tags,
		.tags_count = 2,
	};

	CHECK_TEXT(sent(&acm_import_certificate_request_layout, &request),
		"{\"Certificate\":\"YWJj\",\"PrivateKey\":\"\",\"Tags\":[{\"Key\":\"a\",\"Value\":\"\"},{\"Key\":\"b\"}"
		"]}");
	end();
}

TEST(request, tells_zero_from_absent_and_an_empty_list_from_none)
{
	const enum chancery_acm_certificate_status none = 0;
	struct chancery_acm_list_certificates_request request = { 0 };

	CHECK_TEXT(sent(&acm_list_certificates_request_layout, &request), "{}");
	request.has_max_items = true;
	request.certificate_statuses = &none;
	CHECK_TEXT(
		sent(&acm_list_certificates_request_layout, &request), "{\"CertificateStatuses\":[],\"MaxItems\":0}");
	end();
}

TEST(request, sends_enums_by_name_and_unknown_ones_by_their_text)
{
	const enum chancery_acm_certificate_status statuses[] = { CHANCERY_ACM_CERTIFICATE_STATUS_ISSUED,
		CHANCERY_ACM_CERTIFICATE_STATUS_UNKNOWN_VALUE };
	const char *const texts[] = { NULL, "FROZEN" };
	const struct chancery_acm_list_certificates_request request = {
		.certificate_statuses = statuses,
		.certificate_statuses_count = 2,
		.certificate_statuses_text = texts,
		.sort_by_text = "LUCK",
		.sort_order = CHANCERY_ACM_SORT_ORDER_DESCENDING,
	};

	CHECK_TEXT(sent(&acm_list_certificates_request_layout, &request),
		"{\"CertificateStatuses\":[\"ISSUED\",\"FROZEN\"],\"SortBy\":\"LUCK\",\"SortOrder\":\"DESCENDING\"}");
	end();
}

TEST(request, sends_unions_and_what_they_contain)
{
	const struct chancery_acm_certificate_filter arn = { .certificate_arn = "arn:a" };
	const struct chancery_acm_certificate_filter_statement inner = { .filter = &arn };
	const struct chancery_acm_certificate_filter_statement both[] = { { .filter = &arn }, { .not_ = &inner } };
	const struct chancery_acm_certificate_filter_statement all = { .and_ = both, .and_count = 2 };
	const struct chancery_acm_search_certificates_request request = { .filter_statement = &all };

	CHECK_TEXT(sent(&acm_search_certificates_request_layout, &request),
		"{\"FilterStatement\":{\"And\":[{\"Filter\":{\"CertificateArn\":\"arn:a\"}},"
		"{\"Not\":{\"Filter\":{\"CertificateArn\":\"arn:a\"}}}]}}");
	end();
}

TEST(request, sends_numbers_where_structures_hold_them)
{
	const struct chancery_pca_validity validity = {
		.value = -3, .has_value = true, .type = CHANCERY_PCA_VALIDITY_PERIOD_TYPE_DAYS
	};
	const struct chancery_pca_issue_certificate_request request = {
		.certificate_authority_arn = "arn:c",
		.csr = { "x", 1 },
		.signing_algorithm = CHANCERY_PCA_SIGNING_ALGORITHM_SHA256WITHECDSA,
		.validity = &validity,
	};

	CHECK_TEXT(sent(&pca_issue_certificate_request_layout, &request),
		"{\"CertificateAuthorityArn\":\"arn:c\",\"Csr\":\"eA==\",\"SigningAlgorithm\":\"SHA256WITHECDSA\","
		"\"Validity\":{\"Value\":-3,\"Type\":\"DAYS\"}}");
	end();
}

TEST(request, names_the_member_that_cannot_be_sent)
{
	const struct layout *import = &acm_import_certificate_request_layout;
	const struct chancery_acm_tag tags[] = { { .key = "a" }, { .value = "v" } };
	const struct chancery_acm_tag malformed = { .key = "a\xff" };
	struct chancery_acm_import_certificate_request request = { .certificate = { "abc", 3 } };

	CHECK_TEXT(refused(import, NULL), "The request is NULL.");
	CHECK_TEXT(refused(import, &request), "PrivateKey is missing.");
	request.private_key.size = 7;
	CHECK_TEXT(refused(import, &request), "PrivateKey has a size but no data.");
	request.private_key.data = "abcdefg";
	request.tags = tags;
	request.tags_count = 2;
	CHECK_TEXT(refused(import, &request), "Tags[1].Key is missing.");
	request.tags = &malformed;
	request.tags_count = 1;
	CHECK_TEXT(refused(import, &request), "Tags[0].Key is not valid UTF-8.");
	end();
}

TEST(request, names_an_enum_without_a_name)
{
	const enum chancery_acm_key_algorithm types[] = { CHANCERY_ACM_KEY_ALGORITHM_RSA_2048,
		(enum chancery_acm_key_algorithm)999 };
	const struct chancery_acm_filters filters = { .key_types = types, .key_types_count = 2 };
	const struct chancery_acm_list_certificates_request request = { .includes = &filters };
	const struct chancery_acm_list_certificates_request unknown = { .sort_by = CHANCERY_ACM_SORT_BY_UNKNOWN_VALUE };

	CHECK_TEXT(refused(&acm_list_certificates_request_layout, &request),
		"Includes.keyTypes[1] is a number that none of the enum's values has, and its text is not set.");
	CHECK_TEXT(refused(&acm_list_certificates_request_layout, &unknown),
		"SortBy is a number that none of the enum's values has, and its text is not set.");
	end();
}

TEST(request, wants_one_member_of_a_union)
{
	const struct chancery_acm_certificate_filter arn = { .certificate_arn = "arn:a" };
	const struct chancery_acm_certificate_filter_statement inner = { .filter = &arn };
	struct chancery_acm_certificate_filter_statement statement = { 0 };
	const struct chancery_acm_search_certificates_request request = { .filter_statement = &statement };

	CHECK_TEXT(refused(&acm_search_certificates_request_layout, &request),
		"FilterStatement has none of its members set; one of them must be.");
	statement.filter = &arn;
	statement.or_ = &inner;
	statement.or_count = 1;
	CHECK_TEXT(refused(&acm_search_certificates_request_layout, &request),
		"FilterStatement.Filter is there beside another member; only one of them may be.");
	end();
}

TEST(request, ends_where_structs_go_in_circles)
{
	struct chancery_acm_certificate_filter_statement circle = { .not_ = &circle };
	const struct chancery_acm_search_certificates_request request = { .filter_statement = &circle };
	struct str why = refused(&acm_search_certificates_request_layout, &request);

	CHECK(str_starts_with(why, STR("FilterStatement.Not.Not.")));
	CHECK(strstr(why.p, "is nested deeper than the service reads.") != NULL);
	end();
}

TEST(response, has_what_came_and_zero_for_the_rest)
{
	const struct chancery_acm_describe_certificate_response *response =
		received(&acm_describe_certificate_response_layout,
			"{\"Certificate\":{\"CertificateArn\":\"arn:a\",\"SubjectAlternativeNames\":[\"a.b\",\"c\"],"
			"\"Status\":\"ISSUED\",\"KeyAlgorithm\":\"RSA-2048\",\"NotAfter\":1450137600.5,\"InUseBy\":[],"
			"\"KeyUsages\":[{\"Name\":\"ANY\"},{\"Name\":\"NEW\"}]}}");
	const struct chancery_acm_certificate_detail *certificate = response->certificate;

	assert_string_equal(certificate->certificate_arn, "arn:a");
	CHECK(certificate->subject_alternative_names_count == 2);
	assert_string_equal(certificate->subject_alternative_names[1], "c");
	CHECK(certificate->status == CHANCERY_ACM_CERTIFICATE_STATUS_ISSUED);
	assert_string_equal(certificate->status_text, "ISSUED");
	CHECK(certificate->key_algorithm == CHANCERY_ACM_KEY_ALGORITHM_UNKNOWN_VALUE);
	assert_string_equal(certificate->key_algorithm_text, "RSA-2048");
	CHECK(certificate->has_not_after && certificate->not_after_ms == 1450137600500);
	CHECK(certificate->in_use_by != NULL && certificate->in_use_by_count == 0);
	CHECK(certificate->key_usages_count == 2);
	CHECK(certificate->key_usages[0].name == CHANCERY_ACM_KEY_USAGE_NAME_ANY);
	assert_string_equal(certificate->key_usages[1].name_text, "NEW");

	CHECK(certificate->domain_name == NULL && certificate->options == NULL);
	CHECK(!certificate->has_not_before && certificate->not_before_ms == 0);
	CHECK(certificate->type == 0 && certificate->type_text == NULL);
	CHECK(certificate->extended_key_usages == NULL && certificate->extended_key_usages_count == 0);
	end();
}

TEST(response, has_lists_of_enums_with_their_texts)
{
	const struct chancery_acm_list_certificates_response *response =
		received(&acm_list_certificates_response_layout,
			"{\"CertificateSummaryList\":[{\"InUse\":false,\"KeyUsages\":[\"DIGITAL_SIGNATURE\",\"X\"]}]}");
	const struct chancery_acm_certificate_summary *summary = &response->certificate_summary_list[0];

	CHECK(response->certificate_summary_list_count == 1 && response->next_token == NULL);
	CHECK(summary->has_in_use && !summary->in_use && !summary->has_exported);
	CHECK(summary->key_usages_count == 2);
	CHECK(summary->key_usages[0] == CHANCERY_ACM_KEY_USAGE_NAME_DIGITAL_SIGNATURE);
	CHECK(summary->key_usages[1] == CHANCERY_ACM_KEY_USAGE_NAME_UNKNOWN_VALUE);
	assert_string_equal(summary->key_usages_text[0], "DIGITAL_SIGNATURE");
	assert_string_equal(summary->key_usages_text[1], "X");
	end();
}

TEST(response, has_the_member_of_a_union_that_came)
{
	const struct chancery_acm_search_certificates_response *response =
		received(&acm_search_certificates_response_layout,
			"{\"Results\":[{\"CertificateMetadata\":{\"AcmCertificateMetadata\":{\"InUse\":true}}},"
			"{\"CertificateMetadata\":{\"Later\":{}}},{\"CertificateMetadata\":{}}]}");

	CHECK(response->results_count == 3);
	CHECK(response->results[0].certificate_metadata->acm_certificate_metadata->in_use);
	CHECK(response->results[1].certificate_metadata->acm_certificate_metadata == NULL);
	CHECK(response->results[2].certificate_metadata->acm_certificate_metadata == NULL);
	end();
}

TEST(response, has_nothing_where_null_came)
{
	const struct chancery_pca_get_certificate_response *response = received(
		&pca_get_certificate_response_layout, "{\"Certificate\":null,\"CertificateChain\":\"\",\"New\":[1]}");

	CHECK(response->certificate == NULL);
	assert_string_equal(response->certificate_chain, "");
	end();
}

TEST(enum, have_names_and_are_found_by_them)
{
	assert_string_equal(chancery_acm_key_algorithm_name(CHANCERY_ACM_KEY_ALGORITHM_EC_PRIME256V1), "EC_prime256v1");
	CHECK(chancery_acm_key_algorithm_of("EC_prime256v1") == CHANCERY_ACM_KEY_ALGORITHM_EC_PRIME256V1);
	CHECK(chancery_acm_key_algorithm_of("EC_PRIME256V1") == CHANCERY_ACM_KEY_ALGORITHM_UNKNOWN_VALUE);
	CHECK(chancery_acm_key_algorithm_of(NULL) == 0);
	CHECK(chancery_acm_key_algorithm_name(CHANCERY_ACM_KEY_ALGORITHM_UNKNOWN_VALUE) == NULL);
	CHECK(chancery_acm_key_algorithm_name((enum chancery_acm_key_algorithm)0) == NULL);
}

TEST_MAIN("library_convert");
