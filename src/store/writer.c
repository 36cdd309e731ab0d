#include "store/writer.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "store/internal.h"
#include "store/name.h"

struct writer {
	struct session *session;
	struct tidier *tidier;
	const struct clock *clock;
	pthread_t thread;

	pthread_mutex_t lock;
	pthread_cond_t submitted;
	struct store_write *first, *last;
	unsigned waiting;  /* closures from first to last */
	unsigned expected; /* writes that are on their way */
	bool gathering;    /* the thread waits for those: wake it only when they are there */
	bool stopping;
	bool ready;    /* the last write was taken */
	bool restless; /* something was written since the indexes were tended */
};

enum task { TASK_GROUP, TASK_PROBE, TASK_TEND, TASK_END };

enum outcome {
	OUTCOME_COMMITTED,
	OUTCOME_AGAIN,  /* somebody refused after having written */
	OUTCOME_FAILED, /* nothing of the group was written */
};

/* ---- One group, one transaction ---- */

/* A closure's own refusal, apart from the disk's. */
static bool
closure_run(struct store_transaction *transaction, struct store_write *write, bool careful, struct fault *fault)
{
	struct connection *connection = transaction->session->connection;
	const struct engine *engine = transaction->session->engine;

	if (careful && !engine->savepoint(connection, fault))
		return false;
	write->refused = !write->run(transaction, write->context, &write->fault);
	if (!write->refused)
		return !careful || engine->release(connection, fault);
	if (engine->broken(connection)) {
		*fault = write->fault;
		return false;
	}
	if (!careful)
		return true;
	/* The numbers the closure took are free again. */
	transaction->next_name = transaction->next_certificate = 0;
	return engine->rollback_to(connection, fault);
}

static enum outcome
group_run(struct session *session, struct store_write *group, bool careful, struct fault *fault)
{
	struct store_transaction transaction = { .session = session };

	for (struct store_write *write = group; write != NULL; write = write->next) {
		uint64_t before = session->writes;
		if (!closure_run(&transaction, write, careful, fault))
			return OUTCOME_FAILED;
		if (write->refused && !careful && session->writes != before)
			return OUTCOME_AGAIN;
	}
	return names_settle(&transaction, fault) ? OUTCOME_COMMITTED : OUTCOME_FAILED;
}

static enum outcome
group_attempt(struct session *session, struct store_write *group, bool careful, struct fault *fault)
{
	const struct engine *engine = session->engine;

	if (!engine->begin(session->connection, true, fault))
		return OUTCOME_FAILED;
	enum outcome outcome = group_run(session, group, careful, fault);
	if (outcome == OUTCOME_COMMITTED && !engine->commit(session->connection, fault))
		outcome = OUTCOME_FAILED;
	if (outcome != OUTCOME_COMMITTED)
		engine->rollback(session->connection);
	return outcome;
}

static void
group_answer(struct store_write *group, const struct fault *failure)
{
	while (group != NULL) {
		/* `done` may free the write. */
		struct store_write *write = group;
		group = write->next;
		if (failure != NULL)
			write->fault = *failure;
		write->done(write->context, failure != NULL || write->refused ? &write->fault : NULL);
	}
}

/* ---- The thread ---- */

static void
set_ready(struct writer *writer, bool ready)
{
	(void)pthread_mutex_lock(&writer->lock);
	writer->ready = ready;
	writer->restless = ready;
	(void)pthread_mutex_unlock(&writer->lock);
}

static void
tell_tidier(struct writer *writer)
{
	tidier_tell(writer->tidier, writer->session->engine->log_pages(writer->session->connection));
}

static void
group_commit(struct writer *writer, struct store_write *group)
{
	struct fault failure;
	enum outcome outcome = group_attempt(writer->session, group, false, &failure);

	if (outcome == OUTCOME_AGAIN)
		outcome = group_attempt(writer->session, group, true, &failure);
	set_ready(writer, outcome == OUTCOME_COMMITTED);
	group_answer(group, outcome == OUTCOME_COMMITTED ? NULL : &failure);
	if (outcome == OUTCOME_COMMITTED)
		tell_tidier(writer);
}

/* Does the disk take writes again? */
static bool
probe_write(struct session *session, int64_t now_ms, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, "UPDATE probe SET probed_ms = $1", fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, now_ms);
	return statement_run(session, st, fault);
}

static void
probe(struct writer *writer)
{
	const struct engine *engine = writer->session->engine;
	struct connection *connection = writer->session->connection;
	struct fault unheard;
	bool done = engine->begin(connection, true, &unheard) &&
		    probe_write(writer->session, clock_now_ms(writer->clock), &unheard) &&
		    engine->commit(connection, &unheard);

	if (!done)
		engine->rollback(connection);
	set_ready(writer, done);
}

static bool
is_wanted(struct writer *writer)
{
	(void)pthread_mutex_lock(&writer->lock);
	bool wanted = writer->first != NULL || writer->stopping;
	(void)pthread_mutex_unlock(&writer->lock);
	return wanted;
}

static bool
tend_once(struct writer *writer, bool going_on, bool *more)
{
	const struct engine *engine = writer->session->engine;
	struct connection *connection = writer->session->connection;
	struct store_transaction transaction = { .session = writer->session };
	struct fault unheard; /* whatever it is, the next write meets it, and says so */
	bool done = engine->begin(connection, true, &unheard) && names_tend(&transaction, going_on, more, &unheard) &&
		    engine->commit(connection, &unheard);

	if (!done)
		engine->rollback(connection);
	return done;
}

/* Until all is done, or somebody wants to write. */
static void
tend(struct writer *writer)
{
	bool more = true;

	for (bool going_on = false; more; going_on = true) {
		if (is_wanted(writer))
			return;
		if (!tend_once(writer, going_on, &more))
			break;
		tell_tidier(writer);
	}
	(void)pthread_mutex_lock(&writer->lock);
	writer->restless = false;
	(void)pthread_mutex_unlock(&writer->lock);
}

/* With the lock: false when `seconds` went by and nobody wants anything. */
static bool
wait_for_work(struct writer *writer, int seconds)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += seconds;
	while (writer->first == NULL && !writer->stopping)
		if (pthread_cond_timedwait(&writer->submitted, &writer->lock, &until) != 0)
			return writer->first != NULL || writer->stopping;
	return true;
}

static bool
is_complete(const struct writer *writer)
{
	return writer->expected == 0 || writer->waiting >= WRITER_GROUP_MAX || writer->stopping;
}

/* With the lock, and at least one closure there: gives those that are expected a moment to join it. */
static void
group_gather(struct writer *writer)
{
	struct timespec until;

	if (is_complete(writer))
		return;
	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += WRITER_PATIENCE_US * 1000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	writer->gathering = true;
	while (!is_complete(writer) && pthread_cond_timedwait(&writer->submitted, &writer->lock, &until) == 0)
		continue;
	writer->gathering = false;
}

/* With the lock: takes the next closures off the queue. */
static struct store_write *
group_take(struct writer *writer)
{
	struct store_write *group = writer->first, *last = group;

	unsigned n = 1;

	for (; last->next != NULL && n < WRITER_GROUP_MAX; n++)
		last = last->next;
	writer->waiting -= n;
	writer->first = last->next;
	last->next = NULL;
	return group;
}

static enum task
task_take(struct writer *writer, struct store_write **group)
{
	enum task task = TASK_GROUP;

	(void)pthread_mutex_lock(&writer->lock);
	if (!writer->ready && !wait_for_work(writer, WRITER_PROBE_S))
		task = TASK_PROBE;
	else if (writer->restless && !wait_for_work(writer, WRITER_IDLE_S))
		task = TASK_TEND;
	else
		while (writer->first == NULL && !writer->stopping)
			(void)pthread_cond_wait(&writer->submitted, &writer->lock);
	if (writer->first != NULL) {
		group_gather(writer);
		*group = group_take(writer);
	} else if (writer->stopping) {
		task = TASK_END;
	}
	(void)pthread_mutex_unlock(&writer->lock);
	return task;
}

static void *
writer_main(void *context)
{
	struct writer *writer = context;

	for (;;) {
		struct store_write *group = NULL;
		switch (task_take(writer, &group)) {
		case TASK_GROUP:
			group_commit(writer, group);
			break;
		case TASK_PROBE:
			probe(writer);
			break;
		case TASK_TEND:
			tend(writer);
			break;
		case TASK_END:
			return NULL;
		}
	}
}

static void
writer_free(struct writer *writer)
{
	if (writer->tidier != NULL)
		tidier_stop(writer->tidier);
	session_free(writer->session);
	(void)pthread_cond_destroy(&writer->submitted);
	(void)pthread_mutex_destroy(&writer->lock);
	free(writer);
}

bool
writer_start(struct session *session, struct session *tidier, const struct clock *clock, struct writer **out,
	struct fault *fault)
{
	struct writer *writer = memory_take_zeroed(sizeof *writer);
	pthread_condattr_t attributes;

	writer->session = session;
	writer->clock = clock;
	writer->ready = true;
	(void)pthread_mutex_init(&writer->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&writer->submitted, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	if (!tidier_start(tidier, &writer->tidier, fault)) {
		writer_free(writer);
		return false;
	}
	if (pthread_create(&writer->thread, NULL, writer_main, writer) != 0) {
		writer_free(writer);
		return fault_set(fault, FAULT_UNAVAILABLE, "The store cannot start a thread.");
	}
	*out = writer;
	return true;
}

void
writer_stop(struct writer *writer)
{
	(void)pthread_mutex_lock(&writer->lock);
	writer->stopping = true;
	(void)pthread_cond_signal(&writer->submitted);
	(void)pthread_mutex_unlock(&writer->lock);
	(void)pthread_join(writer->thread, NULL);
	writer_free(writer);
}

/* With the lock, after something has changed. */
static void
wake(struct writer *writer)
{
	if (!writer->gathering || is_complete(writer))
		(void)pthread_cond_signal(&writer->submitted);
}

void
writer_submit(struct writer *writer, struct store_write *write)
{
	write->next = NULL;
	write->refused = false;
	(void)pthread_mutex_lock(&writer->lock);
	if (writer->first == NULL)
		writer->first = write;
	else
		writer->last->next = write;
	writer->last = write;
	writer->waiting++;
	if (write->expected)
		writer->expected--;
	wake(writer);
	(void)pthread_mutex_unlock(&writer->lock);
}

void
writer_expect(struct writer *writer)
{
	(void)pthread_mutex_lock(&writer->lock);
	writer->expected++;
	(void)pthread_mutex_unlock(&writer->lock);
}

void
writer_unexpect(struct writer *writer)
{
	(void)pthread_mutex_lock(&writer->lock);
	writer->expected--;
	wake(writer);
	(void)pthread_mutex_unlock(&writer->lock);
}

bool
writer_ready(struct writer *writer)
{
	(void)pthread_mutex_lock(&writer->lock);
	bool ready = writer->ready;
	(void)pthread_mutex_unlock(&writer->lock);
	return ready;
}
