/* profile.h — the INI files of AWS tools: ~/.aws/config and ~/.aws/credentials.
 *
 * Sections hold `key = value` lines; an indented line belongs to the key above it, so that
 *	acm =
 *	  endpoint_url = http://…
 * is the key "acm.endpoint_url". Comments begin with # or ; at the start of a line, or after white space. Keys have no
 * case. The last of two equal keys counts, and sections of one name are one section. */
#ifndef CHANCERY_CLIENT_PROFILE_H
#define CHANCERY_CLIENT_PROFILE_H

#include "base/arena.h"
#include "base/fault.h"

/* A hand-written file: a megabyte is a mistake, such as a wrong path. */
enum { PROFILE_FILE_MAX_BYTES = 1024 * 1024 };

struct profile_entry {
	struct str section; /* "default", "profile work", "services local": as between the brackets, quotes removed */
	struct str key;     /* lower case; absent: the entry says only that the section exists */
	struct str value;
};

struct profile_file {
	struct profile_entry *entries;
	size_t count, room;
};

/* Reads a text. FAULT_INVALID_ARGS names the line that is neither a section, a key nor a comment. */
MUST_CHECK bool profile_parse(
	struct str text, const char *path, struct arena *arena, struct profile_file *out, struct fault *fault);
/* Reads a file; one that does not exist is empty. */
MUST_CHECK bool profile_read(const char *path, struct arena *arena, struct profile_file *out, struct fault *fault);

bool profile_has_section(const struct profile_file *file, struct str section);
struct str profile_value(const struct profile_file *file, struct str section, const char *key); /* or absent */

#endif
