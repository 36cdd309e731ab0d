#include "cli/value.h"

#include <string.h>

struct value *
value_new(enum value_kind kind, struct arena *arena)
{
	struct value *value = ARENA_NEW(arena, struct value);

	value->kind = kind;
	return value;
}

struct value *
value_string(struct str text, struct arena *arena)
{
	struct value *value = value_new(VALUE_STRING, arena);

	value->text = text;
	return value;
}

struct value *
value_number(struct str text, struct arena *arena)
{
	struct value *value = value_new(VALUE_NUMBER, arena);

	value->text = text;
	return value;
}

struct value *
value_boolean(bool truth, struct arena *arena)
{
	struct value *value = value_new(VALUE_BOOLEAN, arena);

	value->truth = truth;
	return value;
}

struct value *
value_bytes(struct bytes bytes, struct arena *arena)
{
	struct value *value = value_new(VALUE_BYTES, arena);

	value->bytes = bytes;
	return value;
}

static void
item_add(struct value *value, struct str key, struct value *item, struct arena *arena)
{
	if (value->count == value->room) {
		size_t room = value->room > 0 ? value->room * 2 : 8;
		struct value_item *items = ARENA_ARRAY(arena, struct value_item, room);
		if (value->count > 0)
			memcpy(items, value->items, value->count * sizeof *items);
		value->items = items;
		value->room = room;
	}
	value->items[value->count++] = (struct value_item){ key, item };
}

void
value_append(struct value *list, struct value *item, struct arena *arena)
{
	item_add(list, (struct str){ 0 }, item, arena);
}

struct value *
value_get(const struct value *map, struct str key)
{
	if (map == NULL || map->kind != VALUE_MAP)
		return NULL;
	for (size_t i = 0; i < map->count; i++) {
		if (str_equal(map->items[i].key, key))
			return map->items[i].value;
	}
	return NULL;
}

struct str
value_text(const struct value *map, const char *key)
{
	const struct value *value = value_get(map, str_of(key));

	return value != NULL && value->kind == VALUE_STRING ? value->text : (struct str){ 0 };
}

void
value_set(struct value *map, struct str key, struct value *value, struct arena *arena)
{
	for (size_t i = 0; i < map->count; i++) {
		if (str_equal(map->items[i].key, key)) {
			map->items[i].value = value;
			return;
		}
	}
	item_add(map, key, value, arena);
}

const char *
value_kind_name(enum value_kind kind)
{
	static const char *const names[] = {
		[VALUE_NULL] = "null",
		[VALUE_BOOLEAN] = "a boolean",
		[VALUE_NUMBER] = "a number",
		[VALUE_STRING] = "a string",
		[VALUE_BYTES] = "bytes",
		[VALUE_LIST] = "a list",
		[VALUE_MAP] = "a structure",
	};

	return names[kind];
}
