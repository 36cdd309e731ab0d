#include "x509/bundle.h"

#include <stdarg.h>
#include <string.h>

#include "base/base64.h"
#include "x509/bundle_parts.h"
#include "x509/der.h"
#include "x509/field.h"
#include "x509/key_parts.h"

/* ---- What was found ---- */

/* Room for one more in a list of the arena's. */
static void *
grow(struct arena *arena, void *list, size_t count, size_t size, size_t *room)
{
	if (count < *room)
		return list;
	*room = *room > 0 ? *room * 2 : 4;
	void *larger = arena_array(arena, *room, size);
	if (count > 0)
		memcpy(larger, list, count * size);
	return larger;
}

void
bundle_remark(struct bundle_reader *reader, const char *format, ...)
{
	struct bundle *out = reader->out;
	va_list args;

	if (out->remark_count == BUNDLE_MAX_REMARKS)
		return;
	va_start(args, format);
	struct str words = arena_vprintf(reader->arena, format, args);
	va_end(args);
	reader->remarks =
		grow(reader->arena, reader->remarks, out->remark_count, sizeof *reader->remarks, &reader->remark_room);
	reader->remarks[out->remark_count++] = words;
	out->remarks = reader->remarks;
}

void
bundle_lock(struct bundle_reader *reader, const char *what)
{
	reader->out->locked_count++;
	reader->out->locked = what;
}

bool
bundle_add_certificate(struct bundle_reader *reader, struct bytes der)
{
	struct bundle *out = reader->out;
	const struct certificate *certificate;
	const char *why;

	if (out->certificate_count == BUNDLE_MAX_CERTIFICATES)
		return fault_set(reader->fault, FAULT_INVALID_ARGS, "It holds more than %d certificates.",
			BUNDLE_MAX_CERTIFICATES);
	if (!certificate_parse(der, reader->arena, &certificate, &why)) {
		bundle_remark(reader, "A certificate in it cannot be read: %s.", why);
		return true;
	}
	reader->certificates = grow(reader->arena, (void *)reader->certificates, out->certificate_count,
		sizeof(const struct certificate *), &reader->certificate_room);
	reader->certificates[out->certificate_count++] = certificate;
	out->certificates = reader->certificates;
	return true;
}

bool
bundle_add_key(struct bundle_reader *reader, struct bytes der, const char *label, bool was_encrypted)
{
	struct bundle *out = reader->out;
	struct bytes copy = arena_bytes(reader->arena, der);

	if (out->key_count == BUNDLE_MAX_KEYS)
		return fault_set(
			reader->fault, FAULT_INVALID_ARGS, "It holds more than %d private keys.", BUNDLE_MAX_KEYS);
	reader->keys = grow(reader->arena, reader->keys, out->key_count, sizeof *reader->keys, &reader->key_room);
	reader->keys[out->key_count++] = (struct bundle_key){
		.der = copy,
		.label = label,
		.spki = bundle_public_half(copy, reader->arena),
		.was_encrypted = was_encrypted,
	};
	out->keys = reader->keys;
	return true;
}

/* ---- PEM ---- */

static bool
ends_with(struct str text, struct str tail)
{
	return text.n >= tail.n && memcmp(text.p + text.n - tail.n, tail.p, tail.n) == 0;
}

static bool
is_one_of(struct str label, const char *const *labels)
{
	for (size_t i = 0; labels[i] != NULL; i++)
		if (str_is(label, labels[i]))
			return true;
	return false;
}

static void
remark_label(struct bundle_reader *reader, struct str label)
{
	static const struct {
		const char *label;
		const char *remark;
	} known[] = {
		{ "CERTIFICATE REQUEST", "A certificate signing request is in it: a CA makes a certificate of it." },
		{ "NEW CERTIFICATE REQUEST",
			"A certificate signing request is in it: a CA makes a certificate of it." },
		{ "PUBLIC KEY", "A bare public key is in it: the private key it was made from is needed." },
		{ "OPENSSH PRIVATE KEY", "A key in OpenSSH's own format is in it: `ssh-keygen -p -m PKCS8 -f FILE` "
					 "turns the file into PKCS#8." },
		{ "DSA PRIVATE KEY", "A DSA key is in it: " KEY_SUPPORTED_WORDS " are supported." },
		{ "X509 CRL", "A certificate revocation list is in it, which is of no use here." },
	};

	for (size_t i = 0; i < ARRAY_COUNT(known); i++) {
		if (str_is(label, known[i].label)) {
			bundle_remark(reader, "%s", known[i].remark);
			return;
		}
	}
	bundle_remark(reader, "A block labelled \"%.*s\" was passed over.", STR_ARG(label));
}

static bool
read_key_block(struct bundle_reader *reader, const struct pem_block *block)
{
	static const enum key_form forms[] = { KEY_FORM_PKCS8, KEY_FORM_RSA, KEY_FORM_EC };
	bool found;

	if (str_is(block->label, "ENCRYPTED PRIVATE KEY")) {
		if (!bundle_open_key(reader, block->der, &found))
			return false;
		if (!found)
			bundle_remark(reader, "An encrypted private key in it is damaged.");
		return true;
	}
	if (block->encrypted)
		return bundle_open_old_key(reader, block);
	for (size_t i = 0; i < ARRAY_COUNT(forms); i++)
		if (str_is(block->label, key_form_label(forms[i])))
			return bundle_add_key(reader, block->der, key_form_label(forms[i]), false);
	remark_label(reader, block->label);
	return true;
}

static bool
read_block(struct bundle_reader *reader, const struct pem_block *block)
{
	static const char *const certificates[] = { "CERTIFICATE", "X509 CERTIFICATE", NULL };
	static const char *const bundles[] = { "PKCS7", "PKCS #7 SIGNED DATA", "CMS", NULL };
	static const char *const parameters[] = { "EC PARAMETERS", "DH PARAMETERS", "X9.42 DH PARAMETERS", NULL };
	bool found;

	if (is_one_of(block->label, parameters))
		return true;
	/* The body of an encrypted one is no DER, but base64 all the same. */
	if (block->broken != NULL) {
		bundle_remark(
			reader, "A block labelled \"%.*s\" cannot be read: %s.", STR_ARG(block->label), block->broken);
		return true;
	}
	if (is_one_of(block->label, certificates))
		return bundle_add_certificate(reader, block->der);
	if (str_is(block->label, "TRUSTED CERTIFICATE"))
		return bundle_open_trusted(reader, block->der);
	if (is_one_of(block->label, bundles)) {
		if (!bundle_open_pkcs7(reader, block->der, &found))
			return false;
		if (!found)
			bundle_remark(reader, "A PKCS #7 bundle in it is damaged.");
		return true;
	}
	if (ends_with(block->label, STR("PRIVATE KEY")))
		return read_key_block(reader, block);
	remark_label(reader, block->label);
	return true;
}

static bool
read_pem(struct bundle_reader *reader, struct str text, bool *found)
{
	struct pem_block block;

	*found = false;
	while (pem_next(&text, reader->arena, &block)) {
		*found = true;
		if (!read_block(reader, &block))
			return false;
	}
	return true;
}

/* ---- DER ---- */

/* One certificate after another. */
static bool
read_der_certificates(struct bundle_reader *reader, struct bytes bytes, bool *found)
{
	struct der der = der_of(bytes);
	const struct certificate *unused;
	struct der_item item;
	const char *why;

	*found = false;
	while (!der_at_end(&der)) {
		if (!der_take(&der, DER_SEQUENCE, &item) ||
			!certificate_parse(item.whole, reader->arena, &unused, &why)) {
			if (*found)
				bundle_remark(reader, "Something that is no certificate follows a certificate in it.");
			return true;
		}
		*found = true;
		if (!bundle_add_certificate(reader, item.whole))
			return false;
	}
	return true;
}

static bool
read_der(struct bundle_reader *reader, struct bytes bytes, enum bundle_form *form)
{
	enum key_form key;
	bool found;

	*form = BUNDLE_NOTHING;
	if (bytes.n == 0 || bytes.p[0] != DER_SEQUENCE)
		return true;
	if (!read_der_certificates(reader, bytes, &found))
		return false;
	if (found) {
		*form = BUNDLE_DER;
		return true;
	}
	if (!bundle_open_pkcs12(reader, bytes, &found))
		return false;
	if (found) {
		*form = BUNDLE_PKCS12;
		return true;
	}
	if (!bundle_open_pkcs7(reader, bytes, &found))
		return false;
	if (found) {
		*form = BUNDLE_PKCS7;
		return true;
	}
	if (!bundle_open_key(reader, bytes, &found))
		return false;
	if (found) {
		*form = BUNDLE_DER;
		return true;
	}
	/* What only begins like a key is none: a certificate signing request does, too. */
	if (!key_form_of_der(bytes, &key) || bundle_public_half(bytes, reader->arena).p == NULL)
		return true;
	*form = BUNDLE_DER;
	return bundle_add_key(reader, bytes, key_form_label(key), false);
}

/* ---- What editors and mail programs do to files ---- */

/* UTF-16, as some shells write text: what is ASCII in it. */
static struct bytes
narrow(struct bytes wide, struct arena *arena)
{
	bool big_endian = wide.p[0] == 0 || wide.p[0] == 0xfe;
	uint8_t *out = arena_alloc(arena, wide.n / 2);

	for (size_t i = 0; i + 1 < wide.n; i += 2) {
		uint8_t high = wide.p[big_endian ? i : i + 1];
		uint8_t low = wide.p[big_endian ? i + 1 : i];
		out[i / 2] = high == 0 && low < 0x80 ? low : '?';
	}
	return (struct bytes){ out, wide.n / 2 };
}

/* Base64 without its frame, or PEM that was encoded once more. */
static bool
unwrap(struct bytes bytes, struct arena *arena, struct bytes *out)
{
	if (bytes.n == 0)
		return false;
	if (field_is_utf16(bytes)) {
		*out = narrow(bytes, arena);
		return true;
	}
	return base64_decode_wrapped(str_of_bytes(bytes), arena, out) && out->n > 0 &&
	       (out->p[0] == DER_SEQUENCE || str_starts_with(str_of_bytes(*out), STR("-----BEGIN ")));
}

static bool
read_bytes(struct bundle_reader *reader, struct bytes bytes)
{
	bool found;

	if (!read_pem(reader, str_of_bytes(bytes), &found))
		return false;
	if (found) {
		reader->out->form = BUNDLE_PEM;
		return true;
	}
	return read_der(reader, bytes, &reader->out->form);
}

bool
bundle_read(struct bytes bytes, struct secret passphrase, uint64_t max_rounds, struct arena *arena, struct bundle *out,
	struct fault *fault)
{
	struct bundle bundle = { 0 };
	struct bundle_reader reader = {
		.passphrase = passphrase, .rounds = max_rounds, .arena = arena, .out = &bundle, .fault = fault
	};
	struct bytes inside;

	if (bytes.n > BUNDLE_MAX_BYTES)
		return fault_set(fault, FAULT_INVALID_ARGS, "It is longer than %d bytes.", BUNDLE_MAX_BYTES);
	if (passphrase.n > BUNDLE_MAX_PASSPHRASE_BYTES)
		return fault_set(fault, FAULT_INVALID_ARGS, "The passphrase is longer than %d bytes.",
			BUNDLE_MAX_PASSPHRASE_BYTES);
	if (!read_bytes(&reader, bytes))
		return false;
	if (bundle.form == BUNDLE_NOTHING && unwrap(bytes, arena, &inside)) {
		bundle.was_wrapped = true;
		if (!read_bytes(&reader, inside))
			return false;
	}
	if (bundle.form == BUNDLE_NOTHING) {
		struct field nothing = { 0 };
		bundle_remark(&reader, "%.*s", STR_ARG(field_diagnose(bytes, &nothing, arena)));
	}
	*out = bundle;
	return true;
}

bool
bundle_key_fits(const struct bundle_key *key, struct bytes spki)
{
	struct key_public ours, theirs;

	if (key->spki.p == NULL)
		return false;
	if (bytes_equal(key->spki, spki))
		return true;
	if (!key_public_read(key->spki, &ours) || !key_public_read(spki, &theirs) ||
		!bytes_equal(ours.type.oid, theirs.type.oid))
		return false;
	if (ours.description.family == KEY_FAMILY_RSA)
		return bytes_equal(ours.n, theirs.n) && bytes_equal(ours.e, theirs.e);
	/* A point may be written in two ways; ours is uncompressed. */
	const struct key_curve *curve = key_type_curve(&ours.type);
	if (curve == NULL || curve != key_type_curve(&theirs.type) || ours.key.n != 1 + 2 * curve->bytes)
		return false;
	uint8_t point[KEY_POINT_MAX_BYTES];
	memcpy(point, ours.key.p, ours.key.n);
	return key_ec_point_is(curve, point, theirs.key);
}
