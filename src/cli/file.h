/* file.h — files of the command line: file://PATH and fileb://PATH, where `~/` and $NAME are expanded as AWS's tools
 * do, and plain paths, which the shell has expanded. */
#ifndef CHANCERY_CLI_FILE_H
#define CHANCERY_CLI_FILE_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/fault.h"

enum file_kind { FILE_NOT, FILE_TEXT, FILE_BINARY };
enum file_kind file_kind_of(const char *word);

/* Reads what the word names. FAULT_INVALID_ARGS with the path and the system's words. */
MUST_CHECK bool file_read(
	const char *word, size_t max_bytes, struct arena *arena, struct bytes *out, struct fault *fault);
/* Reads a file by its plain path; "-" is standard input. FAULT_INVALID_ARGS, a sentence. */
MUST_CHECK bool file_read_path(
	const char *path, size_t max_bytes, struct arena *arena, struct bytes *out, struct fault *fault);
/* Writes a whole file or none, with these rights from its first byte on. FAULT_INVALID_ARGS when it is there already
 * and not to be replaced, FAULT_UNAVAILABLE when the system will not. */
MUST_CHECK bool file_write_new(
	const char *path, struct str text, mode_t mode, bool replace, struct arena *arena, struct fault *fault);

#endif
