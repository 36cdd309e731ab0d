#include "cli/verb.h"

#include "test.h"

static const char *const sizes[] = { "small", "large", NULL };

struct wish {
	const char *text, *size;
	bool loud;
	struct option_values many;
};

#define AT(field) offsetof(struct wish, field)
static const struct option_row rows[] = {
	{ "text", "TEXT", "words", NULL, NULL, AT(text), OPTION_EVERYWHERE, false },
	{ "size", "SIZE", "how big", sizes, "small", AT(size), OPTION_EVERYWHERE, false },
	{ "loud", NULL, "not quiet", NULL, NULL, AT(loud), OPTION_EVERYWHERE, false },
	{ "many", "WORD", "several", NULL, NULL, AT(many), OPTION_EVERYWHERE, true },
	{ NULL, NULL, NULL, NULL, NULL, 0, OPTION_EVERYWHERE, false },
};
static const struct verb verb = { "do", "A [B]", "    Does it.\n", rows, 1, 2, false };

struct reading {
	struct wish wish;
	struct globals globals;
	struct verb_words words;
	struct fault fault;
};

static bool
read(const char *const *words, struct reading *out)
{
	int n = 0;

	while (words[n] != NULL)
		n++;
	*out = (struct reading){ 0 };
	return verb_read(&verb, n, words, &out->wish, &out->globals, &out->words, &out->fault);
}

TEST(verb, takes_words_and_options_in_any_order)
{
	const char *const line[] = { "--many", "x", "a", "--loud", "--region=r", "b", "--text=--y", "--many=z",
		"--size", "--profile", "p", NULL };
	struct reading reading;

	CHECK_OK(read(line, &reading), reading.fault);
	assert_int_equal(reading.words.n, 2);
	assert_string_equal(reading.words.v[0], "a");
	assert_string_equal(reading.words.v[1], "b");
	assert_int_equal(reading.wish.many.n, 2);
	assert_string_equal(reading.wish.many.v[1], "z");
	assert_string_equal(reading.wish.text, "--y");
	assert_string_equal(reading.wish.size, "small");
	CHECK(reading.wish.loud);
	assert_string_equal(reading.globals.region, "r");
	assert_string_equal(reading.globals.profile, "p");
}

TEST(verb, refuses_with_words_that_help)
{
	static const struct {
		const char *line[20];
		const char *say;
	} cases[] = {
		{ { "a", "--txt", "x" }, "Unknown options: --txt (did you mean --text?)" },
		{ { "a", "--regoin", "x" }, "Unknown options: --regoin (did you mean --region?)" },
		{ { "a", "--max-items", "3" }, "Unknown options: --max-items" },
		{ { "a", "--output", "json" }, "Unknown options: --output" },
		{ { "a", "-x" }, "Unknown options: -x" },
		{ { "a", "b", "c" }, "'c' is one word too many" },
		{ { "--loud" }, "it wants A [B]" },
		{ { "a", "--loud=1" }, "argument --loud: it takes no value" },
		{ { "a", "--text" }, "argument --text: expected one argument" },
		{ { "a", "--size", "huge" }, "argument --size: Invalid choice 'huge', valid choices are: small large" },
		{ { "a", "--many=1", "--many=1", "--many=1", "--many=1", "--many=1", "--many=1", "--many=1", "--many=1",
			  "--many=1", "--many=1", "--many=1", "--many=1", "--many=1", "--many=1", "--many=1",
			  "--many=1", "--many=1" },
			"argument --many: it comes more than 16 times" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct reading reading;
		CHECK(!read(cases[i].line, &reading));
		assert_string_equal(reading.fault.say, cases[i].say);
		CHECK(reading.fault.code == FAULT_INVALID_ARGS);
	}
}

TEST(verb, misses_nothing_when_only_the_version_is_wanted)
{
	const char *const line[] = { "--version", NULL };
	struct reading reading;

	CHECK_OK(read(line, &reading), reading.fault);
	CHECK(reading.globals.version);
}

TEST(verb, help_has_own_options_and_those_of_the_connection)
{
	struct buffer text = { 0 };

	verb_help("face", &verb, &text);
	CHECK(str_starts_with(buffer_str(&text), STR("chancery face do A [B] [options]\n    Does it.\n\nOptions:\n")));
	CHECK(strstr(text.p, "\n  --many WORD\n      several\n") != NULL);
	CHECK(strstr(text.p, "\n  --endpoint-url URL\n") != NULL);
	CHECK(strstr(text.p, "--max-items") == NULL && strstr(text.p, "--cli-input-json") == NULL);
	buffer_done(&text);
}

TEST_MAIN("cli/verb");
