#include "cli/age.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
#define YEAR_MS (INT64_C(31556952) * 1000) /* of the Gregorian calendar, on average: 365.2425 days */

/* A thousand years: more than any certificate, and far from what overflows. */
#define SPAN_MAX_MS (1000 * YEAR_MS)

struct str
age_render(int64_t then_ms, int64_t now_ms, struct arena *arena)
{
	static const struct {
		int64_t ms;
		const char *name;
	} units[] = { { YEAR_MS, "years" }, { DAY_MS, "days" }, { HOUR_MS, "hours" }, { MINUTE_MS, "minutes" } };
	int64_t distance = then_ms > now_ms ? then_ms - now_ms : now_ms - then_ms;
	size_t i = 0;

	if (distance < MINUTE_MS)
		return STR("now");
	if (distance < 2 * MINUTE_MS)
		return then_ms > now_ms ? STR("in 1 minute") : STR("1 minute ago");
	while (distance < 2 * units[i].ms)
		i++;
	long long n = distance / units[i].ms;
	return then_ms > now_ms ? arena_printf(arena, "in %lld %s", n, units[i].name)
				: arena_printf(arena, "%lld %s ago", n, units[i].name);
}

bool
age_read_span(struct str text, int64_t *ms)
{
	int64_t unit, n;

	if (text.n < 2)
		return false;
	switch (text.p[text.n - 1]) {
	case 'h':
		unit = HOUR_MS;
		break;
	case 'd':
		unit = DAY_MS;
		break;
	case 'w':
		unit = 7 * DAY_MS;
		break;
	case 'y':
		unit = 365 * DAY_MS;
		break;
	default:
		return false;
	}
	if (!str_to_i64((struct str){ text.p, text.n - 1 }, &n) || n > SPAN_MAX_MS / unit)
		return false;
	*ms = n * unit;
	return true;
}
