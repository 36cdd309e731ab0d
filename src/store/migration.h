/* migration.h — brings a database to the schema of this binary: numbered scripts, each applied once, all of them in one
 * transaction. A database that is newer than the binary is refused: an older program would misread it. */
#ifndef CHANCERY_STORE_MIGRATION_H
#define CHANCERY_STORE_MIGRATION_H

#include "store/session.h"

extern const struct migration migrations_sqlite[];

/* `may_change`: otherwise a database that lacks a migration is refused as well. */
MUST_CHECK bool migration_apply(struct session *session, bool may_change, int64_t now_ms, struct fault *fault);

#endif
