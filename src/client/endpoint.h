/* endpoint.h — where requests go: a URL taken apart as SigV4 needs it. */
#ifndef CHANCERY_CLIENT_ENDPOINT_H
#define CHANCERY_CLIENT_ENDPOINT_H

#include "base/arena.h"
#include "base/fault.h"

struct endpoint {
	const char *url;   /* complete, with a path */
	struct str host;   /* as the Host header has it: with the port unless it is the scheme's own */
	struct str target; /* the path, "/" at least */
};

/* http:// or https://, a host, no user, query or fragment. FAULT_INVALID_ARGS; FAULT_UNAVAILABLE without libcurl. */
MUST_CHECK bool endpoint_parse(struct str url, struct arena *arena, struct endpoint *out, struct fault *fault);

#endif
