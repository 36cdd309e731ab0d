/* text.h — the string types of ASN.1 as UTF-8. Private to this room. */
#ifndef CHANCERY_X509_TEXT_H
#define CHANCERY_X509_TEXT_H

#include "base/arena.h"

/* The text of a string of this tag (x509/der.h). Always well-formed UTF-8 without a NUL: U+FFFD stands for a NUL, which
 * would cut the text short elsewhere. Plain ASCII is not copied. Absent when the tag is no string type or the content
 * is not of its type. *flaw is then, or when a character is not allowed in that type, a clause for people ("holds a NUL
 * character"); otherwise it is left alone. */
struct str text_read(unsigned tag, struct bytes content, struct arena *arena, const char **flaw);

#endif
