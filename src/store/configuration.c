#include "store/internal.h"

static const char get_sql[] = "SELECT days_before_expiry FROM configuration WHERE account = $1 AND region = $2";
static const char put_sql[] =
	"INSERT INTO configuration (account, region, days_before_expiry) VALUES ($1, $2, $3) "
	"ON CONFLICT (account, region) DO UPDATE SET days_before_expiry = excluded.days_before_expiry";

static const char forget_sql[] =
	"DELETE FROM idempotency_token WHERE account = $1 AND region = $2 AND expires_ms <= $3";
static const char seen_sql[] = "SELECT digest FROM idempotency_token "
			       "WHERE account = $1 AND region = $2 AND operation = $3 AND token = $4";
static const char remember_sql[] =
	"INSERT INTO idempotency_token (account, region, operation, token, digest, expires_ms, result) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7)";
static const char given_sql[] = "SELECT result FROM idempotency_token WHERE account = $1 AND region = $2 AND "
				"operation = $3 AND token = $4 AND expires_ms > $5";

static bool
configuration_read(struct session *session, const struct owner *owner, int64_t *days, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, get_sql, fault);
	bool row;

	if (st == NULL)
		return false;
	bind_owner(st, owner);
	if (!statement_step(st, &row, fault))
		return false;
	*days = row ? column_int(st, 0) : STORE_DEFAULT_DAYS_BEFORE_EXPIRY;
	return true;
}

bool
store_configuration_get(
	struct store *store, const struct owner *owner, int64_t *days_before_expiry, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = configuration_read(session, owner, days_before_expiry, fault);

	store_session_give(store, session);
	return done;
}

bool
store_configuration_put(struct store_transaction *transaction, const struct owner *owner, int64_t days_before_expiry,
	struct fault *fault)
{
	AUTO(statement) st = session_statement(transaction->session, put_sql, fault);

	if (st == NULL)
		return false;
	bind_owner(st, owner);
	bind_int(st, 3, days_before_expiry);
	return statement_run(transaction->session, st, fault);
}

/* ---- Idempotency tokens ---- */

static bool
tokens_forget(struct session *session, const struct owner *owner, int64_t now_ms, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, forget_sql, fault);

	if (st == NULL)
		return false;
	bind_owner(st, owner);
	bind_int(st, 3, now_ms);
	return statement_run(session, st, fault);
}

static bool
token_seen(struct session *session, const struct owner *owner, struct str operation, struct str token,
	struct bytes digest, bool *known, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, seen_sql, fault);

	if (st == NULL)
		return false;
	bind_owner(st, owner);
	bind_text(st, 3, operation);
	bind_text(st, 4, token);
	if (!statement_step(st, known, fault))
		return false;
	if (*known && !bytes_equal(column_blob(st, 0), digest))
		return fault_set(fault, FAULT_CONFLICT, "%s", "");
	return true;
}

static bool
token_remember(struct session *session, const struct owner *owner, const char *operation, struct str token,
	struct bytes digest, int64_t expires_ms, struct str result, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, remember_sql, fault);

	if (st == NULL)
		return false;
	bind_owner(st, owner);
	bind_text(st, 3, str_of(operation));
	bind_text(st, 4, token);
	bind_blob(st, 5, digest);
	bind_int(st, 6, expires_ms);
	bind_text(st, 7, result);
	return statement_run(session, st, fault);
}

bool
store_token_claim(struct store_transaction *transaction, const struct owner *owner, const char *operation,
	struct str token, struct bytes digest, int64_t now_ms, int64_t expires_ms, bool *known, struct fault *fault)
{
	struct session *session = transaction->session;
	bool seen;

	if (!tokens_forget(session, owner, now_ms, fault) ||
		!token_seen(session, owner, str_of(operation), token, digest, &seen, fault))
		return false;
	if (!seen && !token_remember(session, owner, operation, token, digest, expires_ms, (struct str){ 0 }, fault))
		return false;
	*known = seen;
	return true;
}

static bool
token_given(struct session *session, const struct owner *owner, const char *operation, struct str token, int64_t now_ms,
	struct arena *arena, bool *known, struct str *earlier, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, given_sql, fault);
	bool row;

	if (st == NULL)
		return false;
	bind_owner(st, owner);
	bind_text(st, 3, str_of(operation));
	bind_text(st, 4, token);
	bind_int(st, 5, now_ms);
	if (!statement_step(st, &row, fault))
		return false;
	if (row)
		*earlier = arena_str(arena, column_text(st, 0));
	*known = row;
	return true;
}

bool
store_token_recall(struct store_transaction *transaction, const struct owner *owner, const char *operation,
	struct str token, struct str result, int64_t now_ms, int64_t expires_ms, struct arena *arena, bool *known,
	struct str *earlier, struct fault *fault)
{
	struct session *session = transaction->session;
	const struct bytes no_digest = { (const uint8_t *)"", 0 };
	bool given;

	if (!tokens_forget(session, owner, now_ms, fault) ||
		!token_given(session, owner, operation, token, now_ms, arena, &given, earlier, fault))
		return false;
	if (!given && !token_remember(session, owner, operation, token, no_digest, expires_ms, result, fault))
		return false;
	*known = given;
	return true;
}

bool
store_token_find(struct store *store, const struct owner *owner, const char *operation, struct str token,
	int64_t now_ms, struct arena *arena, bool *known, struct str *earlier, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = token_given(session, owner, operation, token, now_ms, arena, known, earlier, fault);

	store_session_give(store, session);
	return done;
}
