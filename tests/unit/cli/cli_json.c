#include "cli/json.h"

#include "test.h"

static struct arena arena;

/* What a text becomes when it is read and written on one line; NULL when it is refused. */
static const char *
round_trip(const char *text)
{
	struct fault fault = { 0 };
	struct buffer out = { 0 };
	struct value *value;

	if (!json_read(str_of(text), &arena, &value, &fault))
		return NULL;
	json_write(value, &out);
	const char *copy = arena_cstr(&arena, buffer_str(&out));
	buffer_done(&out);
	return copy;
}

static const char *
refusal(const char *text)
{
	struct fault fault = { 0 };
	struct value *value = NULL;

	CHECK(!json_read(str_of(text), &arena, &value, &fault));
	CHECK(value == NULL);
	CHECK(fault.code == FAULT_SERIALIZATION);
	return arena_cstr(&arena, str_of(fault.say));
}

TEST(json, reads_what_it_writes)
{
	assert_string_equal(round_trip(" { \"a\" : [ 1 , -2.50e3 , true , false , null , \"x\" ] , \"b\" : { } } "),
		"{\"a\":[1,-2.50e3,true,false,null,\"x\"],\"b\":{}}");
	assert_string_equal(round_trip("123456789012345678901234567890"), "123456789012345678901234567890");
	arena_reset(&arena);
}

TEST(json, resolves_escapes_and_keeps_what_is_beyond_ascii)
{
	assert_string_equal(round_trip("\"\\u00e9\\ud83d\\ude00\\n\\\"\\\\\\/\\u0001\""),
		"\"\xc3\xa9\xf0\x9f\x98\x80\\n\\\"\\\\/\\u0001\"");
	arena_reset(&arena);
}

TEST(json, lets_the_last_of_two_equal_keys_count)
{
	assert_string_equal(round_trip("{\"a\":1,\"b\":2,\"a\":3}"), "{\"a\":3,\"b\":2}");
	arena_reset(&arena);
}

TEST(json, refuses_what_is_no_json)
{
	static const char *const texts[] = { "", " ", "{", "[1,]", "{\"a\"}", "{a:1}", "'a'", "01", "1.", "NaN",
		"[1 2]", "\"\\ud800\"", "\"a", "\"\n\"", "truex", "{\"a\":1,}", "1 1", "\xff" };

	for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
		CHECK(round_trip(texts[i]) == NULL);
	arena_reset(&arena);
}

TEST(json, says_where_it_stopped_and_not_what_it_read)
{
	const char *words = refusal("{\n  \"Key\": \"secret\",\n  oops\n}");

	CHECK(strstr(words, "line 3") != NULL);
	CHECK(strstr(words, "secret") == NULL);
	arena_reset(&arena);
}

TEST(json, refuses_nesting_and_widths_no_shape_has)
{
	struct buffer text = { 0 };
	struct fault fault = { 0 };
	struct value *value = NULL;

	for (int i = 0; i < 100000; i++)
		buffer_put_char(&text, '[');
	CHECK(!json_read(buffer_str(&text), &arena, &value, &fault));
	buffer_reset(&text);
	buffer_put_char(&text, '{');
	for (int i = 0; i < 200000; i++)
		buffer_printf(&text, "\"%d\":1,", i);
	buffer_put_cstr(&text, "\"x\":1}");
	CHECK(!json_read(buffer_str(&text), &arena, &value, &fault));
	CHECK(value == NULL);
	buffer_done(&text);
	arena_reset(&arena);
}

TEST(json, prints_as_the_aws_cli_does)
{
	struct buffer out = { 0 };
	struct fault fault = { 0 };
	struct value *value;

	CHECK_OK(json_read(
			 STR("{\"a\":[],\"b\":{},\"c\":[1,{\"d\":\"\\u007f\\b\\f\\u00e9\"}]}"), &arena, &value, &fault),
		fault);
	json_write_pretty(value, &out);
	CHECK_TEXT(buffer_str(&out),
		"{\n    \"a\": [],\n    \"b\": {},\n    \"c\": [\n        1,\n        {\n            \"d\": "
		"\"\x7f\\b\\f\xc3\xa9\"\n        }\n    ]\n}");
	buffer_done(&out);
	arena_done(&arena);
}

TEST_MAIN("cli/json");
