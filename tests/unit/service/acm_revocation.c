/* RevokeCertificate of ACM: the certificate and its authority say so in the same moment. */
#include "private.h"

#include "service/acm/record.h"
#include "service/pca/authority.h"
#include "service/pca/status_cache.h"
#include "store/issued.h"
#include "test.h"
#include "x509/crl.h"

#define ACCOUNT "640000000001"
#define OTHER "640000000002"

static struct visit visit;
static char root[ARN_TEXT_BYTES], arn[ARN_TEXT_BYTES];

static void
begin(void)
{
	visit_begin(&visit, ACCOUNT, "eu-central-1");
	visit_authority(&visit, (struct authority_wish){ 0 }, root);
	private_issued(&visit, root, arn);
	private_exported(&visit, arn);
}

static bool
revoke(int reason)
{
	struct acm_revoke_certificate_request in = { str_of(arn), { .v = reason } };
	struct acm_revoke_certificate_response out = { 0 };

	visit_again(&visit);
	if (!DO(&visit, revoke_certificate, &in, &out))
		return false;
	CHECK_TEXT(out.certificate_arn, arn);
	return true;
}

static void
refused(int reason, enum fault_code code, const char *words)
{
	CHECK(!revoke(reason));
	if (visit.fault.code != code || strstr(visit.fault.say, words) == NULL)
		fail_msg("code %d, \"%s\", where \"%s\" was expected", (int)visit.fault.code, visit.fault.say, words);
	visit_again(&visit);
}

static struct authority
authority(void)
{
	struct authority loaded;

	CHECK_OK(authority_load(&visit.call, str_of(root), NULL, &loaded, &visit.fault), visit.fault);
	return loaded;
}

static struct issued_status
status(void)
{
	struct certificate_row row = private_row(&visit, arn);
	const struct certificate *certificate;
	struct issued_status out;

	CHECK_OK(acm_record_certificate(&row, &visit.arena, &certificate, &visit.fault), visit.fault);
	CHECK_OK(store_issued_status(office.store, authority().row.number, certificate->serial, &out, &visit.fault),
		visit.fault);
	return out;
}

TEST(revocation, is_told_by_the_certificate_and_by_its_authority)
{
	begin();
	CHECK(status().revoked_ms == 0);
	CHECK_OK(revoke(ACM_REVOCATION_REASON_KEY_COMPROMISE), visit.fault);
	const struct acm_certificate_detail *detail = visit_describe(&visit, arn);
	CHECK(detail->status.v == ACM_CERTIFICATE_STATUS_REVOKED);
	CHECK(detail->has_revoked_at && detail->revoked_at_ms == OFFICE_NOW_MS);
	CHECK(detail->revocation_reason.v == ACM_REVOCATION_REASON_KEY_COMPROMISE);
	CHECK(detail->renewal_eligibility.v == ACM_RENEWAL_ELIGIBILITY_INELIGIBLE);
	CHECK(status().revoked_ms == OFFICE_NOW_MS && status().reason == CRL_REASON_KEY_COMPROMISE);
	CHECK(authority().row.revocations == 1);
	visit_end(&visit);
}

TEST(revocation, has_the_reasons_of_rfc_5280)
{
	static const struct {
		int asked, kept;
	} cases[] = {
		{ ACM_REVOCATION_REASON_UNSPECIFIED, CRL_REASON_UNSPECIFIED },
		{ ACM_REVOCATION_REASON_KEY_COMPROMISE, CRL_REASON_KEY_COMPROMISE },
		{ ACM_REVOCATION_REASON_CA_COMPROMISE, CRL_REASON_CA_COMPROMISE },
		{ ACM_REVOCATION_REASON_AFFILIATION_CHANGED, CRL_REASON_AFFILIATION_CHANGED },
		{ ACM_REVOCATION_REASON_SUPERCEDED, CRL_REASON_SUPERSEDED },
		{ ACM_REVOCATION_REASON_SUPERSEDED, CRL_REASON_SUPERSEDED },
		{ ACM_REVOCATION_REASON_CESSATION_OF_OPERATION, CRL_REASON_CESSATION_OF_OPERATION },
		{ ACM_REVOCATION_REASON_PRIVILEGE_WITHDRAWN, CRL_REASON_PRIVILEGE_WITHDRAWN },
		{ ACM_REVOCATION_REASON_A_A_COMPROMISE, CRL_REASON_AA_COMPROMISE },
	};

	begin();
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		private_issued(&visit, root, arn);
		private_exported(&visit, arn);
		CHECK_OK(revoke(cases[i].asked), visit.fault);
		CHECK(status().reason == cases[i].kept);
		CHECK(visit_describe(&visit, arn)->revocation_reason.v == cases[i].asked);
	}
	visit_end(&visit);
}

TEST(revocation, is_for_good)
{
	begin();
	refused(ACM_REVOCATION_REASON_CERTIFICATE_HOLD, FAULT_VALIDATION, "for good");
	refused(ACM_REVOCATION_REASON_REMOVE_FROM_CRL, FAULT_VALIDATION, "for good");
	CHECK(status().revoked_ms == 0);
	CHECK_OK(revoke(ACM_REVOCATION_REASON_UNSPECIFIED), visit.fault);
	refused(ACM_REVOCATION_REASON_UNSPECIFIED, FAULT_CONFLICT, "revoked already");
	visit_end(&visit);
}

TEST(revocation, is_for_what_was_issued_here_and_exported)
{
	begin();
	private_issued(&visit, root, arn);
	refused(ACM_REVOCATION_REASON_UNSPECIFIED, FAULT_VALIDATION, "never been exported");
	CHECK(status().revoked_ms == 0);
	visit_keep(&visit, (struct wish){ .subject = "CN=imported.example" }, arn);
	refused(ACM_REVOCATION_REASON_UNSPECIFIED, FAULT_VALIDATION, "imported");
	visit_end(&visit);
}

TEST(revocation, of_what_has_expired_is_refused)
{
	begin();
	office.clock = clock_fixed(OFFICE_NOW_MS + 396 * OFFICE_DAY_MS);
	refused(ACM_REVOCATION_REASON_UNSPECIFIED, FAULT_VALIDATION, "expired");
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_end(&visit);
}

static bool
revoke_at_authority(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_issued_revoke(transaction, authority().row.number, *(struct bytes *)context, CRL_REASON_SUPERSEDED,
		OFFICE_NOW_MS, fault);
}

/* Its time and its reason stay what they are. */
TEST(revocation, that_its_authority_has_seen_to_is_not_done_again)
{
	const struct certificate *certificate;

	begin();
	struct certificate_row row = private_row(&visit, arn);
	CHECK_OK(acm_record_certificate(&row, &visit.arena, &certificate, &visit.fault), visit.fault);
	struct bytes serial = certificate->serial;
	CHECK_OK(store_apply(office.store, revoke_at_authority, &serial, &visit.fault), visit.fault);
	refused(ACM_REVOCATION_REASON_UNSPECIFIED, FAULT_CONFLICT, "revoked by its authority");
	CHECK(status().reason == CRL_REASON_SUPERSEDED);
	CHECK(private_row(&visit, arn).state == CERTIFICATE_ISSUED);
	visit_end(&visit);
}

TEST(revocation, is_possible_while_the_authority_is_disabled_and_not_when_it_is_deleted)
{
	begin();
	visit_set_state(&visit, root, AUTHORITY_DELETED);
	refused(ACM_REVOCATION_REASON_UNSPECIFIED, FAULT_VALIDATION, "deleted");
	visit_set_state(&visit, root, AUTHORITY_DISABLED);
	CHECK_OK(revoke(ACM_REVOCATION_REASON_UNSPECIFIED), visit.fault);
	visit_end(&visit);
}

static void
count(void *context)
{
	++*(int *)context;
}

/* Answers of before are forgotten, and lists are signed anew, when it is durable and not before. */
TEST(revocation, hurries_those_who_tell_it)
{
	struct acm_revoke_certificate_request in;
	struct acm_revoke_certificate_response out = { 0 };
	struct status_cache *statuses = status_cache_new(STATUS_CACHE_BYTES);
	int hurried = 0;

	begin();
	int64_t number = authority().row.number;
	uint64_t epoch = status_cache_epoch(statuses, number);
	visit.call.statuses = statuses;
	visit.call.hurry = count;
	visit.call.hurry_context = &hurried;
	in = (struct acm_revoke_certificate_request){ str_of(arn), { .v = ACM_REVOCATION_REASON_UNSPECIFIED } };
	CHECK_OK(acm_revoke_certificate(&visit.call, &in, &out, &visit.fault), visit.fault);
	CHECK(hurried == 0 && status_cache_epoch(statuses, number) == epoch);
	CHECK_OK(visit_commit(&visit), visit.fault);
	CHECK(hurried == 1 && status_cache_epoch(statuses, number) != epoch);
	status_cache_free(statuses);
	visit_end(&visit);
}

TEST(revocation, of_another_account_s_authority_is_that_account_s)
{
	begin();
	struct str policy = arena_printf(&visit.arena,
		"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"" OTHER
		"\"},\"Action\":[\"acm-pca:IssueCertificate\"],\"Resource\":\"%s\",\"Condition\":{\"StringEquals\":"
		"{\"acm-pca:TemplateArn\":\"arn:aws:acm-pca:::template/EndEntityCertificate/V1\"}}}]}",
		root);
	visit_set_policy(&visit, root, policy.p);
	visit_end(&visit);
	visit_begin(&visit, OTHER, "eu-central-1");
	private_issued(&visit, root, arn);
	private_exported(&visit, arn);
	refused(ACM_REVOCATION_REASON_UNSPECIFIED, FAULT_ACCESS_DENIED, "which alone can revoke it");
	CHECK(private_row(&visit, arn).state == CERTIFICATE_ISSUED);
	visit_end(&visit);
}

OFFICE_MAIN("acm_revocation");
