/* drive.c — one thread, epoll, many keep-alive connections. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attributes.h"
#include "base/clock.h"
#include "base/memory.h"
#include "pool.h"

enum {
	ANSWER_BYTES = 1 << 20, /* a page of 100 with all its fields is about 100 KB */
	PATIENCE_MS = 30000,
};

struct connection {
	int fd;
	size_t sent;
	struct str request;
	char *answer;
	size_t answer_n;
};

struct drive {
	const struct pool *pool;
	struct sockaddr_in address;
	int epoll;
	struct connection *connections;
	size_t connection_count;
	size_t started, wanted;
	struct drive_result result;
};

static void
connection_open(struct drive *drive, struct connection *connection)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = connection };
	int one = 1;

	connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connection->fd < 0 ||
		connect(connection->fd, (const struct sockaddr *)&drive->address, sizeof drive->address) != 0)
		bench_die("connect");
	(void)setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (fcntl(connection->fd, F_SETFL, O_NONBLOCK) != 0 ||
		epoll_ctl(drive->epoll, EPOLL_CTL_ADD, connection->fd, &event) != 0)
		bench_die("epoll_ctl");
}

static void
connection_send(struct connection *connection)
{
	while (connection->sent < connection->request.n) {
		ssize_t n = send(connection->fd, connection->request.p + connection->sent,
			connection->request.n - connection->sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			bench_die("send");
		connection->sent += (size_t)n;
	}
}

static void
connection_next(struct drive *drive, struct connection *connection)
{
	connection->answer_n = 0;
	connection->sent = 0;
	connection->request = (struct str){ 0 };
	if (drive->started == drive->wanted)
		return;
	connection->request = drive->pool->requests[drive->started++ % drive->pool->n];
	connection_send(connection);
}

/* Chunks are not read, but how the last one looks is known: no answer of ours has that inside. */
static bool
answer_chunks_end(const struct connection *connection, const char *head_end)
{
	const char *coding = strcasestr(connection->answer, "transfer-encoding: chunked");
	const char *end = connection->answer + connection->answer_n;

	return coding != NULL && coding < head_end && end - head_end >= 9 && memcmp(end - 5, "0\r\n\r\n", 5) == 0;
}

/* True when the whole answer is there: its head, and as many bytes as Content-Length says. */
static bool
answer_whole(const struct connection *connection)
{
	const char *end = memmem(connection->answer, connection->answer_n, "\r\n\r\n", 4);
	const char *length = end != NULL ? strcasestr(connection->answer, "content-length:") : NULL;

	if (end != NULL && (length == NULL || length >= end))
		return answer_chunks_end(connection, end);
	return length != NULL &&
	       connection->answer_n >= (size_t)(end + 4 - connection->answer) + strtoul(length + 15, NULL, 10);
}

/* Does the server close the connection after this answer? */
static bool
answer_closes(const struct connection *connection)
{
	const char *end = memmem(connection->answer, connection->answer_n, "\r\n\r\n", 4);
	const char *close_word = strcasestr(connection->answer, "connection: close");

	return strncmp(connection->answer, "HTTP/1.0", 8) == 0 || (close_word != NULL && close_word < end);
}

static void
answer_take(struct drive *drive, struct connection *connection)
{
	struct drive_result *result = &drive->result;

	if (connection->answer_n > 12 && strncmp(connection->answer + 8, " 200", 4) == 0)
		result->ok++;
	else if (result->other++ == 0)
		(void)fprintf(stderr, "the first answer that is not 200: %.*s\n", (int)connection->answer_n,
			connection->answer);
	result->answer_bytes += connection->answer_n;
	result->finished++;
	if (answer_closes(connection)) {
		(void)close(connection->fd);
		connection_open(drive, connection);
		result->reopened++;
	}
	connection_next(drive, connection);
}

static void
connection_receive(struct drive *drive, struct connection *connection)
{
	for (;;) {
		ssize_t n = recv(connection->fd, connection->answer + connection->answer_n,
			ANSWER_BYTES - 1 - connection->answer_n, 0);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0)
			bench_die("recv");
		connection->answer_n += (size_t)n;
		connection->answer[connection->answer_n] = '\0';
		if (answer_whole(connection)) {
			answer_take(drive, connection);
			return;
		}
	}
}

static void
drive_run(struct drive *drive)
{
	struct epoll_event events[64];

	for (size_t i = 0; i < drive->connection_count; i++)
		connection_next(drive, &drive->connections[i]);
	while (drive->result.finished < drive->wanted) {
		int n = epoll_wait(drive->epoll, events, (int)ARRAY_COUNT(events), PATIENCE_MS);
		if (n <= 0)
			bench_die("epoll_wait");
		for (int i = 0; i < n; i++) {
			struct connection *connection = events[i].data.ptr;
			if ((events[i].events & EPOLLOUT) != 0)
				connection_send(connection);
			if ((events[i].events & EPOLLIN) != 0 && connection->request.n > 0)
				connection_receive(drive, connection);
		}
	}
}

struct drive_result
pool_drive(const struct pool *pool, uint16_t port, size_t connections, size_t count)
{
	struct drive drive = {
		.pool = pool,
		.address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = { htonl(INADDR_LOOPBACK) } },
		.epoll = epoll_create1(EPOLL_CLOEXEC),
		.connections = memory_take_zeroed(connections * sizeof *drive.connections),
		.connection_count = connections,
		.wanted = count,
	};

	if (drive.epoll < 0)
		bench_die("epoll_create1");
	for (size_t i = 0; i < connections; i++) {
		drive.connections[i].answer = memory_take(ANSWER_BYTES);
		connection_open(&drive, &drive.connections[i]);
	}
	int64_t start = clock_monotonic_us();
	uint64_t cpu = bench_thread_cpu_ns();
	drive_run(&drive);
	drive.result.client_cpu_ns = bench_thread_cpu_ns() - cpu;
	drive.result.wall_us = clock_monotonic_us() - start;
	for (size_t i = 0; i < connections; i++) {
		(void)close(drive.connections[i].fd);
		free(drive.connections[i].answer);
	}
	(void)close(drive.epoll);
	free(drive.connections);
	return drive.result;
}
