#include <ctype.h>
#include <string.h>

#include "cli/ca.h"

struct str
ca_template(struct str arn)
{
	struct str rest = arn;
	struct str head;

	return str_cut(&rest, '/', &head) ? rest : arn;
}

struct str
ca_serial(struct str serial, struct arena *arena)
{
	char *out = arena_alloc(arena, serial.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < serial.n; i++)
		if (serial.p[i] != ':')
			out[n++] = (char)tolower((unsigned char)serial.p[i]);
	return (struct str){ out, n };
}

/* The members of ASN1Subject with the short names of RFC 4514 and X.520; an attribute by OID that is one of them. */
static const struct {
	const char *member;
	const char *oid;
	const char *short_name;
} attributes[] = {
	{ "Country", "2.5.4.6", "C" },
	{ "Organization", "2.5.4.10", "O" },
	{ "OrganizationalUnit", "2.5.4.11", "OU" },
	{ "DistinguishedNameQualifier", "2.5.4.46", "dnQualifier" },
	{ "State", "2.5.4.8", "ST" },
	{ "CommonName", "2.5.4.3", "CN" },
	{ "SerialNumber", "2.5.4.5", "serialNumber" },
	{ "Locality", "2.5.4.7", "L" },
	{ "Title", "2.5.4.12", "title" },
	{ "Surname", "2.5.4.4", "SN" },
	{ "GivenName", "2.5.4.42", "GN" },
	{ "Initials", "2.5.4.43", "initials" },
	{ "Pseudonym", "2.5.4.65", "pseudonym" },
	{ "GenerationQualifier", "2.5.4.44", "generationQualifier" },
};
#define OID_COMMON_NAME "2.5.4.3"

static const struct value *
subject_of(const struct value *authority)
{
	return value_get(value_get(authority, STR("CertificateAuthorityConfiguration")), STR("Subject"));
}

static const char *
short_name(struct str oid)
{
	for (size_t i = 0; i < ARRAY_COUNT(attributes); i++)
		if (str_is(oid, attributes[i].oid))
			return attributes[i].short_name;
	return NULL;
}

static void
put_attribute(struct buffer *out, struct str type, struct str text)
{
	if (text.p == NULL)
		return;
	if (out->n > 0)
		buffer_put_char(out, ',');
	buffer_put_str(out, type);
	buffer_put_char(out, '=');
	buffer_put_str(out, text);
}

struct str
ca_subject(const struct value *authority, struct arena *arena)
{
	const struct value *subject = subject_of(authority);
	const struct value *custom = value_get(subject, STR("CustomAttributes"));
	struct buffer out = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(attributes); i++)
		put_attribute(&out, str_of(attributes[i].short_name), value_text(subject, attributes[i].member));
	for (size_t i = 0; custom != NULL && i < custom->count; i++) {
		struct str oid = value_text(custom->items[i].value, "ObjectIdentifier");
		const char *known = short_name(oid);
		put_attribute(&out, known != NULL ? str_of(known) : oid, value_text(custom->items[i].value, "Value"));
	}
	struct str text = arena_str(arena, buffer_str(&out));
	buffer_done(&out);
	return text;
}

struct str
ca_name(const struct value *authority, struct arena *arena)
{
	const struct value *subject = subject_of(authority);
	const struct value *custom = value_get(subject, STR("CustomAttributes"));
	struct str name = value_text(subject, "CommonName");

	for (size_t i = 0; name.p == NULL && custom != NULL && i < custom->count; i++)
		if (str_is(value_text(custom->items[i].value, "ObjectIdentifier"), OID_COMMON_NAME))
			name = value_text(custom->items[i].value, "Value");
	return name.p != NULL ? name : ca_subject(authority, arena);
}
