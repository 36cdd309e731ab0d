/* Text, for grep, cut and awk: one structure, one line, its scalars in the order of their names and tabs between them;
 * what it contains follows on lines that begin with the name, in capitals. */
#include "cli/output_parts.h"
#include "cli/python.h"
#include "cli/unicode.h"

struct writer {
	struct arena *arena;
	struct buffer *out;
	struct fault *fault;
};

static bool write_text(struct writer *writer, const struct value *value, struct str label);

static void
start_line(const struct writer *writer, struct str label, bool *first)
{
	*first = label.p == NULL;
	if (label.p != NULL)
		unicode_put_upper(label, writer->out);
}

static void
put_cell(const struct writer *writer, const struct value *value, bool *first)
{
	if (!*first)
		buffer_put_char(writer->out, '\t');
	*first = false;
	if (value != NULL)
		python_put(value, writer->out);
}

/* `keys` are those that are scalars in any of the structures around this one, so that columns agree; NULL: it is
 * alone. */
static bool
write_map(struct writer *writer, const struct value *map, struct str label, const struct key_set *keys)
{
	struct key_set own = keys != NULL ? *keys : keys_of(map, true, writer->arena);
	bool first;

	if (own.count > 0) {
		start_line(writer, label, &first);
		for (size_t i = 0; i < own.count; i++)
			put_cell(writer, value_get(map, own.keys[i]), &first);
		buffer_put_char(writer->out, '\n');
	}
	const struct key_set rest = keys_of(map, false, writer->arena);
	for (size_t i = 0; i < rest.count; i++) {
		if (!key_set_has(&own, rest.keys[i]) && !write_text(writer, value_get(map, rest.keys[i]), rest.keys[i]))
			return false;
	}
	return true;
}

static void
write_scalars(struct writer *writer, const struct value *list, struct str label)
{
	bool first = true;

	for (size_t i = 0; i < list->count; i++) {
		if (!is_scalar(list->items[i].value))
			continue;
		if (label.p != NULL)
			start_line(writer, label, &first);
		put_cell(writer, list->items[i].value, &first);
		if (label.p != NULL)
			buffer_put_char(writer->out, '\n');
	}
	if (label.p == NULL && !first)
		buffer_put_char(writer->out, '\n');
}

static bool
write_maps(struct writer *writer, const struct value *list, struct str label)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].value->kind != VALUE_MAP)
			return fault_set(writer->fault, FAULT_INVALID_PARAMETER,
				"A list holds structures and %s, which has no form as text. Say --output json, or "
				"--query what is wanted of the structures.",
				value_kind_name(list->items[i].value->kind));
	}
	const struct key_set keys = keys_of(list, true, writer->arena);
	for (size_t i = 0; i < list->count; i++) {
		if (!write_map(writer, list->items[i].value, label, &keys))
			return false;
	}
	return true;
}

static bool
write_list(struct writer *writer, const struct value *list, struct str label)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].value->kind == VALUE_MAP)
			return write_maps(writer, list, label);
	}
	write_scalars(writer, list, label);
	for (size_t i = 0; i < list->count; i++) {
		if (!is_scalar(list->items[i].value) && !write_list(writer, list->items[i].value, label))
			return false;
	}
	return true;
}

static bool
write_text(struct writer *writer, const struct value *value, struct str label)
{
	if (value->kind == VALUE_MAP)
		return write_map(writer, value, label, NULL);
	if (value->kind == VALUE_LIST)
		return write_list(writer, value, label);
	python_put(value, writer->out);
	buffer_put_char(writer->out, '\n');
	return true;
}

bool
output_as_text(const struct value *value, struct arena *arena, struct buffer *out, struct fault *fault)
{
	struct writer writer = { arena, out, fault };

	return write_text(&writer, value, (struct str){ 0 });
}
