#include "cli/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/say.h"
#include "cli/words.h"
#include "client/settings.h"

bool
outlet_choose(const struct globals *globals, struct arena *arena, struct outlet *out, struct fault *fault)
{
	const struct settings_wish wish = { .profile = globals->profile };
	const char *pager = getenv("PAGER");
	struct str found;

	*out = (struct outlet){ .fd = -1 };
	if (globals->no_pager || isatty(STDOUT_FILENO) != 1)
		return true;
	if (!settings_look(&wish, "AWS_PAGER", "cli_pager", getenv, arena, &found, fault))
		return false;
	if (found.p != NULL)
		pager = arena_cstr(arena, found);
	else if (pager == NULL)
		pager = "less";
	out->pager = pager[0] != '\0' ? pager : NULL;
	return true;
}

static int
refuse(const struct outlet *outlet, int error)
{
	struct buffer words = { 0 };

	buffer_printf(&words,
		"Unable to redirect output to pager. Received the following error when opening pager:\n"
		"[Errno %d] %s: '%s'\n\n"
		"AWS_PAGER, the profile's cli_pager or PAGER names it; --no-cli-pager does without.",
		error, strerror(error), outlet->pager);
	int code = say_complaint(words.p, EXIT_CONFIGURATION);
	buffer_done(&words);
	return code;
}

static int
start(struct outlet *outlet, struct arena *arena)
{
	char **words;
	char open;
	posix_spawn_file_actions_t actions;
	int ends[2];

	if (words_split(outlet->pager, arena, &words, &open) == 0 || open != '\0')
		return refuse(outlet, EINVAL);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return refuse(outlet, errno);
	/* As the AWS CLI has it: leave at once when all fits, keep colours, leave the screen as it is. */
	(void)setenv("LESS", "FRX", 0);
	(void)fflush(stdout);
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
	int error = posix_spawnp(&outlet->pid, words[0], &actions, NULL, words, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(ends[0]);
	if (error != 0) {
		(void)close(ends[1]);
		outlet->pid = 0;
		return refuse(outlet, error);
	}
	outlet->fd = ends[1];
	/* The keyboard is the pager's now, and so is the end of its pipe. */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	return EXIT_FINE;
}

static int
write_out(struct str text)
{
	if (fwrite(text.p, 1, text.n, stdout) == text.n && fflush(stdout) == 0)
		return EXIT_FINE;
	/* A reader that has seen enough (`| head`) has ended us by SIGPIPE; what can fail here is a full disk. */
	return say_complaint("The answer could not be written to standard output.", EXIT_ANYTHING_ELSE);
}

int
outlet_write(struct outlet *outlet, struct str text, struct arena *arena)
{
	if (text.n == 0 || outlet->closed)
		return EXIT_FINE;
	if (outlet->pager == NULL)
		return write_out(text);
	int code = outlet->pid == 0 ? start(outlet, arena) : EXIT_FINE;
	while (code == EXIT_FINE && text.n > 0 && !outlet->closed) {
		ssize_t n = write(outlet->fd, text.p, text.n);
		if (n > 0)
			text = (struct str){ text.p + n, text.n - (size_t)n };
		else
			outlet->closed = n < 0 && errno != EINTR;
	}
	return code;
}

void
outlet_done(struct outlet *outlet)
{
	int status;

	if (outlet->pid == 0)
		return;
	(void)close(outlet->fd);
	while (waitpid(outlet->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	outlet->pid = 0;
}
