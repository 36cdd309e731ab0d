/* ImportCertificate: what makes a version of a certificate. The rules of its content have tests of their own. */
#include "office.h"
#include "service/acm/arn.h"
#include "service/acm/record.h"
#include "test.h"

static const struct wish plain = { .subject = "CN=plain.example", .san = "DNS:plain.example" };

static struct acm_import_certificate_request
request_of(const struct papers *papers)
{
	return (struct acm_import_certificate_request){
		.certificate = papers->certificate, .private_key = papers->key, .certificate_chain = papers->chain
	};
}

/* Imports a wish; under an ARN when there is one. */
static bool
import(struct visit *visit, struct wish wish, const char *arn)
{
	struct papers papers = papers_make(&visit->arena, wish);
	struct acm_import_certificate_request in = request_of(&papers);
	struct acm_import_certificate_response out = { 0 };

	in.certificate_arn = str_of(arn);
	return DO(visit, import_certificate, &in, &out);
}

static struct acm_tag_list
tags_of(struct acm_tag *tags, size_t n)
{
	return (struct acm_tag_list){ tags, n, true };
}

TEST(import, gives_every_import_an_arn_of_its_own)
{
	char first[ARN_TEXT_BYTES], second[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "200000000001", "eu-central-1");
	visit_keep(&visit, plain, first);
	visit_keep(&visit, plain, second);
	CHECK(strncmp(first, "arn:aws:acm:eu-central-1:200000000001:certificate/", 50) == 0);
	CHECK(strcmp(first, second) != 0);
	visit_end(&visit);
}

TEST(import, writes_nothing_before_the_commit)
{
	struct acm_import_certificate_response out = { 0 };
	struct papers papers;
	struct visit visit;

	visit_begin(&visit, "200000000002", "eu-central-1");
	papers = papers_make(&visit.arena, plain);
	struct acm_import_certificate_request in = request_of(&papers);
	CHECK_OK(acm_import_certificate(&visit.call, &in, &out, &visit.fault), visit.fault);
	struct acm_describe_certificate_request describe = { .certificate_arn = out.certificate_arn };
	struct acm_describe_certificate_response described = { 0 };
	CHECK(!acm_describe_certificate(&visit.call, &describe, &described, &visit.fault));
	CHECK(visit.fault.code == FAULT_NOT_FOUND);
	CHECK_OK(visit_commit(&visit), visit.fault);
	CHECK_OK(acm_describe_certificate(&visit.call, &describe, &described, &visit.fault), visit.fault);
	visit_end(&visit);
}

TEST(import, seals_the_key_for_this_arn_and_version)
{
	struct papers papers;
	struct bytes sealed;
	char arn[ARN_TEXT_BYTES];
	struct visit visit;
	int64_t version;
	struct str id;

	visit_begin(&visit, "200000000003", "eu-central-1");
	papers = papers_make(&visit.arena, plain);
	CHECK_OK(visit_import(&visit, &papers, arn), visit.fault);
	CHECK_OK(acm_arn_resolve(&visit.call, str_of(arn), &id, &visit.fault), visit.fault);
	CHECK_OK(store_certificate_key(
			 office.store, &visit.call.owner, id, &visit.arena, &sealed, &version, &visit.fault),
		visit.fault);
	CHECK(version == 1);
	CHECK(sealed.n > 0);
	CHECK(memmem(sealed.p, sealed.n, papers.key.p + 30, 40) == NULL);
	visit_end(&visit);
}

TEST(import, refuses_a_key_of_another_certificate)
{
	struct acm_import_certificate_response out = { 0 };
	struct papers papers, others;
	struct visit visit;

	visit_begin(&visit, "200000000004", "eu-central-1");
	papers = papers_make(&visit.arena, plain);
	others = papers_make(&visit.arena, (struct wish){ .subject = "CN=x.example", .key = PAPER_P384 });
	struct acm_import_certificate_request in = request_of(&papers);
	in.private_key = others.key;
	CHECK(!DO(&visit, import_certificate, &in, &out));
	CHECK(visit.fault.code == FAULT_VALIDATION);
	visit_end(&visit);
}

TEST(import, looks_for_the_arn_before_it_looks_at_the_content)
{
	static const uint8_t garbage[] = "garbage";
	struct acm_import_certificate_response out = { 0 };
	struct acm_import_certificate_request in = { .certificate = { garbage, 7 },
		.certificate_arn =
			STR("arn:aws:acm:eu-central-1:200000000005:certificate/01890a5d-ac96-774b-bcce-b302099a8057") };
	struct visit visit;

	visit_begin(&visit, "200000000005", "eu-central-1");
	CHECK(!DO(&visit, import_certificate, &in, &out));
	CHECK(visit.fault.code == FAULT_NOT_FOUND);
	in.certificate_arn = STR("arn:aws:acm:eu-central-1:200000000005:certificate/x");
	CHECK(!DO(&visit, import_certificate, &in, &out));
	CHECK(visit.fault.code == FAULT_INVALID_ARN);
	in.certificate_arn = (struct str){ 0 };
	CHECK(!DO(&visit, import_certificate, &in, &out));
	CHECK(visit.fault.code == FAULT_VALIDATION);
	visit_end(&visit);
}

TEST(import, reads_the_certificate_before_the_key)
{
	static uint8_t garbage[] = "garbage";
	struct acm_import_certificate_response out = { 0 };
	struct acm_import_certificate_request in = { .certificate = { garbage, 7 }, .private_key = { garbage, 7 } };
	struct visit visit;

	visit_begin(&visit, "200000000006", "eu-central-1");
	CHECK(!DO(&visit, import_certificate, &in, &out));
	CHECK(strncmp(visit.fault.say, "The certificate field contains more than one certificate.", 57) == 0);
	visit_end(&visit);
}

TEST(import, tags_a_new_certificate_in_the_same_write)
{
	struct acm_tag tags[] = { { STR("team"), STR("web") }, { STR("bare"), { 0 } } };
	struct acm_import_certificate_response out = { 0 };
	struct acm_list_tags_for_certificate_response listed = { 0 };
	struct papers papers;
	struct visit visit;

	visit_begin(&visit, "200000000007", "eu-central-1");
	papers = papers_make(&visit.arena, plain);
	struct acm_import_certificate_request in = request_of(&papers);
	in.tags = tags_of(tags, 2);
	CHECK_OK(DO(&visit, import_certificate, &in, &out), visit.fault);
	struct acm_list_tags_for_certificate_request list = { .certificate_arn = out.certificate_arn };
	CHECK_OK(acm_list_tags_for_certificate(&visit.call, &list, &listed, &visit.fault), visit.fault);
	CHECK(listed.tags.n == 2);
	CHECK_TEXT(listed.tags.v[0].key, "bare");
	CHECK(listed.tags.v[0].value.p == NULL);
	CHECK_TEXT(listed.tags.v[1].value, "web");
	visit_end(&visit);
}

TEST(import, refuses_bad_tags_and_keeps_nothing)
{
	struct acm_tag reserved[] = { { STR("aws:x"), { 0 } } }, twice[] = { { STR("a"), { 0 } }, { STR("a"), { 0 } } };
	struct acm_import_certificate_response out = { 0 };
	struct acm_search_certificates_request all = { 0 };
	struct acm_search_certificates_response found = { 0 };
	struct papers papers;
	struct visit visit;

	visit_begin(&visit, "200000000008", "eu-central-1");
	papers = papers_make(&visit.arena, plain);
	struct acm_import_certificate_request in = request_of(&papers);
	in.tags = tags_of(reserved, 1);
	CHECK(!DO(&visit, import_certificate, &in, &out));
	CHECK(visit.fault.code == FAULT_INVALID_TAG);
	in.tags = tags_of(twice, 2);
	CHECK(!DO(&visit, import_certificate, &in, &out));
	CHECK(visit.fault.code == FAULT_INVALID_PARAMETER);
	CHECK_OK(DO(&visit, search_certificates, &all, &found), visit.fault);
	CHECK(found.results.n == 0);
	visit_end(&visit);
}

/* ---- Re-import ---- */

TEST(reimport, keeps_arn_creation_and_tags_and_moves_the_rest)
{
	struct acm_tag tags[] = { { STR("team"), STR("web") } };
	struct acm_list_tags_for_certificate_response listed = { 0 };
	const struct acm_certificate_detail *detail;
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "200000000010", "eu-central-1");
	visit_keep(&visit, plain, arn);
	struct acm_add_tags_to_certificate_request add = { .certificate_arn = str_of(arn), .tags = tags_of(tags, 1) };
	CHECK_OK(DO(&visit, add_tags_to_certificate, &add), visit.fault);
	office.clock = clock_fixed(OFFICE_NOW_MS + 5000);
	visit_again(&visit);
	CHECK_OK(import(&visit, (struct wish){ .subject = "CN=next.example", .serial = 77 }, arn), visit.fault);
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_again(&visit);
	detail = visit_describe(&visit, arn);
	CHECK_TEXT(detail->certificate_arn, arn);
	CHECK(detail->created_at_ms == OFFICE_NOW_MS);
	CHECK(detail->imported_at_ms == OFFICE_NOW_MS + 5000);
	CHECK_TEXT(detail->domain_name, "next.example");
	CHECK_TEXT(detail->serial, "4d");
	struct acm_list_tags_for_certificate_request list = { .certificate_arn = str_of(arn) };
	CHECK_OK(acm_list_tags_for_certificate(&visit.call, &list, &listed, &visit.fault), visit.fault);
	CHECK(listed.tags.n == 1);
	visit_end(&visit);
}

TEST(reimport, brings_an_expired_certificate_back_to_issued)
{
	int64_t later_ms = OFFICE_NOW_MS + 10 * OFFICE_DAY_MS;
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "200000000011", "eu-central-1");
	visit_keep(&visit, (struct wish){ .subject = "CN=old.example", .not_after_ms = OFFICE_NOW_MS + OFFICE_DAY_MS },
		arn);
	office.clock = clock_fixed(later_ms);
	visit_again(&visit);
	CHECK(visit_describe(&visit, arn)->status.v == ACM_CERTIFICATE_STATUS_EXPIRED);
	CHECK_OK(import(&visit, (struct wish){ .subject = "CN=old.example" }, arn), visit.fault);
	visit_again(&visit);
	CHECK(visit_describe(&visit, arn)->status.v == ACM_CERTIFICATE_STATUS_ISSUED);
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_end(&visit);
}

TEST(reimport, refuses_tags)
{
	struct acm_tag tags[] = { { STR("team"), STR("web") } };
	struct acm_import_certificate_response out = { 0 };
	char arn[ARN_TEXT_BYTES];
	struct papers papers;
	struct visit visit;

	visit_begin(&visit, "200000000012", "eu-central-1");
	visit_keep(&visit, plain, arn);
	papers = papers_make(&visit.arena, plain);
	struct acm_import_certificate_request in = request_of(&papers);
	in.certificate_arn = str_of(arn);
	in.tags = tags_of(tags, 1);
	CHECK(!DO(&visit, import_certificate, &in, &out));
	CHECK(visit.fault.code == import_rule_entry(IMPORT_RULE_REPLACE_TAGS)->code);
	visit_end(&visit);
}

TEST(reimport, adds_tags_when_that_rule_is_relaxed)
{
	struct acm_tag tags[] = { { STR("team"), STR("web") } };
	struct acm_list_tags_for_certificate_response listed = { 0 };
	struct acm_import_certificate_response out = { 0 };
	char arn[ARN_TEXT_BYTES];
	struct papers papers;
	struct visit visit;

	visit_begin(&visit, "200000000013", "eu-central-1");
	visit_keep(&visit, plain, arn);
	papers = papers_make(&visit.arena, plain);
	struct acm_import_certificate_request in = request_of(&papers);
	in.certificate_arn = str_of(arn);
	in.tags = tags_of(tags, 1);
	office.settings.rules.relaxed[IMPORT_RULE_REPLACE_TAGS] = 1;
	CHECK_OK(DO(&visit, import_certificate, &in, &out), visit.fault);
	office.settings.rules.relaxed[IMPORT_RULE_REPLACE_TAGS] = 0;
	struct acm_list_tags_for_certificate_request list = { .certificate_arn = str_of(arn) };
	CHECK_OK(acm_list_tags_for_certificate(&visit.call, &list, &listed, &visit.fault), visit.fault);
	CHECK(listed.tags.n == 1);
	visit_end(&visit);
}

TEST(reimport, refuses_another_kind_of_key_and_lost_usages)
{
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	visit_begin(&visit, "200000000014", "eu-central-1");
	visit_keep(&visit,
		(struct wish){ .subject = "CN=a.example",
			.key_usage = "digitalSignature,keyAgreement",
			.extended_key_usage = "serverAuth" },
		arn);
	CHECK(!import(&visit,
		(struct wish){ .subject = "CN=a.example",
			.key = PAPER_P384,
			.key_usage = "digitalSignature,keyAgreement",
			.extended_key_usage = "serverAuth" },
		arn));
	CHECK(visit.fault.code == FAULT_VALIDATION);
	visit_again(&visit);
	CHECK(!import(&visit,
		(struct wish){ .subject = "CN=a.example",
			.key_usage = "digitalSignature",
			.extended_key_usage = "serverAuth" },
		arn));
	CHECK(strncmp(visit.fault.say, "New certificate is missing one or more Key Usages", 49) == 0);
	visit_end(&visit);
}

/* A certificate of a type that no operation makes yet, as the store would keep it. */
struct foreign {
	struct owner owner;
	struct certificate_row row;
};

static bool
insert_foreign(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct foreign *foreign = context;

	return store_certificate_insert(transaction, &foreign->owner, &foreign->row, fault);
}

TEST(reimport, refuses_what_was_not_imported)
{
	static const char *const id = "01890a5d-ac96-774b-bcce-b302099a8057";
	const struct certificate *certificate;
	struct papers papers;
	struct visit visit;
	struct str arn;
	const char *why;

	visit_begin(&visit, "200000000015", "eu-central-1");
	papers = papers_make(&visit.arena, plain);
	CHECK(certificate_parse(papers.der, &visit.arena, &certificate, &why));
	struct foreign foreign = { .owner = visit.call.owner,
		.row = { .id = str_of(id),
			.type = CERTIFICATE_PRIVATE,
			.state = CERTIFICATE_ISSUED,
			.version = 1,
			.created_ms = OFFICE_NOW_MS,
			.sealed_key = papers.der } };
	CHECK_OK(acm_certificate_row(certificate, &visit.arena, &foreign.row, &visit.fault), visit.fault);
	CHECK_OK(store_apply(office.store, insert_foreign, &foreign, &visit.fault), visit.fault);
	arn = acm_arn_render(&visit.arena, "aws", &visit.call.owner, str_of(id));
	CHECK(!import(&visit, plain, arena_cstr(&visit.arena, arn)));
	CHECK(visit.fault.code == FAULT_VALIDATION);
	CHECK(strstr(visit.fault.say, id) != NULL);
	visit_end(&visit);
}

/* Two requests that read the same version: the second to be written must not win silently. */
TEST(reimport, lets_only_one_of_two_at_once_win)
{
	struct acm_import_certificate_response out = { 0 };
	struct visit first, second;
	char arn[ARN_TEXT_BYTES];
	struct papers papers;

	visit_begin(&first, "200000000016", "eu-central-1");
	visit_begin(&second, "200000000016", "eu-central-1");
	visit_keep(&first, plain, arn);
	papers = papers_make(&first.arena, (struct wish){ .subject = "CN=first.example" });
	struct acm_import_certificate_request in = request_of(&papers);
	in.certificate_arn = str_of(arn);
	CHECK_OK(acm_import_certificate(&first.call, &in, &out, &first.fault), first.fault);
	papers = papers_make(&second.arena, (struct wish){ .subject = "CN=second.example" });
	in = request_of(&papers);
	in.certificate_arn = str_of(arn);
	CHECK_OK(acm_import_certificate(&second.call, &in, &out, &second.fault), second.fault);
	CHECK_OK(visit_commit(&first), first.fault);
	CHECK(!visit_commit(&second));
	CHECK(second.fault.code == FAULT_CONFLICT);
	CHECK(strstr(second.fault.say, arn) != NULL);
	visit_again(&first);
	CHECK_TEXT(visit_describe(&first, arn)->domain_name, "first.example");
	visit_end(&first);
	visit_end(&second);
}

TEST(reimport, does_not_revive_what_was_deleted_meanwhile)
{
	struct acm_import_certificate_response out = { 0 };
	struct visit importer, deleter;
	char arn[ARN_TEXT_BYTES];
	struct papers papers;

	visit_begin(&importer, "200000000017", "eu-central-1");
	visit_begin(&deleter, "200000000017", "eu-central-1");
	visit_keep(&importer, plain, arn);
	papers = papers_make(&importer.arena, plain);
	struct acm_import_certificate_request in = request_of(&papers);
	in.certificate_arn = str_of(arn);
	CHECK_OK(acm_import_certificate(&importer.call, &in, &out, &importer.fault), importer.fault);
	struct acm_delete_certificate_request delete = { .certificate_arn = str_of(arn) };
	CHECK_OK(DO(&deleter, delete_certificate, &delete), deleter.fault);
	CHECK(!visit_commit(&importer));
	CHECK(importer.fault.code == FAULT_NOT_FOUND || importer.fault.code == FAULT_CONFLICT);
	CHECK(importer.fault.say[0] != '\0');
	visit_end(&importer);
	visit_end(&deleter);
}

/* ---- Quotas ---- */

TEST(quota, is_off_unless_set)
{
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	CHECK(office.settings.quota_certificates == 0 && office.settings.quota_imports_per_year == 0);
	visit_begin(&visit, "200000000020", "eu-central-1");
	for (int i = 0; i < 3; i++)
		visit_keep(&visit, plain, arn);
	visit_end(&visit);
}

TEST(quota, limits_certificates_but_not_reimports)
{
	char arn[ARN_TEXT_BYTES];
	struct papers papers;
	struct visit visit;

	visit_begin(&visit, "200000000021", "eu-central-1");
	office.settings.quota_certificates = 2;
	visit_keep(&visit, plain, arn);
	visit_keep(&visit, plain, arn);
	papers = papers_make(&visit.arena, plain);
	CHECK(!visit_import(&visit, &papers, arn));
	CHECK(visit.fault.code == FAULT_LIMIT_EXCEEDED);
	CHECK(strncmp(visit.fault.say, "You have reached the maximum number of certificates.", 52) == 0);
	visit_again(&visit);
	CHECK_OK(import(&visit, plain, arn), visit.fault);
	visit_again(&visit);
	struct acm_delete_certificate_request delete = { .certificate_arn = str_of(arn) };
	CHECK_OK(DO(&visit, delete_certificate, &delete), visit.fault);
	visit_again(&visit);
	visit_keep(&visit, plain, arn);
	office.settings.quota_certificates = 0;
	visit_end(&visit);
}

TEST(quota, counts_a_years_imports_deleted_ones_included)
{
	char arn[ARN_TEXT_BYTES];
	struct papers papers;
	struct visit visit;

	visit_begin(&visit, "200000000022", "eu-central-1");
	office.settings.quota_imports_per_year = 1;
	visit_keep(
		&visit, (struct wish){ .subject = "CN=y.example", .not_after_ms = OFFICE_NOW_MS + OFFICE_DAY_MS }, arn);
	struct acm_delete_certificate_request delete = { .certificate_arn = str_of(arn) };
	CHECK_OK(DO(&visit, delete_certificate, &delete), visit.fault);
	visit_again(&visit);
	papers = papers_make(&visit.arena, plain);
	CHECK(!visit_import(&visit, &papers, arn));
	CHECK(visit.fault.code == FAULT_LIMIT_EXCEEDED);
	office.clock = clock_fixed(OFFICE_NOW_MS + 370 * OFFICE_DAY_MS);
	visit_again(&visit);
	visit_keep(&visit,
		(struct wish){ .subject = "CN=y.example", .not_after_ms = OFFICE_NOW_MS + 400 * OFFICE_DAY_MS }, arn);
	office.clock = clock_fixed(OFFICE_NOW_MS);
	office.settings.quota_imports_per_year = 0;
	visit_end(&visit);
}

OFFICE_MAIN("import");
