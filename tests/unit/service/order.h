/* order.h — a certificate ordered from an authority, and judged by OpenSSL. */
#ifndef CHANCERY_TESTS_ORDER_H
#define CHANCERY_TESTS_ORDER_H

#include <openssl/x509v3.h>

#include "office.h"

/* NULL and 0 are defaults. */
struct order {
	const char *template;     /* "EndEntityCertificate/V1" */
	struct request_wish wish; /* CN=leaf.example.com with that name as SAN, unless `as_wished` */
	bool as_wished;
	struct bytes csr; /* in place of the wish */
	int64_t days;     /* 30 */
	int algorithm;    /* SHA256WITHECDSA */
	const struct pca_extensions *extensions;
	const struct pca_asn1_subject *subject;
	const char *token;
};

/* IssueCertificate: with its write and its signature. */
bool order_place(struct visit *visit, const char *authority, const struct order *order, char arn[ARN_TEXT_BYTES]);
/* GetCertificate, which must succeed; the caller's to X509_free(). `chain` may be NULL. */
X509 *order_fetch(struct visit *visit, const char *authority, const char *arn, struct str *chain);
/* Both: the certificate. Fails the test with the fault's words. */
X509 *order_take(struct visit *visit, const char *authority, const struct order *order);
/* It is refused with this code, and the sentence has these words. */
void order_refused(
	struct visit *visit, const char *authority, const struct order *order, enum fault_code code, const char *words);

/* The whole chain, by X509_verify_cert() under X509_V_FLAG_X509_STRICT at the house's time; the last of `chain` is
 * trusted. 0, or what OpenSSL says. */
int order_verify(X509 *leaf, struct str chain, int purpose);
/* One of its extensions as OpenSSL prints it ("DNS:a.example.com"), with "critical, " before it; absent: "". */
const char *order_extension(const X509 *certificate, const char *oid, struct arena *arena);
/* All OIDs of its extensions, in order, by short name: "basicConstraints authorityKeyIdentifier …". */
const char *order_extensions(const X509 *certificate, struct arena *arena);

#endif
