/* rule_cases.h — for every rule of an import, ways to break it. */
#ifndef CHANCERY_TESTS_RULE_CASES_H
#define CHANCERY_TESTS_RULE_CASES_H

#include "base/arena.h"
#include "x509/rules.h"

/* What is imported, or put in the place of what. */
struct trial {
	struct arena *arena;
	struct str certificate;
	struct str chain; /* absent: none */
	int64_t now_ms;
	struct bytes current, next; /* n > 0: a re-import */
};

struct rule_case {
	enum import_rule rule;
	void (*make)(struct trial *trial);
	const char *words; /* of ours, that the refusal must hold */
};

extern const struct rule_case rule_cases[];
extern const size_t rule_case_count;

#endif
