#include "signer/document.h"

#include <string.h>

#include "x509/crl.h"
#include "x509/csr.h"
#include "x509/der.h"
#include "x509/ocsp.h"
#include "x509/tbs.h"

/* Set at the place that refuses. */
#define refuse(fault, ...)                                                                                             \
	((void)fault_set((fault), FAULT_INTERNAL, "The signer refused to sign."), fault_log((fault), __VA_ARGS__))

/* ---- Requests ---- */

static bool
request_check(const struct document *document, const struct opened_key *key, struct arena *arena, struct fault *fault)
{
	struct bytes subject;
	struct bytes spki;
	const char *why = NULL;

	if (!csr_info_read(document->bytes, arena, &subject, &spki, &why))
		return refuse(fault, "the request cannot be signed: %s", why);
	if (!bytes_equal(spki, key->spki))
		return refuse(fault, "the request is for another key than the one that signs it");
	if (key->purpose == SEAL_AUTHORITY_KEY && !bytes_equal(subject, key->subject))
		return refuse(fault, "the request's subject is not the authority's");
	return true;
}

/* ---- Certificates ---- */

/* The algorithm inside the signed part: behind version and serial number. */
static bool
inner_algorithm(struct bytes tbs, enum signing_algorithm *out)
{
	struct der outside = der_of(tbs);
	struct der inside;
	struct der_item item;

	if (!der_enter(&outside, DER_SEQUENCE, &inside) || !der_take(&inside, DER_CONTEXT_CONSTRUCTED + 0, &item) ||
		!der_take(&inside, DER_INTEGER, &item) || !der_take(&inside, DER_SEQUENCE, &item))
		return false;
	*out = signing_find(item.whole);
	return true;
}

/* Is it the one that was written down before anybody signed? */
static bool
intention_check(const struct document *document, const struct certificate *tbs, struct fault *fault)
{
	const struct signer_intention *intention = &document->intention;

	if (tbs->serial_negative || !bytes_equal(tbs->serial, intention->serial))
		return refuse(fault, "the certificate's serial number is not the intended one");
	if (memcmp(document->sha256, intention->sha256, sizeof document->sha256) != 0)
		return refuse(fault, "the certificate is not the intended one: its hash differs");
	return true;
}

/* Does it make a CA only where one was meant? cRLSign alone makes none: an indirect list's issuer may have it. */
static bool
authority_check(const struct document *document, const struct certificate *tbs, struct fault *fault)
{
	bool is_ca = tbs->has_basic_constraints && tbs->is_ca;
	bool signs = tbs->has_key_usage && (tbs->key_usage & KEY_USAGE_KEY_CERT_SIGN) != 0;

	if (document->intention.is_ca)
		return is_ca || refuse(fault, "the certificate is intended for a CA and does not say CA:TRUE");
	if (is_ca)
		return refuse(fault, "the certificate says CA:TRUE and is not intended for a CA");
	if (signs)
		return refuse(fault, "the certificate says keyCertSign and is not intended for a CA");
	return true;
}

static bool
subject_check(const struct document *document, const struct certificate *tbs, const struct opened_key *key,
	struct fault *fault)
{
	bool own_key = bytes_equal(tbs->spki, key->spki);

	if (!document->intention.is_self_signed)
		return !own_key ||
		       refuse(fault,
			       "the certificate is for the signing key itself and not intended to be self-signed");
	if (!own_key)
		return refuse(fault, "the certificate is intended to be self-signed and is for another key");
	if (!bytes_equal(tbs->subject, tbs->issuer))
		return refuse(fault, "the certificate is intended to be self-signed and its subject is not its issuer");
	return true;
}

static bool
certificate_check(
	const struct document *document, const struct opened_key *key, struct arena *arena, struct fault *fault)
{
	const struct certificate *tbs = NULL;
	enum signing_algorithm algorithm = SIGNING_NONE;
	const char *why = NULL;

	if (!tbs_read(document->bytes, arena, &tbs, &why))
		return refuse(fault, "the certificate cannot be signed: %s", why);
	/* An extension that is there twice is read once: two readers would see two certificates. */
	if (tbs->ambiguity != NULL)
		return refuse(fault, "the certificate cannot be signed: %s", tbs->ambiguity);
	if (tbs->version != 3)
		return refuse(fault, "the certificate is of version %d, not 3", tbs->version);
	if (!inner_algorithm(document->bytes, &algorithm) || algorithm != document->algorithm)
		return refuse(fault, "the certificate names another algorithm than the one it is signed by");
	/* The same name, as its own certificate may write it (RFC 5280, 7.1). */
	if (!name_equal(tbs->issuer, key->subject))
		return refuse(fault, "the certificate's issuer is not the authority whose key signs it");
	return intention_check(document, tbs, fault) && authority_check(document, tbs, fault) &&
	       subject_check(document, tbs, key, fault);
}

/* ---- Lists and answers ---- */

static bool
crl_check(const struct document *document, const struct opened_key *key, struct arena *arena, struct fault *fault)
{
	struct crl_head head = { 0 };
	const char *why = NULL;

	if (!crl_tbs_read(document->bytes, arena, &head, &why))
		return refuse(fault, "the revocation list cannot be signed: %s", why);
	if (!name_equal(head.crl.issuer, key->subject))
		return refuse(fault, "the revocation list's issuer is not the authority whose key signs it");
	if (head.crl.algorithm != document->algorithm)
		return refuse(fault, "the revocation list names another algorithm than the one it is signed by");
	return true;
}

static bool
ocsp_check(const struct document *document, const struct opened_key *key, struct arena *arena, struct fault *fault)
{
	struct bytes hash;
	const char *why = NULL;

	(void)arena;
	if (!ocsp_response_data_read(document->bytes, &hash, &why))
		return refuse(fault, "the OCSP answer cannot be signed: %s", why);
	if (!bytes_equal(hash, (struct bytes){ key->key_hash, sizeof key->key_hash }))
		return refuse(fault, "the OCSP answer names another responder than the one whose key signs it");
	return true;
}

/* ---- All ---- */

enum {
	AUTHORITY = 1 << SEAL_AUTHORITY_KEY,
	RESPONDER = 1 << SEAL_RESPONDER_KEY,
	ANYBODY = AUTHORITY | RESPONDER | 1 << SEAL_CERTIFICATE_KEY,
};

static const struct rule {
	const char *words;
	unsigned signers; /* bits by enum seal_purpose */
	bool (*check)(const struct document *document, const struct opened_key *key, struct arena *arena,
		struct fault *fault);
} rules[] = {
	[SIGNER_REQUEST] = { "a request", ANYBODY, request_check },
	[SIGNER_CERTIFICATE] = { "a certificate", AUTHORITY, certificate_check },
	[SIGNER_CRL] = { "a revocation list", AUTHORITY, crl_check },
	[SIGNER_OCSP] = { "an OCSP answer", RESPONDER, ocsp_check },
};

bool
document_check(const struct document *document, const struct opened_key *key, struct arena *arena, struct fault *fault)
{
	if (document->kind < SIGNER_REQUEST || document->kind > SIGNER_OCSP)
		return refuse(fault, "there is no document of kind %d", (int)document->kind);
	const struct rule *rule = &rules[document->kind];
	if ((rule->signers & 1U << key->purpose) == 0)
		return refuse(fault, "a key of purpose %d does not sign %s", (int)key->purpose, rule->words);
	if (!signing_fits(document->algorithm, key->kind))
		return refuse(fault, "the key does not sign by algorithm %d", (int)document->algorithm);
	return rule->check(document, key, arena, fault);
}
