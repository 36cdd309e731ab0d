/* born.h — keys made in a signer, and documents for them to sign. Tests change what they want to see refused. */
#ifndef CHANCERY_TESTS_SIGNER_BORN_H
#define CHANCERY_TESTS_SIGNER_BORN_H

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "forge.h"
#include "house.h"
#include "x509/csr.h"
#include "x509/name.h"
#include "x509/tbs.h"

struct born {
	enum signing_key kind;
	struct seal_context context;
	struct bytes subject; /* an authority's */
	struct bytes sealed, spki;
};

static inline struct bytes
name_of(const char *common_name, struct arena *arena)
{
	const struct name_part part = { STR(NAME_OID_COMMON_NAME), str_of(common_name) };
	struct fault fault = { 0 };
	struct bytes der = { 0 };

	CHECK_OK(name_build(&part, 1, arena, &der, &fault), fault);
	return der;
}

/* `common_name` is an authority's, NULL for others. */
static inline struct born
key_born(struct house *house, enum signing_key kind, enum seal_purpose purpose, const char *common_name)
{
	struct born born = { .kind = kind, .context = context_of(purpose, 1) };
	struct fault fault = { 0 };

	if (common_name != NULL)
		born.subject = name_of(common_name, &house->arena);
	CHECK_OK(signer_key_new(house->signer, kind, born.subject, &born.context, &house->arena, &born.sealed,
			 &born.spki, &fault),
		fault);
	return born;
}

/* OpenSSL's opinion of a signature. */
static inline bool
verifies(struct bytes spki, enum signing_algorithm algorithm, struct bytes document, struct bytes signature)
{
	const uint8_t *p = spki.p;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)spki.n);
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	bool good = key != NULL && p == spki.p + spki.n &&
		    EVP_DigestVerifyInit_ex(context, NULL, signing_digest(algorithm), NULL, NULL, key, NULL) == 1 &&
		    EVP_DigestVerify(context, signature.p, signature.n, document.p, document.n) == 1;
	ERR_clear_error();
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return good;
}

/* A certificate to be signed, and what was intended. */
struct plan {
	struct tbs tbs;
	struct certificate_extension extensions[4];
	uint8_t serial[SERIAL_BYTES];
	struct signer_intention intention;
	struct bytes document; /* made of the above, unless it is there */
};

enum plan_kind { PLAN_LEAF, PLAN_CA, PLAN_ROOT };

/* Right in every respect; `number` makes its serial. */
static inline void
plan_make(struct plan *plan, const struct born *issuer, enum plan_kind kind, unsigned number, struct arena *arena)
{
	bool is_ca = kind != PLAN_LEAF;

	*plan = (struct plan){ .serial = { 0x80, 1, 2, 3 } };
	for (unsigned i = 0; i < sizeof number; i++)
		plan->serial[SERIAL_BYTES - 1 - i] = (uint8_t)(number >> 8 * i);
	plan->extensions[0] = extension_basic_constraints(true, is_ca, -1, arena);
	plan->extensions[1] = extension_key_usage(
		true, is_ca ? KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN : KEY_USAGE_DIGITAL_SIGNATURE, arena);
	plan->tbs = (struct tbs){
		.serial = { plan->serial, sizeof plan->serial },
		.algorithm = signing_default(issuer->kind),
		.issuer = issuer->subject,
		.not_before_ms = FORGE_NOW_MS,
		.not_after_ms = FORGE_NOW_MS + INT64_C(86400000),
		.subject = kind == PLAN_ROOT ? issuer->subject : name_of("leaf.example.com", arena),
		.spki = kind == PLAN_ROOT ? issuer->spki : spki_of(forge_key(FORGE_P256, 0), arena),
		.extensions = plan->extensions,
		.extension_count = 2,
	};
	plan->intention = (struct signer_intention){
		.serial = plan->tbs.serial, .is_ca = is_ca, .is_self_signed = kind == PLAN_ROOT
	};
}

/* Builds what the plan says now, and intends it. */
static inline void
plan_build(struct plan *plan, struct arena *arena)
{
	if (plan->document.p == NULL)
		plan->document = tbs_build(&plan->tbs, arena);
	(void)SHA256(plan->document.p, plan->document.n, plan->intention.sha256);
}

static inline bool
plan_sign(struct signer *signer, const struct plan *plan, const struct born *issuer, struct arena *arena,
	struct bytes *signature, struct fault *fault)
{
	return signer_sign(signer, SIGNER_CERTIFICATE, plan->document, plan->tbs.algorithm, issuer->sealed,
		&issuer->context, &plan->intention, arena, signature, fault);
}

/* Refused, and nothing given: FAULT_INTERNAL with these words for the operator. */
static inline void
check_refused(bool done, const struct fault *fault, struct bytes signature, const char *words)
{
	CHECK(!done);
	CHECK(signature.p == NULL);
	if (fault->code != FAULT_INTERNAL || (strstr(fault->log, words) == NULL && strstr(fault->say, words) == NULL))
		fail_msg("code %d, say \"%s\", log \"%s\" is not about \"%s\"", (int)fault->code, fault->say,
			fault->log, words);
}

static inline void
plan_refused(struct house *house, struct plan *plan, const struct born *issuer, const char *words)
{
	struct fault fault = { 0 };
	struct bytes signature = { 0 };

	check_refused(
		plan_sign(house->signer, plan, issuer, &house->arena, &signature, &fault), &fault, signature, words);
}

static inline void
plan_signed(struct house *house, struct plan *plan, const struct born *issuer)
{
	struct fault fault = { 0 };
	struct bytes signature = { 0 };

	CHECK_OK(plan_sign(house->signer, plan, issuer, &house->arena, &signature, &fault), fault);
	CHECK(verifies(issuer->spki, plan->tbs.algorithm, plan->document, signature));
}

#endif
