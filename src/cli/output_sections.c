#include <string.h>

#include "cli/output_parts.h"
#include "cli/output_table.h"
#include "cli/python.h"
#include "cli/unicode.h"

struct builder {
	struct sections *sections;
	struct fault *fault;
};

static bool add_value(struct builder *builder, struct str title, const struct value *value, size_t indent);

struct section *
sections_add(struct sections *sections, struct str title, size_t indent)
{
	if (sections->count == sections->room) {
		size_t room = sections->room > 0 ? sections->room * 2 : 8;
		struct section *all = ARENA_ARRAY(sections->arena, struct section, room);
		if (sections->count > 0)
			memcpy(all, sections->all, sections->count * sizeof *all);
		sections->all = all;
		sections->room = room;
	}
	sections->all[sections->count] = (struct section){ .title = title, .indent = indent };
	return &sections->all[sections->count++];
}

static struct section *
current(const struct builder *builder)
{
	return &builder->sections->all[builder->sections->count - 1];
}

static bool
refuse_ragged(const struct section *section, size_t count, struct fault *fault)
{
	return fault_set(fault, FAULT_INVALID_PARAMETER,
		"A list holds rows of %zu and of %zu columns, which has no form as a table. Say --output json, or a "
		"--query that gives rows of one length.",
		section->has_columns ? section->columns : section->width_count, count);
}

static bool
widen(struct section *section, struct cells row, struct arena *arena, struct fault *fault)
{
	if (section->width_count == 0) {
		section->widths = ARENA_ARRAY(arena, size_t, row.count);
		section->width_count = row.count;
	}
	if (row.count > section->width_count)
		return refuse_ragged(section, row.count, fault);
	for (size_t i = 0; i < row.count; i++) {
		size_t width = unicode_width(row.texts[i]);
		if (width > section->widths[i])
			section->widths[i] = width;
	}
	return true;
}

static void
set_columns(struct section *section, size_t count)
{
	if (!section->has_columns)
		section->columns = count;
	section->has_columns = true;
}

bool
section_add_header(struct section *section, struct cells headers, struct arena *arena, struct fault *fault)
{
	if (!widen(section, headers, arena, fault))
		return false;
	set_columns(section, headers.count);
	section->headers = headers;
	return true;
}

bool
section_add_row(struct section *section, struct cells row, struct arena *arena, struct fault *fault)
{
	set_columns(section, row.count);
	if (row.count != section->columns)
		return refuse_ragged(section, row.count, fault);
	if (section->row_count == section->row_room) {
		size_t room = section->row_room > 0 ? section->row_room * 2 : 4;
		struct cells *rows = ARENA_ARRAY(arena, struct cells, room);
		if (section->row_count > 0)
			memcpy(rows, section->rows, section->row_count * sizeof *rows);
		section->rows = rows;
		section->row_room = room;
	}
	section->rows[section->row_count++] = row;
	return widen(section, row, arena, fault);
}

/* A value's cell; of none, which a structure beside it has, an empty one. */
static struct str
cell(const struct builder *builder, const struct value *value)
{
	struct buffer text = { 0 };

	if (value != NULL)
		python_put(value, &text);
	struct str copy = arena_str(builder->sections->arena, buffer_str(&text));
	buffer_done(&text);
	return copy;
}

static bool
add_row(struct builder *builder, struct cells row)
{
	return section_add_row(current(builder), row, builder->sections->arena, builder->fault);
}

static bool
add_header(struct builder *builder, const struct key_set *keys)
{
	const struct cells headers = { keys->keys, keys->count };

	return section_add_header(current(builder), headers, builder->sections->arena, builder->fault);
}

static bool
add_map_row(struct builder *builder, const struct value *map, const struct key_set *keys)
{
	struct cells row = { ARENA_ARRAY(builder->sections->arena, struct str, keys->count), keys->count };

	for (size_t i = 0; i < keys->count; i++)
		row.texts[i] = cell(builder, value_get(map, keys->keys[i]));
	return add_row(builder, row);
}

static bool
add_rest(struct builder *builder, const struct value *map, const struct key_set *rest, size_t indent)
{
	for (size_t i = 0; i < rest->count; i++) {
		const struct value *value = value_get(map, rest->keys[i]);
		if (value != NULL && !add_value(builder, rest->keys[i], value, indent + 1))
			return false;
	}
	return true;
}

static bool
add_map(struct builder *builder, const struct value *map, size_t indent)
{
	struct arena *arena = builder->sections->arena;
	const struct key_set keys = keys_of(map, true, arena);
	const struct key_set rest = keys_of(map, false, arena);

	if (keys.count == 1) {
		struct cells row = { ARENA_ARRAY(arena, struct str, 2), 2 };
		row.texts[0] = keys.keys[0];
		row.texts[1] = cell(builder, value_get(map, keys.keys[0]));
		if (!add_row(builder, row))
			return false;
	} else if (keys.count > 0 && (!add_header(builder, &keys) || !add_map_row(builder, map, &keys))) {
		return false;
	}
	return add_rest(builder, map, &rest, indent);
}

/* What is empty passes for a structure where nobody asks it for a member, as it does in the AWS CLI. */
static bool
check_maps(const struct builder *builder, const struct value *list, const struct key_set *keys)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct value *item = list->items[i].value;
		bool passes = keys->count == 0 && (item->kind == VALUE_LIST || item->kind == VALUE_STRING) &&
			      item->count == 0 && item->text.n == 0;
		if (item->kind != VALUE_MAP && !passes)
			return fault_set(builder->fault, FAULT_INVALID_PARAMETER,
				"A list holds structures and %s, which has no form as a table. Say --output json, or "
				"--query what is wanted of the structures.",
				value_kind_name(item->kind));
	}
	return true;
}

/* One section with a row for each; where they contain more, a section for each, with what is in it behind it. */
static bool
add_maps(struct builder *builder, struct str title, const struct value *list, size_t indent)
{
	const struct key_set keys = keys_of(list, true, builder->sections->arena);
	const struct key_set rest = keys_of(list, false, builder->sections->arena);

	if (!check_maps(builder, list, &keys) || !add_header(builder, &keys))
		return false;
	for (size_t i = 0; i < list->count; i++) {
		if (i > 0 && rest.count > 0) {
			(void)sections_add(builder->sections, title, indent);
			if (!add_header(builder, &keys))
				return false;
		}
		if (!add_map_row(builder, list->items[i].value, &keys) ||
			!add_rest(builder, list->items[i].value, &rest, indent))
			return false;
	}
	return true;
}

static bool
is_flat(const struct value *list)
{
	for (size_t i = 0; i < list->count; i++) {
		/* What the AWS CLI walks over of a structure is its keys, which are text. */
		if (list->kind == VALUE_LIST && !is_scalar(list->items[i].value))
			return false;
	}
	return true;
}

static bool
add_item(struct builder *builder, const struct value *item)
{
	bool alone = is_scalar(item);
	struct cells row = { 0 };

	if (!alone && !is_flat(item))
		return add_value(builder, (struct str){ 0 }, item, 0);
	row.count = alone ? 1 : item->count;
	row.texts = ARENA_ARRAY(builder->sections->arena, struct str, row.count);
	for (size_t i = 0; i < row.count; i++) {
		row.texts[i] = alone                     ? cell(builder, item)
			       : item->kind == VALUE_MAP ? item->items[i].key
							 : cell(builder, item->items[i].value);
	}
	return add_row(builder, row);
}

/* As Python takes it for a condition. */
static bool
is_nothing(const struct value *value)
{
	switch (value->kind) {
	case VALUE_NULL:
		return true;
	case VALUE_BOOLEAN:
		return !value->truth;
	case VALUE_STRING:
		return value->text.n == 0;
	case VALUE_BYTES:
		return value->bytes.n == 0;
	case VALUE_NUMBER:
		for (size_t i = 0; i < value->text.n && value->text.p[i] != 'e' && value->text.p[i] != 'E'; i++) {
			if (value->text.p[i] >= '1' && value->text.p[i] <= '9')
				return false;
		}
		return true;
	default:
		return value->count == 0;
	}
}

static bool
add_value(struct builder *builder, struct str title, const struct value *value, size_t indent)
{
	if (is_nothing(value))
		return true;
	if (title.p != NULL)
		(void)sections_add(builder->sections, title, indent);
	if (value->kind == VALUE_MAP)
		return add_map(builder, value, indent);
	if (value->kind != VALUE_LIST)
		return true;
	if (value->items[0].value->kind == VALUE_MAP)
		return add_maps(builder, title, value, indent);
	for (size_t i = 0; i < value->count; i++) {
		if (!add_item(builder, value->items[i].value))
			return false;
	}
	return true;
}

bool
sections_of(
	const struct value *value, const char *title, struct arena *arena, struct sections *out, struct fault *fault)
{
	struct sections sections = { .arena = arena };
	struct builder builder = { &sections, fault };

	if (!add_value(&builder, str_of(title), value, 0))
		return false;
	*out = sections;
	return true;
}
