/* responder_parts.h — who signs OCSP answers. Used by responder*.c only. */
#ifndef CHANCERY_SERVICE_PCA_RESPONDER_PARTS_H
#define CHANCERY_SERVICE_PCA_RESPONDER_PARTS_H

#include "service/pca/authority.h"
#include "store/duty.h"

/* A delegated responder (RFC 6960, 2.6): its certificate is issued by the authority itself. */
struct responder {
	struct responder_row row;
	const struct certificate *certificate;
};

/* What the answer to one question is kept by: the authority that the URL names (absent: any), then the CertID. */
struct bytes responder_question(struct str authority_id, struct bytes certificate_id, struct arena *arena);

/* Does it answer for what it issued? ACTIVE or DISABLED, and OCSP is on. */
bool responder_wanted(const struct authority *authority);
/* The one that may sign now; made at once if there is none. FAULT_IN_PROGRESS: somebody is making it, or nobody could a
 * moment ago. */
MUST_CHECK bool responder_find(
	struct call *call, const struct authority *authority, struct responder *out, struct fault *fault);
/* What its private key is sealed for. */
struct seal_context responder_seal_context(const struct authority *authority, int64_t version);

#endif
