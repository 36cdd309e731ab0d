#include "test.h"

#include <openssl/err.h>

#include "service/pca/responder.h"
#include "service/pca/status_cache.h"
#include "store/duty.h"

#include "watch.h"

/* A question about some certificates, as OpenSSL asks it. */
struct question {
	OCSP_REQUEST *request;
	struct bytes der;
};

static void
question_add(struct question *question, const X509 *leaf, const X509 *issuer, const EVP_MD *digest)
{
	if (question->request == NULL)
		question->request = OCSP_REQUEST_new();
	CHECK(OCSP_request_add0_id(question->request, OCSP_cert_to_id(digest, leaf, issuer)) != NULL);
}

static void
question_close(struct visit *visit, struct question *question)
{
	unsigned char *der = NULL;
	int n = i2d_OCSP_REQUEST(question->request, &der);

	CHECK(n > 0);
	question->der = arena_bytes(&visit->arena, (struct bytes){ der, (size_t)n });
	OPENSSL_free(der);
}

static struct responder_answer
ask(struct visit *visit, const char *arn, struct bytes request, int *status)
{
	struct str id = arn != NULL ? str_of(strrchr(arn, '/') + 1) : (struct str){ 0 };
	struct responder_answer answer;

	visit->call.owner = (struct owner){ 0 };
	memset(&visit->fault, 0, sizeof visit->fault);
	responder_answer(&visit->call, id, request, &answer, &visit->fault);
	visit->call.owner = (struct owner){ visit->call.principal.account, STR("eu-central-1") };
	const unsigned char *p = answer.response.p;
	OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &p, (long)answer.response.n);
	CHECK(response != NULL && p == answer.response.p + answer.response.n);
	*status = OCSP_response_status(response);
	OCSP_RESPONSE_free(response);
	return answer;
}

static OCSP_BASICRESP *
basic_of(struct bytes der)
{
	const unsigned char *p = der.p;
	OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &p, (long)der.n);
	OCSP_BASICRESP *basic = OCSP_response_get1_basic(response);

	CHECK(basic != NULL);
	OCSP_RESPONSE_free(response);
	return basic;
}

/* By the chain of the responder's certificate to the root, and nothing else. */
static void
check_signed(OCSP_BASICRESP *basic, X509 *root)
{
	X509_STORE *trusted = X509_STORE_new();
	X509_VERIFY_PARAM *param = X509_STORE_get0_param(trusted);

	X509_VERIFY_PARAM_set_time(param, (time_t)(clock_now_ms(&office.clock) / 1000));
	(void)X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT);
	CHECK(X509_STORE_add_cert(trusted, root) == 1);
	if (OCSP_basic_verify(basic, NULL, trusted, 0) != 1) {
		ERR_print_errors_fp(stderr);
		fail_msg("OpenSSL does not accept the answer");
	}
	X509_STORE_free(trusted);
}

/* Asks about one certificate and gives what OpenSSL makes of the answer: V_OCSP_CERTSTATUS_…. */
static int
status_with(struct visit *visit, const char *arn, const X509 *leaf, X509 *root, const EVP_MD *digest, int *reason)
{
	struct question question = { 0 };
	ASN1_GENERALIZEDTIME *revoked, *this_update, *next_update;
	int status, found, why = -1;

	question_add(&question, leaf, root, digest);
	question_close(visit, &question);
	struct responder_answer answer = ask(visit, arn, question.der, &status);
	if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
		fail_msg("the answer is %s: \"%s\", \"%s\"", OCSP_response_status_str(status), visit->fault.say,
			visit->fault.log);
	OCSP_BASICRESP *basic = basic_of(answer.response);
	check_signed(basic, root);
	CHECK(OCSP_resp_find_status(basic, OCSP_onereq_get0_id(OCSP_request_onereq_get0(question.request, 0)), &found,
		      &why, &revoked, &this_update, &next_update) == 1);
	CHECK(watch_time(next_update) - watch_time(this_update) == WATCH_HOUR_MS);
	if (reason != NULL)
		*reason = why;
	OCSP_BASICRESP_free(basic);
	OCSP_REQUEST_free(question.request);
	return found;
}

static int
status_of(struct visit *visit, const char *arn, const X509 *leaf, X509 *root)
{
	return status_with(visit, arn, leaf, root, EVP_sha1(), NULL);
}

/* The bare answer to a question about one. */
static int
answer_status(struct visit *visit, const char *arn, const X509 *leaf, const X509 *root)
{
	struct question question = { 0 };
	int status;

	question_add(&question, leaf, root, EVP_sha1());
	question_close(visit, &question);
	(void)ask(visit, arn, question.der, &status);
	OCSP_REQUEST_free(question.request);
	return status;
}

/* A certificate that the root never issued, although it says so. */
static X509 *
never_issued(const X509 *like, uint64_t serial)
{
	X509 *certificate = X509_dup((X509 *)(uintptr_t)like);

	CHECK(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1);
	return certificate;
}

static struct responder_row
responder_of(struct visit *visit, const char *arn)
{
	struct responder_row row = { 0 };
	struct fault fault = { 0 };

	if (!store_responder_get(office.store, watch_load(visit, arn).row.number, &visit->arena, &row, &fault))
		CHECK(fault.code == FAULT_NOT_FOUND);
	return row;
}

static void
check_life(const char *account, enum signing_key key)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];
	bool is_rsa = key == SIGNING_KEY_RSA_2048 || key == SIGNING_KEY_RSA_3072;
	int algorithm = is_rsa ? PCA_SIGNING_ALGORITHM_SHA256WITHRSA : 0, reason;

	watch_begin(&visit, account);
	watch_authority(&visit, (struct authority_wish){ .key = key, .revocation = WATCH_ALL }, arn);
	X509 *root = watch_certificate(&visit, arn);
	X509 *leaf = order_take(&visit, arn, &(struct order){ .algorithm = algorithm });
	X509 *unknown = never_issued(leaf, 4711);

	CHECK(status_of(&visit, arn, leaf, root) == V_OCSP_CERTSTATUS_GOOD);
	CHECK(status_with(&visit, arn, leaf, root, EVP_sha256(), NULL) == V_OCSP_CERTSTATUS_GOOD);
	CHECK(status_of(&visit, NULL, leaf, root) == V_OCSP_CERTSTATUS_GOOD);
	CHECK(status_of(&visit, arn, unknown, root) == V_OCSP_CERTSTATUS_UNKNOWN);
	CHECK(status_of(&visit, arn, root, root) == V_OCSP_CERTSTATUS_GOOD);

	/* The moment it returned: what was kept is not given any more. */
	watch_revoke(&visit, arn, leaf, PCA_REVOCATION_REASON_KEY_COMPROMISE);
	CHECK(status_with(&visit, arn, leaf, root, EVP_sha1(), &reason) == V_OCSP_CERTSTATUS_REVOKED);
	CHECK(reason == OCSP_REVOKED_STATUS_KEYCOMPROMISE);
	CHECK(status_with(&visit, arn, leaf, root, EVP_sha256(), &reason) == V_OCSP_CERTSTATUS_REVOKED);
	X509_free(unknown);
	X509_free(leaf);
	X509_free(root);
	visit_end(&visit);
}

TEST(pca_responder, tells_good_revoked_and_unknown)
{
	check_life("730000000001", SIGNING_KEY_P256);
}

TEST(pca_responder, of_authorities_with_other_keys_too)
{
	check_life("730000000002", SIGNING_KEY_RSA_2048);
	check_life("730000000003", SIGNING_KEY_P384);
	check_life("730000000004", SIGNING_KEY_RSA_3072);
}

/* RFC 6960, 4.2.2.2. */
TEST(pca_responder, has_a_certificate_that_says_what_it_is)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "730000000005");
	watch_authority(&visit, (struct authority_wish){ .key = SIGNING_KEY_RSA_3072, .revocation = WATCH_ALL }, arn);
	X509 *root = watch_certificate(&visit, arn);
	X509 *leaf = order_take(&visit, arn, &(struct order){ .algorithm = PCA_SIGNING_ALGORITHM_SHA256WITHRSA });
	CHECK(responder_of(&visit, arn).version == 0);
	CHECK(status_of(&visit, arn, leaf, root) == V_OCSP_CERTSTATUS_GOOD);

	struct responder_row row = responder_of(&visit, arn);
	CHECK(row.version == 1);
	const unsigned char *p = row.certificate.p;
	X509 *responder = d2i_X509(NULL, &p, (long)row.certificate.n);
	CHECK(X509_get_extension_flags(responder) & EXFLAG_XKUSAGE);
	CHECK(X509_get_extended_key_usage(responder) == XKU_OCSP_SIGN);
	CHECK(X509_get_key_usage(responder) == KU_DIGITAL_SIGNATURE);
	CHECK(X509_get_ext_by_NID(responder, NID_id_pkix_OCSP_noCheck, -1) >= 0);
	CHECK(X509_get_ext_by_NID(responder, NID_crl_distribution_points, -1) == -1);
	CHECK(X509_get_ext_by_NID(responder, NID_info_access, -1) == -1);
	CHECK(EVP_PKEY_get_bits(X509_get0_pubkey(responder)) == 2048);
	CHECK(watch_time(X509_get0_notAfter(responder)) - watch_time(X509_get0_notBefore(responder)) ==
		30 * OFFICE_DAY_MS);
	/* Whoever asks about it learns that it is good, and the inventory has it. */
	CHECK(status_of(&visit, arn, responder, root) == V_OCSP_CERTSTATUS_GOOD);
	X509_free(responder);
	X509_free(leaf);
	X509_free(root);
	visit_end(&visit);
}

/* ---- Nonces and several at once ---- */

TEST(pca_responder, repeats_the_nonce_and_answers_for_several)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];
	struct question question = { 0 };
	int status, found;

	watch_begin(&visit, "730000000006");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	X509 *root = watch_certificate(&visit, arn);
	X509 *good = order_take(&visit, arn, &(struct order){ 0 }),
	     *bad = order_take(&visit, arn, &(struct order){ 0 });
	X509 *unknown = never_issued(good, 4711);
	watch_revoke(&visit, arn, bad, PCA_REVOCATION_REASON_UNSPECIFIED);

	question_add(&question, good, root, EVP_sha1());
	question_add(&question, bad, root, EVP_sha256());
	question_add(&question, unknown, root, EVP_sha1());
	CHECK(OCSP_request_add1_nonce(question.request, NULL, 32) == 1);
	question_close(&visit, &question);
	struct responder_answer answer = ask(&visit, arn, question.der, &status);
	CHECK(status == OCSP_RESPONSE_STATUS_SUCCESSFUL);
	CHECK(answer.until_ms == 0);
	OCSP_BASICRESP *basic = basic_of(answer.response);
	check_signed(basic, root);
	CHECK(OCSP_check_nonce(question.request, basic) == 1);
	static const int expected[] = { V_OCSP_CERTSTATUS_GOOD, V_OCSP_CERTSTATUS_REVOKED, V_OCSP_CERTSTATUS_UNKNOWN };
	for (int i = 0; i < 3; i++) {
		OCSP_CERTID *id = OCSP_onereq_get0_id(OCSP_request_onereq_get0(question.request, i));
		CHECK(OCSP_resp_find_status(basic, id, &found, NULL, NULL, NULL, NULL) == 1);
		CHECK(found == expected[i]);
	}
	OCSP_BASICRESP_free(basic);
	OCSP_REQUEST_free(question.request);
	X509_free(unknown);
	X509_free(bad);
	X509_free(good);
	X509_free(root);
	visit_end(&visit);
}

/* ---- The cache and the rate ---- */

TEST(pca_responder, keeps_what_is_the_same_for_everybody)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];
	struct question question = { 0 }, stranger = { 0 };
	struct responder_answer kept;
	int status;

	watch_begin(&visit, "730000000007");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	X509 *root = watch_certificate(&visit, arn), *leaf = order_take(&visit, arn, &(struct order){ 0 });
	X509 *unknown = never_issued(leaf, 4711);
	question_add(&question, leaf, root, EVP_sha1());
	question_close(&visit, &question);
	struct str id = str_of(strrchr(arn, '/') + 1);
	CHECK(!responder_answer_cached(&visit.call, id, question.der, &kept));
	struct responder_answer answer = ask(&visit, arn, question.der, &status);
	CHECK(answer.signed_ms == OFFICE_NOW_MS && answer.until_ms == OFFICE_NOW_MS + WATCH_HOUR_MS);
	CHECK(responder_answer_cached(&visit.call, id, question.der, &kept));
	CHECK(bytes_equal(kept.response, answer.response) && kept.until_ms == answer.until_ms);
	/* Under another authority's URL it is another question. */
	CHECK(!responder_answer_cached(&visit.call, STR("5f0d7c1e-0000-4000-8000-000000000000"), question.der, &kept));

	/* The next moment it may be issued. */
	question_add(&stranger, unknown, root, EVP_sha1());
	question_close(&visit, &stranger);
	answer = ask(&visit, arn, stranger.der, &status);
	CHECK(status == OCSP_RESPONSE_STATUS_SUCCESSFUL && answer.until_ms == 0);
	CHECK(!responder_answer_cached(&visit.call, id, stranger.der, &kept));

	/* Whatever changes: what was signed before is not given any more. */
	visit_set_state(&visit, arn, AUTHORITY_DISABLED);
	status_cache_forget(visit.call.statuses, watch_load(&visit, arn).row.number);
	question_close(&visit, &question);
	CHECK(!responder_answer_cached(&visit.call, id, question.der, &kept));
	OCSP_REQUEST_free(stranger.request);
	OCSP_REQUEST_free(question.request);
	X509_free(unknown);
	X509_free(leaf);
	X509_free(root);
	visit_end(&visit);
}

TEST(pca_responder, signs_for_single_questions_up_to_a_rate)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];
	struct question question = { 0 }, stranger = { 0 };
	int status;

	watch_begin(&visit, "730000000008");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	X509 *root = watch_certificate(&visit, arn), *leaf = order_take(&visit, arn, &(struct order){ 0 });
	X509 *unknown = never_issued(leaf, 4711);
	watch_pass(&visit, 5000);
	office.settings.ocsp_sign_rate = 1;
	question_add(&question, leaf, root, EVP_sha1());
	CHECK(OCSP_request_add1_nonce(question.request, NULL, 16) == 1);
	question_close(&visit, &question);
	OCSP_BASICRESP *basic = basic_of(ask(&visit, arn, question.der, &status).response);
	CHECK(OCSP_check_nonce(question.request, basic) == 1);
	OCSP_BASICRESP_free(basic);

	/* Beyond it: nothing is kept that could be given. */
	(void)ask(&visit, arn, question.der, &status);
	CHECK(status == OCSP_RESPONSE_STATUS_TRYLATER);
	/* What can be kept has no rate, and is given from then on, without the nonce. */
	CHECK(status_of(&visit, arn, leaf, root) == V_OCSP_CERTSTATUS_GOOD);
	struct responder_answer answer = ask(&visit, arn, question.der, &status);
	CHECK(status == OCSP_RESPONSE_STATUS_SUCCESSFUL && answer.until_ms == 0);
	basic = basic_of(answer.response);
	CHECK(OCSP_check_nonce(question.request, basic) == -1);
	check_signed(basic, root);
	OCSP_BASICRESP_free(basic);
	question_add(&stranger, unknown, root, EVP_sha1());
	question_close(&visit, &stranger);
	(void)ask(&visit, arn, stranger.der, &status);
	CHECK(status == OCSP_RESPONSE_STATUS_TRYLATER);

	/* The next second is another one. */
	watch_pass(&visit, 1000);
	question_close(&visit, &stranger);
	(void)ask(&visit, arn, stranger.der, &status);
	CHECK(status == OCSP_RESPONSE_STATUS_SUCCESSFUL);
	OCSP_REQUEST_free(stranger.request);
	OCSP_REQUEST_free(question.request);
	X509_free(unknown);
	X509_free(leaf);
	X509_free(root);
	visit_end(&visit);
}

/* ---- Whom it answers for ---- */

TEST(pca_responder, is_not_authorized_for_what_is_not_its_own)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES], other[ARN_TEXT_BYTES];
	struct question mixed = { 0 }, odd = { 0 };
	int status;

	watch_begin(&visit, "730000000009");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	watch_authority(&visit, (struct authority_wish){ .common_name = "Other", .revocation = WATCH_ALL }, other);
	X509 *root = watch_certificate(&visit, arn), *leaf = order_take(&visit, arn, &(struct order){ 0 });
	X509 *other_root = watch_certificate(&visit, other),
	     *other_leaf = order_take(&visit, other, &(struct order){ 0 });

	/* A foreign issuer; and ours, but another than the URL says. */
	CHECK(answer_status(&visit, arn, root, leaf) == OCSP_RESPONSE_STATUS_UNAUTHORIZED);
	CHECK(answer_status(&visit, other, leaf, root) == OCSP_RESPONSE_STATUS_UNAUTHORIZED);
	CHECK(answer_status(&visit, NULL, leaf, root) == OCSP_RESPONSE_STATUS_SUCCESSFUL);
	/* Of two authorities in one request. */
	question_add(&mixed, leaf, root, EVP_sha1());
	question_add(&mixed, other_leaf, other_root, EVP_sha1());
	question_close(&visit, &mixed);
	(void)ask(&visit, arn, mixed.der, &status);
	CHECK(status == OCSP_RESPONSE_STATUS_UNAUTHORIZED);
	(void)ask(&visit, NULL, mixed.der, &status);
	CHECK(status == OCSP_RESPONSE_STATUS_UNAUTHORIZED);
	/* By a hash that nobody has asked by. */
	question_add(&odd, leaf, root, EVP_sha384());
	question_close(&visit, &odd);
	(void)ask(&visit, arn, odd.der, &status);
	CHECK(status == OCSP_RESPONSE_STATUS_UNAUTHORIZED);
	/* And what is no question at all. */
	(void)ask(&visit, arn, (struct bytes){ (const uint8_t *)"hello", 5 }, &status);
	CHECK(status == OCSP_RESPONSE_STATUS_MALFORMEDREQUEST);
	(void)ask(&visit, arn, (struct bytes){ mixed.der.p, mixed.der.n - 1 }, &status);
	CHECK(status == OCSP_RESPONSE_STATUS_MALFORMEDREQUEST);
	CHECK(visit.fault.code == FAULT_NONE);
	OCSP_REQUEST_free(odd.request);
	OCSP_REQUEST_free(mixed.request);
	X509_free(other_leaf);
	X509_free(other_root);
	X509_free(leaf);
	X509_free(root);
	visit_end(&visit);
}

TEST(pca_responder, answers_while_disabled_but_not_when_off_or_over)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "730000000010");
	watch_authority(&visit, (struct authority_wish){ .days = 30, .revocation = WATCH_ALL }, arn);
	X509 *root = watch_certificate(&visit, arn), *leaf = order_take(&visit, arn, &(struct order){ .days = 10 });
	visit_set_state(&visit, arn, AUTHORITY_DISABLED);
	CHECK(status_of(&visit, arn, leaf, root) == V_OCSP_CERTSTATUS_GOOD);
	watch_configure(
		&visit, arn, "{\"CrlConfiguration\":{\"Enabled\":false},\"OcspConfiguration\":{\"Enabled\":false}}");
	CHECK(answer_status(&visit, arn, leaf, root) == OCSP_RESPONSE_STATUS_UNAUTHORIZED);
	watch_configure(&visit, arn, WATCH_ALL);
	CHECK(status_of(&visit, arn, leaf, root) == V_OCSP_CERTSTATUS_GOOD);
	watch_pass(&visit, 31 * OFFICE_DAY_MS);
	CHECK(answer_status(&visit, arn, leaf, root) == OCSP_RESPONSE_STATUS_UNAUTHORIZED);
	X509_free(leaf);
	X509_free(root);
	visit_end(&visit);
}

static bool
intend(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_intention_insert(transaction, context, fault);
}

/* Reserved is not issued. */
TEST(pca_responder, an_intention_is_unknown)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];
	static const uint8_t serial[] = { 0x47, 0x11 };

	watch_begin(&visit, "730000000011");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	X509 *root = watch_certificate(&visit, arn), *leaf = order_take(&visit, arn, &(struct order){ 0 });
	X509 *intended = never_issued(leaf, 0x4711);
	struct intention_row row = { .authority = watch_load(&visit, arn).row.number,
		.serial = { serial, sizeof serial },
		.tbs_sha256 = { (const uint8_t *)"12345678901234567890123456789012", INTENTION_HASH_BYTES },
		.template = STR("EndEntityCertificate/V1"),
		.requester = STR("arn:aws:iam::730000000011:user/alice"),
		.subject = STR("CN=leaf.example.com"),
		.requested_ms = OFFICE_NOW_MS };
	CHECK_OK(store_apply(office.store, intend, &row, &visit.fault), visit.fault);
	CHECK(status_of(&visit, arn, intended, root) == V_OCSP_CERTSTATUS_UNKNOWN);
	X509_free(intended);
	X509_free(leaf);
	X509_free(root);
	visit_end(&visit);
}

/* ---- Responders are made and renewed ---- */

TEST(pca_responder, is_made_and_renewed_by_its_duty)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES], off[ARN_TEXT_BYTES], pending[ARN_TEXT_BYTES];

	watch_begin(&visit, "730000000012");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	watch_authority(&visit, (struct authority_wish){ 0 }, off);
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL, .pending = true }, pending);
	CHECK_OK(watch_duty(&visit, responder_duty, NULL), visit.fault);
	struct responder_row first = responder_of(&visit, arn);
	CHECK(first.version == 1);
	CHECK(responder_of(&visit, off).version == 0);
	CHECK(responder_of(&visit, pending).version == 0);
	int64_t end_ms = first.not_after_ms;

	/* Ten days before its end, and not earlier. */
	watch_pass(&visit, end_ms - 10 * OFFICE_DAY_MS - OFFICE_NOW_MS - 1);
	CHECK_OK(watch_duty(&visit, responder_duty, NULL), visit.fault);
	CHECK(responder_of(&visit, arn).version == 1);
	watch_pass(&visit, 1);
	CHECK_OK(watch_duty(&visit, responder_duty, NULL), visit.fault);
	struct responder_row second = responder_of(&visit, arn);
	CHECK(second.version == 2 && second.not_after_ms > end_ms);
	CHECK(!bytes_equal(second.sealed_key, responder_of(&visit, off).sealed_key));

	X509 *root = watch_certificate(&visit, arn), *leaf = order_take(&visit, arn, &(struct order){ 0 });
	CHECK(status_of(&visit, arn, leaf, root) == V_OCSP_CERTSTATUS_GOOD);
	X509_free(leaf);
	X509_free(root);
	visit_end(&visit);
}

TEST(pca_responder, lives_no_longer_than_its_authority_and_is_not_renewed_in_vain)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "730000000013");
	watch_authority(&visit, (struct authority_wish){ .days = 20, .revocation = WATCH_ALL }, arn);
	CHECK_OK(watch_duty(&visit, responder_duty, NULL), visit.fault);
	struct responder_row row = responder_of(&visit, arn);
	CHECK(row.not_after_ms == watch_load(&visit, arn).row.not_after_ms);
	watch_pass(&visit, 19 * OFFICE_DAY_MS);
	CHECK_OK(watch_duty(&visit, responder_duty, NULL), visit.fault);
	CHECK(responder_of(&visit, arn).version == 1);
	visit_end(&visit);
}

TEST(pca_responder, lives_seven_days_under_a_short_lived_authority)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "730000000014");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL, .short_lived = true }, arn);
	CHECK_OK(watch_duty(&visit, responder_duty, NULL), visit.fault);
	struct responder_row row = responder_of(&visit, arn);
	CHECK(row.version == 1 && row.not_after_ms - row.not_before_ms == 7 * OFFICE_DAY_MS);
	visit_end(&visit);
}

static bool
put(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_responder_put(transaction, context, fault);
}

/* What another certificate of the authority would make of it: here it is another authority's responder. */
TEST(pca_responder, is_made_anew_when_it_is_not_of_its_authority_any_more)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES], other[ARN_TEXT_BYTES];

	watch_begin(&visit, "730000000015");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, other);
	X509 *root = watch_certificate(&visit, arn), *leaf = order_take(&visit, arn, &(struct order){ 0 });
	CHECK_OK(watch_duty(&visit, responder_duty, NULL), visit.fault);
	struct responder_row row = responder_of(&visit, other);
	row.authority = watch_load(&visit, arn).row.number;
	CHECK_OK(store_apply(office.store, put, &row, &visit.fault), visit.fault);
	CHECK(status_of(&visit, arn, leaf, root) == V_OCSP_CERTSTATUS_GOOD);
	CHECK(responder_of(&visit, arn).version == 2);
	X509_free(leaf);
	X509_free(root);
	visit_end(&visit);
}

static bool
take_lease(struct store_transaction *transaction, void *context, struct fault *fault)
{
	bool taken = false;

	return store_lease_take(transaction, context, STR("somebody"), OFFICE_NOW_MS, OFFICE_NOW_MS + WATCH_MINUTE_MS,
		       &taken, fault) &&
	       taken;
}

/* While somebody makes it, nobody else does. */
TEST(pca_responder, is_made_by_one_at_a_time)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES], lease[64];

	watch_begin(&visit, "730000000016");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	X509 *root = watch_certificate(&visit, arn), *leaf = order_take(&visit, arn, &(struct order){ 0 });
	(void)snprintf(lease, sizeof lease, "responder-%lld", (long long)watch_load(&visit, arn).row.number);
	CHECK_OK(store_apply(office.store, take_lease, lease, &visit.fault), visit.fault);
	CHECK(answer_status(&visit, arn, leaf, root) == OCSP_RESPONSE_STATUS_TRYLATER);
	CHECK_OK(watch_duty(&visit, responder_duty, NULL), visit.fault);
	CHECK(responder_of(&visit, arn).version == 0);
	watch_pass(&visit, WATCH_MINUTE_MS);
	CHECK(status_of(&visit, arn, leaf, root) == V_OCSP_CERTSTATUS_GOOD);
	X509_free(leaf);
	X509_free(root);
	visit_end(&visit);
}

OFFICE_MAIN("pca_responder");
