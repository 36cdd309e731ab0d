/* Announced writes: who waits for whom before a commit.
 *
 * The writer's patience is measured in time, so the tests take its watch away: every wait of a thread for a moment ends
 * in watched_timedwait() below (the linker's --wrap), where a test decides what happens meanwhile. Writes
 * leave a trace of what the writer did with them, "r" when one ran and "d" when it was done: "rrdd" is two in one
 * commit, "rdrd" two commits. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#include "store/writer.h"
#include "test.h"
#include "world.h"

/* ---- The writer's watch ---- */

enum patience {
	PATIENCE_OF_A_CLOCK, /* as if nothing were wrapped */
	PATIENCE_AT_AN_END,  /* nobody came in time */
	PATIENCE_REWARDED,   /* somebody does something, and the writer is woken */
};

static struct {
	enum patience patience;
	void (*meanwhile)(void *context);
	void *context;
	unsigned waits; /* by the writer alone, which looks at all this; set while it has nothing to do */
} watch;

/* The linker's names for the function that is wrapped and for what stands in its place. */
int real_timedwait(pthread_cond_t *, pthread_mutex_t *, const struct timespec *) __asm__(
	"__real_pthread_cond_timedwait");
int watched_timedwait(pthread_cond_t *, pthread_mutex_t *, const struct timespec *) __asm__(
	"__wrap_pthread_cond_timedwait");

/* Waits for an idle second are no patience, however little of it is left when one is taken up again. */
static bool
is_short(const struct timespec *until)
{
	enum { SHORT_US = 10 * WRITER_PATIENCE_US };
	static _Thread_local int64_t second_us;
	int64_t until_us = (int64_t)until->tv_sec * 1000000 + until->tv_nsec / 1000;

	if (until_us != second_us && until_us - clock_monotonic_us() < SHORT_US)
		return true;
	second_us = until_us;
	return false;
}

int
watched_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until)
{
	if (!is_short(until))
		return real_timedwait(cond, mutex, until);
	watch.waits++;
	if (watch.patience == PATIENCE_OF_A_CLOCK)
		return real_timedwait(cond, mutex, until);
	if (watch.patience == PATIENCE_AT_AN_END)
		return ETIMEDOUT;
	(void)pthread_mutex_unlock(mutex);
	watch.meanwhile(watch.context);
	(void)pthread_mutex_lock(mutex);
	return 0;
}

/* ---- Writes that leave a trace ---- */

struct traced {
	struct store_write write;
	struct world *world;
	struct certificate_row row;
	bool refuses;
	sem_t done;
};

static char trace[256]; /* written by the writer, read when a write is done */

static void
trace_add(char what)
{
	size_t n = strlen(trace);

	if (n + 1 < sizeof trace) {
		trace[n] = what;
		trace[n + 1] = '\0';
	}
}

static bool
traced_run(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct traced *traced = context;

	trace_add('r');
	if (traced->refuses)
		return fault_set(fault, FAULT_LIMIT_EXCEEDED, "No more.");
	return store_certificate_insert(transaction, &traced->world->owner, &traced->row, fault);
}

static void
traced_done(void *context, const struct fault *fault)
{
	struct traced *traced = context;

	trace_add(fault == NULL ? 'd' : 'f');
	(void)sem_post(&traced->done);
}

static void
prepare(struct traced *traced, struct world *w, unsigned number, bool expected)
{
	*traced = (struct traced){ .world = w, .row = world_row(w, number) };
	traced->write =
		(struct store_write){ .run = traced_run, .done = traced_done, .context = traced, .expected = expected };
	CHECK(sem_init(&traced->done, 0, 0) == 0);
}

static void
submit(void *context)
{
	struct traced *traced = context;

	store_submit(traced->world->store, &traced->write);
}

static void
wait_for(struct traced *traced)
{
	(void)sem_wait(&traced->done);
	(void)sem_destroy(&traced->done);
}

static void
begin(struct world *w, enum patience patience, void (*meanwhile)(void *), void *context)
{
	world_begin(w);
	trace[0] = '\0';
	watch.patience = patience;
	watch.meanwhile = meanwhile;
	watch.context = context;
	watch.waits = 0;
}

static void
end(struct world *w)
{
	watch.patience = PATIENCE_OF_A_CLOCK;
	world_end(w);
}

TEST(expected, write_joins_the_commit_of_one_that_waits)
{
	struct world w;
	struct traced first, second;

	begin(&w, PATIENCE_REWARDED, submit, &second);
	prepare(&first, &w, 1, true);
	prepare(&second, &w, 2, true);
	store_expect(w.store);
	store_expect(w.store);
	submit(&first);
	wait_for(&first);
	wait_for(&second);
	CHECK_TEXT(str_of(trace), "rrdd");
	CHECK(watch.waits == 1);
	end(&w);
}

TEST(expected, write_that_comes_too_late_has_a_commit_of_its_own)
{
	struct world w;
	struct traced first, second;

	begin(&w, PATIENCE_AT_AN_END, NULL, NULL);
	prepare(&first, &w, 1, true);
	prepare(&second, &w, 2, true);
	store_expect(w.store);
	store_expect(w.store);
	submit(&first);
	wait_for(&first);
	CHECK_TEXT(str_of(trace), "rd");
	submit(&second);
	wait_for(&second);
	CHECK_TEXT(str_of(trace), "rdrd");
	CHECK(watch.waits == 1);
	end(&w);
}

TEST(expected, write_that_never_comes_holds_nobody_for_good)
{
	struct world w;

	begin(&w, PATIENCE_OF_A_CLOCK, NULL, NULL);
	store_expect(w.store);
	for (unsigned i = 0; i < 5; i++) {
		struct traced other;
		prepare(&other, &w, i, false);
		submit(&other);
		wait_for(&other);
	}
	CHECK_TEXT(str_of(trace), "rdrdrdrdrd");
	CHECK(watch.waits >= 5);
	store_unexpect(w.store);
	end(&w);
}

static void
call_off(void *context)
{
	store_unexpect(context);
}

TEST(expected, write_that_is_called_off_is_waited_for_no_longer)
{
	struct world w;
	struct traced first, second;

	begin(&w, PATIENCE_REWARDED, call_off, NULL);
	watch.context = w.store;
	prepare(&first, &w, 1, true);
	prepare(&second, &w, 2, false);
	store_expect(w.store);
	store_expect(w.store);
	submit(&first);
	wait_for(&first);
	CHECK_TEXT(str_of(trace), "rd");
	CHECK(watch.waits == 1);
	submit(&second);
	wait_for(&second);
	CHECK(watch.waits == 1);
	end(&w);
}

TEST(expected, write_alone_is_committed_at_once)
{
	struct world w;
	struct traced one;

	begin(&w, PATIENCE_AT_AN_END, NULL, NULL);
	prepare(&one, &w, 1, true);
	store_expect(w.store);
	submit(&one);
	wait_for(&one);
	CHECK(watch.waits == 0);
	end(&w);
}

TEST(expected, write_that_refuses_was_expected_all_the_same)
{
	struct world w;
	struct traced first, second;

	begin(&w, PATIENCE_AT_AN_END, NULL, NULL);
	prepare(&first, &w, 1, true);
	prepare(&second, &w, 2, false);
	first.refuses = true;
	store_expect(w.store);
	submit(&first);
	wait_for(&first);
	submit(&second);
	wait_for(&second);
	CHECK_TEXT(str_of(trace), "rfrd");
	CHECK(watch.waits == 0);
	end(&w);
}

/* ---- A full group ---- */

struct gate {
	struct traced traced;
	sem_t entered, opened;
};

static bool
gate_run(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct gate *gate = context;

	(void)transaction;
	(void)fault;
	(void)sem_post(&gate->entered);
	(void)sem_wait(&gate->opened);
	return true;
}

static void
gate_done(void *context, const struct fault *fault)
{
	(void)context;
	(void)fault;
}

TEST(expected, write_is_not_waited_for_by_a_full_group)
{
	struct world w;
	struct gate gate = { 0 };

	begin(&w, PATIENCE_AT_AN_END, NULL, NULL);
	struct traced *full = ARENA_ARRAY(&w.arena, struct traced, WRITER_GROUP_MAX);
	CHECK(sem_init(&gate.entered, 0, 0) == 0 && sem_init(&gate.opened, 0, 0) == 0);
	gate.traced.write = (struct store_write){ .run = gate_run, .done = gate_done, .context = &gate };
	store_submit(w.store, &gate.traced.write);
	/* The writer stands in the gate while a full group comes together behind it, and one more is expected. */
	(void)sem_wait(&gate.entered);
	store_expect(w.store);
	for (unsigned i = 0; i < WRITER_GROUP_MAX; i++) {
		prepare(&full[i], &w, i, false);
		submit(&full[i]);
	}
	(void)sem_post(&gate.opened);
	for (unsigned i = 0; i < WRITER_GROUP_MAX; i++)
		wait_for(&full[i]);
	CHECK(watch.waits == 0);
	for (size_t i = 0; i < WRITER_GROUP_MAX; i++)
		CHECK(trace[i] == 'r' && trace[WRITER_GROUP_MAX + i] == 'd');
	store_unexpect(w.store);
	(void)sem_destroy(&gate.entered);
	(void)sem_destroy(&gate.opened);
	end(&w);
}

/* ---- Many threads ---- */

enum { THREADS = 6, TURNS = 12 };

/* Announces, and then comes or calls it off by turns. */
static void *
come_and_go(void *context)
{
	struct traced *turns = context;

	for (unsigned i = 0; i < TURNS; i++) {
		struct store *store = turns[i].world->store;
		store_expect(store);
		if (i % 3 == 0) {
			store_unexpect(store);
			continue;
		}
		submit(&turns[i]);
		wait_for(&turns[i]);
	}
	return NULL;
}

TEST(expected, writes_are_none_when_all_have_come_or_been_called_off)
{
	struct world w;
	struct traced turns[THREADS][TURNS], last;
	pthread_t threads[THREADS];

	begin(&w, PATIENCE_OF_A_CLOCK, NULL, NULL);
	for (unsigned i = 0; i < THREADS; i++)
		for (unsigned j = 0; j < TURNS; j++)
			prepare(&turns[i][j], &w, i * TURNS + j, true);
	for (unsigned i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, come_and_go, turns[i]) == 0);
	for (unsigned i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(strlen(trace) == THREADS * (TURNS - TURNS / 3) * 2 && strchr(trace, 'f') == NULL);
	unsigned waits = watch.waits;
	prepare(&last, &w, THREADS * TURNS, false);
	submit(&last);
	wait_for(&last);
	CHECK(watch.waits == waits);
	end(&w);
}

TEST(expected, writes_are_nothing_to_a_store_that_is_open_for_reading)
{
	struct world w;
	struct traced one;
	struct store *reader;

	begin(&w, PATIENCE_OF_A_CLOCK, NULL, NULL);
	const struct store_options options = { .path = w.path, .readers = 1, .read_only = true, .clock = &w.clock };
	CHECK_OK(store_open(&options, &reader, &w.fault), w.fault);
	store_expect(reader);
	store_unexpect(reader);
	store_expect(reader);
	prepare(&one, &w, 1, true);
	store_submit(reader, &one.write);
	wait_for(&one);
	CHECK_TEXT(str_of(trace), "f");
	store_close(reader);
	end(&w);
}

TEST_MAIN("store expect");
