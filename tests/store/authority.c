#include "test.h"
#include "world.h"

TEST(authority, comes_back_as_it_was_put)
{
	struct world w;
	world_begin(&w);
	struct authority_row row = world_authority(&w, 7), got;

	row.type = AUTHORITY_SUBORDINATE;
	row.state = AUTHORITY_DELETED;
	row.earlier_state = AUTHORITY_DISABLED;
	row.restorable_until_ms = WORLD_NOW_MS + 5;
	row.failure_reason = 2;
	row.policy = STR("{\"Version\":\"2012-10-17\"}");
	row.chain = bytes_of_str(STR("chain"));
	CHECK_OK(world_authority_insert(&w, &row), w.fault);
	CHECK(row.number > 0 && row.version == 1);
	CHECK_OK(store_authority_get(w.store, &w.owner, row.id, &w.arena, &got, &w.fault), w.fault);
	CHECK(got.number == row.number && got.version == 1);
	CHECK(str_equal(got.owner.account, w.owner.account) && str_equal(got.owner.region, w.owner.region));
	CHECK_TEXT(got.id, row.id.p);
	CHECK(got.type == AUTHORITY_SUBORDINATE && got.state == AUTHORITY_DELETED);
	CHECK(got.earlier_state == AUTHORITY_DISABLED && got.restorable_until_ms == WORLD_NOW_MS + 5);
	CHECK(got.created_ms == row.created_ms && got.changed_ms == row.changed_ms);
	CHECK(got.key == 3 && got.signing_algorithm == 4 && got.usage_mode == 1 && got.key_standard == 2);
	CHECK(got.failure_reason == 2);
	CHECK(str_equal(got.configuration, row.configuration) && str_equal(got.revocation, row.revocation));
	CHECK(str_equal(got.policy, row.policy) && bytes_equal(got.subject, row.subject));
	CHECK(bytes_equal(got.csr, row.csr) && bytes_equal(got.sealed_key, row.sealed_key));
	CHECK(bytes_equal(got.certificate, row.certificate) && bytes_equal(got.chain, row.chain));
	CHECK(bytes_equal(got.serial, row.serial));
	CHECK(got.not_before_ms == row.not_before_ms && got.not_after_ms == row.not_after_ms);
	CHECK(bytes_equal(got.issuer_sha1, row.issuer_sha1) && bytes_equal(got.issuer_sha256, row.issuer_sha256));
	CHECK(got.revocations == 0 && got.crl_partition == 0);
	CHECK_OK(store_authority_get_number(w.store, row.number, &w.arena, &got, &w.fault), w.fault);
	CHECK_TEXT(got.id, row.id.p);
	world_end(&w);
}

/* Waiting for its certificate: what is absent comes back absent. */
static struct authority_row
pending(struct world *w, unsigned number)
{
	struct authority_row row = world_authority(w, number);

	row.state = AUTHORITY_PENDING_CERTIFICATE;
	row.certificate = row.chain = row.serial = row.issuer_sha1 = row.issuer_sha256 = (struct bytes){ 0 };
	row.not_before_ms = row.not_after_ms = 0;
	return row;
}

TEST(authority, has_nothing_of_a_certificate_until_there_is_one)
{
	struct world w;
	world_begin(&w);
	struct authority_row row = pending(&w, 7), got;

	CHECK_OK(world_authority_insert(&w, &row), w.fault);
	CHECK_OK(store_authority_get(w.store, &w.owner, row.id, &w.arena, &got, &w.fault), w.fault);
	CHECK(got.certificate.p == NULL && got.chain.p == NULL && got.serial.p == NULL && got.policy.p == NULL);
	CHECK(got.issuer_sha1.p == NULL && got.issuer_sha256.p == NULL);
	CHECK(got.not_before_ms == 0 && got.not_after_ms == 0);
	world_end(&w);
}

TEST(authority, is_not_found_by_another_owner_id_or_number)
{
	struct world w;
	world_begin(&w);
	struct authority_row row = world_authority(&w, 7), got;
	const struct owner neighbour = { STR("210987654321"), w.owner.region };
	const struct owner elsewhere = { w.owner.account, STR("us-east-1") };

	CHECK_OK(world_authority_insert(&w, &row), w.fault);
	CHECK(!store_authority_get(w.store, &neighbour, row.id, &w.arena, &got, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND && w.fault.say[0] == '\0');
	CHECK(!store_authority_get(w.store, &elsewhere, row.id, &w.arena, &got, &w.fault));
	CHECK(!store_authority_get(w.store, &w.owner, world_id(&w, 8), &w.arena, &got, &w.fault));
	w.fault.code = FAULT_NONE;
	CHECK(!store_authority_get(w.store, &w.owner, STR("no uuid"), &w.arena, &got, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND);
	CHECK(!store_authority_get_number(w.store, row.number + 1, &w.arena, &got, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND);
	world_end(&w);
}

TEST(authority, conflicts_when_the_id_is_taken)
{
	struct world w;
	world_begin(&w);
	struct authority_row row = world_authority(&w, 7), again = world_authority(&w, 7), elsewhere = again;

	CHECK_OK(world_authority_insert(&w, &row), w.fault);
	CHECK(!world_authority_insert(&w, &again));
	CHECK(w.fault.code == FAULT_CONFLICT && w.fault.say[0] == '\0' && again.number == 0);
	elsewhere.owner.region = STR("us-east-1");
	CHECK_OK(world_authority_insert(&w, &elsewhere), w.fault);
	world_end(&w);
}

TEST(authority, changes_by_its_next_version_only_and_keeps_what_it_is)
{
	struct world w;
	world_begin(&w);
	struct authority_row row = pending(&w, 7), next, got;

	CHECK_OK(world_authority_insert(&w, &row), w.fault);
	next = world_authority(&w, 7);
	next.number = row.number;
	next.version = 2;
	next.created_ms = 1;
	next.changed_ms = WORLD_NOW_MS + 9;
	next.policy = STR("{}");
	next.subject = next.csr = next.sealed_key = bytes_of_str(STR("another"));
	next.revocations = next.crl_partition = 99;
	CHECK_OK(world_authority_update(&w, &next), w.fault);
	CHECK_OK(store_authority_get(w.store, &w.owner, row.id, &w.arena, &got, &w.fault), w.fault);
	CHECK(got.version == 2 && got.state == AUTHORITY_ACTIVE && got.changed_ms == WORLD_NOW_MS + 9);
	CHECK(bytes_equal(got.certificate, next.certificate) && bytes_equal(got.issuer_sha256, next.issuer_sha256));
	CHECK_TEXT(got.policy, "{}");
	CHECK(got.created_ms == row.created_ms && bytes_equal(got.subject, row.subject));
	CHECK(bytes_equal(got.csr, row.csr) && bytes_equal(got.sealed_key, row.sealed_key));
	CHECK(got.revocations == 0 && got.crl_partition == 0);

	CHECK(!world_authority_update(&w, &next) && w.fault.code == FAULT_CONFLICT && w.fault.say[0] == '\0');
	next.version = 4;
	CHECK(!world_authority_update(&w, &next) && w.fault.code == FAULT_CONFLICT);
	next.number++;
	CHECK(!world_authority_update(&w, &next) && w.fault.code == FAULT_NOT_FOUND && w.fault.say[0] == '\0');
	world_end(&w);
}

struct looking {
	struct world *world;
	int64_t number, version;
};

static bool
run_check(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct looking *it = context;

	return store_authority_check(transaction, it->number, it->version, fault);
}

TEST(authority, is_checked_to_be_what_the_caller_saw)
{
	struct world w;
	world_begin(&w);
	struct authority_row row = world_authority(&w, 7);

	CHECK_OK(world_authority_insert(&w, &row), w.fault);
	struct looking it = { &w, row.number, 1 };
	CHECK_OK(store_apply(w.store, run_check, &it, &w.fault), w.fault);
	it.version = 2;
	CHECK(!store_apply(w.store, run_check, &it, &w.fault) && w.fault.code == FAULT_CONFLICT);
	it.number++;
	CHECK(!store_apply(w.store, run_check, &it, &w.fault) && w.fault.code == FAULT_NOT_FOUND);
	world_end(&w);
}

static bool
found_by(struct world *w, struct bytes issuer, struct authority_row *got)
{
	const struct bytes name_hash = { issuer.p, issuer.n / 2 }, key_hash = { issuer.p + issuer.n / 2, issuer.n / 2 };

	w->fault.code = FAULT_NONE;
	return store_authority_by_issuer(w->store, name_hash, key_hash, &w->arena, got, &w->fault);
}

TEST(authority, is_found_by_the_hashes_of_a_certid)
{
	struct world w;
	world_begin(&w);
	struct authority_row rows[3], got;

	for (unsigned i = 0; i < ARRAY_COUNT(rows); i++) {
		rows[i] = world_authority(&w, i + 1);
		CHECK_OK(world_authority_insert(&w, &rows[i]), w.fault);
	}
	for (unsigned i = 0; i < ARRAY_COUNT(rows); i++) {
		CHECK_OK(found_by(&w, rows[i].issuer_sha1, &got), w.fault);
		CHECK(got.number == rows[i].number);
		CHECK_OK(found_by(&w, rows[i].issuer_sha256, &got), w.fault);
		CHECK(got.number == rows[i].number);
	}
	/* One's name with another's key is nobody. */
	const struct bytes name_hash = { rows[0].issuer_sha1.p, 20 }, key_hash = { rows[1].issuer_sha1.p + 20, 20 };
	CHECK(!store_authority_by_issuer(w.store, name_hash, key_hash, &w.arena, &got, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND && w.fault.say[0] == '\0');
	/* Nor are hashes of different kinds, or of none. */
	const struct bytes long_hash = { rows[0].issuer_sha256.p, 32 }, no_hash = { 0 };
	CHECK(!store_authority_by_issuer(w.store, name_hash, long_hash, &w.arena, &got, &w.fault));
	CHECK(!store_authority_by_issuer(w.store, no_hash, no_hash, &w.arena, &got, &w.fault));
	world_end(&w);
}

TEST(authority, is_not_found_by_issuer_without_a_certificate_or_after_its_time_of_restoring)
{
	struct world w;
	world_begin(&w);
	struct authority_row row = pending(&w, 1), other = world_authority(&w, 1), got;

	CHECK_OK(world_authority_insert(&w, &row), w.fault);
	CHECK(!found_by(&w, other.issuer_sha1, &got) && w.fault.code == FAULT_NOT_FOUND);
	other.number = row.number;
	other.version = 2;
	other.state = AUTHORITY_DELETED;
	other.restorable_until_ms = WORLD_NOW_MS + 1;
	CHECK_OK(world_authority_update(&w, &other), w.fault);
	CHECK_OK(found_by(&w, other.issuer_sha1, &got), w.fault);
	other.version = 3;
	other.restorable_until_ms = WORLD_NOW_MS;
	CHECK_OK(world_authority_update(&w, &other), w.fault);
	CHECK(!found_by(&w, other.issuer_sha1, &got) && w.fault.code == FAULT_NOT_FOUND);
	CHECK(!found_by(&w, other.issuer_sha256, &got));
	world_end(&w);
}

struct counting {
	const struct owner *owner;
	int64_t limit, got;
};

static bool
run_count(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct counting *counting = context;

	return store_authority_count(transaction, counting->owner, counting->limit, &counting->got, fault);
}

TEST(authority, is_listed_by_owner_or_for_everybody_and_counted)
{
	struct world w;
	world_begin(&w);
	const struct owner neighbour = { STR("210987654321"), w.owner.region };
	const struct authority_row *rows;
	int64_t numbers[6];
	size_t count;

	for (unsigned i = 0; i < 6; i++) {
		struct authority_row row = world_authority(&w, 6 - i);
		row.owner = i % 2 == 0 ? w.owner : neighbour;
		row.state = i == 0 ? AUTHORITY_DELETED : AUTHORITY_ACTIVE;
		CHECK_OK(world_authority_insert(&w, &row), w.fault);
		numbers[i] = row.number;
	}
	CHECK_OK(store_authority_list(w.store, &w.owner, 0, 10, &w.arena, &rows, &count, &w.fault), w.fault);
	CHECK(count == 3);
	for (size_t i = 0; i < count; i++)
		CHECK(rows[i].number == numbers[2 * i]);
	CHECK_OK(store_authority_list(w.store, &w.owner, numbers[0], 1, &w.arena, &rows, &count, &w.fault), w.fault);
	CHECK(count == 1 && rows[0].number == numbers[2]);
	CHECK_OK(store_authority_list(w.store, NULL, 0, 4, &w.arena, &rows, &count, &w.fault), w.fault);
	CHECK(count == 4);
	for (size_t i = 0; i < count; i++)
		CHECK(rows[i].number == numbers[i]);
	CHECK_OK(store_authority_list(w.store, NULL, numbers[3], 4, &w.arena, &rows, &count, &w.fault), w.fault);
	CHECK(count == 2 && rows[1].number == numbers[5]);

	struct counting counting = { .owner = &w.owner, .limit = 100 };
	CHECK_OK(store_apply(w.store, run_count, &counting, &w.fault), w.fault);
	CHECK(counting.got == 3);
	counting.limit = 2;
	CHECK_OK(store_apply(w.store, run_count, &counting, &w.fault), w.fault);
	CHECK(counting.got == 2);
	world_end(&w);
}

/* ---- Permissions ---- */

struct granting {
	int64_t authority;
	struct permission_row row;
};

static bool
run_grant(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct granting *it = context;

	return store_permission_insert(transaction, it->authority, &it->row, fault);
}

static bool
run_withdraw(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct granting *it = context;

	return store_permission_delete(transaction, it->authority, it->row.principal, it->row.source_account, fault);
}

TEST(permission, is_one_for_a_principal_and_a_source_account)
{
	struct world w;
	const struct permission_row *rows;
	size_t count;

	world_begin(&w);
	struct granting it = { 1, { STR("acm.amazonaws.com"), { 0 }, PERMISSION_ISSUE | PERMISSION_LIST, 20 } };
	CHECK_OK(store_apply(w.store, run_grant, &it, &w.fault), w.fault);
	CHECK(!store_apply(w.store, run_grant, &it, &w.fault));
	CHECK(w.fault.code == FAULT_CONFLICT && w.fault.say[0] == '\0');
	it.row.source_account = w.owner.account;
	it.row.created_ms = 10;
	CHECK_OK(store_apply(w.store, run_grant, &it, &w.fault), w.fault);
	CHECK(!store_apply(w.store, run_grant, &it, &w.fault) && w.fault.code == FAULT_CONFLICT);
	it.authority = 2;
	CHECK_OK(store_apply(w.store, run_grant, &it, &w.fault), w.fault);

	CHECK_OK(store_permission_list(w.store, 1, &w.arena, &rows, &count, &w.fault), w.fault);
	CHECK(count == 2);
	CHECK(rows[0].created_ms == 10 && str_equal(rows[0].source_account, w.owner.account));
	CHECK(rows[1].created_ms == 20 && rows[1].source_account.p == NULL);
	CHECK_TEXT(rows[1].principal, "acm.amazonaws.com");
	CHECK(rows[1].actions == (PERMISSION_ISSUE | PERMISSION_LIST));
	world_end(&w);
}

TEST(permission, is_deleted_by_the_same_names)
{
	struct world w;
	const struct permission_row *rows;
	size_t count;

	world_begin(&w);
	struct granting it = { 1, { STR("acm.amazonaws.com"), { 0 }, PERMISSION_GET, 20 } };
	CHECK_OK(store_apply(w.store, run_grant, &it, &w.fault), w.fault);
	it.row.source_account = w.owner.account;
	CHECK(!store_apply(w.store, run_withdraw, &it, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND && w.fault.say[0] == '\0');
	it.row.source_account = (struct str){ 0 };
	CHECK_OK(store_apply(w.store, run_withdraw, &it, &w.fault), w.fault);
	CHECK(!store_apply(w.store, run_withdraw, &it, &w.fault) && w.fault.code == FAULT_NOT_FOUND);
	CHECK_OK(store_permission_list(w.store, 1, &w.arena, &rows, &count, &w.fault), w.fault);
	CHECK(count == 0);
	world_end(&w);
}

/* ---- Tags ---- */

struct tagging {
	int64_t authority;
	const struct tag *tags;
	size_t count, limit;
};

static bool
run_tags_put(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct tagging *it = context;

	return store_authority_tags_put(transaction, it->authority, it->tags, it->count, it->limit, fault);
}

static bool
run_tags_remove(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct tagging *it = context;

	return store_authority_tags_remove(transaction, it->authority, it->tags, it->count, fault);
}

TEST(authority_tag, is_put_overwritten_and_removed)
{
	struct world w;
	world_begin(&w);
	struct authority_row row = world_authority(&w, 1);
	const struct tag first[] = { { STR("b"), STR("1") }, { STR("a"), { 0 } }, { STR("c"), STR("3") } };
	const struct tag second[] = { { STR("b"), STR("2") } };
	const struct tag wrong[] = { { STR("b"), STR("1") }, { STR("c"), { 0 } }, { STR("x"), { 0 } } };
	const struct tag *tags;
	size_t count;

	CHECK_OK(world_authority_insert(&w, &row), w.fault);
	struct tagging it = { row.number, first, 3, 3 };
	CHECK_OK(store_apply(w.store, run_tags_put, &it, &w.fault), w.fault);
	it.tags = second;
	it.count = 1;
	CHECK_OK(store_apply(w.store, run_tags_put, &it, &w.fault), w.fault);
	CHECK_OK(store_authority_tags_get(w.store, row.number, &w.arena, &tags, &count, &w.fault), w.fault);
	CHECK(count == 3);
	CHECK_TEXT(tags[0].key, "a");
	CHECK(tags[0].value.p == NULL);
	CHECK_TEXT(tags[1].value, "2");
	/* "b" has another value, "c" goes whatever it has, "x" is not there. */
	it.tags = wrong;
	it.count = 3;
	CHECK_OK(store_apply(w.store, run_tags_remove, &it, &w.fault), w.fault);
	CHECK_OK(store_authority_tags_get(w.store, row.number, &w.arena, &tags, &count, &w.fault), w.fault);
	CHECK(count == 2);
	CHECK_TEXT(tags[1].key, "b");
	world_end(&w);
}

TEST(authority_tag, is_refused_beyond_the_limit_and_nothing_is_put)
{
	struct world w;
	world_begin(&w);
	struct authority_row row = world_authority(&w, 1);
	const struct tag tags[] = { { STR("a"), STR("1") }, { STR("b"), STR("2") }, { STR("c"), STR("3") } };
	const struct tag *got;
	size_t count;

	CHECK_OK(world_authority_insert(&w, &row), w.fault);
	struct tagging it = { row.number, tags, 3, 2 };
	CHECK(!store_apply(w.store, run_tags_put, &it, &w.fault));
	CHECK(w.fault.code == FAULT_TOO_MANY_TAGS && w.fault.say[0] == '\0');
	CHECK_OK(store_authority_tags_get(w.store, row.number, &w.arena, &got, &count, &w.fault), w.fault);
	CHECK(count == 0);
	world_end(&w);
}

TEST(authority_tag, belongs_to_an_authority_that_is_there)
{
	struct world w;
	const struct tag tag = { STR("a"), STR("1") };
	const struct tag *got;
	size_t count;

	world_begin(&w);
	struct tagging it = { 5, &tag, 1, 50 };
	CHECK(!store_apply(w.store, run_tags_put, &it, &w.fault) && w.fault.code == FAULT_NOT_FOUND);
	w.fault.code = FAULT_NONE;
	CHECK(!store_apply(w.store, run_tags_remove, &it, &w.fault) && w.fault.code == FAULT_NOT_FOUND);
	w.fault.code = FAULT_NONE;
	CHECK(!store_authority_tags_get(w.store, 5, &w.arena, &got, &count, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND);
	world_end(&w);
}

TEST_MAIN("store authority");
