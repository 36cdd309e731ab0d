#include "x509/ocsp.h"

#include "x509/algorithm.h"
#include "x509/der_write.h"
#include "x509/extension.h"
#include "x509/oid.h"

#define OID_OCSP_BASIC "1.3.6.1.5.5.7.48.1.1"
#define OID_OCSP_NONCE "1.3.6.1.5.5.7.48.1.2"

enum { DER_ENUMERATED = 0x0a, SHA1_BYTES = KEY_HASH_SHA1_BYTES, SHA256_BYTES = KEY_HASH_SHA256_BYTES };

static bool
because(const char **why, const char *clause)
{
	*why = clause;
	return false;
}

/* ---- Requests (RFC 6960, 4.1) ---- */

/* The hash that names an issuer. Parameters: none, or NULL, as all hashes have them (RFC 5754, 2). */
static bool
hash_read(struct der *der, struct arena *arena, int *hash)
{
	struct der algorithm;
	struct der_item oid, null;
	struct str dotted;

	if (!der_enter(der, DER_SEQUENCE, &algorithm) || !der_take(&algorithm, DER_OID, &oid) ||
		!oid_read(oid.content, arena, &dotted, NULL))
		return false;
	if (!der_at_end(&algorithm) && (!der_take(&algorithm, DER_NULL, &null) || null.content.n != 0))
		return false;
	struct str name = str_of(digest_algorithm_find(oid.content));
	*hash = str_is(name, "SHA1") ? OCSP_HASH_SHA1 : str_is(name, "SHA256") ? OCSP_HASH_SHA256 : 0;
	return der_at_end(&algorithm);
}

static bool
hash_length_fits(const struct ocsp_certificate_id *id)
{
	size_t n = id->hash == OCSP_HASH_SHA1 ? SHA1_BYTES : SHA256_BYTES;

	return id->hash == 0 || (id->name_hash.n == n && id->key_hash.n == n);
}

static bool
certificate_id_take(struct der *der, struct arena *arena, struct ocsp_certificate_id *out, const char **why)
{
	struct der_item whole, name, key, serial;

	if (!der_take(der, DER_SEQUENCE, &whole))
		return because(why, "a CertID is malformed");
	struct der id = der_of(whole.content);
	if (!hash_read(&id, arena, &out->hash))
		return because(why, "the hash algorithm of a CertID is malformed, or has parameters");
	if (!der_take(&id, DER_OCTET_STRING, &name) || !der_take(&id, DER_OCTET_STRING, &key))
		return because(why, "the hashes of a CertID are malformed");
	if (!der_take(&id, DER_INTEGER, &serial) || !der_integer_is_minimal(serial.content) || !der_at_end(&id))
		return because(why, "the serial number of a CertID is malformed");
	out->der = whole.whole;
	out->name_hash = name.content;
	out->key_hash = key.content;
	out->serial = serial.content;
	out->serial_negative = serial.content.p[0] >= 0x80;
	if (serial.content.n > 1 && serial.content.p[0] == 0)
		out->serial = (struct bytes){ serial.content.p + 1, serial.content.n - 1 };
	return hash_length_fits(out) || because(why, "a hash of a CertID is not as long as its algorithm makes it");
}

/* RFC 9654, 2.1. */
static bool
nonce_read(struct bytes value, struct bytes *out)
{
	struct der der = der_of(value);
	struct der_item nonce;

	if (!der_take(&der, DER_OCTET_STRING, &nonce) || !der_at_end(&der) || nonce.content.n == 0 ||
		nonce.content.n > OCSP_MAX_NONCE_BYTES)
		return false;
	*out = nonce.content;
	return true;
}

/* Extensions, in their explicit tag. Only the nonce is known, and only where `nonce` is given; of the rest none may be
 * critical. */
static bool
extensions_take(struct der *der, unsigned tag, struct arena *arena, struct bytes *nonce, const char **why)
{
	const struct certificate_extension *extensions;
	struct der explicit;
	size_t count = 0;

	if (!der_enter(der, tag, &explicit))
		return because(why, "its extensions are malformed");
	if (!extension_list_read(explicit, arena, &extensions, &count, why))
		return false;
	if (count == 0)
		return because(why, "it has a list of extensions with nothing in it");
	for (size_t i = 0; i < count; i++) {
		bool is_nonce = nonce != NULL && str_is(extensions[i].oid, OID_OCSP_NONCE);
		if (!is_nonce && extensions[i].critical)
			return because(why, "it has a critical extension that is not known here");
		if (is_nonce && nonce->p != NULL)
			return because(why, "it has two nonces");
		if (is_nonce && !nonce_read(extensions[i].value, nonce))
			return because(why, "its nonce is not an OCTET STRING of 1 to 128 octets");
	}
	return true;
}

static bool
requests_read(struct der list, struct arena *arena, struct ocsp_request *out, const char **why)
{
	size_t count = 0;

	if (!der_count(list, &count) || count == 0)
		return because(why, "it asks about no certificate");
	if (count > OCSP_MAX_REQUESTS)
		return because(why, "it asks about more than 64 certificates");
	struct ocsp_certificate_id *ids = ARENA_ARRAY(arena, struct ocsp_certificate_id, count);
	for (size_t i = 0; i < count; i++) {
		struct der request;
		if (!der_enter(&list, DER_SEQUENCE, &request))
			return because(why, "a request in it is malformed");
		if (!certificate_id_take(&request, arena, &ids[i], why))
			return false;
		if (der_sees(&request, DER_CONTEXT_CONSTRUCTED + 0) &&
			!extensions_take(&request, DER_CONTEXT_CONSTRUCTED + 0, arena, NULL, why))
			return false;
		if (!der_at_end(&request))
			return because(why, "a request in it is malformed");
	}
	out->ids = ids;
	out->count = count;
	return true;
}

/* Version 1 is the default, which DER leaves out, and some write. */
static bool
version_skip(struct der *tbs)
{
	struct der explicit;
	struct der_item number;

	if (!der_sees(tbs, DER_CONTEXT_CONSTRUCTED + 0))
		return true;
	return der_enter(tbs, DER_CONTEXT_CONSTRUCTED + 0, &explicit) && der_take(&explicit, DER_INTEGER, &number) &&
	       der_at_end(&explicit) && number.content.n == 1 && number.content.p[0] == 0;
}

static bool
requestor_skip(struct der *tbs, struct arena *arena)
{
	struct der explicit;
	struct der_item item;
	struct general_name name;

	if (!der_sees(tbs, DER_CONTEXT_CONSTRUCTED + 1))
		return true;
	return der_enter(tbs, DER_CONTEXT_CONSTRUCTED + 1, &explicit) && der_next(&explicit, &item) &&
	       der_at_end(&explicit) && general_name_read(&item, arena, &name);
}

/* optionalSignature: answers here are open to everybody, so nobody need prove who asks. */
static bool
signature_skip(struct der *request, struct arena *arena)
{
	struct der explicit, signature, algorithm, certificates;
	struct der_item item;
	struct bytes octets;
	struct str dotted;
	size_t count;

	if (der_at_end(request))
		return true;
	if (!der_enter(request, DER_CONTEXT_CONSTRUCTED + 0, &explicit) ||
		!der_enter(&explicit, DER_SEQUENCE, &signature) || !der_at_end(&explicit))
		return false;
	if (!der_enter(&signature, DER_SEQUENCE, &algorithm) || !oid_take(&algorithm, arena, &dotted, NULL))
		return false;
	if (!der_at_end(&algorithm) && (!der_next(&algorithm, &item) || !der_at_end(&algorithm)))
		return false;
	if (!der_take(&signature, DER_BIT_STRING, &item) || !der_octets_of_bits(item.content, &octets))
		return false;
	if (der_at_end(&signature))
		return true;
	return der_enter(&signature, DER_CONTEXT_CONSTRUCTED + 0, &explicit) && der_at_end(&signature) &&
	       der_enter(&explicit, DER_SEQUENCE, &certificates) && der_at_end(&explicit) &&
	       der_count(certificates, &count);
}

bool
ocsp_request_read(struct bytes der, struct arena *arena, struct ocsp_request *out, const char **why)
{
	struct ocsp_request request = { 0 };
	struct der outer = der_of(der);
	struct der whole, tbs, list;

	if (der.n > OCSP_MAX_REQUEST_BYTES)
		return because(why, "it is longer than 16 KB");
	if (!der_enter(&outer, DER_SEQUENCE, &whole) || !der_at_end(&outer) || !der_enter(&whole, DER_SEQUENCE, &tbs))
		return because(why, "it is no DER of an OCSPRequest");
	if (!version_skip(&tbs))
		return because(why, "its version is not 1");
	if (!requestor_skip(&tbs, arena))
		return because(why, "its requestorName is malformed");
	if (!der_enter(&tbs, DER_SEQUENCE, &list))
		return because(why, "its list of requests is malformed");
	if (!requests_read(list, arena, &request, why))
		return false;
	if (der_sees(&tbs, DER_CONTEXT_CONSTRUCTED + 2) &&
		!extensions_take(&tbs, DER_CONTEXT_CONSTRUCTED + 2, arena, &request.nonce, why))
		return false;
	if (!der_at_end(&tbs))
		return because(why, "something stands after its requests that does not belong there");
	if (!signature_skip(&whole, arena) || !der_at_end(&whole))
		return because(why, "its signature is malformed");
	*out = request;
	return true;
}

/* ---- Responses (4.2) ---- */

static void
put_revoked(struct der_writer *writer, const struct ocsp_single *single)
{
	size_t mark = der_mark(writer);

	if (single->reason != CRL_REASON_UNSPECIFIED) {
		uint8_t reason = (uint8_t)single->reason;
		der_put_item(writer, DER_ENUMERATED, (struct bytes){ &reason, 1 });
		der_wrap(writer, DER_CONTEXT_CONSTRUCTED + 0, mark);
	}
	der_put_generalized_time(writer, single->revoked_ms);
	der_wrap(writer, DER_CONTEXT_CONSTRUCTED + 1, mark);
}

static void
put_single(struct der_writer *writer, const struct ocsp_single *single)
{
	size_t mark = der_mark(writer);

	der_put_generalized_time(writer, single->next_update_ms);
	der_wrap(writer, DER_CONTEXT_CONSTRUCTED + 0, mark);
	der_put_generalized_time(writer, single->this_update_ms);
	if (single->status == OCSP_REVOKED)
		put_revoked(writer, single);
	else
		der_put_item(
			writer, single->status == OCSP_GOOD ? DER_CONTEXT + 0 : DER_CONTEXT + 2, (struct bytes){ 0 });
	der_put(writer, single->certificate_id);
	der_wrap(writer, DER_SEQUENCE, mark);
}

static void
put_nonce(struct der_writer *writer, struct bytes nonce)
{
	size_t mark = der_mark(writer);

	der_put_item(writer, DER_OCTET_STRING, nonce);
	der_wrap(writer, DER_OCTET_STRING, mark);
	der_put_oid(writer, OID_OCSP_NONCE);
	der_wrap(writer, DER_SEQUENCE, mark); /* Extension */
	der_wrap(writer, DER_SEQUENCE, mark); /* Extensions */
	der_wrap(writer, DER_CONTEXT_CONSTRUCTED + 1, mark);
}

struct bytes
ocsp_response_data(struct bytes responder_key_hash, int64_t produced_ms, const struct ocsp_single *singles,
	size_t count, struct bytes nonce, struct arena *arena)
{
	struct der_writer writer = { 0 };
	size_t mark;

	if (nonce.n > 0)
		put_nonce(&writer, nonce);
	mark = der_mark(&writer);
	for (size_t i = count; i > 0; i--)
		put_single(&writer, &singles[i - 1]);
	der_wrap(&writer, DER_SEQUENCE, mark);
	der_put_generalized_time(&writer, produced_ms);
	mark = der_mark(&writer);
	der_put_item(&writer, DER_OCTET_STRING, responder_key_hash);
	der_wrap(&writer, DER_CONTEXT_CONSTRUCTED + 2, mark); /* byKey */
	der_wrap(&writer, DER_SEQUENCE, 0);
	return der_finish(&writer, arena);
}

static void
put_status(struct der_writer *writer, enum ocsp_status status)
{
	uint8_t octet = (uint8_t)status;

	der_put_item(writer, DER_ENUMERATED, (struct bytes){ &octet, 1 });
	der_wrap(writer, DER_SEQUENCE, 0);
}

struct bytes
ocsp_response_assemble(struct bytes response_data, enum signing_algorithm algorithm, struct bytes signature,
	struct bytes certificate, struct arena *arena)
{
	struct der_writer writer = { 0 };

	if (certificate.n > 0) {
		der_put_item(&writer, DER_SEQUENCE, certificate);
		der_wrap(&writer, DER_CONTEXT_CONSTRUCTED + 0, 0);
	}
	der_put_bits(&writer, signature);
	der_put(&writer, signing_identifier(algorithm));
	der_put(&writer, response_data);
	der_wrap(&writer, DER_SEQUENCE, 0); /* BasicOCSPResponse */
	der_wrap(&writer, DER_OCTET_STRING, 0);
	der_put_oid(&writer, OID_OCSP_BASIC);
	der_wrap(&writer, DER_SEQUENCE, 0); /* ResponseBytes */
	der_wrap(&writer, DER_CONTEXT_CONSTRUCTED + 0, 0);
	put_status(&writer, OCSP_SUCCESSFUL);
	return der_finish(&writer, arena);
}

struct bytes
ocsp_response_error(enum ocsp_status status, struct arena *arena)
{
	struct der_writer writer = { 0 };

	put_status(&writer, status);
	return der_finish(&writer, arena);
}

/* ---- Responses, read back ---- */

static bool
time_take(struct der *der, int64_t *out_ms)
{
	struct der_item item;

	return der_take(der, DER_GENERALIZED_TIME, &item) && der_time(&item, out_ms);
}

static bool
revoked_read(struct der revoked, struct ocsp_single *out)
{
	struct der explicit;
	struct der_item item;
	int reason = CRL_REASON_UNSPECIFIED;

	if (!time_take(&revoked, &out->revoked_ms))
		return false;
	if (der_at_end(&revoked))
		return true;
	if (!der_enter(&revoked, DER_CONTEXT_CONSTRUCTED + 0, &explicit) ||
		!der_take(&explicit, DER_ENUMERATED, &item) || !der_small_number(item.content, &reason))
		return false;
	out->reason = (enum crl_reason)reason;
	/* 7 is not used, 8 is for delta lists. */
	return reason >= CRL_REASON_KEY_COMPROMISE && reason <= CRL_REASON_AA_COMPROMISE && reason != 7 &&
	       reason != CRL_REASON_REMOVE_FROM_CRL;
}

static bool
single_take(struct der *list, struct arena *arena, struct ocsp_single *out, const char **why)
{
	struct der single, explicit;
	struct der_item status;
	struct ocsp_certificate_id id;

	if (!der_enter(list, DER_SEQUENCE, &single) || !certificate_id_take(&single, arena, &id, why))
		return false;
	out->certificate_id = id.der;
	if (!der_next(&single, &status))
		return false;
	if (status.tag == DER_CONTEXT_CONSTRUCTED + 1 && !revoked_read(der_of(status.content), out))
		return false;
	out->status = status.tag == DER_CONTEXT_CONSTRUCTED + 1 ? OCSP_REVOKED
		      : status.tag == DER_CONTEXT + 0           ? OCSP_GOOD
								: OCSP_UNKNOWN;
	return time_take(&single, &out->this_update_ms) && der_enter(&single, DER_CONTEXT_CONSTRUCTED + 0, &explicit) &&
	       time_take(&explicit, &out->next_update_ms) && out->next_update_ms >= out->this_update_ms;
}

/* Picks out what ocsp_response_data() was given; the rest of the truth is in giving it the same again. */
static bool
data_read(struct bytes data, struct arena *arena, struct bytes *responder_key_hash, const char **why)
{
	struct der outer = der_of(data);
	struct der whole, explicit, list;
	struct der_item key_hash;
	struct bytes nonce = { 0 };
	int64_t produced_ms;
	size_t count = 0;

	if (!der_enter(&outer, DER_SEQUENCE, &whole) || !der_enter(&whole, DER_CONTEXT_CONSTRUCTED + 2, &explicit) ||
		!der_take(&explicit, DER_OCTET_STRING, &key_hash) || key_hash.content.n != SHA1_BYTES)
		return because(why, "its responder is not named by the SHA-1 of a key");
	if (!time_take(&whole, &produced_ms))
		return because(why, "its time is malformed");
	if (!der_enter(&whole, DER_SEQUENCE, &list) || !der_count(list, &count) || count == 0 ||
		count > OCSP_MAX_REQUESTS)
		return because(why, "it does not have 1 to 64 answers");
	struct ocsp_single *singles = ARENA_ARRAY(arena, struct ocsp_single, count);
	*why = "an answer in it is malformed";
	for (size_t i = 0; i < count; i++)
		if (!single_take(&list, arena, &singles[i], why))
			return false;
	if (der_sees(&whole, DER_CONTEXT_CONSTRUCTED + 1) &&
		!extensions_take(&whole, DER_CONTEXT_CONSTRUCTED + 1, arena, &nonce, why))
		return false;
	if (!bytes_equal(data, ocsp_response_data(key_hash.content, produced_ms, singles, count, nonce, arena)))
		return because(why, "it is not as this house writes it");
	*responder_key_hash = key_hash.content;
	return true;
}

bool
ocsp_response_data_read(struct bytes data, struct bytes *responder_key_hash, const char **why)
{
	struct arena arena = { 0 };
	bool done = data_read(data, &arena, responder_key_hash, why);

	arena_done(&arena);
	return done;
}
