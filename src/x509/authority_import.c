#include "x509/authority_import.h"

#include <string.h>

#include "base/buffer.h"
#include "x509/certificate_field.h"
#include "x509/critical.h"
#include "x509/extension.h"
#include "x509/field.h"
#include "x509/path.h"

enum {
	NAME_MAX_BYTES = 400,   /* of a name in a message */
	CRITICAL_MAX_NAMED = 5, /* extensions named in one message; the rest is counted */
};

static const struct field_rules authority_field_rules = {
	.count = IMPORT_RULE_CA_CERTIFICATE_COUNT,
	.pem = IMPORT_RULE_CA_CERTIFICATE_PEM,
	.version = IMPORT_RULE_CA_CERTIFICATE_V3,
	.profile = IMPORT_RULE_CA_CERTIFICATE_PROFILE,
	.chain_pem = IMPORT_RULE_CA_CHAIN_PEM,
	.chain_max = AUTHORITY_MAX_CHAIN,
	.of_authority = true,
};

/* ---- Whose it is ---- */

static bool
key_check(const struct path *path, const struct authority_claim *claim)
{
	static const char cure[] =
		"Have the CSR signed that GetCertificateAuthorityCsr gives: it holds the authority's key";
	const struct key_description *key = &path->certificate->key;
	struct str label = certificate_label(path->certificate, path->arena);
	struct key_description own = { .words = "of a kind unknown here" };

	if (bytes_equal(path->certificate->spki, claim->spki))
		return true;
	if (key_describe(claim->spki, &own) && strcmp(key->words, own.words) == 0)
		return import_refuse(path->rules, IMPORT_RULE_CA_KEY_MATCH, path->fault,
			"The keys of the certificate (%.*s) and of the authority are two, both %s. %s.", STR_ARG(label),
			own.words, cure);
	return import_refuse(path->rules, IMPORT_RULE_CA_KEY_MATCH, path->fault,
		"The key of the certificate (%.*s) is %s, that of the authority %s. %s.", STR_ARG(label), key->words,
		own.words, cure);
}

static struct str
name_words(const struct name *name, struct arena *arena)
{
	struct str words = name_render(name, arena);

	if (words.n == 0)
		return STR("empty");
	if (words.n > NAME_MAX_BYTES)
		return arena_printf(arena, "%.*s…", (int)utf8_prefix(words, NAME_MAX_BYTES), words.p);
	return words;
}

static bool
subject_check(const struct path *path, const struct authority_claim *claim)
{
	struct name own = { 0 };

	if (name_parse(claim->subject, path->arena, &own) && name_equal_parsed(&path->certificate->subject_name, &own))
		return true;
	return import_refuse(path->rules, IMPORT_RULE_CA_SUBJECT_MATCH, path->fault,
		"The subject of the certificate is %.*s, that of the authority's CSR %.*s. Have the CSR signed with "
		"its subject as it is.",
		STR_ARG(name_words(&path->certificate->subject_name, path->arena)),
		STR_ARG(name_words(&own, path->arena)));
}

/* ---- The three scenarios ---- */

/* Not signed with its own key. */
static bool
root_refuse(const struct path *path)
{
	const struct certificate *certificate = path->certificate;
	struct str label = certificate_label(certificate, path->arena);

	if (certificate_is_self_issued(certificate))
		return import_refuse(path->rules, IMPORT_RULE_CA_ROOT_SELF_SIGNED, path->fault,
			"The certificate (%.*s) names itself as its issuer, but its own key does not verify its "
			"signature (%s). Have it signed anew, with the authority's own key.",
			STR_ARG(label), certificate->signature_algorithm);
	return import_refuse(path->rules, IMPORT_RULE_CA_ROOT_SELF_SIGNED, path->fault,
		"The certificate (%.*s) was issued by %.*s. IssueCertificate of the authority itself, with the "
		"template "
		"RootCACertificate/V1, makes a self-signed one; under another CA the authority would have to be of "
		"type "
		"SUBORDINATE.",
		STR_ARG(label), STR_ARG(certificate_issuer_label(certificate, path->arena)));
}

static bool
root_check(const struct path *path, bool has_chain)
{
	if (!path->self_signed && !root_refuse(path))
		return false;
	return !has_chain || import_refuse(path->rules, IMPORT_RULE_CA_ROOT_NO_CHAIN, path->fault,
				     "Nothing stands above the certificate (%.*s): leave CertificateChain out.",
				     STR_ARG(certificate_label(path->certificate, path->arena)));
}

static bool
subordinate_check(const struct path *path, bool has_chain)
{
	const struct certificate *certificate = path->certificate;
	struct str label = certificate_label(certificate, path->arena);

	if (path->self_signed)
		return import_refuse(path->rules, IMPORT_RULE_CA_SUBORDINATE_ROOT, path->fault,
			"The certificate (%.*s) is signed with its own key. Have the authority's CSR signed by the CA "
			"that is to stand above it.",
			STR_ARG(label));
	return has_chain || import_refuse(path->rules, IMPORT_RULE_CA_CHAIN_REQUIRED, path->fault,
				    "The certificate (%.*s) was issued by %.*s: put that CA's certificate, and those "
				    "of the CAs above it up to the root, into CertificateChain.",
				    STR_ARG(label), STR_ARG(certificate_issuer_label(certificate, path->arena)));
}

/* ---- What is asked of the certificate and of each above it ---- */

static bool
is_critical(const struct certificate *certificate, const char *oid)
{
	for (size_t i = 0; i < certificate->extension_count; i++)
		if (certificate->extensions[i].critical && str_is(certificate->extensions[i].oid, oid))
			return true;
	return false;
}

static bool
constraints_check(const struct path *path, struct path_step step)
{
	const struct certificate *certificate = step.certificate;

	return path_check_ca(path, step, IMPORT_RULE_CA_BASIC_CONSTRAINTS) &&
	       (!certificate->has_basic_constraints || is_critical(certificate, EXTENSION_BASIC_CONSTRAINTS) ||
		       import_refuse(path->rules, IMPORT_RULE_CA_BASIC_CONSTRAINTS_CRITICAL, path->fault,
			       "Not marked critical: basic constraints (%s) in %.*s. RFC 5280, 4.2.1.9 wants them so: "
			       "have it issued anew with critical basic constraints.",
			       EXTENSION_BASIC_CONSTRAINTS, STR_ARG(path_place(path, step))));
}

/* Critical without being on the list; name constraints have a rule of their own. */
static struct str
denied_words(const struct certificate *certificate, struct arena *arena)
{
	struct buffer out = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < certificate->extension_count; i++) {
		const struct certificate_extension *extension = &certificate->extensions[i];
		if (!extension->critical || critical_is_allowed(extension->oid) ||
			str_is(extension->oid, EXTENSION_NAME_CONSTRAINTS) || count++ >= CRITICAL_MAX_NAMED)
			continue;
		buffer_put_cstr(&out, count > 1 ? ", " : "");
		buffer_put_str(&out, extension_words(extension->oid, arena));
	}
	if (count > CRITICAL_MAX_NAMED)
		buffer_printf(&out, " and %zu more", count - CRITICAL_MAX_NAMED);
	struct str words = arena_str(arena, buffer_str(&out));
	buffer_done(&out);
	return words;
}

static bool
critical_check(const struct path *path, struct path_step step)
{
	struct str denied = denied_words(step.certificate, path->arena);

	if (is_critical(step.certificate, EXTENSION_NAME_CONSTRAINTS) &&
		!import_refuse(path->rules, IMPORT_RULE_CA_CRITICAL_NAME_CONSTRAINTS, path->fault,
			"Marked critical in %.*s: name constraints (%s). Have it issued without them; or ask the "
			"operator of this server to relax the rule ca-critical-name-constraints.",
			STR_ARG(path_place(path, step)), EXTENSION_NAME_CONSTRAINTS))
		return false;
	return denied.n == 0 || import_refuse(path->rules, IMPORT_RULE_CA_CRITICAL_EXTENSIONS, path->fault,
					"Marked critical in %.*s: %.*s. Have it issued without that, or with that not "
					"marked critical.",
					STR_ARG(path_place(path, step)), STR_ARG(denied));
}

static bool
step_check(const struct path *path, struct path_step step)
{
	enum import_rule validity = step.position == 0 ? IMPORT_RULE_CA_VALIDITY : IMPORT_RULE_CA_CHAIN_VALIDITY;

	return path_check_validity(path, step, validity) && constraints_check(path, step) &&
	       path_check_key_usage(path, step, IMPORT_RULE_CA_KEY_USAGE) && critical_check(path, step);
}

/* ---- The chain ---- */

static bool
depth_check(const struct path *path)
{
	return path->count < AUTHORITY_MAX_LEVELS ||
	       import_refuse(path->rules, IMPORT_RULE_CA_DEPTH, path->fault,
		       "With its chain the certificate (%.*s) makes %zu levels; a hierarchy has at most %d, the root "
		       "included. Have the CSR signed by a CA nearer to the root, and give that CA's chain alone.",
		       STR_ARG(certificate_label(path->certificate, path->arena)), path->count + 1,
		       AUTHORITY_MAX_LEVELS);
}

static bool
end_check(const struct path *path)
{
	/* The rules are relaxed that would have seen this. */
	if (path->count == 0)
		return import_refuse(path->rules, IMPORT_RULE_CA_CHAIN_ROOT, path->fault,
			"CertificateChain holds nothing but the certificate itself: put its issuer's there, and those "
			"above it.");
	struct path_step last = path->steps[path->count - 1];
	if (verifier_self_signed(path->verifier, last.certificate, true))
		return true;
	if (certificate_is_self_issued(last.certificate))
		return import_refuse(path->rules, IMPORT_RULE_CA_CHAIN_ROOT, path->fault,
			"The last, %.*s, names itself as its issuer, but its own key does not verify its signature "
			"(%s). Use the chain that the CA publishes.",
			STR_ARG(path_place(path, last)), last.certificate->signature_algorithm);
	return import_refuse(path->rules, IMPORT_RULE_CA_CHAIN_ROOT, path->fault,
		"The last, %.*s, was issued by %.*s: put that CA's certificate after it, and those above it up to the "
		"root.",
		STR_ARG(path_place(path, last)), STR_ARG(certificate_issuer_label(last.certificate, path->arena)));
}

/* RFC 5280, 6.1.4 (l), seen from the certificate upwards: it is a CA too, and counts. */
static bool
steps_check(const struct path *path)
{
	int below = certificate_is_self_issued(path->certificate) ? 0 : 1;

	for (size_t i = 0; i < path->count; i++) {
		struct path_step step = path->steps[i];
		if (!step_check(path, step) ||
			!path_check_length(path, step, below, "below it", IMPORT_RULE_CA_PATH_LENGTH))
			return false;
		if (!certificate_is_self_issued(step.certificate))
			below++;
	}
	return true;
}

static bool
chain_check(struct path *path, struct bytes field)
{
	return chain_field_read(field, &authority_field_rules, path->rules, path->arena, &path->chain,
		       &path->chain_count, path->fault) &&
	       path_collect(path) && depth_check(path) && path_order(path) && end_check(path) && steps_check(path);
}

static void
chain_give(const struct path *path, struct authority_import *out)
{
	const struct certificate **chain = ARENA_ARRAY(path->arena, const struct certificate *, path->count);

	for (size_t i = 0; i < path->count; i++)
		chain[i] = path->steps[i].certificate;
	out->chain = chain;
	out->chain_count = path->count;
}

bool
authority_import_check(struct bytes certificate_field, struct bytes chain_field, const struct authority_claim *claim,
	int64_t now_ms, const struct import_rules *rules, struct verifier *verifier, struct arena *arena,
	struct authority_import *out, struct fault *fault)
{
	bool has_chain = !field_is_blank(chain_field);
	struct path path = { .rule_without_certificate = IMPORT_RULE_CA_CHAIN_NO_LEAF,
		.rule_issuer = IMPORT_RULE_CA_CHAIN_ISSUER,
		.rule_order = IMPORT_RULE_CA_CHAIN_ORDER,
		.rules = rules,
		.verifier = verifier,
		.arena = arena,
		.fault = fault,
		.now_ms = now_ms };

	if (!certificate_field_read(certificate_field, &authority_field_rules, rules, arena, &path.certificate, fault))
		return false;
	if (!key_check(&path, claim) || !subject_check(&path, claim))
		return false;
	path.self_signed = verifier_self_signed(verifier, path.certificate, false);
	if (claim->is_root ? !root_check(&path, has_chain) : !subordinate_check(&path, has_chain))
		return false;
	if (!step_check(&path, (struct path_step){ path.certificate, 0 }))
		return false;
	if (!claim->is_root && has_chain && !chain_check(&path, chain_field))
		return false;
	*out = (struct authority_import){ .certificate = path.certificate };
	chain_give(&path, out);
	return true;
}
