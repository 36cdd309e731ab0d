/* shorthand.h — the AWS CLI's short form of structures: Key=a,Value=b · keyTypes=RSA_2048,EC_prime256v1 ·
 * a={b=c,d=[e,f]} · quotes 'so' and "so".
 *
 *	structure   pair *("," pair)              pair    key "=" [list / map / words]
 *	words       word *("," word)              list    "[" [value *("," value)] "]"
 *	map         "{" [pair *("," pair)] "}"    value   list / map / word
 * A comma followed by `key=` ends a pair; `\,` is a comma in a word. All leaves are strings or lists of strings:
 * cli/argument.c knows the types. */
#ifndef CHANCERY_CLI_SHORTHAND_H
#define CHANCERY_CLI_SHORTHAND_H

#include "base/fault.h"
#include "cli/value.h"

/* FAULT_INVALID_ARGS: what was expected, what was found, and the place under it. */
MUST_CHECK bool shorthand_read(struct str text, struct arena *arena, struct value **out, struct fault *fault);

#endif
