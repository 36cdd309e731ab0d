/* arn.h — names of authorities and of what they issued:
 * arn:<partition>:acm-pca:<region>:<account>:certificate-authority/<uuid>, the same with /certificate/<serial>, and
 * arn:<partition>:acm-pca:::template/<name>/V1. */
#ifndef CHANCERY_SERVICE_PCA_ARN_H
#define CHANCERY_SERVICE_PCA_ARN_H

#include "service/call.h"

struct pca_arn {
	struct str partition;
	struct owner owner;
	struct str id;     /* the authority's lower-case UUID */
	struct str serial; /* hexadecimal, as it stands; absent: the ARN names the authority itself */
};

struct str pca_arn_render(struct arena *arena, const char *partition, const struct owner *owner, struct str id);
/* Serial as 32 hexadecimal digits (of as many as it has). */
struct str pca_arn_render_certificate(struct arena *arena, struct str authority_arn, struct bytes serial);

/* The parts point into the text. FAULT_INVALID_ARN when it names neither an authority nor a certificate of one. */
MUST_CHECK bool pca_arn_parse(struct str arn, struct pca_arn *out, struct fault *fault);

/* A serial in hexadecimal of either case, with or without colons, leading zeros or an odd number of digits (Terraform
 * sends "%x"): its magnitude, in the arena. False: it is none. */
MUST_CHECK bool pca_serial_parse(struct str text, struct arena *arena, struct bytes *out);
/* "e8:cb:…", as audit reports print it; and the unsigned decimal of Describe. */
struct str pca_serial_colons(struct bytes serial, struct arena *arena);
struct str pca_serial_decimal(struct bytes serial, struct arena *arena);

#endif
