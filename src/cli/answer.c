#include "cli/answer.h"

#include "cli/json.h"
#include "cli/moment.h"

static bool show(
	const struct shape *shape, struct value *given, struct arena *arena, struct value **out, struct fault *fault);

static bool
unexpected(const struct shape *shape, const struct value *given, struct fault *fault)
{
	(void)fault_set(fault, FAULT_SERIALIZATION, "the answer holds %s where %s is expected",
		value_kind_name(given->kind), shape->name);
	return false;
}

static bool
show_structure(
	const struct shape *shape, struct value *given, struct arena *arena, struct value **out, struct fault *fault)
{
	struct value *map = value_new(VALUE_MAP, arena);

	for (size_t i = 0; i < shape->member_count; i++) {
		struct str name = str_of(shape->members[i].name);
		struct value *member = value_get(given, name);
		struct value *shown;
		if (member == NULL || member->kind == VALUE_NULL)
			continue;
		if (!show(shape->members[i].shape, member, arena, &shown, fault))
			return false;
		value_set(map, name, shown, arena);
	}
	*out = map;
	return true;
}

static bool
show_list(const struct shape *shape, struct value *given, struct arena *arena, struct value **out, struct fault *fault)
{
	struct value *list = value_new(VALUE_LIST, arena);

	for (size_t i = 0; i < given->count; i++) {
		struct value *shown;
		if (!show(shape->element, given->items[i].value, arena, &shown, fault))
			return false;
		value_append(list, shown, arena);
	}
	*out = list;
	return true;
}

/* The kind of JSON value that a shape is on the wire. */
static enum value_kind
wire_kind(const struct shape *shape)
{
	switch (shape->kind) {
	case SHAPE_INTEGER:
	case SHAPE_LONG:
	case SHAPE_TIMESTAMP:
		return VALUE_NUMBER;
	case SHAPE_BOOLEAN:
		return VALUE_BOOLEAN;
	case SHAPE_LIST:
		return VALUE_LIST;
	case SHAPE_STRUCTURE:
	case SHAPE_UNION:
		return VALUE_MAP;
	default:
		return VALUE_STRING;
	}
}

static bool
show(const struct shape *shape, struct value *given, struct arena *arena, struct value **out, struct fault *fault)
{
	struct str moment;

	if (given->kind != wire_kind(shape))
		return unexpected(shape, given, fault);
	switch (shape->kind) {
	case SHAPE_STRUCTURE:
	case SHAPE_UNION:
		return show_structure(shape, given, arena, out, fault);
	case SHAPE_LIST:
		return show_list(shape, given, arena, out, fault);
	case SHAPE_TIMESTAMP:
		if (!moment_print(given->text, arena, &moment))
			return unexpected(shape, given, fault);
		*out = value_string(moment, arena);
		return true;
	default:
		*out = given;
		return true;
	}
}

bool
answer_read(
	const struct shape *structure, struct str json, struct arena *arena, struct value **out, struct fault *fault)
{
	struct fault inner = { 0 };
	struct value *given;

	if (structure == NULL) {
		*out = value_new(VALUE_MAP, arena);
		return true;
	}
	if (!json_read(json, arena, &given, &inner))
		return fault_set(fault, FAULT_SERIALIZATION, "the answer is not JSON: %s", inner.say);
	return show(structure, given, arena, out, fault);
}
