/* vary.h — from one certificate another of the same size, with a name and a serial of its own, as fillers make them. */
#ifndef CHANCERY_BENCH_VARY_H
#define CHANCERY_BENCH_VARY_H

#include "base/arena.h"
#include "base/str.h"

enum {
	VARY_PREFIX_BYTES = 4, /* "www-" */
	VARY_DIGITS = 8,
	VARY_NAME_MAX_BYTES = 253,
	VARY_FIRST_NUMBER = 1 << 24, /* prepare.py numbers its names from 0 */
};

/* Every number has bits, and a name, of its own. */
uint64_t vary_bits(uint64_t number);
/* Is it "www-", eight digits, and something? */
bool vary_fits(struct str name);
struct str vary_name(struct str name, uint64_t number, struct arena *arena);
/* Writes `new` over `old`, which is as long, wherever it stands. */
void vary_overwrite(uint8_t *p, size_t n, struct bytes old, const void *new);

#endif
