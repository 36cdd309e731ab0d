#include "pump.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

enum { IN_FLIGHT = 256 /* four groups: the writer never waits for rows */ };

struct slot {
	struct pump *pump;
	struct store_write write;
	struct arena arena;
	void *row;
	bool busy;
};

struct pump {
	struct store *store;
	pump_write_fn *write;
	pthread_mutex_t lock;
	pthread_cond_t freed;
	struct slot slots[IN_FLIGHT];
	size_t next;
};

static bool
on_run(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct slot *slot = context;

	return slot->pump->write(transaction, slot->row, fault);
}

static void
on_done(void *context, const struct fault *fault)
{
	struct slot *slot = context;
	struct pump *pump = slot->pump;

	if (fault != NULL) {
		(void)fprintf(stderr, "a row was refused: %s %s\n", fault->say, fault->log);
		exit(1);
	}
	(void)pthread_mutex_lock(&pump->lock);
	slot->busy = false;
	(void)pthread_cond_signal(&pump->freed);
	(void)pthread_mutex_unlock(&pump->lock);
}

static void
slot_wait(struct slot *slot)
{
	(void)pthread_mutex_lock(&slot->pump->lock);
	while (slot->busy)
		(void)pthread_cond_wait(&slot->pump->freed, &slot->pump->lock);
	(void)pthread_mutex_unlock(&slot->pump->lock);
}

struct pump *
pump_new(struct store *store, pump_write_fn *write, size_t row_bytes)
{
	struct pump *pump = memory_take_zeroed(sizeof *pump);

	pump->store = store;
	pump->write = write;
	(void)pthread_mutex_init(&pump->lock, NULL);
	(void)pthread_cond_init(&pump->freed, NULL);
	for (size_t i = 0; i < IN_FLIGHT; i++) {
		pump->slots[i].pump = pump;
		pump->slots[i].row = memory_take_zeroed(row_bytes);
	}
	return pump;
}

void *
pump_next(struct pump *pump, struct arena **arena)
{
	struct slot *slot = &pump->slots[pump->next];

	slot_wait(slot);
	arena_reset(&slot->arena);
	*arena = &slot->arena;
	return slot->row;
}

void
pump_put(struct pump *pump)
{
	struct slot *slot = &pump->slots[pump->next];

	pump->next = (pump->next + 1) % IN_FLIGHT;
	slot->busy = true;
	slot->write = (struct store_write){ .run = on_run, .done = on_done, .context = slot };
	store_submit(pump->store, &slot->write);
}

void
pump_end(struct pump *pump)
{
	for (size_t i = 0; i < IN_FLIGHT; i++) {
		slot_wait(&pump->slots[i]);
		arena_done(&pump->slots[i].arena);
		free(pump->slots[i].row);
	}
	(void)pthread_cond_destroy(&pump->freed);
	(void)pthread_mutex_destroy(&pump->lock);
	free(pump);
}
