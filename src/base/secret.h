/* secret.h — bytes that must not outlive their use: keys, passphrases, access-key secrets.
 *
 * A secret in an arena is wiped with the arena and needs no secret_done(). A secret of its own is made by secret_new()
 * and wiped and freed by secret_done(). Never printed: no log, no fault takes one. p == NULL means absent. */
#ifndef CHANCERY_BASE_SECRET_H
#define CHANCERY_BASE_SECRET_H

#include "base/arena.h"

struct secret {
	uint8_t *p;
	size_t n;
};

struct secret secret_new(size_t n); /* zeroed; the caller's to secret_done() */
void secret_done(struct secret *secret);
struct secret arena_secret(struct arena *arena, const void *p, size_t n);
/* The bytes, for a reader that promises not to keep them. */
struct bytes secret_bytes(struct secret secret);

#endif
