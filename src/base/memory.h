/* memory.h — the heap, where failing is not an answer, and wiping that no compiler removes. */
#ifndef CHANCERY_BASE_MEMORY_H
#define CHANCERY_BASE_MEMORY_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/str.h"

/* Never NULL; the caller frees with free(). Running out ends the process with one line on stderr. */
void *memory_take(size_t n); /* uninitialised */
void *memory_take_zeroed(size_t n);
char *memory_cstr(struct str s); /* a NUL-terminated copy; NULL for an absent span */
NO_RETURN void memory_exhausted(size_t wanted);

/* Overwrites with zeros, never optimised away. */
void memory_wipe(void *p, size_t n);
/* Compares in a time that depends on n alone. */
bool memory_equal_in_constant_time(const void *a, const void *b, size_t n);

#endif
