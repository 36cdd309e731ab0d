/* import.c — imports a certificate with its key, and its chain if it has one; prints its ARN.
 *
 *	cc import.c -o import $(pkg-config --cflags --libs chancery)
 *	./import cert.pem privkey.pem [chain.pem]
 *
 * Region and credentials come from where the AWS tools have them: AWS_REGION, AWS_ACCESS_KEY_ID, ~/.aws … */
#include <chancery/acm.h>
#include <stdio.h>
#include <stdlib.h>

/* The whole of a small file; NULL if it cannot be read. The caller frees. */
static void *
read_file(const char *path, size_t *size)
{
	enum { MOST = 1024 * 1024 };
	FILE *file = fopen(path, "rb");
	char *text = malloc(MOST);

	if (file == NULL || text == NULL) {
		perror(path);
		free(text);
		text = NULL;
	} else {
		*size = fread(text, 1, MOST, file);
	}
	if (file != NULL)
		fclose(file);
	return text;
}

static int
import(struct chancery_client *client, const struct chancery_acm_import_certificate_request *request)
{
	struct chancery_acm_import_certificate_response *response = NULL;
	struct chancery_error *error = NULL;

	if (!chancery_acm_import_certificate(client, request, &response, &error)) {
		fprintf(stderr, "%s: %s\n", error->code, error->message);
		chancery_error_free(error);
		return 1;
	}
	puts(response->certificate_arn);
	chancery_acm_import_certificate_response_free(response);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct chancery_acm_tag tags[] = { { .key = "imported-by", .value = "examples/import.c" } };
	struct chancery_acm_import_certificate_request request = { .tags = tags, .tags_count = 1 };
	struct chancery_client *client = NULL;
	struct chancery_error *error = NULL;
	int code = 1;

	if (argc < 3 || argc > 4) {
		fprintf(stderr, "usage: %s CERTIFICATE KEY [CHAIN]\n", argv[0]);
		return 2;
	}
	if (!chancery_client_new(NULL, &client, &error)) {
		fprintf(stderr, "%s: %s\n", error->code, error->message);
		chancery_error_free(error);
		return 1;
	}
	void *certificate = read_file(argv[1], &request.certificate.size);
	void *key = read_file(argv[2], &request.private_key.size);
	void *chain = argc > 3 ? read_file(argv[3], &request.certificate_chain.size) : NULL;
	if (certificate != NULL && key != NULL && (chain != NULL || argc == 3)) {
		request.certificate.data = certificate;
		request.private_key.data = key;
		request.certificate_chain.data = chain;
		code = import(client, &request);
	}
	free(certificate);
	free(key);
	free(chain);
	chancery_client_free(client);
	return code;
}
