/* build.h — names, general names and extensions as DER: what goes into a certificate that this house issues.
 *
 * Everything made lives in the arena. What cannot be encoded is refused with a sentence that names the attribute or
 * name, by FAULT_INVALID_ARGS: values came from the caller. */
#ifndef CHANCERY_X509_BUILD_H
#define CHANCERY_X509_BUILD_H

#include "base/fault.h"
#include "x509/certificate.h"

/* ---- Names (RFC 5280, 4.1.2.4) ---- */

struct name_part {
	struct str oid;   /* dotted */
	struct str value; /* UTF-8 */
};

/* One attribute a relative name, in the order given. The string type follows the attribute: PrintableString for
 * countryName, serialNumber and dnQualifier, IA5String for domainComponent and emailAddress, UTF8String otherwise.
 * Refused: an OID that is none, a value that is empty, is not UTF-8, has a NUL, or does not fit its type or its limit
 * in characters: X.520's upper bound, or AWS's where that is lower (surname 40, givenName 16, initials 5,
 * generationQualifier 3; 256 for any other attribute). countryName is two letters. */
MUST_CHECK bool name_build(
	const struct name_part *parts, size_t count, struct arena *arena, struct bytes *der, struct fault *fault);

/* ---- General names (RFC 5280, 4.2.1.6) ---- */

struct general_name_part {
	enum general_name_kind kind;
	struct str text;   /* DNS, e-mail, URI; IP as text; registered id dotted; OTHER: its value, as UTF8String; EDI:
			      party */
	struct str extra;  /* OTHER: its type-id, dotted; EDI: who assigned the name, or absent */
	struct bytes der;  /* DIRECTORY: a Name */
	bool is_edi_party; /* kind is GENERAL_NAME_UNKNOWN then */
};

/* GeneralNames. Refused: no name at all; text that is not IA5 or, in a DNS name or URI, has a blank; an address that is
 * none; a DNS name that is empty, longer than 253 octets, or has an empty label or one over 63 (a leading "*." and
 * underscores are fine); an e-mail address that is not local@domain; a URI without a scheme; an OID that is none.
 * `what` begins the sentence ("SubjectAlternativeNames"), which goes on with the first that is wrong and its position.
 */
MUST_CHECK bool general_names_build(const struct general_name_part *parts, size_t count, const char *what,
	struct arena *arena, struct bytes *der, struct fault *fault);

/* ---- Extensions (RFC 5280, 4.2) ---- */

#define EXTENSION_OID_SUBJECT_KEY_IDENTIFIER "2.5.29.14"
#define EXTENSION_OID_KEY_USAGE "2.5.29.15"
#define EXTENSION_OID_SUBJECT_ALTERNATIVE_NAME "2.5.29.17"
#define EXTENSION_OID_BASIC_CONSTRAINTS "2.5.29.19"
#define EXTENSION_OID_CRL_NUMBER "2.5.29.20"
#define EXTENSION_OID_NAME_CONSTRAINTS "2.5.29.30"
#define EXTENSION_OID_CRL_DISTRIBUTION_POINTS "2.5.29.31"
#define EXTENSION_OID_CERTIFICATE_POLICIES "2.5.29.32"
#define EXTENSION_OID_AUTHORITY_KEY_IDENTIFIER "2.5.29.35"
#define EXTENSION_OID_EXTENDED_KEY_USAGE "2.5.29.37"
#define EXTENSION_OID_FRESHEST_CRL "2.5.29.46"
#define EXTENSION_OID_AUTHORITY_INFORMATION_ACCESS "1.3.6.1.5.5.7.1.1"
#define EXTENSION_OID_SUBJECT_INFORMATION_ACCESS "1.3.6.1.5.5.7.1.11"
#define EXTENSION_OID_OCSP_NO_CHECK "1.3.6.1.5.5.7.48.1.5"

struct certificate_extension extension_basic_constraints(
	bool critical, bool is_ca, int path_length, struct arena *arena); /* path_length -1: no limit */
struct certificate_extension extension_key_usage(bool critical, unsigned key_usage, struct arena *arena);
struct certificate_extension extension_ocsp_no_check(struct arena *arena);
/* SHA-1 of the BIT STRING's content (4.2.1.2, method 1); of what is no SubjectPublicKeyInfo it is empty, which
 * tbs_lint() refuses. */
struct certificate_extension extension_subject_key_identifier(struct bytes spki, struct arena *arena);
/* key_identifier_of() the issuer. */
struct certificate_extension extension_authority_key_identifier(struct bytes key_identifier, struct arena *arena);
struct certificate_extension extension_subject_alternative_name(
	bool critical, struct bytes general_names, struct arena *arena);
/* One distribution point, one URL; freshest: the extension freshestCRL instead. */
struct certificate_extension extension_crl_distribution_point(struct str url, bool freshest, struct arena *arena);
struct certificate_extension extension_ocsp_access(struct str url, struct arena *arena);
MUST_CHECK bool extension_extended_key_usage(bool critical, const struct str *oids, size_t count, struct arena *arena,
	struct certificate_extension *out, struct fault *fault);

struct policy_part {
	struct str oid;             /* dotted */
	const struct str *cps_uris; /* IA5 */
	size_t cps_count;
};
MUST_CHECK bool extension_certificate_policies(const struct policy_part *policies, size_t count, struct arena *arena,
	struct certificate_extension *out, struct fault *fault);

struct access_part {
	struct str method; /* dotted */
	struct general_name_part location;
};
MUST_CHECK bool extension_subject_information_access(const struct access_part *parts, size_t count, struct arena *arena,
	struct certificate_extension *out, struct fault *fault);

/* What an issuer is known by in AuthorityKeyIdentifier: its own subjectKeyIdentifier, or the SHA-1 of its key. */
struct bytes key_identifier_of(const struct certificate *issuer, struct arena *arena);
/* SHA-1 or SHA-256 of the BIT STRING's content, as OCSP's CertID names a key (RFC 6960, 4.1.1). */
enum { KEY_HASH_SHA1_BYTES = 20, KEY_HASH_SHA256_BYTES = 32 };
MUST_CHECK bool key_hash(struct bytes spki, const char *digest, struct arena *arena, struct bytes *out);
/* Hash of the issuer's name, then of its key: the whole of what a CertID says of an issuer. */
MUST_CHECK bool issuer_hash(
	const struct certificate *issuer, const char *digest, struct arena *arena, struct bytes *out);
/* A dotted OID, well-formed and within DER_MAX_OID_BYTES? */
bool oid_text_valid(struct str dotted);

#endif
