#include "service/page_token.h"

#include <stdlib.h>

#include "base/base64.h"
#include "service/acm/page.h"
#include "test.h"

static struct service_settings settings = { .page_token_key = { 1, 2, 3 } };
static struct arena arena;

static struct call
caller(void)
{
	return (struct call){ .arena = &arena, .settings = &settings, .owner = { STR("1"), STR("eu-central-1") } };
}

static const struct store_filter leaf = { .kind = STORE_FILTER_LEAF, .field = STORE_SERIAL, .text = { "03:e9", 5 } };
static const struct store_filter *const leaves[] = { &leaf };
static const struct store_filter tree = { .kind = STORE_FILTER_AND, .children = leaves, .child_count = 1 };
static const struct store_query query = { .filter = &tree, .sort = STORE_NOT_AFTER, .limit = 10 };

static struct bytes
bound(const struct store_query *which)
{
	return page_binding(which, &arena);
}

static struct str
sealed(void)
{
	struct call call = caller();

	return page_token_seal(&call, "ListCertificates", bound(&query), STR("here it ended"));
}

TEST(page_token, opens_what_it_sealed)
{
	struct call call = caller();
	struct str after;

	CHECK(page_token_open(&call, "ListCertificates", bound(&query), sealed(), &after));
	CHECK_TEXT(after, "here it ended");
	arena_reset(&arena);
}

TEST(page_token, is_absent_for_the_last_page_and_for_the_first)
{
	struct call call = caller();
	struct str after = STR("x");

	CHECK(page_token_seal(&call, "ListCertificates", bound(&query), (struct str){ 0 }).p == NULL);
	CHECK(page_token_open(&call, "ListCertificates", bound(&query), (struct str){ 0 }, &after));
	CHECK(after.p == NULL);
}

TEST(page_token, may_be_used_with_another_page_size)
{
	struct store_query larger = query;
	struct call call = caller();
	struct str after;

	larger.limit = 500;
	larger.now_ms = 77;
	CHECK(page_token_open(&call, "ListCertificates", bound(&larger), sealed(), &after));
	arena_reset(&arena);
}

TEST(page_token, is_bound_to_the_operation)
{
	struct call call = caller();
	struct str after;

	CHECK(!page_token_open(&call, "SearchCertificates", bound(&query), sealed(), &after));
	arena_reset(&arena);
}

TEST(page_token, is_bound_to_the_owner)
{
	struct call other_account = caller(), other_region = caller(), shifted = caller();
	struct str after;

	other_account.owner.account = STR("2");
	other_region.owner.region = STR("eu-west-1");
	shifted.owner = (struct owner){ STR("1e"), STR("u-central-1") };
	CHECK(!page_token_open(&other_account, "ListCertificates", bound(&query), sealed(), &after));
	CHECK(!page_token_open(&other_region, "ListCertificates", bound(&query), sealed(), &after));
	CHECK(!page_token_open(&shifted, "ListCertificates", bound(&query), sealed(), &after));
	arena_reset(&arena);
}

TEST(page_token, is_bound_to_the_order)
{
	struct store_query other_sort = query, other_direction = query;
	struct call call = caller();
	struct str after;

	other_sort.sort = STORE_CREATED;
	other_direction.descending = true;
	CHECK(!page_token_open(&call, "ListCertificates", bound(&other_sort), sealed(), &after));
	CHECK(!page_token_open(&call, "ListCertificates", bound(&other_direction), sealed(), &after));
	arena_reset(&arena);
}

TEST(page_token, is_bound_to_every_part_of_the_filter)
{
	struct store_filter changed[7];
	struct store_query without = query;
	struct call call = caller();
	struct str after;

	for (size_t i = 0; i < ARRAY_COUNT(changed); i++)
		changed[i] = leaf;
	changed[0].field = STORE_COMMON_NAME;
	changed[1].operator= STORE_CONTAINS;
	changed[2].text = STR("03:ea");
	changed[3].low = 1;
	changed[4].high = 1;
	changed[5].bits = 1;
	changed[6].kind = STORE_FILTER_NOT;
	for (size_t i = 0; i < ARRAY_COUNT(changed); i++) {
		const struct store_filter *children[] = { &changed[i] };
		struct store_filter changed_tree = { .kind = STORE_FILTER_AND, .children = children, .child_count = 1 };
		struct store_query other = { .filter = &changed_tree, .sort = query.sort };
		CHECK(!page_token_open(&call, "ListCertificates", bound(&other), sealed(), &after));
	}
	without.filter = NULL;
	CHECK(!page_token_open(&call, "ListCertificates", bound(&without), sealed(), &after));
	arena_reset(&arena);
}

TEST(page_token, is_bound_to_the_key)
{
	struct service_settings other_settings = { .page_token_key = { 9 } };
	struct call call = caller();
	struct str after, token = sealed();

	call.settings = &other_settings;
	CHECK(!page_token_open(&call, "ListCertificates", bound(&query), token, &after));
	arena_reset(&arena);
}

TEST(page_token, refuses_any_changed_byte_and_any_shorter_token)
{
	struct call call = caller();
	struct bytes plain;
	struct str after;

	CHECK(base64_decode(sealed(), &arena, &plain));
	for (size_t i = 0; i < plain.n; i++) {
		struct buffer text = { 0 };
		uint8_t *changed = arena_alloc(&arena, plain.n);
		memcpy(changed, plain.p, plain.n);
		changed[i] ^= 1;
		base64_encode(&text, (struct bytes){ changed, plain.n }, 0);
		CHECK(!page_token_open(&call, "ListCertificates", bound(&query), buffer_str(&text), &after));
		buffer_reset(&text);
		base64_encode(&text, (struct bytes){ plain.p, i }, 0);
		CHECK(!page_token_open(&call, "ListCertificates", bound(&query), buffer_str(&text), &after));
		buffer_done(&text);
	}
	arena_reset(&arena);
}

TEST(page_token, refuses_what_is_no_base64)
{
	static const char *const odd[] = { "", "x", "not a token", "====", "AAAA AAAA", "\xc3\xa4" };
	struct call call = caller();
	struct str after;

	for (size_t i = 0; i < ARRAY_COUNT(odd); i++)
		CHECK(!page_token_open(&call, "ListCertificates", bound(&query), str_of(odd[i]), &after));
	arena_done(&arena);
}

TEST_MAIN("page_token");
