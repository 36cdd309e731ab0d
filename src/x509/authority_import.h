/* authority_import.h — the content rules of importing a CA's own certificate (ImportCertificateAuthorityCertificate):
 * the seed's three scenarios, and every rule P5 to P21, each by name in the table of rules.h.
 *
 * Pure: the caller says what the authority is and what time it is. */
#ifndef CHANCERY_X509_AUTHORITY_IMPORT_H
#define CHANCERY_X509_AUTHORITY_IMPORT_H

#include "x509/certificate.h"
#include "x509/rules.h"
#include "x509/verifier.h"

enum {
	AUTHORITY_MAX_CHAIN = 1500, /* as IMPORT_MAX_CHAIN */
	AUTHORITY_MAX_LEVELS = 5,   /* of a hierarchy, the root included (AWS) */
};

/* What the authority is by itself. */
struct authority_claim {
	bool is_root;
	struct bytes spki;    /* of its CSR */
	struct bytes subject; /* of its CSR; Name, DER */
};

struct authority_import {
	const struct certificate *certificate;
	/* As given: the issuer first, a root last; empty for a root. When rules are relaxed, put into that order,
	 * without what has no place in it. */
	const struct certificate *const *chain;
	size_t chain_count;
};

/* Reads both fields and checks all rules, IMPORT_RULE_CA_*; a chain that is absent, empty or white space is none.
 * Everything in *out lives in the arena. A refusal names the certificate ("the certificate", "certificate 2 of the
 * chain"), its subject, the extension by name and OID, and what to do. The codes are FAULT_MALFORMED_CERTIFICATE,
 * FAULT_CERTIFICATE_MISMATCH, FAULT_INVALID_REQUEST and FAULT_VALIDATION as each rule's entry has it. */
MUST_CHECK bool authority_import_check(struct bytes certificate_field, struct bytes chain_field,
	const struct authority_claim *claim, int64_t now_ms, const struct import_rules *rules,
	struct verifier *verifier, struct arena *arena, struct authority_import *out, struct fault *fault);

#endif
