#include "test.h"
#include "world.h"

struct change {
	struct world *world;
	struct str id;
	const struct tag *tags;
	size_t count, limit;
};

static bool
run_put(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct change *change = context;

	return store_tags_put(
		transaction, &change->world->owner, change->id, change->tags, change->count, change->limit, fault);
}

static bool
run_remove(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct change *change = context;

	return store_tags_remove(transaction, &change->world->owner, change->id, change->tags, change->count, fault);
}

static bool
put(struct world *w, const struct tag *tags, size_t count)
{
	struct change change = { w, world_id(w, 1), tags, count, 3 };

	return store_apply(w->store, run_put, &change, &w->fault);
}

static bool
take(struct world *w, struct tag tag)
{
	struct change change = { w, world_id(w, 1), &tag, 1, 0 };

	return store_apply(w->store, run_remove, &change, &w->fault);
}

/* The tags as "key=value key …". */
static struct str
tags_of(struct world *w)
{
	const struct tag *tags;
	struct str text = STR("");
	size_t count;

	CHECK_OK(store_tags_get(w->store, &w->owner, world_id(w, 1), &w->arena, &tags, &count, &w->fault), w->fault);
	for (size_t i = 0; i < count; i++)
		text = arena_printf(&w->arena, "%.*s%s%.*s%s%.*s", STR_ARG(text), i > 0 ? " " : "",
			STR_ARG(tags[i].key), tags[i].value.p != NULL ? "=" : "", STR_ARG(tags[i].value));
	return text;
}

static void
begin(struct world *w)
{
	world_begin(w);
	struct certificate_row row = world_row(w, 1);
	CHECK_OK(world_insert(w, &row), w->fault);
}

TEST(tag, is_added_overwritten_and_listed_by_key)
{
	const struct tag first[] = { { STR("stage"), STR("test") }, { STR("app"), { 0 } }, { STR("note"), STR("") } };
	const struct tag second[] = { { STR("stage"), STR("live") }, { STR("app"), STR("shop") } };
	struct world w;

	begin(&w);
	CHECK_TEXT(tags_of(&w), "");
	CHECK_OK(put(&w, first, 3), w.fault);
	CHECK_TEXT(tags_of(&w), "app note= stage=test");
	CHECK_OK(put(&w, second, 2), w.fault);
	CHECK_TEXT(tags_of(&w), "app=shop note= stage=live");
	world_end(&w);
}

TEST(tag, is_refused_beyond_the_limit_and_nothing_changes)
{
	const struct tag first[] = { { STR("a"), STR("1") }, { STR("b"), STR("2") } };
	const struct tag more[] = { { STR("b"), STR("3") }, { STR("c"), STR("4") }, { STR("d"), STR("5") } };
	struct world w;

	begin(&w);
	CHECK_OK(put(&w, first, 2), w.fault);
	CHECK(!put(&w, more, 3));
	CHECK(w.fault.code == FAULT_TOO_MANY_TAGS && w.fault.say[0] == '\0');
	CHECK_TEXT(tags_of(&w), "a=1 b=2");
	CHECK_OK(put(&w, more, 2), w.fault);
	CHECK_TEXT(tags_of(&w), "a=1 b=3 c=4");
	world_end(&w);
}

TEST(tag, may_be_one_of_many)
{
	enum { MANY = 150 }; /* more than AWS allows: the limit is the caller's */
	struct tag tags[MANY];
	const struct tag *got;
	struct world w;
	size_t count;

	begin(&w);
	for (unsigned i = 0; i < MANY; i++)
		tags[i] = (struct tag){ arena_printf(&w.arena, "key %03u", i), arena_printf(&w.arena, "%u", i) };
	struct change change = { &w, world_id(&w, 1), tags, MANY, MANY };
	CHECK_OK(store_apply(w.store, run_put, &change, &w.fault), w.fault);
	CHECK_OK(store_tags_get(w.store, &w.owner, change.id, &w.arena, &got, &count, &w.fault), w.fault);
	CHECK(count == MANY);
	for (size_t i = 0; i < MANY; i++)
		CHECK(str_equal(got[i].key, tags[i].key) && str_equal(got[i].value, tags[i].value));
	world_end(&w);
}

TEST(tag, key_tells_upper_from_lower_case_and_is_counted_once)
{
	const struct tag tags[] = { { STR("b"), STR("1") }, { STR("A"), STR("2") }, { STR("a"), STR("3") },
		{ STR("b"), STR("4") } };
	struct world w;

	begin(&w);
	CHECK_OK(put(&w, tags, 4), w.fault);
	CHECK_TEXT(tags_of(&w), "A=2 a=3 b=4");
	world_end(&w);
}

TEST(tag, belongs_to_one_owner)
{
	const struct tag here = { STR("a"), STR("here") }, there = { STR("a"), STR("there") };
	struct world w;

	begin(&w);
	const struct owner home = w.owner,
			   neighbours[] = { { STR("210987654321"), home.region }, { home.account, STR("us-east-1") } };
	CHECK_OK(put(&w, &here, 1), w.fault);
	for (size_t i = 0; i < ARRAY_COUNT(neighbours); i++) {
		struct certificate_row row = world_row(&w, 1);
		w.owner = neighbours[i];
		CHECK(!put(&w, &there, 1) && w.fault.code == FAULT_NOT_FOUND);
		CHECK_OK(world_insert(&w, &row), w.fault);
		CHECK_TEXT(tags_of(&w), "");
		CHECK_OK(put(&w, &there, 1), w.fault);
		CHECK_OK(take(&w, (struct tag){ here.key, here.value }), w.fault);
		CHECK_TEXT(tags_of(&w), "a=there");
		w.owner = home;
		CHECK_OK(take(&w, (struct tag){ there.key, there.value }), w.fault);
		w.owner = neighbours[i];
		CHECK_OK(take(&w, (struct tag){ .key = here.key }), w.fault);
		CHECK_TEXT(tags_of(&w), "");
		CHECK_OK(put(&w, &here, 1), w.fault);
		CHECK_OK(take(&w, here), w.fault);
		CHECK_OK(world_delete(&w, row.id), w.fault);
		w.owner = home;
		CHECK_TEXT(tags_of(&w), "a=here");
	}
	world_end(&w);
}

TEST(tag, goes_by_key_or_only_with_its_value)
{
	const struct tag tags[] = { { STR("a"), STR("1") }, { STR("b"), { 0 } }, { STR("c"), STR("3") } };
	struct world w;

	begin(&w);
	CHECK_OK(put(&w, tags, 3), w.fault);
	CHECK_OK(take(&w, (struct tag){ STR("a"), STR("2") }), w.fault);
	CHECK_OK(take(&w, (struct tag){ STR("b"), STR("") }), w.fault);
	CHECK_OK(take(&w, (struct tag){ STR("x"), { 0 } }), w.fault);
	CHECK_TEXT(tags_of(&w), "a=1 b c=3");
	CHECK_OK(take(&w, (struct tag){ STR("a"), STR("1") }), w.fault);
	CHECK_OK(take(&w, (struct tag){ STR("b"), { 0 } }), w.fault);
	CHECK_OK(take(&w, (struct tag){ STR("c"), { 0 } }), w.fault);
	CHECK_TEXT(tags_of(&w), "");
	world_end(&w);
}

TEST(tag, belongs_to_a_certificate_that_is_there)
{
	const struct tag tag = { STR("a"), STR("1") };
	const struct tag *tags;
	struct world w;
	size_t count;

	world_begin(&w);
	CHECK(!put(&w, &tag, 1) && w.fault.code == FAULT_NOT_FOUND);
	w.fault.code = FAULT_NONE;
	CHECK(!take(&w, tag) && w.fault.code == FAULT_NOT_FOUND);
	w.fault.code = FAULT_NONE;
	CHECK(!store_tags_get(w.store, &w.owner, world_id(&w, 1), &w.arena, &tags, &count, &w.fault));
	CHECK(w.fault.code == FAULT_NOT_FOUND);
	struct certificate_row row = world_row(&w, 1);
	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK_OK(put(&w, &tag, 1), w.fault);
	row.version = 2;
	CHECK_OK(world_replace(&w, &row, 0), w.fault);
	CHECK_TEXT(tags_of(&w), "a=1");
	CHECK_OK(world_delete(&w, row.id), w.fault);
	row.version = 1;
	CHECK_OK(world_insert(&w, &row), w.fault);
	CHECK_TEXT(tags_of(&w), "");
	world_end(&w);
}

TEST_MAIN("store tag");
