/* key_cache.h — keys that sign again and again stay open: opening one costs as much as twenty P-256 signatures.
 *
 * Bounded; the key that has rested longest goes first. Kept are the keys of authorities and responders, not those of
 * certificates, which sign one request in their lives. Found by seal_fingerprint(): by who could have the record opened
 * anyway. Shared by all threads. */
#ifndef CHANCERY_SIGNER_KEY_CACHE_H
#define CHANCERY_SIGNER_KEY_CACHE_H

#include "signer/opened_key.h"
#include "signer/seal.h"

enum { KEY_CACHE_KEYS = 128 };

struct key_cache;
struct key_cache *key_cache_new(void);
void key_cache_free(struct key_cache *cache);

/* The caller's to opened_key_unref(); NULL when it is not there. */
struct opened_key *key_cache_find(struct key_cache *cache, const uint8_t fingerprint[SEAL_FINGERPRINT_BYTES]);
/* Remembers it, unless another thread was quicker; the cache becomes a holder of its own. */
void key_cache_keep(struct key_cache *cache, const uint8_t fingerprint[SEAL_FINGERPRINT_BYTES], struct opened_key *key);

#endif
