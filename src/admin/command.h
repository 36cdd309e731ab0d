/* command.h — what an admin command is given, and all of them by name.
 *
 * A command is one plain function: it reads and writes the store, fills the output, and returns. Opening the data
 * directory, telling the server and printing are done around it, once, in admin.c and house.c. */
#ifndef CHANCERY_ADMIN_COMMAND_H
#define CHANCERY_ADMIN_COMMAND_H

#include "admin/options.h"
#include "admin/output.h"
#include "base/clock.h"
#include "signer/signer.h"
#include "store/datadir.h"
#include "store/store.h"

enum {
	COMMAND_STORE = 1 << 0,   /* works on the store */
	COMMAND_SIGNER = 1 << 1,  /* seals or opens: has a signer, and the sealing lock */
	COMMAND_CHANGES = 1 << 2, /* the server is told afterwards */
	COMMAND_FIRST = 1 << 3,   /* may be what makes the data directory */
};

struct house {
	struct arena arena; /* all that the command reads lives here */
	struct datadir datadir;
	struct store *store;
	struct signer_process *process;
	struct signer *signer; /* NULL unless the command seals */
	int sealing;           /* the sealing lock; -1: not held */
	int64_t now_ms;
};

typedef bool command_fn(struct house *house, const struct options *options, struct output *output, struct fault *fault);

struct command {
	const char *noun;
	const char *verb;    /* NULL: the noun is the command */
	enum option operand; /* the option that a bare word stands for */
	unsigned options;    /* bits; --data-dir comes with COMMAND_STORE */
	unsigned required;   /* bits, a part of them */
	unsigned needs;      /* COMMAND_… */
	command_fn *run;
	const char *help;
};

/* In the order of the help; NULL behind the last. */
const struct command *command_at(size_t number);
unsigned command_options(const struct command *command); /* bits: all that it takes */

command_fn account_create, account_list, account_disable, account_enable, account_delete;
command_fn key_create, key_list, key_disable, key_enable, key_delete;
command_fn rotate_master_key;
command_fn certificate_history, certificate_rollback;
command_fn rules_list;

/* Tells the server, if one runs, that something changed (SIGHUP); its pid, 0: none runs. */
int house_tell_server(const struct house *house);
/* Opens what the command's bits ask for. After a refusal there is nothing to close. */
MUST_CHECK bool house_open(struct house *house, unsigned needs, struct str path, struct fault *fault);
void house_close(struct house *house);
void house_unlock(struct house *house);

#endif
