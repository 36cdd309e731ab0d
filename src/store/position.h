/* position.h — where a row stands in an order: its sort value, then its id. A page ends at one, and the next page
 * begins behind it, whatever came or went meanwhile. */
#ifndef CHANCERY_STORE_POSITION_H
#define CHANCERY_STORE_POSITION_H

#include "store/record.h"

/* Names are sorted by as much of them: NextToken is limited, and longer names differ in their id. */
enum { POSITION_TEXT_MAX = 256 };

struct position {
	int64_t number;
	struct str text; /* in lower case; of a sort by name only */
	uint8_t id[ID_BYTES];
};

/* True for a field that rows can be sorted by. */
bool position_sortable(enum store_field sort);
/* Of a row; *out borrows `room` for its text. */
void position_of(const struct record *record, enum store_field sort, int64_t now_ms, char room[POSITION_TEXT_MAX],
	struct position *out);
/* Less than, equal to, or greater than 0: `a` comes before, is, or comes after `b`. */
int position_compare(const struct position *a, const struct position *b, bool descending);

/* As text, bound to the order it belongs to; and back: FAULT_INVALID_ARGS when it is not of this order. */
struct str position_render(
	const struct position *position, enum store_field sort, bool descending, struct arena *arena);
MUST_CHECK bool position_parse(struct str text, enum store_field sort, bool descending, struct arena *arena,
	struct position *out, struct fault *fault);

#endif
