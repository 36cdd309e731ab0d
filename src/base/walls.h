/* walls.h — what a process gives up after its start: new privileges, system calls it never needs (seccomp), and files
 * it has no business with (Landlock, where the kernel has it).
 *
 * Raise them before the first thread: Landlock binds the calling thread and those it makes later. A call behind the
 * walls fails with ENOSYS, as on a kernel that never had it, so that libraries take their other way; a killed process
 * would turn a library's harmless curiosity into an outage. Sanitizers need what walls forbid: in a sanitized build
 * nothing is raised, and the report says so. */
#ifndef CHANCERY_BASE_WALLS_H
#define CHANCERY_BASE_WALLS_H

#include "base/fault.h"

enum walls_profile { WALLS_DAEMON, WALLS_SIGNER };

/* Lists of paths end with NULL; a NULL list is empty. A file stands for its directory, because files are replaced by
 * renaming; what does not exist is passed over. */
struct walls {
	enum walls_profile profile;
	const char *const *read_only;
	const char *const *read_write;
};

enum { WALLS_REPORT_BYTES = 64 };
struct walls_report {
	char seccomp[WALLS_REPORT_BYTES];  /* "on (98 calls allowed)", or why not */
	char landlock[WALLS_REPORT_BYTES]; /* "on (ABI 4)", or why not */
};

/* FAULT_INTERNAL when the kernel offers a wall and then refuses to raise it. */
MUST_CHECK bool walls_raise(const struct walls *walls, struct walls_report *report, struct fault *fault);
/* Is this a build that walls do not go with? */
bool walls_sanitized(void);

#endif
