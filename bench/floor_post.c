#include "floor.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>

static enum MHD_Result
answer(void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
	const char *upload, size_t *upload_n, void **request_context)
{
	static int seen;

	(void)url;
	(void)method;
	(void)version;
	(void)upload;
	(void)upload_n;
	if (*request_context == NULL) {
		*request_context = &seen;
		return MHD_YES;
	}
	return MHD_queue_response(connection, MHD_HTTP_OK, context);
}

uint64_t
floor_post_ns(size_t connections, size_t count)
{
	char text[] = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n";
	struct str request = { text, sizeof text - 1 };
	const struct pool pool = { .requests = &request, .n = 1 };
	const struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct MHD_Response *empty = MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
	/* One thread of its own: the process' CPU less the driving thread's is the server's. */
	struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, empty,
		MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_END);
	const union MHD_DaemonInfo *info =
		daemon != NULL ? MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;

	if (info == NULL)
		bench_die("MHD_start_daemon");
	uint64_t before = bench_process_cpu_ns();
	struct drive_result result = pool_drive(&pool, info->port, connections, count);
	uint64_t cpu = bench_process_cpu_ns() - before - result.client_cpu_ns;
	MHD_stop_daemon(daemon);
	MHD_destroy_response(empty);
	if (result.ok != count) {
		(void)fprintf(stderr, "only %zu of %zu empty requests were answered\n", result.ok, count);
		exit(1);
	}
	return cpu / count;
}
