/* fault.h — the one error object.
 *
 * A function that can fail returns bool, takes `struct fault *` last, and leaves it untouched on success. Rooms below
 * the edge return faults and never log them; wire/edge.c alone knows how a code is called on the wire. `say` is for the
 * caller: whole sentences, no secret. `log` is for the operator: OpenSSL's or SQLite's own words; it is never sent. */
#ifndef CHANCERY_BASE_FAULT_H
#define CHANCERY_BASE_FAULT_H

#include <stdbool.h>

#include "base/attributes.h"

enum fault_code {
	FAULT_NONE = 0,
	FAULT_INTERNAL,    /* our own mistake: answered with a fixed sentence */
	FAULT_UNAVAILABLE, /* the store cannot write now (disk full, lost connection): nothing was changed, try again */

	/* The request as a message. */
	FAULT_SERIALIZATION,
	FAULT_UNKNOWN_OPERATION,
	FAULT_TOO_LARGE,
	FAULT_VALIDATION,
	FAULT_THROTTLED,

	/* Who asks. */
	FAULT_MISSING_AUTHENTICATION,
	FAULT_INCOMPLETE_SIGNATURE,
	FAULT_INVALID_SIGNATURE,
	FAULT_UNRECOGNIZED_CLIENT,
	FAULT_ACCESS_DENIED,

	/* What is asked for. */
	FAULT_INVALID_ARN,
	FAULT_INVALID_ARGS,
	FAULT_INVALID_PARAMETER,
	FAULT_INVALID_STATE,
	FAULT_INVALID_TAG,
	FAULT_TOO_MANY_TAGS,
	FAULT_TAG_POLICY,
	FAULT_INVALID_DOMAIN_VALIDATION_OPTIONS,
	FAULT_LIMIT_EXCEEDED,
	FAULT_NOT_FOUND,
	FAULT_IN_USE,
	FAULT_IN_PROGRESS,
	FAULT_CONFLICT, /* it changed under our hands, or the same token came with another body */

	/* What only a private CA refuses. */
	FAULT_MALFORMED_CSR,
	FAULT_MALFORMED_CERTIFICATE,
	FAULT_CERTIFICATE_MISMATCH, /* well-formed, but not of this CA, or not as its issuer says */
	FAULT_INVALID_REQUEST,      /* cannot be done to this thing at all */
	FAULT_REQUEST_FAILED,
	FAULT_ALREADY_PROCESSED,
	FAULT_INVALID_NEXT_TOKEN,
	FAULT_INVALID_POLICY,
	FAULT_LOCKOUT_PREVENTED,
	FAULT_PERMISSION_EXISTS,

	FAULT_CODE_COUNT
};

enum { FAULT_SAY_BYTES = 2048, FAULT_LOG_BYTES = 512 };

struct fault {
	enum fault_code code;
	char say[FAULT_SAY_BYTES]; /* UTF-8, cut at a character if ever too long; empty: no message on the wire */
	char log[FAULT_LOG_BYTES];
	const char *where; /* file:line that refused first */
	unsigned rule;     /* of an import (x509/rules.h): 1 + the rule that refused; 0: none did */
};

/* Sets code, sentence and place, and is false, so that a refusal is one line: `return fault_set(fault, …);` The value
 * stands in the macro, where compilers and analysers see that a refusal never goes on. */
#define fault_set(fault, code, ...)                                                                                    \
	__extension__({                                                                                                \
		(void)fault_set_at((fault), (code), __FILE__ ":" FAULT_LINE(__LINE__), __VA_ARGS__);                   \
		false;                                                                                                 \
	})
#define FAULT_LINE(line) FAULT_LINE_TEXT(line)
#define FAULT_LINE_TEXT(line) #line
bool fault_set_at(struct fault *fault, enum fault_code code, const char *where, const char *format, ...)
	PRINTF_LIKE(4, 5);

/* Adds a sentence to what is said (after a space), or words for the operator. Both return false. */
bool fault_say_more(struct fault *fault, const char *format, ...) PRINTF_LIKE(2, 3);
bool fault_log(struct fault *fault, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
