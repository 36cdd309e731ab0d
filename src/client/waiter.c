#include "client/waiter.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "model/look.h"

/* How many values stand at a path, and how many of them are the expected one. */
struct tally {
	const char *expected;
	size_t found, equal;
};

static void
tally_value(void *context, const struct shape *shape, const void *value)
{
	struct tally *tally = context;

	tally->found++;
	tally->equal += str_is(look_text(shape, value), tally->expected);
}

static bool
accepts(const struct operation *operation, const struct acceptor *acceptor, bool answered, const void *answer,
	const struct client_error *error)
{
	struct tally tally = { .expected = acceptor->expected };

	if (acceptor->matcher == WAITER_ANSWERED)
		return answered;
	if (acceptor->matcher == WAITER_ERROR)
		return !answered && str_is(error->code, acceptor->expected);
	if (answered && answer != NULL)
		look_at(operation->output, answer, acceptor->path, tally_value, &tally);
	return acceptor->matcher == WAITER_ANY ? tally.equal > 0 : tally.found > 0 && tally.equal == tally.found;
}

static const struct acceptor *
accepting(const struct waiter *waiter, bool answered, const void *answer, const struct client_error *error)
{
	for (size_t i = 0; i < waiter->acceptor_count; i++) {
		if (accepts(waiter->operation, &waiter->acceptors[i], answered, answer, error))
			return &waiter->acceptors[i];
	}
	return NULL;
}

/* Why an acceptor matched, in botocore's words (its "excepted" too: scripts read them). */
static bool
explain(const struct acceptor *acceptor, struct fault *fault)
{
	const char *path = acceptor->path;
	const char *expected = acceptor->expected;

	switch (acceptor->matcher) {
	case WAITER_ANSWERED:
		return fault_say_more(fault, "Matched expected HTTP status code: 200");
	case WAITER_ERROR:
		return fault_say_more(fault, "Matched expected service error code: %s", expected);
	case WAITER_ALL:
		return fault_say_more(
			fault, "For expression \"%s\" all members matched excepted path: \"%s\"", path, expected);
	case WAITER_ANY:
		return fault_say_more(
			fault, "For expression \"%s\" we matched expected path: \"%s\" at least once", path, expected);
	case WAITER_EQUALS:
		break;
	}
	return fault_say_more(fault, "For expression \"%s\" we matched expected path: \"%s\"", path, expected);
}

bool
wait_for(const struct waiter *waiter, const struct wait *wait, struct client_error *error, struct fault *fault)
{
	const struct acceptor *last = NULL;
	unsigned attempts = wait->attempts > 0 ? wait->attempts : waiter->attempts;
	int64_t delay_ms = wait->delay_ms > 0 ? wait->delay_ms : waiter->delay_s * INT64_C(1000);

	for (unsigned attempt = 1;; attempt++) {
		const void *answer = NULL;
		bool answered = wait->ask(wait->context, &answer, error);
		if (!answered && error->problem != CLIENT_REFUSED)
			return false;
		const struct acceptor *acceptor = accepting(waiter, answered, answer, error);
		if (acceptor == NULL && !answered)
			return fault_set(fault, FAULT_REQUEST_FAILED,
				"Waiter %s failed: An error occurred (%.*s): %.*s", waiter->name, STR_ARG(error->code),
				STR_ARG(error->message));
		if (acceptor != NULL && acceptor->state == WAITER_SUCCESS)
			return true;
		if (acceptor != NULL && acceptor->state == WAITER_FAILURE) {
			(void)fault_set(fault, FAULT_REQUEST_FAILED,
				"Waiter %s failed: Waiter encountered a terminal failure state:", waiter->name);
			return explain(acceptor, fault);
		}
		last = acceptor != NULL ? acceptor : last;
		if (attempt >= attempts)
			break;
		wait->pause(wait->context, delay_ms);
	}
	(void)fault_set(fault, FAULT_REQUEST_FAILED, "Waiter %s failed: Max attempts exceeded%s", waiter->name,
		last != NULL ? ". Previously accepted state:" : "");
	return last != NULL && explain(last, fault);
}

void
wait_sleep(void *context, int64_t ms)
{
	struct timespec left = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000L };

	(void)context;
	while (nanosleep(&left, &left) != 0 && errno == EINTR)
		;
}
