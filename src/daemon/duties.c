#include "daemon/duties.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "store/duty.h"
#include "x509/verifier.h"

enum { SECOND_MS = 1000, MS_NS = 1000 * 1000 };

/* How it stands with one of the table's duties. */
struct turn {
	int64_t next_ms;
	int64_t retry_ms; /* what it waited for after the last failure; 0: the last call went well */
	struct fault told;
};

struct duties {
	struct duties_options options;
	struct turn *turns;
	struct arena arena;
	struct verifier *verifier;
	char holder[UUID_TEXT_BYTES];
	int64_t leased_until_ms; /* 0: another holds the lease, or nobody */
	int64_t seen_ms;         /* the clock at the last round */
	struct fault lease_told;

	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t woken;
	bool hurried, stopping; /* under the lock */
};

/* ---- Telling ---- */

/* Once for each message, until all is well again. */
static void
tell(const struct duties *rota, const char *name, const struct fault *fault, struct fault *told)
{
	if (told->code == fault->code && strcmp(told->say, fault->say) == 0 && strcmp(told->log, fault->log) == 0)
		return;
	*told = *fault;
	log_write(rota->options.log, LOG_ERROR, "duty failed", { "duty", str_of(name), 0 },
		{ "reason", str_of(fault->say), 0 }, { "detail", str_of(fault->log), 0 },
		{ "where", str_of(fault->where != NULL ? fault->where : ""), 0 });
}

/* ---- The lease ---- */

struct lease {
	struct duties *rota;
	int64_t now_ms;
	bool taken;
};

static bool
lease_write(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct lease *lease = context;

	return store_lease_take(transaction, "duties", str_of(lease->rota->holder), lease->now_ms,
		lease->now_ms + DUTIES_LEASE_MS, &lease->taken, fault);
}

/* Takes or renews it; a write only when half of it is over. */
static bool
lease_hold(struct duties *rota, int64_t now_ms)
{
	struct lease lease = { .rota = rota, .now_ms = now_ms };
	struct fault fault = { 0 };
	int64_t left_ms = rota->leased_until_ms - now_ms;

	if (left_ms > DUTIES_LEASE_MS / 2 && left_ms <= DUTIES_LEASE_MS)
		return true;
	bool done = store_apply(rota->options.store, lease_write, &lease, &fault);
	if (done)
		rota->lease_told.code = FAULT_NONE;
	else
		tell(rota, "lease", &fault, &rota->lease_told);
	rota->leased_until_ms = done && lease.taken ? now_ms + DUTIES_LEASE_MS : 0;
	return rota->leased_until_ms != 0;
}

static bool
lease_end(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct duties *rota = context;

	return store_lease_give(transaction, "duties", str_of(rota->holder), fault);
}

/* So that the next one need not wait for its end. Failing, it ends by itself. */
static void
lease_give(struct duties *rota)
{
	struct fault unheard;

	if (rota->leased_until_ms != 0)
		(void)!store_apply(rota->options.store, lease_end, rota, &unheard);
	rota->leased_until_ms = 0;
}

/* ---- One round ---- */

static struct call
call_make(struct duties *rota, int64_t now_ms)
{
	const struct duties_options *options = &rota->options;
	struct call call = {
		.arena = &rota->arena,
		.now_ms = now_ms,
		.clock = options->clock,
		.entropy = options->entropy,
		.settings = options->settings,
		.store = options->store,
		.signer = options->signer,
		.verifier = rota->verifier,
		.partition = "aws", /* until the duty knows in whose region it works */
		.objects = options->objects,
		.statuses = options->statuses,
		.hurry = duties_hurry,
		.hurry_context = rota,
	};

	uuid_v4(options->entropy, call.request_id);
	return call;
}

static int64_t
later_of(const struct turn *turn)
{
	if (turn->retry_ms == 0)
		return DUTIES_RETRY_FIRST_MS;
	return turn->retry_ms < DUTIES_RETRY_MAX_MS / 2 ? turn->retry_ms * 2 : DUTIES_RETRY_MAX_MS;
}

static void
turn_take(struct duties *rota, size_t index, int64_t now_ms)
{
	const struct duty *duty = &rota->options.table[index];
	struct turn *turn = &rota->turns[index];
	struct call call = call_make(rota, now_ms);
	struct fault fault = { 0 };

	turn->next_ms = INT64_MAX;
	if (duty->run(&call, &turn->next_ms, &fault)) {
		turn->retry_ms = 0;
		turn->told.code = FAULT_NONE;
	} else {
		turn->retry_ms = later_of(turn);
		if (turn->next_ms > now_ms + turn->retry_ms || turn->next_ms <= now_ms)
			turn->next_ms = now_ms + turn->retry_ms;
		tell(rota, duty->name, &fault, &turn->told);
	}
	if (call.warning.p != NULL)
		log_write(rota->options.log, LOG_WARNING, "duty", { "duty", str_of(duty->name), 0 },
			{ "warning", call.warning, 0 });
	arena_reset(&rota->arena);
}

static bool
is_stopping(struct duties *rota)
{
	(void)pthread_mutex_lock(&rota->lock);
	bool stopping = rota->stopping;
	(void)pthread_mutex_unlock(&rota->lock);
	return stopping;
}

/* Everything is due when somebody hurries; and when the clock was set back, since nobody knows how long a time that
 * was meant for another clock would keep us waiting. */
static void
mark_due(struct duties *rota, int64_t now_ms)
{
	(void)pthread_mutex_lock(&rota->lock);
	bool all = rota->hurried || now_ms < rota->seen_ms;
	rota->hurried = false;
	(void)pthread_mutex_unlock(&rota->lock);
	rota->seen_ms = now_ms;
	for (size_t i = 0; all && i < rota->options.count; i++)
		rota->turns[i].next_ms = 0;
}

static int64_t
next_of(const struct duties *rota)
{
	int64_t next_ms = INT64_MAX;

	for (size_t i = 0; i < rota->options.count; i++) {
		if (rota->turns[i].next_ms < next_ms)
			next_ms = rota->turns[i].next_ms;
	}
	return next_ms;
}

int64_t
duties_round(struct duties *rota)
{
	mark_due(rota, clock_now_ms(rota->options.clock));
	for (size_t i = 0; i < rota->options.count && !is_stopping(rota); i++) {
		int64_t now_ms = clock_now_ms(rota->options.clock);
		if (rota->turns[i].next_ms > now_ms)
			continue;
		/* It is somebody else's: what is due here stays due, and is looked at when his time may be over. */
		if (!lease_hold(rota, now_ms))
			return now_ms + DUTIES_LEASE_MS;
		turn_take(rota, i, now_ms);
	}
	return next_of(rota);
}

/* ---- The thread ---- */

/* Until `next_ms` by the options' clock, a minute has passed, or somebody calls. False: it is over. */
static bool
wait_until(struct duties *rota, int64_t next_ms)
{
	int64_t now_ms = clock_now_ms(rota->options.clock);
	int64_t wait_ms = next_ms <= now_ms ? 0 : next_ms - now_ms > DUTIES_LOOK_MS ? DUTIES_LOOK_MS : next_ms - now_ms;
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_ms / SECOND_MS;
	until.tv_nsec += wait_ms % SECOND_MS * MS_NS;
	if (until.tv_nsec >= SECOND_MS * (long)MS_NS) {
		until.tv_sec++;
		until.tv_nsec -= SECOND_MS * (long)MS_NS;
	}
	(void)pthread_mutex_lock(&rota->lock);
	while (!rota->hurried && !rota->stopping && pthread_cond_timedwait(&rota->woken, &rota->lock, &until) == 0)
		continue;
	bool goes_on = !rota->stopping;
	(void)pthread_mutex_unlock(&rota->lock);
	return goes_on;
}

static void *
duties_main(void *context)
{
	struct duties *rota = context;

	while (wait_until(rota, duties_round(rota)))
		continue;
	lease_give(rota);
	return NULL;
}

struct duties *
duties_new(const struct duties_options *options)
{
	struct duties *rota = memory_take_zeroed(sizeof *rota);
	pthread_condattr_t attributes;

	rota->options = *options;
	rota->turns = memory_take_zeroed((options->count + 1) * sizeof *rota->turns);
	rota->verifier = verifier_new();
	uuid_v4(options->entropy, rota->holder);
	(void)pthread_mutex_init(&rota->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&rota->woken, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	return rota;
}

void
duties_free(struct duties *rota)
{
	arena_done(&rota->arena);
	verifier_free(rota->verifier);
	(void)pthread_cond_destroy(&rota->woken);
	(void)pthread_mutex_destroy(&rota->lock);
	free(rota->turns);
	free(rota);
}

bool
duties_start(const struct duties_options *options, struct duties **out, struct fault *fault)
{
	struct duties *rota = duties_new(options);

	if (pthread_create(&rota->thread, NULL, duties_main, rota) != 0) {
		duties_free(rota);
		return fault_set(fault, FAULT_INTERNAL, "The thread that does what is due could not be started.");
	}
	*out = rota;
	return true;
}

void
duties_hurry(void *context)
{
	struct duties *rota = context;

	(void)pthread_mutex_lock(&rota->lock);
	rota->hurried = true;
	(void)pthread_cond_signal(&rota->woken);
	(void)pthread_mutex_unlock(&rota->lock);
}

void
duties_stop(struct duties *rota)
{
	if (rota == NULL)
		return;
	(void)pthread_mutex_lock(&rota->lock);
	rota->stopping = true;
	(void)pthread_cond_signal(&rota->woken);
	(void)pthread_mutex_unlock(&rota->lock);
	(void)pthread_join(rota->thread, NULL);
	duties_free(rota);
}
