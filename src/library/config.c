#include "library/config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { CONFIG_ATTEMPTS_MAX = 100 };
#define CONFIG_TIMEOUT_MAX_MS (INT64_C(24) * 60 * 60 * 1000)

struct chancery_config *
chancery_config_new(void)
{
	return memory_take_zeroed(sizeof(struct chancery_config));
}

static void
text_set(char **text, const char *value)
{
	char *copy = memory_cstr(str_of(value));

	free(*text);
	*text = copy;
}

void
chancery_config_free(struct chancery_config *config)
{
	if (config == NULL)
		return;
	chancery_config_set_credentials(config, NULL, NULL, NULL);
	free(config->endpoint_url);
	free(config->region);
	free(config->profile);
	free(config->ca_bundle);
	free(config->user_agent);
	free(config);
}

void
chancery_config_set_endpoint_url(struct chancery_config *config, const char *url)
{
	text_set(&config->endpoint_url, url);
}

void
chancery_config_set_region(struct chancery_config *config, const char *region)
{
	text_set(&config->region, region);
}

void
chancery_config_set_profile(struct chancery_config *config, const char *profile)
{
	text_set(&config->profile, profile);
}

void
chancery_config_set_credentials(struct chancery_config *config, const char *access_key_id,
	const char *secret_access_key, const char *session_token)
{
	struct str secret = str_of(secret_access_key);

	text_set(&config->access_key_id, access_key_id);
	text_set(&config->session_token, session_token);
	secret_done(&config->secret_access_key);
	config->secret_access_key = (struct secret){ 0 };
	if (secret.n > 0) {
		config->secret_access_key = secret_new(secret.n);
		memcpy(config->secret_access_key.p, secret.p, secret.n);
	}
}

void
chancery_config_set_unsigned(struct chancery_config *config, bool is_unsigned)
{
	config->is_unsigned = is_unsigned;
}

void
chancery_config_set_isolated(struct chancery_config *config, bool is_isolated)
{
	config->is_isolated = is_isolated;
}

void
chancery_config_set_ca_bundle(struct chancery_config *config, const char *path)
{
	text_set(&config->ca_bundle, path);
}

void
chancery_config_set_insecure(struct chancery_config *config, bool is_insecure)
{
	config->is_insecure = is_insecure;
}

void
chancery_config_set_connect_timeout_ms(struct chancery_config *config, int64_t timeout_ms)
{
	config->connect_timeout_ms = timeout_ms;
}

void
chancery_config_set_read_timeout_ms(struct chancery_config *config, int64_t timeout_ms)
{
	config->read_timeout_ms = timeout_ms;
}

void
chancery_config_set_max_attempts(struct chancery_config *config, int attempts)
{
	config->max_attempts = attempts;
}

void
chancery_config_set_user_agent(struct chancery_config *config, const char *user_agent)
{
	text_set(&config->user_agent, user_agent);
}

static bool
check_timeout(const char *setter, int64_t timeout_ms, struct fault *fault)
{
	if (timeout_ms < 0 || timeout_ms > CONFIG_TIMEOUT_MAX_MS)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"chancery_config_set_%s(%lld): a time-out is 1 ms to a day, or 0 for the usual one.", setter,
			(long long)timeout_ms);
	return true;
}

/* A line end in it would begin a header of its own. */
static bool
check_user_agent(const char *text, struct fault *fault)
{
	for (const char *p = text; p != NULL && *p != '\0'; p++) {
		if (*p < 0x20 || *p > 0x7e)
			return fault_set(fault, FAULT_INVALID_ARGS,
				"chancery_config_set_user_agent(): printable ASCII alone goes into the header.");
	}
	return true;
}

static bool
config_check(const struct chancery_config *config, struct fault *fault)
{
	bool has_id = config->access_key_id != NULL;
	bool has_secret = config->secret_access_key.p != NULL;

	if (has_id != has_secret || (!has_id && config->session_token != NULL))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"chancery_config_set_credentials(): an access key has two parts, and %s is missing.",
			has_id ? "its secret" : "its id");
	if (config->max_attempts < 0 || config->max_attempts > CONFIG_ATTEMPTS_MAX)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"chancery_config_set_max_attempts(%d): it is 1 to %d, or 0 for the usual number.",
			config->max_attempts, CONFIG_ATTEMPTS_MAX);
	return check_timeout("connect_timeout_ms", config->connect_timeout_ms, fault) &&
	       check_timeout("read_timeout_ms", config->read_timeout_ms, fault) &&
	       check_user_agent(config->user_agent, fault);
}

bool
config_resolve(const struct chancery_config *config, const struct service *service, struct arena *arena,
	struct client_settings *out, struct fault *fault)
{
	static const struct chancery_config nothing;
	static const struct settings_words words = { "chancery_config_set_region()", "chancery_config_set_profile()",
		"connect_timeout", "read_timeout" };
	static const char own_agent[] = "libchancery/" CHANCERY_VERSION;

	if (config == NULL)
		config = &nothing;
	struct settings_wish wish = {
		.words = &words,
		.profile = config->profile,
		.region = config->region,
		.endpoint_url = config->endpoint_url,
		.ca_bundle = config->ca_bundle,
		.skip_tls_verification = config->is_insecure,
		.unsigned_requests = config->is_unsigned,
		.isolated = config->is_isolated,
		.credentials = { str_of(config->access_key_id), config->secret_access_key,
			str_of(config->session_token) },
	};
	if (!config_check(config, fault) || !settings_resolve(&wish, service, getenv, arena, out, fault))
		return false;
	if (config->connect_timeout_ms > 0)
		out->connect_timeout_ms = config->connect_timeout_ms;
	if (config->read_timeout_ms > 0)
		out->read_timeout_ms = config->read_timeout_ms;
	if (config->max_attempts > 0)
		out->attempts = config->max_attempts;
	out->user_agent =
		config->user_agent != NULL ? arena_printf(arena, "%s %s", config->user_agent, own_agent).p : own_agent;
	return true;
}
