#include "store/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

bool
session_open(const struct engine *engine, const struct connection_options *options, struct session **out,
	struct fault *fault)
{
	struct connection *connection;

	if (!engine->connect(options, &connection, fault))
		return false;
	struct session *session = memory_take_zeroed(sizeof *session);
	session->engine = engine;
	session->connection = connection;
	*out = session;
	return true;
}

void
session_free(struct session *session)
{
	if (session == NULL)
		return;
	for (size_t i = 0; i < SESSION_STATEMENTS; i++)
		if (session->cache[i].statement != NULL)
			session->engine->discard(session->cache[i].statement);
	session->engine->disconnect(session->connection);
	free(session);
}

statement *
session_statement_slot(struct session *session, const char *sql, unsigned slot, struct fault *fault)
{
	size_t at = (((uintptr_t)sql >> 4) * 31 + slot * 7) % SESSION_STATEMENTS;

	for (size_t tries = 0; tries < SESSION_STATEMENTS; tries++, at = (at + 1) % SESSION_STATEMENTS) {
		if (session->cache[at].sql == sql && session->cache[at].slot == slot)
			return session->cache[at].statement;
		if (session->cache[at].sql != NULL)
			continue;
		statement *made;
		if (!session->engine->prepare(session->connection, sql, &made, fault))
			return NULL;
		session->cache[at].sql = sql;
		session->cache[at].slot = slot;
		session->cache[at].statement = made;
		return made;
	}
	(void)fault_set(fault, FAULT_INTERNAL, "The store has no room for another statement.");
	return NULL;
}

statement *
session_statement(struct session *session, const char *sql, struct fault *fault)
{
	return session_statement_slot(session, sql, 0, fault);
}

bool
statement_run(struct session *session, statement *st, struct fault *fault)
{
	bool row;

	if (!statement_step(st, &row, fault))
		return false;
	session->writes++;
	return true;
}

/* A list begins with so much room. */
enum { ROWS_FIRST_ROOM = 16 };

void *
rows_with_room(void *rows, size_t n, size_t *room, size_t size, struct arena *arena)
{
	if (n < *room)
		return rows;
	size_t more = *room > 0 ? 2 * *room : ROWS_FIRST_ROOM;
	void *grown = arena_array(arena, more, size);
	if (n > 0)
		memcpy(grown, rows, n * size);
	*room = more;
	return grown;
}
