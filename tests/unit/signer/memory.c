/* Nothing of a private key stays in the signer's memory once the answer has come: not the PEM, not the numbers, not in
 * blocks that libraries freed. The one exception is a key in use: an authority's, or a responder's, is kept open to
 * sign again, and so is in memory of necessity, once, as OpenSSL holds it, until others push it out. The memory is
 * searched from outside, which needs root and a build without sanitizers. */
#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/x509.h>

#include "base/walls.h"
#include "born.h"
#include "signer/key_cache.h"

enum { NEEDLE_BYTES = 16, WINDOW_BYTES = 1 << 20, IMPORTS = 20, SIGNATURES = 20 };

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

static int
copies_of(int pid, EVP_PKEY *key, const char *name, bool bignum_order)
{
	uint8_t needle[NEEDLE_BYTES];

	needle_of(key, name, bignum_order, needle);
	return search(pid, (struct bytes){ needle, sizeof needle });
}

static void
check_gone(int pid, EVP_PKEY *key, const char *name)
{
	for (int order = 0; order < 2; order++) {
		int found = copies_of(pid, key, name, order == 1);
		if (found != 0)
			fail_msg("%d copies of %s (%s) are left", found, name, order == 1 ? "bignum" : "DER");
	}
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

static const char *const rsa_names[] = { OSSL_PKEY_PARAM_RSA_D, OSSL_PKEY_PARAM_RSA_FACTOR1,
	OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, NULL };
static const char *const ec_names[] = { OSSL_PKEY_PARAM_PRIV_KEY, NULL };

TEST(memory, of_the_signer_keeps_nothing_of_an_rsa_key)
{
	check_kind(FORGE_RSA_2048, rsa_names);
}

TEST(memory, of_the_signer_keeps_nothing_of_an_ec_key)
{
	check_kind(FORGE_P256, ec_names);
	check_kind(FORGE_P384, ec_names);
	check_kind(FORGE_P521, ec_names);
}

/* ---- Keys that are born in the signer ---- */

/* The key in a record: this process may read the master key file, too. The caller's to EVP_PKEY_free(). */
static EVP_PKEY *
unsealed(const struct house *house, const struct born *born)
{
	struct keyring *keyring = NULL;
	struct sealer *sealer = NULL;
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct secret text;
	struct key_plain plain = { 0 };

	CHECK_OK(keyring_open(house->place.file, false, &keyring, &fault) && sealer_new(keyring, &sealer, &fault) &&
			 seal_open(sealer, born->sealed, &born->context, &arena, &text, &fault) &&
			 key_plain_read(born->context.purpose, secret_bytes(text), &plain, &fault),
		fault);
	const uint8_t *p = plain.pkcs8.p;
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &p, (long)plain.pkcs8.n);
	CHECK(key != NULL);
	arena_done(&arena);
	sealer_free(sealer);
	keyring_free(keyring);
	return key;
}

static void
sign_request(struct house *house, const struct born *born)
{
	struct fault fault = { 0 };
	struct bytes signature = { 0 };
	struct bytes subject = born->subject.p != NULL ? born->subject : name_of("example.com", &house->arena);
	struct bytes request = csr_info_build(subject, born->spki, NULL, 0, &house->arena);

	CHECK_OK(signer_sign(house->signer, SIGNER_REQUEST, request, signing_default(born->kind), born->sealed,
			 &born->context, NULL, &house->arena, &signature, &fault),
		fault);
}

static bool
searchable(const struct house *house)
{
	static const uint8_t any[NEEDLE_BYTES] = { 1 };

	return search(signer_pid(house->process), (struct bytes){ any, sizeof any }) >= 0;
}

/* Skips, where memory cannot be looked at. */
static void
search_begin(struct house *house)
{
	if (walls_sanitized())
		skip();
	house_open(house);
	if (!searchable(house)) {
		house_close(house);
		skip();
	}
}

TEST(memory, of_the_signer_keeps_nothing_of_a_certificates_key_that_was_made_signed_and_was_exported)
{
	static const struct {
		enum signing_key kind;
		const char *const *names;
	} cases[] = { { SIGNING_KEY_RSA_2048, rsa_names }, { SIGNING_KEY_P256, ec_names },
		{ SIGNING_KEY_P384, ec_names }, { SIGNING_KEY_P521, ec_names } };
	static const struct str passphrase = { "correct horse battery staple", 28 };
	struct house house;
	struct fault fault = { 0 };
	struct bytes encrypted;

	search_begin(&house);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct born born = key_born(&house, cases[i].kind, SEAL_CERTIFICATE_KEY, NULL);
		EVP_PKEY *key = unsealed(&house, &born);
		for (const char *const *name = cases[i].names; *name != NULL; name++)
			check_gone(signer_pid(house.process), key, *name);
		sign_request(&house, &born);
		for (const char *const *name = cases[i].names; *name != NULL; name++)
			check_gone(signer_pid(house.process), key, *name);
		CHECK_OK(signer_export_key(house.signer, born.sealed, &born.context,
				 arena_secret(&house.arena, passphrase.p, passphrase.n), &house.arena, &encrypted,
				 &fault),
			fault);
		for (const char *const *name = cases[i].names; *name != NULL; name++)
			check_gone(signer_pid(house.process), key, *name);
		CHECK(search(signer_pid(house.process), bytes_of_str(passphrase)) == 0);
		EVP_PKEY_free(key);
	}
	house_close(&house);
}

/* In use it is there: the numbers as OpenSSL computes with them, and no written form. Signing again adds nothing. */
TEST(memory, of_the_signer_holds_a_key_in_use_once_and_not_as_it_is_written)
{
	static const struct {
		enum signing_key kind;
		const char *name; /* of a number that OpenSSL itself holds once */
	} cases[] = { { SIGNING_KEY_RSA_2048, OSSL_PKEY_PARAM_RSA_D }, { SIGNING_KEY_P256, OSSL_PKEY_PARAM_PRIV_KEY } };
	struct house house;

	search_begin(&house);
	int pid = signer_pid(house.process);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct born born = key_born(&house, cases[i].kind, SEAL_AUTHORITY_KEY, "Example CA");
		EVP_PKEY *key = unsealed(&house, &born);
		check_gone(pid, key, cases[i].name);
		for (int k = 0; k < SIGNATURES; k++) {
			sign_request(&house, &born);
			CHECK(copies_of(pid, key, cases[i].name, true) == 1);
			CHECK(copies_of(pid, key, cases[i].name, false) == 0);
		}
		if (cases[i].kind == SIGNING_KEY_RSA_2048)
			for (const char *const *name = rsa_names; *name != NULL; name++)
				CHECK(copies_of(pid, key, *name, false) == 0);
		EVP_PKEY_free(key);
	}
	house_close(&house);
}

TEST(memory, of_the_signer_forgets_a_key_when_others_take_its_place)
{
	struct house house;

	search_begin(&house);
	struct born rsa = key_born(&house, SIGNING_KEY_RSA_2048, SEAL_AUTHORITY_KEY, "Example CA");
	struct born ec = key_born(&house, SIGNING_KEY_P256, SEAL_RESPONDER_KEY, NULL);
	EVP_PKEY *rsa_key = unsealed(&house, &rsa);
	EVP_PKEY *ec_key = unsealed(&house, &ec);
	sign_request(&house, &rsa);
	sign_request(&house, &ec);
	for (int i = 0; i < KEY_CACHE_KEYS; i++) {
		struct born other = key_born(&house, SIGNING_KEY_P256, SEAL_RESPONDER_KEY, NULL);
		sign_request(&house, &other);
	}
	for (const char *const *name = rsa_names; *name != NULL; name++)
		check_gone(signer_pid(house.process), rsa_key, *name);
	check_gone(signer_pid(house.process), ec_key, OSSL_PKEY_PARAM_PRIV_KEY);
	EVP_PKEY_free(rsa_key);
	EVP_PKEY_free(ec_key);
	house_close(&house);
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
