/* document.h — the object area over HTTP: revocation lists for everybody; audit reports, and the copies under the names
 * of buckets, on the listener of the API alone.
 *
 * A path is a key byte for byte. Nothing is decoded in it, so that no spelling leads elsewhere; a '?' belongs to it if
 * there is such a key, and begins a query, which is ignored, if not. */
#ifndef CHANCERY_WIRE_DOCUMENT_H
#define CHANCERY_WIRE_DOCUMENT_H

#include "wire/exchange.h"

/* So long a cache may keep a list: a revocation must be seen within a minute, whatever stands in between. */
enum { DOCUMENT_MAX_AGE_S = 60 };
/* A list of a million entries has some 35 MB: whoever reads at least so fast is given the time it takes. */
enum { DOCUMENT_SLOWEST_BYTES_S = 64 * 1024 };

/* Could there be a document? `narrow`: lists only. */
bool document_is_here(struct str target, bool narrow);
/* For GET and HEAD. */
enum MHD_Result document_answer(struct exchange *exchange, struct str target);

#endif
