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
	bool stopping;
	bool ready; /* the last write was taken */
};

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
	(void)pthread_mutex_unlock(&writer->lock);
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
		tidier_tell(writer->tidier, writer->session->engine->log_pages(writer->session->connection));
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

static void
wait_for_probe(struct writer *writer)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += WRITER_PROBE_MS / 1000;
	(void)pthread_cond_timedwait(&writer->submitted, &writer->lock, &until);
}

/* Waits for work. NULL: none, but a probe is due, or all is over. */
static struct store_write *
group_take(struct writer *writer, bool *over)
{
	(void)pthread_mutex_lock(&writer->lock);
	if (writer->first == NULL && !writer->stopping && !writer->ready)
		wait_for_probe(writer);
	while (writer->first == NULL && !writer->stopping && writer->ready)
		(void)pthread_cond_wait(&writer->submitted, &writer->lock);

	struct store_write *group = writer->first, *last = group;
	for (size_t n = 1; last != NULL && last->next != NULL && n < WRITER_GROUP_MAX; n++)
		last = last->next;
	if (last != NULL) {
		writer->first = last->next;
		last->next = NULL;
	}
	*over = group == NULL && writer->stopping;
	(void)pthread_mutex_unlock(&writer->lock);
	return group;
}

static void *
writer_main(void *context)
{
	struct writer *writer = context;

	for (;;) {
		bool over;
		struct store_write *group = group_take(writer, &over);
		if (over)
			return NULL;
		if (group != NULL)
			group_commit(writer, group);
		else
			probe(writer);
	}
}

struct writer *
writer_start(struct session *session, struct session *tidier, const struct clock *clock)
{
	struct writer *writer = memory_take_zeroed(sizeof *writer);
	pthread_condattr_t attributes;

	writer->session = session;
	writer->tidier = tidier_start(tidier);
	writer->clock = clock;
	writer->ready = true;
	(void)pthread_mutex_init(&writer->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&writer->submitted, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	if (pthread_create(&writer->thread, NULL, writer_main, writer) != 0)
		memory_exhausted(0);
	return writer;
}

void
writer_stop(struct writer *writer)
{
	(void)pthread_mutex_lock(&writer->lock);
	writer->stopping = true;
	(void)pthread_cond_signal(&writer->submitted);
	(void)pthread_mutex_unlock(&writer->lock);
	(void)pthread_join(writer->thread, NULL);
	tidier_stop(writer->tidier);
	session_free(writer->session);
	(void)pthread_cond_destroy(&writer->submitted);
	(void)pthread_mutex_destroy(&writer->lock);
	free(writer);
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
	(void)pthread_cond_signal(&writer->submitted);
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
