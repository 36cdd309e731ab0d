#include "private.h"

#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "service/acm/record.h"
#include "service/pca/pca.h"

static void
must(bool done, const struct visit *visit)
{
	if (!done)
		fail_msg("code %d, \"%s\", log \"%s\", at %s", (int)visit->fault.code, visit->fault.say,
			visit->fault.log, visit->fault.where != NULL ? visit->fault.where : "?");
}

bool
private_request(struct visit *visit, const char *authority, struct private_wish wish, char arn[ARN_TEXT_BYTES])
{
	struct str names[PRIVATE_WISH_NAMES];
	struct acm_tag tag = { .key = str_of(wish.tag) };
	struct acm_request_certificate_request in = {
		.domain_name = wish.domain != NULL ? str_of(wish.domain) : STR("www.example.com"),
		.certificate_authority_arn = str_of(authority),
		.idempotency_token = str_of(wish.token),
		.key_algorithm.v = wish.key != 0 ? wish.key : ACM_KEY_ALGORITHM_EC_PRIME256V1,
		.options = wish.options,
		.subject_alternative_names = { names, 0, wish.names[0] != NULL },
		.tags = { &tag, wish.tag != NULL, wish.tag != NULL },
	};
	struct acm_request_certificate_response out = { 0 };

	visit_again(visit);
	if (wish.key < 0)
		in.key_algorithm.v = CHOICE_ABSENT;
	while (in.subject_alternative_names.n < PRIVATE_WISH_NAMES &&
		wish.names[in.subject_alternative_names.n] != NULL) {
		names[in.subject_alternative_names.n] = str_of(wish.names[in.subject_alternative_names.n]);
		in.subject_alternative_names.n++;
	}
	if (!DO(visit, request_certificate, &in, &out))
		return false;
	(void)snprintf(arn, ARN_TEXT_BYTES, "%.*s", STR_ARG(out.certificate_arn));
	visit_again(visit);
	return true;
}

void
private_issued(struct visit *visit, const char *authority, char arn[ARN_TEXT_BYTES])
{
	must(private_request(visit, authority, (struct private_wish){ 0 }, arn), visit);
	assert_int_equal(visit_describe(visit, arn)->status.v, ACM_CERTIFICATE_STATUS_ISSUED);
	visit_again(visit);
}

void
private_permit(struct visit *visit, const char *authority)
{
	struct choice actions[] = { { .v = PCA_ACTION_TYPE_ISSUE_CERTIFICATE },
		{ .v = PCA_ACTION_TYPE_GET_CERTIFICATE } };
	struct pca_create_permission_request in = {
		.certificate_authority_arn = str_of(authority),
		.principal = STR("acm.amazonaws.com"),
		.actions = { actions, ARRAY_COUNT(actions), true },
	};

	visit_again(visit);
	must(DO_IN(pca, visit, create_permission, &in), visit);
	visit_again(visit);
}

bool
private_export(struct visit *visit, const char *arn, struct acm_export_certificate_response *out)
{
	struct acm_export_certificate_request in = { .certificate_arn = str_of(arn) };

	visit_again(visit);
	in.passphrase = arena_secret(&visit->arena, PRIVATE_PASSPHRASE, sizeof PRIVATE_PASSPHRASE - 1);
	return DO(visit, export_certificate, &in, out);
}

void
private_exported(struct visit *visit, const char *arn)
{
	struct acm_export_certificate_response out = { 0 };

	must(private_export(visit, arn, &out), visit);
	visit_again(visit);
}

struct certificate_row
private_row(struct visit *visit, const char *arn)
{
	struct certificate_row row;

	must(acm_record_get(&visit->call, str_of(arn), &row, &visit->fault), visit);
	return row;
}

struct certificate_private
private_beside(struct visit *visit, const char *arn)
{
	struct certificate_row row = private_row(visit, arn);
	struct certificate_private private;

	must(store_certificate_private_get(
		     office.store, &visit->call.owner, row.id, &visit->arena, &private, &visit->fault),
		visit);
	return private;
}

X509 *
private_x509(struct str pem)
{
	BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	BIO_free(bio);
	assert_non_null(certificate);
	return certificate;
}
