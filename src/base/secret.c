#include "base/secret.h"

#include <stdlib.h>

#include "base/memory.h"

struct secret
secret_new(size_t n)
{
	return (struct secret){ memory_take_zeroed(n), n };
}

void
secret_done(struct secret *secret)
{
	if (secret->p != NULL)
		memory_wipe(secret->p, secret->n);
	free(secret->p);
	*secret = (struct secret){ 0 };
}

struct secret
arena_secret(struct arena *arena, const void *p, size_t n)
{
	struct bytes copy = arena_bytes(arena, (struct bytes){ p, n });

	return (struct secret){ (uint8_t *)(uintptr_t)copy.p, copy.n };
}

struct bytes
secret_bytes(struct secret secret)
{
	return (struct bytes){ secret.p, secret.n };
}
