/* moment.h — points in time: numbers on the wire, ISO 8601 for people. */
#ifndef CHANCERY_CLI_MOMENT_H
#define CHANCERY_CLI_MOMENT_H

#include "base/arena.h"

/* Seconds since 1970 as a JSON number, to "2026-11-21T08:05:54.123000+00:00" in the local time zone, as the AWS CLI
 * prints it. False for what is no time between the years 1 and 9999. */
MUST_CHECK bool moment_print(struct str seconds, struct arena *arena, struct str *out);
/* Seconds, or ISO 8601: 2026-11-21, 2026-11-21T08:05[:54[.123]][Z|+01:00]; without a zone it is local time. Gives
 * the number for the wire. */
MUST_CHECK bool moment_read(struct str text, struct arena *arena, struct str *out);
/* The same as milliseconds since 1970. */
MUST_CHECK bool moment_read_ms(struct str text, struct arena *arena, int64_t *out);

#endif
