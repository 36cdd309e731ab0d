/* json.h — JSON (RFC 8259) to and from values.
 *
 * Reading is strict and says where it stopped; it never quotes what it read, which may be a key. */
#ifndef CHANCERY_CLI_JSON_H
#define CHANCERY_CLI_JSON_H

#include "base/buffer.h"
#include "base/fault.h"
#include "cli/value.h"

enum {
	JSON_MAX_DEPTH = 64,  /* more than any shape of the API needs, and far below the stack */
	JSON_MAX_KEYS = 1000, /* of one structure: keys are compared one by one, and no shape has a tenth of it */
};

/* The text must be one value. Keys that come twice: the last counts. Strings may point into `text`.
 * FAULT_SERIALIZATION: "it stops making sense at line 1 column 2". */
MUST_CHECK bool json_read(struct str text, struct arena *arena, struct value **out, struct fault *fault);

/* One line, for the wire; bytes as base64. */
void json_write(const struct value *value, struct buffer *out);
/* As the AWS CLI prints: four spaces, `[]` and `{}` when empty, text beyond ASCII as it is, numbers as Python
 * shows them. No final newline. */
void json_write_pretty(const struct value *value, struct buffer *out);
/* The same inside of what is printed already, `depth` levels deep; its first line is not indented. */
void json_write_pretty_at(const struct value *value, int depth, struct buffer *out);

#endif
