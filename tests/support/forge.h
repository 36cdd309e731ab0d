/* forge.h — keys and certificates for tests: right ones, and wrong ones in every way that DER allows.
 *
 * Certificates are written byte by byte and signed with libcrypto, so that each mistake is made on purpose. Keys are
 * made once a process. What is wanted must be said in a struct recipe; zero-initialised, it gives a self-signed P-256
 * certificate for CN=example.com, valid throughout 2026. */
#ifndef CHANCERY_TESTS_FORGE_H
#define CHANCERY_TESTS_FORGE_H

#include <openssl/evp.h>

#include "base/arena.h"

#define FORGE_NOW_MS INT64_C(1782864000000) /* 2026-07-01T00:00:00Z */

enum forge_kind { FORGE_P256, FORGE_P384, FORGE_P521, FORGE_RSA_1024, FORGE_RSA_2048, FORGE_RSA_512, FORGE_ED25519 };
enum { FORGE_SLOTS = 6 };

/* The process's key of that kind; another one for each slot. */
EVP_PKEY *forge_key(enum forge_kind kind, unsigned slot);

enum forge_ca { FORGE_CA_UNSAID, FORGE_CA_FALSE, FORGE_CA_TRUE };

struct recipe {
	const char *subject;    /* "CN=x,O=y"; "": empty; NULL: CN=example.com */
	const char *issuer;     /* the same; NULL: the subject */
	EVP_PKEY *key;          /* NULL: P-256, slot 0 */
	EVP_PKEY *issuer_key;   /* NULL: self-signed */
	int version;            /* 0: 3 */
	const char *serial;     /* content of the INTEGER in hexadecimal; NULL: 03e9 */
	const char *not_before; /* of 13 characters: UTCTime, of any other number: GeneralizedTime */
	const char *not_after;
	const char *digest; /* NULL: SHA256 */
	bool pss;           /* RSASSA-PSS with that digest and a salt of its size */
	bool spoilt;        /* the signature is somebody else's */

	enum forge_ca ca;
	int path_length;                /* with FORGE_CA_TRUE: 0: none, n: n - 1 */
	unsigned key_usage;             /* bits of enum key_usage; 0: no extension */
	const char *extended_key_usage; /* dotted OIDs, separated by commas; "": an empty list; NULL: no extension */
	const char *names;              /* "DNS:a,IP:127.0.0.1,EMAIL:x,URI:y"; "": an empty list; NULL: no extension */
	const char *ocsp_url;

	/* DER in place of what the recipe would write; n == 0: nothing special. */
	struct bytes subject_der, issuer_der;
	struct bytes spki;
	struct bytes inner_algorithm;
	struct bytes extensions; /* Extensions one after another, after the recipe's own */
	bool extensions_empty;   /* an extension list with nothing in it */
};

struct bytes forge_certificate(const struct recipe *recipe, struct arena *arena); /* DER */
struct str forge_pem(const char *label, struct bytes der, struct arena *arena);
/* PEM of one certificate, and of several in a row. */
struct str forge_certificate_pem(const struct recipe *recipe, struct arena *arena);
struct str forge_join(struct arena *arena, size_t count, const struct str *parts);
/* The key as PKCS#8 PEM. */
struct str forge_key_pem(EVP_PKEY *key, struct arena *arena);

/* What that key says to these octets, with this digest: a signature as it stands inside a BIT STRING. */
struct bytes forge_sign(EVP_PKEY *key, const char *digest, struct bytes octets, struct arena *arena);

/* A leaf for CN=leaf.example.com issued by CN=Intermediate CA, issued by the self-signed CN=Root CA. */
struct forge_chain {
	struct bytes leaf, intermediate, root; /* DER */
	struct str leaf_pem, intermediate_pem, root_pem;
	EVP_PKEY *leaf_key, *intermediate_key, *root_key;
};
struct forge_chain forge_chain_make(enum forge_kind kind, struct arena *arena);
/* The recipes behind it, to be changed at will. */
struct recipe forge_leaf(enum forge_kind kind);
struct recipe forge_intermediate(enum forge_kind kind);
struct recipe forge_root(enum forge_kind kind);

/* DER by hand. */
struct bytes forge_hex(const char *hex, struct arena *arena);
struct bytes forge_oid(const char *dotted, struct arena *arena); /* with tag and length */
struct bytes forge_extension(const char *oid, bool critical, struct bytes value, struct arena *arena);
struct bytes forge_parts(struct arena *arena, int tag, size_t count, const struct bytes *parts);
/* tag < 0: the parts without anything around them. */
#define forge_der(arena, tag, ...)                                                                                     \
	forge_parts((arena), (tag), sizeof((const struct bytes[]){ __VA_ARGS__ }) / sizeof(struct bytes),              \
		(const struct bytes[]){ __VA_ARGS__ })
#define forge_text(literal) ((struct bytes){ (const uint8_t *)(literal), sizeof(literal) - 1 })

#endif
