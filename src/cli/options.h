/* options.h — the command line of one operation: its own options, from the model, and those every operation has.
 *
 * `--name value`, `--name=value`, lists as several words, `--flag` and `--no-flag` for booleans. The beginning of a
 * name is enough where only one begins so. The last one of two equal options counts. */
#ifndef CHANCERY_CLI_OPTIONS_H
#define CHANCERY_CLI_OPTIONS_H

#include "base/arena.h"
#include "base/fault.h"
#include "cli/option.h"
#include "model/operation.h"

/* The words of one option; absent when words is NULL. A list may have none. */
struct option_words {
	const char *const *words;
	size_t count;
};

/* Options that are not members. Text is NULL when it was not given. */
struct globals {
	const char *profile, *region, *endpoint_url, *ca_bundle, *output, *connect_timeout, *read_timeout;
	const char *binary_format, *color, *query;
	const char *input_json, *input_yaml, *skeleton;
	const char *starting_token, *page_size, *max_items;
	bool no_verify_ssl, no_sign_request, no_paginate, no_pager, auto_prompt, no_auto_prompt, debug, version;
};

struct options {
	struct globals globals;
	struct option_words *members; /* as many as the input shape has */
};

/* argv holds what follows the operation. FAULT_INVALID_ARGS: unknown options (with the nearest known one), missing
 * values, missing required options, options of pages where none are turned. */
MUST_CHECK bool options_read(const struct operation *operation, int argc, const char *const *argv, struct arena *arena,
	struct options *out, struct fault *fault);

/* Those that are not members: of struct globals. A NULL name ends the table. */
extern const struct option_row global_options[];

/* True when automatic paging is on, so that --max-items counts items of all pages and hides a member of that name. */
bool options_hide_member(const struct operation *operation, const struct globals *globals, const char *member_option);

#endif
