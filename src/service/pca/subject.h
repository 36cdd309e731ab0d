/* subject.h — names as the API writes them (ASN1Subject, GeneralName), as DER. */
#ifndef CHANCERY_SERVICE_PCA_SUBJECT_H
#define CHANCERY_SERVICE_PCA_SUBJECT_H

#include "model/pca.h"
#include "x509/build.h"

/* In the order of the model's members, one relative name each (AWS's order); or the custom attributes in theirs.
 * FAULT_INVALID_ARGS: standard and custom attributes together, an empty subject unless `may_be_empty`, a value that its
 * attribute cannot have. `what` begins the sentence: "CertificateAuthorityConfiguration.Subject". */
MUST_CHECK bool subject_build(const struct pca_asn1_subject *subject, const char *what, bool may_be_empty,
	struct arena *arena, struct bytes *der, struct fault *fault);
/* FAULT_INVALID_ARGS unless exactly one member is given. */
MUST_CHECK bool general_name_of(const struct pca_general_name *name, const char *what, struct arena *arena,
	struct general_name_part *out, struct fault *fault);

/* keyUsage bits of x509/certificate.h. */
unsigned key_usage_of(const struct pca_key_usage *usage);
/* "CN=www.example1.com,OU=Sales,C=US": a Name as audit reports print it, in reverse order; types other than C ST L O OU
 * CN as 2.5.4.5=#hex of the value's DER (pca.md, 13). */
struct str subject_render_audit(const struct name *name, struct arena *arena);

#endif
