/* bench_floor_issue FOLDER WARM POOL CERTIFICATE RSA_2048|EC_prime256v1: the least that one IssueCertificate can cost,
 * in one thread: the CSR verified, a hash signed, and two rows, over the requests that a server is measured with.
 * FOLDER must not exist. WARM is a pool that is worked on first and not measured. CERTIFICATE (DER) is one that the
 * server issued: rows are of its size.
 *
 * Each part is one pass over the whole pool, its input made ready beforehand. Of the ways in which OpenSSL verifies a
 * CSR's signature the cheapest counts; the usual one stands beside it.
 */
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base64.h"
#include "base/memory.h"
#include "floor_store.h"
#include "pool.h"
#include "signer/seal.h"
#include "sigv4/digest.h"
#include "store/authority.h"
#include "store/issued.h"
#include "x509/certificate.h"
#include "x509/pem.h"

#define YEAR_MS (INT64_C(365) * 24 * 60 * 60 * 1000)

enum { SERIAL_BYTES = 16, POINT_BYTES = 65, SIGNATURE_MAX_BYTES = 512 };

struct item {
	struct bytes info, spki, signature; /* of the CSR */
	struct intention_row intention;
	struct issued_row row;
	uint8_t hash[DIGEST_BYTES];
};

struct set {
	struct pool pool;
	struct item *items;
	size_t n;
	struct arena arena;
};

struct floor {
	struct arena arena;
	EVP_PKEY_CTX *signing; /* prepared */
	EVP_PKEY *parameters;  /* a key of the CSRs' kind, whose public half is replaced */
	struct bytes certificate;
	size_t serial_at; /* in it */
	int64_t authority;
};

static void
check(bool done, const char *what)
{
	if (done)
		return;
	(void)fprintf(stderr, "bench_floor_issue: %s failed\n", what);
	exit(1);
}

/* ---- The requests, taken apart ---- */

static void
csr_prepare(struct str base64, struct item *item, struct arena *arena)
{
	struct bytes pem;
	struct pem_block block;
	const ASN1_BIT_STRING *signature;
	unsigned char *info = NULL, *spki = NULL;

	check(base64_decode(base64, arena, &pem), "base64");
	struct str rest = str_of_bytes(pem);
	check(pem_next(&rest, arena, &block), "PEM");
	const unsigned char *at = block.der.p;
	X509_REQ *request = d2i_X509_REQ(NULL, &at, (long)block.der.n);
	check(request != NULL, "CSR");
	X509_REQ_get0_signature(request, &signature, NULL);
	int info_n = i2d_re_X509_REQ_tbs(request, &info);
	int spki_n = i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(request), &spki);
	check(info_n > 0 && spki_n > POINT_BYTES, "CSR");
	item->info = arena_bytes(arena, (struct bytes){ info, (size_t)info_n });
	item->spki = arena_bytes(arena, (struct bytes){ spki, (size_t)spki_n });
	item->signature = arena_bytes(arena, (struct bytes){ signature->data, (size_t)signature->length });
	OPENSSL_free(info);
	OPENSSL_free(spki);
	X509_REQ_free(request);
}

/* As the daemon makes them of such a request. */
static void
rows_prepare(const struct floor *floor, struct item *item, size_t number, struct arena *arena)
{
	uint8_t *serial = arena_alloc(arena, SERIAL_BYTES);
	uint8_t *der = arena_alloc(arena, floor->certificate.n);
	int64_t now_ms = clock_now_ms(&clock_system);
	struct str name = arena_printf(arena, "www-%08x.shop.example.com", (unsigned)number * 2654435761u);

	entropy_fill(&entropy_system, serial, SERIAL_BYTES);
	memcpy(der, floor->certificate.p, floor->certificate.n);
	memcpy(der + floor->serial_at, serial, SERIAL_BYTES);
	digest_sha256((struct bytes){ der, floor->certificate.n }, item->hash);
	item->row = (struct issued_row){
		.authority = floor->authority,
		.serial = { serial, SERIAL_BYTES },
		.template = STR("EndEntityCertificate/V1"),
		.requester = STR("arn:aws:iam::111122223333:user/root"),
		.subject = arena_printf(arena, "CN=%.*s", STR_ARG(name)),
		.names = name,
		.issued_ms = now_ms,
		.not_before_ms = now_ms,
		.not_after_ms = now_ms + YEAR_MS,
		.certificate = { der, floor->certificate.n },
	};
	item->intention = (struct intention_row){
		.authority = floor->authority,
		.serial = item->row.serial,
		.tbs_sha256 = { item->hash, DIGEST_BYTES },
		.template = item->row.template,
		.requester = item->row.requester,
		.subject = item->row.subject,
		.requested_ms = now_ms,
	};
}

static void
set_prepare(const struct floor *floor, const char *path, struct set *set)
{
	*set = (struct set){ 0 };
	pool_read(path, &set->pool);
	set->n = set->pool.n;
	set->items = memory_take_zeroed(set->n * sizeof *set->items);
	for (size_t i = 0; i < set->n; i++) {
		csr_prepare(pool_text(pool_body(set->pool.requests[i]), "Csr"), &set->items[i], &set->arena);
		rows_prepare(floor, &set->items[i], i, &set->arena);
	}
}

static void
set_done(struct set *set)
{
	pool_done(&set->pool);
	arena_done(&set->arena);
	free(set->items);
}

/* ---- The parts ---- */

static void
signature_verify(EVP_PKEY *key, const struct item *item)
{
	uint8_t hash[DIGEST_BYTES];

	digest_sha256(item->info, hash);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	check(context != NULL && EVP_PKEY_verify_init(context) == 1 &&
			EVP_PKEY_verify(context, item->signature.p, item->signature.n, hash, DIGEST_BYTES) == 1,
		"verification");
	EVP_PKEY_CTX_free(context);
}

/* The parameters are the same for all: only the point is read. */
static void
part_verify(struct floor *floor, const struct item *item)
{
	const uint8_t *point = item->spki.p + item->spki.n - POINT_BYTES;

	check(EVP_PKEY_set1_encoded_public_key(floor->parameters, point, POINT_BYTES) == 1, "point");
	signature_verify(floor->parameters, item);
}

static void
part_verify_usual(struct floor *floor, const struct item *item)
{
	const unsigned char *at = item->spki.p;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)item->spki.n);

	(void)floor;
	check(key != NULL, "key");
	signature_verify(key, item);
	EVP_PKEY_free(key);
}

static void
part_sign(struct floor *floor, const struct item *item)
{
	uint8_t signature[SIGNATURE_MAX_BYTES];
	size_t n = sizeof signature;

	check(EVP_PKEY_sign(floor->signing, signature, &n, item->hash, DIGEST_BYTES) == 1, "signature");
}

struct part {
	const char *name;
	void (*run)(struct floor *floor, const struct item *item);
};

static uint64_t
part_measure(struct floor *floor, const struct part *part, const struct set *set)
{
	uint64_t before = bench_thread_cpu_ns();

	for (size_t i = 0; i < set->n; i++)
		part->run(floor, &set->items[i]);
	return bench_thread_cpu_ns() - before;
}

/* ---- Rows ---- */

struct rows {
	const struct item *items;
	size_t n;
};

static bool
rows_intend(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct rows *rows = context;

	for (size_t i = 0; i < rows->n; i++) {
		if (!store_intention_insert(transaction, &rows->items[i].intention, fault))
			return false;
	}
	return true;
}

static bool
rows_keep(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct rows *rows = context;

	for (size_t i = 0; i < rows->n; i++) {
		const struct item *item = &rows->items[i];
		if (!store_issued_insert(transaction, &item->row, item->intention.tbs_sha256, fault))
			return false;
	}
	return true;
}

static uint64_t
rows_measure(struct floor_store *store, const struct set *set)
{
	uint64_t before = bench_thread_cpu_ns();

	for (size_t i = 0; i < set->n; i += FLOOR_ROWS_A_TRANSACTION) {
		size_t left = set->n - i;
		struct rows rows = { &set->items[i],
			left < FLOOR_ROWS_A_TRANSACTION ? left : FLOOR_ROWS_A_TRANSACTION };
		floor_store_write(store, rows_intend, &rows);
		floor_store_write(store, rows_keep, &rows);
	}
	return bench_thread_cpu_ns() - before;
}

/* ---- The run ---- */

static void
print_part(const char *name, double us, bool last)
{
	(void)printf("\"%s\": %.2f%s", name, us, last ? "" : ", ");
}

static void
measure(struct floor *floor, struct floor_store *store, const struct set *warm, const struct set *set)
{
	static const struct part parts[] = {
		{ "CSR: SHA-256, point, verification", part_verify },
		{ "signature of a hash, prepared context", part_sign },
	};
	static const struct part usual = { "CSR: the same with d2i_PUBKEY", part_verify_usual };
	double sum = 0, us;

	(void)printf("{\"requests\": %zu, \"parts_us\": {", set->n);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		(void)part_measure(floor, &parts[i], warm);
		us = (double)part_measure(floor, &parts[i], set) / (double)set->n / 1e3;
		print_part(parts[i].name, us, false);
		sum += us;
	}
	(void)rows_measure(store, warm);
	us = (double)rows_measure(store, set) / (double)set->n / 1e3;
	print_part("two rows, 64 a transaction (house)", us, true);
	sum += us;
	(void)part_measure(floor, &usual, warm);
	us = (double)part_measure(floor, &usual, set) / (double)set->n / 1e3;
	(void)printf("}, \"sum_us\": %.2f, \"beside_us\": {", sum);
	print_part(usual.name, us, true);
	(void)printf("}}\n");
}

static bool
authority_insert(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct floor *floor = context;
	struct authority_row row = {
		.owner = { STR("111122223333"), STR("eu-central-1") },
		.id = STR("11111111-2222-4333-8444-555555555555"),
		.type = AUTHORITY_ROOT,
		.state = AUTHORITY_ACTIVE,
		.configuration = STR("{}"),
		.revocation = STR("{}"),
		.subject = bytes_of_str(STR("subject")),
		.csr = bytes_of_str(STR("csr")),
		.sealed_key = bytes_of_str(STR("\x01"
					       "00000000000000aa and what is sealed")),
		.certificate = floor->certificate,
		.chain = bytes_of_str(STR("")),
		.serial = bytes_of_str(STR("serial")),
		.issuer_sha1 = bytes_of_str(STR("sha1")),
		.issuer_sha256 = bytes_of_str(STR("sha256")),
	};

	if (!store_authority_insert(transaction, &row, fault))
		return false;
	floor->authority = row.number;
	return true;
}

static void
certificate_load(struct floor *floor, const char *path)
{
	uint8_t room[8192];
	const struct certificate *certificate;
	const char *why;
	FILE *file = fopen(path, "rb");

	check(file != NULL, path);
	size_t n = fread(room, 1, sizeof room, file);
	check(n > 0 && n < sizeof room && fclose(file) == 0, path);
	floor->certificate = arena_bytes(&floor->arena, (struct bytes){ room, n });
	check(certificate_parse(floor->certificate, &floor->arena, &certificate, &why), path);
	check(certificate->serial.n == SERIAL_BYTES, "serial number of 16 octets");
	const uint8_t *at = memmem(floor->certificate.p, n, certificate->serial.p, SERIAL_BYTES);
	check(at != NULL, "serial number");
	floor->serial_at = (size_t)(at - floor->certificate.p);
}

static void
keys_prepare(struct floor *floor, const char *algorithm)
{
	bool rsa = strcmp(algorithm, "RSA_2048") == 0;
	EVP_PKEY *key = rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");

	floor->parameters = EVP_EC_gen("P-256");
	check(key != NULL && floor->parameters != NULL, "keys");
	floor->signing = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	EVP_PKEY_free(key);
	check(floor->signing != NULL && EVP_PKEY_sign_init(floor->signing) == 1 &&
			(!rsa || EVP_PKEY_CTX_set_rsa_padding(floor->signing, RSA_PKCS1_PADDING) == 1) &&
			EVP_PKEY_CTX_set_signature_md(floor->signing, EVP_sha256()) == 1,
		"signing");
}

int
main(int argc, char **argv)
{
	struct floor floor = { 0 };
	struct set warm, set;

	if (argc != 6 || mkdir(argv[1], 0700) != 0) {
		(void)fprintf(stderr, "usage: bench_floor_issue FOLDER WARM POOL CERTIFICATE RSA_2048|EC_prime256v1, "
				      "with a FOLDER that does not exist\n");
		return 2;
	}
	struct floor_store *store = floor_store_open(arena_printf(&floor.arena, "%s/chancery.db", argv[1]).p);
	certificate_load(&floor, argv[4]);
	keys_prepare(&floor, argv[5]);
	floor_store_write(store, authority_insert, &floor);
	set_prepare(&floor, argv[2], &warm);
	set_prepare(&floor, argv[3], &set);
	measure(&floor, store, &warm, &set);
	set_done(&set);
	set_done(&warm);
	floor_store_close(store);
	EVP_PKEY_CTX_free(floor.signing);
	EVP_PKEY_free(floor.parameters);
	arena_done(&floor.arena);
	return 0;
}
