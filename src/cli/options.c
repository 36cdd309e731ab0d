#include "cli/options.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "cli/suggest.h"

static const char *const outputs[] = { "json", "text", "table", "yaml", "yaml-stream", NULL };
static const char *const binary_formats[] = { "base64", "raw-in-base64-out", NULL };
static const char *const colors[] = { "on", "off", "auto", NULL };
static const char *const skeletons[] = { "input", "yaml-input", "output", NULL };

#define AT(field) offsetof(struct globals, field)
const struct option_row global_options[] = {
	{ "cli-input-json", "JSON", "the whole input as JSON or file://PATH; options beside it count more", NULL, NULL,
		AT(input_json), OPTION_OF_OPERATIONS, false },
	{ "cli-input-yaml", "YAML", "the whole input as YAML or file://PATH; options beside it count more", NULL, NULL,
		AT(input_yaml), OPTION_OF_OPERATIONS, false },
	{ "generate-cli-skeleton", "KIND", "prints a sample of the input or the output and calls nothing", skeletons,
		"input", AT(skeleton), OPTION_OF_OPERATIONS, false },
	{ "starting-token", "TOKEN", "go on where an earlier list was cut: its NextToken", NULL, NULL,
		AT(starting_token), OPTION_OF_PAGES, false },
	{ "page-size", "NUMBER", "items a request; does not change what is printed", NULL, NULL, AT(page_size),
		OPTION_OF_PAGES, false },
	{ "max-items", "NUMBER", "items printed in all", NULL, NULL, AT(max_items), OPTION_OF_PAGES, false },
	{ "no-paginate", NULL, "one request, one page", NULL, NULL, AT(no_paginate), OPTION_OF_OPERATIONS, false },
	{ "endpoint-url", "URL", "where the service is (AWS_ENDPOINT_URL); else http://127.0.0.1:8226", NULL, NULL,
		AT(endpoint_url), OPTION_EVERYWHERE, false },
	{ "region", "REGION", "the region (AWS_REGION)", NULL, NULL, AT(region), OPTION_EVERYWHERE, false },
	{ "profile", "NAME", "a profile of ~/.aws/config and ~/.aws/credentials (AWS_PROFILE)", NULL, NULL, AT(profile),
		OPTION_EVERYWHERE, false },
	{ "ca-bundle", "FILE", "PEM certificates to trust (AWS_CA_BUNDLE)", NULL, NULL, AT(ca_bundle),
		OPTION_EVERYWHERE, false },
	{ "no-verify-ssl", NULL, "do not verify the server's certificate", NULL, NULL, AT(no_verify_ssl),
		OPTION_EVERYWHERE, false },
	{ "no-sign-request", NULL, "send no signature; no credentials are needed", NULL, NULL, AT(no_sign_request),
		OPTION_EVERYWHERE, false },
	{ "cli-connect-timeout", "SECONDS", "60 unless given; 0: none", NULL, NULL, AT(connect_timeout),
		OPTION_EVERYWHERE, false },
	{ "cli-read-timeout", "SECONDS", "60 unless given; 0: none", NULL, NULL, AT(read_timeout), OPTION_EVERYWHERE,
		false },
	{ "cli-binary-format", "FORMAT", "how blobs are written on the line", binary_formats, NULL, AT(binary_format),
		OPTION_OF_OPERATIONS, false },
	{ "output", "FORMAT", "how answers are printed (AWS_DEFAULT_OUTPUT)", outputs, NULL, AT(output),
		OPTION_OF_OPERATIONS, false },
	{ "query", "EXPRESSION", "JMESPath: what is printed of an answer", NULL, NULL, AT(query), OPTION_OF_OPERATIONS,
		false },
	{ "color", "WHEN", "whether --output table is coloured; auto: on a terminal", colors, NULL, AT(color),
		OPTION_EVERYWHERE, false },
	{ "no-cli-pager", NULL, "prints at once, also on a terminal (AWS_PAGER)", NULL, NULL, AT(no_pager),
		OPTION_EVERYWHERE, false },
	{ "cli-auto-prompt", NULL, "asks for the command on the terminal, and completes it (AWS_CLI_AUTO_PROMPT)", NULL,
		NULL, AT(auto_prompt), OPTION_OF_OPERATIONS, false },
	{ "no-cli-auto-prompt", NULL, "asks nothing, whatever the configuration says", NULL, NULL, AT(no_auto_prompt),
		OPTION_EVERYWHERE, false },
	{ "debug", NULL, "tells on standard error what is read, sent and answered; no secrets", NULL, NULL, AT(debug),
		OPTION_EVERYWHERE, false },
	{ "version", NULL, "the version of this program", NULL, NULL, AT(version), OPTION_EVERYWHERE, false },
	{ NULL, NULL, NULL, NULL, NULL, 0, OPTION_EVERYWHERE, false },
};
#undef AT

struct reader {
	const struct operation *operation;
	struct options *options;
	struct arena *arena;
	struct fault *fault;
	struct option_line line;
};

static bool
is_paged(const struct operation *operation)
{
	return operation->page_input_token != NULL;
}

static size_t
member_count(const struct operation *operation)
{
	return operation->input != NULL ? operation->input->member_count : 0;
}

bool
options_hide_member(const struct operation *operation, const struct globals *globals, const char *member_option)
{
	return is_paged(operation) && !globals->no_paginate && strcmp(member_option, "max-items") == 0;
}

static const struct option_row *
global_of(const struct reader *reader, struct str name)
{
	const struct option_row *row = option_find(global_options, name);
	bool paged = is_paged(reader->operation) && !reader->options->globals.no_paginate;

	/* --no-paginate, wherever it stands, gives --max-items back to the operation. */
	return row != NULL && row->scope == OPTION_OF_PAGES && !paged ? NULL : row;
}

/* The index of a member by its option; `no-` before a boolean gives *negated. member_count() if there is none. */
static size_t
member_of(const struct reader *reader, struct str name, bool *negated)
{
	size_t count = member_count(reader->operation);

	for (size_t i = 0; i < count; i++) {
		const struct member *member = &reader->operation->input->members[i];
		*negated = false;
		if (str_is(name, member->option))
			return i;
		*negated = member->shape->kind == SHAPE_BOOLEAN && str_starts_with(name, STR("no-")) &&
			   str_is((struct str){ name.p + 3, name.n - 3 }, member->option);
		if (*negated)
			return i;
	}
	return count;
}

static bool
unknown(const struct reader *reader, struct str name)
{
	struct suggestion suggestion = suggest_for(name);

	for (size_t i = 0; i < member_count(reader->operation); i++)
		suggest_consider(&suggestion, reader->operation->input->members[i].option);
	for (const struct option_row *row = global_options; row->name != NULL; row++) {
		if (global_of(reader, str_of(row->name)) != NULL)
			suggest_consider(&suggestion, row->name);
	}
	(void)fault_set(reader->fault, FAULT_INVALID_ARGS, "Unknown options: --%.*s", STR_ARG(name));
	if (suggestion.best != NULL)
		(void)fault_say_more(reader->fault, "(did you mean --%s?)", suggestion.best);
	return false;
}

static bool
take_boolean(struct reader *reader, size_t index, bool negated, const char *inline_value)
{
	const char **word = ARENA_NEW(reader->arena, const char *);

	if (inline_value != NULL)
		return fault_set(reader->fault, FAULT_INVALID_ARGS, "argument --%s: it takes no value",
			reader->operation->input->members[index].option);
	*word = negated ? "false" : "true";
	reader->options->members[index] = (struct option_words){ word, 1 };
	return true;
}

static bool
take_member(struct reader *reader, size_t index, const char *inline_value)
{
	const struct member *member = &reader->operation->input->members[index];
	struct option_words *out = &reader->options->members[index];
	bool is_list = member->shape->kind == SHAPE_LIST;

	if (inline_value != NULL) {
		const char **word = ARENA_NEW(reader->arena, const char *);
		*word = inline_value;
		*out = (struct option_words){ word, 1 };
		return true;
	}
	size_t n = 0;
	while (n < reader->line.argc && !option_is(reader->line.argv[n]) && (n == 0 || is_list))
		n++;
	if (n == 0)
		return fault_set(reader->fault, FAULT_INVALID_ARGS, "argument --%s: expected %s", member->option,
			is_list ? "at least one argument" : "one argument");
	*out = (struct option_words){ reader->line.argv, n };
	reader->line.argv += n;
	reader->line.argc -= n;
	return true;
}

static bool
take_option(struct reader *reader)
{
	const char *inline_value;
	struct str name;
	bool negated = false;

	if (!option_is(reader->line.argv[0]))
		return fault_set(reader->fault, FAULT_INVALID_ARGS, "Unknown options: %s", reader->line.argv[0]);
	option_next(&reader->line, &name, &inline_value);
	const struct option_row *global = global_of(reader, name);
	if (global != NULL)
		return option_take(global, inline_value, &reader->line, &reader->options->globals, reader->fault);
	size_t index = member_of(reader, name, &negated);
	if (index == member_count(reader->operation))
		return unknown(reader, name);
	if (reader->operation->input->members[index].shape->kind == SHAPE_BOOLEAN)
		return take_boolean(reader, index, negated, inline_value);
	return take_member(reader, index, inline_value);
}

static bool
check_required(const struct reader *reader)
{
	const struct globals *globals = &reader->options->globals;
	struct buffer missing = { 0 };

	/* The sample of an input needs none of it, and a whole input may hold what is missing here. */
	if (globals->version || globals->input_json != NULL || globals->input_yaml != NULL ||
		(globals->skeleton != NULL && strcmp(globals->skeleton, "output") != 0))
		return true;
	for (size_t i = 0; i < member_count(reader->operation); i++) {
		const struct member *member = &reader->operation->input->members[i];
		if (member->required && reader->options->members[i].words == NULL)
			buffer_printf(&missing, "%s--%s", missing.n > 0 ? ", " : "", member->option);
	}
	bool fine = missing.n == 0;
	if (!fine)
		(void)fault_set(
			reader->fault, FAULT_INVALID_ARGS, "the following arguments are required: %s", missing.p);
	buffer_done(&missing);
	return fine;
}

bool
options_read(const struct operation *operation, int argc, const char *const *argv, struct arena *arena,
	struct options *out, struct fault *fault)
{
	struct options options = { .members = ARENA_ARRAY(arena, struct option_words, member_count(operation)) };
	struct reader reader = { operation, &options, arena, fault, { argv, (size_t)argc } };

	for (int i = 0; i < argc; i++)
		options.globals.no_paginate |= strcmp(argv[i], "--no-paginate") == 0;
	while (reader.line.argc > 0) {
		if (!take_option(&reader))
			return false;
	}
	if (!check_required(&reader))
		return false;
	*out = options;
	return true;
}
