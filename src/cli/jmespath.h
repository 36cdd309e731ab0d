/* jmespath.h — JMESPath (https://jmespath.org/specification.html): the whole language of --query, over values.
 *
 * An expression is compiled once; compiled, it does not change. Searching never changes the value; results may share
 * parts with it. Depth of expressions and of recursion is limited, so that no expression can exhaust the stack. */
#ifndef CHANCERY_CLI_JMESPATH_H
#define CHANCERY_CLI_JMESPATH_H

#include "base/fault.h"
#include "cli/value.h"

enum {
	JMESPATH_MAX_BYTES = 64 * 1024,
	JMESPATH_MAX_DEPTH = 200, /* of nesting; the deepest of the public suite has a tenth */
};

struct jmespath;

/* Everything lives in the arena. FAULT_INVALID_ARGS in the words of the AWS CLI's own library where users see them
 * ("Bad jmespath expression: Unknown token …" with a caret line under the column). */
MUST_CHECK bool jmespath_compile(
	struct str text, struct arena *arena, const struct jmespath **out, struct fault *fault);
/* FAULT_INVALID_ARGS: a function that does not exist, or that is given what it does not take (how many, which types).
 */
MUST_CHECK bool jmespath_search(const struct jmespath *expression, const struct value *value, struct arena *arena,
	struct value **out, struct fault *fault);

#endif
