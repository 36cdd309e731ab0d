/* wait.c — waits until a certificate of ACM is validated, and says why not if it takes too long.
 *
 *	cc wait.c -o wait $(pkg-config --cflags --libs chancery)
 *	./wait CERTIFICATE-ARN [TIMES [MILLISECONDS]] */
#include <chancery/acm.h>
#include <stdio.h>
#include <stdlib.h>

static int
fail(struct chancery_error *error)
{
	/* In vain is not broken: CHANCERY_ERROR_WAITER tells them apart. */
	int code = error->kind == CHANCERY_ERROR_WAITER ? 3 : 1;

	fprintf(stderr, "%s: %s\n", error->code, error->message);
	chancery_error_free(error);
	return code;
}

int
main(int argc, char **argv)
{
	struct chancery_wait wait = { 0 };
	struct chancery_client *client = NULL;
	struct chancery_error *error = NULL;
	struct chancery_acm_describe_certificate_response *response = NULL;

	if (argc < 2 || argc > 4) {
		fprintf(stderr, "usage: %s CERTIFICATE-ARN [TIMES [MILLISECONDS]]\n", argv[0]);
		return 2;
	}
	if (argc > 2)
		wait.max_attempts = (unsigned)strtoul(argv[2], NULL, 10);
	if (argc > 3)
		wait.delay_ms = strtol(argv[3], NULL, 10);
	if (!chancery_client_new(NULL, &client, &error))
		return fail(error);

	const struct chancery_acm_describe_certificate_request request = { .certificate_arn = argv[1] };
	int code = 0;
	if (chancery_acm_wait_certificate_validated(client, &request, &wait, &response, &error))
		printf("%s is validated.\n", response->certificate->domain_name);
	else
		code = fail(error);
	chancery_acm_describe_certificate_response_free(response);
	chancery_client_free(client);
	return code;
}
