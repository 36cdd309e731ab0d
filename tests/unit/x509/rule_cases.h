/* rule_cases.h — for every rule of an import, ways to break it. */
#ifndef CHANCERY_TESTS_RULE_CASES_H
#define CHANCERY_TESTS_RULE_CASES_H

#include "base/arena.h"
#include "x509/authority_import.h"

/* What is imported, or put in the place of what, or brought as a CA's own certificate. */
struct trial {
	struct arena *arena;
	struct str certificate;
	struct str chain; /* absent: none */
	int64_t now_ms;
	struct bytes current, next;   /* n > 0: a re-import */
	struct authority_claim claim; /* spki.n > 0: a CA's own certificate */
};

struct rule_case {
	enum import_rule rule;
	void (*make)(struct trial *trial);
	const char *words; /* of ours, that the refusal must hold */
};

extern const struct rule_case rule_cases[];
extern const size_t rule_case_count;
/* Those of a CA's own certificate. */
extern const struct rule_case rule_cases_authority[];
extern const size_t rule_case_authority_count;

#endif
