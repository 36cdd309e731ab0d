#include "library/config.h"

#include <stdlib.h>

#include "model/acm.h"
#include "model/pca.h"
#include "test.h"

static struct arena arena;

static struct chancery_config *
config_isolated(void)
{
	struct chancery_config *config = chancery_config_new();

	chancery_config_set_isolated(config, true);
	chancery_config_set_region(config, "eu-central-1");
	chancery_config_set_credentials(config, "AKID", "sesame", NULL);
	return config;
}

static struct str
refused(struct chancery_config *config)
{
	struct client_settings settings;
	struct fault fault = { 0 };

	CHECK(!config_resolve(config, &acm_service, &arena, &settings, &fault));
	CHECK(strstr(fault.say, "sesame") == NULL);
	chancery_config_free(config);
	return arena_str(&arena, str_of(fault.say));
}

static struct client_settings
resolved(const struct chancery_config *config)
{
	struct client_settings settings = { 0 };
	struct fault fault = { 0 };

	CHECK_OK(config_resolve(config, &acm_service, &arena, &settings, &fault), fault);
	return settings;
}

TEST(config, has_usual_values_for_what_is_not_set)
{
	struct chancery_config *config = config_isolated();
	struct client_settings settings = resolved(config);

	CHECK_TEXT(settings.endpoint_url, "http://127.0.0.1:8226");
	CHECK_TEXT(settings.region, "eu-central-1");
	CHECK_TEXT(settings.credentials.access_key_id, "AKID");
	CHECK_TEXT(str_of_bytes(secret_bytes(settings.credentials.secret_access_key)), "sesame");
	CHECK(settings.credentials.session_token.p == NULL);
	CHECK(settings.connect_timeout_ms == 60000 && settings.read_timeout_ms == 60000 && settings.attempts == 3);
	CHECK(settings.ca_bundle == NULL && !settings.skip_tls_verification);
	assert_string_equal(settings.user_agent, "libchancery/" CHANCERY_VERSION);
	chancery_config_free(config);
	arena_done(&arena);
}

TEST(config, takes_what_is_set)
{
	struct chancery_config *config = config_isolated();

	chancery_config_set_endpoint_url(config, "https://first.example");
	chancery_config_set_endpoint_url(config, "https://ca.example");
	chancery_config_set_credentials(config, "ASIA", "sesame", "token");
	chancery_config_set_ca_bundle(config, "/etc/ca.pem");
	chancery_config_set_insecure(config, true);
	chancery_config_set_connect_timeout_ms(config, 1);
	chancery_config_set_read_timeout_ms(config, 1500);
	chancery_config_set_max_attempts(config, 7);
	chancery_config_set_user_agent(config, "inventory/2.1");
	struct client_settings settings = resolved(config);
	CHECK_TEXT(settings.endpoint_url, "https://ca.example");
	CHECK_TEXT(settings.credentials.session_token, "token");
	assert_string_equal(settings.ca_bundle, "/etc/ca.pem");
	CHECK(settings.skip_tls_verification);
	CHECK(settings.connect_timeout_ms == 1 && settings.read_timeout_ms == 1500 && settings.attempts == 7);
	assert_string_equal(settings.user_agent, "inventory/2.1 libchancery/" CHANCERY_VERSION);
	chancery_config_free(config);
	arena_done(&arena);
}

TEST(config, reads_no_environment_when_isolated)
{
	struct chancery_config *config = chancery_config_new();

	CHECK(setenv("AWS_ACCESS_KEY_ID", "FROM", 1) == 0 && setenv("AWS_SECRET_ACCESS_KEY", "ENV", 1) == 0);
	CHECK(setenv("AWS_REGION", "aa-env-1", 1) == 0 && setenv("AWS_CONFIG_FILE", "/nonexistent", 1) == 0);
	CHECK(setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent", 1) == 0);
	CHECK(setenv("AWS_ENDPOINT_URL_ACM", "http://env", 1) == 0);
	CHECK_TEXT(resolved(config).region, "aa-env-1");
	CHECK_TEXT(resolved(NULL).endpoint_url, "http://env");
	chancery_config_set_isolated(config, true);
	CHECK_TEXT(refused(config),
		"You must specify a region. Use chancery_config_set_region(), AWS_REGION, or a region in "
		"the config profile (default).");
	arena_done(&arena);
}

TEST(config, needs_no_credentials_for_unsigned_requests)
{
	struct chancery_config *config = chancery_config_new();

	chancery_config_set_isolated(config, true);
	chancery_config_set_unsigned(config, true);
	CHECK(resolved(config).credentials.access_key_id.p == NULL);
	chancery_config_free(config);
	arena_done(&arena);
}

TEST(config, refuses_half_an_access_key)
{
	struct chancery_config *config = config_isolated();

	chancery_config_set_credentials(config, "AKID", NULL, NULL);
	CHECK_TEXT(refused(config),
		"chancery_config_set_credentials(): an access key has two parts, and its secret is missing.");
	config = config_isolated();
	chancery_config_set_credentials(config, NULL, "sesame", NULL);
	CHECK_TEXT(refused(config),
		"chancery_config_set_credentials(): an access key has two parts, and its id is missing.");
	arena_done(&arena);
}

TEST(config, refuses_numbers_out_of_range)
{
	struct chancery_config *config = config_isolated();

	chancery_config_set_max_attempts(config, 101);
	CHECK(strstr(refused(config).p, "max_attempts(101)") != NULL);
	config = config_isolated();
	chancery_config_set_read_timeout_ms(config, -1);
	CHECK(strstr(refused(config).p, "read_timeout_ms(-1)") != NULL);
	config = config_isolated();
	chancery_config_set_connect_timeout_ms(config, INT64_MAX);
	CHECK(strstr(refused(config).p, "connect_timeout_ms(9223372036854775807)") != NULL);
	arena_done(&arena);
}

TEST(config, refuses_a_user_agent_that_would_be_two_headers)
{
	struct chancery_config *config = config_isolated();

	chancery_config_set_user_agent(config, "a\r\nX-Evil: b");
	CHECK(strstr(refused(config).p, "chancery_config_set_user_agent()") != NULL);
	arena_done(&arena);
}

TEST_MAIN("library_config");
