/* suggest.h — "did you mean": the known word nearest to a mistyped one. */
#ifndef CHANCERY_CLI_SUGGEST_H
#define CHANCERY_CLI_SUGGEST_H

#include "base/str.h"

struct suggestion {
	struct str word;  /* what was typed */
	const char *best; /* NULL while nothing is near */
	size_t distance;
};

struct suggestion suggest_for(struct str word);
void suggest_consider(struct suggestion *suggestion, const char *candidate);

#endif
