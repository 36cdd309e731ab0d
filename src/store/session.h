/* session.h — one connection with its prepared statements, and the short words by which verbs use them.
 *
 * A statement is prepared once a session and known by the address of its SQL, which must be a constant. AUTO(statement)
 * gives it back at the end of the scope. A session belongs to one thread at a time. */
#ifndef CHANCERY_STORE_SESSION_H
#define CHANCERY_STORE_SESSION_H

#include "store/engine.h"
#include "store/store.h"

/* Room for every statement of the store in every slot; a program error beyond. */
enum { SESSION_STATEMENTS = 512 };

struct session {
	const struct engine *engine;
	struct connection *connection;
	uint64_t writes;      /* statements that changed something, ever */
	struct session *next; /* in the pool */
	struct {
		const char *sql;
		unsigned slot;
		struct statement *statement;
	} cache[SESSION_STATEMENTS];
};

MUST_CHECK bool session_open(const struct engine *engine, const struct connection_options *options,
	struct session **out, struct fault *fault);
void session_free(struct session *session);

typedef struct statement statement;

static inline void
statement_reset(statement *st)
{
	st->engine->reset(st);
}
AUTO_FREE(statement, statement_reset);

/* NULL with a fault. Different slots are different cursors over the same SQL. */
MUST_CHECK statement *session_statement(struct session *session, const char *sql, struct fault *fault);
MUST_CHECK statement *session_statement_slot(
	struct session *session, const char *sql, unsigned slot, struct fault *fault);

static inline void
bind_int(statement *st, int at, int64_t value)
{
	st->engine->bind_int(st, at, value);
}

static inline void
bind_text(statement *st, int at, struct str text)
{
	st->engine->bind_text(st, at, text);
}

static inline void
bind_blob(statement *st, int at, struct bytes blob)
{
	st->engine->bind_blob(st, at, blob);
}

/* $1 and $2: every key begins with them. */
static inline void
bind_owner(statement *st, const struct owner *owner)
{
	bind_text(st, 1, owner->account);
	bind_text(st, 2, owner->region);
}

MUST_CHECK static inline bool
statement_step(statement *st, bool *row, struct fault *fault)
{
	return st->engine->step(st, row, fault);
}

/* What is asked for is not there; its name is the caller's to say. False. */
static inline bool
store_not_found(struct fault *fault)
{
	return fault_set(fault, FAULT_NOT_FOUND, "%s", "");
}

/* The one row that must be there: FAULT_NOT_FOUND without it. */
MUST_CHECK static inline bool
statement_step_found(statement *st, struct fault *fault)
{
	bool row = false;

	return statement_step(st, &row, fault) && (row || store_not_found(fault));
}

/* A statement that changes and gives no rows. */
MUST_CHECK bool statement_run(struct session *session, statement *st, struct fault *fault);

static inline int64_t
column_int(statement *st, int at)
{
	return st->engine->column_int(st, at);
}

static inline struct str
column_text(statement *st, int at)
{
	return st->engine->column_text(st, at);
}

static inline struct bytes
column_blob(statement *st, int at)
{
	return st->engine->column_blob(st, at);
}

/* Room for one more of `size` bytes behind `n` rows that were read; *room doubles when it is full. */
void *rows_with_room(void *rows, size_t n, size_t *room, size_t size, struct arena *arena);

#endif
