#include "floor_store.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "store/engine.h"
#include "store/internal.h"
#include "store/migration.h"
#include "store/name.h"

/* As the daemon's tidier has it: so many pages of log between two checkpoints, and from so many on the log is emptied.
 */
enum { LOG_TIDY_PAGES = 4096, LOG_LIMIT_PAGES = 16384 };

struct floor_store {
	struct session *writing, *tidying;
	size_t tidied; /* pages of log at the last checkpoint */
};

static void
check(bool done, const char *what, const struct fault *fault)
{
	if (done)
		return;
	(void)fprintf(stderr, "%s: %s %s\n", what, fault->say, fault->log);
	exit(1);
}

struct floor_store *
floor_store_open(const char *path)
{
	const struct connection_options writing = { .path = path, .role = CONNECTION_WRITES };
	const struct connection_options tidying = { .path = path, .role = CONNECTION_TIDIES };
	struct floor_store *store = memory_take_zeroed(sizeof *store);
	struct fault fault;

	check(session_open(&engine_sqlite, &writing, &store->writing, &fault), "open", &fault);
	check(migration_apply(store->writing, true, clock_now_ms(&clock_system), &fault), "migrate", &fault);
	check(session_open(&engine_sqlite, &tidying, &store->tidying, &fault), "open", &fault);
	return store;
}

void
floor_store_close(struct floor_store *store)
{
	session_free(store->tidying);
	session_free(store->writing);
	free(store);
}

static void
tidy(struct floor_store *store)
{
	size_t pages = engine_sqlite.log_pages(store->writing->connection);
	struct fault fault;
	bool whole;

	if (pages < store->tidied)
		store->tidied = 0;
	if (pages - store->tidied < LOG_TIDY_PAGES)
		return;
	enum checkpoint_kind kind = pages < LOG_LIMIT_PAGES ? CHECKPOINT_BESIDE : CHECKPOINT_WHOLE;
	check(engine_sqlite.checkpoint(store->tidying->connection, kind, &whole, &fault), "checkpoint", &fault);
	store->tidied = pages;
}

void
floor_store_write(struct floor_store *store, floor_write_fn *write, void *context)
{
	struct store_transaction transaction = { .session = store->writing };
	struct connection *connection = store->writing->connection;
	struct fault fault;

	check(engine_sqlite.begin(connection, true, &fault), "begin", &fault);
	check(write(&transaction, context, &fault), "write", &fault);
	check(names_settle(&transaction, &fault), "names", &fault);
	check(engine_sqlite.commit(connection, &fault), "commit", &fault);
	tidy(store);
}
