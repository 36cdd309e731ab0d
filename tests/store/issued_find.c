/* Lists of what was issued, and the walk over all of it. */
#include "test.h"
#include "world.h"

enum { ROWS = 12, DAY_MS = 86400000 };

/* A certificate's end, out of order, several at once: 0, 5, 2, 7, 4, 1, 6, 3 days after now, and again. */
static int64_t
end_of(unsigned number)
{
	return WORLD_NOW_MS + (int64_t)(number * 5 % 8) * DAY_MS - 1;
}

/* Numbers 1 to ROWS; those divisible by 4 are revoked; a neighbour issues between them. */
static int64_t
begin(struct world *w)
{
	world_begin(w);
	struct authority_row row = world_authority(w, 1), neighbour = world_authority(w, 2);
	CHECK_OK(world_authority_insert(w, &row), w->fault);
	CHECK_OK(world_authority_insert(w, &neighbour), w->fault);
	for (unsigned i = 1; i <= ROWS; i++) {
		struct issued_row issued = world_issued(w, row.number, i), other = world_issued(w, neighbour.number, i);
		issued.not_after_ms = end_of(i);
		if (i % 3 == 0)
			issued.template = STR("CodeSigningCertificate/V1");
		CHECK_OK(world_issue(w, &issued), w->fault);
		CHECK_OK(world_issue(w, &other), w->fault);
		if (i % 4 == 0)
			CHECK_OK(world_revoke(w, row.number, i, 1, WORLD_NOW_MS), w->fault);
	}
	return row.number;
}

static struct issued_query
everything(int64_t authority)
{
	return (struct issued_query){ .authority = authority,
		.now_ms = WORLD_NOW_MS,
		.expires_after_ms = INT64_MIN,
		.expires_before_ms = INT64_MAX,
		.limit = 100 };
}

/* Which of begin()'s certificates a row is. */
static unsigned
number_of(const struct issued_row *row)
{
	return (unsigned)(row->issued_ms - WORLD_NOW_MS);
}

/* Reads page by page; the numbers come into `numbers`. */
static size_t
collect(struct world *w, struct issued_query query, unsigned numbers[ROWS])
{
	struct issued_page page;
	size_t n = 0, pages = 0;

	do {
		CHECK_OK(store_issued_find(w->store, &query, &w->arena, &page, &w->fault), w->fault);
		CHECK(page.n <= query.limit && n + page.n <= ROWS && pages++ <= ROWS);
		for (size_t i = 0; i < page.n; i++)
			numbers[n++] = number_of(&page.rows[i]);
		query.has_after = true;
		query.after_ms = page.last_ms;
		query.after_number = page.last_number;
	} while (page.more);
	return n;
}

TEST(issued_find, gives_whole_rows)
{
	struct world w;
	int64_t authority = begin(&w);
	struct issued_query query = everything(authority);
	struct issued_page page;

	query.limit = 1;
	CHECK_OK(store_issued_find(w.store, &query, &w.arena, &page, &w.fault), w.fault);
	CHECK(page.n == 1 && page.more);
	struct issued_row row = world_issued(&w, authority, 1);
	CHECK(page.rows[0].authority == authority && bytes_equal(page.rows[0].serial, row.serial));
	CHECK(str_equal(page.rows[0].subject, row.subject) && str_equal(page.rows[0].names, row.names));
	CHECK(str_equal(page.rows[0].template, row.template) && str_equal(page.rows[0].requester, row.requester));
	CHECK(bytes_equal(page.rows[0].certificate, row.certificate) && page.rows[0].not_after_ms == end_of(1));
	CHECK(page.last_number == page.rows[0].number && page.last_ms == row.issued_ms);
	world_end(&w);
}

TEST(issued_find, goes_through_all_in_order_of_issue_both_ways)
{
	struct world w;
	int64_t authority = begin(&w);
	struct issued_query query = everything(authority);
	unsigned numbers[ROWS];

	for (query.limit = 1; query.limit <= ROWS + 1; query.limit++) {
		query.descending = false;
		CHECK(collect(&w, query, numbers) == ROWS);
		for (unsigned i = 0; i < ROWS; i++)
			CHECK(numbers[i] == i + 1);
		query.descending = true;
		CHECK(collect(&w, query, numbers) == ROWS);
		for (unsigned i = 0; i < ROWS; i++)
			CHECK(numbers[i] == ROWS - i);
	}
	world_end(&w);
}

TEST(issued_find, goes_through_all_by_end_both_ways_ties_by_number)
{
	struct world w;
	int64_t authority = begin(&w);
	struct issued_query query = everything(authority);
	unsigned numbers[ROWS];

	query.by_not_after = true;
	for (query.limit = 1; query.limit <= ROWS + 1; query.limit++) {
		query.descending = false;
		CHECK(collect(&w, query, numbers) == ROWS);
		for (unsigned i = 1; i < ROWS; i++)
			CHECK(end_of(numbers[i - 1]) < end_of(numbers[i]) ||
				(end_of(numbers[i - 1]) == end_of(numbers[i]) && numbers[i - 1] < numbers[i]));
		query.descending = true;
		CHECK(collect(&w, query, numbers) == ROWS);
		for (unsigned i = 1; i < ROWS; i++)
			CHECK(end_of(numbers[i - 1]) > end_of(numbers[i]) ||
				(end_of(numbers[i - 1]) == end_of(numbers[i]) && numbers[i - 1] > numbers[i]));
	}
	world_end(&w);
}

TEST(issued_find, keeps_to_a_window_of_ends_in_any_order)
{
	struct world w;
	int64_t authority = begin(&w);
	struct issued_query query = everything(authority);
	unsigned numbers[ROWS];

	query.expires_after_ms = WORLD_NOW_MS + 2 * DAY_MS - 1;
	query.expires_before_ms = WORLD_NOW_MS + 5 * DAY_MS - 1;
	for (unsigned order = 0; order < 4; order++) {
		query.by_not_after = order % 2 != 0;
		query.descending = order / 2 != 0;
		for (query.limit = 1; query.limit < 4; query.limit++) {
			size_t n = collect(&w, query, numbers), expected = 0;
			for (unsigned i = 1; i <= ROWS; i++)
				expected += end_of(i) >= query.expires_after_ms && end_of(i) <= query.expires_before_ms;
			CHECK(n == expected && n > 3);
			for (size_t i = 0; i < n; i++)
				CHECK(end_of(numbers[i]) >= query.expires_after_ms &&
					end_of(numbers[i]) <= query.expires_before_ms);
		}
	}
	world_end(&w);
}

TEST(issued_find, filters_by_status_at_the_callers_moment)
{
	struct world w;
	int64_t authority = begin(&w);
	struct issued_query query = everything(authority);
	unsigned numbers[ROWS];
	size_t n;

	/* 8 has ended and is revoked: whatever its end. */
	query.statuses = ISSUED_IS_REVOKED;
	CHECK(collect(&w, query, numbers) == 3 && numbers[0] == 4 && numbers[1] == 8 && numbers[2] == 12);
	query.statuses = ISSUED_IS_EXPIRED;
	CHECK(collect(&w, query, numbers) == 0);
	query.now_ms = end_of(5) + 1;
	n = collect(&w, query, numbers);
	CHECK(n == 1 && numbers[0] == 5);
	query.now_ms = end_of(5);
	CHECK(collect(&w, query, numbers) == 0);
	query.statuses = ISSUED_IS_ISSUED;
	CHECK(collect(&w, query, numbers) == 9);
	query.now_ms = end_of(5) + 1;
	CHECK(collect(&w, query, numbers) == 8);
	query.statuses = ISSUED_IS_ISSUED | ISSUED_IS_REVOKED;
	CHECK(collect(&w, query, numbers) == 11);
	world_end(&w);
}

TEST(issued_find, filters_by_parts_of_subject_and_names_without_case_and_by_template)
{
	struct world w;
	int64_t authority = begin(&w);
	struct issued_query query = everything(authority);
	unsigned numbers[ROWS];

	query.subject = STR("cn=hOST-1");
	CHECK(collect(&w, query, numbers) == 4); /* 1, 10, 11, 12 */
	query.subject = STR("host-7.example.test,o=house");
	CHECK(collect(&w, query, numbers) == 1 && numbers[0] == 7);
	query.subject = STR("nobody");
	CHECK(collect(&w, query, numbers) == 0);
	query.subject = (struct str){ 0 };
	query.name = STR("WWW.host-7");
	CHECK(collect(&w, query, numbers) == 1 && numbers[0] == 7);
	query.name = STR("O=House");
	CHECK(collect(&w, query, numbers) == 0);
	query.name = STR("");
	CHECK(collect(&w, query, numbers) == ROWS);
	query.name = STR("host-1");
	query.template = STR("CodeSigningCertificate/V1");
	CHECK(collect(&w, query, numbers) == 1 && numbers[0] == 12);
	query.template = STR("codesigningcertificate/v1");
	CHECK(collect(&w, query, numbers) == 0);
	world_end(&w);
}

TEST(issued_find, finds_a_serial_that_fits_the_rest)
{
	struct world w;
	int64_t authority = begin(&w);
	struct issued_query query = everything(authority);
	unsigned numbers[ROWS];

	query.serial = world_serial(&w, 8);
	CHECK(collect(&w, query, numbers) == 1 && numbers[0] == 8);
	query.statuses = ISSUED_IS_ISSUED;
	CHECK(collect(&w, query, numbers) == 0);
	query.statuses = 0;
	query.has_after = true;
	CHECK(collect(&w, query, numbers) == 0);
	query.has_after = false;
	query.serial = world_serial(&w, 99);
	CHECK(collect(&w, query, numbers) == 0);
	query.serial = world_serial(&w, 8);
	query.authority = 99;
	CHECK(collect(&w, query, numbers) == 0);
	world_end(&w);
}

static bool
run_fill(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct issued_row row = *(const struct issued_row *)context;
	static const uint8_t hash[INTENTION_HASH_BYTES];
	const struct bytes tbs = { hash, sizeof hash };

	for (uint32_t i = 0; i <= STORE_MAX_SCAN; i++) {
		row.serial = (struct bytes){ (const uint8_t *)&i, sizeof i };
		row.issued_ms = WORLD_NOW_MS + i;
		row.subject = i == STORE_MAX_SCAN ? STR("CN=the last") : STR("CN=another");
		const struct intention_row intention = {
			.authority = row.authority, .serial = row.serial, .tbs_sha256 = tbs
		};
		if (!store_intention_insert(transaction, &intention, fault) ||
			!store_issued_insert(transaction, &row, tbs, fault))
			return false;
	}
	return true;
}

/* All end at the same moment, so that pages by end go on among ties. */
TEST(issued_find, looks_at_a_bounded_number_and_goes_on)
{
	struct world w;
	struct issued_page page;

	world_begin(&w);
	struct issued_row row = world_issued(&w, 1, 0);
	CHECK_OK(store_apply(w.store, run_fill, &row, &w.fault), w.fault);
	for (unsigned by_end = 0; by_end < 2; by_end++) {
		struct issued_query query = everything(1);
		query.subject = STR("the last");
		query.by_not_after = by_end != 0;
		CHECK_OK(store_issued_find(w.store, &query, &w.arena, &page, &w.fault), w.fault);
		CHECK(page.n == 0 && page.more);
		query.has_after = true;
		query.after_ms = page.last_ms;
		query.after_number = page.last_number;
		CHECK_OK(store_issued_find(w.store, &query, &w.arena, &page, &w.fault), w.fault);
		CHECK(page.n == 1 && !page.more && number_of(&page.rows[0]) == STORE_MAX_SCAN);
	}
	world_end(&w);
}

/* ---- The walk ---- */

struct walking {
	int64_t authority;
	unsigned n, stop_at;
};

static bool
each(const struct issued_row *row, void *context, struct fault *fault)
{
	struct walking *it = context;

	if (it->n == it->stop_at)
		return fault_set(fault, FAULT_INVALID_STATE, "Enough.");
	it->n++;
	CHECK(row->authority == it->authority && number_of(row) == it->n && row->certificate.n > 0);
	CHECK(row->revoked_ms == (it->n % 4 == 0 ? WORLD_NOW_MS : 0));
	return true;
}

TEST(issued_walk, gives_all_of_an_authority_in_order_of_issue)
{
	struct world w;
	int64_t authority = begin(&w);
	struct walking it = { authority, 0, 100 };

	CHECK_OK(store_issued_walk(w.store, authority, each, &it, &w.fault), w.fault);
	CHECK(it.n == ROWS);
	it = (struct walking){ authority, 0, 5 };
	CHECK(!store_issued_walk(w.store, authority, each, &it, &w.fault));
	CHECK(w.fault.code == FAULT_INVALID_STATE && it.n == 5);
	it = (struct walking){ 99, 0, 0 };
	CHECK_OK(store_issued_walk(w.store, 99, each, &it, &w.fault), w.fault);
	CHECK(it.n == 0);
	world_end(&w);
}

TEST_MAIN("store issued_find");
