#include "service/acm/tag_set.h"

#include "service/acm/acm.h"

bool
acm_tag_set_read(struct acm_tag_list list, struct arena *arena, struct tag_set *out, struct fault *fault)
{
	struct tag *tags;

	TAG_SET_COPY(list, arena, tags);
	return tag_set_check(tags, list.n, FAULT_INVALID_PARAMETER, out, fault);
}

bool
acm_tag_set_put(struct store_transaction *transaction, const struct owner *owner, struct str id,
	const struct tag_set *set, struct arena *arena, struct fault *fault)
{
	if (store_tags_put(transaction, owner, id, set->tags, set->count, ACM_MAX_TAGS, fault))
		return true;
	return fault->code == FAULT_TOO_MANY_TAGS
		       ? tag_set_refuse_too_many(set, "A certificate", ACM_MAX_TAGS, arena, fault)
		       : false;
}
