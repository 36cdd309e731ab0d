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

TEST_MAIN("cli/pages");
