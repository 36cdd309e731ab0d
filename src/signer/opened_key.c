#include "signer/opened_key.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "signer/openssl_words.h"

AUTO_FREE(EVP_MD_CTX, EVP_MD_CTX_free);
AUTO_FREE(EVP_PKEY_CTX, EVP_PKEY_CTX_free);
AUTO_FREE(PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free);

/* ---- Opening ---- */

static struct bytes
bytes_keep(struct bytes bytes)
{
	if (bytes.p == NULL)
		return bytes;
	uint8_t *copy = memory_take(bytes.n);
	memcpy(copy, bytes.p, bytes.n);
	return (struct bytes){ copy, bytes.n };
}

static bool
private_key_read(struct bytes pkcs8, EVP_PKEY **out)
{
	const uint8_t *p = pkcs8.p;
	AUTO(PKCS8_PRIV_KEY_INFO) info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)pkcs8.n);

	if (info == NULL || p != pkcs8.p + pkcs8.n)
		return false;
	*out = EVP_PKCS82PKEY(info);
	return *out != NULL;
}

/* What the world knows the key by. */
static bool
public_half_read(struct opened_key *key, struct arena *arena)
{
	struct bytes hash;
	uint8_t *der = NULL;
	int n = i2d_PUBKEY(key->key, &der);

	if (n <= 0)
		return false;
	key->spki = bytes_keep((struct bytes){ der, (size_t)n });
	OPENSSL_free(der);
	key->kind = (enum signing_key)signing_key_of(key->spki);
	if (key->kind == 0 || !key_hash(key->spki, "SHA1", arena, &hash) || hash.n != sizeof key->key_hash)
		return false;
	memcpy(key->key_hash, hash.p, hash.n);
	return EVP_Digest(key->spki.p, key->spki.n, key->identity, NULL, EVP_sha256(), NULL) == 1;
}

/* Looking a digest up and setting a context up cost more than some signatures, so both are done once. */
static bool
algorithm_prepare(struct opened_key *key, enum signing_algorithm algorithm)
{
	const char *digest = signing_digest(algorithm);

	if (digest == NULL || !signing_fits(algorithm, key->kind))
		return true;
	EVP_MD *md = key->ready[algorithm].digest = EVP_MD_fetch(NULL, digest, NULL);
	EVP_PKEY_CTX *context = key->ready[algorithm].context = EVP_PKEY_CTX_new_from_pkey(NULL, key->key, NULL);
	return md != NULL && context != NULL && EVP_PKEY_sign_init(context) == 1 &&
	       EVP_PKEY_CTX_set_signature_md(context, md) == 1 &&
	       (!EVP_PKEY_is_a(key->key, "RSA") || EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1);
}

bool
opened_key_new(enum seal_purpose purpose, const struct key_plain *plain, struct arena *arena, struct opened_key **out,
	struct fault *fault)
{
	struct opened_key *key = memory_take_zeroed(sizeof *key);

	atomic_init(&key->holders, 1);
	key->purpose = purpose;
	key->subject = bytes_keep(plain->subject);
	bool opened = private_key_read(plain->pkcs8, &key->key) && public_half_read(key, arena);
	for (int algorithm = SIGNING_NONE + 1; opened && algorithm < OPENED_KEY_ALGORITHMS; algorithm++)
		opened = algorithm_prepare(key, (enum signing_algorithm)algorithm);
	if (!opened) {
		opened_key_unref(key);
		return openssl_refuse(fault, "The sealed key is none that signs here");
	}
	*out = key;
	return true;
}

struct opened_key *
opened_key_ref(struct opened_key *key)
{
	(void)atomic_fetch_add(&key->holders, 1);
	return key;
}

void
opened_key_unref(struct opened_key *key)
{
	if (key == NULL || atomic_fetch_sub(&key->holders, 1) != 1)
		return;
	for (size_t i = 0; i < OPENED_KEY_ALGORITHMS; i++) {
		EVP_PKEY_CTX_free(key->ready[i].context);
		EVP_MD_free(key->ready[i].digest);
	}
	/* OpenSSL clears private numbers when it frees them. */
	EVP_PKEY_free(key->key);
	free((void *)(uintptr_t)key->subject.p);
	free((void *)(uintptr_t)key->spki.p);
	free(key);
}

/* ---- Signing ---- */

static bool
sign_digest(const struct opened_key *key, enum signing_algorithm algorithm, struct bytes document,
	const uint8_t *sha256, uint8_t *out, size_t *n)
{
	AUTO(EVP_PKEY_CTX) context = EVP_PKEY_CTX_dup(key->ready[algorithm].context);
	const EVP_MD *md = key->ready[algorithm].digest;
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned size = KEY_HASH_SHA256_BYTES;

	if (context == NULL)
		return false;
	if (sha256 != NULL && EVP_MD_is_a(md, "SHA256"))
		memcpy(digest, sha256, size);
	else if (EVP_Digest(document.p, document.n, digest, &size, md, NULL) != 1)
		return false;
	return EVP_PKEY_sign(context, out, n, digest, size) == 1;
}

/* Algorithms that bring their own digest want the whole message (ML-DSA: FIPS 204, 5.2). */
static bool
sign_message(const struct opened_key *key, struct bytes document, uint8_t *out, size_t *n)
{
	AUTO(EVP_MD_CTX) context = EVP_MD_CTX_new();

	return context != NULL && EVP_DigestSignInit_ex(context, NULL, NULL, NULL, NULL, key->key, NULL) == 1 &&
	       EVP_DigestSign(context, out, n, document.p, document.n) == 1;
}

bool
opened_key_sign(const struct opened_key *key, enum signing_algorithm algorithm, struct bytes document,
	const uint8_t *sha256, struct arena *arena, struct bytes *signature, struct fault *fault)
{
	int room = EVP_PKEY_get_size(key->key);
	uint8_t *out = arena_alloc(arena, room > 0 ? (size_t)room : 0);
	size_t n = room > 0 ? (size_t)room : 0;

	if (!signing_fits(algorithm, key->kind))
		return fault_set(fault, FAULT_INTERNAL, "A key does not sign by algorithm %d.", (int)algorithm);
	if (key->ready[algorithm].context != NULL ? !sign_digest(key, algorithm, document, sha256, out, &n)
						  : !sign_message(key, document, out, &n))
		return openssl_refuse(fault, "The document could not be signed");
	*signature = (struct bytes){ out, n };
	return true;
}
