#include "cli/cli.h"

#include <string.h>
#include <time.h>

#include "cli/argument.h"
#include "cli/check.h"
#include "cli/dialog.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/pages.h"
#include "cli/printer.h"
#include "cli/say.h"
#include "cli/skeleton.h"
#include "cli/suggest.h"
#include "cli/wait.h"
#include "model/acm.h"
#include "model/own.h"
#include "model/pca.h"

static const struct service *const services[] = { &acm_service, &pca_service, &own_service };

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

static const char usage[] = "usage: chancery [options] <service> <operation> [parameters]\n"
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

/* The input of the operation: a whole one, and over it what the options say. */
static bool
read_input(struct command *command, struct value **out, struct fault *fault)
{
	const struct globals *globals = &command->options.globals;
	const struct shape *shape = command->operation->input;
	bool blobs_are_raw = globals->binary_format != NULL && strcmp(globals->binary_format, "raw-in-base64-out") == 0;
	struct value *input = value_new(VALUE_MAP, command->arena);
	struct value *given = NULL;

	if (!read_whole_input(command, blobs_are_raw, &given, fault))
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

static int
refuse_both_prompts(void)
{
	return say_complaint(
		"Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time.", EXIT_USAGE);
}

/* argv holds what follows the operation or the waiter. */
static int
command_main(struct command *command, int argc, char **argv)
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
		return say_misuse(usage, fault.say);
	if (command->options.globals.version)
		return say_version();
	if (command->options.globals.auto_prompt && command->options.globals.no_auto_prompt)
		return refuse_both_prompts();
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
	int code = say_misuse(usage, words.p);
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
		return say_misuse(usage, "the following arguments are required: subcommand");
	if (say_is_help(argv[1])) {
		help_service(command->service, &text);
		return say_text(&text);
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
	struct arena arena = { 0 };
	struct command command = { .service = service_of(argv[0]), .arena = &arena };
	struct buffer text = { 0 };
	int code;

	if (argc < 2)
		return say_misuse(usage, "the following arguments are required: operation");
	if (say_is_help(argv[1])) {
		help_service(command.service, &text);
		return say_text(&text);
	}
	say_end_on_interrupt();
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
