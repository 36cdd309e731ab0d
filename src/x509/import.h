/* import.h — the content rules of an import, in the order of enum import_rule. Pure: the caller says what time it is.
 *
 * The private key is not looked at here: the signer proves it between import_read() and import_check(). */
#ifndef CHANCERY_X509_IMPORT_H
#define CHANCERY_X509_IMPORT_H

#include "x509/certificate.h"
#include "x509/verifier.h"

enum { IMPORT_MAX_CHAIN = 1500 }; /* 2 MB of the smallest certificates hold about 5,000; real chains hold 1 to 4 */

struct import {
	const struct certificate *certificate;
	const struct certificate *const *chain; /* as given, in order; empty when none was given */
	size_t chain_count;
	bool self_signed; /* by name and by signature */
};

/* The certificate field: count, PEM, DER, version, profile, key type (rules CERTIFICATE_*, KEY_SUPPORTED). */
MUST_CHECK bool import_read(struct bytes certificate_field, const struct import_rules *rules, struct arena *arena,
	struct import *out, struct fault *fault);

/* Validity, issuer, OCSP, usage, names; then the chain field (absent: none), parsed into import->chain and verified
 * link by link. */
MUST_CHECK bool import_check(struct import *import, struct bytes chain_field, int64_t now_ms,
	const struct import_rules *rules, struct verifier *verifier, struct arena *arena, struct fault *fault);

/* A re-import: what must stay of `current` in `next` (rules REPLACE_KEY … REPLACE_EXTENDED_KEY_USAGE). */
MUST_CHECK bool import_replace_check(const struct certificate *current, const struct certificate *next,
	const struct import_rules *rules, struct arena *arena, struct fault *fault);

#endif
