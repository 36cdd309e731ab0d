#include "service/acm/arn.h"

#include "test.h"

#define ID "01890a5d-ac96-774b-bcce-b302099a8057"

static bool
resolve(const char *partition, const char *arn, struct str *id, struct fault *fault)
{
	struct call call = { .owner = { STR("123456789012"), STR("eu-central-1") }, .partition = partition };

	return acm_arn_resolve(&call, str_of(arn), id, fault);
}

TEST(arn, renders_what_it_parses)
{
	struct owner owner = { STR("123456789012"), STR("cn-north-1") };
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct acm_arn parsed;
	struct str arn = acm_arn_render(&arena, "aws-cn", &owner, STR(ID));

	CHECK_TEXT(arn, "arn:aws-cn:acm:cn-north-1:123456789012:certificate/" ID);
	CHECK_OK(acm_arn_parse(arn, &parsed, &fault), fault);
	CHECK_TEXT(parsed.partition, "aws-cn");
	CHECK_TEXT(parsed.owner.region, "cn-north-1");
	CHECK_TEXT(parsed.owner.account, "123456789012");
	CHECK_TEXT(parsed.id, ID);
	arena_done(&arena);
}

TEST(arn, resolves_the_callers_own)
{
	struct fault fault = { 0 };
	struct str id;

	CHECK_OK(resolve("aws", "arn:aws:acm:eu-central-1:123456789012:certificate/" ID, &id, &fault), fault);
	CHECK_TEXT(id, ID);
}

TEST(arn, does_not_find_what_is_anothers)
{
	static const char *const elsewhere[] = {
		"arn:aws:acm:eu-central-1:210987654321:certificate/" ID,
		"arn:aws:acm:eu-west-1:123456789012:certificate/" ID,
		"arn:aws-cn:acm:eu-central-1:123456789012:certificate/" ID,
		"arn:aws:acm::123456789012:certificate/" ID,
	};

	for (size_t i = 0; i < ARRAY_COUNT(elsewhere); i++) {
		struct fault fault = { 0 };
		struct str id;
		CHECK(!resolve("aws", elsewhere[i], &id, &fault));
		CHECK(fault.code == FAULT_NOT_FOUND);
		CHECK(strncmp(fault.say, "Could not find certificate arn:", 31) == 0);
		CHECK(strstr(fault.say, elsewhere[i]) != NULL);
	}
}

TEST(arn, refuses_what_names_no_certificate)
{
	static const char *const odd[] = {
		"arn:aws:acm:eu-central-1:123456789012:certificate",
		"arn:aws:acm:eu-central-1:123456789012:certificate/",
		"arn:aws:acm:eu-central-1:123456789012:certificate/12345678",
		"arn:aws:acm:eu-central-1:123456789012:certificate/01890A5D-AC96-774B-BCCE-B302099A8057",
		"arn:aws:acm:eu-central-1:123456789012:certificate/" ID "/more",
		"arn:aws:acm:eu-central-1:123456789012:authority/" ID,
		"arn:aws:acm:eu-central-1:123456789012:c",
		"arn:aws:acm-pca:eu-central-1:123456789012:certificate/" ID,
		"urn:aws:acm:eu-central-1:123456789012:certificate/" ID,
		"arn:aws:acm:eu-central-1",
		"",
	};

	for (size_t i = 0; i < ARRAY_COUNT(odd); i++) {
		struct fault fault = { 0 };
		struct str id;
		CHECK(!resolve("aws", odd[i], &id, &fault));
		CHECK(fault.code == FAULT_INVALID_ARN);
	}
}

TEST_MAIN("arn");
