/* objects.h — the object area: lists and reports as files, under the names that S3 would give them.
 *
 *   DIR/objects/KEY              what is served at GET /KEY
 *   DIR/objects/s3/BUCKET/KEY    the same file once more (a hard link), where a bucket was named
 *
 * A file is replaced whole: a reader sees the old one or the new one. Keys are relative paths of segments of
 * [A-Za-z0-9-._~!*'();:@&=+$,?%] that are neither "." nor "..", at most OBJECT_KEY_MAX bytes, and so are the names of
 * buckets. Nothing is put under a key that begins with s3/: a bucket is written by naming it. */
#ifndef CHANCERY_STORE_OBJECTS_H
#define CHANCERY_STORE_OBJECTS_H

#include "base/arena.h"
#include "base/fault.h"

enum { OBJECT_KEY_MAX = 1024 };

struct objects; /* safe for threads */

/* `directory` is DIR/objects: made if need be (0700). Drafts that a crash left are removed. */
MUST_CHECK bool objects_open(const char *directory, struct objects **out, struct fault *fault);
void objects_close(struct objects *objects);
bool object_key_valid(struct str key);

/* Writes, syncs and publishes. `bucket` absent: none. FAULT_INVALID_ARGS: no such key can be, or it goes on where
 * another object's ends; FAULT_UNAVAILABLE: the disk is full or fails, and what was there still is. */
MUST_CHECK bool objects_put(
	struct objects *objects, struct str bucket, struct str key, struct bytes content, struct fault *fault);
/* Piece by piece, for what is not in memory at once: write to the descriptor, then publish or discard. */
struct object_draft;
MUST_CHECK bool objects_draft(struct objects *objects, struct object_draft **out, int *fd, struct fault *fault);
/* Both end the draft. */
MUST_CHECK bool object_draft_publish(
	struct object_draft *draft, struct str bucket, struct str key, struct fault *fault);
void object_draft_discard(struct object_draft *draft);

/* A descriptor for reading, the caller's to close. FAULT_NOT_FOUND, also for a key that cannot be one. */
MUST_CHECK bool objects_read(
	struct objects *objects, struct str key, int *fd, int64_t *size, int64_t *written_ms, struct fault *fault);
/* What is not there is no error. */
void objects_remove(struct objects *objects, struct str bucket, struct str key);

#endif
