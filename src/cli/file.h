/* file.h — file://PATH and fileb://PATH on the command line. `~/` and $NAME are expanded, as AWS's tools do. */
#ifndef CHANCERY_CLI_FILE_H
#define CHANCERY_CLI_FILE_H

#include "base/arena.h"
#include "base/fault.h"

enum file_kind { FILE_NOT, FILE_TEXT, FILE_BINARY };
enum file_kind file_kind_of(const char *word);

/* Reads what the word names. FAULT_INVALID_ARGS with the path and the system's words. */
MUST_CHECK bool file_read(
	const char *word, size_t max_bytes, struct arena *arena, struct bytes *out, struct fault *fault);

#endif
