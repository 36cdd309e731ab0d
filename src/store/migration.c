#include "store/migration.h"

static const char create_sql[] =
	"CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY, applied_ms BIGINT NOT NULL)";
static const char version_sql[] = "SELECT coalesce(max(version), 0) FROM schema_version";
static const char record_sql[] = "INSERT INTO schema_version (version, applied_ms) VALUES ($1, $2)";

static bool
version_read(struct session *session, int64_t *version, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, version_sql, fault);
	bool row;

	if (st == NULL || !statement_step(st, &row, fault))
		return false;
	*version = column_int(st, 0);
	return true;
}

static bool
version_record(struct session *session, int64_t version, int64_t now_ms, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, record_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, version);
	bind_int(st, 2, now_ms);
	return statement_run(session, st, fault);
}

static size_t
newest(const struct engine *engine)
{
	size_t count = 0;

	while (engine->migrations[count].name != NULL)
		count++;
	return count;
}

static bool
version_refuse_newer(const struct engine *engine, int64_t version, struct fault *fault)
{
	if (version <= (int64_t)newest(engine))
		return true;
	return fault_set(fault, FAULT_INVALID_STATE,
		"The store has schema %lld and this program knows schemas up to %zu: it was written by a newer "
		"version, which must go on serving it. Nothing was changed.",
		(long long)version, newest(engine));
}

static bool
migrate(struct session *session, int64_t now_ms, struct fault *fault)
{
	const struct engine *engine = session->engine;
	int64_t version;

	if (!engine->script(session->connection, create_sql, fault) || !version_read(session, &version, fault))
		return false;
	if (!version_refuse_newer(engine, version, fault))
		return false;
	for (size_t i = (size_t)version; i < newest(engine); i++) {
		if (!engine->script(session->connection, engine->migrations[i].script, fault))
			return fault_log(fault, "migration %s", engine->migrations[i].name);
		if (!version_record(session, (int64_t)i + 1, now_ms, fault))
			return false;
	}
	return true;
}

bool
migration_apply(struct session *session, bool may_change, int64_t now_ms, struct fault *fault)
{
	const struct engine *engine = session->engine;
	int64_t version;

	if (!may_change) {
		if (!version_read(session, &version, fault) || !version_refuse_newer(engine, version, fault))
			return false;
		if (version < (int64_t)newest(engine))
			return fault_set(fault, FAULT_INVALID_STATE,
				"The store has schema %lld and this program works with schema %zu: let the daemon of "
				"this version open it once, which brings it up to date.",
				(long long)version, newest(engine));
		return true;
	}
	if (!engine->begin(session->connection, true, fault))
		return false;
	if (!migrate(session, now_ms, fault) || !engine->commit(session->connection, fault)) {
		engine->rollback(session->connection);
		return false;
	}
	return true;
}
