/* DeleteCertificate: every version, with its sealed keys. */
#include "service/acm/acm.h"
#include "service/acm/arn.h"

struct deletion {
	struct str arn, id;
};

static bool
write_delete(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct deletion *deletion = context;

	if (store_certificate_delete(transaction, &call->owner, deletion->id, fault))
		return true;
	if (fault->code == FAULT_NOT_FOUND)
		return acm_arn_not_found(deletion->arn, fault);
	if (fault->code == FAULT_IN_USE)
		return fault_set(fault, FAULT_IN_USE, "Certificate %.*s in account %.*s is in use.",
			STR_ARG(deletion->arn), STR_ARG(call->owner.account));
	return false;
}

bool
acm_delete_certificate(struct call *call, const struct acm_delete_certificate_request *in, struct fault *fault)
{
	struct deletion *deletion = ARENA_NEW(call->arena, struct deletion);

	deletion->arn = in->certificate_arn;
	if (!acm_arn_resolve(call, in->certificate_arn, &deletion->id, fault))
		return false;
	call_write(call, write_delete, deletion);
	return true;
}
