#include "signer/ledger.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { LABEL_BYTES = 16, SERIAL_MAX_BYTES = 256 /* no certificate is read with more */ };

struct entry {
	uint8_t label[LABEL_BYTES]; /* of key and serial number; zeros: free */
	uint8_t sha256[KEY_HASH_SHA256_BYTES];
};

struct ledger {
	pthread_mutex_t lock;
	struct entry entries[LEDGER_ENTRIES]; /* 3 MB, but untouched pages cost nothing */
};

struct ledger *
ledger_new(void)
{
	struct ledger *ledger = memory_take_zeroed(sizeof *ledger);

	if (pthread_mutex_init(&ledger->lock, NULL) != 0)
		memory_exhausted(sizeof *ledger);
	return ledger;
}

void
ledger_free(struct ledger *ledger)
{
	if (ledger == NULL)
		return;
	(void)pthread_mutex_destroy(&ledger->lock);
	free(ledger);
}

/* The digest's first bytes choose the place, the next ones tell whose it is. */
static bool
label_make(const uint8_t *key, struct bytes serial, uint8_t digest[EVP_MAX_MD_SIZE])
{
	uint8_t text[OPENED_KEY_IDENTITY_BYTES + SERIAL_MAX_BYTES];

	if (serial.n > SERIAL_MAX_BYTES)
		return false;
	memcpy(text, key, OPENED_KEY_IDENTITY_BYTES);
	memcpy(text + OPENED_KEY_IDENTITY_BYTES, serial.p, serial.n);
	return EVP_Digest(text, OPENED_KEY_IDENTITY_BYTES + serial.n, digest, NULL, EVP_sha256(), NULL) == 1;
}

bool
ledger_enter(struct ledger *ledger, const uint8_t key[OPENED_KEY_IDENTITY_BYTES], struct bytes serial,
	const uint8_t sha256[KEY_HASH_SHA256_BYTES])
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	bool fresh = true;

	if (!label_make(key, serial, digest))
		return false;
	struct entry *entry = &ledger->entries[digest[0] | digest[1] << 8];
	(void)pthread_mutex_lock(&ledger->lock);
	if (memcmp(entry->label, digest + 2, LABEL_BYTES) == 0) {
		fresh = memcmp(entry->sha256, sha256, sizeof entry->sha256) == 0;
	} else {
		memcpy(entry->label, digest + 2, LABEL_BYTES);
		memcpy(entry->sha256, sha256, sizeof entry->sha256);
	}
	(void)pthread_mutex_unlock(&ledger->lock);
	return fresh;
}
