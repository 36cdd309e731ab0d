/* find.c — lists and searches, page by page.
 *
 * Two ways to a page. *Scan*: walk an index that has the order asked for, and keep what matches. *Gather*: let an index
 * narrow the rows down, look at all of them, and keep the first ones of the order. A gather is best for few rows, a
 * scan when many match; nobody counts beforehand, so each is tried under a budget. Only when the order has no index and
 * the filter leaves too many is the whole looked at, in bounded memory. Whatever the way, a page ends at a position in
 * the order, and the next one may go another way. */
#include <stdlib.h>

#include "base/memory.h"
#include "store/internal.h"
#include "store/position.h"
#include "store/source.h"
#include "store/top.h"

static const char load_sql[] = "SELECT " RECORD_COLUMNS " FROM certificate c WHERE c.number = $1";
static const char der_sql[] = "SELECT certificate FROM certificate_material WHERE number = $1";

enum {
	/* A first try of either way: no more than a page costs anyway. */
	FIRST_BUDGET = 1000,
	/* Rows that a gather copies as it meets them; of more it keeps the numbers, and reads the page's again. */
	COPIES_MAX = 32,
	/* Pages longer than AWS knows any come in parts. */
	PAGE_MAX = 1000,
	/* An order by creation over so many key algorithms is walked in the index that has them all. */
	STREAMS_MAX = 8,
};

struct find {
	struct asker asker;
	const struct store_query *query;
	const struct store_filter *filter; /* prepared */
	size_t limit;
	const struct position *after; /* NULL: from the start */
	struct arena *arena;
};

/* ---- Rows of a page ---- */

static bool
load(struct find *find, int64_t number, struct certificate_row *out, struct fault *fault)
{
	AUTO(statement) st = session_statement(find->asker.session, load_sql, fault);
	struct record record;
	bool there;

	if (st == NULL)
		return false;
	bind_int(st, 1, number);
	if (!statement_step(st, &there, fault))
		return false;
	if (!there)
		return fault_set(fault, FAULT_INTERNAL, "A certificate's row is missing.");
	record_read(st, &record);
	record_copy(&record, find->arena, out);
	return true;
}

static bool
load_der(struct find *find, int64_t number, struct certificate_row *row, struct fault *fault)
{
	AUTO(statement) st = session_statement(find->asker.session, der_sql, fault);
	bool there;

	if (st == NULL)
		return false;
	bind_int(st, 1, number);
	if (!statement_step(st, &there, fault))
		return false;
	if (!there)
		return fault_set(fault, FAULT_INTERNAL, "A certificate's material is missing.");
	row->certificate = arena_bytes(find->arena, column_blob(st, 0));
	return true;
}

static struct str
render(struct find *find, const struct position *position)
{
	return position_render(position, find->query->sort, find->query->descending, find->arena);
}

/* ---- Gather ---- */

struct gather {
	struct visitor base;
	struct find *find;
	struct top top;
	size_t copies;
};

static bool
gather_row(struct visitor *base, const struct record *record, struct fault *fault)
{
	struct gather *self = (struct gather *)base;
	const struct store_query *query = self->find->query;
	char room[POSITION_TEXT_MAX];
	struct hit hit = { .number = record->number };

	(void)fault;
	if (!filter_matches(self->find->filter, record, query->now_ms))
		return true;
	position_of(record, query->sort, query->now_ms, room, &hit.position);
	if (self->find->after != NULL && position_compare(&hit.position, self->find->after, query->descending) <= 0)
		return true;
	if (self->copies < COPIES_MAX && top_wants(&self->top, &hit.position)) {
		struct certificate_row *copy = ARENA_NEW(self->find->arena, struct certificate_row);
		record_copy(record, self->find->arena, copy);
		hit.row = copy;
		self->copies++;
	}
	top_offer(&self->top, &hit);
	return true;
}

static bool
gather_page(struct find *find, struct top *top, struct store_page *out, struct fault *fault)
{
	bool more = top->n > find->limit;

	top_sort(top);
	size_t n = top->n < find->limit ? top->n : find->limit;
	struct certificate_row *rows = ARENA_ARRAY(find->arena, struct certificate_row, n);
	for (size_t i = 0; i < n; i++) {
		if (top->v[i].row != NULL)
			rows[i] = *top->v[i].row;
		else if (!load(find, top->v[i].number, &rows[i], fault))
			return false;
		if (!load_der(find, top->v[i].number, &rows[i], fault))
			return false;
	}
	*out = (struct store_page){ .rows = rows, .n = n };
	if (more)
		out->next = render(find, &top->v[n - 1].position);
	return true;
}

/* *done: the source was small enough, and *out is the page. */
static bool
gather(struct find *find, const struct source *source, size_t budget_entries, bool *done, struct store_page *out,
	struct fault *fault)
{
	struct gather self = { .base = { gather_row },
		.find = find,
		.top = top_new(find->limit + 1, find->query->descending, find->query->sort == STORE_COMMON_NAME,
			find->arena) };
	struct budget budget = { .left = budget_entries };

	if (!source_visit(source, &find->asker, &self.base, &budget, fault))
		return false;
	*done = !budget.exceeded;
	return budget.exceeded || gather_page(find, &self.top, out, fault);
}

/* ---- Scan ---- */

/* One range of the index, its cursor on a row that was not looked at yet. */
struct stream {
	struct range range;
	statement *st;
	struct record record;
	struct position position;
	bool live;
};

struct scan {
	struct stream streams[STREAMS_MAX];
	size_t stream_count;
	struct certificate_row *rows;
	int64_t *numbers;
	size_t n;
	size_t entries;       /* looked at so far */
	struct position last; /* looked at last */
	bool at_end;
};

/* The ranges that together have the order asked for; 0 when no index has it. */
static size_t
scan_ranges(const struct find *find, struct range out[STREAMS_MAX])
{
	struct window window = filter_window(find->filter);
	uint32_t algorithms = filter_algorithms(find->filter);
	size_t n = 0;

	_Static_assert(WINDOW_RANGES_MAX <= (size_t)STREAMS_MAX, "a window fits");
	switch (find->query->sort) {
	case STORE_ID:
		out[0] = (struct range){ .index = RANGE_BY_ID };
		return 1;
	case STORE_NOT_AFTER:
		return window_ranges(&window, find->query->now_ms, out);
	case STORE_CREATED:
		if (__builtin_popcount(algorithms) > STREAMS_MAX) {
			out[0] = (struct range){ RANGE_BY_CREATED, 0, INT64_MIN, INT64_MAX };
			return 1;
		}
		for (int algorithm = 0; algorithm < 32; algorithm++)
			if ((algorithms >> algorithm & 1) != 0)
				out[n++] = (struct range){ RANGE_BY_ALGORITHM, algorithm, INT64_MIN, INT64_MAX };
		return n;
	default:
		return 0;
	}
}

static bool
order_has_index(enum store_field sort)
{
	return sort == STORE_ID || sort == STORE_CREATED || sort == STORE_NOT_AFTER;
}

static bool
stream_next(struct find *find, struct stream *stream, struct fault *fault)
{
	bool row;

	if (!statement_step(stream->st, &row, fault))
		return false;
	stream->live = row;
	if (!row)
		return true;
	record_read(stream->st, &stream->record);
	stream->live = range_holds(&stream->range, &stream->record);
	/* No text: no order by name has an index. */
	position_of(&stream->record, find->query->sort, find->query->now_ms, NULL, &stream->position);
	return true;
}

static bool
scan_open(struct find *find, struct scan *scan, struct fault *fault)
{
	struct range ranges[STREAMS_MAX];
	size_t n = scan_ranges(find, ranges);

	scan->rows = ARENA_ARRAY(find->arena, struct certificate_row, find->limit);
	scan->numbers = ARENA_ARRAY(find->arena, int64_t, find->limit);
	for (size_t i = 0; i < n; i++) {
		struct stream *stream = &scan->streams[i];
		stream->range = ranges[i];
		stream->st = range_open(
			&find->asker, &stream->range, find->query->descending, find->after, (unsigned)i, fault);
		if (stream->st == NULL)
			return false;
		scan->stream_count = i + 1;
		if (!stream_next(find, stream, fault))
			return false;
	}
	return true;
}

static void
scan_close(struct scan *scan)
{
	for (size_t i = 0; i < scan->stream_count; i++)
		statement_reset(scan->streams[i].st);
}

/* The stream whose row comes first; NULL when all are at their end. */
static struct stream *
scan_first(const struct find *find, struct scan *scan)
{
	struct stream *first = NULL;

	for (size_t i = 0; i < scan->stream_count; i++) {
		struct stream *stream = &scan->streams[i];
		if (stream->live && (first == NULL || position_compare(&stream->position, &first->position,
							      find->query->descending) < 0))
			first = stream;
	}
	return first;
}

/* Goes on until the page is full, the streams are at their end, or `entries` were looked at in all. */
static bool
scan_run(struct find *find, struct scan *scan, size_t entries, struct fault *fault)
{
	for (;;) {
		struct stream *first = scan_first(find, scan);
		scan->at_end = first == NULL;
		if (first == NULL || scan->n == find->limit || scan->entries == entries)
			return true;
		if (filter_matches(find->filter, &first->record, find->query->now_ms)) {
			record_copy(&first->record, find->arena, &scan->rows[scan->n]);
			scan->numbers[scan->n++] = first->record.number;
		}
		scan->last = first->position;
		scan->entries++;
		if (!stream_next(find, first, fault))
			return false;
	}
}

static bool
scan_is_done(const struct find *find, const struct scan *scan)
{
	return scan->at_end || scan->n == find->limit;
}

static bool
scan_page(struct find *find, struct scan *scan, struct store_page *out, struct fault *fault)
{
	for (size_t i = 0; i < scan->n; i++)
		if (!load_der(find, scan->numbers[i], &scan->rows[i], fault))
			return false;
	*out = (struct store_page){ .rows = scan->rows, .n = scan->n };
	if (!scan->at_end)
		out->next = render(find, &scan->last);
	return true;
}

/* ---- Together ---- */

/* Every source that may leave few enough. */
static bool
gather_any(struct find *find, const struct source sources[2], size_t entries, bool *done, struct store_page *out,
	struct fault *fault)
{
	*done = false;
	for (size_t i = 0; i < 2 && !*done; i++) {
		if (source_rank(&sources[i]) == SOURCE_MANY || (i == 1 && sources[1].kind == sources[0].kind))
			continue;
		if (!gather(find, &sources[i], entries, done, out, fault))
			return false;
	}
	return true;
}

static bool
find_by_scan(struct find *find, struct scan *scan, const struct source sources[2], struct store_page *out,
	struct fault *fault)
{
	bool gathered = false;

	if (!scan_open(find, scan, fault) || !scan_run(find, scan, FIRST_BUDGET, fault))
		return false;
	if (!scan_is_done(find, scan) && !gather_any(find, sources, STORE_MAX_SCAN, &gathered, out, fault))
		return false;
	if (gathered)
		return true;
	return scan_run(find, scan, STORE_MAX_SCAN, fault) && scan_page(find, scan, out, fault);
}

static bool
find_page(struct find *find, struct store_page *out, struct fault *fault)
{
	struct session *session = find->asker.session;
	struct source sources[2];
	bool done = false;

	if (!source_choose(session, find->filter, false, find->arena, &sources[0], fault) ||
		!source_choose(session, find->filter, true, find->arena, &sources[1], fault))
		return false;
	if (source_rank(&sources[0]) == SOURCE_FEW && !gather(find, &sources[0], FIRST_BUDGET, &done, out, fault))
		return false;
	if (done)
		return true;
	if (order_has_index(find->query->sort)) {
		struct scan *scan = memory_take_zeroed(sizeof *scan);
		done = find_by_scan(find, scan, sources, out, fault);
		scan_close(scan);
		free(scan);
		return done;
	}
	if (!gather_any(find, sources, STORE_MAX_SCAN, &done, out, fault))
		return false;
	/* No index has this order, and none leaves few rows: all that the better source has. */
	return done || gather(find, &sources[0], SIZE_MAX, &done, out, fault);
}

/* A page is one look: all its statements see the same state. */
static bool
find_at_once(struct find *find, struct store_page *out, struct fault *fault)
{
	const struct engine *engine = find->asker.session->engine;
	struct connection *connection = find->asker.session->connection;

	if (!engine->begin(connection, false, fault))
		return false;
	if (!find_page(find, out, fault)) {
		engine->rollback(connection);
		return false;
	}
	return engine->commit(connection, fault);
}

bool
store_certificate_find(struct store *store, const struct owner *owner, const struct store_query *query,
	struct arena *arena, struct store_page *out, struct fault *fault)
{
	struct find find = { .asker = { .owner = owner, .now_ms = query->now_ms },
		.query = query,
		.limit = query->limit < PAGE_MAX ? query->limit : PAGE_MAX,
		.arena = arena };
	struct position after;

	if (!position_sortable(query->sort))
		return fault_set(fault, FAULT_INVALID_ARGS, "The store cannot sort by this.");
	if (query->limit == 0)
		return fault_set(fault, FAULT_INVALID_ARGS, "A page has at least one row.");
	if (!filter_prepare(query->filter, arena, &find.filter, fault))
		return false;
	if (query->after.p != NULL) {
		if (!position_parse(query->after, query->sort, query->descending, arena, &after, fault))
			return false;
		find.after = &after;
	}
	find.asker.session = store_session_take(store);
	struct store_page page = { 0 };
	bool done = find_at_once(&find, &page, fault);
	store_session_give(store, find.asker.session);
	if (done)
		*out = page;
	return done;
}
