/* key_make.h — private keys are born here, and leave only encrypted under a passphrase. */
#ifndef CHANCERY_SIGNER_KEY_MAKE_H
#define CHANCERY_SIGNER_KEY_MAKE_H

#include "signer/signer.h"
#include "x509/key.h"

/* Makes a key and proves it by our own arithmetic (x509/key.h), as if it had come from outside: a generator that went
 * wrong is noticed before anything is certified. *pkcs8 and *spki are in the arena. FAULT_INVALID_ARGS: there are no
 * such keys here. */
MUST_CHECK bool key_make(enum signing_key kind, struct key_reader *reader, struct arena *arena, struct bytes *pkcs8,
	struct bytes *spki, struct fault *fault);

/* PKCS #8 EncryptedPrivateKeyInfo (RFC 5958, 3), by PBES2 (RFC 8018, 6.2) as signer_export_key() promises. */
MUST_CHECK bool key_encrypt(
	struct bytes pkcs8, struct bytes passphrase, struct arena *arena, struct bytes *encrypted, struct fault *fault);

#endif
