/* error.h — errors of the rooms below as the library's callers see them. All return false, as a refusal ends. */
#ifndef CHANCERY_LIBRARY_ERROR_H
#define CHANCERY_LIBRARY_ERROR_H

#include <chancery/chancery.h>

#include "client/client.h"

/* A new error with copies of what it is made of; NULL for `out`: nobody wants it. */
bool error_of_fault(
	const struct fault *fault, enum chancery_error_kind kind, const char *code, struct chancery_error **out);
bool error_of_request(const struct fault *fault, struct chancery_error **out);
/* `endpoint` is where it was sent, for the sentence. */
bool error_of_client(const struct client_error *error, struct str endpoint, struct chancery_error **out);

#endif
