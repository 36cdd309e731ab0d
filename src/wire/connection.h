/* connection.h — every open connection and how long it may stay in the stage it is in.
 *
 * libmicrohttpd knows an idle time-out only: a client that sends a byte a second stays for ever. The reaper looks at
 * the table a few times a second and shuts down the socket of whoever is over time; libmicrohttpd then sees the end. */
#ifndef CHANCERY_WIRE_CONNECTION_H
#define CHANCERY_WIRE_CONNECTION_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>

#include "wire/server.h"

struct tls_credentials;

enum connection_stage {
	CONNECTION_HEAD,    /* a request's head is being sent, or was never begun */
	CONNECTION_REQUEST, /* body and answer */
	CONNECTION_IDLE,    /* kept alive, between two requests */
};

/* Made when the connection is accepted, freed when it is closed; the HTTP thread's, but for what is atomic. */
struct connection {
	struct connection *next, *previous;
	int fd;
	_Atomic int64_t deadline_us; /* of clock_monotonic_us() */
	_Atomic int stage;
	bool refused; /* answered without reading all that was sent */
	struct tls_credentials *tls;
	char remote[INET6_ADDRSTRLEN];
};

struct connection_table {
	pthread_mutex_t lock; /* guards the list: whoever holds it may use the descriptors in it */
	struct connection *head;
	unsigned count;
	int64_t stage_us[CONNECTION_IDLE + 1];
	pthread_t reaper;
	atomic_bool ending;
};

/* Starts the reaper. */
MUST_CHECK bool connection_table_start(
	struct connection_table *table, const struct server_limits *limits, struct fault *fault);
/* After the last connection is closed. */
void connection_table_stop(struct connection_table *table);

struct connection *connection_open(struct connection_table *table, int fd, const struct sockaddr *remote);
void connection_close(struct connection_table *table, struct connection *connection);
/* Begins a stage, and with it the time it may take. */
void connection_enter(struct connection_table *table, struct connection *connection, enum connection_stage stage);
/* The stage it is in may take so much longer. */
void connection_extend(struct connection *connection, int64_t seconds);

/* Ends the connections on which no request is under way; what was received already is still read. */
void connection_table_end_idle(struct connection_table *table);
/* Ends all of them. */
void connection_table_end_all(struct connection_table *table);
unsigned connection_table_count(struct connection_table *table);

#endif
