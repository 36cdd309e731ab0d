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

static void
line_append(struct queue_line *line, struct exchange *exchange)
{
	exchange->next = NULL;
	if (line->last != NULL)
		line->last->next = exchange;
	else
		line->first = exchange;
	line->last = exchange;
}

static struct exchange *
line_take(struct queue_line *line)
{
	struct exchange *exchange = line->first;

	if (exchange != NULL)
		line->first = exchange->next;
	if (line->first == NULL)
		line->last = NULL;
	return exchange;
}

bool
queue_push(struct queue *queue, struct exchange *exchange)
{
	(void)pthread_mutex_lock(&queue->lock);
	bool room = !queue->closed && queue->count < queue->limit, wake = room && queue->idle > 0;
	if (room) {
		line_append(&queue->waiting, exchange);
		queue->count++;
	}
	(void)pthread_mutex_unlock(&queue->lock);
	/* With the lock in hand, the worker would wake only to wait for it. */
	if (wake)
		(void)pthread_cond_signal(&queue->arrival);
	return room;
}

void
queue_return(struct queue *queue, struct exchange *exchange)
{
	(void)pthread_mutex_lock(&queue->lock);
	line_append(&queue->begun, exchange);
	bool wake = queue->idle > 0;
	(void)pthread_mutex_unlock(&queue->lock);
	if (wake)
		(void)pthread_cond_signal(&queue->arrival);
}

struct exchange *
queue_take(struct queue *queue)
{
	(void)pthread_mutex_lock(&queue->lock);
	while (queue->begun.first == NULL && queue->waiting.first == NULL && !queue->closed) {
		queue->idle++;
		(void)pthread_cond_wait(&queue->arrival, &queue->lock);
		queue->idle--;
	}
	struct exchange *exchange = line_take(&queue->begun);
	if (exchange == NULL && (exchange = line_take(&queue->waiting)) != NULL)
		queue->count--;
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
