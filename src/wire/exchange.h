/* exchange.h — one request and its answer: what is known of it while it is on its way through the house.
 *
 * Made when a request line has arrived, freed when libmicrohttpd is through with the request. Between suspension and
 * resumption it belongs to the worker, then to the store's writer; at any other time to the HTTP thread. Whoever
 * resumes the connection must not touch the exchange again. */
#ifndef CHANCERY_WIRE_EXCHANGE_H
#define CHANCERY_WIRE_EXCHANGE_H

#include <microhttpd.h>

#include "wire/body.h"
#include "wire/connection.h"
#include "wire/dispatch.h"
#include "wire/door.h"
#include "wire/server.h"

struct exchange {
	struct exchange *next; /* in a queue, or in the pool */
	struct arena arena;    /* keeps its room from one use to the next */
	struct server *server;
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
	struct body body;
	size_t skipped; /* of a body that was refused on its way */

	/* The call it becomes. */
	struct target route;
	struct sigv4_claim claim;
	struct call call;
	void *out;
	struct store_write write;
	bool write_expected; /* the store was told of it */
	struct fault fault;  /* code FAULT_NONE until something was refused */

	/* Last, and not cleared between uses: header_count says how many count. */
	struct sigv4_header headers[DOOR_MAX_HEADERS];
};

/* Exchanges that were used and wiped, with the room they had: making one anew costs more than the HTTP around it. The
 * HTTP thread's alone. */
enum { EXCHANGE_SPARE_MAX = 64 }; /* 42 KB each */
struct exchange_pool {
	struct exchange *spare;
	unsigned count;
};
void exchange_pool_done(struct exchange_pool *pool);

struct exchange *exchange_new(
	struct server *server, struct connection *connection, struct MHD_Connection *mhd, const char *target);
/* Wipes all that was received and decoded. */
void exchange_free(struct exchange *exchange);

#endif
