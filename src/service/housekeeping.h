/* housekeeping.h — when a master key may go, shared by the daemon's start and `chancery admin`.
 *
 * A master key may go when no row names it and nobody is about to write one that does. A daemon at work may be (a call
 * seals first and is written later), and so may an administrator's command: hence two locks. Who serves, or wants to be
 * sure that nobody does, holds the serving lock (datadir_serve()); who seals outside a daemon holds the sealing lock
 * from before it seals until its row is durable. */
#ifndef CHANCERY_SERVICE_HOUSEKEEPING_H
#define CHANCERY_SERVICE_HOUSEKEEPING_H

#include "signer/signer.h"
#include "store/datadir.h"
#include "store/store.h"

/* Waits for the sealing lock; it is held for as long as *fd stays open. */
MUST_CHECK bool sealing_lock(const struct datadir *datadir, int *fd, struct fault *fault);

/* Retires every master key that no row names. The caller holds the serving lock and is not serving yet, or has stopped,
 * and holds no sealing lock: this waits for it. */
MUST_CHECK bool housekeeping_retire_master_keys(
	const struct datadir *datadir, struct store *store, struct signer *signer, struct fault *fault);

#endif
