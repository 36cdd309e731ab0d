#include "wire/server.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "base/memory.h"
#include "wire/inside.h"

enum {
	SPARE_DESCRIPTORS = 256,         /* of the store, the signer's channels, the log */
	LOOK_AGAIN_NS = 5 * 1000 * 1000, /* while stopping */
	SECOND_US = 1000 * 1000,
	STOP_GRACE_US = SECOND_US / 5, /* for clients between two requests to send the next one */
};

const struct server_limits server_default_limits = {
	.body_bytes = 4 << 20,
	.header_bytes = 16 << 10, /* AWS's own front ends take about as much; a signed head has 1 KB */
	.bodies_bytes = 64 << 20,
	.connections = 2048,
	.queue = 1024,
	.header_deadline_s = 10,
	.request_deadline_s = 60,
	.idle_s = 60,
};

/* ---- Starting ---- */

/* As many connections as there are descriptors for: the daemon has raised the limit as far as it may. */
static unsigned
affordable_connections(unsigned wanted, unsigned listeners)
{
	struct rlimit limit;
	rlim_t needed = (rlim_t)wanted * listeners + SPARE_DESCRIPTORS;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed)
		return wanted;
	rlim_t there = limit.rlim_cur > 2 * SPARE_DESCRIPTORS ? limit.rlim_cur - SPARE_DESCRIPTORS : limit.rlim_cur / 2;
	return (unsigned)(there / listeners);
}

static bool
start_workers(struct server *server, unsigned quick, unsigned slow, struct fault *fault)
{
	server->workers = memory_take_zeroed((quick + slow) * sizeof *server->workers);
	for (unsigned i = 0; i < quick + slow; i++) {
		if (!worker_start(&server->workers[i], server, i < quick ? &server->quick : &server->slow,
			    signer_channel(server->house.signer, i), fault))
			return false;
		server->worker_count++;
	}
	return true;
}

static void
stop_workers(struct server *server)
{
	queue_close(&server->quick);
	queue_close(&server->slow);
	for (unsigned i = 0; i < server->worker_count; i++)
		worker_join(&server->workers[i]);
	free(server->workers);
}

/* Where nobody waits for a worker any more. */
static void
stop_listeners(struct server *server)
{
	listener_stop(&server->api);
	listener_stop(&server->pki);
}

static void
server_free(struct server *server)
{
	stop_listeners(server);
	queue_done(&server->quick);
	queue_done(&server->slow);
	tls_free(server->api.tls);
	free(server);
}

/* Everything that can be refused before a thread runs. */
static bool
server_prepare(struct server *server, const struct server_options *options, struct fault *fault)
{
	if ((options->tls_certificate == NULL) != (options->tls_key == NULL))
		return fault_set(
			fault, FAULT_INVALID_ARGS, "A TLS certificate and its key go together: give both files.");
	if (options->tls_certificate != NULL &&
		!tls_new(options->tls_certificate, options->tls_key, &server->api.tls, fault))
		return false;
	return listener_bind(&server->api, options->address, options->port, fault) &&
	       (options->pki_address == NULL ||
		       listener_bind(&server->pki, options->pki_address, options->pki_port, fault));
}

static bool
server_run(struct server *server, const struct server_options *options, struct fault *fault)
{
	if (!connection_table_start(&server->connections, &server->limits, fault))
		return false;
	if (start_workers(server, options->workers, options->long_workers, fault) &&
		listener_start(&server->api, fault) &&
		(options->pki_address == NULL || listener_start(&server->pki, fault)))
		return true;
	stop_listeners(server);
	stop_workers(server);
	connection_table_stop(&server->connections);
	return false;
}

bool
server_start(const struct server_options *options, const struct server_house *house, struct server **out,
	struct fault *fault)
{
	struct server *server = memory_take_zeroed(sizeof *server);

	server->house = *house;
	server->limits = options->limits;
	server->limits.connections =
		affordable_connections(options->limits.connections, options->pki_address != NULL ? 2 : 1);
	server->bodies.limit = options->limits.bodies_bytes;
	server->api = (struct listener){ .server = server, .kind = LISTENER_API, .socket = -1 };
	server->pki = (struct listener){ .server = server, .kind = LISTENER_PKI, .socket = -1 };
	queue_init(&server->quick, options->limits.queue);
	queue_init(&server->slow, options->limits.queue);
	if (!server_prepare(server, options, fault) || !server_run(server, options, fault)) {
		server_free(server);
		return false;
	}
	*out = server;
	return true;
}

uint16_t
server_port(const struct server *server)
{
	return server->api.port;
}

uint16_t
server_pki_port(const struct server *server)
{
	return server->pki.port;
}

bool
server_reload(struct server *server, struct fault *fault)
{
	return server->api.tls == NULL || tls_reload(server->api.tls, fault);
}

/* ---- Stopping ---- */

static void
look_again(void)
{
	(void)nanosleep(&(struct timespec){ .tv_nsec = LOOK_AGAIN_NS }, NULL);
}

static void
wait_for_calls(struct server *server)
{
	while (atomic_load(&server->calls) > 0)
		look_again();
}

void
server_stop(struct server *server, unsigned patience_s)
{
	int64_t begun_us = clock_monotonic_us(), deadline_us = begun_us + (int64_t)patience_s * SECOND_US;

	/* 1. Nobody new. */
	atomic_store(&server->draining, true);
	listener_quiesce(&server->api);
	listener_quiesce(&server->pki);

	/* 2. What is under way is answered, and its connection closes with the answer. Who is between two requests may
	 * have sent the next already: ended now, he would never know whether it was done. */
	while (connection_table_count(&server->connections) > 0 && clock_monotonic_us() < deadline_us) {
		if (clock_monotonic_us() - begun_us >= STOP_GRACE_US)
			connection_table_end_idle(&server->connections);
		look_again();
	}

	/* 3. Patience is over: slow clients go, what waits for a worker is refused, what runs is let finish, since a
	 * write that was handed to the store cannot be called back, and what follows a write needs a worker: they stay
	 * until all is answered. What comes in even now is refused by a worker, or by the closed lane; libmicrohttpd
	 * must not stop while one is suspended. */
	atomic_store(&server->giving_up, true);
	connection_table_end_all(&server->connections);
	wait_for_calls(server);
	stop_workers(server);
	wait_for_calls(server);

	stop_listeners(server);
	connection_table_stop(&server->connections);
	server_free(server);
}
