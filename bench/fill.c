/* bench_fill STORE ACCOUNT REGION COUNT: puts COUNT certificates more into a store, through its own group commit,
 * and prints "SERIAL NAME" of some of them, spread evenly.
 *
 * STORE is the database of a daemon that does not run and that imported some certificates before, each with one DNS
 * name that begins "www-" and eight hexadecimal digits (prepare.py). They are the prototypes: a new row is one of them
 * with a name and a serial of its own, written over the old ones in the DER and read back as an import reads it.
 * Nobody looks at the signature of what is stored already; the sealed key is the prototype's, and opens for nobody. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "pump.h"
#include "service/acm/record.h"
#include "vary.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

enum {
	PROTOTYPES_MAX = 1000,
	SAMPLES = 256,
	SERIAL_MAX_BYTES = 20, /* RFC 5280, 4.1.2.2 */
	END_DAYS = 300,        /* ends are spread over so many days before the prototype's */
	SERIAL_BYTES = 8,      /* so many of a serial are its own; the rest is the prototype's */
};

struct prototype {
	struct certificate_row row; /* with everything but its names */
	struct bytes serial;
};

struct fill {
	struct store *store;
	struct owner owner;
	struct arena arena;
	struct prototype *prototypes;
	size_t prototype_count;
};

static struct fill fill;

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
	return prototype->serial.n > SERIAL_BYTES && prototype->serial.n <= SERIAL_MAX_BYTES &&
	       vary_fits(prototype->row.domain_name);
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

static struct bytes
certificate_vary(const struct prototype *prototype, uint64_t number, struct arena *arena)
{
	struct bytes old = prototype->row.certificate, serial = prototype->serial;
	struct str name = prototype->row.domain_name;
	uint8_t *der = arena_alloc(arena, old.n);
	uint8_t own_serial[SERIAL_MAX_BYTES];
	uint64_t bits = vary_bits(number);

	memcpy(der, old.p, old.n);
	memcpy(own_serial, serial.p, serial.n);
	memcpy(own_serial + serial.n - SERIAL_BYTES, &bits, SERIAL_BYTES);
	vary_overwrite(der, old.n, serial, own_serial);
	/* A name stands in the subject and among the alternative names. */
	vary_overwrite(der, old.n, bytes_of_str(name), vary_name(name, number, arena).p);
	return (struct bytes){ der, old.n };
}

static void
row_make(struct certificate_row *row, uint64_t number, struct arena *arena)
{
	const struct prototype *prototype = &fill.prototypes[number % fill.prototype_count];
	char *id = arena_alloc(arena, UUID_TEXT_BYTES);
	struct fault fault;

	uuid_v7(&clock_system, &entropy_system, id);
	*row = prototype->row;
	row->id = str_of(id);
	row->created_ms = row->imported_ms = clock_now_ms(&clock_system);
	if (!acm_certificate_row(parse(certificate_vary(prototype, number, arena), arena), arena, row, &fault))
		die("a row", &fault);
	/* In the row alone: nothing reads it from the certificate again. */
	row->not_after_ms -= (int64_t)(vary_bits(~number) % (END_DAYS * DAY_MS));
}

static bool
row_insert(struct store_transaction *transaction, const void *row, struct fault *fault)
{
	return store_certificate_insert(transaction, &fill.owner, row, fault);
}

static void
fill_store(size_t count)
{
	struct pump *pump = pump_new(fill.store, row_insert, sizeof(struct certificate_row));
	size_t step = count < SAMPLES ? 1 : count / SAMPLES;

	for (size_t i = 0; i < count; i++) {
		struct arena *arena;
		struct certificate_row *row = pump_next(pump, &arena);
		row_make(row, VARY_FIRST_NUMBER + i, arena);
		if (i % step == 0)
			(void)printf("%.*s %.*s\n", STR_ARG(row->serial), STR_ARG(row->domain_name));
		pump_put(pump);
	}
	pump_end(pump);
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
