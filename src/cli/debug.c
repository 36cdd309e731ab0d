#include "cli/debug.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "cli/json.h"
#include "cli/option.h"
#include "client/transport.h"

void
debug_say(const char *who, const char *format, ...)
{
	struct timespec now;
	struct tm tm;
	char moment[32];
	va_list args;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)localtime_r(&now.tv_sec, &tm);
	(void)strftime(moment, sizeof moment, "%Y-%m-%d %H:%M:%S", &tm);
	(void)fprintf(stderr, "%s,%03ld - chancery.%s - DEBUG - ", moment, now.tv_nsec / 1000000, who);
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	(void)fputc('\n', stderr);
}

void
debug_arguments(const struct service *service, const struct operation *operation, int argc, char **argv)
{
	struct buffer names = { 0 };

	/* Values may be keys, and a value that stands in the wrong place would look like a name. */
	for (int i = 0; i < argc; i++) {
		if (option_is(argv[i]) && strlen(argv[i]) < 64)
			buffer_printf(&names, " %.*s", (int)strcspn(argv[i], "="), argv[i]);
	}
	debug_say("main", "CLI version: chancery/" CHANCERY_VERSION);
	debug_say("main", "Operation: %s.%s; options:%s", service->command, operation->name,
		names.n > 0 ? names.p : " none");
	buffer_done(&names);
}

static const char *
present(struct str text)
{
	return text.p != NULL ? "yes" : "no";
}

void
debug_settings(const struct client_settings *settings, const char *profile)
{
	const struct client_origin *origin = &settings->origin;

	debug_say("settings", "Profile: %s; config file: %s; credentials file: %s",
		profile != NULL ? profile : "as the environment says", origin->config, origin->credentials_file);
	debug_say("settings", "Endpoint: %.*s (%s)", STR_ARG(settings->endpoint_url), origin->endpoint);
	debug_say("settings", "Region: %.*s (%s)", STR_ARG(settings->region), origin->region);
	debug_say("settings", "Access key: %.*s (%s); session token: %s", STR_ARG(settings->credentials.access_key_id),
		origin->credentials, present(settings->credentials.session_token));
	debug_say("settings",
		"Attempts: %d; connect time-out: %" PRId64 " ms; read time-out: %" PRId64 " ms; CA bundle: %s; "
		"verification of TLS: %s",
		settings->attempts, settings->connect_timeout_ms, settings->read_timeout_ms,
		settings->ca_bundle != NULL ? settings->ca_bundle : "the system's",
		settings->skip_tls_verification ? "no" : "yes");
}

static struct value *
hidden(const struct value *value, struct arena *arena)
{
	if (value->kind == VALUE_STRING)
		return value_string(arena_printf(arena, "(%zu characters, not shown)", value->text.n), arena);
	return value_string(STR("(not shown)"), arena);
}

/* A copy without what nobody should see. `shape` NULL: nothing is known of it. */
static struct value *
shown(const struct shape *shape, struct value *value, struct arena *arena)
{
	bool is_list = shape != NULL && shape->kind == SHAPE_LIST;
	struct value *copy;

	if (shape == NULL || shape->sensitive || shape->kind == SHAPE_BLOB)
		return hidden(value, arena);
	if (value->kind != VALUE_LIST && value->kind != VALUE_MAP)
		return is_list || shape->member_count > 0 ? hidden(value, arena) : value;
	if ((value->kind == VALUE_LIST) != is_list)
		return hidden(value, arena);
	copy = value_new(value->kind, arena);
	for (size_t i = 0; i < value->count; i++) {
		const struct shape *inner = is_list ? shape->element : NULL;
		for (size_t j = 0; j < shape->member_count && !is_list; j++) {
			if (str_is(value->items[i].key, shape->members[j].name))
				inner = shape->members[j].shape;
		}
		struct value *item = shown(inner, value->items[i].value, arena);
		if (is_list)
			value_append(copy, item, arena);
		else
			value_set(copy, value->items[i].key, item, arena);
	}
	return copy;
}

static void
say_body(const char *what, const struct shape *shape, struct str body)
{
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct buffer text = { 0 };
	struct value *value;

	if (!json_read(body, &arena, &value, &fault)) {
		debug_say("client", "%s body: %zu bytes that are no JSON", what, body.n);
	} else {
		if (value->kind == VALUE_MAP && value->count == 0)
			buffer_put_cstr(&text, "{}");
		else
			json_write(shown(shape, value, &arena), &text);
		debug_say("client", "%s body, %zu bytes: %s", what, body.n, text.p);
	}
	buffer_done(&text);
	arena_done(&arena);
}

static void
say_header(struct str name, struct str value)
{
	static const char mark[] = "Signature=";

	if (strncasecmp(name.p, "x-amz-security-token", name.n) == 0) {
		debug_say("client", "> %.*s: (%zu characters, not shown)", STR_ARG(name), value.n);
	} else if (strncasecmp(name.p, "authorization", name.n) == 0) {
		const char *at = memmem(value.p, value.n, mark, sizeof mark - 1);
		size_t n = at != NULL ? (size_t)(at - value.p) + sizeof mark - 1 : 0;
		debug_say("client", "> %.*s: %.*s(not shown)", STR_ARG(name), (int)n, value.p);
	} else {
		debug_say("client", "> %.*s: %.*s", STR_ARG(name), STR_ARG(value));
	}
}

static void
sends(const struct operation *operation, int attempt, const char *url, const struct transport_header *headers,
	size_t count, struct str body)
{
	debug_say("client", "Request %s, attempt %d: POST %s", operation->name, attempt, url);
	for (size_t i = 0; i < count; i++)
		say_header(headers[i].name, headers[i].value);
	say_body("Request", operation->input, body);
}

/* An error's envelope: what the user is told of it anyway. */
static const struct shape text_shape = { .name = "Text", .kind = SHAPE_STRING };
static const struct member error_members[] = {
	{ .name = "__type", .shape = &text_shape },
	{ .name = "message", .shape = &text_shape },
	{ .name = "Message", .shape = &text_shape },
};
static const struct shape error_shape = {
	.name = "Error",
	.kind = SHAPE_STRUCTURE,
	.members = error_members,
	.member_count = ARRAY_COUNT(error_members),
};

static void
answers(const struct operation *operation, const struct transport_answer *answer)
{
	struct str rest = answer->headers;
	struct str line;

	debug_say("client", "Answer: HTTP status %d", answer->status);
	while (rest.n > 0) {
		if (!str_cut(&rest, '\n', &line))
			rest = (struct str){ 0 };
		while (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (line.n > 0)
			debug_say("client", "< %.*s", STR_ARG(line));
	}
	say_body("Answer", answer->status == 200 ? operation->output : &error_shape, answer->body);
}

static void
fails(const struct operation *operation, const char *why)
{
	debug_say("client", "%s got no answer: %s", operation->name, why);
}

const struct client_watch debug_watch = { sends, answers, fails };
