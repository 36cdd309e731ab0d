#include "model/operation.h"

const struct operation *
service_operation(const struct service *service, struct str name)
{
	size_t low = 0;
	size_t high = service->operation_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_compare(name, str_of(service->operations[middle].name));
		if (order == 0)
			return &service->operations[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct operation *
service_command(const struct service *service, struct str command)
{
	for (size_t i = 0; i < service->operation_count; i++) {
		if (str_is(command, service->operations[i].command))
			return &service->operations[i];
	}
	return NULL;
}

const struct waiter *
service_waiter(const struct service *service, struct str command)
{
	for (size_t i = 0; i < service->waiter_count; i++) {
		if (str_is(command, service->waiters[i].command))
			return &service->waiters[i];
	}
	return NULL;
}
