/* inside.h — the server, as the files of this room share it. */
#ifndef CHANCERY_WIRE_INSIDE_H
#define CHANCERY_WIRE_INSIDE_H

#include <microhttpd.h>

#include "wire/body.h"
#include "wire/connection.h"
#include "wire/exchange.h"
#include "wire/listener.h"
#include "wire/queue.h"
#include "wire/server.h"
#include "wire/tls.h"
#include "wire/worker.h"

struct server {
	struct server_house house;
	struct server_limits limits;
	struct listener api, pki;
	struct connection_table connections;
	struct body_budget bodies;
	struct queue quick, slow;
	struct worker *workers;
	unsigned worker_count;
	atomic_bool draining;  /* answers say that the connection closes */
	atomic_bool giving_up; /* patience is over: what waits is refused */
	atomic_uint calls;     /* exchanges that are suspended */
	atomic_uint questions; /* of them, those that ask for a certificate's status */
};

#endif
