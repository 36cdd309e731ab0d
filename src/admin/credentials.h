/* credentials.h — a profile in an AWS credentials file, written so that no moment shows half a file.
 *
 * The draft stands beside the file (same folder, 0600) until it is published by a rename. Other profiles and comments
 * stay byte for byte. A symbolic link stays one: the file it points at is replaced. */
#ifndef CHANCERY_ADMIN_CREDENTIALS_H
#define CHANCERY_ADMIN_CREDENTIALS_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/secret.h"

enum { CREDENTIALS_MAX_BYTES = 1024 * 1024 }; /* thousands of profiles; what is larger is some other file */

struct credentials {
	struct str profile;
	struct str access_key_id;
	struct secret secret;
	bool overwrite; /* replace a profile of that name, whatever it holds */
};

struct credentials_draft {
	const char *path;
	const char *draft;
};

/* FAULT_CONFLICT: the profile is there. Everything lives in the arena; the draft is the caller's to publish or discard.
 */
MUST_CHECK bool credentials_draft(struct str path, const struct credentials *credentials, struct arena *arena,
	struct credentials_draft *out, struct fault *fault);
MUST_CHECK bool credentials_publish(const struct credentials_draft *draft, struct fault *fault);
void credentials_discard(const struct credentials_draft *draft);

#endif
