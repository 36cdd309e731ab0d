#include "library/call.h"

#include "client/waiter.h"
#include "library/client.h"
#include "library/error.h"
#include "library/object.h"

/* The request as the model has it, in the arena; it points into the caller's. False: *error says why. */
static bool
request_read(const struct contract *contract, const void *request, struct arena *arena, void **out,
	struct chancery_error **error)
{
	struct fault fault = { 0 };

	if (contract->request == NULL)
		return true;
	void *in = arena_alloc(arena, contract->request->shape->size);
	if (!convert_request(contract->request, request, arena, in, &fault))
		return error_of_request(&fault, error);
	*out = in;
	return true;
}

static void
response_make(const struct contract *contract, const void *answer, void **response)
{
	struct arena *arena;

	if (response == NULL || contract->response == NULL || answer == NULL)
		return;
	void *made = object_new(contract->response->size, &arena);
	convert_response(contract->response, answer, arena, made);
	*response = made;
}

/* One call at work. */
struct call {
	struct client *client;
	const struct contract *contract;
	const void *in;
	struct arena arena;  /* of the request */
	struct arena answer; /* of the last answer */
	const void *out;     /* that answer; NULL: there is none */
};

static bool
ask(void *context, const void **answer, struct client_error *error)
{
	struct call *call = context;
	const struct operation *operation = contract_operation(call->contract);

	arena_reset(&call->answer);
	call->out = NULL;
	void *out = operation->output != NULL ? arena_alloc(&call->answer, operation->output->size) : NULL;
	if (!client_call(call->client, call->contract->service, operation, call->in, &call->answer, out, error))
		return false;
	*answer = call->out = out;
	return true;
}

static bool
call_open(struct call *call, const struct chancery_client *client, const struct contract *contract, const void *request,
	struct chancery_error **error)
{
	void *in = NULL;

	*call = (struct call){ .client = client_of(client, contract->service), .contract = contract };
	bool opened = request_read(contract, request, &call->arena, &in, error);
	call->in = in;
	return opened;
}

static void
call_done(struct call *call)
{
	arena_done(&call->answer);
	arena_done(&call->arena);
}

bool
call_run(const struct chancery_client *client, const struct contract *contract, const void *request, void **response,
	struct chancery_error **error)
{
	struct client_error trouble = { 0 };
	const void *answer;
	struct call call;

	bool done = call_open(&call, client, contract, request, error);
	if (done) {
		done = ask(&call, &answer, &trouble);
		if (done)
			response_make(contract, call.out, response);
		else
			(void)error_of_client(&trouble, client_endpoint(call.client), error);
	}
	call_done(&call);
	return done;
}

bool
call_wait(const struct chancery_client *client, const struct contract *contract, size_t waiter, const void *request,
	const struct chancery_wait *wait, void **response, struct chancery_error **error)
{
	struct client_error trouble = { 0 };
	struct fault fault = { 0 };
	struct call call;
	struct wait how = { .ask = ask, .pause = wait_sleep, .context = &call };

	if (wait != NULL) {
		how.delay_ms = wait->delay_ms;
		how.attempts = wait->max_attempts;
	}
	bool done = call_open(&call, client, contract, request, error);
	if (done) {
		done = wait_for(&contract->service->waiters[waiter], &how, &trouble, &fault);
		if (done)
			response_make(contract, call.out, response);
		else if (fault.code != FAULT_NONE)
			(void)error_of_fault(&fault, CHANCERY_ERROR_WAITER, "WaiterError", error);
		else
			(void)error_of_client(&trouble, client_endpoint(call.client), error);
	}
	call_done(&call);
	return done;
}

void
call_free(void *response)
{
	object_free(response);
}
