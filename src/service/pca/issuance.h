/* issuance.h — a CA's order of work, for everyone who has a certificate issued: IssueCertificate, ACM's private
 * certificates and their renewal, the OCSP responders.
 *
 *	1. reserve the serial       issuance_prepare()
 *	2. build and lint           issuance_prepare()
 *	3. store the intention      issuance_intend(), in a write
 *	4. sign                     issuance_sign(), on a worker when the intention is durable
 *	5. store the certificate    issuance_keep(), in a write
 *	6. audit                    the same row: an audit report lists what is stored
 *
 * No serial is used twice, and nothing is signed that the store does not know. */
#ifndef CHANCERY_SERVICE_PCA_ISSUANCE_H
#define CHANCERY_SERVICE_PCA_ISSUANCE_H

#include "service/pca/authority.h"
#include "service/pca/template.h"
#include "store/issued.h"
#include "x509/csr.h"

struct issuance_request {
	const struct authority *authority;
	const struct template *template;
	const struct csr *csr;
	enum signing_algorithm algorithm;
	int64_t not_before_ms, not_after_ms;           /* whole seconds */
	const struct pca_api_passthrough *passthrough; /* NULL: none; ignored unless the template takes it */
	struct str requester; /* who is told in audit reports: the caller's ARN, or a service principal */
	bool is_responder;    /* adds id-pkix-ocsp-nocheck, leaves distribution points and AIA out */
};

struct issuance_opening; /* issuance.c's own: a list that is opened beside the certificate */

struct issuance {
	const struct authority *authority;
	const struct template *template;
	enum signing_algorithm algorithm;
	struct bytes serial, tbs;
	uint8_t sha256[INTENTION_HASH_BYTES]; /* of tbs */
	bool is_self_signed, is_responder;
	struct str arn;        /* of the certificate */
	struct issued_row row; /* `certificate` is absent until it is signed */
	struct issuance_opening *opening;
};

/* The period as asked for. FAULT_VALIDATION, FAULT_INVALID_ARGS: absurd, in the past, beyond what the authority may
 * give (its own end; a CA must end before; 7 days in short-lived mode). NotBefore is an hour before now unless asked.
 */
MUST_CHECK bool issuance_period(const struct call *call, const struct authority *authority,
	const struct template *template, const struct pca_validity *validity, const struct pca_validity *not_before,
	int64_t *not_before_ms, int64_t *not_after_ms, struct fault *fault);

/* Checks the authority's state, the algorithm's family, path length and depth, what the template takes from where, and
 * what comes of it. Serial and key identifiers are new. Faults: FAULT_INVALID_STATE, FAULT_INVALID_ARGS,
 * FAULT_MALFORMED_CSR, FAULT_VALIDATION; nothing was signed, nothing is stored. */
MUST_CHECK bool issuance_prepare(
	struct call *call, const struct issuance_request *request, struct issuance *out, struct fault *fault);
/* Inside a write: the authority is still what it was, its quota is not reached; the intention is stored.
 * FAULT_INVALID_STATE, FAULT_LIMIT_EXCEEDED, FAULT_CONFLICT. */
MUST_CHECK bool issuance_intend(
	struct call *call, struct store_transaction *transaction, const struct issuance *issuance, struct fault *fault);
/* The signer signs what the intention says. On a fault the intention stays, and is abandoned later: its serial is lost.
 */
MUST_CHECK bool issuance_sign(struct call *call, struct issuance *issuance, struct fault *fault);
/* Inside a write: the certificate takes the intention's place. */
MUST_CHECK bool issuance_keep(
	struct call *call, struct store_transaction *transaction, const struct issuance *issuance, struct fault *fault);
/* To be named with call_committed() beside that write; the context is the issuance. If a list was opened, those who
 * sign lists are hurried. */
void issuance_kept(struct call *call, void *issuance);

/* All of it, waiting: for duties. */
MUST_CHECK bool issuance_run(
	struct call *call, const struct issuance_request *request, struct issuance *out, struct fault *fault);

#endif
