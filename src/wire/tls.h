/* tls.h — the listener's certificate and key, which may be replaced while connections use the old ones.
 *
 * Each connection gets the credentials that are current when it is accepted, and holds them to its end. */
#ifndef CHANCERY_WIRE_TLS_H
#define CHANCERY_WIRE_TLS_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include "base/fault.h"

/* TLS 1.2 and 1.3, GnuTLS's own choice of the rest. */
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct tls;
struct tls_credentials;

/* Reads two PEM files. FAULT_INVALID_ARGS tells which is unreadable, or that they do not belong together. */
MUST_CHECK bool tls_new(const char *certificate_file, const char *key_file, struct tls **out, struct fault *fault);
void tls_free(struct tls *tls);
/* Reads the files again; on a fault nothing changes. */
MUST_CHECK bool tls_reload(struct tls *tls, struct fault *fault);

/* Before the handshake. */
struct tls_credentials *tls_attach(struct tls *tls, gnutls_session_t session);
/* After the session's end; NULL is fine. */
void tls_credentials_unref(struct tls_credentials *credentials);

/* The certificate callback that the daemon is started with: it has none. Every session gets its own from tls_attach()
 * before its handshake. */
int tls_refuse(gnutls_session_t session, const gnutls_datum_t *issuers, int issuer_count,
	const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **certificate,
	unsigned *certificate_count, gnutls_privkey_t *key);

#endif
