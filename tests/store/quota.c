/* What quotas are counted by, and that nobody gets past one by being quick. */
#include <semaphore.h>

#include "test.h"
#include "world.h"

#define DAY_MS (24LL * 60 * 60 * 1000)
/* The first millisecond of a day, UTC. */
#define MIDNIGHT_MS (WORLD_NOW_MS - WORLD_NOW_MS % DAY_MS)

struct counting {
	const struct owner *owner;
	int64_t limit, since_ms;
	int64_t certificates, imports;
};

static bool
run_count(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct counting *counting = context;

	return store_certificate_count(transaction, counting->owner, counting->limit, &counting->certificates, fault) &&
	       store_imports_since(transaction, counting->owner, counting->since_ms, &counting->imports, fault);
}

static int64_t
certificates(struct world *w, int64_t limit)
{
	struct counting counting = { .owner = &w->owner, .limit = limit };

	CHECK_OK(store_apply(w->store, run_count, &counting, &w->fault), w->fault);
	return counting.certificates;
}

static int64_t
imports_since(struct world *w, int64_t since_ms)
{
	struct counting counting = { .owner = &w->owner, .since_ms = since_ms };

	CHECK_OK(store_apply(w->store, run_count, &counting, &w->fault), w->fault);
	return counting.imports;
}

static struct certificate_row
created_at(struct world *w, unsigned number, int64_t created_ms)
{
	struct certificate_row row = world_row(w, number);

	row.created_ms = row.imported_ms = created_ms;
	return row;
}

static void
put(struct world *w, struct certificate_row row)
{
	CHECK_OK(world_insert(w, &row), w->fault);
}

TEST(quota, counts_certificates_of_one_owner_up_to_the_limit)
{
	struct world w;

	world_begin(&w);
	CHECK(certificates(&w, 100) == 0);
	for (unsigned i = 0; i < 5; i++)
		put(&w, world_row(&w, i));
	const struct owner home = w.owner;
	w.owner = (struct owner){ home.account, STR("us-east-1") };
	put(&w, world_row(&w, 1));
	CHECK(certificates(&w, 100) == 1);
	w.owner = home;
	CHECK(certificates(&w, 100) == 5);
	CHECK(certificates(&w, 5) == 5);
	CHECK(certificates(&w, 4) == 4);
	CHECK(certificates(&w, 1) == 1);
	world_end(&w);
}

TEST(quota, counts_certificates_in_any_state_but_private_ones_until_they_are_deleted)
{
	static const enum certificate_state states[] = { CERTIFICATE_PENDING_VALIDATION, CERTIFICATE_INACTIVE,
		CERTIFICATE_REVOKED, CERTIFICATE_FAILED };
	struct world w;

	world_begin(&w);
	for (unsigned i = 0; i < ARRAY_COUNT(states); i++) {
		struct certificate_row row = world_row(&w, i);
		row.state = states[i];
		put(&w, row);
	}
	struct certificate_row expired = world_row(&w, 10);
	expired.not_after_ms = 1;
	put(&w, expired);
	CHECK(certificates(&w, 100) == 5);
	struct certificate_row private = world_row(&w, 11);
	private.type = CERTIFICATE_PRIVATE;
	put(&w, private);
	CHECK(certificates(&w, 100) == 5);
	CHECK_OK(world_delete(&w, world_id(&w, 2)), w.fault);
	CHECK(certificates(&w, 100) == 4);
	world_end(&w);
}

TEST(quota, counts_the_imports_of_days_and_takes_a_day_whole)
{
	struct world w;

	world_begin(&w);
	put(&w, created_at(&w, 1, MIDNIGHT_MS - 1));
	put(&w, created_at(&w, 2, MIDNIGHT_MS));
	put(&w, created_at(&w, 3, MIDNIGHT_MS + DAY_MS - 1));
	put(&w, created_at(&w, 4, MIDNIGHT_MS + DAY_MS));
	CHECK(imports_since(&w, MIDNIGHT_MS - 1) == 4);
	CHECK(imports_since(&w, MIDNIGHT_MS) == 3);
	CHECK(imports_since(&w, MIDNIGHT_MS + DAY_MS - 1) == 3);
	CHECK(imports_since(&w, MIDNIGHT_MS + DAY_MS) == 1);
	CHECK(imports_since(&w, MIDNIGHT_MS + 2 * DAY_MS) == 0);
	world_end(&w);
}

TEST(quota, knows_days_before_1970)
{
	struct world w;

	world_begin(&w);
	put(&w, created_at(&w, 1, -1));
	put(&w, created_at(&w, 2, 0));
	CHECK(imports_since(&w, -DAY_MS) == 2);
	CHECK(imports_since(&w, 0) == 1);
	world_end(&w);
}

TEST(quota, remembers_imports_of_what_was_deleted_since)
{
	struct world w;

	world_begin(&w);
	for (int i = 0; i < 3; i++) {
		put(&w, world_row(&w, 1));
		CHECK_OK(world_delete(&w, world_id(&w, 1)), w.fault);
	}
	CHECK(certificates(&w, 100) == 0);
	CHECK(imports_since(&w, MIDNIGHT_MS) == 3);
	world_close(&w);
	world_open(&w);
	CHECK(imports_since(&w, MIDNIGHT_MS) == 3);
	world_end(&w);
}

TEST(quota, counts_as_imports_neither_other_types_nor_another_owners)
{
	static const enum certificate_type types[] = { CERTIFICATE_AMAZON_ISSUED, CERTIFICATE_PRIVATE };
	struct world w;

	world_begin(&w);
	for (unsigned i = 0; i < ARRAY_COUNT(types); i++) {
		struct certificate_row row = world_row(&w, i);
		row.type = types[i];
		put(&w, row);
	}
	CHECK(imports_since(&w, 0) == 0 && certificates(&w, 100) == 1);
	const struct owner home = w.owner,
			   neighbours[] = { { STR("210987654321"), home.region }, { home.account, STR("us-east-1") } };
	for (size_t i = 0; i < ARRAY_COUNT(neighbours); i++) {
		w.owner = neighbours[i];
		put(&w, world_row(&w, 1));
		CHECK(imports_since(&w, 0) == 1);
	}
	w.owner = home;
	CHECK(imports_since(&w, 0) == 0);
	world_end(&w);
}

TEST(quota, does_not_count_an_import_that_was_refused)
{
	struct world w;

	world_begin(&w);
	put(&w, world_row(&w, 1));
	for (int i = 0; i < 3; i++) {
		struct certificate_row row = world_row(&w, 1);
		CHECK(!world_insert(&w, &row) && w.fault.code == FAULT_CONFLICT);
	}
	CHECK(imports_since(&w, 0) == 1);
	world_end(&w);
}

/* ---- Many at once ---- */

enum { MANY = 300, QUOTA = 100 };

struct import {
	struct store_write write;
	const struct owner *owner;
	struct certificate_row row;
	bool by_year; /* which of the two quotas */
	bool done;
	sem_t *finished;
};

static bool
import_run(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct import *import = context;
	int64_t count = 0;
	bool counted = import->by_year ? store_imports_since(transaction, import->owner, MIDNIGHT_MS, &count, fault)
				       : store_certificate_count(transaction, import->owner, QUOTA, &count, fault);

	if (!counted)
		return false;
	if (count >= QUOTA)
		return fault_set(fault, FAULT_LIMIT_EXCEEDED, "No more.");
	return store_certificate_insert(transaction, import->owner, &import->row, fault);
}

static void
import_done(void *context, const struct fault *fault)
{
	struct import *import = context;

	import->done = fault == NULL;
	(void)sem_post(import->finished);
}

static void
check_quota_holds(bool by_year)
{
	struct world w;
	sem_t finished;
	unsigned done = 0;

	world_begin(&w);
	CHECK(sem_init(&finished, 0, 0) == 0);
	struct import *imports = ARENA_ARRAY(&w.arena, struct import, MANY);
	for (unsigned i = 0; i < MANY; i++) {
		imports[i] = (struct import){
			.owner = &w.owner, .row = world_row(&w, i), .by_year = by_year, .finished = &finished
		};
		imports[i].write =
			(struct store_write){ .run = import_run, .done = import_done, .context = &imports[i] };
		store_submit(w.store, &imports[i].write);
	}
	for (unsigned i = 0; i < MANY; i++)
		(void)sem_wait(&finished);
	for (unsigned i = 0; i < MANY; i++)
		done += imports[i].done;
	CHECK(done == QUOTA);
	CHECK(certificates(&w, MANY) == QUOTA && imports_since(&w, 0) == QUOTA);
	(void)sem_destroy(&finished);
	world_end(&w);
}

TEST(quota, of_certificates_holds_against_many_at_once)
{
	check_quota_holds(false);
}

TEST(quota, of_imports_a_year_holds_against_many_at_once)
{
	check_quota_holds(true);
}

TEST_MAIN("store quota");
