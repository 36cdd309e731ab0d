/* certificate.h — one certificate (RFC 5280), read by a DER reader of our own: d2i_X509 makes some fifty objects on the
 * heap and decodes a key that is not wanted yet, a hundred times the cost, and takes BER where DER is asked for. Tests
 * hold the two readings against each other.
 *
 * A struct certificate exists only if it is well-formed DER with nothing after it, within the limits below. Immutable;
 * everything in it lives in the arena it was parsed into and points into its own copy of the DER. */
#ifndef CHANCERY_X509_CERTIFICATE_H
#define CHANCERY_X509_CERTIFICATE_H

#include "x509/key.h"
#include "x509/name.h"

enum {
	CERTIFICATE_MAX_EXTENSIONS = 100, /* real ones have about ten */
	CERTIFICATE_MAX_NAMES = 10000,    /* names in one subjectAltName; 32 KB hold about 3,000 */
};

/* keyUsage bits in certificate order (RFC 5280, 4.2.1.3): bit 0 is digitalSignature. Stored: never renumber. */
enum key_usage {
	KEY_USAGE_DIGITAL_SIGNATURE = 1 << 0,
	KEY_USAGE_NON_REPUDIATION = 1 << 1,
	KEY_USAGE_KEY_ENCIPHERMENT = 1 << 2,
	KEY_USAGE_DATA_ENCIPHERMENT = 1 << 3,
	KEY_USAGE_KEY_AGREEMENT = 1 << 4,
	KEY_USAGE_KEY_CERT_SIGN = 1 << 5,
	KEY_USAGE_CRL_SIGN = 1 << 6,
	KEY_USAGE_ENCIPHER_ONLY = 1 << 7,
	KEY_USAGE_DECIPHER_ONLY = 1 << 8,
};

struct certificate_extension {
	struct str oid; /* dotted */
	bool critical;
	struct bytes value; /* inside the OCTET STRING */
};

struct certificate {
	struct bytes der;
	struct bytes tbs;    /* what is signed */
	int version;         /* 1, 2 or 3 */
	struct bytes serial; /* the magnitude, big-endian, without a sign byte; one zero byte for 0 */
	bool serial_negative;
	struct bytes issuer, subject; /* Name, DER */
	struct name issuer_name, subject_name;
	int64_t not_before_ms, not_after_ms;
	struct bytes spki;
	struct key_description key;
	const char *signature_algorithm; /* upper-case Java name: "SHA256WITHRSA"; dotted OID when unknown */
	const struct signature_algorithm *algorithm; /* x509/algorithm.h; NULL when unknown */
	struct bytes signature_parameters;           /* of the algorithm, DER; n == 0: none */
	struct bytes signature;

	const struct certificate_extension *extensions;
	size_t extension_count;
	const struct general_name *names; /* subjectAltName, in order */
	size_t name_count;
	bool has_key_usage;
	unsigned key_usage; /* enum key_usage bits */
	bool has_extended_key_usage;
	const struct str *extended_key_usage; /* dotted OIDs, in order */
	size_t extended_key_usage_count;
	bool has_basic_constraints, is_ca;
	int path_length; /* -1: no limit */
	const struct str *ocsp_urls;
	size_t ocsp_url_count;

	/* Well-formed, but not as RFC 5280 has it: the first breach, as a clause for people, or NULL. An ambiguity is
	 * one that lets two readers see two certificates (a repeated extension, two algorithms): never fit for a chain.
	 */
	const char *flaw;
	const char *ambiguity;
};

/* Reads one DER certificate; copies it into the arena. On refusal *why is a clause for people ("its validity is not a
 * time", "3 stray bytes follow it"). */
MUST_CHECK bool certificate_parse(
	struct bytes der, struct arena *arena, const struct certificate **out, const char **why);

/* Finds an extension by dotted OID; NULL if absent. */
const struct certificate_extension *certificate_extension(const struct certificate *certificate, const char *oid);
/* "CN=example.com" or "a certificate without a subject": for messages. */
struct str certificate_label(const struct certificate *certificate, struct arena *arena);
/* The same of its issuer: "CN=Example CA", "an issuer without a name". */
struct str certificate_issuer_label(const struct certificate *certificate, struct arena *arena);
/* By name alone (name_equal); says nothing of the signature. */
bool certificate_is_issued_by(const struct certificate *certificate, const struct certificate *issuer);
bool certificate_is_self_issued(const struct certificate *certificate);

#endif
