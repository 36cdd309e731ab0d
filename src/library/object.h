/* object.h — an object that a caller frees with one call, with the arena that holds what it points at. */
#ifndef CHANCERY_LIBRARY_OBJECT_H
#define CHANCERY_LIBRARY_OBJECT_H

#include "base/arena.h"

/* `n` zeroed bytes; never NULL. *arena lives as long as they do. */
void *object_new(size_t n, struct arena **arena);
/* Wipes and frees both; NULL is fine. */
void object_free(void *object);

#endif
