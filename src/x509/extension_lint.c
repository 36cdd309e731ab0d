#include "x509/extension_lint.h"

#include "x509/build.h"
#include "x509/extension.h"
#include "x509/oid.h"

#define ANY_POLICY "2.5.29.32.0"

static const char malformed[] = "is malformed";
static const char empty[] = "is empty";

/* Each reader below takes one value, all of it, and gives NULL or what is wrong. */

static const char *
key_identifier_breach(struct der value, struct arena *arena)
{
	struct der_item item;

	(void)arena;
	if (!der_take(&value, DER_OCTET_STRING, &item) || !der_at_end(&value))
		return malformed;
	return item.content.n == 0 ? empty : NULL;
}

/* GeneralNames without their tag, at least one. */
static bool
names_are_well_formed(struct der names, struct arena *arena)
{
	struct der_item item;
	struct general_name name;

	if (der_at_end(&names))
		return false;
	while (!der_at_end(&names))
		if (!der_next(&names, &item) || !general_name_read(&item, arena, &name))
			return false;
	return true;
}

static const char *
authority_key_identifier_breach(struct der value, struct arena *arena)
{
	struct der fields;
	struct der names;
	struct der_item item;

	if (!der_enter(&value, DER_SEQUENCE, &fields) || !der_at_end(&value))
		return malformed;
	if (der_at_end(&fields))
		return empty;
	if (der_take(&fields, DER_CONTEXT + 0, &item) && item.content.n == 0)
		return malformed;
	bool issuer = der_sees(&fields, DER_CONTEXT_CONSTRUCTED + 1);
	if (issuer &&
		(!der_enter(&fields, DER_CONTEXT_CONSTRUCTED + 1, &names) || !names_are_well_formed(names, arena)))
		return malformed;
	bool serial = der_take(&fields, DER_CONTEXT + 2, &item);
	if ((serial && !der_integer_is_minimal(item.content)) || !der_at_end(&fields))
		return malformed;
	return issuer == serial ? NULL : "names an issuer without a serial number, or the other way round";
}

static const char *
general_names_breach(struct der value, struct arena *arena)
{
	struct der names;

	return der_enter(&value, DER_SEQUENCE, &names) && der_at_end(&value) && names_are_well_formed(names, arena)
		       ? NULL
		       : malformed;
}

/* DistributionPointName: fullName, or relative to the issuer. */
static bool
point_name_is_well_formed(struct der point, struct arena *arena)
{
	struct der inside;
	size_t n = 0;

	if (der_sees(&point, DER_CONTEXT_CONSTRUCTED + 0))
		return der_enter(&point, DER_CONTEXT_CONSTRUCTED + 0, &inside) && der_at_end(&point) &&
		       names_are_well_formed(inside, arena);
	return der_enter(&point, DER_CONTEXT_CONSTRUCTED + 1, &inside) && der_at_end(&point) && der_count(inside, &n) &&
	       n > 0;
}

static const char *
distribution_points_breach(struct der value, struct arena *arena)
{
	struct der points;
	struct der fields;
	struct der inside;
	struct der_item reasons;

	if (!der_enter(&value, DER_SEQUENCE, &points) || !der_at_end(&value))
		return malformed;
	if (der_at_end(&points))
		return empty;
	while (!der_at_end(&points)) {
		if (!der_enter(&points, DER_SEQUENCE, &fields))
			return malformed;
		bool named = der_sees(&fields, DER_CONTEXT_CONSTRUCTED + 0);
		if (named && (!der_enter(&fields, DER_CONTEXT_CONSTRUCTED + 0, &inside) ||
				     !point_name_is_well_formed(inside, arena)))
			return malformed;
		if (der_sees(&fields, DER_CONTEXT + 1) && !der_next(&fields, &reasons))
			return malformed;
		bool issuer = der_sees(&fields, DER_CONTEXT_CONSTRUCTED + 2);
		if (issuer && (!der_enter(&fields, DER_CONTEXT_CONSTRUCTED + 2, &inside) ||
				      !names_are_well_formed(inside, arena)))
			return malformed;
		if (!der_at_end(&fields))
			return malformed;
		if (!named && !issuer)
			return "has a point that names neither a place nor an issuer";
	}
	return NULL;
}

/* PolicyInformation. */
static bool
policy_take(struct der *policies, struct arena *arena, struct str *oid)
{
	struct der fields;
	struct der qualifiers;
	struct der qualifier;
	struct der_item item;
	struct str kind;

	if (!der_enter(policies, DER_SEQUENCE, &fields) || !oid_take(&fields, arena, oid, NULL))
		return false;
	if (der_at_end(&fields))
		return true;
	if (!der_enter(&fields, DER_SEQUENCE, &qualifiers) || !der_at_end(&fields) || der_at_end(&qualifiers))
		return false;
	while (!der_at_end(&qualifiers))
		if (!der_enter(&qualifiers, DER_SEQUENCE, &qualifier) || !oid_take(&qualifier, arena, &kind, NULL) ||
			!der_next(&qualifier, &item) || !der_at_end(&qualifier))
			return false;
	return true;
}

static const char *
policies_breach(struct der value, struct arena *arena)
{
	enum { POLICIES_MAX = 100 }; /* each is held against all before it; real certificates have up to four */
	struct str seen[POLICIES_MAX];
	struct der policies;

	if (!der_enter(&value, DER_SEQUENCE, &policies) || !der_at_end(&value))
		return malformed;
	if (der_at_end(&policies))
		return empty;
	for (size_t n = 0; !der_at_end(&policies); n++) {
		if (n == POLICIES_MAX)
			return "has more than 100 policies";
		if (!policy_take(&policies, arena, &seen[n]))
			return malformed;
		for (size_t i = 0; i < n; i++)
			if (str_equal(seen[i], seen[n]))
				return "has one policy twice";
	}
	return NULL;
}

static const char *
policy_mappings_breach(struct der value, struct arena *arena)
{
	struct der mappings;
	struct der pair;
	struct str from;
	struct str to;

	if (!der_enter(&value, DER_SEQUENCE, &mappings) || !der_at_end(&value))
		return malformed;
	if (der_at_end(&mappings))
		return empty;
	while (!der_at_end(&mappings)) {
		if (!der_enter(&mappings, DER_SEQUENCE, &pair) || !oid_take(&pair, arena, &from, NULL) ||
			!oid_take(&pair, arena, &to, NULL) || !der_at_end(&pair))
			return malformed;
		if (str_is(from, ANY_POLICY) || str_is(to, ANY_POLICY))
			return "maps anyPolicy";
	}
	return NULL;
}

/* GeneralSubtrees. In this profile a subtree is a base alone (4.2.1.10). */
static bool
subtrees_are_well_formed(struct der subtrees, struct arena *arena)
{
	struct der subtree;
	struct der_item item;
	struct general_name base;

	if (der_at_end(&subtrees))
		return false;
	while (!der_at_end(&subtrees))
		if (!der_enter(&subtrees, DER_SEQUENCE, &subtree) || !der_next(&subtree, &item) ||
			!general_name_read(&item, arena, &base) || !der_at_end(&subtree))
			return false;
	return true;
}

static const char *
name_constraints_breach(struct der value, struct arena *arena)
{
	struct der fields;
	struct der subtrees;

	if (!der_enter(&value, DER_SEQUENCE, &fields) || !der_at_end(&value))
		return malformed;
	if (der_at_end(&fields))
		return empty;
	for (unsigned number = 0; number <= 1; number++)
		if (der_sees(&fields, DER_CONTEXT_CONSTRUCTED + number) &&
			(!der_enter(&fields, DER_CONTEXT_CONSTRUCTED + number, &subtrees) ||
				!subtrees_are_well_formed(subtrees, arena)))
			return malformed;
	return der_at_end(&fields) ? NULL : malformed;
}

static const char *
policy_constraints_breach(struct der value, struct arena *arena)
{
	struct der fields;
	struct der_item item;
	int skip = 0;

	(void)arena;
	if (!der_enter(&value, DER_SEQUENCE, &fields) || !der_at_end(&value))
		return malformed;
	if (der_at_end(&fields))
		return empty;
	for (unsigned number = 0; number <= 1; number++)
		if (der_take(&fields, DER_CONTEXT + number, &item) && !der_small_number(item.content, &skip))
			return malformed;
	return der_at_end(&fields) ? NULL : malformed;
}

static const char *
inhibit_any_policy_breach(struct der value, struct arena *arena)
{
	struct der_item item;
	int skip = 0;

	(void)arena;
	return der_take(&value, DER_INTEGER, &item) && der_at_end(&value) && der_small_number(item.content, &skip)
		       ? NULL
		       : malformed;
}

/* AuthorityInfoAccess, SubjectInfoAccess. */
static const char *
access_breach(struct der value, struct arena *arena)
{
	struct der descriptions;
	struct der description;
	struct der_item item;
	struct str method;
	struct general_name place;

	if (!der_enter(&value, DER_SEQUENCE, &descriptions) || !der_at_end(&value))
		return malformed;
	if (der_at_end(&descriptions))
		return empty;
	while (!der_at_end(&descriptions))
		if (!der_enter(&descriptions, DER_SEQUENCE, &description) ||
			!oid_take(&description, arena, &method, NULL) || !der_next(&description, &item) ||
			!general_name_read(&item, arena, &place) || !der_at_end(&description))
			return malformed;
	return NULL;
}

static const char *
directory_attributes_breach(struct der value, struct arena *arena)
{
	struct der attributes;
	struct der attribute;
	struct der values;
	struct str type;
	size_t n = 0;

	if (!der_enter(&value, DER_SEQUENCE, &attributes) || !der_at_end(&value))
		return malformed;
	if (der_at_end(&attributes))
		return empty;
	while (!der_at_end(&attributes))
		if (!der_enter(&attributes, DER_SEQUENCE, &attribute) || !oid_take(&attribute, arena, &type, NULL) ||
			!der_enter(&attribute, DER_SET, &values) || !der_at_end(&attribute) || !der_count(values, &n) ||
			n == 0)
			return malformed;
	return NULL;
}

static const char *
usages_breach(struct der value, struct arena *arena)
{
	struct der usages;

	(void)arena;
	return der_enter(&value, DER_SEQUENCE, &usages) && !der_at_end(&usages) ? NULL : empty;
}

/* Bits that do not count are zero in DER (X.690, 11.2.1). */
static const char *
key_usage_breach(struct der value, struct arena *arena)
{
	struct der_item bits;

	(void)arena;
	if (!der_take(&value, DER_BIT_STRING, &bits))
		return malformed;
	unsigned unused = bits.content.p[0];
	return (bits.content.p[bits.content.n - 1] & ((1U << unused) - 1)) == 0 ? NULL : malformed;
}

static const char *
null_breach(struct der value, struct arena *arena)
{
	struct der_item item;

	(void)arena;
	return der_take(&value, DER_NULL, &item) && item.content.n == 0 && der_at_end(&value) ? NULL : malformed;
}

static const struct extension_rule rules[] = {
	{ "2.5.29.9", "subjectDirectoryAttributes", "4.2.1.8", CRITICAL_NEVER, false, directory_attributes_breach },
	{ EXTENSION_OID_SUBJECT_KEY_IDENTIFIER, "subjectKeyIdentifier", "4.2.1.2", CRITICAL_NEVER, false,
		key_identifier_breach },
	{ EXTENSION_OID_KEY_USAGE, "keyUsage", "4.2.1.3", CRITICAL_OR_NOT, false, key_usage_breach },
	{ EXTENSION_OID_SUBJECT_ALTERNATIVE_NAME, "subjectAltName", "4.2.1.6", CRITICAL_OR_NOT, false, NULL },
	{ "2.5.29.18", "issuerAltName", "4.2.1.7", CRITICAL_OR_NOT, false, general_names_breach },
	{ EXTENSION_OID_BASIC_CONSTRAINTS, "basicConstraints", "4.2.1.9", CRITICAL_OR_NOT, false, NULL },
	{ EXTENSION_OID_NAME_CONSTRAINTS, "nameConstraints", "4.2.1.10", CRITICAL_ALWAYS, true,
		name_constraints_breach },
	{ EXTENSION_OID_CRL_DISTRIBUTION_POINTS, "cRLDistributionPoints", "4.2.1.13", CRITICAL_OR_NOT, false,
		distribution_points_breach },
	{ EXTENSION_OID_CERTIFICATE_POLICIES, "certificatePolicies", "4.2.1.4", CRITICAL_OR_NOT, false,
		policies_breach },
	{ "2.5.29.33", "policyMappings", "4.2.1.5", CRITICAL_OR_NOT, true, policy_mappings_breach },
	{ EXTENSION_OID_AUTHORITY_KEY_IDENTIFIER, "authorityKeyIdentifier", "4.2.1.1", CRITICAL_NEVER, false,
		authority_key_identifier_breach },
	{ "2.5.29.36", "policyConstraints", "4.2.1.11", CRITICAL_ALWAYS, true, policy_constraints_breach },
	{ EXTENSION_OID_EXTENDED_KEY_USAGE, "extendedKeyUsage", "4.2.1.12", CRITICAL_OR_NOT, false, usages_breach },
	{ EXTENSION_OID_FRESHEST_CRL, "freshestCRL", "4.2.1.15", CRITICAL_NEVER, false, distribution_points_breach },
	{ "2.5.29.54", "inhibitAnyPolicy", "4.2.1.14", CRITICAL_ALWAYS, true, inhibit_any_policy_breach },
	{ EXTENSION_OID_AUTHORITY_INFORMATION_ACCESS, "authorityInfoAccess", "4.2.2.1", CRITICAL_NEVER, false,
		access_breach },
	{ EXTENSION_OID_SUBJECT_INFORMATION_ACCESS, "subjectInfoAccess", "4.2.2.2", CRITICAL_NEVER, false,
		access_breach },
	/* Of RFC 6960, 4.2.2.2.1. */
	{ EXTENSION_OID_OCSP_NO_CHECK, "id-pkix-ocsp-nocheck", "4.2", CRITICAL_OR_NOT, false, null_breach },
};

const struct extension_rule *
extension_rule(struct str oid)
{
	for (size_t i = 0; i < ARRAY_COUNT(rules); i++)
		if (str_is(oid, rules[i].oid))
			return &rules[i];
	return NULL;
}
