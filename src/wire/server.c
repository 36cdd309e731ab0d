#include "wire/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "wire/inside.h"
#include "wire/reception.h"

enum {
	SPARE_DESCRIPTORS = 256, /* of the store, the signer's channels, the log */
	LISTEN_BACKLOG = 1024,
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

/* ---- The address ---- */

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static bool
parse_address(const char *text, uint16_t port, union address *out, socklen_t *n, struct fault *fault)
{
	*out = (union address){ .v6 = { 0 } };
	if (inet_pton(AF_INET, text, &out->v4.sin_addr) == 1) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = htons(port);
		*n = sizeof out->v4;
		return true;
	}
	if (inet_pton(AF_INET6, text, &out->v6.sin6_addr) == 1) {
		out->v6.sin6_family = AF_INET6;
		out->v6.sin6_port = htons(port);
		*n = sizeof out->v6;
		return true;
	}
	return fault_set(fault, FAULT_INVALID_ARGS, "'%s' is no IPv4 or IPv6 address.", text);
}

static bool
is_loopback(const union address *address)
{
	if (address->any.sa_family == AF_INET)
		return ntohl(address->v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
}

static bool
bind_listener(const struct server_options *options, struct server *server, struct fault *fault)
{
	union address address;
	socklen_t n = 0;
	const int yes = 1;

	if (!parse_address(options->address, options->port, &address, &n, fault))
		return false;
	if (server->tls == NULL && !is_loopback(&address))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"%s is not a loopback address: private keys would cross the network in the clear. Give a TLS "
			"certificate "
			"and its key, or listen on 127.0.0.1.",
			options->address);
	server->listener = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (server->listener < 0 || setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
		bind(server->listener, &address.any, n) != 0 || listen(server->listener, LISTEN_BACKLOG) != 0 ||
		getsockname(server->listener, &address.any, &n) != 0)
		return fault_set(fault, FAULT_INVALID_ARGS, "Cannot listen on %s, port %u: %s.", options->address,
			(unsigned)options->port, strerror(errno));
	server->port = ntohs(address.any.sa_family == AF_INET ? address.v4.sin_port : address.v6.sin6_port);
	return true;
}

/* ---- Starting ---- */

/* As many connections as there are descriptors for: the daemon has raised the limit as far as it may. */
static unsigned
affordable_connections(unsigned wanted)
{
	struct rlimit limit;
	rlim_t needed = (rlim_t)wanted + SPARE_DESCRIPTORS;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed)
		return wanted;
	return limit.rlim_cur > 2 * SPARE_DESCRIPTORS ? (unsigned)(limit.rlim_cur - SPARE_DESCRIPTORS)
						      : (unsigned)limit.rlim_cur / 2;
}

static bool
start_http(struct server *server, struct fault *fault)
{
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)(uintptr_t)tls_refuse },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES },
		{ MHD_OPTION_END, 0, NULL },
	};
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;

	server->mhd = MHD_start_daemon(server->tls != NULL ? flags | MHD_USE_TLS : flags, 0, NULL, NULL,
		reception_request, server, MHD_OPTION_LISTEN_SOCKET, server->listener, MHD_OPTION_STRICT_FOR_CLIENT,
		reception_layout_is_known() ? 0 : 1,
		/* Half of it is the buffer a head is read into, the other half holds what was parsed and the answer's
		   head. */
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, 2 * server->limits.header_bytes, MHD_OPTION_CONNECTION_LIMIT,
		server->limits.connections, MHD_OPTION_NOTIFY_CONNECTION, reception_connection, server,
		MHD_OPTION_URI_LOG_CALLBACK, reception_request_line, server, MHD_OPTION_NOTIFY_COMPLETED,
		reception_completed, server, MHD_OPTION_ARRAY, server->tls != NULL ? tls : &tls[2], MHD_OPTION_END);
	if (server->mhd == NULL) {
		server->listener = -1; /* libmicrohttpd has closed it */
		return fault_set(fault, FAULT_INTERNAL, "The HTTP listener could not be started.");
	}
	return true;
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

static void
server_free(struct server *server)
{
	queue_done(&server->quick);
	queue_done(&server->slow);
	if (server->listener >= 0)
		(void)close(server->listener);
	exchange_pool_done(&server->exchanges);
	tls_free(server->tls);
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
		!tls_new(options->tls_certificate, options->tls_key, &server->tls, fault))
		return false;
	return bind_listener(options, server, fault);
}

static bool
server_run(struct server *server, const struct server_options *options, struct fault *fault)
{
	if (!connection_table_start(&server->connections, &server->limits, fault))
		return false;
	if (start_workers(server, options->workers, options->long_workers, fault) && start_http(server, fault))
		return true;
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
	server->limits.connections = affordable_connections(options->limits.connections);
	server->bodies.limit = options->limits.bodies_bytes;
	server->listener = -1;
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
	return server->port;
}

bool
server_reload(struct server *server, struct fault *fault)
{
	return server->tls == NULL || tls_reload(server->tls, fault);
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

	/* 1. Nobody new: the socket is closed last, since the HTTP thread may be about to accept from it. */
	atomic_store(&server->draining, true);
	(void)MHD_quiesce_daemon(server->mhd);
	(void)shutdown(server->listener, SHUT_RDWR);

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

	MHD_stop_daemon(server->mhd);
	connection_table_stop(&server->connections);
	server_free(server);
}
