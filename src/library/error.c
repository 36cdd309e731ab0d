#include "library/error.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const char *
put(char **room, struct str text)
{
	char *copy = *room;

	if (text.n > 0)
		memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	*room += text.n + 1;
	return copy;
}

/* The error and its texts are one block of memory. */
static bool
error_make(const struct chancery_error *model, struct str code, struct str message, struct str request_id,
	struct chancery_error **out)
{
	if (out == NULL)
		return false;

	struct chancery_error *error = memory_take(sizeof *error + code.n + message.n + request_id.n + 3);
	char *room = (char *)(error + 1);
	*error = *model;
	error->code = put(&room, code);
	error->message = put(&room, message);
	error->request_id = request_id.p != NULL ? put(&room, request_id) : NULL;
	*out = error;
	return false;
}

void
chancery_error_free(struct chancery_error *error)
{
	free(error);
}

bool
error_of_fault(const struct fault *fault, enum chancery_error_kind kind, const char *code, struct chancery_error **out)
{
	return error_make(
		&(struct chancery_error){ .kind = kind }, str_of(code), str_of(fault->say), (struct str){ 0 }, out);
}

bool
error_of_request(const struct fault *fault, struct chancery_error **out)
{
	return error_of_fault(fault, CHANCERY_ERROR_ARGUMENT, "ParamValidationError", out);
}

/* botocore's names and sentences, which people look for. */
struct wording {
	enum chancery_error_kind kind;
	const char *code;
	const char *sentence; /* before the endpoint's URL */
};
static const struct wording wordings[] = {
	[CLIENT_REFUSED] = { CHANCERY_ERROR_SERVICE, NULL, NULL },
	[CLIENT_UNREACHABLE] = { CHANCERY_ERROR_UNREACHABLE, "EndpointConnectionError",
		"Could not connect to the endpoint URL" },
	[CLIENT_TLS_FAILED] = { CHANCERY_ERROR_TLS, "SSLError", "SSL validation failed for" },
	[CLIENT_CONNECT_TIMEOUT] = { CHANCERY_ERROR_TIMEOUT, "ConnectTimeoutError", "Connect timeout on endpoint URL" },
	[CLIENT_READ_TIMEOUT] = { CHANCERY_ERROR_TIMEOUT, "ReadTimeoutError", "Read timeout on endpoint URL" },
	[CLIENT_CLOSED] = { CHANCERY_ERROR_CLOSED, "ConnectionClosedError",
		"Connection was closed before we received a valid response from endpoint URL" },
	[CLIENT_NOT_AN_ANSWER] = { CHANCERY_ERROR_ANSWER, "ResponseParserError", "This is no answer of the API, from" },
};

bool
error_of_client(const struct client_error *error, struct str endpoint, struct chancery_error **out)
{
	const struct wording *wording = &wordings[error->problem];
	struct chancery_error model = {
		.kind = wording->kind,
		.http_status = error->status,
		.attempts = error->attempts,
		.retryable = error->retryable,
	};

	if (error->problem == CLIENT_REFUSED)
		return error_make(&model, error->code, error->message, error->request_id, out);

	struct buffer words = { 0 };
	buffer_printf(&words, "%s \"%.*s\"", wording->sentence, STR_ARG(endpoint));
	if (error->message.n > 0)
		buffer_printf(&words, ": %.*s", STR_ARG(error->message));
	(void)error_make(&model, str_of(wording->code), buffer_str(&words), error->request_id, out);
	buffer_done(&words);
	return false;
}
