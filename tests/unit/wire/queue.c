#include "wire/queue.h"

#include <time.h>

#include "test.h"
#include "wire/exchange.h"

TEST(queue, gives_in_the_order_it_was_given)
{
	struct exchange one = { 0 }, two = { 0 }, three = { 0 };
	struct queue queue;

	queue_init(&queue, 3);
	CHECK(queue_push(&queue, &one) && queue_push(&queue, &two) && queue_push(&queue, &three));
	CHECK(queue_take(&queue) == &one && queue_take(&queue) == &two);
	CHECK(queue_push(&queue, &one));
	CHECK(queue_take(&queue) == &three && queue_take(&queue) == &one);
	queue_done(&queue);
}

TEST(queue, refuses_when_it_is_full_or_closed)
{
	struct exchange one = { 0 }, two = { 0 }, three = { 0 };
	struct queue queue;

	queue_init(&queue, 2);
	CHECK(queue_push(&queue, &one) && queue_push(&queue, &two));
	CHECK(!queue_push(&queue, &three));
	CHECK(queue_take(&queue) == &one);
	CHECK(queue_push(&queue, &three));
	queue_close(&queue);
	CHECK(!queue_push(&queue, &one));
	/* What is in it still comes out. */
	CHECK(queue_take(&queue) == &two && queue_take(&queue) == &three);
	CHECK(queue_take(&queue) == NULL);
	queue_done(&queue);
}

TEST(queue, takes_back_what_has_begun_beyond_any_limit_and_gives_it_first)
{
	struct exchange waiting = { 0 }, other = { 0 }, begun[5] = { { 0 } };
	struct queue queue;

	queue_init(&queue, 1);
	CHECK(queue_push(&queue, &waiting));
	for (int i = 0; i < 5; i++)
		queue_return(&queue, &begun[i]);
	CHECK(!queue_push(&queue, &other));
	for (int i = 0; i < 5; i++)
		CHECK(queue_take(&queue) == &begun[i]);
	/* They took nobody's place. */
	CHECK(!queue_push(&queue, &other));
	CHECK(queue_take(&queue) == &waiting);
	CHECK(queue_push(&queue, &other));
	queue_close(&queue);
	queue_return(&queue, &begun[0]);
	CHECK(queue_take(&queue) == &begun[0] && queue_take(&queue) == &other);
	CHECK(queue_take(&queue) == NULL);
	queue_done(&queue);
}

static void *
take_one(void *context)
{
	return queue_take(context);
}

/* However it comes, and when it is closed. */
TEST(queue, wakes_who_waits)
{
	struct exchange one = { 0 };
	struct queue queue;
	pthread_t thread;
	void *taken;

	queue_init(&queue, 1);
	for (int way = 0; way < 3; way++) {
		CHECK(pthread_create(&thread, NULL, take_one, &queue) == 0);
		(void)nanosleep(&(struct timespec){ .tv_nsec = 20 * 1000 * 1000 }, NULL);
		if (way == 0)
			CHECK(queue_push(&queue, &one));
		else if (way == 1)
			queue_return(&queue, &one);
		else
			queue_close(&queue);
		CHECK(pthread_join(thread, &taken) == 0);
		CHECK(taken == (way < 2 ? &one : NULL));
	}
	queue_done(&queue);
}

TEST_MAIN("queue");
