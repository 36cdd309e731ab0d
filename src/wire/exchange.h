/* exchange.h — one request and its answer: what is known of it while it is on its way through the house.
 *
 * Made when a request line has arrived, freed when libmicrohttpd is through with the request. Between suspension and
 * resumption it belongs to the worker, then to the store's writer; at any other time to the HTTP thread. Whoever
 * resumes the connection must not touch the exchange again. */
#ifndef CHANCERY_WIRE_EXCHANGE_H
#define CHANCERY_WIRE_EXCHANGE_H

#include <microhttpd.h>

#include "service/pca/responder.h"
#include "wire/body.h"
#include "wire/connection.h"
#include "wire/dispatch.h"
#include "wire/door.h"
#include "wire/server.h"

struct exchange;
struct listener;

/* OCSP (RFC 6960, appendix A.1). */
struct ocsp_question {
	struct str authority; /* the UUID that the path names; absent: none */
	struct str encoded;   /* of GET: the request, as the path has it; absent: it is the body */
	struct bytes request; /* DER, once it is decoded */
	struct responder_answer answer;
};

/* What a worker can be given: a call of the API, a question about a certificate's status. */
struct work {
	/* On the HTTP thread, when the request is whole: answers at once, or hands over to a worker. */
	enum MHD_Result (*begin)(struct exchange *exchange);
	/* On a worker: as a handler, it may name a write, and what follows it. */
	bool (*run)(struct exchange *exchange, struct fault *fault);
	/* From any thread: answers, resumes; the exchange is gone when this returns. NULL: it succeeded. */
	void (*finish)(struct exchange *exchange, const struct fault *fault);
};

struct exchange {
	struct exchange *next; /* in a queue, or in the pool */
	struct arena arena;    /* keeps its room from one use to the next */
	struct server *server;
	struct listener *listener;
	struct connection *connection;
	struct MHD_Connection *mhd;
	int64_t started_us;

	/* The request, as received; the strings stand in libmicrohttpd's buffer. */
	bool head_read;    /* the door was passed */
	bool head_checked; /* what the head alone decides was decided */
	bool answered;
	char *target;
	struct sigv4_request request;
	size_t body_expected; /* as door_body_length() has it */
	size_t body_limit;
	struct body body;
	bool body_ended;
	size_t skipped; /* of a body that was refused on its way */

	/* What it becomes: a page that is served beside the API, or a call of it. */
	struct str page; /* for the log; absent: none */
	struct ocsp_question question;
	const struct work *work;
	struct target route;
	struct sigv4_claim claim;
	struct call call;
	void *out;
	struct queue *lane;
	call_next_fn *step; /* what follows the write that is durable; NULL: nothing has begun */
	struct store_write write;
	bool writes_soon;    /* its writes are worth waiting for */
	bool write_expected; /* the store was told of one, and it has not come yet */
	struct fault fault;  /* code FAULT_NONE until something was refused */

	/* Last, and not cleared between uses: header_count says how many count. */
	struct sigv4_header headers[DOOR_MAX_HEADERS];
};

/* Exchanges that were used and wiped, with the room they had: making one anew costs more than the HTTP around it. One
 * HTTP thread's alone. */
enum { EXCHANGE_SPARE_MAX = 64 }; /* 42 KB each */
struct exchange_pool {
	struct exchange *spare;
	unsigned count;
};
void exchange_pool_done(struct exchange_pool *pool);

struct exchange *exchange_new(
	struct listener *listener, struct connection *connection, struct MHD_Connection *mhd, const char *target);
/* Wipes all that was received and decoded. */
void exchange_free(struct exchange *exchange);

/* The first header of this name, trimmed; absent: there is none. */
struct str exchange_header(const struct exchange *exchange, const char *name);
/* Fills the call with what the house gives to each, and reads the clock; a worker adds what is its own. */
void exchange_prepare(struct exchange *exchange);
/* Suspends, and gives it to a worker of `lane`. `writes_soon`: the store may let other writes wait for its own. A full
 * lane is FAULT_THROTTLED. */
void exchange_hand_over(struct exchange *exchange, struct queue *lane, bool writes_soon);
/* Both for whoever has the exchange: its next write is on its way; or will not come after all. */
void exchange_expect_write(struct exchange *exchange);
void exchange_unexpect_write(struct exchange *exchange);

#endif
