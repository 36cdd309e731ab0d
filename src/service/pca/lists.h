/* lists.h — what every change of an authority shares: writing its row, and making its revocation lists due. */
#ifndef CHANCERY_SERVICE_PCA_LISTS_H
#define CHANCERY_SERVICE_PCA_LISTS_H

#include "service/pca/authority.h"

/* In a write: the row, whose version is one more than what was read. FAULT_CONFLICT in words, FAULT_NOT_FOUND. */
MUST_CHECK bool authority_write(
	struct store_transaction *transaction, const struct authority *authority, struct fault *fault);
/* For call_committed(), with the authority: status answers signed before are no longer given, duties look at once. */
call_committed_fn authority_changed;

/* In a write: lists that are there are due now; the complete one is begun when lists are on and it is not there yet. A
 * partition is begun by the first certificate that names it. An authority without a certificate has none. */
MUST_CHECK bool lists_begin(struct call *call, struct store_transaction *transaction, const struct authority *authority,
	const struct revocation_settings *settings, struct fault *fault);

#endif
