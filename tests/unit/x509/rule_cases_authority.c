/* A CA's own certificate, broken in one way at a time. */
#include "authority_papers.h"
#include "rule_cases.h"

enum { ROOT = true, SUBORDINATE = false };

/* `given` is brought for the authority of which `own` would be a sound certificate. */
static void
bring(struct trial *trial, const struct recipe *own, bool is_root, const struct recipe *given)
{
	trial->claim = papers_claim(own, is_root, trial->arena);
	trial->certificate = forge_certificate_pem(given, trial->arena);
}

static void
bring_root(struct trial *trial, const struct recipe *given)
{
	struct recipe own = papers_root(FORGE_P256);

	bring(trial, &own, ROOT, given);
}

/* Under CN=Root CA, or what is given as the chain. */
static void
bring_subordinate(struct trial *trial, const struct recipe *given, size_t count, const struct recipe *chain)
{
	struct recipe own = papers_subordinate(FORGE_P256);

	bring(trial, &own, SUBORDINATE, given);
	trial->chain = papers_chain(chain, count, trial->arena);
}

static void
bring_under_root(struct trial *trial, const struct recipe *root)
{
	struct recipe own = papers_subordinate(FORGE_P256);

	bring_subordinate(trial, &own, 1, root);
}

/* ---- The certificate field ---- */

static void
two_certificates(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);
	struct recipe recipes[] = { own, forge_root(FORGE_P256) };

	bring_root(trial, &own);
	trial->certificate = papers_chain(recipes, 2, trial->arena);
}

static void
chain_in_the_certificate_field(struct trial *trial)
{
	struct recipe recipes[] = { papers_subordinate(FORGE_P256), forge_root(FORGE_P256) };

	bring_subordinate(trial, &recipes[0], 1, &recipes[1]);
	trial->certificate = papers_chain(recipes, 2, trial->arena);
}

static void
der_for_pem(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	bring_root(trial, &own);
	trial->certificate = str_of_bytes(forge_certificate(&own, trial->arena));
}

static void
key_beside_it(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	bring_root(trial, &own);
	struct str parts[] = { trial->certificate, forge_key_pem(own.key, trial->arena) };
	trial->certificate = forge_join(trial->arena, 2, parts);
}

static void
version_1(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	own.version = 1;
	own.ca = FORGE_CA_UNSAID;
	own.key_usage = 0;
	bring_root(trial, &own);
}

static void
serial_negative(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	own.serial = "fc17";
	bring_root(trial, &own);
}

static void
extension_twice(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	own.extensions = papers_extension("2.5.29.19", true, trial->arena);
	bring_root(trial, &own);
}

/* ---- Whose it is ---- */

static void
another_key(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	own.key = own.issuer_key = forge_key(FORGE_P256, 4);
	bring_root(trial, &own);
}

static void
another_kind_of_key(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_RSA_2048);

	bring_root(trial, &own);
}

static void
another_subject(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	own.subject = "CN=Own Root,O=Elsewhere";
	bring_root(trial, &own);
}

static void
subject_left_out(struct trial *trial)
{
	struct recipe own = papers_subordinate(FORGE_P256);
	struct recipe root = forge_root(FORGE_P256);

	own.subject = "";
	bring_subordinate(trial, &own, 1, &root);
}

/* ---- The three scenarios ---- */

static void
root_under_another(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	own.issuer = "CN=Root CA";
	own.issuer_key = forge_root(FORGE_P256).key;
	bring_root(trial, &own);
}

static void
root_signature_wrong(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	own.spoilt = true;
	bring_root(trial, &own);
}

static void
root_with_chain(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	bring_root(trial, &own);
	trial->chain = trial->certificate;
}

static void
subordinate_self_signed(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	bring(trial, &own, SUBORDINATE, &own);
}

static void
chain_left_out(struct trial *trial)
{
	struct recipe own = papers_subordinate(FORGE_P256);

	bring(trial, &own, SUBORDINATE, &own);
}

static void
chain_blank(struct trial *trial)
{
	chain_left_out(trial);
	trial->chain = STR(" \r\n");
}

/* ---- What is asked of the certificate ---- */

static void
not_yet(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	own.not_before = "260701000001Z";
	bring_root(trial, &own);
}

static void
no_more(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	own.not_after = "260630235959Z";
	bring_root(trial, &own);
}

static void
says_no_ca(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	own.ca = FORGE_CA_FALSE;
	bring_root(trial, &own);
}

static void
without_constraints(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	own.ca = FORGE_CA_UNSAID;
	bring_root(trial, &own);
}

/* CA:TRUE, but not critical. */
static void
constraints_soften(struct recipe *recipe, struct arena *arena)
{
	recipe->ca = FORGE_CA_UNSAID;
	recipe->extensions = forge_extension("2.5.29.19", false, forge_hex("30030101ff", arena), arena);
}

static void
constraints_not_critical(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	constraints_soften(&own, trial->arena);
	bring_root(trial, &own);
}

static void
may_not_sign(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	own.key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_CRL_SIGN;
	bring_root(trial, &own);
}

static void
name_constraints(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	own.extensions = papers_extension("2.5.29.30", true, trial->arena);
	bring_root(trial, &own);
}

static void
distribution_points_critical(struct trial *trial)
{
	struct recipe own = papers_root(FORGE_P256);

	own.extensions = papers_extension("2.5.29.31", true, trial->arena);
	bring_root(trial, &own);
}

static void
many_critical(struct trial *trial)
{
	static const char *const oids[] = { "2.5.29.36", "1.3.6.1.5.5.7.1.1", "2.5.29.46", "1.2.3.4", "1.2.3.5",
		"1.2.3.6", "1.2.3.7" };
	struct recipe own = papers_root(FORGE_P256);

	for (size_t i = 0; i < ARRAY_COUNT(oids); i++)
		own.extensions =
			forge_der(trial->arena, -1, own.extensions, papers_extension(oids[i], true, trial->arena));
	bring_root(trial, &own);
}

/* ---- The chain ---- */

static void
key_in_chain(struct trial *trial)
{
	struct recipe root = forge_root(FORGE_P256);

	bring_under_root(trial, &root);
	struct str parts[] = { trial->chain, forge_key_pem(root.key, trial->arena) };
	trial->chain = forge_join(trial->arena, 2, parts);
}

static void
chain_in_der(struct trial *trial)
{
	struct recipe root = forge_root(FORGE_P256);

	bring_under_root(trial, &root);
	trial->chain = str_of_bytes(forge_certificate(&root, trial->arena));
}

static void
ambiguous_root(struct trial *trial)
{
	struct recipe root = forge_root(FORGE_P256);

	root.extensions = papers_extension("2.5.29.19", true, trial->arena);
	bring_under_root(trial, &root);
}

static void
certificate_in_its_chain(struct trial *trial)
{
	struct recipe recipes[] = { papers_subordinate(FORGE_P256), forge_root(FORGE_P256) };
	struct str certificate = forge_certificate_pem(&recipes[0], trial->arena);

	bring_subordinate(trial, &recipes[0], 1, &recipes[1]);
	struct str parts[] = { certificate, trial->chain };
	trial->certificate = certificate;
	trial->chain = forge_join(trial->arena, 2, parts);
}

static void
six_levels(struct trial *trial)
{
	struct recipe own = papers_subordinate(FORGE_P256);
	struct recipe chain[5];

	for (unsigned i = 0; i < 5; i++) {
		unsigned above = i + 1 < 5 ? i + 1 : i;
		chain[i] = forge_root(FORGE_P256);
		chain[i].subject = arena_printf(trial->arena, "CN=Level %u", 5 - i).p;
		chain[i].issuer = arena_printf(trial->arena, "CN=Level %u", 5 - above).p;
		chain[i].key = forge_key(FORGE_P256, i + 1);
		chain[i].issuer_key = forge_key(FORGE_P256, above + 1);
	}
	own.issuer = chain[0].subject;
	own.issuer_key = chain[0].key;
	bring_subordinate(trial, &own, 5, chain);
}

static void
another_root(struct trial *trial)
{
	struct recipe root = forge_root(FORGE_P256);

	root.subject = "CN=Unrelated CA";
	bring_under_root(trial, &root);
}

static void
root_with_another_key(struct trial *trial)
{
	struct recipe root = forge_root(FORGE_P256);

	root.key = forge_key(FORGE_P256, 4);
	bring_under_root(trial, &root);
}

static void
reversed(struct trial *trial)
{
	struct recipe own = papers_lower(FORGE_P256);
	struct recipe chain[] = { forge_root(FORGE_P256), papers_policy(FORGE_P256) };

	bring_subordinate(trial, &own, 2, chain);
}

static void
stranger_in_between(struct trial *trial)
{
	struct recipe own = papers_lower(FORGE_P256);
	struct recipe chain[] = { papers_policy(FORGE_P256), { .subject = "CN=Unrelated", .ca = FORGE_CA_TRUE },
		forge_root(FORGE_P256) };

	bring_subordinate(trial, &own, 3, chain);
}

static void
something_after_the_root(struct trial *trial)
{
	struct recipe own = papers_subordinate(FORGE_P256);
	struct recipe chain[] = { forge_root(FORGE_P256), { .subject = "CN=Unrelated", .ca = FORGE_CA_TRUE } };

	bring_subordinate(trial, &own, 2, chain);
}

static void
root_missing(struct trial *trial)
{
	struct recipe own = papers_lower(FORGE_P256);
	struct recipe policy = papers_policy(FORGE_P256);

	bring_subordinate(trial, &own, 1, &policy);
}

static void
root_of_the_chain_altered(struct trial *trial)
{
	struct recipe root = forge_root(FORGE_P256);

	root.spoilt = true;
	bring_under_root(trial, &root);
}

static void
root_expired(struct trial *trial)
{
	struct recipe root = forge_root(FORGE_P256);

	root.not_after = "260630235959Z";
	bring_under_root(trial, &root);
}

static void
root_not_valid_yet(struct trial *trial)
{
	struct recipe root = forge_root(FORGE_P256);

	root.not_before = "260702000000Z";
	bring_under_root(trial, &root);
}

static void
root_allows_none_below(struct trial *trial)
{
	struct recipe root = forge_root(FORGE_P256);

	root.path_length = 1; /* 0 */
	bring_under_root(trial, &root);
}

static void
root_allows_one_below(struct trial *trial)
{
	struct recipe own = papers_lower(FORGE_P256);
	struct recipe chain[] = { papers_policy(FORGE_P256), forge_root(FORGE_P256) };

	chain[1].path_length = 2; /* 1 */
	bring_subordinate(trial, &own, 2, chain);
}

static void
root_says_no_ca(struct trial *trial)
{
	struct recipe root = forge_root(FORGE_P256);

	root.ca = FORGE_CA_FALSE;
	bring_under_root(trial, &root);
}

static void
root_of_version_1(struct trial *trial)
{
	struct recipe root = forge_root(FORGE_P256);

	root.version = 1;
	root.ca = FORGE_CA_UNSAID;
	root.key_usage = 0;
	bring_under_root(trial, &root);
}

static void
root_constraints_not_critical(struct trial *trial)
{
	struct recipe root = forge_root(FORGE_P256);

	constraints_soften(&root, trial->arena);
	bring_under_root(trial, &root);
}

static void
root_may_not_sign(struct trial *trial)
{
	struct recipe root = forge_root(FORGE_P256);

	root.key_usage = KEY_USAGE_CRL_SIGN;
	bring_under_root(trial, &root);
}

static void
root_name_constraints(struct trial *trial)
{
	struct recipe root = forge_root(FORGE_P256);

	root.extensions = papers_extension("2.5.29.30", true, trial->arena);
	bring_under_root(trial, &root);
}

static void
root_unknown_critical(struct trial *trial)
{
	struct recipe root = forge_root(FORGE_P256);

	root.extensions = papers_extension("1.2.3.4", true, trial->arena);
	bring_under_root(trial, &root);
}

const struct rule_case rule_cases_authority[] = {
	{ IMPORT_RULE_CA_CERTIFICATE_COUNT, two_certificates,
		"holds 2 certificates, which are not one certificate and" },
	{ IMPORT_RULE_CA_CERTIFICATE_COUNT, chain_in_the_certificate_field, "put number 2 into CertificateChain" },
	{ IMPORT_RULE_CA_CERTIFICATE_PEM, der_for_pem, "openssl x509 -inform DER" },
	{ IMPORT_RULE_CA_CERTIFICATE_PEM, key_beside_it,
		"A private key was found: take it out. The authority has its" },
	{ IMPORT_RULE_CA_CERTIFICATE_V3, version_1, "X.509 version 1; version 3 is wanted" },
	{ IMPORT_RULE_CA_CERTIFICATE_PROFILE, serial_negative, "its serial number is negative" },
	{ IMPORT_RULE_CA_CERTIFICATE_PROFILE, extension_twice, "one of its extensions is there twice" },
	{ IMPORT_RULE_CA_KEY_MATCH, another_key, "and of the authority are two, both EC P-256. Have the CSR signed" },
	{ IMPORT_RULE_CA_KEY_MATCH, another_kind_of_key,
		"The key of the certificate (CN=Own Root) is RSA 2048, that of the authority EC P-256." },
	{ IMPORT_RULE_CA_SUBJECT_MATCH, another_subject,
		"is CN=Own Root,O=Elsewhere, that of the authority's CSR CN=Own Root,O=Example." },
	{ IMPORT_RULE_CA_SUBJECT_MATCH, subject_left_out, "The subject of the certificate is empty" },
	{ IMPORT_RULE_CA_ROOT_SELF_SIGNED, root_under_another,
		"The certificate (CN=Own Root) was issued by CN=Root CA." },
	{ IMPORT_RULE_CA_ROOT_SELF_SIGNED, root_signature_wrong,
		"its own key does not verify its signature (SHA256WITHECD" },
	{ IMPORT_RULE_CA_ROOT_NO_CHAIN, root_with_chain, "leave CertificateChain out" },
	{ IMPORT_RULE_CA_SUBORDINATE_ROOT, subordinate_self_signed,
		"The certificate (CN=Own Root) is signed with its own" },
	{ IMPORT_RULE_CA_CHAIN_REQUIRED, chain_left_out, "was issued by CN=Root CA: put that CA's certificate" },
	{ IMPORT_RULE_CA_CHAIN_REQUIRED, chain_blank, "was issued by CN=Root CA: put that CA's certificate" },
	{ IMPORT_RULE_CA_VALIDITY, not_yet, "Valid from 2026-07-01T00:00:01Z on: the certificate (CN=Own Root)" },
	{ IMPORT_RULE_CA_VALIDITY, no_more, "Valid until 2026-06-30T23:59:59Z: the certificate (CN=Own Root)" },
	{ IMPORT_RULE_CA_BASIC_CONSTRAINTS, says_no_ca,
		"the certificate (CN=Own Root); its basicConstraints say CA:FALSE" },
	{ IMPORT_RULE_CA_BASIC_CONSTRAINTS, without_constraints, "it has no basicConstraints" },
	{ IMPORT_RULE_CA_BASIC_CONSTRAINTS, root_says_no_ca,
		"certificate 1 of 1 in CertificateChain (CN=Root CA); its basic" },
	{ IMPORT_RULE_CA_BASIC_CONSTRAINTS, root_of_version_1, "before version 3" },
	{ IMPORT_RULE_CA_BASIC_CONSTRAINTS_CRITICAL, constraints_not_critical,
		"Not marked critical: basic constraints (2.5.29.19) in the certificate (CN=Own Root)." },
	{ IMPORT_RULE_CA_BASIC_CONSTRAINTS_CRITICAL, root_constraints_not_critical,
		"basic constraints (2.5.29.19) in certificate 1 of 1 in CertificateChain (CN=Root CA)." },
	{ IMPORT_RULE_CA_KEY_USAGE, may_not_sign,
		"The key of the certificate (CN=Own Root) may not sign certificates" },
	{ IMPORT_RULE_CA_KEY_USAGE, root_may_not_sign, "its key usage is cRLSign, where keyCertSign is wanted" },
	{ IMPORT_RULE_CA_CRITICAL_NAME_CONSTRAINTS, name_constraints,
		"Marked critical in the certificate (CN=Own Root): name constraints (2.5.29.30)." },
	{ IMPORT_RULE_CA_CRITICAL_NAME_CONSTRAINTS, root_name_constraints,
		"Marked critical in certificate 1 of 1 in CertificateChain (CN=Root CA): name constraints "
		"(2.5.29.30)." },
	{ IMPORT_RULE_CA_CRITICAL_EXTENSIONS, distribution_points_critical,
		"in the certificate (CN=Own Root): CRL distribution points (2.5.29.31). Have it issued without that" },
	{ IMPORT_RULE_CA_CRITICAL_EXTENSIONS, many_critical,
		"policy constraints (2.5.29.36), authority information access (1.3.6.1.5.5.7.1.1), freshest CRL "
		"(2.5.29.46), an extension unknown here (1.2.3.4), an extension unknown here (1.2.3.5) and 2 more." },
	{ IMPORT_RULE_CA_CRITICAL_EXTENSIONS, root_unknown_critical,
		"in certificate 1 of 1 in CertificateChain (CN=Root CA): an extension unknown here (1.2.3.4)." },
	{ IMPORT_RULE_CA_CHAIN_PEM, key_in_chain, "A private key was found: take it out." },
	{ IMPORT_RULE_CA_CHAIN_PEM, chain_in_der, "CertificateChain is in DER" },
	{ IMPORT_RULE_CA_CHAIN_PEM, ambiguous_root, "certificate 1 of 1 in CertificateChain: one of its extensions" },
	{ IMPORT_RULE_CA_CHAIN_NO_LEAF, certificate_in_its_chain,
		"repeats the certificate itself, as certificate 1 of 2: take it out, and begin with the certificate of "
		"its "
		"issuer, CN=Root CA." },
	{ IMPORT_RULE_CA_DEPTH, six_levels, "(CN=Own CA) makes 6 levels; a hierarchy has at most 5" },
	{ IMPORT_RULE_CA_CHAIN_ISSUER, another_root,
		"The issuer of CN=Own CA is CN=Root CA, which is not the subject of" },
	{ IMPORT_RULE_CA_CHAIN_ISSUER, root_with_another_key, "its key did not make the signature" },
	{ IMPORT_RULE_CA_CHAIN_ORDER, reversed, "is in reverse order" },
	{ IMPORT_RULE_CA_CHAIN_ORDER, stranger_in_between, "(CN=Policy CA) is number 3, which must follow it" },
	{ IMPORT_RULE_CA_CHAIN_ORDER, something_after_the_root, "Take out what follows number 1." },
	{ IMPORT_RULE_CA_CHAIN_ROOT, root_missing,
		"The last, certificate 1 of 1 in CertificateChain (CN=Policy CA), was issued by CN=Root CA: put that" },
	{ IMPORT_RULE_CA_CHAIN_ROOT, root_of_the_chain_altered,
		"(CN=Root CA), names itself as its issuer, but its own key" },
	{ IMPORT_RULE_CA_CHAIN_VALIDITY, root_expired, "Valid until 2026-06-30T23:59:59Z: certificate 1 of 1" },
	{ IMPORT_RULE_CA_CHAIN_VALIDITY, root_not_valid_yet, "Valid from 2026-07-02T00:00:00Z on: certificate 1 of 1" },
	{ IMPORT_RULE_CA_PATH_LENGTH, root_allows_none_below,
		"(CN=Root CA) is 0, the number of CAs that may stand below it" },
	{ IMPORT_RULE_CA_PATH_LENGTH, root_allows_one_below,
		"(CN=Root CA) is 1, the number of CAs that may stand below it" },
};

const size_t rule_case_authority_count = ARRAY_COUNT(rule_cases_authority);
