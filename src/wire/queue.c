#include "wire/queue.h"

#include "wire/exchange.h"

void
queue_init(struct queue *queue, unsigned limit)
{
	*queue = (struct queue){ .limit = limit };
	(void)pthread_mutex_init(&queue->lock, NULL);
	(void)pthread_cond_init(&queue->arrival, NULL);
}

void
queue_done(struct queue *queue)
{
	(void)pthread_cond_destroy(&queue->arrival);
	(void)pthread_mutex_destroy(&queue->lock);
}

bool
queue_push(struct queue *queue, struct exchange *exchange)
{
	(void)pthread_mutex_lock(&queue->lock);
	bool room = !queue->closed && queue->count < queue->limit, wake = room && queue->idle > 0;
	if (room) {
		exchange->next = NULL;
		if (queue->last != NULL)
			queue->last->next = exchange;
		else
			queue->first = exchange;
		queue->last = exchange;
		queue->count++;
	}
	(void)pthread_mutex_unlock(&queue->lock);
	/* With the lock in hand, the worker would wake only to wait for it. */
	if (wake)
		(void)pthread_cond_signal(&queue->arrival);
	return room;
}

struct exchange *
queue_take(struct queue *queue)
{
	(void)pthread_mutex_lock(&queue->lock);
	while (queue->first == NULL && !queue->closed) {
		queue->idle++;
		(void)pthread_cond_wait(&queue->arrival, &queue->lock);
		queue->idle--;
	}
	struct exchange *exchange = queue->first;
	if (exchange != NULL) {
		queue->first = exchange->next;
		if (queue->first == NULL)
			queue->last = NULL;
		queue->count--;
	}
	(void)pthread_mutex_unlock(&queue->lock);
	return exchange;
}

void
queue_close(struct queue *queue)
{
	(void)pthread_mutex_lock(&queue->lock);
	queue->closed = true;
	(void)pthread_cond_broadcast(&queue->arrival);
	(void)pthread_mutex_unlock(&queue->lock);
}
