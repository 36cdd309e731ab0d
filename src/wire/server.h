/* server.h — the listener: HTTP and TLS, the strict door, the queue, workers, and the way back.
 *
 * HTTP threads take whole bodies under hard limits, suspend the connection and queue the call; a worker authenticates,
 * decodes, validates, authorises and runs the handler; the store's writer or the worker encodes and resumes. No worker
 * waits for the disk. A full queue answers ThrottlingException at once. */
#ifndef CHANCERY_WIRE_SERVER_H
#define CHANCERY_WIRE_SERVER_H

#include "base/log.h"
#include "service/call.h"
#include "service/iam/iam.h"

struct server_limits {
	size_t body_bytes;   /* 4 MiB: the largest legitimate import is 2.85 MB of base64 */
	size_t header_bytes; /* of one request's head */
	size_t bodies_bytes; /* of all bodies in flight together */
	unsigned connections;
	unsigned queue;              /* calls waiting for a worker, each lane */
	unsigned header_deadline_s;  /* from the first byte (or the last answer's end) to the end of the head */
	unsigned request_deadline_s; /* body and answer */
	unsigned idle_s;             /* a kept-alive connection without a request */
};
extern const struct server_limits server_default_limits;

struct server_options {
	const char *address;         /* "127.0.0.1", "::1", "0.0.0.0" … */
	uint16_t port;               /* 0: any free one */
	const char *tls_certificate; /* PEM files; NULL: plain HTTP, which only loopback addresses may have */
	const char *tls_key;
	const char *pki_address; /* a second listener, plain HTTP, for lists and OCSP alone; NULL: none */
	uint16_t pki_port;
	unsigned workers;      /* of the quick lane */
	unsigned long_workers; /* of the second, bounded lane */
	struct server_limits limits;
};

/* What calls are made of; outlives the server. signer channels 0 … workers + long_workers - 1 are the server's. */
struct server_house {
	const struct service_settings *settings;
	const struct clock *clock;
	const struct entropy *entropy;
	struct store *store;
	struct signer_process *signer;
	struct iam_cache *iam;
	struct objects *objects;
	struct status_cache *statuses;
	void (*hurry)(void *context); /* NULL: there is nobody to be hurried */
	void *hurry_context;
	const struct log *log;
};

struct server;
/* Faults speak to the operator: FAULT_INVALID_ARGS for an address other than loopback without TLS, unreadable files, …
 */
MUST_CHECK bool server_start(const struct server_options *options, const struct server_house *house,
	struct server **out, struct fault *fault);
uint16_t server_port(const struct server *server);
uint16_t server_pki_port(const struct server *server); /* 0: there is no second listener */
/* SIGHUP: reads the TLS files again; on a fault the old ones stay in use. */
MUST_CHECK bool server_reload(struct server *server, struct fault *fault);
/* Refuses new connections, answers what is under way (at most `patience_s`), ends its threads and frees. */
void server_stop(struct server *server, unsigned patience_s);

#endif
