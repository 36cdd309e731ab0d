/* call.h — what a handler is given, and the one write it may hand on.
 *
 * A handler is one plain function, synchronous, with no JSON and no HTTP in sight:
 *   bool acm_import_certificate(struct call *, const struct acm_import_certificate_request *in,
 *                               struct acm_import_certificate_response *out, struct fault *);
 * It decides everything, fills *out, and ends by naming at most one write with call_write(). When it returned true the
 * dispatcher hands that write to the store; *out is encoded only after the write is durable, so the closure may still
 * fill it, or refuse. An operation with two durable steps names what follows the first with call_next(): it runs on a
 * worker, and may name a write of its own. Everything lives in call->arena. */
#ifndef CHANCERY_SERVICE_CALL_H
#define CHANCERY_SERVICE_CALL_H

#include "base/clock.h"
#include "signer/signer.h"
#include "store/objects.h"
#include "store/store.h"
#include "x509/verifier.h"

/* Limits that AWS has and a house of one's own need not have: 0 is off. */
struct service_settings {
	struct import_rules rules;
	unsigned history_depth;         /* earlier versions kept of a re-imported certificate */
	int64_t quota_certificates;     /* AWS: 2,500 */
	int64_t quota_imports_per_year; /* AWS: 5,000 */
	uint8_t page_token_key[32];     /* authenticates NextToken */

	int64_t quota_authorities; /* AWS: 200; DELETED ones count until they are gone */
	int64_t quota_issued;      /* of one authority in its life; AWS: 1,000,000 */
	const char *public_url;    /* "http://pki.example.com", without a slash at its end; NULL: none */
	unsigned ocsp_sign_rate;   /* answers a second that may be signed for one question each */
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
typedef bool call_next_fn(struct call *call, void *context, struct fault *fault);
typedef void call_committed_fn(struct call *call, void *context);

struct status_cache; /* service/pca/status_cache.h */

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
	struct str warning; /* for the log's line on this call; absent: none */

	/* What the house has once. */
	struct objects *objects;
	struct status_cache *statuses;
	void (*hurry)(void *context); /* wakes those who do what is due (duty.h); NULL: nobody is there */
	void *hurry_context;

	call_write_fn *write; /* set by call_write() */
	void *write_context;
	call_committed_fn *committed; /* set by call_committed() */
	void *committed_context;
	call_next_fn *next; /* set by call_next() */
	void *next_context;
};

/* Names the one write of this call, or of this step of it. */
void call_write(struct call *call, call_write_fn *write, void *context);
/* What is to happen as soon as the named write is durable, before anybody is answered: on the writer's thread, so it
 * must be brief and cannot fail (a cache forgets, a duty is hurried). */
void call_committed(struct call *call, call_committed_fn *committed, void *context);
/* What follows when the named write is durable, on a worker. It starts with no write named. */
void call_next(struct call *call, call_next_fn *next, void *context);

/* The two halves of a step, for the dispatcher: the write as the store runs it (the context is the call); and, when it
 * is durable, what was to happen at once. Gives what follows, NULL: nothing; nothing is named any more then. */
MUST_CHECK bool call_write_run(struct store_transaction *transaction, void *context, struct fault *fault);
call_next_fn *call_step(struct call *call);

/* Does all that is named, and waits: for duties, tests and offline tools. The dispatcher does the same without waiting.
 */
MUST_CHECK bool call_finish(struct call *call, struct fault *fault);

#endif
