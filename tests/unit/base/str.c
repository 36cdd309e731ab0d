#include "test.h"

#include "base/arena.h"
#include "base/memory.h"
#include "base/secret.h"
#include "base/str.h"

TEST(str, tells_absent_from_empty)
{
	CHECK(str_equal(str_of(NULL), (struct str){ 0 }));
	CHECK(!str_equal(str_of(NULL), STR("")));
	CHECK(str_equal(STR(""), str_of("")));
}

TEST(str, cuts_at_the_first_separator)
{
	struct str rest = STR("a:b:c");
	struct str head;

	CHECK(str_cut(&rest, ':', &head));
	CHECK_TEXT(head, "a");
	CHECK_TEXT(rest, "b:c");
	CHECK(!str_cut(&rest, '/', &head));
	CHECK_TEXT(head, "b:c");
	CHECK(rest.n == 0);
}

TEST(str, reads_numbers_that_fit)
{
	int64_t n = -1;

	CHECK(str_to_i64(STR("9223372036854775807"), &n) && n == INT64_MAX);
	CHECK(!str_to_i64(STR("9223372036854775808"), &n));
	CHECK(!str_to_i64(STR(""), &n));
	CHECK(!str_to_i64(STR("+1"), &n));
	CHECK(!str_to_i64(STR("1 "), &n));
}

TEST(str, compares_bytewise_and_shorter_first)
{
	CHECK(str_compare(STR("a"), STR("ab")) < 0);
	CHECK(str_compare(STR("b"), STR("ab")) > 0);
	CHECK(str_compare(STR("\x80"), STR("a")) > 0);
	CHECK(str_compare(STR(""), STR("")) == 0);
}

TEST(utf8, refuses_overlong_surrogates_and_what_is_too_high)
{
	CHECK(utf8_valid(STR("plain, and long enough for the word loop")));
	CHECK(utf8_valid(STR("\xf4\x8f\xbf\xbf")));
	CHECK(!utf8_valid(STR("\xf4\x90\x80\x80")));
	CHECK(!utf8_valid(STR("\xc0\x80")));
	CHECK(!utf8_valid(STR("\xe0\x80\x80")));
	CHECK(!utf8_valid(STR("\xed\xa0\x80")));
	CHECK(!utf8_valid(STR("12345678\xff")));
	CHECK(!utf8_valid(STR("\xe2\x82")));
}

TEST(utf8, counts_and_cuts_characters)
{
	CHECK(utf8_length(STR("M\xc3\xbcnchen")) == 7);
	CHECK(utf8_prefix(STR("a\xe2\x82\xac"), 3) == 1);
	CHECK(utf8_prefix(STR("a\xe2\x82\xac"), 4) == 4);
}

TEST(arena, hands_out_zeroed_and_aligned_memory_after_a_reset_too)
{
	struct arena arena = { 0 };

	for (int round = 0; round < 3; round++) {
		for (size_t n = 1; n < 3000; n += 7) {
			uint8_t *p = arena_alloc(&arena, n);
			CHECK((uintptr_t)p % 16 == 0);
			for (size_t i = 0; i < n; i++)
				CHECK(p[i] == 0);
			memset(p, 0xaa, n);
		}
		arena_reset(&arena);
	}
	arena_done(&arena);
}

TEST(arena, wipes_what_it_handed_out)
{
	struct arena arena = { 0 };
	char *secret = (char *)(uintptr_t)arena_str(&arena, STR("correct horse battery staple")).p;

	arena_reset(&arena);
	/* The first chunk is kept, so its memory may still be looked at. */
	CHECK(secret[0] == '\0' && memcmp(secret, secret + 1, 27) == 0);
	arena_done(&arena);
}

TEST(arena, keeps_absent_spans_absent)
{
	struct arena arena = { 0 };

	CHECK(arena_str(&arena, str_of(NULL)).p == NULL);
	CHECK(arena_str(&arena, STR("")).p != NULL);
	CHECK_TEXT(arena_printf(&arena, "%d-%s", 7, "x"), "7-x");
	arena_done(&arena);
}

TEST(memory, compares_in_constant_time_what_is_equal)
{
	CHECK(memory_equal_in_constant_time("abc", "abc", 3));
	CHECK(!memory_equal_in_constant_time("abc", "abd", 3));
	CHECK(memory_equal_in_constant_time("", "x", 0));
}

TEST(secret, owns_zeroed_bytes_until_done)
{
	struct secret secret = secret_new(4);

	CHECK(secret.n == 4 && secret.p[0] == 0 && secret.p[3] == 0);
	secret_done(&secret);
	CHECK(secret.p == NULL && secret.n == 0);
}

TEST_MAIN("str");
