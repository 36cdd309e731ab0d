#include "service/iam/cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
	CACHE_WAYS = 4, /* entries a claim may sit in: few enough to look at all, enough to survive collisions */
	CACHE_SETS = IAM_CACHE_ENTRIES / CACHE_WAYS,
	/* An access key id of 20 (128 at most), a date of 8, a region of about 15, a service of at most 8. What is
	 * longer is not cached. A multiple of 8: the hash reads words. */
	CACHE_NAME_BYTES = 192,
	CACHE_WHO_BYTES = ACCOUNT_ID_BYTES + USER_NAME_MAX + 16, /* account, user, policy */
};

struct entry {
	uint64_t hash;
	int64_t made_ms;
	uint16_t name_bytes; /* 0: the entry is free */
	uint8_t id_bytes, account_bytes, user_bytes, policy_bytes;
	char name[CACHE_NAME_BYTES]; /* id, date, region, service */
	char who[CACHE_WHO_BYTES];
	uint8_t key[SIGV4_KEY_BYTES];
};

struct iam_cache {
	pthread_mutex_t lock;
	uint64_t generation; /* counts clearings */
	uint64_t seed;       /* so that nobody outside can choose whom they collide with */
	unsigned turn;       /* which way of a full set goes next */
	struct entry entries[CACHE_SETS][CACHE_WAYS];
};

/* A claim as the table compares it. */
struct cache_name {
	uint64_t hash;
	size_t n;
	char text[CACHE_NAME_BYTES];
};

struct iam_cache *
iam_cache_new(void)
{
	struct iam_cache *cache = memory_take_zeroed(sizeof *cache);

	(void)pthread_mutex_init(&cache->lock, NULL);
	entropy_fill(&entropy_system, &cache->seed, sizeof cache->seed);
	return cache;
}

void
iam_cache_free(struct iam_cache *cache)
{
	if (cache == NULL)
		return;
	(void)pthread_mutex_destroy(&cache->lock);
	memory_wipe(cache, sizeof *cache);
	free(cache);
}

void
iam_cache_clear(struct iam_cache *cache)
{
	(void)pthread_mutex_lock(&cache->lock);
	memory_wipe(cache->entries, sizeof cache->entries);
	cache->generation++;
	(void)pthread_mutex_unlock(&cache->lock);
}

/* Multiply and fold, a word at a time: no proof against an adversary who sees the seed, and a tenth of a SHA-256. */
static uint64_t
hash_words(const char *text, size_t n, uint64_t seed)
{
	uint64_t hash = seed ^ n;

	for (size_t i = 0; i < n; i += sizeof(uint64_t)) {
		uint64_t word;
		memcpy(&word, text + i, sizeof word);
		hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
		hash ^= hash >> 29;
	}
	return hash;
}

static char *
append(char *at, struct str part)
{
	memcpy(at, part.p, part.n);
	at[part.n] = '\n'; /* none of the parts may hold one */
	return at + part.n + 1;
}

static bool
name_of(const struct iam_cache *cache, const struct sigv4_claim *claim, struct cache_name *out)
{
	size_t n = claim->access_key_id.n + claim->date.n + claim->region.n + claim->service.n + 4;

	if (claim->access_key_id.n > ACCESS_KEY_ID_MAX || n > CACHE_NAME_BYTES)
		return false;
	char *end = append(out->text, claim->access_key_id);
	end = append(end, claim->date);
	end = append(end, claim->region);
	end = append(end, claim->service);
	size_t words_end = (n + sizeof(uint64_t) - 1) / sizeof(uint64_t) * sizeof(uint64_t);
	memset(end, 0, words_end - n);
	out->n = n;
	out->hash = hash_words(out->text, n, cache->seed);
	return true;
}

static bool
entry_is(const struct entry *entry, const struct cache_name *name)
{
	return entry->hash == name->hash && entry->name_bytes == name->n &&
	       memcmp(entry->name, name->text, name->n) == 0;
}

static struct entry *
set_of(struct iam_cache *cache, const struct cache_name *name)
{
	return cache->entries[(name->hash >> 32) % CACHE_SETS];
}

static void
identity_of(const struct entry *entry, struct arena *arena, struct iam_identity *out)
{
	struct principal *principal = &out->principal;
	const char *who = arena_str(arena, (struct str){ entry->who, sizeof entry->who }).p;

	principal->access_key_id = arena_str(arena, (struct str){ entry->name, entry->id_bytes });
	principal->account = (struct str){ who, entry->account_bytes };
	principal->user = (struct str){ who + entry->account_bytes, entry->user_bytes };
	principal->policy = (struct str){ who + entry->account_bytes + entry->user_bytes, entry->policy_bytes };
	memcpy(out->key, entry->key, sizeof out->key);
}

bool
iam_cache_find(struct iam_cache *cache, const struct sigv4_claim *claim, int64_t now_ms, struct arena *arena,
	struct iam_identity *out, uint64_t *generation)
{
	struct cache_name name;
	struct entry found = { 0 };
	bool nameable = name_of(cache, claim, &name);

	(void)pthread_mutex_lock(&cache->lock);
	*generation = cache->generation;
	const struct entry *set = nameable ? set_of(cache, &name) : NULL;
	for (size_t way = 0; nameable && way < CACHE_WAYS; way++) {
		if (entry_is(&set[way], &name))
			found = set[way];
	}
	(void)pthread_mutex_unlock(&cache->lock);

	/* A clock that was set back makes an entry older than its making: then it is read again. */
	bool fresh = found.name_bytes > 0 && now_ms >= found.made_ms && now_ms - found.made_ms < IAM_CACHE_LIFETIME_MS;
	if (fresh)
		identity_of(&found, arena, out);
	memory_wipe(found.key, sizeof found.key);
	return fresh;
}

/* The entry of that name, or a free one, or one whose turn it is. */
static struct entry *
place_for(struct iam_cache *cache, const struct cache_name *name)
{
	struct entry *set = set_of(cache, name);
	struct entry *place = NULL;

	for (size_t way = 0; way < CACHE_WAYS; way++) {
		if (entry_is(&set[way], name))
			return &set[way];
		if (set[way].name_bytes == 0)
			place = &set[way];
	}
	return place != NULL ? place : &set[cache->turn++ % CACHE_WAYS];
}

static void
entry_fill(struct entry *entry, const struct cache_name *name, int64_t now_ms, const struct iam_identity *identity)
{
	const struct principal *principal = &identity->principal;
	char *who = entry->who;

	entry->hash = name->hash;
	entry->made_ms = now_ms;
	entry->name_bytes = (uint16_t)name->n;
	entry->id_bytes = (uint8_t)principal->access_key_id.n;
	entry->account_bytes = (uint8_t)principal->account.n;
	entry->user_bytes = (uint8_t)principal->user.n;
	entry->policy_bytes = (uint8_t)principal->policy.n;
	memcpy(entry->name, name->text, name->n);
	memcpy(who, principal->account.p, principal->account.n);
	memcpy(who + principal->account.n, principal->user.p, principal->user.n);
	memcpy(who + principal->account.n + principal->user.n, principal->policy.p, principal->policy.n);
	memcpy(entry->key, identity->key, sizeof entry->key);
}

void
iam_cache_put(struct iam_cache *cache, const struct sigv4_claim *claim, int64_t now_ms, uint64_t generation,
	const struct iam_identity *identity)
{
	const struct principal *principal = &identity->principal;
	struct cache_name name;

	if (!name_of(cache, claim, &name))
		return;
	if (principal->account.n + principal->user.n + principal->policy.n > CACHE_WHO_BYTES)
		return;
	(void)pthread_mutex_lock(&cache->lock);
	if (generation == cache->generation)
		entry_fill(place_for(cache, &name), &name, now_ms, identity);
	(void)pthread_mutex_unlock(&cache->lock);
}
