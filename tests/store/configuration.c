#include <sqlite3.h>

#include "test.h"
#include "world.h"

struct claim {
	struct world *world;
	const char *operation;
	struct str token;
	struct bytes digest;
	int64_t now_ms, days;
	bool known;
};

static bool
run_put(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct claim *claim = context;

	return store_configuration_put(transaction, &claim->world->owner, claim->days, fault);
}

static bool
run_claim(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct claim *claim = context;

	return store_token_claim(transaction, &claim->world->owner, claim->operation, claim->token, claim->digest,
		claim->now_ms, claim->now_ms + 1000, &claim->known, fault);
}

TEST(configuration, has_a_default_and_keeps_what_is_put)
{
	struct world w;
	struct claim claim = { .world = &w };
	int64_t days;

	world_begin(&w);
	CHECK_OK(store_configuration_get(w.store, &w.owner, &days, &w.fault), w.fault);
	CHECK(days == STORE_DEFAULT_DAYS_BEFORE_EXPIRY);
	for (claim.days = 10; claim.days < 12; claim.days++) {
		CHECK_OK(store_apply(w.store, run_put, &claim, &w.fault), w.fault);
		CHECK_OK(store_configuration_get(w.store, &w.owner, &days, &w.fault), w.fault);
		CHECK(days == claim.days);
	}
	w.owner.region = STR("us-east-1");
	CHECK_OK(store_configuration_get(w.store, &w.owner, &days, &w.fault), w.fault);
	CHECK(days == STORE_DEFAULT_DAYS_BEFORE_EXPIRY);
	world_end(&w);
}

TEST(configuration, knows_a_token_again_until_it_expires)
{
	struct world w;
	struct claim claim = { .world = &w,
		.operation = "PutAccountConfiguration",
		.token = STR("token"),
		.digest = { (const uint8_t *)"one", 3 },
		.now_ms = WORLD_NOW_MS };

	world_begin(&w);
	CHECK_OK(store_apply(w.store, run_claim, &claim, &w.fault), w.fault);
	CHECK(!claim.known);
	claim.now_ms += 999;
	CHECK_OK(store_apply(w.store, run_claim, &claim, &w.fault), w.fault);
	CHECK(claim.known);
	claim.digest = bytes_of_str(STR("two"));
	CHECK(!store_apply(w.store, run_claim, &claim, &w.fault));
	CHECK(w.fault.code == FAULT_CONFLICT && w.fault.say[0] == '\0');
	/* Another operation, another owner, and a later time have tokens of their own. */
	claim.operation = "RequestCertificate";
	CHECK_OK(store_apply(w.store, run_claim, &claim, &w.fault), w.fault);
	CHECK(!claim.known);
	claim.operation = "PutAccountConfiguration";
	w.owner.account = STR("210987654321");
	CHECK_OK(store_apply(w.store, run_claim, &claim, &w.fault), w.fault);
	CHECK(!claim.known);
	w.owner.account = STR("123456789012");
	claim.now_ms += 1;
	CHECK_OK(store_apply(w.store, run_claim, &claim, &w.fault), w.fault);
	CHECK(!claim.known);
	world_end(&w);
}

TEST(configuration, keeps_the_first_word_of_a_token)
{
	struct world w;
	struct claim claim = { .world = &w,
		.operation = "PutAccountConfiguration",
		.token = STR("token"),
		.digest = { (const uint8_t *)"one", 3 },
		.now_ms = WORLD_NOW_MS };
	const struct bytes first = claim.digest;

	world_begin(&w);
	CHECK_OK(store_apply(w.store, run_claim, &claim, &w.fault), w.fault);
	/* Refused, and asked again later: neither changes what was said first, nor for how long. */
	claim.digest = bytes_of_str(STR("two"));
	CHECK(!store_apply(w.store, run_claim, &claim, &w.fault) && w.fault.code == FAULT_CONFLICT);
	world_close(&w);
	world_open(&w);
	claim.digest = first;
	claim.now_ms = WORLD_NOW_MS + 600;
	CHECK_OK(store_apply(w.store, run_claim, &claim, &w.fault), w.fault);
	CHECK(claim.known);
	claim.digest = bytes_of_str(STR("two"));
	claim.now_ms = WORLD_NOW_MS + 1000;
	CHECK_OK(store_apply(w.store, run_claim, &claim, &w.fault), w.fault);
	CHECK(!claim.known);
	world_end(&w);
}

static bool
run_claim_and_refuse(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return run_claim(transaction, context, fault) && fault_set(fault, FAULT_LIMIT_EXCEEDED, "No more.");
}

TEST(configuration, forgets_the_token_of_what_was_refused)
{
	struct world w;
	struct claim claim = { .world = &w,
		.operation = "RequestCertificate",
		.token = STR("token"),
		.digest = { (const uint8_t *)"one", 3 },
		.now_ms = WORLD_NOW_MS };

	world_begin(&w);
	CHECK(!store_apply(w.store, run_claim_and_refuse, &claim, &w.fault) && w.fault.code == FAULT_LIMIT_EXCEEDED);
	CHECK_OK(store_apply(w.store, run_claim, &claim, &w.fault), w.fault);
	CHECK(!claim.known);
	world_end(&w);
}

/* Expired tokens do not gather: the file shows it, no verb does. */
static int
token_count(struct world *w)
{
	sqlite3 *db;
	sqlite3_stmt *st;

	CHECK(sqlite3_open_v2(w->path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
	CHECK(sqlite3_prepare_v2(db, "SELECT count(*) FROM idempotency_token", -1, &st, NULL) == SQLITE_OK);
	CHECK(sqlite3_step(st) == SQLITE_ROW);
	int count = sqlite3_column_int(st, 0);
	CHECK(sqlite3_finalize(st) == SQLITE_OK && sqlite3_close(db) == SQLITE_OK);
	return count;
}

TEST(configuration, lets_expired_tokens_go)
{
	struct world w;
	struct claim claim = { .world = &w,
		.operation = "RequestCertificate",
		.digest = { (const uint8_t *)"one", 3 },
		.now_ms = WORLD_NOW_MS };

	world_begin(&w);
	for (int i = 0; i < 5; i++) {
		claim.token = arena_printf(&w.arena, "token %d", i);
		claim.now_ms = WORLD_NOW_MS + i;
		CHECK_OK(store_apply(w.store, run_claim, &claim, &w.fault), w.fault);
	}
	CHECK(token_count(&w) == 5);
	claim.token = STR("another");
	claim.now_ms = WORLD_NOW_MS + 1002;
	CHECK_OK(store_apply(w.store, run_claim, &claim, &w.fault), w.fault);
	CHECK(token_count(&w) == 3);
	world_end(&w);
}

TEST_MAIN("store configuration");
