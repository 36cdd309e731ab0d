#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* One import of ordinary size (6 KB of JSON, its decoded blobs, the parsed certificates) fits the first chunk. */
enum { ARENA_CHUNK_BYTES = 32 * 1024 };

struct arena_chunk {
	struct arena_chunk *next; /* older */
	size_t size;
	size_t used;
	alignas(max_align_t) uint8_t data[];
};

static struct arena_chunk *
chunk_new(size_t size, struct arena_chunk *next)
{
	struct arena_chunk *chunk = memory_take(sizeof *chunk + size);

	chunk->next = next;
	chunk->size = size;
	chunk->used = 0;
	return chunk;
}

static void
chunk_wipe(struct arena_chunk *chunk)
{
	memory_wipe(chunk->data, chunk->used);
	chunk->used = 0;
}

void *
arena_alloc(struct arena *arena, size_t n)
{
	size_t rounded = (n + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);

	if (rounded < n)
		memory_exhausted(n);
	if (arena->chunks == NULL || arena->chunks->size - arena->chunks->used < rounded)
		arena->chunks = chunk_new(rounded > ARENA_CHUNK_BYTES ? rounded : ARENA_CHUNK_BYTES, arena->chunks);

	void *taken = arena->chunks->data + arena->chunks->used;
	arena->chunks->used += rounded;
	arena->taken += rounded;
	return memset(taken, 0, rounded);
}

void *
arena_array(struct arena *arena, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		memory_exhausted(SIZE_MAX);
	return arena_alloc(arena, count * size);
}

struct str
arena_str(struct arena *arena, struct str s)
{
	if (s.p == NULL)
		return s;
	char *copy = arena_alloc(arena, s.n + 1);
	if (s.n > 0)
		memcpy(copy, s.p, s.n);
	return (struct str){ copy, s.n };
}

struct bytes
arena_bytes(struct arena *arena, struct bytes b)
{
	return bytes_of_str(arena_str(arena, str_of_bytes(b)));
}

const char *
arena_cstr(struct arena *arena, struct str s)
{
	return arena_str(arena, s).p;
}

struct str
arena_vprintf(struct arena *arena, const char *format, va_list args)
{
	char brief[256]; /* most texts fit, and need no second pass */
	va_list again;

	va_copy(again, args);
	int n = vsnprintf(brief, sizeof brief, format, args);
	struct str text = { brief, n > 0 ? (size_t)n : 0 };
	if (text.n < sizeof brief) {
		text = arena_str(arena, text);
	} else {
		char *whole = arena_alloc(arena, text.n + 1);
		(void)vsnprintf(whole, text.n + 1, format, again);
		text.p = whole;
	}
	va_end(again);
	return text;
}

struct str
arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	struct str text = arena_vprintf(arena, format, args);
	va_end(args);
	return text;
}

void
arena_reset(struct arena *arena)
{
	while (arena->chunks != NULL && (arena->chunks->next != NULL || arena->chunks->size > ARENA_CHUNK_BYTES)) {
		struct arena_chunk *chunk = arena->chunks;
		arena->chunks = chunk->next;
		chunk_wipe(chunk);
		free(chunk);
	}
	if (arena->chunks != NULL)
		chunk_wipe(arena->chunks);
	arena->taken = 0;
}

void
arena_done(struct arena *arena)
{
	arena_reset(arena);
	free(arena->chunks);
	*arena = (struct arena){ 0 };
}
