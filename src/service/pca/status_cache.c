/* Sets of a few places each, under a lock for every sixteenth of them: what a question may displace is bounded whoever
 * chose it, so that nobody can make a lookup slow by choosing questions that fall together. */
#include "service/pca/status_cache.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
	SHARDS = 16,
	WAYS = 8,               /* places of a set */
	BYTES_PER_PLACE = 1024, /* an answer with its certificate has more: so most places stay empty */
	EPOCHS = 4096,          /* authorities that share one forget together, which is only too careful */
	SECOND_MS = 1000,
};

struct entry {
	uint64_t hash, epoch;
	int64_t authority, signed_ms, until_ms;
	size_t question_bytes, answer_bytes;
	bool asked;        /* since the hand last came by */
	uint8_t content[]; /* the question, then the answer */
};

struct shard {
	pthread_mutex_t lock;
	struct entry **places; /* set after set */
	size_t set_count, hand, used, limit;
};

struct status_cache {
	struct shard shards[SHARDS];
	_Atomic uint64_t epochs[EPOCHS];

	pthread_mutex_t rate_lock;
	int64_t rate_second;
	unsigned rate_count;
};

struct status_cache *
status_cache_new(size_t bytes)
{
	struct status_cache *cache = memory_take_zeroed(sizeof *cache);

	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &cache->shards[i];
		(void)pthread_mutex_init(&shard->lock, NULL);
		shard->limit = bytes / SHARDS;
		shard->set_count = shard->limit / ((size_t)BYTES_PER_PLACE * WAYS) + 1;
		shard->places = memory_take_zeroed(shard->set_count * WAYS * sizeof(struct entry *));
	}
	(void)pthread_mutex_init(&cache->rate_lock, NULL);
	return cache;
}

void
status_cache_free(struct status_cache *cache)
{
	if (cache == NULL)
		return;
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &cache->shards[i];
		for (size_t k = 0; k < shard->set_count * WAYS; k++)
			free(shard->places[k]);
		free(shard->places);
		(void)pthread_mutex_destroy(&shard->lock);
	}
	(void)pthread_mutex_destroy(&cache->rate_lock);
	free(cache);
}

/* ---- Epochs ---- */

static _Atomic uint64_t *
epoch_of(struct status_cache *cache, int64_t authority)
{
	return &cache->epochs[(uint64_t)authority % EPOCHS];
}

uint64_t
status_cache_epoch(struct status_cache *cache, int64_t authority)
{
	return atomic_load(epoch_of(cache, authority));
}

void
status_cache_forget(struct status_cache *cache, int64_t authority)
{
	(void)atomic_fetch_add(epoch_of(cache, authority), 1);
}

/* ---- Places ---- */

/* FNV-1a, 64 bits; stirred once more, because the last octets of what it is fed do not reach its upper bits. */
static uint64_t
hash_of(struct bytes question)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < question.n; i++)
		hash = (hash ^ question.p[i]) * 0x100000001b3;
	hash = (hash ^ hash >> 29) * 0xbf58476d1ce4e5b9;
	return hash ^ hash >> 32;
}

static struct shard *
shard_of(struct status_cache *cache, uint64_t hash)
{
	return &cache->shards[hash >> 60];
}

static struct entry **
set_of(const struct shard *shard, uint64_t hash)
{
	return &shard->places[(hash >> 16) % shard->set_count * WAYS];
}

static size_t
size_of(const struct entry *entry)
{
	return sizeof *entry + entry->question_bytes + entry->answer_bytes;
}

static void
evict(struct shard *shard, struct entry **place)
{
	shard->used -= size_of(*place);
	free(*place);
	*place = NULL;
}

static bool
is_about(const struct entry *entry, uint64_t hash, struct bytes question)
{
	return entry->hash == hash && entry->question_bytes == question.n &&
	       memcmp(entry->content, question.p, question.n) == 0;
}

/* Where the question's answer is; NULL: nowhere. */
static struct entry **
place_of(const struct shard *shard, uint64_t hash, struct bytes question)
{
	struct entry **set = set_of(shard, hash);

	for (size_t i = 0; i < WAYS; i++) {
		if (set[i] != NULL && is_about(set[i], hash, question))
			return &set[i];
	}
	return NULL;
}

/* An empty place of the question's set: made, if need be, by whoever was not asked for lately. */
static struct entry **
place_make(struct shard *shard, uint64_t hash)
{
	struct entry **set = set_of(shard, hash), **oldest = &set[0];

	for (size_t i = 0; i < WAYS; i++) {
		if (set[i] == NULL)
			return &set[i];
		if ((*oldest)->asked == set[i]->asked ? set[i]->signed_ms < (*oldest)->signed_ms : !set[i]->asked)
			oldest = &set[i];
	}
	evict(shard, oldest);
	return oldest;
}

/* Until `needed` bytes more fit. Ends, since a round of the hand clears every mark. */
static void
make_room(struct shard *shard, size_t needed)
{
	while (shard->used > shard->limit - needed) {
		struct entry **place = &shard->places[shard->hand];
		shard->hand = (shard->hand + 1) % (shard->set_count * WAYS);
		if (*place == NULL)
			continue;
		if (!(*place)->asked)
			evict(shard, place);
		else
			(*place)->asked = false;
	}
}

/* ---- Answers ---- */

static bool
still_true(struct status_cache *cache, const struct entry *entry, int64_t now_ms)
{
	return entry->epoch == status_cache_epoch(cache, entry->authority) && entry->signed_ms <= now_ms &&
	       now_ms < entry->signed_ms + STATUS_CACHE_LIFETIME_MS && now_ms < entry->until_ms;
}

bool
status_cache_find(struct status_cache *cache, struct bytes question, int64_t now_ms, struct arena *arena,
	struct bytes *answer, int64_t *signed_ms, int64_t *until_ms)
{
	uint64_t hash = hash_of(question);
	struct shard *shard = shard_of(cache, hash);
	bool found = false;

	(void)pthread_mutex_lock(&shard->lock);
	struct entry **place = place_of(shard, hash, question);
	if (place != NULL && !still_true(cache, *place, now_ms)) {
		evict(shard, place);
	} else if (place != NULL) {
		struct entry *entry = *place;
		entry->asked = true;
		*answer = arena_bytes(
			arena, (struct bytes){ entry->content + entry->question_bytes, entry->answer_bytes });
		*signed_ms = entry->signed_ms;
		*until_ms = entry->until_ms;
		found = true;
	}
	(void)pthread_mutex_unlock(&shard->lock);
	return found;
}

void
status_cache_put(struct status_cache *cache, struct bytes question, int64_t authority, uint64_t epoch,
	struct bytes answer, int64_t signed_ms, int64_t until_ms)
{
	const struct entry like = {
		.hash = hash_of(question),
		.epoch = epoch,
		.authority = authority,
		.signed_ms = signed_ms,
		.until_ms = until_ms,
		.question_bytes = question.n,
		.answer_bytes = answer.n,
	};
	struct shard *shard = shard_of(cache, like.hash);

	if (size_of(&like) > shard->limit || epoch != status_cache_epoch(cache, authority))
		return;
	struct entry *entry = memory_take(size_of(&like));
	*entry = like;
	memcpy(entry->content, question.p, question.n);
	memcpy(entry->content + question.n, answer.p, answer.n);

	(void)pthread_mutex_lock(&shard->lock);
	struct entry **place = place_of(shard, like.hash, question);
	if (place != NULL)
		evict(shard, place);
	make_room(shard, size_of(entry));
	*place_make(shard, like.hash) = entry;
	shard->used += size_of(entry);
	(void)pthread_mutex_unlock(&shard->lock);
}

bool
status_cache_may_sign(struct status_cache *cache, int64_t now_ms, unsigned rate)
{
	int64_t second = now_ms / SECOND_MS;

	(void)pthread_mutex_lock(&cache->rate_lock);
	if (cache->rate_second != second) {
		cache->rate_second = second;
		cache->rate_count = 0;
	}
	bool may = cache->rate_count < rate;
	cache->rate_count += may;
	(void)pthread_mutex_unlock(&cache->rate_lock);
	return may;
}
