#include "watch.h"

#include <openssl/err.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "service/pca/status_cache.h"
#include "x509/build.h"

unsigned watch_hurries;

static void
must(bool done, const struct fault *fault)
{
	if (!done)
		fail_msg("code %d, \"%s\", log \"%s\", at %s", (int)fault->code, fault->say, fault->log,
			fault->where != NULL ? fault->where : "?");
}

static void
hurry(void *context)
{
	unsigned *count = context;

	++*count;
}

void
watch_begin(struct visit *visit, const char *account)
{
	static struct objects *objects;
	static struct status_cache *statuses;
	char folder[96];

	office.clock = clock_fixed(OFFICE_NOW_MS);
	office.settings.public_url = "http://pki.example.com";
	office.settings.ocsp_sign_rate = 1000;
	visit_begin(visit, account, "eu-central-1");
	if (objects == NULL) {
		(void)snprintf(folder, sizeof folder, "%s/objects", office.folder);
		must(objects_open(folder, &objects, &visit->fault), &visit->fault);
		statuses = status_cache_new(STATUS_CACHE_BYTES);
	}
	visit->call.objects = objects;
	visit->call.statuses = statuses;
	visit->call.hurry = hurry;
	visit->call.hurry_context = &watch_hurries;
	watch_hurries = 0;
}

struct authority
watch_load(struct visit *visit, const char *arn)
{
	struct authority authority;

	must(authority_load(&visit->call, str_of(arn), NULL, &authority, &visit->fault), &visit->fault);
	return authority;
}

static bool
update(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct authority_row *row = context;

	row->version++;
	return store_authority_update(transaction, row, fault);
}

void
watch_authority(struct visit *visit, struct authority_wish wish, char arn[ARN_TEXT_BYTES])
{
	visit_authority(visit, wish, arn);
	if (!wish.pending) {
		struct authority authority = watch_load(visit, arn);
		assert_true(issuer_hash(authority.certificate, "SHA1", &visit->arena, &authority.row.issuer_sha1));
		assert_true(issuer_hash(authority.certificate, "SHA256", &visit->arena, &authority.row.issuer_sha256));
		must(store_apply(office.store, update, &authority.row, &visit->fault), &visit->fault);
	}
	visit_again(visit);
}

void
watch_configure(struct visit *visit, const char *arn, const char *revocation)
{
	struct authority authority = watch_load(visit, arn);

	authority.row.revocation = str_of(revocation);
	authority.row.changed_ms = visit->call.now_ms;
	must(store_apply(office.store, update, &authority.row, &visit->fault), &visit->fault);
	status_cache_forget(visit->call.statuses, authority.row.number);
	visit_again(visit);
}

X509 *
watch_certificate(struct visit *visit, const char *arn)
{
	struct authority authority = watch_load(visit, arn);
	const unsigned char *p = authority.row.certificate.p;
	X509 *certificate = d2i_X509(NULL, &p, (long)authority.row.certificate.n);

	assert_non_null(certificate);
	visit_again(visit);
	return certificate;
}

void
watch_pass(struct visit *visit, int64_t ms)
{
	office.clock = clock_fixed(clock_now_ms(&office.clock) + ms);
	visit_again(visit);
}

bool
watch_duty(struct visit *visit, duty_fn *duty, int64_t *next_ms)
{
	struct owner owner = visit->call.owner;
	struct fault first = { 0 };
	int64_t next = 0;

	for (int i = 0; i < 100 && next <= clock_now_ms(&office.clock); i++) {
		struct fault fault = { 0 };
		visit_again(visit);
		visit->call.owner = (struct owner){ 0 };
		if (!duty(&visit->call, &next, &fault) && first.code == FAULT_NONE)
			first = fault;
	}
	assert_true(next > clock_now_ms(&office.clock));
	visit->call.owner = owner;
	visit->call.partition = "aws";
	visit_again(visit);
	visit->fault = first;
	if (next_ms != NULL)
		*next_ms = next;
	return first.code == FAULT_NONE;
}

const char *
watch_serial(struct visit *visit, const X509 *certificate)
{
	BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), NULL);
	char *hex = BN_bn2hex(number);
	const char *copy = arena_cstr(&visit->arena, str_of(hex));

	OPENSSL_free(hex);
	BN_free(number);
	return copy;
}

void
watch_revoke(struct visit *visit, const char *arn, const X509 *certificate, int reason)
{
	visit_again(visit);
	struct pca_revoke_certificate_request in = {
		.certificate_authority_arn = str_of(arn),
		.certificate_serial = str_of(watch_serial(visit, certificate)),
		.revocation_reason.v = reason,
	};
	must(DO_IN(pca, visit, revoke_certificate, &in), &visit->fault);
}

struct str
watch_object(struct visit *visit, const char *key)
{
	struct fault fault = { 0 };
	int64_t size, written_ms;
	int fd;

	if (!objects_read(visit->call.objects, str_of(key), &fd, &size, &written_ms, &fault))
		return (struct str){ 0 };
	char *p = arena_alloc(&visit->arena, (size_t)size + 1);
	assert_int_equal(read(fd, p, (size_t)size), size);
	(void)close(fd);
	return (struct str){ p, (size_t)size };
}

X509_CRL *
watch_fetch(struct visit *visit, const char *key)
{
	struct str content = watch_object(visit, key);
	const unsigned char *p = (const unsigned char *)content.p;

	if (content.p == NULL)
		return NULL;
	X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)content.n);
	assert_non_null(crl);
	assert_ptr_equal(p, content.p + content.n);
	return crl;
}

X509_CRL *
watch_list(struct visit *visit, const char *arn, bool delta)
{
	const char *id = strrchr(arn, '/') + 1;
	char key[128];

	(void)snprintf(key, sizeof key, "crl/%s%s.crl", id, delta ? ".delta" : "");
	return watch_fetch(visit, key);
}

static int64_t
number_of(const X509_CRL *crl, int nid)
{
	ASN1_INTEGER *number = X509_CRL_get_ext_d2i(crl, nid, NULL, NULL);
	int64_t value = 0;

	if (number != NULL)
		assert_int_equal(ASN1_INTEGER_get_int64(&value, number), 1);
	ASN1_INTEGER_free(number);
	return value;
}

int64_t
watch_crl_number(const X509_CRL *crl)
{
	return number_of(crl, NID_crl_number);
}

int64_t
watch_delta_base(const X509_CRL *crl)
{
	return number_of(crl, NID_delta_crl);
}

int64_t
watch_time(const ASN1_TIME *time)
{
	struct tm tm;

	assert_int_equal(ASN1_TIME_to_tm(time, &tm), 1);
	return (int64_t)timegm(&tm) * 1000;
}

int
watch_verify(X509 *leaf, X509 *root, X509_CRL *const *crls, unsigned long flags)
{
	X509_STORE *trusted = X509_STORE_new();
	X509_STORE_CTX *context = X509_STORE_CTX_new();

	assert_int_equal(X509_STORE_add_cert(trusted, root), 1);
	for (; *crls != NULL; crls++)
		assert_int_equal(X509_STORE_add_crl(trusted, *crls), 1);
	assert_int_equal(X509_STORE_CTX_init(context, trusted, leaf, NULL), 1);
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);
	X509_VERIFY_PARAM_set_time(param, (time_t)(clock_now_ms(&office.clock) / 1000));
	(void)X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT | X509_V_FLAG_CRL_CHECK | flags);
	int error = X509_verify_cert(context) == 1 ? 0 : X509_STORE_CTX_get_error(context);
	X509_STORE_CTX_free(context);
	X509_STORE_free(trusted);
	ERR_clear_error();
	return error;
}

bool
watch_lists(X509_CRL *crl, const X509 *certificate, int reason)
{
	X509_REVOKED *entry = NULL;

	if (X509_CRL_get0_by_serial(crl, &entry, (ASN1_INTEGER *)(uintptr_t)X509_get0_serialNumber(certificate)) != 1)
		return false;
	ASN1_ENUMERATED *given = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
	long found = given != NULL ? ASN1_ENUMERATED_get(given) : -1;
	ASN1_ENUMERATED_free(given);
	assert_int_equal(found, reason);
	return true;
}
