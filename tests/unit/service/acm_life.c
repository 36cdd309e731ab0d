/* What ends a certificate's life, what an imported one refuses, and the account's configuration. */
#include "office.h"
#include "service/acm/record.h"
#include "test.h"

#define NOWHERE "01890a5d-ac96-774b-bcce-b302099a8057"

static void
keep(struct visit *visit, const char *account, char arn[ARN_TEXT_BYTES])
{
	visit_begin(visit, account, "eu-central-1");
	visit_keep(visit, (struct wish){ .subject = "CN=life.example" }, arn);
}

static bool
erase(struct visit *visit, const char *arn)
{
	struct acm_delete_certificate_request in = { .certificate_arn = str_of(arn) };

	visit->call.write = NULL;
	return DO(visit, delete_certificate, &in);
}

TEST(delete, removes_the_certificate_and_its_tags)
{
	struct acm_get_certificate_response got = { 0 };
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	keep(&visit, "500000000001", arn);
	CHECK_OK(erase(&visit, arn), visit.fault);
	struct acm_get_certificate_request get = { .certificate_arn = str_of(arn) };
	CHECK(!acm_get_certificate(&visit.call, &get, &got, &visit.fault));
	CHECK(visit.fault.code == FAULT_NOT_FOUND);
	CHECK(!erase(&visit, arn));
	CHECK(visit.fault.code == FAULT_NOT_FOUND);
	CHECK(strstr(visit.fault.say, arn) != NULL);
	visit_end(&visit);
}

TEST(delete, does_not_reach_another_account)
{
	char arn[ARN_TEXT_BYTES];
	struct visit visit, other;

	keep(&visit, "500000000002", arn);
	visit_begin(&other, "500000000003", "eu-central-1");
	CHECK(!erase(&other, arn));
	CHECK(other.fault.code == FAULT_NOT_FOUND);
	visit_end(&other);
	CHECK(visit_describe(&visit, arn) != NULL);
	visit_end(&visit);
}

struct used {
	struct owner owner;
	struct certificate_row row;
};

static bool
insert_used(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct used *used = context;

	return store_certificate_insert(transaction, &used->owner, &used->row, fault);
}

TEST(delete, refuses_what_is_in_use)
{
	const struct certificate *certificate;
	struct papers papers;
	struct visit visit;
	const char *why;

	visit_begin(&visit, "500000000004", "eu-central-1");
	papers = papers_make(&visit.arena, (struct wish){ .subject = "CN=used.example" });
	CHECK(certificate_parse(papers.der, &visit.arena, &certificate, &why));
	struct used used = { .owner = visit.call.owner,
		.row = { .id = STR(NOWHERE),
			.type = CERTIFICATE_IMPORTED,
			.state = CERTIFICATE_ISSUED,
			.version = 1,
			.created_ms = OFFICE_NOW_MS,
			.in_use = true,
			.sealed_key = papers.der } };
	CHECK_OK(acm_certificate_row(certificate, &visit.arena, &used.row, &visit.fault), visit.fault);
	CHECK_OK(store_apply(office.store, insert_used, &used, &visit.fault), visit.fault);
	CHECK(!erase(&visit, "arn:aws:acm:eu-central-1:500000000004:certificate/" NOWHERE));
	CHECK(visit.fault.code == FAULT_IN_USE);
	CHECK_TEXT(str_of(visit.fault.say), "Certificate arn:aws:acm:eu-central-1:500000000004:certificate/" NOWHERE
					    " in account 500000000004 is in use.");
	visit_end(&visit);
}

/* Each of the five on one ARN: the code that it answered with. */
struct refusals {
	struct fault export, options, renew, revoke, resend;
};

static void
try_all(struct visit *visit, const char *name, struct refusals *out)
{
	struct str arn = str_of(name);
	uint8_t word[] = "passphrase";
	struct acm_certificate_options wanted = { .export.v = ACM_CERTIFICATE_EXPORT_ENABLED };
	struct acm_export_certificate_request export = { arn, { word, sizeof word - 1 } };
	struct acm_export_certificate_response exported = { 0 };
	struct acm_update_certificate_options_request options = { arn, &wanted };
	struct acm_renew_certificate_request renew = { arn };
	struct acm_revoke_certificate_request revoke = { arn, { .v = ACM_REVOCATION_REASON_KEY_COMPROMISE } };
	struct acm_revoke_certificate_response revoked = { 0 };
	struct acm_resend_validation_email_request resend = { arn, STR("life.example"), STR("life.example") };
	struct call *call = &visit->call;

	memset(out, 0, sizeof *out);
	CHECK(!acm_export_certificate(call, &export, &exported, &out->export));
	CHECK(!acm_update_certificate_options(call, &options, &out->options));
	CHECK(!acm_renew_certificate(call, &renew, &out->renew));
	CHECK(!acm_revoke_certificate(call, &revoke, &revoked, &out->revoke));
	CHECK(!acm_resend_validation_email(call, &resend, &out->resend));
	CHECK(call->write == NULL);
}

TEST(imported, refuses_what_only_an_issuer_can_do)
{
	static struct refusals refusals;
	char arn[ARN_TEXT_BYTES], expected[256];
	struct visit visit;

	keep(&visit, "500000000005", arn);
	try_all(&visit, arn, &refusals);
	CHECK(refusals.export.code == FAULT_VALIDATION);
	(void)snprintf(expected, sizeof expected, "Certificate ARN: %s is not a private certificate", arn);
	CHECK(strncmp(refusals.export.say, expected, strlen(expected)) == 0);
	CHECK(refusals.options.code == FAULT_INVALID_STATE);
	CHECK(refusals.renew.code == FAULT_VALIDATION);
	(void)snprintf(expected, sizeof expected, "Certificate %s is not eligible for renewal", arn);
	CHECK(strncmp(refusals.renew.say, expected, strlen(expected)) == 0);
	CHECK(refusals.revoke.code == FAULT_VALIDATION);
	CHECK(refusals.resend.code == FAULT_INVALID_STATE);
	visit_end(&visit);
}

TEST(imported, is_looked_for_first)
{
	static struct refusals refusals;
	struct visit visit;

	visit_begin(&visit, "500000000006", "eu-central-1");
	try_all(&visit, "arn:aws:acm:eu-central-1:500000000006:certificate/" NOWHERE, &refusals);
	CHECK(refusals.export.code == FAULT_NOT_FOUND);
	CHECK(refusals.options.code == FAULT_NOT_FOUND);
	CHECK(refusals.renew.code == FAULT_NOT_FOUND);
	CHECK(refusals.revoke.code == FAULT_NOT_FOUND);
	CHECK(refusals.resend.code == FAULT_NOT_FOUND);
	try_all(&visit, "arn:aws:acm:eu-central-1:500000000006:thing/" NOWHERE, &refusals);
	CHECK(refusals.export.code == FAULT_INVALID_ARN);
	CHECK(refusals.options.code == FAULT_INVALID_ARN);
	CHECK(refusals.renew.code == FAULT_INVALID_ARN);
	CHECK(refusals.revoke.code == FAULT_INVALID_ARN);
	CHECK(refusals.resend.code == FAULT_INVALID_ARN);
	visit_end(&visit);
}

TEST(request, says_that_nothing_is_issued_here)
{
	struct acm_request_certificate_request in = { .domain_name = STR("wanted.example") };
	struct acm_request_certificate_response out = { 0 };
	struct visit visit;

	visit_begin(&visit, "500000000007", "eu-central-1");
	CHECK(!acm_request_certificate(&visit.call, &in, &out, &visit.fault));
	CHECK(visit.fault.code == FAULT_INVALID_STATE);
	CHECK(strstr(visit.fault.say, "wanted.example") != NULL);
	visit_end(&visit);
}

/* ---- Account configuration ---- */

static bool
configure(struct visit *visit, const char *token, int64_t days)
{
	struct acm_expiry_events_configuration events = { .days_before_expiry = days, .has_days_before_expiry = true };
	struct acm_put_account_configuration_request in = { .expiry_events = &events,
		.idempotency_token = str_of(token) };

	visit_again(visit);
	return DO(visit, put_account_configuration, &in);
}

static int64_t
configured(struct visit *visit)
{
	struct acm_get_account_configuration_response out = { 0 };

	CHECK_OK(acm_get_account_configuration(&visit->call, &out, &visit->fault), visit->fault);
	CHECK(out.expiry_events->has_days_before_expiry);
	return out.expiry_events->days_before_expiry;
}

TEST(configuration, is_forty_five_days_until_it_is_put)
{
	struct visit visit, other;

	visit_begin(&visit, "500000000008", "eu-central-1");
	CHECK(configured(&visit) == 45);
	CHECK_OK(configure(&visit, "one", 30), visit.fault);
	CHECK(configured(&visit) == 30);
	visit_begin(&other, "500000000008", "eu-west-1");
	CHECK(configured(&other) == 45);
	visit_end(&other);
	visit_end(&visit);
}

TEST(configuration, is_between_one_and_ninety_days)
{
	struct acm_expiry_events_configuration empty = { 0 };
	struct acm_put_account_configuration_request none = { .idempotency_token = STR("t") };
	struct acm_put_account_configuration_request hollow = { &empty, STR("t") };
	struct visit visit;

	visit_begin(&visit, "500000000009", "eu-central-1");
	CHECK_OK(configure(&visit, "low", 1), visit.fault);
	CHECK_OK(configure(&visit, "high", 90), visit.fault);
	CHECK(!configure(&visit, "over", 91));
	CHECK(visit.fault.code == FAULT_VALIDATION);
	CHECK_TEXT(str_of(visit.fault.say), "DaysBeforeExpiry must be between 1 and 90");
	CHECK(!configure(&visit, "under", 0));
	CHECK(!DO(&visit, put_account_configuration, &none));
	CHECK_TEXT(str_of(visit.fault.say), "Configuration for events is empty.");
	CHECK(!DO(&visit, put_account_configuration, &hollow));
	CHECK_TEXT(str_of(visit.fault.say), "Configuration for events is empty.");
	CHECK(configured(&visit) == 90);
	visit_end(&visit);
}

TEST(configuration, is_put_once_for_a_token)
{
	struct visit visit;

	visit_begin(&visit, "500000000010", "eu-central-1");
	CHECK_OK(configure(&visit, "first", 10), visit.fault);
	CHECK_OK(configure(&visit, "second", 20), visit.fault);
	/* A late retry of the first does not undo the second. */
	CHECK_OK(configure(&visit, "first", 10), visit.fault);
	CHECK(configured(&visit) == 20);
	CHECK(!configure(&visit, "first", 11));
	CHECK(visit.fault.code == FAULT_CONFLICT);
	CHECK(strstr(visit.fault.say, "first") != NULL);
	office.clock = clock_fixed(OFFICE_NOW_MS + ACM_TOKEN_LIFETIME_MS + 1);
	CHECK_OK(configure(&visit, "first", 11), visit.fault);
	CHECK(configured(&visit) == 11);
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_end(&visit);
}

OFFICE_MAIN("life");
