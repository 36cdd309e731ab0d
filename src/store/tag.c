#include <string.h>

#include "store/internal.h"
#include "store/record.h"

static const char there_sql[] = "SELECT 1 FROM certificate WHERE account = $1 AND region = $2 AND id = $3";
static const char get_sql[] = "SELECT tag_key, tag_value FROM certificate_tag "
			      "WHERE account = $1 AND region = $2 AND id = $3 ORDER BY tag_key";
static const char count_sql[] = "SELECT count(*) FROM certificate_tag WHERE account = $1 AND region = $2 AND id = $3";
static const char put_sql[] =
	"INSERT INTO certificate_tag (account, region, id, tag_key, tag_value) VALUES ($1, $2, $3, $4, $5) "
	"ON CONFLICT (account, region, id, tag_key) DO UPDATE SET tag_value = excluded.tag_value";
static const char remove_sql[] =
	"DELETE FROM certificate_tag WHERE account = $1 AND region = $2 AND id = $3 AND tag_key = $4";
static const char remove_equal_sql[] =
	"DELETE FROM certificate_tag WHERE account = $1 AND region = $2 AND id = $3 AND tag_key = $4 "
	"AND tag_value = $5";

/* More room when a certificate has more tags than AWS allows. */
enum { TAGS_FIRST_ROOM = 50 };

/* The parsed id of a certificate that is there; FAULT_NOT_FOUND otherwise. */
static bool
certificate_there(
	struct session *session, const struct owner *owner, struct str text, uint8_t id[ID_BYTES], struct fault *fault)
{
	bool row = false;

	if (!id_parse(text, id))
		return store_not_found(fault);
	AUTO(statement) st = statement_of_certificate(session, there_sql, owner, id, fault);
	if (st == NULL || !statement_step(st, &row, fault))
		return false;
	return row || store_not_found(fault);
}

static bool
tags_get(struct session *session, const struct owner *owner, const uint8_t *id, struct arena *arena,
	const struct tag **out, size_t *count, struct fault *fault)
{
	size_t room = TAGS_FIRST_ROOM, n = 0;
	struct tag *tags = ARENA_ARRAY(arena, struct tag, room);
	bool row;

	AUTO(statement) st = statement_of_certificate(session, get_sql, owner, id, fault);
	if (st == NULL)
		return false;
	for (;;) {
		if (!statement_step(st, &row, fault))
			return false;
		if (!row)
			break;
		if (n == room) {
			struct tag *more = ARENA_ARRAY(arena, struct tag, 2 * room);
			memcpy(more, tags, n * sizeof *more);
			tags = more;
			room *= 2;
		}
		tags[n++] = (struct tag){ .key = arena_str(arena, column_text(st, 0)),
			.value = arena_str(arena, column_text(st, 1)) };
	}
	*out = tags;
	*count = n;
	return true;
}

bool
store_tags_get(struct store *store, const struct owner *owner, struct str id_text, struct arena *arena,
	const struct tag **out, size_t *count, struct fault *fault)
{
	struct session *session = store_session_take(store);
	uint8_t id[ID_BYTES];
	bool done = certificate_there(session, owner, id_text, id, fault) &&
		    tags_get(session, owner, id, arena, out, count, fault);

	store_session_give(store, session);
	return done;
}

static bool
tag_put(struct session *session, const struct owner *owner, const uint8_t *id, const struct tag *tag,
	struct fault *fault)
{
	AUTO(statement) st = statement_of_certificate(session, put_sql, owner, id, fault);

	if (st == NULL)
		return false;
	bind_text(st, 4, tag->key);
	bind_text(st, 5, tag->value);
	return statement_run(session, st, fault);
}

bool
store_tags_put(struct store_transaction *transaction, const struct owner *owner, struct str id_text,
	const struct tag *tags, size_t count, size_t limit, struct fault *fault)
{
	struct session *session = transaction->session;
	uint8_t id[ID_BYTES];
	bool row;

	if (!certificate_there(session, owner, id_text, id, fault))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!tag_put(session, owner, id, &tags[i], fault))
			return false;
	AUTO(statement) st = statement_of_certificate(session, count_sql, owner, id, fault);
	if (st == NULL || !statement_step(st, &row, fault))
		return false;
	if (column_int(st, 0) > (int64_t)limit)
		return fault_set(fault, FAULT_TOO_MANY_TAGS, "%s", "");
	return true;
}

static bool
tag_remove(struct session *session, const struct owner *owner, const uint8_t *id, const struct tag *tag,
	struct fault *fault)
{
	const char *sql = tag->value.p != NULL ? remove_equal_sql : remove_sql;
	AUTO(statement) st = statement_of_certificate(session, sql, owner, id, fault);

	if (st == NULL)
		return false;
	bind_text(st, 4, tag->key);
	if (tag->value.p != NULL)
		bind_text(st, 5, tag->value);
	return statement_run(session, st, fault);
}

bool
store_tags_remove(struct store_transaction *transaction, const struct owner *owner, struct str id_text,
	const struct tag *tags, size_t count, struct fault *fault)
{
	struct session *session = transaction->session;
	uint8_t id[ID_BYTES];

	if (!certificate_there(session, owner, id_text, id, fault))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!tag_remove(session, owner, id, &tags[i], fault))
			return false;
	return true;
}
