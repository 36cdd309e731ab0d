/* value.h — how the walks see the values in generated structs, whose types they do not know. Inside this room only.
 *
 * A slot is where a value stands: a member, or an element of a list. Lists of any element have one form, and pointers
 * to structs one representation; they are copied in and out bytewise, because their C types differ. */
#ifndef CHANCERY_MODEL_VALUE_H
#define CHANCERY_MODEL_VALUE_H

#include <string.h>

#include "model/shape.h"

struct list {
	void *v;
	size_t n;
	bool has;
};

/* What every union's struct has, wherever it stands there. */
static inline unsigned
union_members(const struct shape *shape, const void *value)
{
	unsigned members;

	memcpy(&members, (const char *)value + shape->members_offset, sizeof members);
	return members;
}

/* The member that is set; NULL when none is. */
static inline const struct member *
union_member(const struct shape *shape, const void *value)
{
	int kind;

	memcpy(&kind, (const char *)value + shape->kind_offset, sizeof kind);
	return kind > 0 && (size_t)kind <= shape->member_count ? &shape->members[kind - 1] : NULL;
}

static inline struct list
slot_list(const void *slot)
{
	struct list list;

	memcpy(&list, slot, sizeof list);
	return list;
}

static inline const void *
slot_pointer(const void *slot)
{
	const void *value;

	memcpy(&value, slot, sizeof value);
	return value;
}

/* struct str, struct bytes and struct secret: a pointer and a size each. */
static inline struct str
slot_span(const void *slot)
{
	struct str span;

	memcpy(&span, slot, sizeof span);
	return span;
}

static inline struct choice
slot_choice(const void *slot)
{
	struct choice choice;

	memcpy(&choice, slot, sizeof choice);
	return choice;
}

static inline int64_t
slot_integer(const void *slot)
{
	int64_t integer;

	memcpy(&integer, slot, sizeof integer);
	return integer;
}

static inline bool
slot_boolean(const void *slot)
{
	bool boolean;

	memcpy(&boolean, slot, sizeof boolean);
	return boolean;
}

/* The text of a choice, known to the model or not. */
static inline struct str
choice_text(const struct shape *shape, struct choice choice)
{
	return choice.raw.p != NULL ? choice.raw : str_of(choice_name(shape, choice.v));
}

/* Whether the value of a member is there. `owner` is the struct that has the member. */
bool member_present(const struct member *member, const void *owner);
/* The struct or union that a member points at; any other kind of value where it stands. */
const void *member_value(const struct member *member, const void *owner);
/* Element i of a list, where it stands. */
const void *list_element(const struct shape *shape, struct list list, size_t i);
/* Whether a string or enum in a list is there; JSON null is not. */
bool element_present(const struct shape *element, const void *slot);

#endif
