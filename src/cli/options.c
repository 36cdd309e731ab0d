#include "cli/options.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "cli/suggest.h"

static const char *const outputs[] = { "json", "text", "table", "yaml", "yaml-stream", NULL };
static const char *const binary_formats[] = { "base64", "raw-in-base64-out", NULL };
static const char *const colors[] = { "on", "off", "auto", NULL };
static const char *const skeletons[] = { "input", "output", "yaml-input", NULL };

#define AT(field) offsetof(struct globals, field)
const struct option_row global_options[] = {
	{ "cli-input-json", "JSON", "the whole input as JSON or file://PATH; options beside it count more", NULL, NULL,
		AT(input_json), OPTION_OF_INPUT, false },
	{ "cli-input-yaml", "YAML", "the whole input as YAML or file://PATH; options beside it count more", NULL, NULL,
		AT(input_yaml), OPTION_OF_INPUT, false },
	{ "generate-cli-skeleton", "KIND", "prints a sample of the input or the output and calls nothing", skeletons,
		"input", AT(skeleton), OPTION_OF_INPUT, false },
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
	struct buffer unknown;  /* what nobody knows, separated by commas */
	const char *stray;      /* the first word that belongs to no option; it is named last, as the AWS CLI does */
	const char *suggestion; /* for the first unknown option that is near a known one */
};

/* What the name of an option means: a row, or a member, of which `negated` says no. */
struct meaning {
	const struct option_row *row;
	const struct member *member;
	size_t index;
	bool negated;
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

static bool
is_global(const struct operation *operation, const struct option_row *row)
{
	return row->scope != OPTION_OF_PAGES || is_paged(operation);
}

bool
options_hide_member(const struct operation *operation, const struct globals *globals, const char *member_option)
{
	return is_paged(operation) && !globals->no_paginate && strcmp(member_option, "max-items") == 0;
}

/* All that have names, each in its turn: the rows, then every member, and the boolean ones once more for their no. */
struct walk {
	size_t row, member;
	bool negated;
};

static bool
walk_next(const struct operation *operation, struct walk *walk, struct meaning *out)
{
	while (global_options[walk->row].name != NULL) {
		const struct option_row *row = &global_options[walk->row++];
		if (is_global(operation, row)) {
			*out = (struct meaning){ .row = row };
			return true;
		}
	}
	/* What a row hides is not found by its name; settle_pages() gives it back. */
	while (walk->member < member_count(operation) && is_paged(operation) &&
		strcmp(operation->input->members[walk->member].option, "max-items") == 0)
		walk->member++;
	if (walk->member == member_count(operation))
		return false;
	const struct member *member = &operation->input->members[walk->member];
	*out = (struct meaning){ NULL, member, walk->member, walk->negated };
	walk->negated = !walk->negated && member->shape->kind == SHAPE_BOOLEAN;
	walk->member += !walk->negated;
	return true;
}

static struct str
meaning_name(const struct meaning *meaning, struct arena *arena)
{
	if (meaning->row != NULL)
		return str_of(meaning->row->name);
	return meaning->negated ? arena_printf(arena, "no-%s", meaning->member->option)
				: str_of(meaning->member->option);
}

/* The AWS CLI has two parsers, one after the other: what every command has, and what this one has. */
static bool
is_of_everything(const struct meaning *meaning)
{
	return meaning->row != NULL &&
	       (meaning->row->scope == OPTION_EVERYWHERE || meaning->row->scope == OPTION_OF_OPERATIONS);
}

/* A beginning is enough where only one option begins so. *found is how many do. */
static bool
find_beginning(const struct reader *reader, struct str name, bool of_everything, struct meaning *out, size_t *found)
{
	struct buffer names = { 0 };
	struct walk walk = { 0 };
	struct meaning meaning;

	*found = 0;
	while (walk_next(reader->operation, &walk, &meaning)) {
		struct str full = meaning_name(&meaning, reader->arena);
		if (is_of_everything(&meaning) != of_everything || !str_starts_with(full, name))
			continue;
		buffer_printf(&names, "%s--%.*s", names.n > 0 ? ", " : "", STR_ARG(full));
		*out = meaning;
		++*found;
	}
	bool fine = *found < 2 || fault_set(reader->fault, FAULT_INVALID_ARGS,
					  "ambiguous option: --%.*s could match %s", STR_ARG(name), names.p);
	buffer_done(&names);
	return fine;
}

/* *found is false when nobody knows the name. */
static bool
find(const struct reader *reader, struct str name, struct meaning *out, bool *found)
{
	struct walk walk = { 0 };
	size_t count = 0;

	*found = true;
	while (walk_next(reader->operation, &walk, out)) {
		if (str_equal(meaning_name(out, reader->arena), name))
			return true;
	}
	if (name.n > 0 && (!find_beginning(reader, name, true, out, &count) ||
				  (count == 0 && !find_beginning(reader, name, false, out, &count))))
		return false;
	*found = count > 0;
	return true;
}

static void
note_unknown(struct reader *reader, const char *word)
{
	buffer_printf(&reader->unknown, "%s%s", reader->unknown.n > 0 ? ", " : "", word);
}

static void
unknown(struct reader *reader, const char *word, struct str name)
{
	struct suggestion suggestion = suggest_for(name);
	struct walk walk = { 0 };
	struct meaning meaning;

	while (walk_next(reader->operation, &walk, &meaning)) {
		if (!meaning.negated)
			suggest_consider(&suggestion, meaning_name(&meaning, reader->arena).p);
	}
	note_unknown(reader, word);
	if (reader->suggestion == NULL)
		reader->suggestion = suggestion.best;
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
	if (n == 0 && !is_list)
		return fault_set(
			reader->fault, FAULT_INVALID_ARGS, "argument --%s: expected one argument", member->option);
	*out = (struct option_words){ reader->line.argv, n };
	reader->line.argv += n;
	reader->line.argc -= n;
	return true;
}

static bool
take_option(struct reader *reader)
{
	const char *word = reader->line.argv[0];
	const char *inline_value;
	struct meaning meaning;
	struct str name;
	bool found;

	option_next(&reader->line, &name, &inline_value);
	if (!find(reader, name, &meaning, &found))
		return false;
	if (!found)
		unknown(reader, word, name);
	else if (meaning.row != NULL)
		return option_take(meaning.row, inline_value, &reader->line, &reader->options->globals, reader->fault);
	else if (meaning.member->shape->kind == SHAPE_BOOLEAN)
		return take_boolean(reader, meaning.index, meaning.negated, inline_value);
	else
		return take_member(reader, meaning.index, inline_value);
	return true;
}

static void
take_stray(struct reader *reader)
{
	const char *word = *reader->line.argv++;

	reader->line.argc--;
	if (reader->stray == NULL && word[0] != '-')
		reader->stray = word;
	else
		note_unknown(reader, word);
}

static bool
check_known(struct reader *reader)
{
	if (reader->stray != NULL)
		note_unknown(reader, reader->stray);
	if (reader->unknown.n == 0)
		return true;
	(void)fault_set(reader->fault, FAULT_INVALID_ARGS, "Unknown options: %s", reader->unknown.p);
	if (reader->suggestion != NULL)
		(void)fault_say_more(reader->fault, "(did you mean --%s?)", reader->suggestion);
	return false;
}

static size_t
index_of(const struct operation *operation, const char *name, bool is_option)
{
	size_t i = 0;

	while (i < member_count(operation) && name != NULL &&
		strcmp(is_option ? operation->input->members[i].option : operation->input->members[i].name, name) != 0)
		i++;
	return name != NULL ? i : member_count(operation);
}

static bool
is_given(const struct reader *reader, const char *member_name)
{
	size_t i = index_of(reader->operation, member_name, false);

	return i < member_count(reader->operation) && reader->options->members[i].words != NULL;
}

/* Whoever turns pages by hand cannot have them turned. A member that paging hides, --max-items, comes back then. */
static bool
settle_pages(struct reader *reader)
{
	struct globals *globals = &reader->options->globals;
	const struct operation *operation = reader->operation;
	size_t limit = index_of(operation, "max-items", true);
	struct buffer words = { 0 };

	if (!is_paged(operation) || (!globals->no_paginate && !is_given(reader, operation->page_input_token) &&
					    !is_given(reader, operation->page_limit)))
		return true;
	globals->no_paginate = true;
	if (globals->max_items != NULL && limit < member_count(operation)) {
		const char **word = ARENA_NEW(reader->arena, const char *);
		*word = globals->max_items;
		reader->options->members[limit] = (struct option_words){ word, 1 };
		globals->max_items = NULL;
	}
	buffer_put_cstr(&words, globals->starting_token != NULL ? ", --starting-token" : "");
	buffer_put_cstr(&words, globals->page_size != NULL ? ", --page-size" : "");
	buffer_put_cstr(&words, globals->max_items != NULL ? ", --max-items" : "");
	bool fine = words.n == 0 ||
		    fault_set(reader->fault, FAULT_INVALID_ARGS,
			    "Cannot specify --no-paginate along with pagination arguments: %s", words.p + 2);
	buffer_done(&words);
	return fine;
}

static bool
take_all(struct reader *reader)
{
	while (reader->line.argc > 0) {
		if (!option_is(reader->line.argv[0]))
			take_stray(reader);
		else if (!take_option(reader))
			return false;
	}
	return true;
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
	struct reader reader = { .operation = operation,
		.options = &options,
		.arena = arena,
		.fault = fault,
		.line = { argv, (size_t)argc } };

	bool fine = take_all(&reader) && check_known(&reader) && check_required(&reader) && settle_pages(&reader);
	buffer_done(&reader.unknown);
	if (fine)
		*out = options;
	return fine;
}
