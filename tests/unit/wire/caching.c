#include "wire/caching.h"

#include "base/attributes.h"
#include "test.h"

static const int64_t moment = INT64_C(784111777) * 1000; /* RFC 9110's own example */

TEST(caching, renders_dates)
{
	char date[CACHING_DATE_BYTES];

	caching_render_date(moment + 999, date);
	CHECK(strcmp(date, "Sun, 06 Nov 1994 08:49:37 GMT") == 0);
	caching_render_date(0, date);
	CHECK(strcmp(date, "Thu, 01 Jan 1970 00:00:00 GMT") == 0);
}

TEST(caching, reads_dates_of_all_three_forms)
{
	static const char *const forms[] = { "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
		"Sun Nov  6 08:49:37 1994" };
	int64_t ms = 0;

	for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
		CHECK(caching_read_date(str_of(forms[i]), &ms) && ms == moment);
		ms = 0;
	}
}

TEST(caching, reads_nothing_else)
{
	static const char *const bad[] = { "", "Sun", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT+1",
		"Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 25:49:37 GMT",
		"Sun, 06 Nov 1994 08:49:37 GMT                          " };
	int64_t ms = 7;

	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		CHECK(!caching_read_date(str_of(bad[i]), &ms));
	CHECK(!caching_read_date((struct str){ 0 }, &ms));
	CHECK(!caching_read_date((struct str){ "Sun, 06 Nov 1994 08:49:37 GMT\0", 30 }, &ms));
	CHECK(ms == 7);
}

TEST(caching, knows_what_the_client_has_by_its_tag)
{
	static const char *const same[] = { "\"a-1\"", "W/\"a-1\"", "\"x\",\"a-1\"", " \"x\" ,\t\"a-1\" , \"y\"", "*" };
	static const char *const other[] = { "", "a-1", "\"a-2\"", "\"a-1", ",,", "w/\"a-1\"", "\"A-1\"" };
	struct str since = STR("Sun, 06 Nov 1994 08:49:37 GMT");

	for (size_t i = 0; i < ARRAY_COUNT(same); i++)
		CHECK(caching_is_fresh(str_of(same[i]), (struct str){ 0 }, "\"a-1\"", moment));
	/* The date does not count beside a tag. */
	for (size_t i = 0; i < ARRAY_COUNT(other); i++)
		CHECK(!caching_is_fresh(str_of(other[i]), since, "\"a-1\"", moment));
}

TEST(caching, knows_what_the_client_has_by_its_date)
{
	struct str since = STR("Sun, 06 Nov 1994 08:49:37 GMT"), none = { 0 };

	CHECK(caching_is_fresh(none, since, "\"a\"", moment));
	CHECK(caching_is_fresh(none, since, "\"a\"", moment + 999));
	CHECK(caching_is_fresh(none, since, "\"a\"", moment - 5000));
	CHECK(!caching_is_fresh(none, since, "\"a\"", moment + 1000));
	CHECK(!caching_is_fresh(none, STR("yesterday"), "\"a\"", moment));
	CHECK(!caching_is_fresh(none, none, "\"a\"", moment));
}

TEST_MAIN("caching");
