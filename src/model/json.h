/* json.h — reads JSON (RFC 8259) in place, one value after the other.
 *
 * Strict: nothing that the RFC does not allow passes, and no lone surrogate. Keeps nothing and copies nothing, so that
 * the only copies of a key are the caller's; what is skipped costs no memory, however it is nested. The text must be
 * valid UTF-8: json_open() sees to it. */
#ifndef CHANCERY_MODEL_JSON_H
#define CHANCERY_MODEL_JSON_H

#include "base/attributes.h"
#include "base/str.h"

/* How deep a value that nobody asked for may nest: a bit for each level in one word. */
enum { JSON_SKIP_DEPTH = 64 };

enum json_kind { JSON_INVALID, JSON_NULL, JSON_TRUE, JSON_FALSE, JSON_NUMBER, JSON_STRING, JSON_LIST, JSON_OBJECT };

struct json {
	const char *p;
	const char *end;
};

/* A string between its quotes: well-formed, escapes not yet resolved. */
struct json_text {
	struct str raw;
	bool escaped; /* false: `raw` is the text */
};

MUST_CHECK bool json_open(struct json *json, struct str text);
/* Nothing but white space is left. */
MUST_CHECK bool json_at_end(struct json *json);

/* What comes next, by its first character; the reader stays before it. */
enum json_kind json_peek(struct json *json);

/* Each reads one value of the kind that json_peek() told. */
MUST_CHECK bool json_literal(struct json *json); /* null, true, false */
MUST_CHECK bool json_number(struct json *json, struct str *out);
MUST_CHECK bool json_string(struct json *json, struct json_text *out);
MUST_CHECK bool json_skip(struct json *json); /* any value */

/* Walks a list or an object: zero-initialise `more`, call until it is false; each time it is true, read one value.
 *	bool more = false;
 *	while (json_list_next(json, &more) && more) … */
MUST_CHECK bool json_list_next(struct json *json, bool *more);
MUST_CHECK bool json_object_next(struct json *json, bool *more, struct json_text *key);

/* Resolves the escapes into `out`, which has room for raw.n characters; returns how many it wrote. */
size_t json_unescape(struct json_text text, char *out);

/* A number as an integer: times ten to the power of `shift`, its fraction cut off, held to the range of int64_t. */
int64_t json_integer(struct str number, int shift);

#endif
