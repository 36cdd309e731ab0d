#include "signer/message.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "signer/document_memory.h"

/* Absent and empty are different things: the length says which. */
enum { ABSENT = -1 };

enum { DOCUMENT_INSIDE = 0, DOCUMENT_BESIDE = 1 };

void
message_init(struct message *message)
{
	void *p = mmap(NULL, SIGNER_MAX_MESSAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		memory_exhausted(SIGNER_MAX_MESSAGE);
	/* It carries keys: no core file has it. */
	(void)madvise(p, SIGNER_MAX_MESSAGE, MADV_DONTDUMP);
	*message = (struct message){ .p = p, .beside = -1 };
}

void
message_done(struct message *message)
{
	if (message->p == NULL)
		return;
	message_reset(message);
	(void)munmap(message->p, SIGNER_MAX_MESSAGE);
	*message = (struct message){ 0 };
}

void
message_reset(struct message *message)
{
	memory_wipe(message->p, message->n);
	if (message->beside >= 0)
		(void)close(message->beside);
	document_unmap(message->mapped);
	*message = (struct message){ .p = message->p, .beside = -1 };
}

static void
put(struct message *message, const void *p, size_t n)
{
	if (message->bad || n > SIGNER_MAX_MESSAGE - message->n) {
		message->bad = true;
		return;
	}
	if (n > 0)
		memcpy(message->p + message->n, p, n);
	message->n += n;
}

void
message_put_number(struct message *message, int64_t number)
{
	put(message, &number, sizeof number);
}

void
message_put_bytes(struct message *message, struct bytes bytes)
{
	message_put_number(message, bytes.p != NULL ? (int64_t)bytes.n : ABSENT);
	put(message, bytes.p, bytes.p != NULL ? bytes.n : 0);
}

void
message_put_str(struct message *message, struct str s)
{
	message_put_bytes(message, bytes_of_str(s));
}

void
message_put_context(struct message *message, const struct seal_context *context)
{
	message_put_number(message, context->purpose);
	message_put_str(message, context->account);
	message_put_str(message, context->region);
	message_put_str(message, context->name);
	message_put_number(message, context->version);
}

void
message_put_fault(struct message *message, const struct fault *fault)
{
	message_put_number(message, fault->code);
	message_put_str(message, str_of(fault->say));
	message_put_str(message, str_of(fault->log));
	message_put_str(message, str_of(fault->where));
}

bool
message_put_document(struct message *message, struct bytes document, struct fault *fault)
{
	if (document.n <= SIGNER_MAX_INLINE) {
		message_put_number(message, DOCUMENT_INSIDE);
		message_put_bytes(message, document);
		return true;
	}
	message_put_number(message, DOCUMENT_BESIDE);
	return document_seal(document, &message->beside, fault);
}

static const uint8_t *
take(struct message *message, size_t n)
{
	if (message->bad || n > message->n - message->at) {
		message->bad = true;
		return NULL;
	}
	const uint8_t *p = message->p + message->at;
	message->at += n;
	return p;
}

int64_t
message_take_number(struct message *message)
{
	int64_t number = 0;
	const uint8_t *p = take(message, sizeof number);

	if (p != NULL)
		memcpy(&number, p, sizeof number);
	return number;
}

struct bytes
message_take_bytes(struct message *message)
{
	int64_t n = message_take_number(message);

	if (n == ABSENT)
		return (struct bytes){ NULL, 0 };
	if (n < 0 || n > SIGNER_MAX_MESSAGE)
		message->bad = true;
	const uint8_t *p = take(message, (size_t)n);
	return (struct bytes){ p, p != NULL ? (size_t)n : 0 };
}

struct str
message_take_str(struct message *message)
{
	return str_of_bytes(message_take_bytes(message));
}

struct seal_context
message_take_context(struct message *message)
{
	struct seal_context context = { .purpose = (enum seal_purpose)message_take_number(message) };

	context.account = message_take_str(message);
	context.region = message_take_str(message);
	context.name = message_take_str(message);
	context.version = message_take_number(message);
	return context;
}

struct bytes
message_take_document(struct message *message)
{
	int64_t place = message_take_number(message);

	if (place == DOCUMENT_INSIDE)
		return message_take_bytes(message);
	if (place != DOCUMENT_BESIDE || message->beside < 0 || !document_map(message->beside, &message->mapped)) {
		message->bad = true;
		return (struct bytes){ NULL, 0 };
	}
	(void)close(message->beside);
	message->beside = -1;
	return message->mapped;
}

bool
message_take_fault(struct message *message, struct fault *fault)
{
	int64_t code = message_take_number(message);
	struct str say = message_take_str(message);
	struct str log = message_take_str(message);
	struct str where = message_take_str(message);

	if (message->bad || code <= FAULT_NONE || code >= FAULT_CODE_COUNT)
		return fault_set(fault, FAULT_INTERNAL, "The signer's refusal cannot be read.");
	(void)fault_set(fault, (enum fault_code)code, "%.*s", STR_ARG(say));
	/* The place is a text of the other process; `where` must be one of ours, so it goes to the operator's words. */
	return fault_log(fault, "%.*s%sin the signer at %.*s", STR_ARG(log), log.n > 0 ? ", " : "", STR_ARG(where));
}

bool
message_is_read(const struct message *message)
{
	return !message->bad && message->at == message->n && message->beside < 0;
}

/* Room for what may come beside a message: one descriptor. Alignment may leave room for a second one. */
union beside {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int))];
};

bool
message_send(int fd, const struct message *message)
{
	union beside beside = { .header = { CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS } };
	struct iovec part = { message->p, message->n };
	struct msghdr datagram = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t sent;

	if (message->bad) {
		errno = EMSGSIZE;
		return false;
	}
	if (message->beside >= 0) {
		memcpy(CMSG_DATA(&beside.header), &message->beside, sizeof message->beside);
		datagram.msg_control = &beside;
		datagram.msg_controllen = sizeof beside;
	}
	do {
		sent = sendmsg(fd, &datagram, MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)message->n;
}

/* Keeps the one descriptor that may come; others are closed, and spoil the message. */
static void
beside_take(struct message *message, struct msghdr *datagram)
{
	for (struct cmsghdr *header = CMSG_FIRSTHDR(datagram); header != NULL; header = CMSG_NXTHDR(datagram, header)) {
		if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t at = 0; CMSG_LEN(at + sizeof(int)) <= header->cmsg_len; at += sizeof(int)) {
			int fd;
			memcpy(&fd, CMSG_DATA(header) + at, sizeof fd);
			if (message->beside < 0) {
				message->beside = fd;
				continue;
			}
			(void)close(fd);
			message->bad = true;
		}
	}
}

bool
message_receive(int fd, struct message *message)
{
	union beside beside = { 0 };
	struct iovec part = { message->p, SIGNER_MAX_MESSAGE };
	struct msghdr datagram = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = &beside, .msg_controllen = sizeof beside
	};
	ssize_t received;

	message_reset(message);
	do {
		received = recvmsg(fd, &datagram, MSG_CMSG_CLOEXEC);
	} while (received < 0 && errno == EINTR);
	if (received <= 0)
		return false;
	message->n = (size_t)received;
	message->bad = (datagram.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
	beside_take(message, &datagram);
	return true;
}
