/* outlet.h — where answers go: standard output, or on a terminal a pager, which starts with the first words. */
#ifndef CHANCERY_CLI_OUTLET_H
#define CHANCERY_CLI_OUTLET_H

#include <sys/types.h>

#include "cli/options.h"

struct outlet {
	const char *pager; /* a command line as a shell has it; NULL: standard output */
	pid_t pid;         /* 0 until it has started */
	int fd;            /* its standard input */
	bool closed;       /* by a reader who has seen enough: what follows is dropped */
};

/* AWS_PAGER · the profile's cli_pager · PAGER · less. None where output is no terminal, where --no-cli-pager is said,
 * or where the first of them is empty. FAULT_INVALID_ARGS: a profile that cannot be read. */
MUST_CHECK bool outlet_choose(
	const struct globals *globals, struct arena *arena, struct outlet *out, struct fault *fault);
/* Gives the exit code, and has said why: 253 for a pager that does not exist. */
MUST_CHECK int outlet_write(struct outlet *outlet, struct str text, struct arena *arena);
/* Waits until the reader has closed the pager. */
void outlet_done(struct outlet *outlet);

#endif
