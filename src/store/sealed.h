/* sealed.h — which master key a sealed record names, for the indexes that find records by it. */
#ifndef CHANCERY_STORE_SEALED_H
#define CHANCERY_STORE_SEALED_H

#include "base/str.h"

/* The master key's id in a sealed record (signer/signer.h: a format byte, then the id as printed); absent: it is none.
 * The text is the record's own. */
struct str sealed_master_key(struct bytes sealed);

#endif
