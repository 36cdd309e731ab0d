#include <string.h>

#include "cli/cert.h"

struct value *
cert_input(const struct cert *cert, struct str arn)
{
	struct value *input = value_new(VALUE_MAP, cert->talk.arena);

	value_set(input, STR("CertificateArn"), value_string(arn, cert->talk.arena), cert->talk.arena);
	return input;
}

struct value *
cert_tag_value(const char *word, struct arena *arena)
{
	struct value *tag = value_new(VALUE_MAP, arena);
	struct str rest = str_of(word);
	struct str key;

	bool valued = str_cut(&rest, '=', &key);
	value_set(tag, STR("Key"), value_string(key, arena), arena);
	if (valued)
		value_set(tag, STR("Value"), value_string(rest, arena), arena);
	return tag;
}

/* ---- Names ---- */

/* The members of DistinguishedName with the short names of RFC 4514 and X.520. */
static const struct {
	const char *member;
	const char *short_name;
} attributes[] = {
	{ "Country", "C" },
	{ "State", "ST" },
	{ "Locality", "L" },
	{ "Organization", "O" },
	{ "OrganizationalUnit", "OU" },
	{ "DistinguishedNameQualifier", "dnQualifier" },
	{ "SerialNumber", "serialNumber" },
	{ "Title", "title" },
	{ "Surname", "SN" },
	{ "GivenName", "GN" },
	{ "Initials", "initials" },
	{ "Pseudonym", "pseudonym" },
	{ "GenerationQualifier", "generationQualifier" },
	{ "CommonName", "CN" },
};

static void
put_attribute(struct buffer *out, struct str type, struct str text)
{
	if (text.p == NULL)
		return;
	buffer_put_cstr(out, out->n > 0 ? "," : "");
	buffer_put_str(out, type);
	buffer_put_char(out, '=');
	buffer_put_str(out, text);
}

struct str
cert_distinguished_name(const struct value *name, struct arena *arena)
{
	const struct value *components = value_get(name, STR("DomainComponents"));
	const struct value *custom = value_get(name, STR("CustomAttributes"));
	struct buffer out = { 0 };

	for (size_t i = 0; components != NULL && i < components->count; i++)
		put_attribute(&out, STR("DC"), components->items[i].value->text);
	for (size_t i = 0; i < ARRAY_COUNT(attributes); i++)
		put_attribute(&out, str_of(attributes[i].short_name), value_text(name, attributes[i].member));
	for (size_t i = 0; custom != NULL && i < custom->count; i++)
		put_attribute(&out, value_text(custom->items[i].value, "ObjectIdentifier"),
			value_text(custom->items[i].value, "Value"));
	struct str text = arena_str(arena, buffer_str(&out));
	buffer_done(&out);
	return text;
}

struct str
cert_short_name(const struct value *name, struct arena *arena)
{
	struct str common_name = value_text(name, "CommonName");

	return common_name.n > 0 ? common_name : cert_distinguished_name(name, arena);
}

struct str
cert_name(const struct value *x509, struct arena *arena)
{
	const struct value *names = value_get(x509, STR("SubjectAlternativeNames"));

	for (size_t i = 0; names != NULL && i < names->count; i++) {
		struct str dns = value_text(names->items[i].value, "DnsName");
		struct str address = value_text(names->items[i].value, "IpAddress");
		if (dns.n > 0 || address.n > 0)
			return dns.n > 0 ? dns : address;
	}
	return cert_short_name(value_get(x509, STR("Subject")), arena);
}

/* ---- Filters ---- */

/* A map of one member. */
static struct value *
wrap(const char *member, struct value *inside, struct arena *arena)
{
	struct value *map = value_new(VALUE_MAP, arena);

	value_set(map, str_of(member), inside, arena);
	return map;
}

struct value *
cert_filter(const char *kind, const char *member, const char *inner, struct value *value, struct arena *arena)
{
	if (inner != NULL)
		value = wrap(inner, value, arena);
	return wrap("Filter", wrap(kind, wrap(member, value, arena), arena), arena);
}

void
cert_filter_join(struct value **statement, const char *how, struct value *filter, struct arena *arena)
{
	if (*statement == NULL) {
		*statement = filter;
		return;
	}
	struct value *list = value_get(*statement, str_of(how));
	if (list == NULL) {
		list = value_new(VALUE_LIST, arena);
		value_append(list, *statement, arena);
		*statement = wrap(how, list, arena);
	}
	value_append(list, filter, arena);
}

/* A DNS name, or the common name where there is no other. */
struct value *
cert_filter_name(struct str name, const char *comparison, struct arena *arena)
{
	struct value *text = value_new(VALUE_MAP, arena);
	struct value *either = NULL;

	value_set(text, STR("Value"), value_string(name, arena), arena);
	value_set(text, STR("ComparisonOperator"), value_string(str_of(comparison), arena), arena);
	cert_filter_join(&either, "Or",
		cert_filter("X509AttributeFilter", "SubjectAlternativeName", "DnsName", text, arena), arena);
	cert_filter_join(
		&either, "Or", cert_filter("X509AttributeFilter", "Subject", "CommonName", text, arena), arena);
	return either;
}
