/* bench/store.c — what the store costs, as ratios within one run.
 *
 *	bench_store FOLDER [ROWS]	(1,000,000 rows unless said otherwise; FOLDER must not exist)
 *
 * CPU is that of the whole process, its writer and checkpoint threads included; wall time is printed beside it, and is
 * the disk's. Rows are of the size of real ones: certificate 800 bytes, chain 1,000, sealed key 1,300, serial and names
 *in random order. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "gauge.h"
#include "store/store.h"

enum { SAMPLE = 16384, PAGES = 400, LOOKUPS = 2000, IN_FLIGHT = 256 };

static struct store *store;
static const struct owner owner = { { "123456789012", 12 }, { "eu-central-1", 12 } };
static uint8_t body[4096];
static uint64_t rows_made;

/* ---- Rows ---- */

struct row {
	struct store_write write;
	struct certificate_row certificate;
	struct str names[2];
	char id[UUID_TEXT_BYTES], serial[64], name[80], wildcard[84];
	bool busy;
};

static void
row_make(struct row *row, uint64_t number)
{
	uint64_t a = scramble(number + 1), b = scramble(a);

	(void)snprintf(row->id, sizeof row->id, "%08x-%04x-7%03x-8000-%012llx",
		(unsigned)(0x01900000u + (number >> 28)), (unsigned)(number >> 12 & 0xffff), (unsigned)(number & 0xfff),
		(unsigned long long)(a & 0xffffffffffff));
	(void)snprintf(row->serial, sizeof row->serial, "0%x:%02x:%02x:%02x:%02x:%02x:%02x:%02x:%02x:%02x:%02x:%02x", 3,
		(unsigned)(b & 255), (unsigned)(b >> 8 & 255), (unsigned)(b >> 16 & 255), (unsigned)(b >> 24 & 255),
		(unsigned)(b >> 32 & 255), (unsigned)(b >> 40 & 255), (unsigned)(b >> 48 & 255), (unsigned)(b >> 56),
		(unsigned)(a & 255), (unsigned)(a >> 8 & 255), (unsigned)(a >> 16 & 255));
	(void)snprintf(row->name, sizeof row->name, "%s-%05llx.shop.example.com", number % 7 == 0 ? "api" : "www",
		(unsigned long long)(a % 0xfffff7));
	row->names[0] = str_of(row->name);
	row->certificate = (struct certificate_row){ .id = str_of(row->id),
		.type = CERTIFICATE_IMPORTED,
		.state = CERTIFICATE_ISSUED,
		.version = 1,
		.created_ms = 1790000000000 + (int64_t)number,
		.imported_ms = 1790000000000 + (int64_t)number,
		.not_before_ms = 1790000000000,
		.not_after_ms = 1797776000000 + (int64_t)(number / 64 * 1000) + (int64_t)(b % 86400000),
		.key_algorithm = number % 3 == 0 ? 5 : 2,
		.key_usage = 5,
		.extended_key_usage = 3,
		.serial = str_of(row->serial),
		.common_name = row->names[0],
		.domain_name = row->names[0],
		.dns_names = row->names,
		.dns_name_count = 1,
		.certificate = { body, 800 },
		.chain = { body + 800, 1000 },
		.sealed_key = { body, 1300 } };
}

/* ---- Writing ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
static size_t in_flight;

static bool
run_insert(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct row *row = context;

	return store_certificate_insert(transaction, &owner, &row->certificate, fault);
}

static void
on_done(void *context, const struct fault *fault)
{
	struct row *row = context;

	if (fault != NULL)
		fail("insert", fault);
	(void)pthread_mutex_lock(&lock);
	row->busy = false;
	in_flight--;
	(void)pthread_cond_signal(&done);
	(void)pthread_mutex_unlock(&lock);
}

/* Inserts `count` rows with at most `depth` on their way. */
static void
insert_many(size_t count, size_t depth)
{
	static struct row rows[IN_FLIGHT];
	size_t next = 0;

	for (size_t i = 0; i < count; i++) {
		(void)pthread_mutex_lock(&lock);
		while (in_flight >= depth)
			(void)pthread_cond_wait(&done, &lock);
		while (rows[next].busy)
			next = (next + 1) % depth;
		struct row *row = &rows[next];
		row->busy = true;
		in_flight++;
		(void)pthread_mutex_unlock(&lock);
		row_make(row, rows_made++);
		row->write = (struct store_write){ .run = run_insert, .done = on_done, .context = row };
		store_submit(store, &row->write);
	}
	(void)pthread_mutex_lock(&lock);
	while (in_flight > 0)
		(void)pthread_cond_wait(&done, &lock);
	(void)pthread_mutex_unlock(&lock);
}

/* ---- Measuring ---- */

static void
insert_single(size_t count)
{
	insert_many(count, 1);
}

static void
insert_grouped(size_t count)
{
	insert_many(count, IN_FLIGHT);
}

static size_t
find(const struct store_filter *filter, enum store_field sort, bool descending, size_t limit, struct arena *arena)
{
	struct store_query query = {
		.filter = filter, .now_ms = 1790000000000, .sort = sort, .descending = descending, .limit = limit
	};
	struct store_page page;
	struct fault fault;

	if (!store_certificate_find(store, &owner, &query, arena, &page, &fault))
		fail("find", &fault);
	return page.n;
}

static struct arena arena;

/* The default of ListCertificates: RSA with a domain. */
static void
list_default(size_t count)
{
	const struct store_filter rsa = {
		.kind = STORE_FILTER_LEAF, .field = STORE_KEY_ALGORITHM, .operator= STORE_IN, .bits = 1 << 1 | 1 << 2
	};
	const struct store_filter domain = {
		.kind = STORE_FILTER_LEAF, .field = STORE_HAS_DOMAIN, .operator= STORE_IN, .bits = 2
	};
	const struct store_filter *const both[] = { &rsa, &domain };
	const struct store_filter filter = { .kind = STORE_FILTER_AND, .children = both, .child_count = 2 };

	for (size_t i = 0; i < count; i++, arena_reset(&arena))
		if (find(&filter, STORE_CREATED, i % 2 != 0, 100, &arena) != 100)
			exit(2);
}

static void
list_all(size_t count)
{
	for (size_t i = 0; i < count; i++, arena_reset(&arena))
		if (find(NULL, STORE_CREATED, true, 100, &arena) != 100)
			exit(2);
}

static void
list_by_end(size_t count)
{
	for (size_t i = 0; i < count; i++, arena_reset(&arena))
		if (find(NULL, STORE_NOT_AFTER, false, 100, &arena) != 100)
			exit(2);
}

static void
look_up(size_t count, enum store_field field, enum store_operator operator)
{
	static struct row row;

	for (size_t i = 0; i < count; i++, arena_reset(&arena)) {
		row_make(&row, scramble(i) % rows_made);
		struct str text = field == STORE_SERIAL ? str_of(row.serial) : str_of(row.name);
		if (operator== STORE_CONTAINS)
			text = (struct str){ text.p + 2, 11 };
		const struct store_filter leaf = {
			.kind = STORE_FILTER_LEAF, .field = field, .operator= operator, .text = text };
		if (find(&leaf, STORE_CREATED, true, 100, &arena) == 0)
			exit(2);
	}
}

static void
by_serial(size_t count)
{
	look_up(count, STORE_SERIAL, STORE_EQUALS);
}

static void
by_name(size_t count)
{
	look_up(count, STORE_DNS_NAME, STORE_EQUALS);
}

static void
by_part(size_t count)
{
	look_up(count, STORE_DNS_NAME, STORE_CONTAINS);
}

static void
get(size_t count)
{
	static struct row row;

	for (size_t i = 0; i < count; i++, arena_reset(&arena)) {
		struct certificate_row got;
		struct fault fault;
		row_make(&row, scramble(i) % rows_made);
		if (!store_certificate_get(store, &owner, str_of(row.id), &arena, &got, &fault))
			fail("get", &fault);
	}
}

/* ---- The run ---- */

struct level {
	size_t rows;
	struct cost insert, get, list, all, by_end, serial, name, part;
};

static long
resident_kib(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	char line[256];
	long kib = 0;

	while (status != NULL && fgets(line, sizeof line, status) != NULL)
		if (strncmp(line, "VmRSS:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	if (status != NULL)
		(void)fclose(status);
	return kib;
}

static struct level
level_measure(size_t rows)
{
	struct level level = { .rows = rows };

	if (rows_made < rows)
		insert_many(rows - rows_made, IN_FLIGHT);
	settle();
	level.insert = measure(insert_grouped, SAMPLE);
	settle();
	level.get = measure(get, LOOKUPS);
	level.list = measure(list_default, PAGES);
	level.all = measure(list_all, PAGES);
	level.by_end = measure(list_by_end, PAGES);
	level.serial = measure(by_serial, LOOKUPS);
	level.name = measure(by_name, LOOKUPS);
	level.part = measure(by_part, LOOKUPS);
	(void)printf(
		"%9zu rows  import %6.1f us  get %5.1f  list100 %6.0f  all100 %6.0f  by-end100 %6.0f  serial %6.1f  "
		"name %6.1f  part %7.1f   resident %ld KiB\n",
		rows, level.insert.cpu_us, level.get.cpu_us, level.list.cpu_us, level.all.cpu_us, level.by_end.cpu_us,
		level.serial.cpu_us, level.name.cpu_us, level.part.cpu_us, resident_kib());
	(void)fflush(stdout);
	return level;
}

static void
ratios(const struct level *from, const struct level *to)
{
	(void)printf(
		"%zu over %zu rows: import %.2f  get %.2f  list100 %.2f  all100 %.2f  by-end100 %.2f  serial %.2f  "
		"name %.2f  part %.2f\n",
		to->rows, from->rows, to->insert.cpu_us / from->insert.cpu_us, to->get.cpu_us / from->get.cpu_us,
		to->list.cpu_us / from->list.cpu_us, to->all.cpu_us / from->all.cpu_us,
		to->by_end.cpu_us / from->by_end.cpu_us, to->serial.cpu_us / from->serial.cpu_us,
		to->name.cpu_us / from->name.cpu_us, to->part.cpu_us / from->part.cpu_us);
}

int
main(int argc, char **argv)
{
	size_t top = argc > 2 ? strtoul(argv[2], NULL, 10) : 1000000;
	static const size_t steps[] = { 1000, 100000, 1000000 };
	struct level first = { 0 };
	struct fault fault;
	char path[4096];

	if (argc < 2 || mkdir(argv[1], 0700) != 0) {
		(void)fprintf(stderr, "usage: bench_store FOLDER [ROWS], a folder that does not exist\n");
		return 2;
	}
	for (size_t i = 0; i < sizeof body; i++)
		body[i] = (uint8_t)scramble(i);
	memcpy(body,
		"\x01"
		"00000000000000aa",
		17);
	(void)snprintf(path, sizeof path, "%s/chancery.db", argv[1]);
	const struct store_options options = { .path = path, .readers = 2, .clock = &clock_system };
	if (!store_open(&options, &store, &fault))
		fail("open", &fault);

	struct cost single = measure(insert_single, 400), grouped = measure(insert_grouped, 400);
	(void)printf(
		"one a commit: %.0f us CPU, %.0f us; group commit: %.0f us CPU, %.0f us; throughput ratio %.1f, CPU "
		"ratio %.1f\n",
		single.cpu_us, single.wall_us, grouped.cpu_us, grouped.wall_us, single.wall_us / grouped.wall_us,
		single.cpu_us / grouped.cpu_us);
	for (size_t i = 0; i < sizeof steps / sizeof *steps && steps[i] <= top; i++) {
		struct level level = level_measure(steps[i]);
		if (i == 0)
			first = level;
		else
			ratios(&first, &level);
	}
	store_close(store);
	arena_done(&arena);
	return 0;
}
