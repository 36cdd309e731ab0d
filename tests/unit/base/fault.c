#include "test.h"

#include "base/fault.h"
#include "base/str.h"

TEST(fault, says_what_and_where)
{
	struct fault fault = { 0 };

	CHECK(!fault_set(&fault, FAULT_CONFLICT, "It has %d owners.", 2));
	CHECK(fault.code == FAULT_CONFLICT);
	CHECK_TEXT(str_of(fault.say), "It has 2 owners.");
	CHECK(strstr(fault.where, "fault.c:") != NULL);
}

TEST(fault, adds_sentences_and_words_for_the_operator)
{
	struct fault fault = { 0 };

	(void)fault_set(&fault, FAULT_VALIDATION, "No.");
	CHECK(!fault_say_more(&fault, "Use %s.", "fileb://"));
	CHECK(!fault_log(&fault, "code %d", 7));
	CHECK_TEXT(str_of(fault.say), "No. Use fileb://.");
	CHECK_TEXT(str_of(fault.log), "code 7");
}

TEST(fault, cuts_long_text_at_a_character)
{
	struct fault fault = { 0 };
	char text[FAULT_SAY_BYTES * 2 + 1];

	/* Every offset, so that the cut falls on each byte of the three-byte character. */
	for (size_t shift = 0; shift < 3; shift++) {
		memset(text, 'x', shift);
		for (size_t i = shift; i + 3 < sizeof text; i += 3)
			memcpy(text + i, "\xe2\x82\xac", 4);
		(void)fault_set(&fault, FAULT_VALIDATION, "%s", text);
		CHECK(strlen(fault.say) >= FAULT_SAY_BYTES - 4);
		CHECK(utf8_valid(str_of(fault.say)));
		(void)fault_say_more(&fault, "more");
		CHECK(utf8_valid(str_of(fault.say)));
	}
}

TEST_MAIN("fault");
