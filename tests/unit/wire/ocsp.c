/* OCSP over HTTP, on a listener and a worker of its own; what is answered is the test's, so that how it is answered can
 * be seen. The definitions here stand before those of the library. */
#include "wire/ocsp.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test.h"
#include "wire/inside.h"
#include "x509/ocsp.h"

#define AUTHORITY "3f0c7c5e-0b8a-4a36-9d64-1d4f1c0d6a11"

enum { QUEUE_LIMIT = 8, HOUR_MS = 3600 * 1000 };
static const int64_t now_ms = INT64_C(1795248354250); /* 2026-11-21T08:05:54.250Z */

static struct house {
	struct server server;
	struct worker worker;
	struct clock clock;
	struct log log;
} house;

/* What the responder below saw, and does. */
static struct {
	atomic_int cached, signed_one;
	char authority[64], request[128];
	bool fails, waits;
	int64_t until_ms;
	sem_t go_on;
} responder;

static void
note(char *room, size_t size, struct str text)
{
	(void)snprintf(room, size, "%.*s", STR_ARG(text));
}

/* "cached …" is in the cache, and says so. */
bool
responder_answer_cached(
	const struct call *call, struct str authority_id, struct bytes request, struct responder_answer *out)
{
	(void)authority_id;
	CHECK(call->now_ms == now_ms && call->arena != NULL);
	if (!str_starts_with(str_of_bytes(request), STR("cached")))
		return false;
	(void)atomic_fetch_add(&responder.cached, 1);
	*out = (struct responder_answer){ request, now_ms - 5000, responder.until_ms };
	return true;
}

void
responder_answer(struct call *call, struct str authority_id, struct bytes request, struct responder_answer *out,
	struct fault *fault)
{
	CHECK(call->verifier == house.worker.verifier && call->now_ms == now_ms);
	note(responder.authority, sizeof responder.authority, authority_id);
	note(responder.request, sizeof responder.request, str_of_bytes(request));
	if (responder.waits)
		while (sem_wait(&responder.go_on) != 0)
			continue;
	(void)atomic_fetch_add(&responder.signed_one, 1);
	if (responder.fails) {
		(void)fault_set(fault, FAULT_UNAVAILABLE, "The store is away.");
		*out = (struct responder_answer){ ocsp_response_error(OCSP_INTERNAL_ERROR, call->arena), 0, 0 };
		return;
	}
	struct str text = arena_printf(call->arena, "signed for %.*s", (int)request.n, (const char *)request.p);
	*out = (struct responder_answer){ bytes_of_str(text), responder.until_ms != 0 ? now_ms : 0,
		responder.until_ms };
}

/* ---- A client ---- */

struct reply {
	int status;
	char text[8192];
	size_t n;
	char body[256];
};

static int
send_text(const char *text)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(house.server.pki.port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t n = strlen(text);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK(fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0);
	CHECK(send(fd, text, n, MSG_NOSIGNAL) == (ssize_t)n);
	return fd;
}

/* Requests say that the connection closes: the answer ends there. */
static struct reply
receive(int fd)
{
	struct reply reply = { 0 };
	ssize_t n;

	while ((n = recv(fd, reply.text + reply.n, sizeof reply.text - reply.n - 1, 0)) > 0)
		reply.n += (size_t)n;
	(void)close(fd);
	CHECK(sscanf(reply.text, "HTTP/1.1 %d ", &reply.status) == 1);
	const char *end = strstr(reply.text, "\r\n\r\n");
	CHECK(end != NULL);
	(void)snprintf(reply.body, sizeof reply.body, "%s", end + 4);
	return reply;
}

static int
post(const char *path, const char *body)
{
	char text[1024];

	(void)snprintf(text, sizeof text,
		"POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/ocsp-request\r\n"
		"Content-Length: %zu\r\n\r\n%s",
		path, strlen(body), body);
	return send_text(text);
}

static struct reply
get(const char *path, const char *header)
{
	char text[1024];

	(void)snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n", path, header);
	return receive(send_text(text));
}

/* Copies a header's value; "" when there is none. */
static const char *
header(const struct reply *reply, const char *name, char value[128])
{
	size_t n = strlen(name);

	value[0] = '\0';
	for (const char *line = strstr(reply->text, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
		if (strncasecmp(line + 2, name, n) == 0 && line[2 + n] == ':')
			(void)sscanf(line + 2 + n, ": %127[^\r]", value);
	}
	return value;
}

static void
begin(void)
{
	atomic_store(&responder.cached, 0);
	atomic_store(&responder.signed_one, 0);
	responder.fails = responder.waits = false;
	responder.until_ms = now_ms + HOUR_MS;
}

/* ---- The tests ---- */

TEST(ocsp, answers_from_the_cache_without_a_worker)
{
	begin();
	struct reply reply = receive(post("/ocsp", "cached one"));
	char value[128];
	CHECK(reply.status == 200 && strcmp(reply.body, "cached one") == 0);
	CHECK(strcmp(header(&reply, "Content-Type", value), "application/ocsp-response") == 0);
	CHECK(responder.cached == 1 && responder.signed_one == 0);
	/* A POST is not for caches. */
	CHECK(header(&reply, "Cache-Control", value)[0] == '\0' && header(&reply, "ETag", value)[0] == '\0');
}

TEST(ocsp, hands_to_a_worker_what_is_not_cached_with_the_authority_of_the_path)
{
	static const char *const paths[][2] = { { "/ocsp", "" }, { "/ocsp/", "" }, { "/", "" },
		{ "/ocsp/" AUTHORITY, AUTHORITY }, { "/ocsp/" AUTHORITY "/", AUTHORITY } };

	begin();
	for (int i = 0; i < 5; i++) {
		struct reply reply = receive(post(paths[i][0], "one"));
		CHECK(reply.status == 200 && strcmp(reply.body, "signed for one") == 0);
		CHECK(strcmp(responder.authority, paths[i][1]) == 0 && responder.signed_one == i + 1);
	}
	CHECK(atomic_load(&house.server.questions) == 0);
}

/* "a?b>c" has a slash and a plus in base64 when it is asked for thrice. */
TEST(ocsp, decodes_a_request_in_the_path)
{
	static const char *const paths[][3] = {
		{ "/ocsp/b25l", "", "one" },
		{ "/ocsp/" AUTHORITY "/b25l", AUTHORITY, "one" },
		{ "/ocsp/%62%32%35%6C", "", "one" },
		{ "/ocsp/YT8/Pz5+", "", "a?\?\?>~" },
		{ "/ocsp/YT8%2FPz5%2b", "", "a?\?\?>~" },
		{ "/ocsp/" AUTHORITY "/YT8/Pz5+", AUTHORITY, "a?\?\?>~" },
		{ "/ocsp/Pz8//z8/", "", "?\?\?\xff?\?" },
		{ "/ocsp/b25lLg==", "", "one." },
		{ "/ocsp/b25lLg%3D%3d", "", "one." },
		{ "/ocsp/b25l?query", "", "one" },
	};

	begin();
	for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
		struct reply reply = get(paths[i][0], "");
		CHECK(reply.status == 200);
		if (strcmp(responder.request, paths[i][2]) != 0 || strcmp(responder.authority, paths[i][1]) != 0)
			fail_msg("%s: '%s' of '%s'", paths[i][0], responder.request, responder.authority);
	}
}

TEST(ocsp, tells_caches_how_long_an_answer_to_get_is_good)
{
	char value[128], tag[128], condition[256];

	begin();
	struct reply reply = get("/ocsp/Y2FjaGVkIG9uZQ==", "");
	CHECK(reply.status == 200 && strcmp(reply.body, "cached one") == 0);
	CHECK(strcmp(header(&reply, "Last-Modified", value), "Sat, 21 Nov 2026 08:05:49 GMT") == 0);
	CHECK(strcmp(header(&reply, "Expires", value), "Sat, 21 Nov 2026 09:05:54 GMT") == 0);
	CHECK(strcmp(header(&reply, "Cache-Control", value), "max-age=60, public, no-transform, must-revalidate") == 0);
	CHECK(header(&reply, "ETag", tag)[0] == '"');

	(void)snprintf(condition, sizeof condition, "If-None-Match: %s\r\n", tag);
	struct reply fresh = get("/ocsp/Y2FjaGVkIG9uZQ==", condition);
	CHECK(fresh.status == 304 && fresh.body[0] == '\0' && strcmp(header(&fresh, "ETag", value), tag) == 0);
	/* Another answer has another tag. */
	struct reply other = get("/ocsp/Y2FjaGVkIHR3bw==", condition);
	CHECK(other.status == 200 && strcmp(other.body, "cached two") == 0);
	/* So has one that a worker signed. */
	CHECK(get("/ocsp/b25l", condition).status == 200);
	CHECK(get("/ocsp/b25l", "If-Modified-Since: Sat, 21 Nov 2026 08:05:54 GMT\r\n").status == 304);
}

TEST(ocsp, bounds_an_answers_age_by_its_end)
{
	char value[128];

	begin();
	responder.until_ms = now_ms + 7999;
	struct reply reply = get("/ocsp/Y2FjaGVkIG9uZQ==", "");
	CHECK(strcmp(header(&reply, "Cache-Control", value), "max-age=7, public, no-transform, must-revalidate") == 0);
	responder.until_ms = now_ms - 1;
	reply = get("/ocsp/Y2FjaGVkIG9uZQ==", "");
	CHECK(strcmp(header(&reply, "Cache-Control", value), "no-store") == 0);
	responder.until_ms = 0;
	reply = get("/ocsp/b25l", "");
	CHECK(strcmp(reply.body, "signed for one") == 0);
	CHECK(strcmp(header(&reply, "Cache-Control", value), "no-store") == 0);
}

TEST(ocsp, passes_the_responders_own_errors_on)
{
	begin();
	responder.fails = true;
	struct reply reply = receive(post("/ocsp", "one"));
	CHECK(reply.status == 200 && memcmp(reply.body, "\x30\x03\x0a\x01\x02", 5) == 0);
}

/* Those who have no credentials may take a part of the lane, not all of it. */
TEST(ocsp, says_try_later_to_a_crowd)
{
	enum { CROWD = QUEUE_LIMIT / OCSP_LANE_SHARE + 1 };
	int fds[CROWD];

	begin();
	responder.waits = true;
	for (int i = 0; i < CROWD; i++)
		fds[i] = post("/ocsp", "one");
	while (atomic_load(&house.server.questions) < CROWD)
		(void)sched_yield();
	struct reply reply = receive(post("/ocsp", "one more"));
	CHECK(reply.status == 200 && memcmp(reply.body, "\x30\x03\x0a\x01\x03", 5) == 0);
	/* What is cached is answered all the same. */
	CHECK(strcmp(receive(post("/ocsp", "cached one")).body, "cached one") == 0);
	for (int i = 0; i < CROWD; i++)
		(void)sem_post(&responder.go_on);
	for (int i = 0; i < CROWD; i++)
		CHECK(strcmp(receive(fds[i]).body, "signed for one") == 0);
	CHECK(atomic_load(&house.server.questions) == 0);
	responder.waits = false;
	CHECK(strcmp(receive(post("/ocsp", "one")).body, "signed for one") == 0);
}

TEST(ocsp, says_try_later_when_the_server_gives_up)
{
	begin();
	atomic_store(&house.server.giving_up, true);
	CHECK(memcmp(receive(post("/ocsp", "one")).body, "\x30\x03\x0a\x01\x03", 5) == 0);
	CHECK(responder.signed_one == 0);
	atomic_store(&house.server.giving_up, false);
}

static int
house_open(void **state)
{
	static const struct service_settings settings;
	struct server *server = &house.server;
	struct fault fault = { 0 };

	(void)state;
	(void)sem_init(&responder.go_on, 0, 0);
	house.clock = clock_fixed(now_ms);
	house.log = (struct log){ open("/dev/null", O_WRONLY | O_CLOEXEC), &house.clock };
	server->house.clock = &house.clock;
	server->house.entropy = &entropy_system;
	server->house.settings = &settings;
	server->house.log = &house.log;
	server->limits = server_default_limits;
	server->limits.queue = QUEUE_LIMIT;
	server->bodies.limit = server->limits.bodies_bytes;
	server->pki = (struct listener){ .server = server, .kind = LISTENER_PKI, .socket = -1 };
	queue_init(&server->quick, QUEUE_LIMIT);
	CHECK_OK(connection_table_start(&server->connections, &server->limits, &fault), fault);
	CHECK_OK(worker_start(&house.worker, server, &server->quick, NULL, &fault), fault);
	CHECK_OK(listener_bind(&server->pki, "127.0.0.1", 0, &fault), fault);
	CHECK_OK(listener_start(&server->pki, &fault), fault);
	return 0;
}

static int
house_close(void **state)
{
	struct server *server = &house.server;

	(void)state;
	queue_close(&server->quick);
	worker_join(&house.worker);
	listener_stop(&server->pki);
	connection_table_stop(&server->connections);
	queue_done(&server->quick);
	(void)close(house.log.fd);
	(void)sem_destroy(&responder.go_on);
	return 0;
}

int
main(void)
{
	return _cmocka_run_group_tests("ocsp", test_list, test_count, house_open, house_close);
}
