#include "cli/command.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/argument.h"
#include "cli/check.h"
#include "cli/debug.h"
#include "cli/dialog.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/pages.h"
#include "cli/printer.h"
#include "cli/say.h"
#include "cli/skeleton.h"
#include "cli/suggest.h"
#include "client/settings.h"
#include "client/waiter.h"

/* One command at work. */
struct command {
	const struct service *service;
	const struct operation *operation;
	const struct waiter *waiter; /* NULL: asked once */
	struct value *input;
	struct options options;
	struct printer printer;
	struct arena *arena;
	struct dialog dialog;
	int exit; /* set by whoever said why on stderr */
};

const char command_usage[] = "usage: chancery [options] <service> <operation> [parameters]\n"
			     "To see help text, you can run:\n\n"
			     "  chancery help\n"
			     "  chancery <service> help\n"
			     "  chancery <service> <operation> help\n";

/* One request. False: *error says why. */
static bool
ask(struct command *command, const struct value *input, struct value **answer, struct client_error *error)
{
	return dialog_ask(&command->dialog, command->service, command->operation, input, command->arena, answer, error);
}

static int
explain(const struct command *command, const struct client_error *error)
{
	return dialog_explain(&command->dialog, command->service, command->operation, error);
}

static bool
call(void *context, const struct value *input, struct value **answer)
{
	struct command *command = context;
	struct client_error error = { 0 };

	if (ask(command, input, answer, &error))
		return true;
	command->exit = explain(command, &error);
	return false;
}

static bool
ask_for_waiter(void *context, const void **answer, struct client_error *error)
{
	const struct command *command = context;

	return dialog_look(
		&command->dialog, command->service, command->operation, command->input, command->arena, answer, error);
}

static int
run_waiter(struct command *command)
{
	const struct wait wait = { .ask = ask_for_waiter, .pause = wait_sleep, .context = command };
	struct client_error error = { 0 };
	struct fault fault = { 0 };

	if (wait_for(command->waiter, &wait, &error, &fault))
		return EXIT_FINE;
	if (fault.code == FAULT_NONE)
		return explain(command, &error);
	return say_complaint(fault.say, EXIT_ANYTHING_ELSE);
}

static bool
take_page(void *context, struct value *page)
{
	struct command *command = context;
	struct str result = str_of(command->operation->page_result);

	/* Text shows what a page is made for and not its token. */
	if (command->printer.output.format == OUTPUT_TEXT) {
		struct value *list = value_get(page, result);
		page = value_new(VALUE_MAP, command->arena);
		value_set(page, result, list != NULL ? list : value_new(VALUE_NULL, command->arena), command->arena);
	}
	command->exit = printer_print(&command->printer, page, true);
	return command->exit == EXIT_FINE;
}

static int
print_pages(struct command *command)
{
	const struct pages_user user = { call, take_page, command };
	struct arena *arena = command->arena;
	struct fault fault = { 0 };
	struct str resume;

	if (!pages_each(command->operation, &command->options.globals, command->input, &user, arena, &resume, &fault))
		return fault.code != FAULT_NONE ? say_fault(&fault) : command->exit;
	if (command->printer.output.format == OUTPUT_TEXT && resume.p != NULL) {
		struct value *line = value_new(VALUE_MAP, arena);
		struct value *token = value_new(VALUE_MAP, arena);
		value_set(token, STR("NextToken"), value_string(resume, arena), arena);
		value_set(line, STR("NextToken"), token, arena);
		return printer_print(&command->printer, line, true);
	}
	return EXIT_FINE;
}

/* A whole input as JSON or YAML; *out stays NULL when there is none. */
static bool
read_whole_input(struct command *command, bool blobs_are_raw, struct value **out, struct fault *fault)
{
	const struct globals *globals = &command->options.globals;
	const char *word = globals->input_json != NULL ? globals->input_json : globals->input_yaml;
	enum argument_language language = globals->input_json != NULL ? ARGUMENT_JSON : ARGUMENT_YAML;

	if (globals->input_json != NULL && globals->input_yaml != NULL)
		return fault_set(fault, FAULT_INVALID_ARGS, "Only one --cli-input- parameter may be specified.");
	return word == NULL || command->operation->input == NULL ||
	       argument_read_input(
		       language, command->operation->input, word, blobs_are_raw, command->arena, out, fault);
}

/* A key of the profile; absent as well where there is no such profile: others will complain. */
static struct str
profile_says(const struct command *command, const char *key)
{
	const struct settings_wish wish = { .profile = command->options.globals.profile };
	struct fault ignored = { 0 };
	struct str value;

	return settings_look(&wish, NULL, key, getenv, command->arena, &value, &ignored) ? value : (struct str){ 0 };
}

/* --cli-binary-format · the profile's cli_binary_format · base64. */
static bool
choose_blobs(const struct command *command, bool *are_raw, struct fault *fault)
{
	struct str format = str_of(command->options.globals.binary_format);

	if (format.p == NULL)
		format = profile_says(command, "cli_binary_format");
	*are_raw = format.p != NULL && str_is(format, "raw-in-base64-out");
	return format.p == NULL || *are_raw || str_is(format, "base64") ||
	       fault_set(fault, FAULT_INVALID_PARAMETER,
		       "Unknown cli_binary_format value: %.*s; it is base64 or raw-in-base64-out", STR_ARG(format));
}

/* The profile's parameter_validation: any word but "true" leaves it all to the service. */
static bool
wants_check(const struct command *command)
{
	struct str word = profile_says(command, "parameter_validation");

	return word.p == NULL || (word.n == 4 && strncasecmp(word.p, "true", 4) == 0);
}

/* The input of the operation: a whole one, and over it what the options say. */
static bool
read_input(struct command *command, struct value **out, struct fault *fault)
{
	const struct shape *shape = command->operation->input;
	bool blobs_are_raw;
	struct value *input = value_new(VALUE_MAP, command->arena);
	struct value *given = NULL;

	if (!choose_blobs(command, &blobs_are_raw, fault) || !read_whole_input(command, blobs_are_raw, &given, fault))
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
	if (shape == NULL || !wants_check(command))
		return true;
	return check_input(shape, input, command->arena, fault);
}

static int
run_once(struct command *command)
{
	const struct globals *globals = &command->options.globals;
	struct fault fault = { 0 };
	struct value *answer;
	bool done;

	bool is_paged = pages_wanted(command->operation, globals, command->input);
	if (is_paged && output_is_paged(command->printer.output.format))
		return print_pages(command);
	if (is_paged)
		done = pages_collect(
			command->operation, globals, command->input, call, command, command->arena, &answer, &fault);
	else
		done = call(command, command->input, &answer);
	if (done)
		return printer_print(&command->printer, answer, false);
	return fault.code != FAULT_NONE ? say_fault(&fault) : command->exit;
}

static int
run(struct command *command)
{
	struct fault fault = { 0 };

	if (!read_input(command, &command->input, &fault))
		return say_complaint(
			fault.say, fault.code == FAULT_INVALID_PARAMETER ? EXIT_ANYTHING_ELSE : EXIT_USAGE);
	if (command->options.globals.skeleton != NULL)
		return printer_print(
			&command->printer, skeleton_output(command->operation->output, command->arena), false);
	int code = dialog_open(&command->options.globals, command->service, command->arena, &command->dialog);
	if (code != EXIT_FINE)
		return code;
	code = command->waiter != NULL ? run_waiter(command) : run_once(command);
	dialog_done(&command->dialog);
	return code;
}

/* argv holds what follows the operation or the waiter. */
static int
run_operation(struct command *command, int argc, char **argv)
{
	struct fault fault = { 0 };
	struct buffer text = { 0 };

	if (argc > 0 && say_is_help(argv[0])) {
		if (command->waiter != NULL)
			help_waiter(command->service, command->waiter, &text);
		else
			help_operation(command->service, command->operation, &text);
		return say_text(&text);
	}
	if (!options_read(
		    command->operation, argc, (const char *const *)argv, command->arena, &command->options, &fault))
		return say_misuse(command_usage, fault.say);
	if (command->options.globals.version)
		return say_version();
	if (command->options.globals.debug)
		debug_arguments(command->service, command->operation, argc, argv);
	const char *skeleton = command->options.globals.skeleton;
	if (skeleton != NULL && strcmp(skeleton, "input") == 0)
		return say_value(skeleton_input(command->operation->input, command->arena));
	if (skeleton != NULL && strcmp(skeleton, "yaml-input") == 0) {
		skeleton_yaml(command->operation->input, &text);
		return say_text(&text);
	}
	int code = printer_open(&command->options.globals, command->operation, command->arena, &command->printer);
	if (code != EXIT_FINE)
		return code;
	code = run(command);
	printer_done(&command->printer);
	return code;
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
	int code = say_misuse(command_usage, words.p);
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
		return say_misuse(command_usage, "the following arguments are required: subcommand");
	if (say_is_help(argv[1])) {
		help_service(command->service, &text);
		return say_text(&text);
	}
	command->waiter = service_waiter(command->service, str_of(argv[1]));
	if (command->waiter == NULL)
		return unknown_waiter(command->service, argv[1]);
	command->operation = command->waiter->operation;
	return run_operation(command, argc - 2, argv + 2);
}

bool
command_bring_name_forward(int argc, char **argv)
{
	int at = 0;

	while (at < argc && option_is(argv[at])) {
		const struct option_row *row = option_find(global_options, str_of(argv[at++] + 2));
		bool is_common = row != NULL && (row->scope == OPTION_EVERYWHERE || row->scope == OPTION_OF_OPERATIONS);
		if (is_common && row->placeholder != NULL && at < argc)
			at++;
	}
	if (at == argc)
		return false;
	char *name = argv[at];
	memmove(argv + 1, argv, (size_t)at * sizeof *argv);
	argv[0] = name;
	return true;
}

bool
command_asks_for_version(int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--version") == 0)
			return true;
	}
	return false;
}

int
command_run(const struct service *service, int argc, char **argv, struct arena *arena)
{
	struct command command = { .service = service, .arena = arena };
	struct buffer text = { 0 };

	if (argc > 1 && strcmp(argv[1], "--help") != 0 && !command_bring_name_forward(argc - 1, argv + 1))
		return command_asks_for_version(argc, argv)
			       ? say_version()
			       : say_misuse(command_usage, "the following arguments are required: operation");
	if (argc < 2)
		return say_misuse(command_usage, "the following arguments are required: operation");
	if (say_is_help(argv[1])) {
		help_service(service, &text);
		return say_text(&text);
	}
	command.operation = service_command(service, str_of(argv[1]));
	if (command.operation != NULL)
		return run_operation(&command, argc - 2, argv + 2);
	if (service->waiter_count > 0 && strcmp(argv[1], "wait") == 0)
		return wait_main(&command, argc - 1, argv + 1);
	return unknown_operation(service, argv[1]);
}
