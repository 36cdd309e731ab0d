/* Every rule of an import: broken on purpose, refused with AWS's sentence and our words; relaxed by its own name and by
 * no other. */
#include "x509/rules.h"

#include "forge.h"
#include "rule_cases.h"
#include "test.h"
#include "x509/import.h"

/* These are not checked in this room: the signer proves keys, the service knows what is stored. */
static const enum import_rule elsewhere[] = { IMPORT_RULE_KEY_PEM, IMPORT_RULE_KEY_COUNT, IMPORT_RULE_KEY_ENCRYPTED,
	IMPORT_RULE_KEY_MATCH, IMPORT_RULE_REPLACE_TYPE, IMPORT_RULE_REPLACE_TAGS };

static size_t
case_count(void)
{
	return rule_case_count + rule_case_authority_count;
}

static const struct rule_case *
case_at(size_t i)
{
	return i < rule_case_count ? &rule_cases[i] : &rule_cases_authority[i - rule_case_count];
}

static bool
trial_replace(const struct trial *trial, const struct import_rules *rules, struct fault *fault)
{
	const struct certificate *current;
	const struct certificate *next;
	const char *why = NULL;

	if (!certificate_parse(trial->current, trial->arena, &current, &why) ||
		!certificate_parse(trial->next, trial->arena, &next, &why))
		return fault_set(fault, FAULT_INTERNAL, "%s", why);
	return import_replace_check(current, next, rules, trial->arena, fault);
}

static bool
trial_import(const struct trial *trial, const struct import_rules *rules, struct fault *fault)
{
	struct verifier *verifier = verifier_new();
	struct import import;
	bool done =
		import_read(bytes_of_str(trial->certificate), rules, trial->arena, &import, fault) &&
		import_check(&import, bytes_of_str(trial->chain), trial->now_ms, rules, verifier, trial->arena, fault);

	verifier_free(verifier);
	return done;
}

static bool
trial_authority(const struct trial *trial, const struct import_rules *rules, struct fault *fault)
{
	struct verifier *verifier = verifier_new();
	struct authority_import import = { 0 };
	bool done = authority_import_check(bytes_of_str(trial->certificate), bytes_of_str(trial->chain), &trial->claim,
		trial->now_ms, rules, verifier, trial->arena, &import, fault);

	CHECK(done == (import.certificate != NULL));
	verifier_free(verifier);
	return done;
}

/* True when it went through; a refusal must be this rule's, in its own words. */
static bool
run(const struct rule_case *rule_case, const struct import_rules *rules)
{
	const struct import_rule_entry *entry = import_rule_entry(rule_case->rule);
	struct arena arena = { 0 };
	struct trial trial = { .arena = &arena, .now_ms = FORGE_NOW_MS };
	struct fault fault = { 0 };

	rule_case->make(&trial);
	bool done = trial.next.n > 0         ? trial_replace(&trial, rules, &fault)
		    : trial.claim.spki.n > 0 ? trial_authority(&trial, rules, &fault)
					     : trial_import(&trial, rules, &fault);
	arena_done(&arena);
	if (done) {
		CHECK(fault.code == FAULT_NONE);
		return true;
	}
	bool first = strncmp(fault.say, entry->sentence, strlen(entry->sentence)) == 0 ||
		     (entry->other != NULL && strncmp(fault.say, entry->other, strcspn(entry->other, "%")) == 0);
	if (fault.code != entry->code || !first || strstr(fault.say, rule_case->words) == NULL)
		fail_msg("%s, \"%s\": code %d, \"%s\"", entry->name, rule_case->words, (int)fault.code, fault.say);
	CHECK(fault.where != NULL && strstr(fault.where, "rules.c") == NULL);
	CHECK(fault.rule == 1 + (unsigned)rule_case->rule);
	return false;
}

TEST(rule, refuses_with_the_sentence_of_aws_and_words_of_ours)
{
	for (size_t i = 0; i < case_count(); i++)
		CHECK(!run(case_at(i), &(struct import_rules){ 0 }));
}

TEST(rule, relaxed_by_its_name_really_is)
{
	for (size_t i = 0; i < case_count(); i++) {
		const struct import_rule_entry *entry = import_rule_entry(case_at(i)->rule);
		struct import_rules rules = { 0 };

		rules.relaxed[case_at(i)->rule] = 1;
		if (run(case_at(i), &rules) != (entry->pinned == NULL))
			fail_msg("%s, \"%s\"", entry->name, case_at(i)->words);
	}
}

TEST(rule, holds_when_all_others_are_relaxed)
{
	for (size_t i = 0; i < case_count(); i++) {
		struct import_rules rules;
		memset(rules.relaxed, 1, sizeof rules.relaxed);
		rules.relaxed[case_at(i)->rule] = 0;
		if (run(case_at(i), &rules))
			fail_msg("%s, \"%s\"", import_rule_entry(case_at(i)->rule)->name, case_at(i)->words);
	}
}

TEST(rule, has_a_case_here_or_a_home_elsewhere)
{
	for (size_t rule = 0; rule < IMPORT_RULE_COUNT; rule++) {
		size_t found = 0;
		for (size_t i = 0; i < case_count(); i++)
			found += case_at(i)->rule == rule;
		for (size_t i = 0; i < ARRAY_COUNT(elsewhere); i++)
			found += elsewhere[i] == rule;
		if (found == 0)
			fail_msg("%s has no test", import_rule_entry((enum import_rule)rule)->name);
	}
}

TEST(rule, table_is_whole_and_found_by_name)
{
	for (size_t i = 0; i < IMPORT_RULE_COUNT; i++) {
		const struct import_rule_entry *entry = import_rule_entry((enum import_rule)i);
		enum import_rule found = IMPORT_RULE_COUNT;
		CHECK(entry->name != NULL && entry->sentence != NULL && entry->source != NULL);
		bool of_authority = i >= IMPORT_RULE_CA_CERTIFICATE_COUNT;
		CHECK(of_authority == str_starts_with(str_of(entry->name), STR("ca-")));
		CHECK(entry->code == FAULT_VALIDATION ||
			(of_authority ? entry->code == FAULT_MALFORMED_CERTIFICATE ||
						entry->code == FAULT_CERTIFICATE_MISMATCH ||
						entry->code == FAULT_INVALID_REQUEST
				      : entry->code == FAULT_INVALID_PARAMETER));
		CHECK(import_rule_named(str_of(entry->name), &found));
		CHECK(found == i);
	}
	enum import_rule unused;
	CHECK(!import_rule_named(STR("no-such-rule"), &unused));
	CHECK(!import_rule_named((struct str){ 0 }, &unused));
}

TEST(rule, names_the_number_it_is_given)
{
	struct fault fault = { 0 };

	CHECK(!import_refuse_other(NULL, IMPORT_RULE_KEY_SUPPORTED, 1536, &fault, "More."));
	CHECK_TEXT(str_of(fault.say), "The private key length 1536 is not supported for key algorithm. More.");
	CHECK(!import_refuse(NULL, IMPORT_RULE_REPLACE_KEY_USAGE, &fault, "Missing: x."));
	CHECK_TEXT(str_of(fault.say), "New certificate is missing one or more Key Usages supported by the currently "
				      "imported certificate. Missing: x.");
}

TEST_MAIN("rules");
