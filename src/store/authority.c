#include "store/authority.h"

#include <string.h>

#include "store/internal.h"
#include "store/record.h"
#include "store/sealed.h"

#define COLUMNS                                                                                                        \
	"a.number, a.account, a.region, a.id, a.version, a.type, a.state, a.earlier_state, a.created_ms, "             \
	"a.changed_ms, a.restorable_until_ms, a.key_kind, a.signing_algorithm, a.usage_mode, a.key_standard, "         \
	"a.failure_reason, a.not_before_ms, a.not_after_ms, a.configuration, a.revocation, a.policy, a.subject, "      \
	"a.csr, a.sealed_key, a.certificate, a.chain, a.serial, a.issuer_sha1, a.issuer_sha256, n.revocations, "       \
	"n.crl_partition FROM authority a JOIN authority_counter n ON n.authority = a.number"
/* enum authority_state DELETED is 6: whoever can still be restored is still there. */
#define BY_ISSUER " AND (a.state <> 6 OR a.restorable_until_ms > $3) LIMIT 1"

static const char get_sql[] = "SELECT " COLUMNS " WHERE a.account = $1 AND a.region = $2 AND a.id = $3";
static const char get_number_sql[] = "SELECT " COLUMNS " WHERE a.number = $1";
static const char by_sha1_sql[] = "SELECT " COLUMNS " WHERE a.sha1_key = $1 AND a.issuer_sha1 = $2" BY_ISSUER;
static const char by_sha256_sql[] = "SELECT " COLUMNS " WHERE a.sha256_key = $1 AND a.issuer_sha256 = $2" BY_ISSUER;
static const char list_sql[] = "SELECT " COLUMNS " WHERE a.number > $1 ORDER BY a.number LIMIT $2";
static const char list_of_sql[] = "SELECT " COLUMNS " WHERE a.account = $1 AND a.region = $2 AND a.number > $3 "
				  "ORDER BY a.number LIMIT $4";

static const char over_sql[] = "SELECT " COLUMNS " WHERE a.state = $1 ORDER BY a.restorable_until_ms LIMIT $2";

static const char insert_sql[] =
	"INSERT INTO authority (account, region, id, created_ms, subject, csr, master_key, sealed_key, version, type, "
	"state, earlier_state, changed_ms, restorable_until_ms, key_kind, signing_algorithm, usage_mode, "
	"key_standard, failure_reason, not_before_ms, not_after_ms, configuration, revocation, policy, certificate, "
	"chain, serial, issuer_sha1, issuer_sha256, sha1_key, sha256_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
	"$10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, "
	"$31) RETURNING number";
static const char counter_sql[] =
	"INSERT INTO authority_counter (authority, issued, revocations, crl_partition) VALUES ($1, 0, 0, 0)";
static const char update_sql[] =
	"UPDATE authority SET version = $2, type = $3, state = $4, earlier_state = $5, changed_ms = $6, "
	"restorable_until_ms = $7, key_kind = $8, signing_algorithm = $9, usage_mode = $10, key_standard = $11, "
	"failure_reason = $12, not_before_ms = $13, not_after_ms = $14, configuration = $15, revocation = $16, "
	"policy = $17, certificate = $18, chain = $19, serial = $20, issuer_sha1 = $21, issuer_sha256 = $22, "
	"sha1_key = $23, sha256_key = $24 WHERE number = $1";
static const char version_sql[] = "SELECT version FROM authority WHERE number = $1";
static const char count_sql[] = "SELECT count(*) FROM (SELECT 1 FROM authority WHERE account = $1 AND region = $2 "
				"LIMIT $3) AS counted";

enum { SHA1_BYTES = 20, SHA256_BYTES = 32 };

/* ---- Reading ---- */

static struct authority_row
row_read(statement *st, struct arena *arena)
{
	struct bytes id = column_blob(st, 3);

	return (struct authority_row){ .number = column_int(st, 0),
		.owner = { arena_str(arena, column_text(st, 1)), arena_str(arena, column_text(st, 2)) },
		.id = id.n == ID_BYTES ? id_render(id.p, arena) : (struct str){ 0 },
		.version = column_int(st, 4),
		.type = (enum authority_type)column_int(st, 5),
		.state = (enum authority_state)column_int(st, 6),
		.earlier_state = (enum authority_state)column_int(st, 7),
		.created_ms = column_int(st, 8),
		.changed_ms = column_int(st, 9),
		.restorable_until_ms = column_int(st, 10),
		.key = (int)column_int(st, 11),
		.signing_algorithm = (int)column_int(st, 12),
		.usage_mode = (int)column_int(st, 13),
		.key_standard = (int)column_int(st, 14),
		.failure_reason = (int)column_int(st, 15),
		.not_before_ms = column_int(st, 16),
		.not_after_ms = column_int(st, 17),
		.configuration = arena_str(arena, column_text(st, 18)),
		.revocation = arena_str(arena, column_text(st, 19)),
		.policy = arena_str(arena, column_text(st, 20)),
		.subject = arena_bytes(arena, column_blob(st, 21)),
		.csr = arena_bytes(arena, column_blob(st, 22)),
		.sealed_key = arena_bytes(arena, column_blob(st, 23)),
		.certificate = arena_bytes(arena, column_blob(st, 24)),
		.chain = arena_bytes(arena, column_blob(st, 25)),
		.serial = arena_bytes(arena, column_blob(st, 26)),
		.issuer_sha1 = arena_bytes(arena, column_blob(st, 27)),
		.issuer_sha256 = arena_bytes(arena, column_blob(st, 28)),
		.revocations = column_int(st, 29),
		.crl_partition = column_int(st, 30) };
}

/* The one row of a statement whose values are bound. */
static bool
row_only(statement *st, struct arena *arena, struct authority_row *out, struct fault *fault)
{
	if (!statement_step_found(st, fault))
		return false;
	*out = row_read(st, arena);
	return true;
}

static bool
get(struct session *session, const struct owner *owner, struct str id_text, struct arena *arena,
	struct authority_row *out, struct fault *fault)
{
	uint8_t id[ID_BYTES];

	if (!id_parse(id_text, id))
		return store_not_found(fault);
	AUTO(statement) st = session_statement(session, get_sql, fault);
	if (st == NULL)
		return false;
	bind_owner(st, owner);
	bind_blob(st, 3, id_bytes(id));
	return row_only(st, arena, out, fault);
}

bool
store_authority_get(struct store *store, const struct owner *owner, struct str id, struct arena *arena,
	struct authority_row *out, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = get(session, owner, id, arena, out, fault);

	store_session_give(store, session);
	return done;
}

static bool
get_number(struct session *session, int64_t number, struct arena *arena, struct authority_row *out, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, get_number_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, number);
	return row_only(st, arena, out, fault);
}

bool
store_authority_get_number(
	struct store *store, int64_t number, struct arena *arena, struct authority_row *out, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = get_number(session, number, arena, out, fault);

	store_session_give(store, session);
	return done;
}

static bool
by_issuer(struct session *session, struct bytes name_hash, struct bytes key_hash, int64_t now_ms, struct arena *arena,
	struct authority_row *out, struct fault *fault)
{
	uint8_t both[2 * SHA256_BYTES];

	if ((name_hash.n != SHA1_BYTES && name_hash.n != SHA256_BYTES) || key_hash.n != name_hash.n)
		return store_not_found(fault);
	memcpy(both, name_hash.p, name_hash.n);
	memcpy(both + name_hash.n, key_hash.p, key_hash.n);
	struct bytes issuer = { both, name_hash.n + key_hash.n };
	AUTO(statement) st = session_statement(session, name_hash.n == SHA1_BYTES ? by_sha1_sql : by_sha256_sql, fault);
	if (st == NULL)
		return false;
	bind_int(st, 1, bytes_key(0, issuer));
	bind_blob(st, 2, issuer);
	bind_int(st, 3, now_ms);
	return row_only(st, arena, out, fault);
}

bool
store_authority_by_issuer(struct store *store, struct bytes name_hash, struct bytes key_hash, struct arena *arena,
	struct authority_row *out, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = by_issuer(session, name_hash, key_hash, clock_now_ms(store->clock), arena, out, fault);

	store_session_give(store, session);
	return done;
}

static bool
list(struct session *session, const struct owner *owner, int64_t after, size_t limit, struct arena *arena,
	const struct authority_row **out, size_t *count, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, owner != NULL ? list_of_sql : list_sql, fault);
	struct authority_row *rows = NULL;
	size_t n = 0, room = 0;
	bool row;

	if (st == NULL)
		return false;
	if (owner != NULL)
		bind_owner(st, owner);
	bind_int(st, owner != NULL ? 3 : 1, after);
	bind_int(st, owner != NULL ? 4 : 2, (int64_t)limit);
	for (;;) {
		if (!statement_step(st, &row, fault))
			return false;
		if (!row)
			break;
		rows = rows_with_room(rows, n, &room, sizeof *rows, arena);
		rows[n++] = row_read(st, arena);
	}
	*out = rows;
	*count = n;
	return true;
}

bool
store_authority_list(struct store *store, const struct owner *owner, int64_t after, size_t limit, struct arena *arena,
	const struct authority_row **out, size_t *count, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = list(session, owner, after, limit, arena, out, count, fault);

	store_session_give(store, session);
	return done;
}

/* One more than asked for says when the next one's time ends. */
static bool
over(struct session *session, int64_t now_ms, size_t limit, struct arena *arena, const struct authority_row **out,
	size_t *count, int64_t *next_ms, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, over_sql, fault);
	struct authority_row *rows = ARENA_ARRAY(arena, struct authority_row, limit);
	int64_t next = INT64_MAX;
	size_t n = 0;
	bool row;

	if (st == NULL)
		return false;
	bind_int(st, 1, AUTHORITY_DELETED);
	bind_int(st, 2, (int64_t)limit + 1);
	for (;;) {
		if (!statement_step(st, &row, fault))
			return false;
		if (!row)
			break;
		struct authority_row found = row_read(st, arena);
		if (n == limit || found.restorable_until_ms > now_ms) {
			next = found.restorable_until_ms;
			break;
		}
		rows[n++] = found;
	}
	*out = rows;
	*count = n;
	*next_ms = next;
	return true;
}

bool
store_authority_over(struct store *store, int64_t now_ms, size_t limit, struct arena *arena,
	const struct authority_row **out, size_t *count, int64_t *next_ms, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = over(session, now_ms, limit, arena, out, count, next_ms, fault);

	store_session_give(store, session);
	return done;
}

/* ---- Writing ---- */

static void
bind_issuer(statement *st, int at, struct bytes issuer)
{
	if (issuer.p != NULL)
		bind_int(st, at, bytes_key(0, issuer));
	else
		bind_blob(st, at, issuer);
}

/* What changes in an authority's life, in the order of both statements. */
static void
bind_life(statement *st, int at, const struct authority_row *row, int64_t version)
{
	const int64_t numbers[] = { version, row->type, row->state, row->earlier_state, row->changed_ms,
		row->restorable_until_ms, row->key, row->signing_algorithm, row->usage_mode, row->key_standard,
		row->failure_reason, row->not_before_ms, row->not_after_ms };
	const struct str texts[] = { row->configuration, row->revocation, row->policy };
	const struct bytes blobs[] = { row->certificate, row->chain, row->serial, row->issuer_sha1,
		row->issuer_sha256 };

	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++)
		bind_int(st, at++, numbers[i]);
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
		bind_text(st, at++, texts[i]);
	for (size_t i = 0; i < ARRAY_COUNT(blobs); i++)
		bind_blob(st, at++, blobs[i]);
	bind_issuer(st, at++, row->issuer_sha1);
	bind_issuer(st, at, row->issuer_sha256);
}

static bool
row_insert(struct session *session, const struct authority_row *row, int64_t *number, struct fault *fault)
{
	uint8_t id[ID_BYTES];
	bool made;

	if (!id_parse(row->id, id))
		return fault_set(fault, FAULT_INTERNAL, "The authority's id is no UUID.");
	AUTO(statement) st = session_statement(session, insert_sql, fault);
	if (st == NULL)
		return false;
	bind_owner(st, &row->owner);
	bind_blob(st, 3, id_bytes(id));
	bind_int(st, 4, row->created_ms);
	bind_blob(st, 5, row->subject);
	bind_blob(st, 6, row->csr);
	bind_text(st, 7, sealed_master_key(row->sealed_key));
	bind_blob(st, 8, row->sealed_key);
	bind_life(st, 9, row, 1);
	if (!statement_step(st, &made, fault))
		return fault->code == FAULT_CONFLICT ? fault_set(fault, FAULT_CONFLICT, "%s", "") : false;
	session->writes++;
	*number = column_int(st, 0);
	return true;
}

bool
store_authority_insert(struct store_transaction *transaction, struct authority_row *row, struct fault *fault)
{
	struct session *session = transaction->session;
	int64_t number;

	if (!row_insert(session, row, &number, fault))
		return false;
	AUTO(statement) st = session_statement(session, counter_sql, fault);
	if (st == NULL)
		return false;
	bind_int(st, 1, number);
	if (!statement_run(session, st, fault))
		return false;
	row->number = number;
	row->version = 1;
	row->revocations = row->crl_partition = 0;
	return true;
}

bool
store_authority_check(struct store_transaction *transaction, int64_t number, int64_t version, struct fault *fault)
{
	AUTO(statement) st = session_statement(transaction->session, version_sql, fault);

	if (st == NULL)
		return false;
	bind_int(st, 1, number);
	if (!statement_step_found(st, fault))
		return false;
	return column_int(st, 0) == version || fault_set(fault, FAULT_CONFLICT, "%s", "");
}

bool
store_authority_update(struct store_transaction *transaction, const struct authority_row *row, struct fault *fault)
{
	if (!store_authority_check(transaction, row->number, row->version - 1, fault))
		return false;
	AUTO(statement) st = session_statement(transaction->session, update_sql, fault);
	if (st == NULL)
		return false;
	bind_int(st, 1, row->number);
	bind_life(st, 2, row, row->version);
	return statement_run(transaction->session, st, fault);
}

bool
store_authority_count(struct store_transaction *transaction, const struct owner *owner, int64_t limit, int64_t *out,
	struct fault *fault)
{
	AUTO(statement) st = session_statement(transaction->session, count_sql, fault);
	bool row;

	if (st == NULL)
		return false;
	bind_owner(st, owner);
	bind_int(st, 3, limit);
	if (!statement_step(st, &row, fault))
		return false;
	*out = column_int(st, 0);
	return true;
}
