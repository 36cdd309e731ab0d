/* ledger.h — which certificate this process has signed under which serial number, so that none is used twice.
 *
 * A second guard behind the store's, in a process that the daemon cannot talk out of it: bounded, so a number may be
 * forgotten when 65,536 others have come; random serials of 128 bits do not come twice by chance. Shared by all
 * threads.
 */
#ifndef CHANCERY_SIGNER_LEDGER_H
#define CHANCERY_SIGNER_LEDGER_H

#include "signer/opened_key.h"

enum { LEDGER_ENTRIES = 65536 };

struct ledger;
struct ledger *ledger_new(void);
void ledger_free(struct ledger *ledger);

/* Enters that this key signs a document under this serial number. False: it did so before, for another document. The
 * same document may come again: its certificate may have been lost on the way to the store. */
MUST_CHECK bool ledger_enter(struct ledger *ledger, const uint8_t key[OPENED_KEY_IDENTITY_BYTES], struct bytes serial,
	const uint8_t sha256[KEY_HASH_SHA256_BYTES]);

#endif
