/* internal.h — what the files of the store share: the pool of reading sessions and the open transaction. */
#ifndef CHANCERY_STORE_INTERNAL_H
#define CHANCERY_STORE_INTERNAL_H

#include <pthread.h>

#include "store/session.h"
#include "store/store.h"

struct writer;

struct store {
	const struct clock *clock;
	bool read_only;
	struct writer *writer; /* NULL when read only */

	/* Sessions for reading: who finds none waits. */
	pthread_mutex_t lock;
	pthread_cond_t returned;
	struct session *idle;
	struct session **sessions;
	size_t session_count;
};

/* A session of the pool, for the length of one read. */
struct session *store_session_take(struct store *store);
void store_session_give(struct store *store, struct session *session);

/* Known to the closures of one group. Forgotten when the group runs again. */
struct store_transaction {
	struct session *session;
	int64_t next_certificate; /* the next free numbers; 0: not asked yet */
	int64_t next_name;
	int64_t names_entered; /* the names up to this number are in the index of parts; valid with next_name */
};

#endif
