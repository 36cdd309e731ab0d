#include "cli/cli.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/answer.h"
#include "cli/argument.h"
#include "cli/check.h"
#include "cli/help.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/pages.h"
#include "cli/skeleton.h"
#include "cli/suggest.h"
#include "cli/wait.h"
#include "client/settings.h"
#include "model/acm.h"
#include "model/own.h"
#include "model/pca.h"

enum cli_exit {
	EXIT_FINE = 0,
	EXIT_INTERRUPTED = 130,
	EXIT_USAGE = 252,
	EXIT_CONFIGURATION = 253,
	EXIT_SERVICE = 254,
	EXIT_ANYTHING_ELSE = 255,
};

static const struct service *const services[] = { &acm_service, &pca_service, &own_service };

/* One command at work. */
struct command {
	const struct service *service;
	const struct operation *operation;
	const struct waiter *waiter; /* NULL: asked once */
	struct value *input;
	struct options options;
	struct arena *arena;
	struct client *client;
	int attempts; /* that the settings allow for one request */
	int exit;     /* set by whoever said why on stderr */
};

static const char usage[] = "usage: chancery <service> <operation> [options]\n"
			    "To see help text, you can run:\n\n"
			    "  chancery help\n"
			    "  chancery <service> help\n"
			    "  chancery <service> <operation> help\n";

static int
complain(const char *words, int exit_code)
{
	(void)fprintf(stderr, "\n%s\n", words);
	return exit_code;
}

static int
complain_usage(const char *words)
{
	(void)fprintf(stderr, "\n%s\nchancery: error: %s\n\n", usage, words);
	return EXIT_USAGE;
}

static int
print(struct buffer *text)
{
	bool written = fwrite(text->p, 1, text->n, stdout) == text->n && fflush(stdout) == 0;

	buffer_done(text);
	/* A reader that has seen enough (`| head`) has ended us by SIGPIPE; what can fail here is a full disk. */
	return written ? EXIT_FINE
		       : complain("The answer could not be written to standard output.", EXIT_ANYTHING_ELSE);
}

static int
print_value(const struct value *value)
{
	struct buffer text = { 0 };

	json_write_pretty(value, &text);
	buffer_put_char(&text, '\n');
	return print(&text);
}

static void
explain_refusal(const struct command *command, const struct client_error *error)
{
	(void)fprintf(stderr, "\nAn error occurred (%.*s) when calling the %s operation", STR_ARG(error->code),
		command->operation->name);
	/* botocore says so of every last attempt, whether another one might have helped or not. */
	if (error->attempts >= command->attempts)
		(void)fprintf(stderr, " (reached max retries: %d)", error->attempts - 1);
	(void)fprintf(stderr, ": %.*s\n", STR_ARG(error->message));
}

static int
explain(const struct command *command, struct str endpoint, const struct client_error *error)
{
	switch (error->problem) {
	case CLIENT_REFUSED:
		explain_refusal(command, error);
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
		(void)fprintf(stderr, "\nThis is no answer of %s at \"%.*s\": %.*s\n", command->service->command,
			STR_ARG(endpoint), STR_ARG(error->message));
		break;
	}
	return EXIT_ANYTHING_ELSE;
}

/* One request. False: *error says why. */
static bool
ask(struct command *command, const struct value *input, struct value **answer, struct client_error *error)
{
	struct fault fault = { 0 };
	struct buffer json = { 0 };
	struct str text;

	json_write(input, &json);
	bool done = client_call_json(
		command->client, command->service, command->operation, buffer_str(&json), command->arena, &text, error);
	buffer_done(&json);
	if (!done)
		return false;
	if (answer_read(command->operation->output, text, command->arena, answer, &fault))
		return true;
	error->problem = CLIENT_NOT_AN_ANSWER;
	error->message = arena_str(command->arena, str_of(fault.say));
	return false;
}

static bool
call(void *context, const struct value *input, struct value **answer)
{
	struct command *command = context;
	struct client_error error = { 0 };

	if (ask(command, input, answer, &error))
		return true;
	command->exit = explain(command, client_endpoint(command->client), &error);
	return false;
}

static bool
ask_for_waiter(void *context, struct value **answer, struct client_error *error)
{
	struct command *command = context;

	return ask(command, command->input, answer, error);
}

static void
pause_for_waiter(void *context, unsigned seconds)
{
	struct timespec left = { .tv_sec = (time_t)seconds };

	(void)context;
	(void)nanosleep(&left, NULL);
}

static int
run_waiter(struct command *command)
{
	const struct wait wait = { ask_for_waiter, pause_for_waiter, command };
	struct client_error error = { 0 };
	struct fault fault = { 0 };

	if (wait_for(command->waiter, &wait, &error, &fault))
		return EXIT_FINE;
	if (fault.code == FAULT_NONE)
		return explain(command, client_endpoint(command->client), &error);
	return complain(fault.say, EXIT_ANYTHING_ELSE);
}

/* The input of the operation: a JSON input, and over it what the options say. */
static bool
read_input(struct command *command, struct value **out, struct fault *fault)
{
	const struct globals *globals = &command->options.globals;
	const struct shape *shape = command->operation->input;
	bool blobs_are_raw = globals->binary_format != NULL && strcmp(globals->binary_format, "raw-in-base64-out") == 0;
	struct value *input = value_new(VALUE_MAP, command->arena);
	struct value *given = NULL;

	if (globals->input_json != NULL && shape != NULL &&
		!argument_read_input(
			"cli-input-json", shape, globals->input_json, blobs_are_raw, command->arena, &given, fault))
		return false;
	for (size_t i = 0; shape != NULL && i < shape->member_count; i++) {
		const struct member *member = &shape->members[i];
		const struct option_words *words = &command->options.members[i];
		struct value *value;
		if (words->words == NULL)
			continue;
		if (!argument_read(member->option, member->shape, words->words, words->count, blobs_are_raw,
			    command->arena, &value, fault))
			return false;
		value_set(input, str_of(member->name), value, command->arena);
	}
	for (size_t i = 0; given != NULL && i < given->count; i++) {
		if (value_get(input, given->items[i].key) == NULL)
			value_set(input, given->items[i].key, given->items[i].value, command->arena);
	}
	*out = input;
	return shape == NULL || check_input(shape, input, command->arena, fault);
}

static bool
open_client(struct command *command, struct fault *fault)
{
	const struct globals *globals = &command->options.globals;
	struct settings_wish wish = {
		.profile = globals->profile,
		.region = globals->region,
		.endpoint_url = globals->endpoint_url,
		.ca_bundle = globals->ca_bundle,
		.skip_tls_verification = globals->no_verify_ssl,
		.unsigned_requests = globals->no_sign_request,
		.connect_timeout_s = globals->connect_timeout,
		.read_timeout_s = globals->read_timeout,
	};
	struct client_settings settings;

	if (!settings_resolve(&wish, command->service, getenv, command->arena, &settings, fault))
		return false;
	command->attempts = settings.attempts;
	return client_new(&settings, &command->client, fault);
}

static int
run_once(struct command *command)
{
	const struct globals *globals = &command->options.globals;
	struct fault fault = { 0 };
	struct value *answer;
	bool done;

	if (pages_wanted(command->operation, globals, command->input))
		done = pages_collect(
			command->operation, globals, command->input, call, command, command->arena, &answer, &fault);
	else
		done = call(command, command->input, &answer);
	/* An operation that answers with nothing prints nothing. */
	if (done && answer->count > 0)
		return print_value(answer);
	if (!done && fault.code != FAULT_NONE)
		return complain(fault.say, fault.code == FAULT_INVALID_ARGS ? EXIT_USAGE : EXIT_ANYTHING_ELSE);
	return command->exit;
}

static int
run(struct command *command)
{
	struct fault fault = { 0 };

	if (!read_input(command, &command->input, &fault))
		return complain(fault.say, EXIT_USAGE);
	if (command->options.globals.skeleton != NULL)
		return print_value(skeleton_output(command->operation->output, command->arena));
	if (!open_client(command, &fault))
		return complain(fault.say,
			fault.code == FAULT_MISSING_AUTHENTICATION ? EXIT_CONFIGURATION : EXIT_ANYTHING_ELSE);
	int code = command->waiter != NULL ? run_waiter(command) : run_once(command);
	client_free(command->client);
	return code;
}

/* Nothing of ours needs an orderly end; the shell wants the code, and the prompt a line of its own. */
static void
on_interrupt(int signal_number)
{
	(void)signal_number;
	ssize_t ignored = write(STDOUT_FILENO, "\n", 1);
	(void)ignored;
	_exit(EXIT_INTERRUPTED);
}

static bool
is_help(const char *word)
{
	return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0;
}

/* argv holds what follows the operation or the waiter. */
static int
command_main(struct command *command, int argc, char **argv)
{
	struct fault fault = { 0 };
	struct buffer text = { 0 };

	if (argc > 0 && is_help(argv[0])) {
		if (command->waiter != NULL)
			help_waiter(command->service, command->waiter, &text);
		else
			help_operation(command->service, command->operation, &text);
		return print(&text);
	}
	if (!options_read(
		    command->operation, argc, (const char *const *)argv, command->arena, &command->options, &fault))
		return complain_usage(fault.say);
	if (command->options.globals.version) {
		buffer_put_cstr(&text, "chancery/" CHANCERY_VERSION "\n");
		return print(&text);
	}
	const char *skeleton = command->options.globals.skeleton;
	if (skeleton != NULL && strcmp(skeleton, "input") == 0)
		return print_value(skeleton_input(command->operation->input, command->arena));
	return run(command);
}

static int
unknown_word(const struct service *service, const char *what, const char *word, const struct suggestion *suggestion)
{
	struct buffer words = { 0 };

	buffer_printf(&words, "argument %s: Invalid choice '%s'.", what, word);
	if (suggestion->best != NULL)
		buffer_printf(&words, " Did you mean %s?", suggestion->best);
	else
		buffer_printf(&words, " `chancery %s help` lists the valid ones.", service->command);
	int code = complain_usage(words.p);
	buffer_done(&words);
	return code;
}

static int
unknown_operation(const struct service *service, const char *word)
{
	struct suggestion suggestion = suggest_for(str_of(word));

	for (size_t i = 0; i < service->operation_count; i++)
		suggest_consider(&suggestion, service->operations[i].command);
	return unknown_word(service, "operation", word, &suggestion);
}

static int
unknown_waiter(const struct service *service, const char *word)
{
	struct suggestion suggestion = suggest_for(str_of(word));

	for (size_t i = 0; i < service->waiter_count; i++)
		suggest_consider(&suggestion, service->waiters[i].command);
	return unknown_word(service, "subcommand", word, &suggestion);
}

/* `chancery acm-pca wait NAME …`: argv[0] is "wait". */
static int
wait_main(struct command *command, int argc, char **argv)
{
	struct buffer text = { 0 };

	if (argc < 2)
		return complain_usage("the following arguments are required: subcommand");
	if (is_help(argv[1])) {
		help_service(command->service, &text);
		return print(&text);
	}
	command->waiter = service_waiter(command->service, str_of(argv[1]));
	if (command->waiter == NULL)
		return unknown_waiter(command->service, argv[1]);
	command->operation = command->waiter->operation;
	return command_main(command, argc - 2, argv + 2);
}

static const struct service *
service_of(const char *command)
{
	for (size_t i = 0; i < ARRAY_COUNT(services); i++) {
		if (strcmp(services[i]->command, command) == 0)
			return services[i];
	}
	return services[0];
}

int
cli_main(int argc, char **argv)
{
	struct sigaction interrupt = { .sa_handler = on_interrupt };
	struct arena arena = { 0 };
	struct command command = { .service = service_of(argv[0]), .arena = &arena };
	struct buffer text = { 0 };
	int code;

	if (argc < 2)
		return complain_usage("the following arguments are required: operation");
	if (is_help(argv[1])) {
		help_service(command.service, &text);
		return print(&text);
	}
	(void)sigaction(SIGINT, &interrupt, NULL);
	command.operation = service_command(command.service, str_of(argv[1]));
	if (command.operation != NULL)
		code = command_main(&command, argc - 2, argv + 2);
	else if (command.service->waiter_count > 0 && strcmp(argv[1], "wait") == 0)
		code = wait_main(&command, argc - 1, argv + 1);
	else
		code = unknown_operation(command.service, argv[1]);
	arena_done(&arena);
	return code;
}
