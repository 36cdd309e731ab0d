/* build_parts.h — what the builders of names, extensions, certificates and requests lend to each other. Private to
 * them.
 */
#ifndef CHANCERY_X509_BUILD_PARTS_H
#define CHANCERY_X509_BUILD_PARTS_H

#include "x509/build.h"
#include "x509/der_write.h"

/* Writes one GeneralName. NULL, or what is wrong with it, as a clause for people; the writer is of no use then. */
const char *general_name_put(struct der_writer *writer, const struct general_name_part *part, struct arena *arena);
/* "SubjectAlternativeNames: the DNS name \"a..b\" at position 2 has an empty label." Returns false. */
bool general_name_refuse(
	const char *what, size_t index, const struct general_name_part *part, const char *breach, struct fault *fault);
/* Extensions (RFC 5280, 4.1). An OID that is none is written as an empty one, which no reader takes: nothing is signed.
 */
void extensions_put(struct der_writer *writer, const struct certificate_extension *extensions, size_t count);

#endif
