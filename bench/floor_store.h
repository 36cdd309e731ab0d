/* floor_store.h — the least that rows can cost: the store's own statements on one connection of its own schema. */
#ifndef CHANCERY_BENCH_FLOOR_STORE_H
#define CHANCERY_BENCH_FLOOR_STORE_H

#include "store/store.h"

enum { FLOOR_ROWS_A_TRANSACTION = 64 };

struct floor_store;
struct floor_store *floor_store_open(const char *path);
void floor_store_close(struct floor_store *store);
/* One transaction: begin, whatever `write` does, commit; and a checkpoint when the daemon would make one. A fault ends
 * the program. */
typedef bool floor_write_fn(struct store_transaction *transaction, void *context, struct fault *fault);
void floor_store_write(struct floor_store *store, floor_write_fn *write, void *context);

#endif
