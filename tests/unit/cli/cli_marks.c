#include "cli/marks.h"

#include <stdlib.h>

#include "test.h"

static void
set(const char *all, const char *type, const char *lang)
{
	CHECK(setenv("LC_ALL", all, 1) == 0 && setenv("LC_CTYPE", type, 1) == 0 && setenv("LANG", lang, 1) == 0);
}

TEST(marks, follow_the_first_variable_that_is_set)
{
	set("", "", "de_DE.UTF-8");
	CHECK(marks_utf8());
	set("", "C", "de_DE.UTF-8");
	CHECK(!marks_utf8());
	set("en_US.utf8", "C", "C");
	CHECK(marks_utf8());
	set("", "", "");
	CHECK(!marks_utf8());
}

TEST(marks, are_ascii_where_asked_and_where_nothing_else_goes)
{
	set("", "", "C.UTF-8");
	assert_string_equal(marks_tick(false), "\u2713 ");
	assert_string_equal(marks_tick(true), "ok");
	set("", "", "C");
	assert_string_equal(marks_cross(false), "NO");
	assert_string_equal(marks_open(false), "--");
	assert_string_equal(marks_branch(false), "`- ");
}

TEST_MAIN("cli_marks");
