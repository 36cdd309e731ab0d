#include "x509/oid.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <string.h>

#include "x509/der.h"

AUTO_FREE(ASN1_OBJECT, ASN1_OBJECT_free);

enum { OID_KNOWN_BYTES = 11 };

/* What certificates hold again and again. A spelling that is found here costs nothing. */
static const struct oid_known {
	const char *dotted;
	const char *short_name;
	uint8_t n;
	uint8_t der[OID_KNOWN_BYTES];
} known[] = {
	/* Attributes of names; short names as RFC 4519 and OpenSSL have them. */
	{ "2.5.4.3", "CN", 3, { 0x55, 0x04, 0x03 } },
	{ "2.5.4.4", "SN", 3, { 0x55, 0x04, 0x04 } },
	{ "2.5.4.5", "serialNumber", 3, { 0x55, 0x04, 0x05 } },
	{ "2.5.4.6", "C", 3, { 0x55, 0x04, 0x06 } },
	{ "2.5.4.7", "L", 3, { 0x55, 0x04, 0x07 } },
	{ "2.5.4.8", "ST", 3, { 0x55, 0x04, 0x08 } },
	{ "2.5.4.9", "street", 3, { 0x55, 0x04, 0x09 } },
	{ "2.5.4.10", "O", 3, { 0x55, 0x04, 0x0a } },
	{ "2.5.4.11", "OU", 3, { 0x55, 0x04, 0x0b } },
	{ "2.5.4.12", "title", 3, { 0x55, 0x04, 0x0c } },
	{ "2.5.4.13", "description", 3, { 0x55, 0x04, 0x0d } },
	{ "2.5.4.15", "businessCategory", 3, { 0x55, 0x04, 0x0f } },
	{ "2.5.4.17", "postalCode", 3, { 0x55, 0x04, 0x11 } },
	{ "2.5.4.41", "name", 3, { 0x55, 0x04, 0x29 } },
	{ "2.5.4.42", "GN", 3, { 0x55, 0x04, 0x2a } },
	{ "2.5.4.43", "initials", 3, { 0x55, 0x04, 0x2b } },
	{ "2.5.4.44", "generationQualifier", 3, { 0x55, 0x04, 0x2c } },
	{ "2.5.4.46", "dnQualifier", 3, { 0x55, 0x04, 0x2e } },
	{ "2.5.4.65", "pseudonym", 3, { 0x55, 0x04, 0x41 } },
	{ "2.5.4.97", "organizationIdentifier", 3, { 0x55, 0x04, 0x61 } },
	{ "1.2.840.113549.1.9.1", "emailAddress", 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01 } },
	{ "1.2.840.113549.1.9.2", "unstructuredName", 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x02 } },
	{ "0.9.2342.19200300.100.1.1", "UID", 10, { 0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x01 } },
	{ "0.9.2342.19200300.100.1.25", "DC", 10, { 0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19 } },
	{ "1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL", 11,
		{ 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x3c, 0x02, 0x01, 0x01 } },
	{ "1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST", 11,
		{ 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x3c, 0x02, 0x01, 0x02 } },
	{ "1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC", 11,
		{ 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x3c, 0x02, 0x01, 0x03 } },
	/* Extensions, access methods, extended key usages. */
	{ "2.5.29.9", NULL, 3, { 0x55, 0x1d, 0x09 } },
	{ "2.5.29.14", NULL, 3, { 0x55, 0x1d, 0x0e } },
	{ "2.5.29.15", NULL, 3, { 0x55, 0x1d, 0x0f } },
	{ "2.5.29.17", NULL, 3, { 0x55, 0x1d, 0x11 } },
	{ "2.5.29.18", NULL, 3, { 0x55, 0x1d, 0x12 } },
	{ "2.5.29.19", NULL, 3, { 0x55, 0x1d, 0x13 } },
	{ "2.5.29.30", NULL, 3, { 0x55, 0x1d, 0x1e } },
	{ "2.5.29.31", NULL, 3, { 0x55, 0x1d, 0x1f } },
	{ "2.5.29.32", NULL, 3, { 0x55, 0x1d, 0x20 } },
	{ "2.5.29.35", NULL, 3, { 0x55, 0x1d, 0x23 } },
	{ "2.5.29.36", NULL, 3, { 0x55, 0x1d, 0x24 } },
	{ "2.5.29.37", NULL, 3, { 0x55, 0x1d, 0x25 } },
	{ "2.5.29.37.0", NULL, 4, { 0x55, 0x1d, 0x25, 0x00 } },
	{ "1.3.6.1.5.5.7.1.1", NULL, 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01 } },
	{ "1.3.6.1.5.5.7.1.24", NULL, 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x18 } },
	{ "1.3.6.1.4.1.11129.2.4.2", NULL, 10, { 0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04, 0x02 } },
	{ "1.3.6.1.4.1.11129.2.4.3", NULL, 10, { 0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04, 0x03 } },
	{ "2.16.840.1.113730.1.1", NULL, 9, { 0x60, 0x86, 0x48, 0x01, 0x86, 0xf8, 0x42, 0x01, 0x01 } },
	{ "2.16.840.1.113730.1.13", NULL, 9, { 0x60, 0x86, 0x48, 0x01, 0x86, 0xf8, 0x42, 0x01, 0x0d } },
	{ "1.3.6.1.5.5.7.48.1", NULL, 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01 } },
	{ "1.3.6.1.5.5.7.48.2", NULL, 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02 } },
	{ "1.3.6.1.5.5.7.3.1", NULL, 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01 } },
	{ "1.3.6.1.5.5.7.3.2", NULL, 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02 } },
	{ "1.3.6.1.5.5.7.3.3", NULL, 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x03 } },
	{ "1.3.6.1.5.5.7.3.4", NULL, 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x04 } },
	{ "1.3.6.1.5.5.7.3.5", NULL, 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x05 } },
	{ "1.3.6.1.5.5.7.3.6", NULL, 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x06 } },
	{ "1.3.6.1.5.5.7.3.7", NULL, 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x07 } },
	{ "1.3.6.1.5.5.7.3.8", NULL, 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08 } },
	{ "1.3.6.1.5.5.7.3.9", NULL, 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x09 } },
};

static bool
known_find(struct bytes content, struct str *dotted, const char **short_name)
{
	for (size_t i = 0; i < ARRAY_COUNT(known); i++) {
		if (known[i].n != content.n || memcmp(known[i].der, content.p, content.n) != 0)
			continue;
		*dotted = str_of(known[i].dotted);
		*short_name = known[i].short_name;
		return true;
	}
	return false;
}

/* OBJ_obj2txt() prints arcs of any size: those made of a UUID have 128 bits. */
static bool
print(struct bytes content, struct arena *arena, struct str *dotted)
{
	unsigned char der[2 + DER_MAX_OID_BYTES] = { DER_OID, (unsigned char)content.n };
	const unsigned char *p = der;
	char text[DER_MAX_OID_BYTES * 4]; /* an octet prints as 2.2 digits at most, or as three and a dot */

	memcpy(der + 2, content.p, content.n);
	AUTO(ASN1_OBJECT) object = d2i_ASN1_OBJECT(NULL, &p, (long)(2 + content.n));
	int n = object != NULL ? OBJ_obj2txt(text, sizeof text, object, 1) : 0;
	if (object == NULL)
		ERR_clear_error();
	if (n <= 0 || (size_t)n >= sizeof text)
		return false;
	*dotted = arena_str(arena, (struct str){ text, (size_t)n });
	return true;
}

bool
oid_read(struct bytes content, struct arena *arena, struct str *dotted, const char **short_name)
{
	const char *none = NULL;

	if (short_name == NULL)
		short_name = &none;
	if (known_find(content, dotted, short_name))
		return true;
	*short_name = NULL;
	return content.n > 0 && content.n <= DER_MAX_OID_BYTES && print(content, arena, dotted);
}

bool
oid_take(struct der *der, struct arena *arena, struct str *dotted, const char **short_name)
{
	struct der_item item;

	return der_take(der, DER_OID, &item) && oid_read(item.content, arena, dotted, short_name);
}
