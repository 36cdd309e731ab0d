/* ExportCertificate: a private certificate with its key, opened by OpenSSL. */
#include "private.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "order.h"
#include "test.h"

#define ACCOUNT "620000000001"

static struct visit visit;
static char root[ARN_TEXT_BYTES], sub[ARN_TEXT_BYTES], arn[ARN_TEXT_BYTES];

static void
begin(void)
{
	visit_begin(&visit, ACCOUNT, "eu-central-1");
	if (root[0] == '\0') {
		visit_authority(&visit, (struct authority_wish){ 0 }, root);
		visit_authority(&visit, (struct authority_wish){ .parent = root }, sub);
	}
	private_issued(&visit, sub, arn);
}

/* The key that a passphrase opens; NULL. */
static EVP_PKEY *
opened(struct secret pem, const char *passphrase)
{
	BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)(uintptr_t)passphrase);

	BIO_free(bio);
	ERR_clear_error();
	return key;
}

static bool
export_under(const void *passphrase, size_t n)
{
	struct acm_export_certificate_request in = { .certificate_arn = str_of(arn) };
	struct acm_export_certificate_response out = { 0 };

	visit_again(&visit);
	in.passphrase = arena_secret(&visit.arena, passphrase, n);
	return DO(&visit, export_certificate, &in, &out);
}

TEST(export, gives_certificate_chain_and_the_key_that_belongs_to_them)
{
	static const int kinds[] = { ACM_KEY_ALGORITHM_EC_PRIME256V1, ACM_KEY_ALGORITHM_EC_SECP521R1,
		ACM_KEY_ALGORITHM_RSA_2048 };

	begin();
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		struct acm_export_certificate_response out = { 0 };
		CHECK_OK(private_request(&visit, sub, (struct private_wish){ .key = kinds[i] }, arn), visit.fault);
		CHECK_OK(private_export(&visit, arn, &out), visit.fault);
		CHECK(str_starts_with((struct str){ (const char *)out.private_key.p, out.private_key.n },
			STR("-----BEGIN ENCRYPTED PRIVATE KEY-----\n")));
		EVP_PKEY *key = opened(out.private_key, PRIVATE_PASSPHRASE);
		X509 *leaf = private_x509(out.certificate);
		CHECK(key != NULL && EVP_PKEY_eq(key, X509_get0_pubkey(leaf)) == 1);
		CHECK(order_verify(leaf, out.certificate_chain, X509_PURPOSE_SSL_SERVER) == 0);
		CHECK(opened(out.private_key, "correct horsf") == NULL);
		EVP_PKEY_free(key);
		X509_free(leaf);
	}
	visit_end(&visit);
}

/* AWS gives the chain without the certificate itself. */
TEST(export, gives_a_chain_of_the_authority_and_those_above_it)
{
	struct acm_export_certificate_response out = { 0 };
	size_t blocks = 0;

	begin();
	CHECK_OK(private_export(&visit, arn, &out), visit.fault);
	for (const char *p = arena_cstr(&visit.arena, out.certificate_chain);
		(p = strstr(p, "BEGIN CERTIFICATE")) != NULL; p++)
		blocks++;
	CHECK(blocks == 2);
	visit_end(&visit);
}

TEST(export, makes_the_certificate_eligible_for_renewal)
{
	begin();
	CHECK(!private_row(&visit, arn).exported && private_beside(&visit, arn).renew_at_ms == INT64_MAX);
	private_exported(&visit, arn);
	struct certificate_row row = private_row(&visit, arn);
	CHECK(row.exported && row.renewal_eligible && row.version == 1);
	CHECK(private_beside(&visit, arn).renew_at_ms == row.not_after_ms - 60 * OFFICE_DAY_MS);
	CHECK(visit_describe(&visit, arn)->renewal_eligibility.v == ACM_RENEWAL_ELIGIBILITY_ELIGIBLE);
	visit_end(&visit);
}

/* What has been said once need not be written again. */
TEST(export, writes_nothing_the_second_time)
{
	struct acm_export_certificate_request in;
	struct acm_export_certificate_response out = { 0 };

	begin();
	private_exported(&visit, arn);
	in = (struct acm_export_certificate_request){ str_of(arn),
		arena_secret(&visit.arena, PRIVATE_PASSPHRASE, sizeof PRIVATE_PASSPHRASE - 1) };
	CHECK_OK(acm_export_certificate(&visit.call, &in, &out, &visit.fault), visit.fault);
	CHECK(visit.call.write == NULL && out.private_key.n > 0);
	visit_end(&visit);
}

TEST(export, takes_any_ascii_passphrase_but_for_three_characters)
{
	static const char *const wrong[] = { "pass#word", "pass$word", "pass%word", "#### ", "caf\xc3\xa9 au lait" };

	begin();
	CHECK_OK(export_under("a b\"'\\&~!", 9), visit.fault);
	CHECK_OK(export_under("line\n", 5), visit.fault);
	for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
		CHECK(!export_under(wrong[i], strlen(wrong[i])));
		CHECK(visit.fault.code == FAULT_VALIDATION);
		CHECK(strstr(visit.fault.say, "passphrase") != NULL && strstr(visit.fault.say, wrong[i]) == NULL);
	}
	CHECK(!export_under("pass\0word", 9) && visit.fault.code == FAULT_VALIDATION);
	visit_end(&visit);
}

/* The model bounds its length. */
TEST(export, wants_a_passphrase_of_4_to_128_bytes)
{
	char passphrase[129];

	begin();
	memset(passphrase, 'p', sizeof passphrase);
	for (size_t n = 3; n <= sizeof passphrase; n += n == 4 ? 124 : 1) {
		struct acm_export_certificate_request in = { str_of(arn), arena_secret(&visit.arena, passphrase, n) };
		struct fault fault = { 0 };
		bool valid = model_validate(&acm_export_certificate_request_shape, &in, &visit.arena, &fault);
		CHECK(valid == (n >= 4 && n <= 128));
	}
	visit_end(&visit);
}

TEST(export, refuses_what_was_imported)
{
	struct acm_export_certificate_response out = { 0 };

	begin();
	visit_keep(&visit, (struct wish){ .subject = "CN=imported.example" }, arn);
	CHECK(!private_export(&visit, arn, &out));
	CHECK(visit.fault.code == FAULT_VALIDATION);
	CHECK(strstr(visit.fault.say, "is not a private certificate") != NULL);
	CHECK(strstr(visit.fault.say, "imported") != NULL);
	visit_end(&visit);
}

TEST(export, does_not_reach_another_account)
{
	struct acm_export_certificate_response out = { 0 };

	begin();
	visit_end(&visit);
	visit_begin(&visit, "620000000002", "eu-central-1");
	CHECK(!private_export(&visit, arn, &out) && visit.fault.code == FAULT_NOT_FOUND);
	visit_end(&visit);
}

/* Between the key that was read and the mark that is written, somebody renews. */
TEST(export, notices_that_it_was_renewed_meanwhile)
{
	struct acm_export_certificate_request in;
	struct acm_export_certificate_response out = { 0 };
	struct acm_renew_certificate_request renew;
	struct visit other;

	begin();
	private_permit(&visit, sub);
	private_exported(&visit, arn);
	renew = (struct acm_renew_certificate_request){ str_of(arn) };
	CHECK_OK(DO(&visit, renew_certificate, &renew), visit.fault);
	visit_again(&visit);

	in = (struct acm_export_certificate_request){ str_of(arn),
		arena_secret(&visit.arena, PRIVATE_PASSPHRASE, sizeof PRIVATE_PASSPHRASE - 1) };
	CHECK_OK(acm_export_certificate(&visit.call, &in, &out, &visit.fault), visit.fault);
	visit_begin(&other, ACCOUNT, "eu-central-1");
	private_exported(&other, arn);
	CHECK_OK(DO(&other, renew_certificate, &renew), other.fault);
	visit_end(&other);
	CHECK(!visit_commit(&visit) && visit.fault.code == FAULT_CONFLICT);
	CHECK(strstr(visit.fault.say, "Export it again") != NULL);
	visit_end(&visit);
}

OFFICE_MAIN("acm_export");
