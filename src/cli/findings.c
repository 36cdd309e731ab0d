#include "cli/findings.h"

#include "x509/key.h"

const char *
finding_title(enum import_rule rule)
{
	static const char *const titles[FINDING_COUNT] = {
		[IMPORT_RULE_CERTIFICATE_COUNT] = "one certificate, alone in its field",
		[IMPORT_RULE_CERTIFICATE_PEM] = "the certificate is readable PEM",
		[IMPORT_RULE_CERTIFICATE_V3] = "X.509 version 3",
		[IMPORT_RULE_CERTIFICATE_PROFILE] = "well-formed as RFC 5280 has it",
		[IMPORT_RULE_KEY_PEM] = "the private key is readable PEM",
		[IMPORT_RULE_KEY_COUNT] = "one private key, alone in its field",
		[IMPORT_RULE_KEY_ENCRYPTED] = "the private key has no passphrase",
		[IMPORT_RULE_KEY_SUPPORTED] = "a kind of key that ACM holds",
		[IMPORT_RULE_KEY_MATCH] = "the private key is the certificate's",
		[IMPORT_RULE_NOT_BEFORE] = "its validity has begun",
		[IMPORT_RULE_NOT_AFTER] = "its validity has not ended",
		[IMPORT_RULE_ISSUER_NAME] = "its issuer has a name",
		[IMPORT_RULE_OCSP_URL] = "OCSP URLs of at most 1000 characters",
		[IMPORT_RULE_TLS_USAGE] = "it may be used for TLS",
		[IMPORT_RULE_DOMAIN_NAME] = "it names a host",
		[IMPORT_RULE_CHAIN_PEM] = "the chain is readable PEM, of certificates alone",
		[IMPORT_RULE_CHAIN_REQUIRED] = "self-signed, or with its chain",
		[IMPORT_RULE_CHAIN_NO_LEAF] = "the chain does not repeat the certificate",
		[IMPORT_RULE_CHAIN_ISSUER] = "the issuer is in the chain, and signed it",
		[IMPORT_RULE_CHAIN_ORDER] = "each certifies the one before it",
		[IMPORT_RULE_CHAIN_CA] = "all of the chain are CAs",
		[IMPORT_RULE_CHAIN_PATH_LENGTH] = "no CA has more below it than it may",
		[IMPORT_RULE_CHAIN_KEY_USAGE] = "their keys may sign certificates",
		[IMPORT_RULE_CHAIN_VALIDITY] = "all of the chain are valid now",
		[IMPORT_RULE_ALGORITHM_FAMILY] = "its key is of the same family as its issuer's",
	};

	return titles[rule];
}

/* What is broken is relaxed once it is noted, so that the next look goes past it. */
struct looking {
	struct import_rules rules;
	struct arena *arena;
	struct findings *findings;
};

static void
put_broken(struct looking *looking, enum import_rule rule, struct str words)
{
	struct finding *finding = &looking->findings->of[rule];

	if (finding->state == FINDING_BROKEN)
		return;
	*finding = (struct finding){ FINDING_BROKEN, words };
	looking->findings->broken++;
}

/* Notes a refusal. False: there is no way past it; *stopped is the rule. */
static bool
note(struct looking *looking, const struct fault *fault, enum import_rule *stopped)
{
	if (fault->rule == 0 || fault->rule > FINDING_COUNT)
		return false;
	enum import_rule rule = (enum import_rule)(fault->rule - 1);
	bool passable = looking->rules.relaxed[rule] == 0 && import_rule_entry(rule)->pinned == NULL;
	put_broken(looking, rule, arena_str(looking->arena, str_of(fault->say)));
	looking->rules.relaxed[rule] = 1;
	*stopped = rule;
	return passable;
}

/* The rules from `first` up to `end`, which it does not include, were looked at. */
static void
put_kept(struct looking *looking, enum import_rule first, enum import_rule end)
{
	for (unsigned rule = first; rule < (unsigned)end; rule++) {
		struct finding *finding = &looking->findings->of[rule];
		if (finding->state == FINDING_OPEN)
			finding->state = FINDING_KEPT;
	}
}

static bool
look_at_certificate(struct looking *looking, struct bytes field, struct import *out)
{
	struct fault fault = { 0 };
	enum import_rule stopped = IMPORT_RULE_CERTIFICATE_COUNT;

	if (field.p == NULL) {
		put_broken(looking, IMPORT_RULE_CERTIFICATE_COUNT, STR("No certificate was given."));
		return false;
	}
	while (!import_read(field, &looking->rules, looking->arena, out, &fault)) {
		if (note(looking, &fault, &stopped))
			continue;
		/* It was read all the same; only its kind of key is none of ours. */
		put_kept(looking, IMPORT_RULE_CERTIFICATE_COUNT,
			stopped == IMPORT_RULE_KEY_SUPPORTED ? IMPORT_RULE_KEY_PEM : stopped);
		return false;
	}
	put_kept(looking, IMPORT_RULE_CERTIFICATE_COUNT, IMPORT_RULE_KEY_PEM);
	return true;
}

static void
look_at_key(struct looking *looking, struct bytes field, struct bytes spki)
{
	struct key_reader *reader = key_reader_new();
	struct fault fault = { 0 };
	enum import_rule stopped = IMPORT_RULE_KEY_PEM;
	struct bytes der;
	bool proved = false;
	bool passable = true;

	while (!proved && passable) {
		proved = key_prove_private(reader, field, spki, &looking->rules, looking->arena, &der, &fault);
		passable = proved || note(looking, &fault, &stopped);
	}
	put_kept(looking, IMPORT_RULE_KEY_PEM, proved ? IMPORT_RULE_NOT_BEFORE : stopped);
	key_reader_free(reader);
}

static void
look_at_content(struct looking *looking, struct import *import, struct bytes chain, int64_t now_ms)
{
	struct verifier *verifier = verifier_new();
	struct fault fault = { 0 };
	enum import_rule stopped = IMPORT_RULE_NOT_BEFORE;
	bool done = false;
	bool passable = true;

	while (!done && passable) {
		done = import_check(import, chain, now_ms, &looking->rules, verifier, looking->arena, &fault);
		passable = done || note(looking, &fault, &stopped);
	}
	enum import_rule end = chain.p == NULL ? IMPORT_RULE_CHAIN_PEM : (enum import_rule)FINDING_COUNT;
	put_kept(looking, IMPORT_RULE_NOT_BEFORE, done || stopped > end ? end : stopped);
	if (done || chain.p != NULL)
		put_kept(looking, IMPORT_RULE_CHAIN_REQUIRED, IMPORT_RULE_CHAIN_NO_LEAF);
	verifier_free(verifier);
}

void
findings_take(const struct finding_fields *fields, int64_t now_ms, struct arena *arena, struct findings *out)
{
	struct looking looking = { .arena = arena, .findings = out };
	struct import import;

	*out = (struct findings){ 0 };
	bool read = look_at_certificate(&looking, fields->certificate, &import);
	if (fields->key.p == NULL)
		put_broken(&looking, IMPORT_RULE_KEY_COUNT, STR("No private key was given."));
	else if (read)
		look_at_key(&looking, fields->key, import.certificate->spki);
	if (read)
		look_at_content(&looking, &import, fields->chain, now_ms);
}
