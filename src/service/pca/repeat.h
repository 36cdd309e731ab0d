/* repeat.h — a request that is sent again with its IdempotencyToken gets the answer it got before. AWS recognises "the
 * same request"; so a token counts together with everything else that was asked for: another request is another. */
#ifndef CHANCERY_SERVICE_PCA_REPEAT_H
#define CHANCERY_SERVICE_PCA_REPEAT_H

#include "model/model.h"
#include "service/call.h"

/* What the store knows the request by: the token, and a digest of all parameters. `request` is the decoded input, of
 * `shape`, the token in it included; absent for an absent token. */
struct str repeat_token(struct str token, const struct shape *shape, const void *request, struct arena *arena);

/* The look before the work. *known: `*earlier` is the answer. */
MUST_CHECK bool repeat_find(const struct call *call, const char *operation, struct str token, bool *known,
	struct str *earlier, struct fault *fault);
/* In the write: remembers `result`, unless another was quicker. An absent token is never known. */
MUST_CHECK bool repeat_recall(struct call *call, struct store_transaction *transaction, const char *operation,
	struct str token, struct str result, bool *known, struct str *earlier, struct fault *fault);

#endif
