#include <string.h>
#include <yaml.h>

#include "base/base64.h"
#include "cli/json.h"
#include "cli/yaml.h"
#include "cli/yaml_scalar.h"

#define TAG "tag:yaml.org,2002:"
enum { NODE_WEIGHT = 16, ANCHORS_MAX = 1000 /* they are looked for one by one */ };

/* What an alias may name. A value is there once the node has ended. */
struct anchor {
	struct str name;
	struct value *value;
	size_t weight; /* of the node with everything in it, aliases expanded */
	int height;
	struct anchor *below;
};

/* How large what was read is; kept beside the tree, because an alias adds it again. */
struct measure {
	size_t weight;
	int height;
};

struct reader {
	yaml_parser_t parser;
	struct arena *arena;
	struct fault *fault;
	struct anchor *anchors;
	size_t anchor_count;
	size_t expanded;
	int depth;
};

static bool read_node(struct reader *reader, yaml_event_t *event, struct value **out, struct measure *measure);

static bool
refuse(const struct reader *reader, yaml_mark_t mark, const char *what)
{
	return fault_set(
		reader->fault, FAULT_SERIALIZATION, "%s at line %zu column %zu", what, mark.line + 1, mark.column + 1);
}

/* libyaml's words are fixed ones, so they hold nothing of the text. */
static bool
next_event(struct reader *reader, yaml_event_t *event)
{
	const yaml_parser_t *parser = &reader->parser;
	char what[256];

	if (yaml_parser_parse(&reader->parser, event) != 0)
		return true;
	if (parser->error == YAML_READER_ERROR)
		return refuse(reader, parser->mark, "there is a control character, which YAML does not allow,");
	(void)snprintf(what, sizeof what, "%s%s%s", parser->context != NULL ? parser->context : "",
		parser->context != NULL ? ": " : "", parser->problem != NULL ? parser->problem : "no memory");
	return refuse(reader, parser->problem_mark, what);
}

static struct str
str_of_yaml(const yaml_char_t *text)
{
	return str_of((const char *)text);
}

static struct anchor *
anchor_find(const struct reader *reader, struct str name)
{
	struct anchor *anchor = reader->anchors;

	while (anchor != NULL && !str_equal(anchor->name, name))
		anchor = anchor->below;
	return anchor;
}

static struct anchor *
anchor_add(struct reader *reader, const yaml_char_t *name)
{
	if (name == NULL)
		return NULL;
	struct anchor *anchor = ARENA_NEW(reader->arena, struct anchor);
	anchor->name = arena_str(reader->arena, str_of_yaml(name));
	anchor->below = reader->anchors;
	reader->anchors = anchor;
	reader->anchor_count++;
	return anchor;
}

static bool
read_alias(struct reader *reader, const yaml_event_t *event, struct value **out, struct measure *measure)
{
	const struct anchor *anchor = anchor_find(reader, str_of_yaml(event->data.alias.anchor));

	if (anchor == NULL)
		return refuse(reader, event->start_mark, "an alias names nothing before it");
	if (anchor->value == NULL)
		return refuse(reader, event->start_mark, "an alias stands inside of what it names");
	reader->expanded += anchor->weight;
	if (reader->expanded > YAML_MAX_EXPANSION)
		return refuse(reader, event->start_mark, "aliases make too much of this document");
	if (reader->depth + anchor->height > JSON_MAX_DEPTH)
		return refuse(reader, event->start_mark, "it is too deep");
	*out = anchor->value;
	*measure = (struct measure){ anchor->weight, anchor->height };
	return true;
}

/* The meaning that an explicit tag gives to a scalar; false for one that is not known. */
static bool
meaning_of_tag(const char *tag, bool *is_binary, enum yaml_meaning *out)
{
	static const struct {
		const char *tag;
		enum yaml_meaning meaning;
	} tags[] = {
		{ TAG "str", YAML_TEXT },
		{ TAG "timestamp", YAML_TIMESTAMP },
		{ TAG "null", YAML_NULL },
		{ TAG "bool", YAML_BOOLEAN },
		{ TAG "int", YAML_INTEGER },
		{ TAG "float", YAML_FLOAT },
		{ TAG "binary", YAML_TEXT },
	};

	for (size_t i = 0; i < ARRAY_COUNT(tags); i++) {
		if (strcmp(tags[i].tag, tag) == 0) {
			*is_binary = strcmp(tag, TAG "binary") == 0;
			*out = tags[i].meaning;
			return true;
		}
	}
	return false;
}

static bool
read_number(struct reader *reader, const yaml_event_t *event, struct str text, enum yaml_meaning meaning,
	struct value **out)
{
	struct buffer number = { 0 };
	enum yaml_meaning plain = yaml_meaning_of(text);

	/* !!float 1 is a number as well. */
	bool fine = (plain == meaning || (plain == YAML_INTEGER && meaning == YAML_FLOAT)) &&
		    yaml_put_number(text, &number);
	if (fine)
		*out = value_number(arena_str(reader->arena, buffer_str(&number)), reader->arena);
	buffer_done(&number);
	return fine || refuse(reader, event->start_mark, "there is a number that cannot be sent");
}

static bool
read_text(struct reader *reader, const yaml_event_t *event, struct str text, enum yaml_meaning meaning,
	struct value **out)
{
	switch (meaning) {
	case YAML_NULL:
		*out = value_new(VALUE_NULL, reader->arena);
		return true;
	case YAML_BOOLEAN:
		if (yaml_meaning_of(text) != YAML_BOOLEAN)
			return refuse(reader, event->start_mark, "there is a boolean that is not true or false");
		*out = value_boolean((text.p[0] | 0x20) == 't', reader->arena);
		return true;
	case YAML_INTEGER:
	case YAML_FLOAT:
		return read_number(reader, event, text, meaning, out);
	default:
		*out = value_string(arena_str(reader->arena, text), reader->arena);
		return true;
	}
}

static bool
read_scalar(struct reader *reader, const yaml_event_t *event, struct value **out)
{
	const char *tag = (const char *)event->data.scalar.tag;
	struct str text = { (const char *)event->data.scalar.value, event->data.scalar.length };
	/* `!` says, here and in the AWS CLI's loader, that even what is quoted has the meaning of a plain one. */
	bool is_unspecific = tag != NULL && strcmp(tag, "!") == 0;
	bool is_plain = event->data.scalar.plain_implicit != 0 || is_unspecific;
	enum yaml_meaning meaning = is_plain ? yaml_meaning_of(text) : YAML_TEXT;
	bool is_binary = false;
	struct bytes bytes;

	if (tag != NULL && !is_unspecific && !meaning_of_tag(tag, &is_binary, &meaning))
		return refuse(reader, event->start_mark, "there is a tag that has no meaning here");
	if (!is_binary)
		return read_text(reader, event, text, meaning, out);
	if (!base64_decode_wrapped(text, reader->arena, &bytes))
		return refuse(reader, event->start_mark, "!!binary is followed by something else than base64");
	*out = value_bytes(bytes, reader->arena);
	return true;
}

static bool
check_collection_tag(struct reader *reader, const yaml_event_t *event, const yaml_char_t *tag, const char *expected)
{
	return tag == NULL || str_is(str_of_yaml(tag), expected) || str_is(str_of_yaml(tag), "!") ||
	       refuse(reader, event->start_mark, "there is a tag that has no meaning here");
}

static void
measure_add(struct measure *sum, const struct measure *part)
{
	sum->weight += part->weight;
	if (part->height >= sum->height)
		sum->height = part->height + 1;
}

static bool
read_list(struct reader *reader, const yaml_event_t *start, struct value **out, struct measure *measure)
{
	struct value *list = value_new(VALUE_LIST, reader->arena);
	bool more = check_collection_tag(reader, start, start->data.sequence_start.tag, TAG "seq");
	bool fine = more;

	while (more) {
		struct value *item;
		struct measure part;
		yaml_event_t event;
		fine = next_event(reader, &event);
		if (!fine)
			return false;
		more = event.type != YAML_SEQUENCE_END_EVENT;
		if (more) {
			fine = more = read_node(reader, &event, &item, &part);
			if (fine) {
				value_append(list, item, reader->arena);
				measure_add(measure, &part);
			}
		}
		yaml_event_delete(&event);
	}
	*out = list;
	return fine;
}

/* Maps under `<<` give what the map itself does not have; of several, the first one counts. */
static bool
merge(struct reader *reader, yaml_mark_t mark, struct value *map, const struct value *from)
{
	if (from->kind == VALUE_LIST) {
		for (size_t i = 0; i < from->count; i++) {
			if (from->items[i].value->kind != VALUE_MAP)
				return refuse(reader, mark, "<< merges maps, and there is something else");
			if (!merge(reader, mark, map, from->items[i].value))
				return false;
		}
		return true;
	}
	if (from->kind != VALUE_MAP)
		return refuse(reader, mark, "<< merges maps, and there is something else");
	for (size_t i = 0; i < from->count; i++) {
		if (value_get(map, from->items[i].key) == NULL)
			value_set(map, from->items[i].key, from->items[i].value, reader->arena);
	}
	return map->count <= JSON_MAX_KEYS || refuse(reader, mark, "there are too many keys");
}

static bool
read_key(struct reader *reader, yaml_event_t *event, struct str *out, bool *is_merge)
{
	struct value *key;
	struct measure ignored;

	if (event->type == YAML_MAPPING_START_EVENT || event->type == YAML_SEQUENCE_START_EVENT)
		return refuse(reader, event->start_mark, "a key is not text");
	if (event->type == YAML_SCALAR_EVENT) {
		bool is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && event->data.scalar.tag == NULL;
		struct str text = { (const char *)event->data.scalar.value, event->data.scalar.length };
		*is_merge = is_plain && yaml_meaning_of(text) == YAML_MERGE;
	}
	/* A number, null or boolean is no member's name, and is refused for that; its text says which one it was. */
	if (!read_node(reader, event, &key, &ignored))
		return false;
	if (key->kind == VALUE_LIST || key->kind == VALUE_MAP || key->kind == VALUE_BYTES)
		return refuse(reader, event->start_mark, "a key is not text");
	*out = key->kind == VALUE_STRING || key->kind == VALUE_NUMBER ? key->text
	       : key->kind == VALUE_NULL                              ? STR("null")
	       : key->truth                                           ? STR("true")
								      : STR("false");
	return true;
}

static bool
read_pair(struct reader *reader, yaml_event_t *key_event, struct value *map, struct value **merged,
	struct measure *measure)
{
	struct measure part;
	struct str key;
	struct value *value;
	yaml_event_t event;
	bool is_merge = false;

	if (!read_key(reader, key_event, &key, &is_merge))
		return false;
	if (is_merge ? *merged != NULL : value_get(map, key) != NULL)
		return refuse(reader, key_event->start_mark, "a key comes twice: the second one is");
	if (map->count == JSON_MAX_KEYS)
		return refuse(reader, key_event->start_mark, "there are too many keys");
	if (!next_event(reader, &event))
		return false;
	bool fine = read_node(reader, &event, &value, &part);
	yaml_event_delete(&event);
	if (!fine)
		return false;
	measure_add(measure, &part);
	measure->weight += key.n;
	if (is_merge)
		*merged = value;
	else
		value_set(map, key, value, reader->arena);
	return true;
}

static bool
read_map(struct reader *reader, const yaml_event_t *start, struct value **out, struct measure *measure)
{
	struct value *map = value_new(VALUE_MAP, reader->arena);
	struct value *merged = NULL;
	bool more = check_collection_tag(reader, start, start->data.mapping_start.tag, TAG "map");
	bool fine = more;

	while (more) {
		yaml_event_t event;
		fine = next_event(reader, &event);
		if (!fine)
			return false;
		more = event.type != YAML_MAPPING_END_EVENT;
		if (more)
			fine = more = read_pair(reader, &event, map, &merged, measure);
		yaml_event_delete(&event);
	}
	*out = map;
	return fine && (merged == NULL || merge(reader, start->start_mark, map, merged));
}

/* The node that begins with this event. */
static bool
read_node(struct reader *reader, yaml_event_t *event, struct value **out, struct measure *measure)
{
	struct anchor *anchor = NULL;
	bool fine;

	*measure = (struct measure){ NODE_WEIGHT, 1 };
	if (reader->depth == JSON_MAX_DEPTH)
		return refuse(reader, event->start_mark, "it is too deep");
	if (reader->anchor_count > ANCHORS_MAX)
		return refuse(reader, event->start_mark, "there are too many anchors");
	reader->depth++;
	switch (event->type) {
	case YAML_ALIAS_EVENT:
		fine = read_alias(reader, event, out, measure);
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = anchor_add(reader, event->data.sequence_start.anchor);
		fine = read_list(reader, event, out, measure);
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = anchor_add(reader, event->data.mapping_start.anchor);
		fine = read_map(reader, event, out, measure);
		break;
	default:
		anchor = anchor_add(reader, event->data.scalar.anchor);
		fine = read_scalar(reader, event, out);
		measure->weight += event->data.scalar.length;
		break;
	}
	reader->depth--;
	if (fine && anchor != NULL) {
		anchor->value = *out;
		anchor->weight = measure->weight;
		anchor->height = measure->height;
	}
	return fine;
}

/* Stream and document begin and end around it; an empty stream is null, as the AWS CLI's loader has it. */
static bool
read_stream(struct reader *reader, struct value **out)
{
	struct measure measure;
	yaml_event_t event;
	bool fine = true;
	bool ended = false;
	struct value *root = NULL;

	while (fine && !ended) {
		if (!next_event(reader, &event))
			return false;
		ended = event.type == YAML_STREAM_END_EVENT;
		if (event.type == YAML_DOCUMENT_START_EVENT && root != NULL)
			fine = refuse(reader, event.start_mark, "a second document begins");
		else if (event.type == YAML_ALIAS_EVENT || event.type == YAML_SCALAR_EVENT ||
			 event.type == YAML_SEQUENCE_START_EVENT || event.type == YAML_MAPPING_START_EVENT)
			fine = read_node(reader, &event, &root, &measure);
		yaml_event_delete(&event);
	}
	if (fine)
		*out = root != NULL ? root : value_new(VALUE_NULL, reader->arena);
	return fine;
}

bool
yaml_read(struct str text, struct arena *arena, struct value **out, struct fault *fault)
{
	struct reader reader = { .arena = arena, .fault = fault };

	if (!utf8_valid(text))
		return fault_set(fault, FAULT_SERIALIZATION, "it is not UTF-8 text");
	if (yaml_parser_initialize(&reader.parser) == 0)
		return fault_set(fault, FAULT_INTERNAL, "There is no memory to read YAML.");
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)(text.p != NULL ? text.p : ""), text.n);
	bool fine = read_stream(&reader, out);
	yaml_parser_delete(&reader.parser);
	return fine;
}
