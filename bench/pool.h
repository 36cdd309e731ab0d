/* pool.h — ready-made HTTP requests, and the driving of a server with them.
 *
 * A pool is a file of whole requests, each after its length as a decimal line: making and signing them is no part of
 * what is measured, and the same pool goes to every server and to the floor. */
#ifndef CHANCERY_BENCH_POOL_H
#define CHANCERY_BENCH_POOL_H

#include "base/attributes.h"
#include "base/str.h"

enum {
	POOL_MAX_REQUESTS = 1 << 17,
	POOL_MAX_CONNECTIONS = 1024,
};

struct pool {
	struct str *requests;
	size_t n;
	char *file;
};

struct drive_result {
	size_t finished, ok, other; /* ok: status 200 */
	size_t reopened;            /* connections the server closed after an answer */
	uint64_t answer_bytes;
	int64_t wall_us;
	uint64_t client_cpu_ns; /* of the driving thread */
};

/* Either ends the program with a line on stderr when it cannot go on: a measurement that goes on limping is none. */
NO_RETURN void bench_die(const char *what);
void pool_read(const char *path, struct pool *pool);
void pool_done(struct pool *pool);
/* The body of a request. */
struct bytes pool_body(struct str request);
/* A string in a body that prepare.py wrote, as it stands: base64 and names have nothing that is escaped. */
struct str pool_text(struct bytes body, const char *name);

/* Sends the pool's requests round and round until `count` are answered, over `connections` keep-alive connections to
 * loopback, one request under way on each. One thread. */
struct drive_result pool_drive(const struct pool *pool, uint16_t port, size_t connections, size_t count);

/* CPU of the calling thread, or of the process. */
uint64_t bench_thread_cpu_ns(void);
uint64_t bench_process_cpu_ns(void);

#endif
