/* verb.h — our own verbs on the command line: words, options of their own, and those that say where to ask. */
#ifndef CHANCERY_CLI_VERB_H
#define CHANCERY_CLI_VERB_H

#include "base/buffer.h"
#include "cli/options.h"

enum { VERB_MAX_WORDS = 4096 }; /* files, as a shell's pattern gives them */

/* Rows of a verb's options; AT(field) is theirs to define, as an offset in the struct of its fields. */
#define OPTION(name, placeholder, help, field)                                                                         \
	{                                                                                                              \
		name, placeholder, help, NULL, NULL, AT(field), OPTION_EVERYWHERE, false                               \
	}
#define OPTION_CHOICE(name, placeholder, help, choices, field)                                                         \
	{                                                                                                              \
		name, placeholder, help, choices, NULL, AT(field), OPTION_EVERYWHERE, false                            \
	}
#define OPTION_SEVERAL(name, placeholder, help, field)                                                                 \
	{                                                                                                              \
		name, placeholder, help, NULL, NULL, AT(field), OPTION_EVERYWHERE, true                                \
	}
#define OPTION_END                                                                                                     \
	{                                                                                                              \
		NULL, NULL, NULL, NULL, NULL, 0, OPTION_EVERYWHERE, false                                              \
	}

struct verb {
	const char *name;  /* "ls" */
	const char *words; /* "CA [SERIAL]" */
	const char *help;  /* lines for people */
	const struct option_row
		*options; /* a NULL name ends them; those of the same name in global_options are hidden */
	size_t words_min, words_max;
	bool dashed_words; /* "-k" is a word, too */
};

struct verb_words {
	const char *v[VERB_MAX_WORDS];
	size_t n;
};

/* argv holds what follows the verb; words and options in any order. FAULT_INVALID_ARGS: what is unknown, with the
 * nearest known one; too few or too many words. With --version nothing is missing. */
MUST_CHECK bool verb_read(const struct verb *verb, int argc, const char *const *argv, void *fields,
	struct globals *globals, struct verb_words *words, struct fault *fault);

/* "usage: chancery ca ls [CA] [options]\n" and what follows it. `face` NULL: the verb is a face itself. */
void verb_usage(const char *face, const struct verb *verb, struct buffer *out);
void verb_help(const char *face, const struct verb *verb, struct buffer *out);

#endif
