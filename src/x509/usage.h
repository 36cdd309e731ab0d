/* usage.h — what a certificate's key may be used for, and words for it. For this room, and for the command line. */
#ifndef CHANCERY_X509_USAGE_H
#define CHANCERY_X509_USAGE_H

#include "x509/certificate.h"

#define USAGE_ANY "2.5.29.37.0"
#define USAGE_SERVER_AUTHENTICATION "1.3.6.1.5.5.7.3.1"
#define USAGE_CLIENT_AUTHENTICATION "1.3.6.1.5.5.7.3.2"

/* Does it list this extended key usage, or anyExtendedKeyUsage, or have no such extension? */
bool usage_allows(const struct certificate *certificate, const char *oid);
/* "codeSigning", or the dotted OID. */
struct str usage_word(struct str oid);
/* All it lists: "codeSigning, emailProtection"; "nothing". */
struct str usage_words(const struct certificate *certificate, struct arena *arena);
/* Bits of enum key_usage: "digitalSignature, keyEncipherment". */
struct str key_usage_words(unsigned bits, struct arena *arena);

#endif
