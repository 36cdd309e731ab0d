#include "sigv4/digest.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <pthread.h>

#include "base/attributes.h"
#include "base/memory.h"

AUTO_FREE(EVP_MAC_CTX, EVP_MAC_CTX_free);

/* Written once by prepare(), read by every thread afterwards; they live as long as the process. */
static EVP_MD *sha256;
static EVP_MAC_CTX *hmac_sha256;
static pthread_once_t prepared = PTHREAD_ONCE_INIT;

static void
prepare(void)
{
	char name[] = "SHA256";
	OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);

	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	hmac_sha256 = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;
	EVP_MAC_free(mac);
	/* Without SHA-256 there is no signature to speak of: a broken OpenSSL is as fatal as no memory. */
	if (sha256 == NULL || hmac_sha256 == NULL || EVP_MAC_CTX_set_params(hmac_sha256, parameters) != 1)
		memory_exhausted(0);
}

void
digest_sha256(struct bytes data, uint8_t out[DIGEST_BYTES])
{
	(void)pthread_once(&prepared, prepare);
	if (EVP_Digest(data.p, data.n, out, NULL, sha256, NULL) != 1)
		memory_exhausted(0);
}

void
digest_hmac(struct bytes key, struct bytes data, uint8_t out[DIGEST_BYTES])
{
	size_t written = 0;

	(void)pthread_once(&prepared, prepare);
	AUTO(EVP_MAC_CTX) mac = EVP_MAC_CTX_dup(hmac_sha256);
	if (mac == NULL || EVP_MAC_init(mac, key.p, key.n, NULL) != 1 || EVP_MAC_update(mac, data.p, data.n) != 1 ||
		EVP_MAC_final(mac, out, &written, DIGEST_BYTES) != 1)
		memory_exhausted(0);
}

void
digest_hex(const uint8_t digest[DIGEST_BYTES], char out[DIGEST_HEX_CHARS])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
}
