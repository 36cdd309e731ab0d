#include "store/source.h"

#include <limits.h>

#include "store/position.h"

#define ROWS "SELECT " RECORD_COLUMNS " FROM certificate c WHERE c.account = $1 AND c.region = $2 "

static const char by_id_sql[] = ROWS "AND c.id = $3";
static const char by_serial_sql[] = ROWS "AND c.serial_key = $3";
/* CROSS JOIN: SQLite keeps to the order as written. By the key alone: who has another name with the same key does not
 * match, and the name's row need not be read. */
static const char by_name_key_sql[] =
	"SELECT " RECORD_COLUMNS " FROM name n CROSS JOIN certificate_name l CROSS JOIN certificate c "
	"WHERE n.name_key = $3 AND l.name = n.number AND c.number = l.certificate AND c.account = $1 AND c.region = $2";
static const char by_name_sql[] = "SELECT " RECORD_COLUMNS " FROM certificate_name l CROSS JOIN certificate c "
				  "WHERE l.name = $3 AND c.number = l.certificate AND c.account = $1 AND c.region = $2";
static const char fresh_names_sql[] = "SELECT number, account, region, text FROM name "
				      "WHERE number > (SELECT entered FROM name_index)";

enum {
	/* Slots below are the ordered scan's, which may stand open meanwhile. */
	SOURCE_SLOT = 32,
	ALL_STATUSES = 0x7e | STORE_STATUS_EXPIRED_BIT,
};

/* ---- Choosing ---- */

static const struct window everything = { ALL_STATUSES, INT64_MIN, INT64_MAX };

static void
narrow(const struct store_filter *leaf, struct window *window)
{
	if (leaf->kind != STORE_FILTER_LEAF)
		return;
	if (leaf->field == STORE_STATUS)
		window->statuses &= leaf->bits;
	if (leaf->field != STORE_NOT_AFTER)
		return;
	if (leaf->low > window->low)
		window->low = leaf->low;
	if (leaf->high < window->high)
		window->high = leaf->high;
}

struct window
filter_window(const struct store_filter *filter)
{
	struct window window = everything;

	if (filter == NULL)
		return window;
	narrow(filter, &window);
	if (filter->kind == STORE_FILTER_AND)
		for (size_t i = 0; i < filter->child_count; i++)
			narrow(filter->children[i], &window);
	return window;
}

static uint32_t
leaf_algorithms(const struct store_filter *leaf)
{
	return leaf->kind == STORE_FILTER_LEAF && leaf->field == STORE_KEY_ALGORITHM ? leaf->bits : UINT32_MAX;
}

uint32_t
filter_algorithms(const struct store_filter *filter)
{
	if (filter == NULL)
		return UINT32_MAX;
	uint32_t bits = leaf_algorithms(filter);
	if (filter->kind == STORE_FILTER_AND)
		for (size_t i = 0; i < filter->child_count; i++)
			bits &= leaf_algorithms(filter->children[i]);
	return bits;
}

enum source_rank
source_rank(const struct source *source)
{
	switch (source->kind) {
	case SOURCE_ALL:
		return SOURCE_MANY;
	case SOURCE_WINDOW:
	case SOURCE_ALGORITHM:
		return SOURCE_SOME;
	case SOURCE_UNION: {
		enum source_rank worst = SOURCE_FEW;
		for (size_t i = 0; i < source->filter->child_count; i++)
			if (source_rank(&source->members[i]) > worst)
				worst = source_rank(&source->members[i]);
		return worst;
	}
	default:
		return SOURCE_FEW;
	}
}

/* By kind within a rank: the list in source_kind is in order of promise. */
static bool
is_better(const struct source *a, const struct source *b)
{
	enum source_rank rank_a = source_rank(a), rank_b = source_rank(b);

	return rank_a != rank_b ? rank_a < rank_b : a->kind < b->kind;
}

/* Status, end and algorithm of a leaf or of an AND, which narrow down together. */
static struct source
choose_range(const struct store_filter *filter, bool other)
{
	struct window window = filter_window(filter);
	uint32_t algorithms = filter_algorithms(filter);
	bool has_window = window.statuses != everything.statuses || window.low != everything.low ||
			  window.high != everything.high;
	bool has_algorithms = algorithms != UINT32_MAX;

	if (has_algorithms && (other || !has_window))
		return (struct source){ .kind = SOURCE_ALGORITHM, .filter = filter, .algorithms = algorithms };
	if (has_window)
		return (struct source){ .kind = SOURCE_WINDOW, .filter = filter, .window = window };
	return (struct source){ .kind = SOURCE_ALL, .filter = filter };
}

static bool
choose_by_name(struct session *session, const struct store_filter *leaf, struct arena *arena, struct source *out,
	struct fault *fault)
{
	if (leaf->operator== STORE_EQUALS) {
		out->kind = SOURCE_NAME;
		return true;
	}
	if (!session->engine->names_pattern(session->connection, leaf->text, arena, &out->pattern, fault))
		return false;
	if (out->pattern.p != NULL)
		out->kind = SOURCE_PART;
	return true;
}

static bool
choose_leaf(struct session *session, const struct store_filter *leaf, bool other, struct arena *arena,
	struct source *out, struct fault *fault)
{
	switch (leaf->field) {
	case STORE_ID:
		out->kind = leaf->text.n == ID_BYTES ? SOURCE_ID : SOURCE_NOTHING;
		return true;
	case STORE_SERIAL:
		out->kind = SOURCE_SERIAL;
		return true;
	case STORE_COMMON_NAME:
	case STORE_DNS_NAME:
		return choose_by_name(session, leaf, arena, out, fault);
	default:
		*out = choose_range(leaf, other);
		return true;
	}
}

/* Only if each child is narrowed down. */
static bool
choose_union(struct session *session, const struct store_filter *filter, bool other, struct arena *arena,
	struct source *out, struct fault *fault)
{
	struct source *members = ARENA_ARRAY(arena, struct source, filter->child_count);

	for (size_t i = 0; i < filter->child_count; i++) {
		if (!source_choose(session, filter->children[i], other, arena, &members[i], fault))
			return false;
		if (members[i].kind == SOURCE_ALL)
			return true;
	}
	out->kind = SOURCE_UNION;
	out->members = members;
	return true;
}

static bool
choose_best(struct session *session, const struct store_filter *filter, bool other, struct arena *arena,
	struct source *out, struct fault *fault)
{
	*out = choose_range(filter, other);
	for (size_t i = 0; i < filter->child_count; i++) {
		struct source child;
		if (!source_choose(session, filter->children[i], other, arena, &child, fault))
			return false;
		if (is_better(&child, out))
			*out = child;
	}
	return true;
}

bool
source_choose(struct session *session, const struct store_filter *filter, bool other, struct arena *arena,
	struct source *out, struct fault *fault)
{
	*out = (struct source){ .kind = SOURCE_ALL, .filter = filter };
	if (filter == NULL || filter->kind == STORE_FILTER_NOT)
		return true;
	if (filter->kind == STORE_FILTER_LEAF)
		return choose_leaf(session, filter, other, arena, out, fault);
	if (filter->kind == STORE_FILTER_OR)
		return choose_union(session, filter, other, arena, out, fault);
	return choose_best(session, filter, other, arena, out, fault);
}

/* ---- Visiting ---- */

static bool
spend(struct budget *budget)
{
	if (budget->left == 0)
		budget->exceeded = true;
	else
		budget->left--;
	return !budget->exceeded;
}

/* Visits what a statement gives, while it is within `range` (NULL: all). */
static bool
visit_rows(
	statement *st, const struct range *range, struct visitor *visitor, struct budget *budget, struct fault *fault)
{
	struct record record;
	bool row;

	for (;;) {
		if (!statement_step(st, &row, fault))
			return false;
		if (!row)
			return true;
		record_read(st, &record);
		if ((range != NULL && !range_holds(range, &record)) || !spend(budget))
			return true;
		if (!visitor->visit(visitor, &record, fault))
			return false;
	}
}

static bool
visit_id(const struct source *source, const struct asker *asker, struct visitor *visitor, struct budget *budget,
	struct fault *fault)
{
	AUTO(statement) st = session_statement(asker->session, by_id_sql, fault);

	if (st == NULL)
		return false;
	bind_owner(st, asker->owner);
	bind_blob(st, 3, bytes_of_str(source->filter->text));
	return visit_rows(st, NULL, visitor, budget, fault);
}

/* Whom `sql` finds by a key of 64 bits, or by a name's number. */
static bool
visit_keyed(const char *sql, int64_t key, const struct asker *asker, struct visitor *visitor, struct budget *budget,
	struct fault *fault)
{
	AUTO(statement) st = session_statement(asker->session, sql, fault);

	if (st == NULL)
		return false;
	bind_owner(st, asker->owner);
	bind_int(st, 3, key);
	return visit_rows(st, NULL, visitor, budget, fault);
}

/* Passes a row on only by the first of its names that holds the part: it comes once for each. */
struct part_visitor {
	struct visitor base;
	struct visitor *outer;
	struct str part, name;
};

static bool
visit_by_part(struct visitor *base, const struct record *record, struct fault *fault)
{
	struct part_visitor *self = (struct part_visitor *)base;
	struct str common_name = record->row.common_name, name;

	if (text_contains_lower(common_name, self->part))
		return !text_equals_lower(common_name, self->name) || self->outer->visit(self->outer, record, fault);
	for (size_t at = 0; record_name(record->names, &at, &name);)
		if (text_contains_lower(name, self->part))
			return !str_equal(name, self->name) || self->outer->visit(self->outer, record, fault);
	return true;
}

/* The names a statement gives as number, account, region, text. */
static bool
visit_names(statement *st, struct str part, const struct asker *asker, struct visitor *visitor, struct budget *budget,
	struct fault *fault)
{
	struct part_visitor by_part = { .base = { visit_by_part }, .outer = visitor, .part = part };
	bool row;

	while (!budget->exceeded) {
		if (!statement_step(st, &row, fault))
			return false;
		if (!row || !spend(budget))
			return true;
		by_part.name = column_text(st, 3);
		if (text_contains_lower(by_part.name, part) && str_equal(column_text(st, 1), asker->owner->account) &&
			str_equal(column_text(st, 2), asker->owner->region) &&
			!visit_keyed(by_name_sql, column_int(st, 0), asker, &by_part.base, budget, fault))
			return false;
	}
	return true;
}

static bool
visit_part(const struct source *source, const struct asker *asker, struct visitor *visitor, struct budget *budget,
	struct fault *fault)
{
	AUTO(statement) fresh = session_statement(asker->session, fresh_names_sql, fault);
	if (fresh == NULL || !visit_names(fresh, source->filter->text, asker, visitor, budget, fault))
		return false;
	AUTO(statement) entered = session_statement(asker->session, asker->session->engine->names_search, fault);
	if (entered == NULL)
		return false;
	bind_text(entered, 1, source->pattern);
	return visit_names(entered, source->filter->text, asker, visitor, budget, fault);
}

static bool
visit_range(const struct range *range, const struct asker *asker, struct visitor *visitor, struct budget *budget,
	struct fault *fault)
{
	AUTO(statement) st = range_open(asker, range, false, NULL, SOURCE_SLOT, fault);

	return st != NULL && visit_rows(st, range, visitor, budget, fault);
}

static bool
visit_window(const struct source *source, const struct asker *asker, struct visitor *visitor, struct budget *budget,
	struct fault *fault)
{
	struct range ranges[WINDOW_RANGES_MAX];
	size_t n = window_ranges(&source->window, asker->now_ms, ranges);

	for (size_t i = 0; i < n && !budget->exceeded; i++)
		if (!visit_range(&ranges[i], asker, visitor, budget, fault))
			return false;
	return true;
}

static bool
visit_algorithms(const struct source *source, const struct asker *asker, struct visitor *visitor, struct budget *budget,
	struct fault *fault)
{
	for (int algorithm = 0; algorithm < 32 && !budget->exceeded; algorithm++) {
		const struct range range = { RANGE_BY_ALGORITHM, algorithm, INT64_MIN, INT64_MAX };
		if ((source->algorithms >> algorithm & 1) != 0 && !visit_range(&range, asker, visitor, budget, fault))
			return false;
	}
	return true;
}

/* Passes a row on only by the first child of the OR that it matches. */
struct union_visitor {
	struct visitor base;
	struct visitor *outer;
	const struct store_filter *filter;
	size_t child;
	int64_t now_ms;
};

static bool
visit_by_child(struct visitor *base, const struct record *record, struct fault *fault)
{
	struct union_visitor *self = (struct union_visitor *)base;

	for (size_t i = 0; i < self->child; i++)
		if (filter_matches(self->filter->children[i], record, self->now_ms))
			return true;
	if (!filter_matches(self->filter->children[self->child], record, self->now_ms))
		return true;
	return self->outer->visit(self->outer, record, fault);
}

static bool
visit_union(const struct source *source, const struct asker *asker, struct visitor *visitor, struct budget *budget,
	struct fault *fault)
{
	struct union_visitor by_child = {
		.base = { visit_by_child }, .outer = visitor, .filter = source->filter, .now_ms = asker->now_ms
	};

	for (; by_child.child < source->filter->child_count && !budget->exceeded; by_child.child++)
		if (!source_visit(&source->members[by_child.child], asker, &by_child.base, budget, fault))
			return false;
	return true;
}

static bool
visit_all(const struct asker *asker, struct visitor *visitor, struct budget *budget, struct fault *fault)
{
	const struct range range = { .index = RANGE_BY_ID };

	return visit_range(&range, asker, visitor, budget, fault);
}

bool
source_visit(const struct source *source, const struct asker *asker, struct visitor *visitor, struct budget *budget,
	struct fault *fault)
{
	switch (source->kind) {
	case SOURCE_NOTHING:
		return true;
	case SOURCE_ID:
		return visit_id(source, asker, visitor, budget, fault);
	case SOURCE_SERIAL:
		return visit_keyed(
			by_serial_sql, text_key(asker->owner, source->filter->text), asker, visitor, budget, fault);
	case SOURCE_NAME:
		return visit_keyed(
			by_name_key_sql, text_key(asker->owner, source->filter->text), asker, visitor, budget, fault);
	case SOURCE_PART:
		return visit_part(source, asker, visitor, budget, fault);
	case SOURCE_WINDOW:
		return visit_window(source, asker, visitor, budget, fault);
	case SOURCE_ALGORITHM:
		return visit_algorithms(source, asker, visitor, budget, fault);
	case SOURCE_UNION:
		return visit_union(source, asker, visitor, budget, fault);
	case SOURCE_ALL:
		return visit_all(asker, visitor, budget, fault);
	}
	return fault_set(fault, FAULT_INTERNAL, "The store knows no such source.");
}
