#include "cli/shorthand.h"

#include "cli/json.h"
#include "test.h"

static struct arena arena;

static const char *
parsed(const char *text)
{
	struct fault fault = { 0 };
	struct buffer out = { 0 };
	struct value *value;

	if (!shorthand_read(str_of(text), &arena, &value, &fault))
		return arena_cstr(&arena, str_of(fault.say));
	json_write(value, &out);
	const char *copy = arena_cstr(&arena, buffer_str(&out));
	buffer_done(&out);
	return copy;
}

/* Every right-hand side is what the AWS CLI's own parser makes of the left. */
TEST(shorthand, means_what_the_aws_cli_takes_it_for)
{
	static const struct {
		const char *text, *json;
	} cases[] = {
		{ "Key=a,Value=b", "{\"Key\":\"a\",\"Value\":\"b\"}" },
		{ "Key=a", "{\"Key\":\"a\"}" },
		{ "Key=", "{\"Key\":\"\"}" },
		{ "Key=,Value=b", "{\"Key\":\"\",\"Value\":\"b\"}" },
		{ " Key = a , Value = b c ", NULL },
		{ "Key = a , Value = b c ", "{\"Key\":\"a\",\"Value\":\"b c\"}" },
		{ "a=1,2,b=3", "{\"a\":[\"1\",\"2\"],\"b\":\"3\"}" },
		{ "a=x=y,b=3", "{\"a\":\"x=y\",\"b\":\"3\"}" },
		{ "a=b\\,c", "{\"a\":\"b,c\"}" },
		{ "a='b, c',d=\"e\\\"f\"", "{\"a\":\"b, c\",\"d\":\"e\\\"f\"}" },
		{ "a='it\\'s',b=\"\\\\\"", "{\"a\":\"it's\",\"b\":\"\\\\\"}" },
		{ "a=[]", "{\"a\":[]}" },
		{ "a=[1, 2 ,'3,4']", "{\"a\":[\"1\",\"2\",\"3,4\"]}" },
		{ "a={b=c,d={e=[f,{g=h}]}}", "{\"a\":{\"b\":\"c\",\"d\":{\"e\":[\"f\",{\"g\":\"h\"}]}}}" },
		{ "a={}", "{\"a\":{}}" },
		{ "a=[[1],[2]],b=x", "{\"a\":[[\"1\"],[\"2\"]],\"b\":\"x\"}" },
		{ "a=\xc3\xa9", "{\"a\":\"\xc3\xa9\"}" },
		{ "a.b/c#d:e-f_g=1", "{\"a.b/c#d:e-f_g\":\"1\"}" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		if (cases[i].json != NULL)
			assert_string_equal(parsed(cases[i].text), cases[i].json);
		else
			CHECK(parsed(cases[i].text)[0] != '{');
	}
	arena_reset(&arena);
}

TEST(shorthand, shows_the_place_of_a_mistake)
{
	assert_string_equal(parsed("Key"), "Expected: '=', received: 'EOF' for input:\nKey\n   ^");
	assert_string_equal(parsed("a=[1;2"), "Expected: ',', received: 'EOF' for input:\na=[1;2\n      ^");
	assert_string_equal(parsed("a={b}"), "Expected: '=', received: '}' for input:\na={b}\n    ^");
	assert_string_equal(parsed("a=\"b"), "Expected: '<double quoted>', received: '<none>' for input:\na=\"b\n  ^");
	assert_string_equal(parsed("a=b,a=c"), "Second instance of key \"a\" encountered for input:\na=b,a=c\n    ^\n"
					       "This is often because there is a preceding \",\" instead of a space.");
	arena_reset(&arena);
}

TEST(shorthand, ends_on_any_input)
{
	static const char letters[] = "a=,[]{}'\"\\ b";
	char text[8];

	for (unsigned seed = 0; seed < 200000; seed++) {
		unsigned rest = seed;
		size_t n = 0;
		for (; n < sizeof text - 1 && rest > 0; n++, rest /= sizeof letters - 1)
			text[n] = letters[rest % (sizeof letters - 1)];
		text[n] = '\0';
		CHECK(parsed(text) != NULL);
		if (seed % 1000 == 0)
			arena_reset(&arena);
	}
	arena_reset(&arena);
}

TEST(shorthand, refuses_brackets_without_end)
{
	struct buffer text = { 0 };
	struct fault fault = { 0 };
	struct value *value;

	buffer_put_cstr(&text, "a=");
	for (int i = 0; i < 100000; i++)
		buffer_put_char(&text, '[');
	CHECK(!shorthand_read(buffer_str(&text), &arena, &value, &fault));
	CHECK(fault.code == FAULT_INVALID_ARGS);
	buffer_done(&text);
	arena_done(&arena);
}

TEST_MAIN("cli/shorthand");
