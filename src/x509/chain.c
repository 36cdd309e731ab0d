#include "x509/chain.h"

#include "base/clock.h"
#include "x509/chain_field.h"
#include "x509/usage.h"

enum {
	/* CAs that renewed their keys under one name, or were signed across: so many of one name are tried, since each
	 * try costs a verification that somebody else chose. */
	CHAIN_MAX_NAMESAKES = 16,
};

static const size_t nowhere = SIZE_MAX;

/* One certificate of the chain, and where it stands in the field. */
struct step {
	const struct certificate *certificate;
	size_t position; /* from 1 */
};

struct chain {
	const struct import *import;
	const struct import_rules *rules;
	struct verifier *verifier;
	struct arena *arena;
	struct fault *fault;
	int64_t now_ms;
	struct step *steps; /* without copies of the certificate itself; from its issuer on */
	size_t count;
	size_t tries; /* verifications still to be spent */
};

/* "certificate 2 of 3 in CertificateChain (CN=Example CA)" */
static struct str
place(const struct chain *chain, struct step step)
{
	return arena_printf(chain->arena, "certificate %zu of %zu in CertificateChain (%.*s)", step.position,
		chain->import->chain_count, STR_ARG(certificate_label(step.certificate, chain->arena)));
}

static enum verify_result
verify(struct chain *chain, const struct certificate *certificate, const struct certificate *issuer)
{
	if (chain->tries == 0)
		return VERIFY_BAD_SIGNATURE;
	chain->tries--;
	return verifier_verify(chain->verifier, certificate, issuer, certificate != chain->import->certificate);
}

/* Why a certificate of the right name is not the issuer after all. */
static struct str
mismatch_words(const struct chain *chain, const struct certificate *certificate, const struct certificate *issuer,
	enum verify_result result)
{
	if (result == VERIFY_UNSUPPORTED)
		return arena_printf(chain->arena,
			"has the issuer's name, but a signature of algorithm %s cannot be verified here with its key, "
			"%s. Only a CA that signs otherwise can help",
			certificate->signature_algorithm, issuer->key.words);
	return STR("has the issuer's name, but its key did not make the signature: it may be an older or a newer "
		   "certificate of the same CA. Put the one whose key did into CertificateChain");
}

/* ---- The certificate's own issuer ---- */

static struct str
repeat_cure(const struct chain *chain)
{
	const struct import *import = chain->import;

	if (import->self_signed)
		return STR("it is self-signed: leave CertificateChain out");
	return arena_printf(chain->arena, "take it out, and begin with the certificate of its issuer, %.*s",
		STR_ARG(certificate_issuer_label(import->certificate, chain->arena)));
}

/* The certificate itself has no place in its chain; copies are passed over when that rule is relaxed. */
static bool
steps_collect(struct chain *chain)
{
	const struct import *import = chain->import;

	chain->steps = ARENA_ARRAY(chain->arena, struct step, import->chain_count);
	for (size_t i = 0; i < import->chain_count; i++) {
		static const char advice[] =
			"CertificateChain repeats the certificate itself, as certificate %zu of %zu: %.*s.";
		if (!bytes_equal(import->chain[i]->der, import->certificate->der)) {
			chain->steps[chain->count++] = (struct step){ import->chain[i], i + 1 };
			continue;
		}
		struct str cure = repeat_cure(chain);
		if (i == 0 ? !import_refuse(chain->rules, IMPORT_RULE_CHAIN_NO_LEAF, chain->fault, advice, i + 1,
				     import->chain_count, STR_ARG(cure))
			   : !import_refuse_other(chain->rules, IMPORT_RULE_CHAIN_NO_LEAF, i, chain->fault, advice,
				     i + 1, import->chain_count, STR_ARG(cure)))
			return false;
	}
	return true;
}

static bool
issuer_refuse(const struct chain *chain, size_t namesake, enum verify_result result)
{
	const struct certificate *certificate = chain->import->certificate;

	if (namesake != nowhere)
		return import_refuse(chain->rules, IMPORT_RULE_CHAIN_ISSUER, chain->fault,
			"The issuer of %.*s is %.*s. There is %.*s: it %.*s.",
			STR_ARG(certificate_label(certificate, chain->arena)),
			STR_ARG(certificate_issuer_label(certificate, chain->arena)),
			STR_ARG(place(chain, chain->steps[namesake])),
			STR_ARG(mismatch_words(chain, certificate, chain->steps[namesake].certificate, result)));
	if (chain->import->self_signed)
		return import_refuse(chain->rules, IMPORT_RULE_CHAIN_ISSUER, chain->fault,
			"The certificate (%.*s) is self-signed, and no certificate in CertificateChain is its issuer: "
			"leave CertificateChain out.",
			STR_ARG(certificate_label(certificate, chain->arena)));
	return import_refuse(chain->rules, IMPORT_RULE_CHAIN_ISSUER, chain->fault,
		"The issuer of %.*s is %.*s, which is not the subject of any certificate in CertificateChain; it holds "
		"%zu, the first is %.*s. Put the issuer's certificate first.",
		STR_ARG(certificate_label(certificate, chain->arena)),
		STR_ARG(certificate_issuer_label(certificate, chain->arena)), chain->import->chain_count,
		STR_ARG(certificate_label(chain->import->chain[0], chain->arena)));
}

/* Where the issuer stands among the steps; SIZE_MAX when nowhere and that rule is relaxed. */
static bool
issuer_find(struct chain *chain, size_t *out)
{
	const struct certificate *certificate = chain->import->certificate;
	size_t namesake = nowhere;
	size_t namesakes = 0;
	enum verify_result first = VERIFY_OK;

	for (size_t i = 0; i < chain->count && namesakes < CHAIN_MAX_NAMESAKES; i++) {
		if (!certificate_is_issued_by(certificate, chain->steps[i].certificate))
			continue;
		enum verify_result result = verify(chain, certificate, chain->steps[i].certificate);
		if (result == VERIFY_OK) {
			*out = i;
			return true;
		}
		if (namesakes++ == 0) {
			namesake = i;
			first = result;
		}
	}
	*out = nowhere;
	return issuer_refuse(chain, namesake, first);
}

/* ---- Order ---- */

static bool
names_run_backwards(const struct chain *chain)
{
	for (size_t i = 0; i + 1 < chain->count; i++)
		if (!name_equal(chain->steps[i + 1].certificate->issuer, chain->steps[i].certificate->subject))
			return false;
	return chain->count > 1;
}

static bool
order_refuse_start(const struct chain *chain, size_t issuer)
{
	if (issuer + 1 == chain->count && names_run_backwards(chain))
		return import_refuse(chain->rules, IMPORT_RULE_CHAIN_ORDER, chain->fault,
			"CertificateChain is in reverse order: turn it round, so that it begins with %.*s, the issuer "
			"of the certificate.",
			STR_ARG(certificate_label(chain->steps[issuer].certificate, chain->arena)));
	return import_refuse(chain->rules, IMPORT_RULE_CHAIN_ORDER, chain->fault,
		"The issuer of the certificate is %.*s: it must be the first.",
		STR_ARG(place(chain, chain->steps[issuer])));
}

/* The step that has the name of `certificate`'s issuer, from `first` on. */
static size_t
name_find(const struct chain *chain, const struct certificate *certificate, size_t first)
{
	for (size_t i = first; i < chain->count; i++)
		if (certificate_is_issued_by(certificate, chain->steps[i].certificate))
			return i;
	return nowhere;
}

/* steps[i] does not certify steps[i - 1]. */
static bool
order_refuse_link(const struct chain *chain, size_t i, enum verify_result result)
{
	struct step child = chain->steps[i - 1];
	struct step parent = chain->steps[i];
	struct str child_place = place(chain, child);
	struct str parent_place = place(chain, parent);

	if (bytes_equal(child.certificate->der, parent.certificate->der))
		return import_refuse(chain->rules, IMPORT_RULE_CHAIN_ORDER, chain->fault,
			"Number %zu repeats %.*s: take it out.", parent.position, STR_ARG(child_place));
	if (certificate_is_issued_by(child.certificate, parent.certificate))
		return import_refuse(chain->rules, IMPORT_RULE_CHAIN_ORDER, chain->fault,
			"The issuer of %.*s should be %.*s, which %.*s.", STR_ARG(child_place), STR_ARG(parent_place),
			STR_ARG(mismatch_words(chain, child.certificate, parent.certificate, result)));
	if (certificate_is_self_issued(child.certificate))
		return import_refuse(chain->rules, IMPORT_RULE_CHAIN_ORDER, chain->fault,
			"The chain ends with %.*s, which is its own issuer; %.*s is not part of it. Take out what "
			"follows number %zu.",
			STR_ARG(child_place), STR_ARG(parent_place), child.position);
	size_t elsewhere = name_find(chain, child.certificate, i + 1);
	if (elsewhere != nowhere)
		return import_refuse(chain->rules, IMPORT_RULE_CHAIN_ORDER, chain->fault,
			"The issuer of %.*s is number %zu, which must follow it; number %zu (%.*s) stands between "
			"them.",
			STR_ARG(child_place), chain->steps[elsewhere].position, parent.position,
			STR_ARG(certificate_label(parent.certificate, chain->arena)));
	return import_refuse(chain->rules, IMPORT_RULE_CHAIN_ORDER, chain->fault,
		"The issuer of %.*s is %.*s, but it is followed by %.*s. Put the issuer's certificate between them, or "
		"take out what follows number %zu.",
		STR_ARG(child_place), STR_ARG(certificate_issuer_label(child.certificate, chain->arena)),
		STR_ARG(parent_place), child.position);
}

static enum verify_result
link_verify(struct chain *chain, size_t i)
{
	const struct certificate *child = chain->steps[i - 1].certificate;
	const struct certificate *parent = chain->steps[i].certificate;

	if (!certificate_is_issued_by(child, parent) || bytes_equal(child->der, parent->der))
		return VERIFY_BAD_SIGNATURE;
	return verify(chain, child, parent);
}

static void
steps_swap(struct chain *chain, size_t a, size_t b)
{
	struct step step = chain->steps[a];

	chain->steps[a] = chain->steps[b];
	chain->steps[b] = step;
}

/* The rule is relaxed: brings the steps into order, from the issuer (steps[0]) on, and leaves out what has no place. */
static void
steps_sort(struct chain *chain)
{
	size_t sorted = 1;

	for (size_t i = sorted; i < chain->count;) {
		const struct certificate *child = chain->steps[sorted - 1].certificate;
		const struct certificate *parent = chain->steps[i].certificate;
		if (certificate_is_issued_by(child, parent) && verify(chain, child, parent) == VERIFY_OK) {
			steps_swap(chain, sorted++, i);
			i = sorted;
		} else {
			i++;
		}
	}
	chain->count = sorted;
}

/* Brings the issuer to the front and verifies link by link. */
static bool
order_check(struct chain *chain, size_t issuer)
{
	if (issuer != nowhere && issuer > 0) {
		if (!order_refuse_start(chain, issuer))
			return false;
		steps_swap(chain, 0, issuer);
		steps_sort(chain);
		return true;
	}
	for (size_t i = 1; i < chain->count; i++) {
		enum verify_result result = link_verify(chain, i);
		if (result == VERIFY_OK)
			continue;
		if (!order_refuse_link(chain, i, result))
			return false;
		steps_sort(chain);
		return true;
	}
	return true;
}

/* ---- Each issuer ---- */

static bool
ca_check(const struct chain *chain, struct step step)
{
	const struct certificate *certificate = step.certificate;

	if (certificate->is_ca)
		return true;
	const char *found = certificate->has_basic_constraints ? "its basicConstraints say CA:FALSE"
			    : certificate->version == 3        ? "it has no basicConstraints"
							: "before version 3 a certificate cannot say that it is a CA's";
	return import_refuse(chain->rules, IMPORT_RULE_CHAIN_CA, chain->fault,
		"Not a CA's certificate: %.*s; %s, where CA:TRUE is wanted. Use the chain that the CA publishes.",
		STR_ARG(place(chain, step)), found);
}

static bool
path_length_check(const struct chain *chain, struct step step, int below)
{
	int allowed = step.certificate->path_length;

	return allowed < 0 || below <= allowed ||
	       import_refuse(chain->rules, IMPORT_RULE_CHAIN_PATH_LENGTH, chain->fault,
		       "The path length of %.*s is %d, the number of CAs that may stand between it and the "
		       "certificate; found: %d.",
		       STR_ARG(place(chain, step)), allowed, below);
}

static bool
key_usage_check(const struct chain *chain, struct step step)
{
	const struct certificate *certificate = step.certificate;

	return !certificate->has_key_usage || (certificate->key_usage & KEY_USAGE_KEY_CERT_SIGN) != 0 ||
	       import_refuse(chain->rules, IMPORT_RULE_CHAIN_KEY_USAGE, chain->fault,
		       "The key of %.*s may not sign certificates: its key usage is %.*s, where keyCertSign is wanted.",
		       STR_ARG(place(chain, step)), STR_ARG(key_usage_words(certificate->key_usage, chain->arena)));
}

static bool
step_validity_check(const struct chain *chain, struct step step)
{
	const struct certificate *certificate = step.certificate;

	if (chain->now_ms < certificate->not_before_ms)
		return import_refuse_other(chain->rules, IMPORT_RULE_CHAIN_VALIDITY, 0, chain->fault,
			"Valid from %s on: %.*s; it is now %s.",
			clock_render_iso(certificate->not_before_ms, chain->arena).p, STR_ARG(place(chain, step)),
			clock_render_iso(chain->now_ms, chain->arena).p);
	return chain->now_ms <= certificate->not_after_ms ||
	       import_refuse(chain->rules, IMPORT_RULE_CHAIN_VALIDITY, chain->fault,
		       "Valid until %s: %.*s; it is now %s. Use the chain that the CA publishes today.",
		       clock_render_iso(certificate->not_after_ms, chain->arena).p, STR_ARG(place(chain, step)),
		       clock_render_iso(chain->now_ms, chain->arena).p);
}

/* RFC 5280, 6.1.4 (k) to (n), seen from the certificate upwards. */
static bool
steps_check(const struct chain *chain)
{
	int below = 0; /* CAs between here and the certificate, self-issued ones not counted (4.2.1.9) */

	for (size_t i = 0; i < chain->count; i++) {
		struct step step = chain->steps[i];
		if (!ca_check(chain, step) || !path_length_check(chain, step, below) || !key_usage_check(chain, step) ||
			!step_validity_check(chain, step))
			return false;
		if (!certificate_is_self_issued(step.certificate))
			below++;
	}
	return true;
}

static bool
family_check(const struct chain *chain)
{
	const struct certificate *certificate = chain->import->certificate;
	const struct certificate *issuer = chain->steps[0].certificate;

	return certificate->key.family == issuer->key.family ||
	       import_refuse(chain->rules, IMPORT_RULE_ALGORITHM_FAMILY, chain->fault,
		       "The key of the certificate is %s, that of its issuer, %.*s, is %s: ACM wants both to be RSA or "
		       "both to be EC.",
		       certificate->key.words, STR_ARG(place(chain, chain->steps[0])), issuer->key.words);
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
	size_t issuer = nowhere;

	if (field.p == NULL)
		return absence_check(import, rules, arena, fault);
	if (!chain_field_read(import, field, rules, arena, fault))
		return false;
	/* A self-signed certificate is its own chain: giving it so is harmless, and common. */
	if (import->self_signed && import->chain_count == 1 &&
		bytes_equal(import->chain[0]->der, import->certificate->der))
		return true;

	struct chain chain = { .import = import,
		.rules = rules,
		.verifier = verifier,
		.arena = arena,
		.fault = fault,
		.now_ms = now_ms,
		.tries = 2 * import->chain_count + CHAIN_MAX_NAMESAKES };
	if (!steps_collect(&chain))
		return false;
	/* The rule is relaxed, and there was nothing but copies. */
	if (import->self_signed && chain.count == 0)
		return true;
	if (!issuer_find(&chain, &issuer) || !order_check(&chain, issuer) || !steps_check(&chain))
		return false;
	return issuer == nowhere || family_check(&chain);
}
