/* JSON into structs, in one pass over the text: what the shape does not know is passed over without being kept. The
 * texts of the faults are AWS's own where they have been seen; where AWS sends no message, `say` stays empty. */
#include <string.h>

#include "base/base64.h"
#include "model/json.h"
#include "model/value.h"

/* A list longer than its shape allows is kept only until that shows; one without a maximum ends here. No request of any
 * use holds a hundredth of this many. */
enum { LIST_ITEMS_MAX = 100000 };
/* Names with escapes are resolved here; no member's name is as long. */
enum { MEMBER_NAME_MAX = 128 };

struct decoder {
	struct json json;
	struct arena *arena;
	struct fault *fault;
};

static bool value_decode(struct decoder *d, const struct shape *shape, int depth, void *slot);
static bool struct_decode(struct decoder *d, const struct shape *shape, int depth, void *out);

static bool
malformed(struct decoder *d)
{
	(void)fault_set(d->fault, FAULT_SERIALIZATION, "%s", "");
	return fault_log(d->fault, "The body is not JSON.");
}

/* wire.md 5, the table: the text for a value of another type than the shape's. */
static bool
mismatch(struct decoder *d, const struct shape *shape, enum json_kind kind)
{
	static const char *const found[] = {
		[JSON_TRUE] = "TRUE_VALUE",
		[JSON_FALSE] = "FALSE_VALUE",
		[JSON_NUMBER] = "NUMBER_VALUE",
		[JSON_STRING] = "STRING_VALUE",
	};
	static const char *const wanted[] = {
		[SHAPE_STRING] = "a String",
		[SHAPE_ENUM] = "a String",
		[SHAPE_BLOB] = "a Blob",
		[SHAPE_INTEGER] = "an Integer",
		[SHAPE_LONG] = "a Long",
		[SHAPE_BOOLEAN] = "Boolean",
		[SHAPE_TIMESTAMP] = "milliseconds since epoch",
	};

	/* A list or an object is refused where it starts; a scalar must be read before it can be blamed for its type.
	 */
	if (kind != JSON_LIST && kind != JSON_OBJECT && !json_skip(&d->json))
		return malformed(d);
	if (kind == JSON_OBJECT)
		return fault_set(d->fault, FAULT_SERIALIZATION, "Start of structure or map found where not expected.");
	if (shape->kind == SHAPE_LIST)
		return fault_set(d->fault, FAULT_SERIALIZATION, "Expected list or null");
	if (kind == JSON_LIST)
		return fault_set(d->fault, FAULT_SERIALIZATION, "Start of list found where not expected");
	if (shape->kind == SHAPE_STRUCTURE || shape->kind == SHAPE_UNION)
		return fault_set(d->fault, FAULT_SERIALIZATION, "Expected null");
	return fault_set(
		d->fault, FAULT_SERIALIZATION, "%s can not be converted to %s", found[kind], wanted[shape->kind]);
}

/* The text with its escapes resolved; without escapes, where it stands in the body. */
static struct str
text_of(struct decoder *d, struct json_text text)
{
	if (!text.escaped)
		return text.raw;
	char *resolved = arena_alloc(d->arena, text.raw.n + 1);
	return (struct str){ resolved, json_unescape(text, resolved) };
}

static bool
string_decode(struct decoder *d, const struct shape *shape, void *slot)
{
	struct json_text text;

	if (!json_string(&d->json, &text))
		return malformed(d);
	struct str value = text_of(d, text);
	/* PostgreSQL stores none, C ends at one, and no shape has use for it. */
	if (value.n > 0 && memchr(value.p, '\0', value.n) != NULL)
		return fault_set(d->fault, FAULT_SERIALIZATION, "A string must not contain the character U+0000.");
	if (shape->kind == SHAPE_ENUM) {
		struct choice choice = { .v = choice_value(shape, value) };
		if (choice.v == CHOICE_UNKNOWN)
			choice.raw = text.escaped ? value : arena_str(d->arena, value);
		memcpy(slot, &choice, sizeof choice);
		return true;
	}
	if (!text.escaped)
		value = arena_str(d->arena, value);
	memcpy(slot, &value, sizeof value);
	return true;
}

static bool
blob_decode(struct decoder *d, void *slot)
{
	struct json_text text;
	struct bytes bytes;

	if (!json_string(&d->json, &text))
		return malformed(d);
	if (!base64_decode(text_of(d, text), d->arena, &bytes))
		return fault_set(d->fault, FAULT_SERIALIZATION,
			"Unable to decode base64: a blob is standard base64 with padding, on one line (RFC 4648, 4).");
	memcpy(slot, &bytes, sizeof bytes);
	return true;
}

static bool
number_decode(struct decoder *d, int shift, void *slot)
{
	struct str number;

	if (!json_number(&d->json, &number))
		return malformed(d);
	int64_t value = json_integer(number, shift);
	memcpy(slot, &value, sizeof value);
	return true;
}

static bool
boolean_decode(struct decoder *d, bool value, void *slot)
{
	if (!json_literal(&d->json))
		return malformed(d);
	memcpy(slot, &value, sizeof value);
	return true;
}

static bool
too_deep(struct decoder *d)
{
	return fault_set(
		d->fault, FAULT_SERIALIZATION, "The request is nested more than %d levels deep.", MODEL_MAX_DEPTH);
}

/* null in a list: an absent string or enum, or a structure that lacks all its members; validation tells. */
static bool
element_decode(struct decoder *d, const struct shape *element, int depth, void *slot)
{
	enum json_kind kind = json_peek(&d->json);

	if (kind == JSON_NULL)
		return json_literal(&d->json) || malformed(d);
	if (element->kind != SHAPE_STRUCTURE && element->kind != SHAPE_UNION)
		return value_decode(d, element, depth, slot);
	return kind == JSON_OBJECT ? struct_decode(d, element, depth, slot) : mismatch(d, element, kind);
}

static void
list_grow(struct decoder *d, struct list *list, size_t size, size_t *room)
{
	if (list->n < *room)
		return;
	*room = *room > 0 ? *room * 2 : 4;
	void *grown = arena_array(d->arena, *room, size);
	if (list->n > 0)
		memcpy(grown, list->v, list->n * size);
	list->v = grown;
}

static bool
list_decode(struct decoder *d, const struct shape *shape, int depth, void *slot)
{
	struct list list = { .has = true };
	size_t kept = shape->has_max && shape->max < LIST_ITEMS_MAX ? (size_t)shape->max + 1 : LIST_ITEMS_MAX;
	size_t room = 0;
	bool more = false;

	if (depth > MODEL_MAX_DEPTH)
		return too_deep(d);
	for (;;) {
		if (!json_list_next(&d->json, &more))
			return malformed(d);
		if (!more)
			break;
		if (list.n == kept && !shape->has_max)
			return fault_set(
				d->fault, FAULT_SERIALIZATION, "A list holds more than %d items.", LIST_ITEMS_MAX);
		if (list.n == kept) {
			if (!json_skip(&d->json))
				return malformed(d);
			continue;
		}
		list_grow(d, &list, shape->element->size, &room);
		if (!element_decode(d, shape->element, depth + 1, (char *)list.v + list.n * shape->element->size))
			return false;
		list.n++;
	}
	memcpy(slot, &list, sizeof list);
	return true;
}

static bool
pointed_decode(struct decoder *d, const struct shape *shape, int depth, void *slot)
{
	void *value = arena_alloc(d->arena, shape->size);

	if (!struct_decode(d, shape, depth, value))
		return false;
	memcpy(slot, &value, sizeof value);
	return true;
}

static bool
value_decode(struct decoder *d, const struct shape *shape, int depth, void *slot)
{
	enum json_kind kind = json_peek(&d->json);

	if (kind == JSON_INVALID)
		return malformed(d);
	switch (shape->kind) {
	case SHAPE_STRING:
	case SHAPE_ENUM:
		return kind == JSON_STRING ? string_decode(d, shape, slot) : mismatch(d, shape, kind);
	case SHAPE_BLOB:
		return kind == JSON_STRING ? blob_decode(d, slot) : mismatch(d, shape, kind);
	case SHAPE_INTEGER:
	case SHAPE_LONG:
		return kind == JSON_NUMBER ? number_decode(d, 0, slot) : mismatch(d, shape, kind);
	case SHAPE_TIMESTAMP:
		/* Seconds become milliseconds: three more places count. */
		return kind == JSON_NUMBER ? number_decode(d, 3, slot) : mismatch(d, shape, kind);
	case SHAPE_BOOLEAN:
		return kind == JSON_TRUE || kind == JSON_FALSE ? boolean_decode(d, kind == JSON_TRUE, slot)
							       : mismatch(d, shape, kind);
	case SHAPE_LIST:
		return kind == JSON_LIST ? list_decode(d, shape, depth, slot) : mismatch(d, shape, kind);
	case SHAPE_STRUCTURE:
	case SHAPE_UNION:
		return kind == JSON_OBJECT ? pointed_decode(d, shape, depth, slot) : mismatch(d, shape, kind);
	}
	return malformed(d);
}

/* The member of that name; NULL if the shape has none. `guess` is where the search begins: clients send members in the
 * model's order. */
static const struct member *
member_find(const struct shape *shape, struct json_text key, size_t guess)
{
	char resolved[MEMBER_NAME_MAX];
	struct str name = key.raw;

	if (key.escaped) {
		/* An escape shortens a character to a sixth at most. */
		if (key.raw.n > sizeof resolved)
			return NULL;
		name = (struct str){ resolved, json_unescape(key, resolved) };
	}
	for (size_t i = 0; i < shape->member_count; i++) {
		const struct member *member = &shape->members[(guess + i) % shape->member_count];
		if (strnlen(member->name, name.n + 1) == name.n && memcmp(member->name, name.p, name.n) == 0)
			return member;
	}
	return NULL;
}

/* How many bytes the value of a member takes where it stands. */
static size_t
slot_size(const struct shape *shape)
{
	return shape->kind == SHAPE_STRUCTURE || shape->kind == SHAPE_UNION ? sizeof(void *) : shape->size;
}

static void
has_set(const struct member *member, void *out, bool has)
{
	if (member->has_offset != 0)
		memcpy((char *)out + member->has_offset, &has, sizeof has);
}

static bool
structure_member_decode(struct decoder *d, const struct member *member, int depth, void *out)
{
	void *slot = (char *)out + member->offset;

	if (json_peek(&d->json) == JSON_NULL) {
		/* It may have had a value: of a name that is given twice, the last counts. */
		memset(slot, 0, slot_size(member->shape));
		has_set(member, out, false);
		return json_literal(&d->json) || malformed(d);
	}
	if (!value_decode(d, member->shape, depth, slot))
		return false;
	has_set(member, out, true);
	return true;
}

static bool
union_member_decode(struct decoder *d, const struct shape *shape, const struct member *member, int depth, void *out)
{
	bool again = union_member(shape, out) == member;
	unsigned members = union_members(shape, out);
	int kind = (int)(member - shape->members) + 1;

	if (json_peek(&d->json) == JSON_NULL) {
		if (!json_literal(&d->json))
			return malformed(d);
		if (!again)
			return true;
		kind = 0;
		members--;
	} else {
		if (!value_decode(d, member->shape, depth, (char *)out + member->offset))
			return false;
		members += !again;
	}
	memcpy((char *)out + shape->kind_offset, &kind, sizeof kind);
	memcpy((char *)out + shape->members_offset, &members, sizeof members);
	return true;
}

/* An object into the zeroed struct *out. */
static bool
struct_decode(struct decoder *d, const struct shape *shape, int depth, void *out)
{
	struct json_text key;
	size_t guess = 0;
	bool more = false;

	if (depth > MODEL_MAX_DEPTH)
		return too_deep(d);
	for (;;) {
		if (!json_object_next(&d->json, &more, &key))
			return malformed(d);
		if (!more)
			return true;
		const struct member *member = member_find(shape, key, guess);
		if (member == NULL) {
			if (!json_skip(&d->json))
				return malformed(d);
			continue;
		}
		guess = (size_t)(member - shape->members) + 1;
		if (shape->kind == SHAPE_UNION ? !union_member_decode(d, shape, member, depth + 1, out)
					       : !structure_member_decode(d, member, depth + 1, out))
			return false;
	}
}

bool
model_decode(const struct shape *shape, struct str json, struct arena *arena, void *out, struct fault *fault)
{
	static const struct shape nothing = { .name = "Unit", .kind = SHAPE_STRUCTURE };
	struct decoder d = { .arena = arena, .fault = fault };

	if (!json_open(&d.json, json))
		return malformed(&d);
	enum json_kind kind = json_peek(&d.json);
	if (kind == JSON_LIST)
		return fault_set(fault, FAULT_SERIALIZATION, "Start of list found where not expected");
	if (kind != JSON_OBJECT)
		return malformed(&d);
	if (!struct_decode(&d, shape != NULL ? shape : &nothing, 1, out))
		return false;
	return json_at_end(&d.json) || malformed(&d);
}
