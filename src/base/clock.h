/* clock.h — time and randomness as values that are handed down, so that tests own both. */
#ifndef CHANCERY_BASE_CLOCK_H
#define CHANCERY_BASE_CLOCK_H

#include <stdint.h>

#include "base/arena.h"

struct clock {
	int64_t (*now_ms)(const struct clock *clock); /* milliseconds since 1970-01-01T00:00:00Z */
	int64_t fixed_ms;                             /* used by clock_fixed() alone */
};

extern const struct clock clock_system;
struct clock clock_fixed(int64_t now_ms);
int64_t clock_now_ms(const struct clock *clock);
/* Micro-seconds of a clock that never goes back; for durations only. */
int64_t clock_monotonic_us(void);

/* "2026-11-21T08:05:54Z", UTC. Years outside 0000..9999 are printed as they are. */
struct str clock_render_iso(int64_t ms, struct arena *arena);
/* The same into room of the caller's own; returns what it wrote. */
enum { CLOCK_ISO_BYTES = 40 };
struct str clock_render_iso_into(int64_t ms, char room[CLOCK_ISO_BYTES]);

struct entropy {
	void (*fill)(const struct entropy *entropy, void *p, size_t n);
};

extern const struct entropy entropy_system; /* getrandom(2); ends the process if the kernel has none */
void entropy_fill(const struct entropy *entropy, void *p, size_t n);

/* RFC 9562, lower case, 36 characters and a NUL. Version 7 sorts by time: neighbours in time are neighbours in the
 * index. Version 4 is for what must not tell its time. */
enum { UUID_TEXT_BYTES = 37 };
void uuid_v7(const struct clock *clock, const struct entropy *entropy, char out[UUID_TEXT_BYTES]);
void uuid_v4(const struct entropy *entropy, char out[UUID_TEXT_BYTES]);
bool uuid_valid(struct str s); /* 8-4-4-4-12 lower-case hexadecimal digits */

#endif
