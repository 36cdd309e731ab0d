/* Any body, as a request of any operation: decoded, validated, encoded; what was encoded must decode and encode to
 * itself. The first byte chooses the operation: ACM's, then ACM-PCA's, then our own. */
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "model/acm.h"
#include "model/own.h"
#include "model/pca.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct shape *
input_of(size_t number)
{
	static const struct service *const services[] = { &acm_service, &pca_service, &own_service };
	size_t all = 0;

	for (size_t i = 0; i < ARRAY_COUNT(services); i++)
		all += services[i]->operation_count;
	number %= all;
	for (size_t i = 0; i < ARRAY_COUNT(services); i++) {
		if (number < services[i]->operation_count)
			return services[i]->operations[number].input;
		number -= services[i]->operation_count;
	}
	return NULL;
}

static void
round_trip(const struct shape *shape, const void *in, struct arena *arena, struct fault *fault)
{
	struct buffer once = { 0 }, twice = { 0 };
	void *again = arena_alloc(arena, shape->size);

	model_encode(shape, in, &once);
	if (!model_decode(shape, buffer_str(&once), arena, again, fault))
		abort();
	model_encode(shape, again, &twice);
	if (!str_equal(buffer_str(&once), buffer_str(&twice)))
		abort();
	buffer_done(&once);
	buffer_done(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct fault fault = { 0 };

	if (size == 0)
		return 0;
	const struct shape *shape = input_of(data[0]);
	struct str json = { (const char *)data + 1, size - 1 };
	void *in = arena_alloc(&arena, shape != NULL ? shape->size : 0);
	if (model_decode(shape, json, &arena, in, &fault) && shape != NULL) {
		/* Whatever it finds, the message must be whole. */
		if (!model_validate(shape, in, &arena, &fault) && !utf8_valid(str_of(fault.say)))
			abort();
		round_trip(shape, in, &arena, &fault);
	}
	arena_done(&arena);
	return 0;
}
