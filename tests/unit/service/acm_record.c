/* Rows made of certificates, and chains as they are stored. */
#include "service/acm/record.h"

#include "model/acm.h"
#include "papers.h"
#include "test.h"

static const struct certificate *
certificate_of(struct arena *arena, struct wish wish)
{
	struct papers papers = papers_make(arena, wish);
	const struct certificate *certificate;
	const char *why;

	CHECK(certificate_parse(papers.der, arena, &certificate, &why));
	return certificate;
}

TEST(record, holds_what_a_search_looks_for)
{
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct certificate_row row = { 0 };
	const struct certificate *certificate =
		certificate_of(&arena, (struct wish){ .subject = "O=Org/CN=common.example",
					       .san = "DNS:a.example,IP:192.0.2.1,DNS:b.example",
					       .key_usage = "digitalSignature,decipherOnly",
					       .extended_key_usage = "serverAuth,1.2.3.4,1.2.3.5,ipsecTunnel",
					       .serial = 0x80 });

	CHECK_OK(acm_certificate_row(certificate, &arena, &row, &fault), fault);
	CHECK_TEXT(row.serial, "80");
	CHECK_TEXT(row.common_name, "common.example");
	CHECK_TEXT(row.domain_name, "common.example");
	CHECK(row.dns_name_count == 2);
	CHECK_TEXT(row.dns_names[0], "a.example");
	CHECK_TEXT(row.dns_names[1], "b.example");
	CHECK(row.key_algorithm == ACM_KEY_ALGORITHM_EC_PRIME256V1);
	CHECK(row.key_usage == (1u << 0 | 1u << 8));
	CHECK(row.extended_key_usage == (1u << 0 | 1u << 7 | 1u << 11));
	CHECK(row.not_before_ms == certificate->not_before_ms && row.not_after_ms == certificate->not_after_ms);
	CHECK(bytes_equal(row.certificate, certificate->der));
	arena_done(&arena);
}

TEST(record, tells_missing_extensions_apart)
{
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct certificate_row row = { 0 };

	CHECK_OK(acm_certificate_row(certificate_of(&arena, (struct wish){ .subject = "CN=x" }), &arena, &row, &fault),
		fault);
	CHECK(row.key_usage == 1u << (ACM_KEY_USAGE_NAME_ANY - 1));
	CHECK(row.extended_key_usage == 1u << (ACM_EXTENDED_KEY_USAGE_NAME_NONE - 1));
	arena_done(&arena);
}

/* Such names pass only where the profile rule is relaxed. */
TEST(record, leaves_out_names_that_a_column_cannot_hold)
{
	static const struct general_name names[] = {
		{ .kind = GENERAL_NAME_DNS, .text = { "nul\0.example", 12 } },
		{ .kind = GENERAL_NAME_DNS, .text = { "latin\xe4.example", 14 } },
		{ .kind = GENERAL_NAME_DNS, .text = { "", 0 } },
		{ .kind = GENERAL_NAME_DNS, .text = { "good.example", 12 } },
	};
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct certificate_row row = { 0 };
	struct certificate odd = *certificate_of(&arena, (struct wish){ .subject = "C=AU" });

	odd.names = names;
	odd.name_count = ARRAY_COUNT(names);
	CHECK_OK(acm_certificate_row(&odd, &arena, &row, &fault), fault);
	CHECK(row.dns_name_count == 1);
	CHECK_TEXT(row.domain_name, "good.example");
	CHECK(row.common_name.p == NULL);
	arena_done(&arena);
}

TEST(record, refuses_a_subject_that_is_no_name)
{
	static const uint8_t garbage[] = { 0x04, 0x01, 0x00 };
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct certificate_row row = { 0 };
	struct certificate odd = *certificate_of(&arena, (struct wish){ .subject = "CN=x" });

	odd.subject = (struct bytes){ garbage, sizeof garbage };
	CHECK(!acm_certificate_row(&odd, &arena, &row, &fault));
	CHECK(fault.code == FAULT_VALIDATION);
	arena_done(&arena);
}

TEST(record, says_internally_that_a_stored_certificate_cannot_be_read)
{
	struct certificate_row row = { .id = STR("the-id"), .certificate = { (const uint8_t *)"?", 1 } };
	const struct certificate *certificate;
	struct arena arena = { 0 };
	struct fault fault = { 0 };

	CHECK(!acm_record_certificate(&row, &arena, &certificate, &fault));
	CHECK(fault.code == FAULT_INTERNAL);
	CHECK(strstr(fault.log, "the-id") != NULL);
	arena_done(&arena);
}

TEST(chain, comes_apart_as_it_was_joined)
{
	struct arena arena = { 0 };
	const struct certificate *chain[] = { certificate_of(&arena, (struct wish){ .subject = "CN=one" }),
		certificate_of(&arena, (struct wish){ .subject = "CN=two", .key = PAPER_RSA_2048 }) };
	struct bytes rest = chain_join(chain, 2, &arena), der;

	CHECK(chain_next(&rest, &der) && bytes_equal(der, chain[0]->der));
	CHECK(chain_next(&rest, &der) && bytes_equal(der, chain[1]->der));
	CHECK(!chain_next(&rest, &der));
	CHECK(rest.n == 0);
	arena_done(&arena);
}

TEST(chain, never_reads_past_its_end)
{
	struct arena arena = { 0 };
	const struct certificate *chain[] = { certificate_of(&arena, (struct wish){ .subject = "CN=one" }) };
	struct bytes whole = chain_join(chain, 1, &arena), der;

	for (size_t n = 0; n < whole.n; n++) {
		struct bytes rest = arena_bytes(&arena, (struct bytes){ whole.p, n });
		CHECK(!chain_next(&rest, &der));
	}
	arena_done(&arena);
}

TEST(chain, knows_short_and_long_lengths)
{
	static const uint8_t small[] = { 0x30, 0x01, 0xff, 0x30, 0x81, 0x01, 0xff, 0x30, 0x80, 0x30, 0x85, 1, 1, 1, 1,
		1 };
	struct bytes rest = { small, sizeof small }, der;

	CHECK(chain_next(&rest, &der) && der.n == 3);
	CHECK(chain_next(&rest, &der) && der.n == 4);
	/* The indefinite form is not DER. */
	CHECK(!chain_next(&rest, &der));
	rest = (struct bytes){ small + 9, 7 };
	CHECK(!chain_next(&rest, &der));
}

TEST_MAIN("record");
