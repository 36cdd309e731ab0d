/* pump.h — rows into a store, as fast as its own group commit takes them. One thread fills. */
#ifndef CHANCERY_BENCH_PUMP_H
#define CHANCERY_BENCH_PUMP_H

#include "base/arena.h"
#include "store/store.h"

/* On the store's writer thread. A fault ends the program. */
typedef bool pump_write_fn(struct store_transaction *transaction, const void *row, struct fault *fault);

struct pump;
/* Rows are of `row_bytes`. */
struct pump *pump_new(struct store *store, pump_write_fn *write, size_t row_bytes);
/* Room for the next row, and an arena that lives as long as the row is needed. Waits for one to be free. */
void *pump_next(struct pump *pump, struct arena **arena);
/* The room that pump_next() gave last is filled. */
void pump_put(struct pump *pump);
/* Waits until all is durable, and frees. */
void pump_end(struct pump *pump);

#endif
