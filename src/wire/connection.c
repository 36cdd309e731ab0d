#include "wire/connection.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

enum {
	SECOND_US = 1000 * 1000,
	REAPER_PERIOD_US = SECOND_US / 4, /* so much may a deadline be overdrawn */
	DRAIN_BYTES = 16 * 1024,
	DRAIN_TIMES = 64, /* 1 MiB: what a socket's buffer may hold */
};

/* Under the table's lock. */
static void
end(struct connection *connection, int how)
{
	(void)shutdown(connection->fd, how);
	atomic_store(&connection->deadline_us, INT64_MAX);
}

static void
end_overdue(struct connection_table *table)
{
	int64_t now_us = clock_monotonic_us();

	(void)pthread_mutex_lock(&table->lock);
	for (struct connection *c = table->head; c != NULL; c = c->next) {
		if (atomic_load(&c->deadline_us) < now_us)
			end(c, SHUT_RDWR);
	}
	(void)pthread_mutex_unlock(&table->lock);
}

static void *
reaper_main(void *context)
{
	struct connection_table *table = context;

	while (!atomic_load(&table->ending)) {
		end_overdue(table);
		(void)nanosleep(&(struct timespec){ .tv_nsec = REAPER_PERIOD_US * 1000L }, NULL);
	}
	return NULL;
}

bool
connection_table_start(struct connection_table *table, const struct server_limits *limits, struct fault *fault)
{
	(void)pthread_mutex_init(&table->lock, NULL);
	table->stage_us[CONNECTION_HEAD] = (int64_t)limits->header_deadline_s * SECOND_US;
	table->stage_us[CONNECTION_REQUEST] = (int64_t)limits->request_deadline_s * SECOND_US;
	table->stage_us[CONNECTION_IDLE] = (int64_t)limits->idle_s * SECOND_US;
	if (pthread_create(&table->reaper, NULL, reaper_main, table) == 0)
		return true;
	(void)pthread_mutex_destroy(&table->lock);
	return fault_set(fault, FAULT_INTERNAL, "The thread that ends slow connections could not be started.");
}

void
connection_table_stop(struct connection_table *table)
{
	atomic_store(&table->ending, true);
	(void)pthread_join(table->reaper, NULL);
	(void)pthread_mutex_destroy(&table->lock);
}

static void
render_remote(const struct sockaddr *remote, char out[INET6_ADDRSTRLEN])
{
	const void *address = NULL;

	if (remote != NULL && remote->sa_family == AF_INET)
		address = &((const struct sockaddr_in *)(const void *)remote)->sin_addr;
	else if (remote != NULL && remote->sa_family == AF_INET6)
		address = &((const struct sockaddr_in6 *)(const void *)remote)->sin6_addr;
	if (address == NULL || inet_ntop(remote->sa_family, address, out, INET6_ADDRSTRLEN) == NULL)
		out[0] = '\0';
}

struct connection *
connection_open(struct connection_table *table, int fd, const struct sockaddr *remote)
{
	struct connection *connection = memory_take_zeroed(sizeof *connection);

	connection->fd = fd;
	render_remote(remote, connection->remote);
	connection_enter(table, connection, CONNECTION_HEAD);
	(void)pthread_mutex_lock(&table->lock);
	connection->next = table->head;
	if (table->head != NULL)
		table->head->previous = connection;
	table->head = connection;
	table->count++;
	(void)pthread_mutex_unlock(&table->lock);
	return connection;
}

/* Closing a socket that holds unread bytes resets the connection, and the reset may overtake the refusal on its way. */
static void
drain(int fd)
{
	char rest[DRAIN_BYTES];

	for (int i = 0; i < DRAIN_TIMES && recv(fd, rest, sizeof rest, MSG_DONTWAIT) > 0; i++)
		;
	memory_wipe(rest, sizeof rest);
}

void
connection_close(struct connection_table *table, struct connection *connection)
{
	(void)pthread_mutex_lock(&table->lock);
	if (connection->previous != NULL)
		connection->previous->next = connection->next;
	else
		table->head = connection->next;
	if (connection->next != NULL)
		connection->next->previous = connection->previous;
	table->count--;
	(void)pthread_mutex_unlock(&table->lock);
	if (connection->refused)
		drain(connection->fd);
	free(connection);
}

void
connection_enter(struct connection_table *table, struct connection *connection, enum connection_stage stage)
{
	atomic_store(&connection->stage, (int)stage);
	atomic_store(&connection->deadline_us, clock_monotonic_us() + table->stage_us[stage]);
}

/* Not one that was ended: nothing is later than never. */
void
connection_extend(struct connection *connection, int64_t seconds)
{
	int64_t deadline_us = atomic_load(&connection->deadline_us);

	if (deadline_us != INT64_MAX)
		(void)atomic_compare_exchange_strong(
			&connection->deadline_us, &deadline_us, deadline_us + seconds * SECOND_US);
}

void
connection_table_end_idle(struct connection_table *table)
{
	(void)pthread_mutex_lock(&table->lock);
	for (struct connection *c = table->head; c != NULL; c = c->next) {
		if (atomic_load(&c->stage) != CONNECTION_REQUEST && atomic_load(&c->deadline_us) != INT64_MAX)
			end(c, SHUT_RD);
	}
	(void)pthread_mutex_unlock(&table->lock);
}

void
connection_table_end_all(struct connection_table *table)
{
	(void)pthread_mutex_lock(&table->lock);
	for (struct connection *c = table->head; c != NULL; c = c->next)
		end(c, SHUT_RDWR);
	(void)pthread_mutex_unlock(&table->lock);
}

unsigned
connection_table_count(struct connection_table *table)
{
	(void)pthread_mutex_lock(&table->lock);
	unsigned count = table->count;
	(void)pthread_mutex_unlock(&table->lock);
	return count;
}
