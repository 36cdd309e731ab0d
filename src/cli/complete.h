/* complete.h — what may stand at the end of a command line: services, operations, options, choices, files. */
#ifndef CHANCERY_CLI_COMPLETE_H
#define CHANCERY_CLI_COMPLETE_H

#include "cli/options.h"

struct completion {
	struct str word; /* the whole word */
	struct str help; /* one line; absent where there is nothing to tell */
};

struct completions {
	struct completion *v;
	size_t n, room;
	size_t start;    /* where in the line the word begins that they replace */
	struct str hint; /* of the option whose value is being written; absent otherwise */
};

/* `line` holds what follows the program's name, as far as the cursor. All in the arena. */
void complete(const struct service *const *services, size_t count, const char *line, struct arena *arena,
	struct completions *out);

#endif
