/* intention.c — intentions that came to nothing: the server ended between the two writes of an issuance, or the signer
 * refused. Their serial numbers stay taken, and GetCertificate tells what happened. */
#include "service/pca/intention.h"
#include "service/duty.h"
#include "store/duty.h"
#include "store/issued.h"

enum {
	PATIENCE_MS = 60 * 1000, /* the slowest signature takes a second; a full queue some more */
	INTERVAL_MS = 30 * 1000,
	/* So long GetCertificate tells what became of it; a signer that refuses for hours must not fill the disk. */
	MEMORY_MS = 7 * 24 * 60 * 60 * 1000,
	FORGET_ROWS = 1000,
};

struct abandoning {
	int64_t before_ms;
};

static bool
abandon(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct abandoning *abandoning = context;
	int64_t count;
	bool more;

	return store_intention_abandon(transaction, abandoning->before_ms, &count, fault) &&
	       store_intention_forget(transaction, abandoning->before_ms - MEMORY_MS, FORGET_ROWS, &more, fault);
}

/* It does the same whoever runs it and how often: no lease. */
bool
intention_duty(struct call *call, int64_t *next_ms, struct fault *fault)
{
	struct abandoning abandoning = { call->now_ms - PATIENCE_MS };

	*next_ms = call->now_ms + INTERVAL_MS;
	return store_apply(call->store, abandon, &abandoning, fault);
}

static bool
inherit(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return abandon(transaction, context, fault) && store_lease_end_all(transaction, fault);
}

bool
intention_inherit(struct store *store, int64_t now_ms, struct fault *fault)
{
	struct abandoning abandoning = { now_ms + 1 };

	return store_apply(store, inherit, &abandoning, fault);
}
