/* gauge.h — what a benchmark of the store measures by: CPU of the whole process, its writer and checkpoint threads
 * included, and wall time beside it, which is the disk's. */
#ifndef CHANCERY_BENCH_GAUGE_H
#define CHANCERY_BENCH_GAUGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

struct cost {
	double cpu_us, wall_us; /* of one */
};

struct cost measure(void (*work)(size_t count), size_t count);
/* Until what was written is tidied up, and nothing runs any more: its cost belongs to what was written before. */
void settle(void);
/* Numbers in random order, the same ones in each run. */
uint64_t scramble(uint64_t x);
/* Ends the program. */
_Noreturn void fail(const char *what, const struct fault *fault);

#endif
