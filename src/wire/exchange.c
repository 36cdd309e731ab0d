#include "wire/exchange.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

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
exchange_new(struct listener *listener, struct connection *connection, struct MHD_Connection *mhd, const char *target)
{
	struct exchange *exchange = take(&listener->exchanges);
	struct server *server = listener->server;

	exchange->server = server;
	exchange->listener = listener;
	exchange->connection = connection;
	exchange->mhd = mhd;
	exchange->started_us = clock_monotonic_us();
	exchange->target = memory_cstr(str_of(target));
	exchange->request.target = str_of(exchange->target);
	exchange->request.headers = exchange->headers;
	exchange->body_limit = server->limits.body_bytes;
	uuid_v4(server->house.entropy, exchange->call.request_id);
	return exchange;
}

void
exchange_free(struct exchange *exchange)
{
	struct exchange_pool *pool = &exchange->listener->exchanges;

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

struct str
exchange_header(const struct exchange *exchange, const char *name)
{
	for (size_t i = 0; i < exchange->request.header_count; i++) {
		struct str given = exchange->headers[i].name;
		if (given.n == strlen(name) && strncasecmp(given.p, name, given.n) == 0)
			return str_trim(exchange->headers[i].value);
	}
	return (struct str){ 0 };
}

void
exchange_expect_write(struct exchange *exchange)
{
	exchange->write_expected = exchange->writes_soon;
	if (exchange->write_expected)
		store_expect(exchange->server->house.store);
}

void
exchange_unexpect_write(struct exchange *exchange)
{
	if (exchange->write_expected)
		store_unexpect(exchange->server->house.store);
	exchange->write_expected = false;
}

void
exchange_prepare(struct exchange *exchange)
{
	const struct server_house *house = &exchange->server->house;
	struct call *call = &exchange->call;

	call->arena = &exchange->arena;
	call->now_ms = clock_now_ms(house->clock);
	call->clock = house->clock;
	call->entropy = house->entropy;
	call->settings = house->settings;
	call->store = house->store;
	call->objects = house->objects;
	call->statuses = house->statuses;
	call->hurry = house->hurry;
	call->hurry_context = house->hurry_context;
}

void
exchange_hand_over(struct exchange *exchange, struct queue *lane, bool writes_soon)
{
	(void)atomic_fetch_add(&exchange->server->calls, 1);
	MHD_suspend_connection(exchange->mhd);
	exchange->lane = lane;
	exchange->writes_soon = writes_soon;
	exchange_expect_write(exchange);
	if (queue_push(lane, exchange))
		return;
	exchange_unexpect_write(exchange);
	(void)fault_set(&exchange->fault, FAULT_THROTTLED, "Rate exceeded");
	exchange->work->finish(exchange, &exchange->fault);
}
