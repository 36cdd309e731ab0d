/* Tags: added, overwritten, removed, listed, and what is refused. */
#include "office.h"
#include "test.h"

static struct acm_tag_list
tags_of(struct acm_tag *tags, size_t n)
{
	return (struct acm_tag_list){ tags, n, true };
}

static bool
add(struct visit *visit, const char *arn, struct acm_tag_list tags)
{
	struct acm_add_tags_to_certificate_request in = { .certificate_arn = str_of(arn), .tags = tags };

	visit->call.write = NULL;
	return DO(visit, add_tags_to_certificate, &in);
}

static bool
drop(struct visit *visit, const char *arn, struct acm_tag_list tags)
{
	struct acm_remove_tags_from_certificate_request in = { .certificate_arn = str_of(arn), .tags = tags };

	visit->call.write = NULL;
	return DO(visit, remove_tags_from_certificate, &in);
}

static struct acm_tag_list
listed(struct visit *visit, const char *arn)
{
	struct acm_list_tags_for_certificate_request in = { .certificate_arn = str_of(arn) };
	struct acm_list_tags_for_certificate_response out = { 0 };

	CHECK_OK(acm_list_tags_for_certificate(&visit->call, &in, &out, &visit->fault), visit->fault);
	CHECK(out.tags.has);
	return out.tags;
}

static void
keep(struct visit *visit, const char *account, char arn[ARN_TEXT_BYTES])
{
	visit_begin(visit, account, "eu-central-1");
	visit_keep(visit, (struct wish){ .subject = "CN=tags.example" }, arn);
}

TEST(tags, are_none_at_first)
{
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	keep(&visit, "400000000001", arn);
	CHECK(listed(&visit, arn).n == 0);
	visit_end(&visit);
}

TEST(tags, merge_and_overwrite)
{
	struct acm_tag one[] = { { STR("a"), STR("1") }, { STR("b"), { 0 } } };
	struct acm_tag two[] = { { STR("b"), STR("2") }, { STR("c"), STR("") } };
	char arn[ARN_TEXT_BYTES];
	struct acm_tag_list tags;
	struct visit visit;

	keep(&visit, "400000000002", arn);
	CHECK_OK(add(&visit, arn, tags_of(one, 2)), visit.fault);
	CHECK_OK(add(&visit, arn, tags_of(two, 2)), visit.fault);
	tags = listed(&visit, arn);
	CHECK(tags.n == 3);
	CHECK_TEXT(tags.v[0].value, "1");
	CHECK_TEXT(tags.v[1].value, "2");
	CHECK_TEXT(tags.v[2].key, "c");
	CHECK_TEXT(tags.v[2].value, "");
	visit_end(&visit);
}

TEST(tags, go_by_key_or_by_key_and_equal_value)
{
	struct acm_tag all[] = { { STR("a"), STR("1") }, { STR("b"), STR("2") }, { STR("c"), STR("3") } };
	struct acm_tag gone[] = { { STR("a"), { 0 } }, { STR("b"), STR("other") }, { STR("never"), { 0 } } };
	struct acm_tag exact[] = { { STR("b"), STR("2") } };
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	keep(&visit, "400000000003", arn);
	CHECK_OK(add(&visit, arn, tags_of(all, 3)), visit.fault);
	CHECK_OK(drop(&visit, arn, tags_of(gone, 3)), visit.fault);
	CHECK(listed(&visit, arn).n == 2);
	CHECK_TEXT(listed(&visit, arn).v[0].key, "b");
	CHECK_OK(drop(&visit, arn, tags_of(exact, 1)), visit.fault);
	CHECK(listed(&visit, arn).n == 1);
	visit_end(&visit);
}

TEST(tags, of_awss_own_are_refused)
{
	static const char *const keys[] = { "aws:cloudformation:stack", "aws:", "AWS:x" };
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	keep(&visit, "400000000004", arn);
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		struct acm_tag tag[] = { { str_of(keys[i]), STR("1") } };
		CHECK(!add(&visit, arn, tags_of(tag, 1)));
		CHECK(visit.fault.code == FAULT_INVALID_TAG);
		CHECK(strncmp(visit.fault.say, "Invalid Tag Key: ", 17) == 0);
		CHECK(!drop(&visit, arn, tags_of(tag, 1)));
		CHECK(visit.fault.code == FAULT_INVALID_TAG);
	}
	struct acm_tag near[] = { { STR("aws"), STR("aws:x") } };
	CHECK_OK(add(&visit, arn, tags_of(near, 1)), visit.fault);
	visit_end(&visit);
}

TEST(tags, are_refused_with_a_key_twice)
{
	struct acm_tag twice[] = { { STR("a"), STR("1") }, { STR("b"), STR("1") }, { STR("a"), STR("2") } };
	char arn[ARN_TEXT_BYTES];
	struct visit visit;

	keep(&visit, "400000000005", arn);
	CHECK(!add(&visit, arn, tags_of(twice, 3)));
	CHECK(visit.fault.code == FAULT_INVALID_PARAMETER);
	CHECK(listed(&visit, arn).n == 0);
	visit_end(&visit);
}

TEST(tags, are_fifty_at_most_and_a_refusal_adds_none)
{
	struct acm_tag tags[ACM_MAX_TAGS], more[2] = { { STR("key-00"), STR("new") }, { STR("one"), STR("more") } };
	char keys[ACM_MAX_TAGS][16], arn[ARN_TEXT_BYTES];
	struct visit visit;

	keep(&visit, "400000000006", arn);
	for (int i = 0; i < ACM_MAX_TAGS; i++) {
		(void)snprintf(keys[i], sizeof keys[i], "key-%02d", i);
		tags[i] = (struct acm_tag){ str_of(keys[i]), STR("old") };
	}
	CHECK_OK(add(&visit, arn, tags_of(tags, ACM_MAX_TAGS)), visit.fault);
	CHECK(!add(&visit, arn, tags_of(more, 2)));
	CHECK(visit.fault.code == FAULT_TOO_MANY_TAGS);
	CHECK_TEXT(str_of(visit.fault.say),
		"the TagSet: '{key-00=new, one=more}' contains too many Tags. A certificate can have 50 tags.");
	CHECK(listed(&visit, arn).n == ACM_MAX_TAGS);
	CHECK_TEXT(listed(&visit, arn).v[0].value, "old");
	CHECK_OK(add(&visit, arn, tags_of(more, 1)), visit.fault);
	CHECK_TEXT(listed(&visit, arn).v[0].value, "new");
	visit_end(&visit);
}

TEST(tags, of_long_words_leave_room_for_the_sentence)
{
	struct acm_tag tags[ACM_MAX_TAGS], more[20];
	char keys[ACM_MAX_TAGS + 20][128], arn[ARN_TEXT_BYTES];
	struct visit visit;

	keep(&visit, "400000000007", arn);
	for (int i = 0; i < ACM_MAX_TAGS + 20; i++) {
		struct acm_tag *tag = i < ACM_MAX_TAGS ? &tags[i] : &more[i - ACM_MAX_TAGS];
		memset(keys[i], 'k', sizeof keys[i]);
		keys[i][0] = (char)('0' + i);
		*tag = (struct acm_tag){ { keys[i], sizeof keys[i] }, { 0 } };
	}
	CHECK_OK(add(&visit, arn, tags_of(tags, ACM_MAX_TAGS)), visit.fault);
	CHECK(!add(&visit, arn, tags_of(more, 20)));
	CHECK(strstr(visit.fault.say, "contains too many Tags") != NULL);
	visit_end(&visit);
}

TEST(tags, of_a_certificate_that_is_not_there_are_refused)
{
	static const char *const arn =
		"arn:aws:acm:eu-central-1:400000000008:certificate/01890a5d-ac96-774b-bcce-b302099a8057";
	struct acm_tag tag[] = { { STR("a"), STR("1") } };
	struct acm_list_tags_for_certificate_request in = { .certificate_arn = str_of(arn) };
	struct acm_list_tags_for_certificate_response out = { 0 };
	struct visit visit;

	visit_begin(&visit, "400000000008", "eu-central-1");
	CHECK(!add(&visit, arn, tags_of(tag, 1)));
	CHECK(visit.fault.code == FAULT_NOT_FOUND);
	CHECK(strstr(visit.fault.say, arn) != NULL);
	CHECK(!drop(&visit, arn, tags_of(tag, 1)));
	CHECK(visit.fault.code == FAULT_NOT_FOUND);
	CHECK(!acm_list_tags_for_certificate(&visit.call, &in, &out, &visit.fault));
	CHECK(visit.fault.code == FAULT_NOT_FOUND);
	visit_end(&visit);
}

TEST(tags, do_not_cross_accounts)
{
	struct acm_tag tag[] = { { STR("a"), STR("1") } };
	char arn[ARN_TEXT_BYTES];
	struct visit visit, other;

	keep(&visit, "400000000009", arn);
	visit_begin(&other, "400000000010", "eu-central-1");
	CHECK(!add(&other, arn, tags_of(tag, 1)));
	CHECK(other.fault.code == FAULT_NOT_FOUND);
	visit_end(&other);
	CHECK(listed(&visit, arn).n == 0);
	visit_end(&visit);
}

OFFICE_MAIN("tags");
