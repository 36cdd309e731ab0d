#include "vary.h"

#include <string.h>

uint64_t
vary_bits(uint64_t number)
{
	uint64_t x = number;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

bool
vary_fits(struct str name)
{
	return name.n > VARY_PREFIX_BYTES + VARY_DIGITS && name.n <= VARY_NAME_MAX_BYTES &&
	       memcmp(name.p, "www-", VARY_PREFIX_BYTES) == 0;
}

/* An odd factor: every number has digits of its own. */
struct str
vary_name(struct str name, uint64_t number, struct arena *arena)
{
	const size_t kept = VARY_PREFIX_BYTES + VARY_DIGITS;

	return arena_printf(
		arena, "www-%08x%.*s", (unsigned)((uint32_t)number * 2654435761u), (int)(name.n - kept), name.p + kept);
}

void
vary_overwrite(uint8_t *p, size_t n, struct bytes old, const void *new)
{
	uint8_t *at = p;

	while ((at = memmem(at, n - (size_t)(at - p), old.p, old.n)) != NULL)
		at = (uint8_t *)memcpy(at, new, old.n) + old.n;
}
