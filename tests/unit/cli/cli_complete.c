#include "cli/complete.h"

#include <stdlib.h>
#include <string.h>

#include "cli/words.h"
#include "model/acm.h"
#include "model/pca.h"
#include "test.h"

static struct arena arena;
static const struct service *const services[] = { &acm_service, &pca_service };

static struct completions
at(const char *line)
{
	struct completions out;

	complete(services, ARRAY_COUNT(services), line, &arena, &out);
	return out;
}

static const struct completion *
offered(const struct completions *completions, const char *word)
{
	for (size_t i = 0; i < completions->n; i++) {
		if (str_is(completions->v[i].word, word))
			return &completions->v[i];
	}
	return NULL;
}

TEST(complete, offers_services_operations_and_waiters)
{
	struct completions found = at("");

	assert_int_equal(found.n, 2);
	found = at("acm-");
	assert_int_equal(found.n, 1);
	assert_int_equal(found.start, 0);
	found = at("acm import");
	CHECK(offered(&found, "import-certificate") != NULL && found.n == 1);
	assert_int_equal(found.start, 4);
	CHECK(found.v[0].help.n > 0);
	found = at("acm-pca wait ");
	CHECK(offered(&found, "certificate-issued") != NULL);
	CHECK(offered(&found, "issue-certificate") == NULL);
	found = at("nothing ");
	assert_int_equal(found.n, 0);
	arena_reset(&arena);
}

TEST(complete, offers_required_options_first_and_those_of_pages_where_they_are)
{
	struct completions found = at("acm import-certificate ");

	assert_string_equal(arena_cstr(&arena, found.v[0].word), "--certificate");
	CHECK(str_starts_with(found.v[0].help, STR("required: ")));
	CHECK(offered(&found, "--output") != NULL);
	CHECK(offered(&found, "--page-size") == NULL);
	found = at("--region a-b-1 acm --output text list-certificates --p");
	CHECK(offered(&found, "--page-size") != NULL);
	CHECK(offered(&found, "--profile") != NULL);
	CHECK(offered(&found, "--output") == NULL);
	arena_reset(&arena);
}

TEST(complete, offers_choices_and_tells_what_an_option_is)
{
	struct completions found = at("acm list-certificates --output ");

	assert_int_equal(found.n, 5);
	CHECK(found.hint.n > 0);
	found = at("acm list-certificates --sort-order D");
	CHECK(offered(&found, "DESCENDING") != NULL && found.n == 1);
	found = at("acm list-certificates --certificate-statuses ");
	CHECK(offered(&found, "ISSUED") != NULL);
	found = at("acm describe-certificate --certificate-arn ");
	assert_int_equal(found.n, 0);
	CHECK(found.hint.n > 0);
	found = at("acm describe-certificate --certificate-arn 'a");
	assert_int_equal(found.n, 0);
	arena_reset(&arena);
}

TEST(words, come_apart_and_together_as_in_a_shell)
{
	char **words;
	char open;

	assert_int_equal(words_split("  a 'b c' \"d\\\"e\" f\\ g '' h=\"i j\" ", &arena, &words, &open), 6);
	CHECK(open == '\0' && words[6] == NULL);
	assert_string_equal(words[1], "b c");
	assert_string_equal(words[2], "d\"e");
	assert_string_equal(words[3], "f g");
	assert_string_equal(words[4], "");
	assert_string_equal(words[5], "h=i j");
	assert_int_equal(words_split("a 'b", &arena, &words, &open), 2);
	CHECK(open == '\'');
	char texts[4][8] = { "a", "b c", "it's", "" };
	char *line[] = { texts[0], texts[1], texts[2], texts[3] };
	const char *joined = words_join(4, line, &arena);
	assert_string_equal(joined, "a 'b c' 'it'\\''s' ''");
	assert_int_equal(words_split(joined, &arena, &words, &open), 4);
	assert_string_equal(words[2], "it's");
	arena_done(&arena);
}

TEST_MAIN("cli/complete");
