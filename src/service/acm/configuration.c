/* GetAccountConfiguration, PutAccountConfiguration. */
#include <inttypes.h>

#include "service/acm/acm.h"

bool
acm_get_account_configuration(
	struct call *call, struct acm_get_account_configuration_response *out, struct fault *fault)
{
	struct acm_expiry_events_configuration *events = ARENA_NEW(call->arena, struct acm_expiry_events_configuration);

	if (!store_configuration_get(call->store, &call->owner, &events->days_before_expiry, fault))
		return false;
	events->has_days_before_expiry = true;
	out->expiry_events = events;
	return true;
}

struct configuration_change {
	struct str token;
	struct str asked; /* the body in a few bytes: it serves as its own digest */
	int64_t days;
};

static bool
write_configuration(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct configuration_change *change = context;
	bool known;

	if (!store_token_claim(transaction, &call->owner, "PutAccountConfiguration", change->token,
		    bytes_of_str(change->asked), call->now_ms, call->now_ms + ACM_TOKEN_LIFETIME_MS, &known, fault)) {
		if (fault->code != FAULT_CONFLICT)
			return false;
		return fault_set(fault, FAULT_CONFLICT,
			"The IdempotencyToken '%.*s' was used with another configuration less than an hour ago. Use a "
			"new token for a new request.",
			STR_ARG(change->token));
	}
	/* The same request again has happened already: to write once more would undo what others changed since. */
	return known || store_configuration_put(transaction, &call->owner, change->days, fault);
}

bool
acm_put_account_configuration(
	struct call *call, const struct acm_put_account_configuration_request *in, struct fault *fault)
{
	const struct acm_expiry_events_configuration *events = in->expiry_events;
	struct configuration_change *change = ARENA_NEW(call->arena, struct configuration_change);

	if (events == NULL || !events->has_days_before_expiry)
		return fault_set(fault, FAULT_VALIDATION, "Configuration for events is empty.");
	if (events->days_before_expiry < 1 || events->days_before_expiry > ACM_MAX_DAYS_BEFORE_EXPIRY)
		return fault_set(fault, FAULT_VALIDATION, "DaysBeforeExpiry must be between 1 and %d",
			ACM_MAX_DAYS_BEFORE_EXPIRY);
	change->token = in->idempotency_token;
	change->days = events->days_before_expiry;
	change->asked = arena_printf(call->arena, "DaysBeforeExpiry=%" PRId64, change->days);
	call_write(call, write_configuration, change);
	return true;
}
