#include "service/iam/cache.h"

#include "test.h"

enum { NOW_MS = 1000000 };

static const struct sigv4_claim claim_of_a_key = {
	.access_key_id = { "AKIAEXAMPLEEXAMPLE22", 20 },
	.date = { "20261121", 8 },
	.region = { "eu-central-1", 12 },
	.service = { "acm", 3 },
};

static struct iam_identity
identity(uint8_t byte)
{
	struct iam_identity made = {
		.principal = {
			.access_key_id = claim_of_a_key.access_key_id,
			.account = STR("123456789012"),
			.user = STR("alice"),
			.policy = STR("read-only"),
		},
	};

	memset(made.key, byte, sizeof made.key);
	return made;
}

static bool
holds(struct iam_cache *cache, const struct sigv4_claim *claim, int64_t now_ms)
{
	struct arena arena = { 0 };
	struct iam_identity found;
	uint64_t generation;
	bool there = iam_cache_find(cache, claim, now_ms, &arena, &found, &generation);

	arena_done(&arena);
	return there;
}

/* A cache that holds claim_of_a_key since NOW_MS. */
static struct iam_cache *
cache_with_a_key(void)
{
	struct iam_cache *cache = iam_cache_new();
	struct iam_identity made = identity(7);

	iam_cache_put(cache, &claim_of_a_key, NOW_MS, 0, &made);
	return cache;
}

TEST(iam_cache, gives_back_what_was_put)
{
	struct iam_cache *cache = cache_with_a_key();
	struct iam_identity expected = identity(7), found;
	struct arena arena = { 0 };
	uint64_t generation;

	CHECK(iam_cache_find(cache, &claim_of_a_key, NOW_MS, &arena, &found, &generation));
	CHECK(memcmp(found.key, expected.key, sizeof found.key) == 0);
	CHECK_TEXT(found.principal.access_key_id, "AKIAEXAMPLEEXAMPLE22");
	CHECK_TEXT(found.principal.account, "123456789012");
	CHECK_TEXT(found.principal.user, "alice");
	CHECK_TEXT(found.principal.policy, "read-only");
	arena_done(&arena);
	iam_cache_free(cache);
}

TEST(iam_cache, tells_every_part_of_a_scope_apart)
{
	struct iam_cache *cache = cache_with_a_key();
	struct sigv4_claim other_key = claim_of_a_key, other_date = claim_of_a_key, other_region = claim_of_a_key,
			   other_service = claim_of_a_key, shifted = claim_of_a_key;

	other_key.access_key_id = STR("AKIAEXAMPLEEXAMPLE23");
	other_date.date = STR("20261122");
	other_region.region = STR("eu-central-2");
	other_service.service = STR("acm-pca");
	shifted.region = STR("eu-central-1a");
	shifted.service = STR("cm");
	CHECK(holds(cache, &claim_of_a_key, NOW_MS));
	CHECK(!holds(cache, &other_key, NOW_MS));
	CHECK(!holds(cache, &other_date, NOW_MS));
	CHECK(!holds(cache, &other_region, NOW_MS));
	CHECK(!holds(cache, &other_service, NOW_MS));
	CHECK(!holds(cache, &shifted, NOW_MS));
	iam_cache_free(cache);
}

TEST(iam_cache, forgets_after_its_lifetime_and_when_the_clock_is_set_back)
{
	struct iam_cache *cache = cache_with_a_key();

	CHECK(holds(cache, &claim_of_a_key, NOW_MS + IAM_CACHE_LIFETIME_MS - 1));
	CHECK(!holds(cache, &claim_of_a_key, NOW_MS + IAM_CACHE_LIFETIME_MS));
	CHECK(!holds(cache, &claim_of_a_key, NOW_MS - 1));
	iam_cache_free(cache);
}

TEST(iam_cache, a_newer_answer_takes_the_place_of_the_older)
{
	struct iam_cache *cache = cache_with_a_key();
	struct iam_identity newer = identity(9), found;
	struct arena arena = { 0 };
	uint64_t generation;

	iam_cache_put(cache, &claim_of_a_key, NOW_MS + 1, 0, &newer);
	CHECK(iam_cache_find(cache, &claim_of_a_key, NOW_MS + 1, &arena, &found, &generation));
	CHECK(found.key[0] == 9);
	arena_done(&arena);
	iam_cache_free(cache);
}

TEST(iam_cache, is_empty_once_cleared)
{
	struct iam_cache *cache = cache_with_a_key();

	iam_cache_clear(cache);
	CHECK(!holds(cache, &claim_of_a_key, NOW_MS));
	iam_cache_free(cache);
}

TEST(iam_cache, refuses_an_answer_read_before_it_was_cleared)
{
	struct iam_cache *cache = iam_cache_new();
	struct iam_identity stale = identity(7), found;
	struct arena arena = { 0 };
	uint64_t before, after;

	CHECK(!iam_cache_find(cache, &claim_of_a_key, NOW_MS, &arena, &found, &before));
	iam_cache_clear(cache);
	iam_cache_put(cache, &claim_of_a_key, NOW_MS, before, &stale);
	CHECK(!iam_cache_find(cache, &claim_of_a_key, NOW_MS, &arena, &found, &after));
	iam_cache_put(cache, &claim_of_a_key, NOW_MS, after, &stale);
	CHECK(holds(cache, &claim_of_a_key, NOW_MS));
	arena_done(&arena);
	iam_cache_free(cache);
}

TEST(iam_cache, stays_bounded_and_keeps_the_newest)
{
	struct iam_cache *cache = iam_cache_new();
	struct iam_identity made = identity(7);
	struct arena arena = { 0 };
	size_t kept = 0;

	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < 3 * IAM_CACHE_ENTRIES; i++) {
			struct sigv4_claim claim = claim_of_a_key;
			claim.region = arena_printf(&arena, "eu-central-%d", i);
			if (pass == 0) {
				iam_cache_put(cache, &claim, NOW_MS, 0, &made);
				CHECK(holds(cache, &claim, NOW_MS));
			} else if (holds(cache, &claim, NOW_MS)) {
				kept++;
			}
		}
	}
	CHECK(kept > IAM_CACHE_ENTRIES / 2 && kept <= IAM_CACHE_ENTRIES);
	arena_done(&arena);
	iam_cache_free(cache);
}

TEST(iam_cache, does_without_claims_that_are_too_long)
{
	struct iam_cache *cache = iam_cache_new();
	struct iam_identity made = identity(7);
	struct sigv4_claim claim = claim_of_a_key;
	char region[4096];

	memset(region, 'a', sizeof region);
	claim.region = (struct str){ region, sizeof region };
	iam_cache_put(cache, &claim, NOW_MS, 0, &made);
	CHECK(!holds(cache, &claim, NOW_MS));
	claim = claim_of_a_key;
	claim.access_key_id = (struct str){ region, ACCESS_KEY_ID_MAX + 1 };
	iam_cache_put(cache, &claim, NOW_MS, 0, &made);
	CHECK(!holds(cache, &claim, NOW_MS));
	iam_cache_free(cache);
}

TEST_MAIN("iam_cache");
