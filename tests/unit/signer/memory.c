/* Nothing of a private key stays in the signer's memory once the answer has come: not the PEM, not the numbers, not in
 * blocks that libraries freed. The memory is searched from outside, which needs root and a build without sanitizers. */
#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/x509.h>

#include "base/walls.h"
#include "forge.h"
#include "place.h"
#include "signer_face.h"

enum { NEEDLE_BYTES = 16, WINDOW_BYTES = 1 << 20, IMPORTS = 20 };

/* How often the needle stands in the writable memory of a process; -1: it cannot be looked at. */
static int
search(int pid, struct bytes needle)
{
	static char window[WINDOW_BYTES];
	char path[64];
	char line[512];
	int found = 0;

	(void)snprintf(path, sizeof path, "/proc/%d/mem", pid);
	int memory = open(path, O_RDONLY | O_CLOEXEC);
	(void)snprintf(path, sizeof path, "/proc/%d/maps", pid);
	FILE *maps = fopen(path, "re");
	if (memory < 0 || maps == NULL)
		return -1;
	while (fgets(line, sizeof line, maps) != NULL) {
		unsigned long from;
		unsigned long to;
		char rights[8];
		if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 || rights[1] != 'w')
			continue;
		/* Windows overlap by a needle, so that none falls between two. */
		for (unsigned long at = from; at < to; at += WINDOW_BYTES - NEEDLE_BYTES) {
			size_t wanted = to - at < WINDOW_BYTES ? to - at : WINDOW_BYTES;
			ssize_t n = pread(memory, window, wanted, (off_t)at);
			const char *hit = n > 0 ? memmem(window, (size_t)n, needle.p, needle.n) : NULL;
			while (hit != NULL) {
				found++;
				hit = memmem(hit + 1, (size_t)(window + n - hit - 1), needle.p, needle.n);
			}
		}
	}
	(void)fclose(maps);
	(void)close(memory);
	return found;
}

/* A secret number of the key as it lies in memory: the bytes in the middle, in the order of DER or of a bignum. */
static void
needle_of(EVP_PKEY *key, const char *name, bool bignum_order, uint8_t out[NEEDLE_BYTES])
{
	BIGNUM *number = NULL;
	uint8_t bytes[512];

	CHECK(EVP_PKEY_get_bn_param(key, name, &number) == 1);
	int size = BN_num_bytes(number);
	CHECK((bignum_order ? BN_bn2lebinpad(number, bytes, size) : BN_bn2binpad(number, bytes, size)) == size);
	memcpy(out, bytes + (size - NEEDLE_BYTES) / 2, NEEDLE_BYTES);
	BN_clear_free(number);
}

static void
check_gone(int pid, EVP_PKEY *key, const char *name)
{
	uint8_t needle[NEEDLE_BYTES];

	for (int order = 0; order < 2; order++) {
		needle_of(key, name, order == 1, needle);
		int found = search(pid, (struct bytes){ needle, sizeof needle });
		if (found != 0)
			fail_msg("%d copies of %s (%s) are left", found, name, order == 1 ? "bignum" : "DER");
	}
}

static struct bytes
spki_of(EVP_PKEY *key, struct arena *arena)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);

	CHECK(n > 0);
	struct bytes spki = arena_bytes(arena, (struct bytes){ der, (size_t)n });
	OPENSSL_free(der);
	return spki;
}

static void
check_kind(enum forge_kind kind, const char *const *names)
{
	static const struct import_rules strict = { 0 };
	const struct seal_context context = { SEAL_CERTIFICATE_KEY, STR("1"), STR("eu"), STR("arn"), 1 };
	EVP_PKEY *key = forge_key(kind, 0);
	struct place place;
	struct signer_process *process = NULL;
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct bytes sealed;

	if (walls_sanitized())
		skip();
	place_make(&place);
	const struct signer_options options = { "/proc/self/exe", place.file, 1, true };
	CHECK_OK(signer_start(&options, &process, &fault), fault);
	struct str pem = forge_key_pem(key, &arena);
	for (int i = 0; i < IMPORTS; i++)
		CHECK_OK(signer_import_key(signer_channel(process, 0), arena_secret(&arena, pem.p, pem.n),
				 spki_of(key, &arena), &strict, &context, &arena, &sealed, &fault),
			fault);
	struct bytes text = { (const uint8_t *)pem.p + 64, NEEDLE_BYTES };
	bool searchable = search(signer_pid(process), text) >= 0;
	if (searchable) {
		CHECK(search(signer_pid(process), text) == 0);
		for (; *names != NULL; names++)
			check_gone(signer_pid(process), key, *names);
	}
	signer_stop(process);
	arena_done(&arena);
	place_clear(&place);
	if (!searchable)
		skip();
}

TEST(memory, of_the_signer_keeps_nothing_of_an_rsa_key)
{
	static const char *const names[] = { OSSL_PKEY_PARAM_RSA_D, OSSL_PKEY_PARAM_RSA_FACTOR1,
		OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, NULL };

	check_kind(FORGE_RSA_2048, names);
}

TEST(memory, of_the_signer_keeps_nothing_of_an_ec_key)
{
	static const char *const names[] = { OSSL_PKEY_PARAM_PRIV_KEY, NULL };

	check_kind(FORGE_P256, names);
	check_kind(FORGE_P384, names);
	check_kind(FORGE_P521, names);
}

/* The search itself: what is there is found. */
TEST(memory, search_finds_what_is_there)
{
	static char kept[] = "0123456789abcdef in plain sight";

	if (walls_sanitized())
		skip();
	CHECK(search(getpid(), (struct bytes){ (const uint8_t *)kept, NEEDLE_BYTES }) > 0);
}

TEST_MAIN_WITH_SIGNER("memory");
