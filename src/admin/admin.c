/* admin.c — the commands of `chancery admin`, their help, and what is done around each. */
#include "admin/admin.h"

#include <stdio.h>
#include <string.h>

#include "admin/command.h"

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

#define BIT(name) OPTION_BIT(OPTION_##name)

static const struct command commands[] = {
	{ "account", "create", OPTION_ACCOUNT, BIT(ACCOUNT) | BIT(NAME), 0,
		COMMAND_STORE | COMMAND_CHANGES | COMMAND_FIRST, account_create,
		"make an account; without an id, one is drawn" },
	{ "account", "list", OPTION_COUNT, 0, 0, COMMAND_STORE, account_list, "all accounts" },
	{ "account", "disable", OPTION_ACCOUNT, BIT(ACCOUNT), BIT(ACCOUNT), COMMAND_STORE | COMMAND_CHANGES,
		account_disable, "refuse all keys of an account; nothing is deleted" },
	{ "account", "enable", OPTION_ACCOUNT, BIT(ACCOUNT), BIT(ACCOUNT), COMMAND_STORE | COMMAND_CHANGES,
		account_enable, "accept them again" },
	{ "account", "delete", OPTION_ACCOUNT, BIT(ACCOUNT), BIT(ACCOUNT), COMMAND_STORE | COMMAND_CHANGES,
		account_delete, "delete an account that has no certificates and no keys" },
	{ "key", "create", OPTION_COUNT,
		BIT(ACCOUNT) | BIT(USER) | BIT(POLICY) | BIT(ACCESS_KEY_ID) | BIT(SECRET_FROM_ENV) |
			BIT(CREDENTIALS_FILE) | BIT(PROFILE) | BIT(OVERWRITE),
		0, COMMAND_STORE | COMMAND_SIGNER | COMMAND_CHANGES | COMMAND_FIRST, key_create,
		"make an access key; its secret is shown this once" },
	{ "key", "list", OPTION_COUNT, BIT(ACCOUNT), 0, COMMAND_STORE, key_list, "all access keys, or an account's" },
	{ "key", "disable", OPTION_ACCESS_KEY_ID, BIT(ACCESS_KEY_ID), BIT(ACCESS_KEY_ID),
		COMMAND_STORE | COMMAND_CHANGES, key_disable, "refuse a key" },
	{ "key", "enable", OPTION_ACCESS_KEY_ID, BIT(ACCESS_KEY_ID), BIT(ACCESS_KEY_ID),
		COMMAND_STORE | COMMAND_CHANGES, key_enable, "accept it again" },
	{ "key", "delete", OPTION_ACCESS_KEY_ID, BIT(ACCESS_KEY_ID), BIT(ACCESS_KEY_ID),
		COMMAND_STORE | COMMAND_CHANGES, key_delete, "delete a key" },
	{ "rotate-master-key", NULL, OPTION_COUNT, 0, 0, COMMAND_STORE | COMMAND_SIGNER | COMMAND_CHANGES,
		rotate_master_key, "make a new master key and wrap everything anew under it, while the server serves" },
	{ "certificate", "history", OPTION_CERTIFICATE_ARN, BIT(CERTIFICATE_ARN), BIT(CERTIFICATE_ARN), COMMAND_STORE,
		certificate_history, "the versions that are kept of an imported certificate" },
	{ "certificate", "rollback", OPTION_CERTIFICATE_ARN, BIT(CERTIFICATE_ARN) | BIT(VERSION),
		BIT(CERTIFICATE_ARN) | BIT(VERSION), COMMAND_STORE | COMMAND_SIGNER | COMMAND_CHANGES,
		certificate_rollback, "make an earlier version current again, as a new version" },
	{ "rules", NULL, OPTION_COUNT, 0, 0, 0, rules_list,
		"what an import is checked for, by the names that --relax-rule takes" },
};

const struct command *
command_at(size_t number)
{
	return number < ARRAY_COUNT(commands) ? &commands[number] : NULL;
}

unsigned
command_options(const struct command *command)
{
	return command->options | ((command->needs & COMMAND_STORE) != 0 ? BIT(DATA_DIR) : 0);
}

/* ---- Help ---- */

/* "account disable ID": the words that name it, and the bare word it takes, in brackets when it may be left out. */
static void
print_line(const struct command *command)
{
	bool takes = command->operand != OPTION_COUNT;
	bool required = takes && (command->required & OPTION_BIT(command->operand)) != 0;

	(void)printf("  %s%s%s", command->noun, command->verb != NULL ? " " : "",
		command->verb != NULL ? command->verb : "");
	if (takes)
		(void)printf(required ? " %s" : " [%s]", option_entry(command->operand)->value);
	(void)printf("\n      %s\n", command->help);
}

static int
help(const char *noun)
{
	(void)printf("chancery admin: works on the data directory itself, whether a server runs or not\n\n");
	for (size_t i = 0; i < ARRAY_COUNT(commands); i++) {
		if (noun == NULL || strcmp(noun, commands[i].noun) == 0)
			print_line(&commands[i]);
	}
	(void)printf("\n`chancery admin COMMAND --help` lists a command's options. Every answer is one JSON object.\n");
	return EXIT_DONE;
}

static int
help_command(const struct command *command)
{
	print_line(command);
	(void)printf("\n");
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		const struct option_entry *entry = option_entry((enum option)i);
		bool required = (command->required & OPTION_BIT(i)) != 0;
		if ((command_options(command) & OPTION_BIT(i)) == 0)
			continue;
		(void)printf("  %s%s%s\n      %s%s\n", entry->name, entry->value != NULL ? " " : "",
			entry->value != NULL ? entry->value : "", entry->help, required ? " (required)" : "");
	}
	return EXIT_DONE;
}

/* ---- Running ---- */

static int
refuse(const struct fault *fault, int code)
{
	const char *say = fault->say[0] != '\0' ? fault->say : "This failed, and that is our mistake.";

	if (fault->log[0] != '\0')
		(void)fprintf(stderr, "chancery admin: %s (%s)\n", say, fault->log);
	else
		(void)fprintf(stderr, "chancery admin: %s\n", say);
	return code;
}

static int
refuse_usage(const struct command *command, const struct fault *fault)
{
	(void)refuse(fault, EXIT_USAGE);
	(void)fprintf(stderr, "`chancery admin %s%s%s --help` tells more.\n", command->noun,
		command->verb != NULL ? " " : "", command->verb != NULL ? command->verb : "");
	return EXIT_USAGE;
}

static bool
check_required(const struct command *command, const struct options *options, struct fault *fault)
{
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		const struct option_entry *entry = option_entry((enum option)i);
		if ((command->required & OPTION_BIT(i)) != 0 && options->value[i].p == NULL)
			return fault_set(fault, FAULT_INVALID_ARGS, "%s %s is missing.", entry->name, entry->value);
	}
	return true;
}

static void
speak_of_server(const struct command *command, const struct house *house)
{
	bool changes = (command->needs & COMMAND_CHANGES) != 0;
	int pid = 0;

	if (changes)
		pid = house_tell_server(house);
	else if ((command->needs & COMMAND_STORE) != 0)
		pid = datadir_server(&house->datadir);
	if (pid != 0)
		(void)fprintf(stderr, "The server (pid %d) is running%s\n", pid,
			changes ? "; it was told of the change." : ".");
}

/* False when standard output would not take it: a secret that is shown once must not vanish in silence. */
static bool
print(const struct output *output)
{
	struct str text = buffer_str(&output->text);

	return fwrite(text.p, 1, text.n, stdout) == text.n && fputc('\n', stdout) != EOF && fflush(stdout) == 0;
}

static bool
run_in(struct house *house, const struct command *command, const struct options *options, struct output *output,
	struct fault *fault)
{
	output_object(output, NULL);
	if (!command->run(house, options, output, fault))
		return false;
	output_object_end(output);
	speak_of_server(command, house);
	return print(output) || fault_set(fault, FAULT_INTERNAL, "It is done, but the answer could not be written.");
}

static int
run(const struct command *command, const struct options *options)
{
	struct output output = { 0 };
	struct fault fault = { 0 };
	struct house house;

	if (!house_open(&house, command->needs, options->value[OPTION_DATA_DIR], &fault))
		return refuse(&fault, EXIT_REFUSED);
	bool done = run_in(&house, command, options, &output, &fault);
	output_done(&output);
	house_close(&house);
	return done ? EXIT_DONE : refuse(&fault, EXIT_REFUSED);
}

/* The command that the words begin with; *words: how many name it. */
static const struct command *
find(int argc, char **argv, int *words)
{
	for (size_t i = 0; i < ARRAY_COUNT(commands); i++) {
		const struct command *command = &commands[i];
		*words = command->verb != NULL ? 2 : 1;
		if (argc >= *words && strcmp(argv[0], command->noun) == 0 &&
			(command->verb == NULL || strcmp(argv[1], command->verb) == 0))
			return command;
	}
	return NULL;
}

static bool
is_help(const char *word)
{
	return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* Words that name no command: help was asked for, or there is none of that name. */
static int
explain(int argc, char **argv)
{
	bool noun = false;

	for (size_t i = 0; argc > 0 && i < ARRAY_COUNT(commands); i++)
		noun = noun || strcmp(argv[0], commands[i].noun) == 0;
	if (argc > 0 && is_help(argv[0]))
		return help(NULL);
	if (noun && argc > 1 && is_help(argv[1]))
		return help(argv[0]);
	if (argc == 0)
		(void)fprintf(stderr, "chancery admin: say what to do. `chancery admin help` lists what there is.\n");
	else if (noun && argc == 1)
		(void)fprintf(stderr,
			"chancery admin: say what to do with '%s'. `chancery admin %s help` lists what there is.\n",
			argv[0], argv[0]);
	else
		(void)fprintf(stderr,
			"chancery admin: there is no '%s%s%s'. `chancery admin help` lists what there is.\n", argv[0],
			noun ? " " : "", noun ? argv[1] : "");
	return EXIT_USAGE;
}

int
admin_main(int argc, char **argv)
{
	struct options options;
	struct fault fault = { 0 };
	int words;
	const struct command *command = find(argc - 1, argv + 1, &words);

	if (command == NULL)
		return explain(argc - 1, argv + 1);
	if (!options_parse(
		    argc - 1 - words, argv + 1 + words, command_options(command), command->operand, &options, &fault))
		return refuse_usage(command, &fault);
	if (options.help)
		return help_command(command);
	if (!check_required(command, &options, &fault))
		return refuse_usage(command, &fault);
	return run(command, &options);
}
