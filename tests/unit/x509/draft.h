/* draft.h — certificates to be, for the tests of tbs.h: right ones, to be changed at will. */
#ifndef CHANCERY_TESTS_DRAFT_H
#define CHANCERY_TESTS_DRAFT_H

#include "forge.h"
#include "x509/tbs.h"

#define NOT_BEFORE_MS INT64_C(1767225600000)  /* 2026-01-01 */
#define NOT_AFTER_MS INT64_C(1798761600000)   /* 2027-01-01 */
#define GENERALIZED_MS INT64_C(2556144000000) /* 2051-01-01 */

enum { EXTENSIONS_MAX = 16 };

/* A certificate to be, and the room for its extensions. */
struct draft {
	struct arena arena;
	struct tbs tbs;
	struct certificate_extension extensions[EXTENSIONS_MAX];
};

/* An end entity's without extensions, and with all that are usual; a CA's. The arena is the caller's to end. */
void draft_bare(struct draft *draft);
void draft_leaf(struct draft *draft);
void draft_authority(struct draft *draft);

void draft_add(struct draft *draft, struct certificate_extension extension);
void draft_add_raw(struct draft *draft, const char *oid, bool critical, struct bytes value);
/* GeneralNames of one name. */
struct bytes draft_names(struct arena *arena, enum general_name_kind kind, const char *text);
/* Built, and read back. */
const struct certificate *draft_read(struct draft *draft);

#endif
