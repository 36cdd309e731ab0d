/* public_url.h — the address that issued certificates name for revocation lists and OCSP. */
#ifndef CHANCERY_DAEMON_PUBLIC_URL_H
#define CHANCERY_DAEMON_PUBLIC_URL_H

#include "base/fault.h"
#include "base/str.h"

/* With a key behind it, it must be a URI of moderate length in an extension. */
enum { PUBLIC_URL_MAX = 200 };

/* http://HOST[:PORT][/PATH]: never https, since whoever must ask whether a certificate is revoked cannot be asked to
 * verify one first (RFC 5280, 8); without a slash at its end, user, query or fragment. FAULT_INVALID_ARGS says what is
 * wrong. */
MUST_CHECK bool public_url_check(struct str url, struct fault *fault);

#endif
