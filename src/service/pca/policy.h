/* policy.h — resource policies: what an authority lets other accounts do (AWS: as Resource Access Manager writes them).
 *
 * Accepted are statements that allow an account some of five reading actions, and statements that allow it
 * IssueCertificate with one of the templates that are open to other accounts, named in a condition. */
#ifndef CHANCERY_SERVICE_PCA_POLICY_H
#define CHANCERY_SERVICE_PCA_POLICY_H

#include "service/pca/authority.h"

/* FAULT_INVALID_POLICY says which statement and what of it. */
MUST_CHECK bool policy_check(
	struct str policy, struct str resource_arn, const char *partition, struct arena *arena, struct fault *fault);
/* Does a policy that was accepted once allow this account this use? */
bool policy_allows(struct str policy, struct str account, const struct authority_use *use, struct str resource_arn);

#endif
