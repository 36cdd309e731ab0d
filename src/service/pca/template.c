/* template.c — a row for each of AWS's templates (API 2017-08-22), as its user guide lists them.
 *
 * Where the guide is odd, so are we: EndEntityClientAuthCertificate lets the request's distribution point pass although
 * it is a base template, and BlankEndEntityCertificate_CriticalBasicConstraints_CSRPassthrough is said to take subject
 * and names from the API, which a template of that kind ignores. */
#include "service/pca/template.h"

#include "base/attributes.h"
#include "x509/certificate.h"

#define SERVER "1.3.6.1.5.5.7.3.1"
#define CLIENT "1.3.6.1.5.5.7.3.2"
#define CODE "1.3.6.1.5.5.7.3.3"
#define OCSP "1.3.6.1.5.5.7.3.9"

/* What a row is made of. Words that stand alone say what a certificate of the template is. */
#define LEAF .path_length = -1
#define CRITICAL_LEAF .path_length = -1, .basic_constraints_critical = true
#define ROOT .is_ca = true, .is_root = true, .path_length = -1, .basic_constraints_critical = true
#define SUBORDINATE(n) .is_ca = true, .path_length = (n), .basic_constraints_critical = true
#define SIGNS .key_usage = KEY_USAGE_DIGITAL_SIGNATURE
#define SIGNS_AND_ENCIPHERS .key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT
#define CERTIFIES .key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN
#define FOR(...) .extended_key_usage = { __VA_ARGS__ }
#define ONLY_FOR(usage) .extended_key_usage = { usage }, .extended_key_usage_critical = true
#define API .from_api = true
#define CSR .from_csr = true
#define SHARED .for_other_accounts = true
/* Distribution points. */
#define HERE .crl_sources = TEMPLATE_CRL_CONFIGURED
#define HERE_OR_CSR .crl_sources = TEMPLATE_CRL_CONFIGURED | TEMPLATE_CRL_FROM_CSR
#define HERE_OR_API .crl_sources = TEMPLATE_CRL_CONFIGURED | TEMPLATE_CRL_FROM_API
#define HERE_OR_BOTH .crl_sources = TEMPLATE_CRL_CONFIGURED | TEMPLATE_CRL_FROM_CSR | TEMPLATE_CRL_FROM_API

#define BLANK "BlankEndEntityCertificate_"
#define BLANK_CA "BlankSubordinateCACertificate_PathLen"
#define CA "SubordinateCACertificate_PathLen"
#define API_V1 "_APIPassthrough/V1"
#define CSR_V1 "_CSRPassthrough/V1"
#define BOTH_V1 "_APICSRPassthrough/V1"

const struct template templates[] = {
	{ BLANK "APIPassthrough/V1", LEAF, API, HERE, SHARED },
	{ BLANK "APICSRPassthrough/V1", LEAF, API, CSR, HERE_OR_CSR, SHARED },
	{ BLANK "CriticalBasicConstraints" BOTH_V1, CRITICAL_LEAF, API, CSR, HERE_OR_BOTH },
	{ BLANK "CriticalBasicConstraints" API_V1, CRITICAL_LEAF, API, HERE_OR_API },
	{ BLANK "CriticalBasicConstraints" CSR_V1, CRITICAL_LEAF, CSR, HERE_OR_CSR },
	{ BLANK "CSRPassthrough/V1", LEAF, CSR, HERE_OR_CSR },

	{ BLANK_CA "0" CSR_V1, SUBORDINATE(0), CSR, HERE_OR_CSR },
	{ BLANK_CA "0" BOTH_V1, SUBORDINATE(0), API, CSR, HERE_OR_CSR },
	{ BLANK_CA "0" API_V1, SUBORDINATE(0), API, HERE },
	{ BLANK_CA "1" API_V1, SUBORDINATE(1), API, HERE },
	{ BLANK_CA "1" CSR_V1, SUBORDINATE(1), CSR, HERE_OR_CSR },
	{ BLANK_CA "1" BOTH_V1, SUBORDINATE(1), API, CSR, HERE_OR_CSR },
	{ BLANK_CA "2" API_V1, SUBORDINATE(2), API, HERE },
	{ BLANK_CA "2" CSR_V1, SUBORDINATE(2), CSR, HERE_OR_CSR },
	{ BLANK_CA "2" BOTH_V1, SUBORDINATE(2), API, CSR, HERE_OR_CSR },
	{ BLANK_CA "3" API_V1, SUBORDINATE(3), API, HERE },
	{ BLANK_CA "3" CSR_V1, SUBORDINATE(3), CSR, HERE_OR_CSR },
	{ BLANK_CA "3" BOTH_V1, SUBORDINATE(3), API, CSR, HERE_OR_CSR },

	{ "CodeSigningCertificate/V1", LEAF, SIGNS, ONLY_FOR(CODE), HERE },
	{ "CodeSigningCertificate" BOTH_V1, LEAF, SIGNS, ONLY_FOR(CODE), API, CSR, HERE_OR_CSR },
	{ "CodeSigningCertificate" API_V1, LEAF, SIGNS, ONLY_FOR(CODE), API, HERE },
	{ "CodeSigningCertificate" CSR_V1, LEAF, SIGNS, ONLY_FOR(CODE), CSR, HERE_OR_CSR },

	{ TEMPLATE_DEFAULT, LEAF, SIGNS_AND_ENCIPHERS, FOR(SERVER, CLIENT), HERE, SHARED },
	{ "EndEntityCertificate" BOTH_V1, LEAF, SIGNS_AND_ENCIPHERS, FOR(SERVER, CLIENT), API, CSR, HERE_OR_CSR },
	{ "EndEntityCertificate" API_V1, LEAF, SIGNS_AND_ENCIPHERS, FOR(SERVER, CLIENT), API, HERE },
	{ "EndEntityCertificate" CSR_V1, LEAF, SIGNS_AND_ENCIPHERS, FOR(SERVER, CLIENT), CSR, HERE_OR_CSR },

	{ "EndEntityClientAuthCertificate/V1", LEAF, SIGNS_AND_ENCIPHERS, FOR(CLIENT), HERE_OR_CSR, SHARED },
	{ "EndEntityClientAuthCertificate" BOTH_V1, LEAF, SIGNS_AND_ENCIPHERS, FOR(CLIENT), API, CSR, HERE_OR_CSR },
	{ "EndEntityClientAuthCertificate" API_V1, LEAF, SIGNS_AND_ENCIPHERS, FOR(CLIENT), API, HERE },
	{ "EndEntityClientAuthCertificate" CSR_V1, LEAF, SIGNS_AND_ENCIPHERS, FOR(CLIENT), CSR, HERE_OR_CSR },

	{ "EndEntityServerAuthCertificate/V1", LEAF, SIGNS_AND_ENCIPHERS, FOR(SERVER), HERE, SHARED },
	{ "EndEntityServerAuthCertificate" BOTH_V1, LEAF, SIGNS_AND_ENCIPHERS, FOR(SERVER), API, CSR, HERE_OR_CSR },
	{ "EndEntityServerAuthCertificate" API_V1, LEAF, SIGNS_AND_ENCIPHERS, FOR(SERVER), API, HERE },
	{ "EndEntityServerAuthCertificate" CSR_V1, LEAF, SIGNS_AND_ENCIPHERS, FOR(SERVER), CSR, HERE_OR_CSR },

	{ "OCSPSigningCertificate/V1", LEAF, SIGNS, ONLY_FOR(OCSP), HERE },
	{ "OCSPSigningCertificate" BOTH_V1, LEAF, SIGNS, ONLY_FOR(OCSP), API, CSR, HERE_OR_CSR },
	{ "OCSPSigningCertificate" API_V1, LEAF, SIGNS, ONLY_FOR(OCSP), API, HERE },
	{ "OCSPSigningCertificate" CSR_V1, LEAF, SIGNS, ONLY_FOR(OCSP), CSR, HERE_OR_CSR },

	{ "RootCACertificate/V1", ROOT, CERTIFIES },
	{ "RootCACertificate" API_V1, ROOT, CERTIFIES, API },

	{ CA "0/V1", SUBORDINATE(0), CERTIFIES, HERE, SHARED },
	{ CA "0" BOTH_V1, SUBORDINATE(0), CERTIFIES, API, CSR, HERE_OR_CSR },
	{ CA "0" API_V1, SUBORDINATE(0), CERTIFIES, API, HERE },
	{ CA "0" CSR_V1, SUBORDINATE(0), CERTIFIES, CSR, HERE_OR_CSR },
	{ CA "1/V1", SUBORDINATE(1), CERTIFIES, HERE },
	{ CA "1" BOTH_V1, SUBORDINATE(1), CERTIFIES, API, CSR, HERE_OR_CSR },
	{ CA "1" API_V1, SUBORDINATE(1), CERTIFIES, API, HERE },
	{ CA "1" CSR_V1, SUBORDINATE(1), CERTIFIES, CSR, HERE_OR_CSR },
	{ CA "2/V1", SUBORDINATE(2), CERTIFIES, HERE },
	{ CA "2" BOTH_V1, SUBORDINATE(2), CERTIFIES, API, CSR, HERE_OR_CSR },
	{ CA "2" API_V1, SUBORDINATE(2), CERTIFIES, API, HERE },
	{ CA "2" CSR_V1, SUBORDINATE(2), CERTIFIES, CSR, HERE_OR_CSR },
	{ CA "3/V1", SUBORDINATE(3), CERTIFIES, HERE },
	{ CA "3" BOTH_V1, SUBORDINATE(3), CERTIFIES, API, CSR, HERE_OR_CSR },
	{ CA "3" API_V1, SUBORDINATE(3), CERTIFIES, API, HERE },
	{ CA "3" CSR_V1, SUBORDINATE(3), CERTIFIES, CSR, HERE_OR_CSR },
};
const size_t template_count = ARRAY_COUNT(templates);

const struct template *
template_named(struct str name)
{
	for (size_t i = 0; i < template_count; i++) {
		if (str_is(name, templates[i].name))
			return &templates[i];
	}
	return NULL;
}

const struct template *
template_find(struct str arn, const char *partition)
{
	static const struct str service = { "acm-pca:::template/", 19 };
	struct str prefix, named;

	if (!str_cut(&arn, ':', &prefix) || !str_is(prefix, "arn") || !str_cut(&arn, ':', &named) ||
		!str_is(named, partition))
		return NULL;
	if (!str_starts_with(arn, service))
		return NULL;
	return template_named((struct str){ arn.p + service.n, arn.n - service.n });
}

struct str
template_arn(struct arena *arena, const char *partition, struct str name)
{
	return arena_printf(arena, "arn:%s:acm-pca:::template/%.*s", partition, STR_ARG(name));
}
