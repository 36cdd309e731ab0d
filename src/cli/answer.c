#include "cli/answer.h"

#include "cli/json.h"
#include "cli/moment.h"

/* What an answer is shown with. */
struct show {
	enum answer_times times;
	struct arena *arena;
	struct fault *fault;
};

static bool show(const struct show *how, const struct shape *shape, struct value *given, struct value **out);

static bool
unexpected(const struct shape *shape, const struct value *given, struct fault *fault)
{
	(void)fault_set(fault, FAULT_SERIALIZATION, "the answer holds %s where %s is expected",
		value_kind_name(given->kind), shape->name);
	return false;
}

static bool
show_structure(const struct show *how, const struct shape *shape, struct value *given, struct value **out)
{
	struct value *map = value_new(VALUE_MAP, how->arena);

	for (size_t i = 0; i < shape->member_count; i++) {
		struct str name = str_of(shape->members[i].name);
		struct value *member = value_get(given, name);
		struct value *shown;
		if (member == NULL || member->kind == VALUE_NULL)
			continue;
		if (!show(how, shape->members[i].shape, member, &shown))
			return false;
		value_set(map, name, shown, how->arena);
	}
	*out = map;
	return true;
}

static bool
show_list(const struct show *how, const struct shape *shape, struct value *given, struct value **out)
{
	struct value *list = value_new(VALUE_LIST, how->arena);

	for (size_t i = 0; i < given->count; i++) {
		struct value *shown;
		if (!show(how, shape->element, given->items[i].value, &shown))
			return false;
		value_append(list, shown, how->arena);
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
show(const struct show *how, const struct shape *shape, struct value *given, struct value **out)
{
	struct str moment;

	if (given->kind != wire_kind(shape))
		return unexpected(shape, given, how->fault);
	switch (shape->kind) {
	case SHAPE_STRUCTURE:
	case SHAPE_UNION:
		return show_structure(how, shape, given, out);
	case SHAPE_LIST:
		return show_list(how, shape, given, out);
	case SHAPE_TIMESTAMP:
		if (how->times == ANSWER_TIMES_WIRE) {
			*out = given;
			return true;
		}
		if (!moment_print(given->text, how->arena, &moment))
			return unexpected(shape, given, how->fault);
		*out = value_string(moment, how->arena);
		return true;
	default:
		*out = given;
		return true;
	}
}

bool
answer_read(const struct shape *structure, struct str json, enum answer_times times, struct arena *arena,
	struct value **out, struct fault *fault)
{
	const struct show how = { times, arena, fault };
	struct fault inner = { 0 };
	struct value *given;

	if (structure == NULL) {
		*out = value_new(VALUE_MAP, arena);
		return true;
	}
	if (!json_read(json, arena, &given, &inner))
		return fault_set(fault, FAULT_SERIALIZATION, "the answer is not JSON: %s", inner.say);
	return show(&how, structure, given, out);
}
