/* queue.h — a lane: calls waiting for a worker. Bounded: whoever finds it full is told so at once. */
#ifndef CHANCERY_WIRE_QUEUE_H
#define CHANCERY_WIRE_QUEUE_H

#include <pthread.h>
#include <stdbool.h>

struct exchange;

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t arrival;
	struct exchange *first, *last;
	unsigned count, limit;
	unsigned idle; /* workers that wait */
	bool closed;
};

void queue_init(struct queue *queue, unsigned limit);
void queue_done(struct queue *queue);
/* False when it is full or closed. */
bool queue_push(struct queue *queue, struct exchange *exchange);
/* Waits. NULL: closed, and nothing is left. */
struct exchange *queue_take(struct queue *queue);
void queue_close(struct queue *queue);

#endif
