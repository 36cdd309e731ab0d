/* document.h — what may be signed, and by which key.
 *
 * The daemon builds documents from what strangers send it; the signer reads each whole and signs nothing that it does
 * not understand, not for an authority of another name, and no CA where none was meant. */
#ifndef CHANCERY_SIGNER_DOCUMENT_H
#define CHANCERY_SIGNER_DOCUMENT_H

#include "signer/opened_key.h"

struct document {
	enum signer_document kind;
	struct bytes bytes;
	enum signing_algorithm algorithm;
	/* Of a certificate alone. */
	struct signer_intention intention;
	uint8_t sha256[KEY_HASH_SHA256_BYTES]; /* computed here, over the bytes */
};

/* May this key sign this? FAULT_INTERNAL with the reason in the log: what the daemon asks for is its own mistake. */
MUST_CHECK bool document_check(
	const struct document *document, const struct opened_key *key, struct arena *arena, struct fault *fault);

#endif
