#include "store/duty.h"
#include "test.h"
#include "world.h"

#define OLD_KEY "00000000000000aa"
#define OLDER_KEY "0000000000000011"
#define NEW_KEY "00000000000000bb"

struct change {
	struct world *world;
	const char *name;
	struct bytes sealed;
	const struct sealed_row *row;
};

static bool
run_insert(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct change *change = context;

	return store_sealed_insert(transaction, change->name, change->sealed, fault);
}

/* As the signer would: the same record under the new master key. */
static bool
run_update(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct change *change = context;
	const struct bytes old = change->row->sealed;
	struct bytes sealed = world_sealed(change->world, NEW_KEY,
		arena_printf(&change->world->arena, "%.*s", (int)old.n - 17, (const char *)old.p + 17).p);

	return store_sealed_update(transaction, change->row->table_key, old, sealed, fault);
}

static bool
run_key(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct change *change = context;
	const struct account_row account = { STR("123456789012"), STR("house"), false, 0 };
	const struct access_key_row key = { .id = STR("AKIA1"),
		.account = account.id,
		.user = STR("ann"),
		.policy = STR("full"),
		.sealed_secret = change->sealed };

	return store_account_insert(transaction, &account, fault) && store_access_key_insert(transaction, &key, fault);
}

/* Three certificates with a history, an access key and a record of the house, under two master keys. */
static void
begin(struct world *w)
{
	struct change change = { .world = w, .name = "page-token" };

	world_begin(w);
	for (unsigned i = 1; i <= 3; i++) {
		struct certificate_row row = world_row(w, i);
		row.sealed_key = world_sealed(w, OLDER_KEY, arena_printf(&w->arena, "first %u", i).p);
		CHECK_OK(world_insert(w, &row), w->fault);
		row.version = 2;
		row.sealed_key = world_sealed(w, OLD_KEY, arena_printf(&w->arena, "second %u", i).p);
		CHECK_OK(world_replace(w, &row, 5), w->fault);
	}
	change.sealed = world_sealed(w, OLD_KEY, "secret");
	CHECK_OK(store_apply(w->store, run_key, &change, &w->fault), w->fault);
	change.sealed = world_sealed(w, OLD_KEY, "token");
	CHECK_OK(store_apply(w->store, run_insert, &change, &w->fault), w->fault);
}

static size_t
id_count(struct world *w)
{
	const struct str *ids;
	size_t count;

	CHECK_OK(store_sealed_ids(w->store, &w->arena, &ids, &count, &w->fault), w->fault);
	for (size_t i = 0; i < count; i++)
		CHECK(str_is(ids[i], OLD_KEY) || str_is(ids[i], OLDER_KEY) || str_is(ids[i], NEW_KEY));
	return count;
}

TEST(sealed, is_kept_by_name)
{
	struct world w;
	struct change change = { .world = &w, .name = "page-token" };
	struct bytes got;

	world_begin(&w);
	CHECK(!store_sealed_get(w.store, "page-token", &w.arena, &got, &w.fault) && w.fault.code == FAULT_NOT_FOUND);
	change.sealed = world_sealed(&w, OLD_KEY, "token");
	CHECK_OK(store_apply(w.store, run_insert, &change, &w.fault), w.fault);
	CHECK(!store_apply(w.store, run_insert, &change, &w.fault) && w.fault.code == FAULT_CONFLICT);
	CHECK_OK(store_sealed_get(w.store, "page-token", &w.arena, &got, &w.fault), w.fault);
	CHECK(bytes_equal(got, change.sealed));
	world_end(&w);
}

TEST(sealed, is_found_and_replaced_wherever_another_master_key_is_named)
{
	struct world w;
	const struct sealed_row *rows;
	const struct certificate_version *versions;
	struct access_key_row key;
	struct bytes got;
	size_t count, total = 0;

	begin(&w);
	CHECK(id_count(&w) == 2);
	for (;;) {
		CHECK_OK(store_sealed_stale(w.store, NEW_KEY, 3, &w.arena, &rows, &count, &w.fault), w.fault);
		CHECK(count <= 3);
		for (size_t i = 0; i < count; i++) {
			struct change change = { .world = &w, .row = &rows[i] };
			CHECK_OK(store_apply(w.store, run_update, &change, &w.fault), w.fault);
		}
		total += count;
		if (count == 0)
			break;
		CHECK(total <= 8);
	}
	CHECK(total == 8);
	CHECK(id_count(&w) == 1);
	for (unsigned i = 1; i <= 3; i++) {
		CHECK_OK(store_certificate_history(
				 w.store, &w.owner, world_id(&w, i), &w.arena, &versions, &count, &w.fault),
			w.fault);
		CHECK(count == 2);
		CHECK(bytes_equal(
			versions[0].sealed_key, world_sealed(&w, NEW_KEY, arena_printf(&w.arena, "second %u", i).p)));
		CHECK(bytes_equal(
			versions[1].sealed_key, world_sealed(&w, NEW_KEY, arena_printf(&w.arena, "first %u", i).p)));
	}
	CHECK_OK(store_access_key_get(w.store, STR("AKIA1"), &w.arena, &key, &w.fault), w.fault);
	CHECK(bytes_equal(key.sealed_secret, world_sealed(&w, NEW_KEY, "secret")));
	CHECK_OK(store_sealed_get(w.store, "page-token", &w.arena, &got, &w.fault), w.fault);
	CHECK(bytes_equal(got, world_sealed(&w, NEW_KEY, "token")));
	world_end(&w);
}

/* Rewraps what is stale, three rows at a time, as often as it is told; gives how many rows that were. */
static size_t
rotate(struct world *w, const char *active, unsigned turns)
{
	const struct sealed_row *rows;
	size_t count, total = 0;

	for (unsigned turn = 0; turn < turns; turn++) {
		CHECK_OK(store_sealed_stale(w->store, active, 3, &w->arena, &rows, &count, &w->fault), w->fault);
		for (size_t i = 0; i < count; i++) {
			struct change change = { .world = w, .row = &rows[i] };
			CHECK_OK(store_apply(w->store, run_update, &change, &w->fault), w->fault);
		}
		total += count;
	}
	return total;
}

TEST(sealed, goes_on_being_rotated_where_it_ended)
{
	struct world w;

	begin(&w);
	CHECK(rotate(&w, NEW_KEY, 1) == 3);
	CHECK(id_count(&w) == 3);
	world_close(&w);
	world_open(&w);
	CHECK(rotate(&w, NEW_KEY, 3) == 5);
	CHECK(id_count(&w) == 1);
	world_end(&w);
}

TEST(sealed, is_stale_under_a_master_key_below_or_above_the_active_one)
{
	struct world w;
	const struct sealed_row *rows;
	size_t count;

	begin(&w);
	struct certificate_row row = world_row(&w, 1);
	row.version = 3;
	row.sealed_key = world_sealed(&w, NEW_KEY, "third");
	CHECK_OK(world_replace(&w, &row, 5), w.fault);
	/* Three first versions are under a lower key; one current version is under a higher one. */
	CHECK_OK(store_sealed_stale(w.store, OLD_KEY, 100, &w.arena, &rows, &count, &w.fault), w.fault);
	CHECK(count == 4);
	for (size_t i = 0; i < count; i++)
		CHECK(memcmp(rows[i].sealed.p + 1, OLD_KEY, strlen(OLD_KEY)) != 0);
	CHECK_OK(store_sealed_stale(w.store, OLD_KEY, 0, &w.arena, &rows, &count, &w.fault), w.fault);
	CHECK(count == 0);
	CHECK_OK(store_sealed_stale(w.store, OLDER_KEY, 100, &w.arena, &rows, &count, &w.fault), w.fault);
	CHECK(count == 6);
	world_end(&w);
}

TEST(sealed, names_no_master_key_that_no_row_names_any_more)
{
	struct world w;
	struct change change = { .world = &w, .name = "page-token" };

	world_begin(&w);
	CHECK(id_count(&w) == 0);
	struct certificate_row row = world_row(&w, 1);
	row.sealed_key = world_sealed(&w, OLDER_KEY, "first");
	CHECK_OK(world_insert(&w, &row), w.fault);
	row.version = 2;
	row.sealed_key = world_sealed(&w, OLD_KEY, "second");
	CHECK_OK(world_replace(&w, &row, 1), w.fault);
	CHECK(id_count(&w) == 2);
	/* The history is cut, and with it goes the older key. */
	row.version = 3;
	CHECK_OK(world_replace(&w, &row, 0), w.fault);
	CHECK(id_count(&w) == 1);
	change.sealed = world_sealed(&w, NEW_KEY, "token");
	CHECK_OK(store_apply(w.store, run_insert, &change, &w.fault), w.fault);
	CHECK(id_count(&w) == 2);
	CHECK_OK(world_delete(&w, row.id), w.fault);
	CHECK(id_count(&w) == 1);
	world_end(&w);
}

TEST(sealed, is_not_replaced_when_it_changed_or_went_meanwhile)
{
	struct world w;
	const struct sealed_row *rows;
	struct bytes got;
	int64_t version;
	size_t count;

	begin(&w);
	CHECK_OK(store_sealed_stale(w.store, NEW_KEY, 100, &w.arena, &rows, &count, &w.fault), w.fault);
	CHECK(count == 8);
	struct certificate_row row = world_row(&w, 1);
	row.version = 3;
	row.sealed_key = world_sealed(&w, NEW_KEY, "third");
	CHECK_OK(world_replace(&w, &row, 0), w.fault);
	CHECK_OK(world_delete(&w, world_id(&w, 2)), w.fault);
	for (size_t i = 0; i < count; i++) {
		struct change change = { .world = &w, .row = &rows[i] };
		CHECK_OK(store_apply(w.store, run_update, &change, &w.fault), w.fault);
	}
	CHECK_OK(store_certificate_key(w.store, &w.owner, row.id, &w.arena, &got, &version, &w.fault), w.fault);
	CHECK(version == 3 && bytes_equal(got, row.sealed_key));
	CHECK(!store_certificate_key(w.store, &w.owner, world_id(&w, 2), &w.arena, &got, &version, &w.fault));
	world_end(&w);
}

static bool
run_responder(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_responder_put(transaction, context, fault);
}

TEST(sealed, is_found_and_replaced_in_authorities_and_their_responders)
{
	struct world w;
	struct responder_row responder;
	struct authority_row got;

	world_begin(&w);
	for (unsigned i = 1; i <= 2; i++) {
		struct authority_row row = world_authority(&w, i);
		row.sealed_key = world_sealed(&w, OLDER_KEY, arena_printf(&w.arena, "ca %u", i).p);
		CHECK_OK(world_authority_insert(&w, &row), w.fault);
		responder = (struct responder_row){ .authority = row.number,
			.certificate = row.certificate,
			.sealed_key = world_sealed(&w, OLD_KEY, arena_printf(&w.arena, "responder %u", i).p) };
		CHECK_OK(store_apply(w.store, run_responder, &responder, &w.fault), w.fault);
	}
	CHECK(id_count(&w) == 2);
	CHECK(rotate(&w, NEW_KEY, 3) == 4);
	CHECK(id_count(&w) == 1);
	for (unsigned i = 1; i <= 2; i++) {
		CHECK_OK(store_authority_get(w.store, &w.owner, world_id(&w, i), &w.arena, &got, &w.fault), w.fault);
		CHECK(bytes_equal(got.sealed_key, world_sealed(&w, NEW_KEY, arena_printf(&w.arena, "ca %u", i).p)));
		CHECK(got.version == 1);
		CHECK_OK(store_responder_get(w.store, got.number, &w.arena, &responder, &w.fault), w.fault);
		CHECK(bytes_equal(
			responder.sealed_key, world_sealed(&w, NEW_KEY, arena_printf(&w.arena, "responder %u", i).p)));
	}
	/* One that is replaced names its new master key. */
	responder.sealed_key = world_sealed(&w, OLD_KEY, "renewed");
	CHECK_OK(store_apply(w.store, run_responder, &responder, &w.fault), w.fault);
	CHECK(id_count(&w) == 2);
	world_end(&w);
}

TEST(sealed, refuses_a_key_that_names_no_row)
{
	static const char *const keys[] = { "", "x", "certificate", "history/a/b", "history/a/b/c/d", "nothing/1",
		"authority/x", "responder/" };
	struct world w;

	world_begin(&w);
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		const struct sealed_row row = { str_of(keys[i]), world_sealed(&w, OLD_KEY, "x") };
		struct change change = { .world = &w, .row = &row };
		w.fault.code = FAULT_NONE;
		CHECK(!store_apply(w.store, run_update, &change, &w.fault));
		CHECK(w.fault.code == FAULT_INTERNAL);
	}
	world_end(&w);
}

TEST_MAIN("store sealed");
