#include "service/acm/arn.h"

struct str
acm_arn_render(struct arena *arena, const char *partition, const struct owner *owner, struct str id)
{
	return arena_printf(arena, "arn:%s:acm:%.*s:%.*s:certificate/%.*s", partition, STR_ARG(owner->region),
		STR_ARG(owner->account), STR_ARG(id));
}

bool
acm_arn_not_found(struct str arn, struct fault *fault)
{
	return fault_set(fault, FAULT_NOT_FOUND, "Could not find certificate %.*s", STR_ARG(arn));
}

bool
acm_arn_parse(struct str arn, struct acm_arn *out, struct fault *fault)
{
	static const struct str resource_type = { "certificate/", 12 };
	struct str rest = arn, prefix = { 0 }, service = { 0 };
	struct acm_arn parsed = { 0 };
	bool parts = str_cut(&rest, ':', &prefix) && str_cut(&rest, ':', &parsed.partition) &&
		     str_cut(&rest, ':', &service) && str_cut(&rest, ':', &parsed.owner.region) &&
		     str_cut(&rest, ':', &parsed.owner.account);

	if (!parts || !str_is(prefix, "arn") || !str_is(service, "acm"))
		return fault_set(fault, FAULT_INVALID_ARN,
			"Invalid ARN: %.*s. It does not begin with arn:<partition>:acm:", STR_ARG(arn));
	if (str_starts_with(rest, resource_type))
		parsed.id = (struct str){ rest.p + resource_type.n, rest.n - resource_type.n };
	if (!uuid_valid(parsed.id))
		return fault_set(fault, FAULT_INVALID_ARN,
			"Invalid ARN: %.*s. A certificate's ARN ends with certificate/ and a UUID in lower case.",
			STR_ARG(arn));
	*out = parsed;
	return true;
}

bool
acm_arn_resolve(const struct call *call, struct str arn, struct str *id, struct fault *fault)
{
	struct acm_arn parsed = { 0 };

	if (!acm_arn_parse(arn, &parsed, fault))
		return false;
	if (!str_is(parsed.partition, call->partition) || !str_equal(parsed.owner.account, call->owner.account) ||
		!str_equal(parsed.owner.region, call->owner.region))
		return acm_arn_not_found(arn, fault);
	*id = parsed.id;
	return true;
}
