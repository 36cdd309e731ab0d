/* bench_load PORT POOL CONNECTIONS COUNT: sends the pool's requests to a server on loopback, round and round, and
 * prints what came back as one JSON object. Its own CPU is not the server's and is not counted. */
#include <stdio.h>

#include "pool.h"

int
main(int argc, char **argv)
{
	int64_t port = 0, connections = 0, count = 0;
	struct pool pool;

	if (argc != 5 || !str_to_i64(str_of(argv[1]), &port) || port < 1 || port > UINT16_MAX ||
		!str_to_i64(str_of(argv[3]), &connections) || connections < 1 || connections > POOL_MAX_CONNECTIONS ||
		!str_to_i64(str_of(argv[4]), &count) || count < 1) {
		(void)fprintf(stderr, "usage: bench_load PORT POOL CONNECTIONS COUNT\n");
		return 2;
	}
	pool_read(argv[2], &pool);
	struct drive_result result = pool_drive(&pool, (uint16_t)port, (size_t)connections, (size_t)count);
	pool_done(&pool);
	(void)printf("{\"count\": %zu, \"ok\": %zu, \"other\": %zu, \"reopened\": %zu, \"wall_us\": %lld, "
		     "\"answer_bytes\": %llu}\n",
		result.finished, result.ok, result.other, result.reopened, (long long)result.wall_us,
		(unsigned long long)result.answer_bytes);
	return 0;
}
