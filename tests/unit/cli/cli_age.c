#include "cli/age.h"

#include "test.h"

#define NOW_MS INT64_C(1782864000000)
#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

static struct arena arena;

TEST(age, is_said_in_whole_units_forward_and_back)
{
	static const struct {
		int64_t distance_ms;
		const char *ahead, *behind;
	} cases[] = {
		{ 0, "now", "now" },
		{ MINUTE_MS - 1, "now", "now" },
		{ MINUTE_MS, "in 1 minute", "1 minute ago" },
		{ 2 * MINUTE_MS - 1, "in 1 minute", "1 minute ago" },
		{ 2 * MINUTE_MS, "in 2 minutes", "2 minutes ago" },
		{ 2 * HOUR_MS - 1, "in 119 minutes", "119 minutes ago" },
		{ 2 * HOUR_MS, "in 2 hours", "2 hours ago" },
		{ 2 * DAY_MS - 1, "in 47 hours", "47 hours ago" },
		{ 2 * DAY_MS, "in 2 days", "2 days ago" },
		{ 42 * DAY_MS - 1, "in 41 days", "41 days ago" },
		{ 730 * DAY_MS, "in 730 days", "730 days ago" },
		{ 731 * DAY_MS, "in 2 years", "2 years ago" },
		{ 3650 * DAY_MS, "in 9 years", "9 years ago" },
		{ 3653 * DAY_MS, "in 10 years", "10 years ago" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		CHECK_TEXT(age_render(NOW_MS + cases[i].distance_ms, NOW_MS, &arena), cases[i].ahead);
		CHECK_TEXT(age_render(NOW_MS - cases[i].distance_ms, NOW_MS, &arena), cases[i].behind);
	}
	arena_reset(&arena);
}

TEST(age, reads_spans)
{
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = { { "12h", 12 * HOUR_MS }, { "30d", 30 * DAY_MS }, { "2w", 14 * DAY_MS }, { "1y", 365 * DAY_MS },
		{ "0d", 0 } };
	int64_t ms;

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		CHECK(age_read_span(str_of(cases[i].text), &ms));
		CHECK(ms == cases[i].ms);
	}
}

TEST(age, refuses_what_is_no_span)
{
	static const char *const texts[] = { "", "d", "30", "3m", "-1d", "1.5d", "30 d", "30D", "1001y",
		"9223372036854775807d", "99999999999999999999h" };
	int64_t ms = 7;

	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		if (age_read_span(str_of(texts[i]), &ms))
			fail_msg("'%s' was read", texts[i]);
	}
	CHECK(ms == 7);
	arena_done(&arena);
}

TEST_MAIN("cli/age");
