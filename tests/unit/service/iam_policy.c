#include "service/iam/iam.h"

#include "test.h"

static const struct operation reading = { .name = "ListCertificates", .access = OPERATION_READS };
static const struct operation writing = { .name = "ImportCertificate", .access = OPERATION_WRITES };
static const struct service acm = { .command = "acm", .signing_name = "acm" };

static struct principal
principal(const char *policy)
{
	return (struct principal){
		.access_key_id = STR("AKIAEXAMPLEEXAMPLE22"),
		.account = STR("111122223333"),
		.user = STR("x"),
		.policy = str_of(policy),
	};
}

static bool
may(const char *policy, const struct operation *operation)
{
	struct principal who = principal(policy);
	struct fault fault = { 0 };
	bool allowed = iam_authorize(&who, "aws", &acm, operation, (struct str){ 0 }, &fault);

	CHECK(allowed ? fault.code == FAULT_NONE : fault.code == FAULT_ACCESS_DENIED);
	return allowed;
}

TEST(iam_policy, full_allows_everything_and_read_only_what_reads)
{
	CHECK(may("full", &reading));
	CHECK(may("full", &writing));
	CHECK(may("read-only", &reading));
	CHECK(!may("read-only", &writing));
}

TEST(iam_policy, a_policy_nobody_knows_allows_nothing)
{
	CHECK(!may("fuller", &reading));
	CHECK(!may("", &reading));
	CHECK(!may(NULL, &reading));
}

TEST(iam_policy, refuses_in_the_words_of_aws)
{
	struct principal who = principal("read-only");
	struct fault fault = { 0 };

	CHECK(!iam_authorize(&who, "aws", &acm, &writing, (struct str){ 0 }, &fault));
	CHECK_TEXT(str_of(fault.say),
		"User: arn:aws:iam::111122223333:user/x is not authorized to perform: acm:ImportCertificate because no "
		"identity-based policy allows the acm:ImportCertificate action");
}

TEST(iam_policy, names_the_resource_and_the_partition)
{
	struct principal who = principal("read-only");
	struct fault fault = { 0 };

	CHECK(!iam_authorize(&who, "aws-cn", &acm, &writing,
		STR("arn:aws-cn:acm:cn-north-1:111122223333:certificate/01234567-89ab-7cde-8f01-23456789abcd"),
		&fault));
	CHECK_TEXT(str_of(fault.say),
		"User: arn:aws-cn:iam::111122223333:user/x is not authorized to perform: acm:ImportCertificate on "
		"resource: "
		"arn:aws-cn:acm:cn-north-1:111122223333:certificate/01234567-89ab-7cde-8f01-23456789abcd because no "
		"identity-based policy allows the acm:ImportCertificate action");
}

TEST(iam_partition, follows_the_region)
{
	static const char *const table[][2] = {
		{ "eu-central-1", "aws" },
		{ "us-east-1", "aws" },
		{ "cn-north-1", "aws-cn" },
		{ "us-gov-west-1", "aws-us-gov" },
		{ "us-iso-east-1", "aws-iso" },
		{ "us-isob-east-1", "aws-iso-b" },
		{ "us-isof-south-1", "aws-iso-f" },
		{ "eu-isoe-west-1", "aws-iso-e" },
		{ "eusc-de-east-1", "aws-eusc" },
		{ "cnx-north-1", "aws" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(table); i++)
		CHECK_TEXT(str_of(iam_partition(str_of(table[i][0]))), table[i][1]);
}

TEST(iam_access_key, is_made_as_aws_makes_them_and_never_twice)
{
	char id[ACCESS_KEY_ID_BYTES + 1], secret[ACCESS_KEY_SECRET_BYTES + 1];
	char other_id[ACCESS_KEY_ID_BYTES + 1], other_secret[ACCESS_KEY_SECRET_BYTES + 1];

	iam_access_key_generate(&entropy_system, id, secret);
	iam_access_key_generate(&entropy_system, other_id, other_secret);
	CHECK(strlen(id) == 20 && strncmp(id, "AKIA", 4) == 0);
	CHECK(strspn(id + 4, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == 16);
	CHECK(strlen(secret) == 40);
	CHECK(iam_access_key_id_valid(str_of(id)));
	CHECK(iam_secret_valid(bytes_of_str(str_of(secret))));
	CHECK(strcmp(id, other_id) != 0 && strcmp(secret, other_secret) != 0);
}

TEST(iam_account, is_made_with_twelve_digits)
{
	for (int i = 0; i < 1000; i++) {
		char id[ACCOUNT_ID_BYTES + 1];
		iam_account_generate(&entropy_system, id);
		CHECK(iam_account_valid(str_of(id)) && id[0] != '0');
	}
}

TEST(iam_names, are_checked)
{
	struct str none = { 0 };
	char long_name[ACCESS_KEY_ID_MAX + 1];

	memset(long_name, 'A', sizeof long_name);
	CHECK(iam_account_valid(STR("000000000000")));
	CHECK(!iam_account_valid(STR("00000000000")));
	CHECK(!iam_account_valid(STR("0000000000000")));
	CHECK(!iam_account_valid(STR("00000000000a")));
	CHECK(!iam_account_valid(none));
	CHECK(iam_user_valid(STR("a+b=c,d.e@f-g_9")));
	CHECK(!iam_user_valid(STR("")));
	CHECK(!iam_user_valid(STR("a b")));
	CHECK(!iam_user_valid(STR("a/b")));
	CHECK(!iam_user_valid(STR("a\nb")));
	CHECK(!iam_user_valid(STR("\x7f")));
	CHECK(iam_user_valid((struct str){ long_name, USER_NAME_MAX }));
	CHECK(!iam_user_valid((struct str){ long_name, USER_NAME_MAX + 1 }));
	CHECK(iam_access_key_id_valid(STR("AKIA_0123456789z")));
	CHECK(!iam_access_key_id_valid(STR("AKIA0123456789z")));
	CHECK(!iam_access_key_id_valid(STR("AKIA-0123456789z")));
	CHECK(iam_access_key_id_valid((struct str){ long_name, ACCESS_KEY_ID_MAX }));
	CHECK(!iam_access_key_id_valid((struct str){ long_name, ACCESS_KEY_ID_MAX + 1 }));
	CHECK(iam_secret_valid(bytes_of_str(STR("12345678"))));
	CHECK(!iam_secret_valid(bytes_of_str(STR("1234567"))));
	CHECK(!iam_secret_valid(bytes_of_str(STR("1234 5678"))));
	CHECK(!iam_secret_valid(bytes_of_str(STR("1234567\xc3\xa9"))));
	CHECK(iam_secret_valid(bytes_of_str((struct str){ long_name, SECRET_MAX })));
	CHECK(!iam_secret_valid(bytes_of_str((struct str){ long_name, SECRET_MAX + 1 })));
	CHECK(iam_policy_valid(STR("full")) && iam_policy_valid(STR("read-only")));
	CHECK(!iam_policy_valid(STR("Full")) && !iam_policy_valid(none));
}

TEST_MAIN("iam_policy");
