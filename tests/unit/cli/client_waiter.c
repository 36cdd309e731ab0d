#include "client/waiter.h"

#include "model/acm.h"
#include "model/own.h"
#include "model/pca.h"
#include "test.h"

static struct arena arena;

/* What the service says, one time after the other; the last for ever. A word without a brace is an error code. */
struct play {
	const struct operation *operation;
	const char *lines[4];
	size_t asked;
	int64_t paused_ms;
	enum client_problem problem; /* instead of all that */
	int64_t delay_ms;
	unsigned attempts;
};

static bool
ask(void *context, const void **answer, struct client_error *error)
{
	struct play *play = context;
	const char *line = play->lines[0];
	struct fault fault = { 0 };

	for (size_t i = 1; i <= play->asked && i < ARRAY_COUNT(play->lines) && play->lines[i] != NULL; i++)
		line = play->lines[i];
	play->asked++;
	if (play->problem != CLIENT_FINE) {
		*error = (struct client_error){ .problem = play->problem };
		return false;
	}
	if (line[0] != '{') {
		*error = (struct client_error){
			.problem = CLIENT_REFUSED, .code = str_of(line), .message = STR("not now")
		};
		return false;
	}
	void *out = arena_alloc(&arena, play->operation->output->size);
	CHECK_OK(model_decode(play->operation->output, str_of(line), &arena, out, &fault), fault);
	*answer = out;
	return true;
}

static void
pass_time(void *context, int64_t ms)
{
	struct play *play = context;

	play->paused_ms += ms;
}

/* NULL when the waiting succeeded, else the words. */
static const char *
ended(const struct service *service, const char *name, struct play *play)
{
	const struct waiter *waiter = service_waiter(service, str_of(name));
	const struct wait wait = { ask, pass_time, play, play->delay_ms, play->attempts };
	struct client_error error = { 0 };
	struct fault fault = { 0 };

	play->operation = waiter->operation;
	if (wait_for(waiter, &wait, &error, &fault))
		return NULL;
	CHECK(fault.code == FAULT_REQUEST_FAILED || error.problem == play->problem);
	return arena_cstr(&arena, str_of(fault.say));
}

#define VALIDATION(a, b)                                                                                               \
	"{\"Certificate\":{\"DomainValidationOptions\":[{\"ValidationStatus\":\"" a "\"},{\"ValidationStatus\":\"" b   \
	"\"}]}}"

TEST(wait, is_found_by_its_name)
{
	CHECK(strcmp(service_waiter(&pca_service, STR("certificate-issued"))->operation->name, "GetCertificate") == 0);
	CHECK(service_waiter(&pca_service, STR("certificate-validated")) == NULL);
	CHECK(own_service.waiter_count == 0 && service_waiter(&own_service, STR("certificate-issued")) == NULL);
}

TEST(wait, ends_with_any_answer_where_any_will_do)
{
	struct play play = { .lines = { "RequestInProgressException", "RequestInProgressException", "{}" } };

	CHECK(ended(&pca_service, "certificate-issued", &play) == NULL);
	CHECK(play.asked == 3 && play.paused_ms == 2000);
	arena_reset(&arena);
}

TEST(wait, looks_at_a_member)
{
	struct play play = { .lines = { "{\"AuditReportStatus\":\"CREATING\"}", "{}",
				     "{\"AuditReportStatus\":\"SUCCESS\"}" } };

	CHECK(ended(&pca_service, "audit-report-created", &play) == NULL);
	CHECK(play.asked == 3 && play.paused_ms == 6000);
	arena_reset(&arena);
}

TEST(wait, looks_at_all_members_of_a_list)
{
	struct play play = { .lines = { "{\"Certificate\":{\"DomainValidationOptions\":[]}}",
				     VALIDATION("SUCCESS", "PENDING_VALIDATION"), VALIDATION("SUCCESS", "SUCCESS") } };

	CHECK(ended(&acm_service, "certificate-validated", &play) == NULL);
	CHECK(play.asked == 3 && play.paused_ms == 120000);
	arena_reset(&arena);
}

TEST(wait, ends_in_a_state_that_is_in_vain)
{
	struct play failed = { .lines = { "{\"AuditReportStatus\":\"FAILED\"}" } };
	struct play denied = { .lines = { "AccessDeniedException" } };
	struct play unknown = { .lines = { "InvalidArnException" } };

	assert_string_equal(ended(&pca_service, "audit-report-created", &failed),
		"Waiter AuditReportCreated failed: Waiter encountered a terminal failure state: For expression "
		"\"AuditReportStatus\" we matched expected path: \"FAILED\"");
	assert_string_equal(ended(&pca_service, "audit-report-created", &denied),
		"Waiter AuditReportCreated failed: Waiter encountered a terminal failure state: Matched expected "
		"service error code: AccessDeniedException");
	assert_string_equal(ended(&pca_service, "audit-report-created", &unknown),
		"Waiter AuditReportCreated failed: An error occurred (InvalidArnException): not now");
	CHECK(failed.asked == 1 && denied.asked == 1 && unknown.asked == 1);
	arena_reset(&arena);
}

TEST(wait, gives_up_after_so_many_times)
{
	struct play nothing = { .lines = { "{}" } };
	struct play pending = { .lines = { VALIDATION("PENDING_VALIDATION", "SUCCESS"), "{}" } };

	assert_string_equal(ended(&pca_service, "audit-report-created", &nothing),
		"Waiter AuditReportCreated failed: Max attempts exceeded");
	CHECK(nothing.asked == 60 && nothing.paused_ms == 59 * 3000);
	assert_string_equal(ended(&acm_service, "certificate-validated", &pending),
		"Waiter CertificateValidated failed: Max attempts exceeded. Previously accepted state: For expression "
		"\"Certificate.DomainValidationOptions[].ValidationStatus\" we matched expected path: "
		"\"PENDING_VALIDATION\" at least once");
	CHECK(pending.asked == 5);
	arena_reset(&arena);
}

TEST(wait, asks_as_often_and_as_fast_as_the_caller_says)
{
	struct play play = { .lines = { "{}" }, .delay_ms = 7, .attempts = 3 };

	assert_string_equal(ended(&pca_service, "audit-report-created", &play),
		"Waiter AuditReportCreated failed: Max attempts exceeded");
	CHECK(play.asked == 3 && play.paused_ms == 14);
	arena_reset(&arena);
}

TEST(wait, ends_at_once_when_nobody_answers)
{
	struct play play = { .lines = { "{}" }, .problem = CLIENT_UNREACHABLE };

	assert_string_equal(ended(&pca_service, "certificate-issued", &play), "");
	CHECK(play.asked == 1);
	arena_done(&arena);
}

TEST_MAIN("wait");
