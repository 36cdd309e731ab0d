/* oid.h — object identifiers as dotted text. Private to this room. */
#ifndef CHANCERY_X509_OID_H
#define CHANCERY_X509_OID_H

#include "base/arena.h"
#include "base/attributes.h"

struct der;

/* The content of an OBJECT IDENTIFIER: "2.5.4.3", and "CN" or NULL for the short name that a distinguished name prints
 * (`short_name` may be NULL when it is not wanted). False when malformed or longer than DER_MAX_OID_BYTES. */
MUST_CHECK bool oid_read(struct bytes content, struct arena *arena, struct str *dotted, const char **short_name);
/* Takes one from `der`. */
MUST_CHECK bool oid_take(struct der *der, struct arena *arena, struct str *dotted, const char **short_name);

#endif
