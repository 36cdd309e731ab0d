#include "pool.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

void
bench_die(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t
clock_ns(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t) != 0)
		bench_die("clock_gettime");
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t
bench_thread_cpu_ns(void)
{
	return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

uint64_t
bench_process_cpu_ns(void)
{
	return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static struct str
file_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		bench_die(path);
	size_t size = (size_t)st.st_size;
	char *p = memory_take(size + 1);
	for (size_t n = 0; n < size;) {
		ssize_t got = read(fd, p + n, size - n);
		if (got <= 0)
			bench_die(path);
		n += (size_t)got;
	}
	(void)close(fd);
	return (struct str){ p, size };
}

void
pool_read(const char *path, struct pool *pool)
{
	struct str rest = file_read(path);
	struct str line;
	int64_t length;

	*pool = (struct pool){ .requests = memory_take(POOL_MAX_REQUESTS * sizeof *pool->requests),
		.file = (char *)(uintptr_t)rest.p };
	while (pool->n < POOL_MAX_REQUESTS && rest.n > 0 && str_cut(&rest, '\n', &line) && str_to_i64(line, &length) &&
		(size_t)length <= rest.n) {
		pool->requests[pool->n++] = (struct str){ rest.p, (size_t)length };
		rest = (struct str){ rest.p + length, rest.n - (size_t)length };
	}
	if (pool->n == 0 || rest.n > 0) {
		(void)fprintf(stderr, "%s: is no pool of 1 to %d requests\n", path, POOL_MAX_REQUESTS);
		exit(1);
	}
}

void
pool_done(struct pool *pool)
{
	free(pool->requests);
	free(pool->file);
}

struct bytes
pool_body(struct str request)
{
	const char *end = memmem(request.p, request.n, "\r\n\r\n", 4);

	if (end == NULL) {
		(void)fprintf(stderr, "a request of the pool has no end to its head\n");
		exit(1);
	}
	return (struct bytes){ (const uint8_t *)end + 4, request.n - (size_t)(end + 4 - request.p) };
}

struct str
pool_text(struct bytes body, const char *name)
{
	char start[64];
	int n = snprintf(start, sizeof start, "\"%s\": \"", name);
	const char *at = memmem(body.p, body.n, start, (size_t)n);
	struct str text = { 0 };

	if (at != NULL) {
		struct str rest = { at + n, body.n - (size_t)(at + n - (const char *)body.p) };
		if (str_cut(&rest, '"', &text))
			return text;
	}
	(void)fprintf(stderr, "a request of the pool has no %s\n", name);
	exit(1);
}
