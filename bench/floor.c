/* bench_floor FOLDER WARM POOL: the least that one import can cost, in one thread, part by part, over the requests that
 * a server is measured with. FOLDER must not exist. WARM is a pool that is worked on first and not measured.
 *
 * Each part is one pass over the whole pool, its input made ready beforehand: a part finds its code in the cache, which
 * a server cannot have. What is the house's own function is marked (house); the rest is OpenSSL's or libmicrohttpd's.
 */
#include <openssl/decoder.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base64.h"
#include "base/memory.h"
#include "floor.h"
#include "signer/seal.h"
#include "sigv4/digest.h"
#include "x509/pem.h"

enum { CONNECTIONS = 16, EMPTY_POSTS = 20000, STRING_TO_SIGN_BYTES = 138 };

struct floor {
	struct owner owner;
	struct arena arena; /* of the part under way */
	struct key_reader *reader;
	EVP_PKEY_CTX *verifying; /* the issuer's, prepared */
	OSSL_DECODER_CTX *decoder;
	EVP_PKEY *decoded;
	struct keyring *keyring;
	struct sealer *sealer;
	uint8_t hash[DIGEST_BYTES];
};

struct set {
	struct pool pool;
	struct item *items;
	size_t n;
	struct arena arena;
};

static void
check(bool done, const char *what)
{
	if (done)
		return;
	(void)fprintf(stderr, "bench_floor: %s failed\n", what);
	exit(1);
}

/* ---- The requests, taken apart ---- */

static const struct certificate *
pem_certificate(struct bytes pem, struct arena *arena)
{
	struct str rest = str_of_bytes(pem);
	struct pem_block block;
	const struct certificate *certificate = NULL;
	const char *why;

	check(pem_next(&rest, arena, &block) && certificate_parse(block.der, arena, &certificate, &why), "reading");
	return certificate;
}

static void
item_prepare(struct floor *floor, struct str request, struct item *item, struct arena *arena)
{
	static const char *const names[] = { "Certificate", "PrivateKey", "CertificateChain" };
	char *id = arena_alloc(arena, UUID_TEXT_BYTES);
	struct fault fault;

	item->body = pool_body(request);
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		item->base64[i] = pool_text(item->body, names[i]);
		check(base64_decode(item->base64[i], arena, &item->pem[i]), "base64");
	}
	item->certificate = pem_certificate(item->pem[0], arena);
	item->issuer = pem_certificate(item->pem[2], arena);
	item->der = item->certificate->der;
	check(key_prove_private(floor->reader, item->pem[1], item->certificate->spki, NULL, arena, &item->key, &fault),
		"key proof");

	uuid_v7(&clock_system, &entropy_system, id);
	struct str arn = arena_printf(arena, "arn:aws:acm:%.*s:%.*s:certificate/%s", STR_ARG(floor->owner.region),
		STR_ARG(floor->owner.account), id);
	item->context = acm_seal_context(&floor->owner, arn, 1);
	check(acm_certificate_row(item->certificate, arena, &item->row, &fault), "row");
	item->row.id = str_of(id);
	item->row.version = 1;
	item->row.created_ms = item->row.imported_ms = clock_now_ms(&clock_system);
	item->row.type = CERTIFICATE_IMPORTED;
	item->row.state = CERTIFICATE_ISSUED;
	item->row.chain = chain_join(&item->issuer, 1, arena);
	check(seal_close(floor->sealer, item->key, &item->context, arena, &item->row.sealed_key, &fault), "seal");
}

static void
set_prepare(struct floor *floor, const char *path, struct set *set)
{
	*set = (struct set){ 0 };
	pool_read(path, &set->pool);
	set->n = set->pool.n;
	set->items = memory_take_zeroed(set->n * sizeof *set->items);
	for (size_t i = 0; i < set->n; i++)
		item_prepare(floor, set->pool.requests[i], &set->items[i], &set->arena);
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
part_sha256(struct floor *floor, struct item *item)
{
	digest_sha256(item->body, floor->hash);
}

/* Of the string to sign, and of what a second look at the same key takes. */
static void
part_hmac(struct floor *floor, struct item *item)
{
	const struct bytes key = { floor->hash, DIGEST_BYTES };
	const struct bytes text = { item->body.p, STRING_TO_SIGN_BYTES };

	digest_hmac(key, text, floor->hash);
	digest_hmac(key, text, floor->hash);
}

static void
part_base64(struct floor *floor, struct item *item)
{
	struct bytes out;

	for (size_t i = 0; i < ARRAY_COUNT(item->base64); i++)
		check(base64_decode(item->base64[i], &floor->arena, &out), "base64");
}

static void
part_pem(struct floor *floor, struct item *item)
{
	struct pem_block block;

	for (size_t i = 0; i < ARRAY_COUNT(item->pem); i += 2) {
		struct str rest = str_of_bytes(item->pem[i]);
		check(pem_next(&rest, &floor->arena, &block), "PEM");
	}
}

static void
part_template(struct floor *floor, struct item *item)
{
	const struct certificate *certificate;
	const char *why;

	check(certificate_parse(item->der, &floor->arena, &certificate, &why), "template read");
}

static void
part_key(struct floor *floor, struct item *item)
{
	struct bytes der;
	struct fault fault;

	check(key_prove_private(
		      floor->reader, item->pem[1], item->certificate->spki, NULL, &floor->arena, &der, &fault),
		"key proof");
}

static void
part_verify(struct floor *floor, struct item *item)
{
	const struct bytes signature = item->certificate->signature;

	digest_sha256(item->certificate->tbs, floor->hash);
	check(EVP_PKEY_verify(floor->verifying, signature.p, signature.n, floor->hash, DIGEST_BYTES) == 1,
		"verification");
}

static void
part_seal(struct floor *floor, struct item *item)
{
	struct bytes sealed;
	struct fault fault;

	check(seal_close(floor->sealer, item->key, &item->context, &floor->arena, &sealed, &fault), "seal");
}

/* Beside the floor: what OpenSSL's own typed decoder takes for what part_key() reads by itself. */
static void
part_decoder(struct floor *floor, struct item *item)
{
	const unsigned char *at = item->key.p;
	size_t left = item->key.n;

	EVP_PKEY_free(GIVE(floor->decoded));
	check(OSSL_DECODER_from_data(floor->decoder, &at, &left) == 1 && floor->decoded != NULL, "typed decoder");
}

struct part {
	const char *name;
	void (*run)(struct floor *floor, struct item *item);
};

static const struct part parts[] = {
	{ "SHA-256 of the body", part_sha256 },
	{ "two HMACs (house)", part_hmac },
	{ "base64 of the three fields (house)", part_base64 },
	{ "PEM of certificate and chain (house)", part_pem },
	{ "template read of the certificate (house)", part_template },
	{ "key: PEM, typed decode, proof (house)", part_key },
	{ "verification, prepared context", part_verify },
	{ "seal (house)", part_seal },
};

/* ---- Measuring ---- */

static uint64_t
part_measure(struct floor *floor, const struct part *part, const struct set *set)
{
	uint64_t before = bench_thread_cpu_ns();

	for (size_t i = 0; i < set->n; i++) {
		part->run(floor, &set->items[i]);
		arena_reset(&floor->arena);
	}
	return bench_thread_cpu_ns() - before;
}

struct rows {
	const struct owner *owner;
	const struct item *items;
	size_t n;
};

static bool
rows_insert(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct rows *rows = context;

	for (size_t i = 0; i < rows->n; i++) {
		if (!store_certificate_insert(transaction, rows->owner, &rows->items[i].row, fault))
			return false;
	}
	return true;
}

static void
rows_write(struct floor *floor, struct floor_store *store, const struct set *set)
{
	for (size_t i = 0; i < set->n; i += FLOOR_ROWS_A_TRANSACTION) {
		size_t left = set->n - i;
		struct rows rows = { &floor->owner, &set->items[i],
			left < FLOOR_ROWS_A_TRANSACTION ? left : FLOOR_ROWS_A_TRANSACTION };
		floor_store_write(store, rows_insert, &rows);
	}
}

static uint64_t
rows_measure(struct floor *floor, const char *folder, const struct set *warm, const struct set *set)
{
	struct arena arena = { 0 };
	struct floor_store *store = floor_store_open(arena_printf(&arena, "%s/chancery.db", folder).p);

	rows_write(floor, store, warm);
	uint64_t before = bench_thread_cpu_ns();
	rows_write(floor, store, set);
	uint64_t cpu = bench_thread_cpu_ns() - before;
	floor_store_close(store);
	arena_done(&arena);
	return cpu;
}

static void
print_part(const char *name, double us, bool last)
{
	(void)printf("\"%s\": %.2f%s", name, us, last ? "" : ", ");
}

static void
measure(struct floor *floor, const char *folder, const struct set *warm, const struct set *set)
{
	static const struct part decoder = { "typed decode by OpenSSL's decoder", part_decoder };
	double sum = 0;
	double us;

	(void)printf("{\"requests\": %zu, \"parts_us\": {", set->n);
	for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
		(void)part_measure(floor, &parts[i], warm);
		us = (double)part_measure(floor, &parts[i], set) / (double)set->n / 1e3;
		print_part(parts[i].name, us, false);
		sum += us;
	}
	us = (double)rows_measure(floor, folder, warm, set) / (double)set->n / 1e3;
	print_part("row, 64 a transaction (house)", us, false);
	sum += us;
	us = (double)floor_post_ns(CONNECTIONS, EMPTY_POSTS) / 1e3;
	print_part("empty POST (libmicrohttpd)", us, true);
	sum += us;
	(void)part_measure(floor, &decoder, warm);
	us = (double)part_measure(floor, &decoder, set) / (double)set->n / 1e3;
	(void)printf("}, \"sum_us\": %.2f, \"beside_us\": {", sum);
	print_part(decoder.name, us, true);
	(void)printf("}}\n");
}

/* ---- The run ---- */

static void
floor_init(struct floor *floor, const char *folder)
{
	struct arena arena = { 0 };
	struct fault fault;

	*floor = (struct floor){ .owner = { STR("111122223333"), STR("eu-central-1") }, .reader = key_reader_new() };
	check(keyring_open(arena_printf(&arena, "%s/master-keys", folder).p, true, &floor->keyring, &fault) &&
			sealer_new(floor->keyring, &floor->sealer, &fault),
		"keyring");
	arena_done(&arena);
}

/* What is made once an issuer and once a type of key. */
static void
floor_prepare(struct floor *floor, const struct item *first)
{
	bool rsa = first->certificate->key.family == KEY_FAMILY_RSA;
	EVP_PKEY *issuer;

	check(key_read_public(floor->reader, first->issuer->spki, &issuer), "issuer");
	floor->verifying = EVP_PKEY_CTX_new_from_pkey(NULL, issuer, NULL);
	EVP_PKEY_free(issuer);
	check(floor->verifying != NULL && EVP_PKEY_verify_init(floor->verifying) == 1 &&
			(first->issuer->key.family != KEY_FAMILY_RSA ||
				EVP_PKEY_CTX_set_rsa_padding(floor->verifying, RSA_PKCS1_PADDING) == 1) &&
			EVP_PKEY_CTX_set_signature_md(floor->verifying, EVP_sha256()) == 1,
		"verification");
	floor->decoder = OSSL_DECODER_CTX_new_for_pkey(
		&floor->decoded, "DER", "PrivateKeyInfo", rsa ? "RSA" : "EC", EVP_PKEY_KEYPAIR, NULL, NULL);
	check(floor->decoder != NULL, "typed decoder");
}

static void
floor_done(struct floor *floor)
{
	arena_done(&floor->arena);
	OSSL_DECODER_CTX_free(floor->decoder);
	EVP_PKEY_free(floor->decoded);
	EVP_PKEY_CTX_free(floor->verifying);
	sealer_free(floor->sealer);
	keyring_free(floor->keyring);
	key_reader_free(floor->reader);
}

int
main(int argc, char **argv)
{
	struct floor floor;
	struct set warm;
	struct set set;

	if (argc != 4 || mkdir(argv[1], 0700) != 0) {
		(void)fprintf(stderr, "usage: bench_floor FOLDER WARM POOL, with a FOLDER that does not exist\n");
		return 2;
	}
	floor_init(&floor, argv[1]);
	set_prepare(&floor, argv[2], &warm);
	set_prepare(&floor, argv[3], &set);
	floor_prepare(&floor, &set.items[0]);
	measure(&floor, argv[1], &warm, &set);
	set_done(&set);
	set_done(&warm);
	floor_done(&floor);
	return 0;
}
