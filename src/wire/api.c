#include "wire/api.h"

#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "wire/answer.h"
#include "wire/inside.h"

enum {
	/* A quick operation with more than this (a chain of over 20 certificates) would keep the quick lane waiting. */
	QUICK_BODY_BYTES = 64 * 1024,
};

/* ---- On a worker ---- */

/* Who asks? */
static bool
authenticate(struct exchange *exchange, struct fault *fault)
{
	struct server_house *house = &exchange->server->house;
	struct call *call = &exchange->call;
	struct sigv4_claim *claim = &exchange->claim;
	uint8_t key[SIGV4_KEY_BYTES];

	if (!sigv4_claim_read(&exchange->request, str_of(exchange->route.service->signing_name), call->now_ms,
		    call->arena, claim, fault))
		return false;
	struct principal principal = { 0 };
	if (!iam_signing_key(
		    house->iam, house->store, call->signer, call->now_ms, claim, call->arena, key, &principal, fault))
		return false;
	bool proved = sigv4_claim_prove(&exchange->request, claim, key, call->arena, fault);
	memory_wipe(key, sizeof key);
	if (!proved)
		return false;

	call->principal = principal;
	call->owner = (struct owner){ principal.account, claim->region };
	call->partition = iam_partition(claim->region);
	return true;
}

/* From the signature to the handler's end. */
static bool
run(struct exchange *exchange, struct fault *fault)
{
	const struct target *route = &exchange->route;
	struct call *call = &exchange->call;
	void *in = NULL;

	if (!authenticate(exchange, fault))
		return false;
	if (!dispatch_decode(route, str_of_bytes(exchange->request.body), call->arena, &in, fault))
		return false;
	/* All of it is in the arena now. */
	body_done(&exchange->body, &exchange->server->bodies);
	if (!iam_authorize(&call->principal, call->partition, route->service, route->operation,
		    dispatch_resource(route, call, in), fault))
		return false;
	exchange->out = arena_alloc(call->arena, route->handler->out_size);
	return route->handler->run(call, in, exchange->out, fault);
}

/* ---- On the HTTP thread ---- */

static enum MHD_Result
begin(struct exchange *exchange)
{
	struct server *server = exchange->server;
	const struct operation *operation = exchange->route.operation;
	bool slow = operation->lane == OPERATION_LONG || exchange->body.n > QUICK_BODY_BYTES;

	/* In the slow lane a write may be long in coming: nobody should wait for it. */
	exchange_hand_over(
		exchange, slow ? &server->slow : &server->quick, !slow && operation->access == OPERATION_WRITES);
	return MHD_YES;
}

static const struct work api_work = { begin, run, answer_finish };

/* "application/x-amz-json-1.1" or "application/json", with or without a charset. */
static bool
content_type_known(struct str value)
{
	struct str type;

	(void)str_cut(&value, ';', &type);
	type = str_trim(type);
	return (type.n == strlen(ANSWER_JSON) && strncasecmp(type.p, ANSWER_JSON, type.n) == 0) ||
	       (type.n == strlen("application/json") && strncasecmp(type.p, "application/json", type.n) == 0);
}

/* As AWS's front end answers a protocol it does not speak. */
static enum MHD_Result
answer_unknown_protocol(struct exchange *exchange)
{
	struct buffer body = { 0 };

	buffer_put_cstr(&body, "<UnknownOperationException/>\n");
	return answer_now(exchange, MHD_HTTP_NOT_FOUND, "UnknownOperationException", "application/xml", &body, NULL);
}

/* In AWS's order: size, target, authentication. */
enum MHD_Result
api_check_head(struct exchange *exchange)
{
	if (exchange->body_expected != DOOR_LENGTH_UNKNOWN && exchange->body_expected > exchange->body_limit) {
		(void)fault_set(&exchange->fault, FAULT_TOO_LARGE, "Request size exceeded the limit");
		return answer_fault(exchange, &exchange->fault);
	}
	if (!content_type_known(exchange_header(exchange, "Content-Type")))
		return answer_unknown_protocol(exchange);
	if (!dispatch_find(exchange_header(exchange, "X-Amz-Target"), &exchange->route)) {
		exchange->fault.code = FAULT_UNKNOWN_OPERATION;
		return answer_fault(exchange, &exchange->fault);
	}
	/* Nobody who does not even say who he is gets his body read. The words for it are sigv4's. */
	if (exchange_header(exchange, "Authorization").p == NULL &&
		!sigv4_claim_read(&exchange->request, str_of(exchange->route.service->signing_name), 0,
			&exchange->arena, &exchange->claim, &exchange->fault))
		return answer_fault(exchange, &exchange->fault);
	exchange->work = &api_work;
	return MHD_YES;
}
