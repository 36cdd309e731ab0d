/* tags.h — the tags of an authority: service/tag_set.h with Private CA's own codes and limit. */
#ifndef CHANCERY_SERVICE_PCA_TAGS_H
#define CHANCERY_SERVICE_PCA_TAGS_H

#include "model/pca.h"
#include "service/tag_set.h"

/* As tag_set_check(); FAULT_INVALID_TAG: one key twice. */
MUST_CHECK bool pca_tag_set_read(
	struct pca_tag_list list, struct arena *arena, struct tag_set *out, struct fault *fault);
/* In a closure: adds them to the authority of that number. FAULT_TOO_MANY_TAGS in AWS's words. */
MUST_CHECK bool pca_tag_set_put(struct store_transaction *transaction, int64_t authority, const struct tag_set *set,
	struct arena *arena, struct fault *fault);

#endif
