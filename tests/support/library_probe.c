/* What the examples do not show: each command is one use of libchancery, run by tests/e2e/test_library.py. Errors are
 * printed member by member. */
#include <chancery/acm-pca.h>
#include <chancery/acm.h>
#include <chancery/own.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
print_error(struct chancery_error *error)
{
	printf("kind %d\ncode %s\nstatus %d\nattempts %d\nretryable %d\nrequest %s\nmessage %s\n", (int)error->kind,
		error->code, error->http_status, error->attempts, error->retryable,
		error->request_id != NULL ? error->request_id : "-", error->message);
	chancery_error_free(error);
	return 1;
}

static int
describe(struct chancery_client *client, const char *arn)
{
	const struct chancery_acm_describe_certificate_request request = { .certificate_arn = arn };
	struct chancery_acm_describe_certificate_response *response = NULL;
	struct chancery_error *error = NULL;

	if (!chancery_acm_describe_certificate(client, &request, &response, &error))
		return response == NULL ? print_error(error) : 9;
	printf("%s\n", response->certificate->domain_name);
	chancery_acm_describe_certificate_response_free(response);
	/* Whoever wants neither answer nor error gets neither. */
	bool again = chancery_acm_describe_certificate(client, &request, NULL, NULL);
	return again && !chancery_acm_describe_certificate(
				client, &(struct chancery_acm_describe_certificate_request){ 0 }, NULL, NULL)
		       ? 0
		       : 8;
}

struct work {
	struct chancery_client *client;
	const char *arn;
	pthread_t thread;
	int failures;
};

static void *
describe_often(void *context)
{
	struct work *work = context;
	const struct chancery_acm_describe_certificate_request request = { .certificate_arn = work->arn };
	const struct chancery_acm_describe_certificate_request wrong = { .certificate_arn = "arn:aws:acm:x" };

	for (int i = 0; i < 25; i++) {
		struct chancery_acm_describe_certificate_response *response = NULL;
		struct chancery_error *error = NULL;
		if (chancery_acm_describe_certificate(work->client, &request, &response, &error))
			work->failures += strcmp(response->certificate->certificate_arn, work->arn) != 0;
		else
			work->failures++;
		chancery_acm_describe_certificate_response_free(response);
		chancery_error_free(error);
		error = NULL;
		work->failures += chancery_acm_describe_certificate(work->client, &wrong, NULL, &error);
		work->failures += error == NULL || error->kind != CHANCERY_ERROR_SERVICE;
		chancery_error_free(error);
	}
	return NULL;
}

static int
threads(struct chancery_client *client, const char *arn)
{
	struct work works[16];
	int failures = 0;

	for (size_t i = 0; i < 16; i++) {
		works[i] = (struct work){ .client = client, .arn = arn };
		if (pthread_create(&works[i].thread, NULL, describe_often, &works[i]) != 0)
			return 9;
	}
	for (size_t i = 0; i < 16; i++) {
		pthread_join(works[i].thread, NULL);
		failures += works[i].failures;
	}
	printf("%d failures\n", failures);
	return failures == 0 ? 0 : 1;
}

/* Not that certificate, but its kind. */
static int
search(struct chancery_client *client, const char *arn)
{
	const struct chancery_acm_certificate_filter exact = { .certificate_arn = arn };
	const struct chancery_acm_x509_attribute_filter algorithm = {
		.key_algorithm = CHANCERY_ACM_KEY_ALGORITHM_EC_PRIME256V1
	};
	const struct chancery_acm_certificate_filter kind = { .x509_attribute_filter = &algorithm };
	const struct chancery_acm_certificate_filter_statement inner = { .filter = &exact };
	const struct chancery_acm_certificate_filter_statement both[] = { { .filter = &kind }, { .not_ = &inner } };
	const struct chancery_acm_certificate_filter_statement statement = { .and_ = both, .and_count = 2 };
	const struct chancery_acm_search_certificates_request request = {
		.filter_statement = &statement,
		.max_results = 1,
		.has_max_results = true,
	};
	struct chancery_acm_search_certificates_pages *pages =
		chancery_acm_search_certificates_pages_new(client, &request);
	const struct chancery_acm_search_certificates_response *page;
	struct chancery_error *error = NULL;

	while ((page = chancery_acm_search_certificates_pages_next(pages, &error)) != NULL) {
		for (size_t i = 0; i < page->results_count; i++)
			printf("%s\n", page->results[i].certificate_arn);
	}
	chancery_acm_search_certificates_pages_free(pages);
	return error != NULL ? print_error(error) : 0;
}

/* A walk whose request cannot be sent, and one whose pages fail; both are left in the middle. */
static int
walk(struct chancery_client *client, const char *arn)
{
	const struct chancery_acm_list_certificates_request wrong = { .next_token = "\xff" };
	const struct chancery_pca_list_tags_request request = { .certificate_authority_arn = arn };
	struct chancery_acm_list_certificates_pages *bad = chancery_acm_list_certificates_pages_new(client, &wrong);
	struct chancery_pca_list_tags_pages *pages = chancery_pca_list_tags_pages_new(client, &request);
	struct chancery_error *error = NULL;

	if (chancery_acm_list_certificates_pages_item(bad, &error) != NULL || error == NULL)
		return 9;
	print_error(error);
	error = NULL;
	chancery_acm_list_certificates_pages_free(bad);
	if (chancery_pca_list_tags_pages_item(pages, NULL) != NULL ||
		chancery_pca_list_tags_pages_item(pages, &error) != NULL || error == NULL)
		return 8;
	print_error(error);
	chancery_pca_list_tags_pages_free(pages);
	return 0;
}

/* An operation that answers with nothing. */
static int
rm(struct chancery_client *client, const char *arn)
{
	struct chancery_error *error = NULL;

	if (!chancery_acm_delete_certificate(
		    client, &(struct chancery_acm_delete_certificate_request){ .certificate_arn = arn }, &error))
		return print_error(error);
	return 0;
}

/* Our own service, and one that takes no members. */
static int
issued(struct chancery_client *client, const char *arn)
{
	const struct chancery_own_list_issued_certificates_request request = { .certificate_authority_arn = arn };
	struct chancery_own_list_issued_certificates_pages *pages =
		chancery_own_list_issued_certificates_pages_new(client, &request);
	const struct chancery_own_issued_certificate *certificate;
	struct chancery_acm_get_account_configuration_response *configuration = NULL;
	struct chancery_error *error = NULL;

	while ((certificate = chancery_own_list_issued_certificates_pages_item(pages, &error)) != NULL)
		printf("%s %s\n", certificate->subject, certificate->status_text);
	chancery_own_list_issued_certificates_pages_free(pages);
	if (error != NULL || !chancery_acm_get_account_configuration(client, &configuration, &error))
		return print_error(error);
	printf("%lld days\n", (long long)configuration->expiry_events->days_before_expiry);
	chancery_acm_get_account_configuration_response_free(configuration);
	return 0;
}

static int
run(struct chancery_client *client, const char *command, const char *arn)
{
	static const struct {
		const char *name;
		int (*run)(struct chancery_client *client, const char *arn);
	} commands[] = { { "describe", describe }, { "threads", threads }, { "search", search }, { "walk", walk },
		{ "rm", rm }, { "issued", issued } };

	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
		if (strcmp(commands[i].name, command) == 0)
			return commands[i].run(client, arn);
	}
	return 2;
}

/* probe COMMAND ARN [CA-BUNDLE [READ-TIMEOUT-MS]] */
int
main(int argc, char **argv)
{
	struct chancery_config *config = chancery_config_new();
	struct chancery_client *client = NULL;
	struct chancery_error *error = NULL;

	if (argc < 3)
		return 2;
	chancery_config_set_max_attempts(config, 2);
	chancery_config_set_user_agent(config, "probe/1");
	if (argc > 3 && argv[3][0] != '\0')
		chancery_config_set_ca_bundle(config, argv[3]);
	if (argc > 4)
		chancery_config_set_read_timeout_ms(config, strtol(argv[4], NULL, 10));
	bool made = chancery_client_new(config, &client, &error);
	chancery_config_free(config);
	int code = made ? run(client, argv[1], argv[2]) : print_error(error);
	chancery_client_free(client);
	return code;
}
