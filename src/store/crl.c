/* crl.c — when which revocation list is to be made again, and which partition takes the next certificate. */
#include "store/duty.h"
#include "store/internal.h"
#include "store/record.h"

#define COLUMNS                                                                                                        \
	"authority, crl_partition, id, due_ms, number, base_number, base_sequence, sequence, this_update_ms, "         \
	"next_update_ms, delta_next_update_ms, base_entries, base_build_us, certificates"
static const char get_sql[] = "SELECT " COLUMNS " FROM crl WHERE authority = $1 AND crl_partition = $2";
static const char list_sql[] = "SELECT " COLUMNS " FROM crl WHERE authority = $1 ORDER BY crl_partition";
static const char due_sql[] = "SELECT " COLUMNS " FROM crl ORDER BY due_ms, authority, crl_partition LIMIT $1";
static const char put_sql[] =
	"INSERT INTO crl (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0) "
	"ON CONFLICT (authority, crl_partition) DO UPDATE SET id = excluded.id, due_ms = excluded.due_ms, "
	"number = excluded.number, base_number = excluded.base_number, base_sequence = excluded.base_sequence, "
	"sequence = excluded.sequence, this_update_ms = excluded.this_update_ms, "
	"next_update_ms = excluded.next_update_ms, delta_next_update_ms = excluded.delta_next_update_ms, "
	"base_entries = excluded.base_entries, base_build_us = excluded.base_build_us";
static const char open_sql[] = "INSERT INTO crl (" COLUMNS ") VALUES ($1, 0, $2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) "
			       "ON CONFLICT (authority, crl_partition) DO NOTHING";
static const char hurry_sql[] =
	"UPDATE crl SET due_ms = $3 WHERE authority = $1 AND crl_partition = $2 AND due_ms > $3";
static const char postpone_sql[] = "UPDATE crl SET due_ms = $3 WHERE authority = $1 AND crl_partition = $2";
static const char hurry_all_sql[] = "UPDATE crl SET due_ms = $2 WHERE authority = $1 AND due_ms > $2";

static const char missed_sql[] =
	"SELECT revoked_ms FROM revocation WHERE authority = $1 AND sequence > $2 ORDER BY sequence LIMIT 1";
static const char missed_of_sql[] = "SELECT revoked_ms FROM revocation WHERE authority = $1 AND sequence > $2 AND "
				    "crl_partition = $3 ORDER BY sequence LIMIT 1";

static const char present_sql[] =
	"SELECT n.crl_partition, c.certificates FROM authority_counter n LEFT JOIN crl c ON "
	"c.authority = n.authority AND c.crl_partition = n.crl_partition WHERE n.authority = $1";
static const char next_sql[] = "SELECT coalesce(max(crl_partition), 0) + 1 FROM crl WHERE authority = $1";
static const char aim_sql[] = "UPDATE authority_counter SET crl_partition = $2 WHERE authority = $1";

enum { EVERY_PARTITION = -1, COMPLETE_LIST = 0 };

/* ---- Reading ---- */

static struct crl_row
row_read(statement *st, struct arena *arena)
{
	struct bytes id = column_blob(st, 2);

	return (struct crl_row){ .authority = column_int(st, 0),
		.partition = column_int(st, 1),
		.id = id.n == ID_BYTES ? id_render(id.p, arena) : (struct str){ 0 },
		.due_ms = column_int(st, 3),
		.number = column_int(st, 4),
		.base_number = column_int(st, 5),
		.base_sequence = column_int(st, 6),
		.sequence = column_int(st, 7),
		.this_update_ms = column_int(st, 8),
		.next_update_ms = column_int(st, 9),
		.delta_next_update_ms = column_int(st, 10),
		.base_entries = column_int(st, 11),
		.base_build_us = column_int(st, 12),
		.certificates = column_int(st, 13) };
}

static bool
get(struct session *session, int64_t authority, int64_t partition, struct arena *arena, struct crl_row *out,
	struct fault *fault)
{
	AUTO(statement) st = session_statement(session, get_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, authority);
	bind_int(st, 2, partition);
	if (!statement_step_found(st, fault))
		return false;
	*out = row_read(st, arena);
	return true;
}

bool
store_crl_get(struct store *store, int64_t authority, int64_t partition, struct arena *arena, struct crl_row *out,
	struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = get(session, authority, partition, arena, out, fault);

	store_session_give(store, session);
	return done;
}

static bool
list(struct session *session, int64_t authority, struct arena *arena, const struct crl_row **out, size_t *count,
	struct fault *fault)
{
	AUTO(statement) st = session_statement(session, list_sql, fault);
	struct crl_row *rows = NULL;
	size_t n = 0, room = 0;
	bool row;

	if (st == NULL)
		return false;
	bind_int(st, 1, authority);
	for (;;) {
		if (!statement_step(st, &row, fault))
			return false;
		if (!row)
			break;
		rows = rows_with_room(rows, n, &room, sizeof *rows, arena);
		rows[n++] = row_read(st, arena);
	}
	*out = rows;
	*count = n;
	return true;
}

bool
store_crl_list(struct store *store, int64_t authority, struct arena *arena, const struct crl_row **out, size_t *count,
	struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = list(session, authority, arena, out, count, fault);

	store_session_give(store, session);
	return done;
}

/* One more than asked for says when the next is due. */
static bool
due(struct session *session, int64_t now_ms, size_t limit, struct arena *arena, const struct crl_row **out,
	size_t *count, int64_t *next_ms, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, due_sql, fault);
	struct crl_row *rows = NULL;
	size_t n = 0, room = 0;
	int64_t next = INT64_MAX;
	bool row;

	if (st == NULL)
		return false;
	bind_int(st, 1, (int64_t)limit + 1);
	for (;;) {
		if (!statement_step(st, &row, fault))
			return false;
		if (!row)
			break;
		struct crl_row found = row_read(st, arena);
		if (n == limit || found.due_ms > now_ms) {
			next = found.due_ms;
			break;
		}
		rows = rows_with_room(rows, n, &room, sizeof *rows, arena);
		rows[n++] = found;
	}
	*out = rows;
	*count = n;
	*next_ms = next;
	return true;
}

bool
store_crl_due(struct store *store, int64_t now_ms, size_t limit, struct arena *arena, const struct crl_row **out,
	size_t *count, int64_t *next_ms, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = due(session, now_ms, limit, arena, out, count, next_ms, fault);

	store_session_give(store, session);
	return done;
}

/* ---- Writing ---- */

/* A revocation that came while the list was being made: it is due since then. */
static bool
due_since(struct session *session, const struct crl_row *row, int64_t *due_ms, struct fault *fault)
{
	bool of_every = row->partition == COMPLETE_LIST;
	AUTO(statement) st = session_statement(session, of_every ? missed_sql : missed_of_sql, fault);
	bool missed;

	if (st == NULL)
		return false;
	bind_int(st, 1, row->authority);
	bind_int(st, 2, row->sequence);
	if (!of_every)
		bind_int(st, 3, row->partition);
	if (!statement_step(st, &missed, fault))
		return false;
	*due_ms = missed && column_int(st, 0) < row->due_ms ? column_int(st, 0) : row->due_ms;
	return true;
}

static bool
row_put(struct session *session, const struct crl_row *row, int64_t due_ms, struct fault *fault)
{
	const int64_t numbers[] = { due_ms, row->number, row->base_number, row->base_sequence, row->sequence,
		row->this_update_ms, row->next_update_ms, row->delta_next_update_ms, row->base_entries,
		row->base_build_us };
	uint8_t id[ID_BYTES];

	if (!id_parse(row->id, id))
		return fault_set(fault, FAULT_INTERNAL, "The list's id is no UUID.");
	AUTO(statement) st = session_statement(session, put_sql, fault);
	if (st == NULL)
		return false;
	bind_int(st, 1, row->authority);
	bind_int(st, 2, row->partition);
	bind_blob(st, 3, id_bytes(id));
	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++)
		bind_int(st, 4 + (int)i, numbers[i]);
	return statement_run(session, st, fault);
}

bool
store_crl_put(struct store_transaction *transaction, const struct crl_row *row, struct fault *fault)
{
	struct session *session = transaction->session;
	int64_t due_ms = row->due_ms;

	if (due_ms != INT64_MAX && !due_since(session, row, &due_ms, fault))
		return false;
	return row_put(session, row, due_ms, fault);
}

bool
store_crl_open(struct store_transaction *transaction, int64_t authority, struct str id_text, struct fault *fault)
{
	uint8_t id[ID_BYTES];

	if (!id_parse(id_text, id))
		return fault_set(fault, FAULT_INTERNAL, "A list's id is no UUID.");
	AUTO(statement) st = session_statement(transaction->session, open_sql, fault);
	if (st == NULL)
		return false;
	bind_int(st, 1, authority);
	bind_blob(st, 2, id_bytes(id));
	return statement_run(transaction->session, st, fault);
}

bool
store_crl_hurry(struct store_transaction *transaction, int64_t authority, int64_t partition, int64_t due_ms,
	struct fault *fault)
{
	bool of_every = partition == EVERY_PARTITION;
	AUTO(statement) st = session_statement(transaction->session, of_every ? hurry_all_sql : hurry_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, authority);
	if (!of_every)
		bind_int(st, 2, partition);
	bind_int(st, of_every ? 2 : 3, due_ms);
	return statement_run(transaction->session, st, fault);
}

bool
store_crl_postpone(struct store_transaction *transaction, int64_t authority, int64_t partition, int64_t due_ms,
	struct fault *fault)
{
	AUTO(statement) st = session_statement(transaction->session, postpone_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, authority);
	bind_int(st, 2, partition);
	bind_int(st, 3, due_ms);
	return statement_run(transaction->session, st, fault);
}

/* ---- Partitions ---- */

/* Where certificates go now, and whether it is full. */
static bool
partition_present(struct session *session, int64_t authority, int64_t capacity, int64_t *partition, bool *full,
	struct fault *fault)
{
	AUTO(statement) st = session_statement(session, present_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, authority);
	if (!statement_step_found(st, fault))
		return false;
	*partition = column_int(st, 0);
	*full = *partition == 0 || column_int(st, 1) >= capacity;
	return true;
}

static bool
partition_next(struct session *session, int64_t authority, int64_t *partition, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, next_sql, fault);
	bool row;

	if (st == NULL)
		return false;
	bind_int(st, 1, authority);
	if (!statement_step(st, &row, fault))
		return false;
	*partition = column_int(st, 0);
	return true;
}

static bool
partition_aim(struct session *session, int64_t authority, int64_t partition, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, aim_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, authority);
	bind_int(st, 2, partition);
	return statement_run(session, st, fault);
}

bool
store_crl_open_partition(struct store_transaction *transaction, int64_t authority, struct str id, int64_t capacity,
	int64_t *partition, struct fault *fault)
{
	struct session *session = transaction->session;
	struct crl_row row = { .authority = authority, .id = id };
	int64_t present;
	bool full;

	if (!partition_present(session, authority, capacity, &present, &full, fault))
		return false;
	if (!full) {
		*partition = present;
		return true;
	}
	if (!partition_next(session, authority, &row.partition, fault) || !row_put(session, &row, 0, fault) ||
		!partition_aim(session, authority, row.partition, fault))
		return false;
	*partition = row.partition;
	return true;
}
