/* channel.h — asking the signer over one channel: what the daemon's verbs share. Private to client*.c. */
#ifndef CHANCERY_SIGNER_CHANNEL_H
#define CHANCERY_SIGNER_CHANNEL_H

#include "signer/message.h"

struct signer {
	int fd;
	struct message message; /* the request, then the answer */
};

/* An empty request for a verb, to be filled. */
struct message *channel_ask(struct signer *signer, enum signer_verb verb);
/* Sends what was asked and reads whether it was done. */
MUST_CHECK bool channel_answered(struct signer *signer, struct fault *fault);
/* The whole answer was understood; it may have held a key, and is wiped. */
MUST_CHECK bool channel_understood(struct signer *signer, struct fault *fault);
/* Both, for an answer that is one piece of bytes: in the arena. */
MUST_CHECK bool channel_answered_bytes(
	struct signer *signer, struct arena *arena, struct bytes *out, struct fault *fault);

#endif
