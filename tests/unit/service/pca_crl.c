#include "test.h"

#include <openssl/err.h>

#include "store/duty.h"

#include "watch.h"

enum { GOOD_DAYS = 300, RETRY_MS = 10 * 1000 };

static X509 *
order(struct visit *visit, const char *arn)
{
	return order_take(visit, arn, &(struct order){ .days = GOOD_DAYS });
}

static struct crl_row
row_of(struct visit *visit, const char *arn, int64_t partition)
{
	struct crl_row row;

	CHECK_OK(store_crl_get(office.store, watch_load(visit, arn).row.number, partition, &visit->arena, &row,
			 &visit->fault),
		visit->fault);
	return row;
}

static bool
put(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_crl_put(transaction, context, fault);
}

/* As if the last complete list had taken that long. */
static void
make_costly(struct visit *visit, const char *arn, int64_t partition, int64_t build_us)
{
	struct crl_row row = row_of(visit, arn, partition);

	row.base_build_us = build_us;
	CHECK_OK(store_apply(office.store, put, &row, &visit->fault), visit->fault);
}

static int
entries(X509_CRL *crl)
{
	return sk_X509_REVOKED_num(X509_CRL_get_REVOKED(crl));
}

static void
run(struct visit *visit)
{
	CHECK_OK(watch_duty(visit, crl_duty, NULL), visit->fault);
}

/* By the root's key, and what the extensions say. */
static void
check_signed(X509_CRL *crl, X509 *root)
{
	CHECK(X509_CRL_verify(crl, X509_get0_pubkey(root)) == 1);
	CHECK(X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(root)) == 0);
	CHECK(X509_CRL_get_version(crl) == X509_CRL_VERSION_2);
	AUTHORITY_KEYID *issuer = X509_CRL_get_ext_d2i(crl, NID_authority_key_identifier, NULL, NULL);
	CHECK(issuer != NULL && ASN1_OCTET_STRING_cmp(issuer->keyid, X509_get0_subject_key_id(root)) == 0);
	AUTHORITY_KEYID_free(issuer);
}

static const char *
first_url(STACK_OF(DIST_POINT) * points, char room[256])
{
	CHECK(sk_DIST_POINT_num(points) == 1);
	const GENERAL_NAME *name = sk_GENERAL_NAME_value(sk_DIST_POINT_value(points, 0)->distpoint->name.fullname, 0);
	(void)snprintf(room, 256, "%s", (const char *)ASN1_STRING_get0_data(name->d.uniformResourceIdentifier));
	CRL_DIST_POINTS_free(points);
	return room;
}

/* ---- Complete lists ---- */

TEST(pca_crl, a_first_certificate_begins_the_list)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES], url[256], expected[256];

	watch_begin(&visit, "720000000001");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	X509 *root = watch_certificate(&visit, arn);
	run(&visit);
	CHECK(watch_list(&visit, arn, false) == NULL);

	watch_pass(&visit, WATCH_MINUTE_MS);
	X509 *leaf = order(&visit, arn);
	run(&visit);
	X509_CRL *crl = watch_list(&visit, arn, false);
	CHECK(crl != NULL);
	check_signed(crl, root);
	CHECK(entries(crl) == -1);
	int64_t now_s = (OFFICE_NOW_MS + WATCH_MINUTE_MS) / 1000;
	CHECK(watch_crl_number(crl) == OFFICE_NOW_MS + WATCH_MINUTE_MS);
	CHECK(watch_time(X509_CRL_get0_lastUpdate(crl)) == (now_s - 3600) * 1000);
	CHECK(watch_time(X509_CRL_get0_nextUpdate(crl)) == (now_s + 7 * 86400) * 1000);
	CHECK(X509_CRL_get_ext_by_NID(crl, NID_issuing_distribution_point, -1) == -1);
	CHECK(watch_delta_base(crl) == 0);

	/* Where the certificate says, and where the list says its delta is. */
	const char *id = strrchr(arn, '/') + 1;
	(void)snprintf(expected, sizeof expected, "http://pki.example.com/crl/%s.crl", id);
	CHECK_TEXT(str_of(first_url(X509_get_ext_d2i(leaf, NID_crl_distribution_points, NULL, NULL), url)), expected);
	(void)snprintf(expected, sizeof expected, "http://pki.example.com/crl/%s.delta.crl", id);
	CHECK_TEXT(str_of(first_url(X509_CRL_get_ext_d2i(crl, NID_freshest_crl, NULL, NULL), url)), expected);
	X509_CRL *delta = watch_list(&visit, arn, true);
	CHECK(delta != NULL && entries(delta) == -1);
	check_signed(delta, root);
	CHECK(watch_delta_base(delta) == watch_crl_number(crl));
	CHECK(watch_crl_number(delta) > watch_crl_number(crl));

	X509_CRL *lists[] = { crl, NULL }, *both[] = { crl, delta, NULL };
	CHECK(watch_verify(leaf, root, lists, 0) == 0);
	CHECK(watch_verify(leaf, root, both, X509_V_FLAG_USE_DELTAS | X509_V_FLAG_EXTENDED_CRL_SUPPORT) == 0);
	X509_CRL_free(delta);
	X509_CRL_free(crl);
	X509_free(leaf);
	X509_free(root);
	visit_end(&visit);
}

static void
check_revocations(const char *account, enum signing_key key)
{
	static const struct {
		int reason, listed;
	} reasons[] = {
		{ PCA_REVOCATION_REASON_UNSPECIFIED, -1 },
		{ PCA_REVOCATION_REASON_KEY_COMPROMISE, 1 },
		{ PCA_REVOCATION_REASON_CERTIFICATE_AUTHORITY_COMPROMISE, 2 },
		{ PCA_REVOCATION_REASON_AFFILIATION_CHANGED, 3 },
		{ PCA_REVOCATION_REASON_SUPERSEDED, 4 },
		{ PCA_REVOCATION_REASON_CESSATION_OF_OPERATION, 5 },
		{ PCA_REVOCATION_REASON_PRIVILEGE_WITHDRAWN, 9 },
		{ PCA_REVOCATION_REASON_A_A_COMPROMISE, 10 },
	};
	struct visit visit;
	char arn[ARN_TEXT_BYTES];
	bool is_rsa = key == SIGNING_KEY_RSA_2048;
	struct order one = { .days = GOOD_DAYS, .algorithm = is_rsa ? PCA_SIGNING_ALGORITHM_SHA256WITHRSA : 0 };
	X509 *leaves[ARRAY_COUNT(reasons)];

	watch_begin(&visit, account);
	watch_authority(&visit, (struct authority_wish){ .key = key, .revocation = WATCH_ALL }, arn);
	X509 *root = watch_certificate(&visit, arn), *good = order_take(&visit, arn, &one);
	for (size_t i = 0; i < ARRAY_COUNT(reasons); i++)
		leaves[i] = order_take(&visit, arn, &one);
	run(&visit);
	for (size_t i = 0; i < ARRAY_COUNT(reasons); i++) {
		watch_pass(&visit, WATCH_MINUTE_MS);
		watch_revoke(&visit, arn, leaves[i], reasons[i].reason);
		run(&visit);
		X509_CRL *crl = watch_list(&visit, arn, false);
		check_signed(crl, root);
		CHECK(entries(crl) == (int)i + 1);
		CHECK(watch_lists(crl, leaves[i], reasons[i].listed));
		CHECK(!watch_lists(crl, good, -1));
		X509_CRL *lists[] = { crl, NULL };
		CHECK(watch_verify(leaves[i], root, lists, 0) == X509_V_ERR_CERT_REVOKED);
		CHECK(watch_verify(good, root, lists, 0) == 0);
		X509_CRL_free(crl);
	}
	for (size_t i = 0; i < ARRAY_COUNT(reasons); i++)
		X509_free(leaves[i]);
	X509_free(good);
	X509_free(root);
	visit_end(&visit);
}

TEST(pca_crl, a_revocation_is_on_the_list_at_once)
{
	check_revocations("720000000002", SIGNING_KEY_P256);
}

TEST(pca_crl, an_rsa_authority_signs_lists_too)
{
	check_revocations("720000000003", SIGNING_KEY_RSA_2048);
}

TEST(pca_crl, lists_are_made_anew_in_the_middle_of_their_period)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "720000000004");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	X509_free(order(&visit, arn));
	watch_pass(&visit, 1);
	run(&visit);
	int64_t number = row_of(&visit, arn, 0).base_number;
	watch_pass(&visit, 7 * OFFICE_DAY_MS / 2 - 1);
	run(&visit);
	CHECK(row_of(&visit, arn, 0).base_number == number);
	watch_pass(&visit, 1);
	run(&visit);
	CHECK(row_of(&visit, arn, 0).base_number == OFFICE_NOW_MS + 1 + 7 * OFFICE_DAY_MS / 2);
	X509_CRL *crl = watch_list(&visit, arn, false);
	CHECK(watch_crl_number(crl) == OFFICE_NOW_MS + 1 + 7 * OFFICE_DAY_MS / 2);
	X509_CRL_free(crl);
	visit_end(&visit);
}

/* RFC 5280, 3.3. */
TEST(pca_crl, an_entry_stays_for_one_list_after_its_certificate_ended)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "720000000005");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	X509 *leaf = order_take(&visit, arn, &(struct order){ .days = 2 }), *other = order(&visit, arn);
	watch_revoke(&visit, arn, leaf, PCA_REVOCATION_REASON_SUPERSEDED);
	watch_revoke(&visit, arn, other, PCA_REVOCATION_REASON_SUPERSEDED);
	run(&visit);
	watch_pass(&visit, 7 * OFFICE_DAY_MS / 2);
	run(&visit);
	X509_CRL *crl = watch_list(&visit, arn, false);
	CHECK(watch_lists(crl, leaf, 4) && watch_lists(crl, other, 4));
	X509_CRL_free(crl);

	watch_pass(&visit, 7 * OFFICE_DAY_MS / 2);
	run(&visit);
	crl = watch_list(&visit, arn, false);
	CHECK(!watch_lists(crl, leaf, 4) && watch_lists(crl, other, 4));
	CHECK(entries(crl) == 1);
	X509_CRL_free(crl);
	X509_free(leaf);
	X509_free(other);
	visit_end(&visit);
}

/* RFC 5280, 5.2.3: whatever the clock does. */
TEST(pca_crl, numbers_grow_when_the_clock_does_not)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];
	int64_t last = 0;

	watch_begin(&visit, "720000000006");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	for (int i = 0; i < 4; i++) {
		X509 *leaf = order(&visit, arn);
		watch_revoke(&visit, arn, leaf, PCA_REVOCATION_REASON_SUPERSEDED);
		X509_free(leaf);
		make_costly(&visit, arn, 0, 0);
		run(&visit);
		struct crl_row row = row_of(&visit, arn, 0);
		CHECK(row.base_number > last);
		CHECK(row.number >= row.base_number);
		last = row.number;
		watch_pass(&visit, i % 2 == 0 ? 0 : -WATCH_MINUTE_MS);
	}
	visit_end(&visit);
}

TEST(pca_crl, goes_to_the_bucket_and_the_path_that_were_asked_for)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES], key[160];

	watch_begin(&visit, "720000000007");
	watch_authority(&visit,
		(struct authority_wish){
			.revocation =
				"{\"CrlConfiguration\":{\"Enabled\":true,\"ExpirationInDays\":1,\"S3BucketName\":"
				"\"lists\",\"CustomPath\":\"pki/eu\"},\"OcspConfiguration\":{\"Enabled\":false}}" },
		arn);
	X509_free(order(&visit, arn));
	run(&visit);
	(void)snprintf(key, sizeof key, "pki/eu/%s.crl", strrchr(arn, '/') + 1);
	X509_CRL *crl = watch_fetch(&visit, key);
	CHECK(crl != NULL);
	CHECK(watch_time(X509_CRL_get0_nextUpdate(crl)) == (OFFICE_NOW_MS + OFFICE_DAY_MS) / 1000 * 1000);
	X509_CRL_free(crl);
	(void)snprintf(key, sizeof key, "s3/lists/pki/eu/%s.crl", strrchr(arn, '/') + 1);
	crl = watch_fetch(&visit, key);
	CHECK(crl != NULL);
	X509_CRL_free(crl);
	visit_end(&visit);
}

/* ---- Deltas ---- */

TEST(pca_crl, a_costly_list_waits_and_a_delta_tells)
{
	const unsigned long deltas = X509_V_FLAG_USE_DELTAS | X509_V_FLAG_EXTENDED_CRL_SUPPORT;
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "720000000008");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	X509 *root = watch_certificate(&visit, arn), *first = order(&visit, arn), *second = order(&visit, arn);
	watch_pass(&visit, 1);
	run(&visit);
	X509_CRL *base = watch_list(&visit, arn, false);
	make_costly(&visit, arn, 0, 2000000); /* forty seconds */

	watch_pass(&visit, 10000);
	watch_revoke(&visit, arn, first, PCA_REVOCATION_REASON_KEY_COMPROMISE);
	run(&visit);
	CHECK(row_of(&visit, arn, 0).due_ms == OFFICE_NOW_MS + 1 + 40000);
	X509_CRL *same = watch_list(&visit, arn, false), *delta = watch_list(&visit, arn, true);
	CHECK(X509_CRL_match(same, base) == 0);
	check_signed(delta, root);
	CHECK(watch_delta_base(delta) == watch_crl_number(base));
	CHECK(watch_crl_number(delta) > watch_crl_number(base));
	CHECK(entries(delta) == 1 && watch_lists(delta, first, 1));
	CHECK(X509_CRL_get_ext_by_NID(delta, NID_freshest_crl, -1) == -1);
	X509_CRL *lists[] = { base, delta, NULL };
	CHECK(watch_verify(first, root, lists, deltas) == X509_V_ERR_CERT_REVOKED);
	CHECK(watch_verify(second, root, lists, deltas) == 0);
	X509_CRL_free(same);
	X509_CRL_free(delta);

	/* One more: the delta holds both, the base is the same. */
	watch_pass(&visit, 10000);
	watch_revoke(&visit, arn, second, PCA_REVOCATION_REASON_UNSPECIFIED);
	run(&visit);
	delta = watch_list(&visit, arn, true);
	CHECK(entries(delta) == 2 && watch_delta_base(delta) == watch_crl_number(base));
	lists[1] = delta;
	CHECK(watch_verify(second, root, lists, deltas) == X509_V_ERR_CERT_REVOKED);
	X509_CRL_free(delta);

	/* And now it may be made. Its delta has its number, and serves those who still hold the old one (5.2.3). */
	watch_pass(&visit, 20000);
	run(&visit);
	X509_CRL *complete = watch_list(&visit, arn, false);
	delta = watch_list(&visit, arn, true);
	CHECK(watch_crl_number(complete) == OFFICE_NOW_MS + 1 + 40000 && entries(complete) == 2);
	CHECK(watch_crl_number(delta) == watch_crl_number(complete));
	CHECK(watch_delta_base(delta) == watch_crl_number(base) && entries(delta) == 2);
	lists[1] = delta;
	CHECK(watch_verify(first, root, lists, deltas) == X509_V_ERR_CERT_REVOKED);
	lists[0] = complete;
	CHECK(watch_verify(first, root, lists, deltas) == X509_V_ERR_CERT_REVOKED);
	X509_CRL_free(delta);
	X509_CRL_free(complete);
	X509_CRL_free(base);
	X509_free(second);
	X509_free(first);
	X509_free(root);
	visit_end(&visit);
}

TEST(pca_crl, half_of_the_period_comes_before_what_a_list_costs)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "720000000009");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	X509 *leaf = order(&visit, arn);
	watch_pass(&visit, 1);
	run(&visit);
	make_costly(&visit, arn, 0, INT64_C(86400) * 1000000); /* twenty days */
	watch_pass(&visit, 3 * OFFICE_DAY_MS);
	watch_revoke(&visit, arn, leaf, PCA_REVOCATION_REASON_SUPERSEDED);
	run(&visit);
	CHECK(row_of(&visit, arn, 0).base_entries == 0);
	watch_pass(&visit, OFFICE_DAY_MS / 2);
	run(&visit);
	CHECK(row_of(&visit, arn, 0).base_entries == 1);
	X509_free(leaf);
	visit_end(&visit);
}

/* Without anybody's doing: a delta is fetched by clients that want to know of today. */
TEST(pca_crl, deltas_are_made_anew_in_the_middle_of_theirs)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "720000000010");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	X509_free(order(&visit, arn));
	watch_pass(&visit, 1);
	run(&visit);
	struct crl_row before = row_of(&visit, arn, 0);
	watch_pass(&visit, OFFICE_DAY_MS / 2);
	run(&visit);
	struct crl_row after = row_of(&visit, arn, 0);
	CHECK(after.base_number == before.base_number && after.number > before.number);
	CHECK(after.delta_next_update_ms == OFFICE_NOW_MS + 1 + OFFICE_DAY_MS / 2 + OFFICE_DAY_MS);
	visit_end(&visit);
}

/* No URL, no delta: a costly list waits, and nobody turns in circles. */
TEST(pca_crl, without_a_url_there_are_no_deltas)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "720000000011");
	office.settings.public_url = NULL;
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	X509 *leaf = order(&visit, arn);
	watch_pass(&visit, 1);
	run(&visit);
	X509_CRL *crl = watch_list(&visit, arn, false);
	CHECK(crl != NULL && X509_CRL_get_ext_by_NID(crl, NID_freshest_crl, -1) == -1);
	CHECK(watch_list(&visit, arn, true) == NULL);
	X509_CRL_free(crl);
	make_costly(&visit, arn, 0, 2000000);
	watch_revoke(&visit, arn, leaf, PCA_REVOCATION_REASON_SUPERSEDED);
	run(&visit);
	CHECK(row_of(&visit, arn, 0).due_ms == OFFICE_NOW_MS + 1 + 40000);
	watch_pass(&visit, 40000);
	run(&visit);
	CHECK(row_of(&visit, arn, 0).base_entries == 1);
	X509_free(leaf);
	visit_end(&visit);
}

/* ---- Partitions ---- */

TEST(pca_crl, a_partition_names_itself_as_its_certificates_do)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES], url[256], key[256];

	watch_begin(&visit, "720000000012");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_PARTITIONED }, arn);
	X509 *root = watch_certificate(&visit, arn), *leaf = order(&visit, arn), *good = order(&visit, arn);
	watch_pass(&visit, 1);
	run(&visit);
	CHECK(watch_list(&visit, arn, false) == NULL);
	watch_pass(&visit, WATCH_MINUTE_MS);
	watch_revoke(&visit, arn, leaf, PCA_REVOCATION_REASON_KEY_COMPROMISE);
	run(&visit);

	struct crl_row row = row_of(&visit, arn, 1);
	(void)snprintf(key, sizeof key, "http://pki.example.com/crl/%.*s.crl", STR_ARG(row.id));
	CHECK_TEXT(str_of(first_url(X509_get_ext_d2i(leaf, NID_crl_distribution_points, NULL, NULL), url)), key);
	X509_CRL *crl = watch_fetch(&visit, key + strlen("http://pki.example.com/"));
	CHECK(crl != NULL);
	check_signed(crl, root);
	int critical = -1;
	ISSUING_DIST_POINT *point = X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, &critical, NULL);
	CHECK(point != NULL && critical == 1);
	const GENERAL_NAME *name = sk_GENERAL_NAME_value(point->distpoint->name.fullname, 0);
	CHECK_TEXT(str_of((const char *)ASN1_STRING_get0_data(name->d.uniformResourceIdentifier)), url);
	ISSUING_DIST_POINT_free(point);
	CHECK(entries(crl) == 1 && watch_lists(crl, leaf, 1));
	X509_CRL *lists[] = { crl, NULL };
	CHECK(watch_verify(leaf, root, lists, X509_V_FLAG_EXTENDED_CRL_SUPPORT) == X509_V_ERR_CERT_REVOKED);
	CHECK(watch_verify(good, root, lists, X509_V_FLAG_EXTENDED_CRL_SUPPORT) == 0);
	X509_CRL_free(crl);
	X509_free(good);
	X509_free(leaf);
	X509_free(root);
	visit_end(&visit);
}

static bool
open_next(struct store_transaction *transaction, void *context, struct fault *fault)
{
	int64_t partition;

	return store_crl_open_partition(
		transaction, *(int64_t *)context, STR("11111111-2222-4333-8444-555555555555"), 1, &partition, fault);
}

TEST(pca_crl, a_revocation_leaves_other_partitions_alone)
{
	const unsigned long flags = X509_V_FLAG_EXTENDED_CRL_SUPPORT | X509_V_FLAG_USE_DELTAS;
	struct visit visit;
	char arn[ARN_TEXT_BYTES], key[160];

	watch_begin(&visit, "720000000013");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_PARTITIONED }, arn);
	X509 *root = watch_certificate(&visit, arn), *leaf = order(&visit, arn);
	int64_t number = watch_load(&visit, arn).row.number;
	CHECK_OK(store_apply(office.store, open_next, &number, &visit.fault), visit.fault);
	X509 *other = order(&visit, arn);
	watch_pass(&visit, 1);
	run(&visit);
	int64_t first = row_of(&visit, arn, 1).number, second = row_of(&visit, arn, 2).number;

	watch_pass(&visit, WATCH_MINUTE_MS);
	watch_revoke(&visit, arn, other, PCA_REVOCATION_REASON_SUPERSEDED);
	run(&visit);
	CHECK(row_of(&visit, arn, 1).number == first);
	CHECK(row_of(&visit, arn, 2).number > second);

	/* Deltas share the scope of their bases (5.2.4). */
	make_costly(&visit, arn, 1, INT64_C(3600) * 1000000);
	watch_pass(&visit, WATCH_MINUTE_MS);
	watch_revoke(&visit, arn, leaf, PCA_REVOCATION_REASON_SUPERSEDED);
	run(&visit);
	struct crl_row row = row_of(&visit, arn, 1);
	CHECK(row.base_entries == 0);
	(void)snprintf(key, sizeof key, "crl/%.*s.crl", STR_ARG(row.id));
	X509_CRL *base = watch_fetch(&visit, key);
	(void)snprintf(key, sizeof key, "crl/%.*s.delta.crl", STR_ARG(row.id));
	X509_CRL *delta = watch_fetch(&visit, key);
	CHECK(entries(delta) == 1 && watch_lists(delta, leaf, 4));
	X509_CRL *lists[] = { base, delta, NULL };
	CHECK(watch_verify(leaf, root, lists, flags) == X509_V_ERR_CERT_REVOKED);
	/* And nobody takes the one partition's list for the other's. */
	CHECK(watch_verify(other, root, lists, flags) == X509_V_ERR_DIFFERENT_CRL_SCOPE);
	X509_CRL_free(base);
	X509_CRL_free(delta);
	X509_free(other);
	X509_free(leaf);
	X509_free(root);
	visit_end(&visit);
}

TEST(pca_crl, a_partition_without_a_url_is_not_published)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "720000000014");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_PARTITIONED }, arn);
	X509_free(order(&visit, arn));
	office.settings.public_url = NULL;
	CHECK(!watch_duty(&visit, crl_duty, NULL));
	CHECK(visit.fault.code == FAULT_INVALID_STATE && strstr(visit.fault.say, "--public-url") != NULL);
	CHECK(row_of(&visit, arn, 1).due_ms == OFFICE_NOW_MS + RETRY_MS);
	office.settings.public_url = "http://pki.example.com";
	watch_pass(&visit, RETRY_MS);
	run(&visit);
	CHECK(row_of(&visit, arn, 1).number != 0);
	visit_end(&visit);
}

/* ---- When there is one ---- */

TEST(pca_crl, a_disabled_authority_goes_on_and_an_expired_one_does_not)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "720000000015");
	watch_authority(&visit, (struct authority_wish){ .days = 30, .revocation = WATCH_ALL }, arn);
	X509 *leaf = order_take(&visit, arn, &(struct order){ .days = 20 });
	watch_pass(&visit, 1);
	run(&visit);
	visit_set_state(&visit, arn, AUTHORITY_DISABLED);
	watch_pass(&visit, WATCH_MINUTE_MS);
	watch_revoke(&visit, arn, leaf, PCA_REVOCATION_REASON_SUPERSEDED);
	run(&visit);
	CHECK(row_of(&visit, arn, 0).base_entries == 1);
	int64_t number = row_of(&visit, arn, 0).number;

	watch_pass(&visit, 31 * OFFICE_DAY_MS);
	run(&visit);
	CHECK(row_of(&visit, arn, 0).number == number);
	CHECK(row_of(&visit, arn, 0).due_ms == INT64_MAX);
	X509_free(leaf);
	visit_end(&visit);
}

TEST(pca_crl, an_authority_that_turned_lists_off_has_none_due)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "720000000016");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	X509_free(order(&visit, arn));
	watch_configure(
		&visit, arn, "{\"CrlConfiguration\":{\"Enabled\":false},\"OcspConfiguration\":{\"Enabled\":false}}");
	run(&visit);
	CHECK(row_of(&visit, arn, 0).due_ms == INT64_MAX);
	CHECK(watch_list(&visit, arn, false) == NULL);
	visit_end(&visit);
}

/* A deleted one may be restored: it is looked at from time to time, and nothing is signed. */
TEST(pca_crl, a_deleted_authority_signs_nothing_until_it_is_restored)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "720000000017");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	X509 *leaf = order(&visit, arn);
	watch_revoke(&visit, arn, leaf, PCA_REVOCATION_REASON_SUPERSEDED);
	visit_set_state(&visit, arn, AUTHORITY_DELETED);
	run(&visit);
	CHECK(watch_list(&visit, arn, false) == NULL);
	visit_set_state(&visit, arn, AUTHORITY_DISABLED);
	watch_pass(&visit, WATCH_HOUR_MS);
	run(&visit);
	X509_CRL *crl = watch_list(&visit, arn, false);
	CHECK(crl != NULL && watch_lists(crl, leaf, 4));
	X509_CRL_free(crl);
	X509_free(leaf);
	visit_end(&visit);
}

static bool
hurry_all(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_crl_hurry(transaction, *(int64_t *)context, -1, clock_now_ms(&office.clock), fault);
}

/* Another path, another period: the list that is there says otherwise, and its delta could not be used with it. */
TEST(pca_crl, a_change_of_the_authority_makes_a_new_list)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "720000000018");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	X509_free(order(&visit, arn));
	watch_pass(&visit, 1);
	run(&visit);
	watch_pass(&visit, WATCH_MINUTE_MS);
	watch_configure(&visit, arn,
		"{\"CrlConfiguration\":{\"Enabled\":true,\"ExpirationInDays\":30},\"OcspConfiguration\":{\"Enabled\":"
		"false}}");
	int64_t number = watch_load(&visit, arn).row.number;
	CHECK_OK(store_apply(office.store, hurry_all, &number, &visit.fault), visit.fault);
	run(&visit);
	X509_CRL *crl = watch_list(&visit, arn, false), *delta = watch_list(&visit, arn, true);
	CHECK(watch_time(X509_CRL_get0_nextUpdate(crl)) ==
		(OFFICE_NOW_MS + 1 + WATCH_MINUTE_MS + 30 * OFFICE_DAY_MS) / 1000 * 1000);
	CHECK(watch_delta_base(delta) == watch_crl_number(crl));
	X509_CRL_free(crl);
	X509_CRL_free(delta);
	visit_end(&visit);
}

/* One list that cannot be written keeps no other waiting, and is tried again. */
TEST(pca_crl, a_list_that_fails_is_tried_again)
{
	struct visit visit;
	char broken[ARN_TEXT_BYTES], arn[ARN_TEXT_BYTES];
	int64_t next_ms;

	watch_begin(&visit, "720000000019");
	CHECK_OK(objects_put(
			 visit.call.objects, (struct str){ 0 }, STR("taken"), (struct bytes){ NULL, 0 }, &visit.fault),
		visit.fault);
	watch_authority(&visit,
		(struct authority_wish){
			.revocation = "{\"CrlConfiguration\":{\"Enabled\":true,\"ExpirationInDays\":7,\"CustomPath\":"
				      "\"taken/here\"},\"OcspConfiguration\":{\"Enabled\":false}}" },
		broken);
	X509 *leaf = order(&visit, broken);
	watch_revoke(&visit, broken, leaf, PCA_REVOCATION_REASON_SUPERSEDED);
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	X509_free(order(&visit, arn));
	CHECK(!watch_duty(&visit, crl_duty, &next_ms));
	CHECK(visit.fault.code == FAULT_INVALID_ARGS);
	CHECK(next_ms <= OFFICE_NOW_MS + RETRY_MS);
	CHECK(row_of(&visit, broken, 0).due_ms == OFFICE_NOW_MS + RETRY_MS);
	X509_CRL *crl = watch_list(&visit, arn, false);
	CHECK(crl != NULL);
	X509_CRL_free(crl);

	watch_configure(&visit, broken, WATCH_ALL);
	watch_pass(&visit, RETRY_MS);
	run(&visit);
	crl = watch_list(&visit, broken, false);
	CHECK(crl != NULL && watch_lists(crl, leaf, 4));
	X509_CRL_free(crl);
	X509_free(leaf);
	visit_end(&visit);
}

OFFICE_MAIN("pca_crl");
