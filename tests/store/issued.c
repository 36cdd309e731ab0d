/* Intentions, certificates, revocations. */
#include <pthread.h>

#include "store/duty.h"
#include "test.h"
#include "world.h"

/* An authority that issues. */
static int64_t
begin(struct world *w)
{
	world_begin(w);
	struct authority_row row = world_authority(w, 1);
	CHECK_OK(world_authority_insert(w, &row), w->fault);
	return row.number;
}

struct issuing {
	const struct issued_row *row;
	struct bytes hash;
	int64_t before_ms, count;
};

static bool
run_insert(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct issuing *it = context;

	return store_issued_insert(transaction, it->row, it->hash, fault);
}

static bool
run_abandon(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct issuing *it = context;

	return store_intention_abandon(transaction, it->before_ms, &it->count, fault);
}

static bool
run_count(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct issuing *it = context;

	return store_issued_count(transaction, it->row->authority, &it->count, fault);
}

static bool
insert(struct world *w, const struct issued_row *row, unsigned hash)
{
	struct issuing it = { .row = row, .hash = world_hash(w, hash) };

	w->fault.code = FAULT_NONE;
	return store_apply(w->store, run_insert, &it, &w->fault);
}

static int64_t
abandon(struct world *w, int64_t before_ms)
{
	struct issuing it = { .before_ms = before_ms };

	CHECK_OK(store_apply(w->store, run_abandon, &it, &w->fault), w->fault);
	return it.count;
}

static int64_t
count(struct world *w, const struct issued_row *row)
{
	struct issuing it = { .row = row };

	CHECK_OK(store_apply(w->store, run_count, &it, &w->fault), w->fault);
	return it.count;
}

/* ---- Intentions ---- */

TEST(intention, comes_back_as_it_was_put)
{
	struct world w;
	int64_t authority = begin(&w);
	struct issued_row row = world_issued(&w, authority, 7);
	struct intention_row got;

	CHECK_OK(world_intend(&w, &row), w.fault);
	CHECK_OK(store_intention_get(w.store, authority, row.serial, &w.arena, &got, &w.fault), w.fault);
	CHECK(got.authority == authority && bytes_equal(got.serial, row.serial) && !got.failed);
	CHECK(bytes_equal(got.tbs_sha256, world_hash(&w, 0)) && got.requested_ms == row.issued_ms);
	CHECK(str_equal(got.template, row.template) && str_equal(got.requester, row.requester));
	CHECK(str_equal(got.subject, row.subject));
	CHECK(!store_intention_get(w.store, authority + 1, row.serial, &w.arena, &got, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND && w.fault.say[0] == '\0');
	world_end(&w);
}

TEST(intention, reserves_its_serial)
{
	struct world w;
	int64_t authority = begin(&w);
	struct issued_row row = world_issued(&w, authority, 7), elsewhere = world_issued(&w, authority + 1, 7);

	CHECK_OK(world_intend(&w, &row), w.fault);
	CHECK(!world_intend(&w, &row) && w.fault.code == FAULT_CONFLICT && w.fault.say[0] == '\0');
	CHECK_OK(insert(&w, &row, 0), w.fault);
	CHECK(!world_intend(&w, &row) && w.fault.code == FAULT_CONFLICT && w.fault.say[0] == '\0');
	CHECK_OK(world_intend(&w, &elsewhere), w.fault);
	world_end(&w);
}

TEST(intention, ends_with_its_certificate)
{
	struct world w;
	int64_t authority = begin(&w);
	struct issued_row row = world_issued(&w, authority, 7), got;
	struct intention_row intention;

	CHECK_OK(world_intend(&w, &row), w.fault);
	CHECK_OK(insert(&w, &row, 0), w.fault);
	CHECK(!store_intention_get(w.store, authority, row.serial, &w.arena, &intention, &w.fault));
	CHECK_OK(store_issued_get(w.store, authority, row.serial, &w.arena, &got, &w.fault), w.fault);
	CHECK(!insert(&w, &row, 0) && w.fault.code == FAULT_CONFLICT);
	world_end(&w);
}

TEST(intention, is_needed_and_has_the_hash_of_what_was_signed)
{
	struct world w;
	int64_t authority = begin(&w);
	struct issued_row row = world_issued(&w, authority, 7), got;

	CHECK(!insert(&w, &row, 0) && w.fault.code == FAULT_CONFLICT && w.fault.say[0] == '\0');
	CHECK_OK(world_intend(&w, &row), w.fault);
	CHECK(!insert(&w, &row, 1) && w.fault.code == FAULT_CONFLICT);
	CHECK(!store_issued_get(w.store, authority, row.serial, &w.arena, &got, &w.fault));
	/* The refusal took nothing away. */
	CHECK_OK(insert(&w, &row, 0), w.fault);
	world_end(&w);
}

TEST(intention, fails_when_it_is_abandoned_and_stays_so)
{
	struct world w;
	int64_t authority = begin(&w);
	struct issued_row old = world_issued(&w, authority, 1), young = world_issued(&w, authority, 100);
	struct intention_row got;

	CHECK_OK(world_intend(&w, &old), w.fault);
	CHECK_OK(world_intend(&w, &young), w.fault);
	CHECK(abandon(&w, old.issued_ms) == 0);
	CHECK(abandon(&w, young.issued_ms) == 1);
	CHECK(abandon(&w, young.issued_ms) == 0);
	CHECK_OK(store_intention_get(w.store, authority, old.serial, &w.arena, &got, &w.fault), w.fault);
	CHECK(got.failed);
	CHECK_OK(store_intention_get(w.store, authority, young.serial, &w.arena, &got, &w.fault), w.fault);
	CHECK(!got.failed);
	CHECK(!insert(&w, &old, 0) && w.fault.code == FAULT_CONFLICT);
	CHECK(!world_intend(&w, &old) && w.fault.code == FAULT_CONFLICT);
	CHECK_OK(insert(&w, &young, 0), w.fault);
	world_end(&w);
}

static bool
run_forget(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct issuing *it = context;
	bool more;

	if (!store_intention_forget(transaction, it->before_ms, 2, &more, fault))
		return false;
	it->count = more;
	return true;
}

TEST(intention, that_failed_is_forgotten_in_the_end_a_few_at_a_time)
{
	struct world w;
	int64_t authority = begin(&w);
	struct issuing it = { .before_ms = WORLD_NOW_MS + 4 };
	struct intention_row got;

	for (unsigned i = 1; i <= 5; i++) {
		struct issued_row row = world_issued(&w, authority, i);
		CHECK_OK(world_intend(&w, &row), w.fault);
	}
	CHECK(abandon(&w, WORLD_NOW_MS + 5) == 4);
	/* 1 to 3 are old enough; 4 is not; 5 did not fail. */
	CHECK_OK(store_apply(w.store, run_forget, &it, &w.fault), w.fault);
	CHECK(it.count == 1);
	CHECK_OK(store_apply(w.store, run_forget, &it, &w.fault), w.fault);
	CHECK(it.count == 0);
	for (unsigned i = 1; i <= 5; i++)
		CHECK(store_intention_get(w.store, authority, world_serial(&w, i), &w.arena, &got, &w.fault) ==
			(i > 3));
	it.before_ms = INT64_MAX;
	CHECK_OK(store_apply(w.store, run_forget, &it, &w.fault), w.fault);
	CHECK(!store_intention_get(w.store, authority, world_serial(&w, 4), &w.arena, &got, &w.fault));
	CHECK_OK(store_intention_get(w.store, authority, world_serial(&w, 5), &w.arena, &got, &w.fault), w.fault);
	world_end(&w);
}

/* ---- Certificates ---- */

TEST(issued, are_counted_by_their_authority)
{
	struct world w;
	int64_t authority = begin(&w);
	struct issued_row first = world_issued(&w, authority, 1), second = world_issued(&w, authority, 2);
	struct issued_row nobodys = world_issued(&w, authority + 1, 1);
	struct issuing it = { .row = &nobodys };

	CHECK(count(&w, &first) == 0);
	CHECK_OK(world_intend(&w, &first), w.fault);
	CHECK(count(&w, &first) == 0);
	CHECK(!insert(&w, &first, 1));
	CHECK(count(&w, &first) == 0);
	CHECK_OK(insert(&w, &first, 0), w.fault);
	CHECK_OK(world_issue(&w, &second), w.fault);
	CHECK(count(&w, &first) == 2);
	CHECK(!store_apply(w.store, run_count, &it, &w.fault) && w.fault.code == FAULT_NOT_FOUND);
	world_end(&w);
}

TEST(issued, comes_back_as_it_was_put)
{
	struct world w;
	int64_t authority = begin(&w);
	struct issued_row row = world_issued(&w, authority, 7), got;
	struct issued_status status;

	row.crl_partition = 3;
	CHECK_OK(world_issue(&w, &row), w.fault);
	CHECK_OK(store_issued_get(w.store, authority, row.serial, &w.arena, &got, &w.fault), w.fault);
	CHECK(got.number > 0 && got.authority == authority && bytes_equal(got.serial, row.serial));
	CHECK(str_equal(got.template, row.template) && str_equal(got.requester, row.requester));
	CHECK(str_equal(got.subject, row.subject) && str_equal(got.names, row.names));
	CHECK(got.issued_ms == row.issued_ms && got.not_before_ms == row.not_before_ms);
	CHECK(got.not_after_ms == row.not_after_ms && got.revoked_ms == 0 && got.reason == 0);
	CHECK(got.crl_partition == 3 && bytes_equal(got.certificate, row.certificate));
	CHECK_OK(store_issued_status(w.store, authority, row.serial, &status, &w.fault), w.fault);
	CHECK(status.revoked_ms == 0 && status.reason == 0 && status.not_after_ms == row.not_after_ms);
	world_end(&w);
}

TEST(issued, is_not_found_by_another_authority_or_serial)
{
	struct world w;
	int64_t authority = begin(&w);
	struct issued_row row = world_issued(&w, authority, 7), got;
	struct issued_status status;
	const struct bytes shorter = { row.serial.p, row.serial.n - 1 };

	CHECK_OK(world_issue(&w, &row), w.fault);
	CHECK(!store_issued_get(w.store, authority + 1, row.serial, &w.arena, &got, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND && w.fault.say[0] == '\0');
	CHECK(!store_issued_get(w.store, authority, shorter, &w.arena, &got, &w.fault));
	CHECK(!store_issued_status(w.store, authority + 1, row.serial, &status, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND && w.fault.say[0] == '\0');
	CHECK(!store_issued_status(w.store, authority, shorter, &status, &w.fault));
	world_end(&w);
}

TEST(issued, has_numbers_that_grow)
{
	struct world w;
	int64_t authority = begin(&w), last = 0;

	for (unsigned i = 9; i > 0; i--) {
		struct issued_row row = world_issued(&w, authority + i % 2, i), got;
		CHECK_OK(world_issue(&w, &row), w.fault);
		CHECK_OK(store_issued_get(w.store, row.authority, row.serial, &w.arena, &got, &w.fault), w.fault);
		CHECK(got.number > last);
		last = got.number;
	}
	world_end(&w);
}

/* ---- In one group with one that refuses ---- */

struct group {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned finished;
};

struct member {
	struct group *group;
	struct store_write write;
	struct world *world;
	struct issued_row row;
	bool refuse, refused;
};

static bool
run_member(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct member *it = context;
	const struct issued_row *row = &it->row;
	static const uint8_t hash[INTENTION_HASH_BYTES];
	const struct bytes tbs = { hash, sizeof hash };
	const struct intention_row intention = {
		.authority = row->authority, .serial = row->serial, .tbs_sha256 = tbs
	};

	if (!store_intention_insert(transaction, &intention, fault) ||
		!store_issued_insert(transaction, row, tbs, fault) ||
		!store_issued_revoke(transaction, row->authority, row->serial, 1, WORLD_NOW_MS, fault))
		return false;
	return !it->refuse || fault_set(fault, FAULT_INVALID_STATE, "No.");
}

static void
member_done(void *context, const struct fault *fault)
{
	struct member *it = context;
	struct group *group = it->group;

	(void)pthread_mutex_lock(&group->lock);
	it->refused = fault != NULL;
	group->finished++;
	(void)pthread_cond_signal(&group->changed);
	(void)pthread_mutex_unlock(&group->lock);
}

TEST(issued, of_a_group_is_as_if_those_that_refused_had_not_been)
{
	enum { MEMBERS = 24 };
	static struct member members[MEMBERS];
	struct group group = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 };
	struct world w;
	int64_t authority = begin(&w);
	struct authority_row got;
	struct issued_status status;

	for (unsigned i = 0; i < MEMBERS; i++) {
		members[i] = (struct member){
			.group = &group, .world = &w, .row = world_issued(&w, authority, i), .refuse = i % 3 == 1
		};
		members[i].write =
			(struct store_write){ .run = run_member, .done = member_done, .context = &members[i] };
		store_submit(w.store, &members[i].write);
	}
	(void)pthread_mutex_lock(&group.lock);
	while (group.finished < MEMBERS)
		(void)pthread_cond_wait(&group.changed, &group.lock);
	(void)pthread_mutex_unlock(&group.lock);
	for (unsigned i = 0; i < MEMBERS; i++) {
		CHECK(members[i].refused == members[i].refuse);
		CHECK(store_issued_status(w.store, authority, members[i].row.serial, &status, &w.fault) ==
			!members[i].refuse);
	}
	CHECK_OK(store_authority_get_number(w.store, authority, &w.arena, &got, &w.fault), w.fault);
	CHECK(got.revocations == MEMBERS - MEMBERS / 3);
	world_end(&w);
}

/* ---- Revoking ---- */

TEST(issued, is_revoked_once_and_says_so_at_once)
{
	struct world w;
	int64_t authority = begin(&w);
	struct issued_row row = world_issued(&w, authority, 7), got;
	struct issued_status status;
	struct authority_row house;

	CHECK_OK(world_issue(&w, &row), w.fault);
	CHECK(!world_revoke(&w, authority, 8, 1, WORLD_NOW_MS));
	CHECK(w.fault.code == FAULT_NOT_FOUND && w.fault.say[0] == '\0');
	CHECK_OK(world_revoke(&w, authority, 7, 4, WORLD_NOW_MS + 50), w.fault);
	CHECK_OK(store_issued_status(w.store, authority, row.serial, &status, &w.fault), w.fault);
	CHECK(status.revoked_ms == WORLD_NOW_MS + 50 && status.reason == 4);
	CHECK_OK(store_issued_get(w.store, authority, row.serial, &w.arena, &got, &w.fault), w.fault);
	CHECK(got.revoked_ms == WORLD_NOW_MS + 50 && got.reason == 4 && bytes_equal(got.certificate, row.certificate));
	CHECK(!world_revoke(&w, authority, 7, 1, WORLD_NOW_MS + 60));
	CHECK(w.fault.code == FAULT_CONFLICT && w.fault.say[0] == '\0');
	CHECK_OK(store_authority_get_number(w.store, authority, &w.arena, &house, &w.fault), w.fault);
	CHECK(house.revocations == 1);
	world_end(&w);
}

struct walking {
	struct revocation_row rows[16];
	struct bytes serials[16];
	struct arena *arena;
	size_t n, stop_at;
};

static bool
each_revocation(const struct revocation_row *row, void *context, struct fault *fault)
{
	struct walking *it = context;

	if (it->n == it->stop_at)
		return fault_set(fault, FAULT_INVALID_STATE, "Enough.");
	it->rows[it->n] = *row;
	it->serials[it->n++] = arena_bytes(it->arena, row->serial);
	return true;
}

static struct walking
walk(struct world *w, const struct revocation_query *query, int64_t expected_last)
{
	struct walking it = { .arena = &w->arena, .stop_at = 16 };
	int64_t last = -1;

	CHECK_OK(store_revocation_walk(w->store, query, each_revocation, &it, &last, &w->fault), w->fault);
	CHECK(last == expected_last);
	return it;
}

/* Serials 1 to 6, revoked in reverse order; odd ones in partition 2; serial 3 has ended long ago. A neighbour has one.
 */
static int64_t
begin_revoked(struct world *w)
{
	int64_t authority = begin(w);
	struct authority_row neighbour = world_authority(w, 2);

	CHECK_OK(world_authority_insert(w, &neighbour), w->fault);
	for (unsigned i = 1; i <= 6; i++) {
		struct issued_row row = world_issued(w, authority, i);
		row.crl_partition = i % 2 != 0 ? 2 : 0;
		if (i == 3)
			row.not_after_ms = WORLD_NOW_MS - 1;
		CHECK_OK(world_issue(w, &row), w->fault);
	}
	struct issued_row other = world_issued(w, neighbour.number, 1);
	CHECK_OK(world_issue(w, &other), w->fault);
	CHECK_OK(world_revoke(w, neighbour.number, 1, 9, WORLD_NOW_MS), w->fault);
	for (unsigned i = 6; i > 0; i--)
		CHECK_OK(world_revoke(w, authority, i, (int)i, WORLD_NOW_MS + i), w->fault);
	return authority;
}

TEST(revocation, is_walked_in_order_of_sequence)
{
	struct world w;
	int64_t authority = begin_revoked(&w);
	const struct revocation_query all = {
		.authority = authority, .crl_partition = -1, .not_after_from_ms = INT64_MIN
	};
	struct walking it = walk(&w, &all, 6);

	CHECK(it.n == 6);
	for (unsigned i = 0; i < 6; i++) {
		CHECK(it.rows[i].sequence == i + 1 && bytes_equal(it.serials[i], world_serial(&w, 6 - i)));
		CHECK(it.rows[i].reason == (int)(6 - i) && it.rows[i].revoked_ms == WORLD_NOW_MS + 6 - i);
	}
	CHECK(it.rows[3].not_after_ms == WORLD_NOW_MS - 1);
	world_end(&w);
}

TEST(revocation, is_walked_by_partition_from_a_sequence_and_by_end)
{
	struct world w;
	int64_t authority = begin_revoked(&w), count;
	struct revocation_query query = { .authority = authority, .crl_partition = 2, .not_after_from_ms = INT64_MIN };
	struct walking it = walk(&w, &query, 6);

	CHECK(it.n == 3 && it.rows[0].reason == 5 && it.rows[1].reason == 3 && it.rows[2].reason == 1);
	CHECK_OK(store_revocation_count(w.store, &query, &count, &w.fault), w.fault);
	CHECK(count == 3);
	query.after_sequence = 2;
	it = walk(&w, &query, 6);
	CHECK(it.n == 2 && it.rows[0].sequence == 4);
	query.not_after_from_ms = WORLD_NOW_MS;
	it = walk(&w, &query, 6);
	CHECK(it.n == 1 && it.rows[0].reason == 1);
	query.crl_partition = -1;
	it = walk(&w, &query, 6);
	CHECK(it.n == 3 && it.rows[0].reason == 4 && it.rows[1].reason == 2 && it.rows[2].reason == 1);
	CHECK_OK(store_revocation_count(w.store, &query, &count, &w.fault), w.fault);
	CHECK(count >= 3 && count <= 4);
	query.after_sequence = 6;
	it = walk(&w, &query, 6);
	CHECK(it.n == 0);
	CHECK_OK(store_revocation_count(w.store, &query, &count, &w.fault), w.fault);
	CHECK(count == 0);
	query.authority = 99;
	query.after_sequence = 0;
	it = walk(&w, &query, 0);
	CHECK(it.n == 0);
	world_end(&w);
}

TEST(revocation, walk_ends_with_the_fault_of_who_walks)
{
	struct world w;
	int64_t authority = begin_revoked(&w), last = -1;
	const struct revocation_query query = {
		.authority = authority, .crl_partition = -1, .not_after_from_ms = INT64_MIN
	};
	struct walking it = { .arena = &w.arena, .stop_at = 2 };

	CHECK(!store_revocation_walk(w.store, &query, each_revocation, &it, &last, &w.fault));
	CHECK(w.fault.code == FAULT_INVALID_STATE && it.n == 2 && last == -1);
	/* And the session is as good as before. */
	CHECK(walk(&w, &query, 6).n == 6);
	world_end(&w);
}

struct writing {
	struct world *world;
	int64_t authority;
	size_t n;
};

/* A revocation in the middle of the walk is not of its moment. */
static bool
each_revoking(const struct revocation_row *row, void *context, struct fault *fault)
{
	struct writing *it = context;

	(void)row;
	(void)fault;
	if (it->n++ == 0)
		CHECK_OK(world_revoke(it->world, it->authority, 100, 1, WORLD_NOW_MS), it->world->fault);
	return true;
}

TEST(revocation, walk_is_of_one_moment)
{
	struct world w;
	int64_t authority = begin_revoked(&w), last;
	struct issued_row late = world_issued(&w, authority, 100);
	const struct revocation_query query = {
		.authority = authority, .crl_partition = -1, .not_after_from_ms = INT64_MIN
	};
	struct writing it = { &w, authority, 0 };

	CHECK_OK(world_issue(&w, &late), w.fault);
	CHECK_OK(store_revocation_walk(w.store, &query, each_revoking, &it, &last, &w.fault), w.fault);
	CHECK(it.n == 6 && last == 6);
	CHECK(walk(&w, &query, 7).n == 7);
	world_end(&w);
}

TEST_MAIN("store issued");
