#include "x509/certificate.h"

#include <string.h>

#include "x509/algorithm.h"
#include "x509/certificate_parts.h"
#include "x509/extension.h"
#include "x509/key_parts.h"
#include "x509/oid.h"

enum {
	SERIAL_MAX_OCTETS = 20,   /* RFC 5280, 4.1.2.2 */
	SERIAL_READ_OCTETS = 256, /* what we are ready to hold at all */
	LABEL_MAX_BYTES = 120,    /* a name in a message is there to be recognised, not to be read in full */
};

/* 2050-01-01T00:00:00Z: from then on validity is a GeneralizedTime, before it a UTCTime (RFC 5280, 4.1.2.5). */
static const int64_t generalized_time_from_ms = INT64_C(2524608000000);

static bool
because(const char **why, const char *clause)
{
	*why = clause;
	return false;
}

/* Only the first breach is kept: one is enough to refuse, and to act on. */
static void
note(const char **place, const char *clause)
{
	if (*place == NULL)
		*place = clause;
}

static bool
version_read(struct der *tbs, struct certificate *out, const char **why)
{
	struct der explicit;
	struct der_item number;
	int version = 0;

	out->version = 1;
	if (!der_sees(tbs, DER_CONTEXT_CONSTRUCTED + 0))
		return true;
	if (!der_enter(tbs, DER_CONTEXT_CONSTRUCTED + 0, &explicit) || !der_take(&explicit, DER_INTEGER, &number) ||
		!der_at_end(&explicit) || !der_small_number(number.content, &version))
		return because(why, "its version is malformed");
	/* Version 1 is the default, which DER leaves out. */
	if (version < 1 || version > 2)
		return because(why, "its version is none of 1, 2 and 3");
	out->version = version + 1;
	return true;
}

/* The magnitude of a negative INTEGER: two's complement turned round. */
static struct bytes
negated(struct bytes content, struct arena *arena)
{
	uint8_t *magnitude = arena_alloc(arena, content.n);
	unsigned carry = 1;

	for (size_t i = content.n; i > 0; i--) {
		unsigned octet = (uint8_t)~content.p[i - 1] + carry;
		magnitude[i - 1] = (uint8_t)octet;
		carry = octet >> 8;
	}
	return (struct bytes){ magnitude, content.n };
}

static bool
serial_read(struct der *tbs, struct arena *arena, struct certificate *out, const char **why)
{
	struct der_item item;

	if (!der_take(tbs, DER_INTEGER, &item) || !der_integer_is_minimal(item.content))
		return because(why, "its serial number is malformed");
	if (item.content.n > SERIAL_READ_OCTETS)
		return because(why, "its serial number has more than 256 octets");

	struct bytes serial = item.content;
	out->serial_negative = serial.p[0] >= 0x80;
	if (out->serial_negative)
		serial = negated(serial, arena);
	if (serial.n > 1 && serial.p[0] == 0)
		serial = (struct bytes){ serial.p + 1, serial.n - 1 };
	out->serial = serial;

	/* The sign octet counts: RFC 5280 speaks of what is encoded. */
	if (out->serial_negative)
		/* Zero should not be either, but real roots have it, and the same clause asks users to put up with
		 * that. */
		note(&out->flaw, "its serial number is negative, where RFC 5280, 4.1.2.2 wants a positive one");
	else if (item.content.n > SERIAL_MAX_OCTETS)
		note(&out->flaw, "its serial number has more than the 20 octets of RFC 5280, 4.1.2.2");
	return true;
}

static bool
name_take(struct der *tbs, struct arena *arena, struct bytes *der, struct name *name)
{
	struct der_item item;

	if (!der_take(tbs, DER_SEQUENCE, &item) || !name_parse(item.whole, arena, name))
		return false;
	*der = item.whole;
	return true;
}

static bool
time_take(struct der *validity, struct certificate *out, int64_t *ms)
{
	struct der_item item;

	if (!der_next(validity, &item) || !der_time(&item, ms))
		return false;
	if (item.tag == DER_GENERALIZED_TIME && *ms < generalized_time_from_ms)
		note(&out->flaw, "its validity is given as GeneralizedTime, which RFC 5280, 4.1.2.5 wants from the "
				 "year 2050 on only");
	return true;
}

static bool
validity_read(struct der *tbs, struct certificate *out, const char **why)
{
	struct der validity;

	if (!der_enter(tbs, DER_SEQUENCE, &validity) || !time_take(&validity, out, &out->not_before_ms) ||
		!time_take(&validity, out, &out->not_after_ms) || !der_at_end(&validity))
		return because(why, "its validity is not two times as RFC 5280, 4.1.2.5 writes them");
	return true;
}

static bool
key_take(struct der *tbs, struct certificate *out, const char **why)
{
	struct der_item item;

	if (!der_take(tbs, DER_SEQUENCE, &item) || !key_describe(item.whole, &out->key))
		return because(why, "its public key is malformed");
	out->spki = item.whole;
	return true;
}

static bool
extensions_read(struct der *tbs, struct arena *arena, struct certificate *out, const char **why)
{
	struct der explicit;

	if (!der_sees(tbs, DER_CONTEXT_CONSTRUCTED + 3))
		return true;
	if (!der_enter(tbs, DER_CONTEXT_CONSTRUCTED + 3, &explicit))
		return because(why, "its extensions are malformed");
	if (!extension_list_read(explicit, arena, &out->extensions, &out->extension_count, why))
		return false;
	if (out->extension_count == 0)
		note(&out->flaw, "its list of extensions is empty, where RFC 5280, 4.1 wants at least one or no list");
	if (out->version != 3)
		note(&out->flaw, "it has extensions, which only version 3 knows");

	for (size_t i = 0; i < out->extension_count; i++) {
		if (extension_is_repeated(out->extensions, i))
			note(&out->ambiguity, "one of its extensions is there twice, which RFC 5280, 4.2 forbids");
		else if (!extension_read(out, i, arena, why))
			return false;
	}
	return true;
}

/* issuerUniqueID and subjectUniqueID: of no use to anybody, but part of the grammar. */
static bool
unique_ids_pass(struct der *tbs)
{
	struct der_item item;

	for (unsigned number = 1; number <= 2; number++)
		if (der_sees(tbs, DER_CONTEXT + number) && !der_next(tbs, &item))
			return false;
	return true;
}

/* AlgorithmIdentifier: its OBJECT IDENTIFIER's content, and the parameters, if any. */
static bool
algorithm_split(
	struct bytes identifier, struct arena *arena, struct bytes *oid, struct str *dotted, struct bytes *parameters)
{
	struct der outer = der_of(identifier);
	struct key_type type;

	if (!key_type_take(&outer, &type))
		return false;
	*oid = type.oid;
	*parameters = type.parameters.whole;
	return signature_algorithm_find(type.oid) != NULL || oid_read(type.oid, arena, dotted, NULL);
}

static bool
algorithm_read(struct bytes identifier, struct arena *arena, struct certificate *out, const char **why)
{
	struct bytes oid;
	struct str dotted = { 0 };

	if (!algorithm_split(identifier, arena, &oid, &dotted, &out->signature_parameters))
		return because(why, "its signature algorithm is malformed");
	out->algorithm = signature_algorithm_find(oid);
	out->signature_algorithm = out->algorithm != NULL ? out->algorithm->name : arena_cstr(arena, dotted);
	return true;
}

/* The one inside the signed part, which must be the one outside. */
static bool
inner_algorithm_read(
	struct der *tbs, struct bytes outer_algorithm, struct arena *arena, struct certificate *out, const char **why)
{
	struct der_item inner;
	struct bytes oid;
	struct bytes parameters;
	struct str dotted;

	if (!der_take(tbs, DER_SEQUENCE, &inner))
		return because(why, "its inner signature algorithm is malformed");
	if (outer_algorithm.p == NULL)
		return algorithm_read(inner.whole, arena, out, why);
	if (bytes_equal(inner.whole, outer_algorithm))
		return true;
	if (!algorithm_split(inner.whole, arena, &oid, &dotted, &parameters))
		return because(why, "its inner signature algorithm is malformed");
	note(&out->ambiguity, "the signature algorithm inside its signed part is not the one outside, which RFC 5280, "
			      "4.1.1.2 forbids");
	return true;
}

/* What does not make the certificate unreadable, but is not text as RFC 5280 has it. */
static void
text_flaws_note(struct certificate *out, struct arena *arena)
{
	const struct {
		const struct name *name;
		const char *role;
	} names[] = { { &out->subject_name, "subject" }, { &out->issuer_name, "issuer" } };

	for (size_t k = 0; k < ARRAY_COUNT(names); k++)
		for (size_t i = 0; out->flaw == NULL && i < names[k].name->n; i++)
			if (names[k].name->attributes[i].flaw != NULL)
				out->flaw = arena_printf(arena, "attribute %zu of its %s %s", i + 1, names[k].role,
					names[k].name->attributes[i].flaw)
						    .p;
	for (size_t i = 0; out->flaw == NULL && i < out->name_count; i++)
		if (out->names[i].flaw != NULL)
			out->flaw =
				arena_printf(arena, "name %zu of its subjectAltName %s", i + 1, out->names[i].flaw).p;
	if (out->names != NULL && out->name_count == 0)
		note(&out->flaw, "its subjectAltName is empty, where RFC 5280, 4.2.1.6 wants at least one name");
}

bool
certificate_fields_read(
	struct der tbs, struct bytes outer_algorithm, struct arena *arena, struct certificate *out, const char **why)
{
	out->path_length = -1;
	if (!version_read(&tbs, out, why) || !serial_read(&tbs, arena, out, why))
		return false;
	if (!inner_algorithm_read(&tbs, outer_algorithm, arena, out, why))
		return false;
	if (!name_take(&tbs, arena, &out->issuer, &out->issuer_name))
		return because(why, "its issuer is malformed");
	if (!validity_read(&tbs, out, why))
		return false;
	if (!name_take(&tbs, arena, &out->subject, &out->subject_name))
		return because(why, "its subject is malformed");
	if (!key_take(&tbs, out, why))
		return false;
	if (!unique_ids_pass(&tbs))
		return because(why, "its unique identifiers are malformed");
	if (!extensions_read(&tbs, arena, out, why))
		return false;
	if (!der_at_end(&tbs))
		return because(why, "stray bytes follow the last of its fields");
	text_flaws_note(out, arena);
	return true;
}

bool
certificate_parse(struct bytes der, struct arena *arena, const struct certificate **out, const char **why)
{
	struct certificate *certificate = ARENA_NEW(arena, struct certificate);
	struct der_item whole;
	struct der_item tbs;
	struct der_item algorithm;
	struct der_item signature;

	certificate->der = arena_bytes(arena, der);
	struct der input = der_of(certificate->der);
	if (!der_take(&input, DER_SEQUENCE, &whole))
		return because(why, "it is not DER, or it is cut short");
	if (!der_at_end(&input))
		return because(why, arena_printf(arena, "%td stray bytes follow it", input.end - input.p).p);

	struct der fields = der_of(whole.content);
	if (!der_take(&fields, DER_SEQUENCE, &tbs) || !der_take(&fields, DER_SEQUENCE, &algorithm) ||
		!der_take(&fields, DER_BIT_STRING, &signature) || !der_at_end(&fields) ||
		!der_octets_of_bits(signature.content, &certificate->signature))
		return because(why, "it is DER, but not a certificate");
	certificate->tbs = tbs.whole;
	if (!algorithm_read(algorithm.whole, arena, certificate, why) ||
		!certificate_fields_read(der_of(tbs.content), algorithm.whole, arena, certificate, why))
		return false;
	*out = certificate;
	return true;
}

const struct certificate_extension *
certificate_extension(const struct certificate *certificate, const char *oid)
{
	for (size_t i = 0; i < certificate->extension_count; i++)
		if (str_is(certificate->extensions[i].oid, oid))
			return &certificate->extensions[i];
	return NULL;
}

static struct str
name_label(const struct name *name, const char *nameless, struct arena *arena)
{
	struct str common_name = name_get(name, NAME_OID_COMMON_NAME);

	if (name->n == 0)
		return str_of(nameless);
	struct str label =
		common_name.p != NULL ? arena_printf(arena, "CN=%.*s", STR_ARG(common_name)) : name_render(name, arena);
	if (label.n <= LABEL_MAX_BYTES)
		return label;
	label.n = utf8_prefix(label, LABEL_MAX_BYTES);
	return arena_printf(arena, "%.*s…", STR_ARG(label));
}

struct str
certificate_label(const struct certificate *certificate, struct arena *arena)
{
	return name_label(&certificate->subject_name, "a certificate without a subject", arena);
}

struct str
certificate_issuer_label(const struct certificate *certificate, struct arena *arena)
{
	return name_label(&certificate->issuer_name, "an issuer without a name", arena);
}

bool
certificate_is_issued_by(const struct certificate *certificate, const struct certificate *issuer)
{
	return name_equal_parsed(&certificate->issuer_name, &issuer->subject_name);
}

bool
certificate_is_self_issued(const struct certificate *certificate)
{
	return certificate_is_issued_by(certificate, certificate);
}
