/* verbs_key.c — keys that are born here, and what they sign. No verb gives one away but encrypted under a passphrase.
 */
#include <openssl/evp.h>
#include <string.h>

#include "signer/desk.h"
#include "signer/document.h"
#include "signer/key_make.h"

bool
do_key_new(struct desk *desk, struct fault *fault)
{
	enum signing_key kind = (enum signing_key)message_take_number(&desk->request);
	struct key_plain plain = { .subject = message_take_bytes(&desk->request) };
	struct seal_context context = message_take_context(&desk->request);
	struct bytes text;
	struct bytes spki;
	struct bytes sealed;

	if (!message_is_read(&desk->request) || !key_plain_purpose(context.purpose))
		return desk_malformed(fault);
	if (!key_make(kind, desk->reader, &desk->arena, &plain.pkcs8, &spki, fault) ||
		!key_plain_write(context.purpose, &plain, &desk->arena, &text, fault) ||
		!seal_close(desk->office->sealer, text, &context, &desk->arena, &sealed, fault))
		return false;
	message_put_bytes(&desk->answer, sealed);
	message_put_bytes(&desk->answer, spki);
	return true;
}

static bool
plain_open(struct desk *desk, struct bytes sealed, const struct seal_context *context, struct key_plain *plain,
	struct fault *fault)
{
	struct secret text;

	return seal_open(desk->office->sealer, sealed, context, &desk->arena, &text, fault) &&
	       key_plain_read(context->purpose, secret_bytes(text), plain, fault);
}

/* The caller's to opened_key_unref(). */
static bool
key_open(struct desk *desk, struct bytes sealed, const struct seal_context *context, struct opened_key **out,
	struct fault *fault)
{
	uint8_t fingerprint[SEAL_FINGERPRINT_BYTES];
	struct key_plain plain;

	if (!seal_fingerprint(desk->office->sealer, sealed, context, fingerprint, fault))
		return false;
	struct opened_key *key = key_cache_find(desk->office->keys, fingerprint);
	if (key == NULL) {
		if (!plain_open(desk, sealed, context, &plain, fault) ||
			!opened_key_new(context->purpose, &plain, &desk->arena, &key, fault))
			return false;
		/* A certificate's key signs one request, and then must be nowhere but in its record. */
		if (context->purpose != SEAL_CERTIFICATE_KEY)
			key_cache_keep(desk->office->keys, fingerprint, key);
	}
	*out = key;
	return true;
}

/* Takes the intention that comes with a certificate, and with nothing else. */
static bool
intention_take(struct message *request, struct document *document)
{
	bool is_certificate = document->kind == SIGNER_CERTIFICATE;
	bool is_there = message_take_number(request) != 0;

	if (!is_there)
		return !is_certificate;
	document->intention.serial = message_take_bytes(request);
	struct bytes sha256 = message_take_bytes(request);
	document->intention.is_ca = message_take_number(request) != 0;
	document->intention.is_self_signed = message_take_number(request) != 0;
	if (!is_certificate || sha256.n != sizeof document->intention.sha256)
		return false;
	memcpy(document->intention.sha256, sha256.p, sha256.n);
	return true;
}

/* Reads what is to be signed, and holds a certificate's serial number back from every other document. */
static bool
document_permit(struct desk *desk, struct document *document, const struct opened_key *key, struct fault *fault)
{
	bool is_certificate = document->kind == SIGNER_CERTIFICATE;

	if (is_certificate &&
		EVP_Digest(document->bytes.p, document->bytes.n, document->sha256, NULL, EVP_sha256(), NULL) != 1)
		return fault_set(fault, FAULT_INTERNAL, "A certificate could not be hashed.");
	if (!document_check(document, key, &desk->arena, fault))
		return false;
	if (!is_certificate ||
		ledger_enter(desk->office->ledger, key->identity, document->intention.serial, document->sha256))
		return true;
	(void)fault_set(fault, FAULT_INTERNAL, "The signer refused to sign.");
	return fault_log(fault, "the certificate's serial number was used for another certificate before");
}

bool
do_sign(struct desk *desk, struct fault *fault)
{
	struct document document = { .kind = (enum signer_document)message_take_number(&desk->request) };
	struct opened_key *key = NULL;
	struct bytes signature;

	document.algorithm = (enum signing_algorithm)message_take_number(&desk->request);
	struct bytes sealed = message_take_bytes(&desk->request);
	struct seal_context context = message_take_context(&desk->request);
	if (!intention_take(&desk->request, &document))
		return desk_malformed(fault);
	document.bytes = message_take_document(&desk->request);
	if (!message_is_read(&desk->request) || !key_plain_purpose(context.purpose))
		return desk_malformed(fault);
	if (!key_open(desk, sealed, &context, &key, fault))
		return false;
	const uint8_t *sha256 = document.kind == SIGNER_CERTIFICATE ? document.sha256 : NULL;
	bool done = document_permit(desk, &document, key, fault) &&
		    opened_key_sign(key, document.algorithm, document.bytes, sha256, &desk->arena, &signature, fault) &&
		    desk_answer_bytes(desk, signature);
	opened_key_unref(key);
	return done;
}

bool
do_export_key(struct desk *desk, struct fault *fault)
{
	struct bytes sealed = message_take_bytes(&desk->request);
	struct seal_context context = message_take_context(&desk->request);
	struct bytes passphrase = message_take_bytes(&desk->request);
	struct key_plain plain;
	struct bytes encrypted;

	/* An authority's key, and a responder's, leave in no form. */
	if (!message_is_read(&desk->request) || context.purpose != SEAL_CERTIFICATE_KEY)
		return desk_malformed(fault);
	return plain_open(desk, sealed, &context, &plain, fault) &&
	       key_encrypt(plain.pkcs8, passphrase, &desk->arena, &encrypted, fault) &&
	       desk_answer_bytes(desk, encrypted);
}
