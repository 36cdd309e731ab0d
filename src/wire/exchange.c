#include "wire/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "wire/inside.h"

/* A spare one if there is one, else a new one: empty, but for the arena's room. */
static struct exchange *
take(struct exchange_pool *pool)
{
	struct exchange *exchange = pool->spare;

	if (exchange == NULL)
		return memory_take_zeroed(sizeof *exchange);
	pool->spare = exchange->next;
	pool->count--;
	struct arena arena = exchange->arena;
	memset(exchange, 0, offsetof(struct exchange, headers));
	exchange->arena = arena;
	return exchange;
}

struct exchange *
exchange_new(struct server *server, struct connection *connection, struct MHD_Connection *mhd, const char *target)
{
	struct exchange *exchange = take(&server->exchanges);

	exchange->server = server;
	exchange->connection = connection;
	exchange->mhd = mhd;
	exchange->started_us = clock_monotonic_us();
	exchange->target = memory_cstr(str_of(target));
	exchange->request.target = str_of(exchange->target);
	exchange->request.headers = exchange->headers;
	uuid_v4(server->house.entropy, exchange->call.request_id);
	return exchange;
}

void
exchange_free(struct exchange *exchange)
{
	struct exchange_pool *pool = &exchange->server->exchanges;

	body_done(&exchange->body, &exchange->server->bodies);
	free(exchange->target);
	if (pool->count < EXCHANGE_SPARE_MAX) {
		arena_reset(&exchange->arena);
		exchange->next = pool->spare;
		pool->spare = exchange;
		pool->count++;
	} else {
		arena_done(&exchange->arena);
		free(exchange);
	}
}

void
exchange_pool_done(struct exchange_pool *pool)
{
	while (pool->spare != NULL) {
		struct exchange *exchange = pool->spare;
		pool->spare = exchange->next;
		arena_done(&exchange->arena);
		free(exchange);
	}
}
