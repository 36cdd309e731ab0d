/* What the writer gathers before it goes into the write-ahead log (store/sqlite_log.h), beside another process. */
#include "store/engine.h"
#include "test.h"
#include "world.h"

static const struct engine *const engine = &engine_sqlite;

static struct connection *
connect_to(struct world *w, enum connection_role role)
{
	const struct connection_options options = { .path = w->path, .role = role };
	struct connection *connection = NULL;

	CHECK_OK(engine->connect(&options, &connection, &w->fault), w->fault);
	return connection;
}

static void
run(struct world *w, struct connection *connection, const char *sql)
{
	CHECK_OK(engine->begin(connection, true, &w->fault), w->fault);
	CHECK_OK(engine->script(connection, sql, &w->fault), w->fault);
	CHECK_OK(engine->commit(connection, &w->fault), w->fault);
}

static int64_t
count(struct world *w, struct connection *connection)
{
	struct statement *st;
	bool row = false;

	CHECK_OK(engine->prepare(connection, "SELECT count(*) FROM kept", &st, &w->fault), w->fault);
	CHECK_OK(engine->step(st, &row, &w->fault) && row, w->fault);
	int64_t n = engine->column_int(st, 0);
	engine->discard(st);
	return n;
}

/* A transaction that outgrows the page cache has pages of it in the log before it commits. When it is rolled back,
 * their place belongs to whoever commits next. */
TEST(log, what_was_rolled_back_never_overwrites_a_neighbours_commit)
{
	struct world w;
	bool whole;

	world_begin(&w);
	world_close(&w);
	struct connection *writer = connect_to(&w, CONNECTION_WRITES);
	struct connection *neighbour = connect_to(&w, CONNECTION_WRITES);
	run(&w, writer, "CREATE TABLE spilled (b BLOB); CREATE TABLE kept (b BLOB)");
	CHECK_OK(engine->checkpoint(neighbour, CHECKPOINT_SHORTEN, &whole, &w.fault), w.fault);

	CHECK_OK(engine->begin(writer, true, &w.fault), w.fault);
	CHECK_OK(engine->script(writer, "PRAGMA cache_size = 20", &w.fault), w.fault);
	for (int i = 0; i < 12; i++)
		CHECK_OK(engine->script(writer, "INSERT INTO spilled VALUES (randomblob(9000))", &w.fault), w.fault);
	engine->rollback(writer);
	run(&w, neighbour, "INSERT INTO kept VALUES (randomblob(30000))");

	run(&w, writer, "INSERT INTO kept VALUES (randomblob(3000))");
	CHECK(count(&w, writer) == 2);
	CHECK(count(&w, neighbour) == 2);
	engine->disconnect(writer);
	engine->disconnect(neighbour);
	world_open(&w);
	world_end(&w);
}

TEST_MAIN("store log");
