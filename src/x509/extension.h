/* extension.h — lists of extensions, and those we understand, read into a certificate. Private to this room. */
#ifndef CHANCERY_X509_EXTENSION_H
#define CHANCERY_X509_EXTENSION_H

#include "x509/certificate.h"
#include "x509/der.h"

#define EXTENSION_KEY_USAGE "2.5.29.15"
#define EXTENSION_SUBJECT_ALTERNATIVE_NAME "2.5.29.17"
#define EXTENSION_BASIC_CONSTRAINTS "2.5.29.19"
#define EXTENSION_EXTENDED_KEY_USAGE "2.5.29.37"
#define EXTENSION_AUTHORITY_INFORMATION_ACCESS "1.3.6.1.5.5.7.1.1"

/* Reads Extensions (RFC 5280, 4.1), all that is in `outer`: of a certificate, or of a request for one. Their values are
 * not looked at. */
MUST_CHECK bool extension_list_read(struct der outer, struct arena *arena, const struct certificate_extension **out,
	size_t *count, const char **why);
/* Is one before it of the same kind? */
bool extension_is_repeated(const struct certificate_extension *extensions, size_t index);

/* Takes over what certificate->extensions[index] says, if we know it. False, with a clause in *why, when its value is
 * malformed or beyond a limit. */
MUST_CHECK bool extension_read(struct certificate *certificate, size_t index, struct arena *arena, const char **why);

/* GeneralNames (RFC 5280, 4.2.1.6), all that is in `value`; *why is set only when there is more to say than that they
 * are malformed. */
MUST_CHECK bool general_names_read(
	struct der value, struct arena *arena, const struct general_name **out, size_t *out_count, const char **why);

#endif
