#include "model/render.h"

#include <stdio.h>

#include "model/value.h"

/* Writes into `out` until `end`; what comes after is dropped. */
struct renderer {
	struct buffer *out;
	size_t end;
	bool cut;
};

static void value_render(struct renderer *r, const struct shape *shape, const void *value);

static void
text_render(struct renderer *r, struct str text)
{
	size_t n = utf8_prefix(text, r->end - r->out->n);

	if (!r->cut)
		buffer_put(r->out, text.p, n);
	r->cut = r->cut || n < text.n;
}

static void
list_render(struct renderer *r, const struct shape *shape, struct list list)
{
	text_render(r, STR("["));
	for (size_t i = 0; i < list.n && !r->cut; i++) {
		const void *element = list_element(shape, list, i);
		if (i > 0)
			text_render(r, STR(", "));
		if (element_present(shape->element, element))
			value_render(r, shape->element, element);
		else
			text_render(r, STR("null"));
	}
	text_render(r, STR("]"));
}

static void
member_render(struct renderer *r, const struct member *member, const void *owner)
{
	text_render(r, str_of(member->path));
	text_render(r, STR("="));
	if (member_present(member, owner))
		value_render(r, member->shape, member_value(member, owner));
	else
		text_render(r, STR("null"));
}

/* Tag(key=a, value=b) */
static void
structure_render(struct renderer *r, const struct shape *shape, const void *value)
{
	text_render(r, str_of(shape->name));
	text_render(r, STR("("));
	for (size_t i = 0; i < shape->member_count && !r->cut; i++) {
		if (i > 0)
			text_render(r, STR(", "));
		member_render(r, &shape->members[i], value);
	}
	text_render(r, STR(")"));
}

/* CertificateFilter(certificateArn=a): the member that is set. */
static void
union_render(struct renderer *r, const struct shape *shape, const void *value)
{
	const struct member *member = union_member(shape, value);

	text_render(r, str_of(shape->name));
	text_render(r, STR("("));
	if (member != NULL)
		member_render(r, member, value);
	text_render(r, STR(")"));
}

static void
value_render(struct renderer *r, const struct shape *shape, const void *value)
{
	char number[80];

	if (shape->sensitive) {
		text_render(r, STR("***Sensitive Data Redacted***"));
		return;
	}
	switch (shape->kind) {
	case SHAPE_STRING:
		text_render(r, slot_span(value));
		break;
	case SHAPE_ENUM:
		text_render(r, choice_text(shape, slot_choice(value)));
		break;
	case SHAPE_BLOB:
		(void)snprintf(number, sizeof number, "java.nio.HeapByteBuffer[pos=0 lim=%zu cap=%zu]",
			slot_span(value).n, slot_span(value).n);
		text_render(r, str_of(number));
		break;
	case SHAPE_INTEGER:
	case SHAPE_LONG:
	case SHAPE_TIMESTAMP:
		(void)snprintf(number, sizeof number, "%lld", (long long)slot_integer(value));
		text_render(r, str_of(number));
		break;
	case SHAPE_BOOLEAN:
		text_render(r, slot_boolean(value) ? STR("true") : STR("false"));
		break;
	case SHAPE_LIST:
		list_render(r, shape, slot_list(value));
		break;
	case SHAPE_STRUCTURE:
		structure_render(r, shape, value);
		break;
	case SHAPE_UNION:
		union_render(r, shape, value);
		break;
	}
}

void
render_value(const struct shape *shape, const void *value, struct buffer *out)
{
	struct renderer r = { .out = out, .end = out->n + RENDER_VALUE_MAX };

	value_render(&r, shape, value);
	if (r.cut)
		buffer_put_cstr(out, "...");
}
