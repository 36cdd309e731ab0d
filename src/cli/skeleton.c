#include "cli/skeleton.h"

/* The shapes around the one at work, to find recursion: a shape stands in its own sample once, then it is empty. */
struct stack {
	const struct stack *below;
	const struct shape *shape;
};

struct sampler {
	struct arena *arena;
	bool is_output;
};

static int
occurrences(const struct stack *stack, const struct shape *shape)
{
	int n = 0;

	for (; stack != NULL; stack = stack->below)
		n += stack->shape == shape;
	return n;
}

static struct value *
sample(const struct sampler *sampler, const struct shape *shape, const char *name, const struct stack *below)
{
	struct stack stack = { below, shape };
	struct arena *arena = sampler->arena;
	struct value *value;

	switch (shape->kind) {
	case SHAPE_STRUCTURE:
	case SHAPE_UNION:
		value = value_new(VALUE_MAP, arena);
		for (size_t i = 0; occurrences(&stack, shape) <= 1 && i < shape->member_count; i++) {
			const struct member *member = &shape->members[i];
			value_set(value, str_of(member->name), sample(sampler, member->shape, member->name, &stack),
				arena);
		}
		return value;
	case SHAPE_LIST:
		value = value_new(VALUE_LIST, arena);
		value_append(value, sample(sampler, shape->element, shape->element->name, &stack), arena);
		return value;
	case SHAPE_INTEGER:
	case SHAPE_LONG:
		return value_number(STR("0"), arena);
	case SHAPE_BOOLEAN:
		return value_boolean(true, arena);
	case SHAPE_TIMESTAMP:
		return value_string(STR("1970-01-01T00:00:00"), arena);
	case SHAPE_BLOB:
		return value_new(VALUE_NULL, arena);
	case SHAPE_ENUM:
		return value_string(str_of(sampler->is_output ? name : shape->values[0]), arena);
	case SHAPE_STRING:
		break;
	}
	return value_string(str_of(sampler->is_output ? name : ""), arena);
}

static struct value *
sample_whole(const struct shape *structure, struct arena *arena, bool is_output)
{
	struct sampler sampler = { arena, is_output };

	return structure != NULL ? sample(&sampler, structure, "", NULL) : value_new(VALUE_MAP, arena);
}

struct value *
skeleton_input(const struct shape *structure, struct arena *arena)
{
	return sample_whole(structure, arena, false);
}

struct value *
skeleton_output(const struct shape *structure, struct arena *arena)
{
	return sample_whole(structure, arena, true);
}
