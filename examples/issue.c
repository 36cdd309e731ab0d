/* issue.c — has an authority issue a certificate for a request of yours; prints the certificate and its chain.
 *
 *	cc issue.c -o issue $(pkg-config --cflags --libs chancery)
 *	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -subj /CN=www.example.com |
 *		./issue AUTHORITY-ARN DAYS */
#include <chancery/acm-pca.h>
#include <stdio.h>
#include <stdlib.h>

static int
fail(struct chancery_error *error)
{
	/* The request's id is in the daemon's log as well. */
	fprintf(stderr, "%s: %s%s%s\n", error->code, error->message, error->request_id != NULL ? " Request " : "",
		error->request_id != NULL ? error->request_id : "");
	chancery_error_free(error);
	return 1;
}

static int
issue(struct chancery_client *client, const char *authority, struct chancery_blob csr, int64_t days)
{
	const struct chancery_pca_validity validity = {
		.value = days,
		.has_value = true,
		.type = CHANCERY_PCA_VALIDITY_PERIOD_TYPE_DAYS,
	};
	const struct chancery_pca_issue_certificate_request request = {
		.certificate_authority_arn = authority,
		.csr = csr,
		.signing_algorithm = CHANCERY_PCA_SIGNING_ALGORITHM_SHA256WITHECDSA,
		.validity = &validity,
	};
	struct chancery_pca_issue_certificate_response *issued = NULL;
	struct chancery_pca_get_certificate_response *got = NULL;
	struct chancery_error *error = NULL;

	if (!chancery_pca_issue_certificate(client, &request, &issued, &error))
		return fail(error);

	const struct chancery_pca_get_certificate_request wanted = {
		.certificate_authority_arn = authority,
		.certificate_arn = issued->certificate_arn,
	};
	/* Rather often, and not for long: two minutes. */
	const struct chancery_wait wait = { .delay_ms = 500, .max_attempts = 240 };
	bool done = chancery_pca_wait_certificate_issued(client, &wanted, &wait, &got, &error);
	chancery_pca_issue_certificate_response_free(issued);
	if (!done)
		return fail(error);
	printf("%s\n%s\n", got->certificate, got->certificate_chain != NULL ? got->certificate_chain : "");
	chancery_pca_get_certificate_response_free(got);
	return 0;
}

int
main(int argc, char **argv)
{
	char csr[16 * 1024];
	struct chancery_client *client = NULL;
	struct chancery_error *error = NULL;

	if (argc != 3) {
		fprintf(stderr, "usage: %s AUTHORITY-ARN DAYS < CSR\n", argv[0]);
		return 2;
	}
	if (!chancery_client_new(NULL, &client, &error))
		return fail(error);
	struct chancery_blob blob = { csr, fread(csr, 1, sizeof csr, stdin) };
	int code = issue(client, argv[1], blob, strtol(argv[2], NULL, 10));
	chancery_client_free(client);
	return code;
}
