#include "service/pca/subject.h"

#include <stdio.h>
#include <string.h>

/* In the order of the model's members, which is the order in which AWS encodes them. */
static const struct {
	const char *oid;
	size_t member;
} members[] = {
	{ "2.5.4.6", offsetof(struct pca_asn1_subject, country) },
	{ NAME_OID_ORGANIZATION, offsetof(struct pca_asn1_subject, organization) },
	{ "2.5.4.11", offsetof(struct pca_asn1_subject, organizational_unit) },
	{ "2.5.4.46", offsetof(struct pca_asn1_subject, distinguished_name_qualifier) },
	{ "2.5.4.8", offsetof(struct pca_asn1_subject, state) },
	{ NAME_OID_COMMON_NAME, offsetof(struct pca_asn1_subject, common_name) },
	{ "2.5.4.5", offsetof(struct pca_asn1_subject, serial_number) },
	{ "2.5.4.7", offsetof(struct pca_asn1_subject, locality) },
	{ "2.5.4.12", offsetof(struct pca_asn1_subject, title) },
	{ "2.5.4.4", offsetof(struct pca_asn1_subject, surname) },
	{ "2.5.4.42", offsetof(struct pca_asn1_subject, given_name) },
	{ "2.5.4.43", offsetof(struct pca_asn1_subject, initials) },
	{ "2.5.4.65", offsetof(struct pca_asn1_subject, pseudonym) },
	{ "2.5.4.44", offsetof(struct pca_asn1_subject, generation_qualifier) },
};

/* Puts "<what>: " before what was said. Returns false. */
static bool
fault_about(struct fault *fault, const char *what)
{
	char said[FAULT_SAY_BYTES];

	(void)snprintf(said, sizeof said, "%s", fault->say);
	return fault_set(fault, fault->code, "%s: %s", what, said);
}

static size_t
collect(const struct pca_asn1_subject *subject, struct name_part parts[ARRAY_COUNT(members)])
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_COUNT(members); i++) {
		struct str value;
		memcpy(&value, (const char *)subject + members[i].member, sizeof value);
		if (value.p != NULL)
			parts[n++] = (struct name_part){ str_of(members[i].oid), value };
	}
	return n;
}

bool
subject_build(const struct pca_asn1_subject *subject, const char *what, bool may_be_empty, struct arena *arena,
	struct bytes *der, struct fault *fault)
{
	struct name_part standard[ARRAY_COUNT(members)], *parts = standard;
	size_t n = collect(subject, standard);

	if (subject->custom_attributes.has && n > 0)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"%s has CustomAttributes beside other attributes. Give the whole name as CustomAttributes, by "
			"OID, or leave them out.",
			what);
	if (subject->custom_attributes.has) {
		n = subject->custom_attributes.n;
		parts = ARENA_ARRAY(arena, struct name_part, n);
		for (size_t i = 0; i < n; i++) {
			const struct pca_custom_attribute *attribute = &subject->custom_attributes.v[i];
			parts[i] = (struct name_part){ attribute->object_identifier, attribute->value };
		}
	}
	if (n == 0 && !may_be_empty)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"%s is empty. Give at least one attribute, such as CommonName or Organization.", what);
	return name_build(parts, n, arena, der, fault) || fault_about(fault, what);
}

static bool
put_part(const struct pca_general_name *name, const char *what, struct arena *arena, struct general_name_part *part,
	struct fault *fault)
{
	if (name->other_name != NULL) {
		*part = (struct general_name_part){
			.kind = GENERAL_NAME_OTHER, .text = name->other_name->value, .extra = name->other_name->type_id
		};
	} else if (name->rfc822_name.p != NULL) {
		*part = (struct general_name_part){ .kind = GENERAL_NAME_EMAIL, .text = name->rfc822_name };
	} else if (name->dns_name.p != NULL) {
		*part = (struct general_name_part){ .kind = GENERAL_NAME_DNS, .text = name->dns_name };
	} else if (name->directory_name != NULL) {
		char whose[128];
		part->kind = GENERAL_NAME_DIRECTORY;
		(void)snprintf(whose, sizeof whose, "%s.DirectoryName", what);
		return subject_build(name->directory_name, whose, false, arena, &part->der, fault);
	} else if (name->edi_party_name != NULL) {
		*part = (struct general_name_part){ .kind = GENERAL_NAME_UNKNOWN,
			.is_edi_party = true,
			.text = name->edi_party_name->party_name,
			.extra = name->edi_party_name->name_assigner };
	} else if (name->uniform_resource_identifier.p != NULL) {
		*part = (struct general_name_part){ .kind = GENERAL_NAME_URI,
			.text = name->uniform_resource_identifier };
	} else if (name->ip_address.p != NULL) {
		*part = (struct general_name_part){ .kind = GENERAL_NAME_IP, .text = name->ip_address };
	} else {
		*part = (struct general_name_part){ .kind = GENERAL_NAME_REGISTERED_ID, .text = name->registered_id };
	}
	return true;
}

bool
general_name_of(const struct pca_general_name *name, const char *what, struct arena *arena,
	struct general_name_part *out, struct fault *fault)
{
	struct general_name_part part = { 0 };
	int members_given = (name->other_name != NULL) + (name->rfc822_name.p != NULL) + (name->dns_name.p != NULL) +
			    (name->directory_name != NULL) + (name->edi_party_name != NULL) +
			    (name->uniform_resource_identifier.p != NULL) + (name->ip_address.p != NULL) +
			    (name->registered_id.p != NULL);

	if (members_given != 1)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"%s has %d members. A GeneralName has exactly one of OtherName, Rfc822Name, DnsName, "
			"DirectoryName, EdiPartyName, UniformResourceIdentifier, IpAddress and RegisteredId.",
			what, members_given);
	if (!put_part(name, what, arena, &part, fault))
		return false;
	*out = part;
	return true;
}

unsigned
key_usage_of(const struct pca_key_usage *usage)
{
	return (usage->digital_signature ? KEY_USAGE_DIGITAL_SIGNATURE : 0u) |
	       (usage->non_repudiation ? KEY_USAGE_NON_REPUDIATION : 0u) |
	       (usage->key_encipherment ? KEY_USAGE_KEY_ENCIPHERMENT : 0u) |
	       (usage->data_encipherment ? KEY_USAGE_DATA_ENCIPHERMENT : 0u) |
	       (usage->key_agreement ? KEY_USAGE_KEY_AGREEMENT : 0u) |
	       (usage->key_cert_sign ? KEY_USAGE_KEY_CERT_SIGN : 0u) | (usage->crl_sign ? KEY_USAGE_CRL_SIGN : 0u) |
	       (usage->encipher_only ? KEY_USAGE_ENCIPHER_ONLY : 0u) |
	       (usage->decipher_only ? KEY_USAGE_DECIPHER_ONLY : 0u);
}

/* The attribute as audit reports know it: few types have a name there, the others are told as their DER. */
static struct name_attribute
audit_attribute(const struct name_attribute *attribute)
{
	static const char *const named[] = { "2.5.4.6", "2.5.4.8", "2.5.4.7", NAME_OID_ORGANIZATION, "2.5.4.11",
		NAME_OID_COMMON_NAME };
	struct name_attribute copy = *attribute;

	for (size_t i = 0; i < ARRAY_COUNT(named); i++) {
		if (str_is(attribute->oid, named[i]))
			return copy;
	}
	copy.short_name = NULL;
	return copy;
}

struct str
subject_render_audit(const struct name *name, struct arena *arena)
{
	struct buffer text = { 0 };

	buffer_put(&text, "", 0);
	for (size_t end = name->n; end > 0;) {
		size_t begin = end - 1;
		while (begin > 0 && name->attributes[begin].continues_rdn)
			begin--;
		for (size_t i = begin; i < end; i++) {
			struct name_attribute attribute = audit_attribute(&name->attributes[i]);
			if (text.n > 0)
				buffer_put_char(&text, i == begin ? ',' : '+');
			buffer_put_str(&text, name_render(&(struct name){ &attribute, 1 }, arena));
		}
		end = begin;
	}
	struct str rendered = arena_str(arena, buffer_str(&text));
	buffer_done(&text);
	return rendered;
}
