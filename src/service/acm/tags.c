/* AddTagsToCertificate, RemoveTagsFromCertificate, ListTagsForCertificate. */
#include "service/acm/acm.h"
#include "service/acm/arn.h"
#include "service/acm/tag_set.h"

struct tag_change {
	struct str arn, id;
	struct tag_set set;
};

static bool
read_change(struct call *call, struct str arn, struct acm_tag_list list, struct tag_change **out, struct fault *fault)
{
	struct tag_change *change = ARENA_NEW(call->arena, struct tag_change);

	change->arn = arn;
	if (!acm_arn_resolve(call, arn, &change->id, fault) ||
		!acm_tag_set_read(list, call->arena, &change->set, fault))
		return false;
	*out = change;
	return true;
}

static bool
write_add(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct tag_change *change = context;

	if (acm_tag_set_put(transaction, &call->owner, change->id, &change->set, call->arena, fault))
		return true;
	return fault->code == FAULT_NOT_FOUND ? acm_arn_not_found(change->arn, fault) : false;
}

static bool
write_remove(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct tag_change *change = context;

	if (store_tags_remove(transaction, &call->owner, change->id, change->set.tags, change->set.count, fault))
		return true;
	return fault->code == FAULT_NOT_FOUND ? acm_arn_not_found(change->arn, fault) : false;
}

bool
acm_add_tags_to_certificate(
	struct call *call, const struct acm_add_tags_to_certificate_request *in, struct fault *fault)
{
	struct tag_change *change;

	if (!read_change(call, in->certificate_arn, in->tags, &change, fault))
		return false;
	call_write(call, write_add, change);
	return true;
}

bool
acm_remove_tags_from_certificate(
	struct call *call, const struct acm_remove_tags_from_certificate_request *in, struct fault *fault)
{
	struct tag_change *change;

	if (!read_change(call, in->certificate_arn, in->tags, &change, fault))
		return false;
	call_write(call, write_remove, change);
	return true;
}

bool
acm_list_tags_for_certificate(struct call *call, const struct acm_list_tags_for_certificate_request *in,
	struct acm_list_tags_for_certificate_response *out, struct fault *fault)
{
	const struct tag *tags;
	struct acm_tag *list;
	struct str id;
	size_t count;

	if (!acm_arn_resolve(call, in->certificate_arn, &id, fault))
		return false;
	if (!store_tags_get(call->store, &call->owner, id, call->arena, &tags, &count, fault))
		return fault->code == FAULT_NOT_FOUND ? acm_arn_not_found(in->certificate_arn, fault) : false;
	list = ARENA_ARRAY(call->arena, struct acm_tag, count);
	for (size_t i = 0; i < count; i++)
		list[i] = (struct acm_tag){ .key = tags[i].key, .value = tags[i].value };
	out->tags = (struct acm_tag_list){ list, count, true };
	return true;
}
