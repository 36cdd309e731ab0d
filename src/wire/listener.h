/* listener.h — an address on which the server answers, with the HTTP thread that does it. */
#ifndef CHANCERY_WIRE_LISTENER_H
#define CHANCERY_WIRE_LISTENER_H

#include <microhttpd.h>

#include "wire/exchange.h"

struct tls;

enum listener_kind {
	LISTENER_API, /* everything; plain HTTP on loopback only */
	LISTENER_PKI, /* signed public objects, for whoever asks: plain HTTP on any address */
};

struct listener {
	struct server *server;
	enum listener_kind kind;
	struct tls *tls; /* NULL: plain HTTP */
	int socket;      /* -1: not bound */
	uint16_t port;
	struct MHD_Daemon *mhd; /* NULL: not started */
	struct exchange_pool exchanges;
};

/* FAULT_INVALID_ARGS: no such address, not ours to take, or one that needs TLS. Port 0: any free one. */
MUST_CHECK bool listener_bind(struct listener *listener, const char *address, uint16_t port, struct fault *fault);
/* Starts its thread. */
MUST_CHECK bool listener_start(struct listener *listener, struct fault *fault);
/* Nobody new comes in; those who are in stay. */
void listener_quiesce(struct listener *listener);
/* Ends its thread; no exchange may be suspended. What was never bound or started can be stopped too. */
void listener_stop(struct listener *listener);

#endif
