/* client.h — the public client: one of client/client.h for each service, because each may have an endpoint of its own.
 * Immutable once made. */
#ifndef CHANCERY_LIBRARY_CLIENT_H
#define CHANCERY_LIBRARY_CLIENT_H

#include <chancery/chancery.h>

#include "client/client.h"

/* The client that calls operations of `service`. */
struct client *client_of(const struct chancery_client *client, const struct service *service);

#endif
