#include "service/pca/status_cache.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "test.h"

enum { KIB = 1024, MINUTE_MS = 60 * 1000 };
static const int64_t now = INT64_C(1795248354250), until = INT64_C(1795248354250) + 60 * MINUTE_MS;

static struct bytes
question_of(uint32_t number, struct arena *arena)
{
	struct str text = arena_printf(arena, "a CertID of seventy-five octets, or about so many: %010u", number);

	return bytes_of_str(text);
}

static bool
find(struct status_cache *cache, uint32_t number, int64_t at_ms, struct arena *arena, struct str *answer)
{
	struct bytes found = { 0 };
	int64_t signed_ms = 0, until_ms = 0;

	if (!status_cache_find(cache, question_of(number, arena), at_ms, arena, &found, &signed_ms, &until_ms))
		return false;
	*answer = str_of_bytes(found);
	CHECK(signed_ms == now && until_ms > now);
	return true;
}

static void
put(struct status_cache *cache, uint32_t number, int64_t authority, const char *answer, struct arena *arena)
{
	status_cache_put(cache, question_of(number, arena), authority, status_cache_epoch(cache, authority),
		bytes_of_str(str_of(answer)), now, until);
}

TEST(status_cache, gives_back_what_was_put_to_exactly_this_question)
{
	struct status_cache *cache = status_cache_new(STATUS_CACHE_BYTES);
	struct arena arena = { 0 };
	struct str answer = { 0 };

	CHECK(!find(cache, 1, now, &arena, &answer));
	put(cache, 1, 7, "good", &arena);
	put(cache, 2, 7, "revoked", &arena);
	CHECK(find(cache, 1, now, &arena, &answer));
	CHECK_TEXT(answer, "good");
	CHECK(find(cache, 2, now + 1, &arena, &answer));
	CHECK_TEXT(answer, "revoked");
	CHECK(!find(cache, 3, now, &arena, &answer));
	/* A later answer to the same question takes the earlier one's place. */
	put(cache, 1, 7, "revoked since", &arena);
	CHECK(find(cache, 1, now, &arena, &answer));
	CHECK_TEXT(answer, "revoked since");
	arena_done(&arena);
	status_cache_free(cache);
}

TEST(status_cache, forgets_an_authority_in_an_instant_and_no_other)
{
	struct status_cache *cache = status_cache_new(STATUS_CACHE_BYTES);
	struct arena arena = { 0 };
	struct str answer = { 0 };

	put(cache, 1, 7, "good", &arena);
	put(cache, 2, 8, "good", &arena);
	status_cache_forget(cache, 7);
	CHECK(!find(cache, 1, now, &arena, &answer));
	CHECK(find(cache, 2, now, &arena, &answer));
	put(cache, 1, 7, "revoked", &arena);
	CHECK(find(cache, 1, now, &arena, &answer));
	CHECK_TEXT(answer, "revoked");
	arena_done(&arena);
	status_cache_free(cache);
}

/* A revocation between reading the store and keeping the answer. */
TEST(status_cache, does_not_keep_what_was_overtaken)
{
	struct status_cache *cache = status_cache_new(STATUS_CACHE_BYTES);
	struct arena arena = { 0 };
	struct str answer = { 0 };
	uint64_t epoch = status_cache_epoch(cache, 7);

	status_cache_forget(cache, 7);
	status_cache_put(cache, question_of(1, &arena), 7, epoch, bytes_of_str(STR("good")), now, until);
	CHECK(!find(cache, 1, now, &arena, &answer));
	arena_done(&arena);
	status_cache_free(cache);
}

TEST(status_cache, gives_nothing_past_its_time_or_before_it)
{
	struct status_cache *cache = status_cache_new(STATUS_CACHE_BYTES);
	struct arena arena = { 0 };
	struct str answer = { 0 };

	put(cache, 1, 7, "good", &arena);
	CHECK(find(cache, 1, now + STATUS_CACHE_LIFETIME_MS - 1, &arena, &answer));
	CHECK(!find(cache, 1, now + STATUS_CACHE_LIFETIME_MS, &arena, &answer));
	/* The clock was set back: nobody would believe an answer of the future. */
	put(cache, 2, 7, "good", &arena);
	CHECK(!find(cache, 2, now - 1, &arena, &answer));
	/* nextUpdate is nearer than our own patience. */
	status_cache_put(cache, question_of(3, &arena), 7, status_cache_epoch(cache, 7), bytes_of_str(STR("good")), now,
		now + MINUTE_MS);
	CHECK(find(cache, 3, now + MINUTE_MS - 1, &arena, &answer));
	CHECK(!find(cache, 3, now + MINUTE_MS, &arena, &answer));
	arena_done(&arena);
	status_cache_free(cache);
}

/* Sixteen shards of eight answers, and ten times as many questions. */
TEST(status_cache, keeps_to_its_room_and_keeps_what_is_asked_for)
{
	static char kilobyte[KIB + 1];
	struct status_cache *cache = status_cache_new((size_t)16 * 10 * KIB);
	struct arena arena = { 0 };
	struct str answer = { 0 };
	unsigned kept = 0;

	memset(kilobyte, 'x', KIB);
	for (uint32_t i = 0; i < 1280; i++) {
		put(cache, i, 7, kilobyte, &arena);
		CHECK(i % 16 != 0 || find(cache, i, now, &arena, &answer));
		(void)find(cache, 0, now, &arena, &answer);
	}
	for (uint32_t i = 0; i < 1280; i++)
		kept += find(cache, i, now, &arena, &answer);
	CHECK(kept > 64 && kept <= 16 * 10);
	CHECK(find(cache, 0, now, &arena, &answer));
	arena_done(&arena);
	status_cache_free(cache);
}

TEST(status_cache, refuses_what_is_larger_than_its_room)
{
	static char large[8 * KIB + 1];
	struct status_cache *cache = status_cache_new((size_t)16 * 4 * KIB);
	struct arena arena = { 0 };
	struct str answer = { 0 };

	memset(large, 'x', sizeof large - 1);
	put(cache, 1, 7, large, &arena);
	CHECK(!find(cache, 1, now, &arena, &answer));
	put(cache, 1, 7, "small", &arena);
	CHECK(find(cache, 1, now, &arena, &answer));
	arena_done(&arena);
	status_cache_free(cache);
}

TEST(status_cache, lets_so_many_be_signed_a_second)
{
	struct status_cache *cache = status_cache_new(KIB);
	const int64_t second = 1795248354000;

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 5; i++)
			CHECK(status_cache_may_sign(cache, second + round * 1000 + i * 100, 5));
		CHECK(!status_cache_may_sign(cache, second + round * 1000 + 999, 5));
	}
	CHECK(!status_cache_may_sign(cache, second + 9000, 0));
	/* The clock was set back by an hour: work goes on. */
	CHECK(status_cache_may_sign(cache, second - 3600 * 1000, 5));
	status_cache_free(cache);
}

struct crowd {
	struct status_cache *cache;
	atomic_bool revoked, told, ended;
	atomic_uint found;
};

static void *
ask_on(void *context)
{
	struct crowd *crowd = context;
	struct arena arena = { 0 };
	struct str answer = { 0 };

	for (uint32_t i = 0; !atomic_load(&crowd->ended); i++) {
		bool told = atomic_load(&crowd->told);
		uint64_t epoch = status_cache_epoch(crowd->cache, 7);
		if (find(crowd->cache, i % 64, now, &arena, &answer)) {
			/* Once the revocation has returned, nobody is told otherwise. */
			assert_true(!told || str_is(answer, "revoked"));
			(void)atomic_fetch_add(&crowd->found, 1);
		} else {
			bool revoked = atomic_load(&crowd->revoked);
			status_cache_put(crowd->cache, question_of(i % 64, &arena), 7, epoch,
				bytes_of_str(revoked ? STR("revoked") : STR("good")), now, until);
		}
		arena_reset(&arena);
	}
	arena_done(&arena);
	return NULL;
}

TEST(status_cache, never_gives_an_answer_that_is_no_longer_true)
{
	for (int round = 0; round < 50; round++) {
		struct crowd crowd = { .cache = status_cache_new(STATUS_CACHE_BYTES) };
		pthread_t threads[4];

		for (int i = 0; i < 4; i++)
			CHECK(pthread_create(&threads[i], NULL, ask_on, &crowd) == 0);
		while (atomic_load(&crowd.found) < 200)
			continue;
		/* As a revocation does: durable first, then forgotten, then told. */
		atomic_store(&crowd.revoked, true);
		status_cache_forget(crowd.cache, 7);
		atomic_store(&crowd.told, true);
		unsigned before = atomic_load(&crowd.found);
		while (atomic_load(&crowd.found) < before + 200)
			continue;
		atomic_store(&crowd.ended, true);
		for (int i = 0; i < 4; i++)
			CHECK(pthread_join(threads[i], NULL) == 0);
		status_cache_free(crowd.cache);
	}
}

TEST_MAIN("status_cache");
