#include "cli/options.h"

#include "model/acm.h"
#include "test.h"

static struct arena arena;

static bool
read(const char *operation, const char *const *words, struct options *out, struct fault *fault)
{
	int n = 0;

	while (words[n] != NULL)
		n++;
	return options_read(service_command(&acm_service, str_of(operation)), n, words, &arena, out, fault);
}

static const struct option_words *
member(const struct options *options, const char *operation, const char *option)
{
	const struct shape *shape = service_command(&acm_service, str_of(operation))->input;

	for (size_t i = 0; i < shape->member_count; i++) {
		if (strcmp(shape->members[i].option, option) == 0)
			return &options->members[i];
	}
	fail_msg("%s has no --%s", operation, option);
	return NULL;
}

TEST(options, takes_values_lists_and_globals)
{
	const char *const words1[] = { "--region", "eu-west-1", "--tags", "Key=a", "Key=b", "--certificate-arn=arn:x=y",
		"--no-verify-ssl", NULL };
	struct options options;
	struct fault fault = { 0 };

	CHECK_OK(read("add-tags-to-certificate", words1, &options, &fault), fault);
	const struct option_words *tags = member(&options, "add-tags-to-certificate", "tags");
	assert_int_equal(tags->count, 2);
	assert_string_equal(tags->words[1], "Key=b");
	assert_string_equal(member(&options, "add-tags-to-certificate", "certificate-arn")->words[0], "arn:x=y");
	assert_string_equal(options.globals.region, "eu-west-1");
	CHECK(options.globals.no_verify_ssl);
	CHECK(!options.globals.no_sign_request);
	arena_reset(&arena);
}

TEST(options, takes_pem_text_as_a_value)
{
	const char *pem = "-----BEGIN CERTIFICATE-----";
	const char *const words1[] = { "--certificate", pem, "--private-key", "a", NULL };
	struct options options;
	struct fault fault = { 0 };

	CHECK_OK(read("import-certificate", words1, &options, &fault), fault);
	assert_string_equal(member(&options, "import-certificate", "certificate")->words[0], pem);
	arena_reset(&arena);
}

TEST(options, refuses_with_words_that_help)
{
	static const struct {
		const char *operation;
		const char *words[6];
		const char *say;
	} cases[] = {
		{ "describe-certificate", { "--certificate-anr", "x" },
			"Unknown options: --certificate-anr, x (did you mean --certificate-arn?)" },
		{ "describe-certificate", { "--zzzzzz", "x" }, "Unknown options: --zzzzzz, x" },
		{ "describe-certificate", { "stray" }, "Unknown options: stray" },
		{ "describe-certificate", { "--certificate-arn" },
			"argument --certificate-arn: expected one argument" },
		{ "describe-certificate", { "--certificate-arn", "--region", "x" },
			"argument --certificate-arn: expected one argument" },
		{ "describe-certificate", { "--certificate-arn", "x", "y" }, "Unknown options: y" },
		{ "list-certificates", { "--output", "xml" },
			"argument --output: Invalid choice 'xml', valid choices are: json text table yaml "
			"yaml-stream" },
		{ "list-certificates", { "--no-verify-ssl=1" }, "argument --no-verify-ssl: it takes no value" },
		{ "list-certificates", { "--region" }, "argument --region: expected one argument" },
		{ "import-certificate", { "--tags", "Key=a" },
			"the following arguments are required: --certificate, --private-key" },
		{ "describe-certificate", { "--page-size", "3", "--certificate-arn", "x" },
			"Unknown options: --page-size, 3" },
		{ "list-certificates", { "one", "--bogus", "two", "three" },
			"Unknown options: --bogus, two, three, one" },
		{ "list-certificates", { "--cli-input", "{}" },
			"ambiguous option: --cli-input could match --cli-input-json, --cli-input-yaml" },
		{ "list-certificates", { "--page-size", "2", "--no-paginate" },
			"Cannot specify --no-paginate along with pagination arguments: --page-size" },
		{ "list-certificates", { "--page-size", "2", "--next-token", "x" },
			"Cannot specify --no-paginate along with pagination arguments: --page-size" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct options options;
		struct fault fault = { 0 };
		CHECK(!read(cases[i].operation, cases[i].words, &options, &fault));
		assert_string_equal(fault.say, cases[i].say);
		CHECK(fault.code == FAULT_INVALID_ARGS);
	}
	arena_reset(&arena);
}

TEST(options, counts_items_of_all_pages_unless_paging_is_off)
{
	const char *const words1[] = { "--max-items", "3", NULL };
	const char *const words2[] = { "--max-items", "3", "--no-paginate", NULL };
	struct options options;
	struct fault fault = { 0 };

	CHECK_OK(read("list-certificates", words1, &options, &fault), fault);
	assert_string_equal(options.globals.max_items, "3");
	CHECK(member(&options, "list-certificates", "max-items")->words == NULL);
	CHECK_OK(read("list-certificates", words2, &options, &fault), fault);
	CHECK(options.globals.max_items == NULL);
	assert_string_equal(member(&options, "list-certificates", "max-items")->words[0], "3");
	arena_reset(&arena);
}

TEST(options, takes_a_beginning_for_the_whole)
{
	const char *const words1[] = { "--reg", "eu-west-1", "--max", "3", "--certificate-st", "ISSUED", NULL };
	const char *const words2[] = { "--max", "3", "--no-pag", NULL };
	struct options options;
	struct fault fault = { 0 };

	CHECK_OK(read("list-certificates", words1, &options, &fault), fault);
	assert_string_equal(options.globals.region, "eu-west-1");
	assert_string_equal(options.globals.max_items, "3");
	CHECK(member(&options, "list-certificates", "certificate-statuses")->count == 1);
	CHECK_OK(read("list-certificates", words2, &options, &fault), fault);
	CHECK(options.globals.no_paginate && options.globals.max_items == NULL);
	assert_string_equal(member(&options, "list-certificates", "max-items")->words[0], "3");
	arena_reset(&arena);
}

TEST(options, needs_nothing_where_the_rest_comes_from_elsewhere)
{
	const char *const words1[] = { "--generate-cli-skeleton", NULL };
	const char *const words2[] = { "--cli-input-json", "{}", NULL };
	const char *const words3[] = { "--generate-cli-skeleton", "output", NULL };
	struct options options;
	struct fault fault = { 0 };

	CHECK_OK(read("import-certificate", words1, &options, &fault), fault);
	assert_string_equal(options.globals.skeleton, "input");
	CHECK_OK(read("import-certificate", words2, &options, &fault), fault);
	CHECK(!read("import-certificate", words3, &options, &fault));
	arena_done(&arena);
}

TEST_MAIN("cli/options");
