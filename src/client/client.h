/* client.h — calls operations of a service: encode, sign, send, try again when that is safe, decode.
 *
 * A client is safe for threads: it holds settings that do not change and a few idle connections. It reads no
 * environment and no files but a CA bundle: client/settings.h finds out what a user's machine says. */
#ifndef CHANCERY_CLIENT_CLIENT_H
#define CHANCERY_CLIENT_CLIENT_H

#include "base/clock.h"
#include "base/fault.h"
#include "base/secret.h"
#include "model/operation.h"

/* No answer of these services is near it: GetCertificate of the largest chain is under 3 MiB. */
enum { CLIENT_ANSWER_MAX_BYTES = 64 * 1024 * 1024 };

struct client_credentials {
	struct str access_key_id; /* absent: requests go out unsigned */
	struct secret secret_access_key;
	struct str session_token; /* absent for long-term keys */
};

/* Where the settings come from, in words; for people. NULL: nobody has asked. */
struct client_origin {
	const char *endpoint, *region, *credentials;
	const char *config, *credentials_file; /* paths */
};

struct transport_header;
struct transport_answer;

/* Sees all that goes over the wire, secrets included; decides itself what to do with it. */
struct client_watch {
	void (*sends)(const struct operation *operation, int attempt, const char *url,
		const struct transport_header *headers, size_t count, struct str body);
	void (*answers)(const struct operation *operation, const struct transport_answer *answer);
	void (*fails)(const struct operation *operation, const char *why);
};

struct client_settings {
	struct str endpoint_url; /* http or https, with an optional path */
	struct str region;       /* of the signature's scope */
	struct client_credentials credentials;
	bool skip_tls_verification;
	const char *ca_bundle;      /* PEM file; NULL: the system's */
	int64_t connect_timeout_ms; /* 0: none */
	int64_t read_timeout_ms;    /* 0: none */
	int attempts;               /* at least 1; SDKs use 3 */
	const char *user_agent;     /* NULL: chancery's own */
	const struct clock *clock;
	const struct entropy *entropy;
	const struct client_watch *watch; /* NULL: nobody looks */
	struct client_origin origin;      /* the client does not need it */
};

enum client_problem {
	CLIENT_FINE,
	CLIENT_REFUSED,     /* the service answered with an error: code, message */
	CLIENT_UNREACHABLE, /* nobody listens there, or the name is unknown */
	CLIENT_TLS_FAILED,  /* message says which check */
	CLIENT_CONNECT_TIMEOUT,
	CLIENT_READ_TIMEOUT,
	CLIENT_CLOSED,        /* the connection ended before an answer came */
	CLIENT_NOT_AN_ANSWER, /* an answer came that the API does not know */
};

struct client_error {
	enum client_problem problem;
	int status;            /* of HTTP, 0 when there was no answer */
	struct str code;       /* "ResourceNotFoundException" */
	struct str message;    /* the service's words, or the transport's */
	struct str request_id; /* absent when the answer had none */
	int attempts;          /* how often it was tried */
	bool retryable;        /* another try may help */
};

struct client;

/* Copies what it needs. Faults: FAULT_INVALID_ARGS for a URL that is none, FAULT_UNAVAILABLE without libcurl. */
MUST_CHECK bool client_new(const struct client_settings *settings, struct client **out, struct fault *fault);
void client_free(struct client *client);
/* The URL that requests go to, complete with its path. */
struct str client_endpoint(const struct client *client);

/* `in` and `out` are the operation's generated structs (NULL where it has none); what `out` points at lives in the
 * arena. False: *error says why, in the arena too. */
MUST_CHECK bool client_call(struct client *client, const struct service *service, const struct operation *operation,
	const void *in, struct arena *arena, void *out, struct client_error *error);
/* The last step of client_call() alone: an answer's text into the operation's struct. */
MUST_CHECK bool client_answer(
	const struct operation *operation, struct str text, struct arena *arena, void *out, struct client_error *error);
/* The same with JSON on both sides, for callers that know operations only by their tables. */
MUST_CHECK bool client_call_json(struct client *client, const struct service *service,
	const struct operation *operation, struct str json, struct arena *arena, struct str *answer,
	struct client_error *error);

#endif
