#include "library/object.h"

#include <stdalign.h>

/* Stands before the object, both in the arena that it holds. */
struct head {
	alignas(max_align_t) struct arena arena;
};

void *
object_new(size_t n, struct arena **arena)
{
	struct arena made = { 0 };
	struct head *head = arena_alloc(&made, sizeof *head + n);

	head->arena = made;
	*arena = &head->arena;
	return head + 1;
}

void
object_free(void *object)
{
	if (object == NULL)
		return;
	struct arena arena = ((struct head *)object - 1)->arena;
	arena_done(&arena);
}
