/* describe.h — how a description is put together. Everything lives in the arena; what is NULL or false is not told. */
#ifndef CHANCERY_MANUAL_DESCRIBE_H
#define CHANCERY_MANUAL_DESCRIBE_H

#include "cli/value.h"

struct value *described_map(struct arena *arena);
struct value *describe_list(struct value *map, const char *key, struct arena *arena); /* a new list in a map */
struct value *describe_item(struct value *list, struct arena *arena);                 /* a new map in a list */
void describe_text(struct value *map, const char *key, const char *text, struct arena *arena);
void describe_texts(struct value *map, const char *key, const char *const *texts, struct arena *arena);
void describe_truth(struct value *map, const char *key, bool truth, struct arena *arena);
void describe_number(struct value *map, const char *key, int64_t number, struct arena *arena);

/* "services", "globals" and "verbs"; "serve" and "admin". */
void describe_cli(struct value *map, struct arena *arena);
void describe_house(struct value *map, struct arena *arena);

#endif
