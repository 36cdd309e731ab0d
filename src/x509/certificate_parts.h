/* certificate_parts.h — what certificate.c lends to readers of what is not a certificate yet. Private to this room. */
#ifndef CHANCERY_X509_CERTIFICATE_PARTS_H
#define CHANCERY_X509_CERTIFICATE_PARTS_H

#include "x509/certificate.h"
#include "x509/der.h"

/* Reads the fields of a TBSCertificate into *out, which points into them. `outer_algorithm`, the certificate's own
 * AlgorithmIdentifier, must be the inner one; absent: there is none yet, and the inner one is read. */
MUST_CHECK bool certificate_fields_read(
	struct der tbs, struct bytes outer_algorithm, struct arena *arena, struct certificate *out, const char **why);

#endif
