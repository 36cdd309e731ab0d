/* waiter.h — asks again and again until what is waited for is there, as `aws SERVICE wait NAME` does. */
#ifndef CHANCERY_CLIENT_WAITER_H
#define CHANCERY_CLIENT_WAITER_H

#include "client/client.h"

/* Where questions go, and how time passes between them. */
struct wait {
	/* Asks once: *answer is the operation's generated struct, NULL for one that answers with nothing. False:
	 * error->problem says why; anything but CLIENT_REFUSED ends the waiting. */
	bool (*ask)(void *context, const void **answer, struct client_error *error);
	void (*pause)(void *context, int64_t ms);
	void *context;
	int64_t delay_ms;  /* 0: the waiter's own */
	unsigned attempts; /* 0: the waiter's own */
};

/* False with FAULT_REQUEST_FAILED in botocore's words when it is in vain: a state that ends it, an error that nothing
 * expects, too many attempts. False without words when a question did not get through: *error has why. */
MUST_CHECK bool wait_for(
	const struct waiter *waiter, const struct wait *wait, struct client_error *error, struct fault *fault);
/* A pause in which the thread sleeps. */
void wait_sleep(void *context, int64_t ms);

#endif
