/* sqlite.c — the embedded engine.
 *
 * Write-ahead log, synchronous=FULL: a commit is on the disk when it returns. Nobody checkpoints inside a commit
 * (wal_autocheckpoint=0): the connection that tidies does it beside. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "store/migration.h"
#include "store/sqlite.h"
#include "store/sqlite_log.h"

enum {
	/* How long to wait for another process (chancery admin) to finish its write. */
	BUSY_WAIT_MS = 5000,
	BUSY_RETRY_MS = 5,
	/* The connection that tidies may hold the writer up meanwhile: it tries again later instead. */
	TIDY_WAIT_MS = 50,
	/* Page caches in KiB. The kernel caches the file as well; these only spare the copying, and count as ours. */
	WRITER_CACHE_KIB = 6144,
	READER_CACHE_KIB = 8192,
};

static const char *const verbs[VERB_COUNT] = {
	[VERB_BEGIN_READ] = "BEGIN",
	[VERB_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[VERB_COMMIT] = "COMMIT",
	[VERB_SAVEPOINT] = "SAVEPOINT closure",
	[VERB_RELEASE] = "RELEASE closure",
	[VERB_ROLLBACK_TO] = "ROLLBACK TO closure",
};

struct sqlite_statement {
	struct statement base;
	struct connection *connection;
	sqlite3_stmt *stmt;
};

static sqlite3_stmt *
stmt_of(struct statement *st)
{
	return ((struct sqlite_statement *)st)->stmt;
}

/* ---- What went wrong ---- */

static bool
fail_disk(struct connection *c, int code, struct fault *fault)
{
	int reason = sqlite3_system_errno(c->db);

	c->broken = true;
	if ((code & 0xff) == SQLITE_FULL || reason == ENOSPC || reason == EDQUOT || reason == EFBIG)
		(void)fault_set(fault, FAULT_UNAVAILABLE,
			"The disk that holds the store is full: nothing was changed. Reading goes on; writing will as "
			"soon as there is room.");
	else
		(void)fault_set(fault, FAULT_UNAVAILABLE, "The disk that holds the store failed: nothing was changed.");
	return fault_log(fault, "sqlite: %s (%d), errno %d", sqlite3_errmsg(c->db), code, reason);
}

static bool
fail_other(struct connection *c, int code, struct fault *fault)
{
	switch (code & 0xff) {
	case SQLITE_CONSTRAINT:
		(void)fault_set(fault, FAULT_CONFLICT, "This is in the store already.");
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		c->broken = true;
		(void)fault_set(fault, FAULT_UNAVAILABLE,
			"Another process is writing to the store and did not finish in time: nothing was changed. Try "
			"again.");
		break;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		c->broken = true;
		(void)fault_set(fault, FAULT_INTERNAL, "The store's file is damaged, or is no store.");
		break;
	default:
		(void)fault_set(fault, FAULT_INTERNAL, "The store failed.");
		break;
	}
	return fault_log(fault, "sqlite: %s (%d)", sqlite3_errmsg(c->db), code);
}

bool
sqlite_fail(struct connection *c, struct fault *fault)
{
	int code = sqlite3_extended_errcode(c->db);

	switch (code & 0xff) {
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
		return fail_disk(c, code, fault);
	default:
		return fail_other(c, code, fault);
	}
}

/* ---- Connections ---- */

static void
configure(void)
{
	/* Statistics take a global lock at every allocation, and nobody reads them. */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	(void)sqlite3_initialize();
	(void)sqlite_log_system();
}

static int
on_commit(void *context, sqlite3 *db, const char *schema, int pages)
{
	struct connection *c = context;

	(void)db;
	(void)schema;
	c->log_pages = (size_t)pages;
	return SQLITE_OK;
}

/* The file's own mode is what SQLite gives to its log, too. A file that is there is left alone: closing it would end
 * the locks that other connections of this process hold on it (POSIX). */
static bool
make_file(const char *path, struct fault *fault)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 && errno != EEXIST) {
		int reason = errno;
		(void)fault_set(fault, FAULT_UNAVAILABLE, "The store %s cannot be made: %s.", path, strerror(reason));
		return fault_log(fault, "open %s: errno %d", path, reason);
	}
	if (fd >= 0)
		(void)close(fd);
	return true;
}

static bool
sqlite_script(struct connection *c, const char *sql, struct fault *fault)
{
	return sqlite3_exec(c->db, sql, NULL, NULL, NULL) == SQLITE_OK ? true : sqlite_fail(c, fault);
}

/* Whoever gives a new file its log needs the file alone for an instant, and SQLite does not wait for that by itself. */
static bool
script_patiently(struct connection *c, const char *sql, struct fault *fault)
{
	int code = sqlite3_exec(c->db, sql, NULL, NULL, NULL);

	for (int waited_ms = 0; (code & 0xff) == SQLITE_BUSY && waited_ms < BUSY_WAIT_MS; waited_ms += BUSY_RETRY_MS) {
		(void)usleep(BUSY_RETRY_MS * 1000);
		code = sqlite3_exec(c->db, sql, NULL, NULL, NULL);
	}
	return code == SQLITE_OK ? true : sqlite_fail(c, fault);
}

/* What must be said before the file has its first page, then what every connection needs. */
static bool
set_up(struct connection *c, enum connection_role role, struct fault *fault)
{
	static const char *const settings[] = {
		[CONNECTION_READS] = "PRAGMA query_only=1",
		[CONNECTION_WRITES] = "PRAGMA auto_vacuum=NONE; PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON",
		[CONNECTION_TIDIES] = "PRAGMA synchronous=FULL",
	};
	int cache_kib = role == CONNECTION_WRITES ? WRITER_CACHE_KIB : READER_CACHE_KIB;
	struct buffer sql = { 0 };

	buffer_printf(&sql,
		"PRAGMA trusted_schema=OFF; %s; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; "
		"PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=OFF; PRAGMA cache_size=-%d",
		settings[role], cache_kib);
	bool done = script_patiently(c, sql.p, fault);
	buffer_done(&sql);
	if (done)
		(void)sqlite3_wal_hook(c->db, on_commit, c);
	return done;
}

static void
sqlite_disconnect(struct connection *c)
{
	for (size_t i = 0; i < VERB_COUNT; i++)
		(void)sqlite3_finalize(c->verbs[i]);
	for (size_t i = 0; i < PARTS_STATEMENTS; i++)
		(void)sqlite3_finalize(c->parts[i]);
	free(c->sketch);
	(void)sqlite3_close(c->db);
	free(c);
}

static bool
sqlite_connect(const struct connection_options *options, struct connection **out, struct fault *fault)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, configure);
	if (options->role == CONNECTION_WRITES && !make_file(options->path, fault))
		return false;

	struct connection *c = memory_take_zeroed(sizeof *c);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	const char *system = options->role == CONNECTION_WRITES ? sqlite_log_system() : NULL;
	if (sqlite3_open_v2(options->path, &c->db, flags, system) != SQLITE_OK) {
		(void)fault_set(fault, FAULT_UNAVAILABLE, "The store %s cannot be opened: %s.", options->path,
			sqlite3_errmsg(c->db));
		sqlite_disconnect(c);
		return false;
	}
	(void)sqlite3_extended_result_codes(c->db, 1);
	(void)sqlite3_busy_timeout(c->db, options->role == CONNECTION_TIDIES ? TIDY_WAIT_MS : BUSY_WAIT_MS);
	if (!set_up(c, options->role, fault)) {
		sqlite_disconnect(c);
		return false;
	}
	*out = c;
	return true;
}

static bool
sqlite_broken(const struct connection *c)
{
	return c->broken;
}

/* ---- Statements ---- */

/* SQLite numbers $1 by first appearance and ?1 by its number. Our SQL has a '$' nowhere else. */
static char *
with_question_marks(const char *sql)
{
	char *own = memory_cstr(str_of(sql));

	for (char *p = own; (p = strchr(p, '$')) != NULL;)
		*p = '?';
	return own;
}

bool
sqlite_prepare_own(struct connection *c, const char *sql, sqlite3_stmt **out, struct fault *fault)
{
	if (*out != NULL)
		return true;
	if (sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) != SQLITE_OK)
		return sqlite_fail(c, fault);
	return true;
}

static bool
sqlite_prepare(struct connection *c, const char *sql, struct statement **out, struct fault *fault)
{
	char *own = with_question_marks(sql);
	sqlite3_stmt *stmt = NULL;
	bool is_made = sqlite_prepare_own(c, own, &stmt, fault);

	free(own);
	if (!is_made)
		return false;
	struct sqlite_statement *own_st = memory_take_zeroed(sizeof *own_st);
	own_st->base.engine = &engine_sqlite;
	own_st->connection = c;
	own_st->stmt = stmt;
	*out = &own_st->base;
	return true;
}

static void
sqlite_discard(struct statement *st)
{
	(void)sqlite3_finalize(stmt_of(st));
	free(st);
}

static void
sqlite_bind_int(struct statement *st, int at, int64_t value)
{
	(void)sqlite3_bind_int64(stmt_of(st), at, value);
}

static void
sqlite_bind_text(struct statement *st, int at, struct str text)
{
	if (text.p == NULL)
		(void)sqlite3_bind_null(stmt_of(st), at);
	else
		(void)sqlite3_bind_text64(stmt_of(st), at, text.p, text.n, SQLITE_STATIC, SQLITE_UTF8);
}

static void
sqlite_bind_blob(struct statement *st, int at, struct bytes blob)
{
	if (blob.p == NULL)
		(void)sqlite3_bind_null(stmt_of(st), at);
	else
		(void)sqlite3_bind_blob64(stmt_of(st), at, blob.p, blob.n, SQLITE_STATIC);
}

static bool
sqlite_step(struct statement *st, bool *row, struct fault *fault)
{
	int code = sqlite3_step(stmt_of(st));

	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return sqlite_fail(((struct sqlite_statement *)st)->connection, fault);
	*row = code == SQLITE_ROW;
	return true;
}

static void
sqlite_reset(struct statement *st)
{
	(void)sqlite3_reset(stmt_of(st));
}

static int64_t
sqlite_column_int(struct statement *st, int at)
{
	return sqlite3_column_int64(stmt_of(st), at);
}

static struct bytes
sqlite_column_blob(struct statement *st, int at)
{
	const void *p = sqlite3_column_blob(stmt_of(st), at);

	/* SQLite gives NULL for an empty blob, too. */
	if (p == NULL && sqlite3_column_type(stmt_of(st), at) != SQLITE_NULL)
		p = "";
	return (struct bytes){ p, (size_t)sqlite3_column_bytes(stmt_of(st), at) };
}

static struct str
sqlite_column_text(struct statement *st, int at)
{
	const unsigned char *p = sqlite3_column_text(stmt_of(st), at);

	return (struct str){ (const char *)p, (size_t)sqlite3_column_bytes(stmt_of(st), at) };
}

/* ---- Transactions ---- */

static bool
verb_run(struct connection *c, enum verb verb, struct fault *fault)
{
	if (!sqlite_prepare_own(c, verbs[verb], &c->verbs[verb], fault))
		return false;
	bool done = sqlite3_step(c->verbs[verb]) == SQLITE_DONE || sqlite_fail(c, fault);
	(void)sqlite3_reset(c->verbs[verb]);
	return done;
}

static bool
sqlite_begin(struct connection *c, bool writing, struct fault *fault)
{
	c->broken = false;
	return verb_run(c, writing ? VERB_BEGIN_WRITE : VERB_BEGIN_READ, fault);
}

static bool
sqlite_commit(struct connection *c, struct fault *fault)
{
	return verb_run(c, VERB_COMMIT, fault);
}

static void
sqlite_rollback(struct connection *c)
{
	/* First, while the lock that keeps others from writing is still held. */
	sqlite_log_forget(c->db);
	/* A full disk may have rolled back already (sqlite3_get_autocommit). */
	if (!sqlite3_get_autocommit(c->db))
		(void)sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
	c->broken = false;
}

static bool
sqlite_savepoint(struct connection *c, struct fault *fault)
{
	return verb_run(c, VERB_SAVEPOINT, fault);
}

static bool
sqlite_release(struct connection *c, struct fault *fault)
{
	return verb_run(c, VERB_RELEASE, fault);
}

static bool
sqlite_rollback_to(struct connection *c, struct fault *fault)
{
	return verb_run(c, VERB_ROLLBACK_TO, fault) && verb_run(c, VERB_RELEASE, fault);
}

/* ---- The log ---- */

static size_t
sqlite_log_pages(const struct connection *c)
{
	return c->log_pages;
}

static bool
sqlite_checkpoint(struct connection *c, enum checkpoint_kind kind, bool *whole, struct fault *fault)
{
	static const int modes[] = {
		[CHECKPOINT_BESIDE] = SQLITE_CHECKPOINT_PASSIVE,
		[CHECKPOINT_WHOLE] = SQLITE_CHECKPOINT_RESTART,
		[CHECKPOINT_SHORTEN] = SQLITE_CHECKPOINT_TRUNCATE,
	};
	int pages = 0, moved = 0;
	int code = sqlite3_wal_checkpoint_v2(c->db, NULL, modes[kind], &pages, &moved);

	if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY)
		return sqlite_fail(c, fault);
	*whole = code == SQLITE_OK && pages == moved;
	return true;
}

const struct engine engine_sqlite = {
	.name = "sqlite",
	.migrations = migrations_sqlite,
	.connect = sqlite_connect,
	.disconnect = sqlite_disconnect,
	.broken = sqlite_broken,
	.script = sqlite_script,
	.prepare = sqlite_prepare,
	.discard = sqlite_discard,
	.bind_int = sqlite_bind_int,
	.bind_text = sqlite_bind_text,
	.bind_blob = sqlite_bind_blob,
	.step = sqlite_step,
	.reset = sqlite_reset,
	.column_int = sqlite_column_int,
	.column_text = sqlite_column_text,
	.column_blob = sqlite_column_blob,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.savepoint = sqlite_savepoint,
	.release = sqlite_release,
	.rollback_to = sqlite_rollback_to,
	.log_pages = sqlite_log_pages,
	.checkpoint = sqlite_checkpoint,
	.names_enter = sqlite_names_enter,
	.names_forget = sqlite_names_forget,
	.names_merge = sqlite_names_merge,
	.names_pattern = sqlite_names_pattern,
	.names_search =
		"SELECT n.number, n.account, n.region, n.text FROM name_part p JOIN name n ON n.number = p.rowid "
		"WHERE name_part MATCH $1",
};
