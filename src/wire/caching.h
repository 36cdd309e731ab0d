/* caching.h — what HTTP's caches are told, and what they ask: dates, entity tags, conditions (RFC 9110, 5.6.7, 8.8 and
 * 13). Pure. */
#ifndef CHANCERY_WIRE_CACHING_H
#define CHANCERY_WIRE_CACHING_H

#include "base/str.h"

enum { CACHING_DATE_BYTES = 40, CACHING_TAG_BYTES = 64 };

/* "Sun, 06 Nov 1994 08:49:37 GMT"; the rest of a second is cut. */
void caching_render_date(int64_t ms, char out[CACHING_DATE_BYTES]);
/* That form, and the two obsolete ones that are still to be understood. */
bool caching_read_date(struct str text, int64_t *ms);

/* Does the client have this already? `none_match` and `modified_since` are the headers' values, or absent; `tag` is
 * quoted. The first, if it is there, decides alone; a date that cannot be read is not there. */
bool caching_is_fresh(struct str none_match, struct str modified_since, const char *tag, int64_t modified_ms);

#endif
