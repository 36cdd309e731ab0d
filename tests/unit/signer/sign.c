/* Keys that are born in the signer, and what they sign: every kind of key and document, every refusal. */
#include <pthread.h>

#include "born.h"
#include "x509/crl.h"
#include "x509/ocsp.h"

/* ---- Helpers ---- */

/* Signs a document of another kind than certificates. */
static bool
sign(struct house *house, enum signer_document kind, struct bytes document, const struct born *key,
	struct bytes *signature, struct fault *fault)
{
	return signer_sign(house->signer, kind, document, signing_default(key->kind), key->sealed, &key->context, NULL,
		&house->arena, signature, fault);
}

static void
sign_checked(struct house *house, enum signer_document kind, struct bytes document, const struct born *key)
{
	struct fault fault = { 0 };
	struct bytes signature = { 0 };

	CHECK_OK(sign(house, kind, document, key, &signature, &fault), fault);
	CHECK(verifies(key->spki, signing_default(key->kind), document, signature));
}

static void
sign_refused(struct house *house, enum signer_document kind, struct bytes document, const struct born *key,
	const char *words)
{
	struct fault fault = { 0 };
	struct bytes signature = { 0 };

	check_refused(sign(house, kind, document, key, &signature, &fault), &fault, signature, words);
}

static struct bytes
request_of(const char *common_name, struct bytes spki, struct arena *arena)
{
	return csr_info_build(name_of(common_name, arena), spki, NULL, 0, arena);
}

static struct crl
crl_of(const struct born *issuer)
{
	static const uint8_t identifier[20] = { 1 };

	return (struct crl){ .algorithm = signing_default(issuer->kind),
		.issuer = issuer->subject,
		.this_update_ms = FORGE_NOW_MS,
		.next_update_ms = FORGE_NOW_MS + INT64_C(86400000),
		.authority_key_identifier = { identifier, sizeof identifier },
		.number = 17 };
}

/* The builder's to free. */
static struct bytes
crl_build(struct crl_builder **builder, const struct crl *crl, size_t entries)
{
	*builder = crl_builder_new(entries);
	for (size_t i = 0; i < entries; i++) {
		uint8_t serial[SERIAL_BYTES] = { 0x80, 1, 2, 3 };
		for (unsigned k = 0; k < 4; k++)
			serial[SERIAL_BYTES - 1 - k] = (uint8_t)(i >> 8 * k);
		const struct crl_entry entry = { { serial, sizeof serial }, FORGE_NOW_MS, CRL_REASON_SUPERSEDED };
		crl_builder_add(*builder, &entry);
	}
	return crl_builder_tbs(*builder, crl);
}

static struct bytes
answer_of(const struct born *responder, struct arena *arena)
{
	/* CertID of SHA-1, with hashes that are of no matter here. */
	const struct bytes id = forge_der(arena, 0x30,
		forge_der(arena, 0x30, forge_oid("1.3.14.3.2.26", arena), forge_hex("0500", arena)),
		forge_der(arena, 0x04, forge_hex("00112233445566778899aabbccddeeff00112233", arena)),
		forge_der(arena, 0x04, forge_hex("00112233445566778899aabbccddeeff00112233", arena)),
		forge_hex("020105", arena));
	const struct ocsp_single single = { id, OCSP_GOOD, 0, CRL_REASON_UNSPECIFIED, FORGE_NOW_MS,
		FORGE_NOW_MS + 3600000 };
	struct bytes hash = { 0 };

	CHECK(key_hash(responder->spki, "SHA1", arena, &hash));
	return ocsp_response_data(hash, FORGE_NOW_MS, &single, 1, (struct bytes){ NULL, 0 }, arena);
}

/* ---- Making keys ---- */

TEST(sign, makes_every_kind_of_key_and_it_signs_by_every_algorithm_that_fits)
{
	static const enum signing_key kinds[] = { SIGNING_KEY_RSA_2048, SIGNING_KEY_RSA_3072, SIGNING_KEY_RSA_4096,
		SIGNING_KEY_P256, SIGNING_KEY_P384, SIGNING_KEY_P521 };
	struct house house;
	struct fault fault = { 0 };

	house_open(&house);
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		struct born key = key_born(&house, kinds[i], SEAL_CERTIFICATE_KEY, NULL);
		struct bytes request = request_of("example.com", key.spki, &house.arena);
		unsigned fitting = 0;
		CHECK(signing_key_of(key.spki) == (int)kinds[i]);
		for (int a = SIGNING_NONE; a <= SIGNING_ML_DSA_87 + 1; a++) {
			enum signing_algorithm algorithm = (enum signing_algorithm)a;
			struct bytes signature = { 0 };
			bool done = signer_sign(house.signer, SIGNER_REQUEST, request, algorithm, key.sealed,
				&key.context, NULL, &house.arena, &signature, &fault);
			if (signing_fits(algorithm, kinds[i])) {
				CHECK_OK(done, fault);
				CHECK(verifies(key.spki, algorithm, request, signature));
				fitting++;
			} else {
				check_refused(done, &fault, signature, "does not sign by algorithm");
			}
		}
		CHECK(fitting == 3);
	}
	house_close(&house);
}

TEST(sign, makes_another_key_each_time)
{
	struct house house;

	house_open(&house);
	struct born one = key_born(&house, SIGNING_KEY_P256, SEAL_RESPONDER_KEY, NULL);
	struct born two = key_born(&house, SIGNING_KEY_P256, SEAL_RESPONDER_KEY, NULL);
	CHECK(!bytes_equal(one.spki, two.spki));
	CHECK(!bytes_equal(one.sealed, two.sealed));
	house_close(&house);
}

static void
make_refused(struct house *house, enum signing_key kind, struct bytes subject, enum seal_purpose purpose,
	enum fault_code code, const char *words)
{
	struct seal_context context = context_of(purpose, 1);
	struct fault fault = { 0 };
	struct bytes sealed = { 0 };
	struct bytes spki = { 0 };

	CHECK(!signer_key_new(house->signer, kind, subject, &context, &house->arena, &sealed, &spki, &fault));
	CHECK(sealed.p == NULL && spki.p == NULL);
	if (fault.code != code || strstr(fault.say, words) == NULL)
		fail_msg("code %d, \"%s\" is not about \"%s\"", (int)fault.code, fault.say, words);
}

TEST(sign, says_which_keys_this_openssl_does_not_have)
{
	static const enum signing_key kinds[] = { SIGNING_KEY_ML_DSA_44, SIGNING_KEY_ML_DSA_65, SIGNING_KEY_ML_DSA_87 };
	const struct bytes none = { NULL, 0 };
	struct house house;

	house_open(&house);
	make_refused(&house, SIGNING_KEY_SM2, none, SEAL_CERTIFICATE_KEY, FAULT_INVALID_ARGS, "SM2");
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		if (signing_key_available(kinds[i])) {
			struct born key = key_born(&house, kinds[i], SEAL_CERTIFICATE_KEY, NULL);
			struct bytes request = request_of("example.com", key.spki, &house.arena);
			sign_checked(&house, SIGNER_REQUEST, request, &key);
			continue;
		}
		make_refused(&house, kinds[i], none, SEAL_CERTIFICATE_KEY, FAULT_INVALID_ARGS,
			"needs OpenSSL 3.5 or later; this server is linked with 3.");
	}
	make_refused(&house, (enum signing_key)KEY_RSA_1024, none, SEAL_CERTIFICATE_KEY, FAULT_INTERNAL, "kind 1");
	house_close(&house);
}

TEST(sign, makes_an_authority_with_its_name_and_others_without)
{
	const struct bytes none = { NULL, 0 };
	struct house house;

	house_open(&house);
	struct bytes name = name_of("Example CA", &house.arena);
	struct bytes longer = forge_der(&house.arena, -1, name, forge_hex("0500", &house.arena));
	make_refused(&house, SIGNING_KEY_P256, none, SEAL_AUTHORITY_KEY, FAULT_INTERNAL, "with its name");
	make_refused(&house, SIGNING_KEY_P256, longer, SEAL_AUTHORITY_KEY, FAULT_INTERNAL, "with its name");
	make_refused(&house, SIGNING_KEY_P256, (struct bytes){ name.p, name.n - 1 }, SEAL_AUTHORITY_KEY, FAULT_INTERNAL,
		"with its name");
	make_refused(&house, SIGNING_KEY_P256, name, SEAL_CERTIFICATE_KEY, FAULT_INTERNAL, "Only an authority's");
	make_refused(&house, SIGNING_KEY_P256, name, SEAL_RESPONDER_KEY, FAULT_INTERNAL, "Only an authority's");
	make_refused(&house, SIGNING_KEY_P256, none, SEAL_ACCESS_KEY, FAULT_INTERNAL, "cannot read");
	make_refused(&house, SIGNING_KEY_P256, none, SEAL_TOKEN_KEY, FAULT_INTERNAL, "cannot read");
	house_close(&house);
}

/* ---- Where a record belongs ---- */

TEST(sign, opens_a_key_only_as_what_it_was_sealed_as)
{
	struct house house;

	house_open(&house);
	struct born authority = key_born(&house, SIGNING_KEY_P256, SEAL_AUTHORITY_KEY, "Example CA");
	struct bytes request = request_of("Example CA", authority.spki, &house.arena);
	/* Twice: once from the record, and once from where opened keys are kept. */
	sign_checked(&house, SIGNER_REQUEST, request, &authority);
	sign_checked(&house, SIGNER_REQUEST, request, &authority);

	struct born other = authority;
	other.context.account = STR("444455556666");
	sign_refused(&house, SIGNER_REQUEST, request, &other, "does not open as");
	other.context = context_of(SEAL_AUTHORITY_KEY, 2);
	sign_refused(&house, SIGNER_REQUEST, request, &other, "does not open as");
	other.context = context_of(SEAL_CERTIFICATE_KEY, 1);
	sign_refused(&house, SIGNER_REQUEST, request, &other, "does not open as");
	other.context = context_of(SEAL_RESPONDER_KEY, 1);
	sign_refused(&house, SIGNER_REQUEST, request, &other, "does not open as");
	other.context = context_of(SEAL_TOKEN_KEY, 1);
	sign_refused(&house, SIGNER_REQUEST, request, &other, "cannot read");
	other = authority;
	uint8_t *changed = arena_secret(&house.arena, other.sealed.p, other.sealed.n).p;
	changed[other.sealed.n - 1] ^= 1;
	other.sealed.p = changed;
	sign_refused(&house, SIGNER_REQUEST, request, &other, "does not open as");
	sign_checked(&house, SIGNER_REQUEST, request, &authority);
	house_close(&house);
}

TEST(sign, keys_change_neither_role_nor_owner)
{
	static const enum seal_purpose purposes[] = { SEAL_CERTIFICATE_KEY, SEAL_AUTHORITY_KEY, SEAL_ACCESS_KEY,
		SEAL_TOKEN_KEY, SEAL_RESPONDER_KEY };
	struct house house;
	struct fault fault = { 0 };
	struct bytes out = { 0 };
	uint8_t plain[32];

	house_open(&house);
	for (size_t i = 0; i < ARRAY_COUNT(purposes); i++) {
		if (purposes[i] == SEAL_ACCESS_KEY || purposes[i] == SEAL_TOKEN_KEY)
			continue;
		struct born key = key_born(
			&house, SIGNING_KEY_P256, purposes[i], purposes[i] == SEAL_AUTHORITY_KEY ? "Example CA" : NULL);
		for (size_t k = 0; k < ARRAY_COUNT(purposes); k++) {
			struct seal_context to = context_of(purposes[k], 2);
			CHECK(signer_reseal(house.signer, key.sealed, &key.context, &to, &house.arena, &out, &fault) ==
				(k == i));
		}
		/* Nor is one sealed from outside, or given away. */
		if (purposes[i] != SEAL_CERTIFICATE_KEY)
			CHECK(!signer_seal(house.signer, arena_secret(&house.arena, "x", 1), &key.context, &house.arena,
				&out, &fault));
		CHECK(!signer_open_token_key(house.signer, key.sealed, &key.context, plain, &fault));
	}
	house_close(&house);
}

TEST(sign, goes_on_after_rotation_and_with_the_rewrapped_record)
{
	struct house house;
	struct fault fault = { 0 };
	char active[MASTER_KEY_ID_BYTES + 1];

	house_open(&house);
	struct born authority = key_born(&house, SIGNING_KEY_P256, SEAL_AUTHORITY_KEY, "Example CA");
	struct bytes request = request_of("Example CA", authority.spki, &house.arena);
	sign_checked(&house, SIGNER_REQUEST, request, &authority);
	CHECK_OK(signer_rotate(house.signer, active, &fault), fault);
	sign_checked(&house, SIGNER_REQUEST, request, &authority);
	CHECK_OK(signer_rewrap(house.signer, authority.sealed, &house.arena, &authority.sealed, &fault), fault);
	sign_checked(&house, SIGNER_REQUEST, request, &authority);
	house_close(&house);
}

TEST(sign, has_more_keys_than_it_keeps_open)
{
	enum { KEYS = 140 };
	static struct born keys[KEYS];
	struct house house;
	char name[32];

	house_open(&house);
	for (int i = 0; i < KEYS; i++) {
		(void)snprintf(name, sizeof name, "CA %d", i);
		keys[i] = key_born(&house, SIGNING_KEY_P256, SEAL_AUTHORITY_KEY, name);
	}
	for (int i = 0; i < 2 * KEYS; i++) {
		const struct born *key = &keys[i % KEYS];
		sign_checked(
			&house, SIGNER_REQUEST, csr_info_build(key->subject, key->spki, NULL, 0, &house.arena), key);
	}
	house_close(&house);
}

/* ---- Who signs what ---- */

TEST(sign, a_key_signs_only_the_documents_of_its_purpose)
{
	struct house house;
	struct plan plan;
	struct crl_builder *builder = NULL;

	house_open(&house);
	struct born authority = key_born(&house, SIGNING_KEY_P256, SEAL_AUTHORITY_KEY, "Example CA");
	struct born responder = key_born(&house, SIGNING_KEY_P256, SEAL_RESPONDER_KEY, NULL);
	struct born leaf = key_born(&house, SIGNING_KEY_P256, SEAL_CERTIFICATE_KEY, NULL);
	const struct crl crl = crl_of(&authority);
	struct bytes list = crl_build(&builder, &crl, 3);

	plan_make(&plan, &authority, PLAN_LEAF, 1, &house.arena);
	plan_build(&plan, &house.arena);
	plan_signed(&house, &plan, &authority);
	plan_refused(&house, &plan, &responder, "purpose 5 does not sign a certificate");
	plan_refused(&house, &plan, &leaf, "purpose 1 does not sign a certificate");
	sign_checked(&house, SIGNER_CRL, list, &authority);
	sign_refused(&house, SIGNER_CRL, list, &responder, "purpose 5 does not sign a revocation list");
	sign_refused(&house, SIGNER_CRL, list, &leaf, "purpose 1 does not sign a revocation list");
	sign_checked(&house, SIGNER_OCSP, answer_of(&responder, &house.arena), &responder);
	sign_refused(&house, SIGNER_OCSP, answer_of(&authority, &house.arena), &authority,
		"purpose 2 does not sign an OCSP answer");
	sign_refused(
		&house, SIGNER_OCSP, answer_of(&leaf, &house.arena), &leaf, "purpose 1 does not sign an OCSP answer");
	sign_refused(&house, (enum signer_document)0, list, &authority, "no document of kind 0");
	sign_refused(&house, (enum signer_document)5, list, &authority, "no document of kind 5");
	crl_builder_free(builder);
	house_close(&house);
}

TEST(sign, takes_no_document_for_one_of_another_kind)
{
	static const char *const words[] = { "the request cannot be signed", "the revocation list cannot be signed" };
	static const enum signer_document kinds[] = { SIGNER_REQUEST, SIGNER_CRL };
	struct house house;
	struct plan plan;
	struct crl_builder *builder = NULL;
	struct fault fault = { 0 };

	house_open(&house);
	struct born authority = key_born(&house, SIGNING_KEY_P256, SEAL_AUTHORITY_KEY, "Example CA");
	struct born responder = key_born(&house, SIGNING_KEY_P256, SEAL_RESPONDER_KEY, NULL);
	const struct crl crl = crl_of(&authority);
	plan_make(&plan, &authority, PLAN_LEAF, 1, &house.arena);
	plan_build(&plan, &house.arena);
	const struct bytes documents[] = { request_of("Example CA", authority.spki, &house.arena),
		crl_build(&builder, &crl, 1), plan.document, answer_of(&responder, &house.arena),
		forge_text("not DER at all"), forge_hex("3000", &house.arena), forge_hex("", &house.arena) };

	for (size_t i = 0; i < ARRAY_COUNT(documents); i++) {
		for (size_t k = 0; k < ARRAY_COUNT(kinds); k++)
			if (i != k)
				sign_refused(&house, kinds[k], documents[i], &authority, words[k]);
		if (i != 3)
			sign_refused(&house, SIGNER_OCSP, documents[i], &responder, "the OCSP answer cannot be signed");
		if (i == 2)
			continue;
		plan.document = documents[i];
		plan_build(&plan, &house.arena);
		plan_refused(&house, &plan, &authority, "the certificate cannot be signed");
	}
	/* A certificate without an intention, and an intention without a certificate. */
	struct bytes signature = { 0 };
	sign_refused(&house, SIGNER_CERTIFICATE, documents[2], &authority, "cannot read");
	CHECK(!signer_sign(house.signer, SIGNER_CRL, documents[1], SIGNING_SHA256_ECDSA, authority.sealed,
		&authority.context, &plan.intention, &house.arena, &signature, &fault));
	crl_builder_free(builder);
	house_close(&house);
}

/* ---- Requests ---- */

TEST(sign, requests_are_of_the_keys_own_public_half)
{
	struct house house;

	house_open(&house);
	struct born leaf = key_born(&house, SIGNING_KEY_P256, SEAL_CERTIFICATE_KEY, NULL);
	struct born other = key_born(&house, SIGNING_KEY_P256, SEAL_CERTIFICATE_KEY, NULL);
	sign_checked(&house, SIGNER_REQUEST, request_of("a.example.com", leaf.spki, &house.arena), &leaf);
	sign_checked(&house, SIGNER_REQUEST, request_of("b.example.com", leaf.spki, &house.arena), &leaf);
	sign_refused(&house, SIGNER_REQUEST, request_of("a.example.com", other.spki, &house.arena), &leaf,
		"for another key");
	house_close(&house);
}

TEST(sign, requests_of_an_authority_are_in_its_own_name)
{
	struct house house;

	house_open(&house);
	struct born authority = key_born(&house, SIGNING_KEY_RSA_2048, SEAL_AUTHORITY_KEY, "Example CA");
	sign_checked(&house, SIGNER_REQUEST, request_of("Example CA", authority.spki, &house.arena), &authority);
	sign_refused(&house, SIGNER_REQUEST, request_of("Other CA", authority.spki, &house.arena), &authority,
		"subject is not the authority's");
	house_close(&house);
}

TEST(sign, requests_carry_extensions)
{
	struct house house;

	house_open(&house);
	struct born leaf = key_born(&house, SIGNING_KEY_P384, SEAL_CERTIFICATE_KEY, NULL);
	const struct certificate_extension extension =
		extension_key_usage(true, KEY_USAGE_DIGITAL_SIGNATURE, &house.arena);
	sign_checked(&house, SIGNER_REQUEST,
		csr_info_build(name_of("a.example.com", &house.arena), leaf.spki, &extension, 1, &house.arena), &leaf);
	house_close(&house);
}

/* ---- Lists and answers ---- */

TEST(sign, lists_in_the_authoritys_own_name_and_by_the_algorithm_they_name)
{
	struct house house;
	struct crl_builder *builder = NULL;
	struct fault fault = { 0 };
	struct bytes signature = { 0 };

	house_open(&house);
	struct born authority = key_born(&house, SIGNING_KEY_RSA_2048, SEAL_AUTHORITY_KEY, "Example CA");
	struct crl crl = crl_of(&authority);
	struct bytes list = crl_build(&builder, &crl, 100);
	sign_checked(&house, SIGNER_CRL, list, &authority);
	check_refused(signer_sign(house.signer, SIGNER_CRL, list, SIGNING_SHA512_RSA, authority.sealed,
			      &authority.context, NULL, &house.arena, &signature, &fault),
		&fault, signature, "names another algorithm");
	crl_builder_free(builder);
	crl.issuer = name_of("Other CA", &house.arena);
	sign_refused(&house, SIGNER_CRL, crl_build(&builder, &crl, 0), &authority, "issuer is not the authority");
	crl_builder_free(builder);
	house_close(&house);
}

TEST(sign, lists_of_forty_megabytes)
{
	enum { ENTRIES = 1000000 };
	struct house house;
	struct crl_builder *builder = NULL;

	house_open(&house);
	struct born authority = key_born(&house, SIGNING_KEY_P256, SEAL_AUTHORITY_KEY, "Example CA");
	const struct crl crl = crl_of(&authority);
	struct bytes list = crl_build(&builder, &crl, ENTRIES);
	CHECK(list.n > 35 * 1000 * 1000);
	sign_checked(&house, SIGNER_CRL, list, &authority);
	/* One octet wrong somewhere in the middle: it is read, not believed. */
	uint8_t *middle = (uint8_t *)(uintptr_t)list.p + list.n / 2;
	memset(middle, 0xff, 64);
	sign_refused(&house, SIGNER_CRL, list, &authority, "the revocation list cannot be signed");
	crl_builder_free(builder);
	house_close(&house);
}

TEST(sign, answers_in_the_responders_own_name)
{
	struct house house;

	house_open(&house);
	struct born responder = key_born(&house, SIGNING_KEY_P256, SEAL_RESPONDER_KEY, NULL);
	struct born other = key_born(&house, SIGNING_KEY_RSA_2048, SEAL_RESPONDER_KEY, NULL);
	sign_checked(&house, SIGNER_OCSP, answer_of(&responder, &house.arena), &responder);
	sign_checked(&house, SIGNER_OCSP, answer_of(&other, &house.arena), &other);
	sign_refused(&house, SIGNER_OCSP, answer_of(&other, &house.arena), &responder, "names another responder");
	house_close(&house);
}

/* ---- All at once ---- */

struct worker {
	pthread_t thread;
	struct signer *signer;
	const struct born *authority;
	struct bytes list;
	unsigned number;
	bool good;
};

static void *
worker_run(void *context)
{
	struct worker *worker = context;
	struct arena arena = { 0 };

	worker->good = true;
	for (unsigned i = 0; i < 100 && worker->good; i++) {
		struct fault fault = { 0 };
		struct bytes signature = { 0 };
		struct plan plan;
		plan_make(&plan, worker->authority, PLAN_LEAF, worker->number << 16 | i, &arena);
		plan_build(&plan, &arena);
		worker->good =
			plan_sign(worker->signer, &plan, worker->authority, &arena, &signature, &fault) &&
			verifies(worker->authority->spki, plan.tbs.algorithm, plan.document, signature) &&
			(i % 10 != 0 ||
				(signer_sign(worker->signer, SIGNER_CRL, worker->list,
					 signing_default(worker->authority->kind), worker->authority->sealed,
					 &worker->authority->context, NULL, &arena, &signature, &fault) &&
					verifies(worker->authority->spki, signing_default(worker->authority->kind),
						worker->list, signature)));
		arena_reset(&arena);
	}
	arena_done(&arena);
	return NULL;
}

TEST(sign, serves_four_channels_at_the_same_time)
{
	static const enum signing_key kinds[] = { SIGNING_KEY_RSA_2048, SIGNING_KEY_P256 };
	struct house house;

	house_open(&house);
	(void)forge_key(FORGE_P256, 0); /* made before the threads want it */
	for (size_t k = 0; k < ARRAY_COUNT(kinds); k++) {
		struct worker workers[HOUSE_CHANNELS] = { 0 };
		struct crl_builder *builder = NULL;
		struct born authority = key_born(&house, kinds[k], SEAL_AUTHORITY_KEY, "Example CA");
		const struct crl crl = crl_of(&authority);
		struct bytes list = crl_build(&builder, &crl, 5000);
		for (unsigned i = 0; i < HOUSE_CHANNELS; i++) {
			workers[i] = (struct worker){ .signer = signer_channel(house.process, i),
				.authority = &authority,
				.list = list,
				.number = i };
			CHECK(pthread_create(&workers[i].thread, NULL, worker_run, &workers[i]) == 0);
		}
		for (unsigned i = 0; i < HOUSE_CHANNELS; i++) {
			CHECK(pthread_join(workers[i].thread, NULL) == 0);
			CHECK(workers[i].good);
		}
		crl_builder_free(builder);
	}
	house_close(&house);
}

TEST_MAIN_WITH_SIGNER("sign");
