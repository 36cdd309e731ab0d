/* issued_row.h — an issued certificate's row as statements give it. */
#ifndef CHANCERY_STORE_ISSUED_ROW_H
#define CHANCERY_STORE_ISSUED_ROW_H

#include "store/issued.h"
#include "store/session.h"

/* Columns of `issued`, in the order issued_read() reads them; what is large stands last. */
#define ISSUED_COLUMNS                                                                                                 \
	"number, issued_ms, not_before_ms, not_after_ms, revoked_ms, reason, crl_partition, serial, template, "        \
	"subject, names, requester, certificate"

/* Spans are valid until the statement steps. */
void issued_read(statement *st, int64_t authority, struct issued_row *out);
void issued_copy(const struct issued_row *row, struct arena *arena, struct issued_row *out);

#endif
