#include "service/pca/authority.h"
#include "service/pca/template.h"
#include "store/issued.h"
#include "x509/crl.h"

#include "order.h"
#include "test.h"

static struct visit visit;
static char root[ARN_TEXT_BYTES];
static char arns[5][ARN_TEXT_BYTES];

static const char *const names[] = { "one.example.com", "two.example.com", "three.example.com", "four.example.com",
	"five.example.com" };

static bool
revoke(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct pca_arn *arn = context;
	struct bytes serial;
	struct authority authority;

	CHECK(pca_serial_parse(arn->serial, &visit.arena, &serial));
	CHECK(authority_load(&visit.call, str_of(root), NULL, &authority, fault));
	return store_issued_revoke(
		transaction, authority.row.number, serial, CRL_REASON_KEY_COMPROMISE, OFFICE_NOW_MS, fault);
}

/* Five certificates: for 10, 20, … days, two of them by another template, the first one revoked. */
static void
begin(void)
{
	visit_begin(&visit, "300000000003", "eu-central-1");
	if (root[0] != '\0')
		return;
	visit_authority(&visit, (struct authority_wish){ 0 }, root);
	for (int i = 0; i < 5; i++) {
		char subject[64], san[64];
		(void)snprintf(subject, sizeof subject, "CN=%s", names[i]);
		(void)snprintf(san, sizeof san, "DNS:%s,DNS:alias%d.example.org", names[i], i);
		struct order order = { .template = i < 3 ? NULL : "CodeSigningCertificate/V1",
			.as_wished = true,
			.wish = { .subject = subject, .extensions = { { "subjectAltName", san } } },
			.days = (i + 1) * 10 };
		office.clock = clock_fixed(OFFICE_NOW_MS + i * 1000);
		CHECK_OK(order_place(&visit, root, &order, arns[i]), visit.fault);
	}
	office.clock = clock_fixed(OFFICE_NOW_MS);
	struct pca_arn first;
	CHECK_OK(pca_arn_parse(str_of(arns[0]), &first, &visit.fault), visit.fault);
	CHECK_OK(store_apply(office.store, revoke, &first, &visit.fault), visit.fault);
	visit_again(&visit);
}

static struct own_list_issued_certificates_request
request(void)
{
	return (struct own_list_issued_certificates_request){ .certificate_authority_arn = str_of(root) };
}

static struct own_list_issued_certificates_response
list(const struct own_list_issued_certificates_request *in)
{
	struct own_list_issued_certificates_response out = { 0 };

	CHECK_OK(DO_IN(own, &visit, list_issued_certificates, in, &out), visit.fault);
	CHECK(out.issued_certificates.has);
	return out;
}

static enum fault_code
refused(const struct own_list_issued_certificates_request *in, const char *words)
{
	struct own_list_issued_certificates_response out = { 0 };

	memset(&visit.fault, 0, sizeof visit.fault);
	CHECK(!DO_IN(own, &visit, list_issued_certificates, in, &out));
	if (strstr(visit.fault.say, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", visit.fault.say, words);
	return visit.fault.code;
}

/* The certificates by their place in `arns`, "r" for the root's own: "43210r". */
static struct str
places(const struct own_list_issued_certificates_response *out)
{
	struct str text = STR("");

	for (size_t i = 0; i < out->issued_certificates.n; i++) {
		char place = 'r';
		for (int k = 0; k < 5; k++)
			if (str_is(out->issued_certificates.v[i].certificate_arn, arns[k]))
				place = (char)('0' + k);
		text = arena_printf(&visit.arena, "%.*s%c", STR_ARG(text), place);
	}
	return text;
}

static struct str
found(struct own_filters filters)
{
	struct own_list_issued_certificates_request in = request();

	in.filters = &filters;
	struct own_list_issued_certificates_response out = list(&in);
	return places(&out);
}

TEST(list_issued, shows_the_newest_first)
{
	begin();
	struct own_list_issued_certificates_request in = request();
	struct own_list_issued_certificates_response out = list(&in);
	CHECK_TEXT(places(&out), "43210r");
	CHECK(out.next_token.p == NULL);
	visit_end(&visit);
}

TEST(list_issued, tells_of_each_what_is_known)
{
	begin();
	struct own_list_issued_certificates_request in = request();
	struct own_list_issued_certificates_response out = list(&in);
	const struct own_issued_certificate *first = &out.issued_certificates.v[4],
					    *fourth = &out.issued_certificates.v[1];
	CHECK_TEXT(first->subject, "CN=one.example.com");
	CHECK(first->subject_alternative_names.n == 2);
	CHECK_TEXT(first->subject_alternative_names.v[1], "alias0.example.org");
	CHECK(first->status.v == OWN_ISSUED_CERTIFICATE_STATUS_REVOKED);
	CHECK(first->revocation_reason.v == OWN_REVOCATION_REASON_KEY_COMPROMISE);
	CHECK(first->has_revoked_at && first->revoked_at_ms == OFFICE_NOW_MS);
	CHECK_TEXT(first->template_arn, "arn:aws:acm-pca:::template/EndEntityCertificate/V1");
	CHECK_TEXT(first->requested_by, "arn:aws:iam::300000000003:user/alice");
	CHECK(first->serial.n == 47 && first->serial.p[2] == ':');
	CHECK(first->has_issued_at && first->issued_at_ms == OFFICE_NOW_MS);
	CHECK(fourth->status.v == OWN_ISSUED_CERTIFICATE_STATUS_ISSUED && !fourth->has_revoked_at);
	CHECK(fourth->revocation_reason.v == CHOICE_ABSENT);
	CHECK_TEXT(fourth->template_arn, "arn:aws:acm-pca:::template/CodeSigningCertificate/V1");
	CHECK(out.issued_certificates.v[5].subject_alternative_names.n == 0);
	visit_end(&visit);
}

TEST(list_issued, sorts_by_the_end_too)
{
	begin();
	struct own_list_issued_certificates_request in = request();
	in.sort_by.v = OWN_SORT_BY_NOT_AFTER;
	in.sort_order.v = OWN_SORT_ORDER_ASCENDING;
	struct own_list_issued_certificates_response out = list(&in);
	CHECK_TEXT(places(&out), "01234r");
	visit_end(&visit);
}

TEST(list_issued, finds_by_each_filter)
{
	struct choice revoked = { .v = OWN_ISSUED_CERTIFICATE_STATUS_REVOKED };
	struct choice expired = { .v = OWN_ISSUED_CERTIFICATE_STATUS_EXPIRED };

	begin();
	CHECK_TEXT(found((struct own_filters){ .subject_contains = STR("WO.EXAMPLE") }), "1");
	CHECK_TEXT(found((struct own_filters){ .name_contains = STR("alias3") }), "3");
	CHECK_TEXT(found((struct own_filters){ .serial = str_of(strrchr(arns[2], '/') + 1) }), "2");
	CHECK_TEXT(found((struct own_filters){
			   .template_arn = STR("arn:aws:acm-pca:::template/CodeSigningCertificate/V1") }),
		"43");
	CHECK_TEXT(found((struct own_filters){ .statuses = { &revoked, 1, true } }), "0");
	CHECK_TEXT(found((struct own_filters){ .expires_after_ms = OFFICE_NOW_MS + 25 * OFFICE_DAY_MS,
			   .has_expires_after = true,
			   .expires_before_ms = OFFICE_NOW_MS + 45 * OFFICE_DAY_MS,
			   .has_expires_before = true }),
		"32");
	CHECK_TEXT(found((struct own_filters){ .statuses = { &expired, 1, true } }), "");
	office.clock = clock_fixed(OFFICE_NOW_MS + 35 * OFFICE_DAY_MS);
	visit_again(&visit);
	CHECK_TEXT(found((struct own_filters){ .statuses = { &expired, 1, true } }), "21");
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_end(&visit);
}

TEST(list_issued, goes_on_where_a_page_ended)
{
	begin();
	struct own_list_issued_certificates_request in = request();
	struct str all = STR("");
	int pages = 0;
	in.max_results = 2;
	in.has_max_results = true;
	do {
		struct own_list_issued_certificates_response out = list(&in);
		CHECK(out.issued_certificates.n <= 2);
		all = arena_printf(&visit.arena, "%.*s%.*s", STR_ARG(all), STR_ARG(places(&out)));
		in.next_token = out.next_token;
		CHECK(++pages < 10);
	} while (in.next_token.p != NULL);
	CHECK_TEXT(all, "43210r");
	visit_end(&visit);
}

TEST(list_issued, refuses_a_token_of_other_pages)
{
	struct own_filters filters = { .subject_contains = STR("example") };

	begin();
	struct own_list_issued_certificates_request in = request();
	in.max_results = 2;
	in.has_max_results = true;
	struct own_list_issued_certificates_response out = list(&in);
	in.next_token = out.next_token;
	in.max_results = 3;
	CHECK(list(&in).issued_certificates.n == 3);
	in.sort_by.v = OWN_SORT_BY_NOT_AFTER;
	CHECK(refused(&in, "The NextToken is not one") == FAULT_INVALID_NEXT_TOKEN);
	in.sort_by.v = CHOICE_ABSENT;
	in.filters = &filters;
	CHECK(refused(&in, "The NextToken is not one") == FAULT_INVALID_NEXT_TOKEN);
	in.filters = NULL;
	in.next_token = STR("abc");
	CHECK(refused(&in, "The NextToken is not one") == FAULT_INVALID_NEXT_TOKEN);
	visit_end(&visit);
}

TEST(list_issued, refuses_filters_that_cannot_be)
{
	struct own_filters template = { .template_arn = STR("arn:aws:acm-pca:::template/None/V1") };
	struct own_filters serial = { .serial = STR("12:345") };

	begin();
	struct own_list_issued_certificates_request in = request();
	in.filters = &template;
	CHECK(refused(&in, "there is no template") == FAULT_INVALID_ARGS);
	in.filters = &serial;
	CHECK(refused(&in, "not a serial number") == FAULT_INVALID_ARGS);
	visit_end(&visit);
}

TEST(list_issued, is_for_the_authoritys_own_account)
{
	begin();
	visit_end(&visit);
	visit_begin(&visit, "300000000004", "eu-central-1");
	struct own_list_issued_certificates_request in = request();
	CHECK(refused(&in, "Could not find certificate authority") == FAULT_NOT_FOUND);
	visit_end(&visit);
}

OFFICE_MAIN("own_list");
