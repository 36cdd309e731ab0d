#include "x509/rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Sources. "import" is the list of guidelines in AWS's ImportCertificate reference; "prerequisites" and "reimport" are
 * chapters of the ACM User Guide; "recorded" means that the sentence was seen in a real answer. "CA import" is AWS's
 * ImportCertificateAuthorityCertificate reference, "RFC compliance" a chapter of the Private CA User Guide; no answer
 * of AWS's to a refused one was ever seen, so those first sentences are made after its texts. */
static const struct import_rule_entry rules_table[IMPORT_RULE_COUNT] = {
	[IMPORT_RULE_CERTIFICATE_COUNT] = {
		"certificate-count", FAULT_VALIDATION,
		"The certificate field contains more than one certificate. You can specify only one certificate in this field.",
		NULL, "recorded (aws-cli issue 6569): also said when there is none", NULL,
	},
	[IMPORT_RULE_CERTIFICATE_PEM] = {
		"certificate-pem", FAULT_VALIDATION,
		"Unable to parse certificate. Please ensure the certificate is in PEM format.",
		NULL, "ImportCertificate: \"must be PEM-encoded\"", NULL,
	},
	[IMPORT_RULE_CERTIFICATE_V3] = {
		"certificate-v3", FAULT_VALIDATION, "The certificate is not valid.",
		NULL, "prerequisites: \"X.509 version 3\"", NULL,
	},
	[IMPORT_RULE_CERTIFICATE_PROFILE] = {
		"certificate-profile", FAULT_VALIDATION, "The certificate is not valid.",
		NULL, "RFC 5280, 4.1 and 4.2", NULL,
	},
	[IMPORT_RULE_KEY_PEM] = {
		"key-pem", FAULT_VALIDATION, "The private key is not supported.", "Passed PEM was not a private key.",
		"ImportCertificate: \"must be PEM-encoded\"", NULL,
	},
	[IMPORT_RULE_KEY_COUNT] = {
		"key-count", FAULT_VALIDATION, "The private key is not supported.",
		NULL, "ImportCertificate: \"the private key\" is one", NULL,
	},
	[IMPORT_RULE_KEY_ENCRYPTED] = {
		"key-unencrypted", FAULT_VALIDATION, "The private key is not supported.",
		NULL, "ImportCertificate: \"the private key must be unencrypted\"",
		"no passphrase comes with an import, so an encrypted key can be neither proved nor used",
	},
	[IMPORT_RULE_KEY_SUPPORTED] = {
		"key-supported", FAULT_VALIDATION, "The private key is not supported.",
		"The private key length %zu is not supported for key algorithm.",
		"prerequisites: list of algorithms; KeyAlgorithm in the API",
		"the API has no name for other keys, and nothing here could prove them",
	},
	[IMPORT_RULE_KEY_MATCH] = {
		"key-match", FAULT_VALIDATION, "The private key does not match the public key in the certificate.",
		NULL, "ImportCertificate: \"the private key that matches\"", NULL,
	},
	[IMPORT_RULE_NOT_BEFORE] = {
		"not-before", FAULT_VALIDATION, "The certificate is not in effect yet, is not valid.",
		NULL, "ImportCertificate: \"between the Not Before and Not After fields\"", NULL,
	},
	[IMPORT_RULE_NOT_AFTER] = {
		"not-after", FAULT_VALIDATION, "The certificate has expired, is not valid.",
		NULL, "ImportCertificate: \"between the Not Before and Not After fields\"", NULL,
	},
	[IMPORT_RULE_ISSUER_NAME] = {
		"issuer-name", FAULT_VALIDATION, "The certificate is not valid.",
		NULL, "ImportCertificate: \"the Issuer field must not be empty\"", NULL,
	},
	[IMPORT_RULE_OCSP_URL] = {
		"ocsp-url-length", FAULT_VALIDATION, "The OCSP authority URL must not exceed 1000 characters.",
		NULL, "ImportCertificate: the same words", NULL,
	},
	[IMPORT_RULE_TLS_USAGE] = {
		"tls-usage", FAULT_VALIDATION, "The certificate is not valid.",
		NULL, "prerequisites: \"SSL/TLS … not for code signing, email encryption, or any other use\"", NULL,
	},
	[IMPORT_RULE_DOMAIN_NAME] = {
		"domain-name", FAULT_VALIDATION, "The certificate is not valid.",
		NULL, "prerequisites: \"the fully qualified domain name\" or an IP address", NULL,
	},
	[IMPORT_RULE_CHAIN_PEM] = {
		"chain-pem", FAULT_VALIDATION, "The certificate body/chain provided is not in a valid PEM format",
		NULL, "ImportCertificate: \"must be PEM-encoded\"", NULL,
	},
	[IMPORT_RULE_CHAIN_REQUIRED] = {
		"chain-required", FAULT_VALIDATION,
		"Provided certificate is not a valid self signed. Please provide either a valid self-signed certificate or "
		"certificate chain.",
		NULL, "ImportCertificate: \"if … not self-signed, you must enter its certificate chain\"; recorded", NULL,
	},
	[IMPORT_RULE_CHAIN_NO_LEAF] = {
		"chain-without-certificate", FAULT_VALIDATION,
		"Unable to validate certificate chain. The certificate chain must start with the immediate signing "
		"certificate, followed by any intermediaries in order. The index within the chain of the invalid certificate "
		"is: 0",
		"Unable to validate certificate chain. The certificate chain must start with the immediate signing "
		"certificate, followed by any intermediaries in order. The index within the chain of the invalid certificate "
		"is: %zu",
		"import troubleshooting; prerequisites: the chain does not hold the certificate", NULL,
	},
	[IMPORT_RULE_CHAIN_ISSUER] = {
		"chain-issuer", FAULT_VALIDATION, "Could not validate the certificate with the certificate chain.",
		NULL, "ImportCertificate: \"the issuer must be the subject of one of the certificates in the chain\"; recorded",
		NULL,
	},
	[IMPORT_RULE_CHAIN_ORDER] = {
		"chain-order", FAULT_VALIDATION,
		"Unable to validate certificate chain. The certificate chain must start with the immediate signing "
		"certificate, followed by any intermediaries in order. The index within the chain of the invalid certificate "
		"is: -1",
		NULL, "prerequisites: each certifies the one before it; recorded", NULL,
	},
	[IMPORT_RULE_CHAIN_CA] = {
		"chain-ca", FAULT_VALIDATION, "Could not validate the certificate with the certificate chain.",
		NULL, "RFC 5280, 6.1.4 (k)", NULL,
	},
	[IMPORT_RULE_CHAIN_PATH_LENGTH] = {
		"chain-path-length", FAULT_VALIDATION, "Could not validate the certificate with the certificate chain.",
		NULL, "RFC 5280, 4.2.1.9 and 6.1.4 (l)", NULL,
	},
	[IMPORT_RULE_CHAIN_KEY_USAGE] = {
		"chain-key-usage", FAULT_VALIDATION, "Could not validate the certificate with the certificate chain.",
		NULL, "RFC 5280, 6.1.4 (n)", NULL,
	},
	[IMPORT_RULE_CHAIN_VALIDITY] = {
		"chain-validity", FAULT_VALIDATION, "The certificate chain has expired, is not valid.",
		"The certificate chain is not in effect yet, is not valid.", "RFC 5280, 6.1.3 (a) (2)", NULL,
	},
	[IMPORT_RULE_ALGORITHM_FAMILY] = {
		"algorithm-family", FAULT_VALIDATION, "Could not validate the certificate with the certificate chain.",
		NULL, "ImportCertificate: \"the cryptographic algorithm … must match the algorithm of the signing CA\"", NULL,
	},
	[IMPORT_RULE_REPLACE_TYPE] = {
		"replace-imported-only", FAULT_VALIDATION, "The certificate is not an imported certificate.",
		NULL, "ImportCertificate: CertificateArn is \"of an imported certificate to replace\"",
		"a certificate that was issued here is renewed by its issuer, not replaced",
	},
	[IMPORT_RULE_REPLACE_TAGS] = {
		"replace-without-tags", FAULT_INVALID_PARAMETER,
		"You cannot specify tags when reimporting a certificate. You can use AddTagsToCertificate to add tags to a "
		"certificate.",
		NULL, "ImportCertificate: \"you cannot apply tags when reimporting\"", NULL,
	},
	[IMPORT_RULE_REPLACE_KEY] = {
		"replace-key-type", FAULT_VALIDATION,
		"The new certificate must have the same key type and size as the currently imported certificate",
		NULL, "reimport: conditions", NULL,
	},
	[IMPORT_RULE_REPLACE_NAMES] = {
		"replace-names", FAULT_VALIDATION, "New certificate must contain at least one domain name",
		NULL, "reimport: \"you cannot remove all of the domain names\"", NULL,
	},
	[IMPORT_RULE_REPLACE_KEY_USAGE] = {
		"replace-key-usage", FAULT_VALIDATION,
		"New certificate is missing one or more Key Usages supported by the currently imported certificate",
		NULL, "reimport: conditions; recorded", NULL,
	},
	[IMPORT_RULE_REPLACE_EXTENDED_KEY_USAGE] = {
		"replace-extended-key-usage", FAULT_VALIDATION,
		"New certificate is missing one or more Extended Key Usages supported by the currently imported certificate",
		NULL, "reimport: conditions; recorded", NULL,
	},
	[IMPORT_RULE_CA_CERTIFICATE_COUNT] = {
		"ca-certificate-count", FAULT_MALFORMED_CERTIFICATE, "The certificate is malformed.",
		NULL, "CA import: \"the PEM-encoded certificate\" is one", NULL,
	},
	[IMPORT_RULE_CA_CERTIFICATE_PEM] = {
		"ca-certificate-pem", FAULT_MALFORMED_CERTIFICATE, "The certificate is malformed.",
		NULL, "CA import: \"the PEM-encoded certificate\"", NULL,
	},
	[IMPORT_RULE_CA_CERTIFICATE_V3] = {
		"ca-certificate-v3", FAULT_MALFORMED_CERTIFICATE, "The certificate is malformed.",
		NULL, "RFC 5280, 4.1.2.1 and 6.1.4 (k)", "before version 3 a certificate cannot say that it is a CA's",
	},
	[IMPORT_RULE_CA_CERTIFICATE_PROFILE] = {
		"ca-certificate-profile", FAULT_MALFORMED_CERTIFICATE, "The certificate is malformed.",
		NULL, "RFC 5280, 4.1 and 4.2", NULL,
	},
	[IMPORT_RULE_CA_KEY_MATCH] = {
		"ca-key-match", FAULT_CERTIFICATE_MISMATCH,
		"The certificate public key does not match the public key of the certificate authority.",
		NULL, "CA import: the certificate comes of \"the certificate signing request (CSR)\" of the authority",
		"nothing that the authority signs could be verified with its certificate",
	},
	[IMPORT_RULE_CA_SUBJECT_MATCH] = {
		"ca-subject-match", FAULT_CERTIFICATE_MISMATCH,
		"The certificate subject does not match the certificate authority subject.",
		NULL, "CA import: the certificate comes of \"the certificate signing request (CSR)\" of the authority", NULL,
	},
	[IMPORT_RULE_CA_ROOT_SELF_SIGNED] = {
		"ca-root-self-signed", FAULT_INVALID_REQUEST,
		"Only a self-signed certificate can be imported as a root CA.",
		NULL, "CA import: the same words", NULL,
	},
	[IMPORT_RULE_CA_ROOT_NO_CHAIN] = {
		"ca-root-without-chain", FAULT_INVALID_REQUEST, "A certificate chain cannot be provided for a root CA.",
		NULL, "CA import: \"When you import a root CA, there is no chain\"", NULL,
	},
	[IMPORT_RULE_CA_SUBORDINATE_ROOT] = {
		"ca-subordinate-not-self-signed", FAULT_INVALID_REQUEST,
		"A self-signed certificate cannot be imported as a subordinate CA.",
		NULL, "CA import: the same words", NULL,
	},
	[IMPORT_RULE_CA_CHAIN_REQUIRED] = {
		"ca-chain-required", FAULT_INVALID_REQUEST,
		"A certificate chain is required when importing a subordinate CA certificate.",
		NULL, "CA import: \"This parameter must be supplied when you import a subordinate CA\"", NULL,
	},
	[IMPORT_RULE_CA_VALIDITY] = {
		"ca-validity", FAULT_MALFORMED_CERTIFICATE, "The certificate is not currently valid.",
		NULL, "RFC 5280, 6.1.3 (a) (2)", NULL,
	},
	[IMPORT_RULE_CA_BASIC_CONSTRAINTS] = {
		"ca-basic-constraints", FAULT_VALIDATION,
		"The certificate must include a critical basic constraints extension.",
		NULL, "RFC compliance: basic constraints; RFC 5280, 6.1.4 (k)", NULL,
	},
	[IMPORT_RULE_CA_BASIC_CONSTRAINTS_CRITICAL] = {
		"ca-basic-constraints-critical", FAULT_VALIDATION,
		"The certificate must include a critical basic constraints extension.",
		NULL, "CA import: \"Basic constraints (must be marked critical)\"; RFC 5280, 4.2.1.9", NULL,
	},
	[IMPORT_RULE_CA_KEY_USAGE] = {
		"ca-key-usage", FAULT_MALFORMED_CERTIFICATE, "The certificate's key usage must allow it to sign certificates.",
		NULL, "RFC 5280, 6.1.4 (n)", NULL,
	},
	[IMPORT_RULE_CA_CRITICAL_NAME_CONSTRAINTS] = {
		"ca-critical-name-constraints", FAULT_MALFORMED_CERTIFICATE,
		"The certificate contains an unsupported critical extension.",
		NULL, "CA import: \"rejects … Name constraints\"; a newer text (botocore 1.43.11) allows them", NULL,
	},
	[IMPORT_RULE_CA_CRITICAL_EXTENSIONS] = {
		"ca-critical-extensions", FAULT_MALFORMED_CERTIFICATE,
		"The certificate contains an unsupported critical extension.",
		NULL, "CA import: \"rejects the following extensions when they are marked critical … Any other extension\"",
		NULL,
	},
	[IMPORT_RULE_CA_CHAIN_PEM] = {
		"ca-chain-pem", FAULT_MALFORMED_CERTIFICATE, "The certificate chain is malformed.",
		NULL, "CA import: \"The chain must be PEM-encoded\"", NULL,
	},
	[IMPORT_RULE_CA_CHAIN_NO_LEAF] = {
		"ca-chain-without-certificate", FAULT_MALFORMED_CERTIFICATE,
		"The certificate chain must not include the certificate being imported.",
		NULL, "CA import: \"must not include the private CA certificate that you are importing\"", NULL,
	},
	[IMPORT_RULE_CA_DEPTH] = {
		"ca-depth", FAULT_VALIDATION, "The hierarchy of certificate authorities has too many levels.",
		NULL, "Private CA User Guide, hierarchies: at most five levels", NULL,
	},
	[IMPORT_RULE_CA_CHAIN_ISSUER] = {
		"ca-chain-issuer", FAULT_CERTIFICATE_MISMATCH, "The certificate chain is not valid.",
		NULL, "CA import: \"each certificate in the chain signs the one preceding\"", NULL,
	},
	[IMPORT_RULE_CA_CHAIN_ORDER] = {
		"ca-chain-order", FAULT_MALFORMED_CERTIFICATE, "The certificate chain is not valid.",
		NULL, "CA import: \"each certificate in the chain signs the one preceding\"", NULL,
	},
	[IMPORT_RULE_CA_CHAIN_ROOT] = {
		"ca-chain-ends-in-root", FAULT_MALFORMED_CERTIFICATE,
		"The last certificate in the chain must be a self-signed root.",
		NULL, "CA import: \"Your root CA must be the last certificate in your chain\"", NULL,
	},
	[IMPORT_RULE_CA_CHAIN_VALIDITY] = {
		"ca-chain-validity", FAULT_MALFORMED_CERTIFICATE, "The certificate chain is not currently valid.",
		NULL, "RFC 5280, 6.1.3 (a) (2)", NULL,
	},
	[IMPORT_RULE_CA_PATH_LENGTH] = {
		"ca-path-length", FAULT_VALIDATION, "Importing the certificate would violate a path length constraint.",
		NULL, "RFC compliance: path length; RFC 5280, 4.2.1.9 and 6.1.4 (l)", NULL,
	},
};

const struct import_rule_entry *
import_rule_entry(enum import_rule rule)
{
	return &rules_table[rule];
}

bool
import_rule_named(struct str name, enum import_rule *out)
{
	for (size_t i = 0; i < ARRAY_COUNT(rules_table); i++) {
		if (!str_is(name, rules_table[i].name))
			continue;
		*out = (enum import_rule)i;
		return true;
	}
	return false;
}

static bool
is_relaxed(const struct import_rules *rules, enum import_rule rule)
{
	return rules != NULL && rules->relaxed[rule] != 0 && rules_table[rule].pinned == NULL;
}

/* AWS's sentences end with a period, or do not; ours begin after one either way. */
static bool
refuse(enum import_rule rule, struct str sentence, struct fault *fault, const char *where, const char *detail)
{
	bool ended = sentence.n > 0 && sentence.p[sentence.n - 1] == '.';

	if (detail[0] == '\0')
		(void)fault_set_at(fault, rules_table[rule].code, where, "%.*s", STR_ARG(sentence));
	else
		(void)fault_set_at(
			fault, rules_table[rule].code, where, "%.*s%s %s", STR_ARG(sentence), ended ? "" : ".", detail);
	fault->rule = 1 + (unsigned)rule;
	return false;
}

bool
import_refuse_at(const struct import_rules *rules, enum import_rule rule, struct fault *fault, const char *where,
	const char *format, ...)
{
	char detail[FAULT_SAY_BYTES];
	va_list args;

	if (is_relaxed(rules, rule))
		return true;
	va_start(args, format);
	(void)vsnprintf(detail, sizeof detail, format, args);
	va_end(args);
	return refuse(rule, str_of(rules_table[rule].sentence), fault, where, detail);
}

bool
import_refuse_other_at(const struct import_rules *rules, enum import_rule rule, size_t number, struct fault *fault,
	const char *where, const char *format, ...)
{
	const struct import_rule_entry *entry = &rules_table[rule];
	const char *other = entry->other != NULL ? entry->other : entry->sentence;
	const char *gap = strstr(other, "%zu");
	char sentence[512]; /* the longest has 240 characters */
	char detail[FAULT_SAY_BYTES];
	va_list args;

	if (is_relaxed(rules, rule))
		return true;
	int n = gap == NULL
			? snprintf(sentence, sizeof sentence, "%s", other)
			: snprintf(sentence, sizeof sentence, "%.*s%zu%s", (int)(gap - other), other, number, gap + 3);
	va_start(args, format);
	(void)vsnprintf(detail, sizeof detail, format, args);
	va_end(args);
	return refuse(rule, (struct str){ sentence, n > 0 ? (size_t)n : 0 }, fault, where, detail);
}
