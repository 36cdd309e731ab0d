#include <string.h>

#include "store/position.h"
#include "store/source.h"

#define ROWS "SELECT " RECORD_COLUMNS " FROM certificate c WHERE c.account = $1 AND c.region = $2 "

/* $3, $4: behind this sort value and id; $5: the algorithm or the state. */
static const struct {
	const char *up, *down;
} statements[] = {
	[RANGE_BY_ID] = {
		ROWS "AND c.id > $3 ORDER BY c.id",
		ROWS "AND c.id < $3 ORDER BY c.id DESC",
	},
	[RANGE_BY_CREATED] = {
		ROWS "AND (c.created_ms, c.id) > ($3, $4) ORDER BY c.created_ms, c.id",
		ROWS "AND (c.created_ms, c.id) < ($3, $4) ORDER BY c.created_ms DESC, c.id DESC",
	},
	[RANGE_BY_ALGORITHM] = {
		ROWS "AND c.key_algorithm = $5 AND (c.created_ms, c.id) > ($3, $4) ORDER BY c.created_ms, c.id",
		ROWS "AND c.key_algorithm = $5 AND (c.created_ms, c.id) < ($3, $4) "
		     "ORDER BY c.created_ms DESC, c.id DESC",
	},
	[RANGE_BY_STATE] = {
		ROWS "AND c.state = $5 AND (c.not_after_ms, c.id) > ($3, $4) ORDER BY c.not_after_ms, c.id",
		ROWS "AND c.state = $5 AND (c.not_after_ms, c.id) < ($3, $4) "
		     "ORDER BY c.not_after_ms DESC, c.id DESC",
	},
};

/* Before every id, and behind every id: no id has 17 bytes. */
static const uint8_t first_id[1],
	last_id[] = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 };

/* Where the range begins: at its end, or behind `after` if that lies within. */
static void
bind_start(statement *st, const struct range *range, bool descending, const struct position *after)
{
	int64_t number = descending ? range->high : range->low;
	struct bytes id = descending ? (struct bytes){ last_id, sizeof last_id } : (struct bytes){ first_id, 0 };
	bool by_id = range->index == RANGE_BY_ID;

	if (after != NULL && (by_id || (descending ? after->number <= number : after->number >= number))) {
		number = after->number;
		id = id_bytes(after->id);
	}
	if (by_id) {
		bind_blob(st, 3, id);
		return;
	}
	bind_int(st, 3, number);
	bind_blob(st, 4, id);
}

statement *
range_open(const struct asker *asker, const struct range *range, bool descending, const struct position *after,
	unsigned slot, struct fault *fault)
{
	const char *sql = descending ? statements[range->index].down : statements[range->index].up;
	statement *st = session_statement_slot(asker->session, sql, slot, fault);

	if (st == NULL)
		return NULL;
	bind_owner(st, asker->owner);
	bind_start(st, range, descending, after);
	if (range->index == RANGE_BY_ALGORITHM || range->index == RANGE_BY_STATE)
		bind_int(st, 5, range->value);
	return st;
}

bool
range_holds(const struct range *range, const struct record *record)
{
	int64_t value = range->index == RANGE_BY_STATE ? record->row.not_after_ms : record->row.created_ms;

	return range->index == RANGE_BY_ID || (value >= range->low && value <= range->high);
}

size_t
window_ranges(const struct window *window, int64_t now_ms, struct range out[WINDOW_RANGES_MAX])
{
	size_t n = 0;

	for (int state = CERTIFICATE_PENDING_VALIDATION; state <= CERTIFICATE_FAILED; state++) {
		struct range range = { RANGE_BY_STATE, state, window->low, window->high };
		bool wanted = (window->statuses >> state & 1) != 0;
		bool expired = (window->statuses & STORE_STATUS_EXPIRED_BIT) != 0;
		/* ISSUED ends where EXPIRED begins. */
		if (state == CERTIFICATE_ISSUED && wanted && !expired && range.low < now_ms)
			range.low = now_ms;
		if (state == CERTIFICATE_ISSUED && !wanted && expired && range.high >= now_ms)
			range.high = now_ms - 1;
		if ((wanted || (state == CERTIFICATE_ISSUED && expired)) && range.low <= range.high)
			out[n++] = range;
	}
	return n;
}
