#include "cli/verb.h"

#include "cli/help.h"
#include "cli/suggest.h"

static const struct option_row *
common_option(struct str name)
{
	const struct option_row *row = option_find(global_options, name);

	return row != NULL && row->scope == OPTION_EVERYWHERE ? row : NULL;
}

static bool
unknown(const struct verb *verb, struct str name, struct fault *fault)
{
	struct suggestion suggestion = suggest_for(name);

	for (const struct option_row *row = verb->options; row->name != NULL; row++)
		suggest_consider(&suggestion, row->name);
	for (const struct option_row *row = global_options; row->name != NULL; row++) {
		if (row->scope == OPTION_EVERYWHERE)
			suggest_consider(&suggestion, row->name);
	}
	(void)fault_set(fault, FAULT_INVALID_ARGS, "Unknown options: --%.*s", STR_ARG(name));
	if (suggestion.best != NULL)
		(void)fault_say_more(fault, "(did you mean --%s?)", suggestion.best);
	return false;
}

static bool
take_option(
	const struct verb *verb, struct option_line *line, void *fields, struct globals *globals, struct fault *fault)
{
	const char *inline_value;
	struct str name;

	option_next(line, &name, &inline_value);
	const struct option_row *own = option_find(verb->options, name);
	if (own != NULL)
		return option_take(own, inline_value, line, fields, fault);
	const struct option_row *common = common_option(name);
	if (common != NULL)
		return option_take(common, inline_value, line, globals, fault);
	return unknown(verb, name, fault);
}

bool
verb_read(const struct verb *verb, int argc, const char *const *argv, void *fields, struct globals *globals,
	struct verb_words *words, struct fault *fault)
{
	struct option_line line = { argv, (size_t)argc };

	while (line.argc > 0) {
		const char *word = line.argv[0];
		if (option_is(word)) {
			if (!take_option(verb, &line, fields, globals, fault))
				return false;
			continue;
		}
		if (word[0] == '-' && word[1] != '\0' && !verb->dashed_words)
			return fault_set(fault, FAULT_INVALID_ARGS, "Unknown options: %s", word);
		if (words->n == verb->words_max)
			return fault_set(fault, FAULT_INVALID_ARGS, "'%s' is one word too many", word);
		words->v[words->n++] = word;
		line.argv++;
		line.argc--;
	}
	if (words->n < verb->words_min && !globals->version)
		return fault_set(fault, FAULT_INVALID_ARGS, "it wants %s", verb->words);
	return true;
}

void
verb_usage(const char *face, const struct verb *verb, struct buffer *out)
{
	const char *gap = face != NULL ? " " : "";

	face = face != NULL ? face : "";
	buffer_printf(out,
		"usage: chancery %s%s%s %s [options]\n"
		"To see help text, you can run:\n\n"
		"  chancery %s%shelp\n"
		"  chancery %s%s%s help\n",
		face, gap, verb->name, verb->words, face, gap, face, gap, verb->name);
}

void
verb_help(const char *face, const struct verb *verb, struct buffer *out)
{
	buffer_printf(out, "chancery %s%s%s %s [options]\n%s\nOptions:\n", face != NULL ? face : "",
		face != NULL ? " " : "", verb->name, verb->words, verb->help);
	for (const struct option_row *row = verb->options; row->name != NULL; row++)
		help_option(row, out);
	buffer_put_cstr(out, "\nWhere to ask, as for every operation:\n");
	for (const struct option_row *row = global_options; row->name != NULL; row++) {
		if (row->scope == OPTION_EVERYWHERE && option_find(verb->options, str_of(row->name)) == NULL)
			help_option(row, out);
	}
}
