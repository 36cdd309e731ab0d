/* age.h — how far a moment is from now, as people say it; and spans of time as they write them. */
#ifndef CHANCERY_CLI_AGE_H
#define CHANCERY_CLI_AGE_H

#include "base/arena.h"
#include "base/attributes.h"

/* "in 41 days", "3 days ago", "in 9 years", "now" within a minute. Whole units, none of them begun only: what ends in
 * 41 days lasts 41 days at least. Units change where two of the next are full, so that "in 1 day" never hides 47 hours.
 */
struct str age_render(int64_t then_ms, int64_t now_ms, struct arena *arena);
/* "30d": a number of hours (h), days (d), weeks (w) or years (y, of 365 days). Not m, which could be two things. */
MUST_CHECK bool age_read_span(struct str text, int64_t *ms);

#endif
