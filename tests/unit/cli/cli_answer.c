#include "cli/answer.h"

#include <stdlib.h>
#include <time.h>

#include "cli/json.h"
#include "cli/skeleton.h"
#include "model/acm.h"
#include "test.h"

static struct arena arena;

static const char *
as_json(const struct value *value)
{
	struct buffer out = { 0 };

	json_write(value, &out);
	const char *copy = arena_cstr(&arena, buffer_str(&out));
	buffer_done(&out);
	return copy;
}

static const char *
shown(const char *operation, const char *json)
{
	struct fault fault = { 0 };
	struct value *value;

	if (answer_read(service_command(&acm_service, str_of(operation))->output, str_of(json), ANSWER_TIMES_ISO,
		    &arena, &value, &fault))
		return as_json(value);
	CHECK(fault.code == FAULT_SERIALIZATION);
	return arena_cstr(&arena, str_of(fault.say));
}

TEST(answer, has_the_order_of_the_model_and_times_for_people)
{
	(void)setenv("TZ", "UTC", 1);
	tzset();
	assert_string_equal(shown("describe-certificate",
				    "{\"Certificate\":{\"CreatedAt\":1763712354.123,\"InUseBy\":[],\"Unknown\":1,"
				    "\"DomainName\":null,\"CertificateArn\":\"a\"}}"),
		"{\"Certificate\":{\"CertificateArn\":\"a\",\"CreatedAt\":\"2025-11-21T08:05:54.123000+00:00\","
		"\"InUseBy\":[]}}");
	arena_reset(&arena);
}

TEST(answer, is_empty_where_the_operation_answers_with_nothing)
{
	assert_string_equal(shown("delete-certificate", ""), "{}");
	arena_reset(&arena);
}

TEST(answer, refuses_what_no_service_would_say)
{
	CHECK(strstr(shown("describe-certificate", "<html>"), "not JSON") != NULL);
	CHECK(strstr(shown("describe-certificate", "[]"), "a list") != NULL);
	CHECK(strstr(shown("describe-certificate", "{\"Certificate\":{\"CreatedAt\":\"x\"}}"), "a string") != NULL);
	CHECK(strstr(shown("describe-certificate", "{\"Certificate\":{\"CreatedAt\":1e300}}"), "a number") != NULL);
	arena_reset(&arena);
}

TEST(skeleton, holds_every_member_once)
{
	const struct operation *operation = service_command(&acm_service, STR("import-certificate"));

	assert_string_equal(as_json(skeleton_input(operation->input, &arena)),
		"{\"CertificateArn\":\"\",\"Certificate\":null,\"PrivateKey\":null,\"CertificateChain\":null,"
		"\"Tags\":[{\"Key\":\"\",\"Value\":\"\"}]}");
	assert_string_equal(
		as_json(skeleton_output(operation->output, &arena)), "{\"CertificateArn\":\"CertificateArn\"}");
	assert_string_equal(as_json(skeleton_input(NULL, &arena)), "{}");
	arena_reset(&arena);
}

TEST(skeleton, ends_where_a_shape_holds_itself)
{
	const struct operation *operation = service_command(&acm_service, STR("search-certificates"));

	CHECK(strstr(as_json(skeleton_input(operation->input, &arena)), "\"Not\":{\"And\":") == NULL);
	CHECK(strstr(as_json(skeleton_input(operation->input, &arena)), "\"Not\":{}") != NULL);
	arena_done(&arena);
}

TEST_MAIN("cli/answer");
