#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static int64_t
system_now_ms(const struct clock *clock)
{
	struct timespec now;

	(void)clock;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const struct clock clock_system = { .now_ms = system_now_ms };

static int64_t
fixed_now_ms(const struct clock *clock)
{
	return clock->fixed_ms;
}

struct clock
clock_fixed(int64_t now_ms)
{
	return (struct clock){ .now_ms = fixed_now_ms, .fixed_ms = now_ms };
}

int64_t
clock_now_ms(const struct clock *clock)
{
	return clock->now_ms(clock);
}

int64_t
clock_monotonic_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct str
clock_render_iso_into(int64_t ms, char room[CLOCK_ISO_BYTES])
{
	time_t seconds = (time_t)(ms / 1000 - (ms % 1000 < 0));
	struct tm tm;
	int n;

	if (gmtime_r(&seconds, &tm) == NULL)
		n = snprintf(room, CLOCK_ISO_BYTES, "%lld s", (long long)seconds);
	else
		n = snprintf(room, CLOCK_ISO_BYTES, "%04lld-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900LL,
			tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	return (struct str){ room, n > 0 ? (size_t)n : 0 };
}

struct str
clock_render_iso(int64_t ms, struct arena *arena)
{
	char room[CLOCK_ISO_BYTES];

	return arena_str(arena, clock_render_iso_into(ms, room));
}

static void
system_fill(const struct entropy *entropy, void *p, size_t n)
{
	uint8_t *at = p;

	(void)entropy;
	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);
		if (got < 0 && errno != EINTR)
			abort();
		if (got > 0) {
			at += got;
			n -= (size_t)got;
		}
	}
}

const struct entropy entropy_system = { .fill = system_fill };

void
entropy_fill(const struct entropy *entropy, void *p, size_t n)
{
	entropy->fill(entropy, p, n);
}

static void
uuid_render(const uint8_t id[16], char out[UUID_TEXT_BYTES])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = digits[id[i] >> 4];
		*out++ = digits[id[i] & 15];
	}
	*out = '\0';
}

void
uuid_v7(const struct clock *clock, const struct entropy *entropy, char out[UUID_TEXT_BYTES])
{
	uint64_t ms = (uint64_t)clock_now_ms(clock);
	uint8_t id[16];

	entropy_fill(entropy, id, sizeof id);
	for (int i = 0; i < 6; i++)
		id[i] = (uint8_t)(ms >> (40 - 8 * i));
	id[6] = (uint8_t)(0x70 | (id[6] & 0x0f));
	id[8] = (uint8_t)(0x80 | (id[8] & 0x3f));
	uuid_render(id, out);
}

void
uuid_v4(const struct entropy *entropy, char out[UUID_TEXT_BYTES])
{
	uint8_t id[16];

	entropy_fill(entropy, id, sizeof id);
	id[6] = (uint8_t)(0x40 | (id[6] & 0x0f));
	id[8] = (uint8_t)(0x80 | (id[8] & 0x3f));
	uuid_render(id, out);
}

bool
uuid_valid(struct str s)
{
	if (s.n != UUID_TEXT_BYTES - 1)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		bool digit = (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f');
		if (dash ? s.p[i] != '-' : !digit)
			return false;
	}
	return true;
}
