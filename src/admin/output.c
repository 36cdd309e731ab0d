#include "admin/output.h"

#include "base/clock.h"

enum { INDENT = 4 };

static void
new_line(struct output *output)
{
	buffer_put_char(&output->text, '\n');
	for (unsigned i = 0; i < output->depth * INDENT; i++)
		buffer_put_char(&output->text, ' ');
}

static void
begin_value(struct output *output, const char *name)
{
	if (output->more)
		buffer_put_char(&output->text, ',');
	if (output->depth > 0)
		new_line(output);
	if (name != NULL) {
		buffer_put_json_string(&output->text, str_of(name));
		buffer_put_cstr(&output->text, ": ");
	}
	output->more = true;
}

static void
open_value(struct output *output, const char *name, char bracket)
{
	begin_value(output, name);
	buffer_put_char(&output->text, bracket);
	output->depth++;
	output->more = false;
}

static void
close_value(struct output *output, char bracket)
{
	output->depth--;
	if (output->more)
		new_line(output);
	buffer_put_char(&output->text, bracket);
	output->more = true;
}

void
output_object(struct output *output, const char *name)
{
	open_value(output, name, '{');
}

void
output_object_end(struct output *output)
{
	close_value(output, '}');
}

void
output_list(struct output *output, const char *name)
{
	open_value(output, name, '[');
}

void
output_list_end(struct output *output)
{
	close_value(output, ']');
}

void
output_text(struct output *output, const char *name, struct str text)
{
	begin_value(output, name);
	buffer_put_json_string(&output->text, text);
}

void
output_number(struct output *output, const char *name, int64_t number)
{
	begin_value(output, name);
	buffer_printf(&output->text, "%lld", (long long)number);
}

void
output_flag(struct output *output, const char *name, bool flag)
{
	begin_value(output, name);
	buffer_put_cstr(&output->text, flag ? "true" : "false");
}

void
output_time(struct output *output, const char *name, int64_t ms)
{
	struct arena arena = { 0 };

	output_text(output, name, clock_render_iso(ms, &arena));
	arena_done(&arena);
}

void
output_done(struct output *output)
{
	buffer_done(&output->text);
	*output = (struct output){ 0 };
}
