#include "cli/moment.h"

#include <stdlib.h>
#include <time.h>

#include "test.h"

static struct arena arena;

static void
in_zone(const char *zone)
{
	(void)setenv("TZ", zone, 1);
	tzset();
}

static const char *
printed(const char *number)
{
	struct str out;

	return moment_print(str_of(number), &arena, &out) ? out.p : NULL;
}

static const char *
read(const char *text)
{
	struct str out;

	return moment_read(str_of(text), &arena, &out) ? arena_cstr(&arena, out) : NULL;
}

TEST(moment, prints_in_the_local_zone_with_micro_seconds_only_when_there_are_any)
{
	in_zone("UTC");
	assert_string_equal(printed("1763712354"), "2025-11-21T08:05:54+00:00");
	assert_string_equal(printed("1450137600.0"), "2015-12-15T00:00:00+00:00");
	assert_string_equal(printed("1.4501376E9"), "2015-12-15T00:00:00+00:00");
	assert_string_equal(printed("1763712354.123"), "2025-11-21T08:05:54.123000+00:00");
	assert_string_equal(printed("-1.5"), "1969-12-31T23:59:58.500000+00:00");
	assert_string_equal(printed("253402300799"), "9999-12-31T23:59:59+00:00");
	in_zone("IST-5:30");
	assert_string_equal(printed("0"), "1970-01-01T05:30:00+05:30");
	in_zone("EST5");
	assert_string_equal(printed("0"), "1969-12-31T19:00:00-05:00");
	arena_reset(&arena);
}

TEST(moment, prints_nothing_for_what_no_calendar_holds)
{
	in_zone("UTC");
	CHECK(printed("253402300800") == NULL);
	CHECK(printed("1e400") == NULL);
	CHECK(printed("x") == NULL);
	CHECK(printed("") == NULL);
	arena_reset(&arena);
}

TEST(moment, reads_numbers_and_iso_8601)
{
	in_zone("EST5");
	assert_string_equal(read("1763712354"), "1763712354");
	assert_string_equal(read("-1.5"), "-1.5");
	assert_string_equal(read("2025-11-21T08:05:54Z"), "1763712354");
	assert_string_equal(read("2025-11-21T08:05:54.123456Z"), "1763712354.123");
	assert_string_equal(read("2025-11-21T09:05:54+01:00"), "1763712354");
	assert_string_equal(read("2025-11-21 09:05:54+0100"), "1763712354");
	assert_string_equal(read("2025-11-21T03:05:54"), "1763712354");
	assert_string_equal(read("2025-11-21T08:05Z"), "1763712300");
	assert_string_equal(read("1970-01-01"), "18000");
	assert_string_equal(read("2024-02-29T00:00:00Z"), "1709164800");
	arena_reset(&arena);
}

TEST(moment, reads_milliseconds)
{
	int64_t ms = 7;

	in_zone("EST5");
	CHECK(moment_read_ms(STR("2025-11-21T08:05:54.123000+00:00"), &arena, &ms) && ms == INT64_C(1763712354123));
	CHECK(moment_read_ms(STR("1970-01-01"), &arena, &ms) && ms == 18000000);
	CHECK(moment_read_ms(STR("-1.5"), &arena, &ms) && ms == -1500);
	CHECK(!moment_read_ms(STR("253402300800"), &arena, &ms) && ms == -1500);
	CHECK(!moment_read_ms(STR("soon"), &arena, &ms));
	CHECK(!moment_read_ms((struct str){ 0 }, &arena, &ms));
	arena_reset(&arena);
}

TEST(moment, refuses_what_is_no_time)
{
	static const char *const texts[] = { "", "-", ".", "1.", ".5", "1.2.3", "now", "2025-13-01", "2025-02-29",
		"2025-1-1", "2025-11-21T", "2025-11-21T25:00", "2025-11-21T08:60", "2025-11-21T08:05:54.",
		"2025-11-21T08:05X", "2025-11-21T08:05:54+99:00", "2025-11-21T08:05:54Zx", "2025-11-21Q", "1-2" };

	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		if (read(texts[i]) != NULL)
			fail_msg("'%s' was read", texts[i]);
	}
	arena_done(&arena);
}

TEST_MAIN("cli/moment");
