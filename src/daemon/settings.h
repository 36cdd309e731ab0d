/* settings.h — what `chancery serve` can be told, as one table of options. */
#ifndef CHANCERY_DAEMON_SETTINGS_H
#define CHANCERY_DAEMON_SETTINGS_H

#include "wire/server.h"

struct settings {
	const char *data_dir; /* NULL: datadir_default() */
	struct server_options server;
	struct service_settings service;
	unsigned stop_patience_s; /* how long SIGTERM waits for what is under way */
	bool walls;               /* false: --no-walls, for debuggers and profilers */
	bool help;                /* --help was given: print and go */
};

enum {
	SETTINGS_DEFAULT_PORT = 8226,
	SETTINGS_DEFAULT_HISTORY_DEPTH = 10,
	SETTINGS_MAX_HISTORY_DEPTH = 1000, /* each version is a row of some 5 KB */
	SETTINGS_MAX_WORKERS = 32,         /* more than cores only adds switching; each has a channel of the signer */
	SETTINGS_DEFAULT_STOP_PATIENCE_S = 30,
	/* Nobody who asks for a signature here has credentials: so many, of RSA-2048 at 1 ms each, leave four fifths of
	 * a core to those who have. */
	SETTINGS_DEFAULT_OCSP_SIGN_RATE = 200,
	SETTINGS_MAX_OCSP_SIGN_RATE = 1000000,
};

/* Reads argv[1…]; names and values live as long as argv and the arena. FAULT_INVALID_ARGS with a sentence for people.
 */
MUST_CHECK bool settings_read(int argc, char **argv, struct arena *arena, struct settings *out, struct fault *fault);
/* What --help prints. */
void settings_help(void);

/* The same for whoever writes it elsewhere (manual/): an option by its number, in the order of the help. Lines of the
 * help of more than one are indented, as --help has them. False behind the last. */
bool settings_option(size_t number, const char **name, const char **value, const char **help);
extern const char settings_notes[]; /* what --help says below the options */

#endif
