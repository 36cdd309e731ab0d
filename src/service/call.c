#include "service/call.h"

void
call_write(struct call *call, call_write_fn *write, void *context)
{
	call->write = write;
	call->write_context = context;
}

void
call_committed(struct call *call, call_committed_fn *committed, void *context)
{
	call->committed = committed;
	call->committed_context = context;
}

void
call_next(struct call *call, call_next_fn *next, void *context)
{
	call->next = next;
	call->next_context = context;
}

bool
call_write_run(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct call *call = context;

	return call->write(call, transaction, call->write_context, fault);
}

call_next_fn *
call_step(struct call *call)
{
	call_committed_fn *committed = call->committed;
	call_next_fn *next = call->next;

	call->write = NULL;
	call->committed = NULL;
	call->next = NULL;
	if (committed != NULL)
		committed(call, call->committed_context);
	return next;
}

bool
call_finish(struct call *call, struct fault *fault)
{
	while (call->write != NULL) {
		if (!store_apply(call->store, call_write_run, call, fault))
			return false;
		call_next_fn *next = call_step(call);
		if (next != NULL && !next(call, call->next_context, fault))
			return false;
	}
	return true;
}
