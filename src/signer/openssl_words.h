/* openssl_words.h — OpenSSL's own words in a fault. Private to the signer's process. */
#ifndef CHANCERY_SIGNER_OPENSSL_WORDS_H
#define CHANCERY_SIGNER_OPENSSL_WORDS_H

#include <openssl/err.h>

#include "base/fault.h"

/* FAULT_INTERNAL: `what` happened; the reason goes to the log, and the thread's error queue is empty again. */
static inline bool
openssl_refuse(struct fault *fault, const char *what)
{
	unsigned long error = ERR_peek_last_error();
	const char *reason = ERR_reason_error_string(error);

	(void)fault_set(fault, FAULT_INTERNAL, "%s.", what);
	(void)fault_log(fault, "OpenSSL: %s", reason != NULL ? reason : "no reason given");
	ERR_clear_error();
	return false;
}

#endif
