/* worker.h — the threads that do the work. None waits for the disk: a write is handed to the store, which answers. */
#ifndef CHANCERY_WIRE_WORKER_H
#define CHANCERY_WIRE_WORKER_H

#include <pthread.h>

#include "wire/server.h"

struct queue;

struct worker {
	pthread_t thread;
	struct server *server;
	struct queue *lane;
	struct signer *signer;
	struct verifier *verifier;
};

/* Takes from `lane` until it is closed. Fault: the thread could not be started. */
MUST_CHECK bool worker_start(
	struct worker *worker, struct server *server, struct queue *lane, struct signer *signer, struct fault *fault);
/* After its lane was closed. */
void worker_join(struct worker *worker);

#endif
