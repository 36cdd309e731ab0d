#include "cli/output.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/json.h"
#include "cli/output_parts.h"
#include "cli/yaml.h"

/* What the AWS CLI takes for the width of what is no terminal. */
enum { OUTPUT_DEFAULT_WIDTH = 80 };

bool
output_format_named(const char *name, enum output_format *out)
{
	static const char *const names[] = {
		[OUTPUT_JSON] = "json",
		[OUTPUT_TEXT] = "text",
		[OUTPUT_TABLE] = "table",
		[OUTPUT_YAML] = "yaml",
		[OUTPUT_YAML_STREAM] = "yaml-stream",
	};

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (strcmp(names[i], name) == 0) {
			*out = (enum output_format)i;
			return true;
		}
	}
	return false;
}

bool
output_is_paged(enum output_format format)
{
	return format == OUTPUT_TEXT || format == OUTPUT_YAML_STREAM;
}

void
output_fit(struct output_options *options, const char *color)
{
	struct winsize size;
	bool is_auto = color == NULL || strcmp(color, "auto") == 0;

	options->is_terminal = isatty(STDOUT_FILENO) == 1;
	options->coloured = is_auto ? options->is_terminal : strcmp(color, "on") == 0;
	options->resets = options->coloured;
	options->width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : OUTPUT_DEFAULT_WIDTH;
}

static int
compare_keys(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static void
gather_keys(const struct value *map, bool scalars, struct key_set *out)
{
	for (size_t i = 0; map->kind == VALUE_MAP && i < map->count; i++) {
		if (is_scalar(map->items[i].value) == scalars)
			out->keys[out->count++] = map->items[i].key;
	}
}

struct key_set
keys_of(const struct value *value, bool scalars, struct arena *arena)
{
	struct key_set set = { 0 };
	size_t most = value->count;
	size_t kept = 0;

	for (size_t i = 0; value->kind == VALUE_LIST && i < value->count; i++)
		most += value->items[i].value->count;
	set.keys = ARENA_ARRAY(arena, struct str, most);
	gather_keys(value, scalars, &set);
	for (size_t i = 0; value->kind == VALUE_LIST && i < value->count; i++)
		gather_keys(value->items[i].value, scalars, &set);
	qsort(set.keys, set.count, sizeof *set.keys, compare_keys);
	for (size_t i = 0; i < set.count; i++) {
		if (kept == 0 || !str_equal(set.keys[kept - 1], set.keys[i]))
			set.keys[kept++] = set.keys[i];
	}
	set.count = kept;
	return set;
}

bool
key_set_has(const struct key_set *set, struct str key)
{
	return set->count > 0 && bsearch(&key, set->keys, set->count, sizeof *set->keys, compare_keys) != NULL;
}

static void
write_json(const struct value *value, struct buffer *out)
{
	json_write_pretty(value, out);
	buffer_put_char(out, '\n');
}

bool
output_write(const struct output_options *options, const struct value *value, struct arena *arena, struct buffer *out,
	struct fault *fault)
{
	bool is_nothing = value->kind == VALUE_MAP && value->count == 0;
	struct value *page;

	switch (options->format) {
	case OUTPUT_JSON:
		if (!is_nothing)
			write_json(value, out);
		return true;
	case OUTPUT_YAML:
		/* A scalar that stands alone would be ended by "..." in YAML; the AWS CLI writes JSON instead. */
		if (is_scalar(value))
			write_json(value, out);
		else if (!is_nothing)
			yaml_write(value, out);
		return true;
	case OUTPUT_YAML_STREAM:
		page = value_new(VALUE_LIST, arena);
		value_append(page, (struct value *)value, arena);
		if (!is_nothing || options->is_page)
			yaml_write(page, out);
		return true;
	case OUTPUT_TEXT:
		return output_as_text(value, arena, out, fault);
	case OUTPUT_TABLE:
		if (!output_as_table(options, value, arena, out, fault))
			return false;
		buffer_put_cstr(out, options->coloured && options->is_terminal ? "\033[0m" : "");
		return true;
	}
	return true;
}
