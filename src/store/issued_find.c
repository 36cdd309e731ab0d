/* issued_find.c — what an authority issued, a page at a time by index, or all of it. */
#include "store/filter.h"
#include "store/internal.h"
#include "store/issued_row.h"
#include "store/record.h"

#define OF_ONE "SELECT " ISSUED_COLUMNS " FROM issued WHERE authority = $1 AND "
/* $2 and $3 are the ends of a stretch, both included; $4 is the sort value that a stretch of ties has. */
static const char by_number_sql[] = OF_ONE "number BETWEEN $2 AND $3 ORDER BY number";
static const char by_number_down_sql[] = OF_ONE "number BETWEEN $2 AND $3 ORDER BY number DESC";
static const char by_end_sql[] = OF_ONE "not_after_ms BETWEEN $2 AND $3 ORDER BY not_after_ms, number";
static const char by_end_down_sql[] = OF_ONE "not_after_ms BETWEEN $2 AND $3 ORDER BY not_after_ms DESC, number DESC";
static const char ties_sql[] = OF_ONE "not_after_ms = $4 AND number BETWEEN $2 AND $3 ORDER BY number";
static const char ties_down_sql[] = OF_ONE "not_after_ms = $4 AND number BETWEEN $2 AND $3 ORDER BY number DESC";
static const char by_serial_sql[] = "SELECT " ISSUED_COLUMNS " FROM issued WHERE serial_key = $1 AND "
				    "+authority = $2 AND serial = $3";
static const char all_sql[] = "SELECT " ISSUED_COLUMNS " FROM issued WHERE authority = $1 ORDER BY number";

void
issued_read(statement *st, int64_t authority, struct issued_row *out)
{
	*out = (struct issued_row){ .number = column_int(st, 0),
		.authority = authority,
		.issued_ms = column_int(st, 1),
		.not_before_ms = column_int(st, 2),
		.not_after_ms = column_int(st, 3),
		.revoked_ms = column_int(st, 4),
		.reason = (int)column_int(st, 5),
		.crl_partition = column_int(st, 6),
		.serial = column_blob(st, 7),
		.template = column_text(st, 8),
		.subject = column_text(st, 9),
		.names = column_text(st, 10),
		.requester = column_text(st, 11),
		.certificate = column_blob(st, 12) };
}

void
issued_copy(const struct issued_row *row, struct arena *arena, struct issued_row *out)
{
	*out = *row;
	out->serial = arena_bytes(arena, row->serial);
	out->template = arena_str(arena, row->template);
	out->subject = arena_str(arena, row->subject);
	out->names = arena_str(arena, row->names);
	out->requester = arena_str(arena, row->requester);
	out->certificate = arena_bytes(arena, row->certificate);
}

/* ---- Does it match? ---- */

/* A query with what is searched for in lower case. */
struct wanted {
	const struct issued_query *query;
	struct str subject, name;
};

static unsigned
status_of(const struct issued_row *row, int64_t now_ms)
{
	if (row->revoked_ms != 0)
		return ISSUED_IS_REVOKED;
	return row->not_after_ms < now_ms ? ISSUED_IS_EXPIRED : ISSUED_IS_ISSUED;
}

static bool
matches(const struct wanted *wanted, const struct issued_row *row)
{
	const struct issued_query *query = wanted->query;

	if (row->not_after_ms < query->expires_after_ms || row->not_after_ms > query->expires_before_ms)
		return false;
	if (query->statuses != 0 && (query->statuses & status_of(row, query->now_ms)) == 0)
		return false;
	if (query->template.p != NULL && !str_equal(query->template, row->template))
		return false;
	if (wanted->subject.p != NULL && !text_contains_lower(row->subject, wanted->subject))
		return false;
	return wanted->name.p == NULL || text_contains_lower(row->names, wanted->name);
}

/* ---- A page ---- */

/* Neighbours in an index, ends included. Behind a page that ended among equal sort values come first their rest, then
 * what follows. */
struct stretch {
	const char *sql;
	int64_t low, high;
	int64_t tie_ms; /* of a stretch of ties */
	bool has_tie;
};
enum { STRETCHES_MAX = 2 };

static size_t
stretches_by_number(const struct issued_query *query, struct stretch *out)
{
	if (query->descending)
		out[0] = (struct stretch){ by_number_down_sql, 0,
			query->has_after ? query->after_number - 1 : INT64_MAX, 0, false };
	else
		out[0] = (struct stretch){ by_number_sql, query->has_after ? query->after_number + 1 : 0, INT64_MAX, 0,
			false };
	return 1;
}

static size_t
stretches_by_end(const struct issued_query *query, struct stretch *out)
{
	int64_t low = query->expires_after_ms, high = query->expires_before_ms;
	size_t n = 0;

	if (query->has_after && !query->descending && query->after_ms >= low && query->after_ms < INT64_MAX) {
		out[n++] = (struct stretch){ ties_sql, query->after_number + 1, INT64_MAX, query->after_ms, true };
		low = query->after_ms + 1;
	} else if (query->has_after && query->descending && query->after_ms <= high && query->after_ms > INT64_MIN) {
		out[n++] = (struct stretch){ ties_down_sql, 0, query->after_number - 1, query->after_ms, true };
		high = query->after_ms - 1;
	}
	out[n++] = (struct stretch){ query->descending ? by_end_down_sql : by_end_sql, low, high, 0, false };
	return n;
}

static statement *
stretch_open(struct session *session, int64_t authority, const struct stretch *stretch, struct fault *fault)
{
	statement *st = session_statement(session, stretch->sql, fault);

	if (st == NULL)
		return NULL;
	bind_int(st, 1, authority);
	bind_int(st, 2, stretch->low);
	bind_int(st, 3, stretch->high);
	if (stretch->has_tie)
		bind_int(st, 4, stretch->tie_ms);
	return st;
}

/* A page under way. */
struct page {
	struct issued_row *rows;
	size_t n, room, looked_at;
	bool more; /* there is another entry, and no room or leave to look at it */
	int64_t last_ms, last_number;
};

static bool
page_read(struct session *session, const struct wanted *wanted, const struct stretch *stretch, struct arena *arena,
	struct page *page, struct fault *fault)
{
	const struct issued_query *query = wanted->query;
	AUTO(statement) st = stretch_open(session, query->authority, stretch, fault);
	struct issued_row found;
	bool row;

	if (st == NULL)
		return false;
	for (;;) {
		if (!statement_step(st, &row, fault))
			return false;
		if (!row)
			return true;
		if (page->n == query->limit || page->looked_at == STORE_MAX_SCAN) {
			page->more = true;
			return true;
		}
		page->looked_at++;
		issued_read(st, query->authority, &found);
		page->last_ms = query->by_not_after ? found.not_after_ms : found.issued_ms;
		page->last_number = found.number;
		if (!matches(wanted, &found))
			continue;
		page->rows = rows_with_room(page->rows, page->n, &page->room, sizeof *page->rows, arena);
		issued_copy(&found, arena, &page->rows[page->n++]);
	}
}

static bool
find(struct session *session, const struct wanted *wanted, struct arena *arena, struct page *page, struct fault *fault)
{
	const struct issued_query *query = wanted->query;
	struct stretch stretches[STRETCHES_MAX];
	size_t n = query->by_not_after ? stretches_by_end(query, stretches) : stretches_by_number(query, stretches);

	for (size_t i = 0; i < n && !page->more; i++)
		if (!page_read(session, wanted, &stretches[i], arena, page, fault))
			return false;
	return true;
}

static bool
find_serial(struct session *session, const struct wanted *wanted, struct arena *arena, struct page *page,
	struct fault *fault)
{
	const struct issued_query *query = wanted->query;
	AUTO(statement) st = session_statement(session, by_serial_sql, fault);
	struct issued_row found;
	bool row;

	if (st == NULL)
		return false;
	bind_int(st, 1, bytes_key(query->authority, query->serial));
	bind_int(st, 2, query->authority);
	bind_blob(st, 3, query->serial);
	if (!statement_step(st, &row, fault))
		return false;
	/* It is alone, so nothing follows a page that ended. */
	if (!row || query->has_after)
		return true;
	issued_read(st, query->authority, &found);
	if (!matches(wanted, &found))
		return true;
	page->rows = ARENA_NEW(arena, struct issued_row);
	page->n = 1;
	page->last_ms = query->by_not_after ? found.not_after_ms : found.issued_ms;
	page->last_number = found.number;
	issued_copy(&found, arena, page->rows);
	return true;
}

/* Both stretches are read as of one moment. */
static bool
find_at_once(struct session *session, const struct wanted *wanted, struct arena *arena, struct page *page,
	struct fault *fault)
{
	const struct engine *engine = session->engine;

	if (wanted->query->serial.p != NULL)
		return find_serial(session, wanted, arena, page, fault);
	if (!engine->begin(session->connection, false, fault))
		return false;
	if (!find(session, wanted, arena, page, fault)) {
		engine->rollback(session->connection);
		return false;
	}
	return engine->commit(session->connection, fault);
}

bool
store_issued_find(struct store *store, const struct issued_query *query, struct arena *arena, struct issued_page *out,
	struct fault *fault)
{
	const struct wanted wanted = { query, text_lower(query->subject, arena), text_lower(query->name, arena) };
	struct page page = { .last_ms = query->after_ms, .last_number = query->after_number };
	struct session *session = store_session_take(store);
	bool done = find_at_once(session, &wanted, arena, &page, fault);

	store_session_give(store, session);
	if (!done)
		return false;
	*out = (struct issued_page){ page.rows, page.n, page.more, page.last_ms, page.last_number };
	return true;
}

/* ---- All of it ---- */

static bool
walk(struct session *session, int64_t authority, issued_each_fn *each, void *context, struct fault *fault)
{
	AUTO(statement) st = session_statement(session, all_sql, fault);
	struct issued_row found;
	bool row;

	if (st == NULL)
		return false;
	bind_int(st, 1, authority);
	for (;;) {
		if (!statement_step(st, &row, fault))
			return false;
		if (!row)
			return true;
		issued_read(st, authority, &found);
		if (!each(&found, context, fault))
			return false;
	}
}

bool
store_issued_walk(struct store *store, int64_t authority, issued_each_fn *each, void *context, struct fault *fault)
{
	struct session *session = store_session_take(store);
	bool done = walk(session, authority, each, context, fault);

	store_session_give(store, session);
	return done;
}
