/* Duties of the test's own, over a real store; rounds by a clock that stands where the test puts it, and the thread. */
#include "daemon/duties.h"

#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/attributes.h"
#include "store/duty.h"
#include "test.h"

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS };
static const int64_t start_ms = INT64_C(1795248354250);

static struct house {
	char folder[64];
	struct store *store;
	struct clock clock;
	struct log log;
	int log_fd;
} house;

/* What the duties below do, and what was done. */
static struct {
	_Atomic int calls[3];
	bool fails[3];
	const char *say[3];
	int64_t wants_ms[3]; /* from now; INT64_MAX: when hurried */
	const char *warning;
} script;

static bool
act(int index, struct call *call, int64_t *next_ms, struct fault *fault)
{
	CHECK(call->verifier != NULL && call->store == house.store);
	CHECK(call->principal.account.p == NULL && call->owner.account.p == NULL && call->write == NULL);
	CHECK(call->arena->taken == 0);
	(void)arena_alloc(call->arena, 100);
	(void)atomic_fetch_add(&script.calls[index], 1);
	*next_ms = script.wants_ms[index] == INT64_MAX ? INT64_MAX : call->now_ms + script.wants_ms[index];
	if (script.warning != NULL)
		call->warning = str_of(script.warning);
	if (script.fails[index])
		return fault_set(fault, FAULT_UNAVAILABLE, "%s", script.say[index]);
	return true;
}

static bool
first(struct call *call, int64_t *next_ms, struct fault *fault)
{
	return act(0, call, next_ms, fault);
}

static bool
second(struct call *call, int64_t *next_ms, struct fault *fault)
{
	return act(1, call, next_ms, fault);
}

static bool
third(struct call *call, int64_t *next_ms, struct fault *fault)
{
	return act(2, call, next_ms, fault);
}

static const struct duty table[] = { { "first", first }, { "second", second }, { "third", third } };

static struct duties_options
options_of(size_t count)
{
	static const struct service_settings settings;

	memset(&script, 0, sizeof script);
	house.clock = clock_fixed(start_ms);
	CHECK(ftruncate(house.log_fd, 0) == 0);
	return (struct duties_options){
		.table = table,
		.count = count,
		.clock = &house.clock,
		.entropy = &entropy_system,
		.settings = &settings,
		.store = house.store,
		.log = &house.log,
	};
}

static void
pass(int64_t ms)
{
	house.clock.fixed_ms += ms;
}

static int
times_logged(const char *words)
{
	static char text[64 * 1024];
	ssize_t n = pread(house.log_fd, text, sizeof text - 1, 0);
	int times = 0;

	CHECK(n >= 0);
	text[n] = '\0';
	for (const char *at = text; (at = strstr(at, words)) != NULL; at++)
		times++;
	return times;
}

/* Whoever held the lease before has gone: it is over, or was given. */
static void
let_leases_end(void)
{
	house.clock.fixed_ms += DUTIES_LEASE_MS + 1;
}

static bool
give_all(struct store_transaction *transaction, void *context, struct fault *fault)
{
	bool taken = false;

	(void)context;
	/* Takes what is over by then, and gives it. */
	return store_lease_take(transaction, "duties", STR("test"), INT64_MAX - 1, INT64_MAX - 1, &taken, fault) &&
	       store_lease_give(transaction, "duties", STR("test"), fault);
}

static void
forget_leases(void)
{
	struct fault fault = { 0 };

	CHECK_OK(store_apply(house.store, give_all, NULL, &fault), fault);
}

TEST(duties, are_all_called_at_the_start_and_then_when_they_want_to_be)
{
	struct duties_options options = options_of(3);
	struct duties *rota = duties_new(&options);

	script.wants_ms[0] = 10 * SECOND_MS;
	script.wants_ms[1] = 25 * SECOND_MS;
	script.wants_ms[2] = INT64_MAX;
	CHECK(duties_round(rota) == start_ms + 10 * SECOND_MS);
	CHECK(script.calls[0] == 1 && script.calls[1] == 1 && script.calls[2] == 1);
	pass(10 * SECOND_MS - 1);
	CHECK(duties_round(rota) == start_ms + 10 * SECOND_MS);
	CHECK(script.calls[0] == 1);
	pass(1);
	CHECK(duties_round(rota) == start_ms + 20 * SECOND_MS);
	CHECK(script.calls[0] == 2 && script.calls[1] == 1);
	pass(10 * SECOND_MS);
	CHECK(duties_round(rota) == start_ms + 25 * SECOND_MS);
	pass(5 * SECOND_MS);
	CHECK(duties_round(rota) == start_ms + 30 * SECOND_MS);
	CHECK(script.calls[0] == 3 && script.calls[1] == 2 && script.calls[2] == 1);
	duties_free(rota);
	forget_leases();
}

TEST(duties, that_are_hurried_are_all_called)
{
	struct duties_options options = options_of(3);
	struct duties *rota = duties_new(&options);

	for (int i = 0; i < 3; i++)
		script.wants_ms[i] = INT64_MAX;
	CHECK(duties_round(rota) == INT64_MAX);
	CHECK(duties_round(rota) == INT64_MAX);
	CHECK(script.calls[1] == 1);
	duties_hurry(rota);
	CHECK(duties_round(rota) == INT64_MAX);
	CHECK(script.calls[0] == 2 && script.calls[1] == 2 && script.calls[2] == 2);
	duties_free(rota);
	forget_leases();
}

TEST(duties, that_fail_are_tried_later_each_time_and_do_not_keep_others)
{
	static const int64_t waits_s[] = { 5, 10, 20, 40, 80, 160, 300, 300 };
	struct duties_options options = options_of(2);
	struct duties *rota = duties_new(&options);

	script.wants_ms[0] = script.wants_ms[1] = INT64_MAX;
	script.fails[0] = true;
	script.say[0] = "The disk is full.";
	for (size_t i = 0; i < ARRAY_COUNT(waits_s); i++) {
		CHECK(duties_round(rota) == house.clock.fixed_ms + waits_s[i] * SECOND_MS);
		CHECK(script.calls[0] == (int)i + 1);
		pass(waits_s[i] * SECOND_MS);
	}
	CHECK(script.calls[1] == 1);
	CHECK(times_logged("The disk is full.") == 1 && times_logged("\"first\"") == 1);

	/* Another reason is told; all is well; then the same reason is news again, and patience is as at first. */
	script.say[0] = "The signer is gone.";
	(void)duties_round(rota);
	CHECK(times_logged("The signer is gone.") == 1);
	script.fails[0] = false;
	duties_hurry(rota);
	CHECK(duties_round(rota) == INT64_MAX);
	script.fails[0] = true;
	duties_hurry(rota);
	CHECK(duties_round(rota) == house.clock.fixed_ms + 5 * SECOND_MS);
	CHECK(times_logged("The signer is gone.") == 2);
	duties_free(rota);
	forget_leases();
}

TEST(duties, that_fail_are_called_when_they_want_if_that_is_sooner)
{
	struct duties_options options = options_of(1);
	struct duties *rota = duties_new(&options);

	script.fails[0] = true;
	script.say[0] = "One piece of it failed.";
	script.wants_ms[0] = SECOND_MS;
	CHECK(duties_round(rota) == start_ms + SECOND_MS);
	/* What is still due is no reason to try again at once. */
	pass(SECOND_MS);
	script.wants_ms[0] = 0;
	CHECK(duties_round(rota) == start_ms + 11 * SECOND_MS);
	duties_free(rota);
	forget_leases();
}

TEST(duties, do_not_wait_for_a_clock_that_was_set_back)
{
	struct duties_options options = options_of(1);
	struct duties *rota = duties_new(&options);

	script.wants_ms[0] = MINUTE_MS;
	(void)duties_round(rota);
	pass(-365LL * 24 * 60 * MINUTE_MS);
	CHECK(duties_round(rota) == house.clock.fixed_ms + MINUTE_MS);
	CHECK(script.calls[0] == 2);
	duties_free(rota);
	forget_leases();
}

TEST(duties, warn_in_the_log)
{
	struct duties_options options = options_of(1);
	struct duties *rota = duties_new(&options);

	script.wants_ms[0] = INT64_MAX;
	script.warning = "It ends soon.";
	(void)duties_round(rota);
	CHECK(times_logged("\"warning\":\"It ends soon.\"") == 1);
	duties_free(rota);
	forget_leases();
}

TEST(duties, are_done_by_one_node_at_a_time)
{
	struct duties_options options = options_of(1);
	struct duties *rota = duties_new(&options), *other = duties_new(&options);

	script.wants_ms[0] = 2 * SECOND_MS;
	CHECK(duties_round(rota) == start_ms + 2 * SECOND_MS);
	/* The lease is another's: look again when it may be over; what is due stays due. */
	CHECK(duties_round(other) == start_ms + DUTIES_LEASE_MS);
	CHECK(script.calls[0] == 1);
	/* While work goes on, it is renewed. */
	for (int i = 1; i <= 10; i++) {
		pass(2 * SECOND_MS);
		(void)duties_round(rota);
		(void)duties_round(other);
		CHECK(script.calls[0] == 1 + i);
	}
	/* The first one has gone without a word. */
	duties_free(rota);
	let_leases_end();
	CHECK(duties_round(other) == house.clock.fixed_ms + 2 * SECOND_MS);
	CHECK(script.calls[0] == 12);
	duties_free(other);
	forget_leases();
}

/* ---- The thread ---- */

static bool
reaches(_Atomic int *calls, int wanted)
{
	for (int i = 0; i < 1000 && atomic_load(calls) < wanted; i++)
		(void)nanosleep(&(struct timespec){ .tv_nsec = 5 * 1000 * 1000 }, NULL);
	return atomic_load(calls) >= wanted;
}

TEST(duties, have_a_thread_that_sleeps_until_they_are_due_or_hurried)
{
	struct duties_options options = options_of(2);
	struct duties *rota = NULL;
	struct fault fault = { 0 };

	options.clock = &clock_system;
	script.wants_ms[0] = 20;
	script.wants_ms[1] = INT64_MAX;
	CHECK_OK(duties_start(&options, &rota, &fault), fault);
	CHECK(reaches(&script.calls[0], 5));
	CHECK(script.calls[1] == 1);
	duties_hurry(rota);
	CHECK(reaches(&script.calls[1], 2));
	duties_stop(rota);
	int calls = script.calls[0];
	(void)nanosleep(&(struct timespec){ .tv_nsec = 60 * 1000 * 1000 }, NULL);
	CHECK(script.calls[0] == calls);
	duties_stop(NULL);
}

/* A clean end gives the lease: the next one begins at once. */
TEST(duties, are_taken_over_at_once_after_a_clean_end)
{
	for (int i = 0; i < 5; i++) {
		struct duties_options options = options_of(1);
		struct duties *rota = NULL;
		struct fault fault = { 0 };

		options.clock = &clock_system;
		script.wants_ms[0] = INT64_MAX;
		CHECK_OK(duties_start(&options, &rota, &fault), fault);
		CHECK(reaches(&script.calls[0], 1));
		duties_stop(rota);
	}
}

static void *
hurry_on(void *context)
{
	for (int i = 0; i < 2000; i++)
		duties_hurry(context);
	return NULL;
}

TEST(duties, lose_no_hurry_from_whatever_thread)
{
	struct duties_options options = options_of(1);
	struct duties *rota = NULL;
	struct fault fault = { 0 };
	pthread_t threads[4];

	options.clock = &clock_system;
	script.wants_ms[0] = INT64_MAX;
	CHECK_OK(duties_start(&options, &rota, &fault), fault);
	CHECK(reaches(&script.calls[0], 1));
	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(&threads[i], NULL, hurry_on, rota) == 0);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	/* Quiet again; one more is one more. */
	for (int i = 0; i < 20; i++) {
		(void)nanosleep(&(struct timespec){ .tv_nsec = 5 * 1000 * 1000 }, NULL);
		int before = atomic_load(&script.calls[0]);
		duties_hurry(rota);
		CHECK(reaches(&script.calls[0], before + 1));
	}
	duties_stop(rota);
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
	static char path[96], log[96];
	struct fault fault = { 0 };

	(void)state;
	(void)snprintf(house.folder, sizeof house.folder, "%s/chancery-test-XXXXXX", P_tmpdir);
	CHECK(mkdtemp(house.folder) != NULL);
	(void)snprintf(path, sizeof path, "%s/chancery.db", house.folder);
	(void)snprintf(log, sizeof log, "%s/log", house.folder);
	const struct store_options options = { .path = path, .readers = 2, .clock = &clock_system };
	CHECK_OK(store_open(&options, &house.store, &fault), fault);
	house.log_fd = open(log, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	CHECK(house.log_fd >= 0);
	house.log = (struct log){ house.log_fd, &clock_system };
	return 0;
}

static int
house_close(void **state)
{
	(void)state;
	store_close(house.store);
	(void)close(house.log_fd);
	(void)nftw(house.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}

int
main(void)
{
	return _cmocka_run_group_tests("duties", test_list, test_count, house_open, house_close);
}
