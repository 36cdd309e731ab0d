/* rotate.c — `chancery admin rotate-master-key`: a new master key, and every data key wrapped anew under it.
 *
 * Works in batches beside a server that goes on serving. Killed at any moment, the next run goes on where this one
 * stopped: what is done already is told by the records themselves, which name their master key. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "admin/command.h"
#include "service/housekeeping.h"

enum {
	ROTATE_BATCH = 256,  /* records a transaction: about 10 ms in which the server cannot write */
	ROTATE_PAUSE_MS = 5, /* between two, so that a server that writes finds the store free */
	ROTATE_TRIES = 5,    /* each waits for the store as long as the store itself thinks right */
	ROTATE_PROGRESS_EVERY = 10000,
	ROTATE_SETTLE_MS = 1000, /* for calls that had sealed under the old key and were not written yet */
};

struct batch {
	const struct sealed_row *rows;
	const struct bytes *rewrapped;
	size_t n;
};

static void
pause_ms(long ms)
{
	struct timespec pause = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&pause, NULL);
}

/* What the signer seals now tells which master key is the active one. */
static bool
active_id(struct house *house, char active[MASTER_KEY_ID_BYTES + 1], struct fault *fault)
{
	struct seal_context context = { .purpose = SEAL_TOKEN_KEY,
		.account = STR(""),
		.region = STR(""),
		.name = STR("which master key is active") };
	struct secret nothing = arena_secret(&house->arena, "", 1);
	struct bytes sealed;

	if (!signer_seal(house->signer, nothing, &context, &house->arena, &sealed, fault))
		return false;
	if (!sealed_master_key_id(sealed, active))
		return fault_set(fault, FAULT_INTERNAL, "The signer's answer is no sealed record.");
	return true;
}

/* Is there a record that is not under the active master key? Then an earlier run did not come to its end. */
static bool
unfinished(struct house *house, const char *active, bool *out, struct fault *fault)
{
	const struct sealed_row *rows;
	size_t count;

	if (!store_sealed_stale(house->store, active, 1, &house->arena, &rows, &count, fault))
		return false;
	*out = count > 0;
	return true;
}

static bool
update_batch(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct batch *batch = context;

	for (size_t i = 0; i < batch->n; i++) {
		if (!store_sealed_update(
			    transaction, batch->rows[i].table_key, batch->rows[i].sealed, batch->rewrapped[i], fault))
			return false;
	}
	return true;
}

/* A server at full load may keep the store from us for a while; what was refused so changed nothing. */
static bool
apply(struct house *house, struct batch *batch, struct fault *fault)
{
	struct fault why = { 0 };

	for (int i = 0; i < ROTATE_TRIES; i++) {
		if (store_apply(house->store, update_batch, batch, &why))
			return true;
		if (why.code != FAULT_UNAVAILABLE)
			break;
		pause_ms(ROTATE_PAUSE_MS);
	}
	*fault = why;
	return false;
}

/* Rewraps the next records; *n: how many. */
static bool
rewrap_batch(struct house *house, const char *active, struct arena *arena, size_t *n, struct fault *fault)
{
	struct batch batch;

	if (!store_sealed_stale(house->store, active, ROTATE_BATCH, arena, &batch.rows, &batch.n, fault))
		return false;
	*n = batch.n;
	if (batch.n == 0)
		return true;
	struct bytes *rewrapped = ARENA_ARRAY(arena, struct bytes, batch.n);
	for (size_t i = 0; i < batch.n; i++) {
		if (!signer_rewrap(house->signer, batch.rows[i].sealed, arena, &rewrapped[i], fault))
			return fault_say_more(
				fault, "The record is %.*s; all before it are done.", STR_ARG(batch.rows[i].table_key));
	}
	batch.rewrapped = rewrapped;
	return apply(house, &batch, fault);
}

/* Until a batch comes short: a server that had not noticed yet could otherwise be chased for ever. */
static bool
rewrap_all(struct house *house, const char *active, int64_t *total, struct fault *fault)
{
	struct arena arena = { 0 };
	size_t n = ROTATE_BATCH;
	bool done = true;

	while (done && n == ROTATE_BATCH) {
		done = rewrap_batch(house, active, &arena, &n, fault);
		arena_reset(&arena);
		if (!done)
			break;
		int64_t before = *total;
		*total += (int64_t)n;
		if (*total / ROTATE_PROGRESS_EVERY > before / ROTATE_PROGRESS_EVERY)
			(void)fprintf(stderr, "%lld records rewrapped …\n", (long long)*total);
		pause_ms(ROTATE_PAUSE_MS);
	}
	arena_done(&arena);
	return done;
}

static bool
retire_locked(struct house *house, bool *retired, struct fault *fault)
{
	struct fault busy = { 0 };
	int serving;

	*retired = false;
	if (!datadir_serve(&house->datadir, &serving, &busy)) {
		if (busy.code == FAULT_IN_USE)
			return true;
		*fault = busy;
		return false;
	}
	*retired = housekeeping_retire_master_keys(&house->datadir, house->store, house->signer, fault);
	(void)close(serving);
	return *retired;
}

/* Old master keys go only while nobody serves; the serving lock keeps it so. *retired: they went. */
static bool
retire(struct house *house, bool *retired, struct fault *fault)
{
	/* Who holds the serving lock is taken for the server, and told of changes by SIGHUP. */
	void (*handler)(int) = signal(SIGHUP, SIG_IGN);

	house_unlock(house);
	bool done = retire_locked(house, retired, fault);
	(void)signal(SIGHUP, handler);
	return done;
}

bool
rotate_master_key(struct house *house, const struct options *options, struct output *output, struct fault *fault)
{
	char active[MASTER_KEY_ID_BYTES + 1];
	int64_t total = 0;
	bool continued, retired;

	(void)options;
	if (!active_id(house, active, fault) || !unfinished(house, active, &continued, fault))
		return false;
	if (continued)
		(void)fprintf(stderr, "An earlier rotation had not come to its end: this run finishes it, without a "
				      "new master key.\n");
	else if (!signer_rotate(house->signer, active, fault))
		return false;

	bool serving = house_tell_server(house) != 0;
	if (!rewrap_all(house, active, &total, fault))
		return false;
	if (serving) {
		pause_ms(ROTATE_SETTLE_MS);
		if (!rewrap_all(house, active, &total, fault))
			return false;
	}
	if (!retire(house, &retired, fault))
		return false;
	if (!retired)
		(void)fprintf(stderr, "The old master keys stay in the key file while a server runs: "
				      "its next start removes those that no record needs.\n");
	output_text(output, "ActiveMasterKeyId", str_of(active));
	output_flag(output, "NewMasterKey", !continued);
	output_number(output, "RecordsRewrapped", total);
	output_flag(output, "OldMasterKeysRetired", retired);
	return true;
}
