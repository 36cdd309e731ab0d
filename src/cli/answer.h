/* answer.h — an answer of the service as the AWS CLI shows it: the members that the model knows, in its order, times in
 * ISO 8601. */
#ifndef CHANCERY_CLI_ANSWER_H
#define CHANCERY_CLI_ANSWER_H

#include "base/fault.h"
#include "cli/value.h"
#include "model/shape.h"

/* `structure` NULL: the operation answers with nothing, and *out is an empty map. FAULT_SERIALIZATION when the text is
 * no JSON object of this shape. */
MUST_CHECK bool answer_read(
	const struct shape *structure, struct str json, struct arena *arena, struct value **out, struct fault *fault);

#endif
