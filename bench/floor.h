/* floor.h — the least that one import can cost: what its parts share. */
#ifndef CHANCERY_BENCH_FLOOR_H
#define CHANCERY_BENCH_FLOOR_H

#include "pool.h"
#include "service/acm/record.h"

/* One request of the pool, taken apart beforehand: each part finds its own input ready. */
struct item {
	struct bytes body;
	struct str base64[3]; /* certificate, key, chain: as they stand in the JSON */
	struct bytes pem[3];
	struct bytes der; /* of the certificate */
	struct bytes key; /* as PKCS#8 */
	const struct certificate *certificate;
	const struct certificate *issuer;
	struct seal_context context;
	struct certificate_row row;
};

enum { FLOOR_ROWS_A_TRANSACTION = 64 };

/* The row: the store's own statements on one connection of its own schema. */
struct floor_store;
struct floor_store *floor_store_open(const char *path);
void floor_store_close(struct floor_store *store);
/* One transaction: begin, `count` rows, commit; and a checkpoint when the daemon would make one. */
void floor_store_rows(struct floor_store *store, const struct owner *owner, struct item *items, size_t count);

/* CPU of a server thread that answers one empty POST, of `count` over `connections`. */
uint64_t floor_post_ns(size_t connections, size_t count);

#endif
