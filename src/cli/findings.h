/* findings.h — the fields of an import, held against every rule, one by one: where an import stops at the first breach,
 * this goes on as far as it can. Asks nobody; the clock is the caller's. */
#ifndef CHANCERY_CLI_FINDINGS_H
#define CHANCERY_CLI_FINDINGS_H

#include "x509/import.h"

/* Those that the content of an import is held against; the others want a certificate that is there already. */
enum { FINDING_COUNT = IMPORT_RULE_REPLACE_TYPE };

enum finding_state {
	FINDING_OPEN, /* not looked at: what it is about is not there, or could not be read */
	FINDING_KEPT,
	FINDING_BROKEN,
};

struct finding {
	enum finding_state state;
	struct str words; /* of a broken one: what the service would say */
};

struct findings {
	struct finding of[FINDING_COUNT]; /* by enum import_rule */
	size_t broken;
};

/* As they would be sent; absent: none. */
struct finding_fields {
	struct bytes certificate, key, chain;
};

void findings_take(const struct finding_fields *fields, int64_t now_ms, struct arena *arena, struct findings *out);
/* What the rule wants, in a few words: "exactly one certificate". */
const char *finding_title(enum import_rule rule);

#endif
