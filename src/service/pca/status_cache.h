/* status_cache.h — OCSP answers that were signed a moment ago, by the bytes of the CertID that asked.
 *
 * An entry holds its authority's epoch at the time of signing; the epoch grows with each revocation and each change of
 * the authority, in the instant in which it is durable: an answer that is no longer true is never given. Epochs are
 * this process's own. Shared by all threads; bounded in bytes, the oldest make room. */
#ifndef CHANCERY_SERVICE_PCA_STATUS_CACHE_H
#define CHANCERY_SERVICE_PCA_STATUS_CACHE_H

#include "base/arena.h"

enum {
	STATUS_CACHE_BYTES = 32 * 1024 * 1024, /* some 20,000 answers with their responder's certificate */
	STATUS_CACHE_LIFETIME_MS = 10 * 60 * 1000,
};

struct status_cache;
struct status_cache *status_cache_new(size_t bytes);
void status_cache_free(struct status_cache *cache);

/* Read before the store is asked, and handed to _put(): a revocation in between makes the entry stale at once. */
uint64_t status_cache_epoch(struct status_cache *cache, int64_t authority);
/* The authority has changed: what was signed for it is no longer given. */
void status_cache_forget(struct status_cache *cache, int64_t authority);

/* The answer to exactly this question (a CertID, DER, alone and without a nonce), copied into the arena; false: sign
 * one. *signed_ms and *until_ms are its producedAt and nextUpdate. */
bool status_cache_find(struct status_cache *cache, struct bytes question, int64_t now_ms, struct arena *arena,
	struct bytes *answer, int64_t *signed_ms, int64_t *until_ms);
void status_cache_put(struct status_cache *cache, struct bytes question, int64_t authority, uint64_t epoch,
	struct bytes answer, int64_t signed_ms, int64_t until_ms);

/* May one more answer be signed for one question this second? Beyond `rate` a second the answer is no. */
bool status_cache_may_sign(struct status_cache *cache, int64_t now_ms, unsigned rate);

#endif
