/* argument.h — from the text of options to typed input.
 *
 * What an option says, by the kind of its shape: a scalar as it is; a blob as base64 (or as it is, where asked);
 * a list of scalars as words; structures as JSON or shorthand. Any option may say file://PATH or fileb://PATH instead.
 * One deliberate difference from the AWS CLI: for a blob, file:// sends the file as it is, so that
 * `--certificate file://Certificate.pem`, as AWS's own manual has it, works. Messages never quote a blob. */
#ifndef CHANCERY_CLI_ARGUMENT_H
#define CHANCERY_CLI_ARGUMENT_H

#include "base/fault.h"
#include "cli/value.h"
#include "model/shape.h"

/* Twice what the service takes in one request, so that the service can say what is wrong with it. */
enum { ARGUMENT_FILE_MAX_BYTES = 8 * 1024 * 1024 };

/* The words given to one option ("tags"); none make an empty list. FAULT_INVALID_ARGS; FAULT_INVALID_PARAMETER for a
 * number or base64 that is none. */
MUST_CHECK bool argument_read(const char *option, const struct shape *shape, const char *const *words, size_t count,
	bool blobs_are_raw, struct arena *arena, struct value **out, struct fault *fault);
/* A whole input as JSON or YAML text or file://: a map whose values are typed by the structure's members. */
enum argument_language { ARGUMENT_JSON, ARGUMENT_YAML };
MUST_CHECK bool argument_read_input(enum argument_language language, const struct shape *structure, const char *word,
	bool blobs_are_raw, struct arena *arena, struct value **out, struct fault *fault);

#endif
