/* wait.h — asks again and again until what is waited for is there, as `aws SERVICE wait NAME` does. */
#ifndef CHANCERY_CLI_WAIT_H
#define CHANCERY_CLI_WAIT_H

#include "base/fault.h"
#include "cli/value.h"
#include "client/client.h"
#include "model/operation.h"

/* Where questions go, and how time passes between them. */
struct wait {
	/* Asks once. False: error->problem says why; anything but CLIENT_REFUSED ends the waiting. */
	bool (*ask)(void *context, struct value **answer, struct client_error *error);
	void (*pause)(void *context, unsigned seconds);
	void *context;
};

/* False with FAULT_REQUEST_FAILED in botocore's words when it is in vain: a state that ends it, an error that nothing
 * expects, too many attempts. False without words when a question did not get through: *error has why. */
MUST_CHECK bool wait_for(
	const struct waiter *waiter, const struct wait *wait, struct client_error *error, struct fault *fault);

#endif
