/* output.h — answers in the formats of AWS CLI version 2: json, text, table, yaml, yaml-stream; byte for byte. */
#ifndef CHANCERY_CLI_OUTPUT_H
#define CHANCERY_CLI_OUTPUT_H

#include "base/buffer.h"
#include "base/fault.h"
#include "cli/value.h"
#include "model/operation.h"

enum output_format { OUTPUT_JSON, OUTPUT_TEXT, OUTPUT_TABLE, OUTPUT_YAML, OUTPUT_YAML_STREAM };

/* By the name that --output takes; false: there is none such. */
bool output_format_named(const char *name, enum output_format *out);
/* Text and yaml-stream print page by page, as pages come; the others print one answer made of all. */
bool output_is_paged(enum output_format format);

struct output_options {
	enum output_format format;
	const struct operation *operation; /* its name titles a table */
	bool is_page;                      /* one of several: of yaml-stream, even an empty one is printed */
	bool coloured;                     /* of tables and nothing else, as the AWS CLI does */
	bool resets; /* a reset after each piece that is written, as the AWS CLI's colours have where no pager is */
	bool is_terminal; /* a last reset, as the AWS CLI writes in its end to a terminal that it has coloured */
	int width;        /* of the terminal, in columns; tables fit themselves to it */
};

/* Colours and width as standard output has them. `color` is what --color says; NULL: auto. */
void output_fit(struct output_options *options, const char *color);

/* Appends the whole of an answer (after --query), with its final newline; nothing for an empty structure, and of an
 * empty list, null, zero or empty text no table. Of yaml-stream, one page. False where the AWS CLI fails as well, after
 * what it has printed by then: FAULT_INVALID_PARAMETER, structures mixed with other things in a list, or rows of
 * several lengths, which have no form as text or table. */
MUST_CHECK bool output_write(const struct output_options *options, const struct value *value, struct arena *arena,
	struct buffer *out, struct fault *fault);

#endif
