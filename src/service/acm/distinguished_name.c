#include "service/acm/distinguished_name.h"

#include "base/base64.h"

#define NAME_OID_DOMAIN_COMPONENT "0.9.2342.19200300.100.1.25"
#define MEMBER(name) offsetof(struct acm_distinguished_name, name)

static const struct {
	const char *oid;
	size_t member;
} members[] = {
	{ NAME_OID_COMMON_NAME, MEMBER(common_name) },
	{ "2.5.4.6", MEMBER(country) },
	{ "2.5.4.46", MEMBER(distinguished_name_qualifier) },
	{ "2.5.4.44", MEMBER(generation_qualifier) },
	{ "2.5.4.42", MEMBER(given_name) },
	{ "2.5.4.43", MEMBER(initials) },
	{ "2.5.4.7", MEMBER(locality) },
	{ NAME_OID_ORGANIZATION, MEMBER(organization) },
	{ "2.5.4.11", MEMBER(organizational_unit) },
	{ "2.5.4.65", MEMBER(pseudonym) },
	{ "2.5.4.5", MEMBER(serial_number) },
	{ "2.5.4.8", MEMBER(state) },
	{ "2.5.4.4", MEMBER(surname) },
	{ "2.5.4.12", MEMBER(title) },
};

/* What is no text is told as RFC 4514, 2.4 writes it: '#' and the hexadecimal of its DER. */
static struct str
hex_value(struct bytes der, struct arena *arena)
{
	struct buffer text = { 0 };
	struct str value;

	buffer_put_char(&text, '#');
	hex_encode(&text, der, '\0');
	value = arena_str(arena, buffer_str(&text));
	buffer_done(&text);
	return value;
}

static struct str *
member_of(struct acm_distinguished_name *out, struct str oid)
{
	for (size_t i = 0; i < ARRAY_COUNT(members); i++) {
		if (str_is(oid, members[i].oid))
			return (struct str *)(void *)((char *)out + members[i].member);
	}
	return NULL;
}

static void
put_attribute(struct acm_distinguished_name *out, const struct name_attribute *attribute, struct arena *arena)
{
	struct str value = attribute->value.p != NULL ? attribute->value : hex_value(attribute->der, arena);
	struct str *member = member_of(out, attribute->oid);

	if (member != NULL) {
		*member = value;
	} else if (str_is(attribute->oid, NAME_OID_DOMAIN_COMPONENT)) {
		out->domain_components.v[out->domain_components.n++] = value;
		out->domain_components.has = true;
	} else {
		struct acm_custom_attribute *custom = &out->custom_attributes.v[out->custom_attributes.n++];
		custom->object_identifier = attribute->oid;
		custom->value = value;
		out->custom_attributes.has = true;
	}
}

const struct acm_distinguished_name *
acm_distinguished_name(struct bytes name_der, struct arena *arena)
{
	struct acm_distinguished_name *out = ARENA_NEW(arena, struct acm_distinguished_name);
	struct name name;

	if (!name_parse(name_der, arena, &name))
		return NULL;
	out->domain_components.v = ARENA_ARRAY(arena, struct str, name.n);
	out->custom_attributes.v = ARENA_ARRAY(arena, struct acm_custom_attribute, name.n);
	for (size_t i = 0; i < name.n; i++)
		put_attribute(out, &name.attributes[i], arena);
	return out;
}

static const struct acm_other_name *
other_name(const struct general_name *name, struct arena *arena)
{
	struct acm_other_name *other = ARENA_NEW(arena, struct acm_other_name);

	other->object_identifier = name->text;
	other->value = hex_value(name->der, arena);
	return other;
}

/* False for a kind that the model has no member for. */
static bool
put_general_name(struct acm_general_name *out, const struct general_name *name, struct arena *arena)
{
	switch (name->kind) {
	case GENERAL_NAME_DNS:
		*out = (struct acm_general_name){ .kind = ACM_GENERAL_NAME_DNS_NAME, .dns_name = name->text };
		return true;
	case GENERAL_NAME_IP:
		*out = (struct acm_general_name){ .kind = ACM_GENERAL_NAME_IP_ADDRESS, .ip_address = name->text };
		return true;
	case GENERAL_NAME_EMAIL:
		*out = (struct acm_general_name){ .kind = ACM_GENERAL_NAME_RFC822_NAME, .rfc822_name = name->text };
		return true;
	case GENERAL_NAME_URI:
		*out = (struct acm_general_name){ .kind = ACM_GENERAL_NAME_UNIFORM_RESOURCE_IDENTIFIER,
			.uniform_resource_identifier = name->text };
		return true;
	case GENERAL_NAME_REGISTERED_ID:
		*out = (struct acm_general_name){ .kind = ACM_GENERAL_NAME_REGISTERED_ID, .registered_id = name->text };
		return true;
	case GENERAL_NAME_OTHER:
		*out = (struct acm_general_name){ .kind = ACM_GENERAL_NAME_OTHER_NAME,
			.other_name = other_name(name, arena) };
		return true;
	case GENERAL_NAME_DIRECTORY:
		*out = (struct acm_general_name){ .kind = ACM_GENERAL_NAME_DIRECTORY_NAME,
			.directory_name = acm_distinguished_name(name->der, arena) };
		return out->directory_name != NULL;
	case GENERAL_NAME_UNKNOWN:
		return false;
	}
	return false;
}

struct acm_general_name_list
acm_general_names(const struct certificate *certificate, struct arena *arena)
{
	struct acm_general_name_list list = { ARENA_ARRAY(arena, struct acm_general_name, certificate->name_count), 0,
		true };

	for (size_t i = 0; i < certificate->name_count; i++) {
		if (put_general_name(&list.v[list.n], &certificate->names[i], arena))
			list.n++;
	}
	return list;
}
