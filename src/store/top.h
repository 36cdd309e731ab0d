/* top.h — the first rows of an order, out of many that come in none: a heap of positions, its size known beforehand. */
#ifndef CHANCERY_STORE_TOP_H
#define CHANCERY_STORE_TOP_H

#include "store/position.h"

/* A row that is among the first. */
struct hit {
	struct position position;
	int64_t number;
	const struct certificate_row *row; /* its copy, if there is one */
};

struct top {
	struct hit *v; /* the worst is first until top_sort() */
	size_t n, room;
	bool descending;
};

/* `with_text`: the order is by name. */
struct top top_new(size_t room, bool descending, bool with_text, struct arena *arena);
/* Would it be among the first? */
bool top_wants(const struct top *top, const struct position *position);
/* Keeps a copy if it is among the first. */
void top_offer(struct top *top, const struct hit *hit);
/* In order, each once; then nothing may be offered any more. */
void top_sort(struct top *top);

#endif
