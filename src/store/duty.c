/* duty.c — leases, delegated responders, audit reports. Lists are in crl.c. */
#include "store/duty.h"

#include "store/internal.h"
#include "store/record.h"
#include "store/sealed.h"

static const char lease_get_sql[] = "SELECT holder, until_ms FROM lease WHERE name = $1";
static const char lease_put_sql[] =
	"INSERT INTO lease (name, holder, until_ms) VALUES ($1, $2, $3) "
	"ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms";
static const char lease_end_all_sql[] = "DELETE FROM lease";
static const char lease_give_sql[] = "DELETE FROM lease WHERE name = $1 AND holder = $2";

static const char responder_get_sql[] =
	"SELECT version, not_before_ms, not_after_ms, certificate, sealed_key FROM responder WHERE authority = $1";
static const char responder_put_sql[] =
	"INSERT INTO responder (authority, version, not_before_ms, not_after_ms, master_key, certificate, sealed_key) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (authority) DO UPDATE SET version = excluded.version, "
	"not_before_ms = excluded.not_before_ms, not_after_ms = excluded.not_after_ms, "
	"master_key = excluded.master_key, certificate = excluded.certificate, sealed_key = excluded.sealed_key";

#define REPORT_COLUMNS "SELECT id, authority, bucket, object_key, format, status, created_ms FROM audit_report "
static const char report_insert_sql[] =
	"INSERT INTO audit_report (id, authority, bucket, object_key, format, status, created_ms) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7)";
static const char report_get_sql[] = REPORT_COLUMNS "WHERE id = $1 AND authority = $2";
static const char report_set_sql[] = "UPDATE audit_report SET status = $2 WHERE id = $1 RETURNING 1";
static const char report_pending_sql[] = REPORT_COLUMNS "WHERE status = $1 ORDER BY created_ms, id LIMIT $2";

/* ---- Leases ---- */

/* May this holder have it? */
static bool
lease_free(struct session *session, const char *name, struct str holder, int64_t now_ms, bool *is_free,
	struct fault *fault)
{
	AUTO(statement) st = session_statement(session, lease_get_sql, fault);
	bool row;

	if (st == NULL)
		return false;
	bind_text(st, 1, str_of(name));
	if (!statement_step(st, &row, fault))
		return false;
	*is_free = !row || str_equal(column_text(st, 0), holder) || column_int(st, 1) <= now_ms;
	return true;
}

bool
store_lease_take(struct store_transaction *transaction, const char *name, struct str holder, int64_t now_ms,
	int64_t until_ms, bool *taken, struct fault *fault)
{
	struct session *session = transaction->session;
	bool is_free;

	if (!lease_free(session, name, holder, now_ms, &is_free, fault))
		return false;
	if (is_free) {
		AUTO(statement) st = session_statement(session, lease_put_sql, fault);
		if (st == NULL)
			return false;
		bind_text(st, 1, str_of(name));
		bind_text(st, 2, holder);
		bind_int(st, 3, until_ms);
		if (!statement_run(session, st, fault))
			return false;
	}
	*taken = is_free;
	return true;
}

bool
store_lease_end_all(struct store_transaction *transaction, struct fault *fault)
{
	AUTO(statement) st = session_statement(transaction->session, lease_end_all_sql, fault);

	return st != NULL && statement_run(transaction->session, st, fault);
}

bool
store_lease_give(struct store_transaction *transaction, const char *name, struct str holder, struct fault *fault)
{
	AUTO(statement) st = session_statement(transaction->session, lease_give_sql, fault);

	if (st == NULL)
		return false;
	bind_text(st, 1, str_of(name));
	bind_text(st, 2, holder);
	return statement_run(transaction->session, st, fault);
}

/* ---- Delegated OCSP responders ---- */

static bool
responder_get(
	struct session *session, int64_t authority, struct arena *arena, struct responder_row *out, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, responder_get_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, authority);
	if (!statement_step_found(st, fault))
		return false;
	*out = (struct responder_row){ .authority = authority,
		.version = column_int(st, 0),
		.not_before_ms = column_int(st, 1),
		.not_after_ms = column_int(st, 2),
		.certificate = arena_bytes(arena, column_blob(st, 3)),
		.sealed_key = arena_bytes(arena, column_blob(st, 4)) };
	return true;
}

bool
store_responder_get(
	struct store *store, int64_t authority, struct arena *arena, struct responder_row *out, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = responder_get(session, authority, arena, out, fault);

	store_session_give(store, session);
	return done;
}

bool
store_responder_put(struct store_transaction *transaction, const struct responder_row *row, struct fault *fault)
{
	AUTO(statement) st = session_statement(transaction->session, responder_put_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, row->authority);
	bind_int(st, 2, row->version);
	bind_int(st, 3, row->not_before_ms);
	bind_int(st, 4, row->not_after_ms);
	bind_text(st, 5, sealed_master_key(row->sealed_key));
	bind_blob(st, 6, row->certificate);
	bind_blob(st, 7, row->sealed_key);
	return statement_run(transaction->session, st, fault);
}

/* ---- Audit reports ---- */

static struct audit_report_row
report_read(statement *st, struct arena *arena)
{
	struct bytes id = column_blob(st, 0);

	return (struct audit_report_row){ .id = id.n == ID_BYTES ? id_render(id.p, arena) : (struct str){ 0 },
		.authority = column_int(st, 1),
		.bucket = arena_str(arena, column_text(st, 2)),
		.key = arena_str(arena, column_text(st, 3)),
		.format = (int)column_int(st, 4),
		.status = (enum audit_report_status)column_int(st, 5),
		.created_ms = column_int(st, 6) };
}

bool
store_audit_report_insert(
	struct store_transaction *transaction, const struct audit_report_row *row, struct fault *fault)
{
	struct session *session = transaction->session;
	uint8_t id[ID_BYTES];

	if (!id_parse(row->id, id))
		return fault_set(fault, FAULT_INTERNAL, "The audit report's id is no UUID.");
	AUTO(statement) st = session_statement(session, report_insert_sql, fault);
	if (st == NULL)
		return false;
	bind_blob(st, 1, id_bytes(id));
	bind_int(st, 2, row->authority);
	bind_text(st, 3, row->bucket.p != NULL ? row->bucket : STR(""));
	bind_text(st, 4, row->key.p != NULL ? row->key : STR(""));
	bind_int(st, 5, row->format);
	bind_int(st, 6, row->status);
	bind_int(st, 7, row->created_ms);
	if (!statement_run(session, st, fault))
		return fault->code == FAULT_CONFLICT ? fault_set(fault, FAULT_CONFLICT, "%s", "") : false;
	return true;
}

static bool
report_get(struct session *session, int64_t authority, struct str id_text, struct arena *arena,
	struct audit_report_row *out, struct fault *fault)
{
	uint8_t id[ID_BYTES];

	if (!id_parse(id_text, id))
		return store_not_found(fault);
	AUTO(statement) st = session_statement(session, report_get_sql, fault);
	if (st == NULL)
		return false;
	bind_blob(st, 1, id_bytes(id));
	bind_int(st, 2, authority);
	if (!statement_step_found(st, fault))
		return false;
	*out = report_read(st, arena);
	return true;
}

bool
store_audit_report_get(struct store *store, int64_t authority, struct str id, struct arena *arena,
	struct audit_report_row *out, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = report_get(session, authority, id, arena, out, fault);

	store_session_give(store, session);
	return done;
}

bool
store_audit_report_set(
	struct store_transaction *transaction, struct str id_text, enum audit_report_status status, struct fault *fault)
{
	struct session *session = transaction->session;
	uint8_t id[ID_BYTES];

	if (!id_parse(id_text, id))
		return store_not_found(fault);
	AUTO(statement) st = session_statement(session, report_set_sql, fault);
	if (st == NULL)
		return false;
	bind_blob(st, 1, id_bytes(id));
	bind_int(st, 2, status);
	if (!statement_step_found(st, fault))
		return false;
	session->writes++;
	return true;
}

static bool
report_pending(struct session *session, size_t limit, struct arena *arena, const struct audit_report_row **out,
	size_t *count, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, report_pending_sql, fault);
	struct audit_report_row *rows = NULL;
	size_t n = 0, room = 0;
	bool row;

	if (st == NULL)
		return false;
	bind_int(st, 1, AUDIT_REPORT_CREATING);
	bind_int(st, 2, (int64_t)limit);
	for (;;) {
		if (!statement_step(st, &row, fault))
			return false;
		if (!row)
			break;
		rows = rows_with_room(rows, n, &room, sizeof *rows, arena);
		rows[n++] = report_read(st, arena);
	}
	*out = rows;
	*count = n;
	return true;
}

bool
store_audit_report_pending(struct store *store, size_t limit, struct arena *arena, const struct audit_report_row **out,
	size_t *count, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = report_pending(session, limit, arena, out, count, fault);

	store_session_give(store, session);
	return done;
}
