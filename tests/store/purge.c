/* An authority goes for good, and its neighbour loses nothing. */
#include <sqlite3.h>

#include "store/duty.h"
#include "test.h"
#include "world.h"

static const char *const tables[] = { "authority_counter", "permission", "authority_tag", "intention", "issued",
	"revocation", "crl", "responder", "audit_report" };

/* How many rows of a table belong to an authority: looked at from outside. */
static int
rows_of(struct world *w, const char *table, int64_t authority)
{
	sqlite3 *db;
	sqlite3_stmt *st;
	const char *sql = arena_printf(&w->arena, "SELECT count(*) FROM %s WHERE %s = %lld", table,
		strcmp(table, "authority") == 0 ? "number" : "authority", (long long)authority)
				  .p;

	CHECK(sqlite3_open(w->path, &db) == SQLITE_OK);
	CHECK(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW);
	int n = sqlite3_column_int(st, 0);
	CHECK(sqlite3_finalize(st) == SQLITE_OK && sqlite3_close(db) == SQLITE_OK);
	return n;
}

static bool
run_belongings(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct authority_row *row = context;
	const struct permission_row permissions[] = { { STR("acm.amazonaws.com"), { 0 }, 7, 1 },
		{ STR("acm.amazonaws.com"), STR("1"), 7, 1 } };
	const struct tag tag = { STR("a"), STR("b") };
	const struct responder_row responder = {
		.authority = row->number, .certificate = row->certificate, .sealed_key = row->sealed_key
	};
	const struct audit_report_row report = { .id = row->id, .authority = row->number };
	int64_t partition;

	return store_permission_insert(transaction, row->number, &permissions[0], fault) &&
	       store_permission_insert(transaction, row->number, &permissions[1], fault) &&
	       store_authority_tags_put(transaction, row->number, &tag, 1, 50, fault) &&
	       store_responder_put(transaction, &responder, fault) &&
	       store_audit_report_insert(transaction, &report, fault) &&
	       store_crl_open_partition(transaction, row->number, row->id, 10, &partition, fault);
}

/* An authority with something in every table. */
static struct authority_row
authority_with_all(struct world *w, unsigned number)
{
	struct authority_row row = world_authority(w, number);

	CHECK_OK(world_authority_insert(w, &row), w->fault);
	CHECK_OK(store_apply(w->store, run_belongings, &row, &w->fault), w->fault);
	for (unsigned i = 1; i <= 5; i++) {
		struct issued_row issued = world_issued(w, row.number, i);
		CHECK_OK(world_issue(w, &issued), w->fault);
		CHECK_OK(world_revoke(w, row.number, i, 1, WORLD_NOW_MS), w->fault);
	}
	struct issued_row intended = world_issued(w, row.number, 9);
	CHECK_OK(world_intend(w, &intended), w->fault);
	return row;
}

struct purging {
	int64_t number;
	size_t limit;
	bool more;
};

static bool
run_purge(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct purging *it = context;

	return store_authority_purge(transaction, it->number, it->limit, &it->more, fault);
}

TEST(purge, takes_everything_a_piece_at_a_time_and_the_authority_last)
{
	struct world w;
	struct authority_row got;
	unsigned turns = 0;

	world_begin(&w);
	struct authority_row row = authority_with_all(&w, 1), neighbour = authority_with_all(&w, 2);
	struct purging it = { row.number, 3, true };
	while (it.more) {
		CHECK_OK(store_authority_get(w.store, &w.owner, row.id, &w.arena, &got, &w.fault), w.fault);
		CHECK_OK(store_apply(w.store, run_purge, &it, &w.fault), w.fault);
		CHECK(++turns < 20);
	}
	CHECK(turns > 3);
	CHECK(!store_authority_get(w.store, &w.owner, row.id, &w.arena, &got, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND);
	CHECK(rows_of(&w, "authority", row.number) == 0 && rows_of(&w, "authority", neighbour.number) == 1);
	for (size_t i = 0; i < ARRAY_COUNT(tables); i++) {
		CHECK(rows_of(&w, tables[i], row.number) == 0);
		CHECK(rows_of(&w, tables[i], neighbour.number) > 0);
	}
	CHECK(rows_of(&w, "issued", neighbour.number) == 5);
	world_end(&w);
}

TEST(purge, of_what_is_not_there_is_done_at_once)
{
	struct world w;

	world_begin(&w);
	struct purging it = { 99, 3, true };
	CHECK_OK(store_apply(w.store, run_purge, &it, &w.fault), w.fault);
	CHECK(!it.more);
	world_end(&w);
}

TEST(purge, leaves_a_number_that_is_never_given_again)
{
	struct world w;

	world_begin(&w);
	struct authority_row row = world_authority(&w, 1), next = world_authority(&w, 1);
	CHECK_OK(world_authority_insert(&w, &row), w.fault);
	struct purging it = { row.number, 100, true };
	CHECK_OK(store_apply(w.store, run_purge, &it, &w.fault), w.fault);
	CHECK(!it.more);
	CHECK_OK(world_authority_insert(&w, &next), w.fault);
	CHECK(next.number > row.number);
	world_end(&w);
}

TEST_MAIN("store purge");
