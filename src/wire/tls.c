#include "wire/tls.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

struct tls_credentials {
	gnutls_certificate_credentials_t certificate;
	atomic_uint references;
};

struct tls {
	char *certificate_file, *key_file;
	pthread_mutex_t lock; /* guards `current` */
	struct tls_credentials *current;
};

void
tls_credentials_unref(struct tls_credentials *credentials)
{
	if (credentials == NULL || atomic_fetch_sub(&credentials->references, 1) > 1)
		return;
	gnutls_certificate_free_credentials(credentials->certificate);
	free(credentials);
}

static bool
check_readable(const char *file, const char *what, struct fault *fault)
{
	if (access(file, R_OK) == 0)
		return true;
	return fault_set(fault, FAULT_INVALID_ARGS, "The %s file %s cannot be read: %s.", what, file, strerror(errno));
}

static bool
refuse(const struct tls *tls, int error, struct fault *fault)
{
	if (error == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"The TLS key in %s is not the key of the certificate in %s. The certificate file begins with "
			"the "
			"server's own certificate; its chain follows.",
			tls->key_file, tls->certificate_file);
	if (error == GNUTLS_E_DECRYPTION_FAILED)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"The TLS key in %s is encrypted: `openssl pkey -in KEY -out NEW` removes the passphrase.",
			tls->key_file);
	return fault_set(fault, FAULT_INVALID_ARGS, "The TLS certificate in %s and the key in %s cannot be used: %s",
		tls->certificate_file, tls->key_file, gnutls_strerror(error));
}

static bool
load(const struct tls *tls, struct tls_credentials **out, struct fault *fault)
{
	gnutls_certificate_credentials_t certificate = NULL;

	if (!check_readable(tls->certificate_file, "TLS certificate", fault) ||
		!check_readable(tls->key_file, "TLS key", fault))
		return false;
	int error = gnutls_certificate_allocate_credentials(&certificate);
	if (error != GNUTLS_E_SUCCESS)
		return refuse(tls, error, fault);
	error = gnutls_certificate_set_x509_key_file(
		certificate, tls->certificate_file, tls->key_file, GNUTLS_X509_FMT_PEM);
	if (error < 0) {
		gnutls_certificate_free_credentials(certificate);
		return refuse(tls, error, fault);
	}
	struct tls_credentials *credentials = memory_take_zeroed(sizeof *credentials);
	credentials->certificate = certificate;
	atomic_init(&credentials->references, 1);
	*out = credentials;
	return true;
}

bool
tls_new(const char *certificate_file, const char *key_file, struct tls **out, struct fault *fault)
{
	struct tls *tls = memory_take_zeroed(sizeof *tls);

	tls->certificate_file = memory_cstr(str_of(certificate_file));
	tls->key_file = memory_cstr(str_of(key_file));
	(void)pthread_mutex_init(&tls->lock, NULL);
	if (!load(tls, &tls->current, fault)) {
		tls_free(tls);
		return false;
	}
	*out = tls;
	return true;
}

void
tls_free(struct tls *tls)
{
	if (tls == NULL)
		return;
	tls_credentials_unref(tls->current);
	(void)pthread_mutex_destroy(&tls->lock);
	free(tls->certificate_file);
	free(tls->key_file);
	free(tls);
}

bool
tls_reload(struct tls *tls, struct fault *fault)
{
	struct tls_credentials *fresh = NULL;

	if (!load(tls, &fresh, fault))
		return false;
	(void)pthread_mutex_lock(&tls->lock);
	struct tls_credentials *old = tls->current;
	tls->current = fresh;
	(void)pthread_mutex_unlock(&tls->lock);
	tls_credentials_unref(old);
	return true;
}

struct tls_credentials *
tls_attach(struct tls *tls, gnutls_session_t session)
{
	(void)pthread_mutex_lock(&tls->lock);
	struct tls_credentials *credentials = tls->current;
	(void)atomic_fetch_add(&credentials->references, 1);
	(void)pthread_mutex_unlock(&tls->lock);
	if (gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials->certificate) == GNUTLS_E_SUCCESS)
		return credentials;
	/* The session keeps what it had, which is nothing: its handshake fails. */
	tls_credentials_unref(credentials);
	return NULL;
}

int
tls_refuse(gnutls_session_t session, const gnutls_datum_t *issuers, int issuer_count,
	const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **certificate,
	unsigned *certificate_count, gnutls_privkey_t *key)
{
	(void)session;
	(void)issuers;
	(void)issuer_count;
	(void)algorithms;
	(void)algorithm_count;
	(void)certificate;
	(void)certificate_count;
	(void)key;
	return -1;
}
