#include "store/internal.h"
#include "store/sealed.h"

static const char list_sql[] = "SELECT id, name, disabled, created_ms FROM account ORDER BY id";
static const char there_sql[] = "SELECT 1 FROM account WHERE id = $1";
static const char insert_sql[] = "INSERT INTO account (id, name, disabled, created_ms) VALUES ($1, $2, $3, $4)";
static const char disable_sql[] = "UPDATE account SET disabled = $2 WHERE id = $1";
static const char delete_sql[] = "DELETE FROM account WHERE id = $1";
static const char used_sql[] = "SELECT 1 FROM access_key WHERE account = $1 UNION ALL "
			       "SELECT 1 FROM certificate WHERE account = $1 UNION ALL "
			       "SELECT 1 FROM authority WHERE account = $1 LIMIT 1";

#define KEY_COLUMNS                                                                                                    \
	"k.id, k.account, k.user_name, k.policy, CASE WHEN k.disabled <> 0 OR a.disabled <> 0 THEN 1 ELSE 0 END, "     \
	"k.created_ms, k.sealed_secret FROM access_key k JOIN account a ON a.id = k.account"
static const char key_get_sql[] = "SELECT " KEY_COLUMNS " WHERE k.id = $1";
static const char key_list_sql[] = "SELECT " KEY_COLUMNS " ORDER BY k.account, k.id";
static const char key_list_of_sql[] = "SELECT " KEY_COLUMNS " WHERE k.account = $1 ORDER BY k.id";
static const char key_there_sql[] = "SELECT 1 FROM access_key WHERE id = $1";
static const char key_insert_sql[] = "INSERT INTO access_key (id, account, user_name, policy, disabled, created_ms, "
				     "master_key, sealed_secret) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
static const char key_disable_sql[] = "UPDATE access_key SET disabled = $2 WHERE id = $1";
static const char key_delete_sql[] = "DELETE FROM access_key WHERE id = $1";

/* Is there a row with this id? */
static bool
there(struct session *session, const char *sql, struct str id, bool *row, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, sql, fault);

	if (st == NULL)
		return false;
	bind_text(st, 1, id);
	return statement_step(st, row, fault);
}

/* Refuses when there is none; then runs a change of `id`. */
static bool
change(struct session *session, const char *there_question, const char *sql, struct str id, const char *what,
	const bool *flag, struct fault *fault)
{
	bool row;

	if (!there(session, there_question, id, &row, fault))
		return false;
	if (!row)
		return fault_set(fault, FAULT_NOT_FOUND, "There is no %s %.*s.", what, STR_ARG(id));
	AUTO(statement) st = session_statement(session, sql, fault);
	if (st == NULL)
		return false;
	bind_text(st, 1, id);
	if (flag != NULL)
		bind_int(st, 2, *flag);
	return statement_run(session, st, fault);
}

/* ---- Accounts ---- */

static bool
account_list(struct session *session, struct arena *arena, const struct account_row **out, size_t *count,
	struct fault *fault)
{
	AUTO(statement) st = session_statement(session, list_sql, fault);
	struct account_row *rows = NULL;
	size_t n = 0, room = 0;
	bool row;

	if (st == NULL)
		return false;
	for (;;) {
		if (!statement_step(st, &row, fault))
			return false;
		if (!row)
			break;
		rows = rows_with_room(rows, n, &room, sizeof *rows, arena);
		rows[n++] = (struct account_row){ .id = arena_str(arena, column_text(st, 0)),
			.name = arena_str(arena, column_text(st, 1)),
			.disabled = column_int(st, 2) != 0,
			.created_ms = column_int(st, 3) };
	}
	*out = rows;
	*count = n;
	return true;
}

bool
store_account_list(
	struct store *store, struct arena *arena, const struct account_row **out, size_t *count, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = account_list(session, arena, out, count, fault);

	store_session_give(store, session);
	return done;
}

bool
store_account_insert(struct store_transaction *transaction, const struct account_row *row, struct fault *fault)
{
	struct session *session = transaction->session;
	bool taken;

	if (!there(session, there_sql, row->id, &taken, fault))
		return false;
	if (taken)
		return fault_set(fault, FAULT_CONFLICT, "There is an account %.*s already.", STR_ARG(row->id));
	AUTO(statement) st = session_statement(session, insert_sql, fault);
	if (st == NULL)
		return false;
	bind_text(st, 1, row->id);
	bind_text(st, 2, row->name.p != NULL ? row->name : STR(""));
	bind_int(st, 3, row->disabled);
	bind_int(st, 4, row->created_ms);
	return statement_run(session, st, fault);
}

bool
store_account_set_disabled(struct store_transaction *transaction, struct str id, bool disabled, struct fault *fault)
{
	return change(transaction->session, there_sql, disable_sql, id, "account", &disabled, fault);
}

bool
store_account_delete(struct store_transaction *transaction, struct str id, struct fault *fault)
{
	bool used;

	if (!there(transaction->session, used_sql, id, &used, fault))
		return false;
	if (used)
		return fault_set(fault, FAULT_IN_USE,
			"Account %.*s still has certificates, authorities or access keys.", STR_ARG(id));
	return change(transaction->session, there_sql, delete_sql, id, "account", NULL, fault);
}

/* ---- Access keys ---- */

static struct access_key_row
key_read(statement *st, struct arena *arena)
{
	return (struct access_key_row){ .id = arena_str(arena, column_text(st, 0)),
		.account = arena_str(arena, column_text(st, 1)),
		.user = arena_str(arena, column_text(st, 2)),
		.policy = arena_str(arena, column_text(st, 3)),
		.disabled = column_int(st, 4) != 0,
		.created_ms = column_int(st, 5),
		.sealed_secret = arena_bytes(arena, column_blob(st, 6)) };
}

static bool
key_get(struct session *session, struct str id, struct arena *arena, struct access_key_row *out, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, key_get_sql, fault);
	bool row;

	if (st == NULL)
		return false;
	bind_text(st, 1, id);
	if (!statement_step(st, &row, fault))
		return false;
	if (!row)
		return fault_set(fault, FAULT_NOT_FOUND, "There is no access key %.*s.", STR_ARG(id));
	*out = key_read(st, arena);
	return true;
}

bool
store_access_key_get(
	struct store *store, struct str id, struct arena *arena, struct access_key_row *out, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = key_get(session, id, arena, out, fault);

	store_session_give(store, session);
	return done;
}

static bool
key_list(struct session *session, struct str account, struct arena *arena, const struct access_key_row **out,
	size_t *count, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, account.p != NULL ? key_list_of_sql : key_list_sql, fault);
	struct access_key_row *rows = NULL;
	size_t n = 0, room = 0;
	bool row;

	if (st == NULL)
		return false;
	if (account.p != NULL)
		bind_text(st, 1, account);
	for (;;) {
		if (!statement_step(st, &row, fault))
			return false;
		if (!row)
			break;
		rows = rows_with_room(rows, n, &room, sizeof *rows, arena);
		rows[n++] = key_read(st, arena);
	}
	*out = rows;
	*count = n;
	return true;
}

bool
store_access_key_list(struct store *store, struct str account, struct arena *arena, const struct access_key_row **out,
	size_t *count, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = key_list(session, account, arena, out, count, fault);

	store_session_give(store, session);
	return done;
}

/* The account must be there and the id must be free. */
static bool
key_fits(struct session *session, const struct access_key_row *row, struct fault *fault)
{
	bool found, taken;

	if (!there(session, there_sql, row->account, &found, fault) ||
		!there(session, key_there_sql, row->id, &taken, fault))
		return false;
	if (!found)
		return fault_set(fault, FAULT_NOT_FOUND, "There is no account %.*s.", STR_ARG(row->account));
	if (taken)
		return fault_set(fault, FAULT_CONFLICT, "There is an access key %.*s already.", STR_ARG(row->id));
	return true;
}

bool
store_access_key_insert(struct store_transaction *transaction, const struct access_key_row *row, struct fault *fault)
{
	struct session *session = transaction->session;

	if (!key_fits(session, row, fault))
		return false;
	AUTO(statement) st = session_statement(session, key_insert_sql, fault);
	if (st == NULL)
		return false;
	bind_text(st, 1, row->id);
	bind_text(st, 2, row->account);
	bind_text(st, 3, row->user);
	bind_text(st, 4, row->policy);
	bind_int(st, 5, row->disabled);
	bind_int(st, 6, row->created_ms);
	bind_text(st, 7, sealed_master_key(row->sealed_secret));
	bind_blob(st, 8, row->sealed_secret);
	return statement_run(session, st, fault);
}

bool
store_access_key_set_disabled(struct store_transaction *transaction, struct str id, bool disabled, struct fault *fault)
{
	return change(transaction->session, key_there_sql, key_disable_sql, id, "access key", &disabled, fault);
}

bool
store_access_key_delete(struct store_transaction *transaction, struct str id, struct fault *fault)
{
	return change(transaction->session, key_there_sql, key_delete_sql, id, "access key", NULL, fault);
}
