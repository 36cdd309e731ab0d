/* look.h — what people look for in a certificate, and no rule does: its fingerprint, and where its CRL is. */
#ifndef CHANCERY_X509_LOOK_H
#define CHANCERY_X509_LOOK_H

#include "x509/certificate.h"

enum { LOOK_FINGERPRINT_BYTES = 32 };

/* SHA-256 of the whole DER. False only when OpenSSL cannot. */
MUST_CHECK bool look_fingerprint(const struct certificate *certificate, uint8_t out[LOOK_FINGERPRINT_BYTES]);
/* The URLs of cRLDistributionPoints (RFC 5280, 4.2.1.13), in order; none without the extension. False when it is
 * malformed. */
MUST_CHECK bool look_crl_urls(
	const struct certificate *certificate, struct arena *arena, const struct str **out, size_t *count);

#endif
