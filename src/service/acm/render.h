/* render.h — how AWS spells what a certificate and its row say, where Describe, List and Search need the same words. */
#ifndef CHANCERY_SERVICE_ACM_RENDER_H
#define CHANCERY_SERVICE_ACM_RENDER_H

#include "model/acm.h"
#include "service/call.h"
#include "x509/certificate.h"

/* Describe and List print RSA-2048 where AWS's own enum, filters and searches say RSA_2048. */
struct choice acm_key_algorithm_hyphenated(int key_algorithm);

/* The status by the clock: ISSUED turns into EXPIRED after not_after. */
struct choice acm_status(const struct certificate_row *row, int64_t now_ms);
/* The bit of STORE_STATUS filters for a CertificateStatus. */
uint32_t acm_status_bit(struct choice status);

struct choice acm_type(const struct certificate_row *row);
struct choice acm_export_option(const struct certificate_row *row);
struct choice acm_renewal_eligibility(const struct certificate_row *row);
/* AWS prints whether a certificate was exported only for those that it issued itself. */
bool acm_tells_exported(const struct certificate_row *row);

/* A time as the model has it: absent when 0. */
void acm_time(int64_t value_ms, int64_t *ms, bool *has);

/* The domain name first, then the other DNS names in the certificate's order; at most `limit`. *more: there are others.
 */
struct acm_domain_list acm_domain_names(
	const struct certificate *certificate, struct str domain_name, size_t limit, struct arena *arena, bool *more);

#endif
