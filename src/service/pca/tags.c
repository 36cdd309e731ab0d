/* TagCertificateAuthority, UntagCertificateAuthority, ListTags. */
#include "service/pca/tags.h"

#include "service/pca/authority.h"
#include "service/pca/page.h"
#include "service/pca/pca.h"

struct tag_change {
	struct authority authority;
	struct tag_set set;
};

bool
pca_tag_set_read(struct pca_tag_list list, struct arena *arena, struct tag_set *out, struct fault *fault)
{
	struct tag *tags;

	TAG_SET_COPY(list, arena, tags);
	return tag_set_check(tags, list.n, FAULT_INVALID_TAG, out, fault);
}

bool
pca_tag_set_put(struct store_transaction *transaction, int64_t authority, const struct tag_set *set,
	struct arena *arena, struct fault *fault)
{
	if (store_authority_tags_put(transaction, authority, set->tags, set->count, PCA_MAX_TAGS, fault))
		return true;
	return fault->code == FAULT_TOO_MANY_TAGS
		       ? tag_set_refuse_too_many(set, "A certificate authority", PCA_MAX_TAGS, arena, fault)
		       : false;
}

static bool
read_change(struct call *call, const char *action, struct str arn, struct pca_tag_list list, struct tag_change **out,
	struct fault *fault)
{
	struct tag_change *change = ARENA_NEW(call->arena, struct tag_change);
	const struct authority_use use = { .action = action };

	if (!authority_load(call, arn, &use, &change->authority, fault) ||
		!authority_require(&change->authority, ~(unsigned)(CONDITION_CREATING | CONDITION_DELETED), fault,
			"The certificate authority is not in a valid state for tagging.") ||
		!pca_tag_set_read(list, call->arena, &change->set, fault))
		return false;
	*out = change;
	return true;
}

static bool
write_add(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct tag_change *change = context;

	return pca_tag_set_put(transaction, change->authority.row.number, &change->set, call->arena, fault);
}

static bool
write_remove(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct tag_change *change = context;

	(void)call;
	return store_authority_tags_remove(
		transaction, change->authority.row.number, change->set.tags, change->set.count, fault);
}

bool
pca_tag_certificate_authority(
	struct call *call, const struct pca_tag_certificate_authority_request *in, struct fault *fault)
{
	struct tag_change *change;

	if (!read_change(call, "TagCertificateAuthority", in->certificate_authority_arn, in->tags, &change, fault))
		return false;
	call_write(call, write_add, change);
	return true;
}

bool
pca_untag_certificate_authority(
	struct call *call, const struct pca_untag_certificate_authority_request *in, struct fault *fault)
{
	struct tag_change *change;

	if (!read_change(call, "UntagCertificateAuthority", in->certificate_authority_arn, in->tags, &change, fault))
		return false;
	call_write(call, write_remove, change);
	return true;
}

bool
pca_list_tags(struct call *call, const struct pca_list_tags_request *in, struct pca_list_tags_response *out,
	struct fault *fault)
{
	const struct authority_use use = { .action = "ListTags" };
	struct authority authority;
	const struct tag *tags;
	struct page page;
	size_t count;

	if (!authority_load(call, in->certificate_authority_arn, &use, &authority, fault) ||
		!page_open(call, "ListTags", authority.arn, in->next_token, &page, fault) ||
		!store_authority_tags_get(call->store, authority.row.number, call->arena, &tags, &count, fault))
		return false;
	page_cut(&page, count, in->has_max_results ? in->max_results : PCA_LIST_DEFAULT_PAGE);
	struct pca_tag *list = ARENA_ARRAY(call->arena, struct pca_tag, page.count);
	for (size_t i = 0; i < page.count; i++)
		list[i] = (struct pca_tag){ tags[page.first + i].key, tags[page.first + i].value };
	out->tags = (struct pca_tag_list){ list, page.count, true };
	out->next_token = page_close(call, "ListTags", authority.arn, &page);
	return true;
}
