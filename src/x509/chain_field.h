/* chain_field.h — the CertificateChain field as certificates. Private to this room. */
#ifndef CHANCERY_X509_CHAIN_FIELD_H
#define CHANCERY_X509_CHAIN_FIELD_H

#include "x509/import.h"

/* Sets import->chain and chain_count (rule CHAIN_PEM). */
MUST_CHECK bool chain_field_read(struct import *import, struct bytes text, const struct import_rules *rules,
	struct arena *arena, struct fault *fault);

#endif
