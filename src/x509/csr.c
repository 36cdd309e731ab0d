#include "x509/csr.h"

#include "x509/algorithm.h"
#include "x509/build_parts.h"
#include "x509/certificate_parts.h"
#include "x509/csr_parts.h"
#include "x509/extension.h"
#include "x509/key_parts.h"
#include "x509/oid.h"
#include "x509/tbs.h"

/* RFC 2985, 5.4.2; and the name that Windows gave the same thing before. */
#define ATTRIBUTE_EXTENSION_REQUEST "1.2.840.113549.1.9.14"
#define ATTRIBUTE_EXTENSION_REQUEST_MICROSOFT "1.3.6.1.4.1.311.2.1.14"

enum {
	CSR_MAX_ATTRIBUTES = 100, /* real requests have up to four */
	CSR_MIN_RSA_BITS = 1024,
	CSR_MAX_RSA_BITS = 8192,
};

#define CSR_KEYS "RSA of 1024 to 8192 bits, EC P-256, P-384 or P-521, Ed25519 or Ed448"

static bool
because(const char **why, const char *clause)
{
	*why = clause;
	return false;
}

static bool
names_take(struct csr *csr, struct arena *arena, const char **why)
{
	for (size_t i = 0; i < csr->extension_count; i++) {
		const struct certificate_extension *extension = &csr->extensions[i];
		if (extension_is_repeated(csr->extensions, i))
			return because(why,
				arena_printf(arena, "it asks for the extension %.*s twice", STR_ARG(extension->oid)).p);
		if (!str_is(extension->oid, EXTENSION_SUBJECT_ALTERNATIVE_NAME))
			continue;
		*why = "its subjectAltName extension is malformed";
		if (!general_names_read(der_of(extension->value), arena, &csr->names, &csr->name_count, why))
			return false;
		csr->names_critical = extension->critical;
	}
	return true;
}

/* extensionRequest has one value: the extensions asked for. */
static bool
extension_request_read(struct der values, struct csr *csr, struct arena *arena, const char **why)
{
	size_t count = 0;

	if (csr->extensions != NULL)
		return because(why, "it has more than one list of extensions");
	if (!der_count(values, &count) || count != 1)
		return because(why, "its extensionRequest attribute has not exactly one value");
	return extension_list_read(values, arena, &csr->extensions, &csr->extension_count, why) &&
	       names_take(csr, arena, why);
}

/* Attributes, RFC 2986, 4.1. Those of no use to a certificate (challengePassword, Windows' own) are passed over. */
static bool
attributes_read(struct der attributes, struct csr *csr, struct arena *arena, const char **why)
{
	struct str seen[CSR_MAX_ATTRIBUTES];
	size_t count = 0;

	for (; !der_at_end(&attributes); count++) {
		struct der fields;
		struct der values;
		struct str *oid = &seen[count];
		size_t n = 0;
		if (count == CSR_MAX_ATTRIBUTES)
			return because(why, "it has more than 100 attributes");
		if (!der_enter(&attributes, DER_SEQUENCE, &fields) || !oid_take(&fields, arena, oid, NULL) ||
			!der_enter(&fields, DER_SET, &values) || !der_at_end(&fields) || !der_count(values, &n))
			return because(why, "one of its attributes is malformed");
		for (size_t i = 0; i < count; i++)
			if (str_equal(seen[i], *oid))
				return because(
					why, arena_printf(arena, "its attribute %.*s is there twice", STR_ARG(*oid)).p);
		if ((str_is(*oid, ATTRIBUTE_EXTENSION_REQUEST) ||
			    str_is(*oid, ATTRIBUTE_EXTENSION_REQUEST_MICROSOFT)) &&
			!extension_request_read(values, csr, arena, why))
			return false;
	}
	return true;
}

/* CertificationRequestInfo, RFC 2986, 4.1. */
static bool
info_read(struct der info, struct csr *csr, struct arena *arena, const char **why)
{
	struct der_item item;
	struct der attributes;
	int version = 0;

	if (!der_take(&info, DER_INTEGER, &item) || !der_small_number(item.content, &version) || version != 0)
		return because(why, "its version is not that of PKCS #10, which is 0");
	if (!der_take(&info, DER_SEQUENCE, &item) || !name_parse(item.whole, arena, &csr->subject_name))
		return because(why, "its subject is malformed");
	csr->subject = item.whole;
	if (!der_take(&info, DER_SEQUENCE, &item) || !key_describe(item.whole, &csr->key))
		return because(why, "its public key is malformed");
	csr->spki = item.whole;
	/* They are not OPTIONAL, but some tools leave them out when there are none. */
	if (der_at_end(&info))
		return true;
	if (!der_enter(&info, DER_CONTEXT_CONSTRUCTED + 0, &attributes) || !der_at_end(&info))
		return because(why, "its attributes are malformed, or something follows them");
	return attributes_read(attributes, csr, arena, why);
}

/* The three parts of a request. */
static bool
request_read(struct csr *csr, struct arena *arena, struct bytes *algorithm, struct bytes *signature, const char **why)
{
	struct der input = der_of(csr->der);
	struct der fields;
	struct der_item item;
	struct der info;

	if (!der_enter(&input, DER_SEQUENCE, &fields))
		return because(why, "it is not DER, or it is cut short");
	if (!der_at_end(&input))
		return because(why, arena_printf(arena, "%td stray bytes follow it", input.end - input.p).p);
	if (!der_take(&fields, DER_SEQUENCE, &item))
		return because(why, "it is DER, but not a certificate signing request");
	csr->info = item.whole;
	info = der_of(item.content);
	if (!der_take(&fields, DER_SEQUENCE, &item))
		return because(why, "it is DER, but not a certificate signing request");
	*algorithm = item.whole;
	if (!der_take(&fields, DER_BIT_STRING, &item) || !der_octets_of_bits(item.content, signature) ||
		!der_at_end(&fields))
		return because(why, "it is DER, but not a certificate signing request");
	return info_read(info, csr, arena, why);
}

/* NULL, or what is wrong with the key. */
static const char *
key_breach(const struct csr *csr, struct arena *arena)
{
	struct key_public public;
	int made_here = signing_key_of(csr->spki);

	if (!key_public_read(csr->spki, &public))
		return "its public key is malformed";
	size_t bits = key_bit_length(public.n);
	bool supported =
		key_type_is_rsa(&public.type)
			? key_type_is_plain(&public.type) && bits >= CSR_MIN_RSA_BITS && bits <= CSR_MAX_RSA_BITS
			: key_type_curve(&public.type) != NULL || key_type_is_edwards(&public.type) ||
				  (made_here != 0 && signing_key_available((enum signing_key)made_here));
	if (!supported)
		return arena_printf(arena, "its key is %s, where " CSR_KEYS " is wanted", csr->key.words).p;
	if (!key_type_is_rsa(&public.type))
		return NULL;
	if ((public.n.p[public.n.n - 1] & 1) == 0)
		return "the modulus of its RSA key is even";
	return key_exponent_fault(public.e);
}

/* NULL, or what is wrong with the way it is signed: SHA-1 still proves possession, since nobody can choose what another
 * one signs by it; MD5 proves nothing. */
static const char *
algorithm_breach(struct bytes identifier, struct arena *arena)
{
	struct der outer = der_of(identifier);
	struct key_type type;
	struct str dotted;

	if (!key_type_take(&outer, &type))
		return "its signature algorithm is malformed";
	const struct signature_algorithm *algorithm = signature_algorithm_find(type.oid);
	if (algorithm == NULL)
		return oid_read(type.oid, arena, &dotted, NULL)
			       ? arena_printf(arena, "its signature algorithm %.*s is not known here", STR_ARG(dotted))
					 .p
			       : "its signature algorithm is malformed";
	if (algorithm->scheme == SCHEME_UNVERIFIABLE ||
		(algorithm->digest != NULL && str_is(STR("MD5"), algorithm->digest)))
		return arena_printf(
			arena, "it is signed with %s, which proves nothing: sign it with SHA-256", algorithm->name)
			.p;
	return NULL;
}

static const char *
signature_breach(const struct csr *csr, struct bytes algorithm, struct bytes signature, struct verifier *verifier)
{
	switch (verifier_verify_bytes(verifier, csr->spki, algorithm, csr->info, signature)) {
	case VERIFY_OK:
		return NULL;
	case VERIFY_BAD_SIGNATURE:
		return "its signature does not verify with its own public key: it was changed after it was signed, or "
		       "signed by another key; make it anew";
	default:
		return "its public key is no valid key of its kind, or the parameters of its signature are unusual";
	}
}

bool
csr_read(struct bytes pem, struct verifier *verifier, struct arena *arena, const struct csr **out, struct fault *fault)
{
	struct csr *csr = ARENA_NEW(arena, struct csr);
	struct bytes algorithm;
	struct bytes signature;
	const char *why = NULL;

	if (!csr_field_read(pem, arena, &csr->der, fault))
		return false;
	if (request_read(csr, arena, &algorithm, &signature, &why) && (why = key_breach(csr, arena)) == NULL &&
		(why = algorithm_breach(algorithm, arena)) == NULL &&
		(why = signature_breach(csr, algorithm, signature, verifier)) == NULL) {
		*out = csr;
		return true;
	}
	return fault_set(fault, FAULT_MALFORMED_CSR, CSR_MALFORMED ": %s.", why);
}

struct bytes
csr_info_build(struct bytes subject, struct bytes spki, const struct certificate_extension *extensions, size_t count,
	struct arena *arena)
{
	struct der_writer writer = { 0 };

	if (count > 0) {
		extensions_put(&writer, extensions, count);
		der_wrap(&writer, DER_SET, 0);
		der_put_oid(&writer, ATTRIBUTE_EXTENSION_REQUEST);
		der_wrap(&writer, DER_SEQUENCE, 0);
	}
	der_wrap(&writer, DER_CONTEXT_CONSTRUCTED + 0, 0);
	der_put(&writer, spki);
	der_put(&writer, subject);
	der_put_number(&writer, 0);
	der_wrap(&writer, DER_SEQUENCE, 0);
	return der_finish(&writer, arena);
}

/* CertificationRequest has the frame of a certificate. */
struct bytes
csr_assemble(struct bytes info, enum signing_algorithm algorithm, struct bytes signature, struct arena *arena)
{
	return signed_assemble(info, algorithm, signature, arena);
}

bool
csr_info_read(struct bytes info, struct arena *arena, struct bytes *subject, struct bytes *spki, const char **why)
{
	struct csr csr = { 0 };
	struct der input = der_of(info);
	struct der fields;

	if (!der_enter(&input, DER_SEQUENCE, &fields) || !der_at_end(&input))
		return because(why, "it is not DER, it is cut short, or something follows it");
	if (!info_read(fields, &csr, arena, why))
		return false;
	/* What builds the same again is what was built here, without an attribute that nobody asked for. */
	if (!bytes_equal(csr_info_build(csr.subject, csr.spki, csr.extensions, csr.extension_count, arena), info))
		return because(why, "it has attributes that no request of this house has");
	*subject = csr.subject;
	*spki = csr.spki;
	return true;
}
