#include "x509/chain.h"

#include "x509/path.h"

/* RFC 5280, 6.1.4 (k) to (n), seen from the certificate upwards. */
static bool
steps_check(const struct path *path)
{
	int below = 0; /* CAs between here and the certificate, self-issued ones not counted (4.2.1.9) */

	for (size_t i = 0; i < path->count; i++) {
		struct path_step step = path->steps[i];
		if (!path_check_ca(path, step, IMPORT_RULE_CHAIN_CA) ||
			!path_check_length(
				path, step, below, "between it and the certificate", IMPORT_RULE_CHAIN_PATH_LENGTH) ||
			!path_check_key_usage(path, step, IMPORT_RULE_CHAIN_KEY_USAGE) ||
			!path_check_validity(path, step, IMPORT_RULE_CHAIN_VALIDITY))
			return false;
		if (!certificate_is_self_issued(step.certificate))
			below++;
	}
	return true;
}

static bool
family_check(const struct path *path)
{
	const struct certificate *issuer = path->steps[0].certificate;

	return path->certificate->key.family == issuer->key.family ||
	       import_refuse(path->rules, IMPORT_RULE_ALGORITHM_FAMILY, path->fault,
		       "The key of the certificate is %s, that of its issuer, %.*s, is %s: ACM wants both to be RSA or "
		       "both to be EC.",
		       path->certificate->key.words, STR_ARG(path_place(path, path->steps[0])), issuer->key.words);
}

/* ---- The whole ---- */

static bool
absence_check(const struct import *import, const struct import_rules *rules, struct arena *arena, struct fault *fault)
{
	const struct certificate *certificate = import->certificate;
	struct str label = certificate_label(certificate, arena);

	if (import->self_signed)
		return true;
	if (certificate_is_self_issued(certificate))
		return import_refuse(rules, IMPORT_RULE_CHAIN_REQUIRED, fault,
			"%.*s names itself as its issuer, but its own key does not verify its signature (%s).",
			STR_ARG(label), certificate->signature_algorithm);
	return import_refuse(rules, IMPORT_RULE_CHAIN_REQUIRED, fault,
		"%.*s was issued by %.*s: put that CA's certificate, and those of the CAs above it, into "
		"CertificateChain.",
		STR_ARG(label), STR_ARG(certificate_issuer_label(certificate, arena)));
}

bool
chain_check(struct import *import, struct bytes field, int64_t now_ms, const struct import_rules *rules,
	struct verifier *verifier, struct arena *arena, struct fault *fault)
{
	if (field.p == NULL)
		return absence_check(import, rules, arena, fault);
	if (!chain_field_read(field, &import_field_rules, rules, arena, &import->chain, &import->chain_count, fault))
		return false;
	/* A self-signed certificate is its own chain: giving it so is harmless, and common. */
	if (import->self_signed && import->chain_count == 1 &&
		bytes_equal(import->chain[0]->der, import->certificate->der))
		return true;

	struct path path = { .certificate = import->certificate,
		.self_signed = import->self_signed,
		.chain = import->chain,
		.chain_count = import->chain_count,
		.rule_without_certificate = IMPORT_RULE_CHAIN_NO_LEAF,
		.rule_issuer = IMPORT_RULE_CHAIN_ISSUER,
		.rule_order = IMPORT_RULE_CHAIN_ORDER,
		.rules = rules,
		.verifier = verifier,
		.arena = arena,
		.fault = fault,
		.now_ms = now_ms };
	if (!path_collect(&path))
		return false;
	/* The rule is relaxed, and there was nothing but copies. */
	if (import->self_signed && path.count == 0)
		return true;
	if (!path_order(&path) || !steps_check(&path))
		return false;
	return !path.has_issuer || family_check(&path);
}
