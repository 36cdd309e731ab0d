#include "client/client.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "client/endpoint.h"
#include "client/transport.h"
#include "model/shape.h"
#include "sigv4/sigv4.h"

enum {
	CLIENT_IDLE_MAX = 8,         /* connections kept for the next caller; more than that are closed */
	CLIENT_BACKOFF_MAX_S = 20,   /* as the SDKs' standard mode */
	CLIENT_TIMESTAMP_BYTES = 17, /* 20261121T080554Z and a NUL */
	CLIENT_HEADER_MAX = 5,
	/* Standard mode's quota of second tries, in its own numbers: a service that is down is not asked thrice by
	 * everybody. */
	CLIENT_QUOTA = 500,
	CLIENT_QUOTA_TRY = 5,
	CLIENT_QUOTA_TIMEOUT_TRY = 10,
	CLIENT_QUOTA_SUCCESS = 1,
};

struct client {
	struct arena arena; /* what the settings point at */
	struct client_settings settings;
	struct endpoint endpoint;
	pthread_mutex_t lock; /* guards all below */
	int quota;
	struct transport *idle[CLIENT_IDLE_MAX];
	size_t idle_count;
};

bool
client_new(const struct client_settings *settings, struct client **out, struct fault *fault)
{
	struct client *client = memory_take_zeroed(sizeof *client);
	struct arena *arena = &client->arena;
	const struct client_credentials *given = &settings->credentials;

	if (!endpoint_parse(settings->endpoint_url, arena, &client->endpoint, fault)) {
		arena_done(arena);
		free(client);
		return false;
	}
	client->settings = *settings;
	client->settings.endpoint_url = arena_str(arena, settings->endpoint_url);
	client->settings.region = arena_str(arena, settings->region);
	client->settings.ca_bundle = arena_cstr(arena, str_of(settings->ca_bundle));
	client->settings.user_agent = arena_cstr(arena, str_of(settings->user_agent));
	client->settings.credentials = (struct client_credentials){
		arena_str(arena, given->access_key_id),
		arena_secret(arena, given->secret_access_key.p, given->secret_access_key.n),
		arena_str(arena, given->session_token),
	};
	client->quota = CLIENT_QUOTA;
	(void)pthread_mutex_init(&client->lock, NULL);
	*out = client;
	return true;
}

void
client_free(struct client *client)
{
	if (client == NULL)
		return;
	for (size_t i = 0; i < client->idle_count; i++)
		transport_free(client->idle[i]);
	(void)pthread_mutex_destroy(&client->lock);
	arena_done(&client->arena);
	free(client);
}

struct str
client_endpoint(const struct client *client)
{
	return str_of(client->endpoint.url);
}

static struct transport *
transport_take(struct client *client)
{
	struct transport *transport = NULL;

	(void)pthread_mutex_lock(&client->lock);
	if (client->idle_count > 0)
		transport = client->idle[--client->idle_count];
	(void)pthread_mutex_unlock(&client->lock);
	return transport != NULL ? transport : transport_new(&client->settings);
}

static void
transport_put(struct client *client, struct transport *transport)
{
	(void)pthread_mutex_lock(&client->lock);
	if (client->idle_count < CLIENT_IDLE_MAX)
		client->idle[client->idle_count++] = GIVE(transport);
	(void)pthread_mutex_unlock(&client->lock);
	transport_free(transport);
}

static void
timestamp_render(const struct client *client, char out[CLIENT_TIMESTAMP_BYTES])
{
	time_t now = (time_t)(clock_now_ms(client->settings.clock) / 1000);
	struct tm tm;

	(void)gmtime_r(&now, &tm);
	(void)strftime(out, CLIENT_TIMESTAMP_BYTES, "%Y%m%dT%H%M%SZ", &tm);
}

/* Signs what is in `headers` and appends the Authorization. */
static void
authorize(const struct client *client, const struct service *service, struct str timestamp, struct str body,
	struct transport_header *headers, size_t *count, struct arena *arena)
{
	const struct client_credentials *credentials = &client->settings.credentials;
	struct str signing_name = str_of(service->signing_name);
	struct sigv4_header signed_headers[CLIENT_HEADER_MAX];
	uint8_t key[SIGV4_KEY_BYTES];

	for (size_t i = 0; i < *count; i++)
		signed_headers[i] = (struct sigv4_header){ headers[i].name, headers[i].value };
	struct sigv4_request request = {
		.method = STR("POST"),
		.target = client->endpoint.target,
		.headers = signed_headers,
		.header_count = *count,
		.body = bytes_of_str(body),
	};
	sigv4_key_derive(secret_bytes(credentials->secret_access_key), (struct str){ timestamp.p, SIGV4_DATE_BYTES },
		client->settings.region, signing_name, key);
	headers[(*count)++] = (struct transport_header){ STR("authorization"),
		sigv4_sign(&request, credentials->access_key_id, client->settings.region, signing_name, timestamp, key,
			arena) };
	memory_wipe(key, sizeof key);
}

/* One attempt, with a date and a signature of its own. */
static enum client_problem
post_once(struct client *client, const struct service *service, const struct operation *operation, int attempt,
	struct str json, struct arena *arena, struct transport_answer *answer, struct str *why)
{
	const struct client_credentials *credentials = &client->settings.credentials;
	struct transport_header headers[CLIENT_HEADER_MAX + 1];
	char timestamp[CLIENT_TIMESTAMP_BYTES];
	size_t n = 0;

	timestamp_render(client, timestamp);
	headers[n++] = (struct transport_header){ STR("content-type"), STR("application/x-amz-json-1.1") };
	headers[n++] = (struct transport_header){ STR("host"), client->endpoint.host };
	headers[n++] = (struct transport_header){ STR("x-amz-date"), str_of(timestamp) };
	headers[n++] = (struct transport_header){ STR("x-amz-target"),
		arena_printf(arena, "%s.%s", service->target_prefix, operation->name) };
	if (credentials->session_token.p != NULL)
		headers[n++] = (struct transport_header){ STR("x-amz-security-token"), credentials->session_token };
	if (credentials->access_key_id.p != NULL)
		authorize(client, service, str_of(timestamp), json, headers, &n, arena);

	const struct client_watch *watch = client->settings.watch;
	if (watch != NULL)
		watch->sends(operation, attempt, client->endpoint.url, headers, n, json);
	struct transport *transport = transport_take(client);
	enum client_problem problem =
		transport_post(transport, client->endpoint.url, headers, n, bytes_of_str(json), arena, answer, why);
	transport_put(client, transport);
	if (watch != NULL && problem == CLIENT_FINE)
		watch->answers(operation, answer);
	else if (watch != NULL)
		watch->fails(operation, why->p);
	return problem;
}

/* The envelope of an error (awsJson 1.1). Which of the two spellings of `message` comes depends on the exception. */
struct envelope {
	struct str type, message, capital_message;
};
static const struct shape text_shape = { .name = "Text", .kind = SHAPE_STRING, .size = sizeof(struct str) };
static const struct member envelope_members[] = {
	{ .name = "__type", .path = "__type", .shape = &text_shape, .offset = offsetof(struct envelope, type) },
	{ .name = "message", .path = "message", .shape = &text_shape, .offset = offsetof(struct envelope, message) },
	{ .name = "Message",
		.path = "Message",
		.shape = &text_shape,
		.offset = offsetof(struct envelope, capital_message) },
};
static const struct shape envelope_shape = {
	.name = "Envelope",
	.kind = SHAPE_STRUCTURE,
	.size = sizeof(struct envelope),
	.members = envelope_members,
	.member_count = ARRAY_COUNT(envelope_members),
};

/* "com.amazon.coral.service#NotFound:http://…" is NotFound to every SDK. */
static struct str
bare_code(struct str type)
{
	struct str head;
	struct str rest = type;

	if (str_cut(&rest, '#', &head))
		type = rest;
	(void)str_cut(&type, ':', &head);
	return head;
}

static void
read_refusal(const struct transport_answer *answer, struct arena *arena, struct client_error *error)
{
	struct envelope envelope = { 0 };
	struct fault fault = { 0 };

	error->status = answer->status;
	error->request_id = answer->request_id;
	if (!model_decode(&envelope_shape, answer->body, arena, &envelope, &fault) || envelope.type.p == NULL) {
		error->problem = CLIENT_NOT_AN_ANSWER;
		error->code = arena_printf(arena, "%d", answer->status);
		error->message =
			arena_printf(arena, "HTTP status %d without a body that names an error", answer->status);
		return;
	}
	error->problem = CLIENT_REFUSED;
	error->code = bare_code(envelope.type);
	error->message = envelope.message.p != NULL ? envelope.message : envelope.capital_message;
}

static bool
is_throttling(struct str code)
{
	static const char *const codes[] = { "Throttling", "ThrottlingException", "ThrottledException",
		"RequestThrottledException", "TooManyRequestsException", "RequestLimitExceeded", "RequestThrottled",
		"SlowDown", "PriorRequestNotComplete", "RequestTimeout", "RequestTimeoutException" };

	for (size_t i = 0; i < ARRAY_COUNT(codes); i++) {
		if (str_is(code, codes[i]))
			return true;
	}
	return false;
}

/* A read time-out is not among them: the request may be at work, and an import is not idempotent. */
static bool
may_try_again(const struct client_error *error)
{
	switch (error->problem) {
	case CLIENT_UNREACHABLE:
	case CLIENT_CONNECT_TIMEOUT:
	case CLIENT_CLOSED:
		return true;
	case CLIENT_REFUSED:
	case CLIENT_NOT_AN_ANSWER:
		return error->status == 500 || error->status == 502 || error->status == 503 || error->status == 504 ||
		       is_throttling(error->code);
	default:
		return false;
	}
}

/* Takes from the quota what the next try costs: false when there is not enough of it. */
static bool
quota_take(struct client *client, int cost)
{
	(void)pthread_mutex_lock(&client->lock);
	bool enough = client->quota >= cost;
	if (enough)
		client->quota -= cost;
	(void)pthread_mutex_unlock(&client->lock);
	return enough;
}

static void
quota_return(struct client *client, int taken)
{
	(void)pthread_mutex_lock(&client->lock);
	client->quota += taken > 0 ? taken : CLIENT_QUOTA_SUCCESS;
	if (client->quota > CLIENT_QUOTA)
		client->quota = CLIENT_QUOTA;
	(void)pthread_mutex_unlock(&client->lock);
}

/* Standard mode: a random part of 2^attempt seconds, so that clients refused together do not return together. */
static void
back_off(const struct client *client, int attempt)
{
	uint32_t random;
	int64_t most_ms = attempt < 5 ? (INT64_C(1000) << attempt) : CLIENT_BACKOFF_MAX_S * INT64_C(1000);

	entropy_fill(client->settings.entropy, &random, sizeof random);
	int64_t wait_ms = most_ms * (int64_t)random / UINT32_MAX;
	struct timespec pause = { (time_t)(wait_ms / 1000), (long)(wait_ms % 1000) * 1000000L };
	(void)nanosleep(&pause, NULL);
}

bool
client_call_json(struct client *client, const struct service *service, const struct operation *operation,
	struct str json, struct arena *arena, struct str *answer, struct client_error *error)
{
	int taken = 0; /* from the quota, for the try that is at work */

	for (int attempt = 0;; attempt++) {
		struct transport_answer got = { 0 };
		struct client_error trouble = { .attempts = attempt + 1 };

		trouble.problem =
			post_once(client, service, operation, attempt + 1, json, arena, &got, &trouble.message);
		if (trouble.problem == CLIENT_FINE && got.status == 200) {
			*answer = got.body;
			quota_return(client, taken);
			return true;
		}
		if (trouble.problem == CLIENT_FINE)
			read_refusal(&got, arena, &trouble);
		trouble.retryable = may_try_again(&trouble);
		taken = trouble.problem == CLIENT_CONNECT_TIMEOUT ? CLIENT_QUOTA_TIMEOUT_TRY : CLIENT_QUOTA_TRY;
		if (attempt + 1 >= client->settings.attempts || !trouble.retryable || !quota_take(client, taken)) {
			*error = trouble;
			return false;
		}
		back_off(client, attempt);
	}
}

bool
client_answer(
	const struct operation *operation, struct str text, struct arena *arena, void *out, struct client_error *error)
{
	struct fault fault = { 0 };

	if (operation->output == NULL || model_decode(operation->output, text, arena, out, &fault))
		return true;
	*error = (struct client_error){ .problem = CLIENT_NOT_AN_ANSWER,
		.status = 200,
		.attempts = 1,
		.message = arena_printf(arena, "the answer is not one of %s", operation->name) };
	return false;
}

bool
client_call(struct client *client, const struct service *service, const struct operation *operation, const void *in,
	struct arena *arena, void *out, struct client_error *error)
{
	struct buffer json = { 0 };
	struct str answer;

	if (operation->input != NULL)
		model_encode(operation->input, in, &json);
	else
		buffer_put_cstr(&json, "{}");
	bool done = client_call_json(client, service, operation, buffer_str(&json), arena, &answer, error);
	buffer_done(&json);
	return done && client_answer(operation, answer, arena, out, error);
}
