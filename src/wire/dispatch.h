/* dispatch.h — from X-Amz-Target to the handler, and from its struct back to JSON. */
#ifndef CHANCERY_WIRE_DISPATCH_H
#define CHANCERY_WIRE_DISPATCH_H

#include "model/operation.h"
#include "service/call.h"

struct handler {
	const char *name; /* the operation's */
	size_t out_size;
	bool (*run)(struct call *call, const void *in, void *out, struct fault *fault);
};

struct target {
	const struct service *service;
	const struct operation *operation; /* NULL: none found yet */
	const struct handler *handler;
};

/* "CertificateManager.ImportCertificate", in exactly this case. False: there is no such operation. */
bool dispatch_find(struct str name, struct target *out);

/* Every service that is served, for the tests: NULL past the last. */
const struct service *dispatch_service(size_t index);

/* Decodes and validates; *in is in the arena. */
MUST_CHECK bool dispatch_decode(
	const struct target *target, struct str json, struct arena *arena, void **in, struct fault *fault);
/* The ARN that the call is about, for the policy: ACM's are about certificates, ACM-PCA's about authorities. Of an
 * operation that makes one, which answers with an ARN it was not given, the pattern of all its caller could get. Absent
 * if it is about none. */
struct str dispatch_resource(const struct target *target, const struct call *call, const void *in);

#endif
