#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

enum { BAR_WIDTH = 40, REDRAW_US = 50 * 1000 };

struct progress
progress_begin(size_t total)
{
	const char *terminal = getenv("TERM");
	bool capable = isatty(STDERR_FILENO) == 1 && (terminal == NULL || strcmp(terminal, "dumb") != 0);

	return (struct progress){ .shown = capable && total > 1, .total = total };
}

void
progress_step(struct progress *progress, size_t done)
{
	char bar[BAR_WIDTH + 1] = { 0 };
	int64_t now_us = clock_monotonic_us();

	if (!progress->shown ||
		(progress->drawn_us != 0 && now_us - progress->drawn_us < REDRAW_US && done < progress->total))
		return;
	progress->drawn_us = now_us;
	memset(bar, '.', BAR_WIDTH);
	memset(bar, '=', BAR_WIDTH * done / progress->total);
	(void)fprintf(stderr, "\r[%s] %zu of %zu", bar, done, progress->total);
	(void)fflush(stderr);
}

/* ECMA-48 EL: the rest of the line. */
void
progress_clear(struct progress *progress)
{
	if (!progress->shown || progress->drawn_us == 0)
		return;
	(void)fputs("\r\033[K", stderr);
	(void)fflush(stderr);
	progress->drawn_us = 0;
}
