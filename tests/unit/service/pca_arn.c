#include "service/pca/arn.h"

#include "test.h"

static struct arena arena;

#define ID "11111111-2222-3333-4444-555555555555"
#define ARN "arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/" ID
#define SERIAL "e8cbd2bedb122329f97706bcfec990f8"

static struct bytes
serial(const char *text)
{
	struct bytes out = { 0 };

	CHECK(pca_serial_parse(str_of(text), &arena, &out));
	return out;
}

TEST(pca_arn, names_an_authority)
{
	struct owner owner = { STR("123456789012"), STR("eu-central-1") };

	CHECK_TEXT(pca_arn_render(&arena, "aws", &owner, STR(ID)), ARN);
}

TEST(pca_arn, names_a_certificate_by_its_serial_in_32_digits)
{
	CHECK_TEXT(pca_arn_render_certificate(&arena, STR(ARN), serial(SERIAL)), ARN "/certificate/" SERIAL);
}

TEST(pca_arn, reads_an_authority)
{
	struct fault fault = { 0 };
	struct pca_arn arn;

	CHECK_OK(pca_arn_parse(STR(ARN), &arn, &fault), fault);
	CHECK_TEXT(arn.partition, "aws");
	CHECK_TEXT(arn.owner.region, "eu-central-1");
	CHECK_TEXT(arn.owner.account, "123456789012");
	CHECK_TEXT(arn.id, ID);
	CHECK(arn.serial.p == NULL);
}

TEST(pca_arn, reads_a_certificate)
{
	struct fault fault = { 0 };
	struct pca_arn arn;

	CHECK_OK(pca_arn_parse(STR(ARN "/certificate/" SERIAL), &arn, &fault), fault);
	CHECK_TEXT(arn.id, ID);
	CHECK_TEXT(arn.serial, SERIAL);
}

TEST(pca_arn, refuses_what_names_neither)
{
	static const char *const odd[] = { "", "arn:aws", "arn:aws:acm:eu-central-1:1:certificate/" ID,
		"arn:aws:acm-pca:eu-central-1:1:certificate-authority/",
		"arn:aws:acm-pca:eu-central-1:1:certificate-authority/11111111-2222-3333-4444-55555555555",
		"arn:aws:acm-pca:eu-central-1:1:certificate-authority/AAAAAAAA-2222-3333-4444-555555555555",
		"arn:aws:acm-pca:eu-central-1:1:" ID, ARN "/", ARN "/certificate", ARN "/certificate/",
		ARN "/certificate/xyz", ARN "/certificate/ab/cd", ARN "/serial/" SERIAL, ARN "x/certificate/ab" };

	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		struct fault fault = { 0 };
		struct pca_arn arn = { .id = STR("untouched") };
		CHECK(!pca_arn_parse(str_of(odd[i]), &arn, &fault));
		CHECK(fault.code == FAULT_INVALID_ARN);
		CHECK_TEXT(arn.id, "untouched");
	}
}

TEST(pca_serial, is_hexadecimal_in_any_usual_form)
{
	static const char *const forms[] = { "01ab", "1ab", "1AB", "0001ab", "01:ab", "1:ab", "00:01:AB" };
	static const uint8_t magnitude[] = { 0x01, 0xab };

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
		CHECK(bytes_equal(serial(forms[i]), (struct bytes){ magnitude, sizeof magnitude }));
}

TEST(pca_serial, is_one_octet_at_least)
{
	static const uint8_t zero[] = { 0 };

	CHECK(bytes_equal(serial("0"), (struct bytes){ zero, 1 }));
	CHECK(bytes_equal(serial("00:00"), (struct bytes){ zero, 1 }));
}

TEST(pca_serial, is_nothing_else)
{
	static const char *const odd[] = { "", ":", "1:", ":1", "1::2", "0x1a", "12 34", "g", "123:45", "-1" };
	char long_one[400];
	struct bytes out;

	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
		CHECK(!pca_serial_parse(str_of(odd[i]), &arena, &out));
	memset(long_one, 'a', sizeof long_one);
	CHECK(!pca_serial_parse((struct str){ long_one, sizeof long_one }, &arena, &out));
	CHECK(!pca_serial_parse((struct str){ long_one, 129 }, &arena, &out));
}

TEST(pca_serial, prints_with_colons)
{
	CHECK_TEXT(pca_serial_colons(serial(SERIAL), &arena), "e8:cb:d2:be:db:12:23:29:f9:77:06:bc:fe:c9:90:f8");
}

TEST(pca_serial, prints_as_an_unsigned_decimal)
{
	static const char *const pairs[][2] = { { "0", "0" }, { "9", "9" }, { "ff", "255" },
		{ "3b9aca00", "1000000000" }, { "3b9ac9ff", "999999999" }, { "de0b6b3a7640000", "1000000000000000000" },
		{ "ffffffffffffffffffffffffffffffff", "340282366920938463463374607431768211455" },
		{ "80000000000000000000000000000000", "170141183460469231731687303715884105728" } };

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		CHECK_TEXT(pca_serial_decimal(serial(pairs[i][0]), &arena), pairs[i][1]);
	arena_done(&arena);
}

TEST_MAIN("pca_arn");
