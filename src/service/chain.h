/* chain.h — a chain as it is stored: DER certificates one after another. */
#ifndef CHANCERY_SERVICE_CHAIN_H
#define CHANCERY_SERVICE_CHAIN_H

#include "x509/certificate.h"

struct bytes chain_join(const struct certificate *const *chain, size_t count, struct arena *arena);
/* Takes the next certificate off; false at the end. */
bool chain_next(struct bytes *rest, struct bytes *certificate);

#endif
