#include "store/store.h"

#include <stdlib.h>

#include "base/memory.h"
#include "store/internal.h"
#include "store/migration.h"
#include "store/writer.h"

/* ---- The pool ---- */

struct session *
store_session_take(struct store *store)
{
	(void)pthread_mutex_lock(&store->lock);
	while (store->idle == NULL)
		(void)pthread_cond_wait(&store->returned, &store->lock);
	struct session *session = store->idle;
	store->idle = session->next;
	(void)pthread_mutex_unlock(&store->lock);
	return session;
}

void
store_session_give(struct store *store, struct session *session)
{
	(void)pthread_mutex_lock(&store->lock);
	/* Last in, first out: the session used last has the warmest cache. */
	session->next = store->idle;
	store->idle = session;
	(void)pthread_cond_signal(&store->returned);
	(void)pthread_mutex_unlock(&store->lock);
}

static bool
pool_fill(struct store *store, const struct store_options *options, struct fault *fault)
{
	const struct connection_options reading = { .path = options->path, .role = CONNECTION_READS };
	size_t wanted = options->readers > 0 ? options->readers : 1;

	store->sessions = memory_take_zeroed(wanted * sizeof *store->sessions);
	while (store->session_count < wanted) {
		struct session *session;
		if (!session_open(&engine_sqlite, &reading, &session, fault))
			return false;
		store->sessions[store->session_count++] = session;
		store_session_give(store, session);
	}
	return true;
}

/* ---- Opening and closing ---- */

static bool
open_for_writing(struct store *store, const struct store_options *options, struct fault *fault)
{
	const struct connection_options writing = { .path = options->path, .role = CONNECTION_WRITES };
	const struct connection_options tidying = { .path = options->path, .role = CONNECTION_TIDIES };
	struct session *session, *tidier;

	if (!session_open(&engine_sqlite, &writing, &session, fault))
		return false;
	if (!migration_apply(session, true, clock_now_ms(options->clock), fault) ||
		!session_open(&engine_sqlite, &tidying, &tidier, fault)) {
		session_free(session);
		return false;
	}
	return writer_start(session, tidier, options->clock, &store->writer, fault);
}

static bool
open_for_reading(struct store *store, const struct store_options *options, struct fault *fault)
{
	if (!pool_fill(store, options, fault))
		return false;
	return options->read_only ? migration_apply(store->sessions[0], false, 0, fault) : true;
}

bool
store_open(const struct store_options *options, struct store **out, struct fault *fault)
{
	struct store *store = memory_take_zeroed(sizeof *store);

	store->clock = options->clock;
	store->read_only = options->read_only;
	(void)pthread_mutex_init(&store->lock, NULL);
	(void)pthread_cond_init(&store->returned, NULL);
	if ((!options->read_only && !open_for_writing(store, options, fault)) ||
		!open_for_reading(store, options, fault)) {
		store_close(store);
		return false;
	}
	*out = store;
	return true;
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	for (size_t i = 0; i < store->session_count; i++)
		session_free(store->sessions[i]);
	free(store->sessions);
	/* Last, so that SQLite folds the log into the file when its last connection closes. */
	if (store->writer != NULL)
		writer_stop(store->writer);
	(void)pthread_cond_destroy(&store->returned);
	(void)pthread_mutex_destroy(&store->lock);
	free(store);
}

bool
store_writable(struct store *store)
{
	return store->writer != NULL && writer_ready(store->writer);
}

/* ---- Writing ---- */

void
store_submit(struct store *store, struct store_write *write)
{
	if (store->writer != NULL) {
		writer_submit(store->writer, write);
		return;
	}
	(void)fault_set(&write->fault, FAULT_UNAVAILABLE, "The store is open for reading only.");
	write->done(write->context, &write->fault);
}

void
store_expect(struct store *store)
{
	if (store->writer != NULL)
		writer_expect(store->writer);
}

void
store_unexpect(struct store *store)
{
	if (store->writer != NULL)
		writer_unexpect(store->writer);
}

struct apply {
	bool (*run)(struct store_transaction *, void *context, struct fault *);
	void *context;
	pthread_mutex_t lock;
	pthread_cond_t finished;
	bool is_finished, refused;
	struct fault *fault;
};

static bool
apply_run(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct apply *apply = context;

	return apply->run(transaction, apply->context, fault);
}

static void
apply_done(void *context, const struct fault *fault)
{
	struct apply *apply = context;

	(void)pthread_mutex_lock(&apply->lock);
	apply->refused = fault != NULL;
	if (fault != NULL)
		*apply->fault = *fault;
	apply->is_finished = true;
	(void)pthread_cond_signal(&apply->finished);
	(void)pthread_mutex_unlock(&apply->lock);
}

bool
store_apply(struct store *store, bool (*run)(struct store_transaction *, void *context, struct fault *), void *context,
	struct fault *fault)
{
	struct apply apply = { .run = run,
		.context = context,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.finished = PTHREAD_COND_INITIALIZER,
		.fault = fault };
	struct store_write *write = memory_take_zeroed(sizeof *write);

	*write = (struct store_write){ .run = apply_run, .done = apply_done, .context = &apply };
	store_submit(store, write);
	(void)pthread_mutex_lock(&apply.lock);
	while (!apply.is_finished)
		(void)pthread_cond_wait(&apply.finished, &apply.lock);
	(void)pthread_mutex_unlock(&apply.lock);
	(void)pthread_cond_destroy(&apply.finished);
	(void)pthread_mutex_destroy(&apply.lock);
	free(write);
	return !apply.refused;
}
