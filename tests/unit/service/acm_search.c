/* SearchCertificates: the grammar of filters, the orders, the results. */
#include "office.h"
#include "test.h"

static const struct acm_search_certificates_response *
search(struct visit *visit, const struct acm_search_certificates_request *in)
{
	struct acm_search_certificates_response *out =
		ARENA_NEW(&visit->arena, struct acm_search_certificates_response);

	CHECK_OK(DO(visit, search_certificates, in, out), visit->fault);
	CHECK(out->results.has);
	return out;
}

static struct acm_certificate_filter_statement
filter_of(const struct acm_certificate_filter *filter)
{
	return (struct acm_certificate_filter_statement){ .kind = ACM_CERTIFICATE_FILTER_STATEMENT_FILTER,
		.filter = filter };
}

/* The common names that a statement finds, by name: "a b c". */
static struct str
found(struct visit *visit, struct acm_certificate_filter_statement statement)
{
	struct acm_search_certificates_request in = { .filter_statement = &statement,
		.sort_by.v = ACM_SEARCH_CERTIFICATES_SORT_BY_COMMON_NAME };
	const struct acm_search_certificates_response *out = search(visit, &in);
	struct str names = STR("");

	for (size_t i = 0; i < out->results.n; i++)
		names = arena_printf(&visit->arena, "%.*s%s%.*s", STR_ARG(names), i > 0 ? " " : "",
			STR_ARG(out->results.v[i].x509_attributes->subject->common_name));
	return names;
}

static struct str
found_by_attribute(struct visit *visit, struct acm_x509_attribute_filter asked)
{
	struct acm_certificate_filter filter = { .kind = ACM_CERTIFICATE_FILTER_X509_ATTRIBUTE_FILTER,
		.x509_attribute_filter = &asked };

	return found(visit, filter_of(&filter));
}

static struct str
found_by_metadata(struct visit *visit, struct acm_acm_certificate_metadata_filter asked)
{
	struct acm_certificate_filter filter = { .kind = ACM_CERTIFICATE_FILTER_ACM_CERTIFICATE_METADATA_FILTER,
		.acm_certificate_metadata_filter = &asked };

	return found(visit, filter_of(&filter));
}

static struct str
found_by_common_name(struct visit *visit, const char *value, int comparison)
{
	struct acm_common_name_filter name = { .value = str_of(value), .comparison_operator.v = comparison };
	struct acm_subject_filter subject = { .kind = ACM_SUBJECT_FILTER_COMMON_NAME, .common_name = &name };

	return found_by_attribute(visit,
		(struct acm_x509_attribute_filter){ .kind = ACM_X509_ATTRIBUTE_FILTER_SUBJECT, .subject = &subject });
}

static struct str
found_by_dns_name(struct visit *visit, const char *value, int comparison)
{
	struct acm_dns_name_filter name = { .value = str_of(value), .comparison_operator.v = comparison };
	struct acm_subject_alternative_name_filter names = { .kind = ACM_SUBJECT_ALTERNATIVE_NAME_FILTER_DNS_NAME,
		.dns_name = &name };

	return found_by_attribute(
		visit, (struct acm_x509_attribute_filter){ .kind = ACM_X509_ATTRIBUTE_FILTER_SUBJECT_ALTERNATIVE_NAME,
			       .subject_alternative_name = &names });
}

/* Four certificates that differ in everything a filter can ask for. */
static struct visit visit;
static char arns[4][ARN_TEXT_BYTES];
#define ACCOUNT "600000000001"

static void
arrive(void)
{
	static const struct wish wishes[] = {
		{ .subject = "CN=alpha.example",
			.san = "DNS:alpha.example,DNS:shared.example",
			.key_usage = "digitalSignature",
			.extended_key_usage = "serverAuth",
			.serial = 0x1111,
			.not_after_ms = OFFICE_NOW_MS + OFFICE_DAY_MS },
		{ .subject = "CN=beta.example", .san = "DNS:shared.example", .key = PAPER_P384, .serial = 0x2222 },
		{ .subject = "CN=gamma.test",
			.san = "DNS:gamma.test",
			.key = PAPER_RSA_2048,
			.key_usage = "keyEncipherment",
			.extended_key_usage = "clientAuth,1.2.3.4",
			.serial = 0x3333,
			.not_before_ms = OFFICE_NOW_MS - 100 * OFFICE_DAY_MS },
		{ .subject = "CN=delta.test", .serial = 0x4444, .not_after_ms = OFFICE_NOW_MS + 700 * OFFICE_DAY_MS },
	};

	visit_begin(&visit, ACCOUNT, "eu-central-1");
	for (size_t i = 0; arns[3][0] == '\0' && i < ARRAY_COUNT(wishes); i++) {
		office.clock = clock_fixed(OFFICE_NOW_MS + (int64_t)i);
		visit_again(&visit);
		visit_keep(&visit, wishes[i], arns[i]);
	}
	office.clock = clock_fixed(OFFICE_NOW_MS + 10);
	visit_again(&visit);
}

static void
leave(void)
{
	office.clock = clock_fixed(OFFICE_NOW_MS);
	visit_end(&visit);
}

TEST(search, finds_everything_without_a_filter)
{
	struct acm_search_certificates_request in = { 0 };
	const struct acm_search_certificates_response *out;

	arrive();
	out = search(&visit, &in);
	CHECK(out->results.n == 4);
	CHECK(out->next_token.p == NULL);
	CHECK_TEXT(out->results.v[0].certificate_arn, arns[0]);
	leave();
}

TEST(search, finds_by_arn_and_nothing_by_anothers)
{
	static const char *const nobodys[] = {
		"arn:aws:acm:eu-central-1:" ACCOUNT ":certificate/01890a5d-ac96-774b-bcce-b302099a8057",
		"arn:aws:acm:eu-west-1:" ACCOUNT ":certificate/01890a5d-ac96-774b-bcce-b302099a8057",
		"arn:aws:acm:eu-central-1:" ACCOUNT ":thing/x",
	};
	struct acm_certificate_filter filter = { .kind = ACM_CERTIFICATE_FILTER_CERTIFICATE_ARN };

	arrive();
	filter.certificate_arn = str_of(arns[2]);
	CHECK_TEXT(found(&visit, filter_of(&filter)), "gamma.test");
	for (size_t i = 0; i < ARRAY_COUNT(nobodys); i++) {
		filter.certificate_arn = str_of(nobodys[i]);
		CHECK_TEXT(found(&visit, filter_of(&filter)), "");
	}
	leave();
}

TEST(search, finds_by_common_name_without_case)
{
	arrive();
	CHECK_TEXT(found_by_common_name(&visit, "ALPHA.example", ACM_COMPARISON_OPERATOR_EQUALS), "alpha.example");
	CHECK_TEXT(found_by_common_name(&visit, "alpha", ACM_COMPARISON_OPERATOR_EQUALS), "");
	CHECK_TEXT(
		found_by_common_name(&visit, "a.Exam", ACM_COMPARISON_OPERATOR_CONTAINS), "alpha.example beta.example");
	CHECK_TEXT(found_by_common_name(&visit, "ta", ACM_COMPARISON_OPERATOR_CONTAINS), "beta.example delta.test");
	CHECK_TEXT(found_by_common_name(&visit, "%", ACM_COMPARISON_OPERATOR_CONTAINS), "");
	leave();
}

TEST(search, finds_by_dns_name_without_case)
{
	arrive();
	CHECK_TEXT(found_by_dns_name(&visit, "Shared.Example", ACM_COMPARISON_OPERATOR_EQUALS),
		"alpha.example beta.example");
	CHECK_TEXT(found_by_dns_name(&visit, "amma", ACM_COMPARISON_OPERATOR_CONTAINS), "gamma.test");
	CHECK_TEXT(found_by_dns_name(&visit, "delta.test", ACM_COMPARISON_OPERATOR_EQUALS), "");
	leave();
}

TEST(search, finds_by_key_and_usages)
{
	struct acm_x509_attribute_filter asked = { .kind = ACM_X509_ATTRIBUTE_FILTER_KEY_ALGORITHM };

	arrive();
	asked.key_algorithm = (struct choice){ .v = ACM_KEY_ALGORITHM_EC_SECP384R1 };
	CHECK_TEXT(found_by_attribute(&visit, asked), "beta.example");
	asked = (struct acm_x509_attribute_filter){ .kind = ACM_X509_ATTRIBUTE_FILTER_KEY_USAGE,
		.key_usage.v = ACM_KEY_USAGE_NAME_ANY };
	CHECK_TEXT(found_by_attribute(&visit, asked), "beta.example delta.test");
	asked.key_usage.v = ACM_KEY_USAGE_NAME_KEY_ENCIPHERMENT;
	CHECK_TEXT(found_by_attribute(&visit, asked), "gamma.test");
	asked = (struct acm_x509_attribute_filter){ .kind = ACM_X509_ATTRIBUTE_FILTER_EXTENDED_KEY_USAGE,
		.extended_key_usage.v = ACM_EXTENDED_KEY_USAGE_NAME_CUSTOM };
	CHECK_TEXT(found_by_attribute(&visit, asked), "gamma.test");
	asked.extended_key_usage.v = ACM_EXTENDED_KEY_USAGE_NAME_TLS_WEB_SERVER_AUTHENTICATION;
	CHECK_TEXT(found_by_attribute(&visit, asked), "alpha.example");
	leave();
}

TEST(search, finds_by_serial_number)
{
	struct acm_x509_attribute_filter asked = { .kind = ACM_X509_ATTRIBUTE_FILTER_SERIAL_NUMBER };

	arrive();
	asked.serial_number = STR("22:22");
	CHECK_TEXT(found_by_attribute(&visit, asked), "beta.example");
	asked.serial_number = STR("22:23");
	CHECK_TEXT(found_by_attribute(&visit, asked), "");
	leave();
}

TEST(search, finds_by_ranges_that_include_their_ends)
{
	int64_t end_ms = (OFFICE_NOW_MS + OFFICE_DAY_MS) / 1000 * 1000;
	struct acm_timestamp_range range = { .end_ms = end_ms, .has_end = true };
	struct acm_x509_attribute_filter asked = { .kind = ACM_X509_ATTRIBUTE_FILTER_NOT_AFTER, .not_after = &range };

	arrive();
	CHECK_TEXT(found_by_attribute(&visit, asked), "alpha.example");
	range.end_ms = end_ms - 1;
	CHECK_TEXT(found_by_attribute(&visit, asked), "");
	range = (struct acm_timestamp_range){
		.start_ms = end_ms, .has_start = true, .end_ms = end_ms, .has_end = true
	};
	CHECK_TEXT(found_by_attribute(&visit, asked), "alpha.example");
	range = (struct acm_timestamp_range){ .start_ms = end_ms + 1, .has_start = true };
	CHECK_TEXT(found_by_attribute(&visit, asked), "beta.example delta.test gamma.test");
	range = (struct acm_timestamp_range){ .end_ms = OFFICE_NOW_MS - 50 * OFFICE_DAY_MS, .has_end = true };
	asked = (struct acm_x509_attribute_filter){ .kind = ACM_X509_ATTRIBUTE_FILTER_NOT_BEFORE,
		.not_before = &range };
	CHECK_TEXT(found_by_attribute(&visit, asked), "gamma.test");
	leave();
}

TEST(search, finds_by_metadata)
{
	static const char *const all = "alpha.example beta.example delta.test gamma.test";
	struct acm_acm_certificate_metadata_filter asked = { .kind = ACM_ACM_CERTIFICATE_METADATA_FILTER_TYPE };

	arrive();
	asked.type.v = ACM_CERTIFICATE_TYPE_IMPORTED;
	CHECK_TEXT(found_by_metadata(&visit, asked), all);
	asked.type.v = ACM_CERTIFICATE_TYPE_PRIVATE;
	CHECK_TEXT(found_by_metadata(&visit, asked), "");
	asked = (struct acm_acm_certificate_metadata_filter){ .kind = ACM_ACM_CERTIFICATE_METADATA_FILTER_IN_USE };
	CHECK_TEXT(found_by_metadata(&visit, asked), all);
	asked.in_use = true;
	CHECK_TEXT(found_by_metadata(&visit, asked), "");
	asked = (struct acm_acm_certificate_metadata_filter){ .kind = ACM_ACM_CERTIFICATE_METADATA_FILTER_EXPORTED,
		.exported = true };
	CHECK_TEXT(found_by_metadata(&visit, asked), "");
	asked = (struct acm_acm_certificate_metadata_filter){ .kind = ACM_ACM_CERTIFICATE_METADATA_FILTER_EXPORT_OPTION,
		.export_option.v = ACM_CERTIFICATE_EXPORT_DISABLED };
	CHECK_TEXT(found_by_metadata(&visit, asked), all);
	asked = (struct acm_acm_certificate_metadata_filter){
		.kind = ACM_ACM_CERTIFICATE_METADATA_FILTER_RENEWAL_STATUS,
		.renewal_status.v = ACM_RENEWAL_STATUS_SUCCESS
	};
	CHECK_TEXT(found_by_metadata(&visit, asked), "");
	asked = (struct acm_acm_certificate_metadata_filter){ .kind = ACM_ACM_CERTIFICATE_METADATA_FILTER_MANAGED_BY,
		.managed_by.v = ACM_CERTIFICATE_MANAGED_BY_CLOUDFRONT };
	CHECK_TEXT(found_by_metadata(&visit, asked), "");
	asked = (struct acm_acm_certificate_metadata_filter){
		.kind = ACM_ACM_CERTIFICATE_METADATA_FILTER_VALIDATION_METHOD,
		.validation_method.v = ACM_VALIDATION_METHOD_DNS
	};
	CHECK_TEXT(found_by_metadata(&visit, asked), "");
	leave();
}

TEST(search, finds_the_expired_by_the_clock)
{
	struct acm_acm_certificate_metadata_filter asked = { .kind = ACM_ACM_CERTIFICATE_METADATA_FILTER_STATUS,
		.status.v = ACM_CERTIFICATE_STATUS_EXPIRED };

	arrive();
	CHECK_TEXT(found_by_metadata(&visit, asked), "");
	office.clock = clock_fixed(OFFICE_NOW_MS + 2 * OFFICE_DAY_MS);
	visit_again(&visit);
	CHECK_TEXT(found_by_metadata(&visit, asked), "alpha.example");
	asked.status.v = ACM_CERTIFICATE_STATUS_ISSUED;
	CHECK_TEXT(found_by_metadata(&visit, asked), "beta.example delta.test gamma.test");
	leave();
}

TEST(search, combines_filters_by_and_or_and_not)
{
	struct acm_x509_attribute_filter p384 = { .kind = ACM_X509_ATTRIBUTE_FILTER_KEY_ALGORITHM,
		.key_algorithm.v = ACM_KEY_ALGORITHM_EC_SECP384R1 };
	struct acm_x509_attribute_filter any = { .kind = ACM_X509_ATTRIBUTE_FILTER_KEY_USAGE,
		.key_usage.v = ACM_KEY_USAGE_NAME_ANY };
	struct acm_certificate_filter is_p384 = { .kind = ACM_CERTIFICATE_FILTER_X509_ATTRIBUTE_FILTER,
		.x509_attribute_filter = &p384 };
	struct acm_certificate_filter is_any = { .kind = ACM_CERTIFICATE_FILTER_X509_ATTRIBUTE_FILTER,
		.x509_attribute_filter = &any };
	struct acm_certificate_filter is_gamma = { .kind = ACM_CERTIFICATE_FILTER_CERTIFICATE_ARN };
	struct acm_certificate_filter_statement leaf = filter_of(&is_p384);
	struct acm_certificate_filter_statement not_p384 = { .kind = ACM_CERTIFICATE_FILTER_STATEMENT_NOT,
		.not = &leaf };
	struct acm_certificate_filter_statement both[] = { filter_of(&is_any), not_p384 };
	struct acm_certificate_filter_statement conjunction = { .kind = ACM_CERTIFICATE_FILTER_STATEMENT_AND,
		.and = { both, 2, true } };
	struct acm_certificate_filter_statement either[] = { conjunction, filter_of(&is_gamma) };
	struct acm_certificate_filter_statement disjunction = { .kind = ACM_CERTIFICATE_FILTER_STATEMENT_OR,
		.or = { either, 2, true } };

	arrive();
	is_gamma.certificate_arn = str_of(arns[2]);
	CHECK_TEXT(found(&visit, not_p384), "alpha.example delta.test gamma.test");
	CHECK_TEXT(found(&visit, conjunction), "delta.test");
	CHECK_TEXT(found(&visit, disjunction), "delta.test gamma.test");
	leave();
}

static enum fault_code
refusal(const struct acm_search_certificates_request *in)
{
	struct acm_search_certificates_response out = { 0 };

	memset(&visit.fault, 0, sizeof visit.fault);
	return DO(&visit, search_certificates, in, &out) ? FAULT_NONE : visit.fault.code;
}

TEST(search, refuses_filters_without_a_member)
{
	struct acm_subject_filter no_subject = { 0 };
	struct acm_subject_alternative_name_filter no_name = { 0 };
	struct acm_x509_attribute_filter attributes[] = { { 0 },
		{ .kind = ACM_X509_ATTRIBUTE_FILTER_SUBJECT, .subject = &no_subject },
		{ .kind = ACM_X509_ATTRIBUTE_FILTER_SUBJECT_ALTERNATIVE_NAME, .subject_alternative_name = &no_name } };
	struct acm_acm_certificate_metadata_filter no_metadata = { 0 };
	struct acm_certificate_filter filters[] = { { 0 },
		{ .kind = ACM_CERTIFICATE_FILTER_ACM_CERTIFICATE_METADATA_FILTER,
			.acm_certificate_metadata_filter = &no_metadata },
		{ .kind = ACM_CERTIFICATE_FILTER_X509_ATTRIBUTE_FILTER, .x509_attribute_filter = &attributes[0] },
		{ .kind = ACM_CERTIFICATE_FILTER_X509_ATTRIBUTE_FILTER, .x509_attribute_filter = &attributes[1] },
		{ .kind = ACM_CERTIFICATE_FILTER_X509_ATTRIBUTE_FILTER, .x509_attribute_filter = &attributes[2] } };
	struct acm_certificate_filter_statement statement = { 0 };
	struct acm_search_certificates_request in = { .filter_statement = &statement };

	arrive();
	CHECK(refusal(&in) == FAULT_VALIDATION);
	for (size_t i = 0; i < ARRAY_COUNT(filters); i++) {
		statement = filter_of(&filters[i]);
		CHECK(refusal(&in) == FAULT_VALIDATION);
	}
	leave();
}

TEST(search, refuses_a_range_that_ends_before_it_begins)
{
	struct acm_timestamp_range range = { .start_ms = 2, .has_start = true, .end_ms = 1, .has_end = true };
	struct acm_x509_attribute_filter asked = { .kind = ACM_X509_ATTRIBUTE_FILTER_NOT_BEFORE, .not_before = &range };
	struct acm_certificate_filter filter = { .kind = ACM_CERTIFICATE_FILTER_X509_ATTRIBUTE_FILTER,
		.x509_attribute_filter = &asked };
	struct acm_certificate_filter_statement statement = filter_of(&filter);
	struct acm_search_certificates_request in = { .filter_statement = &statement };

	arrive();
	CHECK(refusal(&in) == FAULT_VALIDATION);
	CHECK(strstr(visit.fault.say, "NotBefore") != NULL);
	leave();
}

TEST(search, bounds_how_many_filters_it_takes)
{
	struct acm_x509_attribute_filter asked = { .kind = ACM_X509_ATTRIBUTE_FILTER_SERIAL_NUMBER,
		.serial_number = STR("22:22") };
	struct acm_certificate_filter filter = { .kind = ACM_CERTIFICATE_FILTER_X509_ATTRIBUTE_FILTER,
		.x509_attribute_filter = &asked };
	struct acm_certificate_filter_statement many[ACM_SEARCH_MAX_FILTERS + 1];
	struct acm_certificate_filter_statement statement = { .kind = ACM_CERTIFICATE_FILTER_STATEMENT_OR,
		.or = { many, ACM_SEARCH_MAX_FILTERS, true } };
	struct acm_search_certificates_request in = { .filter_statement = &statement };

	arrive();
	for (size_t i = 0; i < ARRAY_COUNT(many); i++)
		many[i] = filter_of(&filter);
	CHECK_TEXT(found(&visit, statement), "beta.example");
	statement.or.n++;
	CHECK(refusal(&in) == FAULT_VALIDATION);
	CHECK(strstr(visit.fault.say, "256") != NULL);
	leave();
}

TEST(search, sorts_by_every_key_in_both_orders_without_loss)
{
	struct acm_search_certificates_request in = { .max_results = 1, .has_max_results = true };

	arrive();
	for (int key = ACM_SEARCH_CERTIFICATES_SORT_BY_CREATED_AT; key <= ACM_SEARCH_CERTIFICATES_SORT_BY_IMPORTED_AT;
		key++) {
		struct str forward[4] = { { 0 } };
		for (int order = 0; order < 2; order++) {
			size_t seen = 0;
			in.sort_by.v = key;
			in.sort_order.v = order == 0 ? ACM_SEARCH_CERTIFICATES_SORT_ORDER_ASCENDING
						     : ACM_SEARCH_CERTIFICATES_SORT_ORDER_DESCENDING;
			in.next_token = (struct str){ 0 };
			do {
				const struct acm_search_certificates_response *out = search(&visit, &in);
				for (size_t i = 0; i < out->results.n; i++, seen++) {
					CHECK(seen < 4);
					if (order == 0)
						forward[seen] = out->results.v[i].certificate_arn;
					else
						CHECK(str_equal(forward[3 - seen], out->results.v[i].certificate_arn));
				}
				in.next_token = out->next_token;
			} while (in.next_token.p != NULL);
			CHECK(seen == 4);
		}
	}
	leave();
}

static void
check_order(int key, const char *first, const char *last)
{
	struct acm_search_certificates_request in = { .sort_by.v = key };
	const struct acm_search_certificates_response *out = search(&visit, &in);

	CHECK_TEXT(out->results.v[0].x509_attributes->subject->common_name, first);
	CHECK_TEXT(out->results.v[3].x509_attributes->subject->common_name, last);
}

TEST(search, sorts_by_what_it_is_asked_for)
{
	arrive();
	check_order(ACM_SEARCH_CERTIFICATES_SORT_BY_COMMON_NAME, "alpha.example", "gamma.test");
	check_order(ACM_SEARCH_CERTIFICATES_SORT_BY_NOT_AFTER, "alpha.example", "delta.test");
	check_order(ACM_SEARCH_CERTIFICATES_SORT_BY_NOT_BEFORE, "gamma.test", "delta.test");
	check_order(ACM_SEARCH_CERTIFICATES_SORT_BY_CREATED_AT, "alpha.example", "delta.test");
	check_order(ACM_SEARCH_CERTIFICATES_SORT_BY_KEY_ALGORITHM, "alpha.example", "gamma.test");
	leave();
}

TEST(search, takes_a_token_only_for_the_request_that_it_came_from)
{
	struct acm_search_certificates_request in = { .max_results = 2, .has_max_results = true };
	struct acm_list_certificates_request list = { 0 };
	struct acm_list_certificates_response listed = { 0 };
	struct visit other;

	arrive();
	in.next_token = search(&visit, &in)->next_token;
	CHECK(in.next_token.p != NULL);
	CHECK(refusal(&in) == FAULT_NONE);
	in.sort_by.v = ACM_SEARCH_CERTIFICATES_SORT_BY_NOT_AFTER;
	CHECK(refusal(&in) == FAULT_VALIDATION);
	in.sort_by.v = CHOICE_ABSENT;
	in.sort_order.v = ACM_SEARCH_CERTIFICATES_SORT_ORDER_DESCENDING;
	CHECK(refusal(&in) == FAULT_VALIDATION);
	list.next_token = in.next_token;
	CHECK(!DO(&visit, list_certificates, &list, &listed));
	CHECK(visit.fault.code == FAULT_INVALID_ARGS);
	in.sort_order.v = CHOICE_ABSENT;
	visit_begin(&other, "600000000002", "eu-central-1");
	struct acm_search_certificates_response none = { 0 };
	CHECK(!DO(&other, search_certificates, &in, &none));
	CHECK(other.fault.code == FAULT_VALIDATION);
	visit_end(&other);
	leave();
}

TEST(search, returns_a_hundred_unless_asked)
{
	struct acm_search_certificates_request in = { 0 };
	const struct acm_search_certificates_response *out;
	char arn[ARN_TEXT_BYTES];

	visit_begin(&visit, "600000000003", "eu-central-1");
	for (int i = 0; i < ACM_SEARCH_DEFAULT_PAGE + 1; i++)
		visit_keep(&visit, (struct wish){ .subject = "CN=many.example" }, arn);
	out = search(&visit, &in);
	CHECK(out->results.n == ACM_SEARCH_DEFAULT_PAGE);
	in.next_token = out->next_token;
	out = search(&visit, &in);
	CHECK(out->results.n == 1);
	CHECK(out->next_token.p == NULL);
	visit_end(&visit);
}

/* ---- Results ---- */

static const struct acm_certificate_search_result *
only_result(const char *account, struct wish wish)
{
	struct acm_search_certificates_request in = { 0 };
	const struct acm_search_certificates_response *out;
	char arn[ARN_TEXT_BYTES];

	visit_begin(&visit, account, "eu-central-1");
	visit_keep(&visit, wish, arn);
	out = search(&visit, &in);
	CHECK(out->results.n == 1);
	return &out->results.v[0];
}

TEST(result, tells_names_attribute_by_attribute)
{
	const struct acm_distinguished_name *name = only_result("600000000004",
		(struct wish){ .subject = "DC=test/DC=example/C=AU/ST=Some-State/L=Here/O=Org/OU=First/OU=Last/"
					  "title=Dr/SN=Sur/GN=Given/initials=AB/pseudonym=P/generationQualifier=III/"
					  "dnQualifier=Q/serialNumber=42/emailAddress=a@b.example/CN=full.example" })
							    ->x509_attributes->subject;

	CHECK_TEXT(name->common_name, "full.example");
	CHECK(name->domain_components.n == 2);
	CHECK_TEXT(name->domain_components.v[0], "test");
	CHECK_TEXT(name->domain_components.v[1], "example");
	CHECK_TEXT(name->country, "AU");
	CHECK_TEXT(name->state, "Some-State");
	CHECK_TEXT(name->locality, "Here");
	CHECK_TEXT(name->organization, "Org");
	CHECK_TEXT(name->organizational_unit, "Last");
	CHECK_TEXT(name->title, "Dr");
	CHECK_TEXT(name->surname, "Sur");
	CHECK_TEXT(name->given_name, "Given");
	CHECK_TEXT(name->initials, "AB");
	CHECK_TEXT(name->pseudonym, "P");
	CHECK_TEXT(name->generation_qualifier, "III");
	CHECK_TEXT(name->distinguished_name_qualifier, "Q");
	CHECK_TEXT(name->serial_number, "42");
	CHECK(name->custom_attributes.n == 1);
	CHECK_TEXT(name->custom_attributes.v[0].object_identifier, "1.2.840.113549.1.9.1");
	CHECK_TEXT(name->custom_attributes.v[0].value, "a@b.example");
	visit_end(&visit);
}

TEST(result, tells_every_kind_of_alternative_name)
{
	struct acm_general_name_list names = only_result(
		"600000000005", (struct wish){ .subject = "CN=kinds.example",
					.san = "DNS:kinds.example,IP:192.0.2.1,IP:2001:db8::1,email:a@b.example,"
					       "URI:https://kinds.example/,RID:1.2.3.4,otherName:1.2.3.4;UTF8:other" })
						     ->x509_attributes->subject_alternative_names;

	CHECK(names.n == 7);
	CHECK(names.v[0].kind == ACM_GENERAL_NAME_DNS_NAME);
	CHECK_TEXT(names.v[0].dns_name, "kinds.example");
	CHECK(names.v[1].kind == ACM_GENERAL_NAME_IP_ADDRESS);
	CHECK_TEXT(names.v[1].ip_address, "192.0.2.1");
	CHECK_TEXT(names.v[2].ip_address, "2001:db8::1");
	CHECK(names.v[3].kind == ACM_GENERAL_NAME_RFC822_NAME);
	CHECK_TEXT(names.v[3].rfc822_name, "a@b.example");
	CHECK(names.v[4].kind == ACM_GENERAL_NAME_UNIFORM_RESOURCE_IDENTIFIER);
	CHECK_TEXT(names.v[4].uniform_resource_identifier, "https://kinds.example/");
	CHECK(names.v[5].kind == ACM_GENERAL_NAME_REGISTERED_ID);
	CHECK_TEXT(names.v[5].registered_id, "1.2.3.4");
	CHECK(names.v[6].kind == ACM_GENERAL_NAME_OTHER_NAME);
	CHECK_TEXT(names.v[6].other_name->object_identifier, "1.2.3.4");
	CHECK_TEXT(names.v[6].other_name->value, "#0c056f74686572");
	visit_end(&visit);
}

TEST(result, tells_attributes_and_metadata)
{
	const struct acm_certificate_search_result *result = only_result("600000000006",
		(struct wish){ .subject = "CN=meta.example", .key_usage = "digitalSignature", .serial = 1001 });
	const struct acm_x509_attributes *attributes = result->x509_attributes;
	const struct acm_acm_certificate_metadata *metadata = result->certificate_metadata->acm_certificate_metadata;

	CHECK_TEXT(attributes->issuer->common_name, "meta.example");
	CHECK(attributes->key_algorithm.v == ACM_KEY_ALGORITHM_EC_PRIME256V1);
	CHECK(attributes->key_algorithm.raw.p == NULL);
	CHECK_TEXT(attributes->serial_number, "03:e9");
	CHECK(attributes->key_usages.n == 1);
	CHECK(attributes->extended_key_usages.n == 1);
	CHECK(attributes->has_not_before && attributes->has_not_after);
	CHECK(result->certificate_metadata->kind == ACM_CERTIFICATE_METADATA_ACM_CERTIFICATE_METADATA);
	CHECK(metadata->status.v == ACM_CERTIFICATE_STATUS_ISSUED);
	CHECK(metadata->type.v == ACM_CERTIFICATE_TYPE_IMPORTED);
	CHECK(metadata->has_created_at && metadata->has_imported_at && !metadata->has_issued_at);
	CHECK(metadata->has_in_use && !metadata->in_use && !metadata->has_exported);
	CHECK(metadata->export_option.v == ACM_CERTIFICATE_EXPORT_DISABLED);
	CHECK(metadata->renewal_eligibility.v == ACM_RENEWAL_ELIGIBILITY_INELIGIBLE);
	CHECK(metadata->renewal_status.v == CHOICE_ABSENT && metadata->managed_by.v == CHOICE_ABSENT);
	CHECK(metadata->validation_method.v == CHOICE_ABSENT);
	visit_end(&visit);
}

OFFICE_MAIN("search");
