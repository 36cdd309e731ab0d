/* permission.c — what hangs on an authority in small numbers: permissions and tags. */
#include "store/authority.h"
#include "store/internal.h"

static const char there_sql[] = "SELECT 1 FROM authority WHERE number = $1";

#define ONE_PERMISSION "authority = $1 AND principal = $2 AND source_account = $3"
static const char insert_sql[] = "INSERT INTO permission (authority, principal, source_account, actions, created_ms) "
				 "VALUES ($1, $2, $3, $4, $5)";
static const char permission_there_sql[] = "SELECT 1 FROM permission WHERE " ONE_PERMISSION;
static const char delete_sql[] = "DELETE FROM permission WHERE " ONE_PERMISSION;
static const char list_sql[] = "SELECT principal, source_account, actions, created_ms FROM permission "
			       "WHERE authority = $1 ORDER BY created_ms, principal, source_account";

static const char tags_get_sql[] = "SELECT tag_key, tag_value FROM authority_tag WHERE authority = $1 ORDER BY tag_key";
static const char tags_count_sql[] = "SELECT count(*) FROM authority_tag WHERE authority = $1";
static const char tag_put_sql[] = "INSERT INTO authority_tag (authority, tag_key, tag_value) VALUES ($1, $2, $3) "
				  "ON CONFLICT (authority, tag_key) DO UPDATE SET tag_value = excluded.tag_value";
static const char tag_remove_sql[] = "DELETE FROM authority_tag WHERE authority = $1 AND tag_key = $2";
static const char tag_remove_equal_sql[] =
	"DELETE FROM authority_tag WHERE authority = $1 AND tag_key = $2 AND tag_value = $3";

/* A statement whose $1 is the authority. NULL with a fault. */
static statement *
statement_of_one(struct session *session, const char *sql, int64_t authority, struct fault *fault)
{
	statement *st = session_statement(session, sql, fault);

	if (st != NULL)
		bind_int(st, 1, authority);
	return st;
}

/* ---- Permissions ---- */

static statement *
statement_of_permission(struct session *session, const char *sql, int64_t authority, struct str principal,
	struct str source_account, struct fault *fault)
{
	statement *st = statement_of_one(session, sql, authority, fault);

	if (st != NULL) {
		bind_text(st, 2, principal);
		bind_text(st, 3, source_account.p != NULL ? source_account : STR(""));
	}
	return st;
}

static bool
permission_there(struct session *session, int64_t authority, struct str principal, struct str source_account, bool *row,
	struct fault *fault)
{
	AUTO(statement) st =
		statement_of_permission(session, permission_there_sql, authority, principal, source_account, fault);

	return st != NULL && statement_step(st, row, fault);
}

bool
store_permission_insert(
	struct store_transaction *transaction, int64_t authority, const struct permission_row *row, struct fault *fault)
{
	struct session *session = transaction->session;
	bool taken;

	if (!permission_there(session, authority, row->principal, row->source_account, &taken, fault))
		return false;
	if (taken)
		return fault_set(fault, FAULT_CONFLICT, "%s", "");
	AUTO(statement) st =
		statement_of_permission(session, insert_sql, authority, row->principal, row->source_account, fault);
	if (st == NULL)
		return false;
	bind_int(st, 4, row->actions);
	bind_int(st, 5, row->created_ms);
	return statement_run(session, st, fault);
}

bool
store_permission_delete(struct store_transaction *transaction, int64_t authority, struct str principal,
	struct str source_account, struct fault *fault)
{
	struct session *session = transaction->session;
	bool found;

	if (!permission_there(session, authority, principal, source_account, &found, fault))
		return false;
	if (!found)
		return store_not_found(fault);
	AUTO(statement) st = statement_of_permission(session, delete_sql, authority, principal, source_account, fault);
	return st != NULL && statement_run(session, st, fault);
}

static struct permission_row
permission_read(statement *st, struct arena *arena)
{
	struct str source_account = column_text(st, 1);

	return (struct permission_row){ .principal = arena_str(arena, column_text(st, 0)),
		.source_account = source_account.n > 0 ? arena_str(arena, source_account) : (struct str){ 0 },
		.actions = (unsigned)column_int(st, 2),
		.created_ms = column_int(st, 3) };
}

static bool
permission_list(struct session *session, int64_t authority, struct arena *arena, const struct permission_row **out,
	size_t *count, struct fault *fault)
{
	AUTO(statement) st = statement_of_one(session, list_sql, authority, fault);
	struct permission_row *rows = NULL;
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
		rows[n++] = permission_read(st, arena);
	}
	*out = rows;
	*count = n;
	return true;
}

bool
store_permission_list(struct store *store, int64_t authority, struct arena *arena, const struct permission_row **out,
	size_t *count, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = permission_list(session, authority, arena, out, count, fault);

	store_session_give(store, session);
	return done;
}

/* ---- Tags ---- */

static bool
authority_there(struct session *session, int64_t authority, struct fault *fault)
{
	AUTO(statement) st = statement_of_one(session, there_sql, authority, fault);
	bool row;

	if (st == NULL || !statement_step(st, &row, fault))
		return false;
	return row || store_not_found(fault);
}

static bool
tags_get(struct session *session, int64_t authority, struct arena *arena, const struct tag **out, size_t *count,
	struct fault *fault)
{
	AUTO(statement) st = statement_of_one(session, tags_get_sql, authority, fault);
	struct tag *tags = NULL;
	size_t n = 0, room = 0;
	bool row;

	if (st == NULL)
		return false;
	for (;;) {
		if (!statement_step(st, &row, fault))
			return false;
		if (!row)
			break;
		tags = rows_with_room(tags, n, &room, sizeof *tags, arena);
		tags[n++] = (struct tag){ .key = arena_str(arena, column_text(st, 0)),
			.value = arena_str(arena, column_text(st, 1)) };
	}
	*out = tags;
	*count = n;
	return true;
}

bool
store_authority_tags_get(struct store *store, int64_t authority, struct arena *arena, const struct tag **out,
	size_t *count, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done =
		authority_there(session, authority, fault) && tags_get(session, authority, arena, out, count, fault);

	store_session_give(store, session);
	return done;
}

static bool
tag_put(struct session *session, int64_t authority, const struct tag *tag, struct fault *fault)
{
	AUTO(statement) st = statement_of_one(session, tag_put_sql, authority, fault);

	if (st == NULL)
		return false;
	bind_text(st, 2, tag->key);
	bind_text(st, 3, tag->value);
	return statement_run(session, st, fault);
}

bool
store_authority_tags_put(struct store_transaction *transaction, int64_t authority, const struct tag *tags, size_t count,
	size_t limit, struct fault *fault)
{
	struct session *session = transaction->session;
	bool row;

	if (!authority_there(session, authority, fault))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!tag_put(session, authority, &tags[i], fault))
			return false;
	AUTO(statement) st = statement_of_one(session, tags_count_sql, authority, fault);
	if (st == NULL || !statement_step(st, &row, fault))
		return false;
	if (column_int(st, 0) > (int64_t)limit)
		return fault_set(fault, FAULT_TOO_MANY_TAGS, "%s", "");
	return true;
}

static bool
tag_remove(struct session *session, int64_t authority, const struct tag *tag, struct fault *fault)
{
	const char *sql = tag->value.p != NULL ? tag_remove_equal_sql : tag_remove_sql;
	AUTO(statement) st = statement_of_one(session, sql, authority, fault);

	if (st == NULL)
		return false;
	bind_text(st, 2, tag->key);
	if (tag->value.p != NULL)
		bind_text(st, 3, tag->value);
	return statement_run(session, st, fault);
}

bool
store_authority_tags_remove(struct store_transaction *transaction, int64_t authority, const struct tag *tags,
	size_t count, struct fault *fault)
{
	struct session *session = transaction->session;

	if (!authority_there(session, authority, fault))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!tag_remove(session, authority, &tags[i], fault))
			return false;
	return true;
}
