#include "cli/check.h"

#include "cli/json.h"
#include "model/acm.h"
#include "test.h"

static struct arena arena;

/* What is said of a JSON input of an operation; NULL when nothing is. Blobs and times are left as text. */
static const char *
findings(const char *operation, const char *json)
{
	struct fault fault = { 0 };
	struct value *input;

	CHECK_OK(json_read(str_of(json), &arena, &input, &fault), fault);
	if (check_input(service_command(&acm_service, str_of(operation))->input, input, &arena, &fault))
		return NULL;
	CHECK(fault.code == FAULT_VALIDATION);
	return arena_cstr(&arena, str_of(fault.say));
}

TEST(check, finds_nothing_wrong_with_what_is_right)
{
	CHECK(findings("list-certificates", "{\"CertificateStatuses\":[\"ISSUED\"],\"MaxItems\":5}") == NULL);
	CHECK(findings("search-certificates", "{\"FilterStatement\":{\"Not\":{\"Filter\":{"
					      "\"AcmCertificateMetadataFilter\":{\"InUse\":true}}}}}") == NULL);
	arena_reset(&arena);
}

TEST(check, speaks_as_the_aws_cli_does)
{
	assert_string_equal(findings("describe-certificate", "{}"),
		"Parameter validation failed:\nMissing required parameter in input: \"CertificateArn\"");
	assert_string_equal(findings("describe-certificate", "{\"CertificateArn\":\"x\"}"),
		"Parameter validation failed:\nInvalid length for parameter CertificateArn, value: 1, valid min "
		"length: 20");
	assert_string_equal(findings("list-certificates", "{\"MaxItems\":0}"),
		"Parameter validation failed:\nInvalid value for parameter MaxItems, value: 0, valid min value: 1");
	assert_string_equal(
		findings("list-certificates", "{\"MaxItems\":\"0\",\"Bogus\":1,\"CertificateStatuses\":{}}"),
		"Parameter validation failed:\n"
		"Unknown parameter in input: \"Bogus\", must be one of: CertificateStatuses, Includes, NextToken, "
		"MaxItems, "
		"SortBy, SortOrder\n"
		"Invalid type for parameter MaxItems, value: 0, type: <class 'str'>, valid types: <class 'int'>\n"
		"Invalid type for parameter CertificateStatuses, value: {}, type: <class 'dict'>, valid types: "
		"<class 'list'>, <class 'tuple'>");
	assert_string_equal(findings("list-certificates", "{\"MaxItems\":1.5}"),
		"Parameter validation failed:\n"
		"Invalid type for parameter MaxItems, value: 1.5, type: <class 'float'>, valid types: <class 'int'>");
	arena_reset(&arena);
}

TEST(check, names_the_place_in_lists_and_structures)
{
	assert_string_equal(
		findings("add-tags-to-certificate", "{\"CertificateArn\":\"arn:aws:acm:us-east-1:1:certificate/"
						    "x\",\"Tags\":[{\"Key\":\"a\"},{\"Key\":true}]}"),
		"Parameter validation failed:\n"
		"Invalid type for parameter Tags[1].Key, value: True, type: <class 'bool'>, valid types: <class "
		"'str'>");
	CHECK(strstr(findings("search-certificates", "{\"FilterStatement\":{}}"),
		      "Must set one of the following keys") != NULL);
	CHECK(strstr(findings("search-certificates", "{\"FilterStatement\":{\"And\":[],\"Or\":[]}}"),
		      "Can only set one of the following keys: And. Or. Not. Filter.") != NULL);
	arena_reset(&arena);
}

TEST(check, never_quotes_a_blob)
{
	const char *words = findings("import-certificate", "{\"Certificate\":[\"secret\"],\"PrivateKey\":\"secret\"}");

	CHECK(strstr(words, "Invalid type for parameter PrivateKey") != NULL);
	CHECK(strstr(words, "secret") == NULL);
	arena_reset(&arena);
}

TEST(check, ends_on_recursion)
{
	struct buffer json = { 0 };

	buffer_put_cstr(&json, "{\"FilterStatement\":");
	for (int i = 0; i < 60; i++)
		buffer_put_cstr(&json, "{\"Not\":");
	buffer_put_cstr(&json, "{}");
	for (int i = 0; i < 61; i++)
		buffer_put_char(&json, '}');
	CHECK(findings("search-certificates", json.p) != NULL);
	buffer_done(&json);
	arena_done(&arena);
}

TEST_MAIN("cli/check");
