#include "store/issued.h"

#include "store/internal.h"
#include "store/issued_row.h"
#include "store/record.h"

#define ONE_INTENTION "authority = $1 AND serial = $2"
/* The index of serials is the one to use: the sign keeps those by authority out of the choice. */
#define ONE_ISSUED " WHERE serial_key = $1 AND +authority = $2 AND serial = $3"

static const char intention_insert_sql[] =
	"INSERT INTO intention (authority, serial, requested_ms, failed, tbs_sha256, template, requester, subject) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
static const char intention_get_sql[] =
	"SELECT requested_ms, failed, tbs_sha256, template, requester, subject FROM intention WHERE " ONE_INTENTION;
static const char intention_end_sql[] =
	"DELETE FROM intention WHERE " ONE_INTENTION " AND failed = 0 AND tbs_sha256 = $3 RETURNING 1";
static const char open_count_sql[] = "SELECT count(*) FROM intention WHERE failed = 0 AND requested_ms < $1";
static const char failed_count_sql[] = "SELECT count(*) FROM (SELECT 1 FROM intention WHERE failed = 1 AND "
				       "requested_ms < $1 LIMIT $2) AS counted";
static const char forget_sql[] = "DELETE FROM intention WHERE (authority, serial) IN (SELECT authority, serial FROM "
				 "intention WHERE failed = 1 AND requested_ms < $1 LIMIT $2)";
static const char abandon_sql[] = "UPDATE intention SET failed = 1 WHERE failed = 0 AND requested_ms < $1";

static const char insert_sql[] =
	"INSERT INTO issued (authority, serial_key, issued_ms, not_before_ms, not_after_ms, revoked_ms, reason, "
	"crl_partition, serial, template, subject, names, requester, certificate) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
static const char partition_count_sql[] =
	"UPDATE crl SET certificates = certificates + 1 WHERE authority = $1 AND crl_partition = $2";
static const char count_up_sql[] = "UPDATE authority_counter SET issued = issued + 1 WHERE authority = $1";
static const char count_sql[] = "SELECT issued FROM authority_counter WHERE authority = $1";
static const char get_sql[] = "SELECT " ISSUED_COLUMNS " FROM issued" ONE_ISSUED;
static const char status_sql[] = "SELECT revoked_ms, reason, not_after_ms FROM issued" ONE_ISSUED;

static const char revoking_sql[] = "SELECT number, revoked_ms, not_after_ms, crl_partition FROM issued" ONE_ISSUED;
static const char sequence_sql[] =
	"UPDATE authority_counter SET revocations = revocations + 1 WHERE authority = $1 RETURNING revocations";
static const char revoke_sql[] = "UPDATE issued SET revoked_ms = $2, reason = $3 WHERE number = $1";
static const char revocation_sql[] =
	"INSERT INTO revocation (authority, sequence, crl_partition, revoked_ms, reason, not_after_ms, serial) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7)";
static const char hurry_sql[] = "UPDATE crl SET due_ms = $3 WHERE authority = $1 AND crl_partition IN (0, $2) "
				"AND due_ms > $3";

static bool
conflict(struct fault *fault)
{
	return fault_set(fault, FAULT_CONFLICT, "%s", "");
}

static struct str
present(struct str text)
{
	return text.p != NULL ? text : STR("");
}

/* A statement about one intention. NULL with a fault. */
static statement *
statement_of_intention(
	struct session *session, const char *sql, int64_t authority, struct bytes serial, struct fault *fault)
{
	statement *st = session_statement(session, sql, fault);

	if (st != NULL) {
		bind_int(st, 1, authority);
		bind_blob(st, 2, serial);
	}
	return st;
}

static statement *
statement_of_issued(
	struct session *session, const char *sql, int64_t authority, struct bytes serial, struct fault *fault)
{
	statement *st = session_statement(session, sql, fault);

	if (st != NULL) {
		bind_int(st, 1, bytes_key(authority, serial));
		bind_int(st, 2, authority);
		bind_blob(st, 3, serial);
	}
	return st;
}

/* ---- Intentions ---- */

static bool
issued_there(struct session *session, int64_t authority, struct bytes serial, bool *row, struct fault *fault)
{
	AUTO(statement) st = statement_of_issued(session, status_sql, authority, serial, fault);

	return st != NULL && statement_step(st, row, fault);
}

bool
store_intention_insert(struct store_transaction *transaction, const struct intention_row *row, struct fault *fault)
{
	struct session *session = transaction->session;
	bool taken;

	if (!issued_there(session, row->authority, row->serial, &taken, fault))
		return false;
	if (taken)
		return conflict(fault);
	AUTO(statement) st = statement_of_intention(session, intention_insert_sql, row->authority, row->serial, fault);
	if (st == NULL)
		return false;
	bind_int(st, 3, row->requested_ms);
	bind_int(st, 4, row->failed);
	bind_blob(st, 5, row->tbs_sha256);
	bind_text(st, 6, present(row->template));
	bind_text(st, 7, present(row->requester));
	bind_text(st, 8, present(row->subject));
	if (!statement_run(session, st, fault))
		return fault->code == FAULT_CONFLICT ? conflict(fault) : false;
	return true;
}

static bool
intention_get(struct session *session, int64_t authority, struct bytes serial, struct arena *arena,
	struct intention_row *out, struct fault *fault)
{
	AUTO(statement) st = statement_of_intention(session, intention_get_sql, authority, serial, fault);

	if (st == NULL || !statement_step_found(st, fault))
		return false;
	*out = (struct intention_row){ .authority = authority,
		.serial = arena_bytes(arena, serial),
		.requested_ms = column_int(st, 0),
		.failed = column_int(st, 1) != 0,
		.tbs_sha256 = arena_bytes(arena, column_blob(st, 2)),
		.template = arena_str(arena, column_text(st, 3)),
		.requester = arena_str(arena, column_text(st, 4)),
		.subject = arena_str(arena, column_text(st, 5)) };
	return true;
}

bool
store_intention_get(struct store *store, int64_t authority, struct bytes serial, struct arena *arena,
	struct intention_row *out, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = intention_get(session, authority, serial, arena, out, fault);

	store_session_give(store, session);
	return done;
}

static bool
open_count(struct session *session, int64_t before_ms, int64_t *out, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, open_count_sql, fault);
	bool row;

	if (st == NULL)
		return false;
	bind_int(st, 1, before_ms);
	if (!statement_step(st, &row, fault))
		return false;
	*out = column_int(st, 0);
	return true;
}

bool
store_intention_abandon(struct store_transaction *transaction, int64_t before_ms, int64_t *count, struct fault *fault)
{
	struct session *session = transaction->session;
	int64_t n;

	if (!open_count(session, before_ms, &n, fault))
		return false;
	if (n > 0) {
		AUTO(statement) st = session_statement(session, abandon_sql, fault);
		if (st == NULL)
			return false;
		bind_int(st, 1, before_ms);
		if (!statement_run(session, st, fault))
			return false;
	}
	*count = n;
	return true;
}

static bool
failed_count(struct session *session, int64_t before_ms, size_t limit, size_t *out, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, failed_count_sql, fault);
	bool row;

	if (st == NULL)
		return false;
	bind_int(st, 1, before_ms);
	bind_int(st, 2, (int64_t)limit);
	if (!statement_step(st, &row, fault))
		return false;
	*out = (size_t)column_int(st, 0);
	return true;
}

bool
store_intention_forget(
	struct store_transaction *transaction, int64_t before_ms, size_t limit, bool *more, struct fault *fault)
{
	struct session *session = transaction->session;
	size_t n;

	if (!failed_count(session, before_ms, limit, &n, fault))
		return false;
	if (n > 0) {
		AUTO(statement) st = session_statement(session, forget_sql, fault);
		if (st == NULL)
			return false;
		bind_int(st, 1, before_ms);
		bind_int(st, 2, (int64_t)n);
		if (!statement_run(session, st, fault))
			return false;
	}
	*more = n == limit;
	return true;
}

/* Takes the intention away if it is the one that was meant. */
static bool
intention_end(struct session *session, const struct issued_row *row, struct bytes tbs_sha256, struct fault *fault)
{
	AUTO(statement) st = statement_of_intention(session, intention_end_sql, row->authority, row->serial, fault);
	bool ended;

	if (st == NULL)
		return false;
	bind_blob(st, 3, tbs_sha256);
	if (!statement_step(st, &ended, fault))
		return false;
	if (!ended)
		return conflict(fault);
	session->writes++;
	return true;
}

/* ---- Certificates ---- */

static bool
row_insert(struct session *session, const struct issued_row *row, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, insert_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, row->authority);
	bind_int(st, 2, bytes_key(row->authority, row->serial));
	bind_int(st, 3, row->issued_ms);
	bind_int(st, 4, row->not_before_ms);
	bind_int(st, 5, row->not_after_ms);
	bind_int(st, 6, row->revoked_ms);
	bind_int(st, 7, row->reason);
	bind_int(st, 8, row->crl_partition);
	bind_blob(st, 9, row->serial);
	bind_text(st, 10, present(row->template));
	bind_text(st, 11, present(row->subject));
	bind_text(st, 12, present(row->names));
	bind_text(st, 13, present(row->requester));
	bind_blob(st, 14, row->certificate);
	return statement_run(session, st, fault);
}

static bool
partition_count(struct session *session, int64_t authority, int64_t partition, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, partition_count_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, authority);
	bind_int(st, 2, partition);
	return statement_run(session, st, fault);
}

static bool
count_up(struct session *session, int64_t authority, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, count_up_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, authority);
	return statement_run(session, st, fault);
}

bool
store_issued_count(struct store_transaction *transaction, int64_t authority, int64_t *out, struct fault *fault)
{
	AUTO(statement) st = session_statement(transaction->session, count_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, authority);
	if (!statement_step_found(st, fault))
		return false;
	*out = column_int(st, 0);
	return true;
}

bool
store_issued_insert(struct store_transaction *transaction, const struct issued_row *row, struct bytes tbs_sha256,
	struct fault *fault)
{
	struct session *session = transaction->session;

	if (!intention_end(session, row, tbs_sha256, fault) || !row_insert(session, row, fault) ||
		!count_up(session, row->authority, fault))
		return false;
	return row->crl_partition == 0 || partition_count(session, row->authority, row->crl_partition, fault);
}

static bool
get(struct session *session, int64_t authority, struct bytes serial, struct arena *arena, struct issued_row *out,
	struct fault *fault)
{
	AUTO(statement) st = statement_of_issued(session, get_sql, authority, serial, fault);
	struct issued_row found;

	if (st == NULL || !statement_step_found(st, fault))
		return false;
	issued_read(st, authority, &found);
	issued_copy(&found, arena, out);
	return true;
}

bool
store_issued_get(struct store *store, int64_t authority, struct bytes serial, struct arena *arena,
	struct issued_row *out, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = get(session, authority, serial, arena, out, fault);

	store_session_give(store, session);
	return done;
}

static bool
status(struct session *session, int64_t authority, struct bytes serial, struct issued_status *out, struct fault *fault)
{
	AUTO(statement) st = statement_of_issued(session, status_sql, authority, serial, fault);

	if (st == NULL || !statement_step_found(st, fault))
		return false;
	*out = (struct issued_status){
		.revoked_ms = column_int(st, 0), .reason = (int)column_int(st, 1), .not_after_ms = column_int(st, 2)
	};
	return true;
}

bool
store_issued_status(
	struct store *store, int64_t authority, struct bytes serial, struct issued_status *out, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = status(session, authority, serial, out, fault);

	store_session_give(store, session);
	return done;
}

/* ---- Revoking ---- */

/* What is to be revoked. */
struct revoking {
	int64_t number, not_after_ms, partition;
};

static bool
revoking_read(
	struct session *session, int64_t authority, struct bytes serial, struct revoking *out, struct fault *fault)
{
	AUTO(statement) st = statement_of_issued(session, revoking_sql, authority, serial, fault);

	if (st == NULL || !statement_step_found(st, fault))
		return false;
	if (column_int(st, 1) != 0)
		return conflict(fault);
	*out = (struct revoking){ column_int(st, 0), column_int(st, 2), column_int(st, 3) };
	return true;
}

static bool
sequence_take(struct session *session, int64_t authority, int64_t *sequence, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, sequence_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, authority);
	if (!statement_step_found(st, fault))
		return false;
	session->writes++;
	*sequence = column_int(st, 0);
	return true;
}

static bool
row_revoke(struct session *session, int64_t number, int64_t now_ms, int reason, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, revoke_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, number);
	bind_int(st, 2, now_ms);
	bind_int(st, 3, reason);
	return statement_run(session, st, fault);
}

static bool
revocation_insert(struct session *session, int64_t authority, int64_t partition, const struct revocation_row *row,
	struct fault *fault)
{
	AUTO(statement) st = session_statement(session, revocation_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, authority);
	bind_int(st, 2, row->sequence);
	bind_int(st, 3, partition);
	bind_int(st, 4, row->revoked_ms);
	bind_int(st, 5, row->reason);
	bind_int(st, 6, row->not_after_ms);
	bind_blob(st, 7, row->serial);
	return statement_run(session, st, fault);
}

static bool
lists_hurry(struct session *session, int64_t authority, int64_t partition, int64_t now_ms, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, hurry_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, authority);
	bind_int(st, 2, partition);
	bind_int(st, 3, now_ms);
	return statement_run(session, st, fault);
}

bool
store_issued_revoke(struct store_transaction *transaction, int64_t authority, struct bytes serial, int reason,
	int64_t now_ms, struct fault *fault)
{
	struct session *session = transaction->session;
	struct revocation_row row = { .serial = serial, .revoked_ms = now_ms, .reason = reason };
	struct revoking it;

	if (!revoking_read(session, authority, serial, &it, fault) ||
		!sequence_take(session, authority, &row.sequence, fault))
		return false;
	row.not_after_ms = it.not_after_ms;
	return row_revoke(session, it.number, now_ms, reason, fault) &&
	       revocation_insert(session, authority, it.partition, &row, fault) &&
	       lists_hurry(session, authority, it.partition, now_ms, fault);
}
