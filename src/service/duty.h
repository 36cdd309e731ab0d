/* duty.h — what is done without being asked: each call does what is due, and tells when it wants to be called again.
 *
 * A duty works on behalf of nobody: call->principal and call->owner are empty, each piece of work sets its own. Whoever
 * calls it holds the lease for all of them, so that of several nodes one does the work. What goes wrong is tried again
 * later and told to the log; one piece that fails does not keep the others waiting. */
#ifndef CHANCERY_SERVICE_DUTY_H
#define CHANCERY_SERVICE_DUTY_H

#include "service/call.h"

/* Does some of what is due; *next_ms: when to call again at the latest (INT64_MAX: when hurried). False: with a fault
 * for the log; *next_ms is set all the same. */
typedef bool duty_fn(struct call *call, int64_t *next_ms, struct fault *fault);

struct duty {
	const char *name; /* for the log */
	duty_fn *run;
};

extern const struct duty duties[];
extern const size_t duty_count;

duty_fn crl_duty;          /* pca/crl.c: lists that are due are signed and published */
duty_fn responder_duty;    /* pca/responder_duty.c: OCSP responders are made and renewed */
duty_fn audit_report_duty; /* pca/audit_report.c: reports are written */
duty_fn authority_duty;    /* pca/delete.c: authorities whose time of restoring is over go for good */
duty_fn intention_duty;    /* pca/intention.c: intentions without a certificate are given up */
duty_fn renewal_duty;      /* acm/renewal.c: private certificates are renewed before they end */

#endif
