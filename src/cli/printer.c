#include "cli/printer.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/say.h"
#include "client/settings.h"

/* --output · AWS_DEFAULT_OUTPUT · the profile's output · json. */
static bool
choose_format(const struct globals *globals, struct printer *printer, struct fault *fault)
{
	const struct settings_wish wish = { .profile = globals->profile };
	const char *name = globals->output;
	struct str wanted;

	if (name == NULL) {
		if (!settings_look(&wish, "AWS_DEFAULT_OUTPUT", "output", getenv, printer->arena, &wanted, fault))
			return false;
		name = wanted.n > 0 ? arena_cstr(printer->arena, wanted) : "json";
	}
	return output_format_named(name, &printer->output.format) ||
	       fault_set(fault, FAULT_INVALID_ARGS,
		       "Unknown output type: %s; it is one of json, text, table, yaml and yaml-stream", name);
}

static int
compile_query(const struct globals *globals, struct printer *printer)
{
	struct fault fault = { 0 };
	struct fault inner = { 0 };

	if (globals->query == NULL || jmespath_compile(str_of(globals->query), printer->arena, &printer->query, &inner))
		return EXIT_FINE;
	(void)fault_set(&fault, FAULT_INVALID_ARGS, "Bad value for --query %s: %s", globals->query, inner.say);
	return say_complaint(fault.say, EXIT_USAGE);
}

int
printer_open(const struct globals *globals, const struct operation *operation, struct arena *arena, struct printer *out)
{
	struct printer printer = { .arena = arena, .output.operation = operation };
	struct fault fault = { 0 };

	int code = compile_query(globals, &printer);
	if (code != EXIT_FINE)
		return code;
	if (!choose_format(globals, &printer, &fault) || !outlet_choose(globals, arena, &printer.outlet, &fault))
		return say_complaint(fault.say, EXIT_ANYTHING_ELSE);
	output_fit(&printer.output, globals->color);
	/* What ends colours is meant for a terminal that nobody else writes to. */
	if (printer.outlet.pager != NULL)
		printer.output.resets = printer.output.is_terminal = false;
	*out = printer;
	return EXIT_FINE;
}

int
printer_print(struct printer *printer, const struct value *answer, bool is_page)
{
	struct output_options options = printer->output;
	struct value *found = (struct value *)answer;
	struct fault fault = { 0 };
	struct buffer text = { 0 };

	if (printer->query != NULL && !jmespath_search(printer->query, answer, printer->arena, &found, &fault))
		return say_complaint(fault.say, EXIT_ANYTHING_ELSE);
	options.is_page = is_page;
	printer->resets_last = printer->outlet.pager != NULL && options.coloured && options.format == OUTPUT_TABLE;
	bool done = output_write(&options, found, printer->arena, &text, &fault);
	int code = outlet_write(&printer->outlet, buffer_str(&text), printer->arena);
	buffer_done(&text);
	return done ? code : say_complaint(fault.say, EXIT_ANYTHING_ELSE);
}

void
printer_done(struct printer *printer)
{
	outlet_done(&printer->outlet);
	if (printer->resets_last) {
		(void)fputs("\033[0m", stdout);
		(void)fflush(stdout);
	}
}
