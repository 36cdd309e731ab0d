/* prompt.h — questions on the terminal, and passphrases from elsewhere. Questions go to standard error: standard output
 * is for what was done. */
#ifndef CHANCERY_CLI_PROMPT_H
#define CHANCERY_CLI_PROMPT_H

#include "base/fault.h"
#include "base/secret.h"

#define PROMPT_VARIABLE "CHANCERY_PASSPHRASE"

/* Is there anybody to ask? Standard input must be a terminal. */
bool prompt_possible(void);
/* "Revoke it? [y/N] ": only y or yes is a yes. */
bool prompt_yes(const char *question);
/* Asks without an echo. False at the end of input. An interrupt ends the process, the terminal as it was. */
MUST_CHECK bool prompt_secret(const char *question, struct arena *arena, struct secret *out);

/* The passphrase that --passphrase-file names ("-": standard input), its first line; else that of the environment.
 * Absent when there is neither. FAULT_INVALID_ARGS. */
MUST_CHECK bool prompt_passphrase(const char *file, struct arena *arena, struct secret *out, struct fault *fault);

#endif
