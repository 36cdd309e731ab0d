#include "library/error.h"

#include "test.h"

static struct chancery_error *
of(struct client_error error)
{
	struct chancery_error *made = NULL;

	CHECK(!error_of_client(&error, STR("http://127.0.0.1:1/"), &made));
	CHECK(made != NULL);
	return made;
}

TEST(error, of_the_service_has_its_words)
{
	struct chancery_error *error = of((struct client_error){ .problem = CLIENT_REFUSED,
		.status = 400,
		.code = STR("ThrottlingException"),
		.message = STR("slow"),
		.request_id = STR("0-1"),
		.attempts = 3,
		.retryable = true });

	CHECK(error->kind == CHANCERY_ERROR_SERVICE && error->http_status == 400);
	assert_string_equal(error->code, "ThrottlingException");
	assert_string_equal(error->message, "slow");
	assert_string_equal(error->request_id, "0-1");
	CHECK(error->attempts == 3 && error->retryable);
	chancery_error_free(error);
}

TEST(error, never_has_a_null_where_words_belong)
{
	for (int problem = CLIENT_REFUSED; problem <= CLIENT_NOT_AN_ANSWER; problem++) {
		struct chancery_error *error = of((struct client_error){ .problem = (enum client_problem)problem });
		CHECK(error->kind != 0 && error->code != NULL && error->message != NULL && error->request_id == NULL);
		CHECK(problem == CLIENT_REFUSED || (error->code[0] != '\0' && error->message[0] != '\0'));
		chancery_error_free(error);
	}
}

TEST(error, says_where_it_tried)
{
	struct chancery_error *error =
		of((struct client_error){ .problem = CLIENT_UNREACHABLE, .message = STR("Connection refused") });

	CHECK(error->kind == CHANCERY_ERROR_UNREACHABLE);
	assert_string_equal(
		error->message, "Could not connect to the endpoint URL \"http://127.0.0.1:1/\": Connection refused");
	chancery_error_free(error);
}

TEST(error, need_not_be_wanted)
{
	const struct client_error error = { .problem = CLIENT_CLOSED };

	CHECK(!error_of_client(&error, STR("http://a"), NULL));
	chancery_error_free(NULL);
}

TEST_MAIN("library_error");
