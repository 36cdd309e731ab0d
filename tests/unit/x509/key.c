/* Private keys: what is taken, what is refused, and that a refusal tells what to do. Every forged key here carries the
 * certificate's public half; only its private half, or its form, is wrong. */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/base64.h"
#include "base/memory.h"
#include "forge.h"
#include "test.h"
#include "x509/key.h"

enum { TEST_MAX_DER = 8192 };

/* ---- Helpers ---- */

struct bench {
	struct arena arena;
	struct key_reader *reader;
	struct import_rules rules;
	struct fault fault;
	struct bytes der; /* of the last proof */
};

static void
bench_open(struct bench *bench)
{
	*bench = (struct bench){ .reader = key_reader_new() };
}

static void
bench_close(struct bench *bench)
{
	key_reader_free(bench->reader);
	arena_done(&bench->arena);
}

static struct bytes
keep_der(struct arena *arena, unsigned char *der, int n)
{
	CHECK(n > 0);
	struct bytes copy = arena_bytes(arena, (struct bytes){ der, (size_t)n });
	OPENSSL_free(der);
	return copy;
}

static struct bytes
spki_of(EVP_PKEY *key, struct arena *arena)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);

	return keep_der(arena, der, n);
}

/* RSAPrivateKey or ECPrivateKey. */
static struct bytes
body_of(EVP_PKEY *key, struct arena *arena)
{
	unsigned char *der = NULL;
	int n = i2d_PrivateKey(key, &der);

	return keep_der(arena, der, n);
}

static struct bytes
pkcs8_of(EVP_PKEY *key, struct arena *arena)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	unsigned char *der = NULL;
	int n = i2d_PKCS8_PRIV_KEY_INFO(info, &der);

	PKCS8_PRIV_KEY_INFO_free(info);
	return keep_der(arena, der, n);
}

static bool
prove_bytes(struct bench *bench, struct bytes field, EVP_PKEY *certified)
{
	bench->fault = (struct fault){ 0 };
	bench->der = (struct bytes){ 0 };
	return key_prove_private(bench->reader, field, spki_of(certified, &bench->arena), &bench->rules, &bench->arena,
		&bench->der, &bench->fault);
}

static bool
prove(struct bench *bench, struct str pem, EVP_PKEY *certified)
{
	return prove_bytes(bench, bytes_of_str(pem), certified);
}

static bool
prove_der(struct bench *bench, const char *label, struct bytes der, EVP_PKEY *certified)
{
	return prove(bench, forge_pem(label, der, &bench->arena), certified);
}

/* Refused under that rule, with these words somewhere, and nothing given out. */
static void
check_refused(const struct bench *bench, enum import_rule rule, const char *words)
{
	const struct import_rule_entry *entry = import_rule_entry(rule);

	if (strncmp(bench->fault.say, entry->sentence, strlen(entry->sentence)) != 0 ||
		strstr(bench->fault.say, words) == NULL)
		fail_msg("\"%s\" should begin \"%s\" and say \"%s\"", bench->fault.say, entry->sentence, words);
	CHECK(bench->fault.code == entry->code);
	CHECK(bench->der.p == NULL);
}

static struct str
text(const char *s)
{
	return str_of(s);
}

/* ---- What is taken ---- */

static void
check_taken(enum forge_kind kind, const char *label)
{
	EVP_PKEY *key = forge_key(kind, 0);
	struct bench bench;

	bench_open(&bench);
	CHECK_OK(prove(&bench, forge_key_pem(key, &bench.arena), key), bench.fault);
	CHECK(bytes_equal(bench.der, pkcs8_of(key, &bench.arena)));
	CHECK_OK(prove_der(&bench, label, body_of(key, &bench.arena), key), bench.fault);
	CHECK(bytes_equal(bench.der, pkcs8_of(key, &bench.arena)));
	bench_close(&bench);
}

TEST(key, of_every_supported_kind_is_proved_in_both_forms)
{
	check_taken(FORGE_RSA_1024, "RSA PRIVATE KEY");
	check_taken(FORGE_RSA_2048, "RSA PRIVATE KEY");
	check_taken(FORGE_P256, "EC PRIVATE KEY");
	check_taken(FORGE_P384, "EC PRIVATE KEY");
	check_taken(FORGE_P521, "EC PRIVATE KEY");
}

TEST(key, of_the_larger_rsa_sizes_is_proved)
{
	static const unsigned sizes[] = { 3072, 4096 };

	for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
		EVP_PKEY *key = EVP_RSA_gen(sizes[i]);
		struct bench bench;
		bench_open(&bench);
		CHECK(key != NULL);
		CHECK_OK(prove(&bench, forge_key_pem(key, &bench.arena), key), bench.fault);
		bench_close(&bench);
		EVP_PKEY_free(key);
	}
}

TEST(key, behind_ec_parameters_is_taken)
{
	EVP_PKEY *key = forge_key(FORGE_P256, 0);
	struct bench bench;

	bench_open(&bench);
	const struct str parts[] = {
		forge_pem("EC PARAMETERS", forge_oid("1.2.840.10045.3.1.7", &bench.arena), &bench.arena),
		forge_pem("EC PRIVATE KEY", body_of(key, &bench.arena), &bench.arena),
	};
	CHECK_OK(prove(&bench, forge_join(&bench.arena, 2, parts), key), bench.fault);
	bench_close(&bench);
}

TEST(key, with_text_before_it_and_crlf_is_taken)
{
	EVP_PKEY *key = forge_key(FORGE_P256, 0);
	struct bench bench;
	struct buffer field = { 0 };

	bench_open(&bench);
	struct str pem = forge_key_pem(key, &bench.arena);
	buffer_put_cstr(&field, "Bag Attributes\r\n    friendlyName: x\r\nKey Attributes: <No Attributes>\r\n");
	for (size_t i = 0; i < pem.n; i++) {
		if (pem.p[i] == '\n')
			buffer_put_char(&field, '\r');
		buffer_put_char(&field, pem.p[i]);
	}
	CHECK_OK(prove(&bench, buffer_str(&field), key), bench.fault);
	buffer_done(&field);
	bench_close(&bench);
}

/* An EC key taken apart, to be put together again otherwise. */
static struct bytes
ec_scalar(EVP_PKEY *key, int size, struct arena *arena)
{
	BIGNUM *d = NULL;
	uint8_t *out = arena_alloc(arena, (size_t)size);

	CHECK(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &d) == 1);
	CHECK(BN_bn2binpad(d, out, size) == size);
	BN_clear_free(d);
	return (struct bytes){ out, (size_t)size };
}

static struct bytes
ec_point(EVP_PKEY *key, struct arena *arena)
{
	uint8_t point[1 + 2 * 66];
	size_t n = 0;

	CHECK(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &n) == 1);
	return arena_bytes(arena, (struct bytes){ point, n });
}

#define P256 "1.2.840.10045.3.1.7"
#define P384 "1.3.132.0.34"

/* ECPrivateKey; `curve` and `point` may be left out. */
static struct bytes
ec_body(struct bytes scalar, const char *curve, struct bytes point, struct arena *arena)
{
	struct bytes none = { (const uint8_t *)"", 0 };
	struct bytes named = curve != NULL ? forge_der(arena, 0xa0, forge_oid(curve, arena)) : none;
	struct bytes copy =
		point.p != NULL ? forge_der(arena, 0xa1, forge_der(arena, 0x03, forge_text("\0"), point)) : none;

	return forge_der(arena, 0x30, forge_text("\x02\x01\x01"), forge_der(arena, 0x04, scalar), named, copy);
}

TEST(key, of_ec_is_taken_without_its_curve_or_its_public_copy)
{
	EVP_PKEY *key = forge_key(FORGE_P256, 0);
	struct bytes none = { NULL, 0 };
	struct bench bench;

	bench_open(&bench);
	struct bytes d = ec_scalar(key, 32, &bench.arena);
	struct bytes point = ec_point(key, &bench.arena);
	CHECK_OK(prove_der(&bench, "EC PRIVATE KEY", ec_body(d, NULL, point, &bench.arena), key), bench.fault);
	CHECK_OK(prove_der(&bench, "EC PRIVATE KEY", ec_body(d, P256, none, &bench.arena), key), bench.fault);
	CHECK_OK(prove_der(&bench, "EC PRIVATE KEY", ec_body(d, NULL, none, &bench.arena), key), bench.fault);
	CHECK(bytes_equal(bench.der, pkcs8_of(key, &bench.arena)));
	bench_close(&bench);
}

TEST(key, of_ec_is_taken_with_leading_zeros_and_a_compressed_copy)
{
	EVP_PKEY *key = forge_key(FORGE_P256, 0);
	struct bench bench;

	bench_open(&bench);
	struct bytes d = ec_scalar(key, 40, &bench.arena);
	struct bytes point = ec_point(key, &bench.arena);
	uint8_t compressed[33];
	compressed[0] = (uint8_t)(2 + (point.p[64] & 1));
	memcpy(compressed + 1, point.p + 1, 32);
	CHECK_OK(prove_der(&bench, "EC PRIVATE KEY",
			 ec_body(d, P256, (struct bytes){ compressed, sizeof compressed }, &bench.arena), key),
		bench.fault);
	CHECK(bytes_equal(bench.der, pkcs8_of(key, &bench.arena)));
	compressed[0] ^= 1;
	CHECK(!prove_der(&bench, "EC PRIVATE KEY",
		ec_body(d, P256, (struct bytes){ compressed, sizeof compressed }, &bench.arena), key));
	check_refused(&bench, IMPORT_RULE_KEY_MATCH, "put together from two keys");
	bench_close(&bench);
}

/* ---- The private half is proved: EC ---- */

TEST(key, of_ec_whose_private_half_is_anothers_is_refused)
{
	EVP_PKEY *key = forge_key(FORGE_P256, 0);
	struct bench bench;

	bench_open(&bench);
	/* The public copy is the certificate's: comparing public halves would take this key. */
	struct bytes body = ec_body(
		ec_scalar(forge_key(FORGE_P256, 1), 32, &bench.arena), P256, ec_point(key, &bench.arena), &bench.arena);
	CHECK(!prove_der(&bench, "EC PRIVATE KEY", body, key));
	check_refused(&bench, IMPORT_RULE_KEY_MATCH, "its private half is not that of the public key it carries");
	bench.rules.relaxed[IMPORT_RULE_KEY_MATCH] = 1;
	CHECK(!prove_der(&bench, "EC PRIVATE KEY", body, key));
	bench_close(&bench);
}

TEST(key, of_ec_out_of_range_is_refused)
{
	static const uint8_t order[] = { 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51 };
	static const uint8_t zero[32] = { 0 };
	static uint8_t enormous[4000];
	EVP_PKEY *key = forge_key(FORGE_P256, 0);
	struct bytes none = { NULL, 0 };
	struct bench bench;

	bench_open(&bench);
	memset(enormous, 0x7f, sizeof enormous);
	CHECK(!prove_der(&bench, "EC PRIVATE KEY", ec_body((struct bytes){ zero, 32 }, P256, none, &bench.arena), key));
	check_refused(&bench, IMPORT_RULE_KEY_MATCH, "it is 0");
	CHECK(!prove_der(&bench, "EC PRIVATE KEY", ec_body((struct bytes){ zero, 0 }, P256, none, &bench.arena), key));
	check_refused(&bench, IMPORT_RULE_KEY_MATCH, "it is 0");
	CHECK(!prove_der(
		&bench, "EC PRIVATE KEY", ec_body((struct bytes){ order, 32 }, P256, none, &bench.arena), key));
	check_refused(&bench, IMPORT_RULE_KEY_MATCH, "not below the order");
	CHECK(!prove_der(&bench, "EC PRIVATE KEY",
		ec_body((struct bytes){ enormous, sizeof enormous }, P256, none, &bench.arena), key));
	check_refused(&bench, IMPORT_RULE_KEY_MATCH, "not below the order");
	bench_close(&bench);
}

TEST(key, that_is_anothers_is_refused_and_said_which)
{
	struct bench bench;

	bench_open(&bench);
	CHECK(!prove(&bench, forge_key_pem(forge_key(FORGE_P256, 1), &bench.arena), forge_key(FORGE_P256, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_MATCH, "Both are EC P-256");
	CHECK(!prove(&bench, forge_key_pem(forge_key(FORGE_RSA_2048, 1), &bench.arena), forge_key(FORGE_RSA_2048, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_MATCH, "Both are RSA 2048");
	CHECK(!prove(&bench, forge_key_pem(forge_key(FORGE_P384, 0), &bench.arena), forge_key(FORGE_P256, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_MATCH, "The certificate's key is EC P-256, the private key is EC P-384.");
	CHECK(!prove(&bench, forge_key_pem(forge_key(FORGE_P256, 0), &bench.arena), forge_key(FORGE_RSA_2048, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_MATCH, "The certificate's key is RSA 2048, the private key is EC P-256.");
	CHECK(!prove(&bench, forge_key_pem(forge_key(FORGE_RSA_2048, 0), &bench.arena), forge_key(FORGE_P256, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_MATCH, "The certificate's key is EC P-256, the private key is RSA 2048.");
	bench_close(&bench);
}

TEST(key, that_is_anothers_is_taken_when_the_rule_is_relaxed)
{
	struct bench bench;

	bench_open(&bench);
	bench.rules.relaxed[IMPORT_RULE_KEY_MATCH] = 1;
	CHECK_OK(prove(&bench, forge_key_pem(forge_key(FORGE_P256, 1), &bench.arena), forge_key(FORGE_P256, 0)),
		bench.fault);
	CHECK(bytes_equal(bench.der, pkcs8_of(forge_key(FORGE_P256, 1), &bench.arena)));
	CHECK_OK(prove(&bench, forge_key_pem(forge_key(FORGE_RSA_2048, 0), &bench.arena), forge_key(FORGE_P256, 0)),
		bench.fault);
	CHECK_OK(prove(&bench, forge_key_pem(forge_key(FORGE_P384, 0), &bench.arena), forge_key(FORGE_RSA_2048, 0)),
		bench.fault);
	bench_close(&bench);
}

TEST(key, of_ec_with_two_curves_or_explicit_parameters_is_refused)
{
	EVP_PKEY *key = forge_key(FORGE_P256, 0);
	struct bytes none = { NULL, 0 };
	struct bench bench;

	bench_open(&bench);
	struct bytes d = ec_scalar(key, 32, &bench.arena);
	struct bytes algorithm = forge_der(
		&bench.arena, 0x30, forge_oid("1.2.840.10045.2.1", &bench.arena), forge_oid(P256, &bench.arena));
	struct bytes two = forge_der(&bench.arena, 0x30, forge_text("\x02\x01\x00"), algorithm,
		forge_der(&bench.arena, 0x04, ec_body(d, P384, none, &bench.arena)));
	CHECK(!prove_der(&bench, "PRIVATE KEY", two, key));
	check_refused(&bench, IMPORT_RULE_KEY_PEM, "two different curves");

	CHECK(EVP_PKEY_set_utf8_string_param(forge_key(FORGE_P256, 2), OSSL_PKEY_PARAM_EC_ENCODING, "explicit") == 1);
	CHECK(!prove(&bench, forge_key_pem(forge_key(FORGE_P256, 2), &bench.arena), key));
	check_refused(&bench, IMPORT_RULE_KEY_SUPPORTED, "EC with explicit parameters");
	CHECK(!prove_der(&bench, "EC PRIVATE KEY", body_of(forge_key(FORGE_P256, 2), &bench.arena), key));
	check_refused(&bench, IMPORT_RULE_KEY_SUPPORTED, "EC with explicit parameters: `openssl ec -in key.pem");
	CHECK(EVP_PKEY_set_utf8_string_param(forge_key(FORGE_P256, 2), OSSL_PKEY_PARAM_EC_ENCODING, "named_curve") ==
		1);

	EVP_PKEY *other = EVP_EC_gen("brainpoolP256r1");
	CHECK(!prove(&bench, forge_key_pem(other, &bench.arena), key));
	check_refused(&bench, IMPORT_RULE_KEY_SUPPORTED, "EC brainpoolP256r1");
	EVP_PKEY_free(other);
	bench_close(&bench);
}

/* ---- The private half is proved: RSA ---- */

enum { N, E, D, P, Q, DP, DQ, QINV, NUMBERS };

struct rsa {
	BIGNUM *numbers[NUMBERS];
};

static void
rsa_take(struct rsa *rsa, EVP_PKEY *key)
{
	static const char *const names[NUMBERS] = { OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
		OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1,
		OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1 };

	for (size_t i = 0; i < NUMBERS; i++) {
		rsa->numbers[i] = NULL;
		CHECK(EVP_PKEY_get_bn_param(key, names[i], &rsa->numbers[i]) == 1);
	}
}

static void
rsa_free(struct rsa *rsa)
{
	for (size_t i = 0; i < NUMBERS; i++)
		BN_clear_free(rsa->numbers[i]);
}

static struct bytes
integer(const BIGNUM *number, struct arena *arena)
{
	ASN1_INTEGER *value = BN_to_ASN1_INTEGER(number, NULL);
	unsigned char *der = NULL;
	int n = i2d_ASN1_INTEGER(value, &der);

	ASN1_INTEGER_free(value);
	return keep_der(arena, der, n);
}

static struct bytes
rsa_body(const struct rsa *rsa, struct arena *arena)
{
	struct bytes parts[1 + NUMBERS] = { forge_text("\x02\x01\x00") };

	for (size_t i = 0; i < NUMBERS; i++)
		parts[1 + i] = integer(rsa->numbers[i], arena);
	return forge_parts(arena, 0x30, ARRAY_COUNT(parts), parts);
}

/* A key with one number changed by `add`, under the certificate of the unchanged one. */
static void
check_changed(int which, long add, const char *words)
{
	EVP_PKEY *key = forge_key(FORGE_RSA_2048, 0);
	struct bench bench;
	struct rsa rsa;

	bench_open(&bench);
	rsa_take(&rsa, key);
	CHECK(prove_der(&bench, "RSA PRIVATE KEY", rsa_body(&rsa, &bench.arena), key));
	CHECK((add > 0 ? BN_add_word(rsa.numbers[which], (BN_ULONG)add)
		       : BN_sub_word(rsa.numbers[which], (BN_ULONG)-add)) == 1);
	CHECK(!prove_der(&bench, "RSA PRIVATE KEY", rsa_body(&rsa, &bench.arena), key));
	check_refused(&bench, IMPORT_RULE_KEY_MATCH, words);
	rsa_free(&rsa);
	bench_close(&bench);
}

TEST(key, of_rsa_with_one_wrong_number_is_refused)
{
	check_changed(N, 2, "belongs to another certificate");
	check_changed(E, 2, "belongs to another certificate");
	check_changed(D, 2, "its private exponent and its first prime do not fit together");
	check_changed(D, -2, "its private exponent and its first prime do not fit together");
	check_changed(P, 2, "its modulus is not the product of its primes");
	check_changed(Q, -2, "its modulus is not the product of its primes");
	check_changed(DP, 1, "its private exponent and its first prime do not fit together");
	check_changed(DQ, 1, "its private exponent and its second prime do not fit together");
	check_changed(QINV, 1, "its coefficient is not the inverse of its second prime");
}

/* A key with one number set, and proved against itself: consistency alone, since its public half is the certificate's.
 */
static void
check_set(int which, const char *hex, const char *words)
{
	EVP_PKEY *key = forge_key(FORGE_RSA_2048, 0);
	struct bench bench;
	struct rsa rsa;

	bench_open(&bench);
	rsa_take(&rsa, key);
	CHECK(BN_hex2bn(&rsa.numbers[which], hex) > 0);
	bench.rules.relaxed[IMPORT_RULE_KEY_MATCH] = 1;
	CHECK(!prove_der(&bench, "RSA PRIVATE KEY", rsa_body(&rsa, &bench.arena), key));
	check_refused(&bench, IMPORT_RULE_KEY_MATCH, words);
	rsa_free(&rsa);
	bench_close(&bench);
}

TEST(key, of_rsa_with_a_bad_public_exponent_is_refused)
{
	check_set(E, "00", "its public exponent is even");
	check_set(E, "01", "its public exponent is 1");
	check_set(E, "10000", "its public exponent is even");
	check_set(E, "10000000000000001", "its public exponent is longer than 64 bits");
	check_set(E, "3", "do not fit together");
}

TEST(key, of_rsa_with_numbers_out_of_bounds_is_refused)
{
	check_set(P, "0", "one of its numbers is 0");
	check_set(P, "1", "one of its primes is 1");
	check_set(Q, "1", "one of its primes is 1");
	check_set(D, "0", "one of its numbers is 0");
	check_set(QINV, "0", "one of its numbers is 0");
}

TEST(key, of_rsa_made_of_one_prime_twice_is_refused)
{
	EVP_PKEY *key = forge_key(FORGE_RSA_2048, 0);
	struct bench bench;
	struct rsa rsa;

	bench_open(&bench);
	rsa_take(&rsa, key);
	CHECK(BN_copy(rsa.numbers[Q], rsa.numbers[P]) != NULL);
	CHECK(!prove_der(&bench, "RSA PRIVATE KEY", rsa_body(&rsa, &bench.arena), key));
	check_refused(&bench, IMPORT_RULE_KEY_MATCH, "its two primes are the same");
	rsa_free(&rsa);
	bench_close(&bench);
}

TEST(key, of_rsa_with_a_private_exponent_above_the_modulus_is_refused)
{
	EVP_PKEY *key = forge_key(FORGE_RSA_2048, 0);
	struct bench bench;
	struct rsa rsa;

	bench_open(&bench);
	rsa_take(&rsa, key);
	CHECK(BN_copy(rsa.numbers[D], rsa.numbers[N]) != NULL);
	CHECK(!prove_der(&bench, "RSA PRIVATE KEY", rsa_body(&rsa, &bench.arena), key));
	check_refused(&bench, IMPORT_RULE_KEY_MATCH, "its private exponent is not below its modulus");
	CHECK(BN_lshift(rsa.numbers[D], rsa.numbers[N], 16384) == 1);
	CHECK(!prove_der(&bench, "RSA PRIVATE KEY", rsa_body(&rsa, &bench.arena), key));
	check_refused(&bench, IMPORT_RULE_KEY_MATCH, "longer than its modulus");
	rsa_free(&rsa);
	bench_close(&bench);
}

TEST(key, of_rsa_with_the_private_half_of_another_is_refused)
{
	EVP_PKEY *key = forge_key(FORGE_RSA_2048, 0);
	struct bench bench;
	struct rsa rsa;
	struct rsa other;

	bench_open(&bench);
	rsa_take(&rsa, key);
	rsa_take(&other, forge_key(FORGE_RSA_2048, 1));
	BN_free(other.numbers[N]);
	other.numbers[N] = BN_dup(rsa.numbers[N]);
	CHECK(!prove_der(&bench, "RSA PRIVATE KEY", rsa_body(&other, &bench.arena), key));
	check_refused(&bench, IMPORT_RULE_KEY_MATCH, "its modulus is not the product of its primes");
	rsa_free(&rsa);
	rsa_free(&other);
	bench_close(&bench);
}

TEST(key, of_rsa_of_an_unsupported_size_is_refused)
{
	EVP_PKEY *key = forge_key(FORGE_RSA_512, 0);
	struct bench bench;

	bench_open(&bench);
	CHECK(!prove(&bench, forge_key_pem(key, &bench.arena), forge_key(FORGE_RSA_2048, 0)));
	CHECK(strstr(bench.fault.say, "The private key length 512 is not supported for key algorithm.") ==
		bench.fault.say);
	CHECK(strstr(bench.fault.say, "RSA 1024, 2048, 3072 and 4096") != NULL);
	CHECK(bench.der.p == NULL);
	bench.rules.relaxed[IMPORT_RULE_KEY_SUPPORTED] = 1;
	CHECK(!prove(&bench, forge_key_pem(key, &bench.arena), forge_key(FORGE_RSA_2048, 0)));
	bench_close(&bench);
}

TEST(key, of_rsa_of_an_absurd_size_costs_nothing)
{
	EVP_PKEY *key = forge_key(FORGE_RSA_2048, 0);
	struct bench bench;
	struct rsa rsa;

	bench_open(&bench);
	rsa_take(&rsa, key);
	CHECK(BN_lshift(rsa.numbers[N], rsa.numbers[N], 24 * 1024) == 1);
	CHECK(!prove_der(&bench, "RSA PRIVATE KEY", rsa_body(&rsa, &bench.arena), key));
	CHECK(strstr(bench.fault.say, "The private key length 26624 is not supported") == bench.fault.say);
	rsa_free(&rsa);
	bench_close(&bench);
}

TEST(key, of_rsa_with_many_primes_is_refused_by_name)
{
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	struct bench bench;

	bench_open(&bench);
	CHECK(EVP_PKEY_keygen_init(context) == 1 && EVP_PKEY_CTX_set_rsa_keygen_bits(context, 1024) == 1 &&
		EVP_PKEY_CTX_set_rsa_keygen_primes(context, 3) == 1 && EVP_PKEY_keygen(context, &key) == 1);
	CHECK(!prove(&bench, forge_key_pem(key, &bench.arena), key));
	check_refused(&bench, IMPORT_RULE_KEY_SUPPORTED, "RSA with more than two primes");
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(context);
	bench_close(&bench);
}

/* ---- Other kinds ---- */

static void
check_kind_refused(const char *type, const char *words)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, type, (size_t)1024);
	struct bench bench;

	bench_open(&bench);
	CHECK(key != NULL);
	CHECK(!prove(&bench, forge_key_pem(key, &bench.arena), forge_key(FORGE_P256, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_SUPPORTED, words);
	EVP_PKEY_free(key);
	bench_close(&bench);
}

TEST(key, of_other_kinds_is_refused_by_name)
{
	check_kind_refused("ED25519", "The private key is Ed25519");
	check_kind_refused("ED448", "The private key is Ed448");
	check_kind_refused("X25519", "The private key is X25519");
}

TEST(key, of_rsa_pss_is_refused_by_name)
{
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);
	struct bench bench;

	bench_open(&bench);
	CHECK(EVP_PKEY_keygen_init(context) == 1 && EVP_PKEY_CTX_set_rsa_keygen_bits(context, 1024) == 1 &&
		EVP_PKEY_keygen(context, &key) == 1);
	CHECK(!prove(&bench, forge_key_pem(key, &bench.arena), forge_key(FORGE_P256, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_SUPPORTED, "The private key is RSA-PSS 1024");
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(context);
	bench_close(&bench);
}

TEST(key, of_dsa_is_refused_by_name)
{
	struct bench bench;

	bench_open(&bench);
	CHECK(!prove_der(&bench, "DSA PRIVATE KEY", forge_hex("3003020100", &bench.arena), forge_key(FORGE_P256, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_SUPPORTED, "DSA");
	struct bytes algorithm = forge_der(&bench.arena, 0x30, forge_oid("1.2.840.10040.4.1", &bench.arena));
	CHECK(!prove_der(&bench, "PRIVATE KEY",
		forge_der(&bench.arena, 0x30, forge_text("\x02\x01\x00"), algorithm, forge_text("\x04\x01\x00")),
		forge_key(FORGE_P256, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_SUPPORTED, "dsaEncryption");
	bench_close(&bench);
}

/* ---- The field ---- */

TEST(key, that_is_encrypted_is_refused_with_the_cure)
{
	static const char legacy[] =
		"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n"
		"AAAA\n-----END RSA PRIVATE KEY-----\n";
	struct bench bench;

	bench_open(&bench);
	CHECK(!prove_der(&bench, "ENCRYPTED PRIVATE KEY", forge_hex("3000", &bench.arena), forge_key(FORGE_P256, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_ENCRYPTED, "`openssl pkey -in key.pem -out plain.pem`");
	CHECK(!prove(&bench, text(legacy), forge_key(FORGE_P256, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_ENCRYPTED, "`openssl pkey -in key.pem -out plain.pem`");
	bench_close(&bench);
}

static void
check_not_a_key(const char *label, const char *words)
{
	struct bench bench;

	bench_open(&bench);
	CHECK(!prove_der(&bench, label, forge_hex("3000", &bench.arena), forge_key(FORGE_P256, 0)));
	CHECK(bench.fault.code == FAULT_VALIDATION);
	CHECK(strstr(bench.fault.say, "Passed PEM was not a private key.") == bench.fault.say);
	CHECK(strstr(bench.fault.say, words) != NULL);
	bench_close(&bench);
}

TEST(key, field_with_something_else_is_refused_with_what_it_is)
{
	check_not_a_key("CERTIFICATE", "The field holds a certificate");
	check_not_a_key("PUBLIC KEY", "The field holds a public key");
	check_not_a_key("RSA PUBLIC KEY", "The field holds a public key");
	check_not_a_key("CERTIFICATE REQUEST", "\"CERTIFICATE REQUEST\"");
}

TEST(key, field_with_more_than_one_key_is_refused)
{
	EVP_PKEY *key = forge_key(FORGE_P256, 0);
	struct bench bench;

	bench_open(&bench);
	struct str one = forge_key_pem(key, &bench.arena);
	const struct str twice[] = { one, forge_key_pem(forge_key(FORGE_P256, 1), &bench.arena) };
	const struct str beside[] = { one, forge_pem("CERTIFICATE", forge_hex("3000", &bench.arena), &bench.arena) };
	const struct str before[] = { beside[1], one };
	CHECK(!prove(&bench, forge_join(&bench.arena, 2, twice), key));
	check_refused(&bench, IMPORT_RULE_KEY_COUNT, "The field holds 2 private keys");
	CHECK(!prove(&bench, forge_join(&bench.arena, 2, beside), key));
	check_refused(&bench, IMPORT_RULE_KEY_COUNT, "Beside the private key the field holds a \"CERTIFICATE\"");
	CHECK(!prove(&bench, forge_join(&bench.arena, 2, before), key));
	check_refused(&bench, IMPORT_RULE_KEY_COUNT, "Beside the private key the field holds a \"CERTIFICATE\"");

	bench.rules.relaxed[IMPORT_RULE_KEY_COUNT] = 1;
	CHECK_OK(prove(&bench, forge_join(&bench.arena, 2, twice), key), bench.fault);
	CHECK_OK(prove(&bench, forge_join(&bench.arena, 2, before), key), bench.fault);
	bench_close(&bench);
}

TEST(key, in_der_is_refused_unless_the_rule_is_relaxed)
{
	static const struct {
		enum forge_kind kind;
		bool pkcs8;
	} forms[] = { { FORGE_P256, true }, { FORGE_P256, false }, { FORGE_RSA_2048, false } };
	struct bench bench;

	bench_open(&bench);
	for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
		EVP_PKEY *key = forge_key(forms[i].kind, 0);
		struct bytes der = forms[i].pkcs8 ? pkcs8_of(key, &bench.arena) : body_of(key, &bench.arena);
		bench.rules.relaxed[IMPORT_RULE_KEY_PEM] = 0;
		CHECK(!prove_bytes(&bench, der, key));
		check_refused(&bench, IMPORT_RULE_KEY_PEM, "`openssl pkey -inform DER -in key.der -out key.pem`");
		bench.rules.relaxed[IMPORT_RULE_KEY_PEM] = 1;
		CHECK_OK(prove_bytes(&bench, der, key), bench.fault);
		CHECK(bytes_equal(bench.der, pkcs8_of(key, &bench.arena)));
	}
	CHECK(!prove_bytes(&bench, forge_hex("3006020100310101", &bench.arena), forge_key(FORGE_P256, 0)));
	bench_close(&bench);
}

TEST(key, decoded_as_base64_by_the_client_is_recognised)
{
	EVP_PKEY *key = forge_key(FORGE_P256, 0);
	static const char *const labels[] = { "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY",
		"ENCRYPTED PRIVATE KEY" };
	struct bench bench;

	bench_open(&bench);
	for (size_t i = 0; i < ARRAY_COUNT(labels); i++) {
		struct str pem = forge_pem(labels[i], pkcs8_of(key, &bench.arena), &bench.arena);
		struct buffer letters = { 0 };
		struct bytes blob;
		/* What Python's base64.b64decode does: characters that are not base64's are dropped. */
		for (size_t at = 0; at < pem.n; at++) {
			if (strchr("- \n=", pem.p[at]) == NULL)
				buffer_put_char(&letters, pem.p[at]);
		}
		struct str whole = { letters.p, letters.n / 4 * 4 };
		bool decoded = base64_decode(whole, &bench.arena, &blob);
		buffer_done(&letters);
		CHECK(decoded);
		CHECK(!prove_bytes(&bench, blob, key));
		check_refused(&bench, IMPORT_RULE_KEY_PEM, "use fileb://");
	}
	bench_close(&bench);
}

TEST(key, field_without_pem_is_refused)
{
	static const uint8_t utf16[] = { 0xff, 0xfe, '-', 0, '-', 0 };
	struct bench bench;

	bench_open(&bench);
	CHECK(!prove(&bench, text("hello"), forge_key(FORGE_P256, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_PEM, "5 bytes without a line");
	CHECK(!prove(&bench, text(""), forge_key(FORGE_P256, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_PEM, "0 bytes without a line");
	CHECK(!prove_bytes(&bench, (struct bytes){ utf16, sizeof utf16 }, forge_key(FORGE_P256, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_PEM, "UTF-16");
	CHECK(!prove(&bench, text("-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n"),
		forge_key(FORGE_P256, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_PEM, "cannot be read");
	CHECK(!prove(&bench, text("-----BEGIN PRIVATE KEY-----\nAAAA\n"), forge_key(FORGE_P256, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_PEM, "cannot be read");
	CHECK(!prove_der(&bench, "OPENSSH PRIVATE KEY", forge_hex("00", &bench.arena), forge_key(FORGE_P256, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_PEM, "ssh-keygen");
	CHECK(!prove_der(&bench, "ANY PRIVATE KEY", forge_hex("00", &bench.arena), forge_key(FORGE_P256, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_PEM, "\"ANY PRIVATE KEY\"");
	bench_close(&bench);
}

/* Refused as text with these words, even when DER is taken. */
static void
check_nearly_a_key(struct bench *bench, struct str field, const char *words)
{
	for (unsigned char relaxed = 0; relaxed <= 1; relaxed++) {
		bench->rules.relaxed[IMPORT_RULE_KEY_PEM] = relaxed;
		CHECK(!prove(bench, field, forge_key(FORGE_P256, 0)));
		check_refused(bench, IMPORT_RULE_KEY_PEM, words);
	}
}

static void
check_base64(struct bench *bench, struct bytes content, const char *words)
{
	struct buffer encoded = { 0 };

	base64_encode(&encoded, content, 64);
	check_nearly_a_key(bench, buffer_str(&encoded), words);
	buffer_done(&encoded);
}

TEST(key, field_that_is_nearly_one_is_told_the_cure)
{
	EVP_PKEY *key = forge_key(FORGE_P256, 0);
	EVP_PKEY *rsa = forge_key(FORGE_RSA_2048, 0);
	struct bench bench;

	bench_open(&bench);
	check_nearly_a_key(&bench, text(" \r\n"), "white space only");
	check_nearly_a_key(&bench, text("key.pem"), "the name of a file");
	check_nearly_a_key(&bench, text("fileb://key"), "the name of a file");
	check_nearly_a_key(&bench,
		str_of_bytes(forge_hex("3014020103300f06092a864886f70d010701a0020400", &bench.arena)),
		"`openssl pkcs12 -in file.p12 -nocerts -nodes -out key.pem`");
	check_base64(&bench, bytes_of_str(forge_key_pem(key, &bench.arena)), "encoded in base64 once more");
	check_base64(&bench, pkcs8_of(key, &bench.arena), "put the lines -----BEGIN PRIVATE KEY-----");
	check_base64(&bench, body_of(key, &bench.arena), "put the lines -----BEGIN EC PRIVATE KEY-----");
	check_base64(&bench, body_of(rsa, &bench.arena), "put the lines -----BEGIN RSA PRIVATE KEY-----");
	check_base64(&bench, forge_text("hello"), "without a line");
	bench_close(&bench);
}

TEST(key, under_a_wrong_label_is_told_the_right_one)
{
	EVP_PKEY *key = forge_key(FORGE_P256, 0);
	EVP_PKEY *rsa = forge_key(FORGE_RSA_2048, 0);
	struct bench bench;

	bench_open(&bench);
	CHECK(!prove_der(&bench, "RSA PRIVATE KEY", pkcs8_of(rsa, &bench.arena), rsa));
	check_refused(
		&bench, IMPORT_RULE_KEY_PEM, "labelled \"RSA PRIVATE KEY\", but it is what belongs under \"PRIVATE");
	CHECK(!prove_der(&bench, "PRIVATE KEY", body_of(rsa, &bench.arena), rsa));
	check_refused(&bench, IMPORT_RULE_KEY_PEM, "under \"RSA PRIVATE KEY\"");
	CHECK(!prove_der(&bench, "PRIVATE KEY", body_of(key, &bench.arena), key));
	check_refused(&bench, IMPORT_RULE_KEY_PEM, "under \"EC PRIVATE KEY\"");
	bench_close(&bench);
}

TEST(key, that_is_encrypted_in_der_is_refused_with_the_cure)
{
	struct bench bench;

	bench_open(&bench);
	CHECK(!prove_bytes(
		&bench, forge_hex("3011300b06092a864886f70d01050d04020000", &bench.arena), forge_key(FORGE_P256, 0)));
	check_refused(&bench, IMPORT_RULE_KEY_ENCRYPTED, "`openssl pkey -inform DER -in key.der -out plain.pem`");
	bench_close(&bench);
}

TEST(key, of_rsa_with_parameters_is_not_blamed_for_its_length)
{
	EVP_PKEY *key = forge_key(FORGE_RSA_2048, 0);
	struct bench bench;

	bench_open(&bench);
	struct bytes algorithm =
		forge_der(&bench.arena, 0x30, forge_oid("1.2.840.113549.1.1.1", &bench.arena), forge_text("\x30\0"));
	struct bytes der = forge_der(&bench.arena, 0x30, forge_text("\x02\x01\0"), algorithm,
		forge_der(&bench.arena, 0x04, body_of(key, &bench.arena)));
	CHECK(!prove_der(&bench, "PRIVATE KEY", der, key));
	check_refused(&bench, IMPORT_RULE_KEY_SUPPORTED, "The private key is RSA 2048 with parameters;");
	bench_close(&bench);
}

TEST(key, with_bytes_behind_it_is_refused)
{
	EVP_PKEY *key = forge_key(FORGE_P256, 0);
	struct bench bench;

	bench_open(&bench);
	CHECK(!prove_der(&bench, "PRIVATE KEY",
		forge_der(&bench.arena, -1, pkcs8_of(key, &bench.arena), forge_text("\0")), key));
	check_refused(&bench, IMPORT_RULE_KEY_PEM, "bytes follow the key");
	CHECK(!prove_der(&bench, "EC PRIVATE KEY",
		forge_der(&bench.arena, -1, body_of(key, &bench.arena), forge_text("\5\0")), key));
	check_refused(&bench, IMPORT_RULE_KEY_PEM, "bytes follow the key");
	bench_close(&bench);
}

/* Every truncation and every changed byte of a good key is refused, or gives the very same key: never a crash, never a
 * key that was not proved. */
static void
check_mutations(enum forge_kind kind, size_t step)
{
	EVP_PKEY *key = forge_key(kind, 0);
	struct bench bench;

	bench_open(&bench);
	struct bytes expected = arena_bytes(&bench.arena, pkcs8_of(key, &bench.arena));
	uint8_t der[TEST_MAX_DER];
	struct arena scratch = { 0 };
	for (size_t i = 0; i < expected.n; i += step) {
		struct bytes spki = spki_of(key, &scratch);
		struct bytes out = { 0 };
		memcpy(der, expected.p, expected.n);
		CHECK(!key_prove_private(bench.reader,
			bytes_of_str(forge_pem("PRIVATE KEY", (struct bytes){ der, i }, &scratch)), spki, &bench.rules,
			&scratch, &out, &bench.fault));
		der[i] ^= 0x21;
		struct bytes pem = bytes_of_str(forge_pem("PRIVATE KEY", (struct bytes){ der, expected.n }, &scratch));
		if (key_prove_private(bench.reader, pem, spki, &bench.rules, &scratch, &out, &bench.fault))
			CHECK(bytes_equal(out, expected));
		arena_reset(&scratch);
	}
	arena_done(&scratch);
	bench_close(&bench);
}

TEST(key, that_is_truncated_or_changed_anywhere_is_refused)
{
	check_mutations(FORGE_P256, 1);
	check_mutations(FORGE_RSA_1024, 3);
}

/* ---- Public keys ---- */

TEST(key, description_names_what_it_sees)
{
	static const struct {
		enum forge_kind kind;
		enum key_algorithm algorithm;
		enum key_family family;
		const char *words;
	} kinds[] = {
		{ FORGE_RSA_1024, KEY_RSA_1024, KEY_FAMILY_RSA, "RSA 1024" },
		{ FORGE_RSA_2048, KEY_RSA_2048, KEY_FAMILY_RSA, "RSA 2048" },
		{ FORGE_RSA_512, KEY_UNSUPPORTED, KEY_FAMILY_RSA, "RSA 512" },
		{ FORGE_P256, KEY_EC_P256, KEY_FAMILY_EC, "EC P-256" },
		{ FORGE_P384, KEY_EC_P384, KEY_FAMILY_EC, "EC P-384" },
		{ FORGE_P521, KEY_EC_P521, KEY_FAMILY_EC, "EC P-521" },
		{ FORGE_ED25519, KEY_UNSUPPORTED, KEY_FAMILY_OTHER, "Ed25519" },
	};
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		struct key_description description;
		CHECK(key_describe(spki_of(forge_key(kinds[i].kind, 0), &arena), &description));
		CHECK(description.algorithm == kinds[i].algorithm);
		CHECK(description.family == kinds[i].family);
		CHECK_TEXT(str_of(description.words), kinds[i].words);
	}
	arena_done(&arena);
}

TEST(key, description_refuses_what_is_not_der)
{
	struct arena arena = { 0 };
	struct bytes spki = spki_of(forge_key(FORGE_RSA_1024, 0), &arena);
	struct key_description description;

	for (size_t n = 0; n < spki.n; n++)
		CHECK(!key_describe((struct bytes){ spki.p, n }, &description));
	CHECK(!key_describe(forge_der(&arena, -1, spki, forge_text("\0")), &description));
	arena_done(&arena);
}

TEST(key, public_reading_agrees_with_openssl)
{
	static const enum forge_kind kinds[] = { FORGE_RSA_1024, FORGE_P256, FORGE_RSA_2048, FORGE_P521, FORGE_P384,
		FORGE_P256 };
	struct key_reader *reader = key_reader_new();
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		EVP_PKEY *key = NULL;
		CHECK(key_read_public(reader, spki_of(forge_key(kinds[i], 0), &arena), &key));
		CHECK(EVP_PKEY_eq(key, forge_key(kinds[i], 0)) == 1);
		EVP_PKEY_free(key);
	}
	key_reader_free(reader);
	arena_done(&arena);
}

TEST(key, public_that_is_unsupported_or_unsound_is_refused)
{
	struct key_reader *reader = key_reader_new();
	struct arena arena = { 0 };
	EVP_PKEY *key = NULL;

	CHECK(!key_read_public(reader, spki_of(forge_key(FORGE_ED25519, 0), &arena), &key));
	CHECK(!key_read_public(reader, spki_of(forge_key(FORGE_RSA_512, 0), &arena), &key));
	/* A point off its curve; an even exponent; an even modulus. */
	struct bytes point = spki_of(forge_key(FORGE_P256, 0), &arena);
	uint8_t *changed = arena_alloc(&arena, point.n);
	memcpy(changed, point.p, point.n);
	changed[point.n - 1] ^= 1;
	CHECK(!key_read_public(reader, (struct bytes){ changed, point.n }, &key));
	struct bytes rsa = spki_of(forge_key(FORGE_RSA_2048, 0), &arena);
	changed = arena_alloc(&arena, rsa.n);
	memcpy(changed, rsa.p, rsa.n);
	changed[rsa.n - 1] ^= 1;
	CHECK(!key_read_public(reader, (struct bytes){ changed, rsa.n }, &key));
	changed[rsa.n - 1] ^= 1;
	changed[rsa.n - 6] ^= 1;
	CHECK(!key_read_public(reader, (struct bytes){ changed, rsa.n }, &key));
	CHECK(key == NULL);
	/* The reader goes on after a refusal. */
	CHECK(key_read_public(reader, point, &key));
	EVP_PKEY_free(key);
	key_reader_free(reader);
	arena_done(&arena);
}

TEST_MAIN("key");
