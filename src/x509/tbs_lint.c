/* What is about to be signed, held against RFC 5280. Sentences name the field, the clause and the change that helps. */
#include "base/clock.h"
#include "x509/extension_lint.h"
#include "x509/name_rules.h"
#include "x509/tbs.h"

enum { SERIAL_MAX_OCTETS = 20, QUOTE_MAX_BYTES = 100 };

#define refuse(fault, ...) fault_set((fault), FAULT_INVALID_ARGS, "The certificate would break RFC 5280: " __VA_ARGS__)

static bool
serial_lint(const struct certificate *tbs, struct fault *fault)
{
	/* 4.1.2.2: the sign octet, which DER puts before a first bit that is set, counts. */
	size_t octets = tbs->serial.n + (tbs->serial.p[0] >= 0x80);

	if (tbs->serial_negative || (tbs->serial.n == 1 && tbs->serial.p[0] == 0))
		return refuse(fault, "its serial number is not positive (4.1.2.2).");
	if (octets > SERIAL_MAX_OCTETS)
		return refuse(fault, "its serial number has %zu octets, more than 20 (4.1.2.2).", octets);
	return true;
}

static bool
validity_lint(const struct certificate *tbs, struct arena *arena, struct fault *fault)
{
	if (tbs->not_before_ms <= tbs->not_after_ms)
		return true;
	return refuse(fault,
		"its validity ends (%.*s) before it begins (%.*s), 4.1.2.5. Change Validity or ValidityNotBefore.",
		STR_ARG(clock_render_iso(tbs->not_after_ms, arena)),
		STR_ARG(clock_render_iso(tbs->not_before_ms, arena)));
}

static bool
is_directory_string(unsigned tag)
{
	return tag == DER_UTF8_STRING || tag == DER_PRINTABLE_STRING || tag == DER_T61_STRING ||
	       tag == DER_BMP_STRING || tag == DER_UNIVERSAL_STRING;
}

/* NULL, or what is wrong with an attribute's value (A.1). An attribute that has no rule may be of any type. */
static const char *
attribute_breach(const struct name_attribute *attribute, const struct name_rule *rule, struct arena *arena)
{
	unsigned tag = attribute->der.p[0];
	bool known = rule->oid != NULL;

	if (attribute->flaw != NULL)
		return attribute->flaw;
	if (known && rule->tag != DER_UTF8_STRING && tag != rule->tag)
		return arena_printf(
			arena, "is a %s, where %s is wanted", name_tag_words(tag), name_tag_words(rule->tag))
			.p;
	if (known && rule->tag == DER_UTF8_STRING && !is_directory_string(tag))
		return arena_printf(
			arena, "is a %s, where UTF8String or PrintableString is wanted", name_tag_words(tag))
			.p;
	if (attribute->value.p == NULL)
		return NULL;
	if (!name_text_fits(tag, attribute->value))
		return arena_printf(arena, "holds a character that no %s has", name_tag_words(tag)).p;
	size_t length = utf8_length(attribute->value);
	if (rule->exactly != 0 && length != rule->exactly)
		return arena_printf(arena, "has %zu characters instead of %zu", length, rule->exactly).p;
	if (rule->max != 0 && length == 0)
		return "is empty";
	if (rule->max != 0 && length > rule->max)
		return arena_printf(arena, "has %zu characters, more than %zu", length, rule->max).p;
	return NULL;
}

/* `where`: "its subject", "name 2 of its subjectAltName". */
static bool
name_lint(const struct name *name, const char *where, struct arena *arena, struct fault *fault)
{
	for (size_t i = 0; i < name->n; i++) {
		const struct name_attribute *attribute = &name->attributes[i];
		const struct name_rule *rule = name_rule(attribute->oid);
		const char *breach = attribute_breach(attribute, rule, arena);
		if (breach != NULL)
			return refuse(fault,
				"in %s, the %s (%.*s) %s (4.1.2.4 and A.1). Change it in the certificate signing "
				"request or in ApiPassthrough.",
				where, rule->words, STR_ARG(attribute->oid), breach);
	}
	return true;
}

static bool
subject_lint(const struct certificate *tbs, struct arena *arena, struct fault *fault)
{
	const struct certificate_extension *names = certificate_extension(tbs, EXTENSION_OID_SUBJECT_ALTERNATIVE_NAME);

	if (tbs->issuer_name.n == 0)
		return refuse(fault, "its issuer has no name (4.1.2.4).");
	if (tbs->subject_name.n == 0 && tbs->is_ca)
		return refuse(fault,
			"a CA must have a subject, and there is none (4.1.2.6). Give one in the certificate "
			"signing request or in ApiPassthrough.");
	if (tbs->subject_name.n == 0 && names == NULL)
		return refuse(fault, "it has neither a subject nor a subjectAltName (4.1.2.6). Give one of them in the "
				     "certificate signing request or in ApiPassthrough.");
	if (tbs->subject_name.n == 0 && !names->critical)
		return refuse(fault, "its subject is empty, so its subjectAltName must be critical (4.1.2.6). Mark it "
				     "critical, or give a subject.");
	return name_lint(&tbs->subject_name, "its subject", arena, fault);
}

static const char *
name_breach(const struct general_name *name)
{
	if (name->flaw != NULL)
		return name->flaw;
	if (name->kind == GENERAL_NAME_DNS || name->kind == GENERAL_NAME_EMAIL || name->kind == GENERAL_NAME_URI)
		return general_name_breach(name->kind, name->text);
	return NULL;
}

static bool
names_lint(const struct certificate *tbs, struct arena *arena, struct fault *fault)
{
	if (tbs->names == NULL)
		return true;
	if (tbs->name_count == 0)
		return refuse(fault, "its subjectAltName is empty (4.2.1.6). Leave it out, or give a name.");
	for (size_t i = 0; i < tbs->name_count; i++) {
		const struct general_name *name = &tbs->names[i];
		struct name directory;
		const char *breach = name_breach(name);
		struct str quoted = { name->text.p, utf8_prefix(name->text, QUOTE_MAX_BYTES) };
		if (breach != NULL)
			return refuse(fault,
				"name %zu of its subjectAltName, \"%.*s\", %s (4.2.1.6). Change it in the certificate "
				"signing request or in ApiPassthrough.",
				i + 1, STR_ARG(quoted), breach);
		if (name->kind != GENERAL_NAME_DIRECTORY)
			continue;
		const char *where = arena_printf(arena, "name %zu of its subjectAltName", i + 1).p;
		if (!name_parse(name->der, arena, &directory) || !name_lint(&directory, where, arena, fault))
			return false;
	}
	return true;
}

static bool
extension_lint(const struct certificate *tbs, const struct certificate_extension *extension, struct arena *arena,
	struct fault *fault)
{
	const struct extension_rule *rule = extension_rule(extension->oid);

	if (rule == NULL)
		return true;
	const char *breach = rule->breach != NULL ? rule->breach(der_of(extension->value), arena) : NULL;
	if (breach == NULL && rule->criticality == CRITICAL_NEVER && extension->critical)
		breach = "must not be critical";
	if (breach == NULL && rule->criticality == CRITICAL_ALWAYS && !extension->critical)
		breach = "must be critical";
	if (breach == NULL && rule->of_ca && !tbs->is_ca)
		breach = "belongs in certificates of CAs only";
	if (breach == NULL)
		return true;
	return refuse(fault,
		"its extension %s (%s) %s (%s). Change it in the certificate signing request or in ApiPassthrough.",
		rule->words, rule->oid, breach, rule->clause);
}

/* What basicConstraints and keyUsage say together (4.2.1.3 and 4.2.1.9). */
static bool
authority_lint(const struct certificate *tbs, struct fault *fault)
{
	const struct certificate_extension *constraints = certificate_extension(tbs, EXTENSION_OID_BASIC_CONSTRAINTS);
	bool signs = tbs->has_key_usage && (tbs->key_usage & KEY_USAGE_KEY_CERT_SIGN) != 0;

	if (tbs->has_key_usage && tbs->key_usage == 0)
		return refuse(fault, "its keyUsage allows nothing (4.2.1.3). Set a bit of it, or leave it out.");
	if (tbs->is_ca && !constraints->critical)
		return refuse(fault, "the basicConstraints of a CA must be critical (4.2.1.9).");
	if (signs && !tbs->is_ca)
		return refuse(fault, "its keyUsage has keyCertSign, but it is no certificate of a CA (4.2.1.9). Take "
				     "keyCertSign away, or use a CA template.");
	if (tbs->path_length >= 0 && (!tbs->is_ca || !signs))
		return refuse(fault, "its basicConstraints limit the path length, which only a CA with keyCertSign in "
				     "its keyUsage can (4.2.1.9).");
	return true;
}

bool
tbs_lint(const struct certificate *tbs, struct arena *arena, struct fault *fault)
{
	if (tbs->ambiguity != NULL)
		return refuse(fault, "%s.", tbs->ambiguity);
	if (tbs->version != 3)
		return refuse(fault, "it is of version %d, not 3 (4.1.2.1).", tbs->version);
	if (!serial_lint(tbs, fault) || !validity_lint(tbs, arena, fault) || !subject_lint(tbs, arena, fault) ||
		!names_lint(tbs, arena, fault))
		return false;
	for (size_t i = 0; i < tbs->extension_count; i++)
		if (!extension_lint(tbs, &tbs->extensions[i], arena, fault))
			return false;
	if (!authority_lint(tbs, fault))
		return false;
	/* What the reader itself saw and nobody above has words for: time types, an empty list of extensions. */
	if (tbs->flaw != NULL)
		return refuse(fault, "%s.", tbs->flaw);
	return true;
}
