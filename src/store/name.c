#include "store/name.h"

static const char number_sql[] =
	"SELECT number FROM name WHERE name_key = $3 AND account = $1 AND region = $2 AND text = $4";
static const char state_sql[] = "SELECT entered, (SELECT coalesce(max(number), 0) FROM name) FROM name_index";
static const char insert_sql[] =
	"INSERT INTO name (number, account, region, name_key, text) VALUES ($3, $1, $2, $4, $5)";
static const char delete_sql[] = "DELETE FROM name WHERE number = $1";
static const char link_sql[] = "INSERT INTO certificate_name (name, certificate) VALUES ($1, $2)";
static const char unlink_sql[] = "DELETE FROM certificate_name WHERE name = $1 AND certificate = $2";
static const char carried_sql[] = "SELECT 1 FROM certificate_name WHERE name = $1 LIMIT 1";
static const char entered_sql[] = "UPDATE name_index SET entered = $1";
static const char pieces_sql[] = "SELECT entered, merged FROM name_index";
static const char merged_sql[] = "UPDATE name_index SET merged = entered";

/* 0 if nobody carries the name. */
static bool
name_number(struct session *session, const struct owner *owner, struct str name, int64_t *number, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, number_sql, fault);
	bool row;

	if (st == NULL)
		return false;
	bind_owner(st, owner);
	bind_int(st, 3, text_key(owner, name));
	bind_text(st, 4, name);
	if (!statement_step(st, &row, fault))
		return false;
	*number = row ? column_int(st, 0) : 0;
	return true;
}

/* Numbers go on above every number that was ever entered: a number that was free again would pass for entered. */
static bool
numbers_read(struct store_transaction *transaction, struct fault *fault)
{
	bool row;

	if (transaction->next_name != 0)
		return true;
	AUTO(statement) st = session_statement(transaction->session, state_sql, fault);
	if (st == NULL || !statement_step(st, &row, fault))
		return false;
	int64_t entered = column_int(st, 0), newest = column_int(st, 1);
	transaction->names_entered = entered;
	transaction->next_name = (newest > entered ? newest : entered) + 1;
	return true;
}

static bool
name_insert(struct store_transaction *transaction, const struct owner *owner, struct str name, int64_t *number,
	struct fault *fault)
{
	if (!numbers_read(transaction, fault))
		return false;
	AUTO(statement) st = session_statement(transaction->session, insert_sql, fault);
	if (st == NULL)
		return false;
	bind_owner(st, owner);
	bind_int(st, 3, transaction->next_name);
	bind_int(st, 4, text_key(owner, name));
	bind_text(st, 5, name);
	if (!statement_run(transaction->session, st, fault))
		return false;
	*number = transaction->next_name++;
	return true;
}

static bool
link_run(struct session *session, const char *sql, int64_t name, int64_t certificate, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, name);
	bind_int(st, 2, certificate);
	return statement_run(session, st, fault);
}

bool
names_link(struct store_transaction *transaction, const struct owner *owner, int64_t certificate,
	const struct str *names, size_t count, struct fault *fault)
{
	for (size_t i = 0; i < count; i++) {
		int64_t number;
		if (!name_number(transaction->session, owner, names[i], &number, fault))
			return false;
		if (number == 0 && !name_insert(transaction, owner, names[i], &number, fault))
			return false;
		if (!link_run(transaction->session, link_sql, number, certificate, fault))
			return false;
	}
	return true;
}

static bool
name_is_carried(struct session *session, int64_t number, bool *carried, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, carried_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, number);
	return statement_step(st, carried, fault);
}

static bool
name_forget(struct store_transaction *transaction, int64_t number, struct str name, struct fault *fault)
{
	struct session *session = transaction->session;

	if (!numbers_read(transaction, fault))
		return false;
	if (number <= transaction->names_entered) {
		session->writes++;
		if (!session->engine->names_forget(session->connection, number, name, fault))
			return false;
	}
	AUTO(statement) st = session_statement(session, delete_sql, fault);
	if (st == NULL)
		return false;
	bind_int(st, 1, number);
	return statement_run(session, st, fault);
}

bool
names_unlink(struct store_transaction *transaction, const struct owner *owner, int64_t certificate,
	const struct str *names, size_t count, struct fault *fault)
{
	struct session *session = transaction->session;

	for (size_t i = 0; i < count; i++) {
		int64_t number;
		bool carried;
		if (!name_number(session, owner, names[i], &number, fault))
			return false;
		if (!link_run(session, unlink_sql, number, certificate, fault) ||
			!name_is_carried(session, number, &carried, fault))
			return false;
		if (!carried && !name_forget(transaction, number, names[i], fault))
			return false;
	}
	return true;
}

bool
names_settle(struct store_transaction *transaction, struct fault *fault)
{
	struct session *session = transaction->session;
	int64_t first = transaction->names_entered + 1, last = transaction->next_name - 1;

	if (transaction->next_name == 0 || last - first + 1 < NAMES_ENTER_BATCH)
		return true;
	if (!session->engine->names_enter(session->connection, first, last, fault))
		return false;
	AUTO(statement) st = session_statement(session, entered_sql, fault);
	if (st == NULL)
		return false;
	bind_int(st, 1, last);
	return statement_run(session, st, fault);
}

static bool
merge_of_all_is_due(struct session *session, bool *due, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, pieces_sql, fault);
	bool row;

	if (st == NULL || !statement_step(st, &row, fault))
		return false;
	int64_t entered = column_int(st, 0), merged = column_int(st, 1);
	*due = entered - merged >= NAMES_MERGE_MIN && entered - merged >= merged / NAMES_MERGE_SHARE;
	return true;
}

bool
names_tend(struct store_transaction *transaction, bool going_on, bool *more, struct fault *fault)
{
	struct session *session = transaction->session;
	bool whole = false;

	if (!going_on && !merge_of_all_is_due(session, &whole, fault))
		return false;
	if (!session->engine->names_merge(session->connection, whole, more, fault))
		return false;
	if (!whole)
		return true;
	/* At its beginning: if it is broken off, the pieces are still put together, by and by. */
	AUTO(statement) st = session_statement(session, merged_sql, fault);
	return st != NULL && statement_run(session, st, fault);
}
