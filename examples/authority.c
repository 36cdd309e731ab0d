/* authority.c — makes a root authority that can issue: its key, its own certificate, and that put in place. Prints its
 * ARN. Waiters wait for what takes time.
 *
 *	cc authority.c -o authority $(pkg-config --cflags --libs chancery)
 *	./authority "Example Root" */
#include <chancery/acm-pca.h>
#include <stdio.h>
#include <string.h>

static bool
explain(const char *what, struct chancery_error *error)
{
	fprintf(stderr, "%s: %s: %s\n", what, error->code, error->message);
	chancery_error_free(error);
	return false;
}

/* The certificate of the authority, signed by itself from its request; *issued is the caller's to free. */
static bool
certify(struct chancery_client *client, const char *arn, const char *csr,
	struct chancery_pca_get_certificate_response **issued)
{
	static const struct chancery_pca_validity ten_years = {
		.value = 10,
		.has_value = true,
		.type = CHANCERY_PCA_VALIDITY_PERIOD_TYPE_YEARS,
	};
	const struct chancery_pca_issue_certificate_request request = {
		.certificate_authority_arn = arn,
		.csr = { csr, strlen(csr) },
		.signing_algorithm = CHANCERY_PCA_SIGNING_ALGORITHM_SHA256WITHECDSA,
		.template_arn = "arn:aws:acm-pca:::template/RootCACertificate/V1",
		.validity = &ten_years,
	};
	struct chancery_pca_issue_certificate_response *response = NULL;
	struct chancery_error *error = NULL;

	if (!chancery_pca_issue_certificate(client, &request, &response, &error))
		return explain("IssueCertificate", error);

	const struct chancery_pca_get_certificate_request wanted = {
		.certificate_authority_arn = arn,
		.certificate_arn = response->certificate_arn,
	};
	bool done = chancery_pca_wait_certificate_issued(client, &wanted, NULL, issued, &error);
	chancery_pca_issue_certificate_response_free(response);
	return done || explain("waiting for the certificate", error);
}

static bool
install(struct chancery_client *client, const char *arn)
{
	struct chancery_pca_get_certificate_authority_csr_response *csr = NULL;
	struct chancery_pca_get_certificate_response *issued = NULL;
	struct chancery_error *error = NULL;

	if (!chancery_pca_wait_certificate_authority_csr_created(client,
		    &(struct chancery_pca_get_certificate_authority_csr_request){ .certificate_authority_arn = arn },
		    NULL, &csr, &error))
		return explain("waiting for the request", error);

	bool done = certify(client, arn, csr->csr, &issued);
	if (done) {
		const struct chancery_pca_import_certificate_authority_certificate_request import = {
			.certificate_authority_arn = arn,
			.certificate = { issued->certificate, strlen(issued->certificate) },
		};
		done = chancery_pca_import_certificate_authority_certificate(client, &import, &error) ||
		       explain("ImportCertificateAuthorityCertificate", error);
	}
	chancery_pca_get_certificate_response_free(issued);
	chancery_pca_get_certificate_authority_csr_response_free(csr);
	return done;
}

static bool
create(struct chancery_client *client, const char *name)
{
	const struct chancery_pca_asn1_subject subject = { .organization = "Example", .common_name = name };
	const struct chancery_pca_certificate_authority_configuration configuration = {
		.key_algorithm = CHANCERY_PCA_KEY_ALGORITHM_EC_PRIME256V1,
		.signing_algorithm = CHANCERY_PCA_SIGNING_ALGORITHM_SHA256WITHECDSA,
		.subject = &subject,
	};
	const struct chancery_pca_create_certificate_authority_request request = {
		.certificate_authority_configuration = &configuration,
		.certificate_authority_type = CHANCERY_PCA_CERTIFICATE_AUTHORITY_TYPE_ROOT,
	};
	struct chancery_pca_create_certificate_authority_response *response = NULL;
	struct chancery_error *error = NULL;

	if (!chancery_pca_create_certificate_authority(client, &request, &response, &error))
		return explain("CreateCertificateAuthority", error);
	bool done = install(client, response->certificate_authority_arn);
	if (done)
		puts(response->certificate_authority_arn);
	chancery_pca_create_certificate_authority_response_free(response);
	return done;
}

int
main(int argc, char **argv)
{
	struct chancery_client *client = NULL;
	struct chancery_error *error = NULL;

	if (argc != 2) {
		fprintf(stderr, "usage: %s NAME\n", argv[0]);
		return 2;
	}
	if (!chancery_client_new(NULL, &client, &error))
		return explain("client", error) ? 0 : 1;
	bool done = create(client, argv[1]);
	chancery_client_free(client);
	return done ? 0 : 1;
}
