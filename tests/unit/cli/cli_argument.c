#include "cli/argument.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/json.h"
#include "model/acm.h"
#include "test.h"

static struct arena arena;

static const struct member *
member(const char *operation, const char *option)
{
	const struct shape *shape = service_command(&acm_service, str_of(operation))->input;

	for (size_t i = 0; i < shape->member_count; i++) {
		if (strcmp(shape->members[i].option, option) == 0)
			return &shape->members[i];
	}
	fail_msg("%s has no --%s", operation, option);
	return NULL;
}

/* One option as JSON, or the words that refuse it. */
static const char *
read_words(const char *operation, const char *option, const char *const *words, bool blobs_are_raw)
{
	struct fault fault = { 0 };
	struct buffer out = { 0 };
	struct value *value;
	size_t n = 0;

	while (words[n] != NULL)
		n++;
	if (!argument_read(option, member(operation, option)->shape, words, n, blobs_are_raw, &arena, &value, &fault)) {
		CHECK(fault.code == FAULT_INVALID_ARGS || fault.code == FAULT_INVALID_PARAMETER);
		return arena_cstr(&arena, str_of(fault.say));
	}
	json_write(value, &out);
	const char *copy = arena_cstr(&arena, buffer_str(&out));
	buffer_done(&out);
	return copy;
}

#define READ(operation, option, ...) read_words(operation, option, (const char *[]){ __VA_ARGS__, NULL }, false)

/* A file with these bytes; the name is the caller's to unlink and free. */
static char *
file_with(const char *text, size_t n)
{
	char *name = strdup("/tmp/chancery-test-XXXXXX");
	int fd = mkstemp(name);

	CHECK(fd >= 0 && write(fd, text, n) == (ssize_t)n && close(fd) == 0);
	return name;
}

TEST(argument, gives_words_their_types)
{
	assert_string_equal(READ("describe-certificate", "certificate-arn", "12"), "\"12\"");
	assert_string_equal(READ("search-certificates", "max-results", "12"), "12");
	assert_string_equal(READ("search-certificates", "max-results", "-3"), "-3");
	assert_string_equal(READ("import-certificate", "certificate", "YWJj"), "\"YWJj\"");
	assert_string_equal(
		READ("list-certificates", "certificate-statuses", "ISSUED", "EXPIRED"), "[\"ISSUED\",\"EXPIRED\"]");
	assert_string_equal(READ("list-certificates", "certificate-statuses", "[\"ISSUED\"]"), "[\"ISSUED\"]");
	arena_reset(&arena);
}

TEST(argument, takes_structures_as_shorthand_or_json)
{
	assert_string_equal(READ("add-tags-to-certificate", "tags", "Key=a,Value=b", "Key=c"),
		"[{\"Key\":\"a\",\"Value\":\"b\"},{\"Key\":\"c\"}]");
	assert_string_equal(READ("add-tags-to-certificate", "tags", " [{\"Key\":\"a\"}]"), "[{\"Key\":\"a\"}]");
	assert_string_equal(READ("add-tags-to-certificate", "tags", "{\"Key\":\"a\"}", "Key=b"),
		"[{\"Key\":\"a\"},{\"Key\":\"b\"}]");
	assert_string_equal(
		READ("put-account-configuration", "expiry-events", "DaysBeforeExpiry=30"), "{\"DaysBeforeExpiry\":30}");
	arena_reset(&arena);
}

TEST(argument, types_the_leaves_of_shorthand)
{
	assert_string_equal(
		READ("list-certificates", "includes", "keyTypes=RSA_2048"), "{\"keyTypes\":[\"RSA_2048\"]}");
	assert_string_equal(
		READ("search-certificates", "filter-statement",
			"And=[{Filter={AcmCertificateMetadataFilter={InUse=true}}},{Filter={X509AttributeFilter="
			"{NotAfter={Start=2025-11-21T08:05:54Z}}}}]"),
		"{\"And\":[{\"Filter\":{\"AcmCertificateMetadataFilter\":{\"InUse\":true}}},{\"Filter\":{"
		"\"X509AttributeFilter\":{\"NotAfter\":{\"Start\":1763712354}}}}]}");
	arena_reset(&arena);
}

TEST(argument, sends_files_as_they_are)
{
	char *name = file_with("-----BEGIN\n\0\xff", 13);
	struct str text = arena_printf(&arena, "file://%s", name);
	struct str binary = arena_printf(&arena, "fileb://%s", name);

	assert_string_equal(READ("import-certificate", "certificate", text.p), "\"LS0tLS1CRUdJTgoA/w==\"");
	assert_string_equal(READ("import-certificate", "certificate", binary.p), "\"LS0tLS1CRUdJTgoA/w==\"");
	CHECK(strstr(READ("describe-certificate", "certificate-arn", text.p), "could not be decoded") != NULL);
	(void)unlink(name);
	CHECK(strstr(READ("import-certificate", "certificate", text.p), "No such file or directory") != NULL);
	free(name);
	arena_reset(&arena);
}

TEST(argument, reads_structures_from_files_and_expands_their_names)
{
	char *name = file_with("[{\"Key\":\"a\"}]", 13);
	struct str word = arena_printf(&arena, "file://${CHANCERY_TEST_DIR}/%s", name + strlen("/tmp/"));

	(void)setenv("CHANCERY_TEST_DIR", "/tmp", 1);
	assert_string_equal(READ("add-tags-to-certificate", "tags", word.p), "[{\"Key\":\"a\"}]");
	(void)unlink(name);
	free(name);
	arena_reset(&arena);
}

TEST(argument, refuses_a_file_without_end)
{
	CHECK(strstr(READ("import-certificate", "certificate", "fileb:///dev/zero"), "longer than") != NULL);
	CHECK(strstr(READ("import-certificate", "certificate", "fileb:///"), "Is a directory") != NULL);
	arena_reset(&arena);
}

TEST(argument, takes_blobs_literally_where_asked)
{
	const char *const words[] = { "abc", NULL };

	assert_string_equal(read_words("import-certificate", "certificate", words, true), "\"YWJj\"");
	arena_reset(&arena);
}

TEST(argument, refuses_without_quoting_a_blob)
{
	static const char key[] = "-----BEGIN PRIVATE KEY-----c2VjcmV0";

	CHECK(strstr(READ("import-certificate", "private-key", "c2VjcmV0!"), "Invalid base64") != NULL);
	CHECK(strstr(READ("import-certificate", "private-key", "c2VjcmV0!"), "c2Vj") == NULL);
	CHECK(strstr(READ("import-certificate", "private-key", key), "file://") != NULL);
	CHECK(strstr(READ("import-certificate", "private-key", key), "c2Vj") == NULL);
	arena_reset(&arena);
}

TEST(argument, says_what_is_wrong_with_a_value)
{
	assert_string_equal(READ("search-certificates", "max-results", "many"),
		"Error parsing parameter '--max-results': 'many' is not a whole number");
	assert_string_equal(READ("search-certificates", "max-results", ""),
		"Error parsing parameter '--max-results': '' is not a whole number");
	CHECK(strstr(READ("search-certificates", "filter-statement",
			     "Filter={AcmCertificateMetadataFilter={InUse=yes}}"),
		      "\"yes\"") != NULL);
	CHECK(strstr(READ("search-certificates", "filter-statement",
			     "Filter={X509AttributeFilter={NotAfter={Start=soon}}}"),
		      "'soon' is no point in time") != NULL);
	CHECK(strstr(READ("add-tags-to-certificate", "tags", "[{]"), "Invalid JSON: it stops making sense at line 1") !=
		NULL);
	CHECK(strstr(READ("add-tags-to-certificate", "tags", "Key"), "Expected: '='") != NULL);
	CHECK(strstr(READ("describe-certificate", "certificate-arn", "\xff"), "not UTF-8") != NULL);
	arena_reset(&arena);
}

TEST(argument, reads_a_whole_input)
{
	const struct shape *shape = service_command(&acm_service, STR("import-certificate"))->input;
	struct fault fault = { 0 };
	struct value *value = NULL;

	CHECK_OK(argument_read_input(
			 ARGUMENT_JSON, shape, "{\"Certificate\":\"YWJj\",\"Tags\":[]}", false, &arena, &value, &fault),
		fault);
	CHECK(value_get(value, STR("Certificate"))->kind == VALUE_BYTES);
	CHECK(!argument_read_input(ARGUMENT_JSON, shape, "[]", false, &arena, &value, &fault));
	CHECK(strstr(fault.say, "expecting map, received a list") != NULL);
	CHECK(!argument_read_input(
		ARGUMENT_JSON, shape, "{\"PrivateKey\":\"?secret\"}", false, &arena, &value, &fault));
	CHECK(strstr(fault.say, "secret") == NULL);
	arena_done(&arena);
}

TEST_MAIN("cli/argument");
