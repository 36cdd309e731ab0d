#include "x509/der_write.h"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/objects.h>
#include <stdlib.h>

#include "forge.h"
#include "test.h"

AUTO_FREE(ASN1_OBJECT, ASN1_OBJECT_free);
AUTO_FREE(ASN1_INTEGER, ASN1_INTEGER_free);
AUTO_FREE(ASN1_BIT_STRING, ASN1_BIT_STRING_free);
AUTO_FREE(ASN1_TIME, ASN1_TIME_free);
AUTO_FREE(ASN1_GENERALIZEDTIME, ASN1_GENERALIZEDTIME_free);
AUTO_FREE(BIGNUM, BN_free);

/* Is what was written `n` octets at `p`, which OpenSSL made (and which are freed)? Ends the writer. */
static void
check_written(struct der_writer *writer, unsigned char *p, int n)
{
	CHECK(n > 0 && bytes_equal(der_written(writer), (struct bytes){ p, (size_t)n }));
	OPENSSL_free(p);
	der_writer_done(writer);
}

TEST(der_write, writes_what_comes_last_first)
{
	struct arena arena = { 0 };
	struct der_writer writer = { 0 };

	size_t mark = der_mark(&writer);
	der_put_item(&writer, DER_OCTET_STRING, forge_text("xyz"));
	der_put_boolean(&writer, false);
	der_put_boolean(&writer, true);
	der_put_oid(&writer, "2.5.29.19");
	der_wrap(&writer, DER_SEQUENCE, mark);
	size_t second = der_mark(&writer);
	der_wrap(&writer, DER_NULL, second);
	der_put_octet(&writer, 0x7f);
	struct bytes all = der_finish(&writer, &arena);

	CHECK(bytes_equal(all, forge_hex("7f050030100603551d130101ff010100040378797a", &arena)));
	CHECK(writer.p == NULL && writer.n == 0);
	arena_done(&arena);
}

TEST(der_write, gives_every_length_its_shortest_form)
{
	static const size_t lengths[] = { 0, 1, 127, 128, 255, 256, 65535, 65536, 70000, 1 << 24 };
	uint8_t *content = calloc(1, 1 << 24);

	for (size_t i = 0; i < ARRAY_COUNT(lengths); i++) {
		struct der_writer writer = { 0 };
		struct der_item item;
		der_put_item(&writer, DER_OCTET_STRING, (struct bytes){ content, lengths[i] });
		struct der der = der_of(der_written(&writer));
		/* Our reader takes nothing but the shortest form. */
		CHECK(der_take(&der, DER_OCTET_STRING, &item) && der_at_end(&der));
		CHECK(item.content.n == lengths[i]);
		der_writer_done(&writer);
	}
	free(content);
}

TEST(der_write, grows_and_keeps_what_was_written)
{
	struct der_writer writer = { 0 };

	for (unsigned i = 0; i < 100000; i++)
		der_put_octet(&writer, (uint8_t)(i * 7));
	struct bytes all = der_written(&writer);
	CHECK(all.n == 100000);
	for (unsigned i = 0; i < 100000; i++)
		CHECK(all.p[99999 - i] == (uint8_t)(i * 7));
	der_writer_reserve(&writer, 1 << 20);
	CHECK(writer.room - writer.n >= 1 << 20);
	CHECK(der_written(&writer).p[0] == (uint8_t)(99999U * 7));
	der_writer_done(&writer);
}

TEST(der_write, writes_numbers_as_openssl_does)
{
	static const int64_t numbers[] = { 0, 1, 127, 128, 255, 256, 32767, 32768, 65537, INT32_MAX, INT64_MAX };

	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++) {
		struct der_writer writer = { 0 };
		unsigned char *p = NULL;
		AUTO(ASN1_INTEGER) integer = ASN1_INTEGER_new();
		CHECK(ASN1_INTEGER_set_int64(integer, numbers[i]) == 1);
		int n = i2d_ASN1_INTEGER(integer, &p);
		der_put_number(&writer, numbers[i]);
		check_written(&writer, p, n);
	}
}

TEST(der_write, gives_magnitudes_a_sign_octet_where_they_need_one)
{
	static const char *const magnitudes[] = { "", "00", "0000", "01", "7f", "80", "ff", "0080", "00007f",
		"8000000000000000000000000000000f", "7fffffffffffffffffffffffffffffff" };

	for (size_t i = 0; i < ARRAY_COUNT(magnitudes); i++) {
		struct arena arena = { 0 };
		struct der_writer writer = { 0 };
		unsigned char *p = NULL;
		struct bytes magnitude = forge_hex(magnitudes[i], &arena);
		AUTO(BIGNUM) number = BN_bin2bn(magnitude.p, (int)magnitude.n, NULL);
		AUTO(ASN1_INTEGER) integer = BN_to_ASN1_INTEGER(number, NULL);
		int n = i2d_ASN1_INTEGER(integer, &p);
		der_put_unsigned(&writer, magnitude);
		check_written(&writer, p, n);
		arena_done(&arena);
	}
}

TEST(der_write, leaves_trailing_zeros_of_named_bits_out)
{
	for (unsigned bits = 0; bits < 1U << 16; bits += bits < 1U << 9 ? 1 : 251) {
		struct der_writer writer = { 0 };
		unsigned char *p = NULL;
		AUTO(ASN1_BIT_STRING) string = ASN1_BIT_STRING_new();
		for (int bit = 0; bit < 16; bit++)
			if ((bits >> bit & 1) != 0)
				CHECK(ASN1_BIT_STRING_set_bit(string, bit, 1) == 1);
		int n = i2d_ASN1_BIT_STRING(string, &p);
		der_put_named_bits(&writer, bits);
		check_written(&writer, p, n);
	}
}

TEST(der_write, writes_bit_strings_of_whole_octets)
{
	struct der_writer writer = { 0 };
	struct der_item item;
	struct bytes octets = { 0 };

	der_put_bits(&writer, forge_text("\x80\x01"));
	struct der der = der_of(der_written(&writer));
	CHECK(der_take(&der, DER_BIT_STRING, &item) && der_octets_of_bits(item.content, &octets));
	CHECK(bytes_equal(octets, forge_text("\x80\x01")));
	der_writer_done(&writer);
}

TEST(der_write, writes_times_as_openssl_does)
{
	static const int64_t seconds[] = { -631152000 /* 1950 */, 0, 951782400 /* 2000-02-29 */, 1782864000,
		2524607999 /* the last UTCTime */, 2524608000, 4102444799, 253402300799 /* the last of 9999 */ };

	for (size_t i = 0; i < ARRAY_COUNT(seconds); i++) {
		struct der_writer writer = { 0 };
		struct der_item item;
		int64_t ms = 0;
		unsigned char *p = NULL;
		AUTO(ASN1_TIME) time = ASN1_TIME_set(NULL, seconds[i]);
		int n = i2d_ASN1_TIME(time, &p);
		der_put_time(&writer, seconds[i] * 1000 + 999); /* what is not a whole second is cut */
		struct der der = der_of(der_written(&writer));
		CHECK(der_next(&der, &item) && der_time(&item, &ms) && ms == seconds[i] * 1000);
		check_written(&writer, p, n);

		p = NULL;
		AUTO(ASN1_GENERALIZEDTIME) general = ASN1_TIME_to_generalizedtime(time, NULL);
		n = i2d_ASN1_GENERALIZEDTIME(general, &p);
		der_put_generalized_time(&writer, seconds[i] * 1000);
		check_written(&writer, p, n);
	}
}

TEST(der_write, writes_object_identifiers_as_openssl_does)
{
	static const char *const oids[] = { "0.0", "0.39", "1.0", "1.39", "2.0", "2.39", "2.40", "2.47", "2.48",
		"2.999", "2.5.29.19", "1.2.840.113549.1.1.11", "1.3.6.1.4.1.311.60.2.1.3", "2.16.840.1.101.3.4.3.17",
		"1.2.0.127.128.16383.16384.2097151.2097152", "1.2.18446744073709551615", "1.2.18446744073709551616",
		"2.25.329800735698586629295641978511506172918", "2.329800735698586629295641978511506172918.1" };

	for (size_t i = 0; i < ARRAY_COUNT(oids); i++) {
		struct der_writer writer = { 0 };
		unsigned char *p = NULL;
		AUTO(ASN1_OBJECT) object = OBJ_txt2obj(oids[i], 1);
		CHECK(object != NULL);
		int n = i2d_ASN1_OBJECT(object, &p);
		CHECK(der_put_oid_text(&writer, str_of(oids[i])));
		check_written(&writer, p, n);
	}
}

TEST(der_write, refuses_what_is_no_object_identifier)
{
	static const char *const none[] = { "", "1", "1.", "3.1", "0.40", "1.40", "1.2.", ".1.2", "1..2", "1.02",
		"01.2", "1.2a", "a", "1.-2", "1.+2", "1.2 ", " 1.2", "1.2.3.", "10.2", "1,2", "2.5.29.19\n" };
	struct der_writer writer = { 0 };
	char longest[256] = "1.2";

	for (size_t i = 0; i < ARRAY_COUNT(none); i++)
		CHECK(!der_put_oid_text(&writer, str_of(none[i])));
	CHECK(!der_put_oid_text(&writer, (struct str){ 0 }));
	CHECK(!der_put_oid_text(&writer, (struct str){ "1.2\0003", 5 }));
	CHECK(writer.n == 0); /* nothing is written then */

	/* One octet for 1.2, one for each arc of a digit. */
	for (size_t i = 1; i < DER_MAX_OID_BYTES; i++)
		memcpy(longest + strlen(longest), ".7", 3);
	CHECK(der_put_oid_text(&writer, str_of(longest)));
	CHECK(writer.n == 2 + DER_MAX_OID_BYTES);
	memcpy(longest + strlen(longest), ".7", 3);
	CHECK(!der_put_oid_text(&writer, str_of(longest)));
	der_writer_done(&writer);

	/* A number beyond all room ends early. */
	struct arena arena = { 0 };
	char *huge = arena_alloc(&arena, 1 << 20);
	memset(huge, '9', 1 << 20);
	memcpy(huge, "1.2.", 4);
	CHECK(!der_put_oid_text(&writer, (struct str){ huge, 1 << 20 }));
	arena_done(&arena);
}

TEST_MAIN("der_write");
