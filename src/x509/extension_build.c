#include <openssl/evp.h>
#include <string.h>

#include "x509/build_parts.h"
#include "x509/key_parts.h"
#include "x509/name_rules.h"

#define ACCESS_METHOD_OCSP "1.3.6.1.5.5.7.48.1"
#define QUALIFIER_CPS "1.3.6.1.5.5.7.2.1"

/* Extension (RFC 5280, 4.1); FALSE is critical's default, which DER leaves out. */
static void
extension_put(struct der_writer *writer, const struct certificate_extension *extension)
{
	size_t mark = der_mark(writer);

	der_put_item(writer, DER_OCTET_STRING, extension->value);
	if (extension->critical)
		der_put_boolean(writer, true);
	if (!der_put_oid_text(writer, extension->oid))
		der_put_item(writer, DER_OID, (struct bytes){ 0 });
	der_wrap(writer, DER_SEQUENCE, mark);
}

void
extensions_put(struct der_writer *writer, const struct certificate_extension *extensions, size_t count)
{
	size_t mark = der_mark(writer);

	for (size_t i = count; i > 0; i--)
		extension_put(writer, &extensions[i - 1]);
	der_wrap(writer, DER_SEQUENCE, mark);
}

static struct certificate_extension
extension_of(const char *oid, bool critical, struct der_writer *value, struct arena *arena)
{
	return (struct certificate_extension){ str_of(oid), critical, der_finish(value, arena) };
}

/* FALSE is cA's default, which DER leaves out. */
struct certificate_extension
extension_basic_constraints(bool critical, bool is_ca, int path_length, struct arena *arena)
{
	struct der_writer value = { 0 };

	if (path_length >= 0)
		der_put_number(&value, path_length);
	if (is_ca)
		der_put_boolean(&value, true);
	der_wrap(&value, DER_SEQUENCE, 0);
	return extension_of(EXTENSION_OID_BASIC_CONSTRAINTS, critical, &value, arena);
}

struct certificate_extension
extension_key_usage(bool critical, unsigned key_usage, struct arena *arena)
{
	struct der_writer value = { 0 };

	der_put_named_bits(&value, key_usage);
	return extension_of(EXTENSION_OID_KEY_USAGE, critical, &value, arena);
}

struct certificate_extension
extension_ocsp_no_check(struct arena *arena)
{
	struct der_writer value = { 0 };

	der_wrap(&value, DER_NULL, 0);
	return extension_of(EXTENSION_OID_OCSP_NO_CHECK, false, &value, arena);
}

bool
key_hash(struct bytes spki, const char *digest, struct arena *arena, struct bytes *out)
{
	struct key_public public;
	uint8_t hash[EVP_MAX_MD_SIZE];
	size_t n = 0;

	if (!key_public_read(spki, &public) ||
		EVP_Q_digest(NULL, digest, NULL, public.key.p, public.key.n, hash, &n) != 1)
		return false;
	*out = arena_bytes(arena, (struct bytes){ hash, n });
	return true;
}

bool
issuer_hash(const struct certificate *issuer, const char *digest, struct arena *arena, struct bytes *out)
{
	uint8_t both[2 * EVP_MAX_MD_SIZE];
	struct bytes key;
	size_t n = 0;

	if (EVP_Q_digest(NULL, digest, NULL, issuer->subject.p, issuer->subject.n, both, &n) != 1 ||
		!key_hash(issuer->spki, digest, arena, &key))
		return false;
	memcpy(both + n, key.p, key.n);
	*out = arena_bytes(arena, (struct bytes){ both, n + key.n });
	return true;
}

/* Empty for what is no key: tbs_lint() refuses it. */
static struct bytes
identifier_of(struct bytes spki, struct arena *arena)
{
	struct bytes identifier = { (const uint8_t *)"", 0 };

	(void)!key_hash(spki, "SHA1", arena, &identifier);
	return identifier;
}

struct certificate_extension
extension_subject_key_identifier(struct bytes spki, struct arena *arena)
{
	struct der_writer value = { 0 };

	der_put_item(&value, DER_OCTET_STRING, identifier_of(spki, arena));
	return extension_of(EXTENSION_OID_SUBJECT_KEY_IDENTIFIER, false, &value, arena);
}

struct bytes
key_identifier_of(const struct certificate *issuer, struct arena *arena)
{
	const struct certificate_extension *own = certificate_extension(issuer, EXTENSION_OID_SUBJECT_KEY_IDENTIFIER);
	struct der value = own != NULL ? der_of(own->value) : (struct der){ 0 };
	struct der_item item;

	if (own != NULL && der_take(&value, DER_OCTET_STRING, &item) && der_at_end(&value) && item.content.n > 0)
		return arena_bytes(arena, item.content);
	return identifier_of(issuer->spki, arena);
}

struct certificate_extension
extension_authority_key_identifier(struct bytes key_identifier, struct arena *arena)
{
	struct der_writer value = { 0 };

	der_put_item(&value, DER_CONTEXT + 0, key_identifier);
	der_wrap(&value, DER_SEQUENCE, 0);
	return extension_of(EXTENSION_OID_AUTHORITY_KEY_IDENTIFIER, false, &value, arena);
}

struct certificate_extension
extension_subject_alternative_name(bool critical, struct bytes general_names, struct arena *arena)
{
	return (struct certificate_extension){ STR(EXTENSION_OID_SUBJECT_ALTERNATIVE_NAME), critical,
		arena_bytes(arena, general_names) };
}

/* DistributionPoint { distributionPoint [0] { fullName [0] { uniformResourceIdentifier } } } */
struct certificate_extension
extension_crl_distribution_point(struct str url, bool freshest, struct arena *arena)
{
	struct der_writer value = { 0 };

	der_put_item(&value, DER_CONTEXT + GENERAL_NAME_URI, bytes_of_str(url));
	der_wrap(&value, DER_CONTEXT_CONSTRUCTED + 0, 0);
	der_wrap(&value, DER_CONTEXT_CONSTRUCTED + 0, 0);
	der_wrap(&value, DER_SEQUENCE, 0);
	der_wrap(&value, DER_SEQUENCE, 0);
	return extension_of(
		freshest ? EXTENSION_OID_FRESHEST_CRL : EXTENSION_OID_CRL_DISTRIBUTION_POINTS, false, &value, arena);
}

struct certificate_extension
extension_ocsp_access(struct str url, struct arena *arena)
{
	struct der_writer value = { 0 };

	der_put_item(&value, DER_CONTEXT + GENERAL_NAME_URI, bytes_of_str(url));
	der_put_oid(&value, ACCESS_METHOD_OCSP);
	der_wrap(&value, DER_SEQUENCE, 0);
	der_wrap(&value, DER_SEQUENCE, 0);
	return extension_of(EXTENSION_OID_AUTHORITY_INFORMATION_ACCESS, false, &value, arena);
}

/* Refuses, and ends the writer. */
static bool
refuse_oid(struct der_writer *value, const char *what, struct str oid, struct fault *fault)
{
	der_writer_done(value);
	return fault_set(fault, FAULT_INVALID_ARGS,
		"%s: \"%.*s\" is not an object identifier such as 1.3.6.1.5.5.7.3.1.", what, STR_ARG(oid));
}

bool
extension_extended_key_usage(bool critical, const struct str *oids, size_t count, struct arena *arena,
	struct certificate_extension *out, struct fault *fault)
{
	struct der_writer value = { 0 };

	if (count == 0)
		return fault_set(fault, FAULT_INVALID_ARGS, "ExtendedKeyUsage: at least one purpose is wanted.");
	for (size_t i = count; i > 0; i--)
		if (!der_put_oid_text(&value, oids[i - 1]))
			return refuse_oid(&value, "ExtendedKeyUsage", oids[i - 1], fault);
	der_wrap(&value, DER_SEQUENCE, 0);
	*out = extension_of(EXTENSION_OID_EXTENDED_KEY_USAGE, critical, &value, arena);
	return true;
}

static bool
policy_put(struct der_writer *value, const struct policy_part *policy, struct fault *fault)
{
	size_t mark = der_mark(value);

	for (size_t i = policy->cps_count; i > 0; i--) {
		struct general_name_part uri = { .kind = GENERAL_NAME_URI, .text = policy->cps_uris[i - 1] };
		const char *breach = general_name_breach(GENERAL_NAME_URI, uri.text);
		size_t qualifier = der_mark(value);
		if (breach != NULL) {
			der_writer_done(value);
			return general_name_refuse("CertificatePolicies", i - 1, &uri, breach, fault);
		}
		der_put_item(value, DER_IA5_STRING, bytes_of_str(uri.text));
		der_put_oid(value, QUALIFIER_CPS);
		der_wrap(value, DER_SEQUENCE, qualifier);
	}
	if (policy->cps_count > 0)
		der_wrap(value, DER_SEQUENCE, mark);
	if (!der_put_oid_text(value, policy->oid))
		return refuse_oid(value, "CertificatePolicies", policy->oid, fault);
	der_wrap(value, DER_SEQUENCE, mark);
	return true;
}

bool
extension_certificate_policies(const struct policy_part *policies, size_t count, struct arena *arena,
	struct certificate_extension *out, struct fault *fault)
{
	struct der_writer value = { 0 };

	if (count == 0)
		return fault_set(fault, FAULT_INVALID_ARGS, "CertificatePolicies: at least one policy is wanted.");
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++)
			if (str_equal(policies[i].oid, policies[k].oid))
				return fault_set(fault, FAULT_INVALID_ARGS,
					"CertificatePolicies: the policy %.*s is there twice, which RFC 5280, 4.2.1.4 "
					"forbids.",
					STR_ARG(policies[i].oid));
	for (size_t i = count; i > 0; i--)
		if (!policy_put(&value, &policies[i - 1], fault))
			return false;
	der_wrap(&value, DER_SEQUENCE, 0);
	*out = extension_of(EXTENSION_OID_CERTIFICATE_POLICIES, false, &value, arena);
	return true;
}

bool
extension_subject_information_access(const struct access_part *parts, size_t count, struct arena *arena,
	struct certificate_extension *out, struct fault *fault)
{
	struct der_writer value = { 0 };

	if (count == 0)
		return fault_set(fault, FAULT_INVALID_ARGS, "SubjectInformationAccess: at least one place is wanted.");
	for (size_t i = count; i > 0; i--) {
		const struct access_part *part = &parts[i - 1];
		size_t mark = der_mark(&value);
		const char *breach = general_name_put(&value, &part->location, arena);
		if (breach != NULL) {
			der_writer_done(&value);
			return general_name_refuse("SubjectInformationAccess", i - 1, &part->location, breach, fault);
		}
		if (!der_put_oid_text(&value, part->method))
			return refuse_oid(&value, "SubjectInformationAccess", part->method, fault);
		der_wrap(&value, DER_SEQUENCE, mark);
	}
	der_wrap(&value, DER_SEQUENCE, 0);
	*out = extension_of(EXTENSION_OID_SUBJECT_INFORMATION_ACCESS, false, &value, arena);
	return true;
}

bool
oid_text_valid(struct str dotted)
{
	struct der_writer writer = { 0 };
	bool valid = der_put_oid_text(&writer, dotted);

	der_writer_done(&writer);
	return valid;
}
