#include "forge.h"

#include <arpa/inet.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/buffer.h"

AUTO_FREE(EVP_MD_CTX, EVP_MD_CTX_free);
AUTO_FREE(ASN1_OBJECT, ASN1_OBJECT_free);

static EVP_PKEY *keys[FORGE_ED25519 + 1][FORGE_SLOTS];

static void
keys_free(void)
{
	for (size_t kind = 0; kind <= FORGE_ED25519; kind++)
		for (size_t slot = 0; slot < FORGE_SLOTS; slot++)
			EVP_PKEY_free(keys[kind][slot]);
}

static EVP_PKEY *
key_make(enum forge_kind kind)
{
	switch (kind) {
	case FORGE_P256:
		return EVP_EC_gen("P-256");
	case FORGE_P384:
		return EVP_EC_gen("P-384");
	case FORGE_P521:
		return EVP_EC_gen("P-521");
	case FORGE_RSA_512:
		return EVP_RSA_gen(512);
	case FORGE_RSA_1024:
		return EVP_RSA_gen(1024);
	case FORGE_RSA_2048:
		return EVP_RSA_gen(2048);
	case FORGE_ED25519:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	}
	return NULL;
}

EVP_PKEY *
forge_key(enum forge_kind kind, unsigned slot)
{
	static bool registered;

	if (!registered)
		registered = atexit(keys_free) == 0;
	if (keys[kind][slot] == NULL)
		keys[kind][slot] = key_make(kind);
	if (keys[kind][slot] == NULL)
		abort();
	return keys[kind][slot];
}

/* ---- DER ---- */

struct bytes
forge_parts(struct arena *arena, int tag, size_t count, const struct bytes *parts)
{
	uint8_t head[6];
	size_t head_n = 0;
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += parts[i].n;
	if (tag >= 0) {
		head[head_n++] = (uint8_t)tag;
		int octets = n < 0x80 ? 0 : n < 0x100 ? 1 : n < 0x10000 ? 2 : n < 0x1000000 ? 3 : 4;
		head[head_n++] = (uint8_t)(octets == 0 ? n : 0x80U + (unsigned)octets);
		for (; octets > 0; octets--)
			head[head_n++] = (uint8_t)(n >> 8 * (octets - 1));
	}

	uint8_t *out = arena_alloc(arena, head_n + n);
	size_t at = head_n;
	memcpy(out, head, head_n);
	for (size_t i = 0; i < count; i++) {
		if (parts[i].n > 0)
			memcpy(out + at, parts[i].p, parts[i].n);
		at += parts[i].n;
	}
	return (struct bytes){ out, at };
}

struct bytes
forge_hex(const char *hex, struct arena *arena)
{
	struct bytes bytes;

	if (!hex_decode(str_of(hex), arena, &bytes))
		abort();
	return bytes;
}

struct bytes
forge_oid(const char *dotted, struct arena *arena)
{
	AUTO(ASN1_OBJECT) object = OBJ_txt2obj(dotted, 1);
	unsigned char der[256];
	unsigned char *p = der;

	if (object == NULL || i2d_ASN1_OBJECT(object, NULL) > (int)sizeof der)
		abort();
	size_t n = (size_t)i2d_ASN1_OBJECT(object, &p);
	return arena_bytes(arena, (struct bytes){ der, n });
}

static struct bytes
text(const char *s)
{
	return bytes_of_str(str_of(s));
}

static struct bytes
small_integer(unsigned value, struct arena *arena)
{
	uint8_t octet = (uint8_t)value;

	return arena_bytes(arena, forge_der(arena, 0x02, { &octet, 1 }));
}

static struct bytes
name_write(const char *spec, struct arena *arena)
{
	struct str rest = str_of(spec);
	struct bytes rdns = { 0 };

	while (rest.n > 0) {
		struct str pair;
		struct str key;
		(void)str_cut(&rest, ',', &pair);
		(void)str_cut(&pair, '=', &key);
		struct bytes attribute = forge_der(arena, 0x30,
			forge_oid(str_is(key, "CN")  ? "2.5.4.3"
				  : str_is(key, "O") ? "2.5.4.10"
				  : str_is(key, "C") ? "2.5.4.6"
						     : "2.5.4.11",
				arena),
			forge_der(arena, 0x0c, bytes_of_str(pair)));
		rdns = forge_der(arena, -1, rdns, forge_der(arena, 0x31, attribute));
	}
	return forge_der(arena, 0x30, rdns);
}

static struct bytes
time_write(const char *given, const char *otherwise, struct arena *arena)
{
	const char *s = given != NULL ? given : otherwise;

	return forge_der(arena, strlen(s) == 13 ? 0x17 : 0x18, text(s));
}

/* ---- Extensions ---- */

struct bytes
forge_extension(const char *oid, bool critical, struct bytes value, struct arena *arena)
{
	struct bytes flag = critical ? forge_text("\x01\x01\xff") : (struct bytes){ 0 };

	return forge_der(arena, 0x30, forge_oid(oid, arena), flag, forge_der(arena, 0x04, value));
}

static struct bytes
key_usage_write(unsigned bits, struct arena *arena)
{
	uint8_t octets[3] = { 0 };

	for (unsigned bit = 0; bit < 9; bit++)
		if ((bits & 1U << bit) != 0)
			octets[1 + bit / 8] |= (uint8_t)(0x80U >> bit % 8);
	size_t n = octets[2] != 0 ? 2 : 1;
	while ((octets[n] >> octets[0] & 1) == 0)
		octets[0]++;
	return forge_extension("2.5.29.15", true, forge_der(arena, 0x03, { octets, 1 + n }), arena);
}

static struct bytes
usages_write(const char *list, struct arena *arena)
{
	struct str rest = str_of(list);
	struct bytes oids = { 0 };

	while (rest.n > 0) {
		struct str oid;
		(void)str_cut(&rest, ',', &oid);
		oids = forge_der(arena, -1, oids, forge_oid(arena_cstr(arena, oid), arena));
	}
	return forge_extension("2.5.29.37", false, forge_der(arena, 0x30, oids), arena);
}

static struct bytes
address_write(struct str value, struct arena *arena)
{
	uint8_t octets[16];
	const char *address = arena_cstr(arena, value);

	if (inet_pton(AF_INET, address, octets) == 1)
		return arena_bytes(arena, (struct bytes){ octets, 4 });
	if (inet_pton(AF_INET6, address, octets) != 1)
		abort();
	return arena_bytes(arena, (struct bytes){ octets, 16 });
}

static struct bytes
names_write(const char *list, struct arena *arena)
{
	struct str rest = str_of(list);
	struct bytes names = { 0 };

	while (rest.n > 0) {
		struct str value;
		struct str kind;
		(void)str_cut(&rest, ',', &value);
		(void)str_cut(&value, ':', &kind);
		struct bytes name = str_is(kind, "DNS")     ? forge_der(arena, 0x82, bytes_of_str(value))
				    : str_is(kind, "EMAIL") ? forge_der(arena, 0x81, bytes_of_str(value))
				    : str_is(kind, "URI")   ? forge_der(arena, 0x86, bytes_of_str(value))
							    : forge_der(arena, 0x87, address_write(value, arena));
		names = forge_der(arena, -1, names, name);
	}
	return forge_extension("2.5.29.17", false, forge_der(arena, 0x30, names), arena);
}

static struct bytes
constraints_write(const struct recipe *recipe, struct arena *arena)
{
	struct bytes ca = recipe->ca == FORGE_CA_TRUE ? forge_text("\x01\x01\xff") : (struct bytes){ 0 };
	struct bytes length =
		recipe->path_length > 0 ? small_integer((unsigned)recipe->path_length - 1, arena) : (struct bytes){ 0 };

	return forge_extension("2.5.29.19", true, forge_der(arena, 0x30, ca, length), arena);
}

static struct bytes
ocsp_write(const char *url, struct arena *arena)
{
	struct bytes description =
		forge_der(arena, 0x30, forge_oid("1.3.6.1.5.5.7.48.1", arena), forge_der(arena, 0x86, text(url)));

	return forge_extension("1.3.6.1.5.5.7.1.1", false, forge_der(arena, 0x30, description), arena);
}

static struct bytes
extensions_write(const struct recipe *recipe, struct arena *arena)
{
	struct bytes list = { 0 };

	if (recipe->ca != FORGE_CA_UNSAID)
		list = forge_der(arena, -1, list, constraints_write(recipe, arena));
	if (recipe->key_usage != 0)
		list = forge_der(arena, -1, list, key_usage_write(recipe->key_usage, arena));
	if (recipe->extended_key_usage != NULL)
		list = forge_der(arena, -1, list, usages_write(recipe->extended_key_usage, arena));
	if (recipe->names != NULL)
		list = forge_der(arena, -1, list, names_write(recipe->names, arena));
	if (recipe->ocsp_url != NULL)
		list = forge_der(arena, -1, list, ocsp_write(recipe->ocsp_url, arena));
	list = forge_der(arena, -1, list, recipe->extensions);
	if (list.n == 0 && !recipe->extensions_empty)
		return (struct bytes){ 0 };
	return forge_der(arena, 0xa3, forge_der(arena, 0x30, list));
}

/* ---- Signature ---- */

static struct bytes
spki_write(EVP_PKEY *key, struct arena *arena)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);

	if (n <= 0)
		abort();
	struct bytes copy = arena_bytes(arena, (struct bytes){ der, (size_t)n });
	OPENSSL_free(der);
	return copy;
}

/* Makes the context and writes the AlgorithmIdentifier that libcrypto has for it. */
static struct bytes
algorithm_write(EVP_MD_CTX *context, const struct recipe *recipe, EVP_PKEY *key, struct arena *arena)
{
	EVP_PKEY_CTX *options = NULL;
	const char *digest = recipe->digest != NULL ? recipe->digest : "SHA256";
	X509_ALGOR *algorithm = X509_ALGOR_new();
	unsigned char *der = NULL;
	int nid = NID_undef;

	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519)
		digest = NULL;
	if (EVP_DigestSignInit_ex(context, &options, digest, NULL, NULL, key, NULL) != 1)
		abort();
	if (recipe->pss) {
		static const char identifier[] =
			"303d06092a864886f70d01010a3030a00d300b0609608648016503040201a11a301806092a"
			"864886f70d010108300b0609608648016503040201a203020120";
		X509_ALGOR_free(algorithm);
		if (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 ||
			EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1)
			abort();
		return forge_hex(identifier, arena);
	}
	if (digest == NULL)
		nid = NID_ED25519;
	else if (OBJ_find_sigid_by_algs(&nid, OBJ_txt2nid(digest), EVP_PKEY_get_base_id(key)) != 1)
		abort();
	bool rsa = EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;
	if (X509_ALGOR_set0(algorithm, OBJ_nid2obj(nid), rsa ? V_ASN1_NULL : V_ASN1_UNDEF, NULL) != 1)
		abort();
	int n = i2d_X509_ALGOR(algorithm, &der);
	struct bytes copy = arena_bytes(arena, (struct bytes){ der, (size_t)n });
	OPENSSL_free(der);
	X509_ALGOR_free(algorithm);
	return copy;
}

static struct bytes
signature_write(EVP_MD_CTX *context, struct bytes tbs, bool spoilt, struct arena *arena)
{
	size_t n = 0;

	if (EVP_DigestSign(context, NULL, &n, tbs.p, tbs.n) != 1)
		abort();
	uint8_t *signature = arena_alloc(arena, n);
	if (EVP_DigestSign(context, signature, &n, tbs.p, spoilt ? tbs.n - 1 : tbs.n) != 1)
		abort();
	return forge_der(arena, 0x03, forge_text("\0"), { signature, n });
}

struct bytes
forge_sign(EVP_PKEY *key, const char *digest, struct bytes octets, struct arena *arena)
{
	AUTO(EVP_MD_CTX) context = EVP_MD_CTX_new();
	size_t n = 0;

	if (EVP_DigestSignInit_ex(context, NULL, digest, NULL, NULL, key, NULL) != 1 ||
		EVP_DigestSign(context, NULL, &n, octets.p, octets.n) != 1)
		abort();
	uint8_t *signature = arena_alloc(arena, n);
	if (EVP_DigestSign(context, signature, &n, octets.p, octets.n) != 1)
		abort();
	return (struct bytes){ signature, n };
}

static struct bytes
name_choose(struct bytes der, const char *spec, struct arena *arena)
{
	return der.n > 0 ? der : name_write(spec, arena);
}

struct bytes
forge_certificate(const struct recipe *recipe, struct arena *arena)
{
	AUTO(EVP_MD_CTX) context = EVP_MD_CTX_new();
	EVP_PKEY *key = recipe->key != NULL ? recipe->key : forge_key(FORGE_P256, 0);
	EVP_PKEY *issuer_key = recipe->issuer_key != NULL ? recipe->issuer_key : key;
	const char *subject = recipe->subject != NULL ? recipe->subject : "CN=example.com";
	struct bytes subject_der = name_choose(recipe->subject_der, subject, arena);
	struct bytes issuer_der = recipe->issuer != NULL || recipe->issuer_der.n > 0
					  ? name_choose(recipe->issuer_der, recipe->issuer, arena)
					  : subject_der;
	unsigned version = recipe->version > 0 ? (unsigned)recipe->version : 3;
	struct bytes algorithm = algorithm_write(context, recipe, issuer_key, arena);

	struct bytes tbs = forge_der(arena, 0x30,
		version == 1 ? (struct bytes){ 0 } : forge_der(arena, 0xa0, small_integer(version - 1, arena)),
		forge_der(arena, 0x02, forge_hex(recipe->serial != NULL ? recipe->serial : "03e9", arena)),
		recipe->inner_algorithm.n > 0 ? recipe->inner_algorithm : algorithm, issuer_der,
		forge_der(arena, 0x30, time_write(recipe->not_before, "260101000000Z", arena),
			time_write(recipe->not_after, "270101000000Z", arena)),
		subject_der, recipe->spki.n > 0 ? recipe->spki : spki_write(key, arena),
		extensions_write(recipe, arena));
	return forge_der(arena, 0x30, tbs, algorithm, signature_write(context, tbs, recipe->spoilt, arena));
}

/* ---- Text ---- */

struct str
forge_pem(const char *label, struct bytes der, struct arena *arena)
{
	struct buffer buffer = { 0 };

	base64_encode(&buffer, der, 64);
	struct str pem = arena_printf(
		arena, "-----BEGIN %s-----\n%.*s-----END %s-----\n", label, STR_ARG(buffer_str(&buffer)), label);
	buffer_done(&buffer);
	return pem;
}

struct str
forge_certificate_pem(const struct recipe *recipe, struct arena *arena)
{
	return forge_pem("CERTIFICATE", forge_certificate(recipe, arena), arena);
}

struct str
forge_join(struct arena *arena, size_t count, const struct str *parts)
{
	struct buffer buffer = { 0 };

	for (size_t i = 0; i < count; i++)
		buffer_put_str(&buffer, parts[i]);
	struct str joined = arena_str(arena, buffer_str(&buffer));
	buffer_done(&buffer);
	return joined;
}

struct str
forge_key_pem(EVP_PKEY *key, struct arena *arena)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	unsigned char *der = NULL;
	int n = info != NULL ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : 0;

	if (n <= 0)
		abort();
	struct str pem = forge_pem("PRIVATE KEY", (struct bytes){ der, (size_t)n }, arena);
	OPENSSL_clear_free(der, (size_t)n);
	PKCS8_PRIV_KEY_INFO_free(info);
	return pem;
}

/* ---- The usual three ---- */

enum { LEAF_SLOT, INTERMEDIATE_SLOT, ROOT_SLOT };
enum { DIGITAL_SIGNATURE = 1 << 0, KEY_ENCIPHERMENT = 1 << 2, CERT_SIGN = 1 << 5, CRL_SIGN = 1 << 6 };

struct recipe
forge_leaf(enum forge_kind kind)
{
	return (struct recipe){ .subject = "CN=leaf.example.com",
		.issuer = "CN=Intermediate CA",
		.key = forge_key(kind, LEAF_SLOT),
		.issuer_key = forge_key(kind, INTERMEDIATE_SLOT),
		.ca = FORGE_CA_FALSE,
		.key_usage = DIGITAL_SIGNATURE | KEY_ENCIPHERMENT,
		.extended_key_usage = "1.3.6.1.5.5.7.3.1,1.3.6.1.5.5.7.3.2",
		.names = "DNS:leaf.example.com,DNS:*.leaf.example.com" };
}

struct recipe
forge_intermediate(enum forge_kind kind)
{
	return (struct recipe){ .subject = "CN=Intermediate CA",
		.issuer = "CN=Root CA",
		.key = forge_key(kind, INTERMEDIATE_SLOT),
		.issuer_key = forge_key(kind, ROOT_SLOT),
		.ca = FORGE_CA_TRUE,
		.path_length = 1,
		.key_usage = CERT_SIGN | CRL_SIGN };
}

struct recipe
forge_root(enum forge_kind kind)
{
	return (struct recipe){ .subject = "CN=Root CA",
		.key = forge_key(kind, ROOT_SLOT),
		.ca = FORGE_CA_TRUE,
		.key_usage = CERT_SIGN | CRL_SIGN };
}

struct forge_chain
forge_chain_make(enum forge_kind kind, struct arena *arena)
{
	struct recipe leaf = forge_leaf(kind);
	struct recipe intermediate = forge_intermediate(kind);
	struct recipe root = forge_root(kind);
	struct forge_chain chain = { .leaf_key = leaf.key, .intermediate_key = intermediate.key, .root_key = root.key };

	chain.leaf = forge_certificate(&leaf, arena);
	chain.intermediate = forge_certificate(&intermediate, arena);
	chain.root = forge_certificate(&root, arena);
	chain.leaf_pem = forge_pem("CERTIFICATE", chain.leaf, arena);
	chain.intermediate_pem = forge_pem("CERTIFICATE", chain.intermediate, arena);
	chain.root_pem = forge_pem("CERTIFICATE", chain.root, arena);
	return chain;
}
