/* answer.h — the way back: one answer for each request, and one line in the log. */
#ifndef CHANCERY_WIRE_ANSWER_H
#define CHANCERY_WIRE_ANSWER_H

#include "base/buffer.h"
#include "wire/exchange.h"

#define ANSWER_JSON "application/x-amz-json-1.1"

enum { ANSWER_HEADERS = 5, ANSWER_HEADER_BYTES = 96 };

struct answer {
	unsigned status;
	const char *code;         /* for the log */
	const char *content_type; /* NULL: there is nothing to be typed */
	struct buffer body;
	bool is_file; /* then the body is what can be read from `file` */
	int file;
	uint64_t file_bytes;
	size_t header_count;
	struct answer_header {
		const char *name;
		char value[ANSWER_HEADER_BYTES];
	} headers[ANSWER_HEADERS];
};

/* One header more; what does not fit is our own mistake, and is cut. */
void answer_put_header(struct answer *answer, const char *name, const char *format, ...) PRINTF_LIKE(3, 4);

/* On the HTTP thread. Body and file are taken over; of 304 they only tell the length that 200 would have. The fault is
 * for the log; NULL: none. */
enum MHD_Result answer_send(struct exchange *exchange, struct answer *answer, const struct fault *fault);
/* From any thread: the same, as the end of a suspended exchange, which is gone when this returns. */
void answer_end(struct exchange *exchange, struct answer *answer, const struct fault *fault);

/* On the HTTP thread. `body` is taken over; `allow` is NULL or the Allow header's value. */
enum MHD_Result answer_now(struct exchange *exchange, unsigned status, const char *code, const char *content_type,
	struct buffer *body, const char *allow);
/* On the HTTP thread: {"message":"…"}. */
enum MHD_Result answer_message(
	struct exchange *exchange, unsigned status, const char *code, const char *message, const char *allow);
/* On the HTTP thread: a fault, in AWS's form. */
enum MHD_Result answer_fault(struct exchange *exchange, const struct fault *fault);
/* The end of a call of the API, as answer_end(). NULL: it succeeded. */
void answer_finish(struct exchange *exchange, const struct fault *fault);
/* The line for a request that ended without an answer. */
void answer_log_lost(struct exchange *exchange);

#endif
