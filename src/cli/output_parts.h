/* output_parts.h — what the formats share; for output*.c and nobody else. */
#ifndef CHANCERY_CLI_OUTPUT_PARTS_H
#define CHANCERY_CLI_OUTPUT_PARTS_H

#include "cli/output.h"

static inline bool
is_scalar(const struct value *value)
{
	return value->kind != VALUE_LIST && value->kind != VALUE_MAP;
}

/* The keys of a map, or of all maps in a list, whose values are scalars, or are not; sorted, each once. A key is among
 * both if it is a scalar in one map and none in another. */
struct key_set {
	struct str *keys;
	size_t count;
};
struct key_set keys_of(const struct value *value, bool scalars, struct arena *arena);
bool key_set_has(const struct key_set *set, struct str key);

MUST_CHECK bool output_as_text(const struct value *value, struct arena *arena, struct buffer *out, struct fault *fault);
MUST_CHECK bool output_as_table(const struct output_options *options, const struct value *value, struct arena *arena,
	struct buffer *out, struct fault *fault);

#endif
