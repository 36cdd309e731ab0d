#include <stdarg.h>

#include "cli/ca.h"
#include "cli/pages.h"
#include "cli/say.h"

/* One operation that is asked, perhaps for many pages. */
struct question {
	struct ca *ca;
	const struct service *service;
	const struct operation *operation;
	struct arena *arena; /* of the answer */
	ca_take *take;
	void *context;
};

bool
ca_refuse(struct ca *ca, int exit_code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	struct str words = arena_vprintf(ca->arena, format, args);
	va_end(args);
	ca->exit = say_complaint(words.p, exit_code);
	return false;
}

static bool
call(void *context, const struct value *input, struct value **answer)
{
	const struct question *question = context;
	struct client_error error = { 0 };

	if (dialog_ask(&question->ca->dialog, question->service, question->operation, input, question->arena, answer,
		    &error))
		return true;
	question->ca->exit = dialog_explain(&question->ca->dialog, question->service, question->operation, &error);
	return false;
}

static bool
take(void *context, const struct value *items)
{
	const struct question *question = context;

	return question->take(question->context, items);
}

bool
ca_ask(struct ca *ca, const struct service *service, const char *operation, const struct value *input,
	struct value **answer)
{
	struct question question = {
		.ca = ca,
		.service = service,
		.operation = service_operation(service, str_of(operation)),
		.arena = ca->arena,
	};

	return call(&question, input, answer);
}

bool
ca_walk(struct ca *ca, const struct service *service, const char *operation, struct value *input, int64_t limit,
	ca_take *taker, void *context, bool *more)
{
	struct question question = {
		.ca = ca,
		.service = service,
		.operation = service_operation(service, str_of(operation)),
		.arena = ca->page,
		.take = taker,
		.context = context,
	};
	const struct pages_walk walk = {
		.operation = question.operation,
		.input = input,
		.limit = limit,
		.call = call,
		.take = take,
		.context = &question,
		.page = ca->page,
		.arena = ca->arena,
	};
	struct fault fault = { 0 };

	bool done = pages_walk(&walk, more, &fault);
	if (!done && fault.code != FAULT_NONE)
		ca->exit = say_fault(&fault);
	arena_reset(ca->page);
	return done;
}
