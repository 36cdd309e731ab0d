/* What test_jmespath.py cannot ask: limits, hostile expressions, and what a search leaves alone. */
#include "cli/jmespath_parts.h"
#include "test.h"

static struct arena arena;

static struct value *
json(const char *text)
{
	struct fault fault = { 0 };
	struct value *value = NULL;

	CHECK_OK(json_read(str_of(text), &arena, &value, &fault), fault);
	return value;
}

static const char *
printed(const struct value *value)
{
	struct buffer out = { 0 };

	json_write(value, &out);
	const char *copy = arena_cstr(&arena, buffer_str(&out));
	buffer_done(&out);
	return copy;
}

/* The result as JSON, or what is said instead. */
static const char *
answer_within(struct str text, const struct value *given, const struct search_limits *limits)
{
	struct fault fault = { 0 };
	const struct jmespath *expression = NULL;
	struct value *result = NULL;

	if (jmespath_compile(text, &arena, &expression, &fault) &&
		jmespath_search_within(expression, given, limits, &arena, &result, &fault))
		return printed(result);
	CHECK(result == NULL);
	CHECK(fault.code == FAULT_INVALID_ARGS);
	CHECK(utf8_valid(str_of(fault.say)));
	return arena_cstr(&arena, str_of(fault.say));
}

static const char *
answer(const char *text, const char *given)
{
	static const struct search_limits limits = { .bytes = 64UL << 20, .steps = 4UL << 20 };

	return answer_within(str_of(text), json(given), &limits);
}

/* head, then `count` times `part`, then tail. */
static const char *
repeat(const char *head, const char *part, size_t count, const char *tail)
{
	struct buffer out = { 0 };

	buffer_put_cstr(&out, head);
	for (size_t i = 0; i < count; i++)
		buffer_put_cstr(&out, part);
	buffer_put_cstr(&out, tail);
	const char *copy = arena_cstr(&arena, buffer_str(&out));
	buffer_done(&out);
	return copy;
}

static bool
is_about(const char *say, const char *words)
{
	return strstr(say, words) != NULL;
}

static const char too_deep[] = "Invalid jmespath expression: it nests deeper than 200 levels.";
static const char too_much[] =
	"The expression makes more of the answer than there is room or time for; ask for less of it.";

TEST(jmespath, loses_no_digit_of_what_passes_through)
{
	static const char given[] = "{\"a\":1.500,\"b\":1E2,\"c\":123456789012345678901234567890.12345678901234567890}";

	assert_string_equal(
		answer("[a, b, c]", given), "[1.500,1E2,123456789012345678901234567890.12345678901234567890]");
	assert_string_equal(answer("sort([b, a])", given), "[1.500,1E2]");
	assert_string_equal(answer("max_by([@], &a).b", given), "1E2");
	assert_string_equal(answer("to_number(a)", given), "1.500");
	arena_reset(&arena);
}

TEST(jmespath, computes_as_python_does)
{
	assert_string_equal(answer("avg(@)", "[1,2,3]"), "2.0");
	assert_string_equal(answer("sum(@)", "[1,2,3]"), "6");
	assert_string_equal(answer("sum(@)", "[99999999999999999999,1,-3]"), "99999999999999999997");
	assert_string_equal(answer("sum(@)", "[-1,100000000000000000000]"), "99999999999999999999");
	assert_string_equal(answer("sum(@)", "[5,-5]"), "0");
	assert_string_equal(answer("sum(@)", "[0.1,0.2]"), "0.30000000000000004");
	assert_string_equal(answer("[ceil(@), floor(@), abs(@)]", "-1.5"), "[-1,-2,1.5]");
	assert_string_equal(answer("ceil(@)", "1e23"), "99999999999999991611392");
	assert_string_equal(answer("abs(@)", "-0.00001"), "1e-05");
	assert_string_equal(answer("[0] == [1]", "[9007199254740993,9007199254740992.0]"), "false");
	assert_string_equal(answer("[0] > [1]", "[9007199254740993,9007199254740992.0]"), "true");
	assert_string_equal(answer("to_string(@)", "{\"a\":[1E2,\"\xc3\xa9\xf0\x9f\x98\x80\"]}"),
		"\"{\\\"a\\\":[100.0,\\\"\\\\u00e9\\\\ud83d\\\\ude00\\\"]}\"");
	arena_reset(&arena);
}

/* Where the specification speaks and jmespath.py has its own mind. */
TEST(jmespath, follows_the_specification)
{
	assert_string_equal(answer("[0][0:2].a", "[[{\"a\":1},{\"a\":2},{\"a\":3}]]"), "[1,2]");
	assert_string_equal(answer("[0] == [1]", "[[1],[true]]"), "false");
	assert_string_equal(answer("contains([0], `true`)", "[[1]]"), "false");
	CHECK(is_about(answer("&a", "{}"), "invalid token: Parse error at column 0, token \"&\" (EXPREF)"));
	CHECK(is_about(answer("merge(@, `1`)", "{}"), "In function merge(), invalid type for value: 1"));
	arena_reset(&arena);
}

TEST(jmespath, says_what_aws_says)
{
	assert_string_equal(
		answer("bad[", "{}"), "Invalid jmespath expression: Incomplete expression:\n\"bad[\"\n     ^");
	assert_string_equal(answer("", "{}"), "Invalid JMESPath expression: cannot be empty.");
	assert_string_equal(answer("\xc3\xa4", "{}"), "Bad jmespath expression: Unknown token \xc3\xa4:\n\xc3\xa4\n^");
	assert_string_equal(
		answer("\"\xc3\xa4\" $", "{}"), "Bad jmespath expression: Unknown token $:\n\"\xc3\xa4\" $\n    ^");
	assert_string_equal(answer("a b", "{}"), "Unexpected token: b: Parse error at column 2, token \"b\" "
						 "(UNQUOTED_IDENTIFIER), for expression:\n\"a b\"\n"
						 "   ^");
	assert_string_equal(answer("lenght(@)", "{}"), "Unknown function: lenght()");
	assert_string_equal(answer("length(@, @)", "{}"), "Expected 1 argument for function length(), received 2");
	assert_string_equal(answer("abs(@)", "{\"a\":null}"), "In function abs(), invalid type for value: {'a': None}, "
							      "expected one of: ['number'], received: \"object\"");
	arena_reset(&arena);
}

TEST(jmespath, quotes_no_key)
{
	static const char given[] =
		"{\"PrivateKey\":\"-----BEGIN PRIVATE KEY-----\\nc2VjcmV0\\n-----END PRIVATE KEY-----\"}";
	static const char *const expressions[] = { "abs(PrivateKey)", "abs(@)", "sum([PrivateKey])", "sum([@])",
		"sort_by([@], &@)", "keys([PrivateKey])" };

	for (size_t i = 0; i < ARRAY_COUNT(expressions); i++) {
		const char *say = answer(expressions[i], given);
		CHECK(is_about(say, "invalid type for value") && !is_about(say, "c2Vj"));
	}
	arena_reset(&arena);
}

TEST(jmespath, leaves_the_value_alone)
{
	static const char given[] = "{\"l\":[3,1,2],\"m\":{\"a\":1},\"s\":\"x\",\"t\":[[1],[2]]}";
	static const char *const expressions[] = { "sort(l)", "reverse(l)", "merge(m, {a: `2`, b: l})", "t[]",
		"l[::-1]", "sort_by(l, &@)", "{l: s}", "[@, l]", "map(&[@], l)" };
	const struct search_limits limits = { .bytes = 1 << 20, .steps = 1000 };
	struct value *value = json(given);

	for (size_t i = 0; i < ARRAY_COUNT(expressions); i++) {
		CHECK(answer_within(str_of(expressions[i]), value, &limits) != NULL);
		assert_string_equal(printed(value), given);
	}
	arena_reset(&arena);
}

TEST(jmespath, answers_again_and_again)
{
	struct fault fault = { 0 };
	const struct jmespath *expression;
	struct value *result;

	CHECK_OK(jmespath_compile(
			 STR("sort_by(@, &n)[?n > `1`].n | {all: @, sum: sum(@)}"), &arena, &expression, &fault),
		fault);
	for (int i = 0; i < 3; i++) {
		CHECK_OK(jmespath_search(expression, json("[{\"n\":3},{\"n\":1},{\"n\":2}]"), &arena, &result, &fault),
			fault);
		assert_string_equal(printed(result), "{\"all\":[2,3],\"sum\":5}");
	}
	arena_reset(&arena);
}

TEST(jmespath, takes_long_chains)
{
	assert_string_equal(answer(repeat("a", ".a", 30000, ""), "{\"a\":1}"), "null");
	assert_string_equal(answer(repeat("a", "||a", 20000, "||b"), "{\"b\":1}"), "1");
	assert_string_equal(answer(repeat("b", "&&b", 20000, ""), "{\"b\":1}"), "1");
	assert_string_equal(answer(repeat("@", "|@", 30000, ""), "5"), "5");
	assert_string_equal(answer(repeat("@", "[0]", 20000, ""), "[7]"), "null");
	assert_string_equal(answer(repeat("", " ", 60000, "@"), "5"), "5");
	arena_reset(&arena);
}

TEST(jmespath, refuses_what_nests_too_deep)
{
	static const char *const parts[] = { "[", "(", "!", "{a:", "a(", "a.[", "[?", "a[?", "f(&", "a.{b:", "*.",
		"a==", "a||(" };

	for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
		assert_string_equal(answer(repeat("", parts[i], 10000, "a"), "{}"), too_deep);
	/* These nest to the left, where no brackets are to be seen. */
	assert_string_equal(answer(repeat("a", "[]", 30000, ""), "{}"), too_deep);
	assert_string_equal(answer(repeat("a", "==a", 20000, ""), "{}"), too_deep);
	assert_string_equal(answer(repeat("a", "[*]", 20000, ""), "{}"), too_deep);
	assert_string_equal(answer(repeat("a", ".*", 20000, ""), "{}"), too_deep);
	assert_string_equal(answer(repeat("a", "[:1]", 16000, ""), "{}"), too_deep);
	assert_string_equal(answer(repeat(repeat("", "(", 150, "@"), ")", 150, ""), "1"), "1");
	assert_string_equal(answer(repeat(repeat("", "[", 150, "a"), "]", 150, ""), "null"), "null");
	arena_reset(&arena);
}

TEST(jmespath, refuses_deep_literals_instead_of_taking_them_for_text)
{
	CHECK(is_about(
		answer(repeat(repeat("`", "[", 70, ""), "]", 70, "`"), "1"), "Bad jmespath expression: Bad token [[["));
	CHECK(is_about(answer(repeat("`", "[", 60000, "`"), "1"), "Bad jmespath expression: Bad token [[["));
	assert_string_equal(answer("`[[`", "1"), "\"[[\"");
	arena_reset(&arena);
}

TEST(jmespath, refuses_results_that_nest_too_deep)
{
	CHECK(is_about(answer(repeat("@", "|[@]", 1000, ""), "1"), "nest deeper than 264 levels"));
	CHECK(is_about(answer(repeat("@", "|{a:@}", 1000, ""), "1"), "nest deeper than 264 levels"));
	CHECK(is_about(answer(repeat("@", "|[@]", 1000, "|to_string(@)"), "1"), "nest deeper than 264 levels"));
	CHECK(is_about(answer(repeat("[", "[@]|", 1000, "[@],@]|[0]==[1]"), "1"), "false"));
	CHECK(is_about(answer(repeat(repeat("{a:@", "|[@]", 1000, ",b:@"), "|[@]", 1000, "}|a==b"), "1"),
		"nest deeper than 264 levels"));
	arena_reset(&arena);
}

TEST(jmespath, refuses_what_doubles_without_end)
{
	assert_string_equal(answer(repeat("@", "|[@,@]", 100, ""), "1"), too_much);
	assert_string_equal(answer(repeat("@", "|[@,@][]", 100, ""), "[1]"), too_much);
	assert_string_equal(answer(repeat("@", "|join('',[@,@])", 100, ""), "\"x\""), too_much);
	assert_string_equal(answer(repeat("@", "|[@,@]", 100, "|to_string(@)"), "1"), too_much);
	assert_string_equal(answer(repeat("@", "|to_string([@,@])", 100, ""), "\"\\\\\""), too_much);
	assert_string_equal(answer(repeat("@", "|[@,@]", 100, "|[0]==[1]"), "1"), "true");
	assert_string_equal(
		answer(repeat("[{a:@", "|[@,@]", 100, repeat(",b:@", "|[@,@]", 100, "}]|[0].a==[0].b")), "1"),
		too_much);
	assert_string_equal(answer(repeat("@", "|map(&[@,@],@)[]", 100, ""), "[1]"), too_much);
	arena_reset(&arena);
}

TEST(jmespath, refuses_what_is_no_text_or_too_long)
{
	const struct search_limits limits = { .bytes = 1 << 20, .steps = 1000 };

	CHECK(is_about(
		answer(repeat("", "a", JMESPATH_MAX_BYTES + 1, ""), "1"), "it has 65537 bytes, 65536 are the most"));
	assert_string_equal(answer(repeat("", "a", JMESPATH_MAX_BYTES, ""), "1"), "null");
	CHECK(is_about(answer("a\xff", "1"), "it is not UTF-8 text"));
	CHECK(is_about(answer_within((struct str){ "a\0b", 3 }, json("1"), &limits), "Unknown token"));
	CHECK(is_about(answer_within((struct str){ "`a\0b`", 5 }, json("1"), &limits), "Bad token"));
	arena_reset(&arena);
}

TEST(jmespath, ends_on_any_input)
{
	static const char letters[] = "a.*[]:?0-&|!@,({<='`\"\\}";
	char text[8];

	for (unsigned seed = 0; seed < 100000; seed++) {
		unsigned rest = seed * 7919U;
		size_t n = 0;
		for (; n < sizeof text - 1 && rest > 0; n++, rest /= sizeof letters - 1)
			text[n] = letters[rest % (sizeof letters - 1)];
		text[n] = '\0';
		CHECK(answer(text, "{\"a\":[{\"a\":1},[2],null]}") != NULL);
		arena_reset(&arena);
	}
}

TEST_MAIN("jmespath");
