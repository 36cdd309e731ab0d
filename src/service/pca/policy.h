/* policy.h — resource policies of authorities: what other accounts may do with them. */
#ifndef CHANCERY_SERVICE_PCA_POLICY_H
#define CHANCERY_SERVICE_PCA_POLICY_H

#include "service/pca/authority.h"

/* Does this policy (JSON as PutPolicy took it; absent: none) allow the account this use of the resource? What it does
 * not say, and what cannot be read, is not allowed. */
bool policy_allows(
	struct str policy_json, struct str account, const struct authority_use *use, struct str resource_arn);

#endif
