#include "service/call.h"

void
call_write(struct call *call, call_write_fn *write, void *context)
{
	call->write = write;
	call->write_context = context;
}
