#include "x509/path.h"

#include "base/clock.h"
#include "x509/usage.h"

enum {
	/* CAs that renewed their keys under one name, or were signed across: so many of one name are tried, since each
	 * try costs a verification that somebody else chose. */
	PATH_MAX_NAMESAKES = 16,
};

static const size_t nowhere = SIZE_MAX;

struct str
path_place(const struct path *path, struct path_step step)
{
	struct str label = certificate_label(step.certificate, path->arena);

	if (step.position == 0)
		return arena_printf(path->arena, "the certificate (%.*s)", STR_ARG(label));
	return arena_printf(path->arena, "certificate %zu of %zu in CertificateChain (%.*s)", step.position,
		path->chain_count, STR_ARG(label));
}

static enum verify_result
verify(struct path *path, const struct certificate *certificate, const struct certificate *issuer)
{
	if (path->tries == 0)
		return VERIFY_BAD_SIGNATURE;
	path->tries--;
	return verifier_verify(path->verifier, certificate, issuer, certificate != path->certificate);
}

/* Why a certificate of the right name is not the issuer after all. */
static struct str
mismatch_words(const struct path *path, const struct certificate *certificate, const struct certificate *issuer,
	enum verify_result result)
{
	if (result == VERIFY_UNSUPPORTED)
		return arena_printf(path->arena,
			"has the issuer's name, but a signature of algorithm %s cannot be verified here with its key, "
			"%s. Only a CA that signs otherwise can help",
			certificate->signature_algorithm, issuer->key.words);
	return STR("has the issuer's name, but its key did not make the signature: it may be an older or a newer "
		   "certificate of the same CA. Put the one whose key did into CertificateChain");
}

/* ---- The certificate's own issuer ---- */

static struct str
repeat_cure(const struct path *path)
{
	if (path->self_signed)
		return STR("it is self-signed: leave CertificateChain out");
	return arena_printf(path->arena, "take it out, and begin with the certificate of its issuer, %.*s",
		STR_ARG(certificate_issuer_label(path->certificate, path->arena)));
}

bool
path_collect(struct path *path)
{
	path->tries = 2 * path->chain_count + PATH_MAX_NAMESAKES;
	path->steps = ARENA_ARRAY(path->arena, struct path_step, path->chain_count);
	for (size_t i = 0; i < path->chain_count; i++) {
		static const char advice[] =
			"CertificateChain repeats the certificate itself, as certificate %zu of %zu: %.*s.";
		if (!bytes_equal(path->chain[i]->der, path->certificate->der)) {
			path->steps[path->count++] = (struct path_step){ path->chain[i], i + 1 };
			continue;
		}
		struct str cure = repeat_cure(path);
		if (i == 0 ? !import_refuse(path->rules, path->rule_without_certificate, path->fault, advice, i + 1,
				     path->chain_count, STR_ARG(cure))
			   : !import_refuse_other(path->rules, path->rule_without_certificate, i, path->fault, advice,
				     i + 1, path->chain_count, STR_ARG(cure)))
			return false;
	}
	return true;
}

static bool
issuer_refuse(const struct path *path, size_t namesake, enum verify_result result)
{
	const struct certificate *certificate = path->certificate;

	if (namesake != nowhere)
		return import_refuse(path->rules, path->rule_issuer, path->fault,
			"The issuer of %.*s is %.*s. There is %.*s: it %.*s.",
			STR_ARG(certificate_label(certificate, path->arena)),
			STR_ARG(certificate_issuer_label(certificate, path->arena)),
			STR_ARG(path_place(path, path->steps[namesake])),
			STR_ARG(mismatch_words(path, certificate, path->steps[namesake].certificate, result)));
	if (path->self_signed)
		return import_refuse(path->rules, path->rule_issuer, path->fault,
			"The certificate (%.*s) is self-signed, and no certificate in CertificateChain is its issuer: "
			"leave CertificateChain out.",
			STR_ARG(certificate_label(certificate, path->arena)));
	return import_refuse(path->rules, path->rule_issuer, path->fault,
		"The issuer of %.*s is %.*s, which is not the subject of any certificate in CertificateChain; it holds "
		"%zu, the first is %.*s. Put the issuer's certificate first.",
		STR_ARG(certificate_label(certificate, path->arena)),
		STR_ARG(certificate_issuer_label(certificate, path->arena)), path->chain_count,
		STR_ARG(certificate_label(path->chain[0], path->arena)));
}

/* Where the issuer stands among the steps; SIZE_MAX when nowhere and that rule is relaxed. */
static bool
issuer_find(struct path *path, size_t *out)
{
	const struct certificate *certificate = path->certificate;
	size_t namesake = nowhere;
	size_t namesakes = 0;
	enum verify_result first = VERIFY_OK;

	for (size_t i = 0; i < path->count && namesakes < PATH_MAX_NAMESAKES; i++) {
		if (!certificate_is_issued_by(certificate, path->steps[i].certificate))
			continue;
		enum verify_result result = verify(path, certificate, path->steps[i].certificate);
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
	return issuer_refuse(path, namesake, first);
}

/* ---- Order ---- */

static bool
names_run_backwards(const struct path *path)
{
	for (size_t i = 0; i + 1 < path->count; i++)
		if (!name_equal(path->steps[i + 1].certificate->issuer, path->steps[i].certificate->subject))
			return false;
	return path->count > 1;
}

static bool
order_refuse_start(const struct path *path, size_t issuer)
{
	if (issuer + 1 == path->count && names_run_backwards(path))
		return import_refuse(path->rules, path->rule_order, path->fault,
			"CertificateChain is in reverse order: turn it round, so that it begins with %.*s, the issuer "
			"of the certificate.",
			STR_ARG(certificate_label(path->steps[issuer].certificate, path->arena)));
	return import_refuse(path->rules, path->rule_order, path->fault,
		"The issuer of the certificate is %.*s: it must be the first.",
		STR_ARG(path_place(path, path->steps[issuer])));
}

/* The step that has the name of `certificate`'s issuer, from `first` on. */
static size_t
name_find(const struct path *path, const struct certificate *certificate, size_t first)
{
	for (size_t i = first; i < path->count; i++)
		if (certificate_is_issued_by(certificate, path->steps[i].certificate))
			return i;
	return nowhere;
}

/* steps[i] does not certify steps[i - 1]. */
static bool
order_refuse_link(const struct path *path, size_t i, enum verify_result result)
{
	struct path_step child = path->steps[i - 1];
	struct path_step parent = path->steps[i];
	struct str child_place = path_place(path, child);
	struct str parent_place = path_place(path, parent);

	if (bytes_equal(child.certificate->der, parent.certificate->der))
		return import_refuse(path->rules, path->rule_order, path->fault,
			"Number %zu repeats %.*s: take it out.", parent.position, STR_ARG(child_place));
	if (certificate_is_issued_by(child.certificate, parent.certificate))
		return import_refuse(path->rules, path->rule_order, path->fault,
			"The issuer of %.*s should be %.*s, which %.*s.", STR_ARG(child_place), STR_ARG(parent_place),
			STR_ARG(mismatch_words(path, child.certificate, parent.certificate, result)));
	if (certificate_is_self_issued(child.certificate))
		return import_refuse(path->rules, path->rule_order, path->fault,
			"The chain ends with %.*s, which is its own issuer; %.*s is not part of it. Take out what "
			"follows number %zu.",
			STR_ARG(child_place), STR_ARG(parent_place), child.position);
	size_t elsewhere = name_find(path, child.certificate, i + 1);
	if (elsewhere != nowhere)
		return import_refuse(path->rules, path->rule_order, path->fault,
			"The issuer of %.*s is number %zu, which must follow it; number %zu (%.*s) stands between "
			"them.",
			STR_ARG(child_place), path->steps[elsewhere].position, parent.position,
			STR_ARG(certificate_label(parent.certificate, path->arena)));
	return import_refuse(path->rules, path->rule_order, path->fault,
		"The issuer of %.*s is %.*s, but it is followed by %.*s. Put the issuer's certificate between them, or "
		"take out what follows number %zu.",
		STR_ARG(child_place), STR_ARG(certificate_issuer_label(child.certificate, path->arena)),
		STR_ARG(parent_place), child.position);
}

static enum verify_result
link_verify(struct path *path, size_t i)
{
	const struct certificate *child = path->steps[i - 1].certificate;
	const struct certificate *parent = path->steps[i].certificate;

	if (!certificate_is_issued_by(child, parent) || bytes_equal(child->der, parent->der))
		return VERIFY_BAD_SIGNATURE;
	return verify(path, child, parent);
}

static void
steps_swap(struct path *path, size_t a, size_t b)
{
	struct path_step step = path->steps[a];

	path->steps[a] = path->steps[b];
	path->steps[b] = step;
}

/* The rule is relaxed: brings the steps into order, from the issuer (steps[0]) on, and leaves out what has no place. */
static void
steps_sort(struct path *path)
{
	size_t sorted = 1;

	for (size_t i = sorted; i < path->count;) {
		const struct certificate *child = path->steps[sorted - 1].certificate;
		const struct certificate *parent = path->steps[i].certificate;
		if (certificate_is_issued_by(child, parent) && verify(path, child, parent) == VERIFY_OK) {
			steps_swap(path, sorted++, i);
			i = sorted;
		} else {
			i++;
		}
	}
	path->count = sorted;
}

bool
path_order(struct path *path)
{
	size_t issuer = nowhere;

	if (!issuer_find(path, &issuer))
		return false;
	path->has_issuer = issuer != nowhere;
	if (path->has_issuer && issuer > 0) {
		if (!order_refuse_start(path, issuer))
			return false;
		steps_swap(path, 0, issuer);
		steps_sort(path);
		return true;
	}
	for (size_t i = 1; i < path->count; i++) {
		enum verify_result result = link_verify(path, i);
		if (result == VERIFY_OK)
			continue;
		if (!order_refuse_link(path, i, result))
			return false;
		steps_sort(path);
		return true;
	}
	return true;
}

/* ---- Each step ---- */

static const char *
cure(struct path_step step)
{
	return step.position == 0 ? "Have it issued anew" : "Use the chain that the CA publishes";
}

bool
path_check_ca(const struct path *path, struct path_step step, enum import_rule rule)
{
	const struct certificate *certificate = step.certificate;

	if (certificate->is_ca)
		return true;
	const char *found = certificate->has_basic_constraints ? "its basicConstraints say CA:FALSE"
			    : certificate->version == 3        ? "it has no basicConstraints"
							: "before version 3 a certificate cannot say that it is a CA's";
	return import_refuse(path->rules, rule, path->fault,
		"Not a CA's certificate: %.*s; %s, where CA:TRUE is wanted. %s.", STR_ARG(path_place(path, step)),
		found, cure(step));
}

bool
path_check_key_usage(const struct path *path, struct path_step step, enum import_rule rule)
{
	const struct certificate *certificate = step.certificate;

	return !certificate->has_key_usage || (certificate->key_usage & KEY_USAGE_KEY_CERT_SIGN) != 0 ||
	       import_refuse(path->rules, rule, path->fault,
		       "The key of %.*s may not sign certificates: its key usage is %.*s, where keyCertSign is wanted. "
		       "%s.",
		       STR_ARG(path_place(path, step)), STR_ARG(key_usage_words(certificate->key_usage, path->arena)),
		       cure(step));
}

bool
path_check_validity(const struct path *path, struct path_step step, enum import_rule rule)
{
	const struct certificate *certificate = step.certificate;

	if (path->now_ms < certificate->not_before_ms)
		return import_refuse_other(path->rules, rule, 0, path->fault, "Valid from %s on: %.*s; it is now %s.",
			clock_render_iso(certificate->not_before_ms, path->arena).p, STR_ARG(path_place(path, step)),
			clock_render_iso(path->now_ms, path->arena).p);
	return path->now_ms <= certificate->not_after_ms ||
	       import_refuse(path->rules, rule, path->fault, "Valid until %s: %.*s; it is now %s. %s%s.",
		       clock_render_iso(certificate->not_after_ms, path->arena).p, STR_ARG(path_place(path, step)),
		       clock_render_iso(path->now_ms, path->arena).p, cure(step), step.position == 0 ? "" : " today");
}

bool
path_check_length(const struct path *path, struct path_step step, int below, const char *where, enum import_rule rule)
{
	int allowed = step.certificate->path_length;

	return allowed < 0 || below <= allowed ||
	       import_refuse(path->rules, rule, path->fault,
		       "The path length of %.*s is %d, the number of CAs that may stand %s; found: %d.",
		       STR_ARG(path_place(path, step)), allowed, where, below);
}
