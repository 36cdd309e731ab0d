#include "cli/wait.h"

#include <string.h>

/* How many values stand at a path, and how many of them are the expected one. */
struct tally {
	size_t found, equal;
};

/* JMESPath, as far as waiters need it: names, and [] for all that is in a list. What is not there does not count. */
static void
count(const struct value *value, const char *path, const char *expected, struct tally *tally)
{
	if (*path == '.')
		path++;
	if (*path == '\0') {
		tally->found++;
		tally->equal += value->kind == VALUE_STRING && str_is(value->text, expected);
		return;
	}
	if (*path == '[') {
		for (size_t i = 0; value->kind == VALUE_LIST && i < value->count; i++)
			count(value->items[i].value, path + strlen("[]"), expected, tally);
		return;
	}
	size_t n = strcspn(path, ".[");
	const struct value *member = value_get(value, (struct str){ path, n });
	if (member != NULL && member->kind != VALUE_NULL)
		count(member, path + n, expected, tally);
}

static bool
accepts(const struct acceptor *acceptor, const struct value *answer, const struct client_error *error)
{
	struct tally tally = { 0 };

	if (acceptor->matcher == WAITER_ANSWERED)
		return answer != NULL;
	if (acceptor->matcher == WAITER_ERROR)
		return answer == NULL && str_is(error->code, acceptor->expected);
	if (answer != NULL)
		count(answer, acceptor->path, acceptor->expected, &tally);
	return acceptor->matcher == WAITER_ANY ? tally.equal > 0 : tally.found > 0 && tally.equal == tally.found;
}

static const struct acceptor *
accepting(const struct waiter *waiter, const struct value *answer, const struct client_error *error)
{
	for (size_t i = 0; i < waiter->acceptor_count; i++) {
		if (accepts(&waiter->acceptors[i], answer, error))
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

	for (unsigned attempt = 1;; attempt++) {
		struct value *answer = NULL;
		bool answered = wait->ask(wait->context, &answer, error);
		if (!answered && error->problem != CLIENT_REFUSED)
			return false;
		const struct acceptor *acceptor = accepting(waiter, answered ? answer : NULL, error);
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
		if (attempt >= waiter->attempts)
			break;
		wait->pause(wait->context, waiter->delay_s);
	}
	(void)fault_set(fault, FAULT_REQUEST_FAILED, "Waiter %s failed: Max attempts exceeded%s", waiter->name,
		last != NULL ? ". Previously accepted state:" : "");
	return last != NULL && explain(last, fault);
}
