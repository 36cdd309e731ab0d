/* duties.h — the thread that does what is due (service/duty.h).
 *
 * Each duty tells when it wants to be called again; the thread sleeps until then, a minute at most, because clocks
 * jump, or until somebody hurries it. What fails is tried again, later each time, and told to the log once. Of several
 * nodes on one store, the one that holds the lease does the work. */
#ifndef CHANCERY_DAEMON_DUTIES_H
#define CHANCERY_DAEMON_DUTIES_H

#include "base/log.h"
#include "service/duty.h"

enum {
	DUTIES_LOOK_MS = 60 * 1000,
	/* After a node's sudden end nobody does its work for so long. Kept while work goes on; a duty that takes
	 * longer may meet another node's, which its writes find out. */
	DUTIES_LEASE_MS = 10 * 1000,
	DUTIES_RETRY_FIRST_MS = 5 * 1000,
	DUTIES_RETRY_MAX_MS = 5 * 60 * 1000,
};

struct duties_options {
	const struct duty *table;
	size_t count;
	const struct clock *clock;
	const struct entropy *entropy;
	const struct service_settings *settings;
	struct store *store;
	struct signer *signer; /* a channel that is nobody else's */
	struct objects *objects;
	struct status_cache *statuses;
	const struct log *log;
};

struct duties;
/* Everything the options point to outlives the thread. */
MUST_CHECK bool duties_start(const struct duties_options *options, struct duties **out, struct fault *fault);
/* Wakes it: every duty is called, soon. From any thread; `duties` is a struct duties. */
void duties_hurry(void *duties);
/* Lets the duty that is being done come to its end, and frees. NULL is fine. */
void duties_stop(struct duties *duties);

/* The same without a thread, for tests that own the clock: does what is due now, and tells when to look again. */
struct duties *duties_new(const struct duties_options *options);
int64_t duties_round(struct duties *duties);
void duties_free(struct duties *duties);

#endif
