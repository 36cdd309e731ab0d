#include "signer/seal.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"

AUTO_FREE(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free);

struct sealer {
	struct keyring *keyring;
	EVP_CIPHER *gcm;
	EVP_MD *sha256;
};

bool
sealer_new(struct keyring *keyring, struct sealer **out, struct fault *fault)
{
	struct sealer *sealer = memory_take_zeroed(sizeof *sealer);

	sealer->keyring = keyring;
	sealer->gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	sealer->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (sealer->gcm == NULL || sealer->sha256 == NULL) {
		sealer_free(sealer);
		return fault_set(fault, FAULT_INTERNAL, "OpenSSL has no AES-256-GCM or no SHA-256 here.");
	}
	*out = sealer;
	return true;
}

void
sealer_free(struct sealer *sealer)
{
	if (sealer == NULL)
		return;
	EVP_CIPHER_free(sealer->gcm);
	EVP_MD_free(sealer->sha256);
	free(sealer);
}

static const char *
purpose_name(enum seal_purpose purpose)
{
	switch (purpose) {
	case SEAL_CERTIFICATE_KEY:
		return "acm-key";
	case SEAL_AUTHORITY_KEY:
		return "ca-key";
	case SEAL_ACCESS_KEY:
		return "access-key";
	case SEAL_TOKEN_KEY:
		return "token-key";
	case SEAL_RESPONDER_KEY:
		return "responder-key";
	}
	return NULL;
}

/* Behind its length, so that no two contexts run together into the same bytes. */
static void
put_part(struct buffer *list, const void *p, size_t n)
{
	const uint8_t length[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	buffer_put(list, length, sizeof length);
	buffer_put(list, p, n);
}

static bool
context_render(const struct seal_context *context, struct buffer *list, struct fault *fault)
{
	static const uint8_t format = SEALED_FORMAT;
	const char *purpose = purpose_name(context->purpose);
	uint8_t version[8];

	if (purpose == NULL)
		return fault_set(fault, FAULT_INTERNAL, "There is no seal for purpose %d.", (int)context->purpose);
	for (size_t i = 0; i < sizeof version; i++)
		version[i] = (uint8_t)((uint64_t)context->version >> (56 - 8 * i));
	put_part(list, &format, sizeof format);
	put_part(list, purpose, strlen(purpose));
	put_part(list, context->account.p, context->account.n);
	put_part(list, context->region.p, context->region.n);
	put_part(list, context->name.p, context->name.n);
	put_part(list, version, sizeof version);
	return true;
}

static bool
encrypt(const struct sealer *sealer, const uint8_t *key, const uint8_t *nonce, struct bytes plain, struct str context,
	uint8_t *out)
{
	AUTO(EVP_CIPHER_CTX) cipher = EVP_CIPHER_CTX_new();
	int n = 0;

	return cipher != NULL && EVP_EncryptInit_ex2(cipher, sealer->gcm, key, nonce, NULL) == 1 &&
	       EVP_EncryptUpdate(cipher, NULL, &n, (const uint8_t *)context.p, (int)context.n) == 1 &&
	       EVP_EncryptUpdate(cipher, out, &n, plain.p, (int)plain.n) == 1 && n == (int)plain.n &&
	       EVP_EncryptFinal_ex(cipher, out + plain.n, &n) == 1 &&
	       EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG_BYTES, out + plain.n) == 1;
}

static bool
decrypt(const struct sealer *sealer, const uint8_t *key, const uint8_t *nonce, struct bytes closed, struct str context,
	uint8_t *out)
{
	AUTO(EVP_CIPHER_CTX) cipher = EVP_CIPHER_CTX_new();
	int length = (int)(closed.n - SEAL_TAG_BYTES);
	uint8_t tag[SEAL_TAG_BYTES];
	int n = 0;

	memcpy(tag, closed.p + length, sizeof tag);
	return cipher != NULL && EVP_DecryptInit_ex2(cipher, sealer->gcm, key, nonce, NULL) == 1 &&
	       EVP_DecryptUpdate(cipher, NULL, &n, (const uint8_t *)context.p, (int)context.n) == 1 &&
	       EVP_DecryptUpdate(cipher, out, &n, closed.p, length) == 1 && n == length &&
	       EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG_BYTES, tag) == 1 &&
	       EVP_DecryptFinal_ex(cipher, out + length, &n) == 1;
}

bool
seal_close(const struct sealer *sealer, struct bytes plain, const struct seal_context *context, struct arena *arena,
	struct bytes *sealed, struct fault *fault)
{
	size_t size = SEAL_OVERHEAD_BYTES + plain.n;
	uint8_t *record = arena_alloc(arena, size);
	uint8_t *wrapped = record + SEAL_HEADER_BYTES;
	uint8_t *nonce = wrapped + WRAPPED_KEY_BYTES;
	char id[MASTER_KEY_ID_BYTES + 1];
	uint8_t fresh[DATA_KEY_BYTES + SEAL_NONCE_BYTES];
	struct buffer list = { 0 };

	if (plain.n > SIGNER_MAX_MESSAGE)
		return fault_set(fault, FAULT_INTERNAL, "A secret of %zu bytes is too long to be sealed.", plain.n);
	if (!context_render(context, &list, fault))
		return false;
	entropy_fill(&entropy_system, fresh, sizeof fresh);
	memcpy(nonce, fresh + DATA_KEY_BYTES, SEAL_NONCE_BYTES);
	bool wrapping = keyring_wrap(sealer->keyring, fresh, id, wrapped, fault);
	bool closed = wrapping && encrypt(sealer, fresh, nonce, plain, buffer_str(&list), nonce + SEAL_NONCE_BYTES);
	memory_wipe(fresh, sizeof fresh);
	buffer_done(&list);
	if (!wrapping)
		return false;
	if (!closed) {
		ERR_clear_error();
		return fault_set(fault, FAULT_INTERNAL, "The secret could not be sealed.");
	}
	record[0] = SEALED_FORMAT;
	memcpy(record + SEALED_ID_OFFSET, id, MASTER_KEY_ID_BYTES);
	*sealed = (struct bytes){ record, size };
	return true;
}

/* Unwraps the data key of a record. */
static bool
data_key_open(const struct sealer *sealer, struct bytes sealed, uint8_t key[DATA_KEY_BYTES], struct fault *fault)
{
	char id[MASTER_KEY_ID_BYTES + 1];

	if (!sealed_master_key_id(sealed, id) || sealed.n < SEAL_OVERHEAD_BYTES)
		return fault_set(
			fault, FAULT_INTERNAL, "What should be a sealed record (%zu bytes) is none.", sealed.n);
	return keyring_unwrap(sealer->keyring, id, sealed.p + SEAL_HEADER_BYTES, key, fault);
}

bool
seal_open(const struct sealer *sealer, struct bytes sealed, const struct seal_context *context, struct arena *arena,
	struct secret *plain, struct fault *fault)
{
	uint8_t key[DATA_KEY_BYTES];
	struct buffer list = { 0 };

	if (!context_render(context, &list, fault))
		return false;
	bool opened = data_key_open(sealer, sealed, key, fault);
	if (opened) {
		const uint8_t *nonce = sealed.p + SEAL_HEADER_BYTES + WRAPPED_KEY_BYTES;
		struct bytes closed = { nonce + SEAL_NONCE_BYTES, sealed.n - (SEAL_OVERHEAD_BYTES - SEAL_TAG_BYTES) };
		uint8_t *out = arena_alloc(arena, closed.n);
		opened = decrypt(sealer, key, nonce, closed, buffer_str(&list), out);
		if (opened)
			*plain = (struct secret){ out, closed.n - SEAL_TAG_BYTES };
		else
			(void)fault_set(fault, FAULT_INTERNAL,
				"A sealed record does not open as \"%s\" of %.*s, version %lld.",
				purpose_name(context->purpose), STR_ARG(context->name), (long long)context->version);
		ERR_clear_error();
	}
	memory_wipe(key, sizeof key);
	buffer_done(&list);
	return opened;
}

bool
seal_rewrap(
	const struct sealer *sealer, struct bytes sealed, struct arena *arena, struct bytes *out, struct fault *fault)
{
	uint8_t key[DATA_KEY_BYTES];
	uint8_t wrapped[WRAPPED_KEY_BYTES];
	char id[MASTER_KEY_ID_BYTES + 1];

	if (!data_key_open(sealer, sealed, key, fault))
		return false;
	bool done = keyring_wrap(sealer->keyring, key, id, wrapped, fault);
	memory_wipe(key, sizeof key);
	if (!done)
		return false;
	if (memcmp(id, sealed.p + SEALED_ID_OFFSET, MASTER_KEY_ID_BYTES) == 0) {
		*out = sealed;
		return true;
	}
	uint8_t *record = arena_alloc(arena, sealed.n);
	memcpy(record, sealed.p, sealed.n);
	memcpy(record + SEALED_ID_OFFSET, id, MASTER_KEY_ID_BYTES);
	memcpy(record + SEAL_HEADER_BYTES, wrapped, sizeof wrapped);
	*out = (struct bytes){ record, sealed.n };
	return true;
}

bool
seal_fingerprint(const struct sealer *sealer, struct bytes sealed, const struct seal_context *context,
	uint8_t fingerprint[SEAL_FINGERPRINT_BYTES], struct fault *fault)
{
	struct buffer list = { 0 };

	if (!context_render(context, &list, fault))
		return false;
	/* Last, and so without its length: the parts before it tell where it begins. */
	buffer_put(&list, sealed.p, sealed.n);
	bool done = EVP_Digest(list.p, list.n, fingerprint, NULL, sealer->sha256, NULL) == 1;
	buffer_done(&list);
	return done || fault_set(fault, FAULT_INTERNAL, "A sealed record could not be hashed.");
}

bool
seal_self_test(const struct sealer *sealer, struct fault *fault)
{
	static const uint8_t text[] = "What is sealed opens again, and only where it belongs.";
	const struct seal_context here = { SEAL_TOKEN_KEY, STR("test"), STR(""), STR("here"), 1 };
	const struct seal_context there = { SEAL_TOKEN_KEY, STR("test"), STR(""), STR("there"), 1 };
	struct arena arena = { 0 };
	struct bytes sealed = { 0 };
	struct secret plain = { 0 };
	struct fault refusal = { 0 };

	if (!seal_close(sealer, (struct bytes){ text, sizeof text }, &here, &arena, &sealed, fault))
		return false;
	uint8_t *changed = arena_secret(&arena, sealed.p, sealed.n).p;
	changed[sealed.n - 1] ^= 1;
	bool good = seal_open(sealer, sealed, &here, &arena, &plain, fault) && plain.n == sizeof text &&
		    memcmp(plain.p, text, sizeof text) == 0 &&
		    !seal_open(sealer, sealed, &there, &arena, &plain, &refusal) &&
		    !seal_open(sealer, (struct bytes){ changed, sealed.n }, &here, &arena, &plain, &refusal);
	arena_done(&arena);
	return good || fault_set(fault, FAULT_INTERNAL, "The signer's self-test failed: this OpenSSL does not seal.");
}
