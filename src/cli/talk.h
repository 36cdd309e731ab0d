/* talk.h — what our own verbs share: where they ask, how they say why not, and the API's objects in words. */
#ifndef CHANCERY_CLI_TALK_H
#define CHANCERY_CLI_TALK_H

#include "cli/dialog.h"
#include "cli/verb.h"

struct talk {
	struct globals globals;
	struct verb_words words;
	struct dialog dialog;
	struct arena *arena; /* of the whole command */
	struct arena *page;  /* of one page of a list */
	int64_t now_ms;
	bool json, coloured;
	int exit; /* set by whoever said why on standard error */
};

/* ---- Questions. False: it has been said why, and talk->exit is set. ---- */

MUST_CHECK bool talk_ask(struct talk *talk, const struct service *service, const char *operation,
	const struct value *input, struct value **answer);
/* The same for whoever can live with a refusal: it is not said, and *error has it. */
MUST_CHECK bool talk_try(struct talk *talk, const struct service *service, const char *operation,
	const struct value *input, struct value **answer, struct client_error *error);
typedef bool talk_take(void *context, const struct value *items);
/* Every page of a list, at most `limit` items (-1: all). Items live until the next page. */
MUST_CHECK bool talk_walk(struct talk *talk, const struct service *service, const char *operation, struct value *input,
	int64_t limit, talk_take *take, void *context, bool *more);
/* Says what is wrong; false. */
bool talk_refuse(struct talk *talk, int exit_code, const char *format, ...) PRINTF_LIKE(3, 4);

/* ---- Words ---- */

struct str talk_id(struct str arn); /* what stands behind the last slash */
/* "in 41 days", or absent when the object has no such moment. */
struct str talk_age(const struct talk *talk, const struct value *object, const char *member, struct arena *arena);
/* "2026-11-21T08:05:54+00:00 (in 41 days)", to the second, or absent: of a moment, and of an object's. */
struct str talk_when(const struct talk *talk, int64_t ms, struct arena *arena);
struct str talk_moment(const struct talk *talk, const struct value *object, const char *member, struct arena *arena);
/* A word of the line as the enum has it: "key-compromise" is KEY_COMPROMISE, "ec-prime256v1" EC_prime256v1. NULL when
 * there is none such. */
const char *talk_enum(const struct shape *shape, const char *word, struct arena *arena);
/* "unspecified, key-compromise, …": all that talk_enum() takes. */
struct str talk_enum_words(const struct shape *shape, struct arena *arena);
/* Refused with the valid ones, and the nearest: false as above. */
MUST_CHECK bool talk_read_enum(
	struct talk *talk, const char *option, const struct shape *shape, const char *word, const char **out);
/* --limit: a number from 1 up; -1 when it was not given. */
MUST_CHECK bool talk_read_limit(struct talk *talk, const char *word, int64_t *out);

#endif
