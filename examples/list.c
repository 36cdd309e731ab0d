/* list.c — lists all certificates, of whatever key: name, status, end, ARN. A paginator turns the pages.
 *
 *	cc list.c -o list $(pkg-config --cflags --libs chancery)
 *	./list [PROFILE] */
#include <chancery/acm.h>
#include <stdio.h>
#include <time.h>

static int
fail(struct chancery_error *error)
{
	fprintf(stderr, "%s: %s\n", error->code, error->message);
	chancery_error_free(error);
	return 1;
}

static void
print(const struct chancery_acm_certificate_summary *summary)
{
	char end[sizeof "2026-11-21"] = "?";
	time_t at = (time_t)(summary->not_after_ms / 1000);
	struct tm tm;

	/* Zero is a moment: has_not_after tells whether there is one. */
	if (summary->has_not_after && gmtime_r(&at, &tm) != NULL)
		strftime(end, sizeof end, "%Y-%m-%d", &tm);
	/* The text of an enum is there even if this program knows no such value. */
	printf("%s\t%s\t%s\t%s\n", summary->domain_name != NULL ? summary->domain_name : "-", summary->status_text, end,
		summary->certificate_arn);
}

static int
list(struct chancery_client *client)
{
	/* Without key types, the service lists RSA keys of 1024 and 2048 bits only. */
	static const enum chancery_acm_key_algorithm types[] = {
		CHANCERY_ACM_KEY_ALGORITHM_RSA_1024,
		CHANCERY_ACM_KEY_ALGORITHM_RSA_2048,
		CHANCERY_ACM_KEY_ALGORITHM_RSA_3072,
		CHANCERY_ACM_KEY_ALGORITHM_RSA_4096,
		CHANCERY_ACM_KEY_ALGORITHM_EC_PRIME256V1,
		CHANCERY_ACM_KEY_ALGORITHM_EC_SECP384R1,
		CHANCERY_ACM_KEY_ALGORITHM_EC_SECP521R1,
	};
	static const struct chancery_acm_filters filters = {
		.key_types = types,
		.key_types_count = sizeof types / sizeof types[0],
	};
	const struct chancery_acm_list_certificates_request request = {
		.includes = &filters,
		.max_items = 2, /* a page; small here, to have several */
		.has_max_items = true,
	};
	struct chancery_acm_list_certificates_pages *pages = chancery_acm_list_certificates_pages_new(client, &request);
	const struct chancery_acm_certificate_summary *summary;
	struct chancery_error *error = NULL;

	while ((summary = chancery_acm_list_certificates_pages_item(pages, &error)) != NULL)
		print(summary);
	chancery_acm_list_certificates_pages_free(pages);
	return error != NULL ? fail(error) : 0;
}

int
main(int argc, char **argv)
{
	struct chancery_config *config = chancery_config_new();
	struct chancery_client *client = NULL;
	struct chancery_error *error = NULL;

	if (argc > 1)
		chancery_config_set_profile(config, argv[1]);
	chancery_config_set_user_agent(config, "example-list/1.0");
	bool made = chancery_client_new(config, &client, &error);
	chancery_config_free(config);
	int code = made ? list(client) : fail(error);
	chancery_client_free(client);
	return code;
}
