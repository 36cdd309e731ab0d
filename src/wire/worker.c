#include "wire/worker.h"

#include "wire/inside.h"

static void
finish(struct exchange *exchange, const struct fault *fault)
{
	exchange_unexpect_write(exchange);
	exchange->work->finish(exchange, fault);
}

/* On the store's writer thread, as often as its transaction needs. */
static bool
write_run(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct exchange *exchange = context;

	return call_write_run(transaction, &exchange->call, fault);
}

/* On the store's writer thread: durable, or not. What follows is a worker's. */
static void
write_done(void *context, const struct fault *fault)
{
	struct exchange *exchange = context;

	exchange->step = fault == NULL ? call_step(&exchange->call) : NULL;
	if (exchange->step == NULL) {
		finish(exchange, fault);
		return;
	}
	exchange_expect_write(exchange);
	queue_return(exchange->lane, exchange);
}

/* Also when the server gives up: the half of it that is durable needs the other. */
static bool
go_on(struct exchange *exchange, struct fault *fault)
{
	call_next_fn *step = exchange->step;

	exchange->step = NULL;
	return step(&exchange->call, exchange->call.next_context, fault);
}

static bool
start(struct exchange *exchange, struct fault *fault)
{
	if (atomic_load(&exchange->server->giving_up))
		return fault_set(fault, FAULT_UNAVAILABLE, "The server is stopping: nothing was changed, try again.");
	exchange_prepare(exchange);
	exchange->request.body = body_bytes(&exchange->body);
	return exchange->work->run(exchange, fault);
}

static void
work(struct worker *worker, struct exchange *exchange)
{
	struct fault *fault = &exchange->fault;

	exchange->call.signer = worker->signer;
	exchange->call.verifier = worker->verifier;
	if (!(exchange->step != NULL ? go_on(exchange, fault) : start(exchange, fault))) {
		finish(exchange, fault);
	} else if (exchange->call.write != NULL) {
		exchange->write = (struct store_write){
			.run = write_run, .done = write_done, .context = exchange, .expected = exchange->write_expected
		};
		exchange->write_expected = false;
		store_submit(worker->server->house.store, &exchange->write);
	} else {
		finish(exchange, NULL);
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
