#include "client/profile.h"

#include "test.h"

static struct arena arena;

static struct profile_file
parsed(const char *text)
{
	struct profile_file file = { 0 };
	struct fault fault = { 0 };

	CHECK_OK(profile_parse(str_of(text), "test", &arena, &file, &fault), fault);
	return file;
}

TEST(profile, reads_sections_keys_and_comments)
{
	struct profile_file file = parsed("# a comment\r\n[default]\r\nRegion = eu-west-1 ; here\r\n\r\n"
					  "[profile work]\nregion=us-east-1\naws_secret_access_key = a#b;c=\n; end\n");

	CHECK_TEXT(profile_value(&file, STR("default"), "region"), "eu-west-1");
	CHECK_TEXT(profile_value(&file, STR("profile work"), "region"), "us-east-1");
	CHECK_TEXT(profile_value(&file, STR("profile work"), "aws_secret_access_key"), "a#b;c=");
	CHECK(profile_value(&file, STR("profile work"), "output").p == NULL);
	CHECK(profile_value(&file, STR("work"), "region").p == NULL);
	CHECK(profile_has_section(&file, STR("profile work")));
	CHECK(!profile_has_section(&file, STR("work")));
	arena_reset(&arena);
}

TEST(profile, reads_quoted_names_and_empty_sections)
{
	struct profile_file file = parsed("[profile \"two words\"]\na=1\n[  profile   plain ]\n[empty]");

	CHECK_TEXT(profile_value(&file, STR("profile two words"), "a"), "1");
	CHECK(profile_has_section(&file, STR("profile plain")));
	CHECK(profile_has_section(&file, STR("empty")));
	arena_reset(&arena);
}

TEST(profile, reads_keys_below_keys)
{
	struct profile_file file = parsed(
		"[services local]\nacm =\n  endpoint_url = http://a:1\nacm_pca =\n  endpoint_url = http://b:2\n");

	CHECK_TEXT(profile_value(&file, STR("services local"), "acm.endpoint_url"), "http://a:1");
	CHECK_TEXT(profile_value(&file, STR("services local"), "acm_pca.endpoint_url"), "http://b:2");
	arena_reset(&arena);
}

TEST(profile, lets_the_last_value_count)
{
	struct profile_file file = parsed("[default]\na=1\na=2\n[other]\na=3\n[default]\na=4\n");

	CHECK_TEXT(profile_value(&file, STR("default"), "a"), "4");
	arena_reset(&arena);
}

TEST(profile, names_the_line_it_cannot_read)
{
	static const struct {
		const char *text, *line;
	} cases[] = { { "[default]\nnonsense\n", "line 2" }, { "a=1\n", "line 1" }, { "\n\n[open\n", "line 3" } };

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct profile_file file;
		struct fault fault = { 0 };
		CHECK(!profile_parse(str_of(cases[i].text), "the/path", &arena, &file, &fault));
		CHECK(strstr(fault.say, "the/path") != NULL && strstr(fault.say, cases[i].line) != NULL);
	}
	arena_reset(&arena);
}

TEST(profile, takes_a_missing_file_for_an_empty_one_and_refuses_what_is_no_file)
{
	struct profile_file file = { .count = 7 };
	struct fault fault = { 0 };

	CHECK_OK(profile_read("/nonexistent/config", &arena, &file, &fault), fault);
	assert_int_equal(file.count, 0);
	CHECK(!profile_read("/", &arena, &file, &fault));
	CHECK(!profile_read("/dev/zero", &arena, &file, &fault));
	CHECK(strstr(fault.say, "/dev/zero") != NULL);
	arena_done(&arena);
}

TEST_MAIN("client/profile");
