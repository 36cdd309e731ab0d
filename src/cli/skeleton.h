/* skeleton.h — samples of input and output: every member once, with a value of its type. */
#ifndef CHANCERY_CLI_SKELETON_H
#define CHANCERY_CLI_SKELETON_H

#include "base/buffer.h"
#include "cli/value.h"
#include "model/shape.h"

/* Text is empty or the first value of an enum. `structure` NULL: an empty map. */
struct value *skeleton_input(const struct shape *structure, struct arena *arena);
/* Text is the name of its member. */
struct value *skeleton_output(const struct shape *structure, struct arena *arena);
/* A sample of the input as YAML, with the first sentence about each member and its values beside it. */
void skeleton_yaml(const struct shape *structure, struct buffer *out);

#endif
