/* value.h — data as people write it and as the API answers it: a tree of JSON values, and bytes that JSON has not.
 *
 * Everything lives in an arena and is wiped with it. Maps keep the order in which they were written. */
#ifndef CHANCERY_CLI_VALUE_H
#define CHANCERY_CLI_VALUE_H

#include "base/arena.h"

enum value_kind {
	VALUE_NULL,
	VALUE_BOOLEAN,
	VALUE_NUMBER, /* `text` as it was written: no digit is lost on the way */
	VALUE_STRING,
	VALUE_BYTES, /* of a blob: base64 in JSON */
	VALUE_LIST,
	VALUE_MAP,
};

struct value_item;

struct value {
	enum value_kind kind;
	bool truth;
	struct str text;
	struct bytes bytes;
	struct value_item *items; /* of a list (keys absent) or a map */
	size_t count, room;
};

struct value_item {
	struct str key;
	struct value *value;
};

struct value *value_new(enum value_kind kind, struct arena *arena);
struct value *value_string(struct str text, struct arena *arena); /* borrows the text */
struct value *value_number(struct str text, struct arena *arena);
struct value *value_boolean(bool truth, struct arena *arena);
struct value *value_bytes(struct bytes bytes, struct arena *arena);

void value_append(struct value *list, struct value *item, struct arena *arena);
struct value *value_get(const struct value *map, struct str key); /* NULL if there is none, or no map */
/* The text of a string in a map; absent if there is none. */
struct str value_text(const struct value *map, const char *key);
/* Replaces what had this key, else goes to the end. */
void value_set(struct value *map, struct str key, struct value *value, struct arena *arena);

/* "a list", "a string": for messages. */
const char *value_kind_name(enum value_kind kind);

#endif
