#include "cli/dialog.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/debug.h"
#include "cli/json.h"
#include "cli/say.h"
#include "client/settings.h"

/* The profile's cli_timestamp_format. */
static bool
choose_times(const struct settings_wish *wish, struct arena *arena, enum answer_times *out, struct fault *fault)
{
	struct str format;

	if (!settings_look(wish, NULL, "cli_timestamp_format", getenv, arena, &format, fault))
		return false;
	*out = format.p != NULL && str_is(format, "wire") ? ANSWER_TIMES_WIRE : ANSWER_TIMES_ISO;
	return format.p == NULL || *out == ANSWER_TIMES_WIRE || str_is(format, "iso8601") ||
	       fault_set(fault, FAULT_MISSING_AUTHENTICATION,
		       "Unknown cli_timestamp_format value: %.*s, valid values are \"wire\" or \"iso8601\"",
		       STR_ARG(format));
}

int
dialog_open(const struct globals *globals, const struct service *service, struct arena *arena, struct dialog *out)
{
	struct settings_wish wish = {
		.profile = globals->profile,
		.region = globals->region,
		.endpoint_url = globals->endpoint_url,
		.ca_bundle = globals->ca_bundle,
		.skip_tls_verification = globals->no_verify_ssl,
		.unsigned_requests = globals->no_sign_request,
		.connect_timeout_s = globals->connect_timeout,
		.read_timeout_s = globals->read_timeout,
		.watch = globals->debug ? &debug_watch : NULL,
	};
	struct client_settings settings;
	struct fault fault = { 0 };

	if (!choose_times(&wish, arena, &out->times, &fault) ||
		!settings_resolve(&wish, service, getenv, arena, &settings, &fault) ||
		!client_new(&settings, &out->client, &fault))
		return say_complaint(fault.say,
			fault.code == FAULT_MISSING_AUTHENTICATION ? EXIT_CONFIGURATION : EXIT_ANYTHING_ELSE);
	out->attempts = settings.attempts;
	if (globals->debug)
		debug_settings(&settings, globals->profile);
	return EXIT_FINE;
}

void
dialog_done(struct dialog *dialog)
{
	client_free(dialog->client);
	dialog->client = NULL;
}

static bool
ask(const struct dialog *dialog, const struct service *service, const struct operation *operation,
	const struct value *input, struct arena *arena, struct str *text, struct client_error *error)
{
	struct buffer json = { 0 };

	json_write(input, &json);
	bool done = client_call_json(dialog->client, service, operation, buffer_str(&json), arena, text, error);
	buffer_done(&json);
	return done;
}

bool
dialog_ask(const struct dialog *dialog, const struct service *service, const struct operation *operation,
	const struct value *input, struct arena *arena, struct value **answer, struct client_error *error)
{
	struct fault fault = { 0 };
	struct str text;

	if (!ask(dialog, service, operation, input, arena, &text, error))
		return false;
	if (answer_read(operation->output, text, dialog->times, arena, answer, &fault))
		return true;
	error->problem = CLIENT_NOT_AN_ANSWER;
	error->message = arena_str(arena, str_of(fault.say));
	return false;
}

bool
dialog_look(const struct dialog *dialog, const struct service *service, const struct operation *operation,
	const struct value *input, struct arena *arena, const void **answer, struct client_error *error)
{
	void *out = operation->output != NULL ? arena_alloc(arena, operation->output->size) : NULL;
	struct str text;

	*answer = out;
	return ask(dialog, service, operation, input, arena, &text, error) &&
	       client_answer(operation, text, arena, out, error);
}

static void
explain_refusal(const struct dialog *dialog, const struct operation *operation, const struct client_error *error)
{
	(void)fprintf(stderr, "\nAn error occurred (%.*s) when calling the %s operation", STR_ARG(error->code),
		operation->name);
	/* botocore says so of every last attempt, whether another one might have helped or not. */
	if (error->attempts >= dialog->attempts)
		(void)fprintf(stderr, " (reached max retries: %d)", error->attempts - 1);
	(void)fprintf(stderr, ": %.*s\n", STR_ARG(error->message));
}

int
dialog_explain(const struct dialog *dialog, const struct service *service, const struct operation *operation,
	const struct client_error *error)
{
	struct str endpoint = client_endpoint(dialog->client);

	switch (error->problem) {
	case CLIENT_REFUSED:
		explain_refusal(dialog, operation, error);
		return EXIT_SERVICE;
	case CLIENT_UNREACHABLE:
		(void)fprintf(stderr, "\nCould not connect to the endpoint URL: \"%.*s\"\n", STR_ARG(endpoint));
		break;
	case CLIENT_TLS_FAILED:
		(void)fprintf(
			stderr, "\nSSL validation failed for %.*s %.*s\n", STR_ARG(endpoint), STR_ARG(error->message));
		break;
	case CLIENT_CONNECT_TIMEOUT:
		(void)fprintf(stderr, "\nConnect timeout on endpoint URL: \"%.*s\"\n", STR_ARG(endpoint));
		break;
	case CLIENT_READ_TIMEOUT:
		(void)fprintf(stderr, "\nRead timeout on endpoint URL: \"%.*s\"\n", STR_ARG(endpoint));
		break;
	case CLIENT_CLOSED:
		(void)fprintf(stderr,
			"\nConnection was closed before we received a valid response from endpoint URL: \"%.*s\".\n",
			STR_ARG(endpoint));
		break;
	default:
		(void)fprintf(stderr, "\nThis is no answer of %s at \"%.*s\": %.*s\n", service->command,
			STR_ARG(endpoint), STR_ARG(error->message));
		break;
	}
	return EXIT_ANYTHING_ELSE;
}
