#include "service/pca/lists.h"

#include "service/pca/status_cache.h"
#include "store/duty.h"

bool
authority_write(struct store_transaction *transaction, const struct authority *authority, struct fault *fault)
{
	if (store_authority_update(transaction, &authority->row, fault))
		return true;
	if (fault->code == FAULT_NOT_FOUND)
		return authority_not_found(authority->arn, fault);
	if (fault->code == FAULT_CONFLICT)
		return fault_set(fault, FAULT_CONFLICT,
			"Another request changed %.*s at the same time. Describe it, and try again.",
			STR_ARG(authority->arn));
	return false;
}

void
authority_changed(struct call *call, void *context)
{
	const struct authority *authority = context;

	if (call->statuses != NULL)
		status_cache_forget(call->statuses, authority->row.number);
	if (call->hurry != NULL)
		call->hurry(call->hurry_context);
}

bool
lists_begin(struct call *call, struct store_transaction *transaction, const struct authority *authority,
	const struct revocation_settings *settings, struct fault *fault)
{
	int64_t number = authority->row.number;

	if (authority->row.certificate.n == 0)
		return true;
	if (settings->crl_enabled && !settings->crl_partitioned &&
		!store_crl_open(transaction, number, authority->row.id, fault))
		return false;
	return store_crl_hurry(transaction, number, -1, call->now_ms, fault);
}
