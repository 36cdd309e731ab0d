/* cache.h — the table behind iam_signing_key(): claims that were resolved a moment ago.
 *
 * The claim is not proved yet when it is looked up, so whoever knows an access key's id can fill the table with scopes
 * of their own invention; they push out others' entries, which then cost one look into the store again. */
#ifndef CHANCERY_SERVICE_IAM_CACHE_H
#define CHANCERY_SERVICE_IAM_CACHE_H

#include "service/iam/iam.h"

/* What a claim resolves to. */
struct iam_identity {
	uint8_t key[SIGV4_KEY_BYTES];
	struct principal principal;
};

/* False when the claim is not there or too old; *generation is then what iam_cache_put() wants to hear: an answer read
 * before the table was cleared must not enter it afterwards. */
bool iam_cache_find(struct iam_cache *cache, const struct sigv4_claim *claim, int64_t now_ms, struct arena *arena,
	struct iam_identity *out, uint64_t *generation);
void iam_cache_put(struct iam_cache *cache, const struct sigv4_claim *claim, int64_t now_ms, uint64_t generation,
	const struct iam_identity *identity);

#endif
