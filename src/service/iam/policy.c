/* policy.c — the two built-in policies: everything, and what only reads. */
#include "service/iam/iam.h"

const char *const iam_policies[] = { IAM_POLICY_FULL, IAM_POLICY_READ_ONLY, NULL };

bool
iam_policy_valid(struct str name)
{
	for (size_t i = 0; iam_policies[i] != NULL; i++) {
		if (str_is(name, iam_policies[i]))
			return true;
	}
	return false;
}

/* A policy this binary does not know allows nothing. */
static bool
allows(struct str policy, const struct operation *operation)
{
	if (str_is(policy, IAM_POLICY_FULL))
		return true;
	return str_is(policy, IAM_POLICY_READ_ONLY) && operation->access == OPERATION_READS;
}

bool
iam_authorize(const struct principal *principal, const char *partition, const struct service *service,
	const struct operation *operation, struct str resource, struct fault *fault)
{
	const char *on = resource.p != NULL ? " on resource: " : "";

	if (allows(principal->policy, operation))
		return true;
	return fault_set(fault, FAULT_ACCESS_DENIED,
		"User: arn:%s:iam::%.*s:user/%.*s is not authorized to perform: %s:%s%s%.*s because no identity-based "
		"policy "
		"allows the %s:%s action",
		partition, STR_ARG(principal->account), STR_ARG(principal->user), service->command, operation->name, on,
		STR_ARG(resource), service->command, operation->name);
}
