#include "x509/import.h"

#include "base/clock.h"
#include "x509/chain.h"
#include "x509/usage.h"

enum { OCSP_URL_MAX_CHARACTERS = 1000 };

const struct field_rules import_field_rules = {
	.count = IMPORT_RULE_CERTIFICATE_COUNT,
	.pem = IMPORT_RULE_CERTIFICATE_PEM,
	.version = IMPORT_RULE_CERTIFICATE_V3,
	.profile = IMPORT_RULE_CERTIFICATE_PROFILE,
	.chain_pem = IMPORT_RULE_CHAIN_PEM,
	.chain_max = IMPORT_MAX_CHAIN,
};

static bool
key_check(const struct certificate *certificate, const struct import_rules *rules, struct fault *fault)
{
	static const char expected[] = "RSA 1024, 2048, 3072 and 4096 and EC P-256, P-384 and P-521 are supported";
	const struct key_description *key = &certificate->key;

	if (key->algorithm != KEY_UNSUPPORTED)
		return true;
	if (key->odd_bits != 0)
		return import_refuse_other(rules, IMPORT_RULE_KEY_SUPPORTED, key->odd_bits, fault,
			"The certificate's key is %s; %s. Have it issued for such a key.", key->words, expected);
	return import_refuse(rules, IMPORT_RULE_KEY_SUPPORTED, fault,
		"The certificate's key is %s; %s. Have it issued for such a key.", key->words, expected);
}

bool
import_read(struct bytes certificate_field, const struct import_rules *rules, struct arena *arena, struct import *out,
	struct fault *fault)
{
	const struct certificate *certificate;

	if (!certificate_field_read(certificate_field, &import_field_rules, rules, arena, &certificate, fault))
		return false;
	if (!key_check(certificate, rules, fault))
		return false;
	*out = (struct import){ .certificate = certificate };
	return true;
}

static bool
validity_check(const struct certificate *certificate, int64_t now_ms, const struct import_rules *rules,
	struct arena *arena, struct fault *fault)
{
	if (now_ms < certificate->not_before_ms &&
		!import_refuse(rules, IMPORT_RULE_NOT_BEFORE, fault,
			"It is valid from %s on; it is now %s. Import it then, or set the clock right.",
			clock_render_iso(certificate->not_before_ms, arena).p, clock_render_iso(now_ms, arena).p))
		return false;
	return now_ms <= certificate->not_after_ms ||
	       import_refuse(rules, IMPORT_RULE_NOT_AFTER, fault,
		       "It was valid until %s; it is now %s. Import its successor.",
		       clock_render_iso(certificate->not_after_ms, arena).p, clock_render_iso(now_ms, arena).p);
}

static bool
ocsp_check(const struct certificate *certificate, const struct import_rules *rules, struct fault *fault)
{
	for (size_t i = 0; i < certificate->ocsp_url_count; i++) {
		size_t length = utf8_length(certificate->ocsp_urls[i]);
		if (length > OCSP_URL_MAX_CHARACTERS &&
			!import_refuse(rules, IMPORT_RULE_OCSP_URL, fault,
				"OCSP URL %zu of the certificate's authority information access has %zu characters.",
				i + 1, length))
			return false;
	}
	return true;
}

static bool
usage_check(const struct certificate *certificate, const struct import_rules *rules, struct arena *arena,
	struct fault *fault)
{
	if (!certificate->has_extended_key_usage || usage_allows(certificate, USAGE_SERVER_AUTHENTICATION) ||
		usage_allows(certificate, USAGE_CLIENT_AUTHENTICATION))
		return true;
	return import_refuse(rules, IMPORT_RULE_TLS_USAGE, fault,
		"Its extended key usage allows %.*s; a TLS certificate allows serverAuth, clientAuth or "
		"anyExtendedKeyUsage, or has no such extension. Ask the CA for a TLS certificate.",
		STR_ARG(usage_words(certificate, arena)));
}

static bool
name_check(const struct certificate *certificate, const struct import_rules *rules, struct fault *fault)
{
	for (size_t i = 0; i < certificate->name_count; i++)
		if (certificate->names[i].kind == GENERAL_NAME_DNS || certificate->names[i].kind == GENERAL_NAME_IP)
			return true;
	return name_get(&certificate->subject_name, NAME_OID_COMMON_NAME).p != NULL ||
	       import_refuse(rules, IMPORT_RULE_DOMAIN_NAME, fault,
		       "It names no host: its subjectAltName has neither a DNS name nor an IP address, and its subject "
		       "has no common name. Ask the CA for a certificate for your host's name.");
}

bool
import_check(struct import *import, struct bytes chain_field, int64_t now_ms, const struct import_rules *rules,
	struct verifier *verifier, struct arena *arena, struct fault *fault)
{
	const struct certificate *certificate = import->certificate;

	if (!validity_check(certificate, now_ms, rules, arena, fault))
		return false;
	if (certificate->issuer_name.n == 0 && !import_refuse(rules, IMPORT_RULE_ISSUER_NAME, fault,
						       "The Issuer field of the certificate must not be empty. Have it "
						       "issued by a CA that has a name."))
		return false;
	if (!ocsp_check(certificate, rules, fault) || !usage_check(certificate, rules, arena, fault) ||
		!name_check(certificate, rules, fault))
		return false;

	import->self_signed = verifier_self_signed(verifier, certificate, false);
	return chain_check(import, chain_field, now_ms, rules, verifier, arena, fault);
}
