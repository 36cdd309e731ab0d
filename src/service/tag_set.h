/* tag_set.h — the tags of a request: checked, and as the store takes them. What ACM and Private CA share. */
#ifndef CHANCERY_SERVICE_TAG_SET_H
#define CHANCERY_SERVICE_TAG_SET_H

#include "service/call.h"

struct tag_set {
	const struct tag *tags;
	size_t count;
};

/* Takes a generated list of tags (acm_tag_list, pca_tag_list) over; they all have keys and values. */
#define TAG_SET_COPY(list, arena, tags)                                                                                \
	do {                                                                                                           \
		(tags) = ARENA_ARRAY((arena), struct tag, (list).n);                                                   \
		for (size_t i_ = 0; i_ < (list).n; i_++)                                                               \
			(tags)[i_] = (struct tag){ (list).v[i_].key, (list).v[i_].value };                             \
	} while (0)

/* Sorts them by key. FAULT_INVALID_TAG: a key of AWS's own namespace ("aws:"). One key twice: `repeated`, which differs
 * from service to service. */
MUST_CHECK bool tag_set_check(
	struct tag *tags, size_t count, enum fault_code repeated, struct tag_set *out, struct fault *fault);
/* FAULT_TOO_MANY_TAGS in AWS's words; `what` has no more than `limit` tags. Returns false. */
bool tag_set_refuse_too_many(
	const struct tag_set *set, const char *what, int limit, struct arena *arena, struct fault *fault);

#endif
