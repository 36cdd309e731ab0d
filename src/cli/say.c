#include "cli/say.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/json.h"

int
say_complaint(const char *words, int exit_code)
{
	(void)fprintf(stderr, "\n%s\n", words);
	return exit_code;
}

int
say_misuse(const char *usage, const char *words)
{
	(void)fprintf(stderr, "\n%s\nchancery: error: %s\n\n", usage, words);
	return EXIT_USAGE;
}

int
say_fault(const struct fault *fault)
{
	return say_complaint(fault->say, fault->code == FAULT_INVALID_ARGS ? EXIT_USAGE : EXIT_ANYTHING_ELSE);
}

int
say_text(struct buffer *text)
{
	bool written = (text->n == 0 || fwrite(text->p, 1, text->n, stdout) == text->n) && fflush(stdout) == 0;

	buffer_done(text);
	/* A reader that has seen enough (`| head`) has ended us by SIGPIPE; what can fail here is a full disk. */
	return written ? EXIT_FINE
		       : say_complaint("The answer could not be written to standard output.", EXIT_ANYTHING_ELSE);
}

int
say_value(const struct value *value)
{
	struct buffer text = { 0 };

	json_write_pretty(value, &text);
	buffer_put_char(&text, '\n');
	return say_text(&text);
}

int
say_version(void)
{
	struct buffer text = { 0 };

	buffer_put_cstr(&text, "chancery/" CHANCERY_VERSION "\n");
	return say_text(&text);
}

bool
say_is_help(const char *word)
{
	return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0;
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

void
say_end_on_interrupt(void)
{
	struct sigaction interrupt = { .sa_handler = on_interrupt };

	(void)sigaction(SIGINT, &interrupt, NULL);
}
