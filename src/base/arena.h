/* arena.h — memory that lives as long as one call and dies with it.
 *
 * Nothing taken from an arena is freed alone. Resetting or ending an arena wipes all that was handed out, so decoded
 * requests leave no copy of a key behind. Running out of memory ends the process: every acknowledged write is on disk.
 */
#ifndef CHANCERY_BASE_ARENA_H
#define CHANCERY_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/str.h"

struct arena_chunk;

/* Zero-initialised is empty and ready. */
struct arena {
	struct arena_chunk *chunks;
	size_t taken; /* bytes handed out since the last reset */
};

/* Aligned for any object, zeroed, never NULL; n == 0 gives a valid pointer. */
void *arena_alloc(struct arena *arena, size_t n);
/* Zeroed room for `count` objects of `size` bytes; ends the process on overflow. */
void *arena_array(struct arena *arena, size_t count, size_t size);
#define ARENA_NEW(arena, T) ((T *)arena_alloc((arena), sizeof(T)))
#define ARENA_ARRAY(arena, T, count) ((T *)arena_array((arena), (count), sizeof(T)))

/* Copies are followed by a NUL that is not counted. An absent span stays absent. */
struct str arena_str(struct arena *arena, struct str s);
struct bytes arena_bytes(struct arena *arena, struct bytes b);
const char *arena_cstr(struct arena *arena, struct str s); /* NULL for an absent span */
struct str arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
struct str arena_vprintf(struct arena *arena, const char *format, va_list args) PRINTF_LIKE(2, 0);

/* Wipes what was handed out; keeps the first chunk for the next call. */
void arena_reset(struct arena *arena);
/* Wipes and frees everything. */
void arena_done(struct arena *arena);

#endif
