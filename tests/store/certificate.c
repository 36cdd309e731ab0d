#include "test.h"
#include "world.h"

TEST(certificate, comes_back_as_it_was_put)
{
	struct world w;
	world_begin(&w);
	struct certificate_row row = world_row(&w, 7), got;
	row.renewal_eligible = row.export_enabled = row.exported = row.transparency_logging = true;
	row.managed_by = 1;
	row.validation_method = 2;
	row.renewal_status = 3;
	row.issued_ms = 11;
	row.revoked_ms = 12;

	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK_OK(world_get(&w, row.id, &got), w.fault);
	CHECK_TEXT(got.id, row.id.p);
	CHECK(got.type == row.type && got.state == row.state && got.version == 1);
	CHECK(got.created_ms == row.created_ms && got.imported_ms == row.imported_ms);
	CHECK(got.issued_ms == 11 && got.revoked_ms == 12);
	CHECK(got.not_before_ms == row.not_before_ms && got.not_after_ms == row.not_after_ms);
	CHECK(got.key_algorithm == 2 && got.key_usage == 5 && got.extended_key_usage == 1);
	CHECK(got.renewal_eligible && got.export_enabled && got.exported && got.transparency_logging && !got.in_use);
	CHECK(got.managed_by == 1 && got.validation_method == 2 && got.renewal_status == 3);
	CHECK_TEXT(got.serial, "03:00:00:07");
	CHECK_TEXT(got.common_name, "host-7.example.test");
	CHECK_TEXT(got.domain_name, "host-7.example.test");
	CHECK(bytes_equal(got.certificate, row.certificate) && bytes_equal(got.chain, row.chain));
	CHECK(got.sealed_key.p == NULL && got.dns_names == NULL);
	world_end(&w);
}

TEST(certificate, keeps_absent_apart_from_empty)
{
	struct world w;
	world_begin(&w);
	struct certificate_row row = world_row(&w, 7), got;
	row.common_name = row.domain_name = row.serial = (struct str){ 0 };
	row.dns_name_count = 0;
	row.chain = (struct bytes){ 0 };

	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK_OK(world_get(&w, row.id, &got), w.fault);
	CHECK(got.common_name.p == NULL && got.domain_name.p == NULL && got.serial.p == NULL);
	CHECK(got.chain.n == 0);
	world_end(&w);
}

TEST(certificate, gives_its_sealed_key_and_version)
{
	struct world w;
	world_begin(&w);
	struct certificate_row row = world_row(&w, 7);
	struct bytes sealed;
	int64_t version;

	CHECK_OK(world_insert(&w, &row), w.fault);
	row.version = 2;
	row.sealed_key = world_sealed(&w, "00000000000000bb", "second");
	CHECK_OK(world_replace(&w, &row, 0), w.fault);
	CHECK_OK(store_certificate_key(w.store, &w.owner, row.id, &w.arena, &sealed, &version, &w.fault), w.fault);
	CHECK(version == 2 && bytes_equal(sealed, row.sealed_key));
	world_end(&w);
}

TEST(certificate, is_not_found_by_another_owner_or_id)
{
	struct world w;
	world_begin(&w);
	struct certificate_row row = world_row(&w, 7), got;
	const struct owner neighbour = { STR("210987654321"), w.owner.region };
	const struct owner elsewhere = { w.owner.account, STR("us-east-1") };
	static const char *const ids[] = { "", "x", "01900000-0000-7000-8000-000000000008",
		"01900000x0000-7000-8000-000000000007", "01900000-0000-7000-8000-00000000000G",
		"01900000-0000-7000-8000-0000000000071" };

	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK(!store_certificate_get(w.store, &neighbour, row.id, &w.arena, &got, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND && w.fault.say[0] == '\0');
	CHECK(!store_certificate_get(w.store, &elsewhere, row.id, &w.arena, &got, &w.fault));
	for (size_t i = 0; i < ARRAY_COUNT(ids); i++) {
		w.fault.code = FAULT_NONE;
		CHECK(!world_get(&w, str_of(ids[i]), &got));
		CHECK(w.fault.code == FAULT_NOT_FOUND);
	}
	world_end(&w);
}

TEST(certificate, may_have_the_id_of_a_neighbours)
{
	struct world w;
	world_begin(&w);
	struct certificate_row row = world_row(&w, 7), other = world_row(&w, 7), got;
	const struct owner neighbour = { STR("210987654321"), w.owner.region };

	other.serial = STR("aa:bb");
	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK_OK(world_insert_as(&w, &neighbour, &other), w.fault);
	CHECK_OK(world_get(&w, row.id, &got), w.fault);
	CHECK_TEXT(got.serial, "03:00:00:07");
	world_end(&w);
}

TEST(certificate, conflicts_when_the_id_is_taken)
{
	struct world w;
	world_begin(&w);
	struct certificate_row row = world_row(&w, 7);

	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK(!world_insert(&w, &row));
	CHECK(w.fault.code == FAULT_CONFLICT);
	world_end(&w);
}

TEST(certificate, keeps_as_many_versions_as_it_is_told)
{
	struct world w;
	world_begin(&w);
	struct certificate_row row = world_row(&w, 7), got;
	const struct certificate_version *versions;
	size_t count;

	CHECK_OK(world_insert(&w, &row), w.fault);
	for (int64_t version = 2; version <= 6; version++) {
		row.version = version;
		row.imported_ms = WORLD_NOW_MS + version;
		row.created_ms = 1;
		row.certificate = bytes_of_str(arena_printf(&w.arena, "certificate v%d", (int)version));
		CHECK_OK(world_replace(&w, &row, 3), w.fault);
	}
	CHECK_OK(world_get(&w, row.id, &got), w.fault);
	CHECK(got.version == 6 && got.created_ms == WORLD_NOW_MS + 7 && got.imported_ms == WORLD_NOW_MS + 6);
	CHECK_OK(store_certificate_history(w.store, &w.owner, row.id, &w.arena, &versions, &count, &w.fault), w.fault);
	CHECK(count == 4);
	for (size_t i = 0; i < count; i++) {
		CHECK(versions[i].version == 6 - (int64_t)i && versions[i].current == (i == 0));
		CHECK(versions[i].imported_ms == WORLD_NOW_MS + versions[i].version);
		CHECK_TEXT(str_of_bytes(versions[i].certificate),
			arena_printf(&w.arena, "certificate v%d", (int)versions[i].version).p);
		CHECK(versions[i].sealed_key.n > 0);
	}
	row.version = 7;
	CHECK_OK(world_replace(&w, &row, 0), w.fault);
	CHECK_OK(store_certificate_history(w.store, &w.owner, row.id, &w.arena, &versions, &count, &w.fault), w.fault);
	CHECK(count == 1 && versions[0].version == 7);
	world_end(&w);
}

TEST(certificate, is_replaced_by_the_next_version_only)
{
	struct world w;
	world_begin(&w);
	struct certificate_row row = world_row(&w, 7);

	row.version = 2;
	CHECK(!world_replace(&w, &row, 3) && w.fault.code == FAULT_NOT_FOUND);
	row.version = 1;
	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK(!world_replace(&w, &row, 3) && w.fault.code == FAULT_CONFLICT);
	row.version = 3;
	CHECK(!world_replace(&w, &row, 3) && w.fault.code == FAULT_CONFLICT);
	row.version = 2;
	CHECK_OK(world_replace(&w, &row, 3), w.fault);
	world_end(&w);
}

TEST(certificate, is_deleted_with_all_its_versions_and_tags)
{
	struct world w;
	world_begin(&w);
	struct certificate_row row = world_row(&w, 7), got;
	const struct certificate_version *versions;
	size_t count;

	CHECK_OK(world_insert(&w, &row), w.fault);
	row.version = 2;
	CHECK_OK(world_replace(&w, &row, 5), w.fault);
	CHECK_OK(world_delete(&w, row.id), w.fault);
	CHECK(!world_get(&w, row.id, &got) && w.fault.code == FAULT_NOT_FOUND);
	CHECK(!store_certificate_history(w.store, &w.owner, row.id, &w.arena, &versions, &count, &w.fault));
	CHECK(!world_delete(&w, row.id) && w.fault.code == FAULT_NOT_FOUND);
	row.version = 1;
	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK_OK(store_certificate_history(w.store, &w.owner, row.id, &w.arena, &versions, &count, &w.fault), w.fault);
	CHECK(count == 1);
	world_end(&w);
}

TEST(certificate, is_not_deleted_while_in_use)
{
	struct world w;
	world_begin(&w);
	struct certificate_row row = world_row(&w, 7), got;

	row.in_use = true;
	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK(!world_delete(&w, row.id) && w.fault.code == FAULT_IN_USE);
	CHECK_OK(world_get(&w, row.id, &got), w.fault);
	world_end(&w);
}

struct counts {
	struct world *world;
	int64_t limit, since_ms;
	int64_t certificates, imports;
};

static bool
read_counts(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct counts *counts = context;

	return store_certificate_count(
		       transaction, &counts->world->owner, counts->limit, &counts->certificates, fault) &&
	       store_imports_since(transaction, &counts->world->owner, counts->since_ms, &counts->imports, fault);
}

TEST(certificate, is_counted_up_to_a_limit_and_by_day)
{
	struct world w;
	world_begin(&w);
	struct counts counts = { .world = &w, .limit = 3, .since_ms = WORLD_NOW_MS };
	const struct owner neighbour = { STR("210987654321"), w.owner.region };

	for (unsigned i = 0; i < 5; i++) {
		struct certificate_row row = world_row(&w, i);
		if (i == 0)
			row.created_ms = WORLD_NOW_MS - 2LL * 86400 * 1000;
		CHECK_OK(world_insert(&w, &row), w.fault);
		CHECK_OK(world_insert_as(&w, &neighbour, &row), w.fault);
	}
	CHECK_OK(store_apply(w.store, read_counts, &counts, &w.fault), w.fault);
	CHECK(counts.certificates == 3 && counts.imports == 4);
	CHECK_OK(world_delete(&w, world_id(&w, 1)), w.fault);
	counts.limit = 100;
	counts.since_ms = WORLD_NOW_MS - 3LL * 86400 * 1000;
	CHECK_OK(store_apply(w.store, read_counts, &counts, &w.fault), w.fault);
	CHECK(counts.certificates == 4 && counts.imports == 5);
	world_end(&w);
}

TEST(certificate, outlives_the_process)
{
	struct world w;
	world_begin(&w);
	struct certificate_row row = world_row(&w, 7), got;

	CHECK_OK(world_insert(&w, &row), w.fault);
	world_close(&w);
	world_open(&w);
	CHECK_OK(world_get(&w, row.id, &got), w.fault);
	CHECK(bytes_equal(got.certificate, row.certificate));
	world_end(&w);
}

TEST_MAIN("store certificate");
