#include "store/top.h"

#include <string.h>

struct top
top_new(size_t room, bool descending, bool with_text, struct arena *arena)
{
	struct top top = { .v = ARENA_ARRAY(arena, struct hit, room), .room = room, .descending = descending };

	for (size_t i = 0; with_text && i < room; i++)
		top.v[i].position.text.p = arena_alloc(arena, POSITION_TEXT_MAX);
	return top;
}

static bool
is_worse(const struct top *top, size_t a, size_t b)
{
	return position_compare(&top->v[a].position, &top->v[b].position, top->descending) > 0;
}

static void
swap(struct top *top, size_t a, size_t b)
{
	struct hit kept = top->v[a];

	top->v[a] = top->v[b];
	top->v[b] = kept;
}

static void
sift_up(struct top *top, size_t at)
{
	for (; at > 0 && is_worse(top, at, (at - 1) / 2); at = (at - 1) / 2)
		swap(top, at, (at - 1) / 2);
}

static void
sift_down(struct top *top, size_t n)
{
	for (size_t at = 0, child; (child = 2 * at + 1) < n; at = child) {
		if (child + 1 < n && is_worse(top, child + 1, child))
			child++;
		if (!is_worse(top, child, at))
			return;
		swap(top, at, child);
	}
}

/* Each place keeps the room for its text. */
static void
put(struct hit *place, const struct hit *hit)
{
	char *text = (char *)place->position.text.p;

	*place = *hit;
	if (text != NULL && hit->position.text.n > 0)
		memcpy(text, hit->position.text.p, hit->position.text.n);
	place->position.text.p = text;
}

bool
top_wants(const struct top *top, const struct position *position)
{
	return top->n < top->room || position_compare(position, &top->v[0].position, top->descending) < 0;
}

void
top_offer(struct top *top, const struct hit *hit)
{
	if (!top_wants(top, &hit->position))
		return;
	if (top->n < top->room) {
		put(&top->v[top->n], hit);
		sift_up(top, top->n++);
	} else {
		put(&top->v[0], hit);
		sift_down(top, top->n);
	}
}

void
top_sort(struct top *top)
{
	size_t kept = 0;

	for (size_t n = top->n; n > 1; n--) {
		swap(top, 0, n - 1);
		sift_down(top, n - 1);
	}
	/* Names whose keys collide bring a row twice. */
	for (size_t i = 0; i < top->n; i++)
		if (kept == 0 || memcmp(top->v[kept - 1].position.id, top->v[i].position.id, ID_BYTES) != 0)
			swap(top, kept++, i);
	top->n = kept;
}
