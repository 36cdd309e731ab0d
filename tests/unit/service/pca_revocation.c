#include "service/pca/revocation.h"

#include "test.h"

static struct arena arena;
static struct service_settings settings;
static struct call call = { .arena = &arena, .settings = &settings };

#define ID "11111111-2222-3333-4444-555555555555"
#define BOTH_OFF "{\"CrlConfiguration\":{\"Enabled\":false},\"OcspConfiguration\":{\"Enabled\":false}}"

/* A RevocationConfiguration as a caller sends it. */
static const struct pca_revocation_configuration *
asked(const char *json)
{
	struct pca_revocation_configuration *in = ARENA_NEW(&arena, struct pca_revocation_configuration);
	struct fault fault = { 0 };

	CHECK_OK(model_decode(&pca_revocation_configuration_shape, str_of(json), &arena, in, &fault), fault);
	CHECK_OK(model_validate(&pca_revocation_configuration_shape, in, &arena, &fault), fault);
	return in;
}

static struct str
merged(const char *json, struct str earlier)
{
	struct fault fault = { 0 };
	struct str out = { 0 };

	CHECK_OK(revocation_merge(asked(json), earlier, &arena, &out, &fault), fault);
	return out;
}

static struct revocation_settings
settings_of(const char *json)
{
	const struct pca_revocation_configuration *shown;
	struct revocation_settings out = { 0 };
	struct fault fault = { 0 };

	CHECK_OK(revocation_read(merged(json, (struct str){ 0 }), &arena, &shown, &out, &fault), fault);
	return out;
}

static void
refused(const char *json, const char *words)
{
	struct str out = STR("untouched");
	struct fault fault = { 0 };

	CHECK(!revocation_merge(asked(json), (struct str){ 0 }, &arena, &out, &fault));
	CHECK(fault.code == FAULT_VALIDATION);
	CHECK_TEXT(out, "untouched");
	if (strstr(fault.say, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fault.say, words);
}

TEST(revocation, is_off_by_default_and_always_shows_both_halves)
{
	struct fault fault = { 0 };
	struct str json;

	CHECK_OK(revocation_merge(NULL, (struct str){ 0 }, &arena, &json, &fault), fault);
	CHECK_TEXT(json, BOTH_OFF);
	CHECK_TEXT(merged("{}", (struct str){ 0 }), BOTH_OFF);
}

TEST(revocation, fills_in_what_was_left_out)
{
	CHECK_TEXT(merged("{\"CrlConfiguration\":{\"Enabled\":true,\"CustomCname\":\"\"}}", (struct str){ 0 }),
		"{\"CrlConfiguration\":{\"Enabled\":true,\"ExpirationInDays\":7,\"S3ObjectAcl\":\"PUBLIC_READ\"},"
		"\"OcspConfiguration\":{\"Enabled\":false}}");
}

TEST(revocation, replaces_half_by_half)
{
	struct str first =
		merged("{\"CrlConfiguration\":{\"Enabled\":true,\"ExpirationInDays\":30}}", (struct str){ 0 });
	struct str second = merged("{\"OcspConfiguration\":{\"Enabled\":true}}", first);
	struct str third = merged("{\"CrlConfiguration\":{\"Enabled\":false}}", second);

	CHECK_TEXT(second, "{\"CrlConfiguration\":{\"Enabled\":true,\"ExpirationInDays\":30,"
			   "\"S3ObjectAcl\":\"PUBLIC_READ\"},\"OcspConfiguration\":{\"Enabled\":true}}");
	CHECK_TEXT(third, "{\"CrlConfiguration\":{\"Enabled\":false},\"OcspConfiguration\":{\"Enabled\":true}}");
}

TEST(revocation, refuses_what_contradicts_itself)
{
	refused("{\"CrlConfiguration\":{\"Enabled\":false,\"ExpirationInDays\":7}}",
		"Enabled false and further members");
	refused("{\"CrlConfiguration\":{\"Enabled\":false,\"CrlType\":\"PARTITIONED\"}}",
		"Enabled false and further members");
	refused("{\"OcspConfiguration\":{\"Enabled\":false,\"OcspCustomCname\":\"ocsp.example.com\"}}",
		"Enabled false and an OcspCustomCname");
	refused("{\"CrlConfiguration\":{\"Enabled\":true,\"CustomCname\":\"crl.example.com\","
		"\"CrlDistributionPointExtensionConfiguration\":{\"OmitExtension\":true}}}",
		"OmitExtension true");
}

TEST(revocation, refuses_names_with_a_scheme_or_without_a_host)
{
	refused("{\"CrlConfiguration\":{\"Enabled\":true,\"CustomCname\":\"http://crl.example.com\"}}",
		"begins with a scheme");
	refused("{\"CrlConfiguration\":{\"Enabled\":true,\"CustomCname\":\"/crl\"}}",
		"does not begin with a host name");
	refused("{\"CrlConfiguration\":{\"Enabled\":true,\"CustomCname\":\"a_b?c\"}}",
		"does not begin with a host name");
	refused("{\"OcspConfiguration\":{\"Enabled\":true,\"OcspCustomCname\":\"https://ocsp.example.com\"}}",
		"OcspConfiguration.OcspCustomCname");
}

TEST(revocation, refuses_paths_that_cannot_be)
{
	refused("{\"CrlConfiguration\":{\"Enabled\":true,\"CustomPath\":\"a/../b\"}}", "cannot be used");
	refused("{\"CrlConfiguration\":{\"Enabled\":true,\"CustomPath\":\"..\"}}", "cannot be used");
	refused("{\"CrlConfiguration\":{\"Enabled\":true,\"CustomPath\":\"./a\"}}", "cannot be used");
	refused("{\"CrlConfiguration\":{\"Enabled\":true,\"CustomPath\":\"ocsp/x\"}}", "ocsp is where this server");
	refused("{\"CrlConfiguration\":{\"Enabled\":true,\"CustomPath\":\"s3\"}}", "s3 is where this server");
	refused("{\"CrlConfiguration\":{\"Enabled\":true,\"S3BucketName\":\"../../etc\"}}", "not the name of a bucket");
	refused("{\"CrlConfiguration\":{\"Enabled\":true,\"S3BucketName\":\"a/b\"}}", "not the name of a bucket");
}

TEST(revocation, reads_its_settings_back)
{
	struct revocation_settings all = settings_of(
		"{\"CrlConfiguration\":{\"Enabled\":true,\"ExpirationInDays\":12,\"S3BucketName\":\"bucket\","
		"\"S3ObjectAcl\":\"BUCKET_OWNER_FULL_CONTROL\",\"CrlType\":\"PARTITIONED\",\"CustomPath\":\"a/b\","
		"\"CrlDistributionPointExtensionConfiguration\":{\"OmitExtension\":true}},"
		"\"OcspConfiguration\":{\"Enabled\":true,\"OcspCustomCname\":\"ocsp.example.com\"}}");

	CHECK(all.crl_enabled && all.crl_partitioned && all.crl_omit_extension && all.bucket_owner_acl);
	CHECK(all.crl_days == 12 && all.ocsp_enabled);
	CHECK_TEXT(all.bucket, "bucket");
	CHECK_TEXT(all.crl_path, "a/b");
	CHECK_TEXT(all.ocsp_cname, "ocsp.example.com");
	CHECK(all.crl_cname.p == NULL);
}

TEST(revocation, cannot_be_read_from_anything_else)
{
	static const char *const odd[] = { "", "{", "{}", "[]", "{\"CrlConfiguration\":{\"Enabled\":true}}" };
	const struct pca_revocation_configuration *shown;
	struct revocation_settings out;

	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		struct fault fault = { 0 };
		CHECK(!revocation_read(str_of(odd[i]), &arena, &shown, &out, &fault));
		CHECK(fault.code == FAULT_INTERNAL);
	}
}

TEST(revocation, keeps_lists_under_their_names)
{
	struct revocation_settings plain = settings_of("{\"CrlConfiguration\":{\"Enabled\":true}}");
	struct revocation_settings moved =
		settings_of("{\"CrlConfiguration\":{\"Enabled\":true,\"CustomPath\":\"a/b\"}}");

	CHECK_TEXT(revocation_crl_key(&plain, STR(ID), false, &arena), "crl/" ID ".crl");
	CHECK_TEXT(revocation_crl_key(&plain, STR(ID), true, &arena), "crl/" ID ".delta.crl");
	CHECK_TEXT(revocation_crl_key(&moved, STR(ID), false, &arena), "a/b/" ID ".crl");
}

TEST(revocation, tells_where_by_cname_then_public_url_then_bucket)
{
	struct revocation_settings all =
		settings_of("{\"CrlConfiguration\":{\"Enabled\":true,\"S3BucketName\":\"bucket\","
			    "\"CustomCname\":\"crl.example.com/\"}}");
	struct str region = STR("eu-central-1");

	settings.public_url = "http://pki.example.com";
	CHECK_TEXT(revocation_crl_url(&all, &call, region, STR(ID), false), "http://crl.example.com/crl/" ID ".crl");
	all.crl_cname = (struct str){ 0 };
	CHECK_TEXT(revocation_crl_url(&all, &call, region, STR(ID), false), "http://pki.example.com/crl/" ID ".crl");
	settings.public_url = NULL;
	CHECK_TEXT(revocation_crl_url(&all, &call, region, STR(ID), false),
		"http://bucket.s3.eu-central-1.amazonaws.com/crl/" ID ".crl");
	CHECK_TEXT(revocation_crl_url(&all, &call, STR("cn-north-1"), STR(ID), true),
		"http://bucket.s3.cn-north-1.amazonaws.com.cn/crl/" ID ".delta.crl");
	all.bucket = (struct str){ 0 };
	CHECK(revocation_crl_url(&all, &call, region, STR(ID), false).p == NULL);
}

TEST(revocation, tells_where_to_ask)
{
	struct revocation_settings named =
		settings_of("{\"OcspConfiguration\":{\"Enabled\":true,\"OcspCustomCname\":\"ocsp.example.com\"}}");
	struct revocation_settings plain = settings_of("{\"OcspConfiguration\":{\"Enabled\":true}}");

	CHECK_TEXT(revocation_ocsp_url(&named, &call, STR(ID)), "http://ocsp.example.com");
	CHECK(revocation_ocsp_url(&plain, &call, STR(ID)).p == NULL);
	settings.public_url = "http://pki.example.com";
	CHECK_TEXT(revocation_ocsp_url(&plain, &call, STR(ID)), "http://pki.example.com/ocsp/" ID);
	settings.public_url = NULL;
}

TEST(revocation, warns_when_nobody_could_find_it)
{
	struct revocation_settings both =
		settings_of("{\"CrlConfiguration\":{\"Enabled\":true},\"OcspConfiguration\":{\"Enabled\":true}}");
	struct revocation_settings off = settings_of("{}");
	struct revocation_settings omitted =
		settings_of("{\"CrlConfiguration\":{\"Enabled\":true,"
			    "\"CrlDistributionPointExtensionConfiguration\":{\"OmitExtension\":true}}}");
	struct str region = STR("eu-central-1");

	struct str warning = revocation_warning(&both, &call, region, STR(ID));
	CHECK(warning.p != NULL && strstr(warning.p, "a revocation list and OCSP") != NULL);
	CHECK(strstr(warning.p, "--public-url") != NULL);
	CHECK(revocation_warning(&off, &call, region, STR(ID)).p == NULL);
	CHECK(revocation_warning(&omitted, &call, region, STR(ID)).p == NULL);
	settings.public_url = "http://pki.example.com";
	CHECK(revocation_warning(&both, &call, region, STR(ID)).p == NULL);
	settings.public_url = NULL;
	arena_done(&arena);
}

TEST_MAIN("revocation");
