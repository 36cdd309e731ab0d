/* IssueCertificate and GetCertificate: states, tokens, quotas, other accounts, what is left when things go wrong. */
#include "service/duty.h"
#include "service/pca/authority.h"
#include "service/pca/intention.h"
#include "service/pca/issuance.h"
#include "service/pca/template.h"
#include "store/duty.h"
#include "store/issued.h"
#include "x509/pem.h"

#include "order.h"
#include "test.h"

#define CANNOT_ISSUE "The certificate authority is not in a valid state for issuing certificates"

static struct visit visit;
static char root[ARN_TEXT_BYTES], sub[ARN_TEXT_BYTES];

static void
begin(void)
{
	visit_begin(&visit, "200000000002", "eu-central-1");
	if (root[0] != '\0')
		return;
	visit_authority(&visit, (struct authority_wish){ 0 }, root);
	visit_authority(&visit, (struct authority_wish){ .parent = root }, sub);
}

static struct authority
load(const char *arn)
{
	struct authority authority = { 0 };

	CHECK_OK(authority_load(&visit.call, str_of(arn), NULL, &authority, &visit.fault), visit.fault);
	return authority;
}

static struct issued_row
row_of(const char *authority, const char *arn)
{
	struct issued_row row = { 0 };
	struct bytes serial;

	CHECK(pca_serial_parse(str_of(strrchr(arn, '/') + 1), &visit.arena, &serial));
	CHECK_OK(store_issued_get(office.store, load(authority).row.number, serial, &visit.arena, &row, &visit.fault),
		visit.fault);
	return row;
}

static enum fault_code
get_fails(const char *authority, const char *arn, const char *words)
{
	struct pca_get_certificate_request in = { str_of(authority), str_of(arn) };
	struct pca_get_certificate_response out = { 0 };

	visit_again(&visit);
	CHECK(!DO_IN(pca, &visit, get_certificate, &in, &out));
	if (strstr(visit.fault.say, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", visit.fault.say, words);
	CHECK(out.certificate.p == NULL);
	return visit.fault.code;
}

/* ---- What is answered and kept ---- */

TEST(issue, names_the_certificate_by_its_serial)
{
	char arn[ARN_TEXT_BYTES], hex[64];
	struct str chain;

	begin();
	CHECK_OK(order_place(&visit, sub, &(struct order){ 0 }, arn), visit.fault);
	X509 *leaf = order_fetch(&visit, sub, arn, &chain);
	BIGNUM *serial = ASN1_INTEGER_to_BN(X509_get0_serialNumber(leaf), NULL);
	uint8_t octets[16];
	CHECK(BN_bn2binpad(serial, octets, 16) == 16);
	for (int i = 0; i < 16; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", octets[i]);
	CHECK(strncmp(arn, sub, strlen(sub)) == 0);
	CHECK(strcmp(strrchr(arn, '/') + 1, hex) == 0);
	BN_free(serial);
	X509_free(leaf);
	visit_end(&visit);
}

TEST(issue, keeps_what_audit_reports_tell)
{
	struct order order = { .as_wished = true,
		.wish = { .subject = "C=AU/O=Example/CN=audit.example.com",
			.extensions = {
				{ "subjectAltName", "DNS:audit.example.com,IP:192.0.2.1,email:a@example.com" } } } };
	char arn[ARN_TEXT_BYTES];

	begin();
	CHECK_OK(order_place(&visit, sub, &order, arn), visit.fault);
	struct issued_row row = row_of(sub, arn);
	CHECK_TEXT(row.subject, "CN=audit.example.com,O=Example,C=AU");
	CHECK_TEXT(row.names, "audit.example.com\n192.0.2.1\na@example.com");
	CHECK_TEXT(row.template, "EndEntityCertificate/V1");
	CHECK_TEXT(row.requester, "arn:aws:iam::200000000002:user/alice");
	CHECK(row.issued_ms == OFFICE_NOW_MS);
	CHECK(row.not_before_ms == OFFICE_NOW_MS / 1000 * 1000 - 3600 * 1000);
	CHECK(row.not_after_ms == OFFICE_NOW_MS / 1000 * 1000 + 30 * OFFICE_DAY_MS);
	CHECK(row.revoked_ms == 0 && row.crl_partition == 0);
	visit_end(&visit);
}

TEST(issue, gives_a_root_no_chain_and_others_theirs_up_to_the_root)
{
	char arn[ARN_TEXT_BYTES];
	struct str chain, rest;
	struct pem_block block;
	int n = 0;

	begin();
	struct authority authority = load(root);
	struct str self = pca_arn_render_certificate(&visit.arena, authority.arn, authority.row.serial);
	(void)snprintf(arn, sizeof arn, "%.*s", STR_ARG(self));
	X509_free(order_fetch(&visit, root, arn, &chain));
	CHECK(chain.p == NULL);
	CHECK_OK(order_place(&visit, sub, &(struct order){ 0 }, arn), visit.fault);
	X509_free(order_fetch(&visit, sub, arn, &chain));
	for (rest = chain; pem_next(&rest, &visit.arena, &block); n++)
		CHECK(bytes_equal(block.der, load(n == 0 ? sub : root).row.certificate));
	CHECK(n == 2);
	visit_end(&visit);
}

/* ---- States ---- */

TEST(issue, is_refused_in_every_state_but_active)
{
	static const enum authority_state states[] = { AUTHORITY_CREATING, AUTHORITY_PENDING_CERTIFICATE,
		AUTHORITY_DISABLED, AUTHORITY_FAILED, AUTHORITY_DELETED };
	static const char *const names[] = { "CREATING", "PENDING_CERTIFICATE", "DISABLED", "FAILED", "DELETED" };
	char arn[ARN_TEXT_BYTES];

	begin();
	visit_authority(&visit, (struct authority_wish){ .parent = root, .common_name = "Moody" }, arn);
	for (size_t i = 0; i < ARRAY_COUNT(states); i++) {
		visit_set_state(&visit, arn, states[i]);
		order_refused(&visit, arn, &(struct order){ 0 }, FAULT_INVALID_STATE, CANNOT_ISSUE);
		CHECK(strstr(visit.fault.say, names[i]) != NULL);
	}
	visit_set_state(&visit, arn, AUTHORITY_ACTIVE);
	X509_free(order_take(&visit, arn, &(struct order){ 0 }));
	visit_end(&visit);
}

TEST(issue, is_refused_when_the_authority_has_expired)
{
	char arn[ARN_TEXT_BYTES];

	begin();
	visit_authority(&visit, (struct authority_wish){ .parent = root, .common_name = "Short", .days = 2 }, arn);
	office.clock = clock_fixed(OFFICE_NOW_MS + 3 * OFFICE_DAY_MS);
	order_refused(&visit, arn, &(struct order){ .days = 1 }, FAULT_INVALID_STATE, CANNOT_ISSUE);
	CHECK(strstr(visit.fault.say, "EXPIRED") != NULL);
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_end(&visit);
}

TEST(issue, of_a_deleted_authority_is_not_found_when_it_is_gone_for_good)
{
	char arn[ARN_TEXT_BYTES];

	begin();
	visit_authority(&visit, (struct authority_wish){ .common_name = "Gone" }, arn);
	visit_set_state(&visit, arn, AUTHORITY_DELETED);
	office.clock = clock_fixed(OFFICE_NOW_MS + 31 * OFFICE_DAY_MS);
	order_refused(&visit, arn, &(struct order){ 0 }, FAULT_NOT_FOUND, "Could not find certificate authority");
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_end(&visit);
}

TEST(issue, of_an_end_beyond_the_authoritys_is_refused)
{
	begin();
	order_refused(&visit, sub, &(struct order){ .days = 1826 }, FAULT_VALIDATION,
		"The certificate validity specified exceeds the certificate authority validity");
	visit_end(&visit);
}

/* ---- Roots ---- */

static struct order
own(const char *arn, const char *template)
{
	struct authority authority = load(arn);
	static char text[4096];

	(void)snprintf(
		text, sizeof text, "%.*s", STR_ARG(pem_render("CERTIFICATE REQUEST", authority.row.csr, &visit.arena)));
	return (struct order){ .template = template, .csr = bytes_of_str(str_of(text)) };
}

TEST(issue, a_pending_root_certifies_itself_and_nothing_else)
{
	char arn[ARN_TEXT_BYTES];

	begin();
	visit_authority(&visit, (struct authority_wish){ .common_name = "Pending", .pending = true }, arn);
	struct order order = own(arn, "EndEntityCertificate/V1");
	order_refused(&visit, arn, &order, FAULT_INVALID_STATE, CANNOT_ISSUE);
	order = own(arn, "SubordinateCACertificate_PathLen0/V1");
	order_refused(&visit, arn, &order, FAULT_INVALID_STATE, CANNOT_ISSUE);
	order_refused(&visit, arn, &(struct order){ .template = "RootCACertificate/V1" }, FAULT_MALFORMED_CSR,
		"The CSR is not the certificate authority's own");
	order = own(arn, "RootCACertificate/V1");
	order.days = 36500;
	X509 *certificate = order_take(&visit, arn, &order);
	CHECK(X509_self_signed(certificate, 1) == 1 && X509_check_ca(certificate) == 1);
	X509_free(certificate);
	visit_end(&visit);
}

TEST(issue, a_root_renews_itself_when_active_or_expired)
{
	char arn[ARN_TEXT_BYTES];

	begin();
	visit_authority(&visit, (struct authority_wish){ .common_name = "Renewed", .days = 5 }, arn);
	struct order order = own(arn, "RootCACertificate/V1");
	order.days = 3650;
	X509_free(order_take(&visit, arn, &order));
	office.clock = clock_fixed(OFFICE_NOW_MS + 6 * OFFICE_DAY_MS);
	X509_free(order_take(&visit, arn, &order));
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_end(&visit);
}

TEST(issue, a_roots_template_is_not_for_subordinates)
{
	begin();
	struct order order = own(sub, "RootCACertificate/V1");
	order_refused(&visit, sub, &order, FAULT_INVALID_ARGS, "is a subordinate");
	visit_end(&visit);
}

TEST(issue, an_authoritys_own_key_is_certified_by_no_other_template)
{
	static const char *const names[] = { "EndEntityCertificate/V1", "SubordinateCACertificate_PathLen0/V1",
		"BlankEndEntityCertificate_CSRPassthrough/V1" };

	begin();
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct order order = own(root, names[i]);
		order_refused(&visit, root, &order, FAULT_MALFORMED_CSR, "the certificate authority's own key");
	}
	visit_end(&visit);
}

TEST(issue, a_root_keeps_the_name_it_was_created_with)
{
	struct pca_asn1_subject other = { .common_name = STR("Another") };
	struct pca_asn1_subject same = { .organization = STR("Example"), .common_name = STR("Example Root") };

	begin();
	struct order order = own(root, "RootCACertificate_APIPassthrough/V1");
	order.subject = &other;
	order_refused(&visit, root, &order, FAULT_INVALID_ARGS, "The subject is not the certificate authority's own");
	order.subject = &same;
	X509_free(order_take(&visit, root, &order));
	visit_end(&visit);
}

TEST(issue, a_short_lived_authority_certifies_itself_for_long_and_others_for_a_week)
{
	char arn[ARN_TEXT_BYTES];

	begin();
	visit_authority(&visit, (struct authority_wish){ .common_name = "Week", .short_lived = true }, arn);
	X509_free(order_take(&visit, arn, &(struct order){ .days = 7 }));
	order_refused(&visit, arn, &(struct order){ .days = 8 }, FAULT_VALIDATION, "7 days");
	visit_end(&visit);
}

/* ---- What is asked for ---- */

TEST(issue, refuses_a_template_that_is_none)
{
	begin();
	order_refused(&visit, sub, &(struct order){ .template = "EndEntityCertificate/V2" }, FAULT_INVALID_ARGS,
		"The template ARN is not valid");
	visit_end(&visit);
}

TEST(issue, refuses_hostile_requests)
{
	static const char *const texts[] = { "", "hello", "-----BEGIN CERTIFICATE REQUEST-----\n",
		"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n",
		"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n" };

	begin();
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		struct order order = { .csr = bytes_of_str(str_of(texts[i])) };
		order_refused(&visit, sub, &order, FAULT_MALFORMED_CSR, "");
	}
	visit_end(&visit);
}

TEST(issue, refuses_a_request_whose_signature_is_not_its_keys)
{
	char text[4096];

	begin();
	struct bytes pem = papers_request(&visit.arena, (struct request_wish){ .subject = "CN=a.example.com" });
	struct str rest = str_of_bytes(pem);
	struct pem_block block;
	CHECK(pem_next(&rest, &visit.arena, &block));
	uint8_t *der = (uint8_t *)(uintptr_t)arena_bytes(&visit.arena, block.der).p;
	der[block.der.n - 1] ^= 1;
	(void)snprintf(text, sizeof text, "%.*s",
		STR_ARG(pem_render("CERTIFICATE REQUEST", (struct bytes){ der, block.der.n }, &visit.arena)));
	order_refused(&visit, sub, &(struct order){ .csr = bytes_of_str(str_of(text)) }, FAULT_MALFORMED_CSR, "");
	visit_end(&visit);
}

TEST(issue, of_an_authority_that_is_not_there)
{
	static const char other[] = "arn:aws:acm-pca:eu-central-1:200000000002:certificate-authority/"
				    "00000000-0000-0000-0000-000000000000";
	char arn[2 * ARN_TEXT_BYTES];

	begin();
	order_refused(&visit, other, &(struct order){ 0 }, FAULT_NOT_FOUND, "Could not find certificate authority");
	order_refused(&visit, "arn:aws:acm-pca:eu-central-1:1:x/y", &(struct order){ 0 }, FAULT_INVALID_ARN, "");
	(void)snprintf(arn, sizeof arn, "%s/certificate/ab", sub);
	order_refused(&visit, arn, &(struct order){ 0 }, FAULT_INVALID_ARN, "It names a certificate");
	visit_end(&visit);
	/* Another region, another account. */
	visit_begin(&visit, "200000000002", "eu-west-1");
	order_refused(&visit, sub, &(struct order){ 0 }, FAULT_NOT_FOUND, "Could not find certificate authority");
	visit_end(&visit);
	visit_begin(&visit, "200000000003", "eu-central-1");
	order_refused(&visit, sub, &(struct order){ 0 }, FAULT_NOT_FOUND, "Could not find certificate authority");
	visit_end(&visit);
}

/* ---- Tokens ---- */

TEST(issue, gives_the_same_arn_to_the_same_request_and_token)
{
	struct order order = { .token = "again" };
	char first[ARN_TEXT_BYTES], second[ARN_TEXT_BYTES];

	begin();
	order.csr = papers_request(&visit.arena, (struct request_wish){ .subject = "CN=token.example.com" });
	static char text[4096];
	(void)snprintf(text, sizeof text, "%.*s", STR_ARG(str_of_bytes(order.csr)));
	order.csr = bytes_of_str(str_of(text));
	CHECK_OK(order_place(&visit, sub, &order, first), visit.fault);
	CHECK_OK(order_place(&visit, sub, &order, second), visit.fault);
	CHECK(strcmp(first, second) == 0);
	order.days = 31;
	CHECK_OK(order_place(&visit, sub, &order, second), visit.fault);
	CHECK(strcmp(first, second) != 0);
	order.days = 0;
	order.token = "another";
	CHECK_OK(order_place(&visit, sub, &order, second), visit.fault);
	CHECK(strcmp(first, second) != 0);
	order.token = "again";
	office.clock = clock_fixed(OFFICE_NOW_MS + PCA_TOKEN_LIFETIME_MS + 1000);
	CHECK_OK(order_place(&visit, sub, &order, second), visit.fault);
	CHECK(strcmp(first, second) != 0);
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_end(&visit);
}

/* Two requests with one token, both past the first look: the second finds the first in its write. */
TEST(issue, of_two_at_once_with_one_token_issues_one)
{
	struct pca_validity validity = { 30, true, { .v = PCA_VALIDITY_PERIOD_TYPE_DAYS } };
	struct pca_issue_certificate_response out[2] = { 0 };
	struct visit other;

	begin();
	visit_begin(&other, "200000000002", "eu-central-1");
	struct pca_issue_certificate_request in = {
		.certificate_authority_arn = str_of(sub),
		.csr = papers_request(&other.arena, (struct request_wish){ .subject = "CN=twice.example.com" }),
		.signing_algorithm.v = PCA_SIGNING_ALGORITHM_SHA256WITHECDSA,
		.validity = &validity,
		.idempotency_token = STR("at once"),
	};
	CHECK_OK(pca_issue_certificate(&visit.call, &in, &out[0], &visit.fault), visit.fault);
	CHECK_OK(pca_issue_certificate(&other.call, &in, &out[1], &other.fault), other.fault);
	CHECK_OK(visit_commit(&visit), visit.fault);
	CHECK_OK(visit_commit(&other), other.fault);
	CHECK(str_equal(out[0].certificate_arn, out[1].certificate_arn));
	visit_end(&other);
	visit_end(&visit);
}

/* ---- Quotas and changes in between ---- */

TEST(issue, ends_when_an_authority_has_issued_as_many_as_it_may)
{
	char arn[ARN_TEXT_BYTES];

	begin();
	visit_authority(&visit, (struct authority_wish){ .common_name = "Quota" }, arn);
	office.settings.quota_issued = 3; /* its own certificate is one */
	X509_free(order_take(&visit, arn, &(struct order){ 0 }));
	X509_free(order_take(&visit, arn, &(struct order){ 0 }));
	order_refused(&visit, arn, &(struct order){ 0 }, FAULT_LIMIT_EXCEEDED, "has issued 3 certificates");
	office.settings.quota_issued = 0;
	X509_free(order_take(&visit, arn, &(struct order){ 0 }));
	visit_end(&visit);
}

TEST(issue, is_refused_when_the_authority_changes_before_the_intention)
{
	struct pca_validity validity = { 30, true, { .v = PCA_VALIDITY_PERIOD_TYPE_DAYS } };
	struct pca_issue_certificate_response out = { 0 };
	struct visit operator;
	char arn[ARN_TEXT_BYTES];

	begin();
	visit_authority(&visit, (struct authority_wish){ .common_name = "Changing" }, arn);
	struct pca_issue_certificate_request in = {
		.certificate_authority_arn = str_of(arn),
		.csr = papers_request(&visit.arena, (struct request_wish){ .subject = "CN=a.example.com" }),
		.signing_algorithm.v = PCA_SIGNING_ALGORITHM_SHA256WITHECDSA,
		.validity = &validity,
	};
	CHECK_OK(pca_issue_certificate(&visit.call, &in, &out, &visit.fault), visit.fault);
	visit_begin(&operator, "200000000002", "eu-central-1");
	visit_set_state(&operator, arn, AUTHORITY_DISABLED);
	visit_end(&operator);
	CHECK(!visit_commit(&visit));
	CHECK(visit.fault.code == FAULT_CONFLICT);
	visit_end(&visit);
}

/* ---- Between intention and certificate ---- */

/* An issuance that stops after its intention; its ARN. */
static void
half_way(char arn[ARN_TEXT_BYTES], struct issuance *out)
{
	static struct authority authority;
	struct issuance_request request = { .authority = &authority,
		.template = template_named(STR(TEMPLATE_DEFAULT)),
		.algorithm = SIGNING_SHA256_ECDSA,
		.not_before_ms = OFFICE_NOW_MS / 1000 * 1000,
		.not_after_ms = OFFICE_NOW_MS / 1000 * 1000 + OFFICE_DAY_MS,
		.requester = STR("tests") };
	struct bytes pem = papers_request(&visit.arena, (struct request_wish){ .subject = "CN=half.example.com" });

	authority = load(sub);
	CHECK_OK(csr_read(pem, office.verifier, &visit.arena, &request.csr, &visit.fault), visit.fault);
	CHECK_OK(issuance_prepare(&visit.call, &request, out, &visit.fault), visit.fault);
	(void)snprintf(arn, ARN_TEXT_BYTES, "%.*s", STR_ARG(out->arn));
}

static bool
write_intention(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	return issuance_intend(call, transaction, context, fault);
}

static bool
write_certificate(struct call *call, struct store_transaction *transaction, void *context, struct fault *fault)
{
	return issuance_keep(call, transaction, context, fault);
}

TEST(issue, tells_of_a_certificate_on_its_way_and_of_one_given_up)
{
	char arn[ARN_TEXT_BYTES];
	struct issuance issuance;
	int64_t next_ms = 0;

	begin();
	half_way(arn, &issuance);
	call_write(&visit.call, write_intention, &issuance);
	CHECK_OK(visit_commit(&visit), visit.fault);
	CHECK(get_fails(sub, arn, "The certificate is being issued") == FAULT_IN_PROGRESS);
	CHECK_OK(intention_duty(&visit.call, &next_ms, &visit.fault), visit.fault);
	CHECK(get_fails(sub, arn, "The certificate is being issued") == FAULT_IN_PROGRESS);
	office.clock = clock_fixed(OFFICE_NOW_MS + 61 * 1000);
	visit_again(&visit);
	CHECK_OK(intention_duty(&visit.call, &next_ms, &visit.fault), visit.fault);
	CHECK(next_ms > visit.call.now_ms && next_ms <= visit.call.now_ms + 60 * 1000);
	CHECK(get_fails(sub, arn, "could not be issued") == FAULT_REQUEST_FAILED);
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_end(&visit);
}

TEST(issue, a_server_that_starts_gives_up_what_its_predecessor_left)
{
	char arn[ARN_TEXT_BYTES];
	struct issuance issuance;

	begin();
	half_way(arn, &issuance);
	call_write(&visit.call, write_intention, &issuance);
	CHECK_OK(visit_commit(&visit), visit.fault);
	CHECK_OK(intention_inherit(office.store, OFFICE_NOW_MS, &visit.fault), visit.fault);
	CHECK(get_fails(sub, arn, "could not be issued") == FAULT_REQUEST_FAILED);

	/* A week later it is forgotten. */
	int64_t next_ms;
	visit.call.now_ms = OFFICE_NOW_MS + 8 * OFFICE_DAY_MS;
	CHECK_OK(intention_duty(&visit.call, &next_ms, &visit.fault), visit.fault);
	visit.call.now_ms = OFFICE_NOW_MS;
	CHECK(get_fails(sub, arn, "Could not find") == FAULT_NOT_FOUND);
	visit_end(&visit);
}

TEST(issue, keeps_no_certificate_whose_intention_was_given_up)
{
	char arn[ARN_TEXT_BYTES];
	struct issuance issuance;

	begin();
	half_way(arn, &issuance);
	call_write(&visit.call, write_intention, &issuance);
	CHECK_OK(visit_commit(&visit), visit.fault);
	CHECK_OK(issuance_sign(&visit.call, &issuance, &visit.fault), visit.fault);
	CHECK_OK(intention_inherit(office.store, OFFICE_NOW_MS, &visit.fault), visit.fault);
	call_write(&visit.call, write_certificate, &issuance);
	CHECK(!visit_commit(&visit));
	CHECK(visit.fault.code == FAULT_CONFLICT);
	CHECK(get_fails(sub, arn, "could not be issued") == FAULT_REQUEST_FAILED);
	visit_end(&visit);
}

TEST(issue, keeps_no_certificate_without_an_intention)
{
	char arn[ARN_TEXT_BYTES];
	struct issuance issuance;

	begin();
	half_way(arn, &issuance);
	CHECK_OK(issuance_sign(&visit.call, &issuance, &visit.fault), visit.fault);
	call_write(&visit.call, write_certificate, &issuance);
	CHECK(!visit_commit(&visit));
	CHECK(visit.fault.code == FAULT_CONFLICT);
	visit_end(&visit);
}

TEST(issue, runs_as_a_whole_for_duties)
{
	struct issuance issuance;
	struct issuance_request request = { .template = template_named(STR("OCSPSigningCertificate/V1")),
		.algorithm = SIGNING_SHA256_ECDSA,
		.not_before_ms = OFFICE_NOW_MS / 1000 * 1000,
		.not_after_ms = OFFICE_NOW_MS / 1000 * 1000 + OFFICE_DAY_MS,
		.requester = STR("ocsp.example"),
		.is_responder = true };
	char arn[ARN_TEXT_BYTES];

	begin();
	struct bytes pem = papers_request(&visit.arena, (struct request_wish){ .subject = "CN=OCSP" });
	struct authority authority = load(sub);
	request.authority = &authority;
	CHECK_OK(csr_read(pem, office.verifier, &visit.arena, &request.csr, &visit.fault), visit.fault);
	CHECK_OK(issuance_run(&visit.call, &request, &issuance, &visit.fault), visit.fault);
	(void)snprintf(arn, sizeof arn, "%.*s", STR_ARG(issuance.arn));
	X509 *certificate = order_fetch(&visit, sub, arn, NULL);
	CHECK_TEXT(str_of(order_extensions(certificate, &visit.arena)),
		"basicConstraints authorityKeyIdentifier subjectKeyIdentifier keyUsage extendedKeyUsage noCheck");
	CHECK_TEXT(str_of(order_extension(certificate, "2.5.29.37", &visit.arena)), "critical, OCSP Signing");
	X509_free(certificate);
	visit_end(&visit);
}

/* ---- Lists ---- */

#define CRL_ON(more)                                                                                                   \
	"{\"CrlConfiguration\":{\"Enabled\":true,\"ExpirationInDays\":7,\"CustomCname\":\"crl.example.com\"" more      \
	"},\"OcspConfiguration\":{\"Enabled\":false}}"

static int hurried;

static void
hurry(void *context)
{
	(void)context;
	hurried++;
}

TEST(issue, the_first_certificate_makes_the_complete_list_due)
{
	struct crl_row crl;
	char arn[ARN_TEXT_BYTES];

	begin();
	visit_authority(&visit, (struct authority_wish){ .common_name = "Lists", .revocation = CRL_ON("") }, arn);
	visit.call.hurry = hurry;
	int64_t number = load(arn).row.number;
	CHECK(!store_crl_get(office.store, number, 0, &visit.arena, &crl, &visit.fault));
	hurried = 0;
	X509_free(order_take(&visit, arn, &(struct order){ 0 }));
	CHECK_OK(store_crl_get(office.store, number, 0, &visit.arena, &crl, &visit.fault), visit.fault);
	CHECK(crl.due_ms <= OFFICE_NOW_MS && hurried == 1);
	CHECK(strstr(arn, arena_cstr(&visit.arena, crl.id)) != NULL);
	X509_free(order_take(&visit, arn, &(struct order){ 0 }));
	CHECK(hurried == 1);
	visit_end(&visit);
}

TEST(issue, certificates_name_the_partition_that_they_are_in)
{
	struct crl_row crl;
	char arn[ARN_TEXT_BYTES], certificate[ARN_TEXT_BYTES], url[200];

	begin();
	visit_authority(&visit,
		(struct authority_wish){ .common_name = "Parts", .revocation = CRL_ON(",\"CrlType\":\"PARTITIONED\"") },
		arn);
	for (int i = 0; i < 2; i++) {
		CHECK_OK(order_place(&visit, arn, &(struct order){ 0 }, certificate), visit.fault);
		X509 *leaf = order_fetch(&visit, arn, certificate, NULL);
		CHECK(row_of(arn, certificate).crl_partition == 1);
		CHECK_OK(store_crl_get(office.store, load(arn).row.number, 1, &visit.arena, &crl, &visit.fault),
			visit.fault);
		CHECK(crl.certificates == i + 1);
		(void)snprintf(
			url, sizeof url, "Full Name:\n  URI:http://crl.example.com/crl/%.*s.crl", STR_ARG(crl.id));
		CHECK_TEXT(str_of(order_extension(leaf, "2.5.29.31", &visit.arena)), url);
		X509_free(leaf);
	}
	visit_end(&visit);
}

/* ---- GetCertificate ---- */

TEST(get_certificate, finds_nothing_that_was_not_issued_by_this_authority)
{
	char arn[ARN_TEXT_BYTES], odd[2 * ARN_TEXT_BYTES];

	begin();
	CHECK_OK(order_place(&visit, sub, &(struct order){ 0 }, arn), visit.fault);
	CHECK(get_fails(root, arn, "Could not find certificate") == FAULT_NOT_FOUND);
	(void)snprintf(odd, sizeof odd, "%s/certificate/0123456789abcdef0123456789abcdef", sub);
	CHECK(get_fails(sub, odd, "Could not find certificate") == FAULT_NOT_FOUND);
	CHECK(get_fails(sub, sub, "names an authority") == FAULT_INVALID_ARN);
	(void)snprintf(odd, sizeof odd, "%s/certificate/xyz", sub);
	CHECK(get_fails(sub, odd, "") == FAULT_INVALID_ARN);
	visit_end(&visit);
}

TEST(get_certificate, works_while_the_authority_is_disabled_or_expired)
{
	char authority[ARN_TEXT_BYTES], arn[ARN_TEXT_BYTES];

	begin();
	visit_authority(&visit, (struct authority_wish){ .common_name = "Rests", .days = 2 }, authority);
	CHECK_OK(order_place(&visit, authority, &(struct order){ .days = 1 }, arn), visit.fault);
	visit_set_state(&visit, authority, AUTHORITY_DISABLED);
	X509_free(order_fetch(&visit, authority, arn, NULL));
	office.clock = clock_fixed(OFFICE_NOW_MS + 3 * OFFICE_DAY_MS);
	X509_free(order_fetch(&visit, authority, arn, NULL));
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_set_state(&visit, authority, AUTHORITY_DELETED);
	CHECK(get_fails(authority, arn, "is not in the correct state to have issued certificates.") ==
		FAULT_INVALID_STATE);
	visit_end(&visit);
}

/* ---- Other accounts ---- */

#define OTHER "200000000009"

TEST(issue, serves_another_account_as_the_policy_says)
{
	char policy[1024], certificate[ARN_TEXT_BYTES];

	begin();
	(void)snprintf(policy, sizeof policy,
		"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"" OTHER
		"\"},\"Action\":[\"acm-pca:DescribeCertificateAuthority\",\"acm-pca:GetCertificate\","
		"\"acm-pca:GetCertificateAuthorityCertificate\",\"acm-pca:ListPermissions\",\"acm-pca:ListTags\"],"
		"\"Resource\":\"%s\"},{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"" OTHER
		"\"},\"Action\":[\"acm-pca:IssueCertificate\"],\"Resource\":\"%s\",\"Condition\":{\"StringEquals\":"
		"{\"acm-pca:TemplateArn\":\"arn:aws:acm-pca:::template/EndEntityCertificate/V1\"}}}]}",
		sub, sub);
	visit_set_policy(&visit, sub, policy);
	visit_end(&visit);

	visit_begin(&visit, OTHER, "eu-central-1");
	CHECK_OK(order_place(&visit, sub, &(struct order){ 0 }, certificate), visit.fault);
	X509_free(order_fetch(&visit, sub, certificate, NULL));
	order_refused(&visit, sub, &(struct order){ .template = "CodeSigningCertificate/V1" }, FAULT_NOT_FOUND,
		"Could not find certificate authority");
	visit_end(&visit);
	visit_begin(&visit, "200000000010", "eu-central-1");
	order_refused(&visit, sub, &(struct order){ 0 }, FAULT_NOT_FOUND, "Could not find certificate authority");
	visit_end(&visit);
}

OFFICE_MAIN("pca_issue");
