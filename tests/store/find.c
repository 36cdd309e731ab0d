/* Finding, held against a reader that knows no index: random rows, random filters, random orders, random pages. */
#include <stdlib.h>

#include "store/top.h"
#include "test.h"
#include "world.h"

enum {
	SMALL_ROWS = 1500,  /* past the first budget of a scan and of a gather, and past a batch of names */
	LARGE_ROWS = 12000, /* past STORE_MAX_SCAN */
	SMALL_QUERIES = 250,
	LARGE_QUERIES = 40,
};

struct crowd {
	struct world world;
	struct certificate_row *rows;
	size_t n;
	uint64_t seed;
};

static uint64_t
draw(struct crowd *crowd, uint64_t below)
{
	crowd->seed ^= crowd->seed << 13;
	crowd->seed ^= crowd->seed >> 7;
	crowd->seed ^= crowd->seed << 17;
	return crowd->seed % below;
}

/* ---- Rows ---- */

static struct str
draw_name(struct crowd *crowd)
{
	static const char *const words[] = { "Alpha", "beta", "gamma", "xn--bcher-kva", "a", "b\xc3\xa4r", "*" };
	struct arena *arena = &crowd->world.arena;
	const char *word = words[draw(crowd, ARRAY_COUNT(words))];

	switch (draw(crowd, 4)) {
	case 0:
		return arena_printf(arena, "%s.example.test", word);
	case 1:
		return arena_printf(arena, "%s-%d.Example.test", word, (int)draw(crowd, 20));
	case 2:
		return arena_printf(arena, "host-%04x.%s.net", (unsigned)draw(crowd, 65536), word);
	default:
		return arena_printf(arena, "%s", word);
	}
}

static struct certificate_row
draw_row(struct crowd *crowd, unsigned number)
{
	struct certificate_row row = world_row(&crowd->world, number);
	struct str *names = ARENA_ARRAY(&crowd->world.arena, struct str, 4);

	row.type = (enum certificate_type)(1 + draw(crowd, 3));
	row.state = draw(crowd, 3) > 0 ? CERTIFICATE_ISSUED : (enum certificate_state)(1 + draw(crowd, 6));
	row.created_ms = WORLD_NOW_MS + (int64_t)draw(crowd, crowd->n / 2);
	row.not_before_ms = WORLD_NOW_MS - (int64_t)draw(crowd, 10);
	row.not_after_ms = WORLD_NOW_MS - 50 + (int64_t)draw(crowd, 100);
	row.imported_ms = (int64_t)draw(crowd, 3);
	row.issued_ms = (int64_t)draw(crowd, 3);
	row.revoked_ms = (int64_t)draw(crowd, 3);
	row.key_algorithm = (int)draw(crowd, 8);
	row.key_usage = (unsigned)draw(crowd, 16);
	row.extended_key_usage = (unsigned)draw(crowd, 16);
	row.export_enabled = draw(crowd, 2) != 0;
	row.exported = draw(crowd, 2) != 0;
	row.in_use = draw(crowd, 2) != 0;
	row.renewal_eligible = draw(crowd, 2) != 0;
	row.managed_by = (int)draw(crowd, 2);
	row.validation_method = (int)draw(crowd, 4);
	row.renewal_status = (int)draw(crowd, 5);
	row.serial = arena_printf(&crowd->world.arena, "03:%02x", (unsigned)draw(crowd, 200));
	row.common_name = draw(crowd, 5) > 0 ? draw_name(crowd) : (struct str){ 0 };
	row.domain_name = draw(crowd, 3) > 0 ? STR("something") : (struct str){ 0 };
	row.dns_name_count = draw(crowd, 5);
	row.dns_names = names;
	for (size_t i = 0; i < row.dns_name_count; i++)
		names[i] = draw_name(crowd);
	return row;
}

enum { PACK = 500 };

static bool
insert_pack(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct crowd *crowd = context;

	for (size_t i = 0; i < PACK; i++)
		if (!store_certificate_insert(transaction, &crowd->world.owner, &crowd->rows[i], fault))
			return false;
	return true;
}

static void
crowd_begin(struct crowd *crowd, size_t n, uint64_t seed)
{
	const struct owner neighbour = { STR("210987654321"), STR("eu-central-1") };

	memset(crowd, 0, sizeof *crowd);
	world_begin(&crowd->world);
	crowd->seed = seed;
	crowd->n = n;
	crowd->rows = ARENA_ARRAY(&crowd->world.arena, struct certificate_row, n);
	struct certificate_row *all = crowd->rows;
	for (size_t i = 0; i < n; i++)
		all[i] = draw_row(crowd, (unsigned)i);
	for (; crowd->rows < all + n; crowd->rows += PACK)
		CHECK_OK(store_apply(crowd->world.store, insert_pack, crowd, &crowd->world.fault), crowd->world.fault);
	crowd->rows = all;
	/* A neighbour with the same rows must never show. */
	for (size_t i = 0; i < 100; i++)
		CHECK_OK(world_insert_as(&crowd->world, &neighbour, &all[i]), crowd->world.fault);
}

static void
crowd_end(struct crowd *crowd)
{
	world_end(&crowd->world);
}

/* Some rows go, some get other names: what no search may see any more. */
static void
crowd_change(struct crowd *crowd)
{
	for (size_t i = 0; i < 200; i++) {
		struct certificate_row *row = &crowd->rows[draw(crowd, crowd->n)];
		if (draw(crowd, 2) == 0 && !row->in_use) {
			CHECK_OK(world_delete(&crowd->world, row->id), crowd->world.fault);
			*row = crowd->rows[--crowd->n];
			continue;
		}
		struct certificate_row next = draw_row(crowd, 0);
		next.id = row->id;
		next.created_ms = row->created_ms;
		next.version = row->version + 1;
		CHECK_OK(world_replace(&crowd->world, &next, 1), crowd->world.fault);
		*row = next;
	}
}

/* ---- Filters ---- */

static struct store_filter
draw_leaf(struct crowd *crowd)
{
	static const char *const parts[] = { "example", "ALPHA", "mma", "a", ".t", "host-0", "kva.ex", "\xc3\xa4r",
		"zzz", "xn--bcher-kva-1", "" };
	struct store_filter leaf = { .kind = STORE_FILTER_LEAF };
	const struct certificate_row *some = &crowd->rows[draw(crowd, crowd->n)];

	leaf.field = (enum store_field)draw(crowd, STORE_HAS_DOMAIN + 1);
	leaf.operator= STORE_IN;
	leaf.bits = (uint32_t)draw(crowd, 256);
	switch (leaf.field) {
	case STORE_ID:
		leaf.operator= STORE_EQUALS;
		leaf.text = some->id;
		break;
	case STORE_SERIAL:
		leaf.operator= STORE_EQUALS;
		leaf.text = some->serial;
		break;
	case STORE_COMMON_NAME:
	case STORE_DNS_NAME:
		leaf.operator= draw(crowd, 2) == 0 ? STORE_EQUALS : STORE_CONTAINS;
		leaf.text = draw(crowd, 2) == 0 ? draw_name(crowd) : str_of(parts[draw(crowd, ARRAY_COUNT(parts))]);
		break;
	case STORE_NOT_AFTER:
	case STORE_NOT_BEFORE:
		leaf.operator= STORE_BETWEEN;
		leaf.low = draw(crowd, 3) == 0 ? INT64_MIN : WORLD_NOW_MS - 50 + (int64_t)draw(crowd, 100);
		leaf.high = draw(crowd, 3) == 0 ? INT64_MAX : WORLD_NOW_MS - 20 + (int64_t)draw(crowd, 70);
		break;
	case STORE_STATUS:
		if (draw(crowd, 2) == 0)
			leaf.bits |= STORE_STATUS_EXPIRED_BIT;
		break;
	default:
		break;
	}
	return leaf;
}

static const struct store_filter *
draw_filter(struct crowd *crowd, unsigned depth)
{
	struct store_filter *filter = ARENA_NEW(&crowd->world.arena, struct store_filter);

	if (depth == 0 || draw(crowd, 3) == 0) {
		*filter = draw_leaf(crowd);
		return filter;
	}
	filter->kind = (enum store_filter_kind)draw(crowd, 3);
	filter->child_count = filter->kind == STORE_FILTER_NOT ? 1 : draw(crowd, 4);
	const struct store_filter **children =
		ARENA_ARRAY(&crowd->world.arena, const struct store_filter *, filter->child_count);
	for (size_t i = 0; i < filter->child_count; i++)
		children[i] = draw_filter(crowd, depth - 1);
	filter->children = children;
	return filter;
}

/* ---- The reader without an index ---- */

static char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool
name_fits(struct str name, const struct store_filter *leaf)
{
	if (name.p == NULL)
		return false;
	for (size_t at = 0; at + leaf->text.n <= name.n; at++) {
		size_t same = 0;
		while (same < leaf->text.n && lower(name.p[at + same]) == lower(leaf->text.p[same]))
			same++;
		if (same == leaf->text.n && (leaf->operator== STORE_CONTAINS || leaf->text.n == name.n))
			return true;
	}
	return false;
}

static bool
has(uint32_t bits, unsigned number)
{
	return (bits & (uint32_t)1 << number) != 0;
}

static bool
leaf_fits(const struct certificate_row *row, const struct store_filter *leaf, int64_t now_ms)
{
	bool fits = false;

	switch (leaf->field) {
	case STORE_ID:
		return str_equal(row->id, leaf->text);
	case STORE_SERIAL:
		return str_equal(row->serial, leaf->text);
	case STORE_COMMON_NAME:
		return name_fits(row->common_name, leaf);
	case STORE_DNS_NAME:
		for (size_t i = 0; i < row->dns_name_count; i++)
			fits |= name_fits(row->dns_names[i], leaf);
		return fits;
	case STORE_NOT_AFTER:
		return leaf->low <= row->not_after_ms && row->not_after_ms <= leaf->high;
	case STORE_NOT_BEFORE:
		return leaf->low <= row->not_before_ms && row->not_before_ms <= leaf->high;
	case STORE_STATUS:
		if (row->state == CERTIFICATE_ISSUED && row->not_after_ms < now_ms)
			return has(leaf->bits, 16);
		return has(leaf->bits, row->state);
	case STORE_KEY_ALGORITHM:
		return has(leaf->bits, (unsigned)row->key_algorithm);
	case STORE_TYPE:
		return has(leaf->bits, row->type);
	case STORE_KEY_USAGE:
		return (leaf->bits & row->key_usage) != 0;
	case STORE_EXTENDED_KEY_USAGE:
		return (leaf->bits & row->extended_key_usage) != 0;
	case STORE_RENEWAL_STATUS:
		return has(leaf->bits, (unsigned)row->renewal_status);
	case STORE_MANAGED_BY:
		return has(leaf->bits, (unsigned)row->managed_by);
	case STORE_VALIDATION_METHOD:
		return has(leaf->bits, (unsigned)row->validation_method);
	case STORE_IN_USE:
		return has(leaf->bits, row->in_use);
	case STORE_EXPORTED:
		return has(leaf->bits, row->exported);
	case STORE_EXPORT_ENABLED:
		return has(leaf->bits, row->export_enabled);
	default:
		return has(leaf->bits, row->domain_name.p != NULL);
	}
}

static bool
fits(const struct certificate_row *row, const struct store_filter *filter, int64_t now_ms)
{
	size_t fitting = 0;

	if (filter == NULL)
		return true;
	if (filter->kind == STORE_FILTER_LEAF)
		return leaf_fits(row, filter, now_ms);
	for (size_t i = 0; i < filter->child_count; i++)
		fitting += fits(row, filter->children[i], now_ms);
	if (filter->kind == STORE_FILTER_NOT)
		return fitting == 0;
	return filter->kind == STORE_FILTER_AND ? fitting == filter->child_count : fitting > 0;
}

static const char *
status_name(const struct certificate_row *row, int64_t now_ms)
{
	static const char *const names[] = { "", "PENDING_VALIDATION", "ISSUED", "INACTIVE", "VALIDATION_TIMED_OUT",
		"REVOKED", "FAILED" };

	return row->state == CERTIFICATE_ISSUED && row->not_after_ms < now_ms ? "EXPIRED" : names[row->state];
}

/* What is no algorithm of AWS's comes last. */
static const char *
key_algorithm_name(const struct certificate_row *row)
{
	static const char *const names[] = { "~", "RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1",
		"EC_secp384r1", "EC_secp521r1" };

	return names[row->key_algorithm];
}

static int64_t
sort_number(const struct certificate_row *row, enum store_field sort)
{
	switch (sort) {
	case STORE_CREATED:
		return row->created_ms;
	case STORE_NOT_AFTER:
		return row->not_after_ms;
	case STORE_NOT_BEFORE:
		return row->not_before_ms;
	case STORE_TYPE:
		return row->type;
	case STORE_RENEWAL_STATUS:
		return row->renewal_status;
	case STORE_MANAGED_BY:
		return row->managed_by;
	case STORE_VALIDATION_METHOD:
		return row->validation_method;
	case STORE_IN_USE:
		return row->in_use;
	case STORE_EXPORTED:
		return row->exported;
	case STORE_EXPORT_ENABLED:
		return row->export_enabled;
	case STORE_HAS_DOMAIN:
		return row->domain_name.p != NULL;
	case STORE_REVOKED:
		return row->revoked_ms;
	case STORE_RENEWAL_ELIGIBLE:
		return row->renewal_eligible;
	case STORE_ISSUED:
		return row->issued_ms;
	case STORE_IMPORTED:
		return row->imported_ms;
	default:
		return 0;
	}
}

static int
name_order(struct str a, struct str b)
{
	for (size_t i = 0; i < a.n && i < b.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return (unsigned char)lower(a.p[i]) < (unsigned char)lower(b.p[i]) ? -1 : 1;
	return (a.n > b.n) - (a.n < b.n);
}

static int
compare(const void *a, const void *b, void *context)
{
	const struct certificate_row *x = *(const struct certificate_row *const *)a;
	const struct certificate_row *y = *(const struct certificate_row *const *)b;
	const struct store_query *query = context;
	int64_t p = sort_number(x, query->sort), q = sort_number(y, query->sort);
	int order = (p > q) - (p < q);

	if (query->sort == STORE_STATUS_NAME)
		order = strcmp(status_name(x, query->now_ms), status_name(y, query->now_ms));
	if (query->sort == STORE_KEY_ALGORITHM)
		order = strcmp(key_algorithm_name(x), key_algorithm_name(y));
	if (query->sort == STORE_COMMON_NAME)
		order = name_order(x->common_name, y->common_name);
	if (order == 0)
		order = str_compare(x->id, y->id);
	return query->descending ? -order : order;
}

/* ---- Held against each other ---- */

static void
check_query(struct crowd *crowd, struct store_query *query)
{
	struct world *w = &crowd->world;
	const struct certificate_row **expected = calloc(crowd->n + 1, sizeof *expected);
	size_t n = 0, at = 0, pages = 0;

	for (size_t i = 0; i < crowd->n; i++)
		if (fits(&crowd->rows[i], query->filter, query->now_ms))
			expected[n++] = &crowd->rows[i];
	qsort_r(expected, n, sizeof *expected, compare, query);
	do {
		struct arena arena = { 0 };
		struct store_page page;
		CHECK_OK(store_certificate_find(w->store, &w->owner, query, &arena, &page, &w->fault), w->fault);
		CHECK(page.n <= query->limit);
		for (size_t i = 0; i < page.n; i++) {
			CHECK(at < n);
			CHECK_TEXT(page.rows[i].id, expected[at]->id.p);
			CHECK(bytes_equal(page.rows[i].certificate, expected[at]->certificate));
			CHECK(str_equal(page.rows[i].common_name, expected[at]->common_name));
			CHECK(page.rows[i].chain.p == NULL && page.rows[i].sealed_key.p == NULL);
			at++;
		}
		query->after = arena_str(&w->arena, page.next);
		arena_done(&arena);
		CHECK(++pages <= crowd->n + 2);
	} while (query->after.p != NULL);
	CHECK(at == n);
	free((void *)expected);
}

static void
check_queries(struct crowd *crowd, size_t count, size_t smallest_page)
{
	static const enum store_field sorts[] = { STORE_ID, STORE_COMMON_NAME, STORE_NOT_AFTER, STORE_NOT_BEFORE,
		STORE_KEY_ALGORITHM, STORE_TYPE, STORE_RENEWAL_STATUS, STORE_MANAGED_BY, STORE_VALIDATION_METHOD,
		STORE_IN_USE, STORE_EXPORTED, STORE_EXPORT_ENABLED, STORE_HAS_DOMAIN, STORE_CREATED, STORE_STATUS_NAME,
		STORE_REVOKED, STORE_RENEWAL_ELIGIBLE, STORE_ISSUED, STORE_IMPORTED };

	for (size_t i = 0; i < count; i++) {
		struct store_query query = { .filter = draw(crowd, 8) > 0 ? draw_filter(crowd, 3) : NULL,
			.now_ms = WORLD_NOW_MS,
			.sort = draw(crowd, 2) == 0 ? sorts[draw(crowd, ARRAY_COUNT(sorts))] : STORE_CREATED,
			.descending = draw(crowd, 2) == 0,
			.limit = smallest_page + draw(crowd, 700) };
		check_query(crowd, &query);
	}
}

TEST(find, gives_what_a_reader_without_indexes_gives)
{
	struct crowd crowd;

	crowd_begin(&crowd, SMALL_ROWS, 0x9e3779b97f4a7c15u);
	check_queries(&crowd, SMALL_QUERIES, 30);
	crowd_change(&crowd);
	check_queries(&crowd, SMALL_QUERIES, 30);
	crowd_end(&crowd);
}

TEST(find, does_so_when_there_is_more_than_one_page_may_read)
{
	struct crowd crowd;

	crowd_begin(&crowd, LARGE_ROWS, 0xd1b54a32d192ed03u);
	check_queries(&crowd, LARGE_QUERIES, 400);
	crowd_end(&crowd);
}

TEST(find, goes_on_one_by_one)
{
	struct crowd crowd;

	crowd_begin(&crowd, PACK, 0x2545f4914f6cdd1du);
	struct store_query query = { .now_ms = WORLD_NOW_MS, .sort = STORE_CREATED, .limit = 1 };
	check_query(&crowd, &query);
	query = (struct store_query){ .now_ms = WORLD_NOW_MS, .sort = STORE_NOT_AFTER, .descending = true, .limit = 1 };
	check_query(&crowd, &query);
	crowd_end(&crowd);
}

/* ---- Bounds and refusals ---- */

TEST(find, fills_its_pages_with_rows_that_match_in_many_ways)
{
	struct world w;
	struct store_page page;
	const struct store_filter part = {
		.kind = STORE_FILTER_LEAF, .field = STORE_DNS_NAME, .operator= STORE_CONTAINS, .text = STR("many")
	};
	const struct store_filter rsa = {
		.kind = STORE_FILTER_LEAF, .field = STORE_KEY_ALGORITHM, .operator= STORE_IN, .bits = 4
	};
	const struct store_filter *const both[] = { &part, &part, &rsa };
	const struct store_filter any = { .kind = STORE_FILTER_OR, .children = both, .child_count = 3 };
	const struct store_filter *const filters[] = { &part, &any };

	world_begin(&w);
	for (unsigned i = 0; i < 20; i++) {
		struct certificate_row row = world_row(&w, i);
		struct str *names = ARENA_ARRAY(&w.arena, struct str, 30);
		for (unsigned j = 0; j < 30; j++)
			names[j] = arena_printf(&w.arena, "many-%u-%u.test", i, j);
		row.dns_names = names;
		row.dns_name_count = 30;
		CHECK_OK(world_insert(&w, &row), w.fault);
	}
	for (size_t i = 0; i < ARRAY_COUNT(filters); i++) {
		struct store_query query = {
			.filter = filters[i], .now_ms = WORLD_NOW_MS, .sort = STORE_IMPORTED, .limit = 12
		};
		CHECK_OK(store_certificate_find(w.store, &w.owner, &query, &w.arena, &page, &w.fault), w.fault);
		CHECK(page.n == 12 && page.next.p != NULL);
		query.after = page.next;
		CHECK_OK(store_certificate_find(w.store, &w.owner, &query, &w.arena, &page, &w.fault), w.fault);
		CHECK(page.n == 8 && page.next.p == NULL);
	}
	world_end(&w);
}

/* Two names of one certificate whose keys collide would bring it twice. */
TEST(find, keeps_one_of_what_comes_twice)
{
	struct arena arena = { 0 };
	struct top top = top_new(4, false, false, &arena);

	for (int round = 0; round < 2; round++)
		for (uint8_t i = 3; i > 0; i--)
			top_offer(&top, &(struct hit){ .position = { .number = 5, .id = { i } }, .number = i });
	top_sort(&top);
	CHECK(top.n > 0 && top.n <= 3);
	for (size_t i = 0; i < top.n; i++)
		CHECK(top.v[i].number == (int64_t)i + 1);
	arena_done(&arena);
}

TEST(find, reads_no_more_than_its_bound_a_page)
{
	struct crowd crowd;
	struct store_page page;

	crowd_begin(&crowd, LARGE_ROWS, 0xa0761d6478bd642fu);
	/* Nothing matches, and no index knows. */
	const struct store_filter never = { .kind = STORE_FILTER_LEAF, .field = STORE_IN_USE, .operator= STORE_IN };
	struct store_query query = { .filter = &never, .now_ms = WORLD_NOW_MS, .sort = STORE_CREATED, .limit = 100 };
	struct world *w = &crowd.world;

	CHECK_OK(store_certificate_find(w->store, &w->owner, &query, &w->arena, &page, &w->fault), w->fault);
	CHECK(page.n == 0 && page.next.p != NULL);
	query.after = page.next;
	CHECK_OK(store_certificate_find(w->store, &w->owner, &query, &w->arena, &page, &w->fault), w->fault);
	CHECK(page.n == 0 && page.next.p == NULL);
	/* A few of a window: its index gives them at once, in whatever order. */
	const struct store_filter window = { .kind = STORE_FILTER_LEAF,
		.field = STORE_NOT_AFTER,
		.operator= STORE_BETWEEN,
		.low = WORLD_NOW_MS - 48,
		.high = WORLD_NOW_MS - 47 };
	query = (struct store_query){ .filter = &window, .now_ms = WORLD_NOW_MS, .sort = STORE_CREATED, .limit = 1000 };
	CHECK_OK(store_certificate_find(w->store, &w->owner, &query, &w->arena, &page, &w->fault), w->fault);
	CHECK(page.n > 100 && page.next.p == NULL);
	crowd_end(&crowd);
}

TEST(find, refuses_a_token_that_is_none)
{
	static const char *const tokens[] = { "", ".", "...", "x", "18a.1.00.00",
		"18a.zz.00112233445566778899aabbccddeeff.", "18a..00112233445566778899aabbccddeeff.",
		"18a.0.00112233445566778899aabbccddeeff.0", "18d.0.00112233445566778899aabbccddeeff.",
		"7a.0.00112233445566778899aabbccddeeff.", "18a.00000000000000000.00112233445566778899aabbccddeeff." };
	struct world w;
	struct store_page page;

	CHECK(STORE_CREATED == 18);
	world_begin(&w);
	struct store_query query = { .now_ms = WORLD_NOW_MS, .sort = STORE_CREATED, .limit = 10 };
	query.after = STR("18a.0.00112233445566778899aabbccddeeff.");
	CHECK_OK(store_certificate_find(w.store, &w.owner, &query, &w.arena, &page, &w.fault), w.fault);
	for (size_t i = 0; i < ARRAY_COUNT(tokens); i++) {
		query.after = str_of(tokens[i]);
		w.fault.code = FAULT_NONE;
		CHECK(!store_certificate_find(w.store, &w.owner, &query, &w.arena, &page, &w.fault));
		CHECK(w.fault.code == FAULT_INVALID_ARGS);
	}
	world_end(&w);
}

TEST(find, refuses_what_has_no_order_and_what_is_no_condition)
{
	const struct store_filter odd[] = {
		{ .kind = STORE_FILTER_LEAF, .field = STORE_CREATED, .operator= STORE_BETWEEN },
			{ .kind = STORE_FILTER_LEAF, .field = STORE_SERIAL, .operator= STORE_CONTAINS },
				{
					.kind = STORE_FILTER_LEAF,
					.field = STORE_NOT_AFTER,
					.operator= STORE_IN },
					{ .kind = STORE_FILTER_NOT },
			};
	struct world w;
	struct store_page page;

	world_begin(&w);
	struct store_query query = { .now_ms = WORLD_NOW_MS, .sort = STORE_DNS_NAME, .limit = 10 };
	CHECK(!store_certificate_find(w.store, &w.owner, &query, &w.arena, &page, &w.fault));
	CHECK(w.fault.code == FAULT_INVALID_ARGS);
	query.sort = STORE_CREATED;
	for (size_t i = 0; i < ARRAY_COUNT(odd); i++) {
		query.filter = &odd[i];
		w.fault.code = FAULT_NONE;
		CHECK(!store_certificate_find(w.store, &w.owner, &query, &w.arena, &page, &w.fault));
		CHECK(w.fault.code == FAULT_INVALID_ARGS);
	}
	world_end(&w);
}

TEST(find, sees_a_name_the_moment_it_is_there_and_not_when_it_is_gone)
{
	struct world w;
	struct store_page page;

	world_begin(&w);
	struct store_filter leaf = { .kind = STORE_FILTER_LEAF, .field = STORE_DNS_NAME, .operator= STORE_CONTAINS };
	struct store_query query = { .filter = &leaf, .now_ms = WORLD_NOW_MS, .sort = STORE_CREATED, .limit = 10 };
	/* Across the moment at which names enter the index in a batch. */
	for (unsigned i = 1; i <= 300; i++) {
		struct certificate_row row = world_row(&w, i);
		CHECK_OK(world_insert(&w, &row), w.fault);
		if (i % 37 != 0)
			continue;
		leaf.text = arena_printf(&w.arena, "T-%u.EXAMPLE", i);
		CHECK_OK(store_certificate_find(w.store, &w.owner, &query, &w.arena, &page, &w.fault), w.fault);
		CHECK(page.n == 1 && page.next.p == NULL);
		CHECK_TEXT(page.rows[0].id, row.id.p);
	}
	for (unsigned i = 300; i > 0; i--) {
		CHECK_OK(world_delete(&w, world_id(&w, i)), w.fault);
		if (i % 37 != 0)
			continue;
		leaf.text = arena_printf(&w.arena, "t-%u.example", i);
		CHECK_OK(store_certificate_find(w.store, &w.owner, &query, &w.arena, &page, &w.fault), w.fault);
		CHECK(page.n == 0);
	}
	/* Numbers of names that are gone are not used again. */
	struct certificate_row row = world_row(&w, 5);
	CHECK_OK(world_insert(&w, &row), w.fault);
	leaf.text = STR("host-5");
	CHECK_OK(store_certificate_find(w.store, &w.owner, &query, &w.arena, &page, &w.fault), w.fault);
	CHECK(page.n == 1);
	world_end(&w);
}

TEST_MAIN("store find");
