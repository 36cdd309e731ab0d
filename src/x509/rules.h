/* rules.h — every rule of an import, and of the import of a CA's own certificate, by name, in one table.
 *
 * Each has AWS's code and first sentence, the document it comes from, and its own test. Any can be relaxed by its name,
 * except those without which there would be nothing to keep: they say why. A refusal is AWS's sentence, then which
 * certificate (position, subject), what was found, what was expected, and what to do. */
#ifndef CHANCERY_X509_RULES_H
#define CHANCERY_X509_RULES_H

#include "base/fault.h"
#include "base/str.h"

enum import_rule {
	/* The certificate field. */
	IMPORT_RULE_CERTIFICATE_COUNT,   /* "certificate-count": exactly one certificate */
	IMPORT_RULE_CERTIFICATE_PEM,     /* "certificate-pem": one block, but not readable */
	IMPORT_RULE_CERTIFICATE_V3,      /* "certificate-v3" */
	IMPORT_RULE_CERTIFICATE_PROFILE, /* "certificate-profile": RFC 5280 well-formedness: serial >= 0 and <= 20
					  * octets, no duplicate extension, equal signature algorithms, no NUL in names,
					  * … */

	/* The private key: checked and proved in the signer. */
	IMPORT_RULE_KEY_PEM,       /* "key-pem" */
	IMPORT_RULE_KEY_COUNT,     /* "key-count": exactly one key */
	IMPORT_RULE_KEY_ENCRYPTED, /* "key-unencrypted" */
	IMPORT_RULE_KEY_SUPPORTED, /* "key-supported": algorithm and size, of the certificate and of the key */
	IMPORT_RULE_KEY_MATCH,     /* "key-match" */

	/* The certificate's content. */
	IMPORT_RULE_NOT_BEFORE,  /* "not-before" */
	IMPORT_RULE_NOT_AFTER,   /* "not-after" */
	IMPORT_RULE_ISSUER_NAME, /* "issuer-name": not empty */
	IMPORT_RULE_OCSP_URL,    /* "ocsp-url-length": at most 1000 characters */
	IMPORT_RULE_TLS_USAGE,   /* "tls-usage": EKU, if there, allows server or client authentication */
	IMPORT_RULE_DOMAIN_NAME, /* "domain-name": a DNS name, an IP address or a CN */

	/* The chain. */
	IMPORT_RULE_CHAIN_PEM,      /* "chain-pem" */
	IMPORT_RULE_CHAIN_REQUIRED, /* "chain-required": a certificate that is not self-signed comes with one */
	IMPORT_RULE_CHAIN_NO_LEAF,  /* "chain-without-certificate": the chain does not repeat the certificate */
	IMPORT_RULE_CHAIN_ISSUER, /* "chain-issuer": the issuer is the subject of a chain certificate, and signed it */
	IMPORT_RULE_CHAIN_ORDER,  /* "chain-order": each certifies the one before it, by name and signature */
	IMPORT_RULE_CHAIN_CA,     /* "chain-ca": basicConstraints CA:TRUE */
	IMPORT_RULE_CHAIN_PATH_LENGTH, /* "chain-path-length" */
	IMPORT_RULE_CHAIN_KEY_USAGE,   /* "chain-key-usage": keyCertSign where keyUsage is there */
	IMPORT_RULE_CHAIN_VALIDITY,    /* "chain-validity": now is within each */
	IMPORT_RULE_ALGORITHM_FAMILY,  /* "algorithm-family": the certificate's key is of its signing CA's family */

	/* A re-import, against the certificate that is there. */
	IMPORT_RULE_REPLACE_TYPE,               /* "replace-imported-only" */
	IMPORT_RULE_REPLACE_TAGS,               /* "replace-without-tags" */
	IMPORT_RULE_REPLACE_KEY,                /* "replace-key-type": same key type and size */
	IMPORT_RULE_REPLACE_NAMES,              /* "replace-names": at least one name stays in the certificate */
	IMPORT_RULE_REPLACE_KEY_USAGE,          /* "replace-key-usage" */
	IMPORT_RULE_REPLACE_EXTENDED_KEY_USAGE, /* "replace-extended-key-usage" */

	/* A CA's own certificate (authority_import.h), in the order of the checks. Its field. */
	IMPORT_RULE_CA_CERTIFICATE_COUNT,   /* "ca-certificate-count": exactly one certificate */
	IMPORT_RULE_CA_CERTIFICATE_PEM,     /* "ca-certificate-pem" */
	IMPORT_RULE_CA_CERTIFICATE_V3,      /* "ca-certificate-v3" */
	IMPORT_RULE_CA_CERTIFICATE_PROFILE, /* "ca-certificate-profile": as "certificate-profile" */

	/* Whose it is, and what must come with it. */
	IMPORT_RULE_CA_KEY_MATCH,        /* "ca-key-match": the key is the authority's */
	IMPORT_RULE_CA_SUBJECT_MATCH,    /* "ca-subject-match": the subject is that of the authority's CSR */
	IMPORT_RULE_CA_ROOT_SELF_SIGNED, /* "ca-root-self-signed" */
	IMPORT_RULE_CA_ROOT_NO_CHAIN,    /* "ca-root-without-chain"; relaxed: a chain is passed over */
	IMPORT_RULE_CA_SUBORDINATE_ROOT, /* "ca-subordinate-not-self-signed" */
	IMPORT_RULE_CA_CHAIN_REQUIRED,   /* "ca-chain-required": of a subordinate that is not self-signed */

	/* The content of the certificate and, but for the first, of each certificate of the chain. */
	IMPORT_RULE_CA_VALIDITY,                   /* "ca-validity": now is within */
	IMPORT_RULE_CA_BASIC_CONSTRAINTS,          /* "ca-basic-constraints": CA:TRUE */
	IMPORT_RULE_CA_BASIC_CONSTRAINTS_CRITICAL, /* "ca-basic-constraints-critical" */
	IMPORT_RULE_CA_KEY_USAGE,                  /* "ca-key-usage": keyCertSign where keyUsage is there */
	IMPORT_RULE_CA_CRITICAL_NAME_CONSTRAINTS, /* "ca-critical-name-constraints"; relaxed: as AWS's newer text has it
						   */
	IMPORT_RULE_CA_CRITICAL_EXTENSIONS,       /* "ca-critical-extensions": any other that is not on AWS's list */

	/* The chain. */
	IMPORT_RULE_CA_CHAIN_PEM,      /* "ca-chain-pem" */
	IMPORT_RULE_CA_CHAIN_NO_LEAF,  /* "ca-chain-without-certificate": the chain does not repeat the certificate */
	IMPORT_RULE_CA_DEPTH,          /* "ca-depth": AUTHORITY_MAX_LEVELS at most */
	IMPORT_RULE_CA_CHAIN_ISSUER,   /* "ca-chain-issuer": the first link, by name and signature */
	IMPORT_RULE_CA_CHAIN_ORDER,    /* "ca-chain-order": the links above it */
	IMPORT_RULE_CA_CHAIN_ROOT,     /* "ca-chain-ends-in-root": the last is self-signed */
	IMPORT_RULE_CA_CHAIN_VALIDITY, /* "ca-chain-validity" */
	IMPORT_RULE_CA_PATH_LENGTH,    /* "ca-path-length" */

	IMPORT_RULE_COUNT
};

struct import_rule_entry {
	const char *name;
	enum fault_code code;
	const char *sentence; /* AWS's first sentence */
	const char *other;  /* NULL, or the first sentence of the rule's second case; %zu in it is a number it names */
	const char *source; /* where the rule is stated: AWS's texts by name and section, RFCs by clause */
	const char *pinned; /* NULL, or why it cannot be relaxed */
};

const struct import_rule_entry *import_rule_entry(enum import_rule rule);
/* The rule of that name; false if there is none. */
bool import_rule_named(struct str name, enum import_rule *out);

/* Which rules are relaxed; zero-initialised: none. */
struct import_rules {
	unsigned char relaxed[IMPORT_RULE_COUNT];
};

/* Refuses unless the rule is relaxed: `if (broken && !import_refuse(rules, RULE, fault, "detail …")) return false;`
 * The detail is whole sentences, added to the table's. True: relaxed, go on. `rules` NULL: nothing is relaxed. A
 * pinned rule refuses whatever `rules` says. fault->rule tells which rule refused. */
#define import_refuse(rules, rule, fault, ...)                                                                         \
	import_refuse_at((rules), (rule), (fault), __FILE__ ":" FAULT_LINE(__LINE__), __VA_ARGS__)
bool import_refuse_at(const struct import_rules *rules, enum import_rule rule, struct fault *fault, const char *where,
	const char *format, ...) PRINTF_LIKE(5, 6);

/* Refuses whatever is relaxed: `return import_refuse_always(RULE, fault, …);` */
#define import_refuse_always(rule, fault, ...) ((void)import_refuse(NULL, (rule), (fault), __VA_ARGS__), false)

/* The same as import_refuse() with the rule's other first sentence, if it has one, its %zu filled by `number`. */
#define import_refuse_other(rules, rule, number, fault, ...)                                                           \
	import_refuse_other_at((rules), (rule), (number), (fault), __FILE__ ":" FAULT_LINE(__LINE__), __VA_ARGS__)
bool import_refuse_other_at(const struct import_rules *rules, enum import_rule rule, size_t number, struct fault *fault,
	const char *where, const char *format, ...) PRINTF_LIKE(6, 7);

#endif
