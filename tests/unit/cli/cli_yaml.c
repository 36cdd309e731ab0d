#include "cli/yaml.h"

#include "cli/json.h"
#include "test.h"

static struct arena arena;
static struct fault fault;

/* YAML as one line of JSON; NULL when it was refused. */
static const char *
read_text(struct str text)
{
	struct buffer out = { 0 };
	struct value *value = NULL;

	fault = (struct fault){ 0 };
	if (!yaml_read(text, &arena, &value, &fault)) {
		CHECK(value == NULL && fault.code == FAULT_SERIALIZATION);
		return NULL;
	}
	json_write(value, &out);
	const char *copy = arena_cstr(&arena, buffer_str(&out));
	buffer_done(&out);
	return copy;
}

static const char *
read_of(const char *text)
{
	return read_text(str_of(text));
}

static void
refuses(const char *text, const char *words)
{
	CHECK(read_of(text) == NULL);
	if (strstr(fault.say, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fault.say, words);
}

TEST(yaml, takes_plain_scalars_by_the_core_of_1_2)
{
	assert_string_equal(read_of("[~, Null, true, FALSE, yes, on, 'true', 12, -0x1F, 0o17, 017, 1_000, +5, 1.5, "
				    ".5, 1e3, 1 2]"),
		"[null,null,true,false,\"yes\",\"on\",\"true\",12,-31,15,17,1000,5,1.5,0.5,1000.0,\"1 2\"]");
	assert_string_equal(read_of("[2026-01-31, 12:30, a=b, =]"), "[\"2026-01-31\",\"12:30\",\"a=b\",\"=\"]");
	assert_string_equal(read_of(""), "null");
	assert_string_equal(read_of("# nothing\n"), "null");
	arena_reset(&arena);
}

TEST(yaml, takes_tags)
{
	assert_string_equal(read_of("[!!str 1, !!int '1', !!float 1, !!bool 'true', !!null '', !!binary aGk=, !!binary "
				    "\" aGk= \"]"),
		"[\"1\",1,1,true,null,\"aGk=\",\"aGk=\"]");
	refuses("!!set {a}", "a tag that has no meaning here at line 1 column 1");
	refuses("[!!binary '%']", "something else than base64 at line 1 column 2");
	refuses("!!int x", "a number that cannot be sent");
	refuses("a: .inf", "a number that cannot be sent at line 1 column 4");
	refuses("0xffffffffffffffffffff", "a number that cannot be sent");
	refuses("!!bool 1", "a boolean that is not true or false");
	arena_reset(&arena);
}

TEST(yaml, follows_aliases_and_merges_maps)
{
	assert_string_equal(read_of("a: &x {k: 1, l: 2}\nb: *x\nc:\n  <<: *x\n  k: 3\nd: {<<: [{k: 4}, *x], m: 5}\n"),
		"{\"a\":{\"k\":1,\"l\":2},\"b\":{\"k\":1,\"l\":2},\"c\":{\"k\":3,\"l\":2},\"d\":{\"m\":5,\"k\":4,\"l\":"
		"2}}");
	assert_string_equal(read_of("[&a 1, *a, &a 2, *a]"), "[1,1,2,2]");
	refuses("a: *nobody", "an alias names nothing before it at line 1 column 4");
	refuses("&a [*a]", "an alias stands inside of what it names at line 1 column 5");
	refuses("<<: 1", "<< merges maps");
	arena_reset(&arena);
}

TEST(yaml, does_not_let_aliases_grow_without_end)
{
	struct buffer bomb = { 0 };
	struct buffer tower = { 0 };

	buffer_put_cstr(&bomb, "- &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 10; i++) {
		buffer_printf(&bomb, "- &a%d [", i);
		for (int n = 0; n < 10; n++)
			buffer_printf(&bomb, "%s*a%d", n > 0 ? ", " : "", i - 1);
		buffer_put_cstr(&bomb, "]\n");
	}
	CHECK(read_text(buffer_str(&bomb)) == NULL);
	CHECK(strstr(fault.say, "aliases make too much of this document at line") != NULL);

	buffer_put_cstr(&tower, "- &a0 []\n");
	for (int i = 1; i < 100; i++)
		buffer_printf(&tower, "- &a%d [*a%d]\n", i, i - 1);
	CHECK(read_text(buffer_str(&tower)) == NULL);
	CHECK(strstr(fault.say, "it is too deep") != NULL);
	buffer_done(&bomb);
	buffer_done(&tower);
	arena_reset(&arena);
}

TEST(yaml, says_where_it_makes_no_sense)
{
	refuses("a: 1\na: 2", "a key comes twice: the second one is at line 2 column 1");
	refuses("a: b: secret", "at line 1 column 5");
	refuses("a:\n\tb: secret", "at line 2 column 1");
	refuses("{", "did not find expected node content at line");
	refuses("--- a\n--- b", "a second document begins at line 2 column 1");
	refuses("{[a]: b}", "a key is not text at line 1 column 2");
	refuses("a: \x01", "control character");
	refuses("\xff", "it is not UTF-8 text");
	CHECK(read_text((struct str){ "a\0b", 3 }) == NULL);
	refuses("secret: 'x", "at line 1");
	CHECK(strstr(fault.say, "secret") == NULL);
	arena_reset(&arena);
}

static const char *
written(const struct value *value)
{
	struct buffer out = { 0 };

	yaml_write(value, &out);
	const char *copy = arena_cstr(&arena, buffer_str(&out));
	buffer_done(&out);
	return copy;
}

TEST(yaml, writes_what_stands_twice_once)
{
	struct value *map = value_new(VALUE_MAP, &arena);
	struct value *shared = value_new(VALUE_LIST, &arena);
	struct value *text = value_string(STR("same"), &arena);

	value_append(shared, text, &arena);
	value_append(shared, text, &arena);
	value_set(map, STR("b"), shared, &arena);
	value_set(map, STR("a"), shared, &arena);
	assert_string_equal(written(map), "a: &id001\n- same\n- same\nb: *id001\n");
	arena_reset(&arena);
}

TEST(yaml, writes_bytes_and_many_collections)
{
	struct value *list = value_new(VALUE_LIST, &arena);

	value_append(list, value_bytes((struct bytes){ (const uint8_t *)"hi", 2 }, &arena), &arena);
	for (int i = 0; i < 1000; i++)
		value_append(list, value_new(VALUE_LIST, &arena), &arena);
	const char *text = written(list);
	CHECK(str_starts_with(str_of(text), STR("- !!binary |\n  aGk=\n- []\n- []\n")));
	CHECK(strchr(text, '&') == NULL);
	arena_reset(&arena);
}

TEST_MAIN("cli/yaml");
