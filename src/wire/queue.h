/* queue.h — a lane: what waits for a worker. Bounded: whoever finds it full is told so at once. Work that has begun
 * comes back to its lane between two steps; it is never refused, and goes before what has not begun. */
#ifndef CHANCERY_WIRE_QUEUE_H
#define CHANCERY_WIRE_QUEUE_H

#include <pthread.h>
#include <stdbool.h>

struct exchange;

/* First in, first out. */
struct queue_line {
	struct exchange *first, *last;
};

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t arrival;
	struct queue_line begun;   /* as many as there are: each had its place in `waiting` once */
	struct queue_line waiting; /* at most `limit` */
	unsigned count, limit;
	unsigned idle; /* workers that wait */
	bool closed;
};

void queue_init(struct queue *queue, unsigned limit);
void queue_done(struct queue *queue);
/* False when it is full or closed. */
bool queue_push(struct queue *queue, struct exchange *exchange);
/* For work that has begun. Whoever closes the queue sees to it that none is under way. */
void queue_return(struct queue *queue, struct exchange *exchange);
/* Waits. NULL: closed, and nothing is left. */
struct exchange *queue_take(struct queue *queue);
void queue_close(struct queue *queue);

#endif
