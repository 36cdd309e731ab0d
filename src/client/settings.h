/* settings.h — what a user's machine says about endpoint, region and credentials, in AWS's order of precedence.
 *
 *	what is asked for on the command line · environment · profile
 * The profile is --profile, else AWS_PROFILE, AWS_DEFAULT_PROFILE, else "default". Naming it on the command line puts
 * its credentials before those of the environment. Only long-term or session keys are read: a profile that would have
 * to be exchanged for keys (role_arn, sso, credential_process) is refused by name. */
#ifndef CHANCERY_CLIENT_SETTINGS_H
#define CHANCERY_CLIENT_SETTINGS_H

#include "client/client.h"

#define SETTINGS_DEFAULT_ENDPOINT "http://127.0.0.1:8226" /* where `chancery serve` listens unless told otherwise */
enum { SETTINGS_DEFAULT_TIMEOUT_MS = 60 * 1000, SETTINGS_DEFAULT_ATTEMPTS = 3 };

/* How the caller's user asks for things, for the sentences that tell him to. */
struct settings_words {
	const char *region, *profile, *connect_timeout, *read_timeout;
};

/* What was asked for; zero means not. */
struct settings_wish {
	const struct settings_words *words; /* NULL: the options of the command line */
	const char *profile;
	const char *region;
	const char *endpoint_url;
	const char *ca_bundle;
	bool skip_tls_verification;
	bool unsigned_requests;
	bool isolated;                                  /* neither environment nor files are read */
	struct client_credentials credentials;          /* given: no others are looked for */
	const char *connect_timeout_s, *read_timeout_s; /* text of a number */
	const struct client_watch *watch;
};

/* Where variables come from: getenv(), or a test's own. */
typedef char *settings_environment(const char *name);

/* Everything lives in the arena. Faults: FAULT_MISSING_AUTHENTICATION when there are no credentials or no region
 * (configuration, exit 253), FAULT_INVALID_ARGS for everything else that is wrong. */
MUST_CHECK bool settings_resolve(const struct settings_wish *wish, const struct service *service,
	settings_environment *environment, struct arena *arena, struct client_settings *out, struct fault *fault);

/* One setting that is not about the connection: the variable (NULL: there is none), else the profile's key ("output");
 * absent if neither is there, empty if it is there and says nothing. FAULT_INVALID_ARGS: there is no such profile, or
 * its file cannot be read. */
MUST_CHECK bool settings_look(const struct settings_wish *wish, const char *variable, const char *key,
	settings_environment *environment, struct arena *arena, struct str *out, struct fault *fault);

#endif
