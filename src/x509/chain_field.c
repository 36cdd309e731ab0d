#include "x509/certificate_field.h"

#include "x509/der.h"
#include "x509/field.h"

/* Room for the certificates of a chain; count is what was found, which may be more than we take. */
struct chain_parts {
	struct bytes *der;
	size_t count;
};

/* Whole DER certificates, one after another: taken when the rule is relaxed. False when it is something else, by the
 * first one. */
static bool
der_split(struct bytes text, size_t limit, struct arena *arena, struct chain_parts *out)
{
	struct der der = der_of(text);
	struct der_item item;
	const struct certificate *first;
	const char *why;
	size_t count = 0;

	if (text.n == 0 || !der_count(der, &count) || count > limit)
		return false;
	struct bytes *parts = ARENA_ARRAY(arena, struct bytes, count);
	for (size_t i = 0; i < count; i++) {
		if (!der_take(&der, DER_SEQUENCE, &item))
			return false;
		parts[i] = item.whole;
	}
	if (!certificate_parse(parts[0], arena, &first, &why))
		return false;
	*out = (struct chain_parts){ parts, count };
	return true;
}

static bool
blocks_take(const struct field *field, const struct field_rules *field_rules, const struct import_rules *rules,
	struct arena *arena, struct chain_parts *out, struct fault *fault)
{
	if (field->count > field_rules->chain_max)
		return import_refuse_always(field_rules->chain_pem, fault,
			"CertificateChain holds %zu certificates; at most %zu are taken, and a real chain has one to "
			"four.",
			field->count, field_rules->chain_max);
	if (field->other_count > 0 && !import_refuse(rules, field_rules->chain_pem, fault,
					      "CertificateChain holds something besides certificates. %.*s",
					      STR_ARG(field_diagnose_other(field, arena))))
		return false;
	struct bytes *parts = ARENA_ARRAY(arena, struct bytes, field->count);
	for (size_t i = 0; i < field->count; i++) {
		if (field->certificates[i].broken != NULL)
			return import_refuse_always(field_rules->chain_pem, fault,
				"Certificate %zu of %zu in CertificateChain cannot be read: %s.", i + 1, field->count,
				field->certificates[i].broken);
		parts[i] = field->certificates[i].der;
	}
	*out = (struct chain_parts){ parts, field->count };
	return true;
}

static bool
parts_find(struct bytes text, const struct field_rules *field_rules, const struct import_rules *rules,
	struct arena *arena, struct chain_parts *out, struct fault *fault)
{
	struct field field;

	field_scan(text, field_rules->chain_max, field_rules->of_authority, arena, &field);
	if (field.count > 0)
		return blocks_take(&field, field_rules, rules, arena, out, fault);
	if (der_split(text, field_rules->chain_max, arena, out))
		return import_refuse(rules, field_rules->chain_pem, fault,
			"CertificateChain is in DER: openssl x509 -inform DER -in issuer.der converts one certificate "
			"to PEM.");
	return import_refuse_always(field_rules->chain_pem, fault, "CertificateChain holds no certificate. %.*s%s",
		STR_ARG(field_diagnose(text, &field, arena)),
		field_rules->of_authority ? "" : " Leave it out if there is no chain.");
}

bool
chain_field_read(struct bytes text, const struct field_rules *field_rules, const struct import_rules *rules,
	struct arena *arena, const struct certificate *const **out, size_t *count, struct fault *fault)
{
	struct chain_parts parts;

	if (!parts_find(text, field_rules, rules, arena, &parts, fault))
		return false;
	const struct certificate **chain = ARENA_ARRAY(arena, const struct certificate *, parts.count);
	for (size_t i = 0; i < parts.count; i++) {
		const char *why = NULL;
		if (!certificate_parse(parts.der[i], arena, &chain[i], &why))
			return import_refuse_always(field_rules->chain_pem, fault,
				"Certificate %zu of %zu in CertificateChain is no X.509 certificate: %s.", i + 1,
				parts.count, why);
		/* Two readers might see two certificates in it: nothing to build a chain on. */
		if (chain[i]->ambiguity != NULL &&
			!import_refuse(rules, field_rules->chain_pem, fault,
				"This is wrong with certificate %zu of %zu in CertificateChain: %s.", i + 1,
				parts.count, chain[i]->ambiguity))
			return false;
	}
	*out = chain;
	*count = parts.count;
	return true;
}
