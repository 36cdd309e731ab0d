/* ocsp.h — the Online Certificate Status Protocol (RFC 6960, RFC 9654 for nonces): requests read, answers written.
 * Pure: who is asked about, and what is known of him, is the caller's. */
#ifndef CHANCERY_X509_OCSP_H
#define CHANCERY_X509_OCSP_H

#include "base/fault.h"
#include "x509/build.h"
#include "x509/crl.h"
#include "x509/signing.h"

enum {
	OCSP_MAX_REQUESTS = 64, /* certificates in one request; clients ask for one, servers for a chain */
	OCSP_MAX_REQUEST_BYTES = 16 * 1024,
	OCSP_MAX_NONCE_BYTES = 128, /* RFC 9654, 2.1: 1 to 128 octets */
};

enum ocsp_hash { OCSP_HASH_SHA1 = 1, OCSP_HASH_SHA256 = 2 };

/* RFC 6960, 4.2.1: what an answer without a body says. */
enum ocsp_status {
	OCSP_SUCCESSFUL = 0,
	OCSP_MALFORMED_REQUEST = 1,
	OCSP_INTERNAL_ERROR = 2,
	OCSP_TRY_LATER = 3,
	OCSP_SIG_REQUIRED = 5,
	OCSP_UNAUTHORIZED = 6,
};

struct ocsp_certificate_id {
	struct bytes der; /* CertID, as sent: an answer repeats it */
	int hash;         /* enum ocsp_hash; 0: another algorithm */
	struct bytes name_hash, key_hash;
	struct bytes serial;  /* magnitude; one zero byte for 0 */
	bool serial_negative; /* no certificate of this house; `serial` is two's complement then, as sent */
};

struct ocsp_request {
	const struct ocsp_certificate_id *ids;
	size_t count;       /* at least 1 */
	struct bytes nonce; /* the content of the extension's inner OCTET STRING; absent: none */
};

/* Reads an OCSPRequest; what comes out points into it and into the arena. Ignored, but well-formed: who asks, a
 * signature, extensions that are not critical. Defaults may be written out. Refused besides what is no DER: other
 * versions than 1, limits above, an unknown critical extension, two nonces, a hash that has not its algorithm's length,
 * or has parameters. False: malformedRequest is the answer, *why for the log. */
MUST_CHECK bool ocsp_request_read(struct bytes der, struct arena *arena, struct ocsp_request *out, const char **why);

enum ocsp_certificate_status { OCSP_GOOD, OCSP_REVOKED, OCSP_UNKNOWN };

struct ocsp_single {
	struct bytes certificate_id; /* CertID, DER */
	enum ocsp_certificate_status status;
	int64_t revoked_ms;                     /* of OCSP_REVOKED */
	enum crl_reason reason;                 /* likewise; unspecified is left out */
	int64_t this_update_ms, next_update_ms; /* all times: whole seconds, the rest is cut */
};

/* ResponseData, version 1, to be signed: responderID by key hash (SHA-1, 20 octets), answers in this order, the nonce
 * as its only extension; absent: none. */
struct bytes ocsp_response_data(struct bytes responder_key_hash, int64_t produced_ms, const struct ocsp_single *singles,
	size_t count, struct bytes nonce, struct arena *arena);
/* OCSPResponse around a BasicOCSPResponse; `certificate` is the delegated responder's; absent: the issuer signed. */
struct bytes ocsp_response_assemble(struct bytes response_data, enum signing_algorithm algorithm,
	struct bytes signature, struct bytes certificate, struct arena *arena);
/* An answer of five octets that only tells what is wrong. */
struct bytes ocsp_response_error(enum ocsp_status status, struct arena *arena);
/* The responder's key hash (in `data`) in a ResponseData that ocsp_response_data() could have made, octet for octet, of
 * 1 to OCSP_MAX_REQUESTS answers with CertIDs that ocsp_request_read() takes: for the signer. */
MUST_CHECK bool ocsp_response_data_read(struct bytes data, struct bytes *responder_key_hash, const char **why);

#endif
