/* Schemas older and newer than this program's. The database is changed from outside, by SQLite itself. */
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/internal.h"
#include "store/migration.h"
#include "test.h"
#include "world.h"

static void
execute(struct world *w, const char *sql)
{
	sqlite3 *db;

	CHECK(sqlite3_open(w->path, &db) == SQLITE_OK);
	CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
	CHECK(sqlite3_close(db) == SQLITE_OK);
}

static bool
open_again(struct world *w, bool read_only)
{
	const struct store_options options = {
		.path = w->path, .readers = 1, .read_only = read_only, .clock = &w->clock
	};

	w->fault.code = FAULT_NONE;
	return store_open(&options, &w->store, &w->fault);
}

TEST(migration, refuses_a_newer_schema_and_changes_nothing)
{
	struct world w;

	world_begin(&w);
	world_close(&w);
	execute(&w, "INSERT INTO schema_version VALUES (1000, 0)");
	CHECK(!open_again(&w, false) && w.fault.code == FAULT_INVALID_STATE);
	CHECK(strstr(w.fault.say, "1000") != NULL && strstr(w.fault.say, "newer") != NULL);
	CHECK(!open_again(&w, true) && w.fault.code == FAULT_INVALID_STATE);
	execute(&w, "DELETE FROM schema_version WHERE version = 1000");
	CHECK_OK(open_again(&w, false), w.fault);
	world_end(&w);
}

enum { MIGRATIONS_MAX = 32 };

static size_t
migration_count(void)
{
	size_t n = 0;

	while (engine_sqlite.migrations[n].name != NULL)
		n++;
	return n;
}

/* Migrates with the first `count` of this program's scripts and, unless it is NULL, one more. */
static bool
migrate_with(struct world *w, size_t count, const char *next_script)
{
	struct migration scripts[MIGRATIONS_MAX] = { 0 };
	const struct connection_options options = { .path = w->path, .role = CONNECTION_WRITES };
	struct engine other = engine_sqlite;
	struct session *session;

	memcpy(scripts, engine_sqlite.migrations, count * sizeof *scripts);
	scripts[count] = (struct migration){ next_script != NULL ? "next.sqlite.sql" : NULL, next_script };
	other.migrations = scripts;
	w->fault.code = FAULT_NONE;
	CHECK_OK(session_open(&other, &options, &session, &w->fault), w->fault);
	bool done = migration_apply(session, true, WORLD_NOW_MS, &w->fault);
	session_free(session);
	return done;
}

/* A version after this program's, that adds a table or is broken. */
static bool
migrate_on(struct world *w, const char *next_script)
{
	return migrate_with(w, migration_count(), next_script);
}

static void
forget_next(struct world *w)
{
	execute(w, arena_printf(&w->arena, "DELETE FROM schema_version WHERE version = %zu", migration_count() + 1).p);
}

TEST(migration, brings_an_older_schema_up_to_date_and_keeps_its_rows)
{
	struct world w;
	struct certificate_row row, got;

	world_begin(&w);
	row = world_row(&w, 1);
	CHECK_OK(world_insert(&w, &row), w.fault);
	world_close(&w);
	CHECK_OK(migrate_on(&w, "CREATE TABLE added (x BIGINT); ALTER TABLE probe ADD COLUMN y BIGINT;"), w.fault);
	CHECK_OK(migrate_on(&w, "this is applied once only"), w.fault);
	execute(&w, "INSERT INTO added VALUES (1)");
	/* And now it is too new for this program. */
	CHECK(!open_again(&w, false) && w.fault.code == FAULT_INVALID_STATE);
	forget_next(&w);
	CHECK_OK(open_again(&w, false), w.fault);
	CHECK_OK(world_get(&w, row.id, &got), w.fault);
	world_end(&w);
}

/* ---- A store that the first version wrote ---- */

static void
remove_store(struct world *w)
{
	static const char *const endings[] = { "", "-wal", "-shm" };

	for (size_t i = 0; i < ARRAY_COUNT(endings); i++)
		(void)unlink(arena_printf(&w->arena, "%s%s", w->path, endings[i]).p);
}

/* Schema 1 with a certificate that was replaced once, its tag, a token and a record of the house. */
static void
make_first_version(struct world *w)
{
	const struct connection_options options = { .path = w->path, .role = CONNECTION_WRITES };
	const struct tag tag = { STR("a"), STR("b") };
	struct certificate_row row = world_row(w, 1);
	struct session *session;

	CHECK_OK(migrate_with(w, 1, NULL), w->fault);
	CHECK_OK(session_open(&engine_sqlite, &options, &session, &w->fault), w->fault);
	struct store_transaction transaction = { .session = session };
	CHECK_OK(engine_sqlite.begin(session->connection, true, &w->fault), w->fault);
	CHECK_OK(store_certificate_insert(&transaction, &w->owner, &row, &w->fault), w->fault);
	CHECK_OK(store_tags_put(&transaction, &w->owner, row.id, &tag, 1, 50, &w->fault), w->fault);
	row.version = 2;
	CHECK_OK(store_certificate_replace(&transaction, &w->owner, &row, 3, &w->fault), w->fault);
	CHECK_OK(store_sealed_insert(&transaction, "page-token", row.sealed_key, &w->fault), w->fault);
	CHECK_OK(engine_sqlite.commit(session->connection, &w->fault), w->fault);
	session_free(session);
	execute(w, "INSERT INTO idempotency_token VALUES ('123456789012', 'eu-central-1', 'Request', 't', x'0102', "
		   "9000000000000)");
}

static bool
run_claim(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct world *w = context;
	static const uint8_t digest[] = { 1, 2 };
	bool known = false;
	struct str earlier;

	return store_token_claim(transaction, &w->owner, "Request", STR("t"), (struct bytes){ digest, sizeof digest },
		       WORLD_NOW_MS, WORLD_NOW_MS + 1, &known, fault) &&
	       (known || fault_set(fault, FAULT_INTERNAL, "The token was forgotten.")) &&
	       store_token_recall(transaction, &w->owner, "Issue", STR("t"), STR("arn"), WORLD_NOW_MS, WORLD_NOW_MS + 1,
		       &w->arena, &known, &earlier, fault);
}

TEST(migration, brings_a_store_of_the_first_version_up_to_date_and_it_works)
{
	struct world w;
	struct certificate_row got;
	const struct certificate_version *versions;
	const struct tag *tags;
	struct bytes sealed;
	size_t count;

	world_begin(&w);
	world_close(&w);
	remove_store(&w);
	make_first_version(&w);
	CHECK(!open_again(&w, true) && w.fault.code == FAULT_INVALID_STATE);
	world_open(&w);

	CHECK_OK(world_get(&w, world_id(&w, 1), &got), w.fault);
	CHECK_TEXT(got.common_name, "host-1.example.test");
	CHECK_OK(store_certificate_history(w.store, &w.owner, got.id, &w.arena, &versions, &count, &w.fault), w.fault);
	CHECK(count == 2);
	CHECK_OK(store_tags_get(w.store, &w.owner, got.id, &w.arena, &tags, &count, &w.fault), w.fault);
	CHECK(count == 1);
	CHECK_OK(store_sealed_get(w.store, "page-token", &w.arena, &sealed, &w.fault), w.fault);
	CHECK_OK(store_apply(w.store, run_claim, &w, &w.fault), w.fault);

	struct authority_row authority = world_authority(&w, 1);
	CHECK_OK(world_authority_insert(&w, &authority), w.fault);
	struct issued_row issued = world_issued(&w, authority.number, 1);
	CHECK_OK(world_issue(&w, &issued), w.fault);
	CHECK_OK(world_revoke(&w, authority.number, 1, 1, WORLD_NOW_MS), w.fault);
	CHECK_OK(world_delete(&w, got.id), w.fault);
	world_end(&w);
}

TEST(migration, is_all_or_nothing)
{
	struct world w;

	world_begin(&w);
	world_close(&w);
	CHECK(!migrate_on(&w, "CREATE TABLE added (x BIGINT); THIS IS WRONG;"));
	CHECK(w.fault.code == FAULT_INTERNAL && strstr(w.fault.log, "next") != NULL);
	execute(&w, "CREATE TABLE added (x BIGINT)");
	CHECK_OK(open_again(&w, false), w.fault);
	world_end(&w);
}

/* ---- Many processes at once ---- */

enum { PROCESSES = 4 };

static int
migrate_among_others(struct world *w, unsigned number)
{
	(void)number;
	return migrate_on(w, "CREATE TABLE added (x BIGINT); INSERT INTO added VALUES (1);") ? 0 : 1;
}

static int
open_among_others(struct world *w, unsigned number)
{
	if (!open_again(w, false))
		return 1;
	struct certificate_row row = world_row(w, number);
	bool done = world_insert(w, &row);
	store_close(w->store);
	return done ? 0 : 2;
}

/* Each begins when all are there. The store is closed meanwhile: threads do not go along into a fork. */
static void
in_processes(struct world *w, int (*work)(struct world *, unsigned number), unsigned first)
{
	pid_t children[PROCESSES];
	int gate[2], status;
	char nothing;

	CHECK(pipe(gate) == 0);
	for (unsigned i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		CHECK(children[i] >= 0);
		if (children[i] == 0) {
			(void)close(gate[1]);
			_exit(read(gate[0], &nothing, 1) == 0 ? work(w, first + i) : 3);
		}
	}
	(void)close(gate[0]);
	(void)close(gate[1]);
	for (unsigned i = 0; i < PROCESSES; i++)
		CHECK(waitpid(children[i], &status, 0) == children[i] && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(migration, is_applied_by_one_of_many_processes)
{
	struct world w;

	world_begin(&w);
	world_close(&w);
	in_processes(&w, migrate_among_others, 0);
	/* Twice would not be allowed now. */
	execute(&w, "CREATE UNIQUE INDEX once ON added (x)");
	forget_next(&w);
	world_open(&w);
	world_end(&w);
}

/* SQLite gives a new file its log only to one that has it alone, and tells the others at once that it is busy. */
TEST(migration, is_done_once_when_many_processes_make_a_store)
{
	enum { ROUNDS = 4 };
	struct certificate_row got;
	struct world w;

	world_begin(&w);
	for (unsigned round = 0; round < ROUNDS; round++) {
		world_close(&w);
		remove_store(&w);
		in_processes(&w, open_among_others, 0);
		world_open(&w);
		for (unsigned i = 0; i < PROCESSES; i++)
			CHECK_OK(world_get(&w, world_id(&w, i), &got), w.fault);
	}
	world_end(&w);
}

/* Reads a file as it is before it has its log, long enough to stand in the way. */
static int
read_for_a_while(const char *path, int told)
{
	sqlite3 *db;
	bool reads =
		sqlite3_open(path, &db) == SQLITE_OK &&
		sqlite3_exec(db, "CREATE TABLE there (x); BEGIN; SELECT * FROM there", NULL, NULL, NULL) == SQLITE_OK;

	if (!reads || write(told, "r", 1) != 1)
		return 1;
	(void)usleep(100000);
	return sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK && sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}

TEST(migration, waits_for_one_that_reads_a_new_file)
{
	int ends[2] = { -1, -1 }, status;
	struct world w;
	char byte;

	world_begin(&w);
	world_close(&w);
	CHECK(unlink(w.path) == 0 && pipe(ends) == 0);
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0)
		_exit(read_for_a_while(w.path, ends[1]));
	CHECK(read(ends[0], &byte, 1) == 1);
	CHECK_OK(open_again(&w, false), w.fault);
	CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK(close(ends[0]) == 0 && close(ends[1]) == 0);
	world_end(&w);
}

TEST(migration, leaves_a_store_that_many_processes_open_and_close)
{
	enum { ROUNDS = 5 };
	struct certificate_row got;
	struct world w;

	world_begin(&w);
	world_close(&w);
	for (unsigned round = 0; round < ROUNDS; round++)
		in_processes(&w, open_among_others, round * PROCESSES);
	world_open(&w);
	for (unsigned i = 0; i < ROUNDS * PROCESSES; i++)
		CHECK_OK(world_get(&w, world_id(&w, i), &got), w.fault);
	world_end(&w);
}

TEST(migration, is_done_once_however_often_the_store_is_opened)
{
	struct world w;
	struct certificate_row row, got;

	world_begin(&w);
	row = world_row(&w, 1);
	CHECK_OK(world_insert(&w, &row), w.fault);
	world_close(&w);
	for (int i = 0; i < 3; i++) {
		CHECK_OK(open_again(&w, i == 1), w.fault);
		CHECK_OK(world_get(&w, row.id, &got), w.fault);
		world_close(&w);
	}
	world_open(&w);
	world_end(&w);
}

TEST(migration, makes_no_store_for_a_reader)
{
	struct world w;

	world_begin(&w);
	world_close(&w);
	CHECK(unlink(w.path) == 0);
	CHECK(!open_again(&w, true) && w.fault.code != FAULT_NONE && w.fault.say[0] != '\0');
	CHECK(access(w.path, F_OK) != 0);
	CHECK_OK(open_again(&w, false), w.fault);
	world_end(&w);
}

TEST(migration, is_not_for_a_reader)
{
	struct world w;

	world_begin(&w);
	world_close(&w);
	execute(&w, "DELETE FROM schema_version");
	CHECK(!open_again(&w, true) && w.fault.code == FAULT_INVALID_STATE);
	world_end(&w);
}

TEST(migration, refuses_a_file_that_is_no_store)
{
	struct world w;

	world_begin(&w);
	world_close(&w);
	int fd = open(w.path, O_WRONLY | O_TRUNC);
	CHECK(fd >= 0 && write(fd, "This is a letter, and no store. ", 32) == 32 && ftruncate(fd, 8192) == 0);
	CHECK(close(fd) == 0);
	CHECK(!open_again(&w, false) && w.fault.code == FAULT_INTERNAL);
	CHECK(strstr(w.fault.say, "no store") != NULL);
	CHECK(!open_again(&w, true));
	world_end(&w);
}

TEST(migration, makes_files_that_nobody_else_may_read)
{
	static const char *const endings[] = { "", "-wal", "-shm" };
	mode_t before = umask(0);
	struct world w;
	struct stat st;

	world_begin(&w);
	for (size_t i = 0; i < ARRAY_COUNT(endings); i++) {
		CHECK(stat(arena_printf(&w.arena, "%s%s", w.path, endings[i]).p, &st) == 0);
		CHECK((st.st_mode & 0777) == 0600);
	}
	(void)umask(before);
	world_end(&w);
}

TEST_MAIN("store migration");
