/* crl.h — certificate revocation lists (RFC 5280, 5): built for a million entries as for one, and read back.
 *
 * A list is built from the end to the beginning in one growing buffer, because DER wants lengths first; entries are
 * given one at a time, so that nobody need hold them all. Memory: the list itself, or, when more entries come than were
 * expected, what the buffer grows by: the old one and the new, half as large again, while one is copied to the other.
 */
#ifndef CHANCERY_X509_CRL_H
#define CHANCERY_X509_CRL_H

#include "base/fault.h"
#include "x509/build.h"
#include "x509/signing.h"

#define EXTENSION_OID_DELTA_CRL_INDICATOR "2.5.29.27"
#define EXTENSION_OID_ISSUING_DISTRIBUTION_POINT "2.5.29.28"

/* RFC 5280, 5.3.1. 0 is encoded by leaving the extension out. OpenSSL's x509v3.h has macros of the same names and
 * values: a file that needs both includes this one first. */
enum crl_reason {
	CRL_REASON_UNSPECIFIED = 0,
	CRL_REASON_KEY_COMPROMISE = 1,
	CRL_REASON_CA_COMPROMISE = 2,
	CRL_REASON_AFFILIATION_CHANGED = 3,
	CRL_REASON_SUPERSEDED = 4,
	CRL_REASON_CESSATION_OF_OPERATION = 5,
	CRL_REASON_CERTIFICATE_HOLD = 6,
	CRL_REASON_REMOVE_FROM_CRL = 8, /* in delta lists only */
	CRL_REASON_PRIVILEGE_WITHDRAWN = 9,
	CRL_REASON_AA_COMPROMISE = 10,
};

struct crl_entry {
	struct bytes serial; /* magnitude; at most 20 octets with its sign (4.1.2.2) */
	int64_t revoked_ms;
	enum crl_reason reason;
};

struct crl {
	enum signing_algorithm algorithm;
	struct bytes issuer;                    /* Name, DER */
	int64_t this_update_ms, next_update_ms; /* whole seconds, as those of entries: the rest is cut */
	struct bytes authority_key_identifier;
	int64_t number;                /* 5.2.3 */
	int64_t base_number;           /* of a delta (5.2.4, critical); 0: a complete list */
	struct str distribution_point; /* 5.2.5, critical: the URL this list is for; absent: no such extension */
	struct str freshest_url;       /* 5.2.6; absent: none. A delta never carries it */
};

struct crl_builder;
/* Room for `expected` entries is taken at once. */
struct crl_builder *crl_builder_new(size_t expected);
void crl_builder_free(struct crl_builder *builder);
/* The list will show them in the reverse order. */
void crl_builder_add(struct crl_builder *builder, const struct crl_entry *entry);
/* TBSCertList, version 2; lives in the builder until the next call. To be asked for once; no more entries then. */
struct bytes crl_builder_tbs(struct crl_builder *builder, const struct crl *crl);
/* CertificateList: nothing is copied, there is room around the tbs. Lives in the builder. Once, after the tbs. */
struct bytes crl_builder_finish(struct crl_builder *builder, enum signing_algorithm algorithm, struct bytes signature);

/* What a TBSCertList says, entries aside; they are walked for their form, counted, and not kept (nor held against each
 * other: a repeated serial number is not seen). Issuer and the rest point into `tbs`. False, with a clause in *why: it
 * is not as crl_builder_tbs() makes it, octet for octet, or cannot be meant: a next update before this one, a delta
 * whose base is not older than itself, removeFromCRL in a complete list. For the signer and tests. */
struct crl_head {
	struct crl crl;
	size_t entries;
};
MUST_CHECK bool crl_tbs_read(struct bytes tbs, struct arena *arena, struct crl_head *out, const char **why);

#endif
