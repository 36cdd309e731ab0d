#include "x509/critical.h"

/* In AWS's order, then others that certificates are seen with. */
static const struct known {
	const char *oid;
	const char *words;
	bool allowed;
} known_extensions[] = {
	{ "2.5.29.19", "basic constraints", true },
	{ "2.5.29.17", "subject alternative names", true },
	{ "2.5.29.15", "key usage", true },
	{ "2.5.29.37", "extended key usage", true },
	{ "2.5.29.35", "authority key identifier", true },
	{ "2.5.29.14", "subject key identifier", true },
	{ "2.5.29.18", "issuer alternative name", true },
	{ "2.5.29.9", "subject directory attributes", true },
	{ "1.3.6.1.5.5.7.1.11", "subject information access", true },
	{ "2.5.29.32", "certificate policies", true },
	{ "2.5.29.33", "policy mappings", true },
	{ "2.5.29.54", "inhibit anyPolicy", true },

	{ EXTENSION_NAME_CONSTRAINTS, "name constraints", false },
	{ "2.5.29.36", "policy constraints", false },
	{ "2.5.29.31", "CRL distribution points", false },
	{ "1.3.6.1.5.5.7.1.1", "authority information access", false },
	{ "2.5.29.46", "freshest CRL", false },

	{ "2.5.29.16", "private key usage period", false },
	{ "1.3.6.1.5.5.7.1.3", "qualified certificate statements", false },
	{ "1.3.6.1.5.5.7.1.14", "proxy certificate information", false },
	{ "1.3.6.1.5.5.7.1.24", "TLS feature", false },
	{ "1.3.6.1.5.5.7.48.1.5", "OCSP no check", false },
	{ "1.3.6.1.4.1.11129.2.4.2", "signed certificate timestamps", false },
	{ "1.3.6.1.4.1.11129.2.4.3", "Certificate Transparency precertificate poison", false },
	{ "2.16.840.1.113730.1.1", "Netscape certificate type", false },
	{ "2.16.840.1.113730.1.13", "Netscape comment", false },
};

static const struct known *
known_find(struct str oid)
{
	for (size_t i = 0; i < ARRAY_COUNT(known_extensions); i++)
		if (str_is(oid, known_extensions[i].oid))
			return &known_extensions[i];
	return NULL;
}

bool
critical_is_allowed(struct str oid)
{
	const struct known *known = known_find(oid);

	return known != NULL && known->allowed;
}

struct str
extension_words(struct str oid, struct arena *arena)
{
	const struct known *known = known_find(oid);

	return arena_printf(
		arena, "%s (%.*s)", known != NULL ? known->words : "an extension unknown here", STR_ARG(oid));
}
