#include "order.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "service/pca/template.h"

bool
order_place(struct visit *visit, const char *authority, const struct order *order, char arn[ARN_TEXT_BYTES])
{
	static const struct request_wish usual = { .subject = "CN=leaf.example.com",
		.extensions = { { "subjectAltName", "DNS:leaf.example.com" } } };
	struct pca_api_passthrough api = { order->extensions, order->subject };
	struct pca_validity validity = {
		.value = order->days != 0 ? order->days : 30, .has_value = true, .type.v = PCA_VALIDITY_PERIOD_TYPE_DAYS
	};
	struct pca_issue_certificate_request in = {
		.certificate_authority_arn = str_of(authority),
		.csr = order->csr,
		.signing_algorithm.v = order->algorithm != 0 ? order->algorithm : PCA_SIGNING_ALGORITHM_SHA256WITHECDSA,
		.validity = &validity,
		.idempotency_token = str_of(order->token),
	};
	struct pca_issue_certificate_response out = { 0 };

	visit_again(visit);
	if (in.csr.p == NULL)
		in.csr = papers_request(&visit->arena, order->as_wished ? order->wish : usual);
	if (order->extensions != NULL || order->subject != NULL)
		in.api_passthrough = &api;
	if (order->template != NULL)
		in.template_arn = template_arn(&visit->arena, "aws", str_of(order->template));
	if (!DO_IN(pca, visit, issue_certificate, &in, &out))
		return false;
	(void)snprintf(arn, ARN_TEXT_BYTES, "%.*s", STR_ARG(out.certificate_arn));
	return true;
}

static X509 *
read_pem(BIO *bio)
{
	X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	ERR_clear_error();
	return certificate;
}

X509 *
order_fetch(struct visit *visit, const char *authority, const char *arn, struct str *chain)
{
	struct pca_get_certificate_request in = { str_of(authority), str_of(arn) };
	struct pca_get_certificate_response out = { 0 };

	visit_again(visit);
	if (!DO_IN(pca, visit, get_certificate, &in, &out))
		fail_msg("GetCertificate: code %d, \"%s\"", (int)visit->fault.code, visit->fault.say);
	BIO *bio = BIO_new_mem_buf(out.certificate.p, (int)out.certificate.n);
	X509 *certificate = read_pem(bio);
	assert_non_null(certificate);
	assert_null(read_pem(bio));
	BIO_free(bio);
	if (chain != NULL)
		*chain = out.certificate_chain;
	return certificate;
}

X509 *
order_take(struct visit *visit, const char *authority, const struct order *order)
{
	char arn[ARN_TEXT_BYTES];
	struct str chain;

	if (!order_place(visit, authority, order, arn))
		fail_msg("IssueCertificate: code %d, \"%s\", log \"%s\"", (int)visit->fault.code, visit->fault.say,
			visit->fault.log);
	return order_fetch(visit, authority, arn, &chain);
}

void
order_refused(
	struct visit *visit, const char *authority, const struct order *order, enum fault_code code, const char *words)
{
	char arn[ARN_TEXT_BYTES];

	if (order_place(visit, authority, order, arn))
		fail_msg("issued, where \"%s\" was expected", words);
	if (visit->fault.code != code || strstr(visit->fault.say, words) == NULL)
		fail_msg("code %d, \"%s\", log \"%s\", where code %d, \"%s\" was expected", (int)visit->fault.code,
			visit->fault.say, visit->fault.log, (int)code, words);
}

int
order_verify(X509 *leaf, struct str chain, int purpose)
{
	X509_STORE *trusted = X509_STORE_new();
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	STACK_OF(X509) *others = sk_X509_new_null();
	BIO *bio = BIO_new_mem_buf(chain.p, (int)chain.n);
	X509 *one;

	while ((one = read_pem(bio)) != NULL)
		(void)sk_X509_push(others, one);
	assert_true(sk_X509_num(others) > 0);
	assert_int_equal(X509_STORE_add_cert(trusted, sk_X509_value(others, sk_X509_num(others) - 1)), 1);
	assert_int_equal(X509_STORE_CTX_init(context, trusted, leaf, others), 1);
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);
	X509_VERIFY_PARAM_set_time(param, OFFICE_NOW_MS / 1000);
	(void)X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT);
	(void)X509_VERIFY_PARAM_set_purpose(param, purpose);
	int error = X509_verify_cert(context) == 1 ? 0 : X509_STORE_CTX_get_error(context);
	sk_X509_pop_free(others, X509_free);
	X509_STORE_CTX_free(context);
	X509_STORE_free(trusted);
	BIO_free(bio);
	return error;
}

static const char *
text_of(BIO *bio, struct arena *arena)
{
	char *p;
	long n = BIO_get_mem_data(bio, &p);
	const char *text = arena_cstr(arena, (struct str){ p, (size_t)n });

	BIO_free(bio);
	return text;
}

const char *
order_extension(const X509 *certificate, const char *oid, struct arena *arena)
{
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	int place = X509_get_ext_by_OBJ(certificate, object, -1);
	BIO *bio = BIO_new(BIO_s_mem());

	ASN1_OBJECT_free(object);
	if (place < 0) {
		BIO_free(bio);
		return "";
	}
	X509_EXTENSION *extension = X509_get_ext(certificate, place);
	(void)BIO_puts(bio, X509_EXTENSION_get_critical(extension) ? "critical, " : "");
	if (X509V3_EXT_print(bio, extension, X509V3_EXT_DUMP_UNKNOWN, 0) != 1)
		(void)BIO_puts(bio, "?");
	return text_of(bio, arena);
}

const char *
order_extensions(const X509 *certificate, struct arena *arena)
{
	BIO *bio = BIO_new(BIO_s_mem());

	for (int i = 0; i < X509_get_ext_count(certificate); i++) {
		char name[80];
		ASN1_OBJECT *object = X509_EXTENSION_get_object(X509_get_ext(certificate, i));
		int nid = OBJ_obj2nid(object);
		if (nid != NID_undef)
			(void)snprintf(name, sizeof name, "%s", OBJ_nid2sn(nid));
		else
			(void)OBJ_obj2txt(name, sizeof name, object, 1);
		(void)BIO_printf(bio, "%s%s", i > 0 ? " " : "", name);
	}
	return text_of(bio, arena);
}
