/* RenewCertificate, and managed renewal: the duty at its time, with and without the authority's permission. */
#include "private.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "service/acm/renewal.h"
#include "service/duty.h"
#include "service/pca/authority.h"
#include "service/pca/pca.h"
#include "test.h"

#define ACCOUNT "630000000001"
#define OTHER "630000000002"
#define HOUR_MS INT64_C(3600000)

static struct visit visit;
static char root[ARN_TEXT_BYTES], arn[ARN_TEXT_BYTES];

/* An authority and an exported certificate of each test's own. */
static void
begin(bool permitted)
{
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_begin(&visit, ACCOUNT, "eu-central-1");
	visit_authority(&visit, (struct authority_wish){ 0 }, root);
	if (permitted)
		private_permit(&visit, root);
	private_issued(&visit, root, arn);
	private_exported(&visit, arn);
}

/* Nothing is left that the next test's duty would find. */
static void
end(void)
{
	struct acm_delete_certificate_request in = { str_of(arn) };

	visit_again(&visit);
	CHECK_OK(DO(&visit, delete_certificate, &in), visit.fault);
	visit_end(&visit);
	office.clock = clock_fixed(OFFICE_NOW_MS);
}

static bool
renew(void)
{
	struct acm_renew_certificate_request in = { str_of(arn) };

	visit_again(&visit);
	bool done = DO(&visit, renew_certificate, &in);
	visit.call.write = NULL;
	return done;
}

static void
refused(const char *words)
{
	CHECK(!renew());
	CHECK(visit.fault.code == FAULT_VALIDATION);
	CHECK(strstr(visit.fault.say, "is not eligible for renewal") != NULL);
	if (strstr(visit.fault.say, words) == NULL)
		fail_msg("\"%s\" has no \"%s\"", visit.fault.say, words);
	visit_again(&visit);
}

/* The duty at that time, as the daemon calls it: for nobody. Gives when it wants to be called again. */
static int64_t
duty_at(int64_t now_ms)
{
	int64_t next_ms = 0;

	office.clock = clock_fixed(now_ms);
	visit_again(&visit);
	struct call call = visit.call;
	call.owner = (struct owner){ 0 };
	call.principal = (struct principal){ 0 };
	call.partition = "aws";
	CHECK_OK(renewal_duty(&call, &next_ms, &visit.fault), visit.fault);
	visit_again(&visit);
	return next_ms;
}

static int64_t
due_ms(void)
{
	return private_beside(&visit, arn).renew_at_ms;
}

static void
summary_is(int status, int reason, int64_t updated_ms)
{
	const struct acm_renewal_summary *summary = visit_describe(&visit, arn)->renewal_summary;

	assert_non_null(summary);
	CHECK(summary->renewal_status.v == status);
	CHECK_TEXT(str_of(reason == 0 ? "" : choice_name(&acm_failure_reason_shape, reason)),
		summary->renewal_status_reason.v == 0
			? ""
			: choice_name(&acm_failure_reason_shape, summary->renewal_status_reason.v));
	CHECK(summary->has_updated_at && summary->updated_at_ms == updated_ms);
	CHECK(summary->domain_validation_options.n == 1);
	CHECK(summary->domain_validation_options.v[0].validation_status.v == ACM_DOMAIN_STATUS_SUCCESS);
}

static struct str
serial(void)
{
	return arena_str(&visit.arena, visit_describe(&visit, arn)->serial);
}

/* ---- By hand ---- */

TEST(renew, gives_the_certificate_a_new_life_under_its_arn)
{
	char before[64];

	begin(true);
	(void)snprintf(before, sizeof before, "%.*s", STR_ARG(serial()));
	office.clock = clock_fixed(OFFICE_NOW_MS + OFFICE_DAY_MS);
	CHECK_OK(renew(), visit.fault);
	summary_is(ACM_RENEWAL_STATUS_SUCCESS, 0, OFFICE_NOW_MS + OFFICE_DAY_MS);
	const struct acm_certificate_detail *detail = visit_describe(&visit, arn);
	CHECK(detail->status.v == ACM_CERTIFICATE_STATUS_ISSUED);
	CHECK(!str_is(detail->serial, before));
	CHECK(detail->created_at_ms == OFFICE_NOW_MS && detail->issued_at_ms == OFFICE_NOW_MS + OFFICE_DAY_MS);
	CHECK(detail->not_after_ms == (OFFICE_NOW_MS + 396 * OFFICE_DAY_MS) / 1000 * 1000);
	CHECK_TEXT(detail->domain_name, "www.example.com");
	CHECK_TEXT(detail->key_algorithm.raw, "EC-prime256v1");
	CHECK(private_row(&visit, arn).version == 2);
	end();
}

TEST(renew, makes_a_new_key_for_the_same_names)
{
	struct acm_export_certificate_response before = { 0 }, after = { 0 };

	begin(true);
	CHECK_OK(private_request(
			 &visit, root, (struct private_wish){ .names = { "a.example.com", "b.example.com" } }, arn),
		visit.fault);
	CHECK_OK(private_export(&visit, arn, &before), visit.fault);
	X509 *old = private_x509(before.certificate);
	CHECK_OK(renew(), visit.fault);
	CHECK_OK(private_export(&visit, arn, &after), visit.fault);
	X509 *new = private_x509(after.certificate);
	CHECK(EVP_PKEY_eq(X509_get0_pubkey(old), X509_get0_pubkey(new)) != 1);
	BIO *bio = BIO_new_mem_buf(after.private_key.p, (int)after.private_key.n);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)(uintptr_t)PRIVATE_PASSPHRASE);
	CHECK(key != NULL && EVP_PKEY_eq(key, X509_get0_pubkey(new)) == 1);
	CHECK(visit_describe(&visit, arn)->subject_alternative_names.n == 3);
	EVP_PKEY_free(key);
	BIO_free(bio);
	X509_free(old);
	X509_free(new);
	end();
}

/* AWS: eligible is what was exported since it was issued or last renewed. */
TEST(renew, wants_an_export_since_the_last_time)
{
	begin(true);
	CHECK_OK(renew(), visit.fault);
	CHECK(visit_describe(&visit, arn)->renewal_eligibility.v == ACM_RENEWAL_ELIGIBILITY_INELIGIBLE);
	CHECK(private_row(&visit, arn).exported);
	CHECK(due_ms() == INT64_MAX);
	refused("exported");
	private_exported(&visit, arn);
	CHECK(due_ms() == private_row(&visit, arn).not_after_ms - 60 * OFFICE_DAY_MS);
	CHECK_OK(renew(), visit.fault);
	CHECK(private_row(&visit, arn).version == 3);
	end();
}

TEST(renew, refuses_what_was_never_exported_has_expired_or_was_imported)
{
	begin(true);
	private_issued(&visit, root, arn);
	refused("exported");
	private_exported(&visit, arn);
	office.clock = clock_fixed(OFFICE_NOW_MS + 396 * OFFICE_DAY_MS);
	visit_again(&visit);
	refused("expired");
	office.clock = clock_fixed(OFFICE_NOW_MS);
	end();
	visit_begin(&visit, ACCOUNT, "eu-central-1");
	visit_keep(&visit, (struct wish){ .subject = "CN=imported.example" }, arn);
	refused("imported");
	visit_end(&visit);
}

/* As AWS, which needs the permission here as well: it is told by the summary, and the old certificate stays. */
TEST(renew, tells_that_the_permission_is_absent)
{
	begin(false);
	CHECK_OK(renew(), visit.fault);
	summary_is(ACM_RENEWAL_STATUS_FAILED, ACM_FAILURE_REASON_PCA_ACCESS_DENIED, OFFICE_NOW_MS);
	CHECK(private_row(&visit, arn).version == 1);
	CHECK(visit_describe(&visit, arn)->status.v == ACM_CERTIFICATE_STATUS_ISSUED);
	/* It was before its time: that has not changed. */
	CHECK(due_ms() == private_row(&visit, arn).not_after_ms - 60 * OFFICE_DAY_MS);
	private_permit(&visit, root);
	CHECK_OK(renew(), visit.fault);
	summary_is(ACM_RENEWAL_STATUS_SUCCESS, 0, OFFICE_NOW_MS);
	end();
}

/* Revoked between the look and the write: what was revoked does not come back to life. */
TEST(renew, does_not_revive_what_was_revoked_meanwhile)
{
	struct acm_renew_certificate_request in;
	struct acm_revoke_certificate_response out = { 0 };
	struct visit other;

	begin(true);
	in = (struct acm_renew_certificate_request){ str_of(arn) };
	CHECK_OK(acm_renew_certificate(&visit.call, &in, &visit.fault), visit.fault);
	visit_begin(&other, ACCOUNT, "eu-central-1");
	struct acm_revoke_certificate_request revoke = { str_of(arn), { .v = ACM_REVOCATION_REASON_KEY_COMPROMISE } };
	CHECK_OK(DO(&other, revoke_certificate, &revoke, &out), other.fault);
	visit_end(&other);
	CHECK_OK(visit_commit(&visit), visit.fault);
	visit_again(&visit);
	CHECK(private_row(&visit, arn).state == CERTIFICATE_REVOKED && private_row(&visit, arn).version == 1);
	end();
}

TEST(renew, of_two_at_once_counts_one)
{
	struct acm_renew_certificate_request in;
	struct visit other;

	begin(true);
	in = (struct acm_renew_certificate_request){ str_of(arn) };
	visit_begin(&other, ACCOUNT, "eu-central-1");
	CHECK_OK(acm_renew_certificate(&visit.call, &in, &visit.fault), visit.fault);
	CHECK_OK(acm_renew_certificate(&other.call, &in, &other.fault), other.fault);
	CHECK_OK(visit_commit(&visit), visit.fault);
	CHECK_OK(visit_commit(&other), other.fault);
	visit_end(&other);
	visit_again(&visit);
	CHECK(private_row(&visit, arn).version == 2);
	end();
}

/* ---- Managed ---- */

TEST(renewal, is_due_60_days_before_the_end_or_at_two_thirds_of_a_shorter_life)
{
	static const struct {
		int64_t life, due;
	} cases[] = { { 395, 335 }, { 180, 120 }, { 90, 60 }, { 30, 20 }, { 1000, 940 } };

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct certificate_row row = { .not_before_ms = OFFICE_NOW_MS,
			.not_after_ms = OFFICE_NOW_MS + cases[i].life * OFFICE_DAY_MS };
		CHECK(renewal_time(&row) == OFFICE_NOW_MS + cases[i].due * OFFICE_DAY_MS);
	}
}

TEST(renewal, happens_at_its_time_and_not_before)
{
	begin(true);
	int64_t due = due_ms();
	CHECK(duty_at(due - 1) == due);
	CHECK(private_row(&visit, arn).version == 1);
	CHECK(duty_at(due) == due + HOUR_MS);
	CHECK(private_row(&visit, arn).version == 2);
	summary_is(ACM_RENEWAL_STATUS_SUCCESS, 0, due);
	CHECK(visit_describe(&visit, arn)->not_after_ms == (due + 395 * OFFICE_DAY_MS) / 1000 * 1000);
	CHECK(due_ms() == INT64_MAX);
	/* Exported again, it is renewed again. */
	private_exported(&visit, arn);
	(void)duty_at(due_ms());
	CHECK(private_row(&visit, arn).version == 3);
	end();
}

TEST(renewal, without_the_permission_is_looked_at_again_in_a_day)
{
	begin(false);
	int64_t due = due_ms();
	(void)duty_at(due);
	summary_is(ACM_RENEWAL_STATUS_FAILED, ACM_FAILURE_REASON_PCA_ACCESS_DENIED, due);
	CHECK(due_ms() == due + OFFICE_DAY_MS);
	CHECK(private_row(&visit, arn).version == 1);
	private_permit(&visit, root);
	(void)duty_at(due + OFFICE_DAY_MS - 1);
	CHECK(private_row(&visit, arn).version == 1);
	(void)duty_at(due + OFFICE_DAY_MS);
	CHECK(private_row(&visit, arn).version == 2);
	summary_is(ACM_RENEWAL_STATUS_SUCCESS, 0, due + OFFICE_DAY_MS);
	end();
}

static void
permit_other(struct choice *action, struct str source_account)
{
	struct pca_create_permission_request in = {
		.certificate_authority_arn = str_of(root),
		.principal = STR("acm.amazonaws.com"),
		.source_account = source_account,
		.actions = { action, 1, true },
	};

	visit_again(&visit);
	CHECK_OK(DO_IN(pca, &visit, create_permission, &in), visit.fault);
}

TEST(renewal, takes_no_permission_for_something_else)
{
	struct choice get = { .v = PCA_ACTION_TYPE_GET_CERTIFICATE },
		      issue = { .v = PCA_ACTION_TYPE_ISSUE_CERTIFICATE };

	begin(false);
	int64_t due = due_ms();
	permit_other(&get, (struct str){ 0 });
	permit_other(&issue, STR(OTHER));
	(void)duty_at(due);
	summary_is(ACM_RENEWAL_STATUS_FAILED, ACM_FAILURE_REASON_PCA_ACCESS_DENIED, due);
	end();
}

/* An hour, then as long as it has been failing, a day at most; and after the end never again. */
TEST(renewal, that_fails_is_tried_again_less_and_less_often)
{
	begin(true);
	int64_t due = due_ms(), end_ms = private_row(&visit, arn).not_after_ms;
	visit_set_state(&visit, root, AUTHORITY_DISABLED);
	(void)duty_at(due);
	summary_is(ACM_RENEWAL_STATUS_FAILED, ACM_FAILURE_REASON_PCA_INVALID_STATE, due);
	CHECK(due_ms() == due + HOUR_MS);
	(void)duty_at(due + HOUR_MS);
	CHECK(due_ms() == due + 2 * HOUR_MS);
	(void)duty_at(due + 2 * HOUR_MS);
	CHECK(due_ms() == due + 4 * HOUR_MS);
	(void)duty_at(due + 4 * HOUR_MS);
	CHECK(due_ms() == due + 8 * HOUR_MS);
	(void)duty_at(due + 30 * HOUR_MS);
	CHECK(due_ms() == due + 54 * HOUR_MS);
	(void)duty_at(end_ms + 1);
	CHECK(due_ms() == INT64_MAX);
	CHECK(private_row(&visit, arn).version == 1);
	end();
}

TEST(renewal, succeeds_when_the_authority_is_active_again)
{
	begin(true);
	int64_t due = due_ms();
	visit_set_state(&visit, root, AUTHORITY_DISABLED);
	(void)duty_at(due);
	visit_set_state(&visit, root, AUTHORITY_ACTIVE);
	(void)duty_at(due + HOUR_MS);
	summary_is(ACM_RENEWAL_STATUS_SUCCESS, 0, due + HOUR_MS);
	end();
}

TEST(renewal, of_one_that_fails_keeps_no_other_waiting)
{
	char failing[ARN_TEXT_BYTES];

	begin(false);
	memcpy(failing, arn, sizeof failing);
	visit_end(&visit);
	begin(true);
	int64_t due = due_ms();
	(void)duty_at(due);
	CHECK(private_row(&visit, arn).version == 2);
	CHECK(private_row(&visit, failing).version == 1);
	end();
	memcpy(arn, failing, sizeof arn);
	visit_begin(&visit, ACCOUNT, "eu-central-1");
	end();
}

/* Left to expire, as AWS does. */
TEST(renewal, leaves_alone_what_nobody_exported_or_somebody_revoked)
{
	struct acm_revoke_certificate_response out = { 0 };

	begin(true);
	int64_t due = due_ms();
	struct acm_revoke_certificate_request revoke = { str_of(arn), { .v = ACM_REVOCATION_REASON_SUPERSEDED } };
	CHECK_OK(DO(&visit, revoke_certificate, &revoke, &out), visit.fault);
	(void)duty_at(due);
	CHECK(private_row(&visit, arn).version == 1 && private_row(&visit, arn).state == CERTIFICATE_REVOKED);
	end();
	visit_begin(&visit, ACCOUNT, "eu-central-1");
	private_issued(&visit, root, arn);
	(void)duty_at(due);
	CHECK(private_row(&visit, arn).version == 1);
	end();
}

/* In another region and account than any caller's. */
TEST(renewal, happens_for_everybody_in_his_own_region)
{
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_begin(&visit, OTHER, "cn-north-1");
	visit.call.partition = "aws-cn";
	struct owner owner = visit.call.owner;
	visit_end(&visit);
	begin(true);
	int64_t due = due_ms();
	office.clock = clock_fixed(due);
	visit_again(&visit);
	struct call call = visit.call;
	int64_t next_ms;
	call.owner = owner;
	call.partition = "aws-cn";
	CHECK_OK(renewal_duty(&call, &next_ms, &visit.fault), visit.fault);
	CHECK_TEXT(call.owner.account, ACCOUNT);
	CHECK_TEXT(str_of(call.partition), "aws");
	visit_again(&visit);
	CHECK(private_row(&visit, arn).version == 2);
	end();
}

/* A shared authority lets in whom its policy lets in; when that is over, so are renewals. */
TEST(renewal, of_another_account_s_authority_is_what_its_policy_says)
{
	begin(false);
	end();
	visit_begin(&visit, ACCOUNT, "eu-central-1");
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
	int64_t due = due_ms();
	(void)duty_at(due);
	CHECK(private_row(&visit, arn).version == 2);
	private_exported(&visit, arn);
	visit_end(&visit);
	visit_begin(&visit, ACCOUNT, "eu-central-1");
	visit_set_policy(&visit, root, NULL);
	visit_end(&visit);
	visit_begin(&visit, OTHER, "eu-central-1");
	due = due_ms();
	(void)duty_at(due);
	summary_is(ACM_RENEWAL_STATUS_FAILED, ACM_FAILURE_REASON_PCA_ACCESS_DENIED, due);
	end();
}

OFFICE_MAIN("acm_renewal");
