/* key_proof.c — does the private half belong to the public half? Arithmetic alone: no primality test, which costs 41 ms
 * of whoever is sent a hostile key, and nothing that grows faster than the size of a supported key. */
#include <openssl/bn.h>
#include <openssl/err.h>
#include <string.h>

#include "base/memory.h"
#include "x509/key_parts.h"

/* The numbers of a key being proved; wiped when the context is freed, temporaries included. */
struct proof {
	BN_CTX *context;
	BIGNUM *numbers[KEY_RSA_NUMBERS];
	BIGNUM *less_one; /* p - 1, then q - 1 */
	BIGNUM *scratch;
};

static void
proof_init(struct proof *proof, const struct key_rsa *rsa)
{
	proof->context = BN_CTX_new();
	if (proof->context == NULL)
		memory_exhausted(sizeof *proof);
	BN_CTX_start(proof->context);
	for (size_t i = 0; i < KEY_RSA_NUMBERS; i++) {
		struct bytes number = rsa->numbers[i];
		proof->numbers[i] = BN_CTX_get(proof->context);
		if (proof->numbers[i] == NULL || BN_bin2bn(number.p, (int)number.n, proof->numbers[i]) == NULL)
			memory_exhausted(number.n);
	}
	proof->less_one = BN_CTX_get(proof->context);
	proof->scratch = BN_CTX_get(proof->context);
	if (proof->scratch == NULL)
		memory_exhausted(sizeof *proof);
}

static void
proof_done(struct proof *proof)
{
	BN_CTX_end(proof->context);
	BN_CTX_free(proof->context);
	ERR_clear_error();
}

static bool
product_is_one(struct proof *proof, const BIGNUM *a, const BIGNUM *b, const BIGNUM *modulus)
{
	return BN_mod_mul(proof->scratch, a, b, modulus, proof->context) == 1 && BN_is_one(proof->scratch);
}

/* For one prime: its CRT exponent is d modulo prime - 1, and undoes e. Both together say e·d = 1 there. */
static bool
exponent_fits(struct proof *proof, const BIGNUM *prime, const BIGNUM *exponent)
{
	return BN_copy(proof->less_one, prime) != NULL && BN_sub_word(proof->less_one, 1) == 1 &&
	       BN_mod(proof->scratch, proof->numbers[KEY_RSA_D], proof->less_one, proof->context) == 1 &&
	       BN_cmp(proof->scratch, exponent) == 0 &&
	       product_is_one(proof, proof->numbers[KEY_RSA_E], exponent, proof->less_one);
}

static const char *
proof_run(struct proof *proof)
{
	BIGNUM *const *numbers = proof->numbers;
	const BIGNUM *n = numbers[KEY_RSA_N];
	const BIGNUM *p = numbers[KEY_RSA_P];
	const BIGNUM *q = numbers[KEY_RSA_Q];

	if (!BN_is_odd(n))
		return "its modulus is even";
	if (BN_is_one(p) || BN_is_one(q))
		return "one of its primes is 1";
	if (BN_cmp(p, q) == 0)
		return "its two primes are the same";
	if (BN_mul(proof->scratch, p, q, proof->context) != 1 || BN_cmp(proof->scratch, n) != 0)
		return "its modulus is not the product of its primes";
	if (BN_cmp(numbers[KEY_RSA_D], n) >= 0)
		return "its private exponent is not below its modulus";
	if (!exponent_fits(proof, p, numbers[KEY_RSA_DP]))
		return "its private exponent and its first prime do not fit together";
	if (!exponent_fits(proof, q, numbers[KEY_RSA_DQ]))
		return "its private exponent and its second prime do not fit together";
	if (BN_cmp(numbers[KEY_RSA_QINV], p) >= 0 || !product_is_one(proof, numbers[KEY_RSA_QINV], q, p))
		return "its coefficient is not the inverse of its second prime";
	return NULL;
}

const char *
key_rsa_fault(const struct key_rsa *rsa)
{
	const char *why = key_exponent_fault(rsa->numbers[KEY_RSA_E]);
	struct proof proof;

	if (why != NULL)
		return why;
	/* Before any arithmetic: what is longer than the modulus cannot be right and could be dear. */
	for (size_t i = 0; i < KEY_RSA_NUMBERS; i++) {
		if (rsa->numbers[i].n > rsa->numbers[KEY_RSA_N].n)
			return "one of its numbers is longer than its modulus";
		if (rsa->numbers[i].n == 0)
			return "one of its numbers is 0";
	}
	proof_init(&proof, rsa);
	why = proof_run(&proof);
	proof_done(&proof);
	return why;
}

const char *
key_ec_multiply(
	struct key_reader *reader, const struct key_curve *curve, struct bytes d, uint8_t point[KEY_POINT_MAX_BYTES])
{
	const EC_GROUP *group = key_reader_group(reader, curve);
	const char *why = NULL;

	while (d.n > 0 && d.p[0] == 0)
		d = (struct bytes){ d.p + 1, d.n - 1 };
	if (d.n == 0)
		return "it is 0";
	if (d.n > curve->bytes)
		return "it is not below the order of its curve";

	BIGNUM *scalar = BN_secure_new();
	EC_POINT *product = EC_POINT_new(group);
	if (scalar == NULL || product == NULL || BN_bin2bn(d.p, (int)d.n, scalar) == NULL)
		memory_exhausted(d.n);
	BN_set_flags(scalar, BN_FLG_CONSTTIME);
	if (BN_cmp(scalar, EC_GROUP_get0_order(group)) >= 0)
		why = "it is not below the order of its curve";
	else if (EC_POINT_mul(group, product, scalar, NULL, NULL, NULL) != 1 ||
		 EC_POINT_point2oct(group, product, POINT_CONVERSION_UNCOMPRESSED, point, KEY_POINT_MAX_BYTES, NULL) !=
			 1 + 2 * curve->bytes)
		why = "it gives no public point";
	EC_POINT_clear_free(product);
	BN_clear_free(scalar);
	ERR_clear_error();
	return why;
}

bool
key_ec_point_is(const struct key_curve *curve, const uint8_t point[KEY_POINT_MAX_BYTES], struct bytes encoded)
{
	size_t coordinates = 2 * curve->bytes;
	unsigned odd = point[coordinates] & 1;

	if (encoded.n == 0)
		return false;
	/* SEC 1, 2.3.3: the first byte tells the form and, but for the uncompressed one, whether y is odd. */
	switch (encoded.p[0]) {
	case POINT_CONVERSION_UNCOMPRESSED:
		break;
	case POINT_CONVERSION_COMPRESSED:
	case POINT_CONVERSION_COMPRESSED + 1:
		coordinates = curve->bytes;
		if ((encoded.p[0] & 1) != odd)
			return false;
		break;
	case POINT_CONVERSION_HYBRID:
	case POINT_CONVERSION_HYBRID + 1:
		if ((encoded.p[0] & 1) != odd)
			return false;
		break;
	default:
		return false;
	}
	return encoded.n == 1 + coordinates && memcmp(encoded.p + 1, point + 1, coordinates) == 0;
}
