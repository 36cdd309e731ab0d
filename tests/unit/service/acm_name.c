/* Names of the rarer kinds, which no command line makes. */
#include "service/acm/distinguished_name.h"

#include "test.h"

/* SEQUENCE { SET { SEQUENCE { OID 2.5.4.3, UTF8String "x" } } } */
static const uint8_t common_name[] = { 0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x01,
	'x' };
/* The same with an INTEGER, under 1.2.3.4. */
static const uint8_t number[] = { 0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x2a, 0x03, 0x04, 0x02, 0x01, 0x07 };

TEST(name, tells_a_value_that_is_no_text_in_hexadecimal)
{
	struct arena arena = { 0 };
	const struct acm_distinguished_name *name =
		acm_distinguished_name((struct bytes){ number, sizeof number }, &arena);

	CHECK(name->common_name.p == NULL && !name->domain_components.has);
	CHECK(name->custom_attributes.has && name->custom_attributes.n == 1);
	CHECK_TEXT(name->custom_attributes.v[0].object_identifier, "1.2.3.4");
	CHECK_TEXT(name->custom_attributes.v[0].value, "#020107");
	arena_done(&arena);
}

TEST(name, is_none_where_it_is_malformed)
{
	struct arena arena = { 0 };

	for (size_t n = 0; n < sizeof common_name; n++) {
		struct bytes cut = arena_bytes(&arena, (struct bytes){ common_name, n });
		CHECK(acm_distinguished_name(cut, &arena) == NULL);
	}
	arena_done(&arena);
}

TEST(name, leaves_out_general_names_that_the_model_has_no_member_for)
{
	struct general_name names[] = {
		{ .kind = GENERAL_NAME_UNKNOWN, .text = STR("x400") },
		{ .kind = GENERAL_NAME_DIRECTORY, .der = { common_name, sizeof common_name } },
		{ .kind = GENERAL_NAME_DIRECTORY, .der = { common_name, 5 } },
		{ .kind = GENERAL_NAME_DNS, .text = STR("last.example") },
	};
	struct certificate certificate = { .names = names, .name_count = ARRAY_COUNT(names) };
	struct arena arena = { 0 };
	struct acm_general_name_list list = acm_general_names(&certificate, &arena);

	CHECK(list.has && list.n == 2);
	CHECK(list.v[0].kind == ACM_GENERAL_NAME_DIRECTORY_NAME);
	CHECK_TEXT(list.v[0].directory_name->common_name, "x");
	CHECK_TEXT(list.v[1].dns_name, "last.example");
	arena_done(&arena);
}

TEST_MAIN("name");
