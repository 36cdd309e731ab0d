/* canonical.h — one request, one spelling: the canonical request of Signature Version 4 and what is built on it. */
#ifndef CHANCERY_SIGV4_CANONICAL_H
#define CHANCERY_SIGV4_CANONICAL_H

#include "sigv4/digest.h"
#include "sigv4/sigv4.h"

#define SIGV4_ALGORITHM "AWS4-HMAC-SHA256"
#define SIGV4_TERMINATOR "aws4_request"

/* Without case, as header names are compared; `lower` is in lower case already. */
bool canonical_name_is(struct str name, struct str lower);
/* The first header of that name; absent if there is none. */
struct str canonical_header(const struct sigv4_request *request, struct str lower);
/* The parts of a target: before and after the first '?'; *query is empty without one. */
void canonical_split(struct str target, struct str *path, struct str *query);
/* Percent-decoded; what is no valid escape stays as it is. */
struct str canonical_decode(struct str text, struct arena *arena);

/* The canonical request over exactly the headers of `signed_headers` ("a;b;c"), which is written as it is. */
struct str canonical_request(
	const struct sigv4_request *request, struct str signed_headers, struct str payload_hash, struct arena *arena);

/* The signature (hexadecimal) under `key`. */
void canonical_sign(const struct sigv4_request *request, struct str signed_headers, struct str payload_hash,
	struct str timestamp, struct str scope, const uint8_t key[SIGV4_KEY_BYTES], struct arena *arena,
	char signature[DIGEST_HEX_CHARS]);

#endif
