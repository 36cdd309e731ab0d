/* message.h — one request or answer between daemon and signer: numbers and counted bytes, one datagram each.
 *
 * Neither side trusts the other's lengths: writing past the limit and reading past the end set `bad` and go on with
 * zeros, so that one look at the end is enough. Taken bytes point into the message. What is too large for a datagram
 * travels beside it, in one piece of memory that nobody can change any more (memfd_create(2), F_SEAL_WRITE). */
#ifndef CHANCERY_SIGNER_MESSAGE_H
#define CHANCERY_SIGNER_MESSAGE_H

#include "signer/signer.h"

enum signer_verb {
	SIGNER_IMPORT_KEY = 1,
	SIGNER_SEAL,
	SIGNER_SIGV4_KEY,
	SIGNER_OPEN_TOKEN_KEY,
	SIGNER_RESEAL,
	SIGNER_RELOAD,
	SIGNER_ROTATE,
	SIGNER_REWRAP,
	SIGNER_RETIRE,
	SIGNER_KEY_NEW,
	SIGNER_SIGN,
	SIGNER_EXPORT_KEY,
};

enum signer_outcome { SIGNER_DONE = 0, SIGNER_REFUSED = 1 };

/* How the signer is started: `chancery signer CHANNELS FILE create|keep`, its sockets from this descriptor on. */
enum { SIGNER_FIRST_FD = 3, SIGNER_ARGUMENTS = 4 };

enum {
	SIGNER_MAX_INLINE = 32 * 1024,           /* a longer document travels beside the message */
	SIGNER_MAX_DOCUMENT = 1024 * 1024 * 1024 /* 25 million revoked certificates */
};

struct message {
	uint8_t *p; /* SIGNER_MAX_MESSAGE bytes, untouched pages cost nothing */
	size_t n;   /* written */
	size_t at;  /* read */
	bool bad;
	int beside;          /* the descriptor that goes or came with it; -1: none */
	struct bytes mapped; /* what it holds, once taken */
};

void message_init(struct message *message);
void message_done(struct message *message);
/* Empties it; what it held is wiped, what came beside it is closed and unmapped. */
void message_reset(struct message *message);

void message_put_number(struct message *message, int64_t number);
void message_put_bytes(struct message *message, struct bytes bytes);
void message_put_str(struct message *message, struct str s);
void message_put_context(struct message *message, const struct seal_context *context);
void message_put_fault(struct message *message, const struct fault *fault);
/* In the message, or beside it: one a message. FAULT_INTERNAL: the system has no such memory left. */
MUST_CHECK bool message_put_document(struct message *message, struct bytes document, struct fault *fault);

int64_t message_take_number(struct message *message);
struct bytes message_take_bytes(struct message *message);
struct str message_take_str(struct message *message);
struct seal_context message_take_context(struct message *message);
/* Maps, for reading, what came beside the message, until it is reset. Memory that could still change is not touched. */
struct bytes message_take_document(struct message *message);
/* Sets the transported fault; false, as every refusal. */
bool message_take_fault(struct message *message, struct fault *fault);
/* Everything was there and nothing is left over, in it or beside it. */
bool message_is_read(const struct message *message);

/* False when the other side is gone, or (with errno EMSGSIZE) when a message is too long. */
MUST_CHECK bool message_send(int fd, const struct message *message);
MUST_CHECK bool message_receive(int fd, struct message *message);

#endif
