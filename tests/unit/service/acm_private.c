/* RequestCertificate of an authority: what is issued, what is not and why, and how both are looked at. */
#include "private.h"

#include "forge.h"
#include "order.h"
#include "service/acm/record.h"
#include "service/pca/authority.h"
#include "store/issued.h"
#include "test.h"
#include "x509/build.h"

#define ACCOUNT "610000000001"
#define OTHER "610000000002"
#define NOBODY "01890a5d-ac96-774b-bcce-b302099a8057"

static struct visit visit;
static char root[ARN_TEXT_BYTES], sub[ARN_TEXT_BYTES], arn[ARN_TEXT_BYTES];

static void
begin(void)
{
	visit_begin(&visit, ACCOUNT, "eu-central-1");
	if (root[0] != '\0')
		return;
	visit_authority(&visit, (struct authority_wish){ 0 }, root);
	visit_authority(&visit, (struct authority_wish){ .parent = root }, sub);
}

static bool
request(const char *authority, struct private_wish wish)
{
	return private_request(&visit, authority, wish, arn);
}

static void
requested(const char *authority, struct private_wish wish)
{
	CHECK_OK(request(authority, wish), visit.fault);
}

static void
refused(struct private_wish wish, const char *authority, enum fault_code code, const char *words)
{
	if (request(authority, wish))
		fail_msg("requested, where \"%s\" was expected", words);
	if (visit.fault.code != code || strstr(visit.fault.say, words) == NULL)
		fail_msg("code %d, \"%s\", where \"%s\" was expected", (int)visit.fault.code, visit.fault.say, words);
}

/* ---- What is issued ---- */

TEST(private, is_issued_in_the_first_describe)
{
	begin();
	requested(sub, (struct private_wish){ 0 });
	const struct acm_certificate_detail *detail = visit_describe(&visit, arn);
	CHECK(detail->status.v == ACM_CERTIFICATE_STATUS_ISSUED);
	CHECK(detail->type.v == ACM_CERTIFICATE_TYPE_PRIVATE);
	CHECK_TEXT(detail->certificate_authority_arn, sub);
	CHECK_TEXT(detail->domain_name, "www.example.com");
	CHECK_TEXT(detail->subject, "CN=www.example.com");
	CHECK_TEXT(detail->issuer, "Example");
	CHECK_TEXT(detail->key_algorithm.raw, "EC-prime256v1");
	CHECK(detail->has_created_at && detail->created_at_ms == OFFICE_NOW_MS);
	CHECK(detail->has_issued_at && detail->issued_at_ms == OFFICE_NOW_MS);
	CHECK(!detail->has_imported_at && !detail->has_revoked_at);
	CHECK(detail->not_before_ms == (OFFICE_NOW_MS - 3600000) / 1000 * 1000);
	CHECK(detail->not_after_ms == (OFFICE_NOW_MS + 395 * OFFICE_DAY_MS) / 1000 * 1000);
	CHECK(detail->renewal_eligibility.v == ACM_RENEWAL_ELIGIBILITY_INELIGIBLE);
	CHECK(detail->renewal_summary == NULL && detail->failure_reason.v == CHOICE_ABSENT);
	CHECK(detail->revocation_reason.v == CHOICE_ABSENT && detail->managed_by.v == CHOICE_ABSENT);
	CHECK(detail->domain_validation_options.n == 1);
	CHECK_TEXT(detail->domain_validation_options.v[0].domain_name, "www.example.com");
	CHECK(detail->domain_validation_options.v[0].validation_status.v == ACM_DOMAIN_STATUS_SUCCESS);
	CHECK(detail->domain_validation_options.v[0].validation_method.v == CHOICE_ABSENT);
	CHECK(detail->key_usages.n == 2 && detail->extended_key_usages.n == 2);
	CHECK(detail->options->export.v == ACM_CERTIFICATE_EXPORT_DISABLED);
	CHECK(detail->options->certificate_transparency_logging_preference.v ==
		ACM_CERTIFICATE_TRANSPARENCY_LOGGING_PREFERENCE_ENABLED);
	visit_end(&visit);
}

TEST(private, is_got_with_the_chain_that_verifies_it)
{
	struct acm_get_certificate_response out = { 0 };

	begin();
	requested(sub, (struct private_wish){ 0 });
	struct acm_get_certificate_request in = { .certificate_arn = str_of(arn) };
	CHECK_OK(DO(&visit, get_certificate, &in, &out), visit.fault);
	X509 *leaf = private_x509(out.certificate);
	CHECK(order_verify(leaf, out.certificate_chain, X509_PURPOSE_SSL_SERVER) == 0);
	CHECK(order_verify(leaf, out.certificate_chain, X509_PURPOSE_SSL_CLIENT) == 0);
	CHECK_TEXT(str_of(order_extension(leaf, "2.5.29.17", &visit.arena)), "DNS:www.example.com");
	X509_free(leaf);
	visit_end(&visit);
}

TEST(private, has_each_name_once_in_its_first_spelling)
{
	begin();
	requested(
		root, (struct private_wish){ .domain = "WWW.example.com",
			      .names = { "api.example.com", "www.EXAMPLE.com", "API.example.com", "*.example.com" } });
	const struct acm_certificate_detail *detail = visit_describe(&visit, arn);
	CHECK(detail->subject_alternative_names.n == 3);
	CHECK_TEXT(detail->subject_alternative_names.v[0], "WWW.example.com");
	CHECK_TEXT(detail->subject_alternative_names.v[1], "api.example.com");
	CHECK_TEXT(detail->subject_alternative_names.v[2], "*.example.com");
	CHECK_TEXT(private_beside(&visit, arn).names, "WWW.example.com\napi.example.com\n*.example.com");
	visit_end(&visit);
}

TEST(private, has_a_key_of_the_kind_that_was_asked_for)
{
	static const struct {
		int asked;
		const char *told;
	} kinds[] = {
		{ -1, "RSA-2048" },
		{ ACM_KEY_ALGORITHM_RSA_2048, "RSA-2048" },
		{ ACM_KEY_ALGORITHM_RSA_3072, "RSA-3072" },
		{ ACM_KEY_ALGORITHM_EC_SECP384R1, "EC-secp384r1" },
		{ ACM_KEY_ALGORITHM_EC_SECP521R1, "EC-secp521r1" },
	};

	begin();
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		requested(root, (struct private_wish){ .key = kinds[i].asked });
		CHECK_TEXT(visit_describe(&visit, arn)->key_algorithm.raw, kinds[i].told);
	}
	refused((struct private_wish){ .key = ACM_KEY_ALGORITHM_RSA_1024 }, root, FAULT_INVALID_PARAMETER, "too weak");
	visit_end(&visit);
}

TEST(private, keeps_its_options_and_tags)
{
	const struct acm_certificate_options options = {
		.export.v = ACM_CERTIFICATE_EXPORT_ENABLED,
		.certificate_transparency_logging_preference.v =
			ACM_CERTIFICATE_TRANSPARENCY_LOGGING_PREFERENCE_DISABLED,
	};
	struct acm_list_tags_for_certificate_response out = { 0 };

	begin();
	requested(root, (struct private_wish){ .options = &options, .tag = "team" });
	const struct acm_certificate_detail *detail = visit_describe(&visit, arn);
	CHECK(detail->options->export.v == ACM_CERTIFICATE_EXPORT_ENABLED);
	CHECK(detail->options->certificate_transparency_logging_preference.v ==
		ACM_CERTIFICATE_TRANSPARENCY_LOGGING_PREFERENCE_DISABLED);
	struct acm_list_tags_for_certificate_request in = { .certificate_arn = str_of(arn) };
	CHECK_OK(DO(&visit, list_tags_for_certificate, &in, &out), visit.fault);
	CHECK(out.tags.n == 1);
	CHECK_TEXT(out.tags.v[0].key, "team");
	refused((struct private_wish){ .tag = "aws:team" }, root, FAULT_INVALID_TAG, "aws:team");
	visit_end(&visit);
}

/* The authority's inventory knows it, and who asked. */
TEST(private, is_what_its_authority_issued)
{
	struct authority authority;
	const struct certificate *certificate;
	struct certificate_row row;
	struct issued_row issued;

	begin();
	requested(sub, (struct private_wish){ 0 });
	row = private_row(&visit, arn);
	CHECK_OK(acm_record_certificate(&row, &visit.arena, &certificate, &visit.fault), visit.fault);
	CHECK_OK(authority_load(&visit.call, str_of(sub), NULL, &authority, &visit.fault), visit.fault);
	CHECK_OK(store_issued_get(
			 office.store, authority.row.number, certificate->serial, &visit.arena, &issued, &visit.fault),
		visit.fault);
	CHECK(bytes_equal(issued.certificate, row.certificate));
	CHECK_TEXT(issued.requester, "acm.amazonaws.com");
	CHECK_TEXT(issued.template, "EndEntityCertificate/V1");
	visit_end(&visit);
}

/* ---- What is refused at once ---- */

TEST(private, is_not_asked_for_with_what_is_wrong_at_sight)
{
	struct acm_request_certificate_request in = { .domain_name = STR("www.example.com") };
	struct acm_request_certificate_response out = { 0 };
	char serial[2 * ARN_TEXT_BYTES];

	begin();
	refused((struct private_wish){ .domain = "a123456789.a123456789.a123456789.a123456789.a123456789.example.com" },
		root, FAULT_INVALID_DOMAIN_VALIDATION_OPTIONS,
		"The first domain name can be no longer than 64 characters.");
	refused((struct private_wish){ 0 }, "arn:aws:acm-pca:eu-central-1:610000000001:certificate-authority/x",
		FAULT_INVALID_ARN, "certificate-authority/x");
	refused((struct private_wish){ 0 }, "arn:aws:acm:eu-central-1:610000000001:certificate/" NOBODY,
		FAULT_INVALID_ARN, "acm-pca");
	(void)snprintf(serial, sizeof serial, "%s/certificate/01", root);
	refused((struct private_wish){ 0 }, serial, FAULT_INVALID_ARN, "names a certificate");
	visit_again(&visit);
	CHECK(!DO(&visit, request_certificate, &in, &out));
	CHECK(visit.fault.code == FAULT_INVALID_STATE);
	CHECK(strstr(visit.fault.say, "CertificateAuthorityArn") != NULL);
	visit_end(&visit);
}

/* Sixty-four characters are not too many. */
TEST(private, has_a_common_name_of_64_characters)
{
	begin();
	requested(root,
		(struct private_wish){ .domain = "a123456789.a123456789.a123456789.a123456789.a1234567.example.com" });
	CHECK(visit_describe(&visit, arn)->status.v == ACM_CERTIFICATE_STATUS_ISSUED);
	visit_end(&visit);
}

/* ---- What fails, and says why ---- */

static void
fails(const char *authority, int reason)
{
	requested(authority, (struct private_wish){ .names = { "api.example.com" } });
	const struct acm_certificate_detail *detail = visit_describe(&visit, arn);
	CHECK(detail->status.v == ACM_CERTIFICATE_STATUS_FAILED);
	CHECK_TEXT(str_of(choice_name(&acm_failure_reason_shape, detail->failure_reason.v)),
		choice_name(&acm_failure_reason_shape, reason));
	CHECK_TEXT(detail->certificate_authority_arn, authority);
	CHECK(private_row(&visit, arn).sealed_key.n == 0);
	visit_again(&visit);
}

TEST(private, fails_when_there_is_no_such_authority)
{
	begin();
	fails("arn:aws:acm-pca:eu-central-1:" ACCOUNT ":certificate-authority/" NOBODY,
		ACM_FAILURE_REASON_PCA_RESOURCE_NOT_FOUND);
	fails("arn:aws:acm-pca:us-east-1:" ACCOUNT ":certificate-authority/" NOBODY,
		ACM_FAILURE_REASON_PCA_RESOURCE_NOT_FOUND);
	visit_end(&visit);
}

TEST(private, fails_when_its_authority_is_not_active)
{
	static const enum authority_state states[] = { AUTHORITY_DISABLED, AUTHORITY_DELETED };
	char authority[ARN_TEXT_BYTES];

	begin();
	visit_authority(&visit, (struct authority_wish){ .pending = true }, authority);
	fails(authority, ACM_FAILURE_REASON_PCA_INVALID_STATE);
	visit_authority(&visit, (struct authority_wish){ 0 }, authority);
	for (size_t i = 0; i < ARRAY_COUNT(states); i++) {
		visit_set_state(&visit, authority, states[i]);
		fails(authority, ACM_FAILURE_REASON_PCA_INVALID_STATE);
	}
	visit_end(&visit);
}

TEST(private, fails_when_its_authority_ends_too_soon_or_issues_for_days_alone)
{
	char authority[ARN_TEXT_BYTES];

	begin();
	visit_authority(&visit, (struct authority_wish){ .days = 394 }, authority);
	fails(authority, ACM_FAILURE_REASON_PCA_INVALID_DURATION);
	visit_authority(&visit, (struct authority_wish){ .short_lived = true }, authority);
	fails(authority, ACM_FAILURE_REASON_PCA_INVALID_DURATION);
	visit_authority(&visit, (struct authority_wish){ .days = 396 }, authority);
	requested(authority, (struct private_wish){ 0 });
	CHECK(visit_describe(&visit, arn)->status.v == ACM_CERTIFICATE_STATUS_ISSUED);
	visit_end(&visit);
}

TEST(private, fails_when_its_authority_has_issued_enough)
{
	char authority[ARN_TEXT_BYTES];

	begin();
	visit_authority(&visit, (struct authority_wish){ 0 }, authority);
	office.settings.quota_issued = 2; /* its own, and one more */
	requested(authority, (struct private_wish){ 0 });
	CHECK(visit_describe(&visit, arn)->status.v == ACM_CERTIFICATE_STATUS_ISSUED);
	fails(authority, ACM_FAILURE_REASON_PCA_LIMIT_EXCEEDED);
	office.settings.quota_issued = 0;
	visit_end(&visit);
}

/* The policy of both statements, as AWS's Resource Access Manager writes it. */
static const char *
policy(void)
{
	return arena_printf(&visit.arena,
		"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"" OTHER
		"\"},\"Action\":[\"acm-pca:IssueCertificate\"],\"Resource\":\"%s\",\"Condition\":{\"StringEquals\":"
		"{\"acm-pca:TemplateArn\":\"arn:aws:acm-pca:::template/EndEntityCertificate/V1\"}}}]}",
		sub)
		.p;
}

TEST(private, fails_when_another_account_s_authority_does_not_let_it_in)
{
	begin();
	visit_end(&visit);
	visit_begin(&visit, OTHER, "eu-central-1");
	fails(sub, ACM_FAILURE_REASON_PCA_ACCESS_DENIED);
	/* Whether it exists or not. */
	fails("arn:aws:acm-pca:eu-central-1:" ACCOUNT ":certificate-authority/" NOBODY,
		ACM_FAILURE_REASON_PCA_ACCESS_DENIED);
	visit_end(&visit);
	begin();
	visit_set_policy(&visit, sub, policy());
	visit_end(&visit);
	visit_begin(&visit, OTHER, "eu-central-1");
	requested(sub, (struct private_wish){ 0 });
	CHECK(visit_describe(&visit, arn)->status.v == ACM_CERTIFICATE_STATUS_ISSUED);
	visit_end(&visit);
}

struct keeping {
	struct authority_row row;
	bool is_new;
};

static bool
keep(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct keeping *keeping = context;

	return keeping->is_new ? store_authority_insert(transaction, &keeping->row, fault)
			       : store_authority_update(transaction, &keeping->row, fault);
}

/* Its certificate is replaced by one that permits example.org alone. */
TEST(private, fails_when_its_authority_may_not_issue_for_its_names)
{
	char authority[ARN_TEXT_BYTES];
	struct keeping keeping = { 0 };
	struct authority loaded;

	begin();
	visit_authority(&visit, (struct authority_wish){ 0 }, authority);
	CHECK_OK(authority_load(&visit.call, str_of(authority), NULL, &loaded, &visit.fault), visit.fault);
	struct bytes subtree = forge_der(&visit.arena, 0x30, forge_der(&visit.arena, 0x82, forge_text("example.org")));
	struct bytes value = forge_der(&visit.arena, 0x30, forge_der(&visit.arena, 0xa0, subtree));
	struct recipe recipe = {
		.subject_der = loaded.row.subject,
		.issuer_der = loaded.row.subject,
		.spki = loaded.certificate->spki,
		.ca = FORGE_CA_TRUE,
		.not_after = "20350101000000Z",
		.extensions = forge_extension(EXTENSION_OID_NAME_CONSTRAINTS, true, value, &visit.arena),
	};
	keeping.row = loaded.row;
	keeping.row.version++;
	keeping.row.certificate = forge_certificate(&recipe, &visit.arena);
	CHECK_OK(store_apply(office.store, keep, &keeping, &visit.fault), visit.fault);
	fails(authority, ACM_FAILURE_REASON_PCA_NAME_CONSTRAINTS_VALIDATION);
	requested(authority, (struct private_wish){ .domain = "www.example.org" });
	CHECK(visit_describe(&visit, arn)->status.v == ACM_CERTIFICATE_STATUS_ISSUED);
	visit_end(&visit);
}

/* An authority whose key was sealed for another does not open; the operator reads why. */
TEST(private, fails_when_the_signer_refuses)
{
	struct keeping keeping = { .is_new = true };
	char id[UUID_TEXT_BYTES], authority[ARN_TEXT_BYTES];
	struct authority loaded;

	begin();
	CHECK_OK(authority_load(&visit.call, str_of(root), NULL, &loaded, &visit.fault), visit.fault);
	keeping.row = loaded.row;
	uuid_v4(&entropy_system, id);
	keeping.row.id = str_of(id);
	struct str full = pca_arn_render(&visit.arena, "aws", &keeping.row.owner, keeping.row.id);
	(void)snprintf(authority, sizeof authority, "%.*s", STR_ARG(full));
	CHECK_OK(store_apply(office.store, keep, &keeping, &visit.fault), visit.fault);
	fails(authority, ACM_FAILURE_REASON_PCA_REQUEST_FAILED);
	visit_end(&visit);
}

TEST(private, that_failed_tells_the_log_why)
{
	struct acm_request_certificate_request in = { .domain_name = STR("www.example.com"),
		.certificate_authority_arn =
			str_of("arn:aws:acm-pca:eu-central-1:" ACCOUNT ":certificate-authority/" NOBODY) };
	struct acm_request_certificate_response out = { 0 };

	begin();
	CHECK_OK(DO(&visit, request_certificate, &in, &out), visit.fault);
	CHECK(strstr(arena_cstr(&visit.arena, visit.call.warning), "Could not find certificate authority") != NULL);
	visit_end(&visit);
}

/* ---- What failed, looked at ---- */

static void
failed(void)
{
	begin();
	fails("arn:aws:acm-pca:eu-central-1:" ACCOUNT ":certificate-authority/" NOBODY,
		ACM_FAILURE_REASON_PCA_RESOURCE_NOT_FOUND);
}

TEST(failed, is_described_by_what_was_asked_for)
{
	failed();
	const struct acm_certificate_detail *detail = visit_describe(&visit, arn);
	CHECK_TEXT(detail->domain_name, "www.example.com");
	CHECK_TEXT(detail->subject, "CN=www.example.com");
	CHECK(detail->subject_alternative_names.n == 2);
	CHECK_TEXT(detail->subject_alternative_names.v[1], "api.example.com");
	CHECK_TEXT(detail->key_algorithm.raw, "EC-prime256v1");
	CHECK(detail->issuer.p == NULL && detail->serial.p == NULL && detail->signature_algorithm.p == NULL);
	CHECK(!detail->has_issued_at && !detail->has_not_before && !detail->has_not_after);
	CHECK(detail->key_usages.has && detail->key_usages.n == 0);
	CHECK(detail->extended_key_usages.has && detail->extended_key_usages.n == 0);
	CHECK(detail->domain_validation_options.n == 2);
	CHECK(detail->domain_validation_options.v[0].validation_status.v == CHOICE_ABSENT);
	visit_end(&visit);
}

static const struct acm_certificate_summary *
listed(const char *wanted)
{
	struct choice key = { .v = ACM_KEY_ALGORITHM_EC_PRIME256V1 };
	struct acm_filters includes = { .key_types = { &key, 1, true } };
	struct acm_list_certificates_request in = { .includes = &includes };
	struct acm_list_certificates_response out = { 0 };

	CHECK_OK(DO(&visit, list_certificates, &in, &out), visit.fault);
	for (size_t i = 0; i < out.certificate_summary_list.n; i++) {
		if (str_is(out.certificate_summary_list.v[i].certificate_arn, wanted))
			return &out.certificate_summary_list.v[i];
	}
	fail_msg("%s is not listed", wanted);
	return NULL;
}

TEST(failed, is_listed_beside_what_was_issued)
{
	failed();
	const struct acm_certificate_summary *summary = listed(arn);
	CHECK(summary->status.v == ACM_CERTIFICATE_STATUS_FAILED);
	CHECK(summary->type.v == ACM_CERTIFICATE_TYPE_PRIVATE);
	CHECK(summary->subject_alternative_name_summaries.n == 2);
	CHECK(!summary->has_not_after && !summary->has_issued_at);
	CHECK(summary->key_usages.n == 0 && summary->extended_key_usages.n == 0);
	requested(root, (struct private_wish){ 0 });
	summary = listed(arn);
	CHECK(summary->status.v == ACM_CERTIFICATE_STATUS_ISSUED);
	CHECK(summary->has_exported && !summary->exported);
	CHECK(summary->has_issued_at && !summary->has_imported_at);
	CHECK(summary->export_option.v == ACM_CERTIFICATE_EXPORT_DISABLED);
	visit_end(&visit);
}

static size_t
found(struct acm_certificate_filter filter)
{
	struct acm_certificate_filter_statement statement = {
		.kind = ACM_CERTIFICATE_FILTER_STATEMENT_FILTER, .members = 1, .filter = &filter
	};
	struct acm_search_certificates_request in = { .filter_statement = &statement };
	struct acm_search_certificates_response out = { 0 };
	size_t n = 0;

	visit_again(&visit);
	CHECK_OK(DO(&visit, search_certificates, &in, &out), visit.fault);
	for (size_t i = 0; i < out.results.n; i++) {
		if (!str_is(out.results.v[i].certificate_arn, arn))
			continue;
		const struct acm_x509_attributes *attributes = out.results.v[i].x509_attributes;
		CHECK_TEXT(attributes->subject->common_name, "www.example.com");
		CHECK(attributes->issuer == NULL && !attributes->has_not_after && attributes->serial_number.p == NULL);
		CHECK(attributes->subject_alternative_names.n == 2);
		n++;
	}
	return n;
}

TEST(failed, is_searched_for_by_status_type_and_name)
{
	struct acm_acm_certificate_metadata_filter metadata = {
		.kind = ACM_ACM_CERTIFICATE_METADATA_FILTER_STATUS,
		.members = 1,
		.status.v = ACM_CERTIFICATE_STATUS_FAILED,
	};
	struct acm_certificate_filter filter = {
		.kind = ACM_CERTIFICATE_FILTER_ACM_CERTIFICATE_METADATA_FILTER,
		.members = 1,
		.acm_certificate_metadata_filter = &metadata,
	};

	failed();
	CHECK(found(filter) == 1);
	metadata.status.v = ACM_CERTIFICATE_STATUS_ISSUED;
	CHECK(found(filter) == 0);
	metadata.kind = ACM_ACM_CERTIFICATE_METADATA_FILTER_TYPE;
	metadata.type.v = ACM_CERTIFICATE_TYPE_PRIVATE;
	CHECK(found(filter) == 1);
	visit_end(&visit);
}

static void
in_progress(bool done)
{
	CHECK(!done);
	CHECK(visit.fault.code == FAULT_IN_PROGRESS);
	CHECK(strstr(visit.fault.say, "not yet issued") != NULL && strstr(visit.fault.say, "FailureReason") != NULL);
	visit_again(&visit);
}

TEST(failed, cannot_be_got_exported_renewed_or_revoked)
{
	struct acm_get_certificate_response got = { 0 };
	struct acm_export_certificate_response exported = { 0 };
	struct acm_revoke_certificate_response revoked = { 0 };

	failed();
	struct acm_get_certificate_request get = { str_of(arn) };
	in_progress(DO(&visit, get_certificate, &get, &got));
	in_progress(private_export(&visit, arn, &exported));
	struct acm_renew_certificate_request renew = { str_of(arn) };
	CHECK(!DO(&visit, renew_certificate, &renew) && visit.fault.code == FAULT_VALIDATION);
	visit_again(&visit);
	struct acm_revoke_certificate_request revoke = { str_of(arn), { .v = ACM_REVOCATION_REASON_UNSPECIFIED } };
	CHECK(!DO(&visit, revoke_certificate, &revoke, &revoked) && visit.fault.code == FAULT_VALIDATION);
	visit_end(&visit);
}

TEST(failed, can_be_tagged_and_deleted)
{
	struct acm_tag tag = { STR("team"), STR("a") };

	failed();
	struct acm_add_tags_to_certificate_request add = { str_of(arn), { &tag, 1, true } };
	CHECK_OK(DO(&visit, add_tags_to_certificate, &add), visit.fault);
	struct acm_delete_certificate_request delete = { str_of(arn) };
	CHECK_OK(DO(&visit, delete_certificate, &delete), visit.fault);
	struct certificate_row row;
	CHECK(!acm_record_get(&visit.call, str_of(arn), &row, &visit.fault) && visit.fault.code == FAULT_NOT_FOUND);
	visit_end(&visit);
}

/* ---- The same request again ---- */

TEST(token, gives_the_same_certificate_for_an_hour)
{
	char first[ARN_TEXT_BYTES];

	begin();
	requested(root, (struct private_wish){ .token = "once" });
	memcpy(first, arn, sizeof first);
	requested(root, (struct private_wish){ .token = "once" });
	CHECK_TEXT(str_of(arn), first);
	office.clock = clock_fixed(OFFICE_NOW_MS + 3600000 + 1);
	requested(root, (struct private_wish){ .token = "once" });
	CHECK(strcmp(arn, first) != 0);
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_end(&visit);
}

TEST(token, gives_another_certificate_to_another_request)
{
	char first[ARN_TEXT_BYTES];

	begin();
	requested(root, (struct private_wish){ .token = "twice" });
	memcpy(first, arn, sizeof first);
	requested(root, (struct private_wish){ .token = "twice", .names = { "api.example.com" } });
	CHECK(strcmp(arn, first) != 0);
	requested(sub, (struct private_wish){ .token = "twice" });
	CHECK(strcmp(arn, first) != 0);
	requested(root, (struct private_wish){ 0 });
	CHECK(strcmp(arn, first) != 0);
	visit_end(&visit);
}

TEST(token, remembers_a_failure_too)
{
	const char *nobody = "arn:aws:acm-pca:eu-central-1:" ACCOUNT ":certificate-authority/" NOBODY;
	char first[ARN_TEXT_BYTES];

	begin();
	requested(nobody, (struct private_wish){ .token = "failure" });
	memcpy(first, arn, sizeof first);
	requested(nobody, (struct private_wish){ .token = "failure" });
	CHECK_TEXT(str_of(arn), first);
	visit_end(&visit);
}

/* Neither has finished when the other begins: both were told that nobody had asked before. */
TEST(token, gives_one_certificate_to_two_requests_at_once)
{
	struct acm_request_certificate_request in = { .domain_name = STR("www.example.com"),
		.idempotency_token = STR("race"),
		.key_algorithm.v = ACM_KEY_ALGORITHM_EC_PRIME256V1 };
	struct acm_request_certificate_response mine = { 0 }, theirs = { 0 };
	struct visit other;

	begin();
	visit_begin(&other, ACCOUNT, "eu-central-1");
	in.certificate_authority_arn = str_of(root);
	CHECK_OK(acm_request_certificate(&visit.call, &in, &mine, &visit.fault), visit.fault);
	CHECK_OK(acm_request_certificate(&other.call, &in, &theirs, &other.fault), other.fault);
	CHECK_OK(visit_commit(&visit), visit.fault);
	CHECK_OK(visit_commit(&other), other.fault);
	CHECK(str_equal(mine.certificate_arn, theirs.certificate_arn));
	CHECK(private_row(&visit, arena_cstr(&visit.arena, mine.certificate_arn)).state == CERTIFICATE_ISSUED);
	visit_end(&other);
	visit_end(&visit);
}

/* ---- What private certificates have no use for ---- */

TEST(private, has_no_options_to_update_and_no_validation_to_wait_for)
{
	struct acm_certificate_options options = { .export.v = ACM_CERTIFICATE_EXPORT_ENABLED };

	begin();
	requested(root, (struct private_wish){ 0 });
	struct acm_update_certificate_options_request update = { str_of(arn), &options };
	CHECK(!DO(&visit, update_certificate_options, &update));
	CHECK(visit.fault.code == FAULT_INVALID_STATE && strstr(visit.fault.say, "private") != NULL);
	visit_again(&visit);
	struct acm_resend_validation_email_request resend = { str_of(arn), STR("example.com"), STR("example.com") };
	CHECK(!DO(&visit, resend_validation_email, &resend));
	CHECK(visit.fault.code == FAULT_INVALID_STATE && strstr(visit.fault.say, "private authority") != NULL);
	visit_end(&visit);
}

TEST(private, is_not_revoked_by_being_deleted)
{
	const struct certificate *certificate;
	struct authority authority;
	struct issued_status status;

	begin();
	requested(root, (struct private_wish){ 0 });
	struct certificate_row row = private_row(&visit, arn);
	CHECK_OK(acm_record_certificate(&row, &visit.arena, &certificate, &visit.fault), visit.fault);
	CHECK_OK(authority_load(&visit.call, str_of(root), NULL, &authority, &visit.fault), visit.fault);
	struct acm_delete_certificate_request delete = { str_of(arn) };
	CHECK_OK(DO(&visit, delete_certificate, &delete), visit.fault);
	CHECK_OK(store_issued_status(office.store, authority.row.number, certificate->serial, &status, &visit.fault),
		visit.fault);
	CHECK(status.revoked_ms == 0);
	visit_end(&visit);
}

OFFICE_MAIN("acm_private");
