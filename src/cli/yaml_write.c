#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/base64.h"
#include "base/memory.h"
#include "cli/python.h"
#include "cli/yaml.h"
#include "cli/yaml_scalar.h"

#define TAG(name) "tag:yaml.org,2002:" name
enum { BINARY_COLUMNS = 76, ANCHOR_TEXT = 32 };

/* A list or map that was met. */
struct node {
	const struct value *value;
	unsigned anchor; /* 0: it was met once */
	bool written;
};

/* Open addressing; a power of two, at most half full. */
struct nodes {
	struct node *slots;
	size_t room, count;
	unsigned anchors;
};

struct writer {
	yaml_emitter_t emitter;
	struct nodes nodes;
	struct arena arena; /* of sorted keys */
};

static struct node *
slot_of(const struct nodes *nodes, const struct value *value)
{
	size_t at = ((uintptr_t)value >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 20;

	for (;; at++) {
		struct node *node = &nodes->slots[at & (nodes->room - 1)];
		if (node->value == value || node->value == NULL)
			return node;
	}
}

static void
nodes_grow(struct nodes *nodes)
{
	struct nodes grown = { .room = nodes->room > 0 ? nodes->room * 2 : 64 };

	grown.slots = memory_take_zeroed(grown.room * sizeof *grown.slots);
	for (size_t i = 0; i < nodes->room; i++) {
		if (nodes->slots[i].value != NULL)
			*slot_of(&grown, nodes->slots[i].value) = nodes->slots[i];
	}
	free(nodes->slots);
	nodes->slots = grown.slots;
	nodes->room = grown.room;
}

static int
compare_items(const void *a, const void *b)
{
	return str_compare(((const struct value_item *)a)->key, ((const struct value_item *)b)->key);
}

static const struct value_item *
items_in_order(struct writer *writer, const struct value *value)
{
	struct value_item *items = value->items;

	if (value->kind != VALUE_MAP || value->count < 2)
		return items;
	items = ARENA_ARRAY(&writer->arena, struct value_item, value->count);
	memcpy(items, value->items, value->count * sizeof *items);
	qsort(items, value->count, sizeof *items, compare_items);
	return items;
}

/* Finds what is met twice, and numbers it in the order in which that shows. */
static void
find_shared(struct writer *writer, const struct value *value)
{
	struct nodes *nodes = &writer->nodes;

	if (value->kind != VALUE_LIST && value->kind != VALUE_MAP)
		return;
	if (nodes->count * 2 >= nodes->room)
		nodes_grow(nodes);
	struct node *node = slot_of(nodes, value);
	if (node->value != NULL) {
		if (node->anchor == 0)
			node->anchor = ++nodes->anchors;
		return;
	}
	node->value = value;
	nodes->count++;
	const struct value_item *items = items_in_order(writer, value);
	for (size_t i = 0; i < value->count; i++)
		find_shared(writer, items[i].value);
}

/* libyaml refuses nothing that is UTF-8 and in order, so it can only have run out of memory. */
static void
emit(struct writer *writer, yaml_event_t *event, int initialized)
{
	if (initialized == 0 || yaml_emitter_emit(&writer->emitter, event) == 0)
		memory_exhausted(0);
}

static void
emit_scalar(struct writer *writer, const char *tag, struct str text, bool plain, bool quoted, yaml_scalar_style_t style)
{
	yaml_event_t event;

	emit(writer, &event,
		yaml_scalar_event_initialize(&event, NULL, (const yaml_char_t *)tag,
			(const yaml_char_t *)(text.p != NULL ? text.p : ""), (int)text.n, plain, quoted, style));
}

static void
emit_text(struct writer *writer, struct str text)
{
	emit_scalar(writer, TAG("str"), text, yaml_meaning_of(text) == YAML_TEXT, true, YAML_ANY_SCALAR_STYLE);
}

static void
emit_number(struct writer *writer, struct str number)
{
	struct buffer text = { 0 };
	bool is_float;

	python_put_number(number, &text);
	if (strstr(text.p, "inf") != NULL) {
		bool negative = text.p[0] == '-';
		buffer_reset(&text);
		buffer_put_cstr(&text, negative ? "-.inf" : ".inf");
	}
	is_float = yaml_meaning_of(buffer_str(&text)) == YAML_FLOAT;
	emit_scalar(
		writer, is_float ? TAG("float") : TAG("int"), buffer_str(&text), true, false, YAML_ANY_SCALAR_STYLE);
	buffer_done(&text);
}

static void
emit_bytes(struct writer *writer, struct bytes bytes)
{
	struct buffer text = { 0 };

	base64_encode(&text, bytes, BINARY_COLUMNS);
	emit_scalar(writer, TAG("binary"), buffer_str(&text), false, false, YAML_LITERAL_SCALAR_STYLE);
	buffer_done(&text);
}

static void emit_value(struct writer *writer, const struct value *value);

/* True: an alias was written, and there is nothing more to do. */
static bool
emit_alias(struct writer *writer, const struct value *value, char *anchor)
{
	struct node *node = slot_of(&writer->nodes, value);
	yaml_event_t event;

	anchor[0] = '\0';
	if (node->anchor > 0)
		(void)snprintf(anchor, ANCHOR_TEXT, "id%03u", node->anchor);
	if (node->written)
		emit(writer, &event, yaml_alias_event_initialize(&event, (const yaml_char_t *)anchor));
	bool was_written = node->written;
	node->written = true;
	return was_written;
}

static void
emit_collection(struct writer *writer, const struct value *value)
{
	bool is_map = value->kind == VALUE_MAP;
	const struct value_item *items = items_in_order(writer, value);
	char text[ANCHOR_TEXT];
	yaml_event_t event;

	if (emit_alias(writer, value, text))
		return;
	const yaml_char_t *anchor = text[0] != '\0' ? (const yaml_char_t *)text : NULL;
	emit(writer, &event,
		is_map ? yaml_mapping_start_event_initialize(
				 &event, anchor, (const yaml_char_t *)TAG("map"), 1, YAML_BLOCK_MAPPING_STYLE)
		       : yaml_sequence_start_event_initialize(
				 &event, anchor, (const yaml_char_t *)TAG("seq"), 1, YAML_BLOCK_SEQUENCE_STYLE));
	for (size_t i = 0; i < value->count; i++) {
		if (is_map)
			emit_text(writer, items[i].key);
		emit_value(writer, items[i].value);
	}
	emit(writer, &event,
		is_map ? yaml_mapping_end_event_initialize(&event) : yaml_sequence_end_event_initialize(&event));
}

static void
emit_value(struct writer *writer, const struct value *value)
{
	switch (value->kind) {
	case VALUE_NULL:
		emit_scalar(writer, TAG("null"), STR("null"), true, false, YAML_ANY_SCALAR_STYLE);
		break;
	case VALUE_BOOLEAN:
		emit_scalar(writer, TAG("bool"), value->truth ? STR("true") : STR("false"), true, false,
			YAML_ANY_SCALAR_STYLE);
		break;
	case VALUE_NUMBER:
		emit_number(writer, value->text);
		break;
	case VALUE_STRING:
		emit_text(writer, value->text);
		break;
	case VALUE_BYTES:
		emit_bytes(writer, value->bytes);
		break;
	case VALUE_LIST:
	case VALUE_MAP:
		emit_collection(writer, value);
		break;
	}
}

static int
take_output(void *out, unsigned char *bytes, size_t n)
{
	buffer_put(out, bytes, n);
	return 1;
}

void
yaml_write(const struct value *value, struct buffer *out)
{
	struct writer writer = { .nodes = { 0 } };
	yaml_event_t event;

	if (yaml_emitter_initialize(&writer.emitter) == 0)
		memory_exhausted(0);
	yaml_emitter_set_output(&writer.emitter, take_output, out);
	yaml_emitter_set_unicode(&writer.emitter, 1);
	find_shared(&writer, value);
	emit(&writer, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
	emit(&writer, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
	emit_value(&writer, value);
	emit(&writer, &event, yaml_document_end_event_initialize(&event, 1));
	emit(&writer, &event, yaml_stream_end_event_initialize(&event));
	yaml_emitter_delete(&writer.emitter);
	free(writer.nodes.slots);
	arena_done(&writer.arena);
}
