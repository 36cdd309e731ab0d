/* checkpoint.c — moves what the writer logged into its place, from a connection of its own.
 *
 * Beside a busy writer a checkpoint never catches up with the log, so that the log could never begin anew. Past
 * LOG_LIMIT the tidier therefore moves all it can beside the writer, asks it for a pause, and moves the rest: some
 * milliseconds, once in many thousand imports. When nobody has written for a while the log is cut to nothing, so that
 * what was deleted does not stay in it. */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "store/session.h"
#include "store/writer.h"

enum {
	/* Pages of 4 KiB. Less often: the same page is moved once for many writes; more often: a shorter log, which is
	 * faster to search, and to read through after a crash. */
	LOG_TIDY_PAGES = 12288,
	LOG_LIMIT_PAGES = 16384,
	/* A pause is asked for when what was logged meanwhile is so little, or after so many turns. */
	PAUSE_PAGES = 1024,
	PAUSE_TURNS = 2,
	IDLE_MS = 1000,
};

struct tidier {
	struct session *session;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t told, opened;
	size_t log_pages;  /* in the log, moved or not */
	size_t tidied;     /* log_pages at the last checkpoint */
	uint64_t tellings; /* how often the writer committed */
	bool pause;        /* asks the writer to wait in tidier_tell() */
	bool paused;       /* it does */
	bool stopping;
};

static bool
tidy_is_due(const struct tidier *tidier)
{
	return tidier->log_pages - tidier->tidied >= LOG_TIDY_PAGES;
}

/* Without the lock: a checkpoint takes its time. True: all is in its place, and nothing was written meanwhile. */
static bool
tidy(struct tidier *tidier, enum checkpoint_kind kind)
{
	const struct engine *engine = tidier->session->engine;
	struct fault unheard; /* a full disk: what was logged stays in the log, and the next turn tries again */
	uint64_t before = tidier->tellings;
	bool whole = false;

	(void)pthread_mutex_unlock(&tidier->lock);
	bool moved = engine->checkpoint(tidier->session->connection, kind, &whole, &unheard);
	(void)pthread_mutex_lock(&tidier->lock);
	return moved && whole && tidier->tellings == before;
}

/* True when the writer stands still before the time is over; it does not while it has nothing to commit. */
static bool
wait_for_pause(struct tidier *tidier)
{
	struct timespec until;

	tidier->pause = true;
	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += 1;
	while (!tidier->paused && !tidier->stopping)
		if (pthread_cond_timedwait(&tidier->told, &tidier->lock, &until) != 0)
			break;
	return tidier->paused;
}

/* Moves what there is while the writer goes on, until little is left to move. */
static void
catch_up(struct tidier *tidier)
{
	for (int turn = 0; turn < PAUSE_TURNS && !tidier->stopping; turn++) {
		tidier->tidied = tidier->log_pages;
		(void)tidy(tidier, CHECKPOINT_BESIDE);
		if (tidier->log_pages < LOG_LIMIT_PAGES || tidier->log_pages < tidier->tidied + PAUSE_PAGES)
			return;
	}
}

static void
tidy_beside(struct tidier *tidier)
{
	catch_up(tidier);
	if (tidier->log_pages < LOG_LIMIT_PAGES)
		return;
	if (wait_for_pause(tidier) && tidy(tidier, CHECKPOINT_WHOLE))
		tidier->log_pages = 0;
	/* If a reader prevented it, the next turn comes after as many pages again. */
	tidier->tidied = tidier->log_pages;
	tidier->pause = false;
	(void)pthread_cond_signal(&tidier->opened);
}

/* Nobody wrote for IDLE_MS? */
static bool
is_idle(struct tidier *tidier)
{
	uint64_t before = tidier->tellings;
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += IDLE_MS / 1000;
	while (!tidy_is_due(tidier) && !tidier->stopping)
		if (pthread_cond_timedwait(&tidier->told, &tidier->lock, &until) != 0)
			return tidier->tellings == before;
	return false;
}

static void *
tidier_main(void *context)
{
	struct tidier *tidier = context;

	(void)pthread_mutex_lock(&tidier->lock);
	while (!tidier->stopping) {
		if (tidy_is_due(tidier))
			tidy_beside(tidier);
		else if (tidier->log_pages == 0)
			(void)pthread_cond_wait(&tidier->told, &tidier->lock);
		else if (is_idle(tidier) && tidy(tidier, CHECKPOINT_SHORTEN))
			tidier->log_pages = tidier->tidied = 0;
	}
	(void)pthread_mutex_unlock(&tidier->lock);
	return NULL;
}

static void
tidier_free(struct tidier *tidier)
{
	session_free(tidier->session);
	(void)pthread_cond_destroy(&tidier->told);
	(void)pthread_cond_destroy(&tidier->opened);
	(void)pthread_mutex_destroy(&tidier->lock);
	free(tidier);
}

bool
tidier_start(struct session *session, struct tidier **out, struct fault *fault)
{
	struct tidier *tidier = memory_take_zeroed(sizeof *tidier);
	pthread_condattr_t attributes;

	tidier->session = session;
	(void)pthread_mutex_init(&tidier->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&tidier->told, &attributes);
	(void)pthread_cond_init(&tidier->opened, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	if (pthread_create(&tidier->thread, NULL, tidier_main, tidier) != 0) {
		tidier_free(tidier);
		return fault_set(fault, FAULT_UNAVAILABLE, "The store cannot start a thread.");
	}
	*out = tidier;
	return true;
}

void
tidier_stop(struct tidier *tidier)
{
	(void)pthread_mutex_lock(&tidier->lock);
	tidier->stopping = true;
	(void)pthread_cond_signal(&tidier->told);
	(void)pthread_mutex_unlock(&tidier->lock);
	(void)pthread_join(tidier->thread, NULL);
	tidier_free(tidier);
}

void
tidier_tell(struct tidier *tidier, size_t log_pages)
{
	(void)pthread_mutex_lock(&tidier->lock);
	bool wanted = tidier->log_pages == 0;
	if (log_pages < tidier->log_pages)
		tidier->tidied = 0; /* it began anew */
	tidier->log_pages = log_pages;
	tidier->tellings++;
	while (tidier->pause && !tidier->stopping) {
		tidier->paused = true;
		(void)pthread_cond_signal(&tidier->told);
		(void)pthread_cond_wait(&tidier->opened, &tidier->lock);
	}
	tidier->paused = false;
	/* Not at every commit: waking a thread costs as much as a row. */
	if (wanted || tidy_is_due(tidier))
		(void)pthread_cond_signal(&tidier->told);
	(void)pthread_mutex_unlock(&tidier->lock);
}
