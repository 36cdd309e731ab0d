/* A re-import may change the names, the issuer and the key, but not so that what uses the certificate breaks. */
#include "x509/import.h"
#include "x509/usage.h"

static bool
key_stays(const struct certificate *current, const struct certificate *next, const struct import_rules *rules,
	struct fault *fault)
{
	return current->key.algorithm == next->key.algorithm ||
	       import_refuse(rules, IMPORT_RULE_REPLACE_KEY, fault,
		       "The current key is %s, the new one %s. Import it as a new certificate, without CertificateArn.",
		       current->key.words, next->key.words);
}

static bool
has_domain_name(const struct certificate *certificate)
{
	for (size_t i = 0; i < certificate->name_count; i++)
		if (certificate->names[i].kind == GENERAL_NAME_DNS)
			return true;
	return name_get(&certificate->subject_name, NAME_OID_COMMON_NAME).p != NULL;
}

static bool
names_stay(const struct certificate *current, const struct certificate *next, const struct import_rules *rules,
	struct fault *fault)
{
	return !has_domain_name(current) || has_domain_name(next) ||
	       import_refuse(rules, IMPORT_RULE_REPLACE_NAMES, fault,
		       "The current certificate has domain names, the new one has neither a DNS name nor a common "
		       "name.");
}

/* No keyUsage extension allows everything (RFC 5280, 4.2.1.3: it restricts). */
static bool
key_usage_stays(const struct certificate *current, const struct certificate *next, const struct import_rules *rules,
	struct arena *arena, struct fault *fault)
{
	if (!next->has_key_usage)
		return true;
	if (!current->has_key_usage)
		return import_refuse(rules, IMPORT_RULE_REPLACE_KEY_USAGE, fault,
			"The current certificate has no key usage extension, which allows every usage; the new one "
			"allows only %.*s.",
			STR_ARG(key_usage_words(next->key_usage, arena)));
	unsigned missing = current->key_usage & ~next->key_usage;
	return missing == 0 ||
	       import_refuse(rules, IMPORT_RULE_REPLACE_KEY_USAGE, fault, "Missing: %.*s. Have it issued with them.",
		       STR_ARG(key_usage_words(missing, arena)));
}

/* Public CAs dropped clientAuth from server certificates in 2025 and 2026; AWS lets that one go (reimport, 2026). */
static bool
may_go(struct str usage)
{
	return str_is(usage, USAGE_CLIENT_AUTHENTICATION);
}

static bool
extended_key_usage_stays(const struct certificate *current, const struct certificate *next,
	const struct import_rules *rules, struct arena *arena, struct fault *fault)
{
	if (usage_allows(next, USAGE_ANY))
		return true;
	if (!current->has_extended_key_usage)
		return import_refuse(rules, IMPORT_RULE_REPLACE_EXTENDED_KEY_USAGE, fault,
			"The current certificate has no extended key usage extension, which allows every usage; the "
			"new one allows "
			"only %.*s.",
			STR_ARG(usage_words(next, arena)));
	for (size_t i = 0; i < current->extended_key_usage_count; i++) {
		struct str usage = current->extended_key_usage[i];
		if (may_go(usage) || usage_allows(next, arena_cstr(arena, usage)))
			continue;
		return import_refuse(rules, IMPORT_RULE_REPLACE_EXTENDED_KEY_USAGE, fault,
			"Missing: %.*s; the new certificate allows %.*s. Have it issued with it.",
			STR_ARG(usage_word(usage)), STR_ARG(usage_words(next, arena)));
	}
	return true;
}

bool
import_replace_check(const struct certificate *current, const struct certificate *next,
	const struct import_rules *rules, struct arena *arena, struct fault *fault)
{
	return key_stays(current, next, rules, fault) && names_stay(current, next, rules, fault) &&
	       key_usage_stays(current, next, rules, arena, fault) &&
	       extended_key_usage_stays(current, next, rules, arena, fault);
}
