/* purge.c — an authority goes for good, with all that refers to it: many rows, so a piece at a time. */
#include "store/authority.h"
#include "store/internal.h"

/* The rows of an authority in a table: how many there are up to $2, and the deletion of so many. */
struct part {
	const char *count, *delete;
};
#define PART(table, key)                                                                                               \
	{                                                                                                              \
		"SELECT count(*) FROM (SELECT 1 FROM " table " WHERE authority = $1 LIMIT $2) AS counted",             \
			"DELETE FROM " table " WHERE authority = $1 AND " key " IN (SELECT " key " FROM " table        \
			" WHERE authority = $1 LIMIT $2)"                                                              \
	}
static const struct part parts[] = { PART("issued", "number"), PART("revocation", "sequence"),
	PART("intention", "serial"), PART("crl", "crl_partition"), PART("permission", "principal"),
	PART("authority_tag", "tag_key"), PART("responder", "authority"), PART("audit_report", "id") };

/* Last and together, so that a purge that was interrupted finds its authority again. */
static const char counter_sql[] = "DELETE FROM authority_counter WHERE authority = $1";
static const char authority_sql[] = "DELETE FROM authority WHERE number = $1";

static bool
count(struct session *session, const char *sql, int64_t number, size_t limit, size_t *out, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, sql, fault);
	bool row;

	if (st == NULL)
		return false;
	bind_int(st, 1, number);
	bind_int(st, 2, (int64_t)limit);
	if (!statement_step(st, &row, fault))
		return false;
	*out = (size_t)column_int(st, 0);
	return true;
}

static bool
remove_some(struct session *session, const char *sql, int64_t number, size_t limit, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, number);
	bind_int(st, 2, (int64_t)limit);
	return statement_run(session, st, fault);
}

static bool
remove_one(struct session *session, const char *sql, int64_t number, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, number);
	return statement_run(session, st, fault);
}

bool
store_authority_purge(
	struct store_transaction *transaction, int64_t number, size_t limit, bool *more, struct fault *fault)
{
	struct session *session = transaction->session;
	size_t left = limit;

	for (size_t i = 0; left > 0 && i < ARRAY_COUNT(parts); i++) {
		size_t n;
		if (!count(session, parts[i].count, number, left, &n, fault))
			return false;
		if (n > 0 && !remove_some(session, parts[i].delete, number, n, fault))
			return false;
		left -= n;
	}
	if (left > 0 && (!remove_one(session, counter_sql, number, fault) ||
				!remove_one(session, authority_sql, number, fault)))
		return false;
	*more = left == 0;
	return true;
}
