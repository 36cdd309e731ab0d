/* progress.h — how far long work is, as a bar on standard error. Nothing is drawn where that is no terminal. */
#ifndef CHANCERY_CLI_PROGRESS_H
#define CHANCERY_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	bool shown;
	size_t total;
	int64_t drawn_us; /* when it was drawn last */
};

/* No bar for a single step. */
struct progress progress_begin(size_t total);
/* `done` steps of all; drawn some twenty times a second at most. */
void progress_step(struct progress *progress, size_t done);
/* Takes the bar away: before anything else is said, and in the end. */
void progress_clear(struct progress *progress);

#endif
