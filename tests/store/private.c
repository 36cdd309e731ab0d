/* Certificates that the house issued itself, marks without a version, and answers that a token repeats. */
#include "test.h"
#include "world.h"

struct change {
	struct world *world;
	struct str id;
	const struct certificate_private *row;
	const struct certificate_row *certificate;
};

static bool
run_put(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct change *change = context;

	return store_certificate_private_put(transaction, &change->world->owner, change->id, change->row, fault);
}

static bool
run_mark(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct change *change = context;

	return store_certificate_mark(transaction, &change->world->owner, change->certificate, fault);
}

static bool
put(struct world *w, struct str id, const struct certificate_private *row)
{
	struct change change = { w, id, row, NULL };

	w->fault.code = FAULT_NONE;
	return store_apply(w->store, run_put, &change, &w->fault);
}

static bool
mark(struct world *w, const struct certificate_row *row)
{
	struct change change = { w, row->id, NULL, row };

	w->fault.code = FAULT_NONE;
	return store_apply(w->store, run_mark, &change, &w->fault);
}

static const struct certificate_private example = { .authority_arn = { "arn:aws:acm-pca:x", 17 },
	.names = { "a.example.test\nb.example.test", 29 },
	.failure_reason = 3,
	.renewal_reason = 4,
	.renewal_ms = 5,
	.renew_at_ms = 6,
	.revocation_reason = 7 };

TEST(private, comes_back_as_it_was_put_and_is_replaced)
{
	struct world w;
	world_begin(&w);
	struct certificate_row row = world_row(&w, 1);
	struct certificate_private next = example, got;

	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK(!store_certificate_private_get(w.store, &w.owner, row.id, &w.arena, &got, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND && w.fault.say[0] == '\0');
	CHECK_OK(put(&w, row.id, &example), w.fault);
	CHECK_OK(store_certificate_private_get(w.store, &w.owner, row.id, &w.arena, &got, &w.fault), w.fault);
	CHECK(str_equal(got.authority_arn, example.authority_arn) && str_equal(got.names, example.names));
	CHECK(got.failure_reason == 3 && got.renewal_reason == 4 && got.renewal_ms == 5);
	CHECK(got.renew_at_ms == 6 && got.revocation_reason == 7);
	next.renew_at_ms = INT64_MAX;
	CHECK_OK(put(&w, row.id, &next), w.fault);
	CHECK_OK(store_certificate_private_get(w.store, &w.owner, row.id, &w.arena, &got, &w.fault), w.fault);
	CHECK(got.renew_at_ms == INT64_MAX);
	CHECK(!put(&w, world_id(&w, 2), &example) && w.fault.code == FAULT_NOT_FOUND);
	CHECK(!put(&w, STR("x"), &example) && w.fault.code == FAULT_NOT_FOUND);
	world_end(&w);
}

TEST(private, goes_with_its_certificate)
{
	struct world w;
	world_begin(&w);
	struct certificate_row row = world_row(&w, 1);
	struct certificate_private got;

	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK_OK(put(&w, row.id, &example), w.fault);
	CHECK_OK(world_delete(&w, row.id), w.fault);
	/* The next certificate takes the same place in the store. */
	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK(!store_certificate_private_get(w.store, &w.owner, row.id, &w.arena, &got, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND);
	world_end(&w);
}

TEST(private, outlives_a_renewal)
{
	struct world w;
	world_begin(&w);
	struct certificate_row row = world_row(&w, 1);
	struct certificate_private got;

	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK_OK(put(&w, row.id, &example), w.fault);
	row.version = 2;
	CHECK_OK(world_replace(&w, &row, 3), w.fault);
	CHECK_OK(store_certificate_private_get(w.store, &w.owner, row.id, &w.arena, &got, &w.fault), w.fault);
	world_end(&w);
}

/* RequestCertificate whose authority refused: names alone, no DER, no serial. */
TEST(private, may_have_failed_and_have_no_certificate)
{
	struct world w;
	world_begin(&w);
	struct certificate_row row = world_row(&w, 1), got;
	const struct certificate_version *versions;
	const struct store_query query = { .now_ms = WORLD_NOW_MS, .sort = STORE_CREATED, .limit = 10 };
	struct store_page page;
	size_t count;

	row.type = CERTIFICATE_PRIVATE;
	row.state = CERTIFICATE_FAILED;
	row.serial = row.common_name = (struct str){ 0 };
	row.dns_name_count = 0;
	row.not_before_ms = row.not_after_ms = row.imported_ms = 0;
	row.certificate = row.chain = row.sealed_key = (struct bytes){ 0 };
	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK_OK(put(&w, row.id, &example), w.fault);
	CHECK_OK(world_get(&w, row.id, &got), w.fault);
	CHECK(got.state == CERTIFICATE_FAILED && got.certificate.n == 0 && got.serial.p == NULL);
	CHECK_TEXT(got.domain_name, "host-1.example.test");
	CHECK_OK(store_certificate_history(w.store, &w.owner, row.id, &w.arena, &versions, &count, &w.fault), w.fault);
	CHECK(count == 1 && versions[0].certificate.n == 0);
	CHECK_OK(store_certificate_find(w.store, &w.owner, &query, &w.arena, &page, &w.fault), w.fault);
	CHECK(page.n == 1 && page.rows[0].state == CERTIFICATE_FAILED && page.rows[0].not_before_ms == 0);
	struct store_filter failed = {
		.kind = STORE_FILTER_LEAF, .field = STORE_STATUS, .operator= STORE_IN, .bits = 1u << CERTIFICATE_FAILED
	};
	struct store_query by_status = query;
	by_status.filter = &failed;
	CHECK_OK(store_certificate_find(w.store, &w.owner, &by_status, &w.arena, &page, &w.fault), w.fault);
	CHECK(page.n == 1);
	failed.bits = STORE_STATUS_EXPIRED_BIT | 1u << CERTIFICATE_ISSUED;
	CHECK_OK(store_certificate_find(w.store, &w.owner, &by_status, &w.arena, &page, &w.fault), w.fault);
	CHECK(page.n == 0);
	CHECK_OK(world_delete(&w, row.id), w.fault);
	world_end(&w);
}

/* ---- Marks ---- */

TEST(mark, changes_what_has_no_version_and_nothing_else)
{
	struct world w;
	world_begin(&w);
	struct certificate_row row = world_row(&w, 1), change = world_row(&w, 1), got;
	struct store_filter revoked = {
		.kind = STORE_FILTER_LEAF, .field = STORE_STATUS, .operator= STORE_IN, .bits = 1u << CERTIFICATE_REVOKED
	};
	const struct store_query query = {
		.filter = &revoked, .now_ms = WORLD_NOW_MS, .sort = STORE_CREATED, .limit = 10
	};
	struct store_page page;

	CHECK_OK(world_insert(&w, &row), w.fault);
	change.state = CERTIFICATE_REVOKED;
	change.revoked_ms = 77;
	change.exported = change.renewal_eligible = change.in_use = true;
	change.renewal_status = 3;
	change.common_name = change.serial = STR("another");
	change.not_after_ms = 1;
	change.certificate = bytes_of_str(STR("another"));
	CHECK_OK(mark(&w, &change), w.fault);
	CHECK_OK(world_get(&w, row.id, &got), w.fault);
	CHECK(got.state == CERTIFICATE_REVOKED && got.revoked_ms == 77 && got.renewal_status == 3);
	CHECK(got.exported && got.renewal_eligible && got.in_use && got.version == 1);
	CHECK(str_equal(got.common_name, row.common_name) && str_equal(got.serial, row.serial));
	CHECK(got.not_after_ms == row.not_after_ms && bytes_equal(got.certificate, row.certificate));
	CHECK_OK(store_certificate_find(w.store, &w.owner, &query, &w.arena, &page, &w.fault), w.fault);
	CHECK(page.n == 1);
	change.in_use = false;
	CHECK_OK(mark(&w, &change), w.fault);
	CHECK_OK(world_delete(&w, row.id), w.fault);
	world_end(&w);
}

TEST(mark, is_for_the_current_version_of_what_is_there)
{
	struct world w;
	world_begin(&w);
	struct certificate_row row = world_row(&w, 1), got;

	CHECK(!mark(&w, &row) && w.fault.code == FAULT_NOT_FOUND);
	CHECK_OK(world_insert(&w, &row), w.fault);
	row.version = 2;
	row.exported = true;
	CHECK(!mark(&w, &row) && w.fault.code == FAULT_CONFLICT);
	CHECK_OK(world_get(&w, row.id, &got), w.fault);
	CHECK(!got.exported);
	world_end(&w);
}

/* ---- Renewals ---- */

TEST(renewal, is_due_of_everybody_the_longest_first)
{
	struct world w;
	world_begin(&w);
	const struct owner neighbour = { STR("210987654321"), STR("us-east-1") };
	const struct certificate_due *due;
	struct certificate_private row = example;
	struct owner mine = w.owner;
	int64_t next_ms;
	size_t count;

	for (unsigned i = 1; i <= 4; i++) {
		struct certificate_row certificate = world_row(&w, i);
		w.owner = i % 2 == 0 ? neighbour : mine;
		CHECK_OK(world_insert(&w, &certificate), w.fault);
		row.renew_at_ms = i == 1 ? INT64_MAX : 100 - (int64_t)i;
		CHECK_OK(put(&w, certificate.id, &row), w.fault);
	}
	CHECK_OK(store_certificate_renewals_due(w.store, 97, 9, &w.arena, &due, &count, &next_ms, &w.fault), w.fault);
	CHECK(count == 2 && next_ms == 98);
	CHECK(str_equal(due[0].id, world_id(&w, 4)) && str_equal(due[0].owner.account, neighbour.account));
	CHECK(str_equal(due[0].owner.region, neighbour.region));
	CHECK(str_equal(due[1].id, world_id(&w, 3)) && str_equal(due[1].owner.account, mine.account));
	CHECK_OK(store_certificate_renewals_due(w.store, 97, 1, &w.arena, &due, &count, &next_ms, &w.fault), w.fault);
	CHECK(count == 1 && next_ms == 97);
	CHECK_OK(store_certificate_renewals_due(w.store, 1000, 9, &w.arena, &due, &count, &next_ms, &w.fault), w.fault);
	CHECK(count == 3 && next_ms == INT64_MAX);
	CHECK_OK(store_certificate_renewals_due(w.store, 0, 9, &w.arena, &due, &count, &next_ms, &w.fault), w.fault);
	CHECK(count == 0 && next_ms == 96);
	world_end(&w);
}

/* ---- Answers that a token repeats ---- */

struct recalling {
	struct world *world;
	const char *operation, *token, *result;
	int64_t now_ms;
	bool known;
	struct str earlier;
};

static bool
run_recall(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct recalling *it = context;

	return store_token_recall(transaction, &it->world->owner, it->operation, str_of(it->token), str_of(it->result),
		it->now_ms, it->now_ms + 100, &it->world->arena, &it->known, &it->earlier, fault);
}

static struct recalling
recall(struct world *w, const char *operation, const char *token, const char *result, int64_t now_ms)
{
	struct recalling it = {
		.world = w, .operation = operation, .token = token, .result = result, .now_ms = now_ms
	};

	CHECK_OK(store_apply(w->store, run_recall, &it, &w->fault), w->fault);
	return it;
}

TEST(token, repeats_the_answer_it_gave_until_it_ends)
{
	struct world w;
	bool known = true;
	struct str earlier;

	world_begin(&w);
	CHECK_OK(store_token_find(w.store, &w.owner, "Issue", STR("t"), 0, &w.arena, &known, &earlier, &w.fault),
		w.fault);
	CHECK(!known);
	CHECK(!recall(&w, "Issue", "t", "first", 0).known);
	struct recalling again = recall(&w, "Issue", "t", "second", 50);
	CHECK(again.known);
	CHECK_TEXT(again.earlier, "first");
	CHECK(!recall(&w, "Create", "t", "other", 50).known);
	CHECK(!recall(&w, "Issue", "u", "other", 50).known);
	CHECK_OK(store_token_find(w.store, &w.owner, "Issue", STR("t"), 99, &w.arena, &known, &earlier, &w.fault),
		w.fault);
	CHECK(known);
	CHECK_TEXT(earlier, "first");
	/* Not remembered beyond its end, which the second call did not move. */
	CHECK_OK(store_token_find(w.store, &w.owner, "Issue", STR("t"), 100, &w.arena, &known, &earlier, &w.fault),
		w.fault);
	CHECK(!known);
	CHECK(!recall(&w, "Issue", "t", "third", 100).known);
	again = recall(&w, "Issue", "t", "fourth", 150);
	CHECK_TEXT(again.earlier, "third");
	w.owner.region = STR("us-east-1");
	CHECK(!recall(&w, "Issue", "t", "elsewhere", 150).known);
	world_end(&w);
}

TEST_MAIN("store private");
