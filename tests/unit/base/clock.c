#include "test.h"

#include "base/clock.h"

/* Randomness that a test owns: always the same byte. */
static void
fill_with_ff(const struct entropy *entropy, void *p, size_t n)
{
	(void)entropy;
	memset(p, 0xff, n);
}

TEST(clock, renders_iso_times)
{
	struct arena arena = { 0 };

	CHECK_TEXT(clock_render_iso(0, &arena), "1970-01-01T00:00:00Z");
	CHECK_TEXT(clock_render_iso(1763712354999, &arena), "2025-11-21T08:05:54Z");
	CHECK_TEXT(clock_render_iso(-1, &arena), "1969-12-31T23:59:59Z");
	CHECK_TEXT(clock_render_iso(253402300799000, &arena), "9999-12-31T23:59:59Z");
	arena_done(&arena);
}

TEST(uuid, version_7_holds_the_time_and_sorts_by_it)
{
	const struct entropy entropy = { fill_with_ff };
	struct clock early = clock_fixed(0x0123456789ab);
	struct clock late = clock_fixed(0x0123456789ac);
	char a[UUID_TEXT_BYTES];
	char b[UUID_TEXT_BYTES];

	uuid_v7(&early, &entropy, a);
	uuid_v7(&late, &entropy, b);
	CHECK_TEXT(str_of(a), "01234567-89ab-7fff-bfff-ffffffffffff");
	CHECK(strcmp(a, b) < 0);
	CHECK(uuid_valid(str_of(a)));
}

TEST(uuid, version_4_is_marked_as_such)
{
	const struct entropy entropy = { fill_with_ff };
	char id[UUID_TEXT_BYTES];

	uuid_v4(&entropy, id);
	CHECK_TEXT(str_of(id), "ffffffff-ffff-4fff-bfff-ffffffffffff");
}

TEST(uuid, refuses_other_texts)
{
	CHECK(!uuid_valid(STR("")));
	CHECK(!uuid_valid(STR("01234567-89AB-7fff-bfff-ffffffffffff")));
	CHECK(!uuid_valid(STR("01234567-89ab-7fff-bfff-fffffffffff")));
	CHECK(!uuid_valid(STR("0123456789ab-7fff-bfff-ffffffffffff-")));
}

TEST(entropy, gives_other_bytes_every_time)
{
	uint8_t a[16] = { 0 };
	uint8_t b[16] = { 0 };

	entropy_fill(&entropy_system, a, sizeof a);
	entropy_fill(&entropy_system, b, sizeof b);
	CHECK(memcmp(a, b, sizeof a) != 0);
}

TEST_MAIN("clock");
