/* call.h — what a handler is given, and the one write it may hand on.
 *
 * A handler is one plain function, synchronous, with no JSON and no HTTP in sight:
 *   bool acm_import_certificate(struct call *, const struct acm_import_certificate_request *in,
 *                               struct acm_import_certificate_response *out, struct fault *);
 * It decides everything, fills *out, and ends by naming at most one write with call_write(). When it returned true the
 * dispatcher hands that write to the store; *out is encoded only after the write is durable, so the closure may still
 * fill it, or refuse. Everything lives in call->arena. */
#ifndef CHANCERY_SERVICE_CALL_H
#define CHANCERY_SERVICE_CALL_H

#include "base/clock.h"
#include "signer/signer.h"
#include "store/store.h"
#include "x509/verifier.h"

/* Limits that AWS has and a house of one's own need not have: 0 is off. */
struct service_settings {
	struct import_rules rules;
	unsigned history_depth;         /* earlier versions kept of a re-imported certificate */
	int64_t quota_certificates;     /* AWS: 2,500 */
	int64_t quota_imports_per_year; /* AWS: 5,000 */
	uint8_t page_token_key[32];     /* authenticates NextToken */
};

/* Who asks, as authenticated. */
struct principal {
	struct str access_key_id;
	struct str account;
	struct str user;
	struct str policy; /* "full" or "read-only" */
};

struct call;
typedef bool call_write_fn(
	struct call *call, struct store_transaction *transaction, void *context, struct fault *fault);

struct call {
	struct arena *arena;
	int64_t now_ms; /* one reading for the whole call */
	const struct clock *clock;
	const struct entropy *entropy;
	const struct service_settings *settings;
	struct store *store;
	struct signer *signer;     /* the worker's own channel */
	struct verifier *verifier; /* the worker's own */
	struct principal principal;
	struct owner owner;
	const char *partition; /* "aws", "aws-cn", … of the region */
	char request_id[UUID_TEXT_BYTES];

	call_write_fn *write; /* set by call_write() */
	void *write_context;
};

/* Names the one write of this call. */
void call_write(struct call *call, call_write_fn *write, void *context);

#endif
