/* check.h — what can be said about input before it is sent: missing and unknown members, wrong types, too short.
 *
 * The same checks, in the same words, as the AWS CLI makes; upper limits, patterns and enums are the service's. */
#ifndef CHANCERY_CLI_CHECK_H
#define CHANCERY_CLI_CHECK_H

#include "base/fault.h"
#include "cli/value.h"
#include "model/shape.h"

/* FAULT_VALIDATION: "Parameter validation failed:" and a line for each finding. Sensitive values are not quoted. */
MUST_CHECK bool check_input(
	const struct shape *structure, const struct value *input, struct arena *arena, struct fault *fault);

#endif
