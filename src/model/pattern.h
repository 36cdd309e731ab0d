/* pattern.h — the regular expressions of the model, run so that no input can stall a worker.
 *
 * A pattern always matches a whole text. It is compiled when first needed, once; matching is safe from any thread. A
 * match that would pass PATTERN_MATCH_LIMIT or PATTERN_HEAP_KIB counts as no match. */
#ifndef CHANCERY_MODEL_PATTERN_H
#define CHANCERY_MODEL_PATTERN_H

#include "base/attributes.h"
#include "base/str.h"

/* Steps of PCRE2's matcher; one takes some 10 ns, so the worst text costs about a millisecond. The longest text a model
 * allows, a chain of 2 MiB, takes a step for each of its 32,000 lines. */
#define PATTERN_MATCH_LIMIT 100000
/* What a match may keep for backtracking: those 32,000 lines take 6 MiB. */
#define PATTERN_HEAP_KIB 16384

/* Zero-initialised is ready. Lives as long as the program. */
struct pattern {
	_Atomic(void *) code;
};

/* `text` is the pattern as the model has it, `pattern` remembers what it compiled to. One that does not compile, which
 * the tests exclude, matches nothing. */
MUST_CHECK bool pattern_matches(struct pattern *pattern, const char *text, struct str subject);
/* Whether it compiles. */
MUST_CHECK bool pattern_compiles(struct pattern *pattern, const char *text);

#endif
