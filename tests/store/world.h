/* world.h — a store of its own for each test, in a directory that goes with it, and rows to put in. */
#ifndef CHANCERY_TESTS_STORE_WORLD_H
#define CHANCERY_TESTS_STORE_WORLD_H

#include "store/authority.h"
#include "store/issued.h"
#include "store/store.h"

struct world {
	char folder[64];
	char path[96];
	struct clock clock;
	struct store *store;
	struct arena arena;
	struct owner owner;
	struct fault fault;
};

enum { WORLD_NOW_S = 1790000000 };
#define WORLD_NOW_MS ((int64_t)WORLD_NOW_S * 1000)

void world_begin(struct world *world);
void world_open(struct world *world);  /* the store again, after world_close() */
void world_close(struct world *world); /* the store alone */
void world_end(struct world *world);

/* The id whose last digits are `number`; in order of number. */
struct str world_id(struct world *world, unsigned number);
/* An ISSUED, imported RSA-2048 certificate for host-<number>.example.test, created `number` ms after WORLD_NOW_MS. */
struct certificate_row world_row(struct world *world, unsigned number);

/* One write of its own, waited for. */
bool world_insert(struct world *world, const struct certificate_row *row);
bool world_insert_as(struct world *world, const struct owner *owner, const struct certificate_row *row);
bool world_replace(struct world *world, const struct certificate_row *row, unsigned history_depth);
bool world_delete(struct world *world, struct str id);
bool world_get(struct world *world, struct str id, struct certificate_row *out);

/* An ACTIVE root with a certificate, a key under master key 00000000000000aa; number and version are not set. */
struct authority_row world_authority(struct world *world, unsigned number);
bool world_authority_insert(struct world *world, struct authority_row *row);
bool world_authority_update(struct world *world, const struct authority_row *row);

/* Serial `number` of an authority, issued `number` ms after WORLD_NOW_MS for 90 days, to host-<number>.example.test. */
struct issued_row world_issued(struct world *world, int64_t authority, unsigned number);
struct bytes world_serial(struct world *world, unsigned number);
struct bytes world_hash(struct world *world, unsigned number); /* 32 bytes; world_issue() and world_intend() use 0 */
bool world_intend(struct world *world, const struct issued_row *row);
/* Intention and certificate, in one write. */
bool world_issue(struct world *world, const struct issued_row *row);
bool world_revoke(struct world *world, int64_t authority, unsigned number, int reason, int64_t now_ms);

/* A sealed record as the signer makes them, as far as the store looks: format, master-key id, the rest. */
struct bytes world_sealed(struct world *world, const char *master_key, const char *rest);

#endif
