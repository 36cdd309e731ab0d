/* private.c — what a certificate has that the house issued itself, and what changes without a new version. */
#include "store/internal.h"
#include "store/record.h"

#define ONE_CERTIFICATE "c.account = $1 AND c.region = $2 AND c.id = $3"

static const char get_sql[] =
	"SELECT p.renew_at_ms, p.renewal_ms, p.renewal_reason, p.failure_reason, p.revocation_reason, p.authority_arn, "
	"p.names FROM certificate c JOIN certificate_private p ON p.number = c.number WHERE " ONE_CERTIFICATE;
static const char current_sql[] = "SELECT c.number, c.version FROM certificate c WHERE " ONE_CERTIFICATE;
static const char put_sql[] =
	"INSERT INTO certificate_private (number, renew_at_ms, renewal_ms, renewal_reason, failure_reason, "
	"revocation_reason, authority_arn, names) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
	"ON CONFLICT (number) DO UPDATE SET renew_at_ms = excluded.renew_at_ms, renewal_ms = excluded.renewal_ms, "
	"renewal_reason = excluded.renewal_reason, failure_reason = excluded.failure_reason, "
	"revocation_reason = excluded.revocation_reason, authority_arn = excluded.authority_arn, "
	"names = excluded.names";
static const char mark_sql[] = "UPDATE certificate SET state = $2, revoked_ms = $3, exported = $4, in_use = $5, "
			       "renewal_eligible = $6, renewal_status = $7 WHERE number = $1";
static const char due_sql[] =
	"SELECT p.renew_at_ms, c.account, c.region, c.id FROM certificate_private p JOIN certificate c "
	"ON c.number = p.number ORDER BY p.renew_at_ms, p.number LIMIT $1";

static bool
private_get(struct session *session, const struct owner *owner, struct str id_text, struct arena *arena,
	struct certificate_private *out, struct fault *fault)
{
	uint8_t id[ID_BYTES];

	if (!id_parse(id_text, id))
		return store_not_found(fault);
	AUTO(statement) st = statement_of_certificate(session, get_sql, owner, id, fault);
	if (st == NULL || !statement_step_found(st, fault))
		return false;
	*out = (struct certificate_private){ .renew_at_ms = column_int(st, 0),
		.renewal_ms = column_int(st, 1),
		.renewal_reason = (int)column_int(st, 2),
		.failure_reason = (int)column_int(st, 3),
		.revocation_reason = (int)column_int(st, 4),
		.authority_arn = arena_str(arena, column_text(st, 5)),
		.names = arena_str(arena, column_text(st, 6)) };
	return true;
}

bool
store_certificate_private_get(struct store *store, const struct owner *owner, struct str id, struct arena *arena,
	struct certificate_private *out, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = private_get(session, owner, id, arena, out, fault);

	store_session_give(store, session);
	return done;
}

/* Its place and version; FAULT_NOT_FOUND when there is none. */
static bool
current(struct session *session, const struct owner *owner, struct str id_text, int64_t *number, int64_t *version,
	struct fault *fault)
{
	uint8_t id[ID_BYTES];

	if (!id_parse(id_text, id))
		return store_not_found(fault);
	AUTO(statement) st = statement_of_certificate(session, current_sql, owner, id, fault);
	if (st == NULL || !statement_step_found(st, fault))
		return false;
	*number = column_int(st, 0);
	*version = column_int(st, 1);
	return true;
}

bool
store_certificate_private_put(struct store_transaction *transaction, const struct owner *owner, struct str id,
	const struct certificate_private *row, struct fault *fault)
{
	struct session *session = transaction->session;
	int64_t number, version;

	if (!current(session, owner, id, &number, &version, fault))
		return false;
	AUTO(statement) st = session_statement(session, put_sql, fault);
	if (st == NULL)
		return false;
	bind_int(st, 1, number);
	bind_int(st, 2, row->renew_at_ms);
	bind_int(st, 3, row->renewal_ms);
	bind_int(st, 4, row->renewal_reason);
	bind_int(st, 5, row->failure_reason);
	bind_int(st, 6, row->revocation_reason);
	bind_text(st, 7, row->authority_arn.p != NULL ? row->authority_arn : STR(""));
	bind_text(st, 8, row->names.p != NULL ? row->names : STR(""));
	return statement_run(session, st, fault);
}

bool
store_certificate_mark(struct store_transaction *transaction, const struct owner *owner,
	const struct certificate_row *row, struct fault *fault)
{
	struct session *session = transaction->session;
	int64_t number, version;

	if (!current(session, owner, row->id, &number, &version, fault))
		return false;
	if (version != row->version)
		return fault_set(fault, FAULT_CONFLICT, "The certificate was changed meanwhile.");
	AUTO(statement) st = session_statement(session, mark_sql, fault);
	if (st == NULL)
		return false;
	bind_int(st, 1, number);
	bind_int(st, 2, row->state);
	bind_int(st, 3, row->revoked_ms);
	bind_int(st, 4, row->exported);
	bind_int(st, 5, row->in_use);
	bind_int(st, 6, row->renewal_eligible);
	bind_int(st, 7, row->renewal_status);
	return statement_run(session, st, fault);
}

/* ---- Managed renewal ---- */

static struct certificate_due
due_read(statement *st, struct arena *arena)
{
	struct bytes id = column_blob(st, 3);

	return (struct certificate_due){ .owner = { arena_str(arena, column_text(st, 1)),
						 arena_str(arena, column_text(st, 2)) },
		.id = id.n == ID_BYTES ? id_render(id.p, arena) : (struct str){ 0 } };
}

/* One more than asked for says when the next is due. */
static bool
renewals_due(struct session *session, int64_t now_ms, size_t limit, struct arena *arena,
	const struct certificate_due **out, size_t *count, int64_t *next_ms, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, due_sql, fault);
	struct certificate_due *rows = NULL;
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
		if (n == limit || column_int(st, 0) > now_ms) {
			next = column_int(st, 0);
			break;
		}
		rows = rows_with_room(rows, n, &room, sizeof *rows, arena);
		rows[n++] = due_read(st, arena);
	}
	*out = rows;
	*count = n;
	*next_ms = next;
	return true;
}

bool
store_certificate_renewals_due(struct store *store, int64_t now_ms, size_t limit, struct arena *arena,
	const struct certificate_due **out, size_t *count, int64_t *next_ms, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = renewals_due(session, now_ms, limit, arena, out, count, next_ms, fault);

	store_session_give(store, session);
	return done;
}
