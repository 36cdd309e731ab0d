/* certificate_field.h — the fields Certificate and CertificateChain as certificates. Which rule a breach belongs to is
 * the caller's to say. Private to this room. */
#ifndef CHANCERY_X509_CERTIFICATE_FIELD_H
#define CHANCERY_X509_CERTIFICATE_FIELD_H

#include "x509/certificate.h"
#include "x509/rules.h"

struct field_rules {
	enum import_rule count, pem, version, profile; /* of Certificate */
	enum import_rule chain_pem;                    /* of CertificateChain */
	size_t chain_max;
	bool of_authority; /* a CA's own: no PrivateKey comes with it */
};

/* The one certificate of the field: count, PEM, DER, version, profile. */
MUST_CHECK bool certificate_field_read(struct bytes text, const struct field_rules *field_rules,
	const struct import_rules *rules, struct arena *arena, const struct certificate **out, struct fault *fault);

/* All that CertificateChain holds, as given; at least one. */
MUST_CHECK bool chain_field_read(struct bytes text, const struct field_rules *field_rules,
	const struct import_rules *rules, struct arena *arena, const struct certificate *const **out, size_t *count,
	struct fault *fault);

#endif
