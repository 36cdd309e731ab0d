/* pca.h — the operations of AWS Private CA: one plain function each, declared from the model's own list.
 *
 * service/call.h says what a handler is. A handler gets an input that was decoded and validated: required members are
 * there, and enums are known. The model has no unions, though; where exactly one member must be given (GeneralName,
 * AccessMethod, ExtendedKeyUsage), nobody has counted yet. */
#ifndef CHANCERY_SERVICE_PCA_PCA_H
#define CHANCERY_SERVICE_PCA_PCA_H

#include "model/pca.h"
#include "model/pca_operations.h"
#include "service/call.h"

#define DECLARE_IN_OUT(Name, name)                                                                                     \
	MUST_CHECK bool pca_##name(struct call *call, const struct pca_##name##_request *in,                           \
		struct pca_##name##_response *out, struct fault *fault);
#define DECLARE_IN_ONLY(Name, name)                                                                                    \
	MUST_CHECK bool pca_##name(struct call *call, const struct pca_##name##_request *in, struct fault *fault);
#define DECLARE_OUT_ONLY(Name, name)                                                                                   \
	MUST_CHECK bool pca_##name(struct call *call, struct pca_##name##_response *out, struct fault *fault);
PCA_OPERATIONS(DECLARE_IN_OUT, DECLARE_IN_ONLY, DECLARE_OUT_ONLY)
#undef DECLARE_IN_OUT
#undef DECLARE_IN_ONLY
#undef DECLARE_OUT_ONLY

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
