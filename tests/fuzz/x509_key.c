/* Fuzz target: the PrivateKey field, whole, against one of two public keys. When the first octet is odd every rule is
 * relaxed, so that DER and the keys of others come as far as the arithmetic. */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "x509/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct bytes
spki_make(EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);

	EVP_PKEY_free(key);
	return (struct bytes){ der, n > 0 ? (size_t)n : 0 };
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct key_reader *reader;
	static struct bytes spki[2];
	static struct arena arena;
	struct import_rules rules = { 0 };
	struct fault fault = { 0 };
	struct bytes der;

	if (size == 0)
		return 0;
	if (reader == NULL) {
		reader = key_reader_new();
		spki[0] = spki_make(EVP_EC_gen("P-256"));
		spki[1] = spki_make(EVP_RSA_gen(1024));
	}
	memset(rules.relaxed, data[0] & 1, sizeof rules.relaxed);
	bool done = key_prove_private(
		reader, (struct bytes){ data + 1, size - 1 }, spki[data[0] >> 1 & 1], &rules, &arena, &der, &fault);
	/* A refusal has a code and whole characters; a success has no fault, and its key proves itself again. */
	if (done != (fault.code == FAULT_NONE) || !utf8_valid(str_of(fault.say)))
		abort();
	memset(rules.relaxed, 1, sizeof rules.relaxed);
	if (done && !key_prove_private(reader, der, spki[0], &rules, &arena, &der, &fault))
		abort();
	arena_reset(&arena);
	return 0;
}
