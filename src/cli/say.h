/* say.h — how a command ends, and its last words: complaints to standard error, answers to standard output. */
#ifndef CHANCERY_CLI_SAY_H
#define CHANCERY_CLI_SAY_H

#include "base/buffer.h"
#include "base/fault.h"
#include "cli/value.h"

/* As AWS CLI version 2 ends. */
enum say_exit {
	EXIT_FINE = 0,
	EXIT_INTERRUPTED = 130,
	EXIT_USAGE = 252,         /* the command line or the input is wrong; nothing was sent */
	EXIT_CONFIGURATION = 253, /* no region or no credentials */
	EXIT_SERVICE = 254,       /* the service answered with an error */
	EXIT_ANYTHING_ELSE = 255,
};

/* Each says it and gives the exit code. */
int say_complaint(const char *words, int exit_code);
int say_misuse(const char *usage, const char *words); /* `usage` ends with a newline; EXIT_USAGE */
int say_fault(const struct fault *fault);             /* EXIT_USAGE where the line is at fault */
int say_text(struct buffer *text);                    /* ends the buffer */
int say_value(const struct value *value);             /* as JSON */
int say_version(void);

bool say_is_help(const char *word); /* "help", "--help" */
/* From here on an interrupt ends the process at once, with its code. */
void say_end_on_interrupt(void);

#endif
