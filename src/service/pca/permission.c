/* CreatePermission, DeletePermission, ListPermissions: what an authority lets ACM do for its owner. */
#include "service/pca/authority.h"
#include "service/pca/page.h"
#include "service/pca/pca.h"

#define ACM_PRINCIPAL "acm.amazonaws.com"

/* In the order of the model's ActionType. */
static const struct {
	unsigned bit;
	int action;
} actions[] = {
	{ PERMISSION_ISSUE, PCA_ACTION_TYPE_ISSUE_CERTIFICATE },
	{ PERMISSION_GET, PCA_ACTION_TYPE_GET_CERTIFICATE },
	{ PERMISSION_LIST, PCA_ACTION_TYPE_LIST_PERMISSIONS },
};

struct permitting {
	struct authority authority;
	struct permission_row row;
};

static bool
begin(struct call *call, const char *action, struct str arn, struct permitting **out, struct fault *fault)
{
	struct permitting *permitting = ARENA_NEW(call->arena, struct permitting);
	const struct authority_use use = { .action = action };

	*out = permitting;
	return authority_load(call, arn, &use, &permitting->authority, fault) &&
	       authority_require(&permitting->authority,
		       ~(unsigned)(CONDITION_CREATING | CONDITION_FAILED | CONDITION_DELETED), fault,
		       "The certificate authority is not in a valid state for changing permissions.");
}

static bool
write_create(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct permitting *permitting = context;

	(void)call;
	if (store_permission_insert(transaction, permitting->authority.row.number, &permitting->row, fault))
		return true;
	if (fault->code != FAULT_CONFLICT)
		return false;
	return fault_set(fault, FAULT_PERMISSION_EXISTS,
		"The permission has already been granted to the principal %.*s. Delete it first to change its actions.",
		STR_ARG(permitting->row.principal));
}

bool
pca_create_permission(struct call *call, const struct pca_create_permission_request *in, struct fault *fault)
{
	struct permitting *permitting;

	if (!begin(call, "CreatePermission", in->certificate_authority_arn, &permitting, fault))
		return false;
	if (!str_is(in->principal, ACM_PRINCIPAL))
		return fault_set(fault, FAULT_VALIDATION,
			"The principal '%.*s' is not supported. The only one that an authority can give permissions to "
			"is " ACM_PRINCIPAL "; other accounts are let in by PutPolicy.",
			STR_ARG(in->principal));
	permitting->row = (struct permission_row){
		.principal = in->principal, .source_account = in->source_account, .created_ms = call->now_ms
	};
	/* AWS: left out, it is the account itself. */
	if (in->source_account.p == NULL)
		permitting->row.source_account = permitting->authority.row.owner.account;
	for (size_t i = 0; i < in->actions.n; i++)
		for (size_t k = 0; k < ARRAY_COUNT(actions); k++)
			if (in->actions.v[i].v == actions[k].action)
				permitting->row.actions |= actions[k].bit;
	call_write(call, write_create, permitting);
	return true;
}

static bool
write_delete(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct permitting *permitting = context;

	(void)call;
	if (store_permission_delete(transaction, permitting->authority.row.number, permitting->row.principal,
		    permitting->row.source_account, fault))
		return true;
	if (fault->code != FAULT_NOT_FOUND)
		return false;
	return fault_set(fault, FAULT_NOT_FOUND, "Could not find a permission of the principal %.*s for %.*s.",
		STR_ARG(permitting->row.principal), STR_ARG(permitting->authority.arn));
}

bool
pca_delete_permission(struct call *call, const struct pca_delete_permission_request *in, struct fault *fault)
{
	struct permitting *permitting;

	if (!begin(call, "DeletePermission", in->certificate_authority_arn, &permitting, fault))
		return false;
	permitting->row = (struct permission_row){ .principal = in->principal,
		.source_account =
			in->source_account.p != NULL ? in->source_account : permitting->authority.row.owner.account };
	call_write(call, write_delete, permitting);
	return true;
}

static struct pca_permission
show(const struct authority *authority, const struct permission_row *row, struct arena *arena)
{
	struct choice *list = ARENA_ARRAY(arena, struct choice, ARRAY_COUNT(actions));
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_COUNT(actions); i++)
		if ((row->actions & actions[i].bit) != 0)
			list[n++].v = actions[i].action;
	return (struct pca_permission){
		.certificate_authority_arn = authority->arn,
		.created_at_ms = row->created_ms,
		.has_created_at = true,
		.principal = row->principal,
		.source_account = row->source_account,
		.actions = { list, n, true },
		.policy = authority->row.policy,
	};
}

bool
pca_list_permissions(struct call *call, const struct pca_list_permissions_request *in,
	struct pca_list_permissions_response *out, struct fault *fault)
{
	const struct authority_use use = { .action = "ListPermissions" };
	const struct permission_row *rows;
	struct authority authority;
	struct page page;
	size_t count;

	if (!authority_load(call, in->certificate_authority_arn, &use, &authority, fault) ||
		!authority_require(&authority, ~(unsigned)CONDITION_DELETED, fault,
			"The certificate authority is in the DELETED state") ||
		!page_open(call, use.action, authority.arn, in->next_token, &page, fault) ||
		!store_permission_list(call->store, authority.row.number, call->arena, &rows, &count, fault))
		return false;
	page_cut(&page, count, in->has_max_results ? in->max_results : PCA_LIST_DEFAULT_PAGE);
	struct pca_permission *list = ARENA_ARRAY(call->arena, struct pca_permission, page.count);
	for (size_t i = 0; i < page.count; i++)
		list[i] = show(&authority, &rows[page.first + i], call->arena);
	out->permissions = (struct pca_permission_list){ list, page.count, true };
	out->next_token = page_close(call, use.action, authority.arn, &page);
	return true;
}
