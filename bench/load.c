/* bench_load HOST PORT POOL CONNECTIONS COUNT: sends the pool's ready-made requests round and round over keep-alive
 * connections, one under way on each, and prints what came back as one JSON object.
 *
 * POOL holds whole HTTP requests, each after its length as a decimal line: signing them is no part of the measurement,
 * and the same pool is what the floor works on. One thread, epoll; its own CPU is not the server's and is not counted.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attributes.h"
#include "base/clock.h"
#include "base/memory.h"

enum { MAX_REQUESTS = 4096, MAX_CONNECTIONS = 1024, ANSWER_BYTES = 1 << 20 };

struct pool {
	struct str requests[MAX_REQUESTS];
	size_t n;
	char *file;
};

struct connection {
	int fd;
	size_t sent;
	struct str request;
	char *answer;
	size_t answer_n;
};

struct load {
	struct pool pool;
	struct connection connections[MAX_CONNECTIONS];
	size_t started, finished, wanted;
	size_t status_ok, status_other;
	uint64_t answer_bytes;
};

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void
pool_read(const char *path, struct pool *pool)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		die(path);
	pool->file = memory_take((size_t)st.st_size + 1);
	for (size_t n = 0; n < (size_t)st.st_size;) {
		ssize_t got = read(fd, pool->file + n, (size_t)st.st_size - n);
		if (got <= 0)
			die(path);
		n += (size_t)got;
	}
	(void)close(fd);
	struct str rest = { pool->file, (size_t)st.st_size };
	struct str line;
	int64_t length;
	while (pool->n < MAX_REQUESTS && rest.n > 0 && str_cut(&rest, '\n', &line) && str_to_i64(line, &length) &&
		(size_t)length <= rest.n) {
		pool->requests[pool->n++] = (struct str){ rest.p, (size_t)length };
		rest = (struct str){ rest.p + length, rest.n - (size_t)length };
	}
}

static void
connection_open(struct connection *connection, const struct sockaddr_in *address)
{
	int one = 1;

	connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connection->fd < 0 || connect(connection->fd, (const struct sockaddr *)address, sizeof *address) != 0)
		die("connect");
	(void)setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	(void)fcntl(connection->fd, F_SETFL, O_NONBLOCK);
	connection->answer = memory_take(ANSWER_BYTES);
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
			die("send");
		connection->sent += (size_t)n;
	}
}

static void
connection_next(struct load *load, struct connection *connection)
{
	connection->answer_n = 0;
	connection->sent = 0;
	connection->request = (struct str){ 0 };
	if (load->started == load->wanted)
		return;
	connection->request = load->pool.requests[load->started++ % load->pool.n];
	connection_send(connection);
}

/* True when the whole answer is there: its head, and as many bytes as Content-Length says. */
static bool
answer_whole(const struct connection *connection)
{
	const char *end = memmem(connection->answer, connection->answer_n, "\r\n\r\n", 4);
	const char *length = end != NULL ? strcasestr(connection->answer, "content-length:") : NULL;

	return length != NULL && length < end &&
	       connection->answer_n >= (size_t)(end + 4 - connection->answer) + strtoul(length + 15, NULL, 10);
}

static void
connection_receive(struct load *load, struct connection *connection)
{
	for (;;) {
		ssize_t n = recv(connection->fd, connection->answer + connection->answer_n,
			ANSWER_BYTES - 1 - connection->answer_n, 0);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0)
			die("recv");
		connection->answer_n += (size_t)n;
		connection->answer[connection->answer_n] = '\0';
		if (!answer_whole(connection))
			continue;
		if (strncmp(connection->answer, "HTTP/1.1 200", 12) == 0)
			load->status_ok++;
		else
			load->status_other++;
		load->answer_bytes += connection->answer_n;
		load->finished++;
		connection_next(load, connection);
		return;
	}
}

static void
load_run(struct load *load, size_t connections, int epoll)
{
	struct epoll_event events[64];

	for (size_t i = 0; i < connections; i++)
		connection_next(load, &load->connections[i]);
	while (load->finished < load->wanted) {
		int n = epoll_wait(epoll, events, (int)ARRAY_COUNT(events), 30000);
		if (n <= 0)
			die("epoll_wait");
		for (int i = 0; i < n; i++) {
			struct connection *connection = events[i].data.ptr;
			if ((events[i].events & EPOLLOUT) != 0 && connection->sent < connection->request.n)
				connection_send(connection);
			if ((events[i].events & EPOLLIN) != 0)
				connection_receive(load, connection);
		}
	}
}

int
main(int argc, char **argv)
{
	static struct load load;
	struct sockaddr_in address = { .sin_family = AF_INET };
	int64_t connections = 0;
	int64_t count = 0;
	int64_t port = 0;

	if (argc != 6 || inet_pton(AF_INET, argv[1], &address.sin_addr) != 1 || !str_to_i64(str_of(argv[2]), &port) ||
		!str_to_i64(str_of(argv[4]), &connections) || connections < 1 || connections > MAX_CONNECTIONS ||
		!str_to_i64(str_of(argv[5]), &count)) {
		(void)fprintf(stderr, "usage: bench_load HOST PORT POOL CONNECTIONS COUNT\n");
		return 2;
	}
	pool_read(argv[3], &load.pool);
	if (load.pool.n == 0) {
		(void)fprintf(stderr, "bench_load: %s holds no request\n", argv[3]);
		return 1;
	}
	address.sin_port = htons((uint16_t)port);
	load.wanted = (size_t)count;
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	for (int64_t i = 0; i < connections; i++) {
		connection_open(&load.connections[i], &address);
		struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = &load.connections[i] };
		if (epoll_ctl(epoll, EPOLL_CTL_ADD, load.connections[i].fd, &event) != 0)
			die("epoll_ctl");
	}
	int64_t start = clock_monotonic_us();
	load_run(&load, (size_t)connections, epoll);
	int64_t us = clock_monotonic_us() - start;
	(void)printf("{\"count\": %zu, \"ok\": %zu, \"other\": %zu, \"wall_us\": %lld, \"answer_bytes\": %llu}\n",
		load.finished, load.status_ok, load.status_other, (long long)us, (unsigned long long)load.answer_bytes);
	return 0;
}
