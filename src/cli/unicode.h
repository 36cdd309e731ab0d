/* unicode.h — characters as Python sees them, of whom the AWS CLI's formats take widths and capitals. */
#ifndef CHANCERY_CLI_UNICODE_H
#define CHANCERY_CLI_UNICODE_H

#include "base/buffer.h"

/* The character at the start of well-formed UTF-8 text that is not empty; *out is its code point. Gives its bytes. */
size_t unicode_decode(struct str text, uint32_t *out);

/* Columns: two for what is wide, full or ambiguous (Unicode Standard Annex 11), else one, controls included. */
size_t unicode_width(struct str text);
/* As str.upper(): "ß" becomes "SS". */
void unicode_put_upper(struct str text, struct buffer *out);
/* As str.isprintable(). */
bool unicode_is_printable(uint32_t c);

#endif
