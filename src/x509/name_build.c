#include <string.h>

#include "x509/build.h"
#include "x509/der_write.h"
#include "x509/name_rules.h"

/* RFC 5280, A.1 has the limits of X.520; ub-name is 32768. */
static const struct name_rule rules[] = {
	{ "2.5.4.3", "commonName", DER_UTF8_STRING, 0, 64, 64 },
	{ "2.5.4.4", "surname", DER_UTF8_STRING, 0, 40, 32768 },
	{ "2.5.4.5", "serialNumber", DER_PRINTABLE_STRING, 0, 64, 64 },
	{ "2.5.4.6", "countryName", DER_PRINTABLE_STRING, 2, 2, 2 },
	{ "2.5.4.7", "localityName", DER_UTF8_STRING, 0, 128, 128 },
	{ "2.5.4.8", "stateOrProvinceName", DER_UTF8_STRING, 0, 128, 128 },
	{ "2.5.4.10", "organizationName", DER_UTF8_STRING, 0, 64, 64 },
	{ "2.5.4.11", "organizationalUnitName", DER_UTF8_STRING, 0, 64, 64 },
	{ "2.5.4.12", "title", DER_UTF8_STRING, 0, 64, 64 },
	{ "2.5.4.41", "name", DER_UTF8_STRING, 0, 256, 32768 },
	{ "2.5.4.42", "givenName", DER_UTF8_STRING, 0, 16, 32768 },
	{ "2.5.4.43", "initials", DER_UTF8_STRING, 0, 5, 32768 },
	{ "2.5.4.44", "generationQualifier", DER_UTF8_STRING, 0, 3, 32768 },
	{ "2.5.4.46", "dnQualifier", DER_PRINTABLE_STRING, 0, 64, 0 },
	{ "2.5.4.65", "pseudonym", DER_UTF8_STRING, 0, 128, 128 },
	{ "0.9.2342.19200300.100.1.25", "domainComponent", DER_IA5_STRING, 0, 256, 0 },
	{ "1.2.840.113549.1.9.1", "emailAddress", DER_IA5_STRING, 0, 255, 255 },
};
static const struct name_rule other_rule = { NULL, "attribute", DER_UTF8_STRING, 0, 256, 0 };

const struct name_rule *
name_rule(struct str oid)
{
	for (size_t i = 0; i < ARRAY_COUNT(rules); i++)
		if (str_is(oid, rules[i].oid))
			return &rules[i];
	return &other_rule;
}

static bool
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* X.680, 41: the alphabets. */
static bool
character_fits(unsigned tag, unsigned char c)
{
	bool digit = c >= '0' && c <= '9';

	switch (tag) {
	case DER_PRINTABLE_STRING:
		return digit || is_letter((char)c) || (c != '\0' && strchr(" '()+,-./:=?", c) != NULL);
	case DER_NUMERIC_STRING:
		return digit || c == ' ';
	case DER_VISIBLE_STRING:
		return c >= 0x20 && c < 0x7f;
	case DER_IA5_STRING:
		return c < 0x80;
	default:
		return true;
	}
}

bool
name_text_fits(unsigned tag, struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!character_fits(tag, (unsigned char)text.p[i]))
			return false;
	return true;
}

const char *
name_tag_words(unsigned tag)
{
	switch (tag) {
	case DER_UTF8_STRING:
		return "UTF8String";
	case DER_PRINTABLE_STRING:
		return "PrintableString";
	case DER_IA5_STRING:
		return "IA5String";
	case DER_NUMERIC_STRING:
		return "NumericString";
	case DER_VISIBLE_STRING:
		return "VisibleString";
	case DER_T61_STRING:
		return "TeletexString";
	case DER_BMP_STRING:
		return "BMPString";
	case DER_UNIVERSAL_STRING:
		return "UniversalString";
	default:
		return "type that is no string";
	}
}

/* What the characters of a type are, for people. */
static const char *
alphabet(unsigned tag)
{
	return tag == DER_PRINTABLE_STRING ? "letters, digits, spaces and ' ( ) + , - . / : = ?" : "ASCII characters";
}

static bool
part_check(const struct name_part *part, struct fault *fault)
{
	const struct name_rule *rule = name_rule(part->oid);

	if (!oid_text_valid(part->oid))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"\"%.*s\" is not an object identifier that an attribute of a name can have.",
			STR_ARG(part->oid));
	if (part->value.n == 0)
		return fault_set(fault, FAULT_INVALID_ARGS, "The %s (%.*s) of a name must not be empty.", rule->words,
			STR_ARG(part->oid));
	if (!utf8_valid(part->value) || memchr(part->value.p, '\0', part->value.n) != NULL)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"The %s (%.*s) of a name must be UTF-8 text without NUL characters.", rule->words,
			STR_ARG(part->oid));
	if (rule->exactly == 2 && (part->value.n != 2 || !is_letter(part->value.p[0]) || !is_letter(part->value.p[1])))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"The %s (%.*s) of a name must be exactly two letters (ISO 3166), such as US.", rule->words,
			STR_ARG(part->oid));
	size_t length = utf8_length(part->value);
	if (length > rule->issue_max)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"The %s (%.*s) of a name may have at most %zu characters, but has %zu.", rule->words,
			STR_ARG(part->oid), rule->issue_max, length);
	if (!name_text_fits(rule->tag, part->value))
		return fault_set(fault, FAULT_INVALID_ARGS, "The %s (%.*s) of a name may hold %s only.", rule->words,
			STR_ARG(part->oid), alphabet(rule->tag));
	return true;
}

bool
name_build(const struct name_part *parts, size_t count, struct arena *arena, struct bytes *der, struct fault *fault)
{
	struct der_writer writer = { 0 };

	/* The first that is wrong is named, but they are written from the last on. */
	for (size_t i = 0; i < count; i++)
		if (!part_check(&parts[i], fault))
			return false;
	for (size_t i = count; i > 0; i--) {
		const struct name_part *part = &parts[i - 1];
		size_t mark = der_mark(&writer);
		der_put_item(&writer, name_rule(part->oid)->tag, bytes_of_str(part->value));
		der_put_oid(&writer, arena_cstr(arena, part->oid));
		der_wrap(&writer, DER_SEQUENCE, mark);
		der_wrap(&writer, DER_SET, mark);
	}
	der_wrap(&writer, DER_SEQUENCE, 0);
	*der = der_finish(&writer, arena);
	return true;
}
