/* pages.h — one answer from many pages, cut where the user asks, as the AWS CLI does it. */
#ifndef CHANCERY_CLI_PAGES_H
#define CHANCERY_CLI_PAGES_H

#include "base/fault.h"
#include "cli/options.h"
#include "cli/value.h"

/* Asks the service for one page. False: it has said why itself. */
typedef bool pages_call(void *context, const struct value *input, struct value **answer);

/* False without words in *fault: the call failed. FAULT_INVALID_ARGS for a number that is none, FAULT_INTERNAL for a
 * service that sends the same token twice. */
MUST_CHECK bool pages_collect(const struct operation *operation, const struct globals *globals, struct value *input,
	pages_call *call, void *context, struct arena *arena, struct value **out, struct fault *fault);

/* The same page by page: each is cut at the limit and handed on as it comes. *resume: the token for another run, absent
 * at the end. */
struct pages_user {
	pages_call *call;
	bool (*take)(void *context, struct value *page); /* False: it has said why; the pages end */
	void *context;                                   /* of both */
};
MUST_CHECK bool pages_each(const struct operation *operation, const struct globals *globals, struct value *input,
	const struct pages_user *user, struct arena *arena, struct str *resume, struct fault *fault);

/* Whether automatic paging is on: the operation has pages, and the user neither forbids it nor turns them himself. */
bool pages_wanted(const struct operation *operation, const struct globals *globals, const struct value *input);

/* The other way through pages, for lists of any length: each page is handed on and forgotten. */
struct pages_walk {
	const struct operation *operation;                      /* with pages, and a member that limits one */
	struct value *input;                                    /* lives in another arena than the pages */
	int64_t limit;                                          /* items in all; negative: no limit */
	pages_call *call;                                       /* answers in `page` */
	bool (*take)(void *context, const struct value *items); /* False: it has said why; the walk ends */
	void *context;                                          /* of both */
	struct arena *page, *arena;                             /* of one page; of the input */
};
/* *more: the limit has left something behind. False without words in *fault: the call failed, or `take` did. */
MUST_CHECK bool pages_walk(const struct pages_walk *walk, bool *more, struct fault *fault);

#endif
