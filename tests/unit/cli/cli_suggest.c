#include "cli/suggest.h"

#include "test.h"

static const char *
nearest(const char *word)
{
	struct suggestion suggestion = suggest_for(str_of(word));

	suggest_consider(&suggestion, "certificate");
	suggest_consider(&suggestion, "certificate-arn");
	suggest_consider(&suggestion, "private-key");
	suggest_consider(&suggestion, "tags");
	return suggestion.best;
}

TEST(suggest, finds_the_nearest_word)
{
	assert_string_equal(nearest("certificat"), "certificate");
	assert_string_equal(nearest("certificate-anr"), "certificate-arn");
	assert_string_equal(nearest("privatekey"), "private-key");
	assert_string_equal(nearest("tag"), "tags");
	assert_string_equal(nearest("tgas"), "tags");
}

TEST(suggest, keeps_silent_when_nothing_is_near)
{
	CHECK(nearest("bogus") == NULL);
	CHECK(nearest("x") == NULL);
	CHECK(nearest("a-very-long-option-name-that-nobody-would-ever-have-given-to-a-program") == NULL);
}

TEST_MAIN("cli/suggest");
