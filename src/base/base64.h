/* base64.h — base64 (RFC 4648, 4): padded, standard alphabet. */
#ifndef CHANCERY_BASE_BASE64_H
#define CHANCERY_BASE_BASE64_H

#include "base/arena.h"
#include "base/buffer.h"

/* Strict: no white space, padding required, unused bits zero. False leaves *out untouched. */
MUST_CHECK bool base64_decode(struct str text, struct arena *arena, struct bytes *out);
/* For PEM bodies (RFC 7468): white space between characters is skipped; otherwise strict. */
MUST_CHECK bool base64_decode_wrapped(struct str text, struct arena *arena, struct bytes *out);
/* `columns` characters a line, each line ended by '\n'; 0: one line without an end. */
void base64_encode(struct buffer *buffer, struct bytes bytes, size_t columns);

/* Lower-case hexadecimal, with `separator` between bytes unless it is '\0'. */
void hex_encode(struct buffer *buffer, struct bytes bytes, char separator);
/* Pairs of hexadecimal digits of either case and nothing else. */
MUST_CHECK bool hex_decode(struct str text, struct arena *arena, struct bytes *out);

#endif
