#include "test.h"

#include "store/duty.h"

#include "watch.h"

static bool
create(struct visit *visit, const char *arn, int format,
	struct pca_create_certificate_authority_audit_report_response *out)
{
	struct pca_create_certificate_authority_audit_report_request in = {
		.certificate_authority_arn = str_of(arn),
		.s3_bucket_name = STR("reports"),
		.audit_report_response_format.v = format,
	};

	memset(&visit->fault, 0, sizeof visit->fault);
	return DO_IN(pca, visit, create_certificate_authority_audit_report, &in, out);
}

static bool
describe(struct visit *visit, const char *arn, const char *id,
	struct pca_describe_certificate_authority_audit_report_response *out)
{
	struct pca_describe_certificate_authority_audit_report_request in = { str_of(arn), str_of(id) };

	memset(&visit->fault, 0, sizeof visit->fault);
	return DO_IN(pca, visit, describe_certificate_authority_audit_report, &in, out);
}

static bool
store_one(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct issued_row *row = context;
	static const uint8_t hash[INTENTION_HASH_BYTES];
	struct bytes tbs = { hash, sizeof hash };
	struct intention_row intention = { .authority = row->authority,
		.serial = row->serial,
		.tbs_sha256 = tbs,
		.template = row->template,
		.requester = row->requester,
		.subject = row->subject };

	if (!store_intention_insert(transaction, &intention, fault) ||
		!store_issued_insert(transaction, row, tbs, fault))
		return false;
	return row->reason < 0 ||
	       store_issued_revoke(transaction, row->authority, row->serial, row->reason, 1582742397000, fault);
}

/* What AWS's guide shows: 2020-02-26T18:39:57+0000 is 1582742397. */
static void
put_rows(struct visit *visit, int64_t authority)
{
	static const uint8_t serials[][3] = { { 0x11, 0x22, 0xff }, { 0xe8, 0xcb, 0x00 }, { 1, 2, 3 } };
	struct issued_row rows[] = {
		{ .template = STR("EndEntityCertificate/V1"),
			.requester = STR("arn:aws:iam::999999999999:user/bob"),
			.subject = STR("2.5.4.5=#0123,CN=www.example1.com,OU=Sales,C=US"),
			.reason = -1 },
		{ .template = STR("EndEntityCertificate/V1"),
			.requester = STR("acm.amazonaws.com"),
			.subject = STR("CN=say \\\"hello\\\",O=B\xc3\xbc"),
			.reason = 1 },
		{ .template = STR("EndEntityServerAuthCertificate/V1"),
			.requester = STR("arn:aws:iam::999999999999:user/bob"),
			.subject = STR(""),
			.reason = 0 },
	};

	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		rows[i].authority = authority;
		rows[i].serial = (struct bytes){ serials[i], 3 };
		rows[i].names = STR("");
		rows[i].issued_ms = 1582742398123;
		rows[i].not_before_ms = 1582738798000;
		rows[i].not_after_ms = 4102444800000;
		rows[i].certificate = (struct bytes){ serials[i], 3 };
		CHECK_OK(store_apply(office.store, store_one, &rows[i], &visit->fault), visit->fault);
	}
}

/* An authority whose own certificate is in the report too: its line is cut off by the caller. */
static struct str
report_of(struct visit *visit, const char *account, int format, char arn[ARN_TEXT_BYTES])
{
	struct pca_create_certificate_authority_audit_report_response created = { 0 };
	struct pca_describe_certificate_authority_audit_report_response described = { 0 };
	char id[64], key[160];

	watch_begin(visit, account);
	watch_authority(visit, (struct authority_wish){ 0 }, arn);
	put_rows(visit, watch_load(visit, arn).row.number);
	watch_hurries = 0;
	CHECK_OK(create(visit, arn, format, &created), visit->fault);
	CHECK(watch_hurries == 1);
	(void)snprintf(id, sizeof id, "%.*s", STR_ARG(created.audit_report_id));
	(void)snprintf(key, sizeof key, "%.*s", STR_ARG(created.s3_key));
	CHECK_OK(describe(visit, arn, id, &described), visit->fault);
	CHECK(described.audit_report_status.v == PCA_AUDIT_REPORT_STATUS_CREATING);
	CHECK(described.created_at_ms == OFFICE_NOW_MS && described.has_created_at);
	CHECK_TEXT(described.s3_bucket_name, "reports");
	CHECK_TEXT(described.s3_key, key);
	CHECK(watch_object(visit, key).p == NULL);

	CHECK_OK(watch_duty(visit, audit_report_duty, NULL), visit->fault);
	CHECK_OK(describe(visit, arn, id, &described), visit->fault);
	CHECK(described.audit_report_status.v == PCA_AUDIT_REPORT_STATUS_SUCCESS);
	char expected[160], bucket[180];
	(void)snprintf(expected, sizeof expected, "audit-report/%s/%s.%s", strrchr(arn, '/') + 1, id,
		format == PCA_AUDIT_REPORT_RESPONSE_FORMAT_CSV ? "csv" : "json");
	CHECK_TEXT(str_of(key), expected);
	(void)snprintf(bucket, sizeof bucket, "s3/reports/%s", key);
	struct str content = watch_object(visit, key);
	CHECK(content.p != NULL && str_equal(content, watch_object(visit, bucket)));
	return content;
}

static struct str
line_take(struct str *rest)
{
	struct str line;

	(void)str_cut(rest, '\n', &line);
	return line;
}

TEST(pca_audit, writes_json_as_aws_does)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES], expected[1024];
	struct str rest = report_of(&visit, "740000000001", PCA_AUDIT_REPORT_RESPONSE_FORMAT_JSON, arn);

	CHECK_TEXT(line_take(&rest), "[");
	struct str root = line_take(&rest);
	CHECK(str_starts_with(root, STR("{\"awsAccountId\":\"740000000001\",\"certificateArn\":\"arn:")));
	CHECK(root.p[root.n - 1] == ',');
	(void)snprintf(expected, sizeof expected,
		"{\"awsAccountId\":\"999999999999\",\"certificateArn\":\"%s/certificate/"
		"1122ff\",\"serial\":\"11:22:ff\","
		"\"subject\":\"2.5.4.5=#0123,CN=www.example1.com,OU=Sales,C=US\","
		"\"notBefore\":\"2020-02-26T17:39:58+0000\",\"notAfter\":\"2100-01-01T00:00:00+0000\","
		"\"issuedAt\":\"2020-02-26T18:39:58+0000\","
		"\"templateArn\":\"arn:aws:acm-pca:::template/EndEntityCertificate/V1\"},",
		arn);
	CHECK_TEXT(line_take(&rest), expected);
	(void)snprintf(expected, sizeof expected,
		"{\"awsAccountId\":\"740000000001\",\"requestedByServicePrincipal\":\"acm.amazonaws.com\","
		"\"certificateArn\":\"%s/certificate/e8cb00\",\"serial\":\"e8:cb:00\","
		"\"subject\":\"CN=say \\\\\\\"hello\\\\\\\",O=B\xc3\xbc\","
		"\"notBefore\":\"2020-02-26T17:39:58+0000\",\"notAfter\":\"2100-01-01T00:00:00+0000\","
		"\"issuedAt\":\"2020-02-26T18:39:58+0000\",\"revokedAt\":\"2020-02-26T18:39:57+0000\","
		"\"revocationReason\":\"KEY_COMPROMISE\","
		"\"templateArn\":\"arn:aws:acm-pca:::template/EndEntityCertificate/V1\"},",
		arn);
	CHECK_TEXT(line_take(&rest), expected);
	struct str last = line_take(&rest);
	CHECK(strstr(arena_cstr(&visit.arena, last), "\"subject\":\"\"") != NULL);
	CHECK(strstr(arena_cstr(&visit.arena, last), "\"revocationReason\":\"UNSPECIFIED\"") != NULL);
	CHECK(last.p[last.n - 1] == '}');
	CHECK_TEXT(rest, "]\n");
	visit_end(&visit);
}

TEST(pca_audit, writes_csv_as_aws_does)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES], expected[1024];
	struct str rest = report_of(&visit, "740000000002", PCA_AUDIT_REPORT_RESPONSE_FORMAT_CSV, arn);

	CHECK_TEXT(line_take(&rest),
		"awsAccountId,requestedByServicePrincipal,certificateArn,serial,subject,notBefore,notAfter,issuedAt,"
		"revokedAt,revocationReason,templateArn");
	struct str root = line_take(&rest);
	CHECK(str_starts_with(root, STR("740000000002,,arn:aws:acm-pca:")));
	(void)snprintf(expected, sizeof expected,
		"999999999999,,%s/certificate/1122ff,11:22:ff,\"2.5.4.5=#0123,CN=www.example1.com,OU=Sales,C=US\","
		"2020-02-26T17:39:58+0000,2100-01-01T00:00:00+0000,2020-02-26T18:39:58+0000,,,"
		"arn:aws:acm-pca:::template/EndEntityCertificate/V1",
		arn);
	CHECK_TEXT(line_take(&rest), expected);
	(void)snprintf(expected, sizeof expected,
		"740000000002,acm.amazonaws.com,%s/certificate/e8cb00,e8:cb:00,"
		"\"CN=say \\\"\"hello\\\"\",O=B\xc3\xbc\","
		"2020-02-26T17:39:58+0000,2100-01-01T00:00:00+0000,2020-02-26T18:39:58+0000,2020-02-26T18:39:57+0000,"
		"KEY_COMPROMISE,arn:aws:acm-pca:::template/EndEntityCertificate/V1",
		arn);
	CHECK_TEXT(line_take(&rest), expected);
	(void)snprintf(expected, sizeof expected,
		"999999999999,,%s/certificate/010203,01:02:03,\"\",2020-02-26T17:39:58+0000,2100-01-01T00:00:00+0000,"
		"2020-02-26T18:39:58+0000,2020-02-26T18:39:57+0000,UNSPECIFIED,"
		"arn:aws:acm-pca:::template/EndEntityServerAuthCertificate/V1",
		arn);
	CHECK_TEXT(line_take(&rest), expected);
	CHECK(rest.n == 0);
	visit_end(&visit);
}

/* More than one flush. */
TEST(pca_audit, writes_many_rows_whole)
{
	enum { ROWS = 600 };
	struct visit visit;
	char arn[ARN_TEXT_BYTES];
	struct pca_create_certificate_authority_audit_report_response created = { 0 };
	size_t lines = 0;

	watch_begin(&visit, "740000000003");
	watch_authority(&visit, (struct authority_wish){ 0 }, arn);
	int64_t authority = watch_load(&visit, arn).row.number;
	for (int i = 0; i < ROWS; i++) {
		uint8_t serial[] = { 0x7f, (uint8_t)(i >> 8), (uint8_t)i };
		struct issued_row row = { .authority = authority,
			.serial = { serial, sizeof serial },
			.template = STR("EndEntityCertificate/V1"),
			.requester = STR("arn:aws:iam::999999999999:user/bob"),
			.subject = STR("CN=www.example1.com"),
			.names = STR(""),
			.reason = -1,
			.not_after_ms = 4102444800000,
			.certificate = { serial, sizeof serial } };
		CHECK_OK(store_apply(office.store, store_one, &row, &visit.fault), visit.fault);
	}
	CHECK_OK(create(&visit, arn, PCA_AUDIT_REPORT_RESPONSE_FORMAT_CSV, &created), visit.fault);
	char key[160];
	(void)snprintf(key, sizeof key, "%.*s", STR_ARG(created.s3_key));
	CHECK_OK(watch_duty(&visit, audit_report_duty, NULL), visit.fault);
	struct str rest = watch_object(&visit, key), line;
	CHECK(rest.n > (size_t)128 * 1024);
	while (str_cut(&rest, '\n', &line))
		lines++;
	CHECK(lines == ROWS + 2 && rest.n == 0);
	visit_end(&visit);
}

TEST(pca_audit, tells_of_what_failed)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES], id[64];
	struct pca_create_certificate_authority_audit_report_response created = { 0 };
	struct pca_describe_certificate_authority_audit_report_response described = { 0 };

	watch_begin(&visit, "740000000004");
	watch_authority(&visit, (struct authority_wish){ 0 }, arn);
	struct str key = arena_printf(&visit.arena, "audit-report/%s", strrchr(arn, '/') + 1);
	/* A file where the folder would be. */
	CHECK_OK(objects_put(visit.call.objects, (struct str){ 0 }, key, (struct bytes){ NULL, 0 }, &visit.fault),
		visit.fault);
	CHECK_OK(create(&visit, arn, PCA_AUDIT_REPORT_RESPONSE_FORMAT_JSON, &created), visit.fault);
	(void)snprintf(id, sizeof id, "%.*s", STR_ARG(created.audit_report_id));
	CHECK(!watch_duty(&visit, audit_report_duty, NULL));
	CHECK(visit.fault.code == FAULT_INVALID_ARGS);
	CHECK_OK(describe(&visit, arn, id, &described), visit.fault);
	CHECK(described.audit_report_status.v == PCA_AUDIT_REPORT_STATUS_FAILED);
	/* Tried once. */
	CHECK_OK(watch_duty(&visit, audit_report_duty, NULL), visit.fault);
	visit_end(&visit);
}

TEST(pca_audit, refuses_what_cannot_be)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES], pending[ARN_TEXT_BYTES], other[ARN_TEXT_BYTES], id[64];
	struct pca_create_certificate_authority_audit_report_response created = { 0 };
	struct pca_describe_certificate_authority_audit_report_response described = { 0 };

	watch_begin(&visit, "740000000005");
	watch_authority(&visit, (struct authority_wish){ 0 }, arn);
	watch_authority(&visit, (struct authority_wish){ 0 }, other);
	watch_authority(&visit, (struct authority_wish){ .pending = true }, pending);
	CHECK(!create(&visit, pending, PCA_AUDIT_REPORT_RESPONSE_FORMAT_JSON, &created));
	CHECK(visit.fault.code == FAULT_INVALID_STATE);
	visit_set_state(&visit, arn, AUTHORITY_DISABLED);
	CHECK_OK(create(&visit, arn, PCA_AUDIT_REPORT_RESPONSE_FORMAT_JSON, &created), visit.fault);
	(void)snprintf(id, sizeof id, "%.*s", STR_ARG(created.audit_report_id));

	/* Of another authority; of nobody. */
	CHECK(!describe(&visit, other, id, &described));
	CHECK(visit.fault.code == FAULT_NOT_FOUND);
	CHECK(!describe(&visit, arn, "00000000-0000-4000-8000-000000000000", &described));
	CHECK(visit.fault.code == FAULT_NOT_FOUND && strstr(visit.fault.say, "Could not find audit report") != NULL);

	struct pca_create_certificate_authority_audit_report_request in = {
		.certificate_authority_arn = str_of(arn),
		.s3_bucket_name = STR("a/../b"),
		.audit_report_response_format.v = PCA_AUDIT_REPORT_RESPONSE_FORMAT_JSON,
	};
	memset(&visit.fault, 0, sizeof visit.fault);
	CHECK(!DO_IN(pca, &visit, create_certificate_authority_audit_report, &in, &created));
	CHECK(visit.fault.code == FAULT_INVALID_ARGS && strstr(visit.fault.say, "S3BucketName a/../b") != NULL);
	CHECK_OK(watch_duty(&visit, audit_report_duty, NULL), visit.fault);
	visit_end(&visit);
}

OFFICE_MAIN("pca_audit");
