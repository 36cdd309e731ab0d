/* door.h — the strict door: heads that two readers could understand differently do not come in.
 *
 * libmicrohttpd forgives white space before a header's colon, folded lines, bare LF, two Host or Content-Length
 * headers, and Transfer-Encoding beside Content-Length. A proxy in front may read such a head another way, and then a
 * request can be smuggled past it. Pure: looks at what was received, says what is wrong. */
#ifndef CHANCERY_WIRE_DOOR_H
#define CHANCERY_WIRE_DOOR_H

#include "sigv4/sigv4.h"

enum { DOOR_MAX_HEADERS = 100 }; /* the AWS CLI sends 12 */

struct door_head {
	const char *method, *path, *version; /* where the parser left them; the path ends before the query */
	struct str target;                   /* as received; absent if the request line had none */
	size_t bytes;                        /* from the method to the empty line, included */
	/* The parser cuts the head into strings where it stands, and trims nothing: true of the releases whose layout
	 * is known. Then every byte of the head can be accounted for. */
	bool in_place;
	const struct sigv4_header *headers;
	size_t header_count;
};

/* NULL: come in. Otherwise a sentence that says why not. */
const char *door_refusal(const struct door_head *head);

/* The target as a path and a query, which is what is signed: "http://host:port/path", as it is sent to a proxy, must be
 * understood too (RFC 9112, 3.2.2). Anything else is given back as it is. */
struct str door_origin_form(struct str target);

/* The body's announced length, for a head that came in: 0 without a body, DOOR_LENGTH_UNKNOWN when it is chunked. */
#define DOOR_LENGTH_UNKNOWN SIZE_MAX
size_t door_body_length(const struct door_head *head);

#endif
