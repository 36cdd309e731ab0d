#include "x509/key.h"

#include <openssl/core_names.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "x509/key_parts.h"

/* Verifying costs the square of an exponent's length; real ones are 65537, and 64 bits is our limit. */
enum { KEY_MAX_EXPONENT_BYTES = 8 };

#define OID_RSA_PSS ((struct bytes){ (const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", 9 })
#define OID_ED25519 ((struct bytes){ (const uint8_t *)"\x2b\x65\x70", 3 })
#define OID_ED448 ((struct bytes){ (const uint8_t *)"\x2b\x65\x71", 3 })

const struct key_type key_type_rsa = { { (const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9 }, { 0 } };
const struct key_type key_type_ec = { { (const uint8_t *)"\x2a\x86\x48\xce\x3d\x02\x01", 7 }, { 0 } };

const struct key_curve key_curves[KEY_CURVE_COUNT] = {
	{ KEY_EC_P256, NID_X9_62_prime256v1, { (const uint8_t *)"\x2a\x86\x48\xce\x3d\x03\x01\x07", 8 }, 32,
		"EC P-256" },
	{ KEY_EC_P384, NID_secp384r1, { (const uint8_t *)"\x2b\x81\x04\x00\x22", 5 }, 48, "EC P-384" },
	{ KEY_EC_P521, NID_secp521r1, { (const uint8_t *)"\x2b\x81\x04\x00\x23", 5 }, 66, "EC P-521" },
};

static const struct {
	size_t bits;
	enum key_algorithm algorithm;
} rsa_sizes[] = {
	{ 1024, KEY_RSA_1024 },
	{ 2048, KEY_RSA_2048 },
	{ 3072, KEY_RSA_3072 },
	{ 4096, KEY_RSA_4096 },
};

AUTO_FREE(EVP_PKEY, EVP_PKEY_free);
AUTO_FREE(EVP_PKEY_CTX, EVP_PKEY_CTX_free);

struct key_reader {
	EC_GROUP *groups[KEY_CURVE_COUNT];
	EVP_PKEY *models[KEY_CURVE_COUNT]; /* of each curve a key without a point */
	OSSL_DECODER_CTX *decoder;         /* of RSA keys; writes to `decoded` */
	EVP_PKEY *decoded;
};

struct key_reader *
key_reader_new(void)
{
	return memory_take_zeroed(sizeof(struct key_reader));
}

void
key_reader_free(struct key_reader *reader)
{
	if (reader == NULL)
		return;
	for (size_t i = 0; i < KEY_CURVE_COUNT; i++) {
		EC_GROUP_free(reader->groups[i]);
		EVP_PKEY_free(reader->models[i]);
	}
	OSSL_DECODER_CTX_free(reader->decoder);
	EVP_PKEY_free(reader->decoded);
	free(reader);
}

const EC_GROUP *
key_reader_group(struct key_reader *reader, const struct key_curve *curve)
{
	EC_GROUP **group = &reader->groups[curve - key_curves];

	if (*group == NULL)
		*group = EC_GROUP_new_by_curve_name(curve->nid);
	if (*group == NULL)
		memory_exhausted(sizeof *curve);
	return *group;
}

bool
key_type_take(struct der *der, struct key_type *out)
{
	struct der inside;
	struct der_item oid;
	struct der_item parameters = { 0 };

	if (!der_enter(der, DER_SEQUENCE, &inside) || !der_take(&inside, DER_OID, &oid))
		return false;
	if (!der_at_end(&inside) && (!der_next(&inside, &parameters) || !der_at_end(&inside)))
		return false;
	*out = (struct key_type){ oid.content, parameters };
	return true;
}

bool
key_take_unsigned(struct der *der, struct bytes *magnitude)
{
	struct der_item item;

	if (!der_take(der, DER_INTEGER, &item) || !der_integer_is_minimal(item.content) ||
		(item.content.p[0] & 0x80) != 0)
		return false;
	bool sign_byte = item.content.p[0] == 0;
	*magnitude = (struct bytes){ item.content.p + sign_byte, item.content.n - sign_byte };
	return true;
}

/* The tag and the length of `length` bytes of content (X.690, 8.1.3); returns how many bytes that took. */
static size_t
header_write(uint8_t *p, unsigned tag, size_t length)
{
	size_t octets = 0;

	p[0] = (uint8_t)tag;
	if (length < 0x80) {
		p[1] = (uint8_t)length;
		return 2;
	}
	while (length >> (8 * octets) != 0)
		octets++;
	p[1] = (uint8_t)(0x80 | octets);
	for (size_t i = 0; i < octets; i++)
		p[2 + i] = (uint8_t)(length >> (8 * (octets - 1 - i)));
	return 2 + octets;
}

struct bytes
key_put(struct arena *arena, unsigned tag, const struct bytes *parts, size_t count)
{
	size_t length = 0;

	for (size_t i = 0; i < count; i++)
		length += parts[i].n;
	uint8_t *p = arena_alloc(arena, 2 + sizeof length + length);
	size_t at = header_write(p, tag, length);
	for (size_t i = 0; i < count; i++) {
		if (parts[i].n > 0)
			memcpy(p + at, parts[i].p, parts[i].n);
		at += parts[i].n;
	}
	return (struct bytes){ p, at };
}

size_t
key_bit_length(struct bytes magnitude)
{
	size_t bits = magnitude.n * 8;

	if (magnitude.n > 0) {
		for (unsigned top = magnitude.p[0]; top < 0x80 && top != 0; top <<= 1)
			bits--;
	}
	return bits;
}

bool
key_type_is_rsa(const struct key_type *type)
{
	return bytes_equal(type->oid, key_type_rsa.oid);
}

bool
key_type_is_rsa_pss(const struct key_type *type)
{
	return bytes_equal(type->oid, OID_RSA_PSS);
}

bool
key_type_is_ec(const struct key_type *type)
{
	return bytes_equal(type->oid, key_type_ec.oid);
}

bool
key_type_is_edwards(const struct key_type *type)
{
	return bytes_equal(type->oid, OID_ED25519) || bytes_equal(type->oid, OID_ED448);
}

bool
key_type_is_plain(const struct key_type *type)
{
	return type->parameters.whole.n == 0 || (type->parameters.tag == DER_NULL && type->parameters.content.n == 0);
}

const struct key_curve *
key_curve_find(struct bytes oid)
{
	for (size_t i = 0; i < KEY_CURVE_COUNT; i++) {
		if (bytes_equal(key_curves[i].oid, oid))
			return &key_curves[i];
	}
	return NULL;
}

const struct key_curve *
key_type_curve(const struct key_type *type)
{
	return type->parameters.tag == DER_OID ? key_curve_find(type->parameters.content) : NULL;
}

/* OpenSSL's name for an OID, or its dotted form. */
static bool
describe_oid(const char *prefix, struct bytes oid, struct key_description *out)
{
	uint8_t der[2 + 127];
	const uint8_t *at = der;
	char name[64];

	if (oid.n == 0 || oid.n > sizeof der - 2)
		return false;
	der[0] = DER_OID;
	der[1] = (uint8_t)oid.n;
	memcpy(der + 2, oid.p, oid.n);
	ASN1_OBJECT *object = d2i_ASN1_OBJECT(NULL, &at, (long)(2 + oid.n));
	if (object == NULL) {
		ERR_clear_error();
		return false;
	}
	(void)OBJ_obj2txt(name, sizeof name, object, 0);
	ASN1_OBJECT_free(object);
	(void)snprintf(out->words, sizeof out->words, "%s%s", prefix, name);
	return true;
}

static void
describe_rsa(const struct key_type *type, size_t modulus_bits, struct key_description *out)
{
	bool plain = key_type_is_plain(type);

	out->family = KEY_FAMILY_RSA;
	(void)snprintf(out->words, sizeof out->words, "RSA %zu%s", modulus_bits, plain ? "" : " with parameters");
	out->odd_bits = modulus_bits;
	for (size_t i = 0; i < ARRAY_COUNT(rsa_sizes); i++) {
		if (rsa_sizes[i].bits != modulus_bits)
			continue;
		out->odd_bits = 0;
		if (plain)
			out->algorithm = rsa_sizes[i].algorithm;
	}
}

static bool
describe_ec(const struct key_type *type, struct key_description *out)
{
	const struct key_curve *curve = key_type_curve(type);

	out->family = KEY_FAMILY_EC;
	if (curve != NULL) {
		out->algorithm = curve->algorithm;
		(void)snprintf(out->words, sizeof out->words, "%s", curve->words);
		return true;
	}
	if (type->parameters.tag == DER_OID)
		return describe_oid("EC ", type->parameters.content, out);
	(void)snprintf(out->words, sizeof out->words, "EC %s",
		type->parameters.tag == DER_SEQUENCE ? "with explicit parameters" : "without a named curve");
	return true;
}

bool
key_type_describe(const struct key_type *type, size_t modulus_bits, struct key_description *out)
{
	struct key_description description = { .algorithm = KEY_UNSUPPORTED, .family = KEY_FAMILY_OTHER };

	if (key_type_is_rsa(type)) {
		describe_rsa(type, modulus_bits, &description);
	} else if (key_type_is_rsa_pss(type)) {
		description.family = KEY_FAMILY_RSA;
		(void)snprintf(description.words, sizeof description.words, "RSA-PSS %zu", modulus_bits);
	} else if (key_type_is_ec(type)) {
		if (!describe_ec(type, &description))
			return false;
	} else if (bytes_equal(type->oid, OID_ED25519)) {
		(void)snprintf(description.words, sizeof description.words, "Ed25519");
	} else if (bytes_equal(type->oid, OID_ED448)) {
		(void)snprintf(description.words, sizeof description.words, "Ed448");
	} else if (!describe_oid("", type->oid, &description)) {
		return false;
	}
	*out = description;
	return true;
}

/* RSAPublicKey (RFC 8017, A.1.1). */
static bool
rsa_public_read(struct bytes der, struct bytes *n, struct bytes *e)
{
	struct der outside = der_of(der);
	struct der inside;

	return der_enter(&outside, DER_SEQUENCE, &inside) && der_at_end(&outside) && key_take_unsigned(&inside, n) &&
	       key_take_unsigned(&inside, e) && der_at_end(&inside);
}

bool
key_public_read(struct bytes spki, struct key_public *out)
{
	struct key_public public = { 0 };
	struct der outside = der_of(spki);
	struct der inside;
	struct der_item bits;

	if (!der_enter(&outside, DER_SEQUENCE, &inside) || !der_at_end(&outside) ||
		!key_type_take(&inside, &public.type) || !der_take(&inside, DER_BIT_STRING, &bits) ||
		!der_at_end(&inside) || !der_octets_of_bits(bits.content, &public.key))
		return false;
	if ((key_type_is_rsa(&public.type) || key_type_is_rsa_pss(&public.type)) &&
		!rsa_public_read(public.key, &public.n, &public.e))
		return false;
	if (!key_type_describe(&public.type, key_bit_length(public.n), &public.description))
		return false;
	*out = public;
	return true;
}

bool
key_describe(struct bytes spki, struct key_description *out)
{
	struct key_public public;

	if (!key_public_read(spki, &public))
		return false;
	*out = public.description;
	return true;
}

const char *
key_exponent_fault(struct bytes e)
{
	if (e.n > KEY_MAX_EXPONENT_BYTES)
		return "its public exponent is longer than 64 bits";
	if (e.n == 0 || (e.p[e.n - 1] & 1) == 0)
		return "its public exponent is even";
	if (e.n == 1 && e.p[0] == 1)
		return "its public exponent is 1";
	return NULL;
}

/* The decoder takes what stands at `decoded` for a key to be filled in. */
static bool
rsa_read(struct key_reader *reader, struct bytes spki, EVP_PKEY **out)
{
	const unsigned char *at = spki.p;
	size_t left = spki.n;

	if (reader->decoder == NULL)
		reader->decoder = OSSL_DECODER_CTX_new_for_pkey(
			&reader->decoded, "DER", "SubjectPublicKeyInfo", "RSA", EVP_PKEY_PUBLIC_KEY, NULL, NULL);
	EVP_PKEY_free(GIVE(reader->decoded));
	if (reader->decoder == NULL || OSSL_DECODER_from_data(reader->decoder, &at, &left) != 1 ||
		reader->decoded == NULL || left != 0)
		return false;
	*out = GIVE(reader->decoded);
	return true;
}

/* A key of a curve without a point. NULL: OpenSSL made none. */
static EVP_PKEY *
curve_model(struct key_reader *reader, const struct key_curve *curve)
{
	EVP_PKEY **model = &reader->models[curve - key_curves];
	AUTO(EVP_PKEY_CTX) context = *model == NULL ? EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL) : NULL;
	OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(
			OSSL_PKEY_PARAM_GROUP_NAME, (char *)(uintptr_t)OBJ_nid2sn(curve->nid), 0),
		OSSL_PARAM_construct_end(),
	};

	if (context != NULL && EVP_PKEY_fromdata_init(context) == 1)
		(void)EVP_PKEY_fromdata(context, model, EVP_PKEY_KEY_PARAMETERS, parameters);
	return *model;
}

/* The curve's model, or a copy of it, with another point: a fraction of what decoding costs. OpenSSL refuses a point
 * that is not on the curve. */
static bool
ec_read(struct key_reader *reader, const struct key_public *public, bool once, EVP_PKEY **out)
{
	EVP_PKEY *model = curve_model(reader, key_type_curve(&public->type));
	AUTO(EVP_PKEY) key = model == NULL ? NULL : once && EVP_PKEY_up_ref(model) == 1 ? model : EVP_PKEY_dup(model);

	if (key == NULL || EVP_PKEY_set1_encoded_public_key(key, public->key.p, public->key.n) != 1)
		return false;
	*out = GIVE(key);
	return true;
}

static bool
read_public(struct key_reader *reader, struct bytes spki, bool once, EVP_PKEY **out)
{
	struct key_public public;

	if (!key_public_read(spki, &public) || public.description.algorithm == KEY_UNSUPPORTED)
		return false;
	if (public.description.family == KEY_FAMILY_RSA &&
		((public.n.p[public.n.n - 1] & 1) == 0 || key_exponent_fault(public.e) != NULL))
		return false;

	bool read = public.description.family == KEY_FAMILY_RSA ? rsa_read(reader, spki, out)
								: ec_read(reader, &public, once, out);
	if (!read)
		ERR_clear_error();
	return read;
}

bool
key_read_public(struct key_reader *reader, struct bytes spki, EVP_PKEY **out)
{
	return read_public(reader, spki, false, out);
}

bool
key_read_public_once(struct key_reader *reader, struct bytes spki, EVP_PKEY **out)
{
	return read_public(reader, spki, true, out);
}
