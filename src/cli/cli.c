#include "cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/auto_prompt.h"
#include "cli/command.h"
#include "cli/say.h"
#include "cli/words.h"
#include "model/acm.h"
#include "model/own.h"
#include "model/pca.h"

static const struct service *const services[] = { &acm_service, &pca_service, &own_service };

static const struct service *
service_of(const char *command)
{
	for (size_t i = 0; i < ARRAY_COUNT(services); i++) {
		if (strcmp(services[i]->command, command) == 0)
			return services[i];
	}
	return NULL;
}

/* argv holds everything behind the program's name. */
static int
run_line(int argc, char **argv, struct arena *arena)
{
	if (argc == 0 || !command_bring_name_forward(argc, argv))
		return command_asks_for_version(argc, argv)
			       ? say_version()
			       : say_misuse(command_usage, "the following arguments are required: service");
	const struct service *service = service_of(argv[0]);
	if (service != NULL)
		return command_run(service, argc, argv, arena);
	return say_misuse(command_usage, arena_printf(arena, "argument service: Invalid choice '%s'", argv[0]).p);
}

static int
ask_and_run(int argc, char **argv, struct arena *arena)
{
	struct buffer line = { 0 };
	int kept = 0;
	char **words;
	char open;

	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--cli-auto-prompt") != 0)
			argv[kept++] = argv[i];
	}
	const char *written = words_join(kept, argv, arena);
	/* What is no text cannot be shown, and so not be changed. */
	buffer_put_cstr(&line, utf8_valid(str_of(written)) ? written : "");
	bool accepted = auto_prompt_read(services, ARRAY_COUNT(services), &line);
	size_t n = words_split(line.p, arena, &words, &open);
	buffer_done(&line);
	if (!accepted)
		return EXIT_INTERRUPTED;
	if (open != '\0')
		return say_misuse(command_usage, "a quote is opened and not closed");
	return run_line((int)n, words, arena);
}

/* Runs the line as it is; only if that fails because it is wrong, what was said of it is dropped, and it is asked for.
 */
static int
run_or_ask(int argc, char **argv, struct arena *arena)
{
	char **copy = ARENA_ARRAY(arena, char *, (size_t)argc + 1);
	int kept = dup(STDERR_FILENO);
	int words = memfd_create("chancery-stderr", MFD_CLOEXEC);
	char piece[4096];
	ssize_t n;

	memcpy(copy, argv, (size_t)argc * sizeof *argv);
	if (kept < 0 || words < 0 || dup2(words, STDERR_FILENO) < 0)
		return run_line(argc, argv, arena);
	int code = run_line(argc, argv, arena);
	(void)fflush(stderr);
	(void)dup2(kept, STDERR_FILENO);
	(void)close(kept);
	(void)lseek(words, 0, SEEK_SET);
	while (code != EXIT_USAGE && (n = read(words, piece, sizeof piece)) > 0)
		(void)fwrite(piece, 1, (size_t)n, stderr);
	(void)close(words);
	return code == EXIT_USAGE ? ask_and_run(argc, copy, arena) : code;
}

int
cli_main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	enum auto_prompt_mode mode;
	int code;

	say_end_on_interrupt();
	if (!auto_prompt_choose(argc, argv, &mode, &fault))
		code = say_complaint(fault.say, EXIT_USAGE);
	else if (mode == PROMPT_ON)
		code = ask_and_run(argc, argv, &arena);
	else if (mode == PROMPT_PARTIAL)
		code = run_or_ask(argc, argv, &arena);
	else
		code = run_line(argc, argv, &arena);
	arena_done(&arena);
	return code;
}
