/* intention.h — for a server that starts: what its predecessor has left behind. */
#ifndef CHANCERY_SERVICE_PCA_INTENTION_H
#define CHANCERY_SERVICE_PCA_INTENTION_H

#include "store/store.h"

/* Gives up every intention that is there, and every lease. Only by the one server of a store, before it serves: nobody
 * else can be at work on them. The later intentions are intention_duty()'s. */
MUST_CHECK bool intention_inherit(struct store *store, int64_t now_ms, struct fault *fault);

#endif
