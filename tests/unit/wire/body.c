#include "wire/body.h"

#include "test.h"

enum { LIMIT = 100000 };

TEST(body, grows_with_what_arrives_up_to_its_limit)
{
	struct body_budget budget = { .limit = 1 << 20 };
	struct body body = { 0 };
	char piece[1000];

	for (int i = 0; i < LIMIT / 1000; i++) {
		memset(piece, 'a' + i % 26, sizeof piece);
		CHECK(body_take(&body, piece, sizeof piece, SIZE_MAX, LIMIT, &budget) == BODY_OK);
		CHECK(budget.used == body.room);
	}
	CHECK(body.n == LIMIT);
	CHECK(body.room == LIMIT);
	for (size_t i = 0; i < body.n; i++)
		CHECK(body.p[i] == 'a' + i / 1000 % 26);
	CHECK(body_take(&body, piece, 1, SIZE_MAX, LIMIT, &budget) == BODY_TOO_LARGE);
	body_done(&body, &budget);
	CHECK(budget.used == 0);
	body_done(&body, &budget);
	CHECK(budget.used == 0);
}

TEST(body, takes_no_more_room_than_was_announced)
{
	struct body_budget budget = { .limit = 1 << 20 };
	struct body body = { 0 };

	CHECK(body_take(&body, "{}", 2, 2, LIMIT, &budget) == BODY_OK);
	CHECK(body.room == 2);
	CHECK(body_bytes(&body).n == 2);
	body_done(&body, &budget);
	/* What was promised is not set aside before it comes. */
	CHECK(body_take(&body, "{", 1, LIMIT, LIMIT, &budget) == BODY_OK);
	CHECK(body.room < LIMIT / 2);
	body_done(&body, &budget);
}

TEST(body, shares_a_budget)
{
	struct body_budget budget = { .limit = 10 };
	struct body one = { 0 }, two = { 0 };

	CHECK(body_take(&one, "1234567", 7, 7, LIMIT, &budget) == BODY_OK);
	CHECK(body_take(&two, "1234", 4, 4, LIMIT, &budget) == BODY_NO_BUDGET);
	CHECK(budget.used == 7);
	body_done(&one, &budget);
	CHECK(body_take(&two, "1234", 4, 4, LIMIT, &budget) == BODY_OK);
	body_done(&two, &budget);
	CHECK(budget.used == 0);
}

TEST(body, that_never_came_is_present_and_empty)
{
	struct body body = { 0 };

	CHECK(body_bytes(&body).p != NULL);
	CHECK(body_bytes(&body).n == 0);
}

TEST_MAIN("body");
