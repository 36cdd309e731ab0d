#include "authority_papers.h"

#include <stdlib.h>
#include <string.h>

#include "x509/certificate.h"

enum { OWN_SLOT, POLICY_SLOT, ROOT_SLOT }; /* ROOT_SLOT is forge_root()'s */

static struct recipe
papers(enum forge_kind kind, const char *subject, const char *issuer, unsigned slot, unsigned issuer_slot)
{
	return (struct recipe){ .subject = subject,
		.issuer = issuer,
		.key = forge_key(kind, slot),
		.issuer_key = forge_key(kind, issuer_slot),
		.ca = FORGE_CA_TRUE,
		.key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN };
}

struct recipe
papers_root(enum forge_kind kind)
{
	return papers(kind, "CN=Own Root,O=Example", NULL, OWN_SLOT, OWN_SLOT);
}

struct recipe
papers_subordinate(enum forge_kind kind)
{
	return papers(kind, "CN=Own CA,O=Example", "CN=Root CA", OWN_SLOT, ROOT_SLOT);
}

struct recipe
papers_lower(enum forge_kind kind)
{
	return papers(kind, "CN=Own CA,O=Example", "CN=Policy CA", OWN_SLOT, POLICY_SLOT);
}

struct recipe
papers_policy(enum forge_kind kind)
{
	return papers(kind, "CN=Policy CA", "CN=Root CA", POLICY_SLOT, ROOT_SLOT);
}

struct authority_claim
papers_claim(const struct recipe *own, bool is_root, struct arena *arena)
{
	const struct certificate *certificate;
	const char *why;

	if (!certificate_parse(forge_certificate(own, arena), arena, &certificate, &why))
		abort();
	return (struct authority_claim){ is_root, certificate->spki, certificate->subject };
}

struct str
papers_chain(const struct recipe *recipes, size_t count, struct arena *arena)
{
	struct str parts[PAPERS_MAX_CHAIN];

	if (count > PAPERS_MAX_CHAIN)
		abort();
	for (size_t i = 0; i < count; i++)
		parts[i] = forge_certificate_pem(&recipes[i], arena);
	return forge_join(arena, count, parts);
}

struct bytes
papers_extension(const char *oid, bool critical, struct arena *arena)
{
	/* a DNS name; keyCertSign; OCSPSigning; OCSP at a URI */
	const char *value = strcmp(oid, "2.5.29.17") == 0           ? "3008820663612e636f6d"
			    : strcmp(oid, "2.5.29.15") == 0         ? "03020204"
			    : strcmp(oid, "2.5.29.37") == 0         ? "300a06082b06010505070309"
			    : strcmp(oid, "1.3.6.1.5.5.7.1.1") == 0 ? "3013301106082b060105050730018605687474703a"
								    : "3000";

	return forge_extension(oid, critical, forge_hex(value, arena), arena);
}
