#include "test.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "model/json.h"

/* Whether the whole text is one JSON value. */
static bool
accepts(struct str text)
{
	struct json json;

	return json_open(&json, text) && json_skip(&json) && json_at_end(&json);
}

static bool
accepts_text(const char *text)
{
	return accepts(str_of(text));
}

TEST(json, takes_every_form_of_value)
{
	static const char *const good[] = { "null", "true", "false", "0", "-0", "12", "-7", "1.5", "1e9", "1E+9",
		"1e-9", "-0.0e00", "\"\"", "\"a\"", "[]", "{}", " [ ] ", "\t{\r\n}\n", "[1,2]", "[[],[{}],\"\"]",
		"{\"a\":1}", "{\"a\":[{\"b\":null}],\"c\":\"\"}", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"",
		"\"\\ud83d\\ude00\"", "\"\xc3\xa4\"", "\"\x7f\"", "\"[\\\"]\"" };

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		if (!accepts_text(good[i]))
			fail_msg("%s", good[i]);
	}
}

TEST(json, refuses_what_the_rfc_does_not_allow)
{
	static const char *const bad[] = { "", " ", "{", "[", "]", "}", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{\"a\"}",
		"{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "'a'",
		"nul", "nulL", "NULL", "True", "tru", "NaN", "Infinity", "-Infinity", "-", "+1", "01", "-01", "1.",
		".5", "1e", "1e+", "0x10", "1_000", "\"", "\"a", "\"\\\"", "\"\\x41\"", "\"\\u12\"", "\"\\u123g\"",
		"\"\\'\"", "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83d\\u0041\"", "\"\\ud83dxxxxxx\"", "\"a\nb\"",
		"\"0123456789\tabc\"", "\"\\n\t\"", "\"\x1f\"", "/* a */ 1", "1 // a", "1 2", "{}{}", "[}", "{]",
		"[{]}", "\xef\xbb\xbf{}", "\xa0{}", "\v1", "\f1" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		if (accepts_text(bad[i]))
			fail_msg("%s", bad[i]);
	}
}

TEST(json, refuses_a_nul_wherever_it_stands)
{
	CHECK(!accepts((struct str){ "\0", 1 }));
	CHECK(!accepts((struct str){ "{}\0", 3 }));
	CHECK(!accepts((struct str){ "\"a\0b\"", 5 }));
	CHECK(!accepts((struct str){ "[1\0]", 4 }));
	CHECK(!accepts((struct str){ "\"\\\0\"", 4 }));
	CHECK(!accepts((struct str){ "1\0", 2 }));
}

TEST(json, refuses_malformed_utf8)
{
	CHECK(!accepts_text("\"\xff\""));
	CHECK(!accepts_text("\"\xc0\xaf\""));
	CHECK(!accepts_text("\"\xed\xa0\x80\""));
	CHECK(!accepts_text("\"\xf4\x90\x80\x80\""));
	CHECK(!accepts_text("\"\xe2\x82\""));
}

/* Every prefix of a good text is a bad one, and reading it stays inside: the copies end where the prefix does. */
TEST(json, refuses_every_prefix)
{
	static const char whole[] =
		"{\"a\":[1.5e+3,-20,true,false,null,\"\\u00e4\\ud83d\\ude00\\n\"],\"b\":{\"c\":[]}}";

	CHECK(accepts_text(whole));
	for (size_t n = 0; n < sizeof whole - 1; n++) {
		char *prefix = malloc(n > 0 ? n : 1);
		memcpy(prefix, whole, n);
		bool accepted = accepts((struct str){ prefix, n });
		free(prefix);
		CHECK(!accepted);
	}
}

static struct str
nested(struct buffer *buffer, int depth, const char *opening, const char *inside, const char *closing)
{
	for (int i = 0; i < depth; i++)
		buffer_put_cstr(buffer, opening);
	buffer_put_cstr(buffer, inside);
	for (int i = 0; i < depth; i++)
		buffer_put_cstr(buffer, closing);
	return buffer_str(buffer);
}

TEST(json, passes_over_a_value_as_deep_as_the_limit_and_no_deeper)
{
	static const char *const forms[][3] = { { "[", "1", "]" }, { "{\"a\":", "{}", "}" },
		{ "[{\"a\":", "0", "}]" } };

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		int levels = i == 2 ? JSON_SKIP_DEPTH / 2 : i == 1 ? JSON_SKIP_DEPTH - 1 : JSON_SKIP_DEPTH;
		struct buffer buffer = { 0 };
		CHECK(accepts(nested(&buffer, levels, forms[i][0], forms[i][1], forms[i][2])));
		buffer_reset(&buffer);
		CHECK(!accepts(nested(&buffer, levels + 1, forms[i][0], forms[i][1], forms[i][2])));
		buffer_done(&buffer);
	}
}

TEST(json, passes_over_millions_of_brackets_without_stopping)
{
	enum { BRACKETS = 4 * 1024 * 1024 };
	struct buffer buffer = { 0 };

	for (int i = 0; i < BRACKETS; i++)
		buffer_put_char(&buffer, '[');
	CHECK(!accepts(buffer_str(&buffer)));
	buffer_reset(&buffer);
	buffer_put_char(&buffer, '[');
	for (int i = 0; i < BRACKETS / 3; i++)
		buffer_put_cstr(&buffer, "{},");
	buffer_put_cstr(&buffer, "{}]");
	CHECK(accepts(buffer_str(&buffer)));
	buffer_done(&buffer);
}

static void
check_unescaped(const char *json_string_text, const char *expected, size_t expected_n)
{
	struct json json;
	struct json_text text;
	char out[64];

	CHECK(json_open(&json, str_of(json_string_text)));
	CHECK(json_string(&json, &text));
	CHECK(text.escaped);
	CHECK(text.raw.n <= sizeof out);
	CHECK(json_unescape(text, out) == expected_n);
	CHECK(memcmp(out, expected, expected_n) == 0);
}

TEST(json, resolves_every_escape)
{
	check_unescaped("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8);
	check_unescaped("\"a\\u0041b\"", "aAb", 3);
	check_unescaped("\"\\u00e4\\u20AC\"", "\xc3\xa4\xe2\x82\xac", 5);
	check_unescaped("\"\\ud83d\\ude00!\"", "\xf0\x9f\x98\x80!", 5);
	check_unescaped("\"\\uFFFF\\u07ff\\u0800\"", "\xef\xbf\xbf\xdf\xbf\xe0\xa0\x80", 8);
	check_unescaped("\"\\u0000\"", "\0", 1);
}

TEST(json, reads_numbers_as_integers_with_the_fraction_cut_off)
{
	static const struct {
		const char *number;
		int shift;
		int64_t expected;
	} cases[] = {
		{ "0", 0, 0 },
		{ "-0", 0, 0 },
		{ "12", 0, 12 },
		{ "-12", 0, -12 },
		{ "1.5", 0, 1 },
		{ "-1.9", 0, -1 },
		{ "0.99", 0, 0 },
		{ "1e3", 0, 1000 },
		{ "1.5e1", 0, 15 },
		{ "1.25e1", 0, 12 },
		{ "125e-2", 0, 1 },
		{ "125e-9", 0, 0 },
		{ "0e999", 0, 0 },
		{ "9223372036854775807", 0, INT64_MAX },
		{ "9223372036854775808", 0, INT64_MAX },
		{ "-9223372036854775809", 0, -INT64_MAX },
		{ "1e30", 0, INT64_MAX },
		{ "1e999", 0, INT64_MAX },
		{ "-1e999999999999999999999", 0, -INT64_MAX },
		{ "1e-999999999999999999999", 0, 0 },
		{ "0.00000000000000000000000000000012e31", 0, 1 },
		{ "1450137600", 3, 1450137600000 },
		{ "1450137600.0", 3, 1450137600000 },
		{ "1450137600.123", 3, 1450137600123 },
		{ "1450137600.1239", 3, 1450137600123 },
		{ "1.4501376E9", 3, 1450137600000 },
		{ "-1.5", 3, -1500 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t value = json_integer(str_of(cases[i].number), cases[i].shift);
		if (value != cases[i].expected)
			fail_msg("%s: %lld", cases[i].number, (long long)value);
	}
}

TEST_MAIN("json");
