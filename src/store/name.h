/* name.h — the names by which certificates are found: distinct ones, each with a number, and who carries them.
 *
 * New names enter the index of parts in batches at the end of a transaction: one by one they would cost more than the
 * whole rest of an import. Names not yet entered are few; a search looks at each. */
#ifndef CHANCERY_STORE_NAME_H
#define CHANCERY_STORE_NAME_H

#include "store/internal.h"
#include "store/record.h"

enum {
	NAMES_ENTER_BATCH = 256,
	/* The index is merged when as many names came as an eighth of what it holds in one piece, and no fewer than
	   this. */
	NAMES_MERGE_MIN = 1024,
	NAMES_MERGE_SHARE = 8,
};

MUST_CHECK bool names_link(struct store_transaction *transaction, const struct owner *owner, int64_t certificate,
	const struct str *names, size_t count, struct fault *fault);
/* Names that nobody carries any more are forgotten. */
MUST_CHECK bool names_unlink(struct store_transaction *transaction, const struct owner *owner, int64_t certificate,
	const struct str *names, size_t count, struct fault *fault);
/* At the end of a transaction: enters what has gathered, if it is enough. */
MUST_CHECK bool names_settle(struct store_transaction *transaction, struct fault *fault);
/* Some of the work that makes searches fast after much was entered, in a transaction of its own. `going_on`: since the
 * last time. *more: there is some left. */
MUST_CHECK bool names_tend(struct store_transaction *transaction, bool going_on, bool *more, struct fault *fault);

#endif
