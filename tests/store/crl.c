/* Revocation lists: when they are due, and partitions. */
#include "store/duty.h"
#include "test.h"
#include "world.h"

static int64_t
begin(struct world *w)
{
	world_begin(w);
	struct authority_row row = world_authority(w, 1);
	CHECK_OK(world_authority_insert(w, &row), w->fault);
	return row.number;
}

static struct crl_row
list_of(struct world *w, int64_t authority, int64_t partition)
{
	return (struct crl_row){ .authority = authority,
		.partition = partition,
		.id = world_id(w, 100 + (unsigned)partition),
		.due_ms = WORLD_NOW_MS + 100 + partition,
		.number = 3,
		.base_number = 4,
		.base_sequence = 5,
		.sequence = 6,
		.this_update_ms = 7,
		.next_update_ms = 8,
		.delta_next_update_ms = 9,
		.base_entries = 10,
		.base_build_us = 11,
		.certificates = 12 };
}

static bool
run_put(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_crl_put(transaction, context, fault);
}

static void
put(struct world *w, struct crl_row row)
{
	CHECK_OK(store_apply(w->store, run_put, &row, &w->fault), w->fault);
}

static struct crl_row
get(struct world *w, int64_t authority, int64_t partition)
{
	struct crl_row got;

	CHECK_OK(store_crl_get(w->store, authority, partition, &w->arena, &got, &w->fault), w->fault);
	return got;
}

struct opening {
	int64_t authority, partition, due_ms, capacity, got;
	struct str id;
};

static bool
run_hurry(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct opening *it = context;

	return store_crl_hurry(transaction, it->authority, it->partition, it->due_ms, fault);
}

static bool
run_postpone(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct opening *it = context;

	return store_crl_postpone(transaction, it->authority, it->partition, it->due_ms, fault);
}

static bool
run_open(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct opening *it = context;

	return store_crl_open_partition(transaction, it->authority, it->id, it->capacity, &it->got, fault);
}

static void
hurry(struct world *w, int64_t authority, int64_t partition, int64_t due_ms)
{
	struct opening it = { .authority = authority, .partition = partition, .due_ms = due_ms };

	CHECK_OK(store_apply(w->store, run_hurry, &it, &w->fault), w->fault);
}

static int64_t
open_partition(struct world *w, int64_t authority, unsigned id, int64_t capacity)
{
	struct opening it = { .authority = authority, .id = world_id(w, id), .capacity = capacity };

	CHECK_OK(store_apply(w->store, run_open, &it, &w->fault), w->fault);
	return it.got;
}

TEST(crl, comes_back_as_it_was_put_but_for_what_is_counted)
{
	struct world w;
	int64_t authority = begin(&w);
	struct crl_row got;

	put(&w, list_of(&w, authority, 0));
	got = get(&w, authority, 0);
	CHECK(got.authority == authority && got.partition == 0 && got.due_ms == WORLD_NOW_MS + 100);
	CHECK(str_equal(got.id, world_id(&w, 100)));
	CHECK(got.number == 3 && got.base_number == 4 && got.base_sequence == 5 && got.sequence == 6);
	CHECK(got.this_update_ms == 7 && got.next_update_ms == 8 && got.delta_next_update_ms == 9);
	CHECK(got.base_entries == 10 && got.base_build_us == 11 && got.certificates == 0);
	CHECK(!store_crl_get(w.store, authority, 1, &w.arena, &got, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND && w.fault.say[0] == '\0');
	world_end(&w);
}

TEST(crl, keeps_its_count_of_certificates_when_it_is_replaced)
{
	struct world w;
	int64_t authority = begin(&w);

	CHECK(open_partition(&w, authority, 50, 10) == 1);
	for (unsigned i = 1; i <= 3; i++) {
		struct issued_row row = world_issued(&w, authority, i);
		row.crl_partition = i < 3;
		CHECK_OK(world_issue(&w, &row), w.fault);
	}
	CHECK(get(&w, authority, 1).certificates == 2);
	struct crl_row row = list_of(&w, authority, 1);
	put(&w, row);
	CHECK(get(&w, authority, 1).certificates == 2 && get(&w, authority, 1).number == 3);
	world_end(&w);
}

/* Putting it back makes it due for what it has missed; postponing does not. */
TEST(crl, is_postponed_whatever_waits_for_it)
{
	struct world w;
	int64_t authority = begin(&w);
	struct opening later = { .authority = authority, .partition = 1, .due_ms = WORLD_NOW_MS + 5000 };

	put(&w, list_of(&w, authority, 0));
	put(&w, list_of(&w, authority, 1));
	hurry(&w, authority, -1, WORLD_NOW_MS);
	CHECK_OK(store_apply(w.store, run_postpone, &later, &w.fault), w.fault);
	CHECK(get(&w, authority, 0).due_ms == WORLD_NOW_MS);
	CHECK(get(&w, authority, 1).due_ms == WORLD_NOW_MS + 5000);
	CHECK(get(&w, authority, 1).number == 3);
	world_end(&w);
}

TEST(crl, is_listed_by_partition)
{
	struct world w;
	int64_t authority = begin(&w);
	const struct crl_row *rows;
	size_t count;

	for (int64_t partition = 3; partition >= 0; partition--)
		put(&w, list_of(&w, authority, partition));
	put(&w, list_of(&w, authority + 1, 0));
	CHECK_OK(store_crl_list(w.store, authority, &w.arena, &rows, &count, &w.fault), w.fault);
	CHECK(count == 4);
	for (size_t i = 0; i < count; i++)
		CHECK(rows[i].authority == authority && rows[i].partition == (int64_t)i);
	world_end(&w);
}

TEST(crl, is_due_the_longest_first_and_tells_when_the_next_is)
{
	struct world w;
	int64_t authority = begin(&w), next_ms;
	const struct crl_row *rows;
	size_t count;

	CHECK_OK(store_crl_due(w.store, INT64_MAX - 1, 9, &w.arena, &rows, &count, &next_ms, &w.fault), w.fault);
	CHECK(count == 0 && next_ms == INT64_MAX);
	for (int64_t partition = 3; partition >= 0; partition--)
		put(&w, list_of(&w, authority, partition));
	struct crl_row never = list_of(&w, authority + 1, 0);
	never.due_ms = INT64_MAX;
	put(&w, never);
	CHECK_OK(store_crl_due(w.store, WORLD_NOW_MS + 101, 9, &w.arena, &rows, &count, &next_ms, &w.fault), w.fault);
	CHECK(count == 2 && rows[0].partition == 0 && rows[1].partition == 1 && next_ms == WORLD_NOW_MS + 102);
	CHECK_OK(store_crl_due(w.store, WORLD_NOW_MS + 101, 1, &w.arena, &rows, &count, &next_ms, &w.fault), w.fault);
	CHECK(count == 1 && rows[0].partition == 0 && next_ms == WORLD_NOW_MS + 101);
	CHECK_OK(store_crl_due(w.store, WORLD_NOW_MS, 9, &w.arena, &rows, &count, &next_ms, &w.fault), w.fault);
	CHECK(count == 0 && next_ms == WORLD_NOW_MS + 100);
	CHECK_OK(store_crl_due(w.store, WORLD_NOW_MS + 999, 9, &w.arena, &rows, &count, &next_ms, &w.fault), w.fault);
	CHECK(count == 4 && next_ms == INT64_MAX);
	world_end(&w);
}

TEST(crl, is_hurried_but_never_delayed)
{
	struct world w;
	int64_t authority = begin(&w);

	for (int64_t partition = 0; partition <= 2; partition++)
		put(&w, list_of(&w, authority, partition));
	hurry(&w, authority, 1, WORLD_NOW_MS);
	CHECK(get(&w, authority, 1).due_ms == WORLD_NOW_MS);
	CHECK(get(&w, authority, 0).due_ms == WORLD_NOW_MS + 100);
	hurry(&w, authority, -1, WORLD_NOW_MS + 50);
	CHECK(get(&w, authority, 0).due_ms == WORLD_NOW_MS + 50);
	CHECK(get(&w, authority, 1).due_ms == WORLD_NOW_MS);
	CHECK(get(&w, authority, 2).due_ms == WORLD_NOW_MS + 50);
	hurry(&w, authority, 7, WORLD_NOW_MS);
	world_end(&w);
}

TEST(crl, is_due_at_once_when_something_in_it_is_revoked)
{
	struct world w;
	int64_t authority = begin(&w);

	for (int64_t partition = 0; partition <= 2; partition++) {
		struct issued_row row = world_issued(&w, authority, (unsigned)partition);
		row.crl_partition = partition;
		CHECK_OK(world_issue(&w, &row), w.fault);
		put(&w, list_of(&w, authority, partition));
	}
	CHECK_OK(world_revoke(&w, authority, 1, 1, WORLD_NOW_MS), w.fault);
	CHECK(get(&w, authority, 0).due_ms == WORLD_NOW_MS && get(&w, authority, 1).due_ms == WORLD_NOW_MS);
	CHECK(get(&w, authority, 2).due_ms == WORLD_NOW_MS + 102);
	world_end(&w);
}

/* The job walks, signs, puts; a revocation between walk and put must not wait for the list after. */
TEST(crl, stays_due_for_a_revocation_that_came_while_it_was_made)
{
	struct world w;
	int64_t authority = begin(&w);

	for (unsigned i = 1; i <= 2; i++) {
		struct issued_row row = world_issued(&w, authority, i);
		row.crl_partition = i;
		CHECK_OK(world_issue(&w, &row), w.fault);
		CHECK_OK(world_revoke(&w, authority, i, 1, WORLD_NOW_MS + i), w.fault);
	}
	struct crl_row row = list_of(&w, authority, 0);
	row.sequence = 1;
	put(&w, row);
	CHECK(get(&w, authority, 0).due_ms == WORLD_NOW_MS + 2);
	row.sequence = 2;
	put(&w, row);
	CHECK(get(&w, authority, 0).due_ms == row.due_ms);
	/* The second revocation is none of partition 1's. */
	row = list_of(&w, authority, 1);
	row.sequence = 1;
	put(&w, row);
	CHECK(get(&w, authority, 1).due_ms == row.due_ms);
	row = list_of(&w, authority, 2);
	row.sequence = 1;
	put(&w, row);
	CHECK(get(&w, authority, 2).due_ms == WORLD_NOW_MS + 2);
	row.due_ms = INT64_MAX;
	put(&w, row);
	CHECK(get(&w, authority, 2).due_ms == INT64_MAX);
	world_end(&w);
}

TEST(crl_partition, is_opened_when_the_present_one_is_full)
{
	struct world w;
	int64_t authority = begin(&w);
	struct authority_row house;

	CHECK(open_partition(&w, authority, 50, 2) == 1);
	CHECK(open_partition(&w, authority, 51, 2) == 1);
	struct crl_row first = get(&w, authority, 1);
	CHECK(str_equal(first.id, world_id(&w, 50)) && first.due_ms == 0 && first.certificates == 0);
	for (unsigned i = 1; i <= 2; i++) {
		struct issued_row row = world_issued(&w, authority, i);
		row.crl_partition = 1;
		CHECK(open_partition(&w, authority, 51, 2) == 1);
		CHECK_OK(world_issue(&w, &row), w.fault);
	}
	CHECK(open_partition(&w, authority, 52, 2) == 2);
	CHECK(str_equal(get(&w, authority, 2).id, world_id(&w, 52)));
	CHECK(open_partition(&w, authority, 53, 2) == 2);
	CHECK_OK(store_authority_get_number(w.store, authority, &w.arena, &house, &w.fault), w.fault);
	CHECK(house.crl_partition == 2);
	struct opening nobody = { .authority = 99, .id = world_id(&w, 1), .capacity = 1 };
	CHECK(!store_apply(w.store, run_open, &nobody, &w.fault) && w.fault.code == FAULT_NOT_FOUND);
	world_end(&w);
}

TEST_MAIN("store crl");
