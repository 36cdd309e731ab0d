/* writer.h — group commit: a thread that runs many closures in one transaction, and a thread that tidies its log.
 *
 * Closures run one after another without savepoints. When one refuses after it has written, the transaction is rolled
 * back and the group runs again, each closure behind its own savepoint: refusals after a write are rare, and a
 * savepoint costs as much as an index entry. When the disk refuses, the whole group is told so, and the writer tries an
 * empty write every second until one is taken. When nobody writes for a while it merges
 * the index of names, a little at a time. */
#ifndef CHANCERY_STORE_WRITER_H
#define CHANCERY_STORE_WRITER_H

#include "store/engine.h"
#include "store/store.h"

enum {
	/* Beyond 64 rows a commit the gain is small (28 us a row, 25 at 256) and the first one's wait grows. */
	WRITER_GROUP_MAX = 64,
	/* So long a group waits for writes that are expected: about what an fsync takes, which it may save. */
	WRITER_PATIENCE_US = 1000,
	WRITER_PROBE_S = 1,
	/* So long nobody writes before the writer tends its indexes. */
	WRITER_IDLE_S = 1,
};

struct writer;
struct session;

/* Takes over both sessions, also when it fails; starts its threads. */
MUST_CHECK bool writer_start(struct session *session, struct session *tidier, const struct clock *clock,
	struct writer **out, struct fault *fault);
/* Commits what was submitted, ends the threads, frees the sessions. */
void writer_stop(struct writer *writer);
void writer_expect(struct writer *writer);
void writer_unexpect(struct writer *writer);
void writer_submit(struct writer *writer, struct store_write *write);
bool writer_ready(struct writer *writer);

/* checkpoint.c: the thread that tidies. */
struct tidier;
/* Takes over the session, also when it fails. */
MUST_CHECK bool tidier_start(struct session *session, struct tidier **out, struct fault *fault);
void tidier_stop(struct tidier *tidier);
/* The writer's word after each commit: so many pages are in the log. Waits when the log has grown past its limit and
 * the tidier asks for a pause. */
void tidier_tell(struct tidier *tidier, size_t log_pages);

#endif
