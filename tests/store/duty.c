/* Leases, responders, audit reports. */
#include "store/duty.h"

#include "test.h"
#include "world.h"

/* ---- Leases ---- */

struct leasing {
	const char *name, *holder;
	int64_t now_ms, until_ms;
	bool taken;
};

static bool
run_take(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct leasing *it = context;

	return store_lease_take(transaction, it->name, str_of(it->holder), it->now_ms, it->until_ms, &it->taken, fault);
}

static bool
run_give(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct leasing *it = context;

	return store_lease_give(transaction, it->name, str_of(it->holder), fault);
}

static bool
take(struct world *w, const char *name, const char *holder, int64_t now_ms, int64_t until_ms)
{
	struct leasing it = { name, holder, now_ms, until_ms, false };

	CHECK_OK(store_apply(w->store, run_take, &it, &w->fault), w->fault);
	return it.taken;
}

static void
give(struct world *w, const char *name, const char *holder)
{
	struct leasing it = { .name = name, .holder = holder };

	CHECK_OK(store_apply(w->store, run_give, &it, &w->fault), w->fault);
}

TEST(lease, is_held_by_one_until_it_ends)
{
	struct world w;

	world_begin(&w);
	CHECK(take(&w, "lists", "ann", 0, 100));
	CHECK(!take(&w, "lists", "bob", 99, 200));
	CHECK(take(&w, "reports", "bob", 0, 100));
	CHECK(take(&w, "lists", "ann", 50, 150)); /* kept for longer */
	CHECK(!take(&w, "lists", "bob", 149, 200));
	CHECK(take(&w, "lists", "bob", 150, 200));
	CHECK(!take(&w, "lists", "ann", 150, 300));
	world_end(&w);
}

TEST(lease, is_given_back_by_its_holder_only)
{
	struct world w;

	world_begin(&w);
	CHECK(take(&w, "lists", "ann", 0, 100));
	give(&w, "lists", "bob");
	CHECK(!take(&w, "lists", "bob", 1, 100));
	give(&w, "lists", "ann");
	CHECK(take(&w, "lists", "bob", 1, 100));
	give(&w, "nothing", "ann");
	world_end(&w);
}

static bool
run_end_all(struct store_transaction *transaction, void *context, struct fault *fault)
{
	(void)context;
	return store_lease_end_all(transaction, fault);
}

TEST(lease, of_holders_that_are_gone_ends)
{
	struct world w;

	world_begin(&w);
	CHECK(take(&w, "lists", "ann", 0, 100) && take(&w, "reports", "ann", 0, 100));
	CHECK_OK(store_apply(w.store, run_end_all, NULL, &w.fault), w.fault);
	CHECK(take(&w, "lists", "bob", 1, 100) && take(&w, "reports", "bob", 1, 100));
	world_end(&w);
}

/* ---- Responders ---- */

static bool
run_responder(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_responder_put(transaction, context, fault);
}

TEST(responder, is_one_for_each_authority)
{
	struct world w;
	struct responder_row got;

	world_begin(&w);
	struct responder_row row = { .authority = 5,
		.version = 1,
		.certificate = bytes_of_str(STR("first")),
		.sealed_key = world_sealed(&w, "00000000000000aa", "first"),
		.not_before_ms = 1,
		.not_after_ms = 2 };
	CHECK(!store_responder_get(w.store, 5, &w.arena, &got, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND && w.fault.say[0] == '\0');
	CHECK_OK(store_apply(w.store, run_responder, &row, &w.fault), w.fault);
	row.version = 2;
	row.certificate = bytes_of_str(STR("second"));
	row.not_after_ms = 3;
	CHECK_OK(store_apply(w.store, run_responder, &row, &w.fault), w.fault);
	CHECK_OK(store_responder_get(w.store, 5, &w.arena, &got, &w.fault), w.fault);
	CHECK(got.authority == 5 && got.version == 2 && got.not_before_ms == 1 && got.not_after_ms == 3);
	CHECK(bytes_equal(got.certificate, row.certificate) && bytes_equal(got.sealed_key, row.sealed_key));
	CHECK(!store_responder_get(w.store, 6, &w.arena, &got, &w.fault));
	world_end(&w);
}

/* ---- Audit reports ---- */

static struct audit_report_row
report(struct world *w, unsigned number)
{
	return (struct audit_report_row){ .id = world_id(w, number),
		.authority = 5,
		.bucket = STR("reports"),
		.key = arena_printf(&w->arena, "audit-report/%u.json", number),
		.format = 1,
		.status = AUDIT_REPORT_CREATING,
		.created_ms = WORLD_NOW_MS - number };
}

static bool
run_report(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_audit_report_insert(transaction, context, fault);
}

static bool
run_succeed(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct audit_report_row *row = context;

	return store_audit_report_set(transaction, row->id, AUDIT_REPORT_SUCCESS, fault);
}

TEST(audit_report, comes_back_as_it_was_put_to_its_authority)
{
	struct world w;
	struct audit_report_row got;

	world_begin(&w);
	struct audit_report_row row = report(&w, 7);
	CHECK_OK(store_apply(w.store, run_report, &row, &w.fault), w.fault);
	CHECK(!store_apply(w.store, run_report, &row, &w.fault));
	CHECK(w.fault.code == FAULT_CONFLICT && w.fault.say[0] == '\0');
	CHECK_OK(store_audit_report_get(w.store, 5, row.id, &w.arena, &got, &w.fault), w.fault);
	CHECK(str_equal(got.id, row.id) && got.authority == 5 && got.format == 1);
	CHECK(str_equal(got.bucket, row.bucket) && str_equal(got.key, row.key));
	CHECK(got.status == AUDIT_REPORT_CREATING && got.created_ms == row.created_ms);
	CHECK(!store_audit_report_get(w.store, 6, row.id, &w.arena, &got, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND && w.fault.say[0] == '\0');
	CHECK(!store_audit_report_get(w.store, 5, world_id(&w, 8), &w.arena, &got, &w.fault));
	CHECK(!store_audit_report_get(w.store, 5, STR("x"), &w.arena, &got, &w.fault));
	world_end(&w);
}

TEST(audit_report, is_pending_until_it_is_set_oldest_first)
{
	struct world w;
	const struct audit_report_row *rows;
	struct audit_report_row got;
	size_t count;

	world_begin(&w);
	for (unsigned i = 1; i <= 4; i++) {
		struct audit_report_row row = report(&w, i);
		CHECK_OK(store_apply(w.store, run_report, &row, &w.fault), w.fault);
	}
	struct audit_report_row done = report(&w, 4), unknown = report(&w, 9);
	CHECK_OK(store_apply(w.store, run_succeed, &done, &w.fault), w.fault);
	CHECK(!store_apply(w.store, run_succeed, &unknown, &w.fault) && w.fault.code == FAULT_NOT_FOUND);
	CHECK_OK(store_audit_report_pending(w.store, 9, &w.arena, &rows, &count, &w.fault), w.fault);
	CHECK(count == 3);
	for (unsigned i = 0; i < count; i++)
		CHECK(str_equal(rows[i].id, world_id(&w, 3 - i)));
	CHECK_OK(store_audit_report_pending(w.store, 1, &w.arena, &rows, &count, &w.fault), w.fault);
	CHECK(count == 1 && str_equal(rows[0].id, world_id(&w, 3)));
	CHECK_OK(store_audit_report_get(w.store, 5, done.id, &w.arena, &got, &w.fault), w.fault);
	CHECK(got.status == AUDIT_REPORT_SUCCESS);
	world_end(&w);
}

TEST_MAIN("store duty");
