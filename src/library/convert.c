#include "library/convert.h"

#include <chancery/chancery.h>
#include <string.h>

#include "model/look.h"
#include "model/value.h"

/* The way from the request down to a value, for the one sentence that names it. */
struct step {
	const struct step *above;
	const char *name; /* NULL: item `index` of the list above */
	size_t index;
	int depth;
};

struct reader {
	struct arena *arena;
	struct fault *fault;
};

static bool struct_read(
	struct reader *reader, const struct layout *layout, const void *given, const struct step *step, void *out);

static void
step_write(const struct step *step, struct buffer *out)
{
	if (step == NULL)
		return;
	step_write(step->above, out);
	if (step->name == NULL) {
		buffer_printf(out, "[%zu]", step->index);
		return;
	}
	if (out->n > 0)
		buffer_put_char(out, '.');
	buffer_put_cstr(out, step->name);
}

static bool
refuse(struct reader *reader, const struct step *step, const char *why)
{
	struct buffer path = { 0 };

	step_write(step, &path);
	(void)fault_set(reader->fault, FAULT_INVALID_ARGS, "%.*s %s.", STR_ARG(buffer_str(&path)), why);
	buffer_done(&path);
	return false;
}

static const void *
pointer_at(const void *p)
{
	return slot_pointer(p);
}

static size_t
size_at(const void *p)
{
	size_t n;

	memcpy(&n, p, sizeof n);
	return n;
}

static int
enum_at(const void *p)
{
	int v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* Whether the member is there, by itself or by what stands beside it. */
static bool
given_present(const struct member *member, const struct place *place, const void *given)
{
	const char *at = (const char *)given + place->at;

	switch (member->shape->kind) {
	case SHAPE_INTEGER:
	case SHAPE_LONG:
	case SHAPE_BOOLEAN:
	case SHAPE_TIMESTAMP:
		return slot_boolean((const char *)given + place->beside);
	case SHAPE_ENUM:
		return enum_at(at) != CHOICE_ABSENT || pointer_at((const char *)given + place->text) != NULL;
	case SHAPE_BLOB:
		return pointer_at(at) != NULL || ((const struct chancery_blob *)(const void *)at)->size > 0;
	default:
		return pointer_at(at) != NULL;
	}
}

static bool
text_read(struct reader *reader, const char *text, const struct step *step, struct str *out)
{
	*out = str_of(text);
	return utf8_valid(*out) || refuse(reader, step, "is not valid UTF-8");
}

static bool
choice_read(struct reader *reader, const struct shape *shape, int v, const char *text, const struct step *step,
	struct choice *out)
{
	*out = (struct choice){ .v = v };
	if (text != NULL)
		return text_read(reader, text, step, &out->raw);
	return choice_name(shape, v) != NULL ||
	       refuse(reader, step, "is a number that none of the enum's values has, and its text is not set");
}

static bool
blob_read(struct reader *reader, const struct chancery_blob *blob, const struct step *step, struct bytes *out)
{
	*out = (struct bytes){ blob->data, blob->size };
	return blob->data != NULL || refuse(reader, step, "has a size but no data");
}

/* One item of a list, into the list of the model. */
static bool
item_read(struct reader *reader, const struct shape *shape, const struct place *place, const void *given,
	const struct step *step, void *out)
{
	const char *at = (const char *)pointer_at((const char *)given + place->at) +
			 step->index * convert_item_size(shape, place->layout);

	if (shape->kind == SHAPE_ENUM) {
		const char *const *texts = pointer_at((const char *)given + place->text);
		return choice_read(reader, shape, enum_at(at), texts != NULL ? texts[step->index] : NULL, step, out);
	}
	if (shape->kind != SHAPE_STRING)
		return struct_read(reader, place->layout, at, step, out);
	if (pointer_at(at) == NULL)
		return refuse(reader, step, "is NULL");
	return text_read(reader, pointer_at(at), step, out);
}

static bool
list_read(struct reader *reader, const struct shape *shape, const struct place *place, const void *given,
	const struct step *above, void *out)
{
	const struct shape *element = shape->element;
	struct list list = { .n = size_at((const char *)given + place->beside), .has = true };

	list.v = arena_array(reader->arena, list.n, element->size);
	for (size_t i = 0; i < list.n; i++) {
		const struct step step = { above, NULL, i, above->depth + 1 };
		if (!item_read(reader, element, place, given, &step, (char *)list.v + i * element->size))
			return false;
	}
	memcpy(out, &list, sizeof list);
	return true;
}

static bool
value_read(struct reader *reader, const struct member *member, const struct place *place, const void *given,
	const struct step *step, void *out)
{
	const struct shape *shape = member->shape;
	const void *at = (const char *)given + place->at;

	switch (shape->kind) {
	case SHAPE_STRING:
		return text_read(reader, pointer_at(at), step, out);
	case SHAPE_BLOB:
		return blob_read(reader, at, step, out);
	case SHAPE_ENUM:
		return choice_read(
			reader, shape, enum_at(at), pointer_at((const char *)given + place->text), step, out);
	case SHAPE_LIST:
		return list_read(reader, shape, place, given, step, out);
	case SHAPE_BOOLEAN:
		memcpy(out, at, sizeof(bool));
		return true;
	case SHAPE_INTEGER:
	case SHAPE_LONG:
	case SHAPE_TIMESTAMP:
		memcpy(out, at, sizeof(int64_t));
		return true;
	case SHAPE_STRUCTURE:
	case SHAPE_UNION: {
		void *value = arena_alloc(reader->arena, shape->size);
		memcpy(out, &value, sizeof value);
		return struct_read(reader, place->layout, pointer_at(at), step, value);
	}
	}
	return false;
}

static bool
struct_read(struct reader *reader, const struct layout *layout, const void *given, const struct step *above, void *out)
{
	const struct shape *shape = layout->shape;
	unsigned members = 0;

	/* A struct of the caller's that points at itself ends here as well. */
	if (above != NULL && above->depth > MODEL_MAX_DEPTH)
		return refuse(reader, above, "is nested deeper than the service reads");
	for (size_t i = 0; i < shape->member_count; i++) {
		const struct member *member = &shape->members[i];
		const struct step step = { above, member->name, 0, above != NULL ? above->depth + 1 : 1 };
		const bool has = true;
		if (!given_present(member, &layout->places[i], given)) {
			if (member->required)
				return refuse(reader, &step, "is missing");
			continue;
		}
		if (!value_read(reader, member, &layout->places[i], given, &step, (char *)out + member->offset))
			return false;
		if (member->has_offset != 0)
			memcpy((char *)out + member->has_offset, &has, sizeof has);
		if (shape->kind == SHAPE_UNION) {
			int kind = (int)i + 1;
			memcpy((char *)out + shape->kind_offset, &kind, sizeof kind);
			if (++members > 1)
				return refuse(reader, &step, "is there beside another member; only one of them may be");
		}
	}
	if (shape->kind != SHAPE_UNION)
		return true;
	if (members == 0)
		return refuse(reader, above, "has none of its members set; one of them must be");
	memcpy((char *)out + shape->members_offset, &members, sizeof members);
	return true;
}

bool
convert_request(const struct layout *layout, const void *given, struct arena *arena, void *out, struct fault *fault)
{
	struct reader reader = { arena, fault };

	if (given == NULL)
		return fault_set(fault, FAULT_INVALID_ARGS, "The request is NULL.");
	return struct_read(&reader, layout, given, NULL, out);
}

size_t
convert_item_size(const struct shape *item, const struct layout *layout)
{
	if (item->kind == SHAPE_ENUM)
		return sizeof(int);
	return item->kind == SHAPE_STRING ? sizeof(const char *) : layout->size;
}

/* And back. */

static void struct_write(const struct layout *layout, const void *value, struct arena *arena, void *out);

static void
pointer_put(void *out, const void *pointer)
{
	memcpy(out, &pointer, sizeof pointer);
}

static void
text_write(struct str text, struct arena *arena, void *out)
{
	pointer_put(out, arena_cstr(arena, text));
}

static void
list_write(const struct shape *shape, const struct place *place, struct list list, struct arena *arena, char *out)
{
	const struct shape *element = shape->element;
	size_t size = convert_item_size(element, place->layout);
	char *items = arena_array(arena, list.n, size);
	const char **texts = element->kind == SHAPE_ENUM ? ARENA_ARRAY(arena, const char *, list.n) : NULL;

	for (size_t i = 0; i < list.n; i++) {
		const void *item = list_element(shape, list, i);
		if (element->kind == SHAPE_STRING) {
			text_write(slot_span(item), arena, items + i * size);
		} else if (element->kind == SHAPE_ENUM) {
			struct choice choice = slot_choice(item);
			memcpy(items + i * size, &choice.v, sizeof choice.v);
			texts[i] = arena_cstr(arena, choice_text(element, choice));
		} else {
			struct_write(place->layout, item, arena, items + i * size);
		}
	}
	pointer_put(out + place->at, items);
	memcpy(out + place->beside, &list.n, sizeof list.n);
	if (texts != NULL)
		pointer_put(out + place->text, texts);
}

static void
value_write(const struct member *member, const struct place *place, const void *value, struct arena *arena, char *out)
{
	const struct shape *shape = member->shape;
	const bool has = true;

	switch (shape->kind) {
	case SHAPE_STRING:
		text_write(slot_span(value), arena, out + place->at);
		break;
	case SHAPE_BLOB: {
		struct str copy = arena_str(arena, slot_span(value));
		struct chancery_blob blob = { copy.p, copy.n };
		memcpy(out + place->at, &blob, sizeof blob);
		break;
	}
	case SHAPE_ENUM: {
		struct choice choice = slot_choice(value);
		memcpy(out + place->at, &choice.v, sizeof choice.v);
		text_write(choice_text(shape, choice), arena, out + place->text);
		break;
	}
	case SHAPE_LIST:
		list_write(shape, place, slot_list(value), arena, out);
		break;
	case SHAPE_BOOLEAN:
		memcpy(out + place->at, value, sizeof(bool));
		memcpy(out + place->beside, &has, sizeof has);
		break;
	case SHAPE_INTEGER:
	case SHAPE_LONG:
	case SHAPE_TIMESTAMP:
		memcpy(out + place->at, value, sizeof(int64_t));
		memcpy(out + place->beside, &has, sizeof has);
		break;
	case SHAPE_STRUCTURE:
	case SHAPE_UNION: {
		void *made = arena_alloc(arena, place->layout->size);
		struct_write(place->layout, value, arena, made);
		pointer_put(out + place->at, made);
		break;
	}
	}
}

static void
struct_write(const struct layout *layout, const void *value, struct arena *arena, void *out)
{
	const struct shape *shape = layout->shape;

	for (size_t i = 0; i < shape->member_count; i++) {
		const struct member *member = &shape->members[i];
		if (look_there(shape, member, value))
			value_write(member, &layout->places[i], member_value(member, value), arena, out);
	}
}

void
convert_response(const struct layout *layout, const void *answer, struct arena *arena, void *out)
{
	struct_write(layout, answer, arena, out);
}
