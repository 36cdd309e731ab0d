#include "wire/body.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* An import with one intermediate is about 6 KB; what announces more gets more only when it comes. */
enum { BODY_FIRST_ROOM = 16 * 1024 };

static bool
budget_take(struct body_budget *budget, size_t n)
{
	size_t before = atomic_fetch_add(&budget->used, n);

	if (before <= budget->limit && n <= budget->limit - before)
		return true;
	(void)atomic_fetch_sub(&budget->used, n);
	return false;
}

static size_t
next_room(const struct body *body, size_t needed, size_t expected, size_t limit)
{
	size_t room = body->room > 0 ? body->room * 2 : BODY_FIRST_ROOM;

	while (room < needed)
		room *= 2;
	if (room > expected)
		room = expected > needed ? expected : needed;
	return room > limit ? limit : room;
}

enum body_result
body_take(struct body *body, const void *p, size_t n, size_t expected, size_t limit, struct body_budget *budget)
{
	if (n > limit - body->n)
		return BODY_TOO_LARGE;
	if (n > body->room - body->n) {
		size_t room = next_room(body, body->n + n, expected, limit);
		if (!budget_take(budget, room - body->room))
			return BODY_NO_BUDGET;
		uint8_t *grown = memory_take(room);
		if (body->n > 0) {
			memcpy(grown, body->p, body->n);
			memory_wipe(body->p, body->n);
		}
		free(body->p);
		body->p = grown;
		body->room = room;
	}
	memcpy(body->p + body->n, p, n);
	body->n += n;
	return BODY_OK;
}

void
body_done(struct body *body, struct body_budget *budget)
{
	if (body->p == NULL)
		return;
	memory_wipe(body->p, body->n);
	free(body->p);
	(void)atomic_fetch_sub(&budget->used, body->room);
	*body = (struct body){ 0 };
}

struct bytes
body_bytes(const struct body *body)
{
	static const uint8_t nothing[1];

	return (struct bytes){ body->p != NULL ? body->p : nothing, body->n };
}
