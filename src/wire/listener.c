#include "wire/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "wire/inside.h"
#include "wire/reception.h"

enum { LISTEN_BACKLOG = 1024 };

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

bool
listener_bind(struct listener *listener, const char *text, uint16_t port, struct fault *fault)
{
	union address address;
	socklen_t n = 0;
	const int yes = 1;

	if (!parse_address(text, port, &address, &n, fault))
		return false;
	if (listener->kind == LISTENER_API && listener->tls == NULL && !is_loopback(&address))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"%s is not a loopback address: private keys would cross the network in the clear. Give a TLS "
			"certificate "
			"and its key, or listen on 127.0.0.1.",
			text);
	listener->socket = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener->socket < 0 || setsockopt(listener->socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
		bind(listener->socket, &address.any, n) != 0 || listen(listener->socket, LISTEN_BACKLOG) != 0 ||
		getsockname(listener->socket, &address.any, &n) != 0)
		return fault_set(fault, FAULT_INVALID_ARGS, "Cannot listen on %s, port %u: %s.", text, (unsigned)port,
			strerror(errno));
	listener->port = ntohs(address.any.sa_family == AF_INET ? address.v4.sin_port : address.v6.sin6_port);
	return true;
}

/* ---- The thread ---- */

/* epoll_wait(2) for libmicrohttpd, which finds this one before the C library's. It (0.9.75, MHD_epoll()) takes 128
 * events at a time and, when a batch was full, waits for the next before it looks at what it has: when exactly 128
 * connections, or a multiple, have said something and now wait for an answer, nobody gets one until a further event
 * comes by chance. Behind a full batch there may be more, but there is nothing to wait for. */
int
epoll_wait(int epoll, struct epoll_event *events, int max, int timeout_ms)
{
	static _Thread_local bool was_full;
	enum { SIGNAL_SET_BYTES = 8 }; /* the kernel's, of a mask that is not given */

	int n = (int)syscall(SYS_epoll_pwait, epoll, events, max, was_full ? 0 : timeout_ms, NULL, SIGNAL_SET_BYTES);
	was_full = n == max;
	return n;
}

bool
listener_start(struct listener *listener, struct fault *fault)
{
	const struct server_limits *limits = &listener->server->limits;
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)(uintptr_t)tls_refuse },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES },
		{ MHD_OPTION_END, 0, NULL },
	};
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;

	listener->mhd = MHD_start_daemon(listener->tls != NULL ? flags | MHD_USE_TLS : flags, 0, NULL, NULL,
		reception_request, listener, MHD_OPTION_LISTEN_SOCKET, listener->socket, MHD_OPTION_STRICT_FOR_CLIENT,
		reception_layout_is_known() ? 0 : 1,
		/* Half of it is the buffer a head is read into, the other half holds what was parsed and the answer's
		   head. */
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, 2 * limits->header_bytes, MHD_OPTION_CONNECTION_LIMIT,
		limits->connections, MHD_OPTION_NOTIFY_CONNECTION, reception_connection, listener,
		MHD_OPTION_URI_LOG_CALLBACK, reception_request_line, listener, MHD_OPTION_NOTIFY_COMPLETED,
		reception_completed, listener, MHD_OPTION_ARRAY, listener->tls != NULL ? tls : &tls[2], MHD_OPTION_END);
	if (listener->mhd == NULL) {
		listener->socket = -1; /* libmicrohttpd has closed it */
		return fault_set(fault, FAULT_INTERNAL, "The HTTP listener could not be started.");
	}
	return true;
}

/* The socket is closed last, since the HTTP thread may be about to accept from it. */
void
listener_quiesce(struct listener *listener)
{
	if (listener->mhd == NULL)
		return;
	(void)MHD_quiesce_daemon(listener->mhd);
	(void)shutdown(listener->socket, SHUT_RDWR);
}

void
listener_stop(struct listener *listener)
{
	if (listener->mhd != NULL)
		MHD_stop_daemon(listener->mhd);
	listener->mhd = NULL;
	if (listener->socket >= 0)
		(void)close(listener->socket);
	listener->socket = -1;
	exchange_pool_done(&listener->exchanges);
}
