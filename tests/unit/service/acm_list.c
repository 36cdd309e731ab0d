/* ListCertificates: filters, the default filter, order, pages. */
#include "office.h"
#include "test.h"

static void
keep(struct visit *visit, const char *subject, enum paper_key key)
{
	char arn[ARN_TEXT_BYTES];

	visit_keep(visit, (struct wish){ .subject = subject, .key = key }, arn);
}

/* So many seconds after the house's now: what is created at one time is listed in any order. */
static void
keep_later(struct visit *visit, int seconds, struct wish wish)
{
	char arn[ARN_TEXT_BYTES];

	office.clock = clock_fixed(OFFICE_NOW_MS + seconds * INT64_C(1000));
	visit_again(visit);
	visit_keep(visit, wish, arn);
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_again(visit);
}

static const struct acm_list_certificates_response *
list(struct visit *visit, const struct acm_list_certificates_request *in)
{
	struct acm_list_certificates_response *out = ARENA_NEW(&visit->arena, struct acm_list_certificates_response);

	CHECK_OK(DO(visit, list_certificates, in, out), visit->fault);
	return out;
}

static struct acm_key_algorithm_list
key_types(struct choice *types, size_t n)
{
	return (struct acm_key_algorithm_list){ types, n, true };
}

TEST(list, is_empty_where_nothing_is)
{
	struct acm_list_certificates_request in = { 0 };
	const struct acm_list_certificates_response *out;
	struct visit visit;

	visit_begin(&visit, "300000000001", "eu-central-1");
	out = list(&visit, &in);
	CHECK(out->certificate_summary_list.has && out->certificate_summary_list.n == 0);
	CHECK(out->next_token.p == NULL);
	visit_end(&visit);
}

TEST(list, summarizes_an_imported_certificate_as_aws_does)
{
	struct acm_list_certificates_request in = { 0 };
	const struct acm_certificate_summary *summary;
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "300000000002", "eu-central-1");
	visit_keep(&visit, (struct wish){ .subject = "CN=localhost", .key = PAPER_RSA_2048 }, arn);
	CHECK(list(&visit, &in)->certificate_summary_list.n == 1);
	summary = &list(&visit, &in)->certificate_summary_list.v[0];
	CHECK_TEXT(summary->certificate_arn, arn);
	CHECK_TEXT(summary->domain_name, "localhost");
	CHECK(summary->subject_alternative_name_summaries.n == 1);
	CHECK(summary->has_has_additional_subject_alternative_names);
	CHECK(!summary->has_additional_subject_alternative_names);
	CHECK(summary->status.v == ACM_CERTIFICATE_STATUS_ISSUED);
	CHECK(summary->type.v == ACM_CERTIFICATE_TYPE_IMPORTED);
	CHECK_TEXT(summary->key_algorithm.raw, "RSA-2048");
	CHECK(summary->key_usages.n == 1 && summary->key_usages.v[0].v == ACM_KEY_USAGE_NAME_ANY);
	CHECK(summary->extended_key_usages.n == 1);
	CHECK(summary->extended_key_usages.v[0].v == ACM_EXTENDED_KEY_USAGE_NAME_NONE);
	CHECK(summary->export_option.v == ACM_CERTIFICATE_EXPORT_DISABLED);
	CHECK(summary->has_in_use && !summary->in_use);
	CHECK(!summary->has_exported);
	CHECK(summary->renewal_eligibility.v == ACM_RENEWAL_ELIGIBILITY_INELIGIBLE);
	CHECK(summary->has_created_at && summary->created_at_ms == OFFICE_NOW_MS);
	CHECK(summary->has_imported_at && summary->has_not_before && summary->has_not_after);
	CHECK(!summary->has_issued_at && !summary->has_revoked_at && summary->managed_by.v == CHOICE_ABSENT);
	visit_end(&visit);
}

TEST(list, shows_a_hundred_names_and_says_that_there_are_more)
{
	struct choice types[] = { { ACM_KEY_ALGORITHM_EC_PRIME256V1, { 0 } } };
	struct acm_filters includes = { .key_types = key_types(types, 1) };
	struct acm_list_certificates_request in = { .includes = &includes };
	const struct acm_certificate_summary *summary;
	struct buffer san = { 0 };
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "300000000003", "eu-central-1");
	for (int i = 0; i < ACM_SUMMARY_NAMES; i++)
		buffer_printf(&san, "%sDNS:n%d.example", i > 0 ? "," : "", i);
	visit_keep(&visit, (struct wish){ .subject = "CN=n0.example", .san = san.p }, arn);
	summary = &list(&visit, &in)->certificate_summary_list.v[0];
	CHECK(summary->subject_alternative_name_summaries.n == ACM_SUMMARY_NAMES);
	CHECK(!summary->has_additional_subject_alternative_names);
	struct acm_delete_certificate_request delete = { .certificate_arn = str_of(arn) };
	CHECK_OK(DO(&visit, delete_certificate, &delete), visit.fault);
	visit_again(&visit);
	visit_keep(&visit, (struct wish){ .subject = "CN=other.example", .san = san.p }, arn);
	summary = &list(&visit, &in)->certificate_summary_list.v[0];
	CHECK(summary->subject_alternative_name_summaries.n == ACM_SUMMARY_NAMES);
	CHECK(summary->has_additional_subject_alternative_names);
	CHECK(visit_describe(&visit, arn)->subject_alternative_names.n == ACM_SUMMARY_NAMES + 1);
	buffer_done(&san);
	visit_end(&visit);
}

TEST(list, shows_rsa_with_a_domain_unless_key_types_are_asked_for)
{
	struct choice types[] = { { ACM_KEY_ALGORITHM_EC_PRIME256V1, { 0 } }, { ACM_KEY_ALGORITHM_RSA_1024, { 0 } } };
	struct choice rsa[] = { { ACM_KEY_ALGORITHM_RSA_2048, { 0 } } };
	struct acm_filters includes = { .key_types = key_types(types, 2) };
	struct acm_list_certificates_request in = { 0 };
	struct visit visit;

	visit_begin(&visit, "300000000004", "eu-central-1");
	keep_later(&visit, 1, (struct wish){ .subject = "CN=p256.example" });
	keep_later(&visit, 2, (struct wish){ .subject = "CN=p384.example", .key = PAPER_P384 });
	keep_later(&visit, 3, (struct wish){ .subject = "CN=rsa1024.example", .key = PAPER_RSA_1024 });
	keep_later(&visit, 4, (struct wish){ .subject = "CN=rsa2048.example", .key = PAPER_RSA_2048 });
	keep_later(&visit, 5, (struct wish){ .subject = "C=AU", .san = "IP:192.0.2.1", .key = PAPER_RSA_2048 });
	CHECK(list(&visit, &in)->certificate_summary_list.n == 2);
	in.includes = &includes;
	CHECK(list(&visit, &in)->certificate_summary_list.n == 2);
	CHECK_TEXT(list(&visit, &in)->certificate_summary_list.v[0].domain_name, "p256.example");
	includes.key_types = key_types(rsa, 1);
	CHECK(list(&visit, &in)->certificate_summary_list.n == 2);
	CHECK(list(&visit, &in)->certificate_summary_list.v[1].domain_name.p == NULL);
	includes.key_types = key_types(NULL, 0);
	CHECK(list(&visit, &in)->certificate_summary_list.n == 2);
	CHECK_TEXT(list(&visit, &in)->certificate_summary_list.v[0].domain_name, "rsa1024.example");
	visit_end(&visit);
}

TEST(list, filters_by_status_and_by_the_clock)
{
	struct choice statuses[] = { { ACM_CERTIFICATE_STATUS_EXPIRED, { 0 } } };
	struct acm_list_certificates_request in = { .certificate_statuses = { statuses, 1, true } };
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "300000000005", "eu-central-1");
	visit_keep(&visit,
		(struct wish){ .subject = "CN=soon.example",
			.key = PAPER_RSA_2048,
			.not_after_ms = OFFICE_NOW_MS + OFFICE_DAY_MS },
		arn);
	keep(&visit, "CN=late.example", PAPER_RSA_2048);
	CHECK(list(&visit, &in)->certificate_summary_list.n == 0);
	office.clock = clock_fixed(OFFICE_NOW_MS + 2 * OFFICE_DAY_MS);
	visit_again(&visit);
	CHECK(list(&visit, &in)->certificate_summary_list.n == 1);
	CHECK_TEXT(list(&visit, &in)->certificate_summary_list.v[0].domain_name, "soon.example");
	CHECK(list(&visit, &in)->certificate_summary_list.v[0].status.v == ACM_CERTIFICATE_STATUS_EXPIRED);
	statuses[0].v = ACM_CERTIFICATE_STATUS_ISSUED;
	CHECK(list(&visit, &in)->certificate_summary_list.n == 1);
	CHECK_TEXT(list(&visit, &in)->certificate_summary_list.v[0].domain_name, "late.example");
	statuses[0].v = ACM_CERTIFICATE_STATUS_PENDING_VALIDATION;
	CHECK(list(&visit, &in)->certificate_summary_list.n == 0);
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_end(&visit);
}

TEST(list, filters_by_usages_and_options_that_must_all_hold)
{
	struct choice types[] = { { ACM_KEY_ALGORITHM_EC_PRIME256V1, { 0 } } };
	struct choice usages[] = { { ACM_KEY_USAGE_NAME_KEY_AGREEMENT, { 0 } },
		{ ACM_KEY_USAGE_NAME_CRL_SIGNING, { 0 } } };
	struct choice extended[] = { { ACM_EXTENDED_KEY_USAGE_NAME_NONE, { 0 } } };
	struct acm_filters includes = { .key_types = key_types(types, 1) };
	struct acm_list_certificates_request in = { .includes = &includes };
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "300000000006", "eu-central-1");
	keep(&visit, "CN=any.example", PAPER_P256);
	visit_keep(&visit,
		(struct wish){ .subject = "CN=agree.example",
			.key_usage = "keyAgreement",
			.extended_key_usage = "serverAuth" },
		arn);
	includes.key_usage = (struct acm_key_usage_filter_list){ usages, 2, true };
	CHECK(list(&visit, &in)->certificate_summary_list.n == 1);
	CHECK_TEXT(list(&visit, &in)->certificate_summary_list.v[0].domain_name, "agree.example");
	includes.extended_key_usage = (struct acm_extended_key_usage_filter_list){ extended, 1, true };
	CHECK(list(&visit, &in)->certificate_summary_list.n == 0);
	includes.key_usage = (struct acm_key_usage_filter_list){ 0 };
	CHECK(list(&visit, &in)->certificate_summary_list.n == 1);
	CHECK_TEXT(list(&visit, &in)->certificate_summary_list.v[0].domain_name, "any.example");
	includes.extended_key_usage = (struct acm_extended_key_usage_filter_list){ 0 };
	includes.export_option.v = ACM_CERTIFICATE_EXPORT_DISABLED;
	CHECK(list(&visit, &in)->certificate_summary_list.n == 2);
	includes.export_option.v = ACM_CERTIFICATE_EXPORT_ENABLED;
	CHECK(list(&visit, &in)->certificate_summary_list.n == 0);
	includes.export_option.v = CHOICE_ABSENT;
	includes.managed_by.v = ACM_CERTIFICATE_MANAGED_BY_CLOUDFRONT;
	CHECK(list(&visit, &in)->certificate_summary_list.n == 0);
	visit_end(&visit);
}

TEST(list, wants_both_or_neither_of_sort_by_and_sort_order)
{
	struct acm_list_certificates_request by = { .sort_by.v = ACM_SORT_BY_CREATED_AT };
	struct acm_list_certificates_request order = { .sort_order.v = ACM_SORT_ORDER_ASCENDING };
	struct acm_list_certificates_response out = { 0 };
	struct visit visit;

	visit_begin(&visit, "300000000007", "eu-central-1");
	CHECK(!DO(&visit, list_certificates, &by, &out));
	CHECK(visit.fault.code == FAULT_VALIDATION);
	CHECK(!DO(&visit, list_certificates, &order, &out));
	CHECK(visit.fault.code == FAULT_VALIDATION);
	by.sort_order.v = ACM_SORT_ORDER_ASCENDING;
	visit_again(&visit);
	CHECK_OK(DO(&visit, list_certificates, &by, &out), visit.fault);
	visit_end(&visit);
}

/* Seven certificates, created a second apart. */
static void
keep_seven(struct visit *visit)
{
	static const char *const subjects[] = { "CN=c0", "CN=c1", "CN=c2", "CN=c3", "CN=c4", "CN=c5", "CN=c6" };

	for (int i = 0; i < 7; i++)
		keep_later(visit, i, (struct wish){ .subject = subjects[i], .key = PAPER_RSA_2048 });
}

static void
check_pages(struct visit *visit, bool descending)
{
	struct acm_list_certificates_request in = {
		.sort_by.v = ACM_SORT_BY_CREATED_AT,
		.sort_order.v = descending ? ACM_SORT_ORDER_DESCENDING : ACM_SORT_ORDER_ASCENDING,
		.max_items = 3,
		.has_max_items = true,
	};
	int seen = 0;

	do {
		const struct acm_list_certificates_response *out = list(visit, &in);
		CHECK(out->certificate_summary_list.n <= 3);
		for (size_t i = 0; i < out->certificate_summary_list.n; i++, seen++) {
			char expected[] = { 'c', (char)('0' + (descending ? 6 - seen : seen)), '\0' };
			CHECK_TEXT(out->certificate_summary_list.v[i].domain_name, expected);
		}
		in.next_token = out->next_token;
	} while (in.next_token.p != NULL);
	CHECK(seen == 7);
}

TEST(list, pages_through_everything_once_in_both_orders)
{
	struct visit visit;

	visit_begin(&visit, "300000000008", "eu-central-1");
	keep_seven(&visit);
	check_pages(&visit, false);
	check_pages(&visit, true);
	visit_end(&visit);
}

static enum fault_code
refusal(struct visit *visit, const struct acm_list_certificates_request *in)
{
	struct acm_list_certificates_response out = { 0 };

	memset(&visit->fault, 0, sizeof visit->fault);
	return DO(visit, list_certificates, in, &out) ? FAULT_NONE : visit->fault.code;
}

TEST(list, takes_a_token_only_for_the_request_that_it_came_from)
{
	struct choice statuses[] = { { ACM_CERTIFICATE_STATUS_ISSUED, { 0 } } };
	struct acm_list_certificates_request in = { .max_items = 3, .has_max_items = true };
	struct visit visit, other;

	visit_begin(&visit, "300000000009", "eu-central-1");
	keep_seven(&visit);
	in.next_token = list(&visit, &in)->next_token;
	CHECK(in.next_token.p != NULL);
	in.max_items = 2;
	CHECK(refusal(&visit, &in) == FAULT_NONE);
	in.certificate_statuses = (struct acm_certificate_statuses){ statuses, 1, true };
	CHECK(refusal(&visit, &in) == FAULT_INVALID_ARGS);
	in.certificate_statuses = (struct acm_certificate_statuses){ 0 };
	in.sort_by.v = ACM_SORT_BY_CREATED_AT;
	in.sort_order.v = ACM_SORT_ORDER_DESCENDING;
	CHECK(refusal(&visit, &in) == FAULT_INVALID_ARGS);
	in.sort_by.v = in.sort_order.v = CHOICE_ABSENT;
	visit_begin(&other, "300000000010", "eu-central-1");
	CHECK(refusal(&other, &in) == FAULT_INVALID_ARGS);
	visit_end(&other);
	visit_begin(&other, "300000000009", "eu-west-1");
	CHECK(refusal(&other, &in) == FAULT_INVALID_ARGS);
	visit_end(&other);
	in.next_token = STR("made up");
	CHECK(refusal(&visit, &in) == FAULT_INVALID_ARGS);
	CHECK(strstr(visit.fault.say, "NextToken") != NULL);
	visit_end(&visit);
}

TEST(list, does_not_cross_accounts_or_regions)
{
	struct acm_list_certificates_request in = { 0 };
	struct visit visit;

	visit_begin(&visit, "300000000011", "eu-central-1");
	keep(&visit, "CN=mine.example", PAPER_RSA_2048);
	CHECK(list(&visit, &in)->certificate_summary_list.n == 1);
	visit_end(&visit);
	visit_begin(&visit, "300000000011", "eu-west-1");
	CHECK(list(&visit, &in)->certificate_summary_list.n == 0);
	visit_end(&visit);
	visit_begin(&visit, "300000000012", "eu-central-1");
	CHECK(list(&visit, &in)->certificate_summary_list.n == 0);
	visit_end(&visit);
}

OFFICE_MAIN("list");
