/* Any body, as a request of any operation: decoded, validated, encoded; what was encoded must decode and encode to
 * itself. The first byte chooses the operation. */
#include <stdlib.h>
#include <string.h>

#include "model/acm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
	const struct shape *shape = acm_service.operations[data[0] % acm_service.operation_count].input;
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
