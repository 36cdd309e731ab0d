#include "cli/output.h"

#include "cli/json.h"
#include "model/acm.h"
#include "test.h"

static struct arena arena;
static struct fault fault;

/* JSON as one of the formats; NULL when it was refused. */
static const char *
as(enum output_format format, int width, const char *json)
{
	struct output_options options = {
		.format = format, .operation = service_operation(&acm_service, STR("ListCertificates")), .width = width
	};
	struct buffer out = { 0 };
	struct value *value;

	fault = (struct fault){ 0 };
	CHECK_OK(json_read(str_of(json), &arena, &value, &fault), fault);
	bool done = output_write(&options, value, &arena, &out, &fault);
	const char *copy = arena_cstr(&arena, buffer_str(&out));
	buffer_done(&out);
	return done ? copy : NULL;
}

TEST(output, knows_its_formats_by_name)
{
	enum output_format format = OUTPUT_JSON;

	CHECK(output_format_named("yaml-stream", &format) && format == OUTPUT_YAML_STREAM);
	CHECK(!output_format_named("xml", &format) && format == OUTPUT_YAML_STREAM);
	CHECK(output_is_paged(OUTPUT_TEXT) && !output_is_paged(OUTPUT_TABLE));
}

TEST(output, prints_nothing_for_nothing)
{
	for (enum output_format format = OUTPUT_JSON; format <= OUTPUT_YAML_STREAM; format++)
		assert_string_equal(as(format, 80, "{}"), "");
	assert_string_equal(as(OUTPUT_TABLE, 80, "[]"), "");
	assert_string_equal(as(OUTPUT_JSON, 80, "[]"), "[]\n");
	assert_string_equal(as(OUTPUT_YAML, 80, "null"), "null\n");
	assert_string_equal(as(OUTPUT_TEXT, 80, "null"), "None\n");
	arena_reset(&arena);
}

TEST(output, prints_an_empty_page_of_a_stream)
{
	const struct output_options options = { .format = OUTPUT_YAML_STREAM, .is_page = true };
	struct buffer out = { 0 };

	CHECK_OK(output_write(&options, value_new(VALUE_MAP, &arena), &arena, &out, &fault), fault);
	assert_string_equal(out.p, "- {}\n");
	buffer_done(&out);
	arena_reset(&arena);
}

TEST(output, has_text_in_columns_that_agree)
{
	assert_string_equal(
		as(OUTPUT_TEXT, 80,
			"{\"b\":1,\"a\":null,\"list\":[{\"x\":true,\"y\":\"1\"},{\"x\":false,\"z\":2.50}]}"),
		"None\t1\nLIST\tTrue\t1\t\nLIST\tFalse\t\t2.5\n");
	assert_string_equal(as(OUTPUT_TEXT, 80, "[[1,[2,3]],[]]"), "1\n2\t3\n");
	assert_string_equal(
		as(OUTPUT_TEXT, 80, "[{\"a\":1},{\"a\":[\"it's\",{\"b\":null}]}]"), "1\n[\"it's\", {'b': None}]\n");
	arena_reset(&arena);
}

TEST(output, turns_a_table_upright_where_it_is_narrow)
{
	const char *json = "{\"Name\":\"a-name\",\"Value\":\"ｗ\"}";

	assert_string_equal(as(OUTPUT_TABLE, 80, json), "---------------------\n"
							"| ListCertificates  |\n"
							"+---------+---------+\n"
							"|  Name   |  Value  |\n"
							"+---------+---------+\n"
							"|  a-name |  ｗ     |\n"
							"+---------+---------+\n");
	assert_string_equal(as(OUTPUT_TABLE, 20, json), "---------------------\n"
							"| ListCertificates  |\n"
							"+--------+----------+\n"
							"|  Name  |  a-name  |\n"
							"|  Value |  ｗ      |\n"
							"+--------+----------+\n");
	arena_reset(&arena);
}

TEST(output, refuses_what_has_no_form)
{
	CHECK(as(OUTPUT_TEXT, 80, "[{\"a\":1},null]") == NULL);
	CHECK(fault.code == FAULT_INVALID_PARAMETER && strstr(fault.say, "structures and null") != NULL);
	CHECK(as(OUTPUT_TABLE, 80, "[[1,2],[3]]") == NULL);
	CHECK(fault.code == FAULT_INVALID_PARAMETER && strstr(fault.say, "of 2 and of 1 columns") != NULL);
	CHECK(as(OUTPUT_TABLE, 80, "[{\"a\":1},\"b\"]") == NULL);
	CHECK(strstr(fault.say, "structures and a string") != NULL);
	arena_reset(&arena);
}

TEST(output, shows_numbers_as_python_does)
{
	assert_string_equal(as(OUTPUT_JSON, 80, "1E5"), "100000.0\n");
	assert_string_equal(as(OUTPUT_JSON, 80, "-1e999"), "-Infinity\n");
	assert_string_equal(as(OUTPUT_YAML, 80, "[1e16,0.00001,123456789012345678901234567890,-0]"),
		"- 1e+16\n- 1e-05\n- 123456789012345678901234567890\n- 0\n");
	arena_reset(&arena);
}

TEST_MAIN("cli/output");
