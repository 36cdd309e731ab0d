#include "client/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "model/acm.h"
#include "model/own.h"
#include "model/pca.h"
#include "test.h"

static struct arena arena;

/* The test's own environment: pairs of name and value. */
static const char *variables[16][2];

static char *
environment(const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(variables) && variables[i][0] != NULL; i++) {
		if (strcmp(variables[i][0], name) == 0)
			return (char *)variables[i][1];
	}
	return NULL;
}

static void
set(const char *name, const char *value)
{
	for (size_t i = 0; i < ARRAY_COUNT(variables); i++) {
		if (variables[i][0] == NULL || strcmp(variables[i][0], name) == 0) {
			variables[i][0] = name;
			variables[i][1] = value;
			return;
		}
	}
	fail_msg("no room for %s", name);
}

static char config_path[] = "/tmp/chancery-config-XXXXXX";
static char credentials_path[] = "/tmp/chancery-credentials-XXXXXX";

static void
write_file(char *path, const char *text)
{
	if (strstr(path, "XXXXXX") != NULL) {
		int fd = mkstemp(path);
		CHECK(fd >= 0 && close(fd) == 0);
	}
	FILE *file = fopen(path, "we");
	CHECK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void
start(const char *config, const char *credentials)
{
	memset(variables, 0, sizeof variables);
	write_file(config_path, config);
	write_file(credentials_path, credentials);
	set("AWS_CONFIG_FILE", config_path);
	set("AWS_SHARED_CREDENTIALS_FILE", credentials_path);
}

static void
finish(void)
{
	(void)unlink(config_path);
	(void)unlink(credentials_path);
	(void)snprintf(config_path, sizeof config_path, "/tmp/chancery-config-XXXXXX");
	(void)snprintf(credentials_path, sizeof credentials_path, "/tmp/chancery-credentials-XXXXXX");
	arena_reset(&arena);
}

static struct client_settings
resolved_for(const struct service *service, struct settings_wish wish)
{
	struct client_settings settings = { 0 };
	struct fault fault = { 0 };

	CHECK_OK(settings_resolve(&wish, service, environment, &arena, &settings, &fault), fault);
	return settings;
}

static struct client_settings
resolved(struct settings_wish wish)
{
	return resolved_for(&acm_service, wish);
}

static struct fault
refused(struct settings_wish wish)
{
	struct client_settings settings;
	struct fault fault = { 0 };

	CHECK(!settings_resolve(&wish, &acm_service, environment, &arena, &settings, &fault));
	return fault;
}

static const char credentials_text[] = "[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = sdefault\n"
				       "[work]\naws_access_key_id=AKWORK\naws_secret_access_key=swork\n"
				       "aws_session_token=twork\n";
static const char config_text[] = "[default]\nregion=eu-central-1\n"
				  "[profile work]\nregion=us-west-2\nendpoint_url=http://work:1\nca_bundle=/work.pem\n"
				  "[profile nested]\nregion=x-y-1\nservices=local\naws_access_key_id=AKCONFIG\n"
				  "aws_secret_access_key=sconfig\n"
				  "[profile role]\nregion=x-y-1\nrole_arn=arn:x\n"
				  "[services local]\nacm =\n  endpoint_url = http://nested:2\n"
				  "acm_pca =\n  endpoint_url = http://nested:3\n";

TEST(settings, take_the_default_profile_and_the_local_endpoint)
{
	start(config_text, credentials_text);
	struct client_settings settings = resolved((struct settings_wish){ 0 });
	CHECK_TEXT(settings.region, "eu-central-1");
	CHECK_TEXT(settings.endpoint_url, "http://127.0.0.1:8226");
	CHECK_TEXT(settings.credentials.access_key_id, "AKDEFAULT");
	CHECK_TEXT(str_of_bytes(secret_bytes(settings.credentials.secret_access_key)), "sdefault");
	CHECK(settings.credentials.session_token.p == NULL);
	CHECK(settings.ca_bundle == NULL);
	assert_int_equal(settings.attempts, 3);
	assert_int_equal(settings.read_timeout_ms, 60000);
	finish();
}

TEST(settings, prefer_the_environment_to_files)
{
	start(config_text, credentials_text);
	set("AWS_DEFAULT_REGION", "a-b-1");
	set("AWS_ACCESS_KEY_ID", "AKENV");
	set("AWS_SECRET_ACCESS_KEY", "senv");
	set("AWS_SESSION_TOKEN", "tenv");
	set("AWS_ENDPOINT_URL", "http://env:3");
	set("AWS_CA_BUNDLE", "/env.pem");
	set("AWS_MAX_ATTEMPTS", "1");
	struct client_settings settings = resolved((struct settings_wish){ 0 });
	CHECK_TEXT(settings.region, "a-b-1");
	CHECK_TEXT(settings.credentials.access_key_id, "AKENV");
	CHECK_TEXT(settings.credentials.session_token, "tenv");
	CHECK_TEXT(settings.endpoint_url, "http://env:3");
	assert_string_equal(settings.ca_bundle, "/env.pem");
	assert_int_equal(settings.attempts, 1);
	set("AWS_REGION", "c-d-2");
	set("AWS_ENDPOINT_URL_ACM", "http://acm:4");
	settings = resolved((struct settings_wish){ 0 });
	CHECK_TEXT(settings.region, "c-d-2");
	CHECK_TEXT(settings.endpoint_url, "http://acm:4");
	finish();
}

TEST(settings, prefer_the_command_line_to_everything)
{
	start(config_text, credentials_text);
	set("AWS_REGION", "a-b-1");
	set("AWS_ACCESS_KEY_ID", "AKENV");
	set("AWS_SECRET_ACCESS_KEY", "senv");
	struct client_settings settings = resolved((struct settings_wish){
		.profile = "work", .region = "e-f-3", .ca_bundle = "/mine.pem", .connect_timeout_s = "0" });
	CHECK_TEXT(settings.region, "e-f-3");
	CHECK_TEXT(settings.credentials.access_key_id, "AKWORK");
	CHECK_TEXT(settings.credentials.session_token, "twork");
	CHECK_TEXT(settings.endpoint_url, "http://work:1");
	assert_string_equal(settings.ca_bundle, "/mine.pem");
	assert_int_equal(settings.connect_timeout_ms, 0);
	finish();
}

TEST(settings, take_a_profile_named_by_the_environment_behind_its_keys)
{
	start(config_text, credentials_text);
	set("AWS_PROFILE", "work");
	CHECK_TEXT(resolved((struct settings_wish){ 0 }).credentials.access_key_id, "AKWORK");
	set("AWS_ACCESS_KEY_ID", "AKENV");
	set("AWS_SECRET_ACCESS_KEY", "senv");
	CHECK_TEXT(resolved((struct settings_wish){ 0 }).credentials.access_key_id, "AKENV");
	finish();
}

TEST(settings, read_services_sections_and_keys_of_the_config_file)
{
	start(config_text, credentials_text);
	struct client_settings settings = resolved((struct settings_wish){ .profile = "nested" });
	CHECK_TEXT(settings.endpoint_url, "http://nested:2");
	CHECK_TEXT(settings.credentials.access_key_id, "AKCONFIG");
	finish();
}

TEST(settings, look_for_the_endpoint_of_the_service_that_is_called)
{
	start(config_text, credentials_text);
	CHECK_TEXT(resolved_for(&pca_service, (struct settings_wish){ .profile = "nested" }).endpoint_url,
		"http://nested:3");
	CHECK_TEXT(resolved_for(&own_service, (struct settings_wish){ .profile = "nested" }).endpoint_url,
		"http://127.0.0.1:8226");
	set("AWS_ENDPOINT_URL_ACM", "http://acm:4");
	set("AWS_ENDPOINT_URL_ACM_PCA", "http://acm-pca:5");
	set("AWS_ENDPOINT_URL_CHANCERY", "http://chancery:6");
	CHECK_TEXT(resolved((struct settings_wish){ 0 }).endpoint_url, "http://acm:4");
	CHECK_TEXT(resolved_for(&pca_service, (struct settings_wish){ 0 }).endpoint_url, "http://acm-pca:5");
	CHECK_TEXT(resolved_for(&own_service, (struct settings_wish){ 0 }).endpoint_url, "http://chancery:6");
	finish();
}

TEST(settings, need_neither_keys_nor_region_for_unsigned_requests)
{
	start("", "");
	CHECK(resolved((struct settings_wish){ .unsigned_requests = true }).credentials.access_key_id.p == NULL);
	finish();
}

TEST(settings, say_what_is_missing)
{
	start(config_text, "[half]\naws_access_key_id=AK\n");
	struct fault fault = refused((struct settings_wish){ 0 });
	CHECK(fault.code == FAULT_MISSING_AUTHENTICATION &&
		strstr(fault.say, "Unable to locate credentials") == fault.say);
	fault = refused((struct settings_wish){ .profile = "role" });
	CHECK(fault.code == FAULT_MISSING_AUTHENTICATION && strstr(fault.say, "role_arn") != NULL);
	fault = refused((struct settings_wish){ .profile = "nobody" });
	assert_string_equal(fault.say, "The config profile (nobody) could not be found");
	CHECK(fault.code == FAULT_INVALID_ARGS);
	fault = refused((struct settings_wish){ .profile = "half" });
	CHECK(fault.code == FAULT_MISSING_AUTHENTICATION &&
		strstr(fault.say, "You must specify a region") == fault.say);
	fault = refused((struct settings_wish){ .profile = "half", .region = "a-b-1" });
	assert_string_equal(
		fault.say, "Partial credentials found in shared-credentials-file, missing: aws_secret_access_key");
	fault = refused((struct settings_wish){ .read_timeout_s = "soon" });
	CHECK(fault.code == FAULT_INVALID_ARGS && strstr(fault.say, "--cli-read-timeout") != NULL);
	finish();
	arena_done(&arena);
}

TEST_MAIN("client/settings");
