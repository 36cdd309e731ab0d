/* critical.h — AWS's two lists of what a CA's certificate may and may not hold as a critical extension
 * (ImportCertificateAuthorityCertificate, "Enforcement of Critical Constraints"), and words for extensions. Private to
 * this room. */
#ifndef CHANCERY_X509_CRITICAL_H
#define CHANCERY_X509_CRITICAL_H

#include "base/arena.h"

#define EXTENSION_NAME_CONSTRAINTS "2.5.29.30"

/* May a CA's certificate that is imported hold it as a critical one? Whatever is not on the list may not. */
bool critical_is_allowed(struct str oid);
/* "CRL distribution points (2.5.29.31)"; "an extension unknown here (1.2.3.4)". */
struct str extension_words(struct str oid, struct arena *arena);

#endif
