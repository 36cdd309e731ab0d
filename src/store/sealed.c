#include "store/sealed.h"

#include "store/internal.h"
#include "store/record.h"

/* signer/signer.h says how a sealed record begins; the store knows no more of it. */
enum { MASTER_KEY_ID_AT = 1, MASTER_KEY_ID_LENGTH = 16 };

static const char get_sql[] = "SELECT record FROM sealed WHERE name = $1";
static const char insert_sql[] = "INSERT INTO sealed (name, master_key, record) VALUES ($1, $2, $3)";

/* A table that holds sealed records, and how a row of it is named. */
struct vault {
	const char *kind;
	const char *below, *above; /* rows whose master key is another than $1 */
	const char *next_id;       /* the first id above $1 */
	const char *update;        /* $1 new, $2 its master key, $3 old; then the row's name */
	enum { NAME_TEXT, NAME_NUMBER, NAME_VERSION } name;
};

#define MATERIAL_ROWS "SELECT number, sealed_key FROM certificate_material WHERE master_key "
#define HISTORY_ROWS "SELECT account, region, id, version, sealed_key FROM certificate_history WHERE master_key "
#define KEY_ROWS "SELECT id, sealed_secret FROM access_key WHERE master_key "
#define AUTHORITY_ROWS "SELECT number, sealed_key FROM authority WHERE master_key "
#define RESPONDER_ROWS "SELECT authority, sealed_key FROM responder WHERE master_key "
#define OWN_ROWS "SELECT name, record FROM sealed WHERE master_key "
#define IN_ORDER " $1 ORDER BY master_key LIMIT $2"

static const struct vault vaults[] = {
	{ .kind = "certificate",
		.below = MATERIAL_ROWS "<" IN_ORDER,
		.above = MATERIAL_ROWS ">" IN_ORDER,
		.next_id = "SELECT min(master_key) FROM certificate_material WHERE master_key > $1",
		.update = "UPDATE certificate_material SET sealed_key = $1, master_key = $2 WHERE sealed_key = $3 "
			  "AND number = $4",
		.name = NAME_NUMBER },
	{ .kind = "history",
		.below = HISTORY_ROWS "<" IN_ORDER,
		.above = HISTORY_ROWS ">" IN_ORDER,
		.next_id = "SELECT min(master_key) FROM certificate_history WHERE master_key > $1",
		.update = "UPDATE certificate_history SET sealed_key = $1, master_key = $2 WHERE sealed_key = $3 "
			  "AND account = $4 AND region = $5 AND id = $6 AND version = $7",
		.name = NAME_VERSION },
	{ .kind = "access-key",
		.below = KEY_ROWS "<" IN_ORDER,
		.above = KEY_ROWS ">" IN_ORDER,
		.next_id = "SELECT min(master_key) FROM access_key WHERE master_key > $1",
		.update = "UPDATE access_key SET sealed_secret = $1, master_key = $2 WHERE sealed_secret = $3 "
			  "AND id = $4",
		.name = NAME_TEXT },
	{ .kind = "authority",
		.below = AUTHORITY_ROWS "<" IN_ORDER,
		.above = AUTHORITY_ROWS ">" IN_ORDER,
		.next_id = "SELECT min(master_key) FROM authority WHERE master_key > $1",
		.update = "UPDATE authority SET sealed_key = $1, master_key = $2 WHERE sealed_key = $3 AND number = $4",
		.name = NAME_NUMBER },
	{ .kind = "responder",
		.below = RESPONDER_ROWS "<" IN_ORDER,
		.above = RESPONDER_ROWS ">" IN_ORDER,
		.next_id = "SELECT min(master_key) FROM responder WHERE master_key > $1",
		.update = "UPDATE responder SET sealed_key = $1, master_key = $2 WHERE sealed_key = $3 "
			  "AND authority = $4",
		.name = NAME_NUMBER },
	{ .kind = "own",
		.below = OWN_ROWS "<" IN_ORDER,
		.above = OWN_ROWS ">" IN_ORDER,
		.next_id = "SELECT min(master_key) FROM sealed WHERE master_key > $1",
		.update = "UPDATE sealed SET record = $1, master_key = $2 WHERE record = $3 AND name = $4",
		.name = NAME_TEXT },
};

struct str
sealed_master_key(struct bytes sealed)
{
	if (sealed.n < MASTER_KEY_ID_AT + MASTER_KEY_ID_LENGTH)
		return (struct str){ 0 };
	struct str id = { (const char *)sealed.p + MASTER_KEY_ID_AT, MASTER_KEY_ID_LENGTH };
	for (size_t i = 0; i < id.n; i++)
		if ((id.p[i] < '0' || id.p[i] > '9') && (id.p[i] < 'a' || id.p[i] > 'f'))
			return (struct str){ 0 };
	return id;
}

/* ---- Named records ---- */

static bool
sealed_get(struct session *session, const char *name, struct arena *arena, struct bytes *out, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, get_sql, fault);
	bool row;

	if (st == NULL)
		return false;
	bind_text(st, 1, str_of(name));
	if (!statement_step(st, &row, fault))
		return false;
	if (!row)
		return fault_set(fault, FAULT_NOT_FOUND, "The store has no sealed record \"%s\".", name);
	*out = arena_bytes(arena, column_blob(st, 0));
	return true;
}

bool
store_sealed_get(struct store *store, const char *name, struct arena *arena, struct bytes *out, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = sealed_get(session, name, arena, out, fault);

	store_session_give(store, session);
	return done;
}

bool
store_sealed_insert(struct store_transaction *transaction, const char *name, struct bytes sealed, struct fault *fault)
{
	AUTO(statement) st = session_statement(transaction->session, insert_sql, fault);

	if (st == NULL)
		return false;
	bind_text(st, 1, str_of(name));
	bind_text(st, 2, sealed_master_key(sealed));
	bind_blob(st, 3, sealed);
	return statement_run(transaction->session, st, fault);
}

/* ---- Rotation ---- */

struct stale {
	struct sealed_row *rows;
	size_t n, limit;
};

static struct str
row_name(const struct vault *vault, statement *st, struct arena *arena)
{
	if (vault->name == NAME_TEXT)
		return arena_printf(arena, "%s/%.*s", vault->kind, STR_ARG(column_text(st, 0)));
	if (vault->name == NAME_NUMBER)
		return arena_printf(arena, "%s/%lld", vault->kind, (long long)column_int(st, 0));
	struct bytes id = column_blob(st, 2);
	struct str id_text = id.n == ID_BYTES ? id_render(id.p, arena) : STR("");
	return arena_printf(arena, "%s/%.*s/%.*s/%.*s/%lld", vault->kind, STR_ARG(column_text(st, 0)),
		STR_ARG(column_text(st, 1)), STR_ARG(id_text), (long long)column_int(st, 3));
}

static struct sealed_row
stale_row(const struct vault *vault, statement *st, struct arena *arena)
{
	return (struct sealed_row){ .table_key = row_name(vault, st, arena),
		.sealed = arena_bytes(arena, column_blob(st, vault->name == NAME_VERSION ? 4 : 1)) };
}

static bool
stale_read(struct session *session, const struct vault *vault, const char *sql, const char *active, struct arena *arena,
	struct stale *stale, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, sql, fault);
	bool row;

	if (st == NULL)
		return false;
	bind_text(st, 1, str_of(active));
	bind_int(st, 2, (int64_t)(stale->limit - stale->n));
	while (stale->n < stale->limit) {
		if (!statement_step(st, &row, fault))
			return false;
		if (!row)
			break;
		stale->rows[stale->n++] = stale_row(vault, st, arena);
	}
	return true;
}

bool
store_sealed_stale(struct store *store, const char *active, size_t limit, struct arena *arena,
	const struct sealed_row **out, size_t *count, struct fault *fault)
{
	struct session *session = store_session_take(store);
	struct stale stale = { .rows = ARENA_ARRAY(arena, struct sealed_row, limit), .limit = limit };
	bool done = true;

	for (size_t i = 0; done && i < ARRAY_COUNT(vaults); i++)
		done = stale_read(session, &vaults[i], vaults[i].below, active, arena, &stale, fault) &&
		       stale_read(session, &vaults[i], vaults[i].above, active, arena, &stale, fault);
	store_session_give(store, session);
	if (!done)
		return false;
	*out = stale.rows;
	*count = stale.n;
	return true;
}

static const struct vault *
vault_of(struct str kind)
{
	for (size_t i = 0; i < ARRAY_COUNT(vaults); i++)
		if (str_is(kind, vaults[i].kind))
			return &vaults[i];
	return NULL;
}

/* Binds what names the row; false if the key is none of ours. */
static bool
bind_row_name(statement *st, const struct vault *vault, struct str rest, uint8_t id[ID_BYTES])
{
	struct str account, region, id_text;
	int64_t number;

	if (vault->name == NAME_TEXT) {
		bind_text(st, 4, rest);
		return true;
	}
	if (vault->name == NAME_NUMBER) {
		if (!str_to_i64(rest, &number))
			return false;
		bind_int(st, 4, number);
		return true;
	}
	if (!str_cut(&rest, '/', &account) || !str_cut(&rest, '/', &region) || !str_cut(&rest, '/', &id_text) ||
		!id_parse(id_text, id) || !str_to_i64(rest, &number))
		return false;
	bind_text(st, 4, account);
	bind_text(st, 5, region);
	bind_blob(st, 6, id_bytes(id));
	bind_int(st, 7, number);
	return true;
}

bool
store_sealed_update(struct store_transaction *transaction, struct str table_key, struct bytes old, struct bytes sealed,
	struct fault *fault)
{
	struct str rest = table_key, kind;
	uint8_t id[ID_BYTES];

	(void)str_cut(&rest, '/', &kind);
	const struct vault *vault = vault_of(kind);
	if (vault == NULL)
		return fault_set(fault, FAULT_INTERNAL, "This names no sealed row.");
	AUTO(statement) st = session_statement(transaction->session, vault->update, fault);
	if (st == NULL)
		return false;
	bind_blob(st, 1, sealed);
	bind_text(st, 2, sealed_master_key(sealed));
	bind_blob(st, 3, old);
	if (!bind_row_name(st, vault, rest, id))
		return fault_set(fault, FAULT_INTERNAL, "This names no sealed row.");
	return statement_run(transaction->session, st, fault);
}

/* ---- Which master keys are named ---- */

/* A master key is made some times in a house's life. */
enum { MASTER_KEYS_MAX = 1024 };

struct ids {
	struct str *v;
	size_t n;
};

static bool
id_is_known(const struct ids *ids, struct str id)
{
	for (size_t i = 0; i < ids->n; i++)
		if (str_equal(ids->v[i], id))
			return true;
	return false;
}

/* Hops from one id to the next: as many steps as there are ids, not rows. */
static bool
ids_read(struct session *session, const struct vault *vault, struct arena *arena, struct ids *ids, struct fault *fault)
{
	struct str last = STR("");
	bool row;

	for (;;) {
		AUTO(statement) st = session_statement(session, vault->next_id, fault);
		if (st == NULL)
			return false;
		bind_text(st, 1, last);
		if (!statement_step(st, &row, fault))
			return false;
		struct str id = column_text(st, 0);
		if (!row || id.p == NULL)
			return true;
		last = arena_str(arena, id);
		if (id_is_known(ids, last))
			continue;
		if (ids->n == MASTER_KEYS_MAX)
			return fault_set(
				fault, FAULT_INTERNAL, "The store names more than %d master keys.", MASTER_KEYS_MAX);
		ids->v[ids->n++] = last;
	}
}

bool
store_sealed_ids(struct store *store, struct arena *arena, const struct str **out, size_t *count, struct fault *fault)
{
	struct session *session = store_session_take(store);
	struct ids ids = { .v = ARENA_ARRAY(arena, struct str, MASTER_KEYS_MAX) };
	bool done = true;

	for (size_t i = 0; done && i < ARRAY_COUNT(vaults); i++)
		done = ids_read(session, &vaults[i], arena, &ids, fault);
	store_session_give(store, session);
	if (!done)
		return false;
	*out = ids.v;
	*count = ids.n;
	return true;
}
