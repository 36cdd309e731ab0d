/* call.h — what the generated function of each operation hands on to. */
#ifndef CHANCERY_LIBRARY_CALL_H
#define CHANCERY_LIBRARY_CALL_H

#include <chancery/chancery.h>

#include "library/convert.h"
#include "model/operation.h"

/* One operation: its row in the model, and its public structs. */
struct contract {
	const struct service *service;
	size_t operation;              /* which of the service's */
	const struct layout *request;  /* NULL: takes no members */
	const struct layout *response; /* NULL: answers with nothing */
};

static inline const struct operation *
contract_operation(const struct contract *contract)
{
	return &contract->service->operations[contract->operation];
}

/* Calls, and makes the public response of the answer: the caller's to call_free(). `response` may be NULL, and so may
 * `error`. */
MUST_CHECK bool call_run(const struct chancery_client *client, const struct contract *contract, const void *request,
	void **response, struct chancery_error **error);
/* Asks until what the service's waiter is for is there. */
MUST_CHECK bool call_wait(const struct chancery_client *client, const struct contract *contract, size_t waiter,
	const void *request, const struct chancery_wait *wait, void **response, struct chancery_error **error);
void call_free(void *response);

#endif
