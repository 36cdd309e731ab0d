/* moment.h — the time of a request: ISO 8601's basic format ("20150830T123600Z") and RFC 1123's of the Date header. */
#ifndef CHANCERY_SIGV4_MOMENT_H
#define CHANCERY_SIGV4_MOMENT_H

#include "base/attributes.h"
#include "base/str.h"

enum { MOMENT_CHARS = 16 };

/* Either format; seconds since the epoch. */
MUST_CHECK bool moment_parse(struct str text, int64_t *out_s);
void moment_render(int64_t s, char out[MOMENT_CHARS + 1]);

#endif
