/* output.h — answers in the formats of AWS CLI version 2: json, text, table, yaml, yaml-stream; byte for byte. */
#ifndef CHANCERY_CLI_OUTPUT_H
#define CHANCERY_CLI_OUTPUT_H

#include "base/buffer.h"
#include "cli/value.h"
#include "model/operation.h"

enum output_format { OUTPUT_JSON, OUTPUT_TEXT, OUTPUT_TABLE, OUTPUT_YAML, OUTPUT_YAML_STREAM };

/* By the name that --output takes; false: there is none such. */
bool output_format_named(const char *name, enum output_format *out);

struct output_options {
	enum output_format format;
	const struct operation *operation; /* its name titles a table */
	bool coloured;                     /* of tables and nothing else, as the AWS CLI does */
	int width;                         /* of the terminal, in columns; tables fit themselves to it */
};

/* Appends the whole of an answer (after --query), with its final newline; nothing for null where the AWS CLI prints
 * nothing. Of yaml-stream, one page. */
void output_write(
	const struct output_options *options, const struct value *value, struct arena *arena, struct buffer *out);

#endif
