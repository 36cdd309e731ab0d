/* csr_parts.h — what csr_field.c lends to csr.c. Private to them. */
#ifndef CHANCERY_X509_CSR_PARTS_H
#define CHANCERY_X509_CSR_PARTS_H

#include "x509/csr.h"

#define CSR_MALFORMED "The certificate signing request is malformed"

/* Finds the one request in a Csr field, and decodes its base64. */
MUST_CHECK bool csr_field_read(struct bytes field, struct arena *arena, struct bytes *der, struct fault *fault);

#endif
