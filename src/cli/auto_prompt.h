/* auto_prompt.h — a command line that is written with help: what may follow is shown below it while one types. */
#ifndef CHANCERY_CLI_AUTO_PROMPT_H
#define CHANCERY_CLI_AUTO_PROMPT_H

#include "base/buffer.h"
#include "base/fault.h"
#include "model/operation.h"

enum auto_prompt_mode {
	PROMPT_OFF,
	PROMPT_ON,
	PROMPT_PARTIAL, /* when the line turns out to be wrong */
};

/* --no-cli-auto-prompt · --cli-auto-prompt · AWS_CLI_AUTO_PROMPT · the profile's cli_auto_prompt. Off as well for help
 * and --version, and where the configuration wants it but there is no terminal. FAULT_INVALID_ARGS: both options, or
 * the option without a terminal. */
MUST_CHECK bool auto_prompt_choose(int argc, char *const *argv, enum auto_prompt_mode *out, struct fault *fault);

/* Standard input and standard error are a terminal. `line` holds what is written already and then what was accepted.
 * False: the user has given up. */
MUST_CHECK bool auto_prompt_read(const struct service *const *services, size_t count, struct buffer *line);

#endif
