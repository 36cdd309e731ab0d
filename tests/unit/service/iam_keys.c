/* Access keys over a real store and a real signer: this program is its own signer. */
#include "service/iam/iam.h"

#include <stdlib.h>
#include <unistd.h>

#include "service/housekeeping.h"
#include "store/datadir.h"
#include "test.h"

enum { NOW_MS = 1795248000 }; /* any moment: the claims below are not checked against it */

struct house {
	struct arena arena;
	struct datadir datadir;
	struct signer_process *process;
	struct signer *signer;
	struct store *store;
	struct iam_cache *cache;
	char path[64];
};

static struct clock moment;

static void
house_open(struct house *house)
{
	struct fault fault = { 0 };

	*house = (struct house){ 0 };
	moment = clock_fixed(NOW_MS);
	(void)snprintf(house->path, sizeof house->path, "/tmp/chancery-iam-XXXXXX");
	CHECK(mkdtemp(house->path) != NULL);
	CHECK_OK(datadir_open(house->path, &house->arena, &house->datadir, &fault), fault);
	struct signer_options signer = {
		.executable = "/proc/self/exe",
		.master_key_file = house->datadir.master_keys,
		.channels = 1,
		.create = true,
	};
	CHECK_OK(signer_start(&signer, &house->process, &fault), fault);
	house->signer = signer_channel(house->process, 0);
	struct store_options store = { .path = house->datadir.store, .readers = 2, .clock = &moment };
	CHECK_OK(store_open(&store, &house->store, &fault), fault);
	house->cache = iam_cache_new();
}

static void
house_close(struct house *house)
{
	char command[128];

	iam_cache_free(house->cache);
	store_close(house->store);
	signer_stop(house->process);
	arena_done(&house->arena);
	(void)snprintf(command, sizeof command, "rm -r %s", house->path);
	CHECK(system(command) == 0); // NOLINT(cert-env33-c): a path of our own making
}

static const struct str key_id = { "AKIAIOSFODNN7EXAMPLE", 20 };
static char secret_text[] = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
static char other_text[] = "another/secret+of+forty+characters+long0";

static struct secret
secret_of(char *text)
{
	return (struct secret){ (uint8_t *)text, strlen(text) };
}

static void
bootstrap(struct house *house, char *text)
{
	struct fault fault = { 0 };

	CHECK_OK(iam_bootstrap(
			 house->store, house->signer, &moment, key_id, secret_of(text), STR("111122223333"), &fault),
		fault);
}

static struct sigv4_claim
claim(void)
{
	return (struct sigv4_claim){
		.access_key_id = key_id,
		.date = STR("20261121"),
		.region = STR("eu-central-1"),
		.service = STR("acm"),
	};
}

static bool
find(struct house *house, const struct sigv4_claim *claimed, int64_t now_ms, uint8_t key[SIGV4_KEY_BYTES],
	struct principal *who, struct fault *fault)
{
	return iam_signing_key(
		house->cache, house->store, house->signer, now_ms, claimed, &house->arena, key, who, fault);
}

/* Refused in the one sentence for all such refusals. */
static void
check_unrecognized(struct house *house, const struct sigv4_claim *claimed, int64_t now_ms)
{
	struct fault fault = { 0 };
	struct principal who;
	uint8_t key[SIGV4_KEY_BYTES];

	CHECK(!find(house, claimed, now_ms, key, &who, &fault));
	CHECK(fault.code == FAULT_UNRECOGNIZED_CLIENT);
	CHECK_TEXT(str_of(fault.say), "The security token included in the request is invalid.");
}

static void
check_signs_with(struct house *house, char *text, int64_t now_ms)
{
	struct sigv4_claim claimed = claim();
	struct fault fault = { 0 };
	struct principal who;
	uint8_t key[SIGV4_KEY_BYTES], expected[SIGV4_KEY_BYTES];

	CHECK_OK(find(house, &claimed, now_ms, key, &who, &fault), fault);
	sigv4_key_derive(secret_bytes(secret_of(text)), claimed.date, claimed.region, claimed.service, expected);
	CHECK(memcmp(key, expected, sizeof key) == 0);
	CHECK_TEXT(who.access_key_id, "AKIAIOSFODNN7EXAMPLE");
	CHECK_TEXT(who.account, "111122223333");
	CHECK_TEXT(who.user, "root");
	CHECK_TEXT(who.policy, "full");
}

static bool
disable_key(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_access_key_set_disabled(transaction, key_id, *(const bool *)context, fault);
}

static bool
disable_account(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_account_set_disabled(transaction, STR("111122223333"), *(const bool *)context, fault);
}

static void
apply(struct house *house, bool (*run)(struct store_transaction *, void *, struct fault *), bool disabled)
{
	struct fault fault = { 0 };

	CHECK_OK(store_apply(house->store, run, &disabled, &fault), fault);
}

TEST(iam_keys, a_known_key_gives_its_signing_key_and_its_user)
{
	struct house house;

	house_open(&house);
	bootstrap(&house, secret_text);
	check_signs_with(&house, secret_text, NOW_MS); /* from the store and the signer */
	check_signs_with(&house, secret_text, NOW_MS); /* from the cache */
	house_close(&house);
}

TEST(iam_keys, refuses_what_it_does_not_know)
{
	struct house house;
	struct sigv4_claim unknown = claim(), malformed = claim();

	house_open(&house);
	bootstrap(&house, secret_text);
	unknown.access_key_id = STR("AKIAIOSFODNN7EXAMPLF");
	malformed.access_key_id = STR("' OR 1 --");
	check_unrecognized(&house, &unknown, NOW_MS);
	check_unrecognized(&house, &malformed, NOW_MS);
	house_close(&house);
}

TEST(iam_keys, refuses_a_session_token_even_from_a_cached_key)
{
	struct house house;
	struct sigv4_claim with_token = claim();

	house_open(&house);
	bootstrap(&house, secret_text);
	check_signs_with(&house, secret_text, NOW_MS);
	with_token.security_token = STR("");
	check_unrecognized(&house, &with_token, NOW_MS);
	house_close(&house);
}

TEST(iam_keys, refuses_a_disabled_key_and_the_keys_of_a_disabled_account)
{
	struct house house;
	struct sigv4_claim claimed = claim();

	house_open(&house);
	bootstrap(&house, secret_text);
	apply(&house, disable_key, true);
	check_unrecognized(&house, &claimed, NOW_MS);
	apply(&house, disable_key, false);
	apply(&house, disable_account, true);
	check_unrecognized(&house, &claimed, NOW_MS);
	apply(&house, disable_account, false);
	check_signs_with(&house, secret_text, NOW_MS);
	house_close(&house);
}

TEST(iam_keys, a_change_is_seen_when_the_cache_is_cleared_and_after_a_minute_at_the_latest)
{
	struct house house;
	struct sigv4_claim claimed = claim();

	house_open(&house);
	bootstrap(&house, secret_text);
	check_signs_with(&house, secret_text, NOW_MS);
	apply(&house, disable_key, true);
	check_signs_with(&house, secret_text, NOW_MS + IAM_CACHE_LIFETIME_MS - 1);
	check_unrecognized(&house, &claimed, NOW_MS + IAM_CACHE_LIFETIME_MS);
	apply(&house, disable_key, false);
	check_signs_with(&house, secret_text, NOW_MS);
	apply(&house, disable_key, true);
	iam_cache_clear(house.cache);
	check_unrecognized(&house, &claimed, NOW_MS);
	house_close(&house);
}

/* ---- First credentials ---- */

static void
key_row(struct house *house, struct access_key_row *row)
{
	struct fault fault = { 0 };

	CHECK_OK(store_access_key_get(house->store, key_id, &house->arena, row, &fault), fault);
}

TEST(iam_bootstrap, changes_nothing_the_second_time)
{
	struct house house;
	struct access_key_row first, second;

	house_open(&house);
	bootstrap(&house, secret_text);
	key_row(&house, &first);
	bootstrap(&house, secret_text);
	key_row(&house, &second);
	CHECK(bytes_equal(first.sealed_secret, second.sealed_secret));
	house_close(&house);
}

TEST(iam_bootstrap, takes_a_changed_secret)
{
	struct house house;

	house_open(&house);
	bootstrap(&house, secret_text);
	bootstrap(&house, other_text);
	check_signs_with(&house, other_text, NOW_MS);
	house_close(&house);
}

TEST(iam_bootstrap, does_not_give_back_what_an_administrator_took_away)
{
	struct house house;
	struct sigv4_claim claimed = claim();

	house_open(&house);
	bootstrap(&house, secret_text);
	apply(&house, disable_key, true);
	bootstrap(&house, other_text);
	check_unrecognized(&house, &claimed, NOW_MS);
	house_close(&house);
}

static void
check_refused(
	struct house *house, struct str id, char *text, struct str account, enum fault_code code, const char *word)
{
	struct fault fault = { 0 };

	CHECK(!iam_bootstrap(house->store, house->signer, &moment, id, secret_of(text), account, &fault));
	CHECK(fault.code == code);
	CHECK(strstr(fault.say, word) != NULL);
}

TEST(iam_bootstrap, refuses_what_is_malformed_or_another_accounts)
{
	struct house house;
	struct str account = STR("111122223333");

	house_open(&house);
	check_refused(&house, STR("short"), secret_text, account, FAULT_INVALID_ARGS, "access key id");
	check_refused(&house, key_id, secret_text, STR("1"), FAULT_INVALID_ARGS, "account id");
	check_refused(&house, key_id, (char[]){ "a b" }, account, FAULT_INVALID_ARGS, "secret");
	bootstrap(&house, secret_text);
	check_refused(&house, key_id, secret_text, STR("222233334444"), FAULT_CONFLICT, "111122223333");
	house_close(&house);
}

/* ---- Retiring master keys ---- */

struct replacement {
	const struct sealed_row *row;
	struct bytes sealed;
};

static bool
replace_record(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct replacement *replacement = context;

	return store_sealed_update(
		transaction, replacement->row->table_key, replacement->row->sealed, replacement->sealed, fault);
}

TEST(housekeeping, a_master_key_goes_when_no_row_names_it)
{
	struct house house;
	struct fault fault = { 0 };
	char active[MASTER_KEY_ID_BYTES + 1];
	uint8_t key[SIGV4_KEY_BYTES];
	const struct sealed_row *stale;
	struct replacement replacement;
	size_t count;

	house_open(&house);
	bootstrap(&house, secret_text);
	CHECK_OK(signer_rotate(house.signer, active, &fault), fault);

	/* The row still names the old key, so the old key stays and opens it. */
	CHECK_OK(housekeeping_retire_master_keys(&house.datadir, house.store, house.signer, &fault), fault);
	check_signs_with(&house, secret_text, NOW_MS);

	/* Rewrapped, it does not: the old record, were it still there, opens no more. */
	CHECK_OK(store_sealed_stale(house.store, active, 10, &house.arena, &stale, &count, &fault), fault);
	CHECK(count == 1);
	replacement.row = &stale[0];
	CHECK_OK(signer_rewrap(house.signer, stale[0].sealed, &house.arena, &replacement.sealed, &fault), fault);
	CHECK_OK(store_apply(house.store, replace_record, &replacement, &fault), fault);
	CHECK_OK(housekeeping_retire_master_keys(&house.datadir, house.store, house.signer, &fault), fault);
	iam_cache_clear(house.cache);
	check_signs_with(&house, secret_text, NOW_MS);
	struct seal_context context = iam_seal_context(STR("111122223333"), key_id);
	CHECK(!signer_sigv4_key(house.signer, stale[0].sealed, &context, STR("20261121"), STR("eu-central-1"),
		STR("acm"), key, &fault));
	house_close(&house);
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "signer") == 0)
		return signer_main(argc - 1, argv + 1);
	return _cmocka_run_group_tests("iam_keys", test_list, test_count, NULL, NULL);
}
