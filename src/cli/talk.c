#include "cli/talk.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "cli/age.h"
#include "cli/moment.h"
#include "cli/pages.h"
#include "cli/say.h"
#include "cli/suggest.h"

/* One operation that is asked, perhaps for many pages. */
struct question {
	struct talk *talk;
	const struct service *service;
	const struct operation *operation;
	struct arena *arena; /* of the answer */
	talk_take *take;
	void *context;
};

bool
talk_refuse(struct talk *talk, int exit_code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	struct str words = arena_vprintf(talk->arena, format, args);
	va_end(args);
	talk->exit = say_complaint(words.p, exit_code);
	return false;
}

static bool
call(void *context, const struct value *input, struct value **answer)
{
	const struct question *question = context;
	struct client_error error = { 0 };

	if (dialog_ask(&question->talk->dialog, question->service, question->operation, input, question->arena, answer,
		    &error))
		return true;
	question->talk->exit = dialog_explain(&question->talk->dialog, question->service, question->operation, &error);
	return false;
}

static bool
take(void *context, const struct value *items)
{
	const struct question *question = context;

	return question->take(question->context, items);
}

bool
talk_ask(struct talk *talk, const struct service *service, const char *operation, const struct value *input,
	struct value **answer)
{
	struct question question = {
		.talk = talk,
		.service = service,
		.operation = service_operation(service, str_of(operation)),
		.arena = talk->arena,
	};

	return call(&question, input, answer);
}

bool
talk_try(struct talk *talk, const struct service *service, const char *operation, const struct value *input,
	struct value **answer, struct client_error *error)
{
	return dialog_ask(&talk->dialog, service, service_operation(service, str_of(operation)), input, talk->arena,
		answer, error);
}

bool
talk_walk(struct talk *talk, const struct service *service, const char *operation, struct value *input, int64_t limit,
	talk_take *taker, void *context, bool *more)
{
	struct question question = {
		.talk = talk,
		.service = service,
		.operation = service_operation(service, str_of(operation)),
		.arena = talk->page,
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
		.page = talk->page,
		.arena = talk->arena,
	};
	struct fault fault = { 0 };

	bool done = pages_walk(&walk, more, &fault);
	if (!done && fault.code != FAULT_NONE)
		talk->exit = say_fault(&fault);
	arena_reset(talk->page);
	return done;
}

/* ---- Words ---- */

struct str
talk_id(struct str arn)
{
	struct str head;

	while (str_cut(&arn, '/', &head))
		continue;
	return head;
}

struct str
talk_age(const struct talk *talk, const struct value *object, const char *member, struct arena *arena)
{
	int64_t ms;

	if (!moment_read_ms(value_text(object, member), arena, &ms))
		return (struct str){ 0 };
	return age_render(ms, talk->now_ms, arena);
}

struct str
talk_when(const struct talk *talk, int64_t ms, struct arena *arena)
{
	struct str moment;

	if (!moment_print(arena_printf(arena, "%lld", (long long)(ms / 1000)), arena, &moment))
		return (struct str){ 0 };
	return arena_printf(arena, "%.*s (%.*s)", STR_ARG(moment), STR_ARG(age_render(ms, talk->now_ms, arena)));
}

struct str
talk_moment(const struct talk *talk, const struct value *object, const char *member, struct arena *arena)
{
	int64_t ms;

	if (!moment_read_ms(value_text(object, member), arena, &ms))
		return (struct str){ 0 };
	return talk_when(talk, ms, arena);
}

/* KEY_COMPROMISE <-> key-compromise */
static char *
enum_word(const char *text, bool to_upper, struct arena *arena)
{
	size_t n = strlen(text);
	char *out = arena_alloc(arena, n + 1);

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c == '-' || c == '_')
			out[i] = to_upper ? '_' : '-';
		else
			out[i] = (char)(to_upper ? toupper(c) : tolower(c));
	}
	return out;
}

const char *
talk_enum(const struct shape *shape, const char *word, struct arena *arena)
{
	const char *wanted = enum_word(word, true, arena);

	for (size_t i = 0; shape->values[i] != NULL; i++)
		if (strcasecmp(shape->values[i], wanted) == 0)
			return shape->values[i];
	return NULL;
}

struct str
talk_enum_words(const struct shape *shape, struct arena *arena)
{
	struct str words = STR("");

	for (size_t i = 0; shape->values[i] != NULL; i++)
		words = arena_printf(arena, "%.*s%s%s", STR_ARG(words), i > 0 ? ", " : "",
			enum_word(shape->values[i], false, arena));
	return words;
}

bool
talk_read_enum(struct talk *talk, const char *option, const struct shape *shape, const char *word, const char **out)
{
	struct suggestion suggestion = suggest_for(str_of(word));

	*out = talk_enum(shape, word, talk->arena);
	if (*out != NULL)
		return true;
	for (size_t i = 0; shape->values[i] != NULL; i++)
		suggest_consider(&suggestion, enum_word(shape->values[i], false, talk->arena));
	return talk_refuse(talk, EXIT_USAGE, "argument --%s: Invalid choice '%s', %s%s%svalid choices are: %.*s",
		option, word, suggestion.best != NULL ? "did you mean " : "",
		suggestion.best != NULL ? suggestion.best : "", suggestion.best != NULL ? "? The " : "",
		STR_ARG(talk_enum_words(shape, talk->arena)));
}

bool
talk_read_limit(struct talk *talk, const char *word, int64_t *out)
{
	*out = -1;
	if (word == NULL || (str_to_i64(str_of(word), out) && *out > 0))
		return true;
	return talk_refuse(talk, EXIT_USAGE, "argument --limit: '%s' is no number from 1 up", word);
}
