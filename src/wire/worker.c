#include "wire/worker.h"

#include "base/memory.h"
#include "wire/answer.h"
#include "wire/inside.h"
#include "wire/queue.h"

/* Who asks? */
static bool
authenticate(struct worker *worker, struct exchange *exchange, struct fault *fault)
{
	struct server_house *house = &worker->server->house;
	struct call *call = &exchange->call;
	struct sigv4_claim *claim = &exchange->claim;
	uint8_t key[SIGV4_KEY_BYTES];

	if (!sigv4_claim_read(&exchange->request, str_of(exchange->route.service->signing_name), call->now_ms,
		    call->arena, claim, fault))
		return false;
	struct principal principal = { 0 };
	if (!iam_signing_key(
		    house->iam, house->store, worker->signer, call->now_ms, claim, call->arena, key, &principal, fault))
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

/* The way of a request, from the signature to the handler's end. */
static bool
run(struct worker *worker, struct exchange *exchange, struct fault *fault)
{
	const struct target *route = &exchange->route;
	struct call *call = &exchange->call;
	void *in = NULL;

	if (!authenticate(worker, exchange, fault))
		return false;
	if (!dispatch_decode(route, str_of_bytes(exchange->request.body), call->arena, &in, fault))
		return false;
	/* All of it is in the arena now. */
	body_done(&exchange->body, &worker->server->bodies);
	if (!iam_authorize(&call->principal, call->partition, route->service, route->operation,
		    dispatch_resource(route, call, in), fault))
		return false;
	exchange->out = arena_alloc(call->arena, route->handler->out_size);
	return route->handler->run(call, in, exchange->out, fault);
}

/* On the store's writer thread, as often as its transaction needs. */
static bool
write_run(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct exchange *exchange = context;

	return exchange->call.write(&exchange->call, transaction, exchange->call.write_context, fault);
}

static void
write_done(void *context, const struct fault *fault)
{
	answer_finish(context, fault);
}

static void
prepare(struct worker *worker, struct exchange *exchange)
{
	const struct server_house *house = &worker->server->house;
	struct call *call = &exchange->call;

	call->arena = &exchange->arena;
	call->now_ms = clock_now_ms(house->clock);
	call->clock = house->clock;
	call->entropy = house->entropy;
	call->settings = house->settings;
	call->store = house->store;
	call->signer = worker->signer;
	call->verifier = worker->verifier;
	exchange->request.body = body_bytes(&exchange->body);
}

/* It will not write after all. */
static void
unexpect(struct worker *worker, struct exchange *exchange)
{
	if (exchange->write_expected)
		store_unexpect(worker->server->house.store);
	exchange->write_expected = false;
}

static void
work(struct worker *worker, struct exchange *exchange)
{
	struct fault *fault = &exchange->fault;

	if (atomic_load(&worker->server->giving_up)) {
		unexpect(worker, exchange);
		(void)fault_set(fault, FAULT_UNAVAILABLE, "The server is stopping: nothing was changed, try again.");
		answer_finish(exchange, fault);
		return;
	}
	prepare(worker, exchange);
	if (!run(worker, exchange, fault)) {
		unexpect(worker, exchange);
		answer_finish(exchange, fault);
	} else if (exchange->call.write != NULL) {
		exchange->write = (struct store_write){
			.run = write_run, .done = write_done, .context = exchange, .expected = exchange->write_expected
		};
		exchange->write_expected = false;
		store_submit(worker->server->house.store, &exchange->write);
	} else {
		unexpect(worker, exchange);
		answer_finish(exchange, NULL);
	}
}

static void *
worker_main(void *context)
{
	struct worker *worker = context;

	for (;;) {
		struct exchange *exchange = queue_take(worker->lane);
		if (exchange == NULL)
			return NULL;
		work(worker, exchange);
	}
}

bool
worker_start(
	struct worker *worker, struct server *server, struct queue *lane, struct signer *signer, struct fault *fault)
{
	*worker = (struct worker){ .server = server, .lane = lane, .signer = signer, .verifier = verifier_new() };
	if (pthread_create(&worker->thread, NULL, worker_main, worker) == 0)
		return true;
	verifier_free(worker->verifier);
	return fault_set(fault, FAULT_INTERNAL, "A worker's thread could not be started.");
}

void
worker_join(struct worker *worker)
{
	(void)pthread_join(worker->thread, NULL);
	verifier_free(worker->verifier);
}
