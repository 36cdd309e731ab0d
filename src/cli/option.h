/* option.h — options whose words go into a field as they stand: those of every operation, and those of our own verbs.
 * What an option is called, what it takes and what help says of it is one row of a table. */
#ifndef CHANCERY_CLI_OPTION_H
#define CHANCERY_CLI_OPTION_H

#include "base/arena.h"
#include "base/fault.h"

enum option_scope {
	OPTION_EVERYWHERE,
	OPTION_OF_OPERATIONS, /* not of our own verbs, whose input is not a shape of the API */
	OPTION_OF_INPUT,      /* of those as well, but only behind the operation's name */
	OPTION_OF_PAGES,      /* of operations that have pages */
};

struct option_row {
	const char *name;
	const char *placeholder; /* NULL: a flag; its field is a bool */
	const char *help;
	const char *const *choices; /* NULL-terminated; NULL: anything */
	const char *without_value;  /* what the option alone means; NULL: it needs a value */
	size_t offset;              /* of the field: bool, const char *, or struct option_values */
	enum option_scope scope;
	bool repeats; /* every value counts, in struct option_values; otherwise the last one */
};

enum { OPTION_MAX_VALUES = 16 };
struct option_values {
	const char *v[OPTION_MAX_VALUES];
	size_t n;
};

/* What is left of a command line. */
struct option_line {
	const char *const *argv;
	size_t argc;
};

/* "--x" is an option and no value. "-----BEGIN" is, but is meant as a value. */
bool option_is(const char *word);
/* Takes the next word, an option, apart: its name without hyphens, and what stands behind "=" or NULL. */
void option_next(struct option_line *line, struct str *name, const char **inline_value);
/* The row of this name, of a table that a NULL name ends; NULL if there is none. */
const struct option_row *option_find(const struct option_row *rows, struct str name);
/* Puts the value, inline or the next word, into the row's field. FAULT_INVALID_ARGS. */
MUST_CHECK bool option_take(const struct option_row *row, const char *inline_value, struct option_line *line,
	void *fields, struct fault *fault);

#endif
