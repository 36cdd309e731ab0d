/* buffer.h — text or bytes that grow while they are written. Wiped when done, since JSON may carry keys. */
#ifndef CHANCERY_BASE_BUFFER_H
#define CHANCERY_BASE_BUFFER_H

#include "base/attributes.h"
#include "base/str.h"

/* Zero-initialised is empty and ready. `p` is always followed by a NUL once something was written. */
struct buffer {
	char *p;
	size_t n;
	size_t room;
};

void buffer_put(struct buffer *buffer, const void *p, size_t n);
void buffer_put_str(struct buffer *buffer, struct str s);
void buffer_put_cstr(struct buffer *buffer, const char *s);
void buffer_put_char(struct buffer *buffer, char c);
void buffer_printf(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);
/* A JSON string with its quotes (RFC 8259, 7). Malformed UTF-8 becomes U+FFFD. */
void buffer_put_json_string(struct buffer *buffer, struct str s);
struct str buffer_str(const struct buffer *buffer); /* valid until the next write; empty, never absent */
void buffer_reset(struct buffer *buffer);           /* wipes, keeps the room */
void buffer_done(struct buffer *buffer);            /* wipes and frees */

#endif
