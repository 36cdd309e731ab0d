#include "cli/table.h"

#include <stdlib.h>

#include "cli/printable.h"
#include "test.h"

static struct arena arena;
static const char *const titles[] = { "NAME", "STATUS", "ENDS" };

TEST(table, aligns_by_characters_and_ends_no_line_with_spaces)
{
	struct table table = { .titles = titles, .columns = 3 };
	struct buffer out = { 0 };
	const struct cell cells[] = { { STR("é"), 0 }, { STR("ACTIVE"), TINT_GOOD }, { STR("in 9 years"), 0 },
		{ STR("longer"), 0 }, { STR("X"), 0 }, { { 0 }, 0 }, { { 0 }, 0 }, { { 0 }, 0 }, { STR("now"), 0 } };

	table_put(&table, cells, 3, &arena, &out);
	CHECK_TEXT(buffer_str(&out), "NAME    STATUS  ENDS\n"
				     "é       ACTIVE  in 9 years\n"
				     "longer  X\n"
				     "                now\n");
	buffer_done(&out);
	arena_reset(&arena);
}

TEST(table, goes_on_with_what_was_wide_before)
{
	struct table table = { .titles = titles, .columns = 3 };
	struct buffer out = { 0 };
	const struct cell wide[] = { { STR("a-long-name"), 0 }, { STR("X"), 0 }, { STR("y"), 0 } };
	const struct cell narrow[] = { { STR("b"), 0 }, { STR("X"), 0 }, { STR("y"), 0 } };

	table_put(&table, wide, 1, &arena, &out);
	buffer_reset(&out);
	table_put(&table, narrow, 1, &arena, &out);
	CHECK_TEXT(buffer_str(&out), "b            X       y\n");
	buffer_done(&out);
	arena_reset(&arena);
}

TEST(table, colours_take_no_room)
{
	struct table table = { .titles = titles, .columns = 3, .coloured = true };
	struct buffer out = { 0 };
	const struct cell cells[] = { { STR("a"), 0 }, { STR("X"), TINT_BAD }, { STR("y"), 0 } };

	table_put(&table, cells, 1, &arena, &out);
	CHECK_TEXT(buffer_str(&out), "NAME  STATUS  ENDS\na     \033[31mX\033[0m       y\n");
	buffer_done(&out);
	arena_reset(&arena);
}

TEST(table, knows_statuses)
{
	CHECK(tint_of_status(STR("ACTIVE")) == TINT_GOOD);
	CHECK(tint_of_status(STR("REVOKED")) == TINT_BAD);
	CHECK(tint_of_status(STR("EXPIRED")) == TINT_DOUBTFUL);
	CHECK(tint_of_status(STR("DELETED")) == TINT_GONE);
	CHECK(tint_of_status(STR("NEW_ONE")) == TINT_NONE);
	CHECK(tint_of_status((struct str){ 0 }) == TINT_NONE);
}

TEST(table, colours_are_what_is_asked_for)
{
	(void)setenv("NO_COLOR", "1", 1);
	CHECK(tint_wanted("on"));
	CHECK(!tint_wanted("auto"));
	CHECK(!tint_wanted(NULL));
	CHECK(!tint_wanted("off"));
}

TEST(printable, leaves_clean_text_alone)
{
	struct str text = STR("CN=Zoë 日本 😀, O=a\\b");

	CHECK(printable(text, &arena).p == text.p);
	CHECK_TEXT(printable((struct str){ 0 }, &arena), "");
	CHECK_TEXT(printable(STR(""), &arena), "");
	arena_reset(&arena);
}

TEST(printable, shows_what_would_move_the_cursor_or_turn_the_line)
{
	CHECK_TEXT(printable(STR("a\x1b[2Jb\r\n\tc\x7f"), &arena), "a\\x1b[2Jb\\x0d\\x0a\\x09c\\x7f");
	CHECK_TEXT(printable(STR("\xc2\x9b"
				 "31m"),
			   &arena),
		"\\x9b31m");
	CHECK_TEXT(printable(STR("é\xe2\x80\xae\xe2\x81\xa6x\xe2\x80\xa8"), &arena), "é\\u202e\\u2066x\\u2028");
	CHECK_TEXT(printable(STR("a\0b"), &arena), "a\\x00b");
	CHECK_TEXT(printable(STR("ok\xff\xc3"), &arena), "ok\\xff\\xc3");
	arena_done(&arena);
}

TEST_MAIN("cli/table");
