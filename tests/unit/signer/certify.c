/* Certificates that the signer signs: those that were intended, and no serial number twice. */
#include "born.h"

TEST(certify, certificates_of_every_kind_that_were_intended)
{
	static const enum plan_kind plans[] = { PLAN_LEAF, PLAN_CA, PLAN_ROOT };
	static const enum signing_key kinds[] = { SIGNING_KEY_RSA_2048, SIGNING_KEY_P256, SIGNING_KEY_P384 };
	struct house house;
	struct plan plan;

	house_open(&house);
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		struct born authority = key_born(&house, kinds[i], SEAL_AUTHORITY_KEY, "Example CA");
		for (unsigned k = 0; k < ARRAY_COUNT(plans); k++) {
			plan_make(&plan, &authority, plans[k], k, &house.arena);
			plan_build(&plan, &house.arena);
			plan_signed(&house, &plan, &authority);
		}
	}
	house_close(&house);
}

TEST(certify, a_large_certificate_travels_beside_the_message)
{
	struct house house;
	struct plan plan;

	house_open(&house);
	struct born authority = key_born(&house, SIGNING_KEY_P256, SEAL_AUTHORITY_KEY, "Example CA");
	plan_make(&plan, &authority, PLAN_LEAF, 1, &house.arena);
	/* An extension of our own, 100 KB long. */
	const uint8_t *octets = arena_alloc(&house.arena, 100000);
	plan.extensions[2] = (struct certificate_extension){ STR("1.2.3.4.5"), false,
		forge_der(&house.arena, 0x04, (struct bytes){ octets, 100000 }) };
	plan.tbs.extension_count = 3;
	plan_build(&plan, &house.arena);
	CHECK(plan.document.n > SIGNER_MAX_MESSAGE);
	plan_signed(&house, &plan, &authority);
	house_close(&house);
}

/* What one change makes of a right plan. Before: what is built; after: what is intended or asked for. */
static void
spoil_issuer(struct plan *plan, struct arena *arena)
{
	plan->tbs.issuer = name_of("Other CA", arena);
}

static void
spoil_own_key(struct plan *plan, struct arena *arena)
{
	(void)arena;
	plan->intention.is_self_signed = true;
}

static void
spoil_ca(struct plan *plan, struct arena *arena)
{
	plan->extensions[0] = extension_basic_constraints(true, true, -1, arena);
}

static void
spoil_key_usage(struct plan *plan, struct arena *arena)
{
	plan->extensions[1] = extension_key_usage(true, KEY_USAGE_KEY_CERT_SIGN, arena);
}

static void
spoil_repeated(struct plan *plan, struct arena *arena)
{
	/* The first says no, the second yes. */
	plan->extensions[2] = extension_basic_constraints(true, true, -1, arena);
	plan->tbs.extension_count = 3;
}

static void
spoil_malformed(struct plan *plan, struct arena *arena)
{
	plan->extensions[0].value = forge_hex("30030101", arena);
}

static void
spoil_not_ca(struct plan *plan, struct arena *arena)
{
	(void)arena;
	plan->intention.is_ca = true;
}

static void
spoil_serial(struct plan *plan, struct arena *arena)
{
	plan->intention.serial = forge_hex("01", arena);
}

TEST(certify, the_issuer_may_be_written_as_the_authoritys_certificate_writes_it)
{
	struct house house;
	struct plan plan;

	house_open(&house);
	struct born authority = key_born(&house, SIGNING_KEY_P256, SEAL_AUTHORITY_KEY, "Example CA");
	plan_make(&plan, &authority, PLAN_LEAF, 1, &house.arena);
	/* As PrintableString, where the sealed name is UTF8String: the same name by RFC 5280, 7.1. */
	plan.tbs.issuer = forge_der(&house.arena, 0x30,
		forge_der(&house.arena, 0x31,
			forge_der(&house.arena, 0x30, forge_oid("2.5.4.3", &house.arena),
				forge_der(&house.arena, 0x13, forge_text("Example CA")))));
	plan_build(&plan, &house.arena);
	plan_signed(&house, &plan, &authority);
	house_close(&house);
}

TEST(certify, certificates_that_are_not_as_intended_are_refused)
{
	static const struct {
		void (*spoil)(struct plan *plan, struct arena *arena);
		const char *words;
	} cases[] = {
		{ spoil_issuer, "issuer is not the authority" },
		{ spoil_own_key, "intended to be self-signed and is for another key" },
		{ spoil_ca, "says CA:TRUE and is not intended" },
		{ spoil_key_usage, "says keyCertSign and is not intended" },
		{ spoil_repeated, "one of its extensions is there twice" },
		{ spoil_malformed, "the certificate cannot be signed" },
		{ spoil_not_ca, "does not say CA:TRUE" },
		{ spoil_serial, "serial number is not the intended one" },
	};
	struct house house;
	struct plan plan;

	house_open(&house);
	struct born authority = key_born(&house, SIGNING_KEY_P256, SEAL_AUTHORITY_KEY, "Example CA");
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		plan_make(&plan, &authority, PLAN_LEAF, 1, &house.arena);
		cases[i].spoil(&plan, &house.arena);
		plan_build(&plan, &house.arena);
		plan_refused(&house, &plan, &authority, cases[i].words);
	}
	/* None of them has used the serial number up. */
	plan_make(&plan, &authority, PLAN_LEAF, 1, &house.arena);
	plan_build(&plan, &house.arena);
	plan_signed(&house, &plan, &authority);
	house_close(&house);
}

TEST(certify, certificates_are_the_ones_that_were_written_down)
{
	struct house house;
	struct plan plan;

	house_open(&house);
	struct born authority = key_born(&house, SIGNING_KEY_P256, SEAL_AUTHORITY_KEY, "Example CA");
	plan_make(&plan, &authority, PLAN_LEAF, 1, &house.arena);
	plan_build(&plan, &house.arena);
	plan.intention.sha256[31] ^= 1;
	plan_refused(&house, &plan, &authority, "its hash differs");
	house_close(&house);
}

TEST(certify, certificates_name_the_algorithm_that_they_are_signed_by)
{
	struct house house;
	struct plan plan;

	house_open(&house);
	struct born authority = key_born(&house, SIGNING_KEY_P256, SEAL_AUTHORITY_KEY, "Example CA");
	plan_make(&plan, &authority, PLAN_LEAF, 1, &house.arena);
	plan_build(&plan, &house.arena);
	plan.tbs.algorithm = SIGNING_SHA384_ECDSA;
	plan_refused(&house, &plan, &authority, "names another algorithm");
	plan.tbs.algorithm = SIGNING_SHA256_RSA;
	plan_refused(&house, &plan, &authority, "does not sign by algorithm");
	house_close(&house);
}

TEST(certify, self_signed_certificates_only_where_they_were_intended)
{
	struct house house;
	struct plan plan;

	house_open(&house);
	struct born authority = key_born(&house, SIGNING_KEY_P256, SEAL_AUTHORITY_KEY, "Example CA");
	plan_make(&plan, &authority, PLAN_ROOT, 1, &house.arena);
	plan_build(&plan, &house.arena);
	plan.intention.is_self_signed = false;
	plan_refused(&house, &plan, &authority, "not intended to be self-signed");
	plan_make(&plan, &authority, PLAN_ROOT, 1, &house.arena);
	plan.tbs.subject = name_of("Other CA", &house.arena);
	plan_build(&plan, &house.arena);
	plan_refused(&house, &plan, &authority, "subject is not its issuer");
	house_close(&house);
}

TEST(certify, an_indirect_lists_issuer_need_not_be_a_ca)
{
	struct house house;
	struct plan plan;

	house_open(&house);
	struct born authority = key_born(&house, SIGNING_KEY_P256, SEAL_AUTHORITY_KEY, "Example CA");
	plan_make(&plan, &authority, PLAN_LEAF, 1, &house.arena);
	plan.extensions[1] = extension_key_usage(true, KEY_USAGE_CRL_SIGN, &house.arena);
	plan_build(&plan, &house.arena);
	plan_signed(&house, &plan, &authority);
	house_close(&house);
}

TEST(certify, a_serial_number_once)
{
	struct house house;
	struct plan plan;
	struct plan other;

	house_open(&house);
	struct born authority = key_born(&house, SIGNING_KEY_P256, SEAL_AUTHORITY_KEY, "Example CA");
	struct born second = key_born(&house, SIGNING_KEY_P256, SEAL_AUTHORITY_KEY, "Example CA");
	plan_make(&plan, &authority, PLAN_LEAF, 1, &house.arena);
	plan_build(&plan, &house.arena);
	plan_signed(&house, &plan, &authority);
	/* The same again is fine: its certificate may have been lost. Another one is not, not even on another channel,
	 * or from the same key sealed anew. */
	plan_signed(&house, &plan, &authority);
	plan_make(&other, &authority, PLAN_LEAF, 1, &house.arena);
	other.tbs.subject = name_of("other.example.com", &house.arena);
	plan_build(&other, &house.arena);
	plan_refused(&house, &other, &authority, "serial number was used");
	house.signer = signer_channel(house.process, 1);
	plan_refused(&house, &other, &authority, "serial number was used");
	struct born again = authority;
	struct fault fault = { 0 };
	again.context.version = 2;
	CHECK_OK(signer_reseal(house.signer, authority.sealed, &authority.context, &again.context, &house.arena,
			 &again.sealed, &fault),
		fault);
	plan_refused(&house, &other, &again, "serial number was used");
	/* Another key's numbers are its own. */
	plan_signed(&house, &other, &second);
	house_close(&house);
}

TEST_MAIN_WITH_SIGNER("certify");
