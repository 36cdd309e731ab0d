#include "cli/pages.h"

#include <stdio.h>

#include "cli/json.h"
#include "model/acm.h"
#include "test.h"

static struct arena arena;

/* A service with five items, `page` at a time; tokens are the number of the next item. */
struct shelf {
	size_t page;
	int calls;
	bool stuck; /* sends one token for ever */
};

static bool
turn(void *context, const struct value *input, struct value **answer)
{
	struct shelf *shelf = context;
	const struct value *token = value_get(input, STR("NextToken"));
	const struct value *limit = value_get(input, STR("MaxItems"));
	struct value *list = value_new(VALUE_LIST, &arena);
	int64_t first = 0;
	int64_t size = (int64_t)shelf->page;

	shelf->calls++;
	CHECK(token == NULL || str_to_i64(token->text, &first));
	CHECK(limit == NULL || str_to_i64(limit->text, &size));
	for (int64_t i = first; i < 5 && i < first + size; i++)
		value_append(list, value_number(arena_printf(&arena, "%d", (int)i), &arena), &arena);
	*answer = value_new(VALUE_MAP, &arena);
	value_set(*answer, STR("CertificateSummaryList"), list, &arena);
	if (first + size < 5 || shelf->stuck)
		value_set(*answer, STR("NextToken"),
			value_string(shelf->stuck ? STR("0") : arena_printf(&arena, "%d", (int)(first + size)), &arena),
			&arena);
	return true;
}

static const char *
collect(struct shelf *shelf, const struct globals *globals)
{
	const struct operation *operation = service_command(&acm_service, STR("list-certificates"));
	struct fault fault = { 0 };
	struct buffer out = { 0 };
	struct value *answer;

	if (!pages_collect(operation, globals, value_new(VALUE_MAP, &arena), turn, shelf, &arena, &answer, &fault))
		return arena_cstr(&arena, str_of(fault.say));
	json_write(answer, &out);
	const char *copy = arena_cstr(&arena, buffer_str(&out));
	buffer_done(&out);
	return copy;
}

TEST(pages, are_joined)
{
	struct shelf shelf = { .page = 2 };

	assert_string_equal(collect(&shelf, &(struct globals){ 0 }), "{\"CertificateSummaryList\":[0,1,2,3,4]}");
	assert_int_equal(shelf.calls, 3);
	arena_reset(&arena);
}

TEST(pages, have_the_size_that_was_asked_for)
{
	struct shelf shelf = { .page = 5 };

	assert_string_equal(
		collect(&shelf, &(struct globals){ .page_size = "1" }), "{\"CertificateSummaryList\":[0,1,2,3,4]}");
	assert_int_equal(shelf.calls, 5);
	arena_reset(&arena);
}

/* The token that botocore makes for the same cut. */
TEST(pages, are_cut_and_gone_on_with)
{
	static const char token[] = "eyJOZXh0VG9rZW4iOiAiMiIsICJib3RvX3RydW5jYXRlX2Ftb3VudCI6IDF9";
	struct shelf shelf = { .page = 2 };

	assert_string_equal(collect(&shelf, &(struct globals){ .max_items = "3" }),
		"{\"CertificateSummaryList\":[0,1,2],\"NextToken\":"
		"\"eyJOZXh0VG9rZW4iOiAiMiIsICJib3RvX3RydW5jYXRlX2Ftb3VudCI6IDF9\"}");
	assert_string_equal(
		collect(&shelf, &(struct globals){ .starting_token = token }), "{\"CertificateSummaryList\":[3,4]}");
	arena_reset(&arena);
}

TEST(pages, may_end_where_the_limit_is)
{
	struct shelf shelf = { .page = 2 };

	assert_string_equal(collect(&shelf, &(struct globals){ .max_items = "2" }),
		"{\"CertificateSummaryList\":[0,1],\"NextToken\":\"eyJOZXh0VG9rZW4iOiAiMiJ9\"}");
	assert_int_equal(shelf.calls, 1);
	assert_string_equal(
		collect(&shelf, &(struct globals){ .starting_token = "4" }), "{\"CertificateSummaryList\":[4]}");
	arena_reset(&arena);
}

TEST(pages, end_although_the_service_repeats_itself)
{
	struct shelf shelf = { .page = 2, .stuck = true };

	CHECK(strstr(collect(&shelf, &(struct globals){ 0 }), "same next token was received twice") != NULL);
	assert_int_equal(shelf.calls, 2);
	arena_reset(&arena);
}

TEST(pages, refuse_numbers_that_are_none)
{
	struct shelf shelf = { .page = 2 };

	assert_string_equal(collect(&shelf, &(struct globals){ .max_items = "x" }),
		"argument --max-items: 'x' is not a whole number");
	assert_int_equal(shelf.calls, 0);
	arena_reset(&arena);
}

TEST(pages, are_turned_by_hand_when_the_user_does)
{
	const struct operation *list = service_command(&acm_service, STR("list-certificates"));
	const struct operation *describe = service_command(&acm_service, STR("describe-certificate"));
	struct value *input = value_new(VALUE_MAP, &arena);

	CHECK(pages_wanted(list, &(struct globals){ 0 }, input));
	CHECK(!pages_wanted(list, &(struct globals){ .no_paginate = true }, input));
	CHECK(!pages_wanted(describe, &(struct globals){ 0 }, input));
	value_set(input, STR("NextToken"), value_string(STR("x"), &arena), &arena);
	CHECK(!pages_wanted(list, &(struct globals){ 0 }, input));
	arena_done(&arena);
}

/* What a walk was handed, page by page: "0,1;2,3;". */
struct walked {
	struct shelf shelf; /* first, so that turn() finds it */
	struct buffer seen;
	bool enough;
};

static bool
note_items(void *context, const struct value *items)
{
	struct walked *walked = context;

	for (size_t i = 0; i < items->count; i++)
		buffer_printf(&walked->seen, "%s%.*s", i > 0 ? "," : "", STR_ARG(items->items[i].value->text));
	buffer_put_char(&walked->seen, ';');
	return !walked->enough;
}

static bool
turn_at_most_two(void *context, const struct value *input, struct value **answer)
{
	struct value *narrow = value_new(VALUE_MAP, &arena);
	const struct value *token = value_get(input, STR("NextToken"));

	CHECK(value_get(input, STR("MaxItems")) != NULL);
	if (token != NULL)
		value_set(narrow, STR("NextToken"), value_string(token->text, &arena), &arena);
	return turn(context, narrow, answer);
}

static bool
walk(struct walked *walked, int64_t limit, pages_call *call, bool *more, struct fault *fault)
{
	struct arena page = { 0 };
	const struct pages_walk plan = {
		.operation = service_command(&acm_service, STR("list-certificates")),
		.input = value_new(VALUE_MAP, &arena),
		.limit = limit,
		.call = call,
		.take = note_items,
		.context = walked,
		.page = &page,
		.arena = &arena,
	};
	bool done = pages_walk(&plan, more, fault);

	arena_done(&page);
	return done;
}

TEST(pages, are_walked_through_to_the_end_or_the_limit)
{
	static const struct {
		int64_t limit;
		const char *seen;
		bool more;
	} cases[] = {
		{ -1, "0,1;2,3;4;", false },
		{ 1, "0;", true },
		{ 2, "0,1;", true },
		{ 3, "0,1;2;", true },
		{ 4, "0,1;2,3;", true },
		{ 5, "0,1;2,3;4;", false },
		{ 6, "0,1;2,3;4;", false },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct walked walked = { .shelf = { .page = 2 } };
		struct fault fault = { 0 };
		bool more = false;
		CHECK_OK(walk(&walked, cases[i].limit, turn_at_most_two, &more, &fault), fault);
		CHECK_TEXT(buffer_str(&walked.seen), cases[i].seen);
		CHECK(more == cases[i].more);
		buffer_done(&walked.seen);
	}
	arena_reset(&arena);
}

TEST(pages, are_asked_for_as_large_as_may_be)
{
	struct walked walked = { 0 };
	struct fault fault = { 0 };
	bool more = true;

	CHECK_OK(walk(&walked, -1, turn, &more, &fault), fault);
	assert_int_equal(walked.shelf.calls, 1);
	CHECK(!more);
	buffer_done(&walked.seen);
	arena_reset(&arena);
}

TEST(pages, walks_end_where_they_are_refused)
{
	struct walked stuck = { .shelf = { .page = 2, .stuck = true } };
	struct walked full = { .shelf = { .page = 2 }, .enough = true };
	struct fault fault = { 0 };
	bool more;

	CHECK(!walk(&stuck, -1, turn_at_most_two, &more, &fault));
	CHECK(strstr(fault.say, "same next token was received twice") != NULL);
	fault = (struct fault){ 0 };
	CHECK(!walk(&full, -1, turn_at_most_two, &more, &fault));
	CHECK(fault.code == FAULT_NONE);
	CHECK_TEXT(buffer_str(&full.seen), "0,1;");
	buffer_done(&stuck.seen);
	buffer_done(&full.seen);
	arena_done(&arena);
}

TEST_MAIN("cli/pages");
