/* PutPolicy, GetPolicy, DeletePolicy. */
#include "service/pca/lists.h"
#include "service/pca/pca.h"
#include "service/pca/policy.h"

static bool
write(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	(void)call;
	return authority_write(transaction, context, fault);
}

static bool
begin(struct call *call, const char *action, struct str arn, struct authority **out, struct fault *fault)
{
	const struct authority_use use = { .action = action };

	*out = ARENA_NEW(call->arena, struct authority);
	return authority_load(call, arn, &use, *out, fault) &&
	       authority_require(*out, ~(unsigned)(CONDITION_CREATING | CONDITION_FAILED | CONDITION_DELETED), fault,
		       "The certificate authority is not in a valid state for a policy.");
}

static bool
replace(struct call *call, struct authority *authority, struct str policy)
{
	authority->row.policy = policy;
	authority->row.version++;
	call_write(call, write, authority);
	call_committed(call, authority_changed, authority);
	return true;
}

bool
pca_put_policy(struct call *call, const struct pca_put_policy_request *in, struct fault *fault)
{
	struct authority *authority;

	return begin(call, "PutPolicy", in->resource_arn, &authority, fault) &&
	       policy_check(in->policy, authority->arn, call->partition, call->arena, fault) &&
	       replace(call, authority, in->policy);
}

bool
pca_delete_policy(struct call *call, const struct pca_delete_policy_request *in, struct fault *fault)
{
	struct authority *authority;

	return begin(call, "DeletePolicy", in->resource_arn, &authority, fault) &&
	       replace(call, authority, (struct str){ 0 });
}

bool
pca_get_policy(struct call *call, const struct pca_get_policy_request *in, struct pca_get_policy_response *out,
	struct fault *fault)
{
	struct authority *authority;

	if (!begin(call, "GetPolicy", in->resource_arn, &authority, fault))
		return false;
	if (authority->row.policy.p == NULL)
		return fault_set(
			fault, FAULT_NOT_FOUND, "Could not find policy for resource %.*s.", STR_ARG(authority->arn));
	out->policy = authority->row.policy;
	return true;
}
