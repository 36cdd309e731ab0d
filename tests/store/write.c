/* Group commit: what each of many writers is told, and what is there afterwards. */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>

#include "test.h"
#include "world.h"

/* ---- Many writes under way at once ---- */

enum job_kind {
	JOB_INSERT,
	JOB_REFUSE_FIRST, /* refuses before it writes */
	JOB_REFUSE_LAST,  /* writes, and then refuses */
	JOB_FAIL_LAST,    /* writes, and then meets a taken id */
};

struct job {
	struct store_write write;
	struct world *world;
	struct certificate_row row;
	enum job_kind kind;
	unsigned runs;
	unsigned answers; /* must come to one */
	bool refused;
	enum fault_code code;
	sem_t *finished;
};

static bool
job_run(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct job *job = context;

	job->runs++;
	if (job->kind == JOB_REFUSE_FIRST)
		return fault_set(fault, FAULT_LIMIT_EXCEEDED, "No more.");
	if (!store_certificate_insert(transaction, &job->world->owner, &job->row, fault))
		return false;
	if (job->kind == JOB_REFUSE_LAST)
		return fault_set(fault, FAULT_TOO_MANY_TAGS, "%s", "");
	if (job->kind == JOB_FAIL_LAST)
		return store_certificate_insert(transaction, &job->world->owner, &job->row, fault);
	return true;
}

static void
job_done(void *context, const struct fault *fault)
{
	struct job *job = context;

	job->answers++;
	job->refused = fault != NULL;
	job->code = fault != NULL ? fault->code : FAULT_NONE;
	(void)sem_post(job->finished);
}

static void
job_submit(struct job *job, struct world *world, unsigned number, enum job_kind kind, sem_t *finished)
{
	*job = (struct job){ .world = world, .row = world_row(world, number), .kind = kind, .finished = finished };
	job->write = (struct store_write){ .run = job_run, .done = job_done, .context = job };
	store_submit(world->store, &job->write);
}

static bool
is_there(struct world *w, unsigned number)
{
	struct certificate_row got;

	return world_get(w, world_id(w, number), &got);
}

TEST(write, tells_each_of_many_its_own_end)
{
	enum { JOBS = 500 };
	struct world w;
	sem_t finished;

	world_begin(&w);
	CHECK(sem_init(&finished, 0, 0) == 0);
	struct job *jobs = ARENA_ARRAY(&w.arena, struct job, JOBS);
	for (unsigned i = 0; i < JOBS; i++)
		job_submit(&jobs[i], &w, i, i % 7 == 3 ? (enum job_kind)(1 + i / 7 % 3) : JOB_INSERT, &finished);
	for (unsigned i = 0; i < JOBS; i++)
		(void)sem_wait(&finished);
	for (unsigned i = 0; i < JOBS; i++) {
		static const enum fault_code codes[] = { FAULT_NONE, FAULT_LIMIT_EXCEEDED, FAULT_TOO_MANY_TAGS,
			FAULT_CONFLICT };
		CHECK(jobs[i].runs > 0);
		CHECK(jobs[i].code == codes[jobs[i].kind]);
		CHECK(jobs[i].refused == (jobs[i].kind != JOB_INSERT));
		CHECK(is_there(&w, i) == (jobs[i].kind == JOB_INSERT));
	}
	world_close(&w);
	world_open(&w);
	for (unsigned i = 0; i < JOBS; i++) {
		CHECK(jobs[i].answers == 1);
		CHECK(is_there(&w, i) == (jobs[i].kind == JOB_INSERT));
	}
	(void)sem_destroy(&finished);
	world_end(&w);
}

TEST(write, is_readable_the_moment_it_is_answered)
{
	struct world w;

	world_begin(&w);
	for (unsigned i = 0; i < 50; i++) {
		struct certificate_row row = world_row(&w, i);
		CHECK_OK(world_insert(&w, &row), w.fault);
		CHECK(is_there(&w, i));
	}
	world_end(&w);
}

/* Asks a store of its own, so that nothing is known but what is in the file. */
static void
look_when_done(void *context, const struct fault *fault)
{
	struct job *job = context;
	const struct store_options options = {
		.path = job->world->path, .readers = 1, .read_only = true, .clock = &job->world->clock
	};
	struct certificate_row got;
	struct arena arena = { 0 };
	struct fault unheard;
	struct store *other;

	job->refused = fault != NULL || !store_open(&options, &other, &unheard);
	if (!job->refused) {
		job->refused = !store_certificate_get(other, &job->world->owner, job->row.id, &arena, &got, &unheard);
		store_close(other);
	}
	arena_done(&arena);
	(void)sem_post(job->finished);
}

TEST(write, is_committed_before_it_is_answered)
{
	enum { JOBS = 20 };
	struct world w;
	sem_t finished;
	struct job jobs[JOBS];

	world_begin(&w);
	CHECK(sem_init(&finished, 0, 0) == 0);
	for (unsigned i = 0; i < JOBS; i++) {
		jobs[i] = (struct job){ .world = &w, .row = world_row(&w, i), .finished = &finished };
		jobs[i].write = (struct store_write){ .run = job_run, .done = look_when_done, .context = &jobs[i] };
		store_submit(w.store, &jobs[i].write);
	}
	for (unsigned i = 0; i < JOBS; i++)
		(void)sem_wait(&finished);
	for (unsigned i = 0; i < JOBS; i++)
		CHECK(!jobs[i].refused);
	(void)sem_destroy(&finished);
	world_end(&w);
}

TEST(write, is_finished_before_the_store_closes)
{
	enum { JOBS = 200 };
	struct world w;
	sem_t finished;

	world_begin(&w);
	CHECK(sem_init(&finished, 0, 0) == 0);
	struct job *jobs = ARENA_ARRAY(&w.arena, struct job, JOBS);
	for (unsigned i = 0; i < JOBS; i++)
		job_submit(&jobs[i], &w, i, JOB_INSERT, &finished);
	world_close(&w);
	for (unsigned i = 0; i < JOBS; i++)
		CHECK(jobs[i].answers == 1 && !jobs[i].refused);
	world_open(&w);
	for (unsigned i = 0; i < JOBS; i++)
		CHECK(is_there(&w, i));
	(void)sem_destroy(&finished);
	world_end(&w);
}

/* ---- Many threads ---- */

enum { THREADS = 8, EACH = 60 };

struct worker {
	struct world *world;
	unsigned first;
	unsigned failures;
};

struct insert {
	const struct owner *owner;
	struct certificate_row row;
};

static bool
run_insert(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct insert *insert = context;

	return store_certificate_insert(transaction, insert->owner, &insert->row, fault);
}

/* Imports, reads back, lists, and deletes every third. */
static void *
work(void *context)
{
	struct worker *worker = context;
	struct world own = { .owner = worker->world->owner, .store = worker->world->store };

	for (unsigned i = 0; i < EACH; i++) {
		struct insert insert = { &own.owner, world_row(&own, worker->first + i) };
		struct store_query query = { .now_ms = WORLD_NOW_MS, .sort = STORE_CREATED, .limit = 20 };
		struct store_page page;
		struct certificate_row got;
		bool fine = store_apply(own.store, run_insert, &insert, &own.fault) &&
			    world_get(&own, insert.row.id, &got) &&
			    store_certificate_find(own.store, &own.owner, &query, &own.arena, &page, &own.fault) &&
			    page.n > 0 && (i % 3 != 0 || world_delete(&own, insert.row.id));
		worker->failures += !fine;
	}
	arena_done(&own.arena);
	return NULL;
}

TEST(write, may_come_from_many_threads)
{
	struct world w;
	pthread_t threads[THREADS];
	struct worker workers[THREADS];

	world_begin(&w);
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .world = &w, .first = i * 1000 };
		CHECK(pthread_create(&threads[i], NULL, work, &workers[i]) == 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		CHECK(pthread_join(threads[i], NULL) == 0);
		CHECK(workers[i].failures == 0);
	}
	for (unsigned i = 0; i < THREADS; i++)
		for (unsigned j = 0; j < EACH; j++)
			CHECK(is_there(&w, i * 1000 + j) == (j % 3 != 0));
	world_end(&w);
}

/* ---- Another process ---- */

TEST(write, goes_on_while_another_process_writes_too)
{
	struct world w;
	struct store *second;
	sem_t finished;
	struct job first_jobs[40], second_jobs[40];

	world_begin(&w);
	CHECK(sem_init(&finished, 0, 0) == 0);
	const struct store_options options = { .path = w.path, .readers = 1, .clock = &w.clock };
	CHECK_OK(store_open(&options, &second, &w.fault), w.fault);
	struct store *first = w.store;
	for (unsigned i = 0; i < 40; i++) {
		w.store = first;
		job_submit(&first_jobs[i], &w, i, JOB_INSERT, &finished);
		w.store = second;
		job_submit(&second_jobs[i], &w, 100 + i, JOB_INSERT, &finished);
	}
	w.store = first;
	for (unsigned i = 0; i < 80; i++)
		(void)sem_wait(&finished);
	for (unsigned i = 0; i < 40; i++)
		CHECK(!first_jobs[i].refused && !second_jobs[i].refused && is_there(&w, i) && is_there(&w, 100 + i));
	store_close(second);
	(void)sem_destroy(&finished);
	world_end(&w);
}

TEST(write, is_refused_by_a_store_that_is_open_for_reading)
{
	struct world w;
	struct store *reader;
	struct certificate_row row;

	world_begin(&w);
	const struct store_options options = { .path = w.path, .readers = 1, .read_only = true, .clock = &w.clock };
	row = world_row(&w, 1);
	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK_OK(store_open(&options, &reader, &w.fault), w.fault);
	struct store *writer = w.store;
	w.store = reader;
	CHECK(is_there(&w, 1));
	row = world_row(&w, 2);
	CHECK(!world_insert(&w, &row) && w.fault.code == FAULT_UNAVAILABLE);
	CHECK(!store_writable(reader));
	w.store = writer;
	store_close(reader);
	world_end(&w);
}

TEST(write, leaves_the_store_ready)
{
	struct world w;

	world_begin(&w);
	CHECK(store_writable(w.store));
	struct certificate_row row = world_row(&w, 1);
	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK(store_writable(w.store));
	world_end(&w);
}

TEST_MAIN("store write");
