#include "service/pca/status_cache.h"
#include "test.h"

#include "watch.h"

static bool
revoke(struct visit *visit, const char *arn, const char *serial)
{
	struct pca_revoke_certificate_request in = {
		.certificate_authority_arn = str_of(arn),
		.certificate_serial = str_of(serial),
		.revocation_reason.v = PCA_REVOCATION_REASON_KEY_COMPROMISE,
	};

	memset(&visit->fault, 0, sizeof visit->fault);
	return DO_IN(pca, visit, revoke_certificate, &in);
}

static void
check_refused(struct visit *visit, const char *arn, const char *serial, enum fault_code code, const char *words)
{
	if (revoke(visit, arn, serial))
		fail_msg("%s is revoked, where \"%s\" was expected", serial, words);
	if (visit->fault.code != code || strstr(visit->fault.say, words) == NULL)
		fail_msg("code %d, \"%s\"", (int)visit->fault.code, visit->fault.say);
}

static int64_t
revoked_ms(struct visit *visit, const char *arn, const char *serial)
{
	struct issued_status status;
	struct bytes number;

	CHECK(pca_serial_parse(str_of(serial), &visit->arena, &number));
	CHECK_OK(store_issued_status(office.store, watch_load(visit, arn).row.number, number, &status, &visit->fault),
		visit->fault);
	return status.revoked_ms;
}

TEST(pca_revoke, revokes_once)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "710000000001");
	watch_authority(&visit, (struct authority_wish){ .revocation = WATCH_ALL }, arn);
	X509 *leaf = order_take(&visit, arn, &(struct order){ 0 });
	const char *serial = watch_serial(&visit, leaf);

	CHECK(revoked_ms(&visit, arn, serial) == 0);
	watch_hurries = 0;
	uint64_t epoch = status_cache_epoch(visit.call.statuses, watch_load(&visit, arn).row.number);
	CHECK_OK(revoke(&visit, arn, serial), visit.fault);
	CHECK(revoked_ms(&visit, arn, serial) == OFFICE_NOW_MS);
	CHECK(watch_hurries == 1);
	CHECK(status_cache_epoch(visit.call.statuses, watch_load(&visit, arn).row.number) != epoch);
	check_refused(&visit, arn, serial, FAULT_ALREADY_PROCESSED, "Your request has already been completed.");
	X509_free(leaf);
	visit_end(&visit);
}

/* The write decides: of two that were let through, the later one is told. */
TEST(pca_revoke, of_two_at_once_one_is_told)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "710000000002");
	watch_authority(&visit, (struct authority_wish){ 0 }, arn);
	X509 *leaf = order_take(&visit, arn, &(struct order){ 0 });
	struct pca_revoke_certificate_request in = {
		.certificate_authority_arn = str_of(arn),
		.certificate_serial = str_of(watch_serial(&visit, leaf)),
		.revocation_reason.v = PCA_REVOCATION_REASON_UNSPECIFIED,
	};
	CHECK_OK(pca_revoke_certificate(&visit.call, &in, &visit.fault), visit.fault);
	struct call first = visit.call;
	CHECK_OK(pca_revoke_certificate(&visit.call, &in, &visit.fault), visit.fault);
	CHECK_OK(call_finish(&first, &visit.fault), visit.fault);
	CHECK(!visit_commit(&visit));
	CHECK(visit.fault.code == FAULT_ALREADY_PROCESSED);
	X509_free(leaf);
	visit_end(&visit);
}

/* "e8:cb:…", "E8CB…", and what Terraform makes of a leading zero. */
TEST(pca_revoke, reads_serials_as_people_write_them)
{
	static const char *const zeros[] = { "", "0", "00" }; /* an odd number of digits among them */
	struct visit visit;
	char arn[ARN_TEXT_BYTES], text[128];

	watch_begin(&visit, "710000000003");
	watch_authority(&visit, (struct authority_wish){ 0 }, arn);
	for (size_t i = 0; i < ARRAY_COUNT(zeros) + 1; i++) {
		X509 *leaf = order_take(&visit, arn, &(struct order){ 0 });
		const char *serial = watch_serial(&visit, leaf);
		if (i < ARRAY_COUNT(zeros))
			(void)snprintf(text, sizeof text, "%s%s", zeros[i], serial);
		for (size_t k = 0, n = 0; i == ARRAY_COUNT(zeros) && serial[k] != '\0'; k += 2)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s%.2s", k > 0 ? ":" : "", serial + k);
		CHECK_OK(revoke(&visit, arn, text), visit.fault);
		CHECK(revoked_ms(&visit, arn, serial) == OFFICE_NOW_MS);
		X509_free(leaf);
	}
	check_refused(&visit, arn, "xyz", FAULT_INVALID_ARGS, "CertificateSerial xyz is not a serial number");
	check_refused(&visit, arn, "", FAULT_INVALID_ARGS, "is not a serial number");
	check_refused(&visit, arn, "ab:", FAULT_INVALID_ARGS, "is not a serial number");
	visit_end(&visit);
}

TEST(pca_revoke, refuses_what_cannot_be_revoked)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES], pending[ARN_TEXT_BYTES];

	watch_begin(&visit, "710000000004");
	watch_authority(&visit, (struct authority_wish){ 0 }, arn);
	watch_authority(&visit, (struct authority_wish){ .pending = true }, pending);
	X509 *leaf = order_take(&visit, arn, &(struct order){ .days = 1 });
	X509 *root = watch_certificate(&visit, arn);

	check_refused(&visit, arn, watch_serial(&visit, root), FAULT_INVALID_REQUEST,
		"Self-signed certificate can not be revoked");
	check_refused(&visit, arn, "1234", FAULT_NOT_FOUND, "Could not find certificate");
	check_refused(&visit, pending, "1234", FAULT_INVALID_STATE, "PENDING_CERTIFICATE");
	check_refused(&visit,
		"arn:aws:acm-pca:eu-central-1:710000000004:certificate-authority/"
		"00000000-0000-4000-8000-000000000000",
		"1234", FAULT_NOT_FOUND, "Could not find certificate authority");

	office.clock = clock_fixed(OFFICE_NOW_MS + OFFICE_DAY_MS + 1000);
	visit_again(&visit);
	const char *serial = watch_serial(&visit, leaf);
	check_refused(&visit, arn, serial, FAULT_INVALID_REQUEST, "The certificate ended at 2026-11-22T08:05:54Z");
	CHECK(revoked_ms(&visit, arn, serial) == 0);
	X509_free(root);
	X509_free(leaf);
	visit_end(&visit);
}

struct both {
	const struct intention_row *intention;
	const struct issued_row *row;
};

static bool
store_both(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct both *both = context;

	return store_intention_insert(transaction, both->intention, fault) &&
	       store_issued_insert(transaction, both->row, both->intention->tbs_sha256, fault);
}

/* A root that was certified anew has earlier certificates of its own. */
TEST(pca_revoke, refuses_an_earlier_certificate_of_the_root)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "710000000005");
	watch_authority(&visit, (struct authority_wish){ 0 }, arn);
	struct authority authority = watch_load(&visit, arn);
	struct intention_row intention = { .authority = authority.row.number,
		.serial = { (const uint8_t *)"earlier", 7 },
		.tbs_sha256 = { (const uint8_t *)"12345678901234567890123456789012", INTENTION_HASH_BYTES },
		.template = STR("RootCACertificate/V1"),
		.requester = STR("arn:aws:iam::710000000005:user/alice"),
		.subject = STR("CN=Example Root"),
		.requested_ms = OFFICE_NOW_MS };
	struct issued_row row = { .authority = authority.row.number,
		.serial = intention.serial,
		.template = intention.template,
		.requester = intention.requester,
		.subject = intention.subject,
		.names = STR(""),
		.not_after_ms = OFFICE_NOW_MS + OFFICE_DAY_MS,
		.certificate = authority.row.certificate };
	struct both both = { &intention, &row };
	CHECK_OK(store_apply(office.store, store_both, &both, &visit.fault), visit.fault);
	check_refused(
		&visit, arn, "6561726c696572", FAULT_INVALID_REQUEST, "Self-signed certificate can not be revoked");
	visit_end(&visit);
}

TEST(pca_revoke, works_while_disabled_and_not_when_deleted)
{
	struct visit visit;
	char arn[ARN_TEXT_BYTES];

	watch_begin(&visit, "710000000006");
	watch_authority(&visit, (struct authority_wish){ 0 }, arn);
	X509 *one = order_take(&visit, arn, &(struct order){ 0 }),
	     *other = order_take(&visit, arn, &(struct order){ 0 });

	visit_set_state(&visit, arn, AUTHORITY_DISABLED);
	CHECK_OK(revoke(&visit, arn, watch_serial(&visit, one)), visit.fault);
	visit_set_state(&visit, arn, AUTHORITY_DELETED);
	check_refused(&visit, arn, watch_serial(&visit, other), FAULT_INVALID_STATE, "DELETED");
	X509_free(one);
	X509_free(other);
	visit_end(&visit);
}

OFFICE_MAIN("pca_revoke");
