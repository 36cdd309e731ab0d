#include <string.h>

#include "store/internal.h"
#include "store/name.h"
#include "store/record.h"
#include "store/sealed.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

#define ONE_CERTIFICATE "c.account = $1 AND c.region = $2 AND c.id = $3"

static const char get_sql[] =
	"SELECT " RECORD_COLUMNS ", m.certificate, m.chain "
	"FROM certificate c JOIN certificate_material m ON m.number = c.number WHERE " ONE_CERTIFICATE;
static const char key_sql[] = "SELECT m.sealed_key, c.version FROM certificate c JOIN certificate_material m ON "
			      "m.number = c.number WHERE " ONE_CERTIFICATE;
static const char brief_sql[] = "SELECT " RECORD_COLUMNS " FROM certificate c WHERE " ONE_CERTIFICATE;
static const char current_sql[] =
	"SELECT c.version, c.imported_ms, 1, m.certificate, m.chain, m.sealed_key "
	"FROM certificate c JOIN certificate_material m ON m.number = c.number WHERE " ONE_CERTIFICATE;
static const char earlier_sql[] = "SELECT version, imported_ms, 0, certificate, chain, sealed_key "
				  "FROM certificate_history WHERE account = $1 AND region = $2 AND id = $3 "
				  "ORDER BY version DESC";

static const char newest_sql[] = "SELECT coalesce(max(number), 0) FROM certificate";
static const char insert_sql[] =
	"INSERT INTO certificate (account, region, id, number, type, state, version, created_ms, imported_ms, "
	"issued_ms, revoked_ms, not_before_ms, not_after_ms, key_algorithm, key_usage, extended_key_usage, "
	"export_enabled, exported, in_use, renewal_eligible, transparency_logging, managed_by, validation_method, "
	"renewal_status, serial_key, serial, common_name, domain_name, names) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
	"$9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)";
static const char replace_sql[] =
	"UPDATE certificate SET type = $5, state = $6, version = $7, created_ms = $8, imported_ms = $9, "
	"issued_ms = $10, revoked_ms = $11, not_before_ms = $12, not_after_ms = $13, key_algorithm = $14, "
	"key_usage = $15, extended_key_usage = $16, export_enabled = $17, exported = $18, in_use = $19, "
	"renewal_eligible = $20, transparency_logging = $21, managed_by = $22, validation_method = $23, "
	"renewal_status = $24, serial_key = $25, serial = $26, common_name = $27, domain_name = $28, names = $29 "
	"WHERE account = $1 AND region = $2 AND id = $3 AND number = $4";
static const char delete_sql[] = "DELETE FROM certificate WHERE account = $1 AND region = $2 AND id = $3";
static const char material_insert_sql[] =
	"INSERT INTO certificate_material (number, master_key, certificate, chain, sealed_key) "
	"VALUES ($1, $2, $3, $4, $5)";
static const char material_keep_sql[] =
	"INSERT INTO certificate_history (account, region, id, version, imported_ms, master_key, certificate, chain, "
	"sealed_key) SELECT c.account, c.region, c.id, c.version, c.imported_ms, m.master_key, m.certificate, m.chain, "
	"m.sealed_key FROM certificate c JOIN certificate_material m ON m.number = c.number WHERE " ONE_CERTIFICATE;
static const char private_delete_sql[] = "DELETE FROM certificate_private WHERE number = $1";
static const char material_delete_sql[] = "DELETE FROM certificate_material WHERE number = $1";
static const char history_prune_sql[] =
	"DELETE FROM certificate_history WHERE account = $1 AND region = $2 AND id = $3 AND version <= $4";
static const char tags_delete_sql[] = "DELETE FROM certificate_tag WHERE account = $1 AND region = $2 AND id = $3";

static const char count_sql[] = "SELECT count(*) FROM (SELECT 1 FROM certificate WHERE account = $1 AND region = $2 "
				"AND type <> $4 LIMIT $3) AS counted";
static const char day_sql[] = "INSERT INTO import_day (account, region, day, imports) VALUES ($1, $2, $3, 1) "
			      "ON CONFLICT (account, region, day) DO UPDATE SET imports = import_day.imports + 1";
static const char days_sql[] = "SELECT coalesce(sum(imports), 0) FROM import_day "
			       "WHERE account = $1 AND region = $2 AND day >= $3";

/* ---- Reading ---- */

static bool
get(struct session *session, const struct owner *owner, struct str id_text, struct arena *arena,
	struct certificate_row *out, struct fault *fault)
{
	uint8_t id[ID_BYTES];

	if (!id_parse(id_text, id))
		return store_not_found(fault);
	AUTO(statement) st = statement_of_certificate(session, get_sql, owner, id, fault);
	if (st == NULL || !statement_step_found(st, fault))
		return false;
	struct record record;
	record_read(st, &record);
	record_copy(&record, arena, out);
	out->certificate = arena_bytes(arena, column_blob(st, RECORD_COLUMN_COUNT));
	out->chain = arena_bytes(arena, column_blob(st, RECORD_COLUMN_COUNT + 1));
	return true;
}

bool
store_certificate_get(struct store *store, const struct owner *owner, struct str id, struct arena *arena,
	struct certificate_row *out, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = get(session, owner, id, arena, out, fault);

	store_session_give(store, session);
	return done;
}

static bool
get_key(struct session *session, const struct owner *owner, struct str id_text, struct arena *arena,
	struct bytes *sealed, int64_t *version, struct fault *fault)
{
	uint8_t id[ID_BYTES];

	if (!id_parse(id_text, id))
		return store_not_found(fault);
	AUTO(statement) st = statement_of_certificate(session, key_sql, owner, id, fault);
	if (st == NULL || !statement_step_found(st, fault))
		return false;
	*sealed = arena_bytes(arena, column_blob(st, 0));
	*version = column_int(st, 1);
	return true;
}

bool
store_certificate_key(struct store *store, const struct owner *owner, struct str id, struct arena *arena,
	struct bytes *sealed, int64_t *version, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = get_key(session, owner, id, arena, sealed, version, fault);

	store_session_give(store, session);
	return done;
}

/* How many versions a history holds before its array grows. */
enum { HISTORY_FIRST_ROOM = 16 };

struct versions {
	struct certificate_version *v;
	size_t n, room;
};

static void
version_add(struct versions *versions, statement *st, struct arena *arena)
{
	if (versions->n == versions->room) {
		size_t room = versions->room > 0 ? 2 * versions->room : HISTORY_FIRST_ROOM;
		struct certificate_version *v = ARENA_ARRAY(arena, struct certificate_version, room);
		if (versions->n > 0)
			memcpy(v, versions->v, versions->n * sizeof *v);
		versions->v = v;
		versions->room = room;
	}
	versions->v[versions->n++] = (struct certificate_version){ .version = column_int(st, 0),
		.imported_ms = column_int(st, 1),
		.current = column_int(st, 2) != 0,
		.certificate = arena_bytes(arena, column_blob(st, 3)),
		.chain = arena_bytes(arena, column_blob(st, 4)),
		.sealed_key = arena_bytes(arena, column_blob(st, 5)) };
}

static bool
versions_read(struct session *session, const char *sql, const struct owner *owner, const uint8_t *id,
	struct arena *arena, struct versions *versions, struct fault *fault)
{
	AUTO(statement) st = statement_of_certificate(session, sql, owner, id, fault);
	bool row;

	if (st == NULL)
		return false;
	for (;;) {
		if (!statement_step(st, &row, fault))
			return false;
		if (!row)
			return true;
		version_add(versions, st, arena);
	}
}

static bool
history(struct session *session, const struct owner *owner, struct str id_text, struct arena *arena,
	const struct certificate_version **out, size_t *count, struct fault *fault)
{
	struct versions versions = { 0 };
	uint8_t id[ID_BYTES];

	if (!id_parse(id_text, id))
		return store_not_found(fault);
	if (!versions_read(session, current_sql, owner, id, arena, &versions, fault))
		return false;
	if (versions.n == 0)
		return store_not_found(fault);
	if (!versions_read(session, earlier_sql, owner, id, arena, &versions, fault))
		return false;
	*out = versions.v;
	*count = versions.n;
	return true;
}

/* Both statements of a history see the same state. */
static bool
history_at_once(struct session *session, const struct owner *owner, struct str id, struct arena *arena,
	const struct certificate_version **out, size_t *count, struct fault *fault)
{
	const struct engine *engine = session->engine;

	if (!engine->begin(session->connection, false, fault))
		return false;
	if (!history(session, owner, id, arena, out, count, fault)) {
		engine->rollback(session->connection);
		return false;
	}
	return engine->commit(session->connection, fault);
}

bool
store_certificate_history(struct store *store, const struct owner *owner, struct str id, struct arena *arena,
	const struct certificate_version **out, size_t *count, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = history_at_once(session, owner, id, arena, out, count, fault);

	store_session_give(store, session);
	return done;
}

/* ---- Writing ---- */

/* A row's columns from $5 on, in the order of insert_sql. */
static void
bind_row(statement *st, const struct owner *owner, const struct certificate_row *row, struct bytes names)
{
	const int64_t numbers[] = { row->type, row->state, row->version, row->created_ms, row->imported_ms,
		row->issued_ms, row->revoked_ms, row->not_before_ms, row->not_after_ms, row->key_algorithm,
		row->key_usage, row->extended_key_usage, row->export_enabled, row->exported, row->in_use,
		row->renewal_eligible, row->transparency_logging, row->managed_by, row->validation_method,
		row->renewal_status };
	int at = 5;

	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++)
		bind_int(st, at++, numbers[i]);
	if (row->serial.p != NULL)
		bind_int(st, at++, text_key(owner, row->serial));
	else
		bind_text(st, at++, row->serial);
	bind_text(st, at++, row->serial);
	bind_text(st, at++, row->common_name);
	bind_text(st, at++, row->domain_name);
	bind_blob(st, at, names);
}

static struct bytes
present(struct bytes bytes)
{
	return bytes.p != NULL ? bytes : (struct bytes){ (const uint8_t *)"", 0 };
}

static bool
material_insert(struct session *session, int64_t number, const struct certificate_row *row, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, material_insert_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, number);
	bind_text(st, 2, sealed_master_key(row->sealed_key));
	bind_blob(st, 3, present(row->certificate));
	bind_blob(st, 4, present(row->chain));
	bind_blob(st, 5, present(row->sealed_key));
	return statement_run(session, st, fault);
}

/* A change that needs to know the number alone. */
static bool
by_number(struct session *session, const char *sql, int64_t number, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, number);
	return statement_run(session, st, fault);
}

/* The row itself, by `sql`: insert_sql or replace_sql. */
static bool
row_write(struct session *session, const char *sql, const struct owner *owner, const uint8_t *id, int64_t number,
	const struct certificate_row *row, struct bytes names, struct fault *fault)
{
	AUTO(statement) st = statement_of_certificate(session, sql, owner, id, fault);

	if (st == NULL)
		return false;
	bind_int(st, 4, number);
	bind_row(st, owner, row, names);
	return statement_run(session, st, fault) && material_insert(session, number, row, fault);
}

/* A place of its own for a new certificate. */
static bool
number_take(struct store_transaction *transaction, int64_t *number, struct fault *fault)
{
	if (transaction->next_certificate == 0) {
		AUTO(statement) st = session_statement(transaction->session, newest_sql, fault);
		bool row;
		if (st == NULL || !statement_step(st, &row, fault))
			return false;
		transaction->next_certificate = column_int(st, 0) + 1;
	}
	*number = transaction->next_certificate++;
	return true;
}

static int64_t
day_of(int64_t ms)
{
	return ms / DAY_MS - (ms % DAY_MS < 0);
}

static bool
import_count(struct session *session, const struct owner *owner, int64_t now_ms, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, day_sql, fault);

	if (st == NULL)
		return false;
	bind_owner(st, owner);
	bind_int(st, 3, day_of(now_ms));
	return statement_run(session, st, fault);
}

static bool
row_prepare(
	const struct certificate_row *row, uint8_t *id, struct arena *arena, struct bytes *encoded, struct fault *fault)
{
	if (!id_parse(row->id, id))
		return fault_set(fault, FAULT_INTERNAL, "The certificate's id is no UUID.");
	if (row->key_algorithm < 0 || row->key_algorithm >= 32)
		return fault_set(fault, FAULT_INTERNAL, "The store has no such key algorithm.");
	if (!names_encode(row, arena, encoded))
		return fault_set(fault, FAULT_INTERNAL, "A DNS name is longer than the store can hold.");
	return true;
}

static bool
insert(struct store_transaction *transaction, const struct owner *owner, const struct certificate_row *row,
	struct arena *arena, struct fault *fault)
{
	struct session *session = transaction->session;
	uint8_t id[ID_BYTES];
	struct bytes encoded;
	int64_t number;

	if (!row_prepare(row, id, arena, &encoded, fault) || !number_take(transaction, &number, fault))
		return false;
	if (!row_write(session, insert_sql, owner, id, number, row, encoded, fault))
		return false;
	struct str *names;
	size_t count = names_distinct(row->common_name, encoded, arena, &names);
	if (!names_link(transaction, owner, number, names, count, fault))
		return false;
	return row->type != CERTIFICATE_IMPORTED || import_count(session, owner, row->created_ms, fault);
}

bool
store_certificate_insert(struct store_transaction *transaction, const struct owner *owner,
	const struct certificate_row *row, struct fault *fault)
{
	struct arena arena = { 0 };
	bool done = insert(transaction, owner, row, &arena, fault);

	arena_done(&arena);
	return done;
}

/* What is there now, with copies of its own. */
static bool
brief(struct session *session, const struct owner *owner, const uint8_t *id, struct arena *arena, struct record *out,
	struct fault *fault)
{
	AUTO(statement) st = statement_of_certificate(session, brief_sql, owner, id, fault);

	if (st == NULL || !statement_step_found(st, fault))
		return false;
	struct record record;
	record_read(st, &record);
	*out = record;
	record_copy(&record, arena, &out->row);
	out->names = arena_bytes(arena, record.names);
	return true;
}

/* Names of `a` that are not in `b`; both sorted. */
static size_t
names_without(const struct str *a, size_t a_count, const struct str *b, size_t b_count, struct str *out)
{
	size_t n = 0, j = 0;

	for (size_t i = 0; i < a_count; i++) {
		while (j < b_count && str_compare(b[j], a[i]) < 0)
			j++;
		if (j == b_count || !str_equal(a[i], b[j]))
			out[n++] = a[i];
	}
	return n;
}

static bool
names_change(struct store_transaction *transaction, const struct owner *owner, const struct record *old,
	const struct certificate_row *row, struct bytes encoded, struct arena *arena, struct fault *fault)
{
	struct str *before, *after;
	size_t before_count = names_distinct(old->row.common_name, old->names, arena, &before);
	size_t after_count = names_distinct(row->common_name, encoded, arena, &after);
	struct str *gone = ARENA_ARRAY(arena, struct str, before_count);
	struct str *come = ARENA_ARRAY(arena, struct str, after_count);
	size_t gone_count = names_without(before, before_count, after, after_count, gone);
	size_t come_count = names_without(after, after_count, before, before_count, come);

	return names_link(transaction, owner, old->number, come, come_count, fault) &&
	       names_unlink(transaction, owner, old->number, gone, gone_count, fault);
}

static bool
history_prune(struct session *session, const struct owner *owner, const uint8_t *id, int64_t last, struct fault *fault)
{
	AUTO(statement) st = statement_of_certificate(session, history_prune_sql, owner, id, fault);

	if (st == NULL)
		return false;
	bind_int(st, 4, last);
	return statement_run(session, st, fault);
}

/* A change that needs to know the id alone. */
static bool
by_id(struct session *session, const char *sql, const struct owner *owner, const uint8_t *id, struct fault *fault)
{
	AUTO(statement) st = statement_of_certificate(session, sql, owner, id, fault);

	return st != NULL && statement_run(session, st, fault);
}

static bool
replace(struct store_transaction *transaction, const struct owner *owner, const struct certificate_row *row,
	unsigned history_depth, struct arena *arena, struct fault *fault)
{
	struct session *session = transaction->session;
	uint8_t id[ID_BYTES];
	struct bytes encoded;
	struct record old;

	if (!row_prepare(row, id, arena, &encoded, fault) || !brief(session, owner, id, arena, &old, fault))
		return false;
	if (row->version != old.row.version + 1)
		return fault_set(fault, FAULT_CONFLICT, "The certificate was changed meanwhile.");
	struct certificate_row next = *row;
	next.created_ms = old.row.created_ms;
	if (history_depth > 0 && !by_id(session, material_keep_sql, owner, id, fault))
		return false;
	if (!by_number(session, material_delete_sql, old.number, fault) ||
		!row_write(session, replace_sql, owner, id, old.number, &next, encoded, fault))
		return false;
	if (!names_change(transaction, owner, &old, row, encoded, arena, fault))
		return false;
	return history_prune(session, owner, id, row->version - 1 - (int64_t)history_depth, fault);
}

bool
store_certificate_replace(struct store_transaction *transaction, const struct owner *owner,
	const struct certificate_row *row, unsigned history_depth, struct fault *fault)
{
	struct arena arena = { 0 };
	bool done = replace(transaction, owner, row, history_depth, &arena, fault);

	arena_done(&arena);
	return done;
}

static bool
remove_all(struct store_transaction *transaction, const struct owner *owner, struct str id_text, struct arena *arena,
	struct fault *fault)
{
	struct session *session = transaction->session;
	uint8_t id[ID_BYTES];
	struct record old;

	if (!id_parse(id_text, id))
		return store_not_found(fault);
	if (!brief(session, owner, id, arena, &old, fault))
		return false;
	if (old.row.in_use)
		return fault_set(fault, FAULT_IN_USE, "The certificate is in use.");
	struct str *names;
	size_t count = names_distinct(old.row.common_name, old.names, arena, &names);
	return names_unlink(transaction, owner, old.number, names, count, fault) &&
	       history_prune(session, owner, id, INT64_MAX, fault) &&
	       by_number(session, material_delete_sql, old.number, fault) &&
	       by_number(session, private_delete_sql, old.number, fault) &&
	       by_id(session, tags_delete_sql, owner, id, fault) && by_id(session, delete_sql, owner, id, fault);
}

bool
store_certificate_delete(
	struct store_transaction *transaction, const struct owner *owner, struct str id, struct fault *fault)
{
	struct arena arena = { 0 };
	bool done = remove_all(transaction, owner, id, &arena, fault);

	arena_done(&arena);
	return done;
}

/* ---- Counting ---- */

bool
store_certificate_count(struct store_transaction *transaction, const struct owner *owner, int64_t limit, int64_t *out,
	struct fault *fault)
{
	AUTO(statement) st = session_statement(transaction->session, count_sql, fault);
	bool row;

	if (st == NULL)
		return false;
	bind_owner(st, owner);
	bind_int(st, 3, limit);
	bind_int(st, 4, CERTIFICATE_PRIVATE);
	if (!statement_step(st, &row, fault))
		return false;
	*out = column_int(st, 0);
	return true;
}

bool
store_imports_since(struct store_transaction *transaction, const struct owner *owner, int64_t since_ms, int64_t *out,
	struct fault *fault)
{
	AUTO(statement) st = session_statement(transaction->session, days_sql, fault);
	bool row;

	if (st == NULL)
		return false;
	bind_owner(st, owner);
	bind_int(st, 3, day_of(since_ms));
	if (!statement_step(st, &row, fault))
		return false;
	*out = column_int(st, 0);
	return true;
}
