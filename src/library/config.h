/* config.h — what the setters of <chancery/chancery.h> have set. */
#ifndef CHANCERY_LIBRARY_CONFIG_H
#define CHANCERY_LIBRARY_CONFIG_H

#include <chancery/chancery.h>

#include "client/settings.h"

struct chancery_config {
	char *endpoint_url, *region, *profile, *ca_bundle, *user_agent;
	char *access_key_id, *session_token;
	struct secret secret_access_key;
	bool is_unsigned, is_isolated, is_insecure;
	int64_t connect_timeout_ms, read_timeout_ms; /* 0: not set */
	int max_attempts;
};

/* The settings for one service, in the arena. `config` may be NULL. Faults: FAULT_INVALID_ARGS and
 * FAULT_MISSING_AUTHENTICATION, as settings_resolve(). */
MUST_CHECK bool config_resolve(const struct chancery_config *config, const struct service *service, struct arena *arena,
	struct client_settings *out, struct fault *fault);

#endif
