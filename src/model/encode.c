/* Structs into JSON, members in the model's order, straight into the buffer. */
#include "base/base64.h"
#include "model/value.h"

static void value_encode(const struct shape *shape, const void *value, struct buffer *json);

/* Seconds with one to three decimals, never an exponent: 1450137600.0, as AWS prints whole seconds, and 38.213. */
static void
timestamp_encode(int64_t ms, struct buffer *json)
{
	enum { MS_A_SECOND = 1000 };
	uint64_t magnitude = ms < 0 ? -(uint64_t)ms : (uint64_t)ms;
	unsigned decimals = (unsigned)(magnitude % MS_A_SECOND);
	int digits = 3;

	while (digits > 1 && decimals % 10 == 0) {
		decimals /= 10;
		digits--;
	}
	buffer_printf(json, "%s%llu.%0*u", ms < 0 ? "-" : "", (unsigned long long)(magnitude / MS_A_SECOND), digits,
		decimals);
}

static void
blob_encode(struct str blob, struct buffer *json)
{
	buffer_put_char(json, '"');
	base64_encode(json, bytes_of_str(blob), 0);
	buffer_put_char(json, '"');
}

static void
list_encode(const struct shape *shape, struct list list, struct buffer *json)
{
	buffer_put_char(json, '[');
	for (size_t i = 0; i < list.n; i++) {
		if (i > 0)
			buffer_put_char(json, ',');
		value_encode(shape->element, list_element(shape, list, i), json);
	}
	buffer_put_char(json, ']');
}

static void
member_encode(const struct member *member, const void *owner, struct buffer *json)
{
	buffer_put_char(json, '"');
	buffer_put_cstr(json, member->name);
	buffer_put(json, "\":", 2);
	value_encode(member->shape, member_value(member, owner), json);
}

static void
structure_encode(const struct shape *shape, const void *value, struct buffer *json)
{
	bool first = true;

	buffer_put_char(json, '{');
	for (size_t i = 0; i < shape->member_count; i++) {
		if (!member_present(&shape->members[i], value))
			continue;
		if (!first)
			buffer_put_char(json, ',');
		first = false;
		member_encode(&shape->members[i], value, json);
	}
	buffer_put_char(json, '}');
}

static void
union_encode(const struct shape *shape, const void *value, struct buffer *json)
{
	const struct member *member = union_member(shape, value);

	buffer_put_char(json, '{');
	if (member != NULL)
		member_encode(member, value, json);
	buffer_put_char(json, '}');
}

static void
value_encode(const struct shape *shape, const void *value, struct buffer *json)
{
	switch (shape->kind) {
	case SHAPE_STRING:
		buffer_put_json_string(json, slot_span(value));
		break;
	case SHAPE_ENUM:
		buffer_put_json_string(json, choice_text(shape, slot_choice(value)));
		break;
	case SHAPE_BLOB:
		blob_encode(slot_span(value), json);
		break;
	case SHAPE_INTEGER:
	case SHAPE_LONG:
		buffer_printf(json, "%lld", (long long)slot_integer(value));
		break;
	case SHAPE_BOOLEAN:
		buffer_put_cstr(json, slot_boolean(value) ? "true" : "false");
		break;
	case SHAPE_TIMESTAMP:
		timestamp_encode(slot_integer(value), json);
		break;
	case SHAPE_LIST:
		list_encode(shape, slot_list(value), json);
		break;
	case SHAPE_STRUCTURE:
		structure_encode(shape, value, json);
		break;
	case SHAPE_UNION:
		union_encode(shape, value, json);
		break;
	}
}

void
model_encode(const struct shape *shape, const void *value, struct buffer *json)
{
	value_encode(shape, value, json);
}
