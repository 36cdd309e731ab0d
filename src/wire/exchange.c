#include "wire/exchange.h"

#include <stdlib.h>

#include "base/memory.h"
#include "wire/inside.h"

struct exchange *
exchange_new(struct server *server, struct connection *connection, struct MHD_Connection *mhd, const char *target)
{
	struct exchange *exchange = memory_take_zeroed(sizeof *exchange);

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
	body_done(&exchange->body, &exchange->server->bodies);
	arena_done(&exchange->arena);
	free(exchange->target);
	free(exchange);
}
