/* audit_report.h — how an audit report is written (pca.md, 13). Used by audit_report*.c only. */
#ifndef CHANCERY_SERVICE_PCA_AUDIT_REPORT_H
#define CHANCERY_SERVICE_PCA_AUDIT_REPORT_H

#include "service/pca/authority.h"

enum audit_report_format { AUDIT_REPORT_JSON, AUDIT_REPORT_CSV };

/* All that the authority has issued, in order of issue, to a descriptor; piece by piece, whatever their number.
 * FAULT_UNAVAILABLE: the disk is full or fails. */
MUST_CHECK bool audit_report_write(struct store *store, const struct authority *authority,
	enum audit_report_format format, int fd, struct fault *fault);

#endif
