#include "model/look.h"

#include "model/value.h"

const struct member *
look_member(const struct shape *shape, struct str name)
{
	for (size_t i = 0; i < shape->member_count; i++) {
		if (str_is(name, shape->members[i].name))
			return &shape->members[i];
	}
	return NULL;
}

bool
look_there(const struct shape *shape, const struct member *member, const void *value)
{
	return shape->kind == SHAPE_UNION ? union_member(shape, value) == member : member_present(member, value);
}

void
look_at(const struct shape *shape, const void *value, const char *path, look_see *see, void *context)
{
	if (*path == '.')
		path++;
	if (*path == '\0') {
		see(context, shape, value);
		return;
	}
	if (*path == '[') {
		struct list list = shape->kind == SHAPE_LIST ? slot_list(value) : (struct list){ 0 };
		for (size_t i = 0; i < list.n; i++) {
			const void *item = list_element(shape, list, i);
			if (element_present(shape->element, item))
				look_at(shape->element, item, path + strlen("[]"), see, context);
		}
		return;
	}
	size_t n = strcspn(path, ".[");
	const struct member *member = look_member(shape, (struct str){ path, n });
	if (member != NULL && look_there(shape, member, value))
		look_at(member->shape, member_value(member, value), path + n, see, context);
}

struct str
look_text(const struct shape *shape, const void *value)
{
	if (shape->kind == SHAPE_STRING)
		return slot_span(value);
	return shape->kind == SHAPE_ENUM ? choice_text(shape, slot_choice(value)) : (struct str){ 0 };
}
