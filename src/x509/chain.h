/* chain.h — a certificate and the chain that came with it (RFC 5280, 6.1, as far as an import asks). Private to this
 * room. */
#ifndef CHANCERY_X509_CHAIN_H
#define CHANCERY_X509_CHAIN_H

#include "x509/certificate_field.h"
#include "x509/import.h"

/* Whose rules a breach of the fields' form belongs to. */
extern const struct field_rules import_field_rules;

/* Reads the field (absent: no chain) into import->chain and checks every rule CHAIN_* and ALGORITHM_FAMILY. Wants
 * import->self_signed to be known. */
MUST_CHECK bool chain_check(struct import *import, struct bytes field, int64_t now_ms, const struct import_rules *rules,
	struct verifier *verifier, struct arena *arena, struct fault *fault);

#endif
