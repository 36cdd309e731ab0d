#include "client/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "model/acm.h"
#include "test.h"

static struct arena arena;

/* A server that answers each connection with the next of its lines and closes it; "" closes without an answer. */
struct script {
	const char *const *answers;
	size_t count;
	int listener;
	int port;
	pthread_t thread;
	char requests[8][8192]; /* as they came */
	size_t served;
};

static size_t
content_length(const char *request)
{
	const char *found = strcasestr(request, "content-length:");

	return found != NULL ? (size_t)strtoul(found + strlen("content-length:"), NULL, 10) : 0;
}

static void
read_request(int fd, char *request, size_t room)
{
	size_t n = 0;

	while (n < room - 1) {
		ssize_t got = read(fd, request + n, room - 1 - n);
		if (got <= 0)
			return;
		n += (size_t)got;
		request[n] = '\0';
		const char *body = strstr(request, "\r\n\r\n");
		if (body != NULL && n - (size_t)(body + 4 - request) >= content_length(request))
			return;
	}
}

static void *
serve(void *context)
{
	struct script *script = context;

	for (size_t i = 0; i < script->count; i++) {
		int fd = accept(script->listener, NULL, NULL);
		if (fd < 0)
			break;
		read_request(fd, script->requests[i], sizeof script->requests[i]);
		ssize_t written = write(fd, script->answers[i], strlen(script->answers[i]));
		script->served += written >= 0;
		(void)close(fd);
	}
	return NULL;
}

static void
script_start(struct script *script, const char *const *answers, size_t count)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof address;

	*script = (struct script){ .answers = answers, .count = count };
	script->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(script->listener >= 0);
	CHECK(bind(script->listener, (struct sockaddr *)&address, sizeof address) == 0);
	CHECK(listen(script->listener, 8) == 0);
	CHECK(getsockname(script->listener, (struct sockaddr *)&address, &n) == 0);
	script->port = ntohs(address.sin_port);
	CHECK(pthread_create(&script->thread, NULL, serve, script) == 0);
}

static void
script_end(struct script *script)
{
	(void)shutdown(script->listener, SHUT_RDWR);
	CHECK(pthread_join(script->thread, NULL) == 0);
	(void)close(script->listener);
}

/* No waiting between attempts. */
static void
fill_zero(const struct entropy *entropy, void *p, size_t n)
{
	(void)entropy;
	memset(p, 0, n);
}
static const struct entropy no_entropy = { fill_zero };
static struct clock fixed;

static struct client *
client_for(int port, const char *access_key_id)
{
	static const uint8_t secret[] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
	struct fault fault = { 0 };
	struct client *client = NULL;

	fixed = clock_fixed(1763712354123);
	struct client_settings settings = {
		.endpoint_url = arena_printf(&arena, "http://127.0.0.1:%d", port),
		.region = STR("us-east-1"),
		.credentials = { str_of(access_key_id), arena_secret(&arena, secret, sizeof secret - 1), { 0 } },
		.connect_timeout_ms = 5000,
		.read_timeout_ms = 5000,
		.attempts = 3,
		.clock = &fixed,
		.entropy = &no_entropy,
	};
	CHECK_OK(client_new(&settings, &client, &fault), fault);
	return client;
}

#define HEAD(status, length)                                                                                           \
	"HTTP/1.1 " status "\r\nx-amzn-RequestId: 0000-1\r\nConnection: close\r\nContent-Length: " length "\r\n\r\n"

static const char refusal[] =
	HEAD("400 Bad Request", "59") "{\"__type\":\"a.b#ResourceNotFoundException\",\"Message\":\"gone\"}";
static const char good[] = HEAD("200 OK", "30") "{\"CertificateArn\":\"arn:a:b:c\"}";
static const char throttled[] = HEAD("400 Bad Request", "32") "{\"__type\":\"ThrottlingException\"}";
static const char broken[] = HEAD("500 Oops", "28") "{\"__type\":\"InternalFailure\"}";

static bool
call(struct script *script, const char *access_key_id, struct client_error *error, struct str *arn)
{
	struct acm_import_certificate_request in = { .certificate = bytes_of_str(STR("abc")) };
	struct acm_import_certificate_response out = { 0 };
	struct client *client = client_for(script->port, access_key_id);
	const struct operation *operation = service_operation(&acm_service, STR("ImportCertificate"));

	bool done = client_call(client, &acm_service, operation, &in, &arena, &out, error);
	*arn = out.certificate_arn;
	client_free(client);
	return done;
}

TEST(client, encodes_signs_and_decodes)
{
	const char *const answers[] = { good };
	struct script script;
	struct client_error error = { 0 };
	struct str arn;

	script_start(&script, answers, 1);
	CHECK(call(&script, "AKIDEXAMPLE", &error, &arn));
	script_end(&script);
	CHECK_TEXT(arn, "arn:a:b:c");
	const char *request = script.requests[0];
	CHECK(strncmp(request, "POST / HTTP/1.1\r\n", 17) == 0);
	CHECK(strstr(request, "x-amz-target: CertificateManager.ImportCertificate\r\n") != NULL);
	CHECK(strstr(request, "content-type: application/x-amz-json-1.1\r\n") != NULL);
	CHECK(strstr(request, "x-amz-date: 20251121T080554Z\r\n") != NULL);
	CHECK(strstr(request,
		      "authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20251121/us-east-1/acm/aws4_request, "
		      "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=") != NULL);
	CHECK(strstr(request, "\r\n\r\n{\"Certificate\":\"YWJj\"}") != NULL);
	arena_reset(&arena);
}

TEST(client, sends_no_signature_without_credentials)
{
	const char *const answers[] = { good };
	struct script script;
	struct client_error error = { 0 };
	struct str arn;

	script_start(&script, answers, 1);
	CHECK(call(&script, NULL, &error, &arn));
	script_end(&script);
	CHECK(strstr(script.requests[0], "uthorization") == NULL);
	arena_reset(&arena);
}

TEST(client, tells_what_the_service_said)
{
	const char *const answers[] = { refusal };
	struct script script;
	struct client_error error = { 0 };
	struct str arn;

	script_start(&script, answers, 1);
	CHECK(!call(&script, "AK", &error, &arn));
	script_end(&script);
	CHECK(error.problem == CLIENT_REFUSED);
	assert_int_equal(error.status, 400);
	CHECK_TEXT(error.code, "ResourceNotFoundException");
	CHECK_TEXT(error.message, "gone");
	CHECK_TEXT(error.request_id, "0000-1");
	assert_int_equal(error.attempts, 1);
	arena_reset(&arena);
}

TEST(client, tries_again_when_that_may_help)
{
	const char *const answers[] = { throttled, broken, good };
	const char *const closed[] = { "", good };
	struct script script;
	struct client_error error = { 0 };
	struct str arn;

	script_start(&script, answers, 3);
	CHECK(call(&script, "AK", &error, &arn));
	script_end(&script);
	assert_int_equal(script.served, 3);
	script_start(&script, closed, 2);
	CHECK(call(&script, "AK", &error, &arn));
	script_end(&script);
	assert_int_equal(script.served, 2);
	arena_reset(&arena);
}

TEST(client, gives_up_after_three)
{
	const char *const answers[] = { throttled, throttled, throttled };
	struct script script;
	struct client_error error = { 0 };
	struct str arn;

	script_start(&script, answers, 3);
	CHECK(!call(&script, "AK", &error, &arn));
	script_end(&script);
	CHECK(error.problem == CLIENT_REFUSED);
	CHECK_TEXT(error.code, "ThrottlingException");
	assert_int_equal(error.attempts, 3);
	arena_reset(&arena);
}

TEST(client, knows_garbage_when_it_sees_it)
{
	const char *const pages[] = { HEAD("404 Not Found", "6") "<html>" };
	const char *const lies[] = { HEAD("200 OK", "2") "[]" };
	const char *const noise[] = { "SSH-2.0-OpenSSH\r\n" };
	struct script script;
	struct client_error error = { 0 };
	struct str arn;

	script_start(&script, pages, 1);
	CHECK(!call(&script, "AK", &error, &arn));
	script_end(&script);
	CHECK(error.problem == CLIENT_NOT_AN_ANSWER);
	assert_int_equal(error.status, 404);
	script_start(&script, lies, 1);
	CHECK(!call(&script, "AK", &error, &arn));
	script_end(&script);
	CHECK(error.problem == CLIENT_NOT_AN_ANSWER);
	script_start(&script, noise, 1);
	CHECK(!call(&script, "AK", &error, &arn));
	script_end(&script);
	CHECK(error.problem == CLIENT_NOT_AN_ANSWER);
	arena_reset(&arena);
}

TEST(client, says_when_nobody_listens)
{
	struct script script;
	struct client_error error = { 0 };
	struct str arn;

	/* A port that was free a moment ago. */
	script_start(&script, NULL, 0);
	script_end(&script);
	CHECK(!call(&script, "AK", &error, &arn));
	CHECK(error.problem == CLIENT_UNREACHABLE);
	assert_int_equal(error.attempts, 3);
	arena_reset(&arena);
}

TEST(client, stops_trying_again_where_nothing_succeeds)
{
	const struct operation *operation = service_operation(&acm_service, STR("ImportCertificate"));
	struct client_error error = { 0 };
	struct str answer;
	/* Port 1 of loopback: nobody listens there. A second try costs 5 of 500. */
	struct client *client = client_for(1, NULL);

	for (int i = 0; i < 50; i++) {
		CHECK(!client_call_json(client, &acm_service, operation, STR("{}"), &arena, &answer, &error));
		CHECK(error.problem == CLIENT_UNREACHABLE && error.retryable && error.attempts == 3);
	}
	CHECK(!client_call_json(client, &acm_service, operation, STR("{}"), &arena, &answer, &error));
	CHECK(error.problem == CLIENT_UNREACHABLE && error.retryable && error.attempts == 1);
	client_free(client);
	arena_reset(&arena);
}

TEST(client, refuses_settings_that_lead_nowhere)
{
	struct client_settings settings = { .endpoint_url = STR("gopher://x") };
	struct client *client = NULL;
	struct fault fault = { 0 };

	CHECK(!client_new(&settings, &client, &fault));
	CHECK(client == NULL);
	client_free(NULL);
	arena_done(&arena);
}

TEST_MAIN("client/client");
