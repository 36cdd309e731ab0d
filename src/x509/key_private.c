/* key_private.c — takes a private key apart, proves whose it is, and puts it together again as PKCS#8. */
#include <string.h>

#include "x509/key_parts.h"

/* A private key, taken apart as far as its type needs. */
struct private_key {
	struct key_type type;
	struct key_description description;
	struct bytes body; /* RSAPrivateKey or ECPrivateKey, with its tag */
	struct bytes
		carried; /* the public copy it carries, as a SubjectPublicKeyInfo's bits; absent when there is none */
	struct key_rsa rsa;
	struct bytes scalar; /* EC: d */
};

/* PrivateKeyInfo (RFC 5208) or OneAsymmetricKey (RFC 5958). NULL, or what is wrong. */
static const char *
pkcs8_read(struct bytes der, struct private_key *key)
{
	struct der outside = der_of(der);
	struct der inside;
	struct der_item version;
	struct der_item body;
	struct der_item item;

	if (!der_enter(&outside, DER_SEQUENCE, &inside) || !der_take(&inside, DER_INTEGER, &version) ||
		version.content.n != 1 || version.content.p[0] > 1 || !key_type_take(&inside, &key->type) ||
		!der_take(&inside, DER_OCTET_STRING, &body))
		return "it is not PKCS#8";
	if (!der_at_end(&outside))
		return "bytes follow the key";
	if (der_sees(&inside, DER_CONTEXT_CONSTRUCTED + 0) && !der_next(&inside, &item))
		return "its attributes are not DER";
	if (der_sees(&inside, DER_CONTEXT + 1) &&
		(!der_next(&inside, &item) || !der_octets_of_bits(item.content, &key->carried)))
		return "its public copy is not a BIT STRING";
	if (!der_at_end(&inside))
		return "bytes follow inside the key";
	key->body = body.content;
	return NULL;
}

/* RSAPrivateKey. *multi_prime: it has more than two primes, and the rest was not looked at. */
static const char *
rsa_read(struct private_key *key, bool *multi_prime)
{
	struct der outside = der_of(key->body);
	struct der inside;
	struct der_item version;

	if (!der_enter(&outside, DER_SEQUENCE, &inside) || !der_take(&inside, DER_INTEGER, &version) ||
		version.content.n != 1 || version.content.p[0] > 1)
		return "it is not an RSA private key";
	if (!der_at_end(&outside))
		return "bytes follow the key";
	*multi_prime = version.content.p[0] == 1;
	for (size_t i = 0; i < KEY_RSA_NUMBERS; i++) {
		if (!key_take_unsigned(&inside, &key->rsa.numbers[i]))
			return "one of its numbers is missing, negative or not DER";
	}
	return *multi_prime || der_at_end(&inside) ? NULL : "bytes follow inside the key";
}

/* ECPrivateKey (RFC 5915). The curve stands in it, or outside in PKCS#8, or (old tools) nowhere: then it is the
 * certificate's, and d·G decides. */
static const char *
ec_read(struct private_key *key, const struct key_public *public)
{
	struct der outside = der_of(key->body);
	struct der inside;
	struct der_item version;
	struct der_item scalar;
	struct der wrapped;
	struct der_item item;

	if (!der_enter(&outside, DER_SEQUENCE, &inside) || !der_take(&inside, DER_INTEGER, &version) ||
		version.content.n != 1 || version.content.p[0] != 1 || !der_take(&inside, DER_OCTET_STRING, &scalar))
		return "it is not an EC private key";
	if (!der_at_end(&outside))
		return "bytes follow the key";
	key->scalar = scalar.content;
	if (der_sees(&inside, DER_CONTEXT_CONSTRUCTED + 0)) {
		if (!der_enter(&inside, DER_CONTEXT_CONSTRUCTED + 0, &wrapped) || !der_next(&wrapped, &item) ||
			!der_at_end(&wrapped))
			return "its curve is not DER";
		if (key->type.parameters.tag != 0 && !bytes_equal(key->type.parameters.whole, item.whole))
			return "it names two different curves";
		key->type.parameters = item;
	} else if (key->type.parameters.tag == 0 && key_type_is_ec(&public->type)) {
		key->type.parameters = public->type.parameters;
	}
	if (der_sees(&inside, DER_CONTEXT_CONSTRUCTED + 1) &&
		(!der_enter(&inside, DER_CONTEXT_CONSTRUCTED + 1, &wrapped) ||
			!der_take(&wrapped, DER_BIT_STRING, &item) || !der_at_end(&wrapped) ||
			!der_octets_of_bits(item.content, &key->carried)))
		return "its public copy is not a BIT STRING";
	return der_at_end(&inside) ? NULL : "bytes follow inside the key";
}

static bool
refuse_unsupported(const char *words, struct fault *fault)
{
	return import_refuse(NULL, IMPORT_RULE_KEY_SUPPORTED, fault,
		"The private key is %s; supported are " KEY_SUPPORTED_WORDS ".", words);
}

static bool
check_supported(struct private_key *key, bool multi_prime, struct fault *fault)
{
	size_t bits = key_bit_length(key->rsa.numbers[KEY_RSA_N]);

	if (!key_type_describe(&key->type, bits, &key->description))
		return import_refuse(NULL, IMPORT_RULE_KEY_PEM, fault, "The algorithm of the private key is not DER.");
	if (multi_prime)
		return refuse_unsupported("RSA with more than two primes", fault);
	if (key->description.algorithm != KEY_UNSUPPORTED)
		return true;
	if (key->description.odd_bits != 0)
		return import_refuse_other(NULL, IMPORT_RULE_KEY_SUPPORTED, bits, fault,
			"The private key is %s; supported are " KEY_SUPPORTED_WORDS ".", key->description.words);
	if (key_type_is_ec(&key->type) && key->type.parameters.tag == DER_SEQUENCE)
		return import_refuse(NULL, IMPORT_RULE_KEY_SUPPORTED, fault,
			"The private key is %s: `openssl ec -in key.pem -param_enc named_curve -out named.pem` gives "
			"them their name, if the curve has one; supported are " KEY_SUPPORTED_WORDS ".",
			key->description.words);
	return refuse_unsupported(key->description.words, fault);
}

/* Takes the key apart and knows its type. */
static bool
private_key_read(
	const struct key_field *field, const struct key_public *public, struct private_key *out, struct fault *fault)
{
	struct private_key key = { .type = field->form == KEY_FORM_RSA ? key_type_rsa : key_type_ec,
		.body = field->der };
	const char *why = field->form == KEY_FORM_PKCS8 ? pkcs8_read(field->der, &key) : NULL;
	bool multi_prime = false;

	if (why == NULL && (key_type_is_rsa(&key.type) || key_type_is_rsa_pss(&key.type)))
		why = rsa_read(&key, &multi_prime);
	else if (why == NULL && key_type_is_ec(&key.type))
		why = ec_read(&key, public);
	if (why != NULL)
		return import_refuse(NULL, IMPORT_RULE_KEY_PEM, fault,
			"The PEM of the private key is whole, but what is in it is not: %s.", why);
	if (!check_supported(&key, multi_prime, fault))
		return false;
	*out = key;
	return true;
}

/* The public halves differ: a different key altogether. */
static bool
refuse_other_key(const struct private_key *key, const struct key_public *public, const struct import_rules *rules,
	struct fault *fault)
{
	if (key->description.algorithm != public->description.algorithm)
		return import_refuse(rules, IMPORT_RULE_KEY_MATCH, fault,
			"The certificate's key is %s, the private key is %s.", public->description.words,
			key->description.words);
	return import_refuse(rules, IMPORT_RULE_KEY_MATCH, fault,
		"Both are %s, but the private key belongs to another certificate: `openssl x509 -in certificate.pem "
		"-noout "
		"-pubkey` and `openssl pkey -in key.pem -pubout` must print the same.",
		key->description.words);
}

/* Refused whatever is relaxed: a key that does not fit itself is good for nothing. */
static bool
refuse_broken_key(const struct private_key *key, const char *why, struct fault *fault)
{
	return import_refuse(NULL, IMPORT_RULE_KEY_MATCH, fault,
		"The private key (%s) is damaged or was put together from two keys: %s.", key->description.words, why);
}

/* Already DER, from the version to the last number: only the wrapping is ours. */
static struct bytes
pkcs8_put(struct arena *arena, const struct key_type *type, struct bytes parameters, struct bytes body)
{
	static const uint8_t version[] = { DER_INTEGER, 1, 0 };

	return KEY_PUT(arena, DER_SEQUENCE, { version, sizeof version },
		KEY_PUT(arena, DER_SEQUENCE, KEY_PUT(arena, DER_OID, type->oid), parameters),
		KEY_PUT(arena, DER_OCTET_STRING, body));
}

static bool
prove_rsa(const struct private_key *key, const struct key_public *public, const struct import_rules *rules,
	struct arena *arena, struct bytes *der, struct fault *fault)
{
	static const uint8_t null[] = { DER_NULL, 0 };

	if ((!bytes_equal(key->rsa.numbers[KEY_RSA_N], public->n) ||
		    !bytes_equal(key->rsa.numbers[KEY_RSA_E], public->e)) &&
		!refuse_other_key(key, public, rules, fault))
		return false;
	const char *why = key_rsa_fault(&key->rsa);
	if (why != NULL)
		return refuse_broken_key(key, why, fault);
	*der = pkcs8_put(arena, &key_type_rsa, (struct bytes){ null, sizeof null }, key->body);
	return true;
}

/* ECPrivateKey as RFC 5915, 3 wants it: d as long as the order, the curve only outside, the public copy always. */
static struct bytes
ec_put(struct arena *arena, const struct key_curve *curve, struct bytes scalar, const uint8_t *point)
{
	static const uint8_t version[] = { DER_INTEGER, 1, 1 };
	static const uint8_t no_unused_bits[] = { 0 };
	uint8_t *d = arena_alloc(arena, curve->bytes);

	while (scalar.n > curve->bytes)
		scalar = (struct bytes){ scalar.p + 1, scalar.n - 1 };
	if (scalar.n > 0)
		memcpy(d + curve->bytes - scalar.n, scalar.p, scalar.n);
	struct bytes copy = KEY_PUT(
		arena, DER_BIT_STRING, { no_unused_bits, sizeof no_unused_bits }, { point, 1 + 2 * curve->bytes });
	struct bytes body = KEY_PUT(arena, DER_SEQUENCE, { version, sizeof version },
		KEY_PUT(arena, DER_OCTET_STRING, { d, curve->bytes }),
		KEY_PUT(arena, DER_CONTEXT_CONSTRUCTED + 1, copy));
	return pkcs8_put(arena, &key_type_ec, KEY_PUT(arena, DER_OID, curve->oid), body);
}

static bool
prove_ec(struct key_reader *reader, const struct private_key *key, const struct key_public *public,
	const struct import_rules *rules, struct arena *arena, struct bytes *der, struct fault *fault)
{
	const struct key_curve *curve = key_type_curve(&key->type);
	uint8_t point[KEY_POINT_MAX_BYTES];
	const char *why = key_ec_multiply(reader, curve, key->scalar, point);

	if (why != NULL)
		return import_refuse(NULL, IMPORT_RULE_KEY_MATCH, fault,
			"The private number of the key (%s) is not valid: %s.", key->description.words, why);
	if (key->carried.p != NULL && !key_ec_point_is(curve, point, key->carried))
		return refuse_broken_key(key, "its private half is not that of the public key it carries", fault);
	if ((key->description.algorithm != public->description.algorithm ||
		    !key_ec_point_is(curve, point, public->key)) &&
		!refuse_other_key(key, public, rules, fault))
		return false;
	*der = ec_put(arena, curve, key->scalar, point);
	return true;
}

bool
key_prove_private(struct key_reader *reader, struct bytes pem, struct bytes spki, const struct import_rules *rules,
	struct arena *arena, struct bytes *der, struct fault *fault)
{
	struct key_public public = { 0 };
	struct key_field field = { 0 };
	struct private_key key = { 0 };

	if (!key_public_read(spki, &public))
		return import_refuse(NULL, IMPORT_RULE_KEY_MATCH, fault, "The certificate's public key is not DER.");
	if (!key_field_read(pem, rules, arena, &field, fault) || !private_key_read(&field, &public, &key, fault))
		return false;
	if (key.description.family == KEY_FAMILY_RSA)
		return prove_rsa(&key, &public, rules, arena, der, fault);
	return prove_ec(reader, &key, &public, rules, arena, der, fault);
}
