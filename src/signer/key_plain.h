/* key_plain.h — what stands inside the seal of a private key.
 *
 * An authority's key is kept with the authority's name, SEQUENCE { Name, OCTET STRING of PKCS #8 }: whoever gives the
 * signer a sealed key cannot say in whose name it signs. Other keys are PKCS #8 alone. */
#ifndef CHANCERY_SIGNER_KEY_PLAIN_H
#define CHANCERY_SIGNER_KEY_PLAIN_H

#include "signer/signer.h"

struct key_plain {
	struct bytes subject; /* Name, DER; absent unless it is an authority's */
	struct bytes pkcs8;
};

/* Is this the seal of a private key at all? */
bool key_plain_purpose(enum seal_purpose purpose);
/* In the arena; PKCS #8 alone is not copied. The subject must be there for an authority, and for nobody else. */
MUST_CHECK bool key_plain_write(enum seal_purpose purpose, const struct key_plain *plain, struct arena *arena,
	struct bytes *out, struct fault *fault);
/* Points into `bytes`. */
MUST_CHECK bool key_plain_read(
	enum seal_purpose purpose, struct bytes bytes, struct key_plain *out, struct fault *fault);

#endif
