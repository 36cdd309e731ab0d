/* transport.h — one HTTP POST and its answer, over libcurl. Knows nothing of AWS. */
#ifndef CHANCERY_CLIENT_TRANSPORT_H
#define CHANCERY_CLIENT_TRANSPORT_H

#include "client/client.h"

struct transport_header {
	struct str name, value;
};

struct transport_answer {
	int status;
	struct str request_id; /* x-amzn-RequestId, absent when there was none */
	struct str headers;    /* lines as they came, if the settings have a watch */
	struct str body;       /* never absent */
};

/* One connection that is kept while it lives. Not for two threads at once. */
struct transport;
struct transport *transport_new(const struct client_settings *settings); /* after curl_load(); borrows the settings */
void transport_free(struct transport *transport);

/* CLIENT_FINE whenever any HTTP answer came; otherwise *why holds the transport's words. All in the arena. */
enum client_problem transport_post(struct transport *transport, const char *url, const struct transport_header *headers,
	size_t header_count, struct bytes body, struct arena *arena, struct transport_answer *out, struct str *why);

#endif
