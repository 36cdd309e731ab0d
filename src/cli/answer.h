/* answer.h — an answer of the service as the AWS CLI shows it: the members that the model knows, in its order, times in
 * ISO 8601 unless the profile wants them as they came. */
#ifndef CHANCERY_CLI_ANSWER_H
#define CHANCERY_CLI_ANSWER_H

#include "base/fault.h"
#include "cli/value.h"
#include "model/shape.h"

enum answer_times { ANSWER_TIMES_ISO, ANSWER_TIMES_WIRE /* seconds since 1970, as they came */ };

/* `structure` NULL: the operation answers with nothing, and *out is an empty map. FAULT_SERIALIZATION when the text is
 * no JSON object of this shape. */
MUST_CHECK bool answer_read(const struct shape *structure, struct str json, enum answer_times times,
	struct arena *arena, struct value **out, struct fault *fault);

#endif
