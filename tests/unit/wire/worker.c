/* Work of two durable steps, on real workers over a real store; who asked it, and how it is answered, is the test's. */
#include "wire/worker.h"

#include <ftw.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "test.h"
#include "wire/inside.h"

enum { QUEUE_LIMIT = 4, SUBJECTS = 200 };

static struct house {
	char folder[64];
	struct server server;
	struct worker workers[2];
} house;

/* What happens to one exchange, and what it is told to do. */
struct subject {
	struct exchange exchange;
	char account[2][13]; /* rows its two writes make */
	bool refuse_first, refuse_between, refuse_second, single, give_up;
	int committed, steps;
	pthread_t step_thread;
	struct fault fault;
	bool succeeded;
	sem_t finished;
};

static bool
insert(struct store_transaction *transaction, const char *account, struct fault *fault)
{
	const struct account_row row = { .id = str_of(account), .name = STR("test"), .created_ms = 1 };

	return store_account_insert(transaction, &row, fault);
}

static bool
write_first(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct subject *subject = context;

	(void)call;
	if (!insert(transaction, subject->account[0], fault))
		return false;
	return !subject->refuse_first || fault_set(fault, FAULT_CONFLICT, "The first write is refused.");
}

static bool
write_second(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct subject *subject = context;

	(void)call;
	if (!insert(transaction, subject->account[1], fault))
		return false;
	return !subject->refuse_second || fault_set(fault, FAULT_CONFLICT, "The second write is refused.");
}

static void
note_commit(struct call *call, void *context)
{
	struct subject *subject = context;

	(void)call;
	subject->committed++;
	if (subject->give_up)
		atomic_store(&house.server.giving_up, true);
}

static bool
go_on(struct call *call, void *context, struct fault *fault)
{
	struct subject *subject = context;

	CHECK(call->write == NULL && call->next == NULL && call->committed == NULL);
	CHECK(call->verifier == house.workers[0].verifier || call->verifier == house.workers[1].verifier);
	subject->steps++;
	subject->step_thread = pthread_self();
	if (subject->refuse_between)
		return fault_set(fault, FAULT_UNAVAILABLE, "Nothing can be signed now.");
	call_write(call, write_second, subject);
	call_committed(call, note_commit, subject);
	return true;
}

static struct subject *
subject_of(struct exchange *exchange)
{
	return (struct subject *)(void *)((char *)exchange - offsetof(struct subject, exchange));
}

static bool
begin_work(struct exchange *exchange, struct fault *fault)
{
	struct subject *subject = subject_of(exchange);

	(void)fault;
	call_write(&exchange->call, write_first, subject);
	call_committed(&exchange->call, note_commit, subject);
	if (!subject->single)
		call_next(&exchange->call, go_on, subject);
	return true;
}

static void
end_work(struct exchange *exchange, const struct fault *fault)
{
	struct subject *subject = subject_of(exchange);

	CHECK(!exchange->write_expected);
	subject->succeeded = fault == NULL;
	if (fault != NULL)
		subject->fault = *fault;
	(void)sem_post(&subject->finished);
}

static const struct work test_work = { NULL, begin_work, end_work };

static void
subject_start(struct subject *subject, int number)
{
	for (int i = 0; i < 2; i++)
		(void)snprintf(subject->account[i], sizeof subject->account[i], "%012u",
			(unsigned)(2 * number + i) % 1000000000);
	(void)sem_init(&subject->finished, 0, 0);
	subject->exchange.server = &house.server;
	subject->exchange.work = &test_work;
	subject->exchange.lane = &house.server.quick;
	subject->exchange.writes_soon = true;
	exchange_expect_write(&subject->exchange);
	while (!queue_push(&house.server.quick, &subject->exchange))
		(void)sched_yield();
}

static void
subject_wait(struct subject *subject)
{
	while (sem_wait(&subject->finished) != 0)
		continue;
	arena_done(&subject->exchange.arena);
	(void)sem_destroy(&subject->finished);
}

static void
subject_run(struct subject *subject, int number)
{
	subject_start(subject, number);
	subject_wait(subject);
}

static bool
stored(const char *account)
{
	struct arena arena = { 0 };
	const struct account_row *rows;
	struct fault fault = { 0 };
	bool found = false;
	size_t n;

	CHECK_OK(store_account_list(house.server.house.store, &arena, &rows, &n, &fault), fault);
	for (size_t i = 0; i < n; i++)
		found = found || str_is(rows[i].id, account);
	arena_done(&arena);
	return found;
}

TEST(worker, goes_on_after_a_durable_write_and_writes_again)
{
	struct subject subject = { 0 };

	subject_run(&subject, 1);
	CHECK_OK(subject.succeeded, subject.fault);
	CHECK(subject.steps == 1 && subject.committed == 2);
	CHECK(stored(subject.account[0]) && stored(subject.account[1]));
	CHECK(pthread_equal(subject.step_thread, house.workers[0].thread) ||
		pthread_equal(subject.step_thread, house.workers[1].thread));
}

TEST(worker, answers_after_one_write_when_nothing_follows)
{
	struct subject subject = { .single = true };

	subject_run(&subject, 2);
	CHECK_OK(subject.succeeded, subject.fault);
	CHECK(subject.steps == 0 && subject.committed == 1);
	CHECK(stored(subject.account[0]) && !stored(subject.account[1]));
}

TEST(worker, does_not_go_on_after_a_write_that_was_refused)
{
	struct subject subject = { .refuse_first = true };

	subject_run(&subject, 3);
	CHECK(!subject.succeeded && subject.fault.code == FAULT_CONFLICT);
	CHECK(subject.steps == 0 && subject.committed == 0);
	CHECK(!stored(subject.account[0]));
}

TEST(worker, answers_the_fault_of_a_step_that_fails_after_a_durable_write)
{
	struct subject subject = { .refuse_between = true };

	subject_run(&subject, 4);
	CHECK(!subject.succeeded && subject.fault.code == FAULT_UNAVAILABLE);
	CHECK(subject.committed == 1);
	CHECK(stored(subject.account[0]) && !stored(subject.account[1]));
}

TEST(worker, answers_the_fault_of_a_second_write)
{
	struct subject subject = { .refuse_second = true };

	subject_run(&subject, 5);
	CHECK(!subject.succeeded && subject.fault.code == FAULT_CONFLICT);
	CHECK(subject.committed == 1);
	CHECK(stored(subject.account[0]) && !stored(subject.account[1]));
}

TEST(worker, finishes_what_is_half_done_when_the_server_gives_up_and_starts_nothing)
{
	struct subject half = { .give_up = true }, late = { 0 };

	subject_run(&half, 6);
	CHECK_OK(half.succeeded, half.fault);
	CHECK(half.committed == 2 && stored(half.account[1]));
	subject_run(&late, 7);
	CHECK(!late.succeeded && late.fault.code == FAULT_UNAVAILABLE && late.committed == 0);
	atomic_store(&house.server.giving_up, false);
}

/* Far more than the lane has room for: those that come back never wait for a place. */
TEST(worker, keeps_a_crowd_going)
{
	struct subject *crowd = memory_take_zeroed(SUBJECTS * sizeof *crowd);

	for (int i = 0; i < SUBJECTS; i++) {
		crowd[i].refuse_second = i % 7 == 3;
		subject_start(&crowd[i], 100 + i);
	}
	for (int i = 0; i < SUBJECTS; i++) {
		subject_wait(&crowd[i]);
		CHECK(crowd[i].succeeded == !crowd[i].refuse_second);
		CHECK(stored(crowd[i].account[0]) && stored(crowd[i].account[1]) == crowd[i].succeeded);
	}
	free(crowd);
}

static int
remove_one(const char *path, const struct stat *status, int type, struct FTW *position)
{
	(void)status;
	(void)type;
	(void)position;
	return remove(path);
}

static int
house_open(void **state)
{
	static char path[96];
	static const struct service_settings settings;
	struct fault fault = { 0 };

	(void)state;
	(void)snprintf(house.folder, sizeof house.folder, "%s/chancery-test-XXXXXX", P_tmpdir);
	CHECK(mkdtemp(house.folder) != NULL);
	(void)snprintf(path, sizeof path, "%s/chancery.db", house.folder);
	const struct store_options options = { .path = path, .readers = 2, .clock = &clock_system };
	CHECK_OK(store_open(&options, &house.server.house.store, &fault), fault);
	house.server.house.clock = &clock_system;
	house.server.house.entropy = &entropy_system;
	house.server.house.settings = &settings;
	queue_init(&house.server.quick, QUEUE_LIMIT);
	for (int i = 0; i < 2; i++)
		CHECK_OK(worker_start(&house.workers[i], &house.server, &house.server.quick, NULL, &fault), fault);
	return 0;
}

static int
house_close(void **state)
{
	(void)state;
	queue_close(&house.server.quick);
	for (int i = 0; i < 2; i++)
		worker_join(&house.workers[i]);
	queue_done(&house.server.quick);
	store_close(house.server.house.store);
	(void)nftw(house.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}

int
main(void)
{
	return _cmocka_run_group_tests("worker", test_list, test_count, house_open, house_close);
}
