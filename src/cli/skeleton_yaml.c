/* The sample with comments. Lines, indentation and the places of the comments are those of the AWS CLI's dumper, which
 * puts two spaces before the first comment of a structure. */
#include <string.h>

#include "cli/skeleton.h"
#include "cli/yaml_scalar.h"

/* The shapes around the one at work, to find recursion. */
struct stack {
	const struct stack *below;
	const struct shape *shape;
};

static void put_sample(
	const struct shape *shape, const struct stack *below, size_t indent, struct str comment, struct buffer *out);

static bool
is_in_itself(const struct stack *stack, const struct shape *shape)
{
	int n = 0;

	for (; stack != NULL; stack = stack->below)
		n += stack->shape == shape;
	return n > 1;
}

/* As the AWS CLI cuts documentation: up to the first full stop or colon, wherever it stands. */
static void
put_sentence(const char *help, struct buffer *out)
{
	struct str sentence = { help, strcspn(help, ".:") };

	buffer_put_str(out, sentence);
	if (sentence.n > 0)
		buffer_put_char(out, '.');
}

static void
put_values(const struct shape *shape, struct buffer *out)
{
	buffer_put_cstr(out, " Valid values are: ");
	for (size_t i = 0; shape->values[i] != NULL; i++)
		buffer_printf(out, "%s%s", i > 0 ? ", " : "", shape->values[i]);
	buffer_put_char(out, '.');
}

/* Nothing when there is nothing to say. */
static void
put_comment(const struct member *member, bool is_first, struct buffer *out)
{
	struct buffer words = { 0 };

	buffer_put_cstr(&words, member->required ? "[REQUIRED] " : "");
	put_sentence(member->help != NULL ? member->help : "", &words);
	if (member->shape->kind == SHAPE_ENUM)
		put_values(member->shape, &words);
	if (words.n > 0)
		buffer_printf(out, "%s# %s", is_first ? "  " : " ", words.p);
	buffer_done(&words);
}

static void
put_indent(size_t indent, struct buffer *out)
{
	for (size_t i = 0; i < indent; i++)
		buffer_put_char(out, ' ');
}

/* The caller stands where the first key goes: behind "- ", or at the start of a line that is indented already. */
static void
put_members(const struct shape *structure, const struct stack *stack, size_t indent, struct buffer *out)
{
	struct buffer comment = { 0 };
	bool commented = false;

	for (size_t i = 0; i < structure->member_count; i++) {
		const struct member *member = &structure->members[i];
		buffer_reset(&comment);
		put_comment(member, !commented, &comment);
		commented |= comment.n > 0;
		if (i > 0)
			put_indent(indent, out);
		buffer_printf(out, "%s:", member->name);
		put_sample(member->shape, stack, indent, buffer_str(&comment), out);
	}
	buffer_done(&comment);
}

static void
put_scalar(const struct shape *shape, struct buffer *out)
{
	bool is_plain;

	switch (shape->kind) {
	case SHAPE_INTEGER:
	case SHAPE_LONG:
		buffer_put_char(out, '0');
		break;
	case SHAPE_BOOLEAN:
		buffer_put_cstr(out, "true");
		break;
	case SHAPE_TIMESTAMP:
		buffer_put_cstr(out, "1970-01-01 00:00:00");
		break;
	case SHAPE_BLOB:
		buffer_put_cstr(out, "!!binary ''");
		break;
	case SHAPE_ENUM:
		is_plain = yaml_meaning_of(str_of(shape->values[0])) == YAML_TEXT;
		buffer_printf(out, is_plain ? "%s" : "'%s'", shape->values[0]);
		break;
	default:
		buffer_put_cstr(out, "''");
		break;
	}
}

static bool
is_map(const struct shape *shape)
{
	return shape->kind == SHAPE_STRUCTURE || shape->kind == SHAPE_UNION;
}

static void
put_item(const struct shape *shape, const struct stack *stack, size_t indent, struct buffer *out)
{
	struct stack inner = { stack, shape };

	put_indent(indent, out);
	buffer_put_char(out, '-');
	if (is_map(shape) && !is_in_itself(&inner, shape) && shape->member_count > 0) {
		buffer_put_char(out, ' ');
		put_members(shape, &inner, indent + 2, out);
	} else {
		put_sample(shape, stack, indent, STR(""), out);
	}
}

/* What stands behind "Name:" or "-", to the end of its last line. */
static void
put_sample(const struct shape *shape, const struct stack *below, size_t indent, struct str comment, struct buffer *out)
{
	struct stack stack = { below, shape };
	bool is_empty = is_map(shape) && (is_in_itself(&stack, shape) || shape->member_count == 0);

	if (!is_map(shape) && shape->kind != SHAPE_LIST) {
		buffer_put_char(out, ' ');
		put_scalar(shape, out);
	}
	buffer_put_cstr(out, is_empty ? " {}" : "");
	buffer_put_str(out, comment);
	buffer_put_char(out, '\n');
	if (shape->kind == SHAPE_LIST) {
		put_item(shape->element, &stack, indent, out);
	} else if (is_map(shape) && !is_empty) {
		put_indent(indent + 2, out);
		put_members(shape, &stack, indent + 2, out);
	}
}

void
skeleton_yaml(const struct shape *structure, struct buffer *out)
{
	struct stack stack = { NULL, structure };

	if (structure == NULL || structure->member_count == 0)
		buffer_put_cstr(out, "{}\n");
	else
		put_members(structure, &stack, 0, out);
}
