/* verb.h — our own verbs on the command line: words, options of their own, and those that say where to ask. */
#ifndef CHANCERY_CLI_VERB_H
#define CHANCERY_CLI_VERB_H

#include "base/buffer.h"
#include "cli/options.h"

enum { VERB_MAX_WORDS = 2 };

struct verb {
	const char *name;  /* "ls" */
	const char *words; /* "CA [SERIAL]" */
	const char *help;  /* lines for people */
	const struct option_row
		*options; /* a NULL name ends them; those of the same name in global_options are hidden */
	size_t words_min, words_max;
};

struct verb_words {
	const char *v[VERB_MAX_WORDS];
	size_t n;
};

/* argv holds what follows the verb; words and options in any order. FAULT_INVALID_ARGS: what is unknown, with the
 * nearest known one; too few or too many words. With --version nothing is missing. */
MUST_CHECK bool verb_read(const struct verb *verb, int argc, const char *const *argv, void *fields,
	struct globals *globals, struct verb_words *words, struct fault *fault);

/* "usage: chancery ca ls [CA] [options]\n" and what follows it. */
void verb_usage(const char *face, const struct verb *verb, struct buffer *out);
void verb_help(const char *face, const struct verb *verb, struct buffer *out);

#endif
