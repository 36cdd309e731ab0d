#include "cli/help.h"

#include <string.h>

#include "cli/options.h"

const char *
help_type(const struct shape *shape)
{
	switch (shape->kind) {
	case SHAPE_STRING:
	case SHAPE_ENUM:
		return "string";
	case SHAPE_BLOB:
		return "blob";
	case SHAPE_INTEGER:
		return "integer";
	case SHAPE_LONG:
		return "long";
	case SHAPE_BOOLEAN:
		return "boolean";
	case SHAPE_TIMESTAMP:
		return "timestamp";
	case SHAPE_LIST:
		return "list";
	case SHAPE_STRUCTURE:
	case SHAPE_UNION:
		break;
	}
	return "structure";
}

static void
put_values(const struct shape *shape, struct buffer *out)
{
	const struct shape *choice = shape->kind == SHAPE_LIST ? shape->element : shape;

	if (choice->kind != SHAPE_ENUM)
		return;
	buffer_put_cstr(out, "          one of:");
	for (size_t i = 0; choice->values[i] != NULL; i++)
		buffer_printf(out, " %s", choice->values[i]);
	buffer_put_char(out, '\n');
}

/* The members of a structure, or of the structures of a list, as shorthand has them. */
static void
put_shorthand(const struct shape *shape, struct buffer *out)
{
	const struct shape *structure = shape->kind == SHAPE_LIST ? shape->element : shape;

	if (structure->kind != SHAPE_STRUCTURE && structure->kind != SHAPE_UNION)
		return;
	buffer_put_cstr(out, "          ");
	for (size_t i = 0; i < structure->member_count; i++)
		buffer_printf(out, "%s%s=%s", i > 0 ? "," : "", structure->members[i].name,
			help_type(structure->members[i].shape));
	buffer_put_cstr(out, shape->kind == SHAPE_LIST ? " ...   or JSON\n" : "   or JSON\n");
}

static int
longer(int width, const char *word)
{
	int n = (int)strlen(word);

	return n > width ? n : width;
}

void
help_service(const struct service *service, struct buffer *out)
{
	int width = 0;
	int waiter_width = 0;

	for (size_t i = 0; i < service->operation_count; i++)
		width = longer(width, service->operations[i].command);
	for (size_t i = 0; i < service->waiter_count; i++)
		waiter_width = longer(waiter_width, service->waiters[i].command);
	buffer_printf(out, "chancery %s: %s\n\n", service->command, service->title);
	for (size_t i = 0; i < service->operation_count; i++)
		buffer_printf(out, "  %-*s  %s\n", width, service->operations[i].command, service->operations[i].help);
	buffer_put_cstr(out, service->waiter_count > 0 ? "\n" : "");
	for (size_t i = 0; i < service->waiter_count; i++)
		buffer_printf(
			out, "  wait %-*s  %s\n", waiter_width, service->waiters[i].command, service->waiters[i].help);
	buffer_printf(out, "\n`chancery %s OPERATION help` tells the options of one.\n", service->command);
}

void
help_option(const struct option_row *row, struct buffer *out)
{
	buffer_printf(out, "  --%s%s%s\n      %s\n", row->name, row->placeholder != NULL ? " " : "",
		row->placeholder != NULL ? row->placeholder : "", row->help);
}

/* The options of one command: those of its operation, then those of every operation. */
static void
put_options(const struct operation *operation, struct buffer *out)
{
	size_t count = operation->input != NULL ? operation->input->member_count : 0;

	buffer_put_cstr(out, "\nOptions:\n");
	for (size_t i = 0; i < count; i++) {
		const struct member *member = &operation->input->members[i];
		const struct globals paged = { 0 };
		if (options_hide_member(operation, &paged, member->option))
			continue;
		buffer_printf(out, "  --%s (%s)%s\n", member->option, help_type(member->shape),
			member->required ? " required" : "");
		if (member->help != NULL && member->help[0] != '\0')
			buffer_printf(out, "      %s\n", member->help);
		put_values(member->shape, out);
		put_shorthand(member->shape, out);
	}
	buffer_put_cstr(out, "\nAny option may say file://PATH or fileb://PATH instead of its value.\n\n"
			     "Options of every operation:\n");
	for (const struct option_row *row = global_options; row->name != NULL; row++) {
		if (row->scope != OPTION_OF_PAGES || operation->page_input_token != NULL)
			help_option(row, out);
	}
}

void
help_operation(const struct service *service, const struct operation *operation, struct buffer *out)
{
	buffer_printf(out, "chancery %s %s\n    %s\n", service->command, operation->command, operation->help);
	put_options(operation, out);
}

void
help_waiter(const struct service *service, const struct waiter *waiter, struct buffer *out)
{
	buffer_printf(out,
		"chancery %s wait %s\n    %s\n    Asks %s every %u s, and ends with 255 after %u times in "
		"vain.\n",
		service->command, waiter->command, waiter->help, waiter->operation->command, waiter->delay_s,
		waiter->attempts);
	put_options(waiter->operation, out);
}
