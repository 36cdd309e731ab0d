#include "papers.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "office.h"

static void
must(bool done)
{
	if (!done)
		abort();
}

static EVP_PKEY *
shared_key(enum paper_key kind)
{
	static EVP_PKEY *keys[PAPER_KEY_COUNT];

	if (keys[kind] == NULL && kind == PAPER_P256)
		keys[kind] = EVP_EC_gen("P-256");
	else if (keys[kind] == NULL && kind == PAPER_P384)
		keys[kind] = EVP_EC_gen("P-384");
	else if (keys[kind] == NULL)
		keys[kind] = EVP_RSA_gen(kind == PAPER_RSA_1024 ? 1024 : 2048);
	must(keys[kind] != NULL);
	return keys[kind];
}

static void
put_name(X509_NAME *name, const char *text)
{
	char copy[512], *state = NULL;

	if (text == NULL)
		return;
	must(strlen(text) < sizeof copy);
	(void)snprintf(copy, sizeof copy, "%s", text);
	for (char *part = strtok_r(copy, "/", &state); part != NULL; part = strtok_r(NULL, "/", &state)) {
		char *value = strchr(part, '=');
		must(value != NULL);
		*value++ = '\0';
		must(X509_NAME_add_entry_by_txt(name, part, MBSTRING_UTF8, (const unsigned char *)value, -1, -1, 0) ==
			1);
	}
}

static void
put_extension(X509 *certificate, int nid, const char *value)
{
	X509V3_CTX context;

	if (value == NULL)
		return;
	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	must(extension != NULL && X509_add_ext(certificate, extension, -1) == 1);
	X509_EXTENSION_free(extension);
}

static X509 *
make(struct wish wish, const char *constraints, const char *issuer, EVP_PKEY *issuer_key)
{
	X509 *certificate = X509_new();
	EVP_PKEY *key = shared_key(wish.key);
	int64_t from_ms = wish.not_before_ms != 0 ? wish.not_before_ms : OFFICE_NOW_MS - OFFICE_DAY_MS;
	int64_t to_ms = wish.not_after_ms != 0 ? wish.not_after_ms : OFFICE_NOW_MS + 365 * OFFICE_DAY_MS;

	must(X509_set_version(certificate, X509_VERSION_3) == 1);
	must(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), wish.serial != 0 ? wish.serial : 1001) == 1);
	must(ASN1_TIME_set(X509_getm_notBefore(certificate), from_ms / 1000) != NULL);
	must(ASN1_TIME_set(X509_getm_notAfter(certificate), to_ms / 1000) != NULL);
	put_name(X509_get_subject_name(certificate), wish.subject);
	put_name(X509_get_issuer_name(certificate), issuer);
	must(X509_set_pubkey(certificate, key) == 1);
	put_extension(certificate, NID_basic_constraints, constraints);
	put_extension(certificate, NID_subject_alt_name, wish.san);
	put_extension(certificate, NID_key_usage, wish.key_usage);
	put_extension(certificate, NID_ext_key_usage, wish.extended_key_usage);
	must(X509_sign(certificate, issuer_key, EVP_sha256()) > 0);
	return certificate;
}

static struct bytes
bio_bytes(BIO *bio, struct arena *arena)
{
	char *p;
	long n = BIO_get_mem_data(bio, &p);
	struct bytes bytes = arena_bytes(arena, (struct bytes){ (const uint8_t *)p, (size_t)n });

	BIO_free(bio);
	return bytes;
}

static struct bytes
take_pem(X509 *const *certificates, size_t count, struct arena *arena)
{
	BIO *bio = BIO_new(BIO_s_mem());

	for (size_t i = 0; i < count; i++) {
		must(PEM_write_bio_X509(bio, certificates[i]) == 1);
	}
	return bio_bytes(bio, arena);
}

static struct bytes
take_der(X509 *certificate, struct arena *arena)
{
	BIO *bio = BIO_new(BIO_s_mem());

	must(i2d_X509_bio(bio, certificate) == 1);
	return bio_bytes(bio, arena);
}

/* The authorities have a key of the leaf's family: an import may ask for that. */
#define ROOT "O=Example Trust/CN=Example Root"
#define INTERMEDIATE "O=Example Trust/CN=Example Intermediate"

struct papers
papers_make(struct arena *arena, struct wish wish)
{
	EVP_PKEY *authority = shared_key(wish.key >= PAPER_RSA_1024 ? PAPER_RSA_2048 : PAPER_P256);
	struct wish ca = { .key = wish.key >= PAPER_RSA_1024 ? PAPER_RSA_2048 : PAPER_P256,
		.key_usage = "keyCertSign,cRLSign",
		.not_after_ms = OFFICE_NOW_MS + 3650 * OFFICE_DAY_MS };
	static const char *const issuers[] = { NULL, ROOT, INTERMEDIATE };
	const char *issuer = wish.issuers > 0 ? issuers[wish.issuers] : wish.subject;
	X509 *chain[2], *certificate = make(wish, NULL, issuer, wish.issuers > 0 ? authority : shared_key(wish.key));
	BIO *bio = BIO_new(BIO_s_mem());
	struct papers papers = { .certificate = take_pem(&certificate, 1, arena), .der = take_der(certificate, arena) };

	must(PEM_write_bio_PrivateKey(bio, shared_key(wish.key), NULL, NULL, 0, NULL, NULL) == 1);
	struct bytes key = bio_bytes(bio, arena);
	papers.key = arena_secret(arena, key.p, key.n);
	for (unsigned i = 0; i < wish.issuers; i++) {
		bool is_root = i + 1 == wish.issuers;
		ca.subject = is_root ? ROOT : INTERMEDIATE;
		chain[i] = make(ca, "critical,CA:TRUE", ROOT, authority);
	}
	if (wish.issuers > 0)
		papers.chain = take_pem(chain, wish.issuers, arena);
	for (unsigned i = 0; i < wish.issuers; i++)
		X509_free(chain[i]);
	X509_free(certificate);
	return papers;
}

static void
put_request_extension(STACK_OF(X509_EXTENSION) * *list, const char *name, const char *value)
{
	X509V3_CTX context;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, NULL, NULL, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_nconf(NULL, &context, name, value);
	must(extension != NULL && X509v3_add_ext(list, extension, -1) != NULL);
	X509_EXTENSION_free(extension);
}

struct bytes
papers_request(struct arena *arena, struct request_wish wish)
{
	X509_REQ *request = X509_REQ_new();
	STACK_OF(X509_EXTENSION) *extensions = NULL;
	EVP_PKEY *key = shared_key(wish.key);
	BIO *bio = BIO_new(BIO_s_mem());

	must(X509_REQ_set_version(request, X509_REQ_VERSION_1) == 1 && X509_REQ_set_pubkey(request, key) == 1);
	put_name(X509_REQ_get_subject_name(request), wish.subject);
	for (size_t i = 0; i < REQUEST_EXTENSIONS && wish.extensions[i][0] != NULL; i++)
		put_request_extension(&extensions, wish.extensions[i][0], wish.extensions[i][1]);
	if (extensions != NULL)
		must(X509_REQ_add_extensions(request, extensions) == 1);
	must(X509_REQ_sign(request, key, EVP_sha256()) > 0 && PEM_write_bio_X509_REQ(bio, request) == 1);
	sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
	X509_REQ_free(request);
	return bio_bytes(bio, arena);
}
