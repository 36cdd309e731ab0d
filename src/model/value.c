#include "model/value.h"

/* Strings, blobs, lists, structures and choices say themselves whether they are there. */
static bool
slot_present(const struct shape *shape, const void *slot)
{
	switch (shape->kind) {
	case SHAPE_STRING:
	case SHAPE_BLOB:
		return slot_span(slot).p != NULL;
	case SHAPE_ENUM:
		return slot_choice(slot).v != CHOICE_ABSENT || slot_choice(slot).raw.p != NULL;
	case SHAPE_LIST:
		return slot_list(slot).has;
	case SHAPE_STRUCTURE:
	case SHAPE_UNION:
		return slot_pointer(slot) != NULL;
	case SHAPE_INTEGER:
	case SHAPE_LONG:
	case SHAPE_BOOLEAN:
	case SHAPE_TIMESTAMP:
		/* In a union, whose `kind` has said that it is there. */
		return true;
	}
	return false;
}

bool
member_present(const struct member *member, const void *owner)
{
	if (member->has_offset != 0)
		return slot_boolean((const char *)owner + member->has_offset);
	return slot_present(member->shape, (const char *)owner + member->offset);
}

const void *
member_value(const struct member *member, const void *owner)
{
	const void *slot = (const char *)owner + member->offset;
	bool pointed = member->shape->kind == SHAPE_STRUCTURE || member->shape->kind == SHAPE_UNION;

	return pointed ? slot_pointer(slot) : slot;
}

const void *
list_element(const struct shape *shape, struct list list, size_t i)
{
	return (const char *)list.v + i * shape->element->size;
}

bool
element_present(const struct shape *element, const void *slot)
{
	bool inlined = element->kind == SHAPE_STRUCTURE || element->kind == SHAPE_UNION;

	return inlined || slot_present(element, slot);
}
