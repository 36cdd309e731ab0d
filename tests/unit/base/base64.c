#include "test.h"

#include "base/base64.h"

static struct arena arena;

static bool
decodes(const char *text, const char *expected)
{
	struct bytes out = { 0 };

	return base64_decode(str_of(text), &arena, &out) && str_is(str_of_bytes(out), expected);
}

TEST(base64, decodes_the_vectors_of_rfc_4648)
{
	CHECK(decodes("", ""));
	CHECK(decodes("Zg==", "f"));
	CHECK(decodes("Zm8=", "fo"));
	CHECK(decodes("Zm9v", "foo"));
	CHECK(decodes("Zm9vYg==", "foob"));
	CHECK(decodes("Zm9vYmE=", "fooba"));
	CHECK(decodes("Zm9vYmFy", "foobar"));
	arena_done(&arena);
}

TEST(base64, refuses_what_is_not_strictly_base64)
{
	static const char *const broken[] = { "Z", "Zg", "Zg=", "Zg===", "Zg==Zg==", "Zm9v ", "Zm9v\n", "Zm-_", "=",
		"====", "Z===", "Zh==", "Zm9=", "Zm9vYg==Z", "Zm\x80v" };

	for (size_t i = 0; i < ARRAY_COUNT(broken); i++) {
		struct bytes out = { (const uint8_t *)"untouched", 9 };
		CHECK(!base64_decode(str_of(broken[i]), &arena, &out));
		CHECK(out.n == 9);
	}
	arena_done(&arena);
}

TEST(base64, skips_white_space_only_when_wrapped)
{
	struct bytes out = { 0 };

	CHECK(base64_decode_wrapped(STR("Zm\r\n9v\tYm Fy\n"), &arena, &out));
	CHECK_TEXT(str_of_bytes(out), "foobar");
	CHECK(!base64_decode_wrapped(STR("Zm9v-"), &arena, &out));
	arena_done(&arena);
}

TEST(base64, encodes_what_it_decodes_at_every_length)
{
	uint8_t bytes[100];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 37);
	for (size_t n = 0; n <= sizeof bytes; n++) {
		struct buffer text = { 0 };
		struct bytes out = { 0 };
		base64_encode(&text, (struct bytes){ bytes, n }, 0);
		CHECK(base64_decode(buffer_str(&text), &arena, &out));
		CHECK(bytes_equal(out, (struct bytes){ bytes, n }));
		buffer_done(&text);
	}
	arena_done(&arena);
}

TEST(base64, breaks_lines_at_the_column)
{
	struct buffer text = { 0 };

	base64_encode(&text, bytes_of_str(STR("foobarfoobar")), 8);
	CHECK_TEXT(buffer_str(&text), "Zm9vYmFy\nZm9vYmFy\n");
	buffer_done(&text);
}

TEST(hex, goes_both_ways_and_refuses_halves)
{
	struct buffer text = { 0 };
	struct bytes out = { 0 };

	hex_encode(&text, bytes_of_str(STR("\x03\xe9")), ':');
	CHECK_TEXT(buffer_str(&text), "03:e9");
	CHECK(hex_decode(STR("03E9"), &arena, &out) && out.n == 2 && out.p[1] == 0xe9);
	CHECK(!hex_decode(STR("03E"), &arena, &out));
	CHECK(!hex_decode(STR("0x"), &arena, &out));
	buffer_done(&text);
	arena_done(&arena);
}

TEST_MAIN("base64");
