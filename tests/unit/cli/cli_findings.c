/* All that is wrong with an import, at once. */
#include "cli/findings.h"

#include "forge.h"
#include "test.h"

static struct arena arena;

static struct findings
look(struct str certificate, struct str key, struct str chain)
{
	struct finding_fields fields = { bytes_of_str(certificate), bytes_of_str(key), bytes_of_str(chain) };
	struct findings findings;

	findings_take(&fields, FORGE_NOW_MS, &arena, &findings);
	return findings;
}

static size_t
count(const struct findings *findings, enum finding_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < FINDING_COUNT; i++)
		n += findings->of[i].state == state;
	return n;
}

TEST(findings, keep_every_rule_where_all_is_well)
{
	struct forge_chain chain = forge_chain_make(FORGE_P256, &arena);
	struct findings findings = look(chain.leaf_pem, forge_key_pem(chain.leaf_key, &arena),
		forge_join(&arena, 2, (const struct str[]){ chain.intermediate_pem, chain.root_pem }));

	assert_int_equal(count(&findings, FINDING_KEPT), FINDING_COUNT);
	assert_int_equal(findings.broken, 0);
}

TEST(findings, go_on_after_the_first)
{
	struct recipe recipe = forge_leaf(FORGE_P256);
	struct forge_chain chain = forge_chain_make(FORGE_P256, &arena);

	recipe.not_after = "260101000001Z";
	recipe.not_before = "260101000000Z";
	recipe.extended_key_usage = "1.3.6.1.5.5.7.3.3";
	struct findings findings =
		look(forge_certificate_pem(&recipe, &arena), forge_key_pem(forge_key(FORGE_P256, 5), &arena),
			forge_join(&arena, 2, (const struct str[]){ chain.root_pem, chain.intermediate_pem }));
	static const enum import_rule broken[] = { IMPORT_RULE_KEY_MATCH, IMPORT_RULE_NOT_AFTER, IMPORT_RULE_TLS_USAGE,
		IMPORT_RULE_CHAIN_ORDER };
	assert_int_equal(findings.broken, ARRAY_COUNT(broken));
	for (size_t i = 0; i < ARRAY_COUNT(broken); i++) {
		const struct finding *finding = &findings.of[broken[i]];
		CHECK(finding->state == FINDING_BROKEN && finding->words.n > 0);
	}
	assert_int_equal(count(&findings, FINDING_OPEN), 0);
}

TEST(findings, leave_open_what_could_not_be_looked_at)
{
	struct forge_chain chain = forge_chain_make(FORGE_P256, &arena);
	struct findings findings = look(STR("nothing"), forge_key_pem(chain.leaf_key, &arena), chain.root_pem);

	CHECK(findings.of[IMPORT_RULE_CERTIFICATE_COUNT].state == FINDING_BROKEN && findings.broken == 1);
	assert_int_equal(count(&findings, FINDING_OPEN), FINDING_COUNT - 1);

	/* A key that cannot be read; no chain where one is wanted. */
	findings = look(chain.leaf_pem, STR("nothing"), (struct str){ 0 });
	CHECK(findings.of[IMPORT_RULE_KEY_PEM].state == FINDING_BROKEN);
	CHECK(findings.of[IMPORT_RULE_KEY_MATCH].state == FINDING_OPEN);
	CHECK(findings.of[IMPORT_RULE_DOMAIN_NAME].state == FINDING_KEPT);
	CHECK(findings.of[IMPORT_RULE_CHAIN_REQUIRED].state == FINDING_BROKEN);
	CHECK(findings.of[IMPORT_RULE_CHAIN_ORDER].state == FINDING_OPEN);

	findings = look(chain.root_pem, (struct str){ 0 }, (struct str){ 0 });
	CHECK(findings.of[IMPORT_RULE_KEY_COUNT].state == FINDING_BROKEN && findings.broken == 1);
	CHECK(findings.of[IMPORT_RULE_CHAIN_REQUIRED].state == FINDING_KEPT);
}

TEST(findings, have_a_title_for_each_rule)
{
	for (unsigned i = 0; i < FINDING_COUNT; i++)
		CHECK(finding_title((enum import_rule)i)[0] != '\0');
	arena_done(&arena);
}

TEST_MAIN("cli_findings");
