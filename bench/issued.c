/* bench/issued.c — what issuing, asking, listing and revoking cost the store, at few certificates and at many.
 *
 *	bench_issued FOLDER [ROWS]	(1,000,000 rows unless said otherwise; FOLDER must not exist)
 *
 * An issue is an intention and a certificate, each durable, as IssueCertificate does it. CPU is that of the whole
 * process; wall time is printed beside it, and is the disk's. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "gauge.h"
#include "store/authority.h"
#include "store/issued.h"
#include "store/store.h"

enum { SAMPLE = 16384, PAGES = 400, LOOKUPS = 20000, IN_FLIGHT = 256, SERIAL_BYTES = 16 };

static struct store *store;
static struct arena arena;
static uint8_t body[4096];
static uint64_t rows_made, rows_revoked;
static int64_t authority;

/* ---- Rows ---- */

struct row {
	struct store_write write;
	struct issued_row issued;
	struct intention_row intention;
	uint64_t serial[2];
	char subject[80], names[80];
	bool busy, intended;
};

static struct bytes
serial_make(uint64_t number, uint64_t serial[2])
{
	serial[0] = scramble(number + 1);
	serial[1] = scramble(serial[0]);
	return (struct bytes){ (const uint8_t *)serial, SERIAL_BYTES };
}

static void
row_make(struct row *row, uint64_t number)
{
	(void)snprintf(row->subject, sizeof row->subject, "CN=www-%06llx.shop.example.com,O=Shop,C=DE",
		(unsigned long long)(scramble(number) % 0xfffffd));
	(void)snprintf(row->names, sizeof row->names, "www-%06llx.shop.example.com",
		(unsigned long long)(scramble(number) % 0xfffffd));
	row->issued = (struct issued_row){ .authority = authority,
		.serial = serial_make(number, row->serial),
		.template = STR("EndEntityCertificate/V1"),
		.requester = STR("arn:aws:iam::123456789012:user/ann"),
		.subject = str_of(row->subject),
		.names = str_of(row->names),
		.issued_ms = 1790000000000 + (int64_t)number,
		.not_before_ms = 1790000000000,
		.not_after_ms =
			1797776000000 + (int64_t)(number / 64 * 1000) + (int64_t)(row->serial[0] % 5) * 86400000,
		.certificate = { body, 1000 } };
	row->intention = (struct intention_row){ .authority = authority,
		.serial = row->issued.serial,
		.tbs_sha256 = { body, INTENTION_HASH_BYTES },
		.template = row->issued.template,
		.requester = row->issued.requester,
		.subject = row->issued.subject,
		.requested_ms = row->issued.issued_ms };
	row->intended = false;
}

/* ---- Writing ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
static size_t in_flight;

static bool
run_intend(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_intention_insert(transaction, &((struct row *)context)->intention, fault);
}

static bool
run_issue(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct row *row = context;

	return store_issued_insert(transaction, &row->issued, row->intention.tbs_sha256, fault);
}

static bool
run_revoke(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct row *row = context;

	return store_issued_revoke(transaction, authority, row->issued.serial, 1, 1790000000000, fault);
}

/* After the intention the certificate, as a worker would that signs between them. */
static void
on_done(void *context, const struct fault *fault)
{
	struct row *row = context;

	if (fault != NULL)
		fail("write", fault);
	if (!row->intended) {
		row->intended = true;
		row->write = (struct store_write){ .run = run_issue, .done = on_done, .context = row };
		store_submit(store, &row->write);
		return;
	}
	(void)pthread_mutex_lock(&lock);
	row->busy = false;
	in_flight--;
	(void)pthread_cond_signal(&done);
	(void)pthread_mutex_unlock(&lock);
}

static struct row *
row_take(void)
{
	static struct row rows[IN_FLIGHT];
	static size_t next;

	(void)pthread_mutex_lock(&lock);
	while (in_flight >= IN_FLIGHT)
		(void)pthread_cond_wait(&done, &lock);
	while (rows[next].busy)
		next = (next + 1) % IN_FLIGHT;
	rows[next].busy = true;
	in_flight++;
	(void)pthread_mutex_unlock(&lock);
	return &rows[next];
}

static void
all_done(void)
{
	(void)pthread_mutex_lock(&lock);
	while (in_flight > 0)
		(void)pthread_cond_wait(&done, &lock);
	(void)pthread_mutex_unlock(&lock);
}

static void
issue(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct row *row = row_take();
		row_make(row, rows_made++);
		row->write = (struct store_write){ .run = run_intend, .done = on_done, .context = row };
		store_submit(store, &row->write);
	}
	all_done();
}

static void
revoke(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct row *row = row_take();
		row_make(row, rows_revoked++);
		row->intended = true;
		row->write = (struct store_write){ .run = run_revoke, .done = on_done, .context = row };
		store_submit(store, &row->write);
	}
	all_done();
}

/* ---- Reading ---- */

static void
status(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t serial[2];
		struct issued_status got;
		struct fault fault;
		if (!store_issued_status(store, authority, serial_make(scramble(i) % rows_made, serial), &got, &fault))
			fail("status", &fault);
	}
}

static void
get(size_t count)
{
	for (size_t i = 0; i < count; i++, arena_reset(&arena)) {
		uint64_t serial[2];
		struct issued_row got;
		struct fault fault;
		if (!store_issued_get(
			    store, authority, serial_make(scramble(i) % rows_made, serial), &arena, &got, &fault))
			fail("get", &fault);
	}
}

static void
list(size_t count, bool by_not_after)
{
	struct issued_query query = { .authority = authority,
		.now_ms = 1790000000000,
		.expires_after_ms = INT64_MIN,
		.expires_before_ms = INT64_MAX,
		.by_not_after = by_not_after,
		.limit = 100 };

	for (size_t i = 0; i < count; i++, arena_reset(&arena)) {
		struct issued_page page;
		struct fault fault;
		query.descending = i % 2 != 0;
		if (!store_issued_find(store, &query, &arena, &page, &fault))
			fail("list", &fault);
	}
}

static void
list_by_issue(size_t count)
{
	list(count, false);
}

static void
list_by_end(size_t count)
{
	list(count, true);
}

static bool
each(const struct revocation_row *row, void *context, struct fault *fault)
{
	(void)fault;
	*(uint64_t *)context += row->serial.p[0] + (uint64_t)row->sequence;
	return true;
}

/* ---- The run ---- */

static void
report(const char *what, struct cost cost)
{
	(void)printf("  %-28s %9.1f us CPU %9.1f us wall\n", what, cost.cpu_us, cost.wall_us);
}

static void
level(size_t rows)
{
	if (rows_made < rows)
		issue(rows - rows_made);
	settle();
	(void)printf("at %llu certificates\n", (unsigned long long)rows_made);
	report("status", measure(status, LOOKUPS));
	report("get", measure(get, LOOKUPS));
	report("a page of 100, by issue", measure(list_by_issue, PAGES));
	report("a page of 100, by end", measure(list_by_end, PAGES));
	report("issue", measure(issue, SAMPLE));
	settle();
	report("revoke", measure(revoke, rows < SAMPLE ? rows : SAMPLE));
	settle();
	(void)fflush(stdout);
}

static void
walk(void)
{
	const struct revocation_query query = {
		.authority = authority, .crl_partition = -1, .not_after_from_ms = INT64_MIN
	};
	uint64_t sum = 0;
	int64_t last;
	struct fault fault;

	if (rows_revoked < rows_made)
		revoke(rows_made - rows_revoked);
	settle();
	for (unsigned i = 0; i < 3; i++) {
		struct rusage usage;
		int64_t wall = clock_monotonic_us();
		if (!store_revocation_walk(store, &query, each, &sum, &last, &fault))
			fail("walk", &fault);
		wall = clock_monotonic_us() - wall;
		(void)getrusage(RUSAGE_SELF, &usage);
		(void)printf("a walk of %lld revocations: %.3f s, %ld KiB resident at most\n", (long long)last,
			(double)wall / 1e6, usage.ru_maxrss);
	}
}

static bool
run_authority(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_authority_insert(transaction, context, fault);
}

int
main(int argc, char **argv)
{
	size_t rows = argc > 2 ? strtoul(argv[2], NULL, 10) : 1000000;
	struct clock clock = clock_fixed(1790000000000);
	struct fault fault;
	char path[4096];

	if (argc < 2 || mkdir(argv[1], 0700) != 0) {
		(void)fprintf(stderr, "usage: bench_issued FOLDER [ROWS]; FOLDER must not exist\n");
		return 2;
	}
	(void)snprintf(path, sizeof path, "%s/chancery.db", argv[1]);
	const struct store_options options = { .path = path, .readers = 2, .clock = &clock };
	struct authority_row row = { .owner = { STR("123456789012"), STR("eu-central-1") },
		.id = STR("01900000-0000-7000-8000-000000000001"),
		.type = AUTHORITY_ROOT,
		.state = AUTHORITY_ACTIVE };
	if (!store_open(&options, &store, &fault))
		fail("open", &fault);
	if (!store_apply(store, run_authority, &row, &fault))
		fail("authority", &fault);
	authority = row.number;
	for (size_t i = 0; i < sizeof body; i++)
		body[i] = (uint8_t)scramble(i);
	level(1000);
	level(rows);
	walk();
	store_close(store);
	arena_done(&arena);
	return 0;
}
