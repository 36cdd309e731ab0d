#include "service/duty.h"

/* Lists first: a client who asks for one waits for nothing longer than a revocation. Reports and renewals take what
 * time is left. */
const struct duty duties[] = {
	{ "revocation lists", crl_duty },
	{ "OCSP responders", responder_duty },
	{ "intentions", intention_duty },
	{ "audit reports", audit_report_duty },
	{ "renewals", renewal_duty },
	{ "deleted authorities", authority_duty },
};
const size_t duty_count = ARRAY_COUNT(duties);
