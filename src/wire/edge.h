/* edge.h — the only place that knows how a fault is called on the wire. */
#ifndef CHANCERY_WIRE_EDGE_H
#define CHANCERY_WIRE_EDGE_H

#include "base/buffer.h"
#include "base/fault.h"
#include "model/operation.h"

struct edge {
	const char *exception; /* the bare shape name of "__type": no namespace */
	unsigned status;
	const char *message_member;
};

/* `service` is the one that was asked; NULL while none was found. */
struct edge edge_of(const struct service *service, enum fault_code code);
/* {"__type":"…","message":"…"}; the message is left out when nothing is said. An INTERNAL fault says nothing of itself:
 * its caller gets the request id, under which the log has the cause. */
void edge_render(const struct service *service, const struct fault *fault, const char *request_id, struct buffer *json);

#endif
