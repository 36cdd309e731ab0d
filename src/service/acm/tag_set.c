#include "service/acm/tag_set.h"

#include <stdlib.h>
#include <strings.h>

#include "service/acm/acm.h"

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
tag_set_read(struct acm_tag_list list, struct arena *arena, struct tag_set *out, struct fault *fault)
{
	struct tag *tags = ARENA_ARRAY(arena, struct tag, list.n);

	for (size_t i = 0; i < list.n; i++) {
		if (is_reserved(list.v[i].key))
			return fault_set(fault, FAULT_INVALID_TAG,
				"Invalid Tag Key: \"%.*s\". AWS internal tags cannot be changed with this API",
				STR_ARG(list.v[i].key));
		tags[i] = (struct tag){ list.v[i].key, list.v[i].value };
	}
	if (list.n > 1)
		qsort(tags, list.n, sizeof tags[0], by_key);
	for (size_t i = 1; i < list.n; i++) {
		if (str_equal(tags[i - 1].key, tags[i].key))
			return fault_set(fault, FAULT_INVALID_PARAMETER,
				"The tag key \"%.*s\" is given more than once.", STR_ARG(tags[i].key));
	}
	*out = (struct tag_set){ tags, list.n };
	return true;
}

static bool
refuse_too_many(const struct tag_set *set, struct arena *arena, struct fault *fault)
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
	return fault_say_more(fault, "A certificate can have %d tags.", ACM_MAX_TAGS);
}

bool
tag_set_put(struct store_transaction *transaction, const struct owner *owner, struct str id, const struct tag_set *set,
	struct arena *arena, struct fault *fault)
{
	if (store_tags_put(transaction, owner, id, set->tags, set->count, ACM_MAX_TAGS, fault))
		return true;
	return fault->code == FAULT_TOO_MANY_TAGS ? refuse_too_many(set, arena, fault) : false;
}
