#include "signer/key_cache.h"

#include <stdlib.h>
#include <string.h>

#include <pthread.h>

#include "base/memory.h"

struct place {
	struct opened_key *key; /* NULL: free */
	uint64_t used;          /* by the cache's clock */
	uint8_t fingerprint[SEAL_FINGERPRINT_BYTES];
};

/* A walk over all places costs less than a hash of the record, which is due anyway. */
struct key_cache {
	pthread_mutex_t lock;
	uint64_t clock;
	struct place places[KEY_CACHE_KEYS];
};

struct key_cache *
key_cache_new(void)
{
	struct key_cache *cache = memory_take_zeroed(sizeof *cache);

	if (pthread_mutex_init(&cache->lock, NULL) != 0)
		memory_exhausted(sizeof *cache);
	return cache;
}

void
key_cache_free(struct key_cache *cache)
{
	if (cache == NULL)
		return;
	for (size_t i = 0; i < KEY_CACHE_KEYS; i++)
		opened_key_unref(cache->places[i].key);
	(void)pthread_mutex_destroy(&cache->lock);
	free(cache);
}

static struct place *
place_of(struct key_cache *cache, const uint8_t *fingerprint)
{
	for (size_t i = 0; i < KEY_CACHE_KEYS; i++) {
		struct place *place = &cache->places[i];
		if (place->key != NULL && memcmp(place->fingerprint, fingerprint, sizeof place->fingerprint) == 0)
			return place;
	}
	return NULL;
}

/* A place that was never used is older than any. */
static struct place *
place_oldest(struct key_cache *cache)
{
	struct place *oldest = &cache->places[0];

	for (size_t i = 1; i < KEY_CACHE_KEYS; i++)
		if (cache->places[i].used < oldest->used)
			oldest = &cache->places[i];
	return oldest;
}

struct opened_key *
key_cache_find(struct key_cache *cache, const uint8_t fingerprint[SEAL_FINGERPRINT_BYTES])
{
	struct opened_key *key = NULL;

	(void)pthread_mutex_lock(&cache->lock);
	struct place *place = place_of(cache, fingerprint);
	if (place != NULL) {
		place->used = ++cache->clock;
		key = opened_key_ref(place->key);
	}
	(void)pthread_mutex_unlock(&cache->lock);
	return key;
}

void
key_cache_keep(struct key_cache *cache, const uint8_t fingerprint[SEAL_FINGERPRINT_BYTES], struct opened_key *key)
{
	struct opened_key *gone = NULL;

	(void)pthread_mutex_lock(&cache->lock);
	if (place_of(cache, fingerprint) == NULL) {
		struct place *place = place_oldest(cache);
		gone = place->key;
		place->key = opened_key_ref(key);
		place->used = ++cache->clock;
		memcpy(place->fingerprint, fingerprint, sizeof place->fingerprint);
	}
	(void)pthread_mutex_unlock(&cache->lock);
	opened_key_unref(gone);
}
