/* bench_fill STORE ACCOUNT REGION COUNT: puts COUNT certificates more into a store, through its own group commit,
 * and prints "SERIAL NAME" of some of them, spread evenly.
 *
 * STORE is the database of a daemon that does not run and that imported some certificates before, each with one DNS
 * name that begins "www-" and eight hexadecimal digits (prepare.py). They are the prototypes: a new row is one of them
 * with a name and a serial of its own, written over the old ones in the DER and read back as an import reads it.
 * Nobody looks at the signature of what is stored already; the sealed key is the prototype's, and opens for nobody. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "service/acm/record.h"
#include "store/store.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

enum {
	IN_FLIGHT = 256, /* four groups: the writer never waits for rows */
	PROTOTYPES_MAX = 1000,
	SAMPLES = 256,
	NAME_PREFIX_BYTES = 4, /* "www-" */
	NAME_DIGITS = 8,
	SERIAL_MAX_BYTES = 20, /* RFC 5280, 4.1.2.2 */
	NAME_MAX_BYTES = 253,
	END_DAYS = 300,         /* ends are spread over so many days before the prototype's */
	SERIAL_BYTES = 8,       /* so many of a serial are its own; the rest is the prototype's */
	FIRST_NUMBER = 1 << 24, /* prepare.py numbers its names from 0 */
};

struct prototype {
	struct certificate_row row; /* with everything but its names */
	struct bytes serial;
};

struct slot {
	struct store_write write;
	struct certificate_row row;
	struct arena arena;
	bool busy;
};

struct fill {
	struct store *store;
	struct owner owner;
	struct arena arena;
	struct prototype *prototypes;
	size_t prototype_count;
};

static struct fill fill;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t freed = PTHREAD_COND_INITIALIZER;

NO_RETURN static void
die(const char *what, const struct fault *fault)
{
	(void)fprintf(stderr, "bench_fill: %s: %s %s\n", what, fault->say, fault->log);
	exit(1);
}

static const struct certificate *
parse(struct bytes der, struct arena *arena)
{
	const struct certificate *certificate = NULL;
	const char *why;

	if (certificate_parse(der, arena, &certificate, &why))
		return certificate;
	(void)fprintf(stderr, "bench_fill: a certificate of the store: %s\n", why);
	exit(1);
}

/* ---- Prototypes ---- */

static bool
prototype_fits(const struct prototype *prototype)
{
	struct str name = prototype->row.domain_name;

	return prototype->serial.n > SERIAL_BYTES && prototype->serial.n <= SERIAL_MAX_BYTES &&
	       name.n > NAME_PREFIX_BYTES + NAME_DIGITS && name.n <= NAME_MAX_BYTES &&
	       memcmp(name.p, "www-", NAME_PREFIX_BYTES) == 0;
}

static void
prototype_read(struct str id, struct prototype *prototype)
{
	struct certificate_row *row = &prototype->row;
	struct fault fault;
	int64_t version;

	if (!store_certificate_get(fill.store, &fill.owner, id, &fill.arena, row, &fault) ||
		!store_certificate_key(fill.store, &fill.owner, id, &fill.arena, &row->sealed_key, &version, &fault))
		die("a prototype", &fault);
	prototype->serial = parse(row->certificate, &fill.arena)->serial;
	if (!prototype_fits(prototype)) {
		(void)fprintf(stderr, "bench_fill: the store has certificates that prepare.py did not make\n");
		exit(1);
	}
}

static void
prototypes_read(void)
{
	const struct store_query query = { .sort = STORE_CREATED, .limit = PROTOTYPES_MAX };
	struct store_page page;
	struct fault fault;

	if (!store_certificate_find(fill.store, &fill.owner, &query, &fill.arena, &page, &fault))
		die("the prototypes", &fault);
	if (page.n == 0) {
		(void)fprintf(stderr, "bench_fill: the store has no certificate to take as a prototype\n");
		exit(1);
	}
	fill.prototypes = ARENA_ARRAY(&fill.arena, struct prototype, page.n);
	fill.prototype_count = page.n;
	for (size_t i = 0; i < page.n; i++)
		prototype_read(page.rows[i].id, &fill.prototypes[i]);
}

/* ---- Rows ---- */

static uint64_t
scramble(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

/* A name stands in the subject and among the alternative names. */
static void
overwrite(uint8_t *der, size_t n, struct bytes old, const void *new)
{
	uint8_t *at = der;

	while ((at = memmem(at, n - (size_t)(at - der), old.p, old.n)) != NULL)
		at = (uint8_t *)memcpy(at, new, old.n) + old.n;
}

static struct bytes
certificate_vary(const struct prototype *prototype, uint64_t number, struct arena *arena)
{
	struct bytes old = prototype->row.certificate, serial = prototype->serial;
	struct str name = prototype->row.domain_name;
	uint8_t *der = arena_alloc(arena, old.n);
	uint8_t own_serial[SERIAL_MAX_BYTES];
	uint64_t bits = scramble(number);
	char own_name[NAME_MAX_BYTES + 1];

	memcpy(der, old.p, old.n);
	memcpy(own_serial, serial.p, serial.n);
	memcpy(own_serial + serial.n - SERIAL_BYTES, &bits, SERIAL_BYTES);
	overwrite(der, old.n, serial, own_serial);
	/* An odd factor: every number has digits of its own. */
	(void)snprintf(own_name, sizeof own_name, "www-%08x%.*s", (unsigned)((uint32_t)number * 2654435761u),
		(int)(name.n - NAME_PREFIX_BYTES - NAME_DIGITS), name.p + NAME_PREFIX_BYTES + NAME_DIGITS);
	overwrite(der, old.n, bytes_of_str(name), own_name);
	return (struct bytes){ der, old.n };
}

static void
row_make(struct slot *slot, uint64_t number)
{
	const struct prototype *prototype = &fill.prototypes[number % fill.prototype_count];
	char *id;
	struct fault fault;

	arena_reset(&slot->arena);
	id = arena_alloc(&slot->arena, UUID_TEXT_BYTES);
	uuid_v7(&clock_system, &entropy_system, id);
	slot->row = prototype->row;
	slot->row.id = str_of(id);
	slot->row.created_ms = slot->row.imported_ms = clock_now_ms(&clock_system);
	if (!acm_certificate_row(parse(certificate_vary(prototype, number, &slot->arena), &slot->arena), &slot->arena,
		    &slot->row, &fault))
		die("a row", &fault);
	/* In the row alone: nothing reads it from the certificate again. */
	slot->row.not_after_ms -= (int64_t)(scramble(~number) % (END_DAYS * DAY_MS));
}

/* ---- Writing ---- */

static bool
run_insert(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct slot *slot = context;

	return store_certificate_insert(transaction, &fill.owner, &slot->row, fault);
}

static void
on_done(void *context, const struct fault *fault)
{
	struct slot *slot = context;

	if (fault != NULL)
		die("insert", fault);
	(void)pthread_mutex_lock(&lock);
	slot->busy = false;
	(void)pthread_cond_signal(&freed);
	(void)pthread_mutex_unlock(&lock);
}

static void
slot_wait(struct slot *slot)
{
	(void)pthread_mutex_lock(&lock);
	while (slot->busy)
		(void)pthread_cond_wait(&freed, &lock);
	(void)pthread_mutex_unlock(&lock);
}

static void
fill_store(size_t count)
{
	static struct slot slots[IN_FLIGHT];
	size_t step = count < SAMPLES ? 1 : count / SAMPLES;

	for (size_t i = 0; i < count; i++) {
		struct slot *slot = &slots[i % IN_FLIGHT];
		slot_wait(slot);
		row_make(slot, FIRST_NUMBER + i);
		if (i % step == 0)
			(void)printf("%.*s %.*s\n", STR_ARG(slot->row.serial), STR_ARG(slot->row.domain_name));
		slot->busy = true;
		slot->write = (struct store_write){ .run = run_insert, .done = on_done, .context = slot };
		store_submit(fill.store, &slot->write);
	}
	for (size_t i = 0; i < IN_FLIGHT; i++) {
		slot_wait(&slots[i]);
		arena_done(&slots[i].arena);
	}
}

int
main(int argc, char **argv)
{
	int64_t count = 0;
	struct fault fault;

	if (argc != 5 || !str_to_i64(str_of(argv[4]), &count) || count < 1 || count > INT32_MAX) {
		(void)fprintf(stderr, "usage: bench_fill STORE ACCOUNT REGION COUNT\n");
		return 2;
	}
	const struct store_options options = { .path = argv[1], .readers = 1, .clock = &clock_system };
	fill.owner = (struct owner){ str_of(argv[2]), str_of(argv[3]) };
	if (!store_open(&options, &fill.store, &fault))
		die("open", &fault);
	prototypes_read();
	fill_store((size_t)count);
	store_close(fill.store);
	arena_done(&fill.arena);
	return 0;
}
