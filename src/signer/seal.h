/* seal.h — sealed records, inside the signer: a fresh data key for each, wrapped under a master key.
 *
 *	format 1 | master-key id 16 | AES-256-KWP of the data key 40 | nonce 12 | ciphertext | tag 16
 *
 * The authenticated data is the format and the whole seal_context, each part behind its length. The master-key id is
 *not in it: rotation rewraps the data key and leaves the rest as it is. */
#ifndef CHANCERY_SIGNER_SEAL_H
#define CHANCERY_SIGNER_SEAL_H

#include "signer/keyring.h"

enum {
	SEAL_NONCE_BYTES = 12, /* AES-GCM's own size; random, and used once with its data key */
	SEAL_TAG_BYTES = 16,
	SEAL_HEADER_BYTES = SEALED_ID_OFFSET + MASTER_KEY_ID_BYTES,
	SEAL_FINGERPRINT_BYTES = 32,
	SEAL_OVERHEAD_BYTES = SEAL_HEADER_BYTES + WRAPPED_KEY_BYTES + SEAL_NONCE_BYTES + SEAL_TAG_BYTES,
};

/* Ciphers are looked up once: a look-up costs more than a seal. Shared by all threads. */
struct sealer;
MUST_CHECK bool sealer_new(struct keyring *keyring, struct sealer **out, struct fault *fault);
void sealer_free(struct sealer *sealer);

MUST_CHECK bool seal_close(const struct sealer *sealer, struct bytes plain, const struct seal_context *context,
	struct arena *arena, struct bytes *sealed, struct fault *fault);
/* The plain text is in the arena. */
MUST_CHECK bool seal_open(const struct sealer *sealer, struct bytes sealed, const struct seal_context *context,
	struct arena *arena, struct secret *plain, struct fault *fault);
/* *out is `sealed` itself when the active master key wraps it already. */
MUST_CHECK bool seal_rewrap(
	const struct sealer *sealer, struct bytes sealed, struct arena *arena, struct bytes *out, struct fault *fault);
/* SHA-256 over record and context: who has both could have it opened, so what was opened before may be found by it. */
MUST_CHECK bool seal_fingerprint(const struct sealer *sealer, struct bytes sealed, const struct seal_context *context,
	uint8_t fingerprint[SEAL_FINGERPRINT_BYTES], struct fault *fault);
/* Seals, opens, and refuses under another context and after a changed byte; refuses to start otherwise. */
MUST_CHECK bool seal_self_test(const struct sealer *sealer, struct fault *fault);

#endif
