/* sqlite.h — what the files of the embedded engine share. */
#ifndef CHANCERY_STORE_SQLITE_H
#define CHANCERY_STORE_SQLITE_H

#include <sqlite3.h>

#include "store/engine.h"

enum verb {
	VERB_BEGIN_READ,
	VERB_BEGIN_WRITE,
	VERB_COMMIT,
	VERB_SAVEPOINT,
	VERB_RELEASE,
	VERB_ROLLBACK_TO,
	VERB_COUNT
};

enum { PARTS_STATEMENTS = 6 }; /* sqlite_parts.c has so many of its own */

struct sketch; /* how common parts of names are: sqlite_parts.c */

struct connection {
	sqlite3 *db;
	sqlite3_stmt *verbs[VERB_COUNT];
	sqlite3_stmt *parts[PARTS_STATEMENTS];
	struct sketch *sketch;
	size_t log_pages;
	bool broken;
};

/* Sorts SQLite's codes into faults; always false. */
bool sqlite_fail(struct connection *c, struct fault *fault);
/* Prepares *out unless it is already. */
MUST_CHECK bool sqlite_prepare_own(struct connection *c, const char *sql, sqlite3_stmt **out, struct fault *fault);

/* The engine's index of parts of names. */
MUST_CHECK bool sqlite_names_enter(struct connection *c, int64_t first, int64_t last, struct fault *fault);
MUST_CHECK bool sqlite_names_forget(struct connection *c, int64_t number, struct str text, struct fault *fault);
MUST_CHECK bool sqlite_names_merge(struct connection *c, bool whole, bool *more, struct fault *fault);
MUST_CHECK bool sqlite_names_pattern(
	struct connection *c, struct str part, struct arena *arena, struct str *out, struct fault *fault);

#endif
