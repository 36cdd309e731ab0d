/* DescribeCertificate and GetCertificate. The expected words are those that AWS was recorded to answer. */
#include "office.h"
#include "test.h"
#include "x509/pem.h"

static const struct wish localhost = {
	.subject = "C=AU/ST=Some-State/L=Some-Locality/O=LocalStack Org/OU=Testing/CN=localhost",
	.key = PAPER_RSA_2048,
	.serial = 1001,
};

TEST(describe, tells_an_imported_certificate_as_aws_does)
{
	const struct acm_certificate_detail *detail;
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "100000000001", "eu-central-1");
	visit_keep(&visit, localhost, arn);
	detail = visit_describe(&visit, arn);
	CHECK_TEXT(detail->certificate_arn, arn);
	CHECK_TEXT(detail->domain_name, "localhost");
	CHECK(detail->subject_alternative_names.n == 1);
	CHECK_TEXT(detail->subject_alternative_names.v[0], "localhost");
	CHECK(detail->domain_validation_options.n == 1);
	CHECK_TEXT(detail->domain_validation_options.v[0].domain_name, "localhost");
	CHECK(detail->domain_validation_options.v[0].validation_status.v == CHOICE_ABSENT);
	CHECK_TEXT(detail->serial, "03:e9");
	CHECK_TEXT(detail->subject, "C=AU,ST=Some-State,L=Some-Locality,O=LocalStack Org,OU=Testing,CN=localhost");
	CHECK_TEXT(detail->issuer, "LocalStack Org");
	CHECK_TEXT(detail->key_algorithm.raw, "RSA-2048");
	CHECK_TEXT(detail->signature_algorithm, "SHA256WITHRSA");
	CHECK(detail->status.v == ACM_CERTIFICATE_STATUS_ISSUED);
	CHECK(detail->type.v == ACM_CERTIFICATE_TYPE_IMPORTED);
	CHECK(detail->renewal_eligibility.v == ACM_RENEWAL_ELIGIBILITY_INELIGIBLE);
	visit_end(&visit);
}

TEST(describe, tells_no_usages_as_any_and_none)
{
	const struct acm_certificate_detail *detail;
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "100000000002", "eu-central-1");
	visit_keep(&visit, localhost, arn);
	detail = visit_describe(&visit, arn);
	CHECK(detail->key_usages.n == 1 && detail->key_usages.v[0].name.v == ACM_KEY_USAGE_NAME_ANY);
	CHECK(detail->extended_key_usages.n == 1);
	CHECK(detail->extended_key_usages.v[0].name.v == ACM_EXTENDED_KEY_USAGE_NAME_NONE);
	CHECK(detail->extended_key_usages.v[0].oid.p == NULL);
	CHECK(detail->in_use_by.has && detail->in_use_by.n == 0);
	CHECK(detail->options->certificate_transparency_logging_preference.v ==
		ACM_CERTIFICATE_TRANSPARENCY_LOGGING_PREFERENCE_DISABLED);
	CHECK(detail->options->export.v == ACM_CERTIFICATE_EXPORT_DISABLED);
	visit_end(&visit);
}

TEST(describe, tells_times_and_leaves_out_those_of_other_types)
{
	const struct acm_certificate_detail *detail;
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "100000000003", "eu-central-1");
	visit_keep(&visit, localhost, arn);
	detail = visit_describe(&visit, arn);
	CHECK(detail->has_created_at && detail->created_at_ms == OFFICE_NOW_MS);
	CHECK(detail->has_imported_at && detail->imported_at_ms == OFFICE_NOW_MS);
	CHECK(detail->has_not_before && detail->not_before_ms == OFFICE_NOW_MS / 1000 * 1000 - OFFICE_DAY_MS);
	CHECK(detail->has_not_after && detail->not_after_ms == OFFICE_NOW_MS / 1000 * 1000 + 365 * OFFICE_DAY_MS);
	CHECK(!detail->has_issued_at && !detail->has_revoked_at);
	CHECK(detail->revocation_reason.v == CHOICE_ABSENT && detail->managed_by.v == CHOICE_ABSENT);
	CHECK(detail->renewal_summary == NULL && detail->certificate_authority_arn.p == NULL);
	visit_end(&visit);
}

TEST(describe, lists_usages_in_the_order_aws_has_them)
{
	const struct acm_certificate_detail *detail;
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "100000000004", "eu-central-1");
	visit_keep(&visit,
		(struct wish){ .subject = "CN=usage.example",
			.key_usage = "keyEncipherment,digitalSignature",
			.extended_key_usage = "clientAuth,1.2.3.4,serverAuth" },
		arn);
	detail = visit_describe(&visit, arn);
	CHECK_TEXT(detail->key_algorithm.raw, "EC-prime256v1");
	CHECK(detail->key_usages.n == 2);
	CHECK(detail->key_usages.v[0].name.v == ACM_KEY_USAGE_NAME_DIGITAL_SIGNATURE);
	CHECK(detail->key_usages.v[1].name.v == ACM_KEY_USAGE_NAME_KEY_ENCIPHERMENT);
	CHECK(detail->extended_key_usages.n == 3);
	CHECK(detail->extended_key_usages.v[0].name.v == ACM_EXTENDED_KEY_USAGE_NAME_TLS_WEB_CLIENT_AUTHENTICATION);
	CHECK_TEXT(detail->extended_key_usages.v[0].oid, "1.3.6.1.5.5.7.3.2");
	CHECK(detail->extended_key_usages.v[1].name.v == ACM_EXTENDED_KEY_USAGE_NAME_CUSTOM);
	CHECK_TEXT(detail->extended_key_usages.v[1].oid, "1.2.3.4");
	CHECK(detail->extended_key_usages.v[2].name.v == ACM_EXTENDED_KEY_USAGE_NAME_TLS_WEB_SERVER_AUTHENTICATION);
	visit_end(&visit);
}

TEST(describe, puts_the_domain_name_first_and_names_it_once)
{
	const struct acm_certificate_detail *detail;
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "100000000005", "eu-central-1");
	visit_keep(&visit,
		(struct wish){ .subject = "CN=WWW.example.com",
			.san = "DNS:example.com,IP:192.0.2.1,DNS:www.example.com,DNS:api.example.com" },
		arn);
	detail = visit_describe(&visit, arn);
	CHECK_TEXT(detail->domain_name, "WWW.example.com");
	CHECK(detail->subject_alternative_names.n == 3);
	CHECK_TEXT(detail->subject_alternative_names.v[0], "WWW.example.com");
	CHECK_TEXT(detail->subject_alternative_names.v[1], "example.com");
	CHECK_TEXT(detail->subject_alternative_names.v[2], "api.example.com");
	CHECK(detail->domain_validation_options.n == 3);
	visit_end(&visit);
}

TEST(describe, takes_the_first_dns_name_where_there_is_no_common_name)
{
	const struct acm_certificate_detail *detail;
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "100000000006", "eu-central-1");
	visit_keep(&visit, (struct wish){ .subject = "C=AU", .san = "IP:192.0.2.1,DNS:b.example,DNS:a.example" }, arn);
	detail = visit_describe(&visit, arn);
	CHECK_TEXT(detail->domain_name, "b.example");
	CHECK(detail->subject_alternative_names.n == 2);
	/* Neither organisation nor common name: all of it. */
	CHECK_TEXT(detail->issuer, "C=AU");
	visit_end(&visit);
}

TEST(describe, has_no_domain_name_where_there_is_none)
{
	const struct acm_certificate_detail *detail;
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "100000000007", "eu-central-1");
	visit_keep(&visit, (struct wish){ .subject = "C=AU", .san = "IP:192.0.2.1" }, arn);
	detail = visit_describe(&visit, arn);
	CHECK(detail->domain_name.p == NULL);
	CHECK(detail->subject_alternative_names.has && detail->subject_alternative_names.n == 0);
	visit_end(&visit);
}

TEST(describe, tells_the_issuers_common_name_where_it_has_no_organization)
{
	const struct acm_certificate_detail *detail;
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "100000000008", "eu-central-1");
	visit_keep(&visit, (struct wish){ .subject = "C=AU/CN=alone.example" }, arn);
	detail = visit_describe(&visit, arn);
	CHECK_TEXT(detail->issuer, "alone.example");
	visit_end(&visit);
}

TEST(describe, turns_issued_into_expired_by_the_clock_alone)
{
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "100000000009", "eu-central-1");
	visit_keep(&visit, (struct wish){ .subject = "CN=soon.example", .not_after_ms = OFFICE_NOW_MS + OFFICE_DAY_MS },
		arn);
	office.clock = clock_fixed(OFFICE_NOW_MS / 1000 * 1000 + OFFICE_DAY_MS);
	visit_again(&visit);
	CHECK(visit_describe(&visit, arn)->status.v == ACM_CERTIFICATE_STATUS_ISSUED);
	office.clock = clock_fixed(OFFICE_NOW_MS / 1000 * 1000 + OFFICE_DAY_MS + 1);
	visit_again(&visit);
	CHECK(visit_describe(&visit, arn)->status.v == ACM_CERTIFICATE_STATUS_EXPIRED);
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_end(&visit);
}

static bool
describe_as(const char *account, const char *region, const char *arn, struct fault *fault)
{
	struct acm_describe_certificate_request in = { .certificate_arn = str_of(arn) };
	struct acm_describe_certificate_response out = { 0 };
	struct visit visit;
	bool found;

	visit_begin(&visit, account, region);
	found = DO(&visit, describe_certificate, &in, &out);
	*fault = visit.fault;
	visit_end(&visit);
	return found;
}

TEST(describe, does_not_cross_accounts_or_regions)
{
	char arn[ARN_TEXT_BYTES], disguised[ARN_TEXT_BYTES];
	struct visit visit;
	struct fault fault;

	visit_begin(&visit, "100000000010", "eu-central-1");
	visit_keep(&visit, localhost, arn);
	visit_end(&visit);
	CHECK(!describe_as("100000000011", "eu-central-1", arn, &fault));
	CHECK(fault.code == FAULT_NOT_FOUND);
	CHECK(!describe_as("100000000010", "eu-west-1", arn, &fault));
	CHECK(fault.code == FAULT_NOT_FOUND);
	/* An ARN of one's own account with another's id is no key to it. */
	(void)snprintf(
		disguised, sizeof disguised, "arn:aws:acm:eu-central-1:100000000011:%s", strstr(arn, "certificate/"));
	CHECK(!describe_as("100000000011", "eu-central-1", disguised, &fault));
	CHECK(fault.code == FAULT_NOT_FOUND);
	CHECK(strncmp(fault.say, "Could not find certificate ", 27) == 0);
	CHECK_OK(describe_as("100000000010", "eu-central-1", arn, &fault), fault);
}

TEST(get, returns_exactly_what_was_imported)
{
	struct acm_import_certificate_response imported = { 0 };
	struct acm_get_certificate_response out = { 0 };
	struct papers papers;
	struct visit visit;

	visit_begin(&visit, "100000000012", "eu-central-1");
	papers = papers_make(&visit.arena, (struct wish){ .subject = "CN=chain.example", .issuers = 2 });
	struct acm_import_certificate_request import = {
		.certificate = papers.certificate, .private_key = papers.key, .certificate_chain = papers.chain
	};
	CHECK_OK(DO(&visit, import_certificate, &import, &imported), visit.fault);
	visit.call.write = NULL;
	struct acm_get_certificate_request in = { .certificate_arn = imported.certificate_arn };
	CHECK_OK(DO(&visit, get_certificate, &in, &out), visit.fault);
	CHECK(bytes_equal(bytes_of_str(out.certificate), papers.certificate));
	CHECK(bytes_equal(bytes_of_str(out.certificate_chain), papers.chain));
	visit_end(&visit);
}

TEST(get, has_no_chain_where_none_was_imported)
{
	struct acm_get_certificate_response out = { 0 };
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "100000000013", "eu-central-1");
	visit_keep(&visit, localhost, arn);
	struct acm_get_certificate_request in = { .certificate_arn = str_of(arn) };
	CHECK_OK(DO(&visit, get_certificate, &in, &out), visit.fault);
	CHECK(out.certificate_chain.p == NULL);
	visit_end(&visit);
}

OFFICE_MAIN("describe");
