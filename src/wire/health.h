/* health.h — what a load balancer asks: is it alive, and can it do its work? */
#ifndef CHANCERY_WIRE_HEALTH_H
#define CHANCERY_WIRE_HEALTH_H

#include "wire/exchange.h"

/* GET /health: 200 as long as somebody answers. */
enum MHD_Result health_answer(struct exchange *exchange);
/* GET /ready: 200, or 503 and why: the store cannot write, or the signer is gone. */
enum MHD_Result health_answer_ready(struct exchange *exchange);

#endif
