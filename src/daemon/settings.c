#include "daemon/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/public_url.h"

/* One option that takes a value: how it is written into the settings. */
struct option {
	const char *name;
	const char *value; /* how help calls the value; NULL: a flag */
	const char *help;
	bool (*set)(struct settings *settings, struct str value, struct arena *arena, struct fault *fault);
};

static bool
read_number(struct str value, const char *what, int64_t low, int64_t high, int64_t *out, struct fault *fault)
{
	if (!str_to_i64(value, out) || *out < low || *out > high)
		return fault_set(fault, FAULT_INVALID_ARGS, "%s takes a number from %lld to %lld, not '%.*s'.", what,
			(long long)low, (long long)high, STR_ARG(value));
	return true;
}

static bool
set_data_dir(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	(void)fault;
	settings->data_dir = arena_cstr(arena, value);
	return true;
}

/* ADDRESS:PORT; an IPv6 address stands in brackets. */
static bool
read_listen(struct str value, const char *option, struct arena *arena, const char **address, uint16_t *port,
	struct fault *fault)
{
	const char *colon = value.n > 0 ? memrchr(value.p, ':', value.n) : NULL;
	int64_t number;

	if (colon == NULL)
		return fault_set(
			fault, FAULT_INVALID_ARGS, "%s takes ADDRESS:PORT, not '%.*s'.", option, STR_ARG(value));
	struct str host = { value.p, (size_t)(colon - value.p) };
	struct str digits = { colon + 1, value.n - host.n - 1 };
	struct str what = arena_printf(arena, "The port of %s", option);
	if (!read_number(digits, what.p, 0, UINT16_MAX, &number, fault))
		return false;
	if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = (struct str){ host.p + 1, host.n - 2 };
	*address = arena_cstr(arena, host);
	*port = (uint16_t)number;
	return true;
}

static bool
set_listen(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	struct server_options *server = &settings->server;

	return read_listen(value, "--listen", arena, &server->address, &server->port, fault);
}

static bool
set_pki_listen(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	struct server_options *server = &settings->server;

	return read_listen(value, "--pki-listen", arena, &server->pki_address, &server->pki_port, fault);
}

static bool
set_public_url(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	if (!public_url_check(value, fault))
		return false;
	settings->service.public_url = arena_cstr(arena, value);
	return true;
}

static bool
set_tls_certificate(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	(void)fault;
	settings->server.tls_certificate = arena_cstr(arena, value);
	return true;
}

static bool
set_tls_key(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	(void)fault;
	settings->server.tls_key = arena_cstr(arena, value);
	return true;
}

static bool
set_workers(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	int64_t n;

	(void)arena;
	if (!read_number(value, "--workers", 1, SETTINGS_MAX_WORKERS, &n, fault))
		return false;
	settings->server.workers = (unsigned)n;
	return true;
}

static bool
set_relax_rule(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	enum import_rule rule;

	(void)arena;
	if (!import_rule_named(value, &rule))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"--relax-rule: there is no rule '%.*s'. `chancery admin rules` lists them.", STR_ARG(value));
	const struct import_rule_entry *entry = import_rule_entry(rule);
	if (entry->pinned != NULL)
		return fault_set(fault, FAULT_INVALID_ARGS, "--relax-rule: '%s' cannot be relaxed: %s", entry->name,
			entry->pinned);
	settings->service.rules.relaxed[rule] = 1;
	return true;
}

static bool
set_history_depth(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	int64_t n;

	(void)arena;
	if (!read_number(value, "--history-depth", 0, SETTINGS_MAX_HISTORY_DEPTH, &n, fault))
		return false;
	settings->service.history_depth = (unsigned)n;
	return true;
}

static bool
set_quota_certificates(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	(void)arena;
	return read_number(value, "--quota-certificates", 0, INT32_MAX, &settings->service.quota_certificates, fault);
}

static bool
set_quota_imports(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	(void)arena;
	return read_number(
		value, "--quota-imports-per-year", 0, INT32_MAX, &settings->service.quota_imports_per_year, fault);
}

static bool
set_quota_authorities(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	(void)arena;
	return read_number(value, "--quota-authorities", 0, INT32_MAX, &settings->service.quota_authorities, fault);
}

static bool
set_quota_issued(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	(void)arena;
	return read_number(value, "--quota-issued", 0, INT64_MAX, &settings->service.quota_issued, fault);
}

static bool
set_ocsp_sign_rate(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	int64_t n;

	(void)arena;
	if (!read_number(value, "--ocsp-sign-rate", 0, SETTINGS_MAX_OCSP_SIGN_RATE, &n, fault))
		return false;
	settings->service.ocsp_sign_rate = (unsigned)n;
	return true;
}

/* The limits of the listener, by name. Only numbers within what the house can stand. */
static bool
set_limit(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	struct server_limits *limits = &settings->server.limits;
	const struct {
		const char *name;
		unsigned *number;
		size_t *size;
		int64_t high;
	} entries[] = {
		{ "body-bytes", NULL, &limits->body_bytes, 64 << 20 },
		{ "header-bytes", NULL, &limits->header_bytes, 1 << 20 },
		{ "bodies-bytes", NULL, &limits->bodies_bytes, INT32_MAX },
		{ "connections", &limits->connections, NULL, 60000 },
		{ "queue", &limits->queue, NULL, 1000000 },
		{ "header-deadline-s", &limits->header_deadline_s, NULL, 3600 },
		{ "request-deadline-s", &limits->request_deadline_s, NULL, 3600 },
		{ "idle-s", &limits->idle_s, NULL, 3600 },
	};
	struct str name;
	int64_t n;

	(void)arena;
	if (!str_cut(&value, '=', &name))
		return fault_set(fault, FAULT_INVALID_ARGS, "--limit takes NAME=NUMBER, not '%.*s'.", STR_ARG(name));
	for (size_t i = 0; i < ARRAY_COUNT(entries); i++) {
		if (!str_is(name, entries[i].name))
			continue;
		if (!read_number(value, entries[i].name, 1, entries[i].high, &n, fault))
			return false;
		if (entries[i].number != NULL)
			*entries[i].number = (unsigned)n;
		if (entries[i].size != NULL)
			*entries[i].size = (size_t)n;
		return true;
	}
	return fault_set(fault, FAULT_INVALID_ARGS, "--limit: there is no limit '%.*s'.", STR_ARG(name));
}

static bool
set_stop_patience(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	int64_t n;

	(void)arena;
	if (!read_number(value, "--stop-patience", 0, 3600, &n, fault))
		return false;
	settings->stop_patience_s = (unsigned)n;
	return true;
}

static bool
set_no_walls(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	(void)value;
	(void)arena;
	(void)fault;
	settings->walls = false;
	return true;
}

static bool
set_help(struct settings *settings, struct str value, struct arena *arena, struct fault *fault)
{
	(void)value;
	(void)arena;
	(void)fault;
	settings->help = true;
	return true;
}

static const struct option options[] = {
	{ "--data-dir", "DIR",
		"where everything is kept (default: $XDG_DATA_HOME/chancery, else\n"
		"                             ~/.local/share/chancery, else, without a home, /var/lib/chancery)",
		set_data_dir },
	{ "--listen", "ADDRESS:PORT", "default 127.0.0.1:8226; any address but loopback needs TLS", set_listen },
	{ "--pki-listen", "ADDRESS:PORT",
		"also answer here, in plain HTTP on any address: revocation lists and OCSP, nothing\n"
		"                             else (default: do not)",
		set_pki_listen },
	{ "--public-url", "http://HOST",
		"where clients find revocation lists and OCSP: goes into certificates that are\n"
		"                             issued from now on; http://HOST[:PORT][/PATH]",
		set_public_url },
	{ "--tls-certificate", "FILE", "PEM certificate chain of the listener; read again on SIGHUP",
		set_tls_certificate },
	{ "--tls-key", "FILE", "PEM private key of the listener", set_tls_key },
	{ "--workers", "N", "threads that answer (default: one a core)", set_workers },
	{ "--relax-rule", "NAME", "do not enforce this import rule; may be given again", set_relax_rule },
	{ "--history-depth", "N", "earlier versions kept of a re-imported certificate (default 10)",
		set_history_depth },
	{ "--quota-certificates", "N", "certificates an account may hold in a region (default 0: any number)",
		set_quota_certificates },
	{ "--quota-imports-per-year", "N", "imports in 365 days, deleted ones included (default 0: any number)",
		set_quota_imports },
	{ "--quota-authorities", "N",
		"private CAs an account may have in a region, deleted ones included until they are\n"
		"                             gone (default 0: any number)",
		set_quota_authorities },
	{ "--quota-issued", "N", "certificates a private CA may issue in its life (default 0: any number)",
		set_quota_issued },
	{ "--ocsp-sign-rate", "N",
		"OCSP answers a second that may be signed for one request each, those with a nonce;\n"
		"                             beyond it a kept answer without the nonce, or `tryLater` (default 200)",
		set_ocsp_sign_rate },
	{ "--limit", "NAME=N",
		"body-bytes, header-bytes, bodies-bytes, connections, queue, header-deadline-s,\n"
		"                             request-deadline-s or idle-s; may be given again",
		set_limit },
	{ "--stop-patience", "SECONDS", "how long SIGTERM waits for what is under way (default 30)",
		set_stop_patience },
	{ "--no-walls", NULL, "without seccomp and Landlock: for debuggers", set_no_walls },
	{ "--help", NULL, "this page", set_help },
	{ "help", NULL, NULL, set_help },
};

const char settings_notes[] =
	"First credentials by environment, read once and then unset: CHANCERY_ROOT_ACCESS_KEY_ID,\n"
	"CHANCERY_ROOT_SECRET_ACCESS_KEY, CHANCERY_ROOT_ACCOUNT_ID.\n"
	"SIGHUP reads the TLS files, the access keys and the master keys again; SIGTERM finishes what is under way.\n";

void
settings_help(void)
{
	(void)printf("chancery serve: the daemon\n\n");
	for (size_t i = 0; i < ARRAY_COUNT(options); i++) {
		char left[64];
		if (options[i].help == NULL)
			continue;
		(void)snprintf(
			left, sizeof left, "%s %s", options[i].name, options[i].value != NULL ? options[i].value : "");
		(void)printf("  %-26s %s\n", left, options[i].help);
	}
	(void)printf("\n%s", settings_notes);
}

bool
settings_option(size_t number, const char **name, const char **value, const char **help)
{
	/* Those without help are other names, and come last. */
	if (number >= ARRAY_COUNT(options) || options[number].help == NULL)
		return false;
	*name = options[number].name;
	*value = options[number].value;
	*help = options[number].help;
	return true;
}

static const struct option *
option_named(struct str name)
{
	for (size_t i = 0; i < ARRAY_COUNT(options); i++) {
		if (str_is(name, options[i].name))
			return &options[i];
	}
	return NULL;
}

static void
settings_default(struct settings *settings)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	*settings = (struct settings){
		.server = {
			.address = "127.0.0.1",
			.port = SETTINGS_DEFAULT_PORT,
			.workers = cores < 1 ? 1 : cores > SETTINGS_MAX_WORKERS ? SETTINGS_MAX_WORKERS : (unsigned)cores,
			.long_workers = 1,
			.limits = server_default_limits,
		},
		.service = { .history_depth = SETTINGS_DEFAULT_HISTORY_DEPTH,
			.ocsp_sign_rate = SETTINGS_DEFAULT_OCSP_SIGN_RATE },
		.stop_patience_s = SETTINGS_DEFAULT_STOP_PATIENCE_S,
		.walls = true,
	};
}

bool
settings_read(int argc, char **argv, struct arena *arena, struct settings *out, struct fault *fault)
{
	struct settings settings;

	settings_default(&settings);
	for (int i = 1; i < argc; i++) {
		struct str value = str_of(argv[i]);
		struct str name;
		bool joined = str_starts_with(value, STR("--")) && str_cut(&value, '=', &name);
		if (!joined)
			name = str_of(argv[i]);
		const struct option *option = option_named(name);
		if (option == NULL)
			return fault_set(fault, FAULT_INVALID_ARGS,
				"There is no option '%s'. `chancery serve help` lists what there is.", argv[i]);
		if (option->value == NULL && joined)
			return fault_set(fault, FAULT_INVALID_ARGS, "%s takes no value.", option->name);
		if (option->value != NULL && !joined) {
			if (i + 1 == argc)
				return fault_set(fault, FAULT_INVALID_ARGS, "%s needs a value: %s.", option->name,
					option->value);
			value = str_of(argv[++i]);
		}
		if (!option->set(&settings, value, arena, fault))
			return false;
	}
	if ((settings.server.tls_certificate == NULL) != (settings.server.tls_key == NULL))
		return fault_set(fault, FAULT_INVALID_ARGS, "--tls-certificate and --tls-key go together.");
	*out = settings;
	return true;
}
