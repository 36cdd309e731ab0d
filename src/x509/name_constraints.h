/* name_constraints.h — what names a CA certificate lets the certificates below it have (RFC 5280, 4.2.1.10). */
#ifndef CHANCERY_X509_NAME_CONSTRAINTS_H
#define CHANCERY_X509_NAME_CONSTRAINTS_H

#include "x509/certificate.h"

/* May there be a certificate below `issuer` with this subject and these DNS names? Constraints on names of other kinds
 * are not looked at. What cannot be read permits nothing. A certificate without the extension permits everything. */
bool name_constraints_permit(const struct certificate *issuer, const struct name *subject, const struct str *dns_names,
	size_t count, struct arena *arena);

#endif
