#include "client/settings.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "client/profile.h"

/* Ten minutes at most for a text of a number of seconds that is meant seriously. */
enum { SETTINGS_TIMEOUT_MAX_S = 24 * 60 * 60, SETTINGS_ATTEMPTS_MAX = 100 };

static const struct settings_words command_line = { "--region", "--profile", "--cli-connect-timeout",
	"--cli-read-timeout" };

struct sources {
	const struct settings_words *words;
	const struct settings_wish *wish;
	settings_environment *environment;
	struct arena *arena;
	struct profile_file config, credentials;
	struct str profile;        /* "work" */
	struct str config_section; /* "profile work", or "default" */
	bool profile_was_asked;
};

static struct str
variable(const struct sources *sources, const char *name)
{
	const char *text = sources->wish->isolated ? NULL : sources->environment(name);

	/* An empty variable is an unset one, as for AWS's tools. */
	return text != NULL && text[0] != '\0' ? str_of(text) : (struct str){ 0 };
}

static struct str
first_present(struct str a, struct str b)
{
	return a.p != NULL && a.n > 0 ? a : b;
}

/* Of the profile; the credentials file may hold settings as well, and counts more. */
static struct str
config_value(const struct sources *sources, const char *key)
{
	struct str value = profile_value(&sources->credentials, sources->profile, key);

	return value.p != NULL ? value : profile_value(&sources->config, sources->config_section, key);
}

static const char *
file_path(const struct sources *sources, const char *variable_name, const char *below_home)
{
	struct str path = variable(sources, variable_name);
	struct str home = variable(sources, "HOME");

	if (path.p == NULL)
		return arena_printf(sources->arena, "%.*s/.aws/%s", STR_ARG(home), below_home).p;
	if (str_starts_with(path, STR("~/")))
		return arena_printf(sources->arena, "%.*s%.*s", STR_ARG(home), (int)(path.n - 1), path.p + 1).p;
	return arena_cstr(sources->arena, path);
}

static bool
sources_open(struct sources *sources, struct fault *fault)
{
	struct arena *arena = sources->arena;

	sources->words = sources->wish->words != NULL ? sources->wish->words : &command_line;
	sources->profile = sources->config_section = STR("default");
	if (sources->wish->isolated)
		return true;
	if (!profile_read(file_path(sources, "AWS_CONFIG_FILE", "config"), arena, &sources->config, fault) ||
		!profile_read(file_path(sources, "AWS_SHARED_CREDENTIALS_FILE", "credentials"), arena,
			&sources->credentials, fault))
		return false;
	struct str named = first_present(variable(sources, "AWS_PROFILE"), variable(sources, "AWS_DEFAULT_PROFILE"));
	named = first_present(str_of(sources->wish->profile), named);
	sources->profile_was_asked = sources->wish->profile != NULL;
	sources->profile = first_present(named, STR("default"));
	sources->config_section = str_is(sources->profile, "default")
					  ? STR("default")
					  : arena_printf(arena, "profile %.*s", STR_ARG(sources->profile));
	if (named.p != NULL && !profile_has_section(&sources->config, sources->config_section) &&
		!profile_has_section(&sources->credentials, sources->profile))
		return fault_set(fault, FAULT_INVALID_ARGS, "The config profile (%.*s) could not be found",
			STR_ARG(sources->profile));
	return true;
}

/* One place that may hold a pair of keys: 1 found, 0 nothing there, -1 half a pair. */
static int
take_pair(const struct sources *sources, struct str id, struct str secret, struct str token,
	struct client_credentials *out)
{
	if (id.p == NULL || id.n == 0)
		return 0;
	if (secret.p == NULL || secret.n == 0)
		return -1;
	out->access_key_id = id;
	out->secret_access_key = arena_secret(sources->arena, secret.p, secret.n);
	out->session_token = token.n > 0 ? token : (struct str){ 0 };
	return 1;
}

static int
environment_pair(const struct sources *sources, struct client_credentials *out)
{
	return take_pair(sources, variable(sources, "AWS_ACCESS_KEY_ID"), variable(sources, "AWS_SECRET_ACCESS_KEY"),
		variable(sources, "AWS_SESSION_TOKEN"), out);
}

static int
file_pair(const struct sources *sources, const struct profile_file *file, struct str section,
	struct client_credentials *out)
{
	return take_pair(sources, profile_value(file, section, "aws_access_key_id"),
		profile_value(file, section, "aws_secret_access_key"),
		profile_value(file, section, "aws_session_token"), out);
}

/* The ways to get keys that this client does not go; words beat silence. */
static bool
refuse_exchange(const struct sources *sources, struct fault *fault)
{
	static const char *const keys[] = { "role_arn", "credential_process", "sso_start_url", "sso_session",
		"web_identity_token_file", "credential_source" };

	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		if (config_value(sources, keys[i]).p != NULL)
			return fault_set(fault, FAULT_MISSING_AUTHENTICATION,
				"The config profile (%.*s) gets its credentials by %s, which chancery does not do. "
				"Give it aws_access_key_id and aws_secret_access_key.",
				STR_ARG(sources->profile), keys[i]);
	}
	return fault_set(fault, FAULT_MISSING_AUTHENTICATION,
		"Unable to locate credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile that "
		"has them with %s.",
		sources->words->profile);
}

static bool
credentials_resolve(
	const struct sources *sources, struct client_credentials *out, const char **origin, struct fault *fault)
{
	const char *where = "env";
	const char *missing = "AWS_SECRET_ACCESS_KEY";
	int found;

	if (sources->wish->credentials.access_key_id.p != NULL) {
		*out = sources->wish->credentials;
		return true;
	}
	found = sources->profile_was_asked ? 0 : environment_pair(sources, out);

	if (found == 0) {
		missing = "aws_secret_access_key";
		where = "shared-credentials-file";
		found = file_pair(sources, &sources->credentials, sources->profile, out);
	}
	if (found == 0) {
		where = "config-file";
		found = file_pair(sources, &sources->config, sources->config_section, out);
	}
	if (found < 0)
		return fault_set(
			fault, FAULT_INVALID_ARGS, "Partial credentials found in %s, missing: %s", where, missing);
	*origin = where;
	return found > 0 || refuse_exchange(sources, fault);
}

/* The first of these places that says something; *origin says which. */
struct place {
	struct str value;
	const char *name;
};

static struct str
first_place(const struct place *places, size_t count, const char **origin)
{
	for (size_t i = 0; i < count; i++) {
		if (places[i].value.p != NULL && places[i].value.n > 0) {
			*origin = places[i].name;
			return places[i].value;
		}
	}
	*origin = "nowhere";
	return (struct str){ 0 };
}

/* "acm-pca" as variables and keys have it: AWS_ENDPOINT_URL_ACM_PCA, acm_pca.endpoint_url. */
static const char *
service_id(const struct sources *sources, const struct service *service, bool upper)
{
	char id[64];
	size_t n = 0;

	for (; service->command[n] != '\0' && n < sizeof id - 1; n++)
		id[n] = (char)(service->command[n] == '-' ? '_'
			       : upper                    ? toupper((unsigned char)service->command[n])
							  : service->command[n]);
	id[n] = '\0';
	return upper ? arena_printf(sources->arena, "AWS_ENDPOINT_URL_%s", id).p
		     : arena_printf(sources->arena, "%s.endpoint_url", id).p;
}

/* --endpoint-url · AWS_ENDPOINT_URL_ACM · AWS_ENDPOINT_URL · the profile's services section · the profile · here. */
static struct str
endpoint_resolve(const struct sources *sources, const struct service *service, const char **origin)
{
	const char *variable_name = service_id(sources, service, true);
	struct str services = config_value(sources, "services");
	struct str section = arena_printf(sources->arena, "services %.*s", STR_ARG(services));
	const struct place places[] = {
		{ str_of(sources->wish->endpoint_url), "--endpoint-url" },
		{ variable(sources, variable_name), variable_name },
		{ variable(sources, "AWS_ENDPOINT_URL"), "AWS_ENDPOINT_URL" },
		{ services.p != NULL ? profile_value(&sources->config, section, service_id(sources, service, false))
				     : (struct str){ 0 },
			"the profile's services section" },
		{ config_value(sources, "endpoint_url"), "the profile" },
		{ STR(SETTINGS_DEFAULT_ENDPOINT), "built in" },
	};

	return first_place(places, ARRAY_COUNT(places), origin);
}

static bool
region_resolve(const struct sources *sources, struct str *out, const char **origin, struct fault *fault)
{
	const struct place places[] = {
		{ str_of(sources->wish->region), "--region" },
		{ variable(sources, "AWS_REGION"), "AWS_REGION" },
		{ variable(sources, "AWS_DEFAULT_REGION"), "AWS_DEFAULT_REGION" },
		{ config_value(sources, "region"), "the profile" },
	};
	struct str found = first_place(places, ARRAY_COUNT(places), origin);

	if (found.p == NULL)
		return fault_set(fault, FAULT_MISSING_AUTHENTICATION,
			"You must specify a region. Use %s, AWS_REGION, or a region in the config profile (%.*s).",
			sources->words->region, STR_ARG(sources->profile));
	*out = found;
	return true;
}

static bool
number_resolve(struct str text, int64_t absent, int64_t most, const char *what, int64_t *out, struct fault *fault)
{
	if (text.p == NULL) {
		*out = absent;
		return true;
	}
	if (!str_to_i64(text, out) || *out > most)
		return fault_set(fault, FAULT_INVALID_ARGS, "%s: '%.*s' is not a whole number from 0 to %lld", what,
			STR_ARG(text), (long long)most);
	return true;
}

static bool
limits_resolve(const struct sources *sources, struct client_settings *out, struct fault *fault)
{
	struct str attempts =
		first_present(variable(sources, "AWS_MAX_ATTEMPTS"), config_value(sources, "max_attempts"));
	struct str mode = first_present(variable(sources, "AWS_RETRY_MODE"), config_value(sources, "retry_mode"));
	int64_t connect_s, read_s, count;

	/* The adaptive mode is the standard one with a brake of its own, which one command does not need. */
	if (mode.p != NULL && !str_is(mode, "standard") && !str_is(mode, "adaptive") && !str_is(mode, "legacy"))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"Invalid value provided to \"mode\": \"%.*s\" must be one of: \"standard\" or \"adaptive\"",
			STR_ARG(mode));
	if (!number_resolve(str_of(sources->wish->connect_timeout_s), SETTINGS_DEFAULT_TIMEOUT_MS / 1000,
		    SETTINGS_TIMEOUT_MAX_S, sources->words->connect_timeout, &connect_s, fault) ||
		!number_resolve(str_of(sources->wish->read_timeout_s), SETTINGS_DEFAULT_TIMEOUT_MS / 1000,
			SETTINGS_TIMEOUT_MAX_S, sources->words->read_timeout, &read_s, fault) ||
		!number_resolve(
			attempts, SETTINGS_DEFAULT_ATTEMPTS, SETTINGS_ATTEMPTS_MAX, "max_attempts", &count, fault))
		return false;
	out->connect_timeout_ms = connect_s * 1000;
	out->read_timeout_ms = read_s * 1000;
	if (count < 1)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"Value provided to \"max_attempts\": %lld must be an integer greater than or equal to one.",
			(long long)count);
	out->attempts = (int)count;
	return true;
}

bool
settings_resolve(const struct settings_wish *wish, const struct service *service, settings_environment *environment,
	struct arena *arena, struct client_settings *out, struct fault *fault)
{
	struct sources sources = { .wish = wish, .environment = environment, .arena = arena };
	struct client_settings settings = { .clock = &clock_system,
		.entropy = &entropy_system,
		.origin = { .region = "nobody needs one", .credentials = "requests are not signed" } };

	if (!sources_open(&sources, fault) || !limits_resolve(&sources, &settings, fault))
		return false;
	/* An unsigned request has no scope, so it needs no region either. */
	if (!wish->unsigned_requests &&
		(!region_resolve(&sources, &settings.region, &settings.origin.region, fault) ||
			!credentials_resolve(&sources, &settings.credentials, &settings.origin.credentials, fault)))
		return false;
	settings.endpoint_url = endpoint_resolve(&sources, service, &settings.origin.endpoint);
	settings.origin.config = file_path(&sources, "AWS_CONFIG_FILE", "config");
	settings.origin.credentials_file = file_path(&sources, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
	settings.watch = wish->watch;
	settings.skip_tls_verification = wish->skip_tls_verification;
	settings.ca_bundle = arena_cstr(arena,
		first_present(str_of(wish->ca_bundle),
			first_present(variable(&sources, "AWS_CA_BUNDLE"), config_value(&sources, "ca_bundle"))));
	*out = settings;
	return true;
}

bool
settings_look(const struct settings_wish *wish, const char *name, const char *key, settings_environment *environment,
	struct arena *arena, struct str *out, struct fault *fault)
{
	struct sources sources = { .wish = wish, .environment = environment, .arena = arena };
	const char *said = name != NULL ? environment(name) : NULL;

	if (said == NULL && !sources_open(&sources, fault))
		return false;
	*out = said != NULL ? str_of(said) : config_value(&sources, key);
	return true;
}
