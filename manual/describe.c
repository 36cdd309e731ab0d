/* describe.c — prints all that the command line is, as one JSON object: faces, services, verbs, options and what they
 * take, from the tables that the program itself runs on. Man pages and completions are made of it, at build time, so
 * that nothing is said twice. */
#include "describe.h"

#include <stdio.h>

#include "cli/json.h"
#include "face/face.h"

struct value *
described_map(struct arena *arena)
{
	return value_new(VALUE_MAP, arena);
}

struct value *
describe_list(struct value *map, const char *key, struct arena *arena)
{
	struct value *list = value_new(VALUE_LIST, arena);

	value_set(map, str_of(key), list, arena);
	return list;
}

struct value *
describe_item(struct value *list, struct arena *arena)
{
	struct value *map = described_map(arena);

	value_append(list, map, arena);
	return map;
}

/* Nothing for NULL. */
void
describe_text(struct value *map, const char *key, const char *text, struct arena *arena)
{
	if (text != NULL)
		value_set(map, str_of(key), value_string(str_of(text), arena), arena);
}

void
describe_truth(struct value *map, const char *key, bool truth, struct arena *arena)
{
	if (truth)
		value_set(map, str_of(key), value_boolean(true, arena), arena);
}

void
describe_number(struct value *map, const char *key, int64_t number, struct arena *arena)
{
	struct str text = arena_printf(arena, "%lld", (long long)number);

	value_set(map, str_of(key), value_number(text, arena), arena);
}

void
describe_texts(struct value *map, const char *key, const char *const *texts, struct arena *arena)
{
	if (texts == NULL)
		return;
	struct value *list = describe_list(map, key, arena);
	for (; *texts != NULL; texts++)
		value_append(list, value_string(str_of(*texts), arena), arena);
}

static void
describe_faces(struct value *map, struct arena *arena)
{
	struct value *list = describe_list(map, "faces", arena);

	for (const struct face *face = faces; face->name != NULL; face++) {
		if (face->help == NULL)
			continue;
		struct value *described = describe_item(list, arena);
		describe_text(described, "name", face->name, arena);
		describe_text(described, "help", face->help, arena);
	}
}

int
main(void)
{
	struct arena arena = { 0 };
	struct buffer text = { 0 };
	struct value *map = described_map(&arena);

	describe_text(map, "version", CHANCERY_VERSION, &arena);
	describe_text(map, "about", face_about, &arena);
	describe_faces(map, &arena);
	describe_cli(map, &arena);
	describe_house(map, &arena);
	json_write(map, &text);
	bool printed = fwrite(text.p, 1, text.n, stdout) == text.n && fflush(stdout) == 0;
	buffer_done(&text);
	arena_done(&arena);
	return printed ? 0 : 1;
}
