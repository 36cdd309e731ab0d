/* filter.h — does a row match? The one truth: indexes only narrow down what is looked at. */
#ifndef CHANCERY_STORE_FILTER_H
#define CHANCERY_STORE_FILTER_H

#include "store/record.h"

/* A copy with texts in lower case and ids parsed, so that nothing is prepared twice a row. FAULT_INVALID_ARGS for an
 * operator its field does not have, or a tree that is too deep. */
MUST_CHECK bool filter_prepare(
	const struct store_filter *filter, struct arena *arena, const struct store_filter **out, struct fault *fault);

/* A NULL filter matches all. */
bool filter_matches(const struct store_filter *filter, const struct record *record, int64_t now_ms);

/* ISSUED and past its end: a state by the clock. */
static inline bool
record_is_expired(const struct record *record, int64_t now_ms)
{
	return record->row.state == CERTIFICATE_ISSUED && record->row.not_after_ms < now_ms;
}

/* Of text as a certificate has it, with what is in lower case already. */
bool text_equals_lower(struct str text, struct str lower);
bool text_contains_lower(struct str text, struct str lower);

#endif
