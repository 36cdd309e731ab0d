/* answer.h — the way back: one answer for each request, and one line in the log. */
#ifndef CHANCERY_WIRE_ANSWER_H
#define CHANCERY_WIRE_ANSWER_H

#include "base/buffer.h"
#include "wire/exchange.h"

#define ANSWER_JSON "application/x-amz-json-1.1"

/* On the HTTP thread. `code` is for the log; `body` is taken over; `allow` is NULL or the Allow header's value. */
enum MHD_Result answer_now(struct exchange *exchange, unsigned status, const char *code, const char *content_type,
	struct buffer *body, const char *allow);
/* On the HTTP thread: a fault, in AWS's form. */
enum MHD_Result answer_fault(struct exchange *exchange, const struct fault *fault);
/* From any thread: the end of a suspended exchange, which is gone when this returns. NULL: it succeeded. */
void answer_finish(struct exchange *exchange, const struct fault *fault);
/* The line for a request that ended without an answer. */
void answer_log_lost(struct exchange *exchange);

#endif
