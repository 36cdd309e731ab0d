/* What people put into a certificate field, and what to tell them. */
#include <string.h>

#include "base/base64.h"
#include "x509/der.h"
#include "x509/field.h"

enum {
	SNIFF_BYTES = 4096, /* a misspelt BEGIN line stands near the front */
	FILE_NAME_MAX_BYTES = 255,
	SEVERAL_MAX = 64, /* 32 KB hold about as many */
};

/* The key of an authority is born here, and stays. */
static const char key_unwanted[] =
	"A private key was found: take it out. The authority has its key already, and no other is imported.";

static bool
is_key_label(struct str label)
{
	static const char ending[] = "PRIVATE KEY";
	size_t n = sizeof ending - 1;

	return str_is(label, "EC PARAMETERS") || (label.n >= n && memcmp(label.p + label.n - n, ending, n) == 0);
}

struct str
field_diagnose_other(const struct field *field, struct arena *arena)
{
	static const struct {
		const char *label;
		const char *sentence;
	} known[] = {
		{ "PRIVATE KEY", "A private key was found: it belongs in PrivateKey." },
		{ "RSA PRIVATE KEY", "A private key was found: it belongs in PrivateKey." },
		{ "EC PRIVATE KEY", "A private key was found: it belongs in PrivateKey." },
		{ "ENCRYPTED PRIVATE KEY",
			"An encrypted private key was found: without its encryption (openssl pkey -in key.pem "
			"-out plain.pem) it belongs in PrivateKey." },
		{ "EC PARAMETERS",
			"A block of EC parameters was found: it may stand before the key in PrivateKey, or be left "
			"out." },
		{ "CERTIFICATE REQUEST",
			"A certificate signing request was found: import the certificate that a CA made of "
			"it." },
		{ "NEW CERTIFICATE REQUEST",
			"A certificate signing request was found: import the certificate that a CA made "
			"of it." },
		{ "PUBLIC KEY", "A bare public key was found: import the certificate that holds it." },
		{ "PKCS7", "A PKCS #7 bundle was found: openssl pkcs7 -print_certs -in bundle.p7b writes its "
			   "certificates as "
			   "PEM." },
		{ "CMS", "A CMS bundle was found: openssl cms -cmsout -inform PEM -in bundle.pem -noout -certsout "
			 "certificates.pem writes its certificates as PEM." },
		{ "TRUSTED CERTIFICATE",
			"A certificate with OpenSSL's own trust settings was found: openssl x509 -in in.pem "
			"-out out.pem writes it without them." },
		{ "X509 CRL", "A certificate revocation list was found: it is of no use here." },
	};

	if (field->of_authority && is_key_label(field->other))
		return STR(key_unwanted);
	for (size_t i = 0; i < ARRAY_COUNT(known); i++)
		if (str_is(field->other, known[i].label))
			return str_of(known[i].sentence);
	return arena_printf(arena, "A block labelled \"%.*s\" was found.", STR_ARG(field->other));
}

/* SEQUENCE { OBJECT IDENTIFIER ... } with this OID under 1.2.840.113549.1.7. */
static bool
is_pkcs7(struct der inside)
{
	static const uint8_t pkcs7[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07 };
	struct der_item oid;

	return der_take(&inside, DER_OID, &oid) && oid.content.n == sizeof pkcs7 + 1 &&
	       memcmp(oid.content.p, pkcs7, sizeof pkcs7) == 0;
}

bool
field_is_pkcs12(struct bytes field)
{
	struct der der = der_of(field);
	struct der inside;
	struct der fields;
	struct der_item version;
	int number = 0;

	return der_enter(&der, DER_SEQUENCE, &inside) && der_take(&inside, DER_INTEGER, &version) &&
	       der_small_number(version.content, &number) && number == 3 && der_enter(&inside, DER_SEQUENCE, &fields) &&
	       is_pkcs7(fields);
}

/* By the first fields of what DER can be. Only the beginning is looked at: the rest may be cut off. */
static const char *
der_diagnose(struct bytes text, bool of_authority)
{
	struct der der = der_of(text);
	struct der inside;
	struct der fields;
	struct der_item item;
	int number = 0;

	if (!der_enter(&der, DER_SEQUENCE, &inside))
		return NULL;
	if (is_pkcs7(inside))
		return "It is a PKCS #7 bundle in DER: openssl pkcs7 -inform DER -print_certs -in bundle.p7b writes "
		       "its "
		       "certificates as PEM.";
	if (field_is_pkcs12(text))
		return "It is a PKCS #12 file: openssl pkcs12 -in file.p12 -clcerts -nokeys writes its certificate as "
		       "PEM, -cacerts -nokeys its chain, -nocerts -nodes its key.";
	if (der_sees(&inside, DER_INTEGER) && of_authority)
		return key_unwanted;
	if (der_sees(&inside, DER_INTEGER))
		return "It is a private key in DER: it belongs, as PEM (openssl pkey -inform DER -in key.der -out "
		       "key.pem), in PrivateKey.";
	if (der_enter(&inside, DER_SEQUENCE, &fields) && der_take(&fields, DER_INTEGER, &item) &&
		der_small_number(item.content, &number) && number == 0)
		return "It is a certificate signing request in DER: import the certificate that a CA made of it.";
	return "It is DER, but not a certificate.";
}

bool
field_is_utf16(struct bytes text)
{
	if (text.n >= 2 && ((text.p[0] == 0xff && text.p[1] == 0xfe) || (text.p[0] == 0xfe && text.p[1] == 0xff)))
		return true;
	return text.n >= 4 && ((text.p[0] == '-' && text.p[1] == 0 && text.p[2] == '-' && text.p[3] == 0) ||
				      (text.p[0] == 0 && text.p[1] == '-' && text.p[2] == 0 && text.p[3] == '-'));
}

bool
field_is_file_name(struct str text)
{
	static const char *const endings[] = { ".pem", ".crt", ".cer", ".key", ".der", ".cert", ".txt", ".csr", ".req",
		".p10" };

	text = str_trim(text);
	if (text.n > FILE_NAME_MAX_BYTES || text.n == 0 || memchr(text.p, '\n', text.n) != NULL)
		return false;
	if (str_starts_with(text, STR("file://")) || str_starts_with(text, STR("fileb://")))
		return true;
	for (size_t i = 0; i < ARRAY_COUNT(endings); i++) {
		size_t n = strlen(endings[i]);
		if (text.n > n && memcmp(text.p + text.n - n, endings[i], n) == 0)
			return true;
	}
	return false;
}

static bool
holds(struct str text, struct str needle)
{
	return memmem(text.p, text.n < SNIFF_BYTES ? text.n : SNIFF_BYTES, needle.p, needle.n) != NULL;
}

/* Base64 of something that would have been right without it, or with BEGIN and END around it. */
static const char *
base64_diagnose(struct str text, struct arena *arena)
{
	struct bytes decoded;

	if (!base64_decode_wrapped(text, arena, &decoded) || decoded.n == 0)
		return NULL;
	if (str_starts_with(str_of_bytes(decoded), STR("-----BEGIN ")))
		return "It is PEM that was encoded in base64 once more: give the PEM text itself, the client encodes "
		       "it for the "
		       "wire.";
	if (decoded.p[0] == DER_SEQUENCE)
		return "It is base64 without its frame: put the lines -----BEGIN CERTIFICATE----- and -----END "
		       "CERTIFICATE----- "
		       "around it.";
	return NULL;
}

static const char *
text_diagnose(struct str text, struct arena *arena)
{
	if (field_is_file_name(text))
		return "It is the name of a file, not its content: with the AWS CLI write fileb:// before the name.";
	if (holds(text, STR("BEGIN CERTIFICATE")) || holds(text, STR("BEGIN X509 CERTIFICATE")))
		return "Its BEGIN line is misspelt: it must be -----BEGIN CERTIFICATE-----, with five hyphens on each "
		       "side.";
	if (holds(text, STR("END CERTIFICATE-----")))
		return "Its BEGIN line is missing.";
	return base64_diagnose(text, arena);
}

bool
field_is_blank(struct bytes text)
{
	for (size_t i = 0; i < text.n; i++)
		if (strchr(" \t\r\n", text.p[i]) == NULL || text.p[i] == '\0')
			return false;
	return true;
}

struct str
field_diagnose(struct bytes text, const struct field *field, struct arena *arena)
{
	static const uint8_t java_key_store[] = { 0xfe, 0xed, 0xfe, 0xed };
	const char *label = pem_decoded_as_base64(text);
	const char *found = NULL;

	if (text.n == 0)
		return STR("It is empty.");
	if (field_is_blank(text))
		return STR("It holds white space only.");
	if (field->other_count > 0)
		return field_diagnose_other(field, arena);
	if (label != NULL)
		return arena_printf(arena,
			"This PEM file (%s) was decoded as base64 by the client: use fileb:// instead of file://.",
			label);
	if (field_is_utf16(text))
		return STR("It is UTF-16 text: save the file as ASCII or UTF-8.");
	if (text.n >= sizeof java_key_store && memcmp(text.p, java_key_store, sizeof java_key_store) == 0)
		return STR("It is a Java key store: keytool -exportcert -rfc writes a certificate of it as PEM.");
	found = der_diagnose(text, field->of_authority);
	if (found == NULL)
		found = text_diagnose(str_of_bytes(text), arena);
	if (found != NULL)
		return str_of(found);
	return arena_printf(arena, "No line -----BEGIN CERTIFICATE----- is in its %zu bytes.", text.n);
}

/* Is each certificate issued, by name, by the one `step` further on? */
static bool
names_lead_on(const struct certificate *const *certificates, size_t count, bool forwards)
{
	for (size_t i = 0; i + 1 < count; i++) {
		const struct certificate *child = certificates[forwards ? i : i + 1];
		const struct certificate *parent = certificates[forwards ? i + 1 : i];
		if (!certificate_is_issued_by(child, parent))
			return false;
	}
	return true;
}

/* "number 2", "numbers 2 and 3", "numbers 2 to 5"; the other way round when they go down. */
static struct str
numbers(size_t first, size_t last, struct arena *arena)
{
	size_t distance = first < last ? last - first : first - last;

	if (distance == 0)
		return arena_printf(arena, "number %zu", first);
	return arena_printf(arena, "numbers %zu %s %zu", first, distance == 1 ? "and" : "to", last);
}

struct str
field_diagnose_several(const struct field *field, struct arena *arena)
{
	const struct certificate *certificates[SEVERAL_MAX];
	size_t n = field->count;
	const char *why;
	bool readable = n <= SEVERAL_MAX;

	for (size_t i = 0; readable && i < n; i++)
		readable = field->certificates[i].broken == NULL &&
			   certificate_parse(field->certificates[i].der, arena, &certificates[i], &why);
	if (readable && names_lead_on(certificates, n, true))
		return arena_printf(arena, "This field holds %zu certificates: put %.*s into CertificateChain.", n,
			STR_ARG(numbers(2, n, arena)));
	if (readable && names_lead_on(certificates, n, false))
		return arena_printf(arena,
			"This field holds %zu certificates, issuers first: leave number %zu here and put %.*s, in this "
			"order, "
			"into CertificateChain.",
			n, n, STR_ARG(numbers(n - 1, 1, arena)));
	return arena_printf(arena,
		"This field holds %zu certificates, which are not one certificate and its chain: import one at a time, "
		"and put "
		"its issuers into CertificateChain.",
		n);
}
