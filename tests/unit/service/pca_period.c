/* issuance_period(): the arithmetic of validity, and its bounds. No store and no signer: it looks at nothing else. */
#include "service/pca/issuance.h"
#include "service/pca/pca.h"
#include "test.h"

/* 2026-01-31T10:20:30.500Z */
#define NOW_MS INT64_C(1769854830500)
#define DAY_MS INT64_C(86400000)

static struct arena arena;
static const struct certificate own = { .not_after_ms = INT64_C(4102444800000) }; /* 2100-01-01T00:00:00Z */

static struct authority
authority(void)
{
	return (struct authority){ .row = { .type = AUTHORITY_ROOT,
					   .state = AUTHORITY_ACTIVE,
					   .usage_mode = PCA_CERTIFICATE_AUTHORITY_USAGE_MODE_GENERAL_PURPOSE },
		.certificate = &own };
}

struct asked {
	int type;
	int64_t value;
	int begin_type; /* 0: NotBefore is not given */
	int64_t begin_value;
	const char *template; /* NULL: the default */
};

static bool
ask_of(const struct authority *issuer, struct asked asked, struct fault *fault, int64_t *begin_ms, int64_t *end_ms)
{
	struct call call = { .arena = &arena, .now_ms = NOW_MS };
	struct pca_validity validity = { asked.value, true, { .v = asked.type } };
	struct pca_validity begin = { asked.begin_value, true, { .v = asked.begin_type } };
	const char *name = asked.template != NULL ? asked.template : TEMPLATE_DEFAULT;

	*fault = (struct fault){ 0 };
	return issuance_period(&call, issuer, template_named(str_of(name)), &validity,
		asked.begin_type != 0 ? &begin : NULL, begin_ms, end_ms, fault);
}

static void
gives(int type, int64_t value, const char *end)
{
	struct authority issuer = authority();
	int64_t begin_ms, end_ms;
	struct fault fault;

	CHECK_OK(ask_of(&issuer, (struct asked){ .type = type, .value = value }, &fault, &begin_ms, &end_ms), fault);
	CHECK_TEXT(clock_render_iso(end_ms, &arena), end);
	CHECK_TEXT(clock_render_iso(begin_ms, &arena), "2026-01-31T09:20:30Z");
	CHECK(end_ms % 1000 == 0 && begin_ms % 1000 == 0);
	arena_reset(&arena);
}

static enum fault_code
refusal(struct asked asked, const char *words)
{
	struct authority issuer = authority();
	int64_t begin_ms = 1, end_ms = 2;
	struct fault fault;

	CHECK(!ask_of(&issuer, asked, &fault, &begin_ms, &end_ms));
	CHECK(begin_ms == 1 && end_ms == 2);
	if (strstr(fault.say, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fault.say, words);
	arena_reset(&arena);
	return fault.code;
}

#define END_DATE PCA_VALIDITY_PERIOD_TYPE_END_DATE
#define ABSOLUTE PCA_VALIDITY_PERIOD_TYPE_ABSOLUTE
#define DAYS PCA_VALIDITY_PERIOD_TYPE_DAYS
#define MONTHS PCA_VALIDITY_PERIOD_TYPE_MONTHS
#define YEARS PCA_VALIDITY_PERIOD_TYPE_YEARS

TEST(period, counts_days_from_the_moment_of_issue)
{
	gives(DAYS, 1, "2026-02-01T10:20:30Z");
	gives(DAYS, 365, "2027-01-31T10:20:30Z");
}

TEST(period, ends_a_month_that_is_too_short_with_its_last_day)
{
	gives(MONTHS, 1, "2026-02-28T10:20:30Z");
	gives(MONTHS, 2, "2026-03-31T10:20:30Z");
	gives(MONTHS, 3, "2026-04-30T10:20:30Z");
	gives(MONTHS, 25, "2028-02-29T10:20:30Z");
	gives(MONTHS, 11, "2026-12-31T10:20:30Z");
	gives(MONTHS, 12, "2027-01-31T10:20:30Z");
}

TEST(period, counts_years_by_the_calendar)
{
	gives(YEARS, 1, "2027-01-31T10:20:30Z");
	gives(YEARS, 70, "2096-01-31T10:20:30Z");
}

TEST(period, ends_a_leap_day_with_the_last_of_february)
{
	struct call call = { .arena = &arena, .now_ms = INT64_C(1835395200000) }; /* 2028-02-29T00:00:00Z */
	struct pca_validity validity = { 1, true, { .v = YEARS } };
	struct authority issuer = authority();
	struct fault fault = { 0 };
	int64_t begin_ms, end_ms;

	CHECK_OK(issuance_period(&call, &issuer, template_named(STR(TEMPLATE_DEFAULT)), &validity, NULL, &begin_ms,
			 &end_ms, &fault),
		fault);
	CHECK_TEXT(clock_render_iso(end_ms, &arena), "2029-02-28T00:00:00Z");
	arena_reset(&arena);
}

TEST(period, takes_an_absolute_end)
{
	gives(ABSOLUTE, NOW_MS / 1000 + 1, "2026-01-31T10:20:31Z");
	gives(ABSOLUTE, 2000000000, "2033-05-18T03:33:20Z");
}

TEST(period, takes_an_end_date_in_both_forms)
{
	gives(END_DATE, INT64_C(20301231235959), "2030-12-31T23:59:59Z");
	gives(END_DATE, INT64_C(301231235959), "2030-12-31T23:59:59Z");
	gives(END_DATE, INT64_C(280229000000), "2028-02-29T00:00:00Z");
	gives(END_DATE, INT64_C(490101000000), "2049-01-01T00:00:00Z");
}

TEST(period, knows_that_years_from_50_on_are_long_past)
{
	CHECK(refusal((struct asked){ .type = END_DATE, .value = INT64_C(500101000000) }, "1950-01-01") ==
		FAULT_VALIDATION);
	/* A year of one digit loses its zero as a number: 2005. */
	CHECK(refusal((struct asked){ .type = END_DATE, .value = INT64_C(50101000000) }, "2005-01-01") ==
		FAULT_VALIDATION);
}

TEST(period, refuses_what_is_no_date)
{
	static const int64_t odd[] = { 1, 20301231, INT64_C(20300230000000), INT64_C(20301301000000),
		INT64_C(20300001000000), INT64_C(20300100000000), INT64_C(20300101240000), INT64_C(20300101006000),
		INT64_C(20300101000060), INT64_C(2030123123595), INT64_C(203012312359590), INT64_MAX,
		INT64_C(20290229000000) };

	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
		CHECK(refusal((struct asked){ .type = END_DATE, .value = odd[i] }, "is no END_DATE") ==
			FAULT_INVALID_ARGS);
}

TEST(period, refuses_an_end_that_is_past)
{
	CHECK(refusal((struct asked){ .type = ABSOLUTE, .value = NOW_MS / 1000 }, "which is past") == FAULT_VALIDATION);
	CHECK(refusal((struct asked){ .type = ABSOLUTE, .value = 1 }, "1970-01-01T00:00:01Z") == FAULT_VALIDATION);
}

TEST(period, refuses_absurd_lengths_without_losing_count)
{
	static const struct asked absurd[] = { { .type = DAYS, .value = INT64_MAX }, { .type = DAYS, .value = 3000000 },
		{ .type = MONTHS, .value = INT64_MAX }, { .type = MONTHS, .value = 100000 },
		{ .type = YEARS, .value = INT64_MAX }, { .type = YEARS, .value = 7974 },
		{ .type = ABSOLUTE, .value = INT64_MAX }, { .type = ABSOLUTE, .value = INT64_C(253402300800) } };

	for (size_t i = 0; i < sizeof absurd / sizeof absurd[0]; i++)
		CHECK(refusal(absurd[i], "after the year 9999") == FAULT_VALIDATION);
}

TEST(period, may_begin_when_the_caller_says)
{
	struct authority issuer = authority();
	struct asked asked = { DAYS, 10, ABSOLUTE, NOW_MS / 1000 + 3600, NULL };
	int64_t begin_ms, end_ms;
	struct fault fault;

	CHECK_OK(ask_of(&issuer, asked, &fault, &begin_ms, &end_ms), fault);
	CHECK_TEXT(clock_render_iso(begin_ms, &arena), "2026-01-31T11:20:30Z");
	CHECK_TEXT(clock_render_iso(end_ms, &arena), "2026-02-10T10:20:30Z");
}

TEST(period, begins_at_an_absolute_moment_only)
{
	CHECK(refusal((struct asked){ DAYS, 10, DAYS, 1, NULL }, "ValidityNotBefore has the Type DAYS") ==
		FAULT_INVALID_ARGS);
	CHECK(refusal((struct asked){ DAYS, 10, END_DATE, INT64_C(20300101000000), NULL }, "Type END_DATE") ==
		FAULT_INVALID_ARGS);
}

TEST(period, does_not_end_before_it_begins)
{
	CHECK(refusal((struct asked){ DAYS, 1, ABSOLUTE, NOW_MS / 1000 + 86400, NULL }, "before it begins") ==
		FAULT_VALIDATION);
	CHECK(refusal((struct asked){ DAYS, 1, ABSOLUTE, INT64_MAX, NULL }, "9999") == FAULT_VALIDATION);
}

TEST(period, of_an_end_entity_may_end_with_its_authority)
{
	gives(ABSOLUTE, own.not_after_ms / 1000, "2100-01-01T00:00:00Z");
	CHECK(refusal((struct asked){ .type = ABSOLUTE, .value = own.not_after_ms / 1000 + 1 },
		      "The certificate validity specified exceeds the certificate authority validity") ==
		FAULT_VALIDATION);
}

TEST(period, of_a_ca_ends_before_its_authority)
{
	struct authority issuer = authority();
	struct asked asked = {
		.type = ABSOLUTE, .value = own.not_after_ms / 1000, .template = "SubordinateCACertificate_PathLen0/V1"
	};
	int64_t begin_ms, end_ms;
	struct fault fault;

	CHECK(refusal(asked, "exceeds the certificate authority validity") == FAULT_VALIDATION);
	asked.value--;
	CHECK_OK(ask_of(&issuer, asked, &fault, &begin_ms, &end_ms), fault);
}

TEST(period, of_a_root_has_no_bound_but_the_calendar)
{
	struct authority issuer = authority();
	struct asked asked = { .type = END_DATE, .value = INT64_C(99991231235959), .template = "RootCACertificate/V1" };
	int64_t begin_ms, end_ms;
	struct fault fault;

	issuer.row.usage_mode = PCA_CERTIFICATE_AUTHORITY_USAGE_MODE_SHORT_LIVED_CERTIFICATE;
	issuer.row.state = AUTHORITY_PENDING_CERTIFICATE;
	issuer.certificate = NULL;
	CHECK_OK(ask_of(&issuer, asked, &fault, &begin_ms, &end_ms), fault);
	CHECK_TEXT(clock_render_iso(end_ms, &arena), "9999-12-31T23:59:59Z");
}

TEST(period, under_a_short_lived_authority_is_seven_days)
{
	struct authority issuer = authority();
	struct asked asked = { .type = DAYS, .value = 7 };
	int64_t begin_ms, end_ms;
	struct fault fault;

	issuer.row.usage_mode = PCA_CERTIFICATE_AUTHORITY_USAGE_MODE_SHORT_LIVED_CERTIFICATE;
	CHECK_OK(ask_of(&issuer, asked, &fault, &begin_ms, &end_ms), fault);
	CHECK(end_ms == NOW_MS / 1000 * 1000 + 7 * DAY_MS);
	asked = (struct asked){ .type = ABSOLUTE, .value = end_ms / 1000 + 1 };
	CHECK(!ask_of(&issuer, asked, &fault, &begin_ms, &end_ms));
	CHECK(fault.code == FAULT_VALIDATION && strstr(fault.say, "7 days") != NULL);
}

TEST(period, needs_an_authority_that_may_issue)
{
	struct authority issuer = authority();
	struct asked asked = { .type = DAYS, .value = 7 };
	int64_t begin_ms, end_ms;
	struct fault fault;

	issuer.row.state = AUTHORITY_PENDING_CERTIFICATE;
	issuer.certificate = NULL;
	CHECK(!ask_of(&issuer, asked, &fault, &begin_ms, &end_ms));
	CHECK(fault.code == FAULT_INVALID_STATE);
	CHECK(strncmp(fault.say, "The certificate authority is not in a valid state for issuing certificates", 74) ==
		0);
	arena_done(&arena);
}

TEST_MAIN("period");
