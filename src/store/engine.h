/* engine.h — what a database must be able to do for the store. SQL is written once, above this line, in the common
 * subset of SQLite and PostgreSQL: placeholders $1…, no LIKE on user text, times as BIGINT milliseconds.
 *
 * A connection and its statements belong to one thread at a time. Faults: FAULT_CONFLICT when a key is taken;
 * FAULT_UNAVAILABLE when the disk is full or fails, or another process holds the lock: the connection then says
 * `broken` until its transaction is rolled back; FAULT_INTERNAL otherwise. An engine's tables, and the one search that
 * has SQL of its own (names by a part of them), live with the engine: migrations, names_*. */
#ifndef CHANCERY_STORE_ENGINE_H
#define CHANCERY_STORE_ENGINE_H

#include "base/arena.h"
#include "base/fault.h"

struct connection; /* the engine's own */

/* What an engine puts in front of its statements. */
struct statement {
	const struct engine *engine;
};

enum connection_role {
	CONNECTION_READS,
	CONNECTION_WRITES,
	CONNECTION_TIDIES, /* moves what was written ahead into its place */
};

struct connection_options {
	const char *path;
	enum connection_role role;
};

enum checkpoint_kind {
	CHECKPOINT_BESIDE,  /* beside writers and readers, as far as it goes */
	CHECKPOINT_WHOLE,   /* the caller keeps the writer out: all of it, so that the log begins anew */
	CHECKPOINT_SHORTEN, /* and gives the log's room back: for idle times */
};

/* Numbered from 1; each a script of its own. */
struct migration {
	const char *name;
	const char *script;
};

struct engine {
	const char *name;
	const struct migration *migrations; /* ended by one without a name */

	bool (*connect)(const struct connection_options *options, struct connection **out, struct fault *fault);
	void (*disconnect)(struct connection *connection);
	bool (*broken)(const struct connection *connection);
	bool (*script)(struct connection *connection, const char *sql, struct fault *fault);

	bool (*prepare)(struct connection *connection, const char *sql, struct statement **out, struct fault *fault);
	void (*discard)(struct statement *st);
	/* Text and blobs are borrowed until the reset; absent ones bind NULL. */
	void (*bind_int)(struct statement *st, int at, int64_t value);
	void (*bind_text)(struct statement *st, int at, struct str text);
	void (*bind_blob)(struct statement *st, int at, struct bytes blob);
	bool (*step)(struct statement *st, bool *row, struct fault *fault);
	void (*reset)(struct statement *st);
	/* Columns count from 0; spans are valid until the next step or reset; NULL is absent, or 0. */
	int64_t (*column_int)(struct statement *st, int at);
	struct str (*column_text)(struct statement *st, int at);
	struct bytes (*column_blob)(struct statement *st, int at);

	bool (*begin)(struct connection *connection, bool writing, struct fault *fault);
	bool (*commit)(struct connection *connection, struct fault *fault);
	void (*rollback)(struct connection *connection);
	bool (*savepoint)(struct connection *connection, struct fault *fault);
	bool (*release)(struct connection *connection, struct fault *fault);
	bool (*rollback_to)(struct connection *connection, struct fault *fault);

	/* The log of what was written ahead, in pages; 0 for an engine that looks after itself. */
	size_t (*log_pages)(const struct connection *connection);
	/* *whole: nothing is in the log alone any more. A reader of older pages prevents that, and is no failure. */
	bool (*checkpoint)(struct connection *connection, enum checkpoint_kind kind, bool *whole, struct fault *fault);

	/* Enters the names numbered first…last into the index of parts of names, inside a transaction. */
	bool (*names_enter)(struct connection *connection, int64_t first, int64_t last, struct fault *fault);
	bool (*names_forget)(struct connection *connection, int64_t number, struct str text, struct fault *fault);
	/* Some of the work that makes searching fast after much was entered: puts pieces of the index together, all of
	 * them when `whole`. *more: there is some left, for which `whole` is not said again. */
	bool (*names_merge)(struct connection *connection, bool whole, bool *more, struct fault *fault);
	/* What to bind to names_search for names that hold `part`; absent when the index would not narrow them down. */
	bool (*names_pattern)(struct connection *connection, struct str part, struct arena *arena, struct str *out,
		struct fault *fault);
	/* number, account, region, text of names that may match the pattern $1: the caller looks at each. */
	const char *names_search;
};

extern const struct engine engine_sqlite;

#endif
