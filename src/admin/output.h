/* output.h — the answer of an admin command: one JSON object, indented as the AWS CLI does it. */
#ifndef CHANCERY_ADMIN_OUTPUT_H
#define CHANCERY_ADMIN_OUTPUT_H

#include "base/buffer.h"

/* Zero-initialised is empty and ready; wiped by output_done(), since it may show a secret once. */
struct output {
	struct buffer text;
	unsigned depth;
	bool more; /* something stands before at this depth */
};

/* `name` is NULL for the outermost value and inside a list. */
void output_object(struct output *output, const char *name);
void output_object_end(struct output *output);
void output_list(struct output *output, const char *name);
void output_list_end(struct output *output);
void output_text(struct output *output, const char *name, struct str text);
void output_number(struct output *output, const char *name, int64_t number);
void output_flag(struct output *output, const char *name, bool flag);
void output_time(struct output *output, const char *name, int64_t ms);
void output_done(struct output *output);

#endif
