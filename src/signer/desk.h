/* desk.h — one channel of the signer and the thread behind it, for the files that hold its verbs. Private to them.
 *
 * A verb takes its arguments from the request, refuses or does, and puts its results into the answer. What it takes
 * from the arena is wiped before the answer leaves. */
#ifndef CHANCERY_SIGNER_DESK_H
#define CHANCERY_SIGNER_DESK_H

#include <pthread.h>

#include "signer/key_cache.h"
#include "signer/ledger.h"
#include "signer/message.h"
#include "signer/seal.h"
#include "x509/key.h"

/* What all desks share. */
struct office {
	struct keyring *keyring;
	struct sealer *sealer;
	struct key_cache *keys;
	struct ledger *ledger;
};

struct desk {
	const struct office *office;
	int fd;
	pthread_t thread;
	struct key_reader *reader;
	struct arena arena;
	struct message request;
	struct message answer;
};

bool desk_malformed(struct fault *fault);
bool desk_answer_bytes(struct desk *desk, struct bytes bytes);

/* verbs_key.c */
bool do_key_new(struct desk *desk, struct fault *fault);
bool do_sign(struct desk *desk, struct fault *fault);
bool do_export_key(struct desk *desk, struct fault *fault);

#endif
