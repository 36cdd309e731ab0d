/* extension.h — the extensions we understand, read into a certificate. Private to this room. */
#ifndef CHANCERY_X509_EXTENSION_H
#define CHANCERY_X509_EXTENSION_H

#include "x509/certificate.h"

#define EXTENSION_KEY_USAGE "2.5.29.15"
#define EXTENSION_SUBJECT_ALTERNATIVE_NAME "2.5.29.17"
#define EXTENSION_BASIC_CONSTRAINTS "2.5.29.19"
#define EXTENSION_EXTENDED_KEY_USAGE "2.5.29.37"
#define EXTENSION_AUTHORITY_INFORMATION_ACCESS "1.3.6.1.5.5.7.1.1"

/* Takes over what certificate->extensions[index] says, if we know it. False, with a clause in *why, when its value is
 * malformed or beyond a limit. */
MUST_CHECK bool extension_read(struct certificate *certificate, size_t index, struct arena *arena, const char **why);

#endif
