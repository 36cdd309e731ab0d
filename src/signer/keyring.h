/* keyring.h — the master keys, inside the signer; they never leave this room's memory.
 *
 * They live in a text file: lines of id, key in base64, and "active" behind the one that seals. An id is a digest of
 * its key, so a damaged key is noticed. The file is its owner's alone (0600), changed only by replacing it whole, and
 * any number of processes may change it at once. Shared by all threads. */
#ifndef CHANCERY_SIGNER_KEYRING_H
#define CHANCERY_SIGNER_KEYRING_H

#include "signer/signer.h"

enum {
	DATA_KEY_BYTES = 32,
	WRAPPED_KEY_BYTES = DATA_KEY_BYTES + 8, /* RFC 5649: one more block of 8 */
};

struct keyring;

/* Reads the file; makes it first when it is missing and `create` says so. Faults tell an operator what to do. */
MUST_CHECK bool keyring_open(const char *path, bool create, struct keyring **out, struct fault *fault);
void keyring_free(struct keyring *keyring);

/* Wraps under the active master key and names it. Looks first whether the file has changed: what a key seals that
 * another process has put out of use could be lost with it. FAULT_UNAVAILABLE when the file is not what it should be.
 */
MUST_CHECK bool keyring_wrap(struct keyring *keyring, const uint8_t data_key[DATA_KEY_BYTES],
	char id[MASTER_KEY_ID_BYTES + 1], uint8_t wrapped[WRAPPED_KEY_BYTES], struct fault *fault);
/* Reads the file again when the id is not known. */
MUST_CHECK bool keyring_unwrap(struct keyring *keyring, const char *id, const uint8_t wrapped[WRAPPED_KEY_BYTES],
	uint8_t data_key[DATA_KEY_BYTES], struct fault *fault);

MUST_CHECK bool keyring_reload(struct keyring *keyring, struct fault *fault);
MUST_CHECK bool keyring_rotate(struct keyring *keyring, char active[MASTER_KEY_ID_BYTES + 1], struct fault *fault);
MUST_CHECK bool keyring_retire(struct keyring *keyring, const struct str *keep, size_t keep_count, struct fault *fault);

#endif
