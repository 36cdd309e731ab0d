/* renewal.h — a private certificate is issued anew under its ARN: when, and how.
 *
 * AWS: eligible is what was exported since it was issued or last renewed, or is in use; what has expired is not.
 * Managed renewal looks at a certificate 60 days before its end, or when two thirds of a shorter life are over. */
#ifndef CHANCERY_SERVICE_ACM_RENEWAL_H
#define CHANCERY_SERVICE_ACM_RENEWAL_H

#include "service/call.h"

/* Is it PRIVATE, ISSUED, not at its end, and eligible? */
bool renewal_possible(const struct certificate_row *row, int64_t now_ms);
/* When managed renewal looks at it first: certificate_private.renew_at_ms. */
int64_t renewal_time(const struct certificate_row *row);

/* Names the steps of the call that renew it. How it went is told by its RenewalSummary, also when its authority
 * refuses; faults are the house's own troubles. */
MUST_CHECK bool renewal_begin(
	struct call *call, const struct certificate_row *row, struct str arn, struct fault *fault);

#endif
