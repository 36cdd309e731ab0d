/* keyfile.h — the master key file: read strictly, replaced whole, one change at a time over all processes. */
#ifndef CHANCERY_SIGNER_KEYFILE_H
#define CHANCERY_SIGNER_KEYFILE_H

#include <sys/types.h>
#include <time.h>

#include "signer/signer.h"

enum {
	MASTER_KEY_BYTES = 32,
	KEYFILE_MAX_KEYS = 64, /* rotations without a retirement in between */
};

struct master_key {
	char id[MASTER_KEY_ID_BYTES + 1];
	uint8_t key[MASTER_KEY_BYTES];
};

/* What the file holds. Fits one page. */
struct master_keys {
	size_t count;
	size_t active;
	struct master_key keys[KEYFILE_MAX_KEYS];
};

/* Tells one content of the file from another. */
struct keyfile_stamp {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec written;
};

/* The directory stays open, so that the file is found again behind the process walls. */
struct keyfile {
	int directory;
	char path[4096];  /* for messages */
	const char *name; /* its last part */
};

MUST_CHECK bool keyfile_open(const char *path, struct keyfile *out, struct fault *fault);
void keyfile_done(struct keyfile *file);
/* Makes the file with one new key unless it is there already. */
MUST_CHECK bool keyfile_create(const struct keyfile *file, struct fault *fault);
MUST_CHECK bool keyfile_read(
	const struct keyfile *file, struct master_keys *keys, struct keyfile_stamp *stamp, struct fault *fault);
/* Has the file changed since? Also true when it cannot be looked at. */
bool keyfile_changed(const struct keyfile *file, const struct keyfile_stamp *stamp);

/* Reads the file, lets `change` alter the keys, and writes them, while every other process waits. */
typedef bool keyfile_change_fn(struct master_keys *keys, void *context, struct fault *fault);
MUST_CHECK bool keyfile_change(const struct keyfile *file, keyfile_change_fn *change, void *context,
	struct master_keys *keys, struct keyfile_stamp *stamp, struct fault *fault);

/* Adds a fresh key and makes it the active one. */
MUST_CHECK bool master_keys_add(struct master_keys *keys, struct fault *fault);
/* NULL when there is none of that id. */
const struct master_key *master_keys_find(const struct master_keys *keys, const char *id);

#endif
