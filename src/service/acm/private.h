/* private.h — certificates that an authority of this house issues for ACM: for these names, with a new key. The one
 * way, for a request, for RenewCertificate, and for managed renewal.
 *
 * What AWS lets fail after it has answered fails here as well: a certificate that cannot be issued is no fault, but a
 * `failure`, which is settled like a success. */
#ifndef CHANCERY_SERVICE_ACM_PRIVATE_H
#define CHANCERY_SERVICE_ACM_PRIVATE_H

#include "service/pca/issuance.h"

enum {
	PRIVATE_DAYS = 395,           /* 13 months, as ACM asks for (AWS) */
	PRIVATE_MAX_COMMON_NAME = 64, /* X.520's upper bound */
};
#define PRIVATE_PRINCIPAL "acm.amazonaws.com"

struct private_issue;
typedef bool private_settle_fn(
	struct call *call, struct store_transaction *transaction, struct private_issue *issue, struct fault *fault);

struct private_issue {
	/* What is wanted. `row` holds id, version, key_algorithm and the names: its key is sealed for that version. */
	struct certificate_row *row;
	struct str arn;
	struct str authority_arn;
	bool is_renewal; /* ACM acts by itself: by the permission that the authority gave it, not by the caller's rights
			  */
	/* In the write that ends it all; it may run twice. `row` then has what the certificate says, chain and key,
	 * unless `failure` is set. */
	private_settle_fn *settle;
	void *context;

	/* What comes of it. */
	int failure; /* the model's FailureReason; 0: issued */
	struct authority authority;
	struct issuance issuance;
};

/* Names the steps of the call (call_write(), call_next()) that lead to `settle`. Faults are what is not the
 * authority's: FAULT_INVALID_ARN for a name that is none of an authority, and the house's own troubles. */
MUST_CHECK bool private_issue_begin(struct call *call, struct private_issue *issue, struct fault *fault);

#endif
