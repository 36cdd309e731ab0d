/* pca.h — the operations of AWS Private CA: one plain function each, declared from the model's own list.
 *
 * service/handler.h says what they look like. A handler gets an input that was decoded and validated: required members
 * are there, and enums are known. The model has no unions, though; where exactly one member must be given (GeneralName,
 * AccessMethod, ExtendedKeyUsage), nobody has counted yet. */
#ifndef CHANCERY_SERVICE_PCA_PCA_H
#define CHANCERY_SERVICE_PCA_PCA_H

#include "model/pca.h"
#include "model/pca_operations.h"
#include "service/handler.h"

PCA_OPERATIONS(HANDLER_IN_OUT, HANDLER_IN_ONLY, HANDLER_OUT_ONLY)

enum {
	PCA_LIST_DEFAULT_PAGE = 1000,            /* as many as one call may ask for */
	PCA_MAX_TAGS = 50,                       /* tags of one authority (AWS) */
	PCA_TOKEN_LIFETIME_MS = 5 * 60 * 1000,   /* of an IdempotencyToken (AWS) */
	PCA_SERIAL_BYTES = 16,                   /* of an issued certificate, random (AWS) */
	PCA_HIERARCHY_DEPTH = 5,                 /* authorities above each other, the root among them (AWS) */
	PCA_BACKDATE_MS = 60 * 60 * 1000,        /* NotBefore lies that long before the issue (AWS) */
	PCA_SHORT_LIVED_DAYS = 7,                /* the longest life under SHORT_LIVED_CERTIFICATE (AWS) */
	PCA_RESTORE_DEFAULT_DAYS = 30,           /* between deletion and the end (AWS) */
	PCA_CRL_DEFAULT_DAYS = 7,                /* ExpirationInDays left out: what AWS's console offers */
	PCA_REPORT_INTERVAL_MS = 30 * 60 * 1000, /* between two audit reports of one authority (AWS) */
};

#endif
