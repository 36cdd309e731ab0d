#include "test.h"
#include "world.h"

struct change {
	struct world *world;
	const struct account_row *account;
	const struct access_key_row *key;
	struct str id;
	bool disabled;
};

static bool
run_account_insert(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_account_insert(transaction, ((struct change *)context)->account, fault);
}

static bool
run_account_disable(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct change *change = context;

	return store_account_set_disabled(transaction, change->id, change->disabled, fault);
}

static bool
run_account_delete(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_account_delete(transaction, ((struct change *)context)->id, fault);
}

static bool
run_key_insert(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_access_key_insert(transaction, ((struct change *)context)->key, fault);
}

static bool
run_key_disable(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct change *change = context;

	return store_access_key_set_disabled(transaction, change->id, change->disabled, fault);
}

static bool
run_key_delete(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_access_key_delete(transaction, ((struct change *)context)->id, fault);
}

static bool
apply(struct world *w, bool (*run)(struct store_transaction *, void *, struct fault *), struct change change)
{
	w->fault.code = FAULT_NONE;
	return store_apply(w->store, run, &change, &w->fault);
}

static bool
account_insert(struct world *w, const char *id)
{
	const struct account_row row = { str_of(id), STR("house"), false, 7 };

	return apply(w, run_account_insert, (struct change){ .account = &row });
}

static bool
key_insert(struct world *w, const char *id, const char *account)
{
	const struct access_key_row row = { .id = str_of(id),
		.account = str_of(account),
		.user = STR("ann"),
		.policy = STR("full"),
		.created_ms = 9,
		.sealed_secret = world_sealed(w, "00000000000000aa", id) };

	return apply(w, run_key_insert, (struct change){ .key = &row });
}

TEST(account, is_listed_disabled_and_deleted)
{
	struct world w;
	const struct account_row *rows;
	size_t count;

	world_begin(&w);
	CHECK_OK(account_insert(&w, "222222222222"), w.fault);
	CHECK_OK(account_insert(&w, "111111111111"), w.fault);
	CHECK(!account_insert(&w, "111111111111") && w.fault.code == FAULT_CONFLICT);
	CHECK_OK(apply(&w, run_account_disable, (struct change){ .id = STR("222222222222"), .disabled = true }),
		w.fault);
	CHECK_OK(store_account_list(w.store, &w.arena, &rows, &count, &w.fault), w.fault);
	CHECK(count == 2 && !rows[0].disabled && rows[1].disabled && rows[0].created_ms == 7);
	CHECK_TEXT(rows[0].id, "111111111111");
	CHECK_TEXT(rows[1].name, "house");
	CHECK(!apply(&w, run_account_disable, (struct change){ .id = STR("3") }) && w.fault.code == FAULT_NOT_FOUND);
	CHECK_OK(apply(&w, run_account_delete, (struct change){ .id = STR("111111111111") }), w.fault);
	CHECK(!apply(&w, run_account_delete, (struct change){ .id = STR("111111111111") }));
	CHECK(w.fault.code == FAULT_NOT_FOUND);
	CHECK_OK(store_account_list(w.store, &w.arena, &rows, &count, &w.fault), w.fault);
	CHECK(count == 1);
	world_end(&w);
}

TEST(account, stays_while_it_has_certificates_or_keys)
{
	struct world w;
	const struct change it = { .id = STR("123456789012") };

	world_begin(&w);
	struct certificate_row row = world_row(&w, 1);
	CHECK_OK(account_insert(&w, "123456789012"), w.fault);
	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK(!apply(&w, run_account_delete, it) && w.fault.code == FAULT_IN_USE);
	CHECK_OK(world_delete(&w, row.id), w.fault);
	CHECK_OK(key_insert(&w, "AKIA1", "123456789012"), w.fault);
	CHECK(!apply(&w, run_account_delete, it) && w.fault.code == FAULT_IN_USE);
	CHECK_OK(apply(&w, run_key_delete, (struct change){ .id = STR("AKIA1") }), w.fault);
	CHECK_OK(apply(&w, run_account_delete, it), w.fault);
	world_end(&w);
}

TEST(account, gives_its_keys)
{
	struct world w;
	struct access_key_row key;
	const struct access_key_row *rows;
	size_t count;

	world_begin(&w);
	CHECK(!key_insert(&w, "AKIA1", "111111111111") && w.fault.code == FAULT_NOT_FOUND);
	CHECK_OK(account_insert(&w, "111111111111"), w.fault);
	CHECK_OK(account_insert(&w, "222222222222"), w.fault);
	CHECK_OK(key_insert(&w, "AKIA1", "111111111111"), w.fault);
	CHECK_OK(key_insert(&w, "AKIA2", "222222222222"), w.fault);
	CHECK(!key_insert(&w, "AKIA2", "111111111111") && w.fault.code == FAULT_CONFLICT);
	CHECK_OK(store_access_key_get(w.store, STR("AKIA1"), &w.arena, &key, &w.fault), w.fault);
	CHECK_TEXT(key.account, "111111111111");
	CHECK_TEXT(key.user, "ann");
	CHECK_TEXT(key.policy, "full");
	CHECK(!key.disabled && key.created_ms == 9);
	CHECK(bytes_equal(key.sealed_secret, world_sealed(&w, "00000000000000aa", "AKIA1")));
	CHECK_OK(store_access_key_list(w.store, (struct str){ 0 }, &w.arena, &rows, &count, &w.fault), w.fault);
	CHECK(count == 2);
	CHECK_OK(store_access_key_list(w.store, STR("222222222222"), &w.arena, &rows, &count, &w.fault), w.fault);
	CHECK(count == 1);
	CHECK_TEXT(rows[0].id, "AKIA2");
	CHECK(!store_access_key_get(w.store, STR("AKIA3"), &w.arena, &key, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND);
	world_end(&w);
}

TEST(account, disables_its_keys_with_itself)
{
	struct world w;
	struct access_key_row key;
	struct change account = { .id = STR("111111111111"), .disabled = true };
	struct change one = { .id = STR("AKIA1"), .disabled = true };

	world_begin(&w);
	CHECK_OK(account_insert(&w, "111111111111"), w.fault);
	CHECK_OK(key_insert(&w, "AKIA1", "111111111111"), w.fault);
	CHECK_OK(apply(&w, run_account_disable, account), w.fault);
	CHECK_OK(store_access_key_get(w.store, one.id, &w.arena, &key, &w.fault), w.fault);
	CHECK(key.disabled);
	account.disabled = false;
	CHECK_OK(apply(&w, run_account_disable, account), w.fault);
	CHECK_OK(store_access_key_get(w.store, one.id, &w.arena, &key, &w.fault), w.fault);
	CHECK(!key.disabled);
	CHECK_OK(apply(&w, run_key_disable, one), w.fault);
	CHECK_OK(store_access_key_get(w.store, one.id, &w.arena, &key, &w.fault), w.fault);
	CHECK(key.disabled);
	one.id = STR("AKIA9");
	CHECK(!apply(&w, run_key_disable, one) && w.fault.code == FAULT_NOT_FOUND);
	CHECK(!apply(&w, run_key_delete, one) && w.fault.code == FAULT_NOT_FOUND);
	world_end(&w);
}

TEST(account, may_be_one_of_many_and_have_many_keys)
{
	enum { MANY = 40 };
	struct world w;
	const struct account_row *accounts;
	const struct access_key_row *keys;
	size_t count;

	world_begin(&w);
	for (unsigned i = MANY; i-- > 0;)
		CHECK_OK(account_insert(&w, arena_printf(&w.arena, "%012u", i).p), w.fault);
	for (unsigned i = MANY; i-- > 0;)
		CHECK_OK(key_insert(
				 &w, arena_printf(&w.arena, "AKIA%02u", i).p, i < 2 ? "000000000001" : "000000000000"),
			w.fault);
	CHECK_OK(store_account_list(w.store, &w.arena, &accounts, &count, &w.fault), w.fault);
	CHECK(count == MANY);
	for (unsigned i = 0; i < MANY; i++)
		CHECK(str_is(accounts[i].id, arena_printf(&w.arena, "%012u", i).p));
	CHECK_OK(store_access_key_list(w.store, STR("000000000000"), &w.arena, &keys, &count, &w.fault), w.fault);
	CHECK(count == MANY - 2);
	for (unsigned i = 0; i < MANY - 2; i++)
		CHECK(str_is(keys[i].id, arena_printf(&w.arena, "AKIA%02u", i + 2).p));
	CHECK_OK(store_access_key_list(w.store, (struct str){ 0 }, &w.arena, &keys, &count, &w.fault), w.fault);
	CHECK(count == MANY);
	CHECK_OK(store_access_key_list(w.store, STR("999999999999"), &w.arena, &keys, &count, &w.fault), w.fault);
	CHECK(count == 0);
	world_end(&w);
}

static bool
run_purge(struct store_transaction *transaction, void *context, struct fault *fault)
{
	bool more;

	return store_authority_purge(transaction, *(const int64_t *)context, 100, &more, fault);
}

TEST(account, stays_while_it_has_an_authority)
{
	struct world w;
	const struct change it = { .id = STR("123456789012") };

	world_begin(&w);
	struct authority_row row = world_authority(&w, 1);
	CHECK_OK(account_insert(&w, "123456789012"), w.fault);
	CHECK_OK(world_authority_insert(&w, &row), w.fault);
	CHECK(!apply(&w, run_account_delete, it) && w.fault.code == FAULT_IN_USE);
	CHECK_OK(store_apply(w.store, run_purge, &row.number, &w.fault), w.fault);
	CHECK_OK(apply(&w, run_account_delete, it), w.fault);
	world_end(&w);
}

TEST(account, stays_for_a_certificate_in_any_region)
{
	struct world w;
	const struct change it = { .id = STR("123456789012") };

	world_begin(&w);
	struct certificate_row row = world_row(&w, 1);
	w.owner.region = STR("us-east-1");
	CHECK_OK(account_insert(&w, "123456789012"), w.fault);
	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK(!apply(&w, run_account_delete, it) && w.fault.code == FAULT_IN_USE);
	CHECK_OK(world_delete(&w, row.id), w.fault);
	CHECK_OK(apply(&w, run_account_delete, it), w.fault);
	world_end(&w);
}

TEST(account, keeps_a_key_disabled_that_was_disabled_by_itself)
{
	struct world w;
	struct access_key_row key;
	const struct access_key_row *keys;
	size_t count;

	world_begin(&w);
	CHECK_OK(account_insert(&w, "111111111111"), w.fault);
	CHECK_OK(key_insert(&w, "AKIA1", "111111111111"), w.fault);
	CHECK_OK(key_insert(&w, "AKIA2", "111111111111"), w.fault);
	CHECK_OK(apply(&w, run_key_disable, (struct change){ .id = STR("AKIA1"), .disabled = true }), w.fault);
	for (int disabled = 1; disabled >= 0; disabled--)
		CHECK_OK(apply(&w, run_account_disable,
				 (struct change){ .id = STR("111111111111"), .disabled = disabled != 0 }),
			w.fault);
	CHECK_OK(store_access_key_list(w.store, STR("111111111111"), &w.arena, &keys, &count, &w.fault), w.fault);
	CHECK(count == 2 && keys[0].disabled && !keys[1].disabled);
	CHECK_OK(apply(&w, run_key_disable, (struct change){ .id = STR("AKIA1"), .disabled = false }), w.fault);
	CHECK_OK(store_access_key_get(w.store, STR("AKIA1"), &w.arena, &key, &w.fault), w.fault);
	CHECK(!key.disabled);
	world_end(&w);
}

TEST_MAIN("store account");
