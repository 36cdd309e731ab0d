#include "gauge.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"

enum { SETTLE_S = 2, QUIET_US = 2000 };

static double
cpu_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

struct cost
measure(void (*work)(size_t count), size_t count)
{
	double cpu = cpu_us();
	int64_t wall = clock_monotonic_us();

	work(count);
	return (struct cost){ (cpu_us() - cpu) / (double)count, (double)(clock_monotonic_us() - wall) / (double)count };
}

void
settle(void)
{
	double before;

	(void)nanosleep(&(struct timespec){ .tv_sec = SETTLE_S }, NULL);
	do {
		before = cpu_us();
		(void)nanosleep(&(struct timespec){ .tv_sec = SETTLE_S }, NULL);
	} while (cpu_us() - before > QUIET_US);
}

uint64_t
scramble(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

void
fail(const char *what, const struct fault *fault)
{
	(void)fprintf(stderr, "%s: %s %s\n", what, fault->say, fault->log);
	exit(1);
}
