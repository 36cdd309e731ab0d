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
	struct exchange *next; /* in a queue */
	struct server *server;
	struct connection *connection;
	struct MHD_Connection *mhd;
	int64_t started_us;

	/* The request, as received; the strings stand in libmicrohttpd's buffer. */
	bool head_read;
	bool answered;
	char *target;
	struct sigv4_request request;
	struct sigv4_header headers[DOOR_MAX_HEADERS];
	size_t body_expected;
	struct body body;
	size_t skipped; /* of a body that was refused on its way */

	/* The call it becomes. */
	struct target route;
	struct arena arena;
	struct sigv4_claim claim;
	struct call call;
	void *out;
	struct store_write write;
	struct fault fault; /* code FAULT_NONE until something was refused */
};

struct exchange *exchange_new(
	struct server *server, struct connection *connection, struct MHD_Connection *mhd, const char *target);
/* Wipes all that was received and decoded. */
void exchange_free(struct exchange *exchange);

#endif
