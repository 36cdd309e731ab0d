/* options.h — the options of `chancery admin`: one table, and a parser that refuses what a command does not know. */
#ifndef CHANCERY_ADMIN_OPTIONS_H
#define CHANCERY_ADMIN_OPTIONS_H

#include "base/fault.h"
#include "base/str.h"

enum option {
	OPTION_DATA_DIR,
	OPTION_ACCOUNT,
	OPTION_NAME,
	OPTION_USER,
	OPTION_POLICY,
	OPTION_ACCESS_KEY_ID,
	OPTION_SECRET_FROM_ENV,
	OPTION_CREDENTIALS_FILE,
	OPTION_PROFILE,
	OPTION_OVERWRITE,
	OPTION_CERTIFICATE_ARN,
	OPTION_VERSION,
	OPTION_COUNT
};
#define OPTION_BIT(option) (1u << (option))

struct option_entry {
	const char *name;  /* "--account-id" */
	const char *alias; /* another name for it, or NULL */
	const char *value; /* what stands for the value in the help; NULL: a switch */
	const char *help;
};
const struct option_entry *option_entry(enum option option);

struct options {
	struct str value[OPTION_COUNT]; /* absent: not given; empty for a switch that is given */
	bool help;
};

/* Reads `--name value` and `--name=value`. `allowed` is the command's bits; a word that is no option becomes the value
 * of `operand` (OPTION_COUNT: the command takes none). The fault is a usage error. */
MUST_CHECK bool options_parse(
	int argc, char **argv, unsigned allowed, enum option operand, struct options *out, struct fault *fault);

#endif
