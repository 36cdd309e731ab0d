/* revocation.c — what was revoked, as lists need it: small rows in order of sequence, one at a time.
 *
 * A walk reads as of one moment. While it goes on, what is written cannot be moved out of the log: a list is made in
 * one go, and nothing waits inside. */
#include "store/internal.h"
#include "store/issued.h"

#define COLUMNS "SELECT sequence, revoked_ms, reason, not_after_ms, serial FROM revocation WHERE authority = $1 "
#define BEHIND "AND sequence > $2 AND not_after_ms >= $3 "
static const char all_sql[] = COLUMNS BEHIND "ORDER BY sequence";
static const char partition_sql[] = COLUMNS BEHIND "AND crl_partition = $4 ORDER BY sequence";
static const char last_sql[] = "SELECT revocations FROM authority_counter WHERE authority = $1";
static const char partition_count_sql[] =
	"SELECT count(*) FROM revocation WHERE authority = $1 AND crl_partition = $2 AND sequence > $3";

enum { EVERY_PARTITION = -1 };

static bool
last_read(struct session *session, int64_t authority, int64_t *last, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, last_sql, fault);
	bool row;

	if (st == NULL)
		return false;
	bind_int(st, 1, authority);
	if (!statement_step(st, &row, fault))
		return false;
	*last = row ? column_int(st, 0) : 0;
	return true;
}

static bool
rows_walk(struct session *session, const struct revocation_query *query, revocation_each_fn *each, void *context,
	struct fault *fault)
{
	bool of_every = query->crl_partition == EVERY_PARTITION;
	AUTO(statement) st = session_statement(session, of_every ? all_sql : partition_sql, fault);
	bool row;

	if (st == NULL)
		return false;
	bind_int(st, 1, query->authority);
	bind_int(st, 2, query->after_sequence);
	bind_int(st, 3, query->not_after_from_ms);
	if (!of_every)
		bind_int(st, 4, query->crl_partition);
	for (;;) {
		if (!statement_step(st, &row, fault))
			return false;
		if (!row)
			return true;
		const struct revocation_row found = { .sequence = column_int(st, 0),
			.revoked_ms = column_int(st, 1),
			.reason = (int)column_int(st, 2),
			.not_after_ms = column_int(st, 3),
			.serial = column_blob(st, 4) };
		if (!each(&found, context, fault))
			return false;
	}
}

/* The last sequence and the rows are of the same moment. */
static bool
walk_at_once(struct session *session, const struct revocation_query *query, revocation_each_fn *each, void *context,
	int64_t *last, struct fault *fault)
{
	const struct engine *engine = session->engine;
	int64_t sequence;

	if (!engine->begin(session->connection, false, fault))
		return false;
	if (!last_read(session, query->authority, &sequence, fault) ||
		!rows_walk(session, query, each, context, fault)) {
		engine->rollback(session->connection);
		return false;
	}
	if (!engine->commit(session->connection, fault))
		return false;
	*last = sequence;
	return true;
}

bool
store_revocation_walk(struct store *store, const struct revocation_query *query, revocation_each_fn *each,
	void *context, int64_t *last, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = walk_at_once(session, query, each, context, last, fault);

	store_session_give(store, session);
	return done;
}

static bool
partition_count(struct session *session, const struct revocation_query *query, int64_t *out, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, partition_count_sql, fault);
	bool row;

	if (st == NULL)
		return false;
	bind_int(st, 1, query->authority);
	bind_int(st, 2, query->crl_partition);
	bind_int(st, 3, query->after_sequence);
	if (!statement_step(st, &row, fault))
		return false;
	*out = column_int(st, 0);
	return true;
}

/* Sequences have no gaps, so those of every partition need not be counted. */
static bool
count(struct session *session, const struct revocation_query *query, int64_t *out, struct fault *fault)
{
	int64_t last;

	if (query->crl_partition != EVERY_PARTITION)
		return partition_count(session, query, out, fault);
	if (!last_read(session, query->authority, &last, fault))
		return false;
	*out = last > query->after_sequence ? last - query->after_sequence : 0;
	return true;
}

bool
store_revocation_count(struct store *store, const struct revocation_query *query, int64_t *out, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = count(session, query, out, fault);

	store_session_give(store, session);
	return done;
}
