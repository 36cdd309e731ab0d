/* What is kept of a certificate's earlier versions, and for how long. */
#include "test.h"
#include "world.h"

struct history {
	const struct certificate_version *v;
	size_t n;
};

static struct history
history_of(struct world *w, struct str id)
{
	struct history history;

	CHECK_OK(store_certificate_history(w->store, &w->owner, id, &w->arena, &history.v, &history.n, &w->fault),
		w->fault);
	return history;
}

/* Every version tells its number in all that is kept of it. */
static struct certificate_row
versioned(struct world *w, int version)
{
	struct certificate_row row = world_row(w, 7);

	row.version = version;
	row.imported_ms = WORLD_NOW_MS + version;
	row.certificate = bytes_of_str(arena_printf(&w->arena, "certificate v%d", version));
	row.chain = bytes_of_str(arena_printf(&w->arena, "chain v%d", version));
	row.sealed_key = world_sealed(w, "00000000000000aa", arena_printf(&w->arena, "key v%d", version).p);
	return row;
}

static void
import_from_to(struct world *w, int from, int to, unsigned depth)
{
	for (int version = from; version <= to; version++) {
		struct certificate_row row = versioned(w, version);
		CHECK_OK(version == 1 ? world_insert(w, &row) : world_replace(w, &row, depth), w->fault);
	}
}

/* The versions from `newest` down to `oldest`, each as it was imported, and no other. */
static void
check_kept(struct world *w, int newest, int oldest)
{
	struct history history = history_of(w, world_id(w, 7));

	CHECK(history.n == (size_t)(newest - oldest + 1));
	for (size_t i = 0; i < history.n; i++) {
		const struct certificate_version *kept = &history.v[i];
		struct certificate_row row = versioned(w, newest - (int)i);
		CHECK(kept->version == row.version && kept->imported_ms == row.imported_ms);
		CHECK(kept->current == (i == 0));
		CHECK(bytes_equal(kept->certificate, row.certificate) && bytes_equal(kept->chain, row.chain));
		CHECK(bytes_equal(kept->sealed_key, row.sealed_key));
	}
}

TEST(history, begins_with_the_current_version_alone)
{
	struct world w;

	world_begin(&w);
	import_from_to(&w, 1, 1, 0);
	check_kept(&w, 1, 1);
	world_end(&w);
}

TEST(history, of_depth_0_keeps_no_earlier_version)
{
	struct world w;

	world_begin(&w);
	import_from_to(&w, 1, 4, 0);
	check_kept(&w, 4, 4);
	world_end(&w);
}

TEST(history, of_depth_1_keeps_the_one_before)
{
	struct world w;

	world_begin(&w);
	import_from_to(&w, 1, 4, 1);
	check_kept(&w, 4, 3);
	world_end(&w);
}

TEST(history, of_depth_10_keeps_all_until_there_are_more)
{
	struct world w;

	world_begin(&w);
	import_from_to(&w, 1, 11, 10);
	check_kept(&w, 11, 1);
	import_from_to(&w, 12, 14, 10);
	check_kept(&w, 14, 4);
	world_end(&w);
}

TEST(history, may_be_long)
{
	struct world w;

	world_begin(&w);
	import_from_to(&w, 1, 40, 1000);
	check_kept(&w, 40, 1);
	world_end(&w);
}

TEST(history, is_cut_by_a_smaller_depth_and_does_not_come_back_with_a_greater)
{
	struct world w;

	world_begin(&w);
	import_from_to(&w, 1, 6, 10);
	import_from_to(&w, 7, 7, 2);
	check_kept(&w, 7, 5);
	import_from_to(&w, 8, 9, 10);
	check_kept(&w, 9, 5);
	world_end(&w);
}

TEST(history, outlives_the_process)
{
	struct world w;

	world_begin(&w);
	import_from_to(&w, 1, 3, 10);
	world_close(&w);
	world_open(&w);
	check_kept(&w, 3, 1);
	world_end(&w);
}

TEST(history, stays_as_it_was_when_a_version_is_refused)
{
	struct world w;

	world_begin(&w);
	import_from_to(&w, 1, 3, 10);
	struct certificate_row late = versioned(&w, 3);
	CHECK(!world_replace(&w, &late, 0) && w.fault.code == FAULT_CONFLICT);
	check_kept(&w, 3, 1);
	world_end(&w);
}

TEST(history, belongs_to_one_owner)
{
	struct world w;

	world_begin(&w);
	const struct owner home = w.owner,
			   neighbours[] = { { STR("210987654321"), home.region }, { home.account, STR("us-east-1") } };
	import_from_to(&w, 1, 3, 10);
	for (size_t i = 0; i < ARRAY_COUNT(neighbours); i++) {
		w.owner = neighbours[i];
		import_from_to(&w, 1, 2, 10);
		import_from_to(&w, 3, 3, 0);
		check_kept(&w, 3, 3);
		CHECK_OK(world_delete(&w, world_id(&w, 7)), w.fault);
		w.owner = home;
		check_kept(&w, 3, 1);
	}
	world_end(&w);
}

TEST(history, is_not_found_without_its_certificate)
{
	struct world w;
	const struct certificate_version *versions = NULL;
	static const char *const ids[] = { "", "x", "01900000-0000-7000-8000-000000000008" };
	size_t count = 99;

	world_begin(&w);
	import_from_to(&w, 1, 2, 10);
	for (size_t i = 0; i < ARRAY_COUNT(ids); i++) {
		w.fault = (struct fault){ 0 };
		CHECK(!store_certificate_history(
			w.store, &w.owner, str_of(ids[i]), &w.arena, &versions, &count, &w.fault));
		CHECK(w.fault.code == FAULT_NOT_FOUND && w.fault.say[0] == '\0');
		CHECK(versions == NULL && count == 99);
	}
	world_end(&w);
}

TEST_MAIN("store history");
