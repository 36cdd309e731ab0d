#include "service/tag_set.h"

#include <stdlib.h>
#include <strings.h>

/* A refusal quotes as many of a set's tags as leave room for the rest of the sentence. */
enum { QUOTED_TAGS_BYTES = 1500 };

static int
by_key(const void *a, const void *b)
{
	return str_compare(((const struct tag *)a)->key, ((const struct tag *)b)->key);
}

static bool
is_reserved(struct str key)
{
	return key.n >= 4 && strncasecmp(key.p, "aws:", 4) == 0;
}

bool
tag_set_check(struct tag *tags, size_t count, enum fault_code repeated, struct tag_set *out, struct fault *fault)
{
	for (size_t i = 0; i < count; i++) {
		if (is_reserved(tags[i].key))
			return fault_set(fault, FAULT_INVALID_TAG,
				"Invalid Tag Key: \"%.*s\". AWS internal tags cannot be changed with this API",
				STR_ARG(tags[i].key));
	}
	if (count > 1)
		qsort(tags, count, sizeof tags[0], by_key);
	for (size_t i = 1; i < count; i++) {
		if (str_equal(tags[i - 1].key, tags[i].key))
			return fault_set(
				fault, repeated, "The tag key \"%.*s\" is given more than once.", STR_ARG(tags[i].key));
	}
	*out = (struct tag_set){ tags, count };
	return true;
}

bool
tag_set_refuse_too_many(
	const struct tag_set *set, const char *what, int limit, struct arena *arena, struct fault *fault)
{
	struct str quoted = STR("");

	for (size_t i = 0; i < set->count; i++) {
		struct str more = arena_printf(arena, "%.*s%s%.*s=%.*s", STR_ARG(quoted), i > 0 ? ", " : "",
			STR_ARG(set->tags[i].key), STR_ARG(set->tags[i].value));
		if (more.n > QUOTED_TAGS_BYTES)
			break;
		quoted = more;
	}
	(void)fault_set(fault, FAULT_TOO_MANY_TAGS, "the TagSet: '{%.*s}' contains too many Tags.", STR_ARG(quoted));
	return fault_say_more(fault, "%s can have %d tags.", what, limit);
}
