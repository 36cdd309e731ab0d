/* source.h — which index narrows a filter down: a source visits every row that may match, each once, in no order.
 *
 * What a source visits is still to be looked at: filter_matches() decides. */
#ifndef CHANCERY_STORE_SOURCE_H
#define CHANCERY_STORE_SOURCE_H

#include "store/filter.h"

enum source_kind {
	SOURCE_NOTHING,
	SOURCE_ID,
	SOURCE_SERIAL,
	SOURCE_NAME,      /* by a whole name */
	SOURCE_PART,      /* by a part of a name */
	SOURCE_WINDOW,    /* by status and end */
	SOURCE_ALGORITHM, /* by key algorithm */
	SOURCE_UNION,
	SOURCE_ALL, /* no index narrows it down */
};

/* How far an index narrows down, as a guess. */
enum source_rank { SOURCE_FEW, SOURCE_SOME, SOURCE_MANY };

/* Rows of a status whose end lies within [low, high]. */
struct window {
	uint32_t statuses;
	int64_t low, high;
};

struct source {
	enum source_kind kind;
	const struct store_filter *filter; /* that it serves */
	struct str pattern;                /* PART: for the engine's search */
	struct window window;
	uint32_t algorithms;
	const struct source *members; /* UNION: one for each child of the filter */
};

/* Who asks: one find. */
struct asker {
	struct session *session;
	const struct owner *owner;
	int64_t now_ms;
};

/* Returns false with a fault to end it all. */
struct visitor {
	bool (*visit)(struct visitor *visitor, const struct record *record, struct fault *fault);
};

/* What a source may look at. */
struct budget {
	size_t left;
	bool exceeded;
};

/* The best source for a prepared filter. `other`: rather by key algorithm than by status and end, if there is a choice.
 */
MUST_CHECK bool source_choose(struct session *session, const struct store_filter *filter, bool other,
	struct arena *arena, struct source *out, struct fault *fault);
enum source_rank source_rank(const struct source *source);
MUST_CHECK bool source_visit(const struct source *source, const struct asker *asker, struct visitor *visitor,
	struct budget *budget, struct fault *fault);

/* What every row that matches must lie in, by the filter's conditions that hold for all: the whole if it has none. */
struct window filter_window(const struct store_filter *filter);
uint32_t filter_algorithms(const struct store_filter *filter);

/* ---- Ranges: rows of one index in its order ---- */

enum range_index { RANGE_BY_ID, RANGE_BY_CREATED, RANGE_BY_ALGORITHM, RANGE_BY_STATE };

struct range {
	enum range_index index;
	int64_t value;     /* the algorithm or the state */
	int64_t low, high; /* of the sort value, ends included; unused by id */
};

/* A window in ranges. */
enum { WINDOW_RANGES_MAX = 6 };
size_t window_ranges(const struct window *window, int64_t now_ms, struct range out[WINDOW_RANGES_MAX]);

struct position;
/* A cursor over a range behind `after` (NULL: from its start), in a slot of its own. The caller stops at the other end:
 * rows beyond it follow. NULL with a fault. */
statement *range_open(const struct asker *asker, const struct range *range, bool descending,
	const struct position *after, unsigned slot, struct fault *fault);
/* Is the row still within? */
bool range_holds(const struct range *range, const struct record *record);

#endif
