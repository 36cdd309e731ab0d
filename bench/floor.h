/* floor.h — the least that one import can cost: what its parts share. */
#ifndef CHANCERY_BENCH_FLOOR_H
#define CHANCERY_BENCH_FLOOR_H

#include "floor_store.h"
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

/* CPU of a server thread that answers one empty POST, of `count` over `connections`. */
uint64_t floor_post_ns(size_t connections, size_t count);

#endif
