/* bench_fill_issued STORE ACCOUNT REGION AUTHORITY COUNT REVOKED [partitions]: has an authority issue COUNT
 * certificates more and revokes the first REVOKED of them, through the store's own verbs and its group commit. Prints
 * "SERIAL NAME" of some of them, spread evenly. With `partitions` they go into partitions of the revocation list as
 * IssueCertificate would put them.
 *
 * STORE is the database of a daemon that does not run; AUTHORITY is the id in the ARN of an authority of it that has
 * issued some certificates (authority.py): they are the prototypes. A new one is one of them with a name and a serial
 * of its own, written over the old ones. Nobody looks at the signature of what is stored already. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "base/base64.h"
#include "pump.h"
#include "store/authority.h"
#include "store/duty.h"
#include "store/issued.h"
#include "vary.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

enum {
	PROTOTYPES_MAX = 1000,
	SAMPLES = 256,
	SERIAL_BYTES = 16,
	HASH_BYTES = 32,
	END_DAYS = 300,             /* ends are spread over so many days before the prototype's */
	PARTITION_CAPACITY = 10000, /* issuance.c's */
	REASONS = 6,                /* 1 to 5, and none */
};

struct row {
	struct issued_row issued;
	struct str next_list; /* the id of a partition, should one be opened */
	bool revoked;
};

struct fill {
	struct store *store;
	struct arena arena;
	int64_t authority;
	struct issued_row *prototypes;
	size_t prototype_count;
	bool partitions;
};

static struct fill fill;

NO_RETURN static void
die(const char *what, const struct fault *fault)
{
	(void)fprintf(stderr, "bench_fill_issued: %s: %s %s\n", what, fault->say, fault->log);
	exit(1);
}

/* ---- Prototypes ---- */

static void
authority_find(const struct owner *owner, struct str id)
{
	struct authority_row row;
	struct fault fault;

	if (!store_authority_get(fill.store, owner, id, &fill.arena, &row, &fault))
		die("the authority", &fault);
	fill.authority = row.number;
}

static bool
prototype_fits(const struct issued_row *row)
{
	return row->serial.n == SERIAL_BYTES && vary_fits(row->names) && row->subject.n >= row->names.n;
}

static void
prototypes_read(void)
{
	const struct issued_query query = { .authority = fill.authority,
		.expires_after_ms = INT64_MIN,
		.expires_before_ms = INT64_MAX,
		.limit = PROTOTYPES_MAX };
	struct issued_page page;
	struct fault fault;

	if (!store_issued_find(fill.store, &query, &fill.arena, &page, &fault))
		die("the prototypes", &fault);
	fill.prototypes = ARENA_ARRAY(&fill.arena, struct issued_row, page.n);
	for (size_t i = 0; i < page.n; i++) {
		/* The authority's own certificate is among them, if it is a root. */
		if (prototype_fits(&page.rows[i]))
			fill.prototypes[fill.prototype_count++] = page.rows[i];
	}
	if (fill.prototype_count > 0)
		return;
	(void)fprintf(stderr, "bench_fill_issued: the authority has issued nothing that authority.py asked for\n");
	exit(1);
}

/* ---- Rows ---- */

static struct bytes
own_serial(uint64_t number, struct arena *arena)
{
	uint64_t bits[] = { vary_bits(number), vary_bits(~number) };
	uint8_t *serial = arena_alloc(arena, SERIAL_BYTES);

	memcpy(serial, bits, SERIAL_BYTES);
	serial[0] |= 1; /* a magnitude has no zero in front */
	return (struct bytes){ serial, SERIAL_BYTES };
}

static struct str
text_vary(struct str text, struct str old, struct str new, struct arena *arena)
{
	uint8_t *copy = arena_alloc(arena, text.n);

	memcpy(copy, text.p, text.n);
	vary_overwrite(copy, text.n, bytes_of_str(old), new.p);
	return (struct str){ (const char *)copy, text.n };
}

static void
row_make(struct row *row, uint64_t number, struct arena *arena)
{
	const struct issued_row *prototype = &fill.prototypes[number % fill.prototype_count];
	struct str name = vary_name(prototype->names, number, arena);
	uint8_t *der = arena_alloc(arena, prototype->certificate.n);
	char *id = arena_alloc(arena, UUID_TEXT_BYTES);
	struct issued_row *issued = &row->issued;

	uuid_v4(&entropy_system, id);
	row->next_list = str_of(id);
	*issued = *prototype;
	issued->serial = own_serial(number, arena);
	issued->names = name;
	issued->subject = text_vary(prototype->subject, prototype->names, name, arena);
	memcpy(der, prototype->certificate.p, prototype->certificate.n);
	vary_overwrite(der, prototype->certificate.n, prototype->serial, issued->serial.p);
	vary_overwrite(der, prototype->certificate.n, bytes_of_str(prototype->names), name.p);
	issued->certificate = (struct bytes){ der, prototype->certificate.n };
	issued->issued_ms = clock_now_ms(&clock_system);
	/* In the row alone: nothing reads it from the certificate again. */
	issued->not_after_ms -= (int64_t)(vary_bits(number * 3) % (END_DAYS * DAY_MS));
}

static bool
row_issue(struct store_transaction *transaction, const struct issued_row *row, struct fault *fault)
{
	const uint8_t hash[HASH_BYTES] = { 0 };
	const struct intention_row intention = { .authority = row->authority,
		.serial = row->serial,
		.tbs_sha256 = { hash, sizeof hash },
		.template = row->template,
		.requester = row->requester,
		.subject = row->subject,
		.requested_ms = row->issued_ms };

	return store_intention_insert(transaction, &intention, fault) &&
	       store_issued_insert(transaction, row, intention.tbs_sha256, fault);
}

static bool
row_write(struct store_transaction *transaction, const void *context, struct fault *fault)
{
	const struct row *row = context;
	struct issued_row issued = row->issued;

	issued.crl_partition = 0;
	if (fill.partitions && !store_crl_open_partition(transaction, issued.authority, row->next_list,
				       PARTITION_CAPACITY, &issued.crl_partition, fault))
		return false;
	return row_issue(transaction, &issued, fault) &&
	       (!row->revoked || store_issued_revoke(transaction, issued.authority, issued.serial,
					 (int)(vary_bits(issued.serial.p[1]) % REASONS), issued.issued_ms, fault));
}

static void
print_sample(const struct issued_row *row)
{
	struct buffer hex = { 0 };

	hex_encode(&hex, row->serial, '\0');
	(void)printf("%.*s %.*s\n", STR_ARG(buffer_str(&hex)), STR_ARG(row->names));
	buffer_done(&hex);
}

static void
fill_store(size_t count, size_t revoked)
{
	struct pump *pump = pump_new(fill.store, row_write, sizeof(struct row));
	size_t step = count < SAMPLES ? 1 : count / SAMPLES;

	for (size_t i = 0; i < count; i++) {
		struct arena *arena;
		struct row *row = pump_next(pump, &arena);
		row_make(row, VARY_FIRST_NUMBER + i, arena);
		row->revoked = i < revoked;
		if (i % step == 0)
			print_sample(&row->issued);
		pump_put(pump);
	}
	pump_end(pump);
}

int
main(int argc, char **argv)
{
	int64_t count = 0, revoked = 0;
	struct fault fault;

	if (argc < 7 || argc > 8 || !str_to_i64(str_of(argv[5]), &count) || count < 1 || count > INT32_MAX ||
		!str_to_i64(str_of(argv[6]), &revoked) || revoked < 0 || revoked > count ||
		(argc == 8 && strcmp(argv[7], "partitions") != 0)) {
		(void)fprintf(
			stderr, "usage: bench_fill_issued STORE ACCOUNT REGION AUTHORITY COUNT REVOKED [partitions]\n");
		return 2;
	}
	const struct store_options options = { .path = argv[1], .readers = 1, .clock = &clock_system };
	const struct owner owner = { str_of(argv[2]), str_of(argv[3]) };
	fill.partitions = argc == 8;
	if (!store_open(&options, &fill.store, &fault))
		die("open", &fault);
	authority_find(&owner, str_of(argv[4]));
	prototypes_read();
	fill_store((size_t)count, (size_t)revoked);
	store_close(fill.store);
	arena_done(&fill.arena);
	return 0;
}
