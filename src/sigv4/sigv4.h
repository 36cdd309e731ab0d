/* sigv4.h — AWS Signature Version 4 (AWS4-HMAC-SHA256), pure: no clock, no store, no network.
 *
 * The server verifies and the client signs with the same canonical request, so there is one truth. */
#ifndef CHANCERY_SIGV4_SIGV4_H
#define CHANCERY_SIGV4_SIGV4_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/secret.h"

enum { SIGV4_KEY_BYTES = 32, SIGV4_DATE_BYTES = 8, SIGV4_SKEW_MS = 5 * 60 * 1000 };

struct sigv4_header {
	struct str name; /* as received; compared without case */
	struct str value;
};

/* One HTTP request as received. Headers in the order received, duplicates included. */
struct sigv4_request {
	struct str method;
	struct str target; /* raw request target, with the query */
	const struct sigv4_header *headers;
	size_t header_count;
	struct bytes body;
};

/* What an Authorization header claims, parsed and checked against the request and the time, not yet proved. */
struct sigv4_claim {
	struct str access_key_id;
	struct str date; /* YYYYMMDD, of the scope */
	struct str region;
	struct str service;
	struct str signed_headers; /* as sent */
	struct str signature;      /* 64 lower-case hexadecimal digits */
	struct str timestamp;      /* of the request, ISO 8601 basic */
	struct str security_token; /* absent, or as sent in X-Amz-Security-Token */
};

/* Rows 1 to 11 of the order of checks: header present, algorithm, parts, host signed, date, skew, scope. `service` is
 * the signing name the target belongs to. A region is [a-z]{2,}(-[a-z]+)+-[0-9]+. Every x-amz-* header that is present
 * must be signed, and x-amz-target must be present. Codes: FAULT_MISSING_AUTHENTICATION, FAULT_INCOMPLETE_SIGNATURE,
 * FAULT_INVALID_SIGNATURE. No message quotes a signature. */
MUST_CHECK bool sigv4_claim_read(const struct sigv4_request *request, struct str service, int64_t now_ms,
	struct arena *arena, struct sigv4_claim *out, struct fault *fault);

/* Row 13: compares, in constant time, the claim's signature with the one `key` gives, after checking that a sent
 * x-amz-content-sha256 is the body's. FAULT_INVALID_SIGNATURE. */
MUST_CHECK bool sigv4_claim_prove(const struct sigv4_request *request, const struct sigv4_claim *claim,
	const uint8_t key[SIGV4_KEY_BYTES], struct arena *arena, struct fault *fault);

/* kSigning: the chain of four HMACs over date, region, service and "aws4_request". */
void sigv4_key_derive(struct bytes access_key_secret, struct str date, struct str region, struct str service,
	uint8_t key[SIGV4_KEY_BYTES]);

/* The client's side. `request` already holds every header to be signed (host, x-amz-date, x-amz-target, …); all of
 * them are signed. Returns the value of the Authorization header. */
struct str sigv4_sign(const struct sigv4_request *request, struct str access_key_id, struct str region,
	struct str service, struct str timestamp, const uint8_t key[SIGV4_KEY_BYTES], struct arena *arena);

#endif
