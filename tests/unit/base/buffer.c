#include "test.h"

#include "base/buffer.h"

static void
check_json(struct str in, const char *expected)
{
	struct buffer text = { 0 };

	buffer_put_json_string(&text, in);
	CHECK_TEXT(buffer_str(&text), expected);
	buffer_done(&text);
}

TEST(buffer, grows_over_many_writes)
{
	struct buffer buffer = { 0 };

	for (int i = 0; i < 10000; i++)
		buffer_printf(&buffer, "%04d", i);
	CHECK(buffer.n == 40000);
	CHECK(memcmp(buffer.p + 39996, "9999", 5) == 0);
	buffer_done(&buffer);
	CHECK(buffer.p == NULL);
}

TEST(buffer, escapes_json_strings)
{
	check_json(STR("plain"), "\"plain\"");
	check_json(STR("a\"b\\c\n\t\x01"), "\"a\\\"b\\\\c\\n\\t\\u0001\"");
	check_json(STR("\x7f"), "\"\\u007f\"");
	check_json(STR("M\xc3\xbcnchen \xe2\x82\xac \xf0\x9f\x94\x92"),
		"\"M\xc3\xbcnchen \xe2\x82\xac \xf0\x9f\x94\x92\"");
}

TEST(buffer, replaces_broken_utf8_in_json)
{
	check_json(STR("a\xff"
		       "b"),
		"\"a\xef\xbf\xbd"
		"b\"");
	check_json(STR("\xe2\x82"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST(buffer, is_an_empty_string_before_the_first_write)
{
	struct buffer buffer = { 0 };

	CHECK(buffer_str(&buffer).p != NULL && buffer_str(&buffer).n == 0);
}

TEST_MAIN("buffer");
