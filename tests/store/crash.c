/* kill -9 in the middle of load: what was acknowledged is there, whole; nothing is half there. */
#include <semaphore.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test.h"
#include "world.h"

enum {
	ROUNDS = 6,
	DEPTH = 100,        /* writes under way at once */
	PER_ROUND = 100000, /* more than a round has time for */
	REPLACE_EVERY = 5,  /* certificates have a second version */
	DELETE_EVERY = 7,   /* certificates are deleted, some writes later */
	DELETE_AFTER = 2 * DEPTH,
};

/* An acknowledgement: a certificate's number, and whether it is in or out. */
#define OUT 0x80000000u

static bool
is_replaced(unsigned number)
{
	return number % REPLACE_EVERY == 0;
}

static bool
is_deleted(unsigned number)
{
	return number % DELETE_EVERY == 0;
}

/* ---- The child: imports, replaces, tags and deletes, and tells each through a pipe once it is durable ---- */

struct load {
	struct store_write write;
	struct world rows; /* where the row's texts live; its arena alone is used, once a write */
	const struct owner *owner;
	struct certificate_row first, second;
	struct tag tag;
	unsigned says;
	sem_t *free;
	int pipe;
};

static bool
load_run(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct load *load = context;

	if ((load->says & OUT) != 0)
		return store_certificate_delete(transaction, load->owner, load->first.id, fault);
	return store_certificate_insert(transaction, load->owner, &load->first, fault) &&
	       store_tags_put(transaction, load->owner, load->first.id, &load->tag, 1, 1, fault) &&
	       (!is_replaced(load->says) ||
		       store_certificate_replace(transaction, load->owner, &load->second, 3, fault));
}

static void
load_done(void *context, const struct fault *fault)
{
	struct load *load = context;

	if (fault != NULL || write(load->pipe, &load->says, sizeof load->says) != sizeof load->says)
		_exit(1);
	(void)sem_post(load->free);
}

/* Waits until the load is free: they are done in the order in which they were submitted. */
static void
load_submit(struct load *load, struct store *store, unsigned says)
{
	unsigned number = says & ~OUT;

	while (sem_wait(load->free) != 0)
		continue;
	arena_reset(&load->rows.arena);
	load->says = says;
	load->first = load->second = world_row(&load->rows, number);
	load->second.version = 2;
	load->second.certificate = bytes_of_str(STR("second"));
	load->tag = (struct tag){ STR("number"), arena_printf(&load->rows.arena, "%u", number) };
	load->write = (struct store_write){ .run = load_run, .done = load_done, .context = load };
	store_submit(store, &load->write);
}

static void
change_until_killed(struct world *w, unsigned from, int pipe)
{
	struct load *loads = ARENA_ARRAY(&w->arena, struct load, DEPTH);
	unsigned next = 0;
	sem_t free_loads;

	world_open(w);
	if (sem_init(&free_loads, 0, DEPTH) != 0)
		_exit(1);
	for (unsigned i = 0; i < DEPTH; i++)
		loads[i] = (struct load){ .owner = &w->owner, .free = &free_loads, .pipe = pipe };
	for (unsigned i = 0; i < PER_ROUND; i++) {
		load_submit(&loads[next++ % DEPTH], w->store, from + i);
		if (i >= DELETE_AFTER && is_deleted(from + i - DELETE_AFTER))
			load_submit(&loads[next++ % DEPTH], w->store, (from + i - DELETE_AFTER) | OUT);
	}
	(void)pause();
}

/* ---- The parent: kills it, and looks ---- */

static size_t
read_acknowledged(int pipe, unsigned *out, size_t room)
{
	size_t n = 0;

	while (n < room && read(pipe, &out[n], sizeof *out) == sizeof *out)
		n++;
	return n;
}

static struct store_page
find_by_name(struct world *w, unsigned number)
{
	struct store_filter leaf = { .kind = STORE_FILTER_LEAF,
		.field = STORE_DNS_NAME,
		.operator= STORE_EQUALS,
		.text = arena_printf(&w->arena, "host-%u.example.test", number) };
	struct store_query query = { .filter = &leaf, .now_ms = WORLD_NOW_MS, .sort = STORE_CREATED, .limit = 5 };
	struct store_page page;

	CHECK_OK(store_certificate_find(w->store, &w->owner, &query, &w->arena, &page, &w->fault), w->fault);
	CHECK(page.next.p == NULL);
	return page;
}

/* A whole certificate: its row, its material, its versions, its tag and its name. */
static void
check_whole(struct world *w, unsigned number)
{
	const struct certificate_version *versions;
	struct certificate_row got;
	const struct tag *tags;
	size_t count;

	CHECK_OK(world_get(w, world_id(w, number), &got), w->fault);
	CHECK(got.version == (is_replaced(number) ? 2 : 1));
	CHECK_TEXT(str_of_bytes(got.certificate),
		is_replaced(number) ? "second" : arena_printf(&w->arena, "certificate %u", number).p);
	CHECK_OK(store_certificate_history(w->store, &w->owner, got.id, &w->arena, &versions, &count, &w->fault),
		w->fault);
	CHECK(count == (is_replaced(number) ? 2 : 1));
	CHECK_OK(store_tags_get(w->store, &w->owner, got.id, &w->arena, &tags, &count, &w->fault), w->fault);
	CHECK(count == 1);
	CHECK_TEXT(tags[0].value, arena_printf(&w->arena, "%u", number).p);
	struct store_page page = find_by_name(w, number);
	CHECK(page.n == 1);
	CHECK_TEXT(page.rows[0].id, got.id.p);
}

static void
check_gone(struct world *w, unsigned number)
{
	struct certificate_row got;

	CHECK(!world_get(w, world_id(w, number), &got) && w->fault.code == FAULT_NOT_FOUND);
	CHECK(find_by_name(w, number).n == 0);
}

/* Everything that a list shows is whole, too, acknowledged or not. */
static size_t
check_list(struct world *w)
{
	struct store_query query = { .now_ms = WORLD_NOW_MS, .sort = STORE_CREATED, .limit = 1000 };
	size_t n = 0;

	do {
		struct store_page page;
		CHECK_OK(store_certificate_find(w->store, &w->owner, &query, &w->arena, &page, &w->fault), w->fault);
		for (size_t i = 0; i < page.n; i++)
			check_whole(w, (unsigned)(page.rows[i].created_ms - WORLD_NOW_MS));
		n += page.n;
		query.after = page.next;
	} while (query.after.p != NULL);
	return n;
}

/* Deletions come behind the imports they belong to, so the last word about a number is the one that counts. Returns how
 * many of the numbers must be there. */
static size_t
check_acknowledged(struct world *w, unsigned from, const unsigned *acknowledged, size_t n)
{
	bool *out = calloc(PER_ROUND, sizeof *out);
	size_t in = 0;

	for (size_t i = 0; i < n; i++)
		if ((acknowledged[i] & OUT) != 0)
			out[(acknowledged[i] & ~OUT) - from] = true;
	for (size_t i = 0; i < n; i++) {
		unsigned number = acknowledged[i] & ~OUT;
		if (out[number - from]) {
			check_gone(w, number);
			continue;
		}
		in++;
		/* One that was on its way out may be gone without a word. */
		struct certificate_row got;
		if (!is_deleted(number) || world_get(w, world_id(w, number), &got))
			check_whole(w, number);
		else
			check_gone(w, number);
	}
	free(out);
	return in;
}

static size_t
kill_one(struct world *w, unsigned from, unsigned after_ms, unsigned *acknowledged)
{
	int ends[2], status;

	CHECK(pipe(ends) == 0);
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		(void)close(ends[0]);
		change_until_killed(w, from, ends[1]);
		_exit(0);
	}
	(void)close(ends[1]);
	/* The first acknowledgements show that it works, and deletes; then some time of load. */
	CHECK(read_acknowledged(ends[0], acknowledged, 2 * DELETE_AFTER) == 2 * DELETE_AFTER);
	(void)nanosleep(&(struct timespec){ .tv_nsec = (long)after_ms * 1000000 }, NULL);
	CHECK(kill(child, SIGKILL) == 0);
	size_t n = 2 * DELETE_AFTER + read_acknowledged(ends[0], acknowledged + 2 * DELETE_AFTER, PER_ROUND);
	CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	(void)close(ends[0]);
	return n;
}

/* ---- Beneath the verbs: rows that belong to nothing, which no verb would show ---- */

static void
check_none(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st;

	CHECK(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK);
	int code = sqlite3_step(st);
	if (code == SQLITE_ROW)
		fail_msg("%s: %s", sql, (const char *)sqlite3_column_text(st, 0));
	CHECK(code == SQLITE_DONE);
	CHECK(sqlite3_finalize(st) == SQLITE_OK);
}

static void
check_nothing_is_left_over(struct world *w)
{
	static const char *const questions[] = {
		"SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
		"SELECT number FROM certificate_material EXCEPT SELECT number FROM certificate",
		"SELECT number FROM certificate EXCEPT SELECT number FROM certificate_material",
		"SELECT certificate FROM certificate_name EXCEPT SELECT number FROM certificate",
		"SELECT number FROM certificate EXCEPT SELECT certificate FROM certificate_name",
		"SELECT name FROM certificate_name EXCEPT SELECT number FROM name",
		"SELECT number FROM name EXCEPT SELECT name FROM certificate_name",
		"SELECT hex(id) FROM (SELECT account, region, id FROM certificate_history "
		"EXCEPT SELECT account, region, id FROM certificate)",
		"SELECT hex(id) FROM (SELECT account, region, id FROM certificate_tag "
		"EXCEPT SELECT account, region, id FROM certificate)",
	};
	sqlite3 *db;

	CHECK(sqlite3_open_v2(w->path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
	for (size_t i = 0; i < ARRAY_COUNT(questions); i++)
		check_none(db, questions[i]);
	CHECK(sqlite3_close(db) == SQLITE_OK);
}

TEST(crash, loses_nothing_that_was_acknowledged)
{
	unsigned *acknowledged = calloc(2 * DELETE_AFTER + PER_ROUND, sizeof *acknowledged);
	size_t there = 0;
	struct world w;

	world_begin(&w);
	for (unsigned round = 0; round < ROUNDS; round++) {
		/* No thread may be there when it forks. */
		world_close(&w);
		size_t n = kill_one(&w, round * PER_ROUND, round * 31, acknowledged);
		world_open(&w);
		size_t in = check_acknowledged(&w, round * PER_ROUND, acknowledged, n);
		size_t listed = check_list(&w);
		/* No more than DEPTH writes were under way. */
		CHECK(listed + DEPTH >= there + in && listed <= there + in + DEPTH);
		check_nothing_is_left_over(&w);
		there = listed;
		arena_reset(&w.arena);
	}
	free(acknowledged);
	world_end(&w);
}

TEST_MAIN("store crash");
